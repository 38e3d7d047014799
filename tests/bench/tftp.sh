#!/bin/bash
# tftp.sh - what tftpd costs, side by side with Debian's tftpd-hpa, atftpd and
# dnsmasq.
#
# usage: tftp.sh [--smoke | --quick] [-r ROUNDS] [-c CASE] [SERVER...]
#	SERVER: ours hpa atftpd dnsmasq; without: all (floor, the least that any
#	server could do for one client, is there always)
#	--smoke	some seconds, ours alone, does everything work; no figures judged
#	--quick	fewer sizes and shorter
#	-r	the table shows the medians of so many rounds (3)
#	-c	only these cases, as in "lock windows": lock windows many requests
#		memory loss shared
#
# Needs root and, for the first time, Debian's mirror: the other servers are
# unpacked aside and never installed.  Everything happens in namespaces, the
# server on one processor and the load generator on another.  Run it from the
# build folder (make bench-tftp BENCH="-r 1"), on a quiet machine: figures of
# two runs cannot be compared, those of one can.
# SPDX-License-Identifier: ISC
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${E2E_INSIDE:-}" ] && [ "$(id -u)" -eq 0 ] && [ "${1:-}" != --smoke ]; then
	: "${E2E_PACKAGES:=$(cd "${top_builddir:-.}" && pwd)/lab}"
	bash "$here/../e2e/fetch" "$E2E_PACKAGES" tftpd-hpa atftpd \
	    dnsmasq-base || exit 1
fi
# shellcheck source=../e2e/lib.sh
. "$here/../e2e/lib.sh"
# shellcheck source=tftpservers.sh
. "$here/tftpservers.sh"

ROUNDS=3 PART=all CASES="lock windows many requests memory loss shared"
while [ $# -gt 0 ]; do
	case $1 in
	--smoke | --quick) PART=${1#--} ;;
	-r)
		ROUNDS=$2
		shift
		;;
	-c)
		CASES=$2
		shift
		;;
	*) break ;;
	esac
	shift
done
SERVERS=${*:-ours hpa atftpd dnsmasq}
[ "$PART" = smoke ] && SERVERS=ours
LOAD=$BLD/tests/bench/tftpload
[ -x "$LOAD" ] || {
	skip "$NAME" "$LOAD is not built: make check"
	exit 77
}
RESULTS=$TMP/results
: >"$RESULTS"
PIN_SERVER='' PIN_LOAD=''
if [ "$PART" != smoke ] && [ "$(nproc)" -ge 2 ] && command -v taskset >/dev/null
then
	PIN_SERVER=0 PIN_LOAD=1
fi

# ---- the network: two ends of one cable, and files ------------------------

host srv
host pcs
ip link add name eth0 netns srv type veth peer name eth0 netns pcs ||
    die "no cable"
on srv ip link set eth0 up
on pcs ip link set eth0 up
for s in ours hpa atftpd dnsmasq floor; do
	on srv ip addr add "$(at $s)/24" dev eth0
done
on pcs ip addr add 10.9.0.100/24 dev eth0
GROUPS_AT=$TMP/groups
mkdir "$GROUPS_AT" "$TMP/tree"
mount -t cgroup2 none "$GROUPS_AT" || [ "$PART" = smoke ] ||
    die "no control groups"

# Not to be compressed, no two places alike.
file() { # SIZE as head(1) knows it; its name too
	[ -f "$TMP/tree/$1" ] || head -c "$1" /dev/urandom >"$TMP/tree/$1"
	chmod 644 "$TMP/tree/$1"
	touch -d '1 hour ago' "$TMP/tree/$1" # as boot files are
	cat "$TMP/tree/$1" >/dev/null # into the page cache
}
file 1K

# ---- figures -------------------------------------------------------------

field() { # KEY LINE
	sed -n "s/.*\<$1=\([-0-9.]*\).*/\1/p" <<<"$2"
}

note() { # FIGURE SERVER VALUE
	echo "$1 $2 $3" >>"$RESULTS"
}

# Runs a load against a server; its line is in $line.
measure() { # SERVER FILE ARGUMENT...
	local server=$1 name=$2
	shift 2
	line=$(bounded 120 on pcs ${PIN_LOAD:+taskset -c "$PIN_LOAD"} "$LOAD" \
	    -s "$(at "$server")" -f "$name" -F "$TMP/tree/$name" \
	    -g "$(group "$server")" "$@") ||
		fail "$server: its answers are right" "$* $line"
	[ -n "${BENCH_VERBOSE:-}" ] && echo "$server: $name $*: $line" >&2
	alive "$server" || {
		echo "$server has died of: $name $*" >&2
		again "$server"
	}
}

# What is of interest in $line, under the name of the case.
notes() { # FIGURE SERVER KEY...
	local figure=$1 server=$2 key
	for key in "${@:3}" own_pct; do
		note "$figure.$key" "$server" "$(field "$key" "$line")"
	done
}

# ---- cases ---------------------------------------------------------------

# One client after the other; both on one processor, "apart" on two: there
# an idle (virtual) one is woken up for each packet, which costs more than what
# any server does.
one() { # FIGURE SERVER together|apart ARGUMENT...
	local figure=$1 server=$2 pin=$PIN_LOAD
	[ "$3" = together ] && PIN_LOAD=$PIN_SERVER
	measure "$server" 64M -n 100 -w 1 "${@:4}"
	PIN_LOAD=$pin
	notes "$figure" "$server" MB_per_s MB_per_cpu_s cpu_per_GiB blksize \
	    windowsize
}

case_lock() {
	local b s sizes="512 1024 1408 1468 4096 8192 16384 32768 65464" t=1
	[ "$PART" = quick ] && sizes="512 1408 8192 65464" t=0.5
	file 64M
	serve_floor 64M
	for b in $sizes; do
		for s in $SERVERS floor; do
			one "lock_$b" "$s" together -b "$b" -t $t
			[ "$b" = 1408 ] || continue
			one "lock_${b}_apart" "$s" apart -b "$b" -t $t
		done
	done
	stop floor
}

case_windows() {
	local w s t=1.5
	[ "$PART" = quick ] && t=0.7
	file 64M
	serve_floor 64M
	for w in 4 16 64; do
		for s in $SERVERS floor; do
			one "win_$w" "$s" together -b 1408 -W "$w" -t $t
			one "win_${w}_single" "$s" together -b 1408 -W "$w" \
			    -t $t -G
			one "win_${w}_apart" "$s" apart -b 1408 -W "$w" -t $t
		done
	done
	stop floor
}

case_many() {
	local n s w f numbers="1 10 100 1000" files="1M 32M" t=8 args
	[ "$PART" = quick ] && numbers="10 100" files=1M t=5
	for f in $files; do
		file "$f"
		for n in $numbers; do
			args="-n $n"
			case $n.$f in 1.1M) args="-n 100 -w 1" ;; esac
			case $n.$f in 10.1M) args="-n 60 -w 10" ;; esac
			for w in 1 16; do
				many_each "$f" "$n" "$w" -t $t
			done
		done
	done
}

many_each() { # FILE N WINDOWSIZE ARGUMENT...
	local s pin=$PIN_LOAD
	[ "$2" = 1 ] && PIN_LOAD=$PIN_SERVER
	for s in $SERVERS; do
		# shellcheck disable=SC2086 # words
		measure "$s" "$1" -b 1408 -W "$3" $args "${@:4}"
		notes "many_$1_$2_$3" "$s" MB_per_s cpu_per_GiB slowest_by \
		    failed asked_again
	done
	PIN_LOAD=$pin
}

# As boot programs ask: with tsize and blksize.
case_requests() {
	local s w
	for w in 0 200; do
		for s in $SERVERS; do
			measure "$s" 1K -n 2000 -w $w -b 1408 -z -t 20
			notes "req_$w" "$s" per_s p50_ms p99_ms asked_again \
			    cpu_s
			note "req_$w.unserved" "$s" \
			    $((2000 - $(field "done" "$line")))
		done
	done
}

# 1000 transfers of a server that has just started.
case_memory() {
	local s
	file 1M
	for s in $SERVERS; do
		again "$s"
		measure "$s" 1M -n 1000 -b 1408 -W 16 -H -t 30
		notes memory "$s" pss_kB rss_kB processes
	done
}

again() { # SERVER
	stop "$1"
	cat "$TMP/$1.log" >>"$TMP/servers.txt"
	: >"$TMP/$1.log"
	serve "$1"
}

case_loss() {
	local s w n=100 windows="1 16" t=60 pin=$PIN_LOAD
	[ "$PART" = quick ] && n=30 windows=16 t=20
	file 1M
	# on one processor: else waking it from its waits is what is measured
	PIN_LOAD=$PIN_SERVER
	for w in $windows; do
		for s in $SERVERS; do
			measure "$s" 1M -n $n -b 1408 -W "$w" -t $t
			notes "clean_$w" "$s" p50_ms cpu_per_GiB
			measure "$s" 1M -n $n -b 1408 -W "$w" -t $t -l 0.01
			notes "loss_$w" "$s" p50_ms p99_ms cpu_per_GiB \
			    twice_pct acked_again late
		done
	done
	PIN_LOAD=$pin
}

# One reads it whole, 1999 its beginning; and what is read from the disk.
case_shared() {
	local s
	[ "$PART" = quick ] && return
	file 512M
	sync "$TMP/tree/512M"
	for s in $SERVERS; do
		again "$s"
		measure "$s" 1K -n 1
		notes idle "$s" rss_kB pss_kB
		dd of="$TMP/tree/512M" oflag=nocache conv=notrunc count=0 \
		    2>/dev/null
		measure "$s" 512M -n 2000 -x 64 -b 1408 -W 16 -H -t 60
		notes shared "$s" rss_kB pss_kB read_bytes seconds failed late
	done
}

round() {
	local c
	for c in $CASES; do
		"case_$c"
	done
}

# ---- what is run ---------------------------------------------------------

served() { # HOW MANY
	grep -q "^done=$1 failed=0 wrong=0 late=0" <<<"$line"
}

# The server stands still now and then, and finds more packets than a round of
# its loop takes, however fast it is otherwise.
pauses() { # SERVER
	local signal
	for signal in STOP CONT STOP CONT STOP CONT STOP CONT; do
		sleep 0.1
		kill "-$signal" "$(pid_of "$1")"
	done
}

took_turns() { # SERVER
	kill -USR1 "$(pid_of "$1")"
	sleep 0.1
	grep -q "too many in lock-step for a round: [1-9]" "$TMP/$1.log"
}

smoke_turns() {
	file 1M
	pauses ours &
	measure ours 1M -n 300 -b 1408 -t 30
	check "300 clients at once get every byte, windowsize 1" served 300
	check "none of them had to ask again" \
	    [ "$(field asked_again "$line")" = 0 ]
	wait $!
	check "they were too many for a round and took turns" \
	    wait_until 10 took_turns ours
}

smoke() {
	file 300K
	measure ours 300K -n 20 -t 30
	check "20 clients without options get every byte" served 20
	measure ours 300K -n 300 -b 1408 -W 16 -z -t 30
	check "300 clients at once get every byte, windowsize 16" served 300
	check "with the window that they asked for" \
	    [ "$(field windowsize "$line")" = 16 ]
	smoke_turns
	measure ours 1K -n 2000 -b 1408 -z -q 5000 -t 30
	check "2000 requests at once are all answered" served 2000
	measure ours 300K -n 40 -b 512 -W 8 -l 0.03 -t 40
	check "with 3 % lost both ways they get every byte" served 40
	measure ours 300K -n 10 -b 65464 -o 3 -r 100 -t 30
	check "blksize 65464 and timeout 3 are granted" served 10
}

lab() { # PACKAGE PROGRAM
	unpack "$1" "$2" 2>/dev/null | head -n 1
}
HPA=$(lab tftpd-hpa in.tftpd)
ATFTPD=$(lab atftpd atftpd)
DNSMASQ=$(lab dnsmasq-base dnsmasq)
for s in $SERVERS; do
	serve "$s"
done
if [ "$PART" = smoke ]; then
	smoke
else
	echo "load before: $(cut -d' ' -f1-3 /proc/loadavg); kernel $(uname -r);" \
	    "$(nproc) processors"
	for ((r = 1; r <= ROUNDS; r++)); do
		round
	done
	[ -z "${BENCH_RESULTS:-}" ] || cp "$RESULTS" "$BENCH_RESULTS"
	awk -v servers="$SERVERS floor" -f "$here/tftp.awk" "$RESULTS"
fi
for s in $SERVERS floor; do
	stop "$s"
	rmdir "$(group "$s")" 2>/dev/null
done
check "every server gave right answers" [ $E2E_FAILED -eq 0 ]
