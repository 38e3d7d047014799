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

# As many configurations at once; each has two networks with the same
# addresses, and the one who asks has a card in all of them.
lanes=8
host asker
for ((i = 0; i < lanes; i++)); do
	for who in isc ours; do
		lan "$who-net$i"
		host "$who$i" "$who-net$i" 192.168.1.2/24 02:00:00:00:00:f2
		plug asker "$who$i" "$who-net$i"
		on "$who$i" ip route add 192.168.2.0/24 via 192.168.1.254
		on "$who$i" ip neigh add 192.168.1.254 \
		    lladdr 02:00:00:00:00:fe dev eth0
		on "$who$i" ip neigh add 192.168.1.77 \
		    lladdr 02:00:00:00:00:77 dev eth0
	done
done
mkfifo "$TMP/from" "$TMP/to"
start asker asker /usr/bin/python3 "$LIB/isc_compare.py" "$TMP/from" "$TMP/to"
exec 5<>"$TMP/from" 6<>"$TMP/to"

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

# Ours does not ask by ARP whether an address is free, as ISC does not ping.
for_ours() { # FILE LEASES
	{
		cat "$1"
		grep -q '^\[dhcpd\]' "$1" || printf '\n[dhcpd]\n'
	} | sed "/^arp_probe/d
s|^\[dhcpd\]|&\narp_probe = no\nlease_file = $2|"
}

# Starts both in the lane; false: ISC's parser refuses the file.
begin() { # LANE NAME
	local i=$1 name=$2
	for_isc "$SRC/tests/data/isc/$name.conf" >"$TMP/$name.isc"
	if ! "$isc" -t -cf "$TMP/$name.isc" >"$TMP/$name.t" 2>&1; then
		echo "    ISC refuses $name.conf: $(grep -m 1 line "$TMP/$name.t")"
		return 1
	fi
	for_ours "$SRC/tests/data/isc/$name.out" "$TMP/$name.d/leases" \
	    >"$TMP/$name.rb"
	: >"$TMP/$name.leases"
	rm -f "$TMP/isc$i.log" "$TMP/ours$i.log"
	start "isc$i" "isc$i" "$isc" -4 -f -d -cf "$TMP/$name.isc" \
	    -lf "$TMP/$name.leases" -pf "$TMP/isc$i.pid" eth0
	start "ours$i" "ours$i" "$(prog dhcpd)" -F -C "$TMP/$name.rb" \
	    -u "$USERNAME"
}

names=()
words=()

# All that were begun are asked, judged and ended.
compare() {
	local i line
	[ ${#names[@]} -gt 0 ] || return 0
	for i in "${!names[@]}"; do
		if ! wait_udp 5 "ours$i" 67 ||
		    ! wait_log 5 "isc$i" 'Server starting service'; then
			fail "${names[i]}: both servers start"
		fi
	done
	echo "${words[@]}" >&5
	: >"$TMP/verdicts"
	while IFS= read -t 60 -r line <&6 && [ "$line" != end ]; do
		echo "$line" >>"$TMP/verdicts"
	done
	[ "$line" = end ] ||
		fail "all messages are asked and judged" "$(log_path asker)"
	grep '^    ' "$TMP/verdicts"
	verdicts "$TMP/verdicts"
	for i in "${!names[@]}"; do
		kill "$(pid_of "isc$i")" "$(pid_of "ours$i")"
	done
	for i in "${!names[@]}"; do
		stop "isc$i"
		stop "ours$i"
	done
	names=()
	words=()
}

# What Debian installs: dhcpd -t takes what becomes of it.
debian() { # FILE
	local what="Debian's ${1#"$E2E_PACKAGES"/*.d/}" status
	"$convert" "$1" >"$TMP/debian.out" 2>"$TMP/debian.err"
	status=$?
	if [ $status -gt 2 ]; then
		fail "$what is converted" "exit status $status"
	elif "$(prog dhcpd)" -t -C "$TMP/debian.out" >"$TMP/debian.t" 2>&1
	then
		pass "$what: dhcpd -t takes what becomes of it"
	else
		fail "$what: dhcpd -t takes what becomes of it" \
		    "$(head -n 1 "$TMP/debian.t")"
	fi
}

if [ $# -eq 0 ]; then
	set -- "$SRC"/tests/data/isc/*.conf
	all=yes
	n=0
	while read -r f; do
		debian "$f"
		n=$((n + 1))
	done < <(find "$E2E_PACKAGES/isc-dhcp-server.d" -type f \
	    \( -path '*/etc/dhcp/*.conf' -o -name '*.conf.example' \))
	[ $n -ge 3 ] || fail "Debian's package has its examples" "$n files"
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
	begin ${#names[@]} "$name" || continue
	words+=("$name" "isc${#names[@]}" "ours${#names[@]}")
	names+=("$name")
	[ ${#names[@]} -lt $lanes ] || compare
done
compare
