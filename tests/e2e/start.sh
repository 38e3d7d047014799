#!/bin/bash
# start.sh - the life of the three daemons: background, pid file, syslog,
# second instance, exit codes, reload, end; and what rights are left, read
# from /proc.  How they come by their sockets otherwise is in start_inetd.sh.
#
# Provable from outside: every capability set (CapBnd too, because they start
# as root), all four uids and gids and the groups, NoNewPrivs, the seccomp
# filter, and that descriptors 0-2 are /dev/null.  Not visible in /proc:
# Landlock; the daemon proves it to itself at each start and does not run
# else, and tests/unit/test_priv.c tries it.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need python3 curl

lan lan0
host srv lan0 192.0.2.1/24
host pc lan0 192.0.2.9/24
make_file "$TMP/tree/a.bin" 5000

conf() { # DAEMON [LINE]
	cat >"$TMP/$1.conf" <<-END
		[global]
		tftp_root = $TMP/tree
		${2:-}
		[dhcpd]
		lease_file = $TMP/leases/dhcpd.leases
		pid_file = /run/remoteboot/dhcpd.pid
		[tftpd]
		pid_file = /run/remoteboot/tftpd.pid
		[mtftpd]
		pid_file = /run/remoteboot/mtftpd.pid
		[subnet 192.0.2.0/24]
		pool = 192.0.2.100 - 192.0.2.110
		[mtftp a.bin]
		mtftp_ip = 239.255.1.1
		mtftp_cport = 3001
	END
}

# A /dev of our own, so that /dev/log is ours: what a system logger hears.
own_dev() {
	mount -t tmpfs -o mode=755 none /dev &&
	    mknod -m 666 /dev/null c 1 3 && mknod -m 666 /dev/zero c 1 5 &&
	    mknod -m 666 /dev/random c 1 8 &&
	    mknod -m 666 /dev/urandom c 1 9 && ln -s /proc/self/fd /dev/fd
}
own_dev || die "no /dev of its own"
start syslog - python3 -u -c '
import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/log")
os.chmod("/dev/log", 0o666)
print("ready")
while True:
    print(s.recv(4096).decode("utf-8", "replace").rstrip("\0\n"))
'
wait_log 5 syslog ready || die "no system logger"

# run DAEMON ARG...: in the server's namespace; output in $TMP/out
run() {
	local d=$1 status=0
	shift
	bounded 10 on srv "$(prog "$d")" "$@" >"$TMP/out" 2>&1 || status=$?
	return $status
}

exits() { # STATUS DAEMON ARG...
	local want=$1 got=0
	shift
	run "$@" || got=$?
	[ $got -eq "$want" ] || {
		echo "wanted exit status $want, got $got:"
		cat "$TMP/out"
		return 1
	}
}

status_of() { # STATUS COMMAND...
	local want=$1 got=0
	shift
	"$@" || got=$?
	[ $got -eq "$want" ] || echo "wanted exit status $want, got $got"
	[ $got -eq "$want" ]
}

says() { # REGEX
	grep -Eq -- "$1" "$TMP/out" || {
		echo "wanted /$1/ in:"
		cat "$TMP/out"
		return 1
	}
}

pid() { # DAEMON
	cat "/run/remoteboot/$1.pid" 2>/dev/null
}

lives() { # DAEMON
	local p
	p=$(pid "$1") && [ -n "$p" ] && [ "$(cat "/proc/$p/comm")" = "$1" ]
}

over() { # PID: not there any more, or only to be reaped by this test
	[ ! -e "/proc/$1/status" ] || grep -q '^State:.Z' "/proc/$1/status"
}

status_is() { # PID KEY VALUE...
	local line
	line=$(grep "^$2:" "/proc/$1/status" | cut -f 2- | tr '\t' ' ')
	shift 2
	[ "${line% }" = "$*" ] || {
		echo "wanted $*, got $line"
		return 1
	}
}

no_root_id() { # PID
	! grep -E '^(Uid|Gid):' "/proc/$1/status" | grep -Eq '[[:space:]]0([[:space:]]|$)'
}

is_null() { # PID
	local n
	for n in 0 1 2; do
		[ "$(readlink "/proc/$1/fd/$n")" = /dev/null ] || {
			ls -l "/proc/$1/fd"
			return 1
		}
	done
}

none=0000000000000000
loaded='configuration loaded|configuration read again|reloaded '

life() { # DAEMON PORT
	local d=$1 port=$2 p
	conf "$d"

	check "$d -t finds nothing wrong and exits 0" \
	    exits 0 "$d" -C "$TMP/$d.conf" -t
	check "and says so" says "$d.conf: no error found"
	check "$d -V tells its version" exits 0 "$d" -V
	check "in one line" says "^$d \\(remoteboot\\) [0-9]"
	check "$d --help exits 0" exits 0 "$d" --help
	check "and has a usage line" says "^usage: $d \\["
	check "$d refuses a flag that it does not have, 64" \
	    exits 64 "$d" --no-such-flag
	check "and says where to find the others" says "$d --help"
	echo 'nonsense = 1' >>"$TMP/$d.conf"
	check "$d refuses a wrong configuration, 78" \
	    exits 78 "$d" -C "$TMP/$d.conf"
	check "naming file and line, as -t does" says "^$TMP/$d.conf:[0-9]+: "
	check "$d -t refuses it too, 78" exits 78 "$d" -C "$TMP/$d.conf" -t
	check "$d does not run as root, whoever asks" \
	    eval "! exits 0 $d -C $TMP/$d.conf -u root"
	conf "$d"

	# A start that fails ends there and frees nothing: no leak to look for.
	check "$d does not serve when its rights cannot end, 77" \
	    status_of 77 bounded 10 on srv env ASAN_OPTIONS=detect_leaks=0 \
	    setpriv --bounding-set=-setuid,-setgid \
	    "$(prog "$d")" -F -C "$TMP/$d.conf" -u "$USERNAME"

	check "$d goes to the background and its start exits 0" \
	    exits 0 "$d" -C "$TMP/$d.conf" -u "$USERNAME"
	check "it serves at once: port $port is bound" udp_bound srv "$port"
	check "its pid file names it" lives "$d"
	p=$(pid "$d")
	[ -n "$p" ] || die "$d does not start"
	check "it logs to syslog" \
	    wait_log 2 syslog "^<[0-9]+>.* $d\\[[0-9]+\\]: "
	check "its parent is gone and it leads a session of its own" \
	    [ "$(ps -o sid= -p "$p" | tr -d ' ')" = "$p" ]
	check "descriptors 0 to 2 are /dev/null" is_null "$p"

	check "$d has no id of root" no_root_id "$p"
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		check "$d: $set is empty" status_is "$p" $set $none
	done
	check "$d cannot get new privileges" status_is "$p" NoNewPrivs 1
	check "$d has a system call filter" status_is "$p" Seccomp 2
	check "$d is in no group but its own" status_is "$p" Groups \
	    "$(id -G "$USERNAME")"

	check "a second $d is refused" \
	    eval "! exits 0 $d -C $TMP/$d.conf -u $USERNAME"
	check "which says why" says 'in use|is running already|another server listens'
	check "the first one goes on" lives "$d"

	kill -HUP "$p"
	check "$d reads its configuration again on SIGHUP" \
	    wait_log 2 syslog "$d\\[$p\\]: ($loaded)"
	conf "$d" 'nonsense = 1'
	kill -HUP "$p"
	check "a wrong one is told with file and line" \
	    wait_log 2 syslog "$d\\[$p\\]: $TMP/$d.conf:3: "
	check "and the old one is kept" \
	    wait_log 2 syslog "$d\\[$p\\]: .*keeping the old configuration"
	check "$d lives on" lives "$d"
	[ "$d" != tftpd ] || {
		check "and serves on" bounded 5 on pc \
		    curl -sS -o "$TMP/got" tftp://192.0.2.1/a.bin
		same "the right file" "$TMP/tree/a.bin" "$TMP/got"
	}

	kill -TERM "$p"
	check "$d ends within two seconds of SIGTERM" wait_until 2 over "$p"
	check "its pid file is gone" [ ! -s "/run/remoteboot/$d.pid" ]
	check "its port is free" eval "! udp_bound srv $port"
	conf "$d"
	check "$d starts again" exits 0 "$d" -C "$TMP/$d.conf" -u "$USERNAME"
	p=$(pid "$d")
	kill -KILL "$p"
	wait_until 2 over "$p"
	check "and after kill -9, the pid file being there" \
	    exits 0 "$d" -C "$TMP/$d.conf" -u "$USERNAME"
	p=$(pid "$d")
	kill -INT "$p"
	check "SIGINT ends it as well" wait_until 2 over "$p"
}

life tftpd 69
life mtftpd 1759
life dhcpd 67

# --- the default user, the foreground, a log file ---------------------------

conf tftpd
if id remoteboot >/dev/null 2>&1; then
	user=remoteboot
else
	user=nobody
fi
start front srv "$(prog tftpd)" -F -C "$TMP/tftpd.conf"
check "tftpd -F logs to stderr" wait_log 5 front '^tftpd: serving '
wait_udp 5 srv 69
check "without -u it runs as remoteboot, or else as nobody" \
    status_is "$(pgrep -x tftpd)" Uid "$(printf '%s %s %s %s' \
	"$(id -u $user)" "$(id -u $user)" "$(id -u $user)" "$(id -u $user)")"
[ $user = remoteboot ] ||
    check "which it says once" [ "$(grep -c 'running as "nobody"' \
	"$TMP/front.log")" = 1 ]
check "-F keeps it in the foreground" alive front
stop front
check "SIGTERM is a good end: status 0" [ $? -eq 0 ]

# The folder is the user's, so that the file can be made anew after a rotation.
mkdir "$TMP/log"
chown "$USERNAME" "$TMP/log"
start file srv "$(prog tftpd)" -F -C "$TMP/tftpd.conf" -u "$USERNAME" \
    -l "$TMP/log/tftp.log"
check "tftpd -l logs to a file, with date and time" wait_log 5 \
    "$TMP/log/tftp.log" '^20[0-9-]{8}T[0-9:.]{12}[+-][0-9:]{5} tftpd\[[0-9]+\]: '
wait_udp 5 srv 69
mv "$TMP/log/tftp.log" "$TMP/log/tftp.log.1"
bounded 5 on pc curl -sS -o "$TMP/got" tftp://192.0.2.1/a.bin
check "a rotated file is written to until SIGHUP" \
    wait_log 2 "$TMP/log/tftp.log.1" 'sent "a.bin" to 192.0.2.9'
pkill -HUP -x tftpd
check "which makes a new one, the rights being gone" \
    wait_log 2 "$TMP/log/tftp.log" 'configuration loaded'
check "it is the user's" [ "$(stat -c %U "$TMP/log/tftp.log")" = "$USERNAME" ]
stop file

# --- the init script ---------------------------------------------------------

script=$TMP/remoteboot-tftpd
sed -e "s|^daemon=.*|daemon=$(prog tftpd)|" \
    -e "s|^pid_file=.*|pid_file=/run/remoteboot/tftpd.pid|" \
    -e "s|^DHCPD_OPTIONS=.*|TFTPD_OPTIONS='-C $TMP/tftpd.conf -u $USERNAME'|" \
    -e '/etc.default/d' "$BLD/etc/init.d/remoteboot-tftpd" >"$script"
init() { # STATUS ACTION
	local got=0
	bounded 20 on srv sh "$script" "$2" || got=$?
	[ $got -eq "$1" ] || echo "wanted status $1, got $got"
	[ $got -eq "$1" ]
}
check "init script: status is 3 before the start" init 3 status
check "init script: start" init 0 start
check "init script: start again is no error" init 0 start
check "init script: status is 0" init 0 status
check "init script: reload" init 0 reload
conf tftpd 'nonsense = 1'
check "init script: reload of a wrong configuration is 6" init 6 reload
conf tftpd
check "init script: restart" init 0 restart
check "init script: stop" init 0 stop
check "init script: stop again is no error" init 0 stop
check "init script: status is 3 after it" init 3 status
