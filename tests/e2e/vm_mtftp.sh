#!/bin/bash
# vm_mtftp.sh - PCs whose iPXE ROM fetches the boot program from mtftpd.  The
# program compares itself with its hash: "ok" from the ROM proves nothing.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-vm.sh"
need qemu-system-x86_64 tcpdump tshark

boot_server <<-END
	[subnet 192.0.2.0/24]
	pool = 192.0.2.100 - 192.0.2.199

	[class bios]
	arch = 0
	file = mtftp://$SERVER/quick.pxe

	[mtftp quick.pxe]
	mtftp_ip = $GROUP
	mtftp_cport = 3001
	mtftp_sport = 1759
END
blocks=$(($(stat -c %s "$TMP/tftpboot/quick.pxe") / 512 + 1))

# Blocks that went to the group from after frame number $1.
sent() {
	packets wire "ip.src == $SERVER && ip.dst == $GROUP && udp.dstport == 3001 && frame.number > $1" \
	    frame.number
}

pc one lan0 52:54:00:00:00:01 bios
pc_boots "one PC boots what it fetched by mtftp://" one 90 "QUICK $QUICK"
pc_end one
sleep 1
n=$(sent 0 | wc -l)
mark=$(sent 0 | tail -n 1)
check "each of the $blocks blocks went to the group once ($n sent)" \
    [ "$n" -ge "$blocks" -a "$n" -le $((blocks + blocks / 50 + 2)) ]

# A slow link: the third PC is switched on when the pass of the second begins,
# and asks in the midst of it.
on server tc qdisc add dev eth0 root tbf rate 200kbit burst 4kb latency 400ms ||
    die "no tbf"
pc two lan0 52:54:00:00:00:02 bios
begun() {
	[ "$(grep -c 'a pass to .* begins' "$TMP/mtftpd.log")" -ge 2 ]
}
wait_until 60 begun || die "the second PC does not ask"
pc three lan0 52:54:00:00:00:03 bios
pc_boots "the first of two PCs boots what it fetched" two 120 "QUICK $QUICK"
pc_boots "the one that joined late boots what it fetched" three 120 \
    "QUICK $QUICK"
check "... it asked while the pass of the other ran" \
    logged mtftpd 'not answered, it listens to the pass of'
pc_end two three
sleep 1
n=$(sent "$mark" | wc -l)
check "two PCs cost less than two passes ($n blocks sent for 2 x $blocks)" \
    [ "$n" -lt $((blocks * 2 - blocks / 8)) ]
boot_judge
check "nothing was fetched by plain TFTP instead" \
    [ -z "$(packets wire "udp.dstport == 69" ip.src)" ]
