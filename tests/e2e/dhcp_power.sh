#!/bin/bash
# dhcp_power.sh - the power goes under load and every write that was not
# synced is thrown away: no ACK is lost, no address is held by two.
#
# Some of the clients are hosts, of which dhcpd appends the class for tftpd
# without a sync: that must do no harm.
#
# power.so notes what dhcpd does to its lease folder, power.py makes of it the
# folder that a disk would have after a power cut at some moment, and dhcpd
# goes on from there.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need tcpdump tshark python3
POWER=$BLD/tests/e2e/power.so LOAD=$BLD/tests/bench/dhcpload
for built in "$POWER" "$LOAD"; do
	[ -x "$built" ] || {
		skip "$NAME" "$built is not built: make check-e2e"
		exit 77
	}
done
# a sanitizer's library wants to be the first
ASAN=$(ldd "$(prog dhcpd)" | awk '$1 ~ /^lib[at]san/ { print $3 }')

lan wire
host srv wire 10.9.0.1/24
host relay wire 10.9.0.2/24
on relay ip addr add 10.50.0.1/16 dev eth0
on relay ip addr add 10.50.0.2/16 dev eth0
on relay sysctl -qw net.ipv4.conf.all.arp_ignore=1
on srv ip route add 10.50.0.0/16 via 10.9.0.2
folder=$TMP/leases
cat >"$TMP/rb.conf" <<-END
	[global]
	lease_time = 1h
	[dhcpd]
	lease_file = $folder/dhcpd.leases
	[subnet 10.50.0.0/16]
	pool = 10.50.1.0 - 10.50.200.255
	[subnet 10.9.0.0/24]
	[class all]
	match.53 = *
	[tftp-client all]
	class = all
	oack = no
END
awk 'BEGIN { # each eighth client of the first rounds, as dhcpload names them
	for (i = 0; i < 1600; i++) {
		n = (1 + int(i / 400)) * 100000 + i % 400 * 8
		printf "[host h%d]\nchaddr = 02:00:%02x:%02x:%02x:%02x\n", n,
		    n / 16777216, n / 65536 % 256, n / 256 % 256, n % 256
		printf "yiaddr = 10.50.%d.%d\n", 201 + i / 200, 1 + i % 200
	}
}' >>"$TMP/rb.conf"

serve() { # ROUND [NAME=VALUE...]
	local log=$TMP/$1.power
	shift
	rm -rf "$TMP/before"
	cp -a "$folder" "$TMP/before"
	: >"$TMP/dhcpd.log"
	start dhcpd srv env "$@" POWER_DIR="$folder" POWER_LOG="$log" \
	    LD_PRELOAD="$ASAN $POWER" \
	    "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME"
	wait_log 20 dhcpd 'serving' || die "dhcpd does not start"
}

load() { # TAG GIADDR ARGUMENT of dhcpload...
	local tag=$1 giaddr=$2
	shift 2
	start "$tag" relay "$LOAD" dora -g "$giaddr" -s 10.9.0.1 "$@"
}

grown() { # FILE BYTES
	[ "$(stat -c %s "$1")" -gt "$2" ]
}

# What of the pool was acknowledged until NS (without: ever): "ADDR MAC".
acked() {
	packets acks 'dhcp.option.dhcp == 5' frame.time_epoch dhcp.ip.your \
	    dhcp.hw.mac_addr | awk -v until="${1:-9e18}" '{
		sub("[.]", "", $1)
		sub(",.*", "", $3)
		if ($1 + 0 < until + 0 && $2 !~ /^10[.]50[.]20[1-8][.]/)
			print $2 "\t" $3
	}' | LC_ALL=C sort -u
}

# What a journal holds bound, the last word about each address.
held() {
	awk '$1 == "bound" || $1 == "free" || $1 == "declined" {
		state[$2] = $1
		sub(".*/", "", $3)
		mac[$2] = $3
	}
	END { for (a in state) if (state[a] == "bound") print a "\t" mac[a] }' \
	    "$1" | LC_ALL=C sort -u
}

# ACKs until NS that the folder lacks.
lost() { # FOLDER [NS]
	acked "${2:-}" >"$TMP/acked"
	held "$1/dhcpd.leases" >"$TMP/held"
	LC_ALL=C comm -23 "$TMP/acked" "$TMP/held" >"$TMP/lost"
	echo "$(wc -l <"$TMP/lost") of $(wc -l <"$TMP/acked")"
}

# The disk after a cut; NS: at that moment.
cut_power() { # ROUND FOLDER [NS]
	python3 "$LIB/power.py" "$TMP/$1.power" "$TMP/before" "$2" \
	    ${3:+"$3"} >"$TMP/cut" || die "power.py fails"
	chown -R "$USERNAME" "$2"
}

# The daemon and the clients end at once, and the capture with them.
crash() {
	stop dhcpd KILL 2>/dev/null
	capture_end acks
	stop clients KILL 2>/dev/null
	stop others KILL 2>/dev/null
}

acks() { # option 53 comes first
	capture acks relay eth0 'src host 10.9.0.1 and udp src port 67 and udp[248:2] = 0x3501 and udp[250] = 5'
}

mkdir "$folder"
chown "$USERNAME" "$folder"

# --- at any moment, again and again ----------------------------------------
: >"$TMP/ever"
for round in 1 2 3 4; do
	serve $round
	acks
	load clients 10.50.0.1 -r 1500 -n 10000 -m $((round * 100000)) -t 30
	wait_until 20 grown "$TMP/$round.power" $((210000 + RANDOM * 6)) ||
	    die "no load"
	crash
	cut_power $round "$folder"
	n=$(lost "$folder")
	cat "$TMP/acked" >>"$TMP/ever"
	check "power cut $round: no ACK is lost ($n)" [ ! -s "$TMP/lost" ]
	check "power cut $round: there were ACKs" [ -s "$TMP/acked" ]
done

check "classes of hosts were written meanwhile" \
    grep -q '^host 10.50.20' "$folder/dhcpd.leases"
serve damage
check "and damage none of it" bash -c \
    "! grep -q 'not a lease record' '$TMP/dhcpd.log'"
stop dhcpd

# --- while the journal is written anew -------------------------------------
serve anew
acks
load others 10.50.0.2 -l -n 200 -m 9000000 -t 60
load clients 10.50.0.1 -r 500 -n 30000 -m 900000 -t 60
renamed() {
	grep -aq ' rename dhcpd.leases.new ' "$TMP/anew.power"
}
check "a journal that has grown long is written anew" wait_until 50 renamed
wait_until 20 grown "$TMP/anew.power" \
    $(($(stat -c %s "$TMP/anew.power") + 200000))
crash
moment() { # REGEX
	grep -aoE "^[0-9]+ $1" "$TMP/anew.power" | head -n 1 | cut -d ' ' -f 1
}
made=$(moment 'create [0-9]+ dhcpd.leases.new')
named=$(moment 'rename dhcpd.leases.new ')
there=$(grep -aoE '^[0-9]+ (rename dhcpd.leases.new|syncdir)' "$TMP/anew.power" |
    awk '/rename/ { r = 1 } r && /syncdir/ { print $1; exit }')
for at in "$made before any of it" "$(((made + named) / 2)) half written" \
    "$((named - 1)) before its name" "$named with its name, which is not synced" \
    "$there when its folder is synced" "$((there + 20000000)) and after it"; do
	cut_power anew "$TMP/then" "${at%% *}"
	n=$(lost "$TMP/then" "${at%% *}")
	check "a cut then, ${at#* }: no ACK is lost ($n)" [ ! -s "$TMP/lost" ]
done
cut_power anew "$folder"
n=$(lost "$folder")
cat "$TMP/acked" >>"$TMP/ever"
check "a cut at the end: no ACK is lost ($n)" [ ! -s "$TMP/lost" ]

# --- what dhcpd makes of it ---------------------------------------------------
serve last
check "dhcpd serves from what the last cut has left" alive dhcpd
check "and finds no damage" bash -c \
    "! grep -q 'not a lease record' '$TMP/dhcpd.log'"
stop dhcpd
LC_ALL=C sort -u "$TMP/ever" >"$TMP/all"
held "$folder/dhcpd.leases" >"$TMP/held"
LC_ALL=C comm -23 "$TMP/all" "$TMP/held" >"$TMP/lost"
check "all that was ever acknowledged is there ($(wc -l <"$TMP/all") leases)" \
    [ ! -s "$TMP/lost" ]
check "no address was acknowledged to two clients" \
    [ -z "$(cut -f 1 "$TMP/all" | uniq -d)" ]
check "no client was given two addresses" \
    [ -z "$(cut -f 2 "$TMP/all" | sort | uniq -d)" ]

# --- this test can fail ---------------------------------------------------------
# an empty journal: a long one would be written anew first, which is no ACK
sed -i '1!d' "$folder/dhcpd.leases"
chown "$USERNAME" "$folder/dhcpd.leases"
serve nosync POWER_NOSYNC=1
acks
load clients 10.50.0.1 -r 1500 -n 10000 -m 5000000 -t 30
wait_until 20 grown "$TMP/nosync.power" 280000 || die "no load"
crash
cut_power nosync "$TMP/then"
n=$(lost "$TMP/then")
check "a sync that does nothing is found out: ACKs are lost ($n)" \
    [ -s "$TMP/lost" ]
