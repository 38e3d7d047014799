#!/bin/bash
# selftest.sh - the laboratory itself: a lan, two hosts, loss, a capture.
. "$(dirname "$0")/lib.sh"
need tcpdump tshark nft curl python3

lan lan0
host a lan0 10.9.0.1/24 02:00:00:00:00:01
host b lan0 10.9.0.2/24
mkdir "$TMP/www"
make_file "$TMP/www/f" 100000
make_file "$TMP/g" 100000
same "make_file makes the same bytes each time" "$TMP/www/f" "$TMP/g"

capture lan - lan0
start www a python3 -m http.server -d "$TMP/www" --bind 10.9.0.1 8080
wait_until 10 on b curl -s -o "$TMP/h" http://10.9.0.1:8080/f
same "a file crosses the bridge whole" "$TMP/www/f" "$TMP/h"
check "bounded runs a command of a host" \
    bounded 5 on b curl -s -o /dev/null http://10.9.0.1:8080/f
bounded 1 sleep 5
check "bounded ends it after its time" [ $? -eq 124 ]
check "nothing else is reachable" bash -c '! ip netns exec b ip route get 192.0.2.1'
capture_end lan
check "the MAC address is the one that was asked" \
    grep -q 02:00:00:00:00:01 <(packets lan "ip.src == 10.9.0.1" eth.src)

echo 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(400):
    s.sendto(b"x", ("10.9.0.2", 9))' >"$TMP/flood.py"
echo 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.9.0.2", 9))
s.settimeout(1.5)
n = 0
try:
    while True:
        s.recv(10)
        n += 1
except socket.timeout:
    print("got", n, flush=True)' >"$TMP/count.py"
capture udp b eth0 udp
on a python3 "$TMP/flood.py"
judge "the judge takes good packets" udp "ip.src == 10.9.0.1 and udp"
lose b eth0 100
start none b python3 "$TMP/count.py"
wait_udp 5 b 9
on a python3 "$TMP/flood.py"
wait_log 5 none got
check "loss of 100 per cent lets nothing through" logged none '^got 0$'
lose b eth0 50
start half b python3 "$TMP/count.py"
wait_udp 5 b 9
on a python3 "$TMP/flood.py"
wait_log 5 half got
check "loss of 50 per cent lets about half through" \
    logged half '^got (1[4-9]|2[0-5])[0-9]$'
stop www
check "stop ends a program" gone www

# --- the end of a test -----------------------------------------------------

mkdir "$TMP/outside"
echo kept >"$TMP/outside/file"
cat >"$TMP/inner.sh" <<-END
	. "$LIB/lib.sh"
	mkdir "\$TMP/bound" "\$TMP/disk"
	mount --bind "$TMP/outside" "\$TMP/bound" || die "no bind mount"
	mount -t tmpfs none "\$TMP/disk" && touch "\$TMP/disk/file"
	pass "its folder is \$TMP"
END
bounded 20 bash "$TMP/inner.sh" >"$TMP/inner.out" 2>&1
check "a test may mount things in its folder" [ $? -eq 0 ]
check "what it mounted there is whole afterwards" \
    grep -q kept "$TMP/outside/file"
inner=$(sed -n 's/^PASS: its folder is //p' "$TMP/inner.out")
check "and the folder is gone" [ -n "$inner" -a ! -e "$inner" ]
