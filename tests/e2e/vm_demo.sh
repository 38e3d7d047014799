#!/bin/bash
# vm_demo.sh - `bootstrap demo` ends with the times, or with the reason and a
# failure, and leaves nothing behind.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-vm.sh"
need qemu-system-x86_64 tcpdump
vm_images
export E2E_IMAGES=$IMAGES E2E_PACKAGES top_srcdir=$SRC top_builddir=$BLD
export TMPDIR=$TMP/demo
mkdir -m 755 "$TMPDIR"

left() {
	[ -n "$(ls "$TMPDIR")" ]
}

bash "$LIB/demo" >"$TMP/good.log" 2>&1
check "the demo succeeds" [ $? -eq 0 ]
check "it ends with the time of each stage" grep -qE \
    '^booted by BIOS in [0-9.]+ s: firmware .* DHCP .* boot program .* kernel and initramfs .* first message .* initramfs [0-9.]+ s$' \
    <(tail -n 1 "$TMP/good.log")
for who in dhcpd tftpd mtftpd pc; do
	check "it shows the lines of $who" grep -q "^$who| ." "$TMP/good.log"
done
check "it leaves nothing behind" eval '! left'

mkdir -p "$TMP/mute/sbin"
cat >"$TMP/mute/sbin/dhcpd" <<'EOS'
#!/usr/bin/python3
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 67))
print("dhcpd: says nothing", flush=True)
time.sleep(1000)
EOS
chmod 755 "$TMP/mute/sbin/dhcpd"
E2E_PREFIX=$TMP/mute bash "$LIB/demo" >"$TMP/mute.log" 2>&1
check "the demo without an answer fails" [ $? -eq 1 ]
check "it tells the likely reason" grep -q \
    'did not boot: no DHCPOFFER: dhcpd said: dhcpd: says nothing' "$TMP/mute.log"
check "it leaves nothing behind either" eval '! left'

bash "$LIB/demo" --nonsense >/dev/null 2>&1
check "an unknown option is a usage error" [ $? -eq 2 ]
