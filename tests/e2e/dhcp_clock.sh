#!/bin/bash
# dhcp_clock.sh - the wall clock jumps by years while dhcpd runs: no lease
# ends or lasts longer by that.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need python3
/usr/bin/python3 -c 'import scapy' 2>/dev/null ||
	{ skip "$NAME" "scapy is not installed"; exit 77; }
POWER=$BLD/tests/e2e/power.so
[ -x "$POWER" ] || {
	skip "$NAME" "$POWER is not built: make check-e2e"
	exit 77
}
# a sanitizer's library wants to be the first
ASAN=$(ldd "$(prog dhcpd)" | awk '$1 ~ /^lib[at]san/ { print $3 }')

lan wire
host srv wire 10.9.0.1/24
host pc wire - 02:00:00:00:33:00
cat >"$TMP/rb.conf" <<-END
	[global]
	lease_time = 4s
	[dhcpd]
	lease_file = $TMP/leases/dhcpd.leases
	arp_probe = no
	[subnet 10.9.0.0/24]
	pool = 10.9.0.50 - 10.9.0.50
END
head -c 8 /dev/zero >"$TMP/clock"
start dhcpd srv env POWER_CLOCK="$TMP/clock" LD_PRELOAD="$ASAN $POWER" \
    "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME"
wait_log 20 dhcpd 'serving' || die "dhcpd does not start"
bounded 100 on pc /usr/bin/python3 "$LIB/dhcp_clock.py" "$TMP/clock" 4 \
    >"$TMP/talk" 2>"$TMP/talk.log"
verdicts "$TMP/talk"
check "the jumps were real: the journal has leases of another decade" \
    grep -qE '^bound .* (199|20[01])[0-9]-' "$TMP/leases/dhcpd.leases"
stop dhcpd
