# shellcheck shell=bash
#
# servers.sh - the servers that dhcp.sh measures: how each is configured and
# started.  All serve 10.48.0.0/14 and leases of one hour; each has a folder
# $TMP/SERVER and keeps its leases there.  They log what they log by default,
# but Kea and dnsmasq only warnings (they are faster so), ours every message.
#
#	conf_SERVER CASE N	writes $TMP/SERVER/conf; CASE is
#		pool	N pool addresses from 10.50.1.0, lease file empty
#		hosts	N hosts: 02:00 and I in 4 bytes has 10.50.1.0 + I
#		leases	as pool, and all N are held by the same clients
#	serve SERVER		starts it as "server" on the host $where
#
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2034,SC2154 # where and serving are dhcp.sh's
FIRST=$(((10 << 24) + (50 << 16) + (1 << 8)))

ip_of() { # NUMBER
	echo "$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

last_of() { # N
	ip_of $((FIRST + $1 - 1))
}

# For each of N clients.
each() { # N PROGRAM: an awk statement that uses i, mac, ip
	awk -v n="$1" -v first=$FIRST '
	function quad(a) {
		return int(a / 16777216) "." int(a / 65536) % 256 "." \
		    int(a / 256) % 256 "." a % 256
	}
	BEGIN {
		for (i = 0; i < n; i++) {
			ip = quad(first + i)
			mac = sprintf("02:00:00:%02x:%02x:%02x", int(i / 65536),
			    int(i / 256) % 256, i % 256)
			'"$2"'
		}
	}'
}

# ---- ours ----------------------------------------------------------------

conf_ours() {
	{
		cat <<-END
		[global]
		lease_time = 1h
		[dhcpd]
		lease_file = $TMP/ours/db/dhcpd.leases
		max_leases = 200000
		[subnet 10.48.0.0/14]
		option.routers = 10.48.0.1
		END
		[ "$1" = hosts ] || echo "pool = 10.50.1.0 - $(last_of "$2")"
		[ "$1" != hosts ] || each "$2" 'printf \
		    "[host h%d]\nchaddr = %s\nyiaddr = %s\n", i, mac, ip'
	} >"$TMP/ours/conf"
	rm -rf "$TMP/ours/db"
	[ "$1" != leases ] || our_leases "$2"
}

# The subnet of the relay and N - 1 others.
conf_ours_subnets() {
	conf_ours pool 4096
	awk -v n="$2" 'BEGIN {
		for (i = 1; i < n; i++)
			printf "[subnet 10.%d.%d.%d/28]\n", 64 + int(i / 4096),
			    int(i / 16) % 256, i % 16 * 16
	}' >>"$TMP/ours/conf"
}

# A journal of N leases is what a server that gave them has written.
our_leases() {
	local kept=$TMP/leases.$1
	if [ ! -f "$kept" ]; then
		serve ours
		load dora -a 10.50.1.0 -n "$1" -t 60 -w 512 >"$TMP/.fill"
		stop server
		cp "$TMP/ours/db/dhcpd.leases" "$kept"
	fi
	install -o "$USERNAME" -d "$TMP/ours/db"
	install -o "$USERNAME" "$kept" "$TMP/ours/db/dhcpd.leases"
	[ "$(grep -c '^bound' "$kept")" -ge "$1" ] ||
	    die "only $(grep -c '^bound' "$kept") of $1 leases to begin with"
}

serve_ours() {
	start server "$where" "$(prog dhcpd)" -C "$TMP/ours/conf" -F -u "$USERNAME"
}

# ---- Kea -----------------------------------------------------------------

conf_kea() {
	local n=$2 threads=${3:-false}
	{
		cat <<-END
		{ "Dhcp4": {
		"interfaces-config": { "interfaces": [ "eth0" ],
		    "dhcp-socket-type": "udp" },
		"multi-threading": { "enable-multi-threading": $threads,
		    "thread-pool-size": 2 },
		"lease-database": { "type": "memfile", "persist": true,
		    "name": "$TMP/kea/leases.csv", "lfc-interval": 0 },
		"valid-lifetime": 3600,
		"loggers": [ { "name": "kea-dhcp4", "severity": "WARN",
		    "output_options": [ { "output": "stdout" } ] } ],
		"subnet4": [ { "subnet": "10.48.0.0/14",
		    "option-data": [ { "name": "routers",
			"data": "10.48.0.1" } ],
		END
		[ "$1" = hosts ] ||
		    echo "\"pools\": [ { \"pool\": \"10.50.1.0-$(last_of "$n")\" } ]"
		if [ "$1" = hosts ]; then
			echo '"reservations": ['
			each "$n" 'printf "%s{ \"hw-address\": \"%s\", " \
			    "\"ip-address\": \"%s\" }\n", i ? "," : "", mac, ip'
			echo ']'
		fi
		echo '} ] } }'
	} >"$TMP/kea/conf"
	rm -f "$TMP"/kea/leases.csv*
	[ "$1" = leases ] || return 0
	{
		echo 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context'
		each "$n" 'printf "%s,%s,,3600,'$(($(date +%s) + 3600))',1,0,0,,0,\n", ip, mac'
	} >"$TMP/kea/leases.csv"
}

conf_kea_mt() {
	conf_kea "$1" "$2" true
}

serve_kea() {
	KEA_PIDFILE_DIR=$TMP/kea KEA_LOCKFILE_DIR=$TMP/kea \
	    start server "$where" "$KEA" -c "$TMP/kea/conf"
}

serve_kea_mt() {
	serve_kea
}

# ---- ISC -----------------------------------------------------------------

conf_isc() {
	{
		cat <<-END
		authoritative;
		default-lease-time 3600;
		max-lease-time 3600;
		ping-check false;
		option routers 10.48.0.1;
		subnet 10.9.0.0 netmask 255.255.255.0 { }
		subnet 10.48.0.0 netmask 255.252.0.0 {
		END
		[ "$1" = hosts ] || echo "range 10.50.1.0 $(last_of "$2");"
		echo '}'
		[ "$1" != hosts ] || each "$2" 'printf "host h%d { " \
		    "hardware ethernet %s; fixed-address %s; }\n", i, mac, ip'
	} >"$TMP/isc/conf"
	: >"$TMP/isc/leases"
	[ "$1" = leases ] || return 0
	each "$2" 'printf "lease %s {\n  starts epoch '"$(date +%s)"';\n" \
	    "  ends epoch '$(($(date +%s) + 3600))';\n" \
	    "  binding state active;\n  next binding state free;\n" \
	    "  hardware ethernet %s;\n}\n", ip, mac' >"$TMP/isc/leases"
}

serve_isc() {
	start server "$where" "$ISC" -4 -f -q -cf "$TMP/isc/conf" \
	    -lf "$TMP/isc/leases" -pf "$TMP/isc/pid" eth0
}

# ---- dnsmasq -------------------------------------------------------------

conf_dnsmasq() {
	{
		cat <<-END
		port=0
		no-ping
		quiet-dhcp
		user=root
		log-facility=-
		dhcp-authoritative
		dhcp-lease-max=200000
		dhcp-leasefile=$TMP/dnsmasq/leases
		dhcp-option=3,10.48.0.1
		END
		if [ "$1" = hosts ]; then
			echo 'dhcp-range=10.50.1.0,static,255.252.0.0,1h'
			each "$2" 'print "dhcp-host=" mac "," ip'
		else
			echo "dhcp-range=10.50.1.0,$(last_of "$2"),255.252.0.0,1h"
		fi
	} >"$TMP/dnsmasq/conf"
	rm -f "$TMP/dnsmasq/leases"
	[ "$1" = leases ] || return 0
	each "$2" 'print "'$(($(date +%s) + 3600))' " mac " " ip " * *"' \
	    >"$TMP/dnsmasq/leases"
}

serve_dnsmasq() {
	start server "$where" "$DNSMASQ" -k -C "$TMP/dnsmasq/conf"
}

# ---- the floors: every case is the same to them ----------------------------

conf_floor() {
	:
}

conf_floor_sync() {
	rm -f "$TMP/floor_sync/journal"
}

serve_floor() {
	start server "$where" "$BLD/tests/bench/dhcpfloor" 10.50.1.0 10.9.0.1
}

serve_floor_sync() {
	start server "$where" "$BLD/tests/bench/dhcpfloor" 10.50.1.0 10.9.0.1 \
	    "$TMP/floor_sync/journal"
}

serve() {
	: >"$TMP/server.log"
	"serve_$1"
	serving=$1
}
