#!/bin/bash
# dhcp_arp.sh - a pool address that somebody uses is found by ARP before it is
# offered; nobody waits for another one's probe, nor longer than half a second.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need udhcpc tcpdump tshark

lan wire
host srv wire 10.9.0.1/24 02:00:00:00:00:01
host squatter wire 10.9.0.100/24 02:00:00:00:00:66
for i in 1 2 3 4; do
	host "pc$i" wire - "02:00:00:00:01:0$i"
done
conf() { # yes|no
	cat >"$TMP/rb.conf" <<-END
		[dhcpd]
		arp_probe = $1
		lease_file = $TMP/leases/dhcpd.leases
		[subnet 10.9.0.0/24]
		pool = 10.9.0.100 - 10.9.0.120
		[host known]
		chaddr = 02:00:00:00:02:01
		yiaddr = 10.9.0.50
	END
}
conf yes
start dhcpd srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME" -v 3
wait_log 10 dhcpd serving || die "dhcpd does not start"

capture arp srv eth0 'arp or udp'
pids=()
for i in 1 2 3 4; do
	bounded 10 on "pc$i" udhcpc -f -q -n -t 2 -T 2 -i eth0 \
	    -s "$LIB/dhcp-script" >"$TMP/pc$i.log" 2>&1 &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || fail "a PC gets an address" "status $?"
done
for i in 1 2 3 4; do
	on "pc$i" ip -4 -o addr show dev eth0 | awk '{ print $4 }'
done | sort >"$TMP/got"
check "four PCs at once get four addresses, not the one in use" eval \
    "[ $(sort -u "$TMP/got" | wc -l) -eq 4 ] && ! grep -q '10.9.0.100/' $TMP/got"
check "the log names who uses it" logged dhcpd \
    '10.9.0.100 is in use by 02:00:00:00:00:66, which has no lease: set aside'
check "an offer after its probe is told as the first" logged dhcpd \
    'DHCPOFFER 10.9.0.10[1-4] to .* \(from the pool\)'
check "it is declined in the lease file" grep -q '^declined 10.9.0.100 ' \
    "$TMP/leases/dhcpd.leases"

# Again, with the lease that it has: nothing is asked.
bounded 10 on pc1 udhcpc -f -q -n -t 2 -T 2 -i eth0 -s "$LIB/dhcp-script" \
    >>"$TMP/pc1.log" 2>&1
capture_end arp

asked() { # FILTER: how often it was asked
	packets arp "arp.opcode == 1 && arp.src.proto_ipv4 == 0.0.0.0 && $1" \
	    frame.number | wc -l
}
check "the probe has no sender address, so that nobody learns from it" \
    [ "$(asked 'arp.dst.proto_ipv4 == 10.9.0.100')" -ge 1 ]
check "an address that is offered again is not asked for (2 probes each)" \
    [ "$(asked 'arp.dst.proto_ipv4 != 10.9.0.100')" -eq 8 ]
packets arp 'dhcp.option.dhcp == 1 || dhcp.option.dhcp == 2' \
    frame.time_relative dhcp.option.dhcp dhcp.hw.mac_addr >"$TMP/times"
slowest=$(awk '$2 == 1 { at[$3] = $1 }
	$2 == 2 && $3 in at { d = $1 - at[$3]; if (d > most) most = d; n++ }
	END { if (n < 5) most = 99; print int(most * 1000) }' "$TMP/times")
check "no offer came later than 500 ms after its DISCOVER ($slowest ms)" \
    [ "$slowest" -le 500 ]
fastest=$(awk '$2 == 1 { at[$3] = $1 }
	$2 == 2 && $3 in at { d = $1 - at[$3]; if (!n++ || d < least) least = d }
	END { print int(least * 1000) }' "$TMP/times")
check "a repeated one came at once ($fastest ms)" [ "$fastest" -le 100 ]
judge "packets are without fault" arp "ip.src == 10.9.0.1"

# --- switched off, by a reload -------------------------------------------------
conf no
kill -HUP "$(pid_of dhcpd)"
wait_log 5 dhcpd reloaded || fail "reload" "not told"
capture off srv eth0 'arp or udp'
on pc1 ip link set eth0 down
on pc1 ip link set eth0 address 02:00:00:00:01:11
on pc1 ip link set eth0 up
bounded 10 on pc1 udhcpc -f -q -n -t 3 -T 2 -i eth0 -s "$LIB/dhcp-script" \
    >>"$TMP/pc1.log" 2>&1
capture_end off
check "arp_probe = no: nothing is asked" [ -z "$(packets off \
    'arp.opcode == 1 && arp.src.hw_mac == 02:00:00:00:00:01 && arp.src.proto_ipv4 == 0.0.0.0' \
    frame.number)" ]
check "... and the offer is made at once" [ -n "$(packets off \
    'dhcp.option.dhcp == 2' frame.number)" ]
