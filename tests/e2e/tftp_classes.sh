#!/bin/bash
# tftp_classes.sh - a host with an address of its own says its class to dhcpd,
# and tftpd treats it by that class: dhcpd's journal tells.
# SPDX-License-Identifier: ISC
. "$(dirname "$0")/lib.sh"
need dhclient udhcpc curl

lan lan0
host srv lan0 10.9.0.1/24
host rom lan0 - 02:00:00:00:00:11
host plain lan0 - 02:00:00:00:00:12
tree=$TMP/tree
leases=$TMP/leases/dhcpd.leases
mkdir "$tree"
make_file "$tree/f" 3000
chmod -R a+rX "$tree"
conf() { # LINE...
	cat <<-END
		[global]
		tftp_root = $tree
		[dhcpd]
		lease_file = $leases
		[tftpd]
		user = $USERNAME
		[subnet 10.9.0.0/24]
		[class firmware]
		vendor_class = "PXEClient"
		[host rom]
		chaddr = 02:00:00:00:00:11
		yiaddr = 10.9.0.11
		[host plain]
		chaddr = 02:00:00:00:00:12
		yiaddr = 10.9.0.12
	END
	printf '%s\n' "$@"
}
rule=('[tftp-client small]' 'class = firmware' 'max_blksize = 600')
conf >"$TMP/rb.conf"

dhcpd() {
	start dhcpd srv "$(prog dhcpd)" -C "$TMP/rb.conf" -F -u "$USERNAME"
	wait_udp 5 srv 67 || die "dhcpd does not listen"
}
tftpd() {
	start tftpd srv "$(prog tftpd)" -C "$TMP/rb.conf" -F -v 2
	wait_udp 5 srv 69 || die "tftpd does not listen"
}
# A whole DORA; what it says of itself as udhcpc's arguments.
asks() { # HOST ADDR [ARG...]
	bounded 15 on "$1" udhcpc -f -q -n -t 3 -T 2 -i eth0 \
	    -s "$LIB/dhcp-script" "${@:3}" >"$TMP/udhcpc.log" 2>&1 &&
	    on "$1" ip -4 -o addr show dev eth0 | grep -q " $2/"
}
fetched() { # HOST ADDR BLKSIZE
	: >"$TMP/tftpd.log"
	bounded 10 on "$1" curl -s --tftp-blksize 1400 -o "$TMP/got" \
	    tftp://10.9.0.1/f && cmp "$TMP/got" "$tree/f" &&
	    wait_until 5 logged tftpd "outcome=done client=$2:.* blksize=$3 "
}
gets() { # SENTENCE HOST ADDR BLKSIZE
	check "$1" fetched "${@:2}"
}
lines() { # ADDR
	grep -c "^host $1 " "$leases"
}
rom=(-V PXEClient:Arch:00007)

# --- nobody asks for classes ------------------------------------------------
dhcpd
tftpd
check "a host in a class gets its address" asks rom 10.9.0.11 "${rom[@]}"
check "without a rule for the class nothing is written" \
    [ "$(wc -l <"$leases")" -eq 1 ]
gets "and it gets the block size that it asks for" rom 10.9.0.11 1400

# --- a rule for the class ---------------------------------------------------
conf "${rule[@]}" >"$TMP/rb.conf"
kill -HUP "$(pid_of dhcpd)" "$(pid_of tftpd)"
wait_log 5 dhcpd reloaded || die "dhcpd does not reload"
wait_log 5 tftpd 'configuration loaded' || die "tftpd does not reload"
gets "a class that nobody has told yet is not known" rom 10.9.0.11 1400
check "it asks once more" asks rom 10.9.0.11 "${rom[@]}"
check "its class is in the lease file" grep -qE \
    '^host 10.9.0.11 1/02:00:00:00:00:11 - [-0-9T:]+Z never firmware [0-9a-f]{8}$' \
    "$leases"
gets "and tftpd caps its blocks by the rule for the class" rom 10.9.0.11 600
check "another host says nothing of itself" bounded 20 on plain dhclient -1 \
    -sf "$LIB/dhcp-script" -lf "$TMP/plain.lease" -pf "$TMP/plain.pid" eth0
gets "and gets the block size that it asks for" plain 10.9.0.12 1400
check "nothing is written of it" [ "$(lines 10.9.0.12)" = 0 ]
asks rom 10.9.0.11 "${rom[@]}"
check "the same class again is not written again" [ "$(lines 10.9.0.11)" = 1 ]

# --- both start anew --------------------------------------------------------
stop dhcpd KILL 2>/dev/null
stop tftpd
dhcpd
tftpd
gets "the class is known after kill -9 and two restarts" rom 10.9.0.11 600
asks rom 10.9.0.11 "${rom[@]}"
check "to dhcpd, too, which has nothing new to write" \
    [ "$(lines 10.9.0.11)" = 1 ]
asks rom 10.9.0.11
gets "the system of the machine, in no class, is treated as all are" \
    rom 10.9.0.11 1400
cat >"$TMP/dhclient.conf" <<-'END'
	send vendor-class-identifier "PXEClient:Arch:00007";
END
bounded 20 on rom dhclient -1 -cf "$TMP/dhclient.conf" \
    -sf "$LIB/dhcp-script" -lf "$TMP/rom.lease" -pf "$TMP/rom.pid" eth0
gets "and its firmware, by dhclient now, as firmware" rom 10.9.0.11 600
kill "$(cat "$TMP/rom.pid")" "$(cat "$TMP/plain.pid")"

# --- the configuration changes ----------------------------------------------
conf "${rule[@]}" | sed 's/:00:11$/:00:99/' >"$TMP/rb.conf"
: >"$TMP/tftpd.log"
kill -HUP "$(pid_of dhcpd)" "$(pid_of tftpd)"
wait_log 5 tftpd 'configuration loaded' || die "tftpd does not reload"
gets "what was said by the machine of before is not believed of the next" \
    rom 10.9.0.11 1400
stop tftpd
stop dhcpd
check "no line of the lease file was found damaged" bash -c \
    "! grep -q 'not a lease record' '$TMP/dhcpd.log'"
