#!/bin/bash
# tftp_guide.sh - the command line of the quick guide of 2000, letter by
# letter, on a machine without a configuration file.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need tftp chroot

lan lan0
host srv lan0 192.0.2.1/24
host pc lan0 192.0.2.9/24

# A root of its own, so that /tftpboot and /var/log are nobody else's.
root=$TMP/root
mkdir -p "$root"/{usr,etc,dev,proc,run,tmp,var/log,tftpboot}
for d in usr etc; do
	mount --bind "/$d" "$root/$d" || die "no bind mount"
done
for d in bin lib lib64; do
	ln -s "usr/$d" "$root/$d"
done
mknod -m 666 "$root/dev/null" c 1 3
mount -t proc proc "$root/proc" || die "no /proc" # a leak check reads it
cp "$(prog tftpd)" "$root/tftpd" || die "no tftpd"
make_file "$root/tftpboot/bpbatch" 70000
ln -s bpbatch "$root/tftpboot/bpbatch.P"
printf 'one\ntwo\r\n' >"$root/tftpboot/text"
log=$root/var/log/tftp.log
guide() { # ARGUMENT...: bounded, for it goes to the background
	bounded 10 on srv chroot "$root" /tftpd "$@" >"$TMP/out" 2>&1
}

check "the guide's command line works letter by letter" \
    guide -c 64 -d /tftpboot -h -i 0 -k 5 -l /var/log/tftp.log -r \
    -s 1408 59 -v 2
check "which says that it has no configuration file" \
    grep -q '^tftpd: no .*/remoteboot.conf: running with the defaults' \
    "$TMP/out"
wait_udp 5 srv 69 || die "no port 69"
wait_udp 5 srv 59 || die "no port 59"
check "-c 64 and -d are in force" logged "$log" \
    'serving /tftpboot: port 69, .* 64 clients at once'
check "-s 1408 59 is in force" logged "$log" \
    'large packet service: port 59, blocks of 1408'
# tftp-hpa asks port 59 too, but cannot take its blocks: the log tells them.
bounded 5 on pc tftp -m binary 192.0.2.1 59 -c get bpbatch.P /dev/null \
    >/dev/null 2>&1
cat >"$TMP/commands" <<-END
	mode binary
	get bpbatch $TMP/bpbatch
	mode ascii
	get text $TMP/text
	put $TMP/commands written
END
bounded 20 on pc tftp 192.0.2.1 <"$TMP/commands" >"$TMP/tftp.out" 2>&1
same "bpbatch comes from port 69" "$root/tftpboot/bpbatch" "$TMP/bpbatch"
check "in blocks of 512" logged "$log" '"bpbatch" .* 137 blocks of 512'
check "bpbatch.P comes from port 59 in blocks of 1408" wait_log 5 "$log" \
    '"bpbatch.P" to 192.0.2.9: 70,000 bytes, 50 blocks of 1408'
same "a text comes through netascii as it was" "$root/tftpboot/text" \
    "$TMP/text"
check "-r refuses to write" grep -q 'read-only' "$TMP/tftp.out"
check "-h hides where the tree lies" bash -c \
    "! ip netns exec pc curl -s tftp://192.0.2.1//tftpboot/text"
kill "$(pgrep -x tftpd)"
check "SIGTERM ends it" wait_until 2 eval '! pgrep -x tftpd'

# --- wrong values ------------------------------------------------------------

while read -r line; do
	read -ra args <<<"$line"
	guide -F "${args[@]}"
	check "\"$line\" is refused, 64" [ $? -eq 64 ]
	check "and told what would be right" \
	    grep -Eq "^tftpd: error: ${args[0]}: .*(wants|needs|as in|levels|such)" \
	    "$TMP/out"
done <<-END
	-c 0
	-d tftpboot
	-i -1
	-k 101
	-s 1408
	-s 100 59
	-s 1408 69
	-v 8
END
