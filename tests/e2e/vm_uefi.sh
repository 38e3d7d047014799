#!/bin/bash
# vm_uefi.sh - a UEFI PC: OVMF's own PXE, network GRUB, Linux, its initramfs.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-vm.sh"
need qemu-system-x86_64 tcpdump tshark

boot_server <<-END
	[subnet 192.0.2.0/24]

	[class uefi]
	vendor_class = PXEClient
	arch = 7
	file = grubx64.efi

	[host pc]
	chaddr = 52:54:00:00:00:02
	yiaddr = 192.0.2.22
END
pc pc lan0 52:54:00:00:00:02 uefi
pc_boots "a UEFI PC boots by OVMF and GRUB to its initramfs" pc 120
check "dhcpd tells the ACK, the class and the file" \
    logged dhcpd 'DHCPACK 192.0.2.22 to 52:54:00:00:00:02 .*grubx64.efi.*uefi'
check "tftpd tells that it has sent the kernel" \
    logged tftpd 'vmlinuz.* 192.0.2.22'
pc_end pc
boot_judge
