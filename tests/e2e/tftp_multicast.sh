#!/bin/bash
# tftp_multicast.sh - RFC 2090's option multicast: atftp's clients share one
# sending of a file, whole and with loss; clients over plain sockets join
# late, die, lie.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2317 # everybody() calls them
. "$(dirname "$0")/lib.sh"
need atftp tshark /usr/bin/python3 nft

S=10.9.0.1
export E2E_MTFTP_PORTS=1758 # the groups': DATA is no STUN
lan br0
host srv br0 $S/24
on srv ip route add 224.0.0.0/4 dev eth0
for n in 1 2 3 4 5 6; do
	host c$n br0 10.9.0.1$n/24
	on c$n ip route add 224.0.0.0/4 dev eth0
done

T=$TMP/tftpboot
make_file "$T/big" 2000000 1
make_file "$T/small" 70000 2
make_file "$T/whole" 14080 3
make_file "$T/long" 33600000 4
conf=$TMP/remoteboot.conf
cat >"$conf" <<-END
	[global]
	tftp_root = $T
	[tftpd]
	multicast_ttl = 3
	trusted_networks = 10.9.0.0/24
	[mtftp elsewhere]
	mtftp_ip = 239.255.0.0
END
tftpd=$(prog tftpd)
check "tftpd -t accepts the configuration" "$tftpd" -t -C "$conf"
capture wire - br0 udp
start tftpd srv "$tftpd" -F -v 3 -C "$conf" -u "$USERNAME"
wait_udp 5 srv 69 || die "tftpd does not listen"

get() { # NUMBER FILE [OPTION...]
	local n=$1 file=$2
	shift 2
	bounded 60 on "c$n" atftp --option multicast "$@" --get -r "$file" \
	    -l "$TMP/o$n" $S 69 >"$TMP/o$n.log" 2>&1
}

everybody() { # FILE [OPTION...]: the first five at once
	local n pids=() status=0 p
	rm -f "$TMP"/o?
	for n in 1 2 3 4 5; do
		get $n "$@" &
		pids+=($!)
	done
	for p in "${pids[@]}"; do
		wait "$p" || status=1
	done
	return $status
}

all_right() { # SENTENCE FILE
	local n
	for n in 1 2 3 4 5; do
		cmp -s "$T/$2" "$TMP/o$n" || {
			fail "$1" "client $n has other bytes"
			return
		}
	done
	pass "$1"
}

over() { # FILE: how often its group has ended
	grep -cE "multicast of \"$1\" to .* is over" "$TMP/tftpd.log"
}

blocks_of() { # FILE: DATA that its last group sent
	sed -nE "s/.*multicast of \"$1\" to .* is over: .*, ([0-9,]+) blocks.*/\1/p" \
	    "$TMP/tftpd.log" | tail -n 1 | tr -d ,
}

check "85 five atftp clients ask for one file with the option multicast" \
    everybody big --option "blksize 1408"
all_right "... and have its bytes" big
wait_until 10 logged tftpd 'multicast of "big" to .* is over: 5 of 5 clients'
check "the begin is one line of the log, with blocks, clients and master" \
    logged tftpd 'multicast of "big" to 239.255.0.1:1758 begins: 1,421 blocks of 1408, [1-5] clients, master 10.9.0.1[1-5]:[0-9]+$'
check "the end is another, with clients, blocks, seconds and loss" \
    logged tftpd 'multicast of "big" to 239.255.0.1:1758 is over: 5 of 5 clients have it, [0-9,]+ blocks of 1408 sent, [0-9,]+ of them again, [0-9.]+ s, loss [0-9.]+ %$'
check "each client has a record, with the file that it was served" \
    logged tftpd '10.9.0.11:[0-9]+ has it; op=RRQ outcome=done client=10.9.0.11:.* file="big" served="big"$'
check "the file went out about once, not five times ($(blocks_of big) blocks)" \
    test "$(blocks_of big)" -lt 3000

check "without blksize, too" everybody small
all_right "... and their bytes are right" small
check "a multiple of the block size" everybody whole --option "blksize 1408"
all_right "... ends with an empty block" whole

check "blocks that go out in fragments" everybody big --option "blksize 8192"
all_right "... are right" big

for n in 1 2 3 4 5; do
	lose c$n eth0 3
done
lose srv eth0 3
check "with 3 % loss everybody ends" everybody big --option "blksize 1408"
all_right "... with the right bytes" big
for n in 1 2 3 4 5; do
	lose c$n eth0 0
done
lose srv eth0 0

on c6 /usr/bin/python3 "$LIB/tftp_multicast.py" $S big "$T/big" \
    >"$TMP/verdicts" 2>&1
verdicts "$TMP/verdicts"

judge "tshark finds nothing wrong in what tftpd sent" wire "ip.src == $S"
check "every group's datagram has the configured TTL" \
    test "$(packets wire "ip.dst == 239.255.0.0/16" ip.ttl | sort -u)" = 3
check "no group of [mtftp] is used" \
    test -z "$(packets wire 'ip.dst == 239.255.0.0' frame.number)"

check "a file of more than 65,535 blocks goes to one client alone" \
    get 1 long
same "... whole" "$T/long" "$TMP/o1"
check "and by multicast with a blksize that does" \
    get 1 long --option "blksize 1408"
same "... whole" "$T/long" "$TMP/o1"
