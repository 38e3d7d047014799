#!/bin/bash
# dhcp_flood.sh - invented clients that take offers, and that decline them,
# cannot keep known hosts out.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need tcpdump tshark
/usr/bin/python3 -c 'import scapy' 2>/dev/null ||
	{ skip dhcp_flood "scapy is not installed"; exit 77; }

lan wire
host srv wire 10.9.0.1/24 02:00:00:00:00:01
host pc wire - 02:00:00:00:00:99

run() { # PART LINE-OF-THE-CONFIGURATION
	cat >"$TMP/rb.conf" <<-END
		[dhcpd]
		arp_probe = no
		$2
		lease_file = $TMP/leases.$1/dhcpd.leases
		[subnet 10.9.0.0/24]
		pool = 10.9.0.100 - 10.9.0.119
		[host known]
		chaddr = 02:00:00:00:00:99
		[host known-2]
		chaddr = 02:00:00:00:00:98
	END
	start "dhcpd.$1" srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F \
	    -u "$USERNAME" -v 3
	wait_log 10 "dhcpd.$1" serving || die "dhcpd does not start"
	capture "$1" srv eth0 udp
	bounded 120 on pc /usr/bin/python3 "$LIB/dhcp_flood.py" "$1" \
	    >"$TMP/$1.out" 2>"$TMP/$1.err"
	grep -A20 Traceback "$TMP/$1.err"
	verdicts "$TMP/$1.out"
	judge "$1: packets are without fault" "$1" "ip.src == 10.9.0.1"
	stop "dhcpd.$1"
}

run offers ""
check "offers: the log says why strangers get none" logged dhcpd.offers \
    'the rest of the pool is kept for known hosts \(reserve\)'
run taken "reserve = 0"
check "taken: the log says whose offer has ended" logged dhcpd.taken \
    'DHCPOFFER .* to 02:00:00:00:00:99.*from the pool, offered to 02:00:00:00:01:.. [0-9]+ s ago and not taken'
run declines "reserve = 0"
check "declines: the log says what is free again" logged dhcpd.declines \
    'is free again, as a quarter of the pool rests'

run lines "deny_unknown = yes"
n=$(grep -c 'DHCPDISCOVER from .* ignored: unknown client' "$TMP/dhcpd.lines.log")
check "of 700 strangers 500 have a line in a minute ($n)" \
    [ "$n" -ge 500 -a "$n" -le 502 ]
check "and one line says how many had none" logged dhcpd.lines \
    'left out [0-9]+ lines like: DHCPDISCOVER from .* \(deny_unknown\)'
