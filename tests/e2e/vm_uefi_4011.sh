#!/bin/bash
# vm_uefi_4011.sh - UEFI firmware that is given the option 43 of the old guide
# (01:04:00:00:00:00, no discovery control) asks again on port 4011 and waits
# there for its boot file; without an answer it ends with PXE-E16.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-vm.sh"
need qemu-system-x86_64 tcpdump tshark

boot_server <<-END
	[subnet 192.0.2.0/24]

	[host pc]
	chaddr = 52:54:00:00:00:03
	yiaddr = 192.0.2.33
	file = quick.efi
	option.60 = "PXEClient"
	option.43 = 01:04:00:00:00:00
END
pc pc lan0 52:54:00:00:00:03 uefi
pc_boots "UEFI firmware with the guide's option 43 boots" pc 90 "QUICK $QUICK"
pc_end pc
boot_judge
check "its option 43 was the guide's" grep -qx '010400000000' \
    <(packets wire "dhcp.option.dhcp == 2" dhcp.option.value | tr ',' '\n')
check "it asked on port 4011" \
    [ -n "$(packets wire "udp.dstport == 4011 && ip.dst == $SERVER" ip.src)" ]
check "it was answered from port 4011" \
    [ -n "$(packets wire "udp.srcport == 4011 && ip.src == $SERVER" ip.src)" ]
