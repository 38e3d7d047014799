#!/bin/bash
# vm_bios.sh - a BIOS PC: iPXE's option ROM, PXELINUX, Linux, its initramfs.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-vm.sh"
need qemu-system-x86_64 tcpdump tshark

boot_server <<-END
	[subnet 192.0.2.0/24]
	pool = 192.0.2.100 - 192.0.2.199

	[class bios]
	vendor_class = PXEClient
	arch = 0
	file = pxelinux.0
END
pc pc lan0 52:54:00:00:00:01 bios
pc_boots "a BIOS PC boots by iPXE's ROM and PXELINUX to its initramfs" pc 120
check "dhcpd tells the ACK, the class and the file" \
    logged dhcpd 'DHCPACK 192.0.2.100 to 52:54:00:00:00:01 .*pxelinux.0.*bios'
check "tftpd tells that it has sent the kernel" \
    logged tftpd 'vmlinuz.* 192.0.2.100'
pc_end pc
boot_judge
