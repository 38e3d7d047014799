#!/bin/bash
# dhcp_rarp.sh - RARP: a known host is told its address, nobody else anything.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need tcpdump tshark
/usr/bin/python3 -c 'import scapy' 2>/dev/null ||
	{ skip dhcp_rarp "scapy is not installed"; exit 77; }

lan wire
host srv wire 10.9.0.1/24 02:00:00:00:00:01
host sun wire - 02:00:00:00:02:01
cat >"$TMP/rb.conf" <<-END
	[dhcpd]
	rarp = yes
	lease_file = $TMP/leases/dhcpd.leases
	[subnet 10.9.0.0/24]
	[host sun]
	chaddr = 02:00:00:00:02:01
	yiaddr = 10.9.0.50
END
start dhcpd srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME"
wait_log 10 dhcpd serving || die "dhcpd does not start"
capture rarp srv eth0 'ether proto 0x8035'
bounded 30 on sun /usr/bin/python3 "$LIB/dhcp_rarp.py" >"$TMP/rarp.out" \
    2>"$TMP/rarp.err"
grep -A20 Traceback "$TMP/rarp.err"
verdicts "$TMP/rarp.out"
check "it is logged" logged dhcpd \
    'RARP 10.9.0.50 to 02:00:00:00:02:01 via eth0 \(address of host sun\)'
judge "the reply is without fault" rarp "arp.opcode == 4 && eth.src == 02:00:00:00:00:01"
