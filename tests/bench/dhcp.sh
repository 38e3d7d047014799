#!/bin/bash
# dhcp.sh - what dhcpd costs, side by side with Debian's Kea, ISC dhcpd and
# dnsmasq and with a floor: the least that a server could do here.
#
# usage: dhcp.sh [--smoke | --curve | --pause | --quick | --rate] [-r ROUNDS]
#		[SERVER...]
#	SERVER: ours kea kea_mt isc dnsmasq floor floor_sync; without: all
#	--smoke	some seconds, ours alone, does everything work; no figures judged
#	--curve	ours alone: cost of a message by hosts, leases and subnets
#	--pause	ours alone: how long clients wait at most while the journal of
#		60,000 leases is written anew
#	--quick	only the pool, hosts and renewals
#	--rate	only 1000 DORA/s: how long they wait, what they cost
#	-r	the table shows the medians of so many rounds (3)
#
# Needs root and, for the first time, Debian's mirror: the other servers are
# unpacked aside and never installed.  Everything happens in namespaces.  Run
# it from the build folder (make bench BENCH="-r 1"), on a quiet machine:
# figures of two runs cannot be compared, those of one can.
# SPDX-License-Identifier: ISC
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${E2E_INSIDE:-}" ] && [ "$(id -u)" -eq 0 ] && [ "${1:-}" != --smoke ] &&
    [ "${1:-}" != --curve ] && [ "${1:-}" != --pause ]; then
	: "${E2E_PACKAGES:=$(cd "${top_builddir:-.}" && pwd)/lab}"
	bash "$here/../e2e/fetch" "$E2E_PACKAGES" kea-dhcp4-server \
	    isc-dhcp-server dnsmasq-base || exit 1
fi
# shellcheck source=../e2e/lib.sh
. "$here/../e2e/lib.sh"
# shellcheck source=servers.sh
. "$here/servers.sh"

ROUNDS=3 PART=all
while [ $# -gt 0 ]; do
	case $1 in
	--smoke | --curve | --pause | --quick | --rate) PART=${1#--} ;;
	-r)
		ROUNDS=$2
		shift
		;;
	*) break ;;
	esac
	shift
done
SERVERS=${*:-ours kea kea_mt isc dnsmasq floor floor_sync}
case $PART in smoke | curve | pause) SERVERS=ours ;; esac
LOAD=$BLD/tests/bench/dhcpload
[ -x "$LOAD" ] || {
	skip "$NAME" "$LOAD is not built: make check"
	exit 77
}
RESULTS=$TMP/results
: >"$RESULTS"
where=srv serving=

# ---- the network: two ends of one cable ---------------------------------

host srv
host relay
ip link add name eth0 netns srv type veth peer name eth0 netns relay ||
    die "no cable"
on srv ip link set eth0 up
on relay ip link set eth0 up
on srv ip addr add 10.9.0.1/24 dev eth0
on relay ip addr add 10.9.0.2/24 dev eth0
on srv ip route add 10.50.0.0/15 via 10.9.0.2
on relay ip addr add 10.50.0.1/32 dev eth0
# behind the relay every address is a client of ours
on relay ip route add local 10.50.0.0/15 dev lo

load() { # dora|renew|first ARGUMENT...
	local mode=$1
	shift
	bounded 120 on relay "$LOAD" "$mode" -g 10.50.0.1 -s 10.9.0.1 "$@"
}

# ---- figures -------------------------------------------------------------

field() { # KEY LINE
	sed -n "s/.*\<$1=\([-0-9.]*\).*/\1/p" <<<"$2"
}

note() { # FIGURE SERVER VALUE
	echo "$1 $2 $3" >>"$RESULTS"
}

# Runs a load against the server that is up; its line is in $line.
measure() { # ARGUMENT of load
	line=$(load "$@" -p "$(pid_of server)") ||
		fail "$serving: its answers are right" "$line"
	[ -n "${BENCH_VERBOSE:-}" ] && echo "$serving: $*: $line" >&2
	return 0
}

# The better of 128 and 512 clients at once: a server that syncs gains by many,
# one with small buffers loses some and waits for them.
measure_best() { # ARGUMENT of load
	local small
	measure "$@" -w 128
	small=$line
	# others, where they need new addresses
	case $* in "dora -n"*) set -- "$@" -m 2000000 ;; esac
	measure "$@" -w 512
	[ "$(field per_s "$small")" -le "$(field per_s "$line")" ] ||
	    line=$small
}

# Starts it with a case and waits for its first answer.
first() { # SERVER CASE N FIGURE [ARGUMENT of the probe...]
	local server=$1 what=$2 n=$3 figure=$4 since probe
	shift 4
	mkdir -p "$TMP/$server" "$TMP/${server%_mt}"
	"conf_$server" "$what" "$n"
	since=$(date +%s%N)
	load first -T "$since" -t 12 "$@" >"$TMP/probe" &
	probe=$!
	serve "$server"
	wait $probe
	line=$(cat "$TMP/probe")
	if [ "$(field first_ms "$line")" = 0.0 ]; then
		note "$figure" "$server" 12000
		return 1
	fi
	note "$figure" "$server" "$(field first_ms "$line")"
	note "${figure}_stall" "$server" "$(field stall_ms "$line")"
}

end() {
	stop server
	cat "$TMP/server.log" >>"$TMP/servers.log"
}

# ---- cases ---------------------------------------------------------------

rate() { # SERVER
	measure dora -r 1000 -n 3000 -m 1000000 -t 4
	note p50 "$1" "$(field p50_ms "$line")"
	note p99 "$1" "$(field p99_ms "$line")"
	note cpu_1000 "$1" "$(field cpu_per_1000 "$line")"
	note unanswered "$1" "$(field lost "$line")"
}

case_rate() { # SERVER
	first "$1" pool 60000 start_empty -n 1 -m 9000000 && rate "$1"
	end
}

case_pool() { # SERVER
	first "$1" pool 60000 start_empty -n 1 -m 9000000 || {
		end
		return
	}
	rate "$1"
	sleep 0.5
	measure_best dora -n 28000 -t 3
	note pool "$1" "$(field per_s "$line")"
	note cpu_pool "$1" "$(field cpu_per_1000 "$line")"
	end
}

case_hosts() { # SERVER
	first "$1" hosts 10000 start_hosts && {
		measure_best dora -l -n 10000 -t 2
		note hosts "$1" "$(field per_s "$line")"
		note cpu_hosts "$1" "$(field cpu_per_1000 "$line")"
		note rss_hosts "$1" "$(field rss_kB "$line")"
	}
	end
}

case_leases() { # SERVER
	first "$1" leases 60000 start_leases && {
		measure_best renew -a 10.50.1.0 -n 60000 -t 2
		note renewals "$1" "$(field per_s "$line")"
		note cpu_renewals "$1" "$(field cpu_per_1000 "$line")"
		note rss_leases "$1" "$(field rss_kB "$line")"
	}
	end
}

case_hosts_100k() {
	first ours hosts 100000 start_100k
	end
}

# perfdhcp sends as fast as it can and says what rate came of it.
case_witness() { # SERVER
	command -v perfdhcp >/dev/null || return
	first "$1" pool 60000 start_empty -n 1 -m 9000000 && {
		bounded 20 on relay perfdhcp -4 -l 10.50.0.1 -R 50000 -p 3 \
		    10.9.0.1 >"$TMP/perfdhcp" 2>&1
		note perfdhcp "$1" "$(sed -n \
		    's/^Rate: \([0-9.]*\) 4-way.*/\1/p' "$TMP/perfdhcp")"
	}
	end
}

round() {
	local s
	if [ "$PART" = rate ]; then
		for s in $SERVERS; do
			case_rate "$s"
		done
		return
	fi
	for s in $SERVERS; do
		case_pool "$s"
	done
	for s in $SERVERS; do
		case $s in floor*) ;; *) case_hosts "$s" ;; esac
	done
	for s in $SERVERS; do
		case_leases "$s"
	done
	[ "$PART" = quick ] && return
	for s in $SERVERS; do
		case $s in
		ours) case_hosts_100k && case_witness ours ;;
		kea*) case_witness "$s" ;;
		esac
	done
}

# ---- the table -----------------------------------------------------------

# Medians of the rounds, a line for each figure; then the goals.
table() {
	awk -v servers="$SERVERS" -f "$here/table.awk" "$RESULTS"
}

curve() {
	local n what
	echo "CPU of dhcpd for each message that it gets, in microseconds:"
	printf '%-30s' ""
	printf ' %9s' 100 1000 10000 100000
	for what in hosts leases subnets; do
		case $what in
		hosts) printf '\n%-30s' "DORA of so many hosts" ;;
		leases) printf '\n%-30s' "renewals of so many leases" ;;
		subnets) printf '\n%-30s' "DORA with so many subnets" ;;
		esac
		for n in 100 1000 10000 100000; do
			curve_one "$what" "$n"
		done
	done
	echo
}

curve_one() { # hosts|leases|subnets N
	local per=2
	case $1 in
	subnets)
		conf_ours pool 4096
		"conf_ours_subnets" "$1" "$2"
		serve ours
		load first -t 12 -n 1 -m 9000000 >/dev/null
		measure dora -l -n 2000 -t 1.5
		;;
	hosts)
		first ours hosts "$2" curve -n 100
		measure dora -l -n "$2" -t 1.5
		;;
	leases)
		per=1
		first ours leases "$2" curve -n 100
		measure renew -a 10.50.1.0 -n "$2" -t 1.5
		;;
	esac
	printf ' %9s' "$(awk -v c="$(field cpu_per_1000 "$line")" -v p=$per \
	    'BEGIN { printf "%.1f", c * 1000 / p }')"
	end
}

# 3000 renewals a second, twice; in between the journal grows until it is about
# to be written anew, at 2 * 60,000 + 4096 lines.
pause() {
	local journal=$TMP/ours/db/dhcpd.leases old
	first ours leases 60000 curve -n 100
	measure renew -a 10.50.1.0 -n 60000 -r 3000 -t 5
	echo "3000 renewals/s: p99 $(field p99_ms "$line") ms," \
	    "longest $(field max_ms "$line") ms"
	old=$(stat -c %i "$journal")
	measure renew -a 10.50.1.0 -n 60000 -r 10000 -t 4
	check "the journal was not yet written anew" \
	    [ "$(stat -c %i "$journal")" = "$old" ]
	measure renew -a 10.50.1.0 -n 60000 -r 3000 -t 6
	check "the journal was written anew" \
	    [ "$(stat -c %i "$journal")" != "$old" ]
	echo "meanwhile: p99 $(field p99_ms "$line") ms," \
	    "longest $(field max_ms "$line") ms"
	end
}

# ---- what is run ---------------------------------------------------------

smoke() {
	first ours pool 4000 start -n 1 -m 9000000
	measure dora -n 3000 -t 5
	check "3000 clients get an address each by the load generator" \
	    [ "$(field acked "$line")" = 3000 ]
	check "no address twice, none but the one offered" \
	    grep -q 'naks=0 wrong=0 twice=0' <<<"$line"
	end
	check "its leases are on disk" \
	    [ "$(grep -c '^bound' "$TMP/ours/db/dhcpd.leases")" -ge 3000 ]
	first ours leases 2000 start -n 100
	measure renew -a 10.50.1.0 -n 2000 -t 0.5
	check "they renew from their own addresses ($(field acked "$line"))" \
	    [ "$(field acked "$line")" -ge 500 ]
	check "and keep them" grep -q 'naks=0 wrong=0 twice=0' <<<"$line"
	end
	on srv ip addr add 10.48.0.1/14 dev eth0
	# nobody answers for the addresses any more: dhcpd asks by ARP
	on relay ip route del local 10.50.0.0/15 dev lo
	first ours pool 4000 start -n 1 -m 9000000
	line=$(bounded 20 on relay "$LOAD" dora -i eth0 -n 300 -w 300 -t 10)
	check "300 clients on the link get an address each" \
	    grep -q '^acked=300 .* naks=0 wrong=0 twice=0' <<<"$line"
	end
}

KEA=$(unpack kea-dhcp4-server kea-dhcp4 2>/dev/null)
ISC=$(unpack isc-dhcp-server dhcpd 2>/dev/null | grep /dhcpd)
DNSMASQ=$(unpack dnsmasq-base dnsmasq 2>/dev/null)
mkdir -p "$TMP/ours"
case $PART in
smoke) smoke ;;
curve) curve ;;
pause) pause ;;
*)
	echo "load before: $(cut -d' ' -f1-3 /proc/loadavg); kernel $(uname -r);" \
	    "$(nproc) processors; leases on $(stat -f -c %T "$TMP")"
	for ((r = 1; r <= ROUNDS; r++)); do
		round
	done
	table
	[ "$PART" != all ] || curve
	;;
esac
check "every server gave right answers" [ $E2E_FAILED -eq 0 ]
