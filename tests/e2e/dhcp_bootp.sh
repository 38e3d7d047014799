#!/bin/bash
# dhcp_bootp.sh - the guide's two sample configurations on the wire, BOOTP
# clients down to 236 bytes, port 4011.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need tcpdump tshark
/usr/bin/python3 -c 'import scapy' 2>/dev/null ||
	{ skip dhcp_bootp "scapy is not installed"; exit 77; }

lan wire
host srv wire 192.168.1.2/24 02:00:00:00:00:02
host rom wire - 02:00:00:00:00:99

# A sample as it is shipped, but with a lease file in our folder.
sample() { # FILE
	if grep -q '^\[dhcpd\]' "$1"; then
		sed "s|^\[dhcpd\]|&\nlease_file = $TMP/leases/dhcpd.leases|" "$1"
	else
		cat "$1"
		printf '[dhcpd]\nlease_file = %s/leases/dhcpd.leases\n' "$TMP"
	fi
}

run() { # PART
	start "dhcpd.$1" srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F \
	    -u "$USERNAME" -v 3
	wait_udp 5 srv 67 || die "dhcpd does not listen"
	capture "$1" srv eth0 udp
	bounded 60 on rom /usr/bin/python3 "$LIB/dhcp_bootp.py" "$1" \
	    02:00:00:00:00:02 >"$TMP/$1.out" 2>"$TMP/$1.err"
	grep -A20 Traceback "$TMP/$1.err"
	verdicts "$TMP/$1.out"
	judge "$1: packets are without fault" "$1" "ip.src == 192.168.1.2"
	stop "dhcpd.$1"
	check "$1: SIGTERM ends it with status 0" [ $? -eq 0 ]
}

sample "$SRC/etc/samples/guide-isc-2.conf" >"$TMP/rb.conf"
run sample1
check "sample 1: the log names host and file" logged dhcpd.sample1 \
    'DHCPACK 192.168.1.100 to 00:54:55:56:67:68 via eth0 arch=0 file=bpbatch'
check "sample 1: no lease is written for hosts" \
    bash -c "! grep -q bound '$TMP/leases/dhcpd.leases'"

sample "$SRC/etc/samples/guide-isc-3.conf" >"$TMP/rb.conf"
run sample2
check "sample 2: the log names the class" logged dhcpd.sample2 'class pxeclients'

cat >"$TMP/rb.conf" <<-END
	[dhcpd]
	lease_file = $TMP/leases/dhcpd.leases
	[subnet 192.168.1.0/24]
	pool = 192.168.1.150 - 192.168.1.160
	bootp_pool = yes
END
run pool
check "bootp_pool: the address is leased for ever" grep -q \
    '^bound 192.168.1.150 1/02:00:00:00:99:01 - .* never ' \
    "$TMP/leases/dhcpd.leases"
check "junk is told at debug level" logged dhcpd.pool 'dropped:'
