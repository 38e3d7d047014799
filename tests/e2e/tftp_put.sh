#!/bin/bash
# tftp_put.sh - uploads: the clients of others write, nothing is ever seen in
# part, nothing is left of what fails; and where tftpd listens.
# shellcheck disable=SC2317 # functions that check calls
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need tftp atftp curl busybox tcpdump tshark nft python3

server=10.9.0.1
tree=$TMP/tree
mkdir -p "$tree/up/sub" "$tree/boot" "$tree/over" "$tree/full"
for n in 0 1 511 512 1000000; do
	make_file "$TMP/f$n" $n "$n"
done
make_file "$TMP/long" 2000001
make_file "$tree/up/exists" 10
make_file "$tree/over/exists" 70000
make_file "$tree/boot/kernel" 10
printf 'one\ntwo\r\nthree\r' >"$TMP/text"
ln -s ../boot "$tree/up/out"
mount -t tmpfs -o size=600k none "$tree/full" || die "no tmpfs"
mkdir "$TMP/log"
chmod 777 "$TMP/log" "$tree/up" "$tree/up/sub" "$tree/over" "$tree/full"

lan lan0
host srv lan0 $server/24
on srv ip addr add fd00::1/64 dev eth0 nodad
host cli lan0 10.9.0.2/24
on cli ip addr add fd00::2/64 dev eth0 nodad
host other lan0 10.9.0.3/24
cat >"$TMP/conf" <<END
[global]
tftp_root = $tree
[tftpd]
user = $USERNAME
listen = $server, [fd00::1]:69, 0.0.0.0:1069
json_log = $TMP/log/json
[subnet 10.9.0.0/24]
[host client]
chaddr = 00:54:55:56:67:68
yiaddr = 10.9.0.2
[tftp-upload up]
allow = 10.9.0.2, fd00::/64
max_size = 2000000
[tftp-upload over]
allow = 10.9.0.0/24
overwrite = yes
[tftp-upload full]
allow = ::/0
END
chmod 644 "$TMP/conf"
tftpd=$(prog tftpd)
serve() {
	start tftpd srv "$tftpd" -F -C "$TMP/conf" -v 2
	wait_udp 5 srv 69 || die "tftpd does not start"
}
serve

cli() {
	bounded 30 on cli "$@"
}
hpa() {
	cli tftp -m "${3:-binary}" $server 69 -c put "$1" "$2"
}
atftp_() {
	local from=$1 to=$2 args=()
	shift 2
	for o; do
		args+=(--option "$o")
	done
	cli atftp "${args[@]}" -p -l "$from" -r "$to" $server 69
}
curl_() {
	local from=$1 to=$2
	shift 2
	cli curl -sS "$@" -T "$from" "tftp://$server/$to"
}
busybox_() {
	local from=$1 to=$2
	shift 2
	cli busybox tftp "$@" -p -l "$from" -r "$to" $server
}
put() { # SENTENCE FILE CLIENT ARG...
	local what=$1 file=$2 client=$3
	shift 3
	rm -f "$tree/up/f"
	if ! "$client" "$TMP/$file" up/f "$@" >"$TMP/client.log" 2>&1; then
		fail "$what" "$(tail -n 1 "$TMP/client.log")"
		return
	fi
	same "$what" "$TMP/$file" "$tree/up/f"
}
nothing_hidden() {
	[ -z "$(find "$tree" -name '.tftpd-*')" ]
}
refused() { # SENTENCE CODE CLIENT ARG...
	local what=$1 code=$2
	shift 2
	"$@" >"$TMP/client.log" 2>&1
	check "$what" logged tftpd "$code"
}

capture put cli eth0 udp
for n in 0 1 511 512 1000000; do
	put "tftp-hpa uploads $n bytes" f$n hpa
	put "atftp uploads $n bytes" f$n atftp_
	put "curl uploads $n bytes" f$n curl_
	put "busybox uploads $n bytes" f$n busybox_
done
put "atftp uploads with blksize 1408 and windowsize 16" f1000000 atftp_ \
    "blksize 1408" "windowsize 16"
put "atftp uploads with blksize 8" f512 atftp_ "blksize 8"
put "curl uploads with blksize 1468" f1000000 curl_ --tftp-blksize 1468
put "busybox uploads with blksize 65464" f1000000 busybox_ -b 65464
put "tftp-hpa uploads a text by netascii" text hpa ascii
check "curl uploads over IPv6" cli curl -sS -T "$TMP/f512" \
    "tftp://[fd00::1]/up/six"
same "and it is the same" "$TMP/f512" "$tree/up/six"
lose srv eth0 1
put "1 % loss: atftp in windows" f1000000 atftp_ "blksize 1408" "windowsize 8"
put "1 % loss: busybox in lock-step" f1000000 busybox_ -b 8192
lose srv eth0 0
judge "tshark finds nothing wrong in what tftpd sent" put \
    "(ip.src == $server or ipv6.src == fd00::1) and udp"

wire() {
	bounded 30 on cli python3 -B "$LIB/tftp_put.py" "$1" server=$server \
	    tree="$tree" "${@:2}"
}
check "the last ACK means that the file is there" wire ack_means_stored
check "what comes twice is written once" wire repeated_blocks
check "refusals have their codes" wire refusals
check "an ERROR of the client leaves nothing" wire error_leaves_nothing
check "a repeated request gets the first answer" wire request_repeated
refused "a file that is there stays" 'WRQ "up/exists" .* already exists' \
    hpa "$TMP/f512" up/exists
refused "too long without tsize ends when it is" \
    '"up/long" from 10.9.0.2 broken off .* too long' hpa "$TMP/long" up/long
refused "another network is told so" \
    'WRQ "up/x" from 10.9.0.3 refused: .* this client' \
    bounded 20 on other tftp -m binary $server 69 -c put "$TMP/f1" up/x
refused "a full disk is told" '"full/x" from 10.9.0.2 broken off .* disk full' \
    hpa "$TMP/f1000000" full/x
check "as ERROR 3" grep -q 'Error code 3' "$TMP/client.log"
refused "and at once where tsize says it" '"full/y" .* disk full' \
    curl_ "$TMP/f1000000" full/y
check "nothing is left of them" [ -z "$(ls -A "$tree/full")" ]
check "nor elsewhere" nothing_hidden

# 64 writers of one name; each has its own bytes
crowd() { # NAME: the number of them that were told that all is well
	local i ok=0 pid=()
	for i in $(seq 64); do
		[ -e "$TMP/w$i" ] || make_file "$TMP/w$i" 70000 "$i"
		on cli timeout 60 atftp --option "blksize 1408" \
		    -p -l "$TMP/w$i" -r "$1" $server 69 >/dev/null 2>&1 &
		pid[i]=$!
	done
	for i in $(seq 64); do
		wait "${pid[i]}" && ok=$((ok + 1))
	done
	echo "$ok of 64 are told that all is well"
	[ $ok -ge 1 ]
}
whole() { # NAME: is it one of theirs?
	local i
	[ "$(stat -c %s "$tree/$1")" = 70000 ] || return 1
	for i in $(seq 64); do
		cmp -s "$TMP/w$i" "$tree/$1" && return 0
	done
	return 1
}
check "64 writers of one new name" crowd up/crowd
check "leave one whole file" whole up/crowd
check "64 writers that may replace" crowd over/exists
check "leave one whole file, too" whole over/exists
check "and nothing beside" nothing_hidden

# records
records() { # EXPRESSION over r: how many lines of JSON it is true of
	python3 -B -c '
import json, sys
want = compile(sys.argv[2], "expression", "eval")
print(sum(bool(eval(want, {"r": json.loads(line)}))
          for line in open(sys.argv[1], encoding="ascii")))' "$TMP/log/json" "$1"
}
recorded() { # SENTENCE EXPRESSION [COUNT]
	local n
	n=$(records "$2" 2>"$TMP/client.log") || n="no JSON"
	if [ "$n" = "${3:-$n}" ] && [ "$n" != 0 ] && [ "$n" != "no JSON" ]; then
		pass "$1"
	else
		fail "$1" "$n: $2"
	fi
}
check "a name of any bytes" wire odd_names
recorded "an upload is recorded with all that is known" \
    "r['op'] == 'WRQ' and r['outcome'] == 'done' and r['size'] == 1000000 \
    and r['blksize'] == 1408 and r['windowsize'] == 16 and r['blocks'] == 711 \
    and r['mac'] == '00:54:55:56:67:68' and r['host'] == 'client' and \
    r['file'] == 'up/f' and r['served'] == 'up/f' and r['mode'] == 'octet' \
    and r['client'] == '10.9.0.2' and r['port'] > 0 and r['rate'] > 0 and \
    r['seconds'] >= 0 and r['resent'] == 0 and r['why']"
recorded "one record for each that was stored" "r['outcome'] == 'done' and \
    r['file'] == 'over/exists'" "$(grep -c 'received "over/exists"' "$TMP/tftpd.log")"
recorded "a refusal is recorded with its code" \
    "r['outcome'] == 'refused' and r['code'] == 6 and r['file'] == 'up/exists'"
recorded "what was broken off is, with its reason" \
    "r['outcome'] == 'broken' and r['why'] == 'disk full' and r['code'] == 3" 2
recorded "bytes of a name are told, and nothing else" \
    "r['file'] == 'a\\\\x22b\\\\x5c\\\\x0a\\\\xff{}' and r['outcome'] == 'refused'"
# shellcheck disable=SC2016 # python's
same_records() {
	python3 -B -c '
import json, re, sys
word = r"([a-z]+)=(?:\x22((?:[^\x22\x5c]|\x5cx[0-9a-f]{2})*)\x22|([^ \x22]+))"
log = []
for line in open(sys.argv[1]):
    at = line.rfind("; op=")
    if at >= 0:
        text = line[at + 2:].rstrip("\n")
        assert re.fullmatch("%s( %s)*" % (word, word), text), line
        log.append({k: a or b for k, a, b in re.findall(word, text)})
js = [json.loads(line) for line in open(sys.argv[2])]
def key(r):
    return r["op"], r["outcome"], r["file"], r["why"], str(r.get("code"))
a, b = sorted(map(key, log)), sorted(map(key, js))
assert a == b, [x for x in a + b if a.count(x) != b.count(x)][:5]
' "$TMP/tftpd.log" "$TMP/log/json"
}
check "the log has each record of them, and can be read by words" same_records
check "the log has the same words" logged tftpd \
    '"up/f" from 10.9.0.2: 1,000,000 .*; op=WRQ outcome=done client=10.9.0.2:[0-9]+ mac=00:54:55:56:67:68 host="client" mode=octet size=1000000 blocks=711 blksize=1408 windowsize=16 resent=0 seconds=[0-9.]+ rate=[0-9]+ why="[^"]+" file="up/f" served="up/f"$'
mv "$TMP/log/json" "$TMP/log/json.1"
kill -HUP "$(pid_of tftpd)"
check "SIGHUP makes the file anew" wait_until 5 [ -e "$TMP/log/json" ]
bounded 10 on cli curl -sS -o "$TMP/k" "tftp://$server///boot/kernel"
check "and a download goes there" wait_until 5 grep -q '"op":"RRQ","outcome":"done"' "$TMP/log/json"
recorded "with all that is known of it, and no code of an ERROR" \
    "r['file'] == '//boot/kernel' and r['served'] == 'boot/kernel' and \
    r['size'] == 10 and r['blocks'] == 1 and 'code' not in r"

# kill -9 in the middle
check "half of a file comes in" wire half
stop tftpd KILL
check "kill -9 leaves nothing under the name" [ ! -e "$tree/up/half" ]
serve
check "the next start removes what it left" wait_log 5 tftpd \
    'up: 1 unfinished upload'
check "and nothing is left" nothing_hidden

# where it listens
check "one address has a port of its own" bounded 10 on other curl -sS \
    -o "$TMP/k" "tftp://$server:1069/boot/kernel"
same "and serves there" "$tree/boot/kernel" "$TMP/k"
start four srv "$tftpd" -F -4 -d "$tree" -u "$USERNAME" --port 1170
mkdir "$TMP/small"
mount -t tmpfs -o size=4k none "$TMP/small" || die "no tmpfs"
chmod 777 "$TMP/small"
start six srv "$tftpd" -F -j "$TMP/small/json" -6 -d "$tree" -u "$USERNAME" --port 1170
wait_udp 5 srv 1170 || die "no port 1170"
check "-4 and -6 share a port" wait_log 5 six 'serving'
check "IPv4 answers" bounded 10 on cli curl -sS -o "$TMP/k4" \
    "tftp://$server:1170/boot/kernel"
check "IPv6 answers" bounded 10 on cli curl -sS -o "$TMP/k6" \
    "tftp://[fd00::1]:1170/boot/kernel"
full() {
	local i
	for i in $(seq 24); do
		bounded 10 on cli curl -sS -o "$TMP/k6" \
		    "tftp://[fd00::1]:1170/boot/kernel" || return 1
	done
}
check "a full disk of json_log stops nobody" full
check "and is told" wait_log 5 six 'json_log .*: records are lost'
check "what is in the file is whole" python3 -c \
    "import json; [json.loads(x) for x in open('$TMP/small/json')]"
check "each in its own process" bash -c \
    "grep -q 'to 10.9.0.2' '$TMP/four.log' && grep -q 'to fd00::2' '$TMP/six.log'"
refused "without [tftp-upload] nobody writes" 'x' cli tftp -m binary $server \
    1170 -c put "$TMP/f1" x
check "which is ERROR 2" wait_log 5 four 'WRQ "x" .* this server is read-only'

# what Debian's tftpd-hpa is started with
chmod 777 "$tree"
start debian srv "$tftpd" --foreground --user "$USERNAME" \
    --address 0.0.0.0:1271 --secure "$tree" --create
wait_udp 5 srv 1271 || die "no port 1271"
cli tftp -m binary $server 1271 -c put "$TMP/f512" debian \
    >"$TMP/client.log" 2>&1
same "tftp-hpa's command line lets clients create files" "$TMP/f512" \
    "$tree/debian"
check "which is warned of" logged debian 'warning: --create: anybody can'
stop debian
stop tftpd
check "SIGTERM ends it with status 0" [ $? -eq 0 ]
