#!/bin/bash
# shellcheck shell=bash
#
# lib-vm.sh - virtual PCs for the end-to-end tests and for the demo.
#
# After lib.sh:
#	. "$(dirname "$0")/lib-vm.sh"
#
#	vm_images		makes what the PCs boot, once, in $IMAGES, all from
#				the distribution's packages
#	vm_tree DIR		a boot tree of it, with configurations that boot
#				the kernel with $TOKEN on its command line:
#				pxelinux.0, grubx64.efi (network GRUB, x86-64 UEFI),
#				vmlinuz, initrd; quick.efi and quick.pxe: GRUB that
#				checks what came with it, says QUICK and $QUICK
#				and switches the PC off
#	boot_server <CONFIGURATION
#				a server 192.0.2.1 on the bridge lan0 with that boot
#				tree, our three daemons (logs: dhcpd, tftpd, mtftpd)
#				and a capture "wire".  The configuration on standard
#				input follows the parts that every such server needs
#	boot_judge		PASS lines about the packets of the server
#	router_says NAME	answers IPv6 router solicitations from the host:
#				without it this iPXE waits 13 s for one
#	pc TAG LAN MAC KIND [QEMU ARGUMENT...]
#				a PC on a tap; its console is $TMP/TAG.log.
#				KIND: bios (SeaBIOS, the card's iPXE option ROM)
#				or uefi (OVMF's own PXE)
#	pc_boots SENTENCE TAG SECONDS [REGEX]
#				PASS when its console shows REGEX (default: the
#				initramfs is whole and has our token) in that time
#	pc_end TAG...		switches them off
#
# $SERVER is the address of the server.  No KVM anywhere: the machines that
# test have none, and a PC boots in ten to twenty seconds without.
#
# SPDX-License-Identifier: ISC

IMAGES=${E2E_IMAGES:-$BLD/lab}
TOKEN=token=$RANDOM$RANDOM
SERVER=192.0.2.1
QUICK=quick-and-whole
OVMF=/usr/share/OVMF
GROUP=239.255.1.1 # that and port 3001 are fixed in iPXE
: "$QUICK $TOKEN $GROUP" # for the tests

# --- what they boot -----------------------------------------------------

# The kernel of a package, unpacked and not installed.
vm_kernel() {
	local deb=$E2E_PACKAGES/kernel.deb
	[ -s "$deb" ] || die "no $deb: run tests/e2e/fetch $E2E_PACKAGES"
	dpkg --fsys-tarfile "$deb" |
	    tar -xO --wildcards './boot/vmlinuz-*' >"$IMAGES/new" ||
	    die "no kernel in $deb"
	mv "$IMAGES/new" "$IMAGES/vmlinuz"
}

# An initramfs that proves itself: it compares its ballast with the hash that
# was made with it, says so on the console and switches the PC off.
vm_initrd() {
	local d=$IMAGES/initrd.d
	rm -rf "$d"
	mkdir -p "$d/bin" "$d/proc" "$d/dev"
	cp "$(command -v busybox)" "$d/bin/busybox"
	head -c 1000000 /dev/urandom >"$d/ballast"
	(cd "$d" && sha256sum ballast bin/busybox >sums)
	cat >"$d/init" <<-'END'
		#!/bin/busybox sh
		/bin/busybox mount -t proc none /proc
		/bin/busybox mount -t devtmpfs none /dev
		exec >/dev/ttyS0 2>&1
		cd /
		state=BROKEN
		/bin/busybox sha256sum -c -s sums && state=whole
		echo
		echo "initramfs: $state; $(/bin/busybox cat /proc/cmdline)"
		/bin/busybox sleep 0.2
		/bin/busybox poweroff -f
	END
	chmod 755 "$d/init"
	(cd "$d" && find . | cpio --quiet -o -H newc | gzip -9) >"$IMAGES/new"
	mv "$IMAGES/new" "$IMAGES/initrd"
	rm -rf "$d"
}

# GRUB that boots what the boot tree's grub/grub.cfg says.
vm_grub() {
	# shellcheck disable=SC2016 # GRUB expands it
	echo 'echo "GRUB: started from $prefix"' >"$IMAGES/early.cfg"
	grub-mkimage -O x86_64-efi -o "$IMAGES/new" -p /grub \
	    -c "$IMAGES/early.cfg" normal configfile net efinet tftp linux \
	    echo test || die "grub-mkimage fails"
	mv "$IMAGES/new" "$IMAGES/grubx64.efi"
}

# GRUB with ballast of its own: no kernel needed to know that it came whole.
# OUTPUT FORMAT MODULES...
vm_quick() {
	local output=$1 format=$2 d=$IMAGES/quick.d/boot/grub
	shift 2
	rm -rf "$d"
	mkdir -p "$d"
	head -c 300000 /dev/urandom >"$d/ballast"
	(cd "$d" && sha256sum ballast >sums)
	cat >"$d/grub.cfg" <<-END
		if [ "\$grub_platform" = pc ]; then
			serial --unit=0 --speed=115200
			terminal_output serial
		fi
		if hashsum --hash sha256 --prefix (memdisk)/boot/grub --check (memdisk)/boot/grub/sums; then
			echo "QUICK $QUICK"
		else
			echo "QUICK but broken"
		fi
		echo "the end"
		sleep 1
		halt
	END
	tar -cf "$IMAGES/quick.tar" -C "$IMAGES/quick.d" boot
	grub-mkimage -O "$format" -o "$IMAGES/new" \
	    -m "$IMAGES/quick.tar" normal memdisk tar hashsum gcry_sha256 echo \
	    test sleep halt "$@" || die "grub-mkimage fails"
	mv "$IMAGES/new" "$IMAGES/$output"
	rm -rf "$IMAGES/quick.d" "$IMAGES/quick.tar"
}

vm_images() {
	mkdir -p "$IMAGES"
	[ -s "$IMAGES/vmlinuz" ] || vm_kernel
	[ -s "$IMAGES/initrd" ] || vm_initrd
	[ -s "$IMAGES/grubx64.efi" ] || vm_grub
	[ -s "$IMAGES/quick.efi" ] || vm_quick quick.efi x86_64-efi
	[ -s "$IMAGES/quick.pxe" ] || vm_quick quick.pxe i386-pc-pxe biosdisk serial \
	    terminal
}

vm_tree() {
	local d=$1 f
	local args="console=ttyS0 loglevel=6 $TOKEN"
	vm_images
	mkdir -p "$d/pxelinux.cfg" "$d/grub"
	for f in vmlinuz initrd grubx64.efi quick.efi quick.pxe; do
		cp "$IMAGES/$f" "$d/"
	done
	cp /usr/lib/PXELINUX/pxelinux.0 \
	    /usr/lib/syslinux/modules/bios/ldlinux.c32 "$d/"
	cat >"$d/pxelinux.cfg/default" <<-END
		default linux
		label linux
		    kernel vmlinuz
		    append initrd=initrd $args
	END
	cat >"$d/grub/grub.cfg" <<-END
		set gfxpayload=text
		linux /vmlinuz $args
		initrd /initrd
		boot
	END
	chmod -R a+rX "$d"
}

# --- the server ---------------------------------------------------------

boot_config() { # prints what every configuration here begins with
	cat <<-END
		[global]
		tftp_root = $TMP/tftpboot

		[dhcpd]
		lease_file = $TMP/state/dhcpd.leases
		user = $USERNAME

		[tftpd]
		user = $USERNAME

		[mtftpd]
		user = $USERNAME

	END
}

boot_daemon() { # NAME PORT
	local path
	path=$(prog "$1") || die "$1 is not built"
	start "$1" server "$path" -F -C "$TMP/remoteboot.conf"
	wait_udp 10 server "$2" ||
	    die "$1 does not start: $(tail -n 1 "$TMP/$1.log")"
}

boot_server() {
	mkdir -m 755 "$TMP/state"
	chown "$USERNAME" "$TMP/state"
	{
		boot_config
		cat
	} >"$TMP/remoteboot.conf"
	vm_tree "$TMP/tftpboot"
	lan lan0
	host server lan0 $SERVER/24
	on server ip route add 224.0.0.0/4 dev eth0
	router_says server
	capture wire - lan0
	boot_daemon dhcpd 67
	boot_daemon tftpd 69
	boot_daemon mtftpd 1759
}

boot_judge() {
	judge "tshark finds no fault in what the server sent" wire \
	    "ip.src == $SERVER && udp"
	check "nothing that the server sent has the DF bit" \
	    [ -z "$(packets wire "ip.src == $SERVER && udp && ip.flags.df == 1" \
		frame.number | head -n 3)" ]
}

# --- the PCs ------------------------------------------------------------

router_says() {
	start router "$1" /usr/bin/python3 "$LIB/router" eth0
	wait_log 10 router ready || die "the router does not start"
}

pc() {
	local tag=$1 lan=$2 mac=$3 kind=$4 tap=tap-$1
	shift 4
	case $kind in
	bios)
		set -- -machine pc,accel=tcg,graphics=off -m 256 -boot n \
		    -device "virtio-net-pci,netdev=net0,mac=$mac" "$@"
		;;
	uefi)
		cp "$OVMF/OVMF_VARS_4M.fd" "$TMP/$tag.vars"
		set -- -machine q35,accel=tcg -m 512 \
		    -drive "if=pflash,format=raw,readonly=on,file=$OVMF/OVMF_CODE_4M.fd" \
		    -drive "if=pflash,format=raw,file=$TMP/$tag.vars" \
		    -device virtio-rng-pci \
		    -device "virtio-net-pci,netdev=net0,mac=$mac,romfile=" "$@"
		;;
	*) die "pc: no kind $kind" ;;
	esac
	tap "$lan" "$tap"
	start "$tag" - qemu-system-x86_64 -name "$tag" -nodefaults \
	    -display none -serial stdio -no-reboot \
	    -netdev "tap,id=net0,ifname=$tap,script=no,downscript=no" "$@"
}

# What firmware says when it has given up.
PC_GAVE_UP='No bootable device|BdsDxe: failed to load Boot'

# Whether the console shows it, or never will.
pc_over() {
	logged "$1" "$2|$PC_GAVE_UP" || gone "$1"
}

pc_boots() {
	local what=$1 tag=$2 seconds=$3
	local regex=${4:-initramfs: whole; .*$TOKEN} why
	wait_until "$seconds" pc_over "$tag" "$regex"
	if logged "$tag" "$regex"; then
		pass "$what"
		return 0
	fi
	why="not within $seconds s"
	logged "$tag" "$PC_GAVE_UP" && why="its firmware gave up"
	alive "$tag" || why="the PC ended before"
	fail "$what" "$why; $(pc_last_words "$tag")"
	return 1
}

# The firmware's own error on the console, or its last line.
pc_last_words() {
	local log
	log=$(sed 's/\x1b\[[0-9;=?]*[a-zA-Z]//g' "$TMP/$1.log" |
	    tr '\r' '\n' | tr -dc '[:print:]\n' |
	    grep '[^ ]' | grep -v 'video mode')
	grep -E 'PXE-[EMT][0-9]+|ipxe\.org/[0-9a-f]{8}|^error:|BROKEN|broken' \
	    <<<"$log" | tail -n 1 | grep . ||
	    tail -n 1 <<<"$log" | sed 's/^/console: /' | grep . ||
	    echo "console: silent"
}

pc_end() {
	local tag
	for tag; do
		stop "$tag" KILL
	done
	return 0
}
