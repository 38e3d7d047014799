#!/bin/bash
# dhcp_pxe.sh - PXE and UEFI HTTP boot clients made by scapy: offers, port
# 4011, boot server discovery by broadcast, multicast and unicast, ProxyDHCP.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need tcpdump tshark
/usr/bin/python3 -c 'import scapy' 2>/dev/null ||
	{ skip dhcp_pxe "scapy is not installed"; exit 77; }

# eth0 gives addresses, eth1 is beside another server.
lan wire
lan beside
host srv wire 10.7.0.1/24 02:00:00:00:00:01
plug srv eth1 beside 10.8.0.1/24 02:00:00:00:00:08
host cl wire 10.7.0.77/24 02:00:00:00:07:01
host cl2 beside 10.8.0.77/24 02:00:00:00:08:01

networks() {
	cat <<-END
		[dhcpd]
		authoritative = yes
		lease_file = $TMP/leases/dhcpd.leases
		[subnet 10.7.0.0/24]
		pool = 10.7.0.100 - 10.7.0.109
		option.routers = 10.7.0.254
		[subnet 10.8.0.0/24]
		proxy = yes
		[class http]
		vendor_class = "HTTPClient"
		file = "http://10.7.0.1/grubx64.efi"
		[class bios]
		arch = bios
		file = "pxelinux.0"
		[class uefi]
		arch = x64-uefi
		file = "grubx64.efi"
	END
}

servers() {
	cat <<-END
		[class menu]
		arch = arm64-uefi
		menu = main
		[menu main]
		items = linux
		prompt = "?"
		discovery = multicast, unicast
		[boot_server linux]
		type = 3
		file = "linux.0"
		layers = 2
	END
}

{
	networks
	servers
} >"$TMP/rb.conf"
start dhcpd srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME" -v 3
wait_udp 5 srv 4011 || die "dhcpd does not listen"
check "it hears boot server discovery on both links" \
    bash -c "ip netns exec srv ip maddr | grep -c '224\.0\.1\.2$' | grep -qx 2"

capture wire srv eth0 udp
capture beside srv eth1 udp
talk() { # NAME MODE SERVER SERVER_MAC CLIENT
	on "$1" /usr/bin/python3 "$LIB/dhcp_pxe.py" "$@" >"$TMP/$1.out" \
	    2>"$TMP/$1.err"
	grep -v -i warning "$TMP/$1.err" | head -5
	verdicts "$TMP/$1.out"
}
talk cl dhcp 10.7.0.1 02:00:00:00:00:01 10.7.0.77
talk cl2 proxy 10.8.0.1 02:00:00:00:00:08 10.8.0.77
check "discovery wrote no lease" bash -c \
    "! grep -q '10\.[78]\.0\.77' '$TMP/leases/dhcpd.leases'"
judge "what it sends on a link of its own is without fault" wire \
    "ip.src == 10.7.0.1"
judge "what it sends as a proxy is without fault" beside "ip.src == 10.8.0.1"
check "no reply has the DF bit" bash -c "! tshark -n -r '$TMP/wire.pcap' \
    -Y 'ip.src == 10.7.0.1 && ip.flags.df == 1' 2>/dev/null | grep -q ."

networks >"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)"
wait_log 5 dhcpd reloaded
check "reloaded without boot servers it leaves the group" \
    bash -c "! ip netns exec srv ip maddr | grep -q '224\.0\.1\.2$'"
{
	networks
	servers
} >"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)"
check "and joins it again with them" wait_until 5 bash -c \
    "ip netns exec srv ip maddr | grep -q '224\.0\.1\.2$'"
stop dhcpd
check "SIGTERM ends it with status 0" [ $? -eq 0 ]

# Another server of the same machine has port 67.
networks | sed '/^pool\|^option.routers/d; s/^\[subnet 10.7.*/&\nproxy = yes/' \
    >"$TMP/rb.conf"
start holder srv /usr/bin/python3 -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 67))
time.sleep(60)'
wait_udp 5 srv 67 || die "port 67 is not held"
start busy srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME"
check "beside another server it says what to write" \
    wait_log 5 busy 'another server listens there.* port = 0 in \[dhcpd\]'
wait_until 10 gone busy || die "it does not end"
sed -i 's/^\[dhcpd\]/&\nport = 0/' "$TMP/rb.conf"
start alone srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME" -v 3
check "with port = 0 it serves, and says which port" wait_log 5 alone \
    "port 67 is another server's .port = 0.: only port 4011 is answered"
wait_udp 5 srv 4011 || die "dhcpd does not listen"
talk cl alone 10.7.0.1 02:00:00:00:00:01 10.7.0.77
stop holder KILL 2>/dev/null
stop alone
check "it ends with status 0" [ $? -eq 0 ]
