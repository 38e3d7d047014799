#!/bin/bash
# dhcp_crash.sh - kill -9 under load, a torn tail, a full disk: no lease that
# was acknowledged is lost and no address is held by two.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need perfdhcp udhcpc tcpdump tshark python3

lan wire
host srv wire 10.9.0.1/24
host relay wire 10.9.0.2/24 02:00:00:00:00:02
host fixed wire - 02:00:00:00:02:01
on relay ip addr add 10.50.0.1/16 dev eth0
on srv ip route add 10.50.0.0/16 via 10.9.0.2

conf() { # LEASEFILE
	cat >"$TMP/rb.conf" <<-END
		[global]
		lease_time = 1h
		[dhcpd]
		lease_file = $1
		[subnet 10.50.0.0/16]
		pool = 10.50.1.0 - 10.50.100.255
		[subnet 10.9.0.0/24]
		[host fixed]
		chaddr = 02:00:00:00:02:01
		yiaddr = 10.9.0.77
	END
}

serve() {
	[ ! -f "$TMP/dhcpd.log" ] || cat "$TMP/dhcpd.log" >>"$TMP/older.log"
	: >"$TMP/dhcpd.log"
	start dhcpd srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME"
	wait_log 10 dhcpd 'serving' || die "dhcpd does not start"
}

load() { # SECONDS RATE CLIENTS BASE_MAC
	bounded $(($1 + 5)) on relay perfdhcp -4 -l 10.50.0.1 -p "$1" -r "$2" \
	    -R "$3" -b "mac=$4" -W 100000 10.9.0.1 >>"$TMP/perf.txt" 2>&1
}

# What the capture TAG saw acknowledged: "ADDR MAC", each pair once.
acked() {
	packets "$1" "ip.src == 10.9.0.1 && dhcp.option.dhcp == 5" \
	    dhcp.ip.your dhcp.hw.mac_addr | sed "s,\,.*,," | LC_ALL=C sort -u
}

# What a lease file holds bound, the last word about each address.
held() {
	awk '$1 == "bound" || $1 == "free" || $1 == "declined" {
		state[$2] = $1
		sub(".*/", "", $3)
		mac[$2] = $3
	}
	END { for (a in state) if (state[a] == "bound") print a "\t" mac[a] }' \
	    "$1" | LC_ALL=C sort -u
}

leases=$TMP/leases/dhcpd.leases
conf "$leases"

# --- kill -9 under load -------------------------------------------------
capture kill relay eth0 udp
for round in 1 2 3 4 5 6 7 8; do
	serve
	load 1 1500 $((round * 400)) 02:aa:00:00:00:00 &
	loader=$!
	sleep "0.$((3 + RANDOM % 6))"
	stop dhcpd KILL 2>/dev/null
	wait $loader
done
serve
check "dhcpd starts after eight times kill -9" alive dhcpd
load 1 300 300 02:bb:00:00:00:00
capture_end kill
stop dhcpd
acked kill >"$TMP/acked"
held "$leases" >"$TMP/held"
n=$(wc -l <"$TMP/acked")
check "many leases were acknowledged meanwhile ($n)" [ "$n" -ge 200 ]
LC_ALL=C comm -23 "$TMP/acked" "$TMP/held" >"$TMP/lost"
check "none of them is lost ($(wc -l <"$TMP/lost"))" [ ! -s "$TMP/lost" ]
check "no address was acknowledged to two clients" \
    [ -z "$(cut -f1 "$TMP/acked" | uniq -d)" ]
check "no client was given two addresses" \
    [ -z "$(cut -f2 "$TMP/acked" | sort | uniq -d)" ]
judge "packets under all this are without fault" kill "ip.src == 10.9.0.1"

# --- a torn tail ----------------------------------------------------------
lines=$(($(wc -l <"$leases") + 1))
printf 'bound 10.50.99.1 1/02:cc:00:0' >>"$leases"
serve
check "a torn tail is told with file and line" \
    logged dhcpd "dhcpd.leases:$lines: the last line is not whole"
stop dhcpd
held "$leases" >"$TMP/held.torn"
same "and everything before it is kept" "$TMP/held" "$TMP/held.torn"
printf 'not ours at all\n' >>"$leases"
serve
check "a foreign line is told with file and line" \
    logged dhcpd "dhcpd.leases:$lines: not a lease record"
check "the damaged file is kept" test -s "$leases.damaged"
stop dhcpd
held "$leases" >"$TMP/held.foreign"
same "and everything before it too" "$TMP/held" "$TMP/held.foreign"

# --- a full disk ------------------------------------------------------------
mkdir "$TMP/small"
mount -t tmpfs -o size=128k,mode=777 none "$TMP/small"
conf "$TMP/small/dhcpd.leases"
serve
capture full relay eth0 udp
load 1 200 200 02:dd:00:00:00:00
dd if=/dev/zero of="$TMP/small/filler" bs=4k 2>/dev/null
load 2 500 1000 02:ee:00:00:00:00 # more than the newlines ahead have room for
check "a full disk is told once, with what follows from it" \
    logged dhcpd 'cannot write: No space left on device; answers that need it'
check "once" [ "$(grep -c 'No space left' "$TMP/dhcpd.log")" -eq 1 ]
check "a host, which needs no record, is served all the same" bash -c \
    "ip netns exec fixed udhcpc -f -q -n -t 3 -T 1 -i eth0 -s '$LIB/dhcp-script'"
read -r _ given hw _ <<<"$(grep -m 1 '/02:dd:' "$TMP/small/dhcpd.leases")"
on relay python3 - "$given" "${hw#*/}" <<-'END'
	import socket, sys
	addr, mac = socket.inet_aton(sys.argv[1]), bytes.fromhex(
	    sys.argv[2].replace(":", ""))
	release = (b"\1\1\6\0" + bytes(8) + addr + bytes(12) + mac + bytes(202) +
	           b"\x63\x82\x53\x63\x35\1\7\x36\4" +
	           socket.inet_aton("10.9.0.1") + b"\xff")
	socket.socket(type=socket.SOCK_DGRAM).sendto(release, ("10.9.0.1", 67))
	END
kill -USR1 "$(pid_of dhcpd)"
wait_log 3 dhcpd 'state: up' || die "dhcpd is silent"
rm "$TMP/small/filler"
check "a lease that was given back meanwhile is free on the disk by itself" \
    wait_until 8 grep -q "^free $given " "$TMP/small/dhcpd.leases"
load 1 200 200 02:ff:00:00:00:00
check "when there is room again it goes on by itself" \
    wait_log 3 dhcpd 'written again after [0-9]+ failures?'
kill -USR1 "$(pid_of dhcpd)"
check "the answers withheld are counted" \
    wait_log 3 dhcpd '; [1-9][0-9]* withheld for the lease file'
capture_end full
stop dhcpd KILL 2>/dev/null
acked full | grep -v "^$given	" >"$TMP/acked.full"
held "$TMP/small/dhcpd.leases" >"$TMP/held.full"
LC_ALL=C comm -23 "$TMP/acked.full" "$TMP/held.full" >"$TMP/lost"
check "no ACK left without its record ($(wc -l <"$TMP/acked.full") ACKs)" \
    [ ! -s "$TMP/lost" ]
check "ACKs left before, and again after" bash -c \
    "grep -q 02:dd: '$TMP/acked.full' && grep -q 02:ff: '$TMP/acked.full'"
serve
check "the file is whole: nothing is skipped at the next start" \
    bash -c "! grep -q 'not a lease record' '$TMP/dhcpd.log'"
stop dhcpd
umount "$TMP/small"
