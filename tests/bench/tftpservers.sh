# shellcheck shell=bash
#
# tftpservers.sh - the servers that tftp.sh measures: how each is configured
# and started.  Each serves $TMP/tree to an address of its own and runs in a
# control group of its own, so that the CPU of its children and threads is
# counted when they are gone.  Limits on the number of transfers are raised as
# far as they go; everything else, logging too, is as it is by default.
#
#	serve SERVER		starts it
#	at SERVER		its address
#	group SERVER		its control group
#
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154 # GROUPS_AT, PIN_SERVER, PIN_LOAD are tftp.sh's

at() {
	case $1 in
	ours) echo 10.9.0.1 ;;
	hpa) echo 10.9.0.2 ;;
	atftpd) echo 10.9.0.3 ;;
	dnsmasq) echo 10.9.0.4 ;;
	floor) echo 10.9.0.5 ;;
	esac
}

group() {
	echo "$GROUPS_AT/remoteboot-bench-$1"
}

# In its group from its first instruction on.
grouped() { # SERVER COMMAND...
	local group
	group=$(group "$1")
	mkdir -p "$group" && [ -f "$group/cgroup.procs" ] || group=
	# shellcheck disable=SC2016 # the inner shell's
	start "$1" srv sh -c '[ -z "$0" ] || echo $$ >"$0/cgroup.procs"
	    exec "$@"' \
	    "$group" ${PIN_SERVER:+taskset -c "$PIN_SERVER"} "${@:2}"
}

serve_ours() {
	cat >"$TMP/ours.conf" <<-END
	[global]
	tftp_root = $TMP/tree
	[tftpd]
	listen = $(at ours)
	max_clients = 4096
	END
	grouped ours "$(prog tftpd)" -C "$TMP/ours.conf" -F -u "$USERNAME"
}

serve_hpa() {
	grouped hpa "$HPA" -L -4 -a "$(at hpa):69" -s -u "$USERNAME" "$TMP/tree"
}

# With descriptors over 1023 atftpd aborts, and it has two for a transfer.
serve_atftpd() {
	grouped atftpd "$ATFTPD" --daemon --no-fork --bind-address \
	    "$(at atftpd)" --port 69 --maxthread 480 --user "$USERNAME" \
	    "$TMP/tree"
}

serve_dnsmasq() {
	grouped dnsmasq "$DNSMASQ" -k -C /dev/null --port=0 --enable-tftp \
	    --tftp-root="$TMP/tree" --tftp-max=4096 --user=root \
	    --log-facility=- --bind-interfaces --listen-address="$(at dnsmasq)"
}

# What the machine allows: it has one file and no manners.
serve_floor() { # FILE
	grouped floor "$BLD/tests/bench/tftpfloor" "$(at floor)" \
	    "$TMP/tree/$1"
	wait_udp 20 srv 69
}

answers() { # SERVER
	[ "$(field "done" "$(bounded 3 on pcs "$LOAD" -s "$(at "$1")" -f 1K \
	    -F "$TMP/tree/1K" -q 200 -t 1)")" = 1 ]
}

serve() {
	"serve_$1"
	wait_until 20 answers "$1" || die "$1 does not serve"
}
