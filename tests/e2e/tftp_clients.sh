#!/bin/bash
# tftp_clients.sh - tftpd serves the TFTP clients of others: tftp-hpa's,
# atftp, curl, busybox; every file compared.
# shellcheck disable=SC2317 # functions that check and wait_until call
. "$(dirname "$0")/lib.sh"
need tftp atftp curl busybox tcpdump tshark nft

server=10.9.0.1
tree=$TMP/tree
got=$TMP/got
mkdir "$tree" "$tree/boot" "$got"
for n in 0 1 511 512 513 1024 1048576; do
	make_file "$tree/f$n" $n "$n"
done
make_file "$tree/big" $((65537 * 512 + 100)) 7
make_file "$tree/boot/grub.cfg" 2000
awk 'BEGIN { for (i = 0; i < 3000; i++) {
	printf "line %d%s", i, substr("xxxxxxxxxxxxxxx", 1, i % 14)
	printf (i % 7 == 3) ? "\r\n" : (i % 11 == 5) ? "\r" : "\n"
} }' >"$tree/text"
# netascii as RFC 764 wants it on the wire
sed 's/\r/\r\x00/g; s/$/\r/' "$tree/text" >"$TMP/text.wire"
chmod -R a+rX "$tree"

lan lan0
host srv lan0 $server/24
host cli lan0 10.9.0.2/24
cat >"$TMP/conf" <<END
[global]
tftp_root = $tree
[tftpd]
user = $USERNAME
max_clients = 200
END
start tftpd srv "$(prog tftpd)" -F -C "$TMP/conf" -v 2
wait_udp 5 srv 69 || die "tftpd does not start"

# the clients' own dialects: FILE OUT ARG...
cli() {
	bounded 30 on cli "$@"
}
hpa() {
	cli tftp -m "${3:-binary}" $server 69 -c get "$1" "$2"
}
atftp_() {
	local file=$1 out=$2 args=()
	shift 2
	for o; do
		args+=(--option "$o")
	done
	cli atftp "${args[@]}" -g -r "$file" -l "$out" $server 69
}
# When its ACK of the OACK is lost, the OACK comes again as it must, and atftp
# aborts ("unexpected OACK"): then it may try anew.
atftp_anew() {
	local try
	for try in 1 2 3; do
		atftp_ "$@" && return 0
		grep -q 'unexpected OACK' "$TMP/client.log" || return 1
		echo "try $try ended by a repeated OACK"
	done
	return 1
}
curl_() {
	local file=$1 out=$2
	shift 2
	cli curl -sS "$@" -o "$out" "tftp://$server/$file"
}
busybox_() {
	local file=$1 out=$2
	shift 2
	cli busybox tftp "$@" -g -r "$file" -l "$out" $server
}

get() { # SENTENCE FILE CLIENT ARG...
	local what=$1 file=$2 client=$3
	shift 3
	rm -f "$got/f"
	if ! "$client" "$file" "$got/f" "$@" >"$TMP/client.log" 2>&1; then
		fail "$what" "$(tail -n 1 "$TMP/client.log")"
		return
	fi
	same "$what" "$tree/$file" "$got/f"
}

capture clients cli eth0 udp
for n in 0 1 511 512 513 1024 1048576; do
	get "tftp-hpa fetches $n bytes" f$n hpa
	get "atftp fetches $n bytes" f$n atftp_
	# curl takes the end of an empty file for an error of its own (71)
	[ $n -eq 0 ] ||
	    get "curl fetches $n bytes (blksize 512, tsize, timeout)" f$n curl_
	get "busybox fetches $n bytes" f$n busybox_
done
for b in 8 512 1024 1408 1428 1468 8192 16384 65464; do
	get "atftp fetches with blksize $b" f1048576 atftp_ "blksize $b"
done
get "curl fetches with blksize 1468" f1048576 curl_ --tftp-blksize 1468
get "curl fetches without options" f1048576 curl_ --tftp-no-options
get "busybox fetches with blksize 1468" f1048576 busybox_ -b 1468
get "busybox fetches with blksize 65464" f1048576 busybox_ -b 65464
for w in 1 2 4 16 64; do
	get "atftp fetches with windowsize $w" f1048576 atftp_ \
	    "blksize 1408" "windowsize $w"
done
get "atftp fetches with a window wider than is granted" f1048576 atftp_ \
    "windowsize 1000"
get "atftp fetches with tsize, timeout, blksize and windowsize" \
    f1048576 atftp_ "tsize" "timeout 2" "blksize 1024" "windowsize 8"
get "a window over the end of a small file" f513 atftp_ "windowsize 16"
get "a file in a folder" boot/grub.cfg curl_
judge "tshark finds nothing wrong in what tftpd sent" clients \
    "ip.src == $server and udp"
check "no datagram has DF set" [ -z "$(packets clients \
    "ip.src == $server and ip.flags.df == 1" frame.number)" ]

get "tftp-hpa fetches more than 65535 blocks" big hpa
get "atftp fetches more than 65535 blocks" big atftp_
get "curl fetches more than 65535 blocks" big curl_
get "busybox fetches more than 65535 blocks" big busybox_
get "atftp fetches more than 65535 blocks in windows" big atftp_ \
    "windowsize 64"

# netascii: tftp-hpa converts back; curl keeps what was on the wire
hpa text "$got/text" ascii >"$TMP/client.log" 2>&1
same "tftp-hpa fetches a text by netascii" "$tree/text" "$got/text"
rm -f "$got/text"
curl_ text "$got/text" -B
same "netascii on the wire is CR LF and CR NUL" "$TMP/text.wire" "$got/text"
curl_ text "$got/text" -B --tftp-blksize 8
same "netascii is the same when every edge cuts a pair" \
    "$TMP/text.wire" "$got/text"

# names
ln -s f513 "$tree/inside"
ln -s "boot/../f513" "$tree/inside2"
ln -s /etc/hostname "$tree/outside"
ln -s ../conf "$tree/outside2"
mkfifo "$tree/fifo"
make_file "$tree/secret" 10
chmod 600 "$tree/secret"
named() { # SENTENCE NAME FILE
	rm -f "$got/f"
	busybox_ "$2" "$got/f" >"$TMP/client.log" 2>&1
	same "$1" "$tree/$3" "$got/f"
}
more_refusals() { # THAN
	[ "$(grep -c ' refused: ' "$TMP/tftpd.log")" -gt "$1" ]
}
refused() { # SENTENCE NAME
	local before
	before=$(grep -c ' refused: ' "$TMP/tftpd.log")
	rm -f "$got/f"
	if atftp_ "$2" "$got/f" >"$TMP/client.log" 2>&1 && [ -s "$got/f" ]; then
		fail "$1" "$(wc -c <"$got/f") bytes were served"
	elif wait_until 1 more_refusals "$before"; then
		pass "$1"
	else
		fail "$1" "no refusal in the log"
	fi
}
named "a leading slash is the tree's top" /f513 f513
named "many leading slashes are the tree's top" ///f513 f513
named "backslashes are slashes" '\boot\grub.cfg' boot/grub.cfg
named "the tree's own path in front is understood" "$tree/f513" f513
named "a .. that stays inside is followed" boot/../f513 f513
named "a symbolic link inside the tree is followed" inside f513
named "a symbolic link through .. inside is followed" inside2 f513
refused "a .. above the tree is refused" ../../etc/hostname
refused "a .. above the tree with backslashes is refused" '..\..\etc\hostname'
refused "an absolute name stays in the tree" /etc/hostname
refused "an absolute symbolic link out of the tree is refused" outside
refused "a relative symbolic link out of the tree is refused" outside2
refused "a FIFO is refused and does not hang" fifo
refused "a folder is refused" boot
refused "a file that may not be read is refused" secret
refused "a missing file is refused" no-such-file
cli tftp -m binary $server 69 -c put "$TMP/conf" evil >"$TMP/client.log" 2>&1
check "writing is refused" grep -q 'Error code 2' "$TMP/client.log"
check "and leaves no file" [ ! -e "$tree/evil" ]
check "writing is told" wait_log 2 tftpd 'WRQ "evil" from .* refused: this'

# a hundred at once
crowd() {
	local i ok=0 pid=()
	for i in $(seq 100); do
		on cli timeout 60 atftp --option "blksize 1408" \
		    --option "windowsize $((i % 16 + 1))" -g -r f1048576 \
		    -l "$got/c$i" $server 69 >/dev/null 2>&1 &
		pid[i]=$!
	done
	for i in $(seq 100); do
		wait "${pid[i]}"
		cmp -s "$tree/f1048576" "$got/c$i" && ok=$((ok + 1))
		rm -f "$got/c$i"
	done
	echo "$ok of 100 files are whole"
	[ $ok -eq 100 ]
}
check "100 clients at once get whole files" crowd

# many small fragments of a large block take more room than is left at first
on srv ip link set eth0 mtu 900
get "blocks of 65464 in fragments of 900 bytes" f1048576 curl_ --tftp-blksize 65464
check "and none is sent twice" wait_log 3 tftpd \
    'outcome=done .* blksize=65464 windowsize=1 resent=0'
on srv ip link set eth0 mtu 1500

# loss, both ways
lose srv eth0 1
lose cli eth0 1
get "1 % loss: tftp-hpa, lock-step" f1048576 hpa
get "1 % loss: busybox, lock-step" f1048576 busybox_
# with options curl asks for a timeout of seconds, which it then gets
get "1 % loss: curl, without options" f1048576 curl_ --tftp-no-options
get "1 % loss: atftp, windows of 16" f1048576 atftp_anew "blksize 1408" "windowsize 16"
get "1 % loss: atftp, windows of 64" f1048576 atftp_anew "blksize 1408" "windowsize 64"
lose srv eth0 0
lose cli eth0 0
check "loss is told in the log" logged tftpd ' [1-9][0-9]* resent'

check "tftpd has no descriptor left of any transfer" wait_until 8 \
    bash -c "[ \$(ls /proc/$(pid_of tftpd)/fd | wc -l) -le 12 ]"
stop tftpd
check "SIGTERM ends it with status 0" [ $? -eq 0 ]
