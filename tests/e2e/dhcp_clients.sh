#!/bin/bash
# dhcp_clients.sh - dhclient, udhcpc, busybox and dhcping get, renew, give
# back and get again their addresses, on three interfaces at once.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need dhclient udhcpc busybox dhcping tcpdump tshark

lan lana
lan lanb
lan lanc
host srv lana 10.1.0.1/24
plug srv eth1 lanb 10.2.0.1/24
host pool1 lana - 02:00:00:00:01:01
host pool2 lana - 02:00:00:00:01:02
host fixed lanb - 02:00:00:00:02:01
host other lanb - 02:00:00:00:02:02
host late lanc - 02:00:00:00:03:01

conf() { # POOL-OF-A
	cat <<-END
		[global]
		lease_time = 1h
		option.domain-name = "example.org"
		[dhcpd]
		use_host_decl_names = yes
		lease_file = $TMP/leases/dhcpd.leases
		[subnet 10.1.0.0/24]
		pool = $1
		option.routers = 10.1.0.1
		lease_time = 12
		[subnet 10.2.0.0/24]
		option.routers = 10.2.0.1
		[subnet 10.3.0.0/24]
		pool = 10.3.0.10 - 10.3.0.20
		[host fixed]
		chaddr = 02:00:00:00:02:01
		yiaddr = 10.2.0.77
		[host second]
		chaddr = 02:00:00:00:02:02
		yiaddr = 10.2.0.78
		[class leasing]
		match.53 = *
	END
}
conf "10.1.0.100 - 10.1.0.149" >"$TMP/rb.conf"

serve() {
	start dhcpd srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME" "$@"
	wait_udp 5 srv 67 || die "dhcpd does not listen"
}

has() { # HOST ADDR
	on "$1" ip -4 -o addr show dev eth0 | grep -q " $2/"
}

ack() { # ADDR MAC WHY
	logged dhcpd "DHCPACK $1 to $2 via eth[0-9].*$3"
}

run_dhclient() { # HOST ARG...
	local h=$1
	shift
	bounded 30 on "$h" dhclient -v -e "DHCP_OUT=$TMP/$h.out" -sf "$LIB/dhcp-script" \
	    -lf "$TMP/$h.lease" -pf "$TMP/$h.pid" "$@" eth0
}

serve
for port in 0 1; do
	capture "eth$port" srv "eth$port" udp
done

# --- dhclient on the pool ------------------------------------------------
check "dhclient gets an address of the pool" run_dhclient pool1 -1
check "it is the lowest one" has pool1 10.1.0.100
check "with the router and the domain of the configuration" \
    grep -q '^new_routers=10.1.0.1' "$TMP/pool1.out"
check "the ACK is logged with address, client, interface and reason" \
    ack 10.1.0.100 02:00:00:00:01:01 "from the pool, as offered"
check "the lease is on disk, with the class that tftpd knows by it" grep -qE \
    '^bound 10.1.0.100 1/02:00:00:00:01:01 .*Z leasing [0-9a-f]{8}$' \
    "$TMP/leases/dhcpd.leases"
check "dhclient renews at T1" \
    wait_log 12 dhcpd 'DHCPACK 10.1.0.100 to 02:00:00:00:01:01 .*renewed'
check "dhclient gives it back" run_dhclient pool1 -r
check "the release is logged" wait_log 3 dhcpd \
    'DHCPRELEASE from 02:00:00:00:01:01 via eth0: 10.1.0.100 is free again'
check "the release is on disk" \
    grep -q '^free 10.1.0.100 ' "$TMP/leases/dhcpd.leases"

# --- udhcpc on the pool, the freed address is not its own ----------------
udhcpc_bg() { # TAG HOST PROGRAM...
	local tag=$1 h=$2
	shift 2
	DHCP_OUT=$TMP/$h.out start "$tag" "$h" "$@" -f -i eth0 -t 5 -T 2 \
	    -s "$LIB/dhcp-script"
}
udhcpc_bg udhcpc pool2 udhcpc -R
check "udhcpc gets another address of the pool" \
    wait_until 10 has pool2 10.1.0.101
check "dhclient gets its former address again" run_dhclient pool1 -1
check "which it had before" has pool1 10.1.0.100
kill -USR1 "$(pid_of udhcpc)"
check "udhcpc renews when told to" \
    wait_log 5 dhcpd 'DHCPACK 10.1.0.101 to 02:00:00:00:01:02 .*renewed'
stop udhcpc
check "udhcpc gives it back at its end" wait_log 3 dhcpd \
    'DHCPRELEASE from 02:00:00:00:01:02 via eth0: 10.1.0.101 is free again'

# --- busybox on a host of the configuration, the second interface --------
udhcpc_bg busybox fixed busybox udhcpc
check "busybox gets the address of its host section on the second interface" \
    wait_until 10 has fixed 10.2.0.77
check "with the name of the section" grep -q '^hostname=fixed' "$TMP/fixed.out"
kill -USR1 "$(pid_of busybox)"
check "and renews it" \
    wait_log 5 dhcpd 'DHCPACK 10.2.0.77 to 02:00:00:00:02:01 via eth1 .*renewed'
stop busybox
check "a host of the configuration needs no record in the lease file" \
    bash -c "! grep -q 10.2.0.77 '$TMP/leases/dhcpd.leases'"

# --- dhcping: a REQUEST for an address that it has -----------------------
on other ip addr add 10.2.0.78/24 brd + dev eth0
check "dhcping is answered" bounded 10 on other dhcping -v -t 3 \
    -c 10.2.0.78 -s 10.2.0.1 -h 02:00:00:00:02:02

# --- an interface that appears while dhcpd runs ---------------------------
plug srv eth2 lanc 10.3.0.1/24
check "a client on an interface that came later is served" \
    run_dhclient late -1
check "by its own subnet" has late 10.3.0.10
check "and the log tells from when on" \
    logged dhcpd 'serving 10.3.0.0/24 on eth2 \(10.3.0.1\)'

# --- firmware, initramfs and system of one machine ------------------------
for id in 0x3d:ff5e000001000200 0x3d:0101020304050607; do
	bounded 15 on late udhcpc -f -q -n -i eth0 -x $id \
	    -s "$LIB/dhcp-script" >"$TMP/late.$id" 2>&1
	check "with another client identifier the card keeps its address ($id)" \
	    grep -q 'lease of 10.3.0.10 obtained' "$TMP/late.$id"
done
bounded 15 on late udhcpc -f -q -n -i eth0 -C -s "$LIB/dhcp-script" \
    >"$TMP/late.none" 2>&1
check "and without any" grep -q 'lease of 10.3.0.10 obtained' "$TMP/late.none"

# --- who has nothing to do with us ----------------------------------------
lan land
plug srv eth3 land 172.16.0.1/24
host stranger land - 02:00:00:00:04:01
bounded 4 on stranger udhcpc -f -q -n -t 2 -T 1 -i eth0 \
    -s "$LIB/dhcp-script" >/dev/null 2>&1
check "an interface in no subnet is left alone, and quietly" \
    bash -c "! grep -q '02:00:00:00:04:01' '$TMP/dhcpd.log'"

# --- signals ----------------------------------------------------------------
cp "$TMP/rb.conf" "$TMP/rb.good"
echo "nonsense = 1" >>"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)"
check "a reload with an error says where it is" \
    wait_log 5 dhcpd "rb.conf:[0-9]+: .*nonsense"
check "and keeps the old configuration" wait_log 5 dhcpd 'keep'
conf "10.1.0.100 - 10.1.0.199" >"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)"
check "a reload tells what has changed" wait_log 5 dhcpd \
    'reloaded .*rb.conf: subnets 3 -> 3, pool addresses 61 -> 111, hosts 2 -> 2'
run_dhclient pool1 -x >/dev/null 2>&1
check "leases survive the reload" run_dhclient pool1 -1
check "with their address" has pool1 10.1.0.100
# It runs by -u: what the file says of the user is moot, the port is not.
conf "10.1.0.100 - 10.1.0.199" |
    sed 's/^\[dhcpd\]/&\nuser = daemon\npxe_port = 4012/' >"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)"
check "a key that only a start can change is a warning" \
    wait_log 5 dhcpd 'reload: pxe_port is not as it was at the start'
check "but not one that the command line overrides" \
    bash -c "! grep -q 'reload: user is not as it was' '$TMP/dhcpd.log'"
conf "10.1.0.200 - 10.1.0.249" >"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)"
check "a pool taken away by mistake is a warning" \
    wait_log 5 dhcpd 'reload: bound leases in no pool any more: 1'
conf "10.1.0.100 - 10.1.0.199" >"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)"
wait_log 5 dhcpd 'pool addresses 61 -> 111, .*'
check "what is again as it was at the start is none any more" \
    [ "$(grep -c 'pxe_port is not as it was' "$TMP/dhcpd.log")" -eq 1 ]
kill -USR1 "$(pid_of dhcpd)"
check "SIGUSR1 tells the state of each subnet, the lease is back" \
    wait_log 5 dhcpd 'state: 10.1.0.0/24: 100 addresses: 1 bound'
run_dhclient pool1 -x >/dev/null 2>&1
run_dhclient late -x >/dev/null 2>&1

judge "packets on the first interface are without fault" eth0 \
    "ip.src == 10.1.0.1"
judge "packets on the second interface are without fault" eth1 \
    "ip.src == 10.2.0.1"
check "no packet has the DF bit" \
    [ -z "$(packets eth0 'ip.src == 10.1.0.1 && ip.flags.df == 1' frame.number)" ]
stop dhcpd
check "SIGTERM ends it with status 0" [ $? -eq 0 ]

# --- a restart knows what was leased; named interfaces ---------------------
serve eth0
check "the lease file is read again" wait_log 5 dhcpd \
    'lease file .*: [1-9][0-9]* records for 111 pool addresses'
check "after the restart dhclient has its address again" run_dhclient pool1 -1
check "the same one" has pool1 10.1.0.100
bounded 4 on fixed udhcpc -f -q -n -t 2 -T 1 -i eth0 \
    -s "$LIB/dhcp-script" >/dev/null 2>&1
check "an interface that is not named is not served" \
    [ "$(grep -c 'DHCPOFFER 10.2.0.77' "$TMP/dhcpd.log")" -eq 1 ]
"$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME" >"$TMP/second.log" 2>&1
check "a second instance is refused" [ $? -ne 0 ]
check "with the reason" logged second 'another dhcpd, process [0-9]+ uses it'
run_dhclient pool1 -x >/dev/null 2>&1
stop dhcpd
