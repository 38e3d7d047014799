#!/bin/bash
# tftp_guard.sh - tftpd and clients that may not be there: forged requests,
# one port for all, floods; and those that want other treatment.
# shellcheck disable=SC2317 # functions that check calls
. "$(dirname "$0")/lib.sh"
need python3 curl atftp tcpdump tshark

server=10.9.0.1
tree=$TMP/tree
mkdir "$tree" "$tree/boot" "$TMP/leases"
for n in 513 524288 1048576; do
	make_file "$tree/f$n" $n "$n"
done
make_file "$tree/f8m" 8388608
make_file "$tree/bootx64.efi" 40000
make_file "$tree/boot/a-longer-name-of-a-file" 40000
chmod -R a+rX "$tree" "$TMP/leases"

lan lan0
host srv lan0 $server/24
on srv ip addr add 10.9.0.77/24 dev eth0
on srv ip addr add fd00::1/64 dev eth0 nodad
host cli lan0 10.9.0.2/24 02:00:00:00:00:02
on cli ip addr add 10.9.0.3/24 dev eth0
on cli ip addr add 10.9.0.4/24 dev eth0
on cli ip addr add 10.9.0.5/24 dev eth0
on cli ip addr add fd00::2/64 dev eth0 nodad
on cli ip addr add fd00::5/64 dev eth0 nodad

conf_on() { # HOST TAG LINE...
	local host=$1
	shift
	printf '[global]\ntftp_root = %s\n[dhcpd]\nlease_file = %s\n[tftpd]\nuser = %s\n' \
	    "$tree" "$TMP/leases/dhcpd.leases" "$USERNAME" >"$TMP/$1.conf"
	printf '%s\n' "${@:2}" >>"$TMP/$1.conf"
	chmod 644 "$TMP/$1.conf"
	start "$1" "$host" "$(prog tftpd)" -F -C "$TMP/$1.conf" -v 2
}
conf() {
	conf_on srv "$@"
}
python() { # CHECK key=value...
	bounded 35 on cli python3 -B "$LIB/tftp_guard.py" "$1" server=$server \
	    me=10.9.0.2 me2=10.9.0.3 tree="$tree" \
	    leases="$TMP/leases/dhcpd.leases" mac=52:54:00:00:00:02 "${@:2}"
}
# --- a flood of a server of its own, while what is below goes on ---
lan lan1
host far lan1 10.9.1.1/24
host crowd lan1 10.9.1.2/24
# forged addresses are behind a router that throws their packets away
on far ip route add 10.64.0.0/10 via 10.9.1.2
conf_on far flood 'timeout = 100ms'
wait_udp 5 far 69 || die "no tftpd to be flooded"
rss() {
	awk '/^VmRSS/ { print $2 }' "/proc/$(pid_of flood)/status"
}
before=$(rss)
start forger crowd python3 -B "$LIB/tftp_guard.py" flood server=10.9.1.1 \
    n="${FLOOD:-100000}" rate=5000
start real crowd python3 -B "$LIB/tftp_guard.py" start_within_a_second \
    server=10.9.1.1 me=10.9.1.2 tree="$tree" \
    seconds=$((${FLOOD:-100000} / 5000 - 2))
flooded() { # during the flood, and after it
	bounded 5 on crowd curl -s -o "$TMP/flooded" tftp://10.9.1.1/f1048576 &&
	    cmp "$TMP/flooded" "$tree/f1048576"
}
check "curl fetches a file during a flood" flooded

python write_leases
chmod 644 "$TMP/leases/dhcpd.leases"

host nic lan0 10.9.0.6/24 52:54:00:00:00:06
on nic ip addr add fd00::6/64 dev eth0 nodad
conf plain 'timeout = 100ms' \
    '[tftp-client no-oack]' 'address = 10.9.0.3' 'oack = no' \
    '[tftp-client capped]' 'address = 10.9.0.4, fd00::2' \
    'refuse = tsize, timeout' 'max_blksize = 1024' 'max_windowsize = 4' \
    '[tftp-client qemu]' 'chaddr = 52:54:00' 'refuse = windowsize' \
    'rollover = 1' \
    '[tftp-client by-class]' 'class = never' 'oack = no' \
    '[tftp-client pi]' 'address = 10.9.0.5' 'rollover = none' \
    '[tftp-client by-lease]' 'class = uefi' 'refuse = timeout' \
    '[class never]' 'chaddr = 01:02:03' '[class uefi]' 'arch = x64-uefi'
conf small 'port = 1069' 'max_clients = 2'
conf three 'port = 1169' 'max_per_client = 3'
conf range 'port = 1469' 'port_range = 41000-41007'
conf one 'port = 1269' 'single_port = yes' 'unproven_rate = 200k' \
    'trusted_networks = 10.9.0.4, fd00::2'
conf bound "listen = $server:1369, [fd00::1]:1369" 'port = 1369' \
    'single_port = yes' 'trusted_networks = 0.0.0.0/0, ::/0'
for port in 69 1069 1169 1269 1369 1469; do
	wait_udp 5 srv $port || die "no tftpd on port $port"
done
check "the lease file is read without rights" \
    logged plain 'lease file .*: 3 addresses known'

# --- who never answers ---
capture wire cli eth0 udp
check "a request with options gets six bytes for each of its own at most" \
    python six_bytes_for_one_with_options seconds=1 me=10.9.0.5
check "by multicast sixteen OACKs when a lease vouches for the client" \
    python leased_ones_by_multicast seconds=1
check "a plain one 26" python twenty_six_for_a_plain_one seconds=1
check "and again what it asks for again" \
    python asking_again_gets_the_same_again seconds=1
check "no ERROR is longer than six times the request" python errors_are_short
check "what is no request gets no answer" python nothing_for_what_is_no_request
check "nor does junk at a transfer's port" python strangers_get_no_more_than_six
check "an ACK ends the bound" python an_ack_ends_the_bound
check "ports of transfers cannot be foreseen" python ports_cannot_be_foreseen

# --- how many, and from which ports ---
check "silent clients give way, one that answers does not" \
    python proved_ones_stay port=1069
check "which is one line for a burst" \
    [ "$(grep -c 'gives way to others' "$TMP/small.log")" = 1 ]
check "one address has max_per_client" python per_client port=1169
check "transfers have the ports of port_range and no other" \
    python ports_are_of_the_range port=1469 range=41000-41007

# --- rules ---
check "by address: no OACK at all" python rules from=10.9.0.3 want=-
check "by address: capped and refused, the first rule counts" \
    python rules from=10.9.0.4 want=blksize/1024/windowsize/4
check "by IPv6 address" python rules from=fd00::2 to=fd00::1 \
    want=blksize/1024/windowsize/4
check "by the hardware address of its lease" python rules from=10.9.0.2 \
    want=tsize/513/blksize/1468/timeout/3
on cli ip addr add 10.9.0.8/24 dev eth0
check "by the class that its lease names" python rules from=10.9.0.8 \
    want=tsize/513/blksize/1468/windowsize/16
nic() {
	bounded 20 on nic python3 -B "$LIB/tftp_guard.py" rules from="$1" \
	    server=$server to="$2" tree="$tree" \
	    want=tsize/513/blksize/1468/timeout/3
}
check "by that of a neighbour that no lease names" nic 10.9.0.6 $server
check "by that of a neighbour over IPv6" nic fd00::6 fd00::1
check "by nothing: as asked" python rules from=10.9.0.5 \
    want=tsize/513/blksize/1468/windowsize/16/timeout/3
check "roll-over: 1 for one, 0 for others" \
    python rule_rollover from=fd00::5 server=fd00::1 next=0
check "a file too long to be counted is refused with what would do" \
    python rule_rollover from=10.9.0.5 next=none

judge "tshark finds nothing wrong in what tftpd sent" wire \
    "ip.src == $server and udp.srcport == 69 and tftp"

# --- one port ---
check "one port: a client with a lease has a window" \
    python one_port port=1269 window=16
check "one without is granted a window of 1" \
    python rules port=1269 from=10.9.0.5 \
    want=tsize/513/blksize/1468/windowsize/1/timeout/3
check "one of trusted_networks more" python rules port=1269 from=10.9.0.4 \
    want=tsize/513/blksize/1468/windowsize/16/timeout/3
check "a lease counts from its line in the journal on" \
    python a_lease_is_seen_while_we_run port=1269
check "eight transfers at once over one port" \
    python one_port_many port=1369 window=8
check "from the address that was asked, IPv4 and IPv6, one listener" \
    python one_port_from_the_address_asked port=1269 \
    servers=$server,10.9.0.77,fd00::1
check "bound to addresses" python one_port_from_the_address_asked port=1369 \
    servers=$server,fd00::1
check "a repeated request, a late ACK" python one_port_repeated port=1369
check "a client that closes its port" python one_port_closed port=1269
check "ends its transfer at once (ICMP)" wait_log 3 one \
    'ended by the client after 1 of 1,025 blocks \(its port is closed\)'
check "ACKs of one who sees nothing are worth unproven_rate" \
    python blind_acks_are_worth_the_rate port=1269 rate=204800 me=10.9.0.5
check "who is bound by unproven_rate is slowed down and loses nothing" \
    python the_rate_loses_nothing port=1269 rate=204800 me=10.9.0.5
check "curl over one port" bash -c "ip netns exec cli \
    curl -s --interface 10.9.0.4 tftp://$server:1269/f1048576 |
    cmp - '$tree/f1048576'"
check "atftp over one port, windowsize 8" bash -c "cd '$TMP' && ip netns exec \
    cli atftp --option 'windowsize 8' -g -r f1048576 -l got $server 1369 &&
    cmp got '$tree/f1048576'"
check "inetd hands over the one port" bash -c \
    "ip netns exec srv python3 -B '$LIB/tftp_guard.py' started_by_inetd \
    server=$server me=10.9.0.77 tree='$tree' tftpd='$(prog tftpd)' \
    conf='$TMP/bound.conf'"
# --- the end of the flood ---
wait "$(pid_of real)"
check "real clients start within a second during a flood of 5,000 a second" \
    [ $? -eq 0 ]
wait "$(pid_of forger)"
check "the flood was as long as it should be" [ $? -eq 0 ]
grown=$((($(rss) - before) / 1024))
check "memory has grown by less than 64 MB ($grown)" [ $grown -lt 64 ]
check "the log has a line for a burst, not for a request" \
    [ "$(grep -c 'gives way to others' "$TMP/flood.log")" -lt 10 ]
check "it still serves" flooded
