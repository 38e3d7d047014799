#!/bin/bash
# mtftp_service.sh - mtftpd by itself in the background, from xinetd, and
# with sockets from systemd.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need atftp xinetd systemd-socket-activate /usr/bin/python3

S=10.9.0.1
lan br0
host srv br0 $S/24
host c1 br0 10.9.0.11/24

T=$TMP/tftpboot
conf=$TMP/remoteboot.conf
make_file "$T/f" 20000
cat >"$conf" <<-END
	[global]
	tftp_root = $T
	[mtftpd]
	pid_file = $TMP/run/mtftpd.pid
	idle_time = 2
	[mtftp f]
	mtftp_ip = 239.255.1.1
	mtftp_cport = 3001
END
mtftpd=$(prog mtftpd)

fetch() { # OUT
	bounded 20 on c1 /usr/bin/python3 "$LIB/mtftp_rom.py" ipxe file=f \
	    server=$S sport=1759 group=239.255.1.1 cport=3001 me=10.9.0.11 \
	    "out=$1"
}

# --- without its tree -----------------------------------------------------

sed 's|^tftp_root.*|tftp_root = /nowhere|' "$conf" >"$TMP/nowhere.conf"
on srv "$mtftpd" -t -C "$TMP/nowhere.conf" >"$TMP/check.log" 2>&1
check "mtftpd -t: a boot tree that is not there is an error, 66" test $? -eq 66
check "... which is told" logged check 'error: .*tftp_root /nowhere: No such file'

# --- in the background --------------------------------------------------

check "mtftpd goes to the background when it serves" \
    bounded 10 on srv "$mtftpd" -C "$conf" -u "$USERNAME" -l "$TMP/back.log"
check "... and serves at once" fetch "$TMP/o1"
same "... the file's bytes" "$T/f" "$TMP/o1"
pid=$(cat "$TMP/run/mtftpd.pid")
check "its pid file names it" test "$(readlink "/proc/$pid/exe")" -ef "$mtftpd"
field() { # NAME: of its status
	awk -v f="$1:" '$1 == f { print $2; exit }' "/proc/$pid/status"
}
check "it is not root" test "$(field Uid)" = "$(id -u "$USERNAME")"
check "it has no capability" test "$(field CapPrm)$(field CapEff)" = \
    00000000000000000000000000000000
check "it gains no new privileges and has a seccomp filter" \
    test "$(field NoNewPrivs)$(field Seccomp)" = 12
if on srv "$mtftpd" -C "$conf" -u "$USERNAME" -F >"$TMP/twice.log" 2>&1; then
	fail "a second mtftpd is told that the port is in use" "status 0"
else
	check "a second mtftpd is told that the port is in use" \
	    grep -qE 'port 1759: Address already in use; stop|is running already' \
	    "$TMP/twice.log"
fi
ended() {
	[ ! -d "/proc/$pid" ]
}
kill "$pid"
check "SIGTERM ends it" wait_until 2 ended
check "... and its pid file" test ! -e "$TMP/run/mtftpd.pid"

# --- a reload that asks for more than it can have ----------------------------

start again srv "$mtftpd" -F -C "$conf" -u "$USERNAME"
wait_udp 5 srv 1759 || die "mtftpd does not listen"
cp "$conf" "$TMP/good.conf"
{
	sed 's|^tftp_root.*|tftp_root = /nowhere|; s|^\[mtftpd\]|&\nuser = bin|' \
	    "$TMP/good.conf"
	printf '[mtftp g]\nmtftp_ip = 239.255.1.2\n'
} >"$conf"
hup() {
	kill -HUP "$(pid_of again)"
}
hup
check "another tree takes effect after a restart, which is told" \
    wait_log 5 again 'warning: tftp_root /nowhere takes effect after a restart'
check "a missing file is missing below the tree that is served" \
    wait_log 5 again "mtftp g: cannot be opened below $T: "
check "-u goes before the configuration's user: no word about it" \
    eval '! logged again "user bin takes effect"'
cp "$TMP/good.conf" "$conf"
hup
check "with the first tree again there is nothing to tell" wait_log 5 again \
    'read again: 1 files, 0 new or changed, 1 gone or changed'
check "... indeed" test "$(grep -c 'after a restart' "$TMP/again.log")" -eq 1
stop again >/dev/null

# --- the list of Incom's and atftpd's servers -------------------------------

printf '# atftpd\n%s/f 239.255.1.7 3007\n' "$T" >"$TMP/map"
sed '/^\[mtftp f\]/,$d' "$conf" >"$TMP/none.conf"
from_there() { # the list's path need not be absolute
	(cd "$TMP" && "$@")
}
check "mtftpd -m goes to the background" from_there on srv "$mtftpd" \
    -C "$TMP/none.conf" -u "$USERNAME" -l "$TMP/map.log" -m map 75
map=$(cat "$TMP/run/mtftpd.pid")
wait_udp 5 srv 75 || die "mtftpd -m does not listen on port 75"
by_map() { # FILE OUT GROUP
	bounded 20 on c1 atftp --mget -r "$1" -l "$2" \
	    --mtftp "client-port 300$3" --mtftp "mcast-ip 239.255.1.$3" \
	    --mtftp "listen-delay 1" --mtftp "timeout-delay 1" $S 75
}
on c1 ip route add 224.0.0.0/4 dev eth0
check "a file of -m FILE PORT is served at that port" by_map f "$TMP/o6" 7
same "... with its bytes" "$T/f" "$TMP/o6"
printf 'f 239.255.1.7 3007\nf 239.255.1.8 3008\n' >"$TMP/map"
kill -HUP "$map"
check "SIGHUP finds an error with its line in the list" wait_log 5 \
    "$TMP/map.log" "error: $TMP/map:2: the file is that of line 1; "
echo 'f 10.0.0.1 3007' >"$TMP/map"
kill -HUP "$map"
check "SIGHUP reads it again, and an error keeps the old one" wait_log 5 "$TMP/map.log" \
    'map:1: the second column is no multicast address.*'
make_file "$T/g" 3000 2
printf 'f 239.255.1.7 3007\ng 239.255.1.8 3008\n' >"$TMP/map"
kill -HUP "$map"
check "... a new file is served then" wait_log 5 "$TMP/map.log" \
    'read again: 2 files, 1 new'
check "... indeed" by_map g "$TMP/o7" 8
same "... with its bytes" "$T/g" "$TMP/o7"
kill "$map"
wait_until 3 test ! -d "/proc/$map"
on srv "$mtftpd" -t -C "$TMP/none.conf" -m "$TMP/no-map" >"$TMP/check2.log" 2>&1
check "-t: a map that is not there is an error, 78" test $? -eq 78

# --- one file for slow and for fast classes -----------------------------------

ln -s f "$T/f.slow"
{
	cat "$conf"
	printf '[mtftp f.slow]\nmtftp_ip = 239.255.1.9\nmtftp_cport = 3009\n'
} >"$TMP/slow.conf"
start slow srv "$mtftpd" -F -C "$TMP/slow.conf" -u "$USERNAME"
wait_udp 5 srv 1759 || die "mtftpd does not listen"
slow() {
	bounded 20 on c1 /usr/bin/python3 "$LIB/mtftp_rom.py" ipxe file=f.slow \
	    server=$S sport=1759 group=239.255.1.9 cport=3009 me=10.9.0.11 \
	    "out=$TMP/o8"
}
check "a file has a second group by a link" slow
same "... with its bytes" "$T/f" "$TMP/o8"
check "... and its first one" fetch "$TMP/o9"
stop slow >/dev/null

# --- the way out ----------------------------------------------------------

# The other network, with a listener; requests come from the first one.
lan br1
plug srv eth1 br1 10.9.1.1/24
host c2 br1 10.9.1.12/24
sed 's/^\[mtftpd\]/&\ninterface = eth1/' "$conf" >"$TMP/eth1.conf"
start eth1 srv "$mtftpd" -F -C "$TMP/eth1.conf" -u "$USERNAME"
wait_udp 5 srv 1759 || die "mtftpd does not listen"
ask() { # from the first network; the answer is unicast
	on c1 /usr/bin/python3 "$LIB/mtftp_rom.py" no_multicast file=f \
	    server=$S sport=1759 group=239.255.1.1 cport=3001 me=10.9.0.11
}
listen() {
	bounded 20 on c2 /usr/bin/python3 "$LIB/mtftp_rom.py" listen file=f \
	    server=$S sport=1759 group=239.255.1.1 cport=3001 me=10.9.1.12 \
	    seconds=10 "out=$TMP/o5"
}
listen &
listener=$!
sleep 0.5
check "multicast leaves by the configured interface only" ask
check "... where it is heard, with the address that was asked" wait $listener
same "... whole" "$T/f" "$TMP/o5"
stop eth1 >/dev/null

# Without an interface each network has its own pass, at the same time.
sed 's/^\[mtftpd\]/&\nrate = 8/' "$conf" >"$TMP/both.conf"
start both srv "$mtftpd" -F -C "$TMP/both.conf" -u "$USERNAME"
wait_udp 5 srv 1759 || die "mtftpd does not listen"
intel() { # HOST NETWORK OUT
	bounded 20 on "$1" /usr/bin/python3 "$LIB/mtftp_rom.py" intel file=f \
	    "server=10.9.$2.1" sport=1759 group=239.255.1.1 cport=3001 \
	    "me=10.9.$2.1${1#c}" tmout=0.1 delay=0.5 "out=$3"
}
intel c1 0 "$TMP/o10" >"$TMP/o10.log" 2>&1 &
listener=$!
wait_log 5 both 'from 10.9.0.11:3001: a pass to .* begins'
check "a PC of another network is served while a pass goes to the first" \
    intel c2 1 "$TMP/o11"
same "... with the file's bytes" "$T/f" "$TMP/o11"
check "... and the first one is" wait $listener
same "... with its bytes" "$T/f" "$TMP/o10"
stop both >/dev/null

# --- from xinetd ----------------------------------------------------------

cat >"$TMP/xinetd.conf" <<-END
	service mtftp
	{
	    type = UNLISTED
	    socket_type = dgram
	    protocol = udp
	    port = 1759
	    wait = yes
	    user = root
	    server = $mtftpd
	    server_args = -C $conf -u $USERNAME -l $TMP/inetd.log
	}
END
start xinetd srv xinetd -dontfork -f "$TMP/xinetd.conf" -pidfile "$TMP/x.pid"
wait_udp 5 srv 1759 || die "xinetd does not listen"
check "started by xinetd it answers the first datagram" fetch "$TMP/o2"
same "... with the file's bytes" "$T/f" "$TMP/o2"
check "one RRQ was enough" \
    test "$(grep -c 'RRQ "f" from' "$TMP/inetd.log")" -eq 1
check "it ends when idle" wait_log 8 "$TMP/inetd.log" 'idle for 2 s'
check "... and xinetd starts it again" fetch "$TMP/o3"
same "... with the file's bytes" "$T/f" "$TMP/o3"
stop xinetd >/dev/null
wait_until 8 eval '! udp_bound srv 1759'

# --- with a socket from systemd -------------------------------------------

start systemd srv systemd-socket-activate -d -l 0.0.0.0:1759 \
    "$mtftpd" -F -C "$conf" -u "$USERNAME"
wait_udp 5 srv 1759 || die "systemd-socket-activate does not listen"
check "with a socket from systemd it answers the first datagram" \
    fetch "$TMP/o4"
same "... with the file's bytes" "$T/f" "$TMP/o4"
check "it ends when idle there too" wait_log 8 systemd 'idle for 2 s'
