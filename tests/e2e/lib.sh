#!/bin/bash
# shellcheck shell=bash
#
# lib.sh - the private network, the clean-up and the verdicts that the
# end-to-end tests share.
#
# A test is a bash script tests/e2e/NAME.sh (lower case, not lib*.sh) that
# starts like this:
#
#	#!/bin/bash
#	# NAME.sh - what it proves, in one line.
#	. "$(dirname "$0")/lib.sh"
#	need atftp tshark		# programs it runs that are not ours
#
# and runs by itself (sudo tests/e2e/NAME.sh, from the build folder or with
# top_builddir=DIR), by `make check-e2e` and by `./bootstrap check`.
#
# Sourcing starts the script anew, as process 1 of its own process, mount and
# network namespace: nothing that it sends can leave, names need not be
# unique, and whatever way it ends (kill -9 too) the kernel ends all of its
# processes and removes its namespaces.  /run is private and empty.
#
# What a test has:
#	$TMP		its folder, mode 755, removed at the end (E2E_KEEP=1 keeps it)
#	$SRC $BLD	absolute: the source tree, the build tree
#	$USERNAME	a user without rights, for -u (nobody)
#
# Network.  The test's own namespace is the switch; hosts hang on its bridges.
#	lan NAME		a bridge (IPv6 silent, multicast flooded)
#	host NAME [LAN ADDR/LEN [MAC]]
#				a namespace with lo; with LAN: plug NAME eth0 ...
#	plug NAME IFACE LAN [ADDR/LEN|-] [MAC]
#				a veth from the host to the bridge; more
#				addresses: on NAME ip addr add ... (IPv6: nodad)
#	tap LAN IFACE		a tap on the bridge for a virtual PC; QEMU runs
#				in the test's own namespace: -netdev
#				tap,ifname=IFACE,script=no,downscript=no
#	lose NAME IFACE PERCENT	drops that share (0.01 steps) of the UDP
#				packets that arrive there; 0: none from now on
#
# Programs.
#	prog NAME		prints the path of our program: installed under
#				$E2E_PREFIX (sbin, bin), else in the build tree
#	on NAME CMD...		runs it in the host's namespace
#	start TAG NAME CMD...	the same in the background; output to
#				$TMP/TAG.log, descriptor 0 is /dev/null
#	stop TAG [SIGNAL]	ends it (TERM), waits 3 s, then KILL.  Returns its
#				exit status, 99 when it had to be killed
#	alive TAG		whether it runs
#	unpack PACKAGE PROGRAM	for packages that conflict with installed ones: what
#				tests/e2e/fetch has downloaded, unpacked aside; prints
#				the path of the program:
#				inetd=$(unpack openbsd-inetd inetd) || die "..."
#	pid_of TAG		prints its process number
#	bounded SECONDS CMD...	runs a command ("on NAME CMD..." too) for at most
#				that long (124: over)
#	wait_until SECONDS CMD...  repeats it every 50 ms until it succeeds
#	wait_log SECONDS TAG|FILE REGEX   until the log has such a line (grep -E)
#	wait_udp SECONDS NAME PORT        until somebody is bound to it there
#				(both wait for 20 s at least: a machine may be busy)
#	logged TAG|FILE REGEX	whether the log has such a line now
#
# Verdicts.  Each prints one line, and the exit status follows from them:
#	pass SENTENCE / fail SENTENCE [WHY]
#	skip SENTENCE WHY	not possible here (counts as failure in CI)
#	check SENTENCE CMD...	PASS when the command succeeds, else FAIL with
#				the last lines that it printed
#	same SENTENCE A B	PASS when two files have the same bytes
#	verdicts FILE		counts and prints the PASS: and FAIL: lines that a
#				program of the test has written; none is a FAIL
#	need PROGRAM...		ends the test as skipped when one is missing
#	die WHY			FAIL and end at once
#	The end of the script is the end of the test; it needs no closing line.
#	After a FAIL the end of every log is shown.  A sanitizer's report in
#	any log is a FAIL by itself.
#
# Packets.
#	capture TAG NAME|- IFACE [FILTER]  tcpdump to $TMP/TAG.pcap, promiscuous;
#				"-": in the test's own namespace (bridges)
#	capture_end TAG		ends it without losing its tail
#	judge SENTENCE TAG FILTER   capture_end, then PASS when tshark finds no
#				malformed packet and no expert warning or error
#				among those that match FILTER (a display filter
#				for what our server sent: "ip.src == 10.0.0.1"),
#				and at least one matches
#				(E2E_MTFTP_PORTS="1759 ..." are decoded as TFTP)
#	packets TAG FILTER FIELD...  prints these fields, tab-separated, of the
#				matching packets
#
# Files.
#	make_file PATH BYTES [SEED]  the same bytes each time, not repeating
#	dhclient and udhcpc change nothing on the machine with
#	-sf $LIB/dhcp-script (-s for udhcpc): it sets the address on the
#	interface and appends "KEY=VALUE" lines to $DHCP_OUT
#
# SPDX-License-Identifier: ISC

set -u
LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
export PATH LIB

# --- a world of its own -------------------------------------------------

if [ "$(id -u)" -ne 0 ]; then
	echo "SKIP: $(basename "$0" .sh) (needs root: network namespaces)"
	exit 77
fi
if [ "${E2E_INSIDE:-}" != "$0" ]; then
	export E2E_INSIDE=$0
	exec unshare --net --mount --pid --fork --kill-child --mount-proc \
	    "$BASH" "$0" "$@"
fi
unset E2E_INSIDE

SRC=$(cd "${top_srcdir:-$LIB/../..}" && pwd)
BLD=${top_builddir:-.}
BLD=$(cd "$BLD" && pwd)
USERNAME=nobody
: "${E2E_PACKAGES:=$BLD/lab}"
NAME=$(basename "$0" .sh)
E2E_PASSED=0 E2E_FAILED=0 E2E_SKIPPED=0 E2E_ENDED=no
declare -A E2E_PID=()
TMP=$(mktemp -d "${TMPDIR:-/tmp}/remoteboot-$NAME.XXXXXX") || exit 1
chmod 755 "$TMP"
export SRC BLD TMP USERNAME
mount -t tmpfs -o mode=755 none /run && mkdir /run/netns || exit 1
ip link set lo up

# --- verdicts -----------------------------------------------------------

pass() {
	E2E_PASSED=$((E2E_PASSED + 1))
	echo "PASS: $1"
}

fail() {
	E2E_FAILED=$((E2E_FAILED + 1))
	echo "FAIL: $1${2:+ ($2)}"
}

skip() {
	E2E_SKIPPED=$((E2E_SKIPPED + 1))
	echo "SKIP: $1${2:+ ($2)}"
}

die() {
	fail "$NAME goes on" "$1"
	exit 1
}

need() {
	local p
	for p; do
		command -v "$p" >/dev/null || aside "$p" || {
			skip "$NAME" "$p is not installed"
			exit 77
		}
	done
}

# A program whose package was unpacked and not installed.
aside() {
	local path
	path=$(unpack "$1" "$1" 2>/dev/null) && PATH=$PATH:$(dirname "$path")
}

check() {
	local what=$1 status=0
	shift
	"$@" >"$TMP/.check" 2>&1 || status=$?
	if [ $status -eq 0 ]; then
		pass "$what"
	else
		fail "$what" "status $status: $*"
		tail -n 15 "$TMP/.check" | sed 's/^/    /'
	fi
	return $status
}

same() {
	local why
	if why=$(cmp "$2" "$3" 2>&1); then
		pass "$1"
	else
		fail "$1" "$why"
	fi
}

verdicts() {
	local line n=0
	while IFS= read -r line; do
		case $line in
		"PASS: "*) pass "${line#PASS: }" ;;
		"FAIL: "*) fail "${line#FAIL: }" ;;
		*) continue ;;
		esac
		n=$((n + 1))
	done <"$1"
	[ $n -gt 0 ] || fail "$(basename "$1") has verdicts" "none"
}

# --- the network --------------------------------------------------------

quiet_ipv6() { # IFACE, in the current namespace
	echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6" 2>/dev/null
	return 0
}

lan() {
	ip link add "$1" type bridge mcast_snooping 0 forward_delay 0 ||
	    die "no bridge $1"
	quiet_ipv6 "$1"
	ip link set "$1" up
}

host() {
	local name=$1
	shift
	ip netns add "$name" || die "no namespace $name"
	on "$name" ip link set lo up
	[ $# -eq 0 ] || plug "$name" eth0 "$@"
}

plug() {
	local name=$1 iface=$2 lan=$3 addr=${4:--} mac=${5:-} port
	E2E_PORTS=$((${E2E_PORTS:-0} + 1))
	port=port$E2E_PORTS
	ip link add "$port" type veth peer name "$iface" netns "$name" ||
	    die "no link $name $iface"
	quiet_ipv6 "$port"
	ip link set "$port" master "$lan" up || die "no bridge $lan"
	[ -z "$mac" ] || on "$name" ip link set "$iface" address "$mac"
	on "$name" ip link set "$iface" up
	[ "$addr" = - ] || on "$name" ip addr add "$addr" brd + dev "$iface"
}

tap() {
	ip tuntap add "$2" mode tap || die "no tap $2"
	quiet_ipv6 "$2"
	ip link set "$2" master "$1" up || die "no bridge $1"
}

lose() {
	local share which
	share=$(awk -v p="$3" 'BEGIN { printf "%d", p * 100 }')
	which="numgen random mod 10000 < $share"
	[ "$share" -lt 10000 ] || which=
	on "$1" nft delete table netdev loss 2>/dev/null
	[ "$share" -eq 0 ] && return 0
	on "$1" nft -f - <<-END || die "nft refuses"
		table netdev loss {
			chain in {
				type filter hook ingress device "$2" priority 0;
				ip protocol udp $which drop
				ip6 nexthdr udp $which drop
			}
		}
	END
}

# --- programs -----------------------------------------------------------

prog() {
	local p
	for p in ${E2E_PREFIX:+"$E2E_PREFIX/sbin/$1" "$E2E_PREFIX/bin/$1"} \
	    "$BLD/$1/$1"; do
		[ -x "$p" ] && {
			echo "$p"
			return 0
		}
	done
	echo "$1-is-not-built"
	return 1
}

on() {
	ip netns exec "$@"
}

start() {
	local tag=$1 name=$2
	shift 2
	if [ "$name" = - ]; then
		"$@" </dev/null >>"$TMP/$tag.log" 2>&1 &
	else
		ip netns exec "$name" "$@" </dev/null >>"$TMP/$tag.log" 2>&1 &
	fi
	E2E_PID[$tag]=$!
}

unpack() {
	local d=$E2E_PACKAGES/$1.d
	if [ ! -d "$d/usr" ]; then
		dpkg -x "$E2E_PACKAGES/$1.deb" "$d" || return 1
	fi
	find "$d" -path "*bin/$2" | grep .
}

pid_of() {
	echo "${E2E_PID[$1]:-none}"
}

alive() {
	local pid=${E2E_PID[$1]:-}
	[ -n "$pid" ] && [ -d "/proc/$pid" ] &&
	    ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null
}

gone() {
	! alive "$1"
}

stop() {
	local tag=$1 pid=${E2E_PID[$1]:-} forced=no
	[ -n "$pid" ] || return 0
	kill "-${2:-TERM}" "$pid" 2>/dev/null
	wait_until 3 gone "$tag" || {
		forced=yes
		kill -KILL "$pid" 2>/dev/null
	}
	{ wait "$pid"; } 2>/dev/null
	local status=$?
	unset "E2E_PID[$tag]"
	[ $forced = yes ] && return 99
	return $status
}

bounded() {
	local seconds=$1
	shift
	if [ "$1" = on ]; then
		shift
		set -- ip netns exec "$@"
	fi
	timeout --foreground -k 2 "$seconds" "$@"
}

wait_until() { # SECONDS CMD...
	local end=$(($(date +%s%N) / 1000000 + $1 * 1000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $(($(date +%s%N) / 1000000)) -lt $end ] || return 1
		sleep 0.05
	done
}

log_path() {
	case $1 in
	/*) echo "$1" ;;
	*) echo "$TMP/$1.log" ;;
	esac
}

logged() {
	grep -aEq -- "$2" "$(log_path "$1")"
}

# Both only ever wait for what comes, so a loaded machine gets its time.
PATIENCE=20

wait_log() {
	wait_until $(($1 > PATIENCE ? $1 : PATIENCE)) logged "$2" "$3"
}

udp_bound() {
	on "$1" ss -Hlun | awk '{ print $4 }' | grep -q ":$2\$"
}

wait_udp() {
	wait_until $(($1 > PATIENCE ? $1 : PATIENCE)) udp_bound "$2" "$3"
}

# shellcheck source=lib-packets.sh
. "$LIB/lib-packets.sh"

# --- files --------------------------------------------------------------

make_file() {
	mkdir -p "$(dirname "$1")"
	awk -v n="$2" -v seed="${3:-1}" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i += 16)
			printf "%08x%08x", i + seed, int(rand() * 4294967295)
	}' | head -c "$2" >"$1"
	chmod 644 "$1"
}

# --- the end ------------------------------------------------------------

show_logs() {
	local f
	for f in "$TMP"/*.log; do
		[ -s "$f" ] || continue
		case $f in *.tcpdump.log) continue ;; esac
		echo "--- end of $(basename "$f")"
		tail -c 6000 "$f" | tail -n 40 | tr -d '\r' | tr -c '[:print:]\n\t' '.'
	done
}

# All processes of this namespace but shells: those are this script, or end
# with it.
everyone() {
	local d name
	for d in /proc/[0-9]*; do
		read -r name 2>/dev/null <"$d/comm" || continue
		[ "$name" = bash ] || echo "${d#/proc/}"
	done
}

alone() {
	local p
	for p in $(everyone); do
		grep -q '^State:.[^Z]' "/proc/$p/status" 2>/dev/null && return 1
	done
	return 0
}

# What a test has mounted in its folder is not the test's: it stays whole.
remove_tmp() {
	awk -v d="$TMP/" 'index($2, d) == 1 { print $2 }' /proc/self/mounts |
	    sort -r | xargs -r umount -l && rm -rf --one-file-system "$TMP"
}

finish() {
	local status=$?
	[ $E2E_ENDED = no ] || return
	E2E_ENDED=yes
	trap '' INT TERM HUP
	for p in $(everyone); do
		kill -TERM "$p" 2>/dev/null
	done
	wait_until 3 alone
	if grep -alE 'AddressSanitizer|LeakSanitizer|runtime error:' \
	    "$TMP"/*.log >"$TMP/.asan" 2>/dev/null; then
		fail "$NAME: no sanitizer report" "$(tr '\n' ' ' <"$TMP/.asan")"
	fi
	[ $status -eq 0 ] || [ $status -eq 77 ] || [ $E2E_FAILED -gt 0 ] ||
	    fail "$NAME runs to its end" "exit status $status"
	[ $((E2E_PASSED + E2E_FAILED + E2E_SKIPPED)) -gt 0 ] ||
	    fail "$NAME checks something" "no verdict"
	[ $E2E_FAILED -eq 0 ] || show_logs
	if [ -n "${E2E_KEEP:-}" ]; then
		echo "kept: $TMP"
	else
		remove_tmp
	fi
	[ $E2E_FAILED -eq 0 ] || exit 1
	[ $E2E_SKIPPED -eq 0 ] || exit 77
	exit 0
}
trap finish EXIT
trap 'fail "$NAME" "interrupted"; exit 1' INT TERM HUP
