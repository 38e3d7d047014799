#!/bin/bash
# start_inetd.sh - the daemons' sockets come from openbsd-inetd, xinetd and
# systemd: the first datagram is answered, one process serves all, and it ends
# when nobody asks any more.
#
# The samples in etc/ are what is tested, with other paths.  Of the two inetds,
# whose packages conflict, xinetd is installed and openbsd-inetd unpacked by
# tests/e2e/fetch (see unpack in lib.sh).
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need curl python3 xinetd atftp udhcpc

inetd=$(unpack openbsd-inetd inetd) || {
	skip "openbsd-inetd" "no package in $E2E_PACKAGES"
	exit 77
}

lan lan0
host srv lan0 192.0.2.1/24
on srv ip addr add 192.0.2.2/24 dev eth0
host pc lan0 192.0.2.9/24
host new lan0 - 02:00:00:00:00:07
make_file "$TMP/tree/a.bin" 300000

cat >"$TMP/rb.conf" <<END
[global]
tftp_root = $TMP/tree
[tftpd]
idle_time = 1s
[mtftpd]
idle_time = 1s
[dhcpd]
idle_time = 1s
lease_file = $TMP/leases/dhcpd.leases
[subnet 192.0.2.0/24]
pool = 192.0.2.100 - 192.0.2.110
[mtftp a.bin]
mtftp_ip = 239.255.1.1
mtftp_cport = 3001
END

running() { # DAEMON: how many
	pgrep -c -x "$1"
}

none() {
	[ "$(running "$1")" = 0 ]
}

get() { # ADDRESS OUT
	rm -f "$2"
	bounded 4 on pc curl -sS -o "$2" "tftp://$1/a.bin"
}

get_four() { # at once, and each right
	local n pids=()
	for n in 1 2 3 4; do
		get 192.0.2.1 "$TMP/got$n" &
		pids+=($!)
	done
	wait "${pids[@]}" || return 1
	for n in 1 2 3 4; do
		cmp "$TMP/tree/a.bin" "$TMP/got$n" || return 1
	done
}

without_rights() { # DAEMON
	local p
	p=$(pgrep -x "$1") || return 1
	! grep -E '^(Uid|Gid):' "/proc/$p/status" |
	    grep -Eq '[[:space:]]0([[:space:]]|$)' &&
	    grep -q '^CapEff:.0000000000000000' "/proc/$p/status" &&
	    grep -q '^CapBnd:.0000000000000000' "/proc/$p/status" &&
	    grep -q '^Seccomp:.2' "/proc/$p/status"
}

detached() { # DAEMON: 0 to 2 are not the socket
	local p n
	p=$(pgrep -x "$1") || return 1
	for n in 0 1 2; do
		[ "$(readlink "/proc/$p/fd/$n")" = /dev/null ] || return 1
	done
}

# What is the same whoever starts tftpd.
serves() { # WHO
	check "$1: the first datagram starts tftpd and is answered" \
	    get 192.0.2.1 "$TMP/got"
	same "$1: with the right bytes" "$TMP/tree/a.bin" "$TMP/got"
	check "$1: one tftpd, not one for each datagram" \
	    [ "$(running tftpd)" = 1 ]
	check "$1: it has no rights left" without_rights tftpd
	check "$1: four clients at once are served" get_four
	check "$1: by the same process" [ "$(running tftpd)" = 1 ]
	check "$1: an answer comes from the address that was asked" \
	    get 192.0.2.2 "$TMP/got"
}

ends() { # WHO
	check "$1: after idle_time tftpd ends by itself" \
	    wait_until 6 none tftpd
}

# --- openbsd-inetd -------------------------------------------------------------

sed -e "s|[^ ]*/tftpd |$(prog tftpd) |; s|[^ ]*/mtftpd |$(prog mtftpd) |" \
    -e "s|\btftpd\$|tftpd -C $TMP/rb.conf -u $USERNAME -l $TMP/inetd.tftp.log|" \
    -e "s|\bmtftpd\$|mtftpd -C $TMP/rb.conf -u $USERNAME -l $TMP/inetd.mtftp.log|" \
    -e 's|^tftp |69   |; s|^#1759|1759|' "$BLD/etc/inetd.conf.sample" \
    >"$TMP/inetd.conf"
start inetd srv "$inetd" -i "$TMP/inetd.conf"
wait_udp 5 srv 69 || die "inetd does not listen on port 69"
serves openbsd-inetd
check "openbsd-inetd: descriptors 0 to 2 are /dev/null" detached tftpd
ends openbsd-inetd
check "openbsd-inetd: listens again, and the next one starts it anew" \
    get 192.0.2.1 "$TMP/got"

atftp_mtftp() {
	bounded 30 on pc atftp --mget -r a.bin -l "$TMP/m.bin" \
	    --mtftp "client-port 3001" --mtftp "mcast-ip 239.255.1.1" \
	    --mtftp "listen-delay 1" --mtftp "timeout-delay 1" 192.0.2.1 1759
}
on pc ip route add 224.0.0.0/4 dev eth0
on srv ip route add 224.0.0.0/4 dev eth0
check "openbsd-inetd: atftp fetches by MTFTP from mtftpd" atftp_mtftp
same "openbsd-inetd: the right bytes by MTFTP" "$TMP/tree/a.bin" "$TMP/m.bin"
check "openbsd-inetd: mtftpd ends by itself" wait_until 8 none mtftpd
ends openbsd-inetd
stop inetd

# --- xinetd ---------------------------------------------------------------------

mkdir "$TMP/xinetd.d"
for s in tftp:tftpd bootps:dhcpd; do
	sed -e 's|^\(.*disable.*=\).*|\1 no|' \
	    -e "s|^\(.*server[[:space:]]*=\).*|\1 $(prog "${s#*:}")|" \
	    -e "s|^}|	server_args = -C $TMP/rb.conf -u $USERNAME -l $TMP/xinetd.${s%:*}.log\n	type = UNLISTED\n}|" \
	    "$BLD/etc/xinetd.d/${s%:*}" >"$TMP/xinetd.d/${s%:*}"
done
printf 'defaults\n{\n}\nincludedir %s\n' "$TMP/xinetd.d" >"$TMP/xinetd.conf"
start xinetd srv xinetd -dontfork -f "$TMP/xinetd.conf" \
    -pidfile /run/xinetd.pid -filelog "$TMP/xinetd.messages.log"
wait_udp 5 srv 69 || die "xinetd does not listen on port 69"
serves xinetd
check "xinetd: descriptors 0 to 2 are /dev/null" detached tftpd
ends xinetd
check "xinetd: listens again, and the next one starts it anew" \
    get 192.0.2.1 "$TMP/got"

lease() {
	DHCP_OUT=$TMP/new.out bounded 20 on new udhcpc -f -q -n -t 3 -T 2 \
	    -i eth0 -s "$LIB/dhcp-script"
}
check "xinetd: udhcpc gets a lease from dhcpd" lease
check "xinetd: dhcpd has no rights left" without_rights dhcpd
check "xinetd: dhcpd ends by itself" wait_until 6 none dhcpd
ends xinetd
stop xinetd

# --- systemd ----------------------------------------------------------------------

if command -v systemd-socket-activate >/dev/null; then
	start activate srv systemd-socket-activate --datagram \
	    -l 192.0.2.1:69 "$(prog tftpd)" -C "$TMP/rb.conf" -u "$USERNAME"
	wait_udp 5 srv 69 || die "systemd-socket-activate does not listen"
	check "systemd: the first datagram starts tftpd and is answered" \
	    get 192.0.2.1 "$TMP/got"
	same "systemd: with the right bytes" "$TMP/tree/a.bin" "$TMP/got"
	check "systemd: it stays in the foreground and logs to stderr" \
	    logged activate 'sent "a.bin" to 192.0.2.9'
	check "systemd: it has no rights left" without_rights tftpd
	ends systemd
	stop activate
	check "systemd: the idle end is a good end, status 0" [ $? -eq 0 ]
else
	skip "systemd-socket-activate" "the package systemd is not installed"
fi

# What the .socket unit hands over with the large packet service: two sockets,
# one of them for both families, and a NOTIFY_SOCKET.
cat >"$TMP/activate.py" <<'END'
import os, socket, sys
n = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
n.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
a = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
a.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
a.bind(("::", 69))
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
b.bind(("0.0.0.0", 59))
pid = os.fork()
if pid == 0:
    a2, b2 = os.dup(a.fileno()), os.dup(b.fileno())
    a3, b3 = os.dup(a2), os.dup(b2)
    os.dup2(a3, 3)
    os.dup2(b3, 4)
    for fd in range(5, 20):
        try:
            os.set_inheritable(fd, False)
        except OSError:
            pass
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2",
                      NOTIFY_SOCKET=sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
print("told:", n.recv(100).decode(), flush=True)
print("status:", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
print("told:", n.recv(100).decode(), flush=True)
END
# A client of the large packet service: no options, blocks of 1408.
cat >"$TMP/large.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
s.sendto(b"\0\1" + sys.argv[2].encode() + b"\0octet\0", (sys.argv[1], 59))
with open(sys.argv[3], "wb") as out:
    want = 1
    while True:
        data, peer = s.recvfrom(2048)
        assert data[:2] == b"\0\3", data[:60]
        if data[2:4] == want.to_bytes(2, "big"):
            out.write(data[4:])
            want += 1
        s.sendto(b"\0\4" + data[2:4], peer)
        if len(data) < 4 + 1408:
            break
END
start two srv python3 "$TMP/activate.py" "$TMP/notify" "$(prog tftpd)" -F \
    -C "$TMP/rb.conf" -u "$USERNAME"
check "systemd: tftpd tells that it is ready" wait_log 5 two '^told: READY=1'
capture two pc eth0 udp
check "systemd: the first of two sockets serves" get 192.0.2.1 "$TMP/got"
check "systemd: the second one, port 59, too" bounded 4 on pc \
    python3 "$TMP/large.py" 192.0.2.1 a.bin "$TMP/got59"
same "systemd: with the right bytes from port 59" "$TMP/tree/a.bin" "$TMP/got59"
judge "systemd: tshark has no complaint" two 'ip.src == 192.0.2.1'
check "in blocks of 1408 there" \
    [ "$(packets two 'ip.src == 192.0.2.1 && udp.length == 1420' \
	frame.number | wc -l)" -ge 213 ]
check "systemd: after idle_time it ends with status 0" \
    wait_log 6 two '^status: 0'
check "systemd: and has told that it stops" wait_log 2 two '^told: STOPPING=1'
