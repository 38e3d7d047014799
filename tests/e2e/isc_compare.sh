#!/bin/bash
# isc_compare.sh - ISC dhcpd and ours, with the configuration that
# isc2remoteboot makes of ISC's, answer the same messages alike.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need /usr/bin/python3
/usr/bin/python3 -c 'import scapy' 2>/dev/null ||
	{ skip isc_compare "scapy is not installed"; exit 77; }
isc=$(unpack isc-dhcp-server dhcpd) ||
	{ skip isc_compare "isc-dhcp-server cannot be downloaded"; exit 77; }
convert=$(prog isc2remoteboot) || convert=$BLD/dhcpd/import/isc2remoteboot
[ -x "$convert" ] || die "isc2remoteboot is not built"

# Two networks of their own with the same addresses.
lan wire1
host isc wire1 192.168.1.2/24 02:00:00:00:00:f2
host ask1 wire1
lan wire2
host ours wire2 192.168.1.2/24 02:00:00:00:00:f2
host ask2 wire2
for h in isc ours; do
	on $h ip route add 192.168.2.0/24 via 192.168.1.254
	on $h ip neigh add 192.168.1.254 lladdr 02:00:00:00:00:fe dev eth0
	on $h ip neigh add 192.168.1.77 lladdr 02:00:00:00:00:77 dev eth0
done

# What ISC 4 no longer knows of ISC 2, no second of silence for a ping, and
# an answer to DHCPINFORM, which it gives only when it is authoritative.
for_isc() { # FILE
	echo "ping-check false; authoritative;"
	grep -o 'option \(option\|unknown\)-[0-9]*' "$1" | sort -u |
	    while read -r _ name; do
		case $name in
		*-128) type=string ;;
		*-150) type=ip-address ;;
		*) type=text ;;
		esac
		echo "option $name code ${name##*-} = $type;"
	done
	sed -e 's/dhcp-class-identifier/vendor-class-identifier/' \
	    -e '/lease-file-name/d; /pid-file-name/d' "$1"
}

compare() { # NAME
	local name=$1
	for_isc "$SRC/tests/data/isc/$name.conf" >"$TMP/$name.isc"
	if ! "$isc" -t -cf "$TMP/$name.isc" >"$TMP/$name.t" 2>&1; then
		echo "    ISC refuses $name.conf: $(grep -m 1 line "$TMP/$name.t")"
		return
	fi
	{
		cat "$SRC/tests/data/isc/$name.out"
		grep -q '^\[dhcpd\]' "$SRC/tests/data/isc/$name.out" ||
		    printf '\n[dhcpd]\n'
	} | sed "s|^\[dhcpd\]|&\nlease_file = $TMP/$name.d/leases|" \
	    >"$TMP/$name.rb"
	: >"$TMP/$name.leases"
	rm -f "$TMP/isc.log" "$TMP/ours.log"
	start isc isc "$isc" -4 -f -d -cf "$TMP/$name.isc" \
	    -lf "$TMP/$name.leases" -pf "$TMP/isc.pid" eth0
	start ours ours "$(prog dhcpd)" -F -C "$TMP/$name.rb" -u "$USERNAME"
	if wait_udp 5 ours 67 && wait_log 5 isc 'Server starting service'; then
		talk "$name"
	else
		fail "$name: both servers start"
	fi
	stop isc
	stop ours
}

talk() { # NAME
	local name=$1
	on ask1 /usr/bin/python3 "$LIB/isc_compare.py" ask "$TMP/$name.1" \
	    2>"$TMP/ask1.err" &
	on ask2 /usr/bin/python3 "$LIB/isc_compare.py" ask "$TMP/$name.2" \
	    2>"$TMP/ask2.err"
	wait $!
	/usr/bin/python3 "$LIB/isc_compare.py" judge "$name" "$TMP/$name.1" \
	    "$TMP/$name.2" >"$TMP/$name.v" 2>"$TMP/judge.err"
	grep '^    ' "$TMP/$name.v"
	verdicts "$TMP/$name.v"
}

if [ $# -eq 0 ]; then
	set -- "$SRC"/tests/data/isc/*.conf
	all=yes
fi
for f; do
	name=$(basename "$f" .conf)
	# only what was carried over whole can be compared whole
	[ -n "${all:-}" ] && grep -qs ': not converted: ' \
	    "$SRC/tests/data/isc/$name.err" && continue
	# and only what is about the network that both stand in
	grep -qs '^\[subnet 192.168.1.0/24' "$SRC/tests/data/isc/$name.out" ||
	    continue
	! grep -q '^ *interface' "$SRC/tests/data/isc/$name.conf" || continue
	# on a wire with several subnets each server begins with one it likes
	! grep -q '^shared_network' "$SRC/tests/data/isc/$name.out" || continue
	compare "$name"
done
