#!/bin/bash
# dhcp_service.sh - dhcpd by itself in the background, from xinetd, and with
# sockets from systemd.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need xinetd systemd-socket-activate udhcpc

lan lan0
host srv lan0 10.9.0.1/24
host c1 lan0 - 02:00:00:00:00:11

conf=$TMP/remoteboot.conf
leases=$TMP/leases/dhcpd.leases
cat >"$conf" <<-END
	[dhcpd]
	pid_file = $TMP/run/dhcpd.pid
	lease_file = $leases
	idle_time = 2
	[subnet 10.9.0.0/24]
	pool = 10.9.0.100 - 10.9.0.110
END
dhcpd=$(prog dhcpd)

# One DISCOVER and one REQUEST, nothing is sent twice.
lease() {
	bounded 10 on c1 udhcpc -f -q -n -t 1 -T 3 -i eth0 \
	    -s "$LIB/dhcp-script" &&
	    on c1 ip -4 -o addr show dev eth0 | grep -q ' 10.9.0.100/'
}

# --- in the background --------------------------------------------------
check "dhcpd goes to the background when it serves" \
    bounded 10 on srv "$dhcpd" -C "$conf" -u "$USERNAME" -l "$TMP/back.log"
check "... and answers at once" lease
pid=$(cat "$TMP/run/dhcpd.pid")
check "its pid file names it" test "$(readlink "/proc/$pid/exe")" -ef "$dhcpd"
check "so does the lock of the lease file" test "$(cat "$leases.lock")" = "$pid"
field() { # NAME: of its status
	awk -v f="$1:" '$1 == f { print $2; exit }' "/proc/$pid/status"
}
check "it is not root" test "$(field Uid)" = "$(id -u "$USERNAME")"
check "it has no capability" test "$(field CapPrm)$(field CapEff)" = \
    00000000000000000000000000000000
check "it gains no new privileges and has a seccomp filter" \
    test "$(field NoNewPrivs)$(field Seccomp)" = 12
check "folder and files of the leases are the user's" test \
    "$(stat -c %U "$TMP/leases" "$leases" "$leases.lock" | sort -u)" = \
    "$USERNAME"
if on srv "$dhcpd" -C "$conf" -u "$USERNAME" -F >"$TMP/twice.log" 2>&1; then
	fail "a second dhcpd is refused" "status 0"
else
	check "a second dhcpd is refused and told why" \
	    grep -q 'port 67: another server listens there' "$TMP/twice.log"
fi
ended() {
	[ ! -d "/proc/$pid" ]
}
kill "$pid"
check "SIGTERM ends it" wait_until 2 ended
check "... and its pid file" test ! -e "$TMP/run/dhcpd.pid"

# --- as another user than last time ------------------------------------------
check "another user takes the lease file over" \
    bounded 10 on srv "$dhcpd" -C "$conf" -u daemon -l "$TMP/daemon.log"
pid=$(cat "$TMP/run/dhcpd.pid")
check "... and can write it" lease
check "... and owns it" test \
    "$(stat -c %U "$TMP/leases" "$leases" "$leases.lock" | sort -u)" = daemon
kill "$pid"
wait_until 2 ended
mkdir "$TMP/roots"
sed "s|$leases|$TMP/roots/leases|" "$conf" >"$TMP/roots.conf"
if on srv "$dhcpd" -C "$TMP/roots.conf" -u "$USERNAME" -F >"$TMP/roots.log" 2>&1
then
	fail "a folder that is somebody else's is refused" "status 0"
else
	check "a folder that is somebody else's is refused, with the cure" \
	    grep -q 'may not write to its folder; chown' "$TMP/roots.log"
fi

# --- from xinetd ----------------------------------------------------------
cat >"$TMP/xinetd.conf" <<-END
	service bootps
	{
	    type = UNLISTED
	    socket_type = dgram
	    protocol = udp
	    port = 67
	    wait = yes
	    user = root
	    server = $dhcpd
	    server_args = -C $conf -u $USERNAME -l $TMP/inetd.log
	}
END
start xinetd srv xinetd -dontfork -f "$TMP/xinetd.conf" -pidfile "$TMP/x.pid"
wait_udp 5 srv 67 || die "xinetd does not listen"
check "started by xinetd it answers the first datagram" lease
check "... with the former address" logged "$TMP/inetd.log" 'its lease'
check "... and listens on port 4011" udp_bound srv 4011
check "it ends when idle" wait_log 8 "$TMP/inetd.log" 'idle for 2 s'
check "... and xinetd starts it again" lease
check "... with the leases of before" test \
    "$(grep -c 'DHCPACK 10.9.0.100' "$TMP/inetd.log")" -eq 2
stop xinetd >/dev/null
wait_until 8 eval '! udp_bound srv 67'

# --- a log file in a folder that is root's ---------------------------------
start logged srv "$dhcpd" -F -C "$conf" -u "$USERNAME" -l "$TMP/dhcpd.file"
wait_udp 5 srv 67
mv "$TMP/dhcpd.file" "$TMP/dhcpd.file.1"
kill -HUP "$(pid_of logged)"
check "a log file that cannot be made anew is told of" wait_log 5 \
    "$TMP/dhcpd.file.1" 'the log file cannot be opened anew: Permission denied'
install -m 640 -o "$USERNAME" /dev/null "$TMP/dhcpd.file"
kill -HUP "$(pid_of logged)"
check "and one that the rotation has made is taken" wait_log 5 \
    "$TMP/dhcpd.file" 'reloaded'
stop logged

# --- two subnets on one wire, and nothing says so --------------------------
{ cat "$conf"; printf '[subnet 10.77.0.0/24]\npool = 10.77.0.9\n'; } \
    >"$TMP/two.conf"
on srv ip addr add 10.77.0.1/24 dev eth0
start two srv "$dhcpd" -F -C "$TMP/two.conf" -u "$USERNAME"
check "a second subnet on a wire is warned of, unless it is a shared network" \
    wait_log 5 two 'eth0: its clients get .* none of 10.77.0.0/24; .*shared_net'
stop two
on srv ip addr del 10.77.0.1/24 dev eth0

# --- with sockets from systemd --------------------------------------------
start systemd srv systemd-socket-activate -d -l 0.0.0.0:67 -l 0.0.0.0:4011 \
    "$dhcpd" -F -C "$conf" -u "$USERNAME"
wait_udp 5 srv 67 || die "systemd-socket-activate does not listen"
check "with sockets from systemd it answers the first datagram" lease
check "it ends when idle there too" wait_log 8 systemd 'idle for 2 s'
