#!/bin/bash
# shellcheck shell=bash
# lib-packets.sh - captures and their judge; lib.sh sources it and says what
# each function does.
# SPDX-License-Identifier: ISC

capture() {
	local tag=$1 where=$2 iface=$3
	shift 3
	start "$tag.tcpdump" "$where" tcpdump -Z root -U -n -s 0 -B 8192 \
	    -i "$iface" -w "$TMP/$tag.pcap" "$@"
	wait_log 5 "$tag.tcpdump" 'listening on' || die "tcpdump does not start"
}

capture_end() {
	alive "$1.tcpdump" || return 0
	sleep 1
	stop "$1.tcpdump" INT
	return 0
}

# MTFTP's ports are not registered: without a word, tshark guesses.
read_capture() { # TAG FILTER [TSHARK ARGUMENT...]
	local tag=$1 filter=$2 port args=(-n)
	shift 2
	for port in ${E2E_MTFTP_PORTS:-1759}; do
		args+=(-d "udp.port==$port,tftp")
	done
	tshark "${args[@]}" -r "$TMP/$tag.pcap" -Y "$filter" "$@" 2>/dev/null
}

packets() {
	local tag=$1 filter=$2 f fields=()
	shift 2
	for f; do
		fields+=(-e "$f")
	done
	read_capture "$tag" "$filter" -T fields "${fields[@]}"
}

judge() {
	local what=$1 tag=$2 bad
	capture_end "$tag"
	# An ERROR packet is a "warning" of its own to tshark.
	bad="($3) && (_ws.malformed || (_ws.expert.severity >= 0x600000 && !(tftp.opcode == 5)))"
	if [ -z "$(packets "$tag" "$3" frame.number)" ]; then
		fail "$what" "no packet matches $3"
		return 1
	fi
	read_capture "$tag" "$bad" >"$TMP/.judge"
	if [ -s "$TMP/.judge" ]; then
		fail "$what" "tshark complains of $(wc -l <"$TMP/.judge") packets"
		head -n 10 "$TMP/.judge" | sed 's/^/    /'
		packets "$tag" "$bad" frame.number _ws.expert.message |
		    head -n 10 | sed 's/^/    frame /'
		return 1
	fi
	pass "$what"
}
