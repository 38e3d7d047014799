#!/bin/bash
# dhcp_relay.sh - clients behind relay agents: perfdhcp, and messages with
# option 82 made by scapy.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need perfdhcp tcpdump tshark
/usr/bin/python3 -c 'import scapy' 2>/dev/null ||
	{ skip dhcp_relay "scapy is not installed"; exit 77; }

# The server's own link is in no subnet: it answers relays only.
lan wire
host srv wire 10.9.0.1/24 02:00:00:00:00:01
host relay wire 10.9.0.2/24 02:00:00:00:00:02
on relay ip addr add 10.50.0.1/16 dev eth0
on srv ip route add 10.50.0.0/16 via 10.9.0.2

cat >"$TMP/rb.conf" <<END
[global]
lease_time = 10m
[dhcpd]
lease_file = $TMP/leases/dhcpd.leases
relays = 10.50.0.1, 172.31.0.0/16
leasequery_from = 10.50.0.1
[subnet 10.50.0.0/16]
pool = 10.50.1.0 - 10.50.40.255
option.routers = 10.50.0.1
option.domain-name-servers = 10.50.0.3
[subnet 10.60.0.0/24]
shared_network = two
pool = 10.60.0.10 - 10.60.0.20
[subnet 10.61.0.0/24]
shared_network = two
option.routers = 10.61.0.1
[host five]
chaddr = 02:00:00:00:77:05
yiaddr = 10.61.0.5
END
start dhcpd srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME" -v 2
wait_udp 5 srv 67 || die "dhcpd does not listen"
check "without an interface in a subnet it warns that only relays are served" \
    wait_log 5 dhcpd 'only relayed messages'

capture relay srv eth0 udp
on relay /usr/bin/python3 "$LIB/dhcp_relay.py" 10.50.0.1 10.9.0.1 \
    02:00:00:00:00:01 02:00:00:00:00:02 >"$TMP/relay.out" 2>"$TMP/relay.err"
[ -s "$TMP/relay.err" ] && grep -v -i warning "$TMP/relay.err" | head -5
verdicts "$TMP/relay.out"
check "the log names the relay" logged dhcpd \
    'DHCPACK 10.50.1.0 to 02:00:00:00:77:01 via eth0 relay 10.50.0.1'
check "no DISCOVER of an unknown relay goes unexplained" logged dhcpd \
    'ignored: no \[subnet\] for 172.31.0.1'
check "a relay that is not one of ours is told" logged dhcpd \
    'ignored: relay 10.50.0.9 is not one of ours'
# tshark has no handler for 82.19 and says so itself
judge "packets to a relay are without fault" relay \
    "ip.src == 10.9.0.1 && udp.dstport != 5067"

# --- a boot storm behind a relay ---------------------------------------
# -u: no address twice; exit 3: an exchange was lost
bounded 60 on relay perfdhcp -4 -u -l 10.50.0.1 -r 300 -R 2000 -n 2000 \
    -d 5 -W 3000000 10.9.0.1 >"$TMP/perf.txt" 2>&1
acks=$(awk '/REQUEST-ACK/ { in_ack = 1 }
    in_ack && /^received packets/ { print $3; exit }' "$TMP/perf.txt")
check "perfdhcp: of 2000 clients 1900 or more have their ACKs (got ${acks:-none})" \
    [ "${acks:-0}" -ge 1900 ]
check "perfdhcp sees no malformed packet" \
    grep -q '^Malformed packets: 0' "$TMP/perf.txt"
check "perfdhcp sees no address twice" \
    bash -c "! grep -q '^non unique addresses: [1-9]' '$TMP/perf.txt'"
kill -USR1 "$(pid_of dhcpd)"
wait_log 5 dhcpd 'state: lease file'
bound=$(sed -n 's/.*10.50.0.0\/16: .* addresses: \([0-9]*\) bound.*/\1/p' \
    "$TMP/dhcpd.log")
check "each of them is bound (${bound:-none})" [ "${bound:-0}" -ge "${acks:-1}" ]
check "each is on disk" \
    [ "$(grep -c '^bound 10.50' "$TMP/leases/dhcpd.leases")" -ge "${acks:-1}" ]
check "batches: no more syncs than records" bash -c "sed -n \
    's/.*: \([0-9]*\) records, synced \([0-9]*\) times.*/\1 \2/p' \
    '$TMP/dhcpd.log' | awk '{ exit !(\$2 <= \$1) }'"
check "nothing was withheld or failed to be sent" \
    logged dhcpd ' 0 withheld for the lease file, 0 failed'
check "the state tells of the lease queries" logged dhcpd \
    'state: lease queries answered: 2 active, 1 unassigned, 1 unknown'
stop dhcpd
check "SIGTERM ends it with status 0" [ $? -eq 0 ]
