#!/bin/bash
# mcast.sh - what multicast costs and how long it takes: one file to many
# simulated boot ROMs with loss (mcastload), mtftpd, tftpd (RFC 2090) and
# Debian's atftpd.
#
# usage: mcast.sh [--smoke | --quick] [-r ROUNDS] [CASE...]
#	CASE: see cases() below; without: all
#	--smoke	some seconds, does everything work; no figures judged
#	--quick	one round, without the largest file
#	-r	the table shows the medians of so many rounds (3)
#
# wire: bytes that the server's interface sent / size of the file.  last: when
# the last client had the file, from the first one's start.  All clients judge
# every byte and what their kind demands of the server.  Loss is that of what
# comes to a client, each with its own; "up": as much of what it sends.
#
# Needs root and, for atftpd, Debian's mirror at the first time.  Everything
# happens in namespaces.  Run it from the build folder (make bench-mcast
# BENCH="-r 1"), on a quiet machine: the clients need a processor of their own.
# SPDX-License-Identifier: ISC
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${E2E_INSIDE:-}" ] && [ "$(id -u)" -eq 0 ] && [ "${1:-}" != --smoke ]; then
	: "${E2E_PACKAGES:=$(cd "${top_builddir:-.}" && pwd)/lab}"
	bash "$here/../e2e/fetch" "$E2E_PACKAGES" atftpd || exit 1
fi
# shellcheck source=../e2e/lib.sh
. "$here/../e2e/lib.sh"

ROUNDS=3 PART=all
while [ $# -gt 0 ]; do
	case $1 in
	--smoke | --quick) PART=${1#--} ;;
	-r)
		ROUNDS=$2
		shift
		;;
	*) break ;;
	esac
	shift
done
[ "$PART" = all ] || ROUNDS=1
WANTED=$*
LOAD=$BLD/tests/bench/mcastload
[ -x "$LOAD" ] || {
	skip "$NAME" "$LOAD is not built: make check"
	exit 77
}
RESULTS=$TMP/results
: >"$RESULTS"
S=10.9.0.1
T=$TMP/tftpboot
MB=1048576

# ---- the network: two ends of one cable ----------------------------------

host srv
host cli
ip link add name eth0 netns srv type veth peer name eth0 netns cli ||
    die "no cable"
for h in srv cli; do
	on $h ip link set eth0 up
	on $h sysctl -qw net.ipv4.conf.all.rp_filter=0 \
	    net.ipv4.conf.eth0.rp_filter=0
done
on srv ip addr add $S/24 dev eth0
on cli ip addr add 10.9.0.2/24 dev eth0
on srv ip route add 10.50.0.0/15 via 10.9.0.2
on srv ip route add 224.0.0.0/4 dev eth0
on cli ip route add local 10.50.0.0/15 dev lo

link_of() { # RATE
	on srv tc qdisc replace dev eth0 root tbf rate "$1" burst 32kb \
	    latency 100ms || die "no tbf"
}

sent() {
	on srv cat /sys/class/net/eth0/statistics/tx_bytes
}

# ---- the servers ----------------------------------------------------------

conf() { # FILE NUMBER [LINE...]: one more group, 239.255.1.NUMBER
	local line
	cat <<-END
		[mtftp $1]
		mtftp_ip = 239.255.1.$2
		mtftp_cport = $((3000 + $2))
		mtftp_tmout = 1
		mtftp_delay = 1
	END
	shift 2
	for line; do
		echo "$line"
	done
}

serve_ours() {
	start server srv "$(prog mtftpd)" -F -C "$TMP/conf" -u "$USERNAME"
	wait_udp 5 srv 1759 || die "mtftpd does not listen"
	SPORT=1759
}

# RFC 2090: group number 20
serve_tftpd() {
	start server srv "$(prog tftpd)" -F -C "$TMP/conf" -u "$USERNAME"
	wait_udp 5 srv 69 || die "tftpd does not listen"
	SPORT=69
}

serve_atftpd() { # MTFTP's port, or that of RFC 2090
	start server srv "$ATFTPD" --daemon --no-fork --logfile - \
	    --user "$USERNAME" \
	    --mtftp "$TMP/atftpd.map" --mtftp-port 1760 \
	    --mcast-addr 239.255.1.20 --mcast-port 3020 --port 6969 "$T"
	wait_udp 5 srv "$1" || die "atftpd does not listen"
	SPORT=$1
}

# Processor time of the server so far, in ms.
cpu() {
	awk '{ print ($14 + $15) * 10 }' "/proc/$(pid_of server)/stat"
}

rss() { # kB
	awk '/^VmHWM/ { print $2 }' "/proc/$(pid_of server)/status"
}

# ---- figures --------------------------------------------------------------

field() { # KEY LINE
	sed -n "s/.*\<$1=\([-0-9.]*\).*/\1/p" <<<"$2"
}

note() { # CASE FIGURE VALUE
	echo "$1 $2 $3" >>"$RESULTS"
}

load() { # NUMBER FILE KIND N LOSS [ARGUMENT...]
	local g=$1 file=$2 kind=$3 n=$4 loss=$5
	shift 5
	bounded 200 on cli "$LOAD" -s $S -p "$SPORT" -i eth0 \
	    -g "239.255.1.$g" -c $((3000 + g)) -a "10.$((50 + g / 16)).$((g % 16 * 16)).0" \
	    -f "$T/$file" -r "$file" -k "$kind" -n "$n" -l "$loss" \
	    -T 1 -D 1 -w 0.5 -S "$SEED" "$@"
}

wire_of() { # BYTES FILE
	awk -v b="$1" -v s="$(stat -c %s "$T/$2")" 'BEGIN { printf "%.2f", b / s }'
}

# Runs a load; its line is in $line.
measure() { # CASE NUMBER FILE KIND N LOSS [ARGUMENT...]
	local case=$1 file=$3 before used
	shift
	before=$(sent) used=$(cpu)
	line=$(load "$@" 2>>"$TMP/complaints")
	note "$case" all $?
	sleep 0.3
	used=$(($(cpu) - used))
	before=$(($(sent) - before))
	note "$case" wire "$(wire_of $before "$file")"
	note "$case" last "$(field last_s "$line")"
	note "$case" terms "$(field terms "$line")"
	note "$case" errors "$(field errors "$line")"
	note "$case" cpu "$(awk -v c=$used -v b=$before \
	    'BEGIN { printf "%.2f", c / 1000 / (b / 1e8) }')"
	note "$case" rss "$(rss)"
	[ "$(field dropped "$line")" = 0 ] ||
	    echo "$case: the clients' own socket overflowed: $line" >&2
	[ -z "${BENCH_VERBOSE:-}" ] || echo "$case: wire $(wire_of $before "$file")" \
	    "cpu $used ms $line" >&2
}

# ---- cases ----------------------------------------------------------------

# NAME WHAT goal of wire, goal of last; run by case_NAME or by the arguments
# FILE KIND N LOSS [ARGUMENT...]
cases() {
	cat <<-END
	spec0|1000 spec-following, 1 MB, 0 %|1.10|1.25|m1 spec 1000 0
	spec1|1000 spec-following, 1 MB, 1 %|4.6|3.5|m1 spec 1000 1
	spec5|1000 spec-following, 1 MB, 5 %|6.8|2.5|m1 spec 1000 5
	spec1up|... 1 %, up too|||m1 spec 1000 1 -L 1
	spec5up|... 5 %, up too|||m1 spec 1000 5 -L 5
	intel1|50 Intel-type, 262 kB, 1 %|5|3|k256 intel 50 1
	intel5|50 Intel-type, 262 kB, 5 %|12|4|k256 intel 50 5
	efi1|... to the letter of its source, 1 %|||k256 efi 50 1
	efi5|... 5 %|||k256 efi 50 5
	ipxe5|50 iPXE-type, 262 kB, 5 %|4|8|k256 ipxe 50 5
	ipxe5up|... up too|||k256 ipxe 50 5 -L 5
	dies|100 spec-following, first master dies at 500|1.25|2.5|m1 spec 100 0 -d 500
	rogue|100, 1000 rogue ACKs/s, 500 openers/s|1.25|1.25|m1 spec 100 0 -R 1000 -O 500
	late|100 iPXE-type, one comes late||2.5|m1 ipxe 100 0 -j 0.6
	neg0|100 RFC 2090, 8 MB, 1408 B, 0 %|1.20|0.9|m8 2090 100 0 -b 1408 -w 0.01
	neg1|100 RFC 2090, 8 MB, 1408 B, 1 %|1.90|2.0|m8 2090 100 1 -b 1408 -w 0.01
	neg5|100 RFC 2090, 8 MB, 1408 B, 5 %|2.45|4.0|m8 2090 100 5 -b 1408 -w 0.01
	neg1up|... 1 %, up too|||m8 2090 100 1 -b 1408 -w 0.01 -L 1
	neg5up|... 5 %, up too|||m8 2090 100 5 -b 1408 -w 0.01 -L 5
	END
	[ "$PART" = quick ] || cat <<-END
	big|2000 spec-following, 33 MB of 1408 B, 1 Gbit/s, 1 %|||m32w spec 2000 1 -x 190 -b 1408
	big512|... of 512 B|||m32 spec 2000 1 -x 190
	END
	cat <<-END
	peer|100, 262 kB, 1 %, beside atftpd|||k256 spec 100 1
	peerneg|100 of atftp's RFC 2090, 262 kB, 1 %, beside atftpd|||k256 atftp 100 1 -w 0.01
	eight|8 files at once, 100 clients each, 1 Gbit/s|||
	END
}

wanted() { # CASE
	[ -z "$WANTED" ] || grep -qw -- "$1" <<<"$WANTED"
}

number_of() { # FILE
	awk -v f="$1" '$0 == "[mtftp " f "]" { hit = 1 }
	    hit && /mtftp_ip/ { sub(/.*\./, ""); print; exit }' "$TMP/conf"
}

run_case() { # NAME FILE KIND N LOSS...
	local name=$1 file=$2 kind=$3 number
	shift 2
	number=$(number_of "$file")
	link_of 100mbit
	case $name in big*) link_of 1gbit ;; esac
	if [ "$kind" = 2090 ] || [ "$kind" = atftp ]; then
		number=20
		serve_tftpd
	else
		serve_ours
	fi
	measure "$name" "$number" "$file" "$@"
	[ "$name" != dies ] || note dies passes \
	    "$(grep -c 'a pass to .* begins' "$TMP/server.log")"
	finish_server
	[ -n "$ATFTPD" ] || return 0
	case $name in
	peer)
		serve_atftpd 1760
		set -- "$@" -D 6
		;;
	peerneg)
		serve_atftpd 6969
		set -- "$@" -D 6
		;;
	*) return 0 ;;
	esac
	measure "$name.atftpd" "$number" "$file" "$@" -P -x 120
	finish_server
}

finish_server() {
	stop server
	cat "$TMP/server.log" >>"$TMP/servers.log"
	rm -f "$TMP/server.log"
}

# On a link that eight files do not fill.  Alone: one after the other; then all at once.
case_eight() {
	local i pids=() slowest=0 all=0
	link_of 1gbit
	serve_ours
	for i in 1 2 3 4 5 6 7 8; do
		line=$(load $((10 + i)) "e$i" spec 100 0 2>>"$TMP/complaints") ||
		    note eight all 1
		slowest=$(max "$slowest" "$(field last_s "$line")")
	done
	for i in 1 2 3 4 5 6 7 8; do
		load $((10 + i)) "e$i" spec 100 0 >"$TMP/e$i.out" \
		    2>>"$TMP/complaints" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || note eight all 1
	done
	for i in 1 2 3 4 5 6 7 8; do
		all=$(max "$all" "$(field last_s "$(cat "$TMP/e$i.out")")")
	done
	note eight all 0
	note eight last "$all"
	note eight ratio "$(awk -v a="$all" -v s="$slowest" \
	    'BEGIN { printf "%.2f", a / s }')"
	finish_server
}

max() {
	awk -v a="$1" -v b="$2" 'BEGIN { print (a > b ? a : b) }'
}

# ---- the table --------------------------------------------------------------

table() {
	cases | awk -F'|' -f "$here/mcast.awk" "$RESULTS" -
}

round() {
	local name args
	while IFS='|' read -r name _ _ _ args; do
		wanted "$name" || continue
		if [ "$name" = eight ]; then
			case_eight
		else
			# shellcheck disable=SC2086
			run_case "$name" $args
		fi
	done < <(cases)
}

# ---- what is run --------------------------------------------------------------

smoke() {
	link_of 100mbit
	serve_ours
	line=$(load 1 m1 spec 200 0 2>&1)
	check "200 clients get 1 MiB in one pass" grep -q \
	    'done=200 failed=0 .* errors=0 wrong=0 .* terms=1 ' <<<"$line"
	line=$(load 2 k256 intel 50 3 2>&1)
	check "50 Intel ROMs with 3 % loss get their file, no rule broken" \
	    grep -q 'done=50 failed=0 .* errors=0 wrong=0 ' <<<"$line"
	line=$(load 2 k256 ipxe 50 5 2>&1)
	check "50 iPXE with 5 % loss get their file" \
	    grep -q 'done=50 failed=0 .* errors=0 wrong=0 ' <<<"$line"
	line=$(load 1 m1 spec 100 0 -d 500 -R 200 -O 100 2>&1)
	check "a master that dies, rogue ACKs and a flood of openers stop nobody" \
	    grep -q 'done=99 failed=0 dead=1 errors=0 wrong=0 ' <<<"$line"
	finish_server
	serve_tftpd
	line=$(load 20 k256 2090 100 3 -w 0.01 2>&1)
	check "100 clients of RFC 2090 with 3 % loss get their file" \
	    grep -q 'done=100 failed=0 .* errors=0 wrong=0 ' <<<"$line"
	finish_server
}

make_file "$T/m1" $MB 1
make_file "$T/k256" 262144 2
cat >"$TMP/conf" <<-END
	[global]
	tftp_root = $T
	[tftpd]
	multicast_ip = 239.255.1.20
	multicast_port = 3020
END
# whoever is held up on a busy machine is not given up
[ "$PART" != smoke ] || printf '[mtftpd]\ntimeout = 1s\n' >>"$TMP/conf"
conf m1 1 >>"$TMP/conf"
conf k256 2 >>"$TMP/conf"
for i in 1 2 3 4 5 6 7 8; do
	make_file "$T/e$i" $MB $((10 + i))
	conf "e$i" $((10 + i)) >>"$TMP/conf"
done
SEED=1
if [ "$PART" = smoke ]; then
	smoke
	exit
fi
[ "$PART" = quick ] || make_file "$T/m32" 33553919 3
make_file "$T/m8" $((8 * MB)) 4
[ "$PART" = quick ] || ln "$T/m32" "$T/m32w"
conf m32 3 >>"$TMP/conf"
conf m32w 9 "blksize = 1408" >>"$TMP/conf"
ATFTPD=$(unpack atftpd atftpd)
printf 'k256 239.255.1.2 3002\n' >"$TMP/atftpd.map"
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg); kernel $(uname -r);" \
    "$(nproc) processors"
for ((SEED = 1; SEED <= ROUNDS; SEED++)); do
	round
done
table
[ ! -s "$TMP/complaints" ] || sort "$TMP/complaints" | sed 's/^client [0-9]* at [0-9.]* s/client/' |
    uniq -c | sort -rn | head -n 12
pass "the bench ran to its end"
