#!/bin/bash
# tftp_wire.sh - tftpd's packets, one by one, against RFC 1350, 2347-2349,
# 7440 and the habits of boot ROMs.
# shellcheck disable=SC2317 # functions that check calls
. "$(dirname "$0")/lib.sh"
need python3 tcpdump tshark curl

server=10.9.0.1
tree=$TMP/tree
mkdir "$tree" "$tree/boot"
for n in 0 1 512 513 1024 1048576; do
	make_file "$tree/f$n" $n "$n"
done
make_file "$tree/f8m" 8388608
make_file "$tree/bpbatch.P" 30011
printf 'one\ntwo\r\nthree\rfour\n%.0s' {1..200} >"$tree/text"
ln -s /etc/hostname "$tree/outside"
ln -s ../conf "$tree/outside2"
mkfifo "$tree/fifo"
make_file "$tree/secret" 10
chmod -R a+rX "$tree"
chmod 600 "$tree/secret"

lan lan0
host srv lan0 $server/24
on srv ip addr add 10.9.0.77/24 dev eth0
on srv ip addr add fd00::1/64 dev eth0 nodad
host cli lan0 10.9.0.2/24
on cli ip addr add 10.9.0.3/24 dev eth0
on cli ip addr add fd00::2/64 dev eth0 nodad
cat >"$TMP/conf" <<END
[global]
tftp_root = $tree
[tftpd]
user = $USERNAME
retries = 3
max_clients = 50
END
chmod 644 "$TMP/conf"
tftpd=$(prog tftpd)
start tftpd srv "$tftpd" -F -C "$TMP/conf" -v 3 -s 1408 59
start small srv "$tftpd" -F -d "$tree" -u "$USERNAME" -c 2 -v 2 \
    -C <(printf '[tftpd]\nport = 1169\n')
wait_udp 5 srv 69 || die "tftpd does not start"
wait_udp 5 srv 1169 || die "the small tftpd does not start"

wire() { # CHECK key=value...
	bounded 30 on cli python3 -B "$LIB/tftp_wire.py" "$1" server=$server \
	    me=10.9.0.2 me2=10.9.0.3 tree="$tree" "${@:2}"
}

capture wire cli eth0 udp or icmp
start probes cli python3 -B "$LIB/tftp_wire.py" probe_then_error \
    server=$server me=10.9.0.2 tree="$tree"
check "one socket listens for IPv4 and IPv6" \
    [ "$(on srv ss -Hlun sport = :69 | wc -l)" = 1 ]
check "RRQ is answered by DATA 1 of 512 bytes from a new port" wire plain_request
check "a file of 1024 bytes ends with an empty block" wire whole_blocks_end_empty
check "a duplicate ACK causes no data (Sorcerer's Apprentice)" wire duplicate_ack
check "nor does one without options" wire duplicate_ack_without_options
check "a wrong TID gets ERROR 5 and the transfer goes on" wire wrong_tid
check "the same after 400 blocks" wire wrong_tid_late
check "mode mail and unknown modes are refused" wire mail_mode
check "write requests are refused with ERROR 2" wire write_request
check "a missing file is told at once" wire missing_file_is_told_at_once
check "junk is survived" wire bad_packets
check "blksize 1468 is granted and used" wire blksize
check "blksize out of range does no harm" wire blksize_out_of_range
check "tsize is exact" wire tsize
check "OACK has what was asked, in that order, in those letters" wire oack_order
check "nothing accepted is answered by DATA 1" wire nothing_accepted
check "netascii over block edges, without tsize" wire netascii
check "a window of 4, a gap in it, a lost one" wire window
check "a window over the end of the file" wire window_at_the_end
check "a window is bounded by the configuration" wire window_is_bounded
check "a window larger than the socket's buffer" wire window_of_large_blocks
check "a repeated request gets the first answer and one stream" \
    wire repeated_request
check "a reset client with the same port starts anew" wire reset_client
check "another request from the same port replaces the first" \
    wire other_request_from_the_same_port
check "a request that overtakes the last ACK is a new one" \
    wire request_overtakes_the_last_ack pid="$(pid_of tftpd)"
check "blocks lost in windows: hardly one comes twice" \
    wire lost_blocks_in_windows
check "every ACK doubled: no second stream" wire doubled_acks
check "odd names of ROMs are understood" wire names
check "names out of the tree get ERROR 2" wire escapes
check "answers come from the address that was asked" \
    wire answers_from_the_address_asked servers=$server,10.9.0.77,fd00::1
check "a request to a broadcast or multicast address is not answered" \
    wire sent_to_many many=10.9.0.255,255.255.255.255,ff02::1%eth0
check "port 59 sends 1408 bytes without options, port 69 still 512" \
    wire large_packets
check "a lost block costs milliseconds after some round trips" \
    wire lost_data_is_quick
check "a lost ACK: sent again after the client's timeout, then given up" \
    wire lost_ack retries=3
check "which is told" logged tftpd \
    '"f513" to 10.9.0.2 given up after 0 of 2 blocks: no answer to 3 retr'
check "a client that closes its port" wire closed_port
check "ends its transfer at once (ICMP)" wait_log 3 tftpd \
    'ended by the client after 1 of 2,049 blocks \(its port is closed\)'
check "a client that closes its port after 400 blocks" wire closed_port_late
check "ends its transfer at once, too" wait_log 3 tftpd \
    'ended by the client after 400 of 2,049 blocks \(its port is closed\)'
check "more than max_clients are not answered" wire client_limit port=1169
check "which is told once" [ "$(grep -c 'not answered' "$TMP/small.log")" = 1 ]
check "a file that shrinks ends with an ERROR" wire shrinking_file
check "one that is sent in windows too, and nobody gets a wrong byte" \
    wire shrinking_windows
check "a file that grows is sent as long as it was" wire growing_file
check "a file that is replaced is sent as it was" wire replaced_file
wait "$(pid_of probes)"
check "after ERROR 8 or 0 there is silence for ten seconds" [ $? -eq 0 ]
judge "tshark finds nothing wrong in what tftpd sent" wire \
    "ip.src == $server and tftp and tftp.opcode != 5"
check "nor malformed ERROR packets" [ -z "$(packets wire \
    "ip.src == $server and tftp.opcode == 5 and _ws.malformed" frame.number)" ]
check "no datagram has DF set" [ -z "$(packets wire \
    "ip.src == $server and udp and !icmp and ip.flags.df == 1" frame.number)" ]
check "curl fetches over IPv6" bash -c "ip netns exec cli \
    curl -s 'tftp://[fd00::1]/f1048576' | cmp - '$tree/f1048576'"
check "in the log both are told as what they are" bash -c "
    grep -q 'from 10\.9\.0\.2 ' '$TMP/tftpd.log' &&
    grep -q 'to fd00::2: ' '$TMP/tftpd.log' && ! grep ::ffff: '$TMP/tftpd.log'"
check "SIGHUP: running transfers keep their limits, errors keep the old ones" \
    wire reload_keeps_running_transfers pid="$(pid_of tftpd)" conf="$TMP/conf"
check "the error is told with its line" logged tftpd 'conf:2: tftpd: max_blksize: '
here() { # on the server's side, for what it starts itself
	bounded 20 on srv python3 -B "$LIB/tftp_wire.py" "$1" server=$server \
	    me=10.9.0.77 tree="$tree" tftpd="$tftpd"
}
check "inetd: a waiting request is served, idle ends it" here inetd
check "systemd: a waiting request is served, idle ends it" here systemd
start idle srv "$tftpd" -F -d "$tree" -u "$USERNAME" -i 1 \
    -C <(printf '[tftpd]\nport = 1269\n')
check "-i 1 ends it after a second without a request" wait_log 4 idle 'ended'
check "-i 0 or nothing does not" alive small
start again srv "$tftpd" -F -d "$tree" -u "$USERNAME"
check "a second one says that the port is taken" \
    wait_log 3 again 'Address already in use'
check "SIGTERM tells the clients and ends within two seconds" \
    wire end_tells_the_clients pid="$(pid_of tftpd)"
wait "$(pid_of tftpd)"
check "with status 0" [ $? -eq 0 ]
