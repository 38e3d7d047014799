#!/bin/bash
# vm_four.sh - four BIOS PCs are switched on at the same moment.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-vm.sh"
need qemu-system-x86_64 tcpdump tshark

boot_server <<-END
	[subnet 192.0.2.0/24]
	pool = 192.0.2.100 - 192.0.2.103

	[class bios]
	arch = 0
	file = pxelinux.0
END
for i in 1 2 3 4; do
	pc pc$i lan0 52:54:00:00:00:0$i bios
done
for i in 1 2 3 4; do
	pc_boots "PC $i of four boots to its initramfs" pc$i 120
done
check "each has an address of its own" [ 4 -eq "$(sed -n \
    's/.*DHCPACK \([0-9.]*\) .*/\1/p' "$TMP/dhcpd.log" | sort -u | wc -l)" ]
pc_end pc1 pc2 pc3 pc4
boot_judge
