#!/bin/bash
# dhcp_servers.sh - two servers with one file: each its share, none exchanged;
# one is killed under load, the other takes over, no address is given twice.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need perfdhcp tcpdump tshark

# One wire; everything is broadcast, so that both hear it.
lan wire
host a wire 10.9.0.2/16 02:00:00:00:00:0a
host b wire 10.9.0.3/16 02:00:00:00:00:0b
host load wire 10.9.0.9/16 02:00:00:00:00:99

for s in a b; do
	cat >"$TMP/$s.conf" <<-END
		[dhcpd]
		servers = 10.9.0.2 10.9.0.3
		takeover_secs = 4
		authoritative = yes
		lease_file = $TMP/$s/dhcpd.leases
		[subnet 10.9.0.0/16]
		pool = 10.9.16.0 - 10.9.63.255
		[subnet 10.50.0.0/24]
		pool = 10.50.0.100 - 10.50.0.199
	END
done
serve() {
	start "$1" "$1" "$(prog dhcpd)" -C "$TMP/$1.conf" -F -u "$USERNAME"
	wait_log 30 "$1" serving || die "dhcpd $1 does not start"
}

sed 's/10.9.0.3/10.9.0.4/; s/10.9.0.2/10.9.0.5/' "$TMP/a.conf" >"$TMP/no.conf"
start no a "$(prog dhcpd)" -C "$TMP/no.conf" -F -u "$USERNAME"
check "a machine that is not in the list does not serve" wait_log 30 no \
    'servers: none of them is an address of this machine'
wait_until 10 gone no || die "it does not end"
check "... and is told at -t only what the file has wrong" \
    "$(prog dhcpd)" -t -C "$TMP/no.conf"

serve a
serve b
check "each finds its place by its own address" eval \
    "logged a 'server 1 of 2' && logged b 'server 2 of 2'"

# --- both run -----------------------------------------------------------------
capture both load eth0 udp
bounded 30 on load /usr/bin/python3 "$LIB/dhcp_servers.py" load 400 0 \
    >"$TMP/both.out" 2>&1
verdicts "$TMP/both.out"
capture_end both
packets both "ip.src == 10.9.0.2 && dhcp.option.dhcp == 2" dhcp.hw.mac_addr |
    sort -u >"$TMP/of.a"
packets both "ip.src == 10.9.0.3 && dhcp.option.dhcp == 2" dhcp.hw.mac_addr |
    sort -u >"$TMP/of.b"
na=$(wc -l <"$TMP/of.a") nb=$(wc -l <"$TMP/of.b")
check "both offer, about half of 400 each ($na and $nb)" \
    [ "$na" -gt 140 -a "$nb" -gt 140 ]
check "no client is offered anything by both" [ $((na + nb)) -eq 400 ]

# --- through a relay ----------------------------------------------------------
on load ip addr add 10.50.0.1/32 dev lo
for s in a b; do on $s ip route add 10.50.0.0/24 via 10.9.0.9; done
relayed() { # FIRST OUT
	bounded 30 on load /usr/bin/python3 "$LIB/dhcp_servers.py" relay 30 \
	    "$1" 10.50.0.1 10.9.0.2 10.9.0.3 >"$TMP/$2.out" 2>&1
	verdicts "$TMP/$2.out"
	grep -A20 Traceback "$TMP/$2.out"
}
relayed 4000 relay
check "both have answered the relay" \
    grep -q 'from 10.9.0.2 and 10.9.0.3$' "$TMP/relay.out"

# --- one is killed ------------------------------------------------------------
capture kill load eth0 udp
bounded 40 on load /usr/bin/python3 "$LIB/dhcp_servers.py" load 600 1000 \
    >"$TMP/kill.out" 2>&1 &
loader=$!
sleep 0.7
stop b KILL 2>/dev/null
wait $loader
verdicts "$TMP/kill.out"
check "the rest took over clients of the dead one" \
    logged a 'DHCPACK .* to 02:77'

relayed 4500 relay1
check "the relay's clients too" \
    grep -q 'an address from 10.9.0.2$' "$TMP/relay1.out"

# --- it comes back ------------------------------------------------------------
serve b
bounded 40 on load /usr/bin/python3 "$LIB/dhcp_servers.py" load 200 2000 \
    >"$TMP/back.out" 2>&1
verdicts "$TMP/back.out"
capture_end kill

# From the packets: an address has one holder, and one server that gives it.
for tag in both kill; do
	packets $tag "dhcp.option.dhcp == 5" dhcp.ip.your dhcp.hw.mac_addr \
	    ip.src
done | sort -u >"$TMP/acks"
n=$(wc -l <"$TMP/acks")
check "every client was acknowledged ($n of 1200)" [ "$n" -ge 1200 ]
check "no address was acknowledged to two clients, or by two servers" \
    [ -z "$(cut -f1 "$TMP/acks" | sort | uniq -d)" ]
cat "$TMP/a/dhcpd.leases" "$TMP/b/dhcpd.leases" |
    awk '$1 == "bound" { print $2 "\t" $3 }' | LC_ALL=C sort -u >"$TMP/held"
check "no address is held by two in the lease files" \
    [ -z "$(cut -f1 "$TMP/held" | uniq -d)" ]
cut -f1 "$TMP/acks" | LC_ALL=C sort -u >"$TMP/acked"
check "... which hold all that was acknowledged" [ -z "$(
	cut -f1 "$TMP/held" | LC_ALL=C comm -23 "$TMP/acked" -)" ]
judge "packets of both servers are without fault" both \
    "ip.src == 10.9.0.2 || ip.src == 10.9.0.3"
