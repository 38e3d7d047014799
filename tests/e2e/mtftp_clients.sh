#!/bin/bash
# mtftp_clients.sh - one file to many: atftp's MTFTP clients, and clients
# after an Intel ROM and iPXE over plain sockets (mtftp_rom.py).
#
# For a virtual PC whose iPXE fetches mtftp://SERVER/FILE the group, the
# client port and the server port are fixed in the ROM; mtftpd then needs
#
#	[mtftp FILE]
#	mtftp_ip = 239.255.1.1
#	mtftp_cport = 3001
#	mtftp_sport = 1759
#
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2317 # everybody() calls them
. "$(dirname "$0")/lib.sh"
need atftp tshark /usr/bin/python3 nft

S=10.9.0.1
lan br0
host srv br0 $S/24
for n in 1 2 3 4; do
	host c$n br0 10.9.0.1$n/24
	on c$n ip addr add 10.9.0.2$n/24 dev eth0
	on c$n ip route add 224.0.0.0/4 dev eth0
done

# --- the files and their groups -----------------------------------------

T=$TMP/tftpboot
conf=$TMP/remoteboot.conf
cat >"$conf" <<-END
	[global]
	tftp_root = $T
	[mtftpd]
	timeout = 200ms
	retries = 3
	copies = 1
	ttl = 4
END
group() { # FILE NUMBER BYTES
	make_file "$T/$1" "$3" "$2"
	cat >>"$conf" <<-END
		[mtftp $1]
		mtftp_ip = 239.255.1.$2
		mtftp_cport = $((3000 + $2))
		mtftp_tmout = 1
		mtftp_delay = 1
	END
}
group big 1 1048576
group s0 2 0
group s511 3 511
group s512 4 512
group s5000 5 5000
group dir/other 6 300000
group missing 7 1
rm "$T/missing"
group large 8 1408
printf 'blksize = 1408\n' >>"$conf"
truncate -s 60000000 "$T/large"
group small 9 65000
group wide 11 140800
printf 'blksize = 1408\n' >>"$conf"

mtftpd=$(prog mtftpd)
check "mtftpd -t accepts the configuration" "$mtftpd" -t -C "$conf"
capture wire - br0 udp
start mtftpd srv "$mtftpd" -F -v 3 -C "$conf" -u "$USERNAME"
wait_udp 5 srv 1759 || die "mtftpd does not listen on port 1759"

number_of() { # FILE: its group
	awk -v f="$1" '$0 == "[mtftp " f "]" { hit = 1 }
	    hit && /mtftp_ip/ { sub(/.*\./, ""); print; exit }' "$conf"
}

atftp_get() { # HOST FILE OUT LISTEN-DELAY
	local g
	g=$(number_of "$2")
	bounded 60 on "$1" atftp --mget -r "$2" -l "$3" \
	    --mtftp "client-port $((3000 + g))" \
	    --mtftp "mcast-ip 239.255.1.$g" --mtftp "listen-delay $4" \
	    --mtftp "timeout-delay 1" $S 1759 >"$3.log" 2>&1
}

rom() { # HOST WHAT FILE [KEY=VALUE...]
	local host=$1 what=$2 file=$3 g
	shift 3
	g=$(number_of "$file")
	bounded 60 on "$host" /usr/bin/python3 "$LIB/mtftp_rom.py" "$what" \
	    "file=$file" server=$S sport=1759 "group=239.255.1.${g:-99}" \
	    "cport=$((3000 + ${g:-99}))" "me=10.9.0.1${host#c}" \
	    "other=10.9.0.2${host#c}" "root=$T" "$@"
}

lines() { # REGEX: how often it is logged
	grep -cE -- "$1" "$TMP/mtftpd.log"
}

everybody() { # COMMAND...: run them at once, wait for all
	local pids=() c status=0
	for c; do
		$c &
		pids+=($!)
	done
	for c in "${pids[@]}"; do
		wait "$c" || status=1
	done
	return $status
}

settled() { # no pass is running
	local began ended
	began=$(lines 'a pass to .* begins')
	ended=$(lines '(sent|ended|filled gaps of) ".*" to 239')
	[ "$began" -eq "$ended" ]
}

# --- real clients: one pass for all -------------------------------------

one() { atftp_get c1 big "$TMP/o1" 1; }
two() { atftp_get c2 big "$TMP/o2" 4; }
three() { atftp_get c3 big "$TMP/o3" 4; }
four() { atftp_get c4 big "$TMP/o4" 4; }
check "four atftp --mget clients get 1 MiB at once" everybody one two three four
for n in 1 2 3 4; do
	same "atftp client $n has the file's bytes" "$T/big" "$TMP/o$n"
done
wait_until 3 settled
check "the pass is one line of the log, with master, blocks and seconds" \
    logged mtftpd 'sent "big" to 239.255.1.1:3001: 1,048,576 bytes, 2,049 blocks of 512, [0-9.]+ s, [0-9]+ resent, loss [0-9.]+ %.*; master 10.9.0.11:[0-9]+, 1 client seen$'

# it fits the clients' receive buffers, however busy this machine is
one() { atftp_get c1 small "$TMP/o1" 1; }
two() { atftp_get c2 small "$TMP/o2" 4; }
three() { atftp_get c3 small "$TMP/o3" 4; }
four() { atftp_get c4 small "$TMP/o4" 4; }
check "four atftp --mget clients get 65000 bytes at once" \
    everybody one two three four
for n in 1 2 3 4; do
	same "atftp client $n has its bytes" "$T/small" "$TMP/o$n"
done
check "all four in one pass: one RRQ was sent and served, three listened" \
    test "$(lines 'RRQ "small" from ')" -eq 1

one() { atftp_get c1 s0 "$TMP/s0" 1; }
two() { atftp_get c2 s511 "$TMP/s511" 1; }
three() { atftp_get c3 s512 "$TMP/s512" 1; }
four() { atftp_get c4 s5000 "$TMP/s5000" 1; }
check "atftp --mget gets small files, four at once" everybody one two three four
for f in s0 s511 s512 s5000; do
	same "... the bytes of $f" "$T/$f" "$TMP/$f"
done

other() { atftp_get c3 dir/other "$TMP/o3" 1; }
other_too() { atftp_get c4 dir/other "$TMP/o4" 3; }
again() { atftp_get c1 big "$TMP/o1" 1; }
again_too() { atftp_get c2 big "$TMP/o2" 3; }
rm -f "$TMP"/o?
check "two files go to their groups at the same time" \
    everybody again again_too other other_too
same "... the first one" "$T/big" "$TMP/o1"
same "... the first one, for its listener" "$T/big" "$TMP/o2"
same "... the second one" "$T/dir/other" "$TMP/o3"
same "... the second one, for its listener" "$T/dir/other" "$TMP/o4"

check "a missing file is refused, not passed over in silence" \
    rom c1 refused missing code=1
atftp_get c1 missing "$TMP/missing" 1
check "atftp gets no file then" test ! -s "$TMP/missing"

# --- clients after the ROMs ---------------------------------------------

wait_until 3 settled
check "71 block 1 goes by unicast, then by multicast, from sport" \
    rom c1 open s5000
wait_until 3 settled
check "72 an ACK to sport is accepted, block 2 goes to the group only" \
    rom c1 pass s5000
wait_until 3 settled
check "73 the unicast goes to the port that asked" rom c1 source_port s5000
wait_until 3 settled
check "74 ACKs and ERRORs of strangers are ignored" rom c1 stranger s5000
wait_until 3 settled
check "75 a second opener gets nothing by unicast" rom c1 second s5000
wait_until 3 settled
check "76 a silent master does not stop the pass; then block 1 again" \
    rom c1 silent s5000 blocks=10
wait_until 3 settled
check "76 an RRQ that nobody acknowledges costs three datagrams" \
    rom c1 no_ack s5000
wait_until 3 settled
check "77 duplicate ACKs cause no data" rom c1 duplicates s5000
wait_until 3 settled
check "78 an ACK that jumps as the answer to block 1 is obeyed" \
    rom c1 jump s5000 blocks=10
for t in 0:1 511:1 512:2 5000:10; do
	wait_until 3 settled
	check "79 a file of ${t%:*} bytes ends with its short block, thrice" \
	    rom c1 end "s${t%:*}" "size=${t%:*}" "blocks=${t#*:}"
done
wait_until 3 settled
check "81 options are ignored: plain DATA 1" rom c1 options s5000
check "82 an unknown file gets ERROR 1 at once" rom c1 refused nothing code=1
check "a mode that is not octet gets ERROR 4" \
    rom c1 refused s5000 code=4 mode=netascii
check "writes and unknown packets are refused, junk is passed over" \
    rom c1 write s5000
wait_until 3 settled
check "names are found as ROMs write them" rom c1 names s5000

wait_until 3 settled
rm -f "$TMP"/o?
intel1() { rom c1 intel big out="$TMP/o1" tmout=0.1 delay=1; }
intel2() { rom c2 intel big out="$TMP/o2" tmout=2 delay=1; }
ipxe3() { sleep 0.15; rom c3 ipxe big out="$TMP/o3"; }
ipxe4() { sleep 0.18; rom c4 ipxe big out="$TMP/o4"; }
check "two Intel ROMs and two late iPXE get one file" \
    everybody intel1 intel2 ipxe3 ipxe4
for n in 1 2 3 4; do
	same "... client $n has the file's bytes" "$T/big" "$TMP/o$n"
done

wait_until 5 settled
rm -f "$TMP"/o?
ipxe1() { rom c1 ipxe big out="$TMP/o1"; }
ipxe2() { sleep 0.04; rom c2 ipxe big out="$TMP/o2"; }
late3() { sleep 0.03; rom c3 ipxe big out="$TMP/o3"; }
late4() { sleep 0.06; rom c4 ipxe big out="$TMP/o4"; }
check "iPXE that joins late gets what it missed without port 69" \
    everybody ipxe1 ipxe2 late3 late4
for n in 1 2 3 4; do
	same "... client $n has the file's bytes" "$T/big" "$TMP/o$n"
done

wait_until 5 settled
listen2() { rom c2 listen big out="$TMP/o2"; }
dies1() { sleep 0.3; rom c1 vanish big acks=100; }
check "a master that dies does not stop the pass" everybody listen2 dies1
same "... its listener has the file's bytes" "$T/big" "$TMP/o2"
check "... and the log says it" logged mtftpd \
    '"big" to 239.255.1.1:3001 goes on without its master, block 103 of 2,049, master 10.9.0.11:3001: the master is silent'
wait_until 9 settled
errs1() { sleep 0.3; rom c1 vanish big acks=100 error=1; }
check "a master that sends an ERROR does not stop the pass" \
    everybody listen2 errs1
same "... its listener has the file's bytes" "$T/big" "$TMP/o2"

wait_until 9 settled
check "an Intel ROM takes blocks of 1408 bytes unasked" \
    rom c1 intel wide out="$TMP/o1" tmout=0.1 delay=1
same "... and has the file's bytes" "$T/wide" "$TMP/o1"

# --- a file that changes ---------------------------------------------------

wait_until 9 settled
cp "$T/big" "$TMP/before"
mute1() { rom c1 vanish big acks=30; }
check "a master has thirty blocks" mute1
printf x | dd of="$T/big" bs=1 seek=1000000 conv=notrunc 2>/dev/null
check "a pass whose file is written into ends at once" \
    wait_log 5 mtftpd '"big" has changed, or cannot be read, while it is sent'
cp "$TMP/before" "$T/big"
check "a master has thirty blocks again" mute1
make_file "$T/new.big" 1048576 77
listen2() { rom c2 listen big out="$TMP/o2"; }
again3() { rom c3 ipxe big out="$TMP/o3"; }
mv "$T/new.big" "$T/big"
wait_until 9 settled
check "a file that was replaced goes out whole in the pass that runs, and" again3
same "... the new one in the next" "$T/big" "$TMP/o3"
cp "$TMP/before" "$T/big"

# --- loss ---------------------------------------------------------------

wait_until 9 settled
rm -f "$TMP"/o?
sed -i 's/^copies = 1/copies = 3/' "$conf"
kill -HUP "$(pid_of mtftpd)"
wait_log 3 mtftpd 'configuration read again'
for n in 1 2 3 4; do
	lose c$n eth0 2
done
lose srv eth0 2
ipxe1() { rom c1 ipxe big out="$TMP/o1" again=1; }
ipxe2() { sleep 0.04; rom c2 ipxe big out="$TMP/o2" again=1; }
late3() { sleep 0.03; rom c3 ipxe big out="$TMP/o3" again=1; }
late4() { sleep 0.06; rom c4 ipxe big out="$TMP/o4" again=1; }
check "at 2 % loss each way four iPXE get the file" \
    everybody ipxe1 ipxe2 late3 late4
for n in 1 2 3 4; do
	same "... client $n has the file's bytes" "$T/big" "$TMP/o$n"
done
wait_until 9 settled
rm -f "$TMP"/o?
intel1() { rom c1 intel dir/other out="$TMP/o1" tmout=0.1 delay=1; }
intel2() { rom c2 intel dir/other out="$TMP/o2" tmout=1 delay=1; }
check "at 2 % loss two Intel ROMs get their file" everybody intel1 intel2
same "... the first one" "$T/dir/other" "$TMP/o1"
same "... the second one" "$T/dir/other" "$TMP/o2"
wait_until 9 settled
# It acknowledges block 1 once and gives up when that ACK is lost.
atftp_again() {
	atftp_get "$@" || atftp_get "$@" || atftp_get "$@"
}
check "at 2 % loss atftp gets the file" atftp_again c3 dir/other "$TMP/o3" 1
same "... and its bytes are right" "$T/dir/other" "$TMP/o3"
for n in 1 2 3 4; do
	lose c$n eth0 1
done
lose srv eth0 0
rm -f "$TMP"/o?
one() { atftp_again c1 dir/other "$TMP/o1" 1; }
two() { atftp_again c2 dir/other "$TMP/o2" 2; }
three() { atftp_again c3 dir/other "$TMP/o3" 2; }
four() { atftp_again c4 dir/other "$TMP/o4" 2; }
wait_until 9 settled
check "at 1 % loss of what comes four atftp at once get the file" \
    everybody one two three four
for n in 1 2 3 4; do
	same "... client $n has its bytes" "$T/dir/other" "$TMP/o$n"
	lose c$n eth0 0
done

# --- a switch that listens to IGMP ---------------------------------------

report() { kill -USR1 "$(pid_of mtftpd)"; }
report
check "without a querier SIGUSR1 says so" wait_log 3 mtftpd \
    'no IGMP query was heard in [0-9]+ s'
ip link set br0 type bridge mcast_query_response_interval 50 \
    mcast_startup_query_interval 100
ip link set br0 type bridge mcast_snooping 1 mcast_querier 1
heard() {
	report
	sleep 0.2
	logged mtftpd 'the last IGMP query was heard [0-9]+ s ago'
}
check "with the bridge as the querier it tells of it" wait_until 9 heard
rm -f "$TMP"/o?
wait_until 9 settled
capture others c3 eth0 'dst host 239.255.1.5 and udp'
one() { atftp_get c1 s5000 "$TMP/o1" 1; }
two() { atftp_get c2 s5000 "$TMP/o2" 2; }
check "with IGMP snooping two atftp get their file" everybody one two
same "... the first one" "$T/s5000" "$TMP/o1"
same "... the second one" "$T/s5000" "$TMP/o2"
capture_end others
check "... and who has not joined hears none of it" \
    test -s "$TMP/others.pcap" -a -z "$(packets others udp frame.number)"
ip link set br0 type bridge mcast_snooping 0 mcast_querier 0
wait_until 9 settled

# --- the configuration's part -------------------------------------------

truncate -s 33553920 "$T/s511"
if "$mtftpd" -t -C "$conf" >"$TMP/check.out" 2>&1; then
	fail "80 a file of 65536 blocks is refused by -t" "status 0"
else
	check "80 a file of 65536 blocks is refused by -t, with the line" \
	    grep -q 'remoteboot.conf:[0-9]*: mtftp s511: .*65535 blocks.*blksize = 513 would do' \
	    "$TMP/check.out"
fi
check "80 ... and by ERROR when it is asked for" rom c1 refused s511 code=0
truncate -s 33553919 "$T/s511"
check "80 ... one byte less is carried" "$mtftpd" -t -C "$conf"

sed -i 's/^copies = 3/copies = 1/' "$conf" # whatever was lost before
cat >>"$conf" <<-END
	[mtftp new]
	mtftp_ip = 239.255.1.10
	mtftp_cport = 3010
	mtftp_sport = 1800
END
make_file "$T/new" 2000 10
kill -HUP "$(pid_of mtftpd)"
check "SIGHUP opens the port of a new group" wait_udp 5 srv 1800
check "... and tells what is new" wait_log 3 mtftpd \
    'configuration read again: 11 files, 1 new or changed, 0 gone or changed'
new() { rom c1 ipxe new sport=1800 group=239.255.1.10 cport=3010 \
	out="$TMP/new"; }
check "... whose file is served there" new
same "... with the right bytes" "$T/new" "$TMP/new"
check "a file asked for at another file's port is refused" \
    rom c1 refused s5000 sport=1800 code=1
echo 'nonsense' >>"$conf"
kill -HUP "$(pid_of mtftpd)"
check "SIGHUP with an error keeps the old configuration and says why" \
    wait_log 3 mtftpd 'keeping the old configuration'
check "... and the files are still served" rom c1 open s5000

kill -USR1 "$(pid_of mtftpd)"
check "SIGUSR1 tells what goes on" wait_log 3 mtftpd \
    'since the start: [0-9,]+ passes, [0-9,]+ of them whole'
began=$(date +%s%N)
listen2() { rom c2 vanish big acks=30; }
listen2
stop mtftpd
status=$?
took=$((($(date +%s%N) - began) / 1000000))
check "SIGTERM in a pass ends it within two seconds, status 0" \
    test "$status" -eq 0 -a $took -lt 3000
check "... and the pass is told" logged mtftpd \
    'ended "big" to .*: the server is going down'

# --- the wire -----------------------------------------------------------

# tshark's guess of the ports' protocol is STUN; every ERROR is a warning to it
export WIRESHARK_CONFIG_DIR=$TMP/wireshark
mkdir -p "$WIRESHARK_CONFIG_DIR"
for p in 1759 1800; do
	echo "decode_as_entry: udp.port,$p,TFTP,(none)"
done >"$WIRESHARK_CONFIG_DIR/decode_as_entries"
judge "tshark finds nothing wrong in what mtftpd sent" wire \
    "ip.src == $S && tftp.opcode == 3"
packets wire "ip.src == $S" udp.srcport ip.dst ip.ttl ip.flags.df >"$TMP/sent"
from_port() {
	awk '$1 != 1759 && $1 != 1800 { bad = 1 } END { exit bad || !NR }' \
	    "$TMP/sent"
}
with_ttl() {
	awk '$2 ~ /^239/ { n++; if ($3 != 4) bad = 1 } END { exit bad || !n }' \
	    "$TMP/sent"
}
without_df() {
	awk '$4 != 0 && $4 != "False" { bad = 1 } END { exit bad || !NR }' \
	    "$TMP/sent"
}
check "83 all of it left from the server port" from_port
check "83 all multicast has the configured TTL" with_ttl
check "83 nothing has DF" without_df
