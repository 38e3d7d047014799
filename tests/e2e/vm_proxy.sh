#!/bin/bash
# vm_proxy.sh - ProxyDHCP: another server (busybox udhcpd) gives the addresses,
# dhcpd tells a BIOS PC and a UEFI PC what they boot; then both kinds of
# firmware choose from a menu and find the boot server behind its item.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-vm.sh"
need qemu-system-x86_64 tcpdump tshark busybox udhcpc

# The server of addresses, which knows nothing of booting.
foreign_server() {
	host foreign lan0 192.0.2.2/24
	cat >"$TMP/udhcpd.conf" <<-END
		start 192.0.2.50
		end 192.0.2.59
		interface eth0
		lease_file $TMP/udhcpd.leases
		pidfile $TMP/udhcpd.pid
		option subnet 255.255.255.0
		option router 192.0.2.2
		option lease 3600
	END
	: >"$TMP/udhcpd.leases"
	start udhcpd foreign busybox udhcpd -f "$TMP/udhcpd.conf"
	wait_udp 10 foreign 67 || die "udhcpd does not start"
}

boot_server <<-END
	[subnet 192.0.2.0/24]
	proxy = yes

	[class bios]
	vendor_class = PXEClient
	arch = bios
	file = quick.pxe

	[class uefi]
	vendor_class = PXEClient
	arch = x64-uefi
	file = quick.efi

	[host biosmenu]
	chaddr = 52:54:00:00:00:06
	menu = bios
	file = nothing

	[host uefimenu]
	chaddr = 52:54:00:00:00:07
	menu = uefi
	file = nothing

	[menu bios]
	prompt = "the menu comes"
	timeout = 1s
	items = quickbios, disk
	discovery = multicast

	[menu uefi]
	timeout = 1s
	items = quickuefi, disk

	[boot_server quickbios]
	type = 32768
	arch = bios
	text = "GRUB for BIOS"
	file = quick.pxe

	[boot_server quickuefi]
	type = 32768
	arch = x64-uefi
	text = "GRUB for UEFI"
	file = quick.efi

	[boot_server disk]
	type = 0
END
foreign_server

host other lan0
check "who does not boot gets the other server's address" \
    bounded 20 on other udhcpc -i eth0 -n -q -f -t 3 -T 2 -s /bin/true
check "and nothing from the proxy" \
    [ -z "$(packets wire "ip.src == $SERVER && udp.srcport == 67" ip.src)" ]

pc bios lan0 52:54:00:00:00:04 bios
pc_boots "a BIOS PC boots: address from udhcpd, file from the proxy" bios 90 \
    "QUICK $QUICK"
pc_end bios
pc uefi lan0 52:54:00:00:00:05 uefi
pc_boots "a UEFI PC boots: address from udhcpd, file from the proxy" uefi 90 \
    "QUICK $QUICK"
pc_end uefi
pc bios2 lan0 52:54:00:00:00:06 bios
pc_boots "a BIOS PC boots the first item of a menu, found by multicast" bios2 \
    90 "QUICK $QUICK"
pc_end bios2
pc uefi2 lan0 52:54:00:00:00:07 uefi
pc_boots "a UEFI PC boots the first item of a menu, found by unicast" uefi2 90 \
    "QUICK $QUICK"
pc_end uefi2
check "dhcpd was asked for the type of both" \
    [ "$(grep -c 'boot server quick.*, type 32768 layer 0' "$TMP/dhcpd.log")" \
    -ge 2 ]

boot_judge
offers="ip.src == $SERVER && dhcp.option.dhcp == 2"
check "the proxy's offers have no address and no lease time" \
    [ -z "$(packets wire "$offers && (dhcp.ip.your != 0.0.0.0 ||
	dhcp.option.ip_address_lease_time)" frame.number)" ]
check "it never acknowledged an address" \
    [ -z "$(packets wire "ip.src == $SERVER && udp.srcport == 67 &&
	!(dhcp.option.dhcp == 2)" frame.number)" ]
check "a boot server was asked by multicast, and one by unicast" \
    [ "$(packets wire "udp.dstport == 4011 && (ip.dst == 224.0.1.2 ||
	ip.dst == $SERVER)" ip.dst | sort -u | wc -l)" -eq 2 ]
check "the PCs had addresses of the other server" \
    [ "$(packets wire "ip.dst == $SERVER && tftp" ip.src | sort -u |
	grep -c '^192\.0\.2\.5[0-9]$')" -eq 4 ]
