#!/bin/bash
# tftp_digests.sh - NAME.sha256 and MANIFEST.sha256, which tftpd makes by
# itself, judged by sha256sum.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need curl tftp sha256sum

server=192.0.2.1
tree=$TMP/tree
got=$TMP/got
mkdir -p "$tree/boot/deep" "$tree/templates" "$tree/clients/pc1" "$got/boot/deep"

lan lan0
host srv lan0 $server/24
host pc lan0 192.0.2.9/24 00:54:55:56:67:68
host other lan0 192.0.2.10/24

make_file "$tree/vmlinuz" 3000000 1
make_file "$tree/boot/initrd" 5000000 2
make_file "$tree/boot/deep/name with blanks" 1000 3
: >"$tree/empty"
ln -s vmlinuz "$tree/link"
ln -s /etc/hostname "$tree/outside"
make_file "$tree/secret" 100
echo "not a digest" >"$tree/boot/initrd.sha256"
# shellcheck disable=SC2016 # tftpd's own
echo 'for ${host}' >"$tree/templates/t"
make_file "$tree/clients/pc1/own" 4000 4
chmod -R a+rX "$tree"
chmod 600 "$tree/secret"
mkfifo "$tree/fifo"
# what was written just now is not kept for long
find "$tree" -exec touch -h -d '1 hour ago' {} +

conf() { # DIGESTS
	cat >"$TMP/conf" <<END
[global]
tftp_root = $tree
[tftpd]
user = $USERNAME
digests = $1
[host pc1]
chaddr = 00:54:55:56:67:68
yiaddr = 192.0.2.9
tftp_folder = /, clients/\${host}
[subnet 192.0.2.0/24]
[tftp-template t]
name = made-*
template = templates/t
[tftp-map]
refuse = ^hidden
END
}
get() { # NAME [OUT] [WHO]
	bounded 30 on "${3:-pc}" curl -sS --path-as-is -o "$got/${2:-$1}" \
	    "tftp://$server/$1" >"$TMP/client.log" 2>&1
}
error_of() { # NAME: what tftp-hpa prints
	bounded 30 on pc tftp -m binary $server -c get "$1" "$got/error" 2>&1
}
sum_is_right() { # NAME: in the folder where both were fetched
	(cd "$got/$(dirname "$1")" && sha256sum -c --strict \
	    "$(basename "$1").sha256")
}

conf yes
start tftpd srv "$(prog tftpd)" -F -C "$TMP/conf" -v 2
wait_udp 5 srv 69 || die "tftpd does not start"
worker=$(pgrep -P "$(pid_of tftpd)" | head -n 1)
[ -n "$worker" ] || worker=$(pgrep -f "tftpd -F -C $TMP/conf" | tail -n 1)

# curl takes the end of an empty file for an error
: >"$got/empty"
for f in vmlinuz link boot/initrd "boot/deep/name%20with%20blanks"; do
	get "$f" "${f//%20/ }"
done
for f in vmlinuz empty link; do
	get "$f.sha256"
	check "sha256sum agrees with $f.sha256" sum_is_right "$f"
done
get made-pc1
get made-pc1.sha256
check "a file that is made has its digest too" sum_is_right made-pc1
get boot/initrd.sha256
same "a real file of that name goes before" "$tree/boot/initrd.sha256" \
    "$got/boot/initrd.sha256"
same_digest() { # SENTENCE NAME: in other dialects
	get "$2" x
	same "$1" "$got/vmlinuz.sha256" "$got/x"
}
same_digest "backslashes and junk are understood" '%5Cvmlinuz.sha256%FF'
check "a file that is not there has none" grep -q 'Error code 1' \
    <(error_of none.sha256)
check "nor one that must not be read" grep -q 'Error code 2' \
    <(error_of secret.sha256)
check "nor one that a rule refuses" grep -q 'Error code 2' \
    <(error_of hidden.sha256)
check "nor a folder" grep -q 'Error code 2' <(error_of boot.sha256)
check "nor what is out of the tree" grep -q 'Error code [12]' \
    <(error_of outside.sha256)

get MANIFEST.sha256
(cd "$tree" && find -L . -type f -readable ! -name secret ! -name outside \
    -printf '%P\n' | LC_ALL=C sort) >"$TMP/want"
cut -c 67- "$got/MANIFEST.sha256" >"$TMP/have"
check "the manifest has every file that is served" diff "$TMP/want" "$TMP/have"
check "sha256sum agrees with all of it" bash -c \
    "cd '$tree' && sha256sum -c --strict --quiet '$got/MANIFEST.sha256'"
get boot/MANIFEST.sha256
check "a folder has its own" bash -c "cd '$tree/boot' && sha256sum -c \
    --strict --quiet '$got/boot/MANIFEST.sha256' &&
    [ \$(wc -l <'$got/boot/MANIFEST.sha256') -eq 3 ]"
check "a folder that is not there has none" grep -q 'Error code 1' \
    <(error_of none/MANIFEST.sha256)
get own own
get own.sha256 own.sha256
check "a file of the client's own folder has its digest" sum_is_right own

# it follows what changes
make_file "$tree/vmlinuz" 3000000 9
get vmlinuz
get vmlinuz.sha256
check "a file that was changed has another digest" sum_is_right vmlinuz
make_file "$tree/vmlinuz" 3000000 10
get vmlinuz
get vmlinuz.sha256
check "and again at once" sum_is_right vmlinuz
echo new >"$tree/new"
mv "$tree/new" "$tree/empty"
get_manifest() {
	get MANIFEST.sha256 && grep -q "^$(sha256sum <"$tree/empty" | cut -c -64)" \
	    "$got/MANIFEST.sha256"
}
check "the manifest follows too" wait_until 10 get_manifest

# a crowd
crowd() {
	local i pid=() ok=0
	make_file "$tree/crowd" 20000000 5
	chmod a+r "$tree/crowd"
	for i in $(seq 40); do
		get crowd.sha256 "c$i" &
		pid[i]=$!
	done
	for i in $(seq 40); do
		wait "${pid[i]}"
	done
	sha256sum <"$tree/crowd" | sed 's/-$/crowd/' >"$TMP/want"
	for i in $(seq 40); do
		cmp -s "$TMP/want" "$got/c$i" && ok=$((ok + 1))
	done
	echo "$ok of 40 are right"
	[ $ok -eq 40 ]
}
check "forty ask for one digest that is not known yet" crowd

# While a huge file is read, others are served and smaller ones go first.
truncate -s 20G "$tree/huge"
touch -d '1 hour ago' "$tree/huge"
bounded 60 on pc tftp -m binary $server -c get huge.sha256 "$got/huge.sha256" \
    >"$TMP/huge.log" 2>&1 &
huge=$!
make_file "$tree/small" 100000 6
chmod a+r "$tree/small"
check "a transfer does not wait for a digest" get small
check "nor does a smaller digest for a larger one" get small.sha256
check "and it is right" sum_is_right small
wait $huge
check "who waits too long is told to ask again" grep -q \
    'Error code 0: the digest is not ready yet: ask again' "$TMP/huge.log"
check "and recorded as refused" logged tftpd \
    'outcome=refused .* why="the digest is not ready yet: .* file="huge.sha256"'
rm "$tree/huge"

# the process
uid_of() { sed -n 's/^Uid:\t\([0-9]*\).*/\1/p' "/proc/$1/status"; }
check "its process has no rights" [ "$(uid_of "$worker")" = \
    "$(id -u $USERNAME)" ]
check "and no capability" grep -q '^CapEff:.0*$' "/proc/$worker/status"
check "and the system calls are filtered" grep -q '^Seccomp:.2$' \
    "/proc/$worker/status"
check "and it has no socket of tftpd's" [ "$(find "/proc/$worker/fd" \
    -lname 'socket:*' | wc -l)" -le 1 ]
kill -KILL "$worker"
check "when it is killed that is told" wait_log 5 tftpd \
    'the process that computes digests has ended'
touch "$tree/vmlinuz"
check "and digests are refused" grep -q 'Error code 0: no digests at present' \
    <(error_of vmlinuz.sha256)
check "and all else is served" get vmlinuz
stop tftpd
check "SIGTERM ends it with status 0" [ $? -eq 0 ]

conf files
start tftpd srv "$(prog tftpd)" -F -C "$TMP/conf" -v 2
wait_udp 5 srv 69 || die "tftpd does not start"
get link.sha256
get link
check "digests = files makes NAME.sha256" sum_is_right link
check "and no manifest" grep -q 'Error code 1' <(error_of MANIFEST.sha256)
worker=$(pgrep -P "$(pid_of tftpd)" | head -n 1)
conf no
kill -HUP "$(pid_of tftpd)"
wait_log 5 tftpd 'configuration loaded' || fail "a reload" "not told"
check "a reload can switch them off" grep -q 'Error code 1' \
    <(error_of link.sha256)
stop tftpd
gone_too() { [ -z "$worker" ] || [ ! -d "/proc/$worker" ]; }
check "its process ends with it" wait_until 5 gone_too
