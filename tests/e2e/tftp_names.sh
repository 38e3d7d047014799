#!/bin/bash
# tftp_names.sh - names that tftpd rewrites, looks for in the folders of a
# client and in another case, and files that it makes when they are asked for.
# shellcheck disable=SC2016 # ${NAME} is ours, not the shell's
. "$(dirname "$0")/lib.sh"
need tftp atftp curl busybox

server=192.0.2.1
tree=$TMP/tree
got=$TMP/got
mkdir "$tree" "$got"

lan lan0
host srv lan0 $server/24
on srv ip addr add 2001:db8::1/64 dev eth0 nodad
host pc lan0 192.0.2.169/24 00:54:55:56:67:68
on pc ip addr add 2001:db8::2/64 dev eth0 nodad
host other lan0 192.0.2.9/24

# A file that says its own name.
named() { # PATH...
	local f
	for f; do
		mkdir -p "$(dirname "$tree/$f")"
		printf '%s' "$f" >"$tree/$f"
	done
	chmod -R a+rX "$tree"
}

# What comes when NAME is asked for: the text, or "error CODE TEXT".
ask() { # WHO SERVER NAME
	rm -f "$got/f"
	bounded 20 on "$1" tftp -m binary "$2" 69 -c get "$3" "$got/f" \
	    >"$TMP/client.log" 2>&1
	sed -n 's/^Error code \([0-9]*\): /error \1 /p' "$TMP/client.log"
	[ ! -s "$got/f" ] || cat "$got/f"
}
gets() { # SENTENCE NAME TEXT [WHO]
	local text
	text=$(ask "${4:-pc}" $server "$2")
	check "$1" [ "$text" = "$3" ] || echo "    got: $text"
}
conf() { # the rest of the configuration comes from standard input
	printf '[global]\ntftp_root = %s\n[tftpd]\nuser = %s\n' "$tree" \
	    "$USERNAME" >"$TMP/conf"
	cat >>"$TMP/conf"
}
serve() { # with the configuration from standard input
	conf
	start tftpd srv "$(prog tftpd)" -F -C "$TMP/conf" -v 3
	wait_udp 5 srv 69 || die "tftpd does not start"
}

# --- each line of tftpd(8)'s table beside tftp-hpa itself ----------------
# The same tree, the same requests; each rule has names of its own.
named r/b re/b rs/d i/f e/f ok/re/c G/get-f n1/yx 'ni/192.0.2.169/f' \
    nx/C00002A9/f 'nb/a b/f' 'nh/a#b/f' 'nu/AB/cdx' four/f six/f \
    'n0/<bb>' zed/f v6/2001:db8::2 x6/20010DB8000000000000000000000002 g/x
cat >"$TMP/hpa.map" <<'END'
r ^r/a r/b
rg ^g/xx g/x
ri ^I/C- i/
e ^e/
r ^e/(.*) wrong/\1
re ^re/a re/b
r ^re/b re/c
r ^rs/c rs/d
rs ^rs/b rs/c
a ^a/secret$
a ^a/(told)$ not\ for\ \1\ you
rG ^G/ G/get-
rP ^P/ P/put-
r4 ^4/ four/
r6 ^6/ six/
r ^n0/(b+)$ n0/<\1>
r ^n1/(.)/(.)$ n1/\2\1
r ^ni/ \0\i/
r ^nx/ \0\x/
r6 ^v6/.* v6/\i
r6 ^x6/.* x6/\x
r ^nb/ nb/a\ b/
r ^nh/ nh/a\#b/
r ^nu/(.*)/(.*)$ nu/\U\1/\L\2\Ex
e~ ^z/
r ^z/ zed/
END
rules() {
	cat <<'END'
[tftp-map]
replace = ^r/a r/b
replace.repeat = ^g/xx g/x
replace.nocase = ^I/C- i/
stop = ^e/
replace = ^e/(.*) wrong/\1
replace.stop = ^re/a re/b
replace = ^re/b re/c
replace = ^rs/c rs/d
replace.restart = ^rs/b rs/c
refuse = ^a/secret$
refuse = ^a/(told)$ not for \1 you
replace.read = ^G/ G/get-
replace.write = ^P/ P/put-
replace.ipv4 = ^4/ four/
replace.ipv6 = ^6/ six/
replace = ^n0/(b+)$ n0/<\1>
replace = ^n1/(.)/(.)$ n1/\2\1
replace = ^ni/ \0\i/
replace = ^nx/ \0\x/
replace.ipv6 = ^v6/.* v6/\i
replace.ipv6 = ^x6/.* x6/\x
replace = ^nb/ "nb/a b/"
replace = ^nh/ nh/a\#b/
replace = ^nu/(.*)/(.*)$ nu/\U\1/\L\2\Ex
stop.unless = ^z/
replace = ^z/ zed/
END
}
asked="r/a r/b g/xxxx I/C-f i/c-f e/f re/a re/b rs/b rs/c a/secret a/told a/other
    G/f P/f 4/f 6/f n0/bb n1/x/y ni/f nx/f nb/f nh/f nu/aB/cD z/f none"
asked6="4/f 6/f v6/any x6/any"
answers() { # what each name brings, a line each; the texts of our own
	local n # refusals differ from theirs
	for n in $asked; do
		printf '%s: %s\n' "$n" "$(ask pc $server "$n" |
		    sed 's/^error 1 .*/error 1/; s/^error 2 [^n].*/error 2/')"
	done
	for n in $asked6; do
		printf '6 %s: %s\n' "$n" "$(ask pc 2001:db8::1 "$n" |
		    sed 's/^error 1 .*/error 1/')"
	done
}
serve < <(rules)
answers >"$TMP/ours"
stop tftpd
check "names are rewritten as the table says" cmp "$TMP/ours" - <<'END'
r/a: r/b
r/b: r/b
g/xxxx: g/x
I/C-f: i/f
i/c-f: i/f
e/f: e/f
re/a: re/b
re/b: error 1
rs/b: rs/d
rs/c: rs/d
a/secret: error 2
a/told: error 2 not for told you
a/other: error 1
G/f: G/get-f
P/f: error 1
4/f: four/f
6/f: error 1
n0/bb: n0/<bb>
n1/x/y: n1/yx
ni/f: ni/192.0.2.169/f
nx/f: nx/C00002A9/f
nb/f: nb/a b/f
nh/f: nh/a#b/f
nu/aB/cD: nu/AB/cdx
z/f: zed/f
none: error 1
6 4/f: error 1
6 6/f: six/f
6 v6/any: v6/2001:db8::2
6 x6/any: x6/20010DB8000000000000000000000002
END
if hpa=$(unpack tftpd-hpa in.tftpd); then
	start hpa srv "$hpa" -L -s -m "$TMP/hpa.map" -u "$USERNAME" "$tree"
	wait_udp 5 srv 69 || die "in.tftpd does not start"
	answers >"$TMP/theirs"
	stop hpa
	same "tftp-hpa with the same rules answers the same" "$TMP/theirs" \
	    "$TMP/ours"
else
	skip "tftp-hpa with the same rules answers the same" "no tftpd-hpa.deb"
fi

# --- rules that only we have, and what is wrong with rules ---------------
rm -rf "$tree"
mkdir -p "$tree"
named here/f common/f 'pc1/00-54-55-56-67-68' Boot/BCD Boot/x64/wdsnbp.com \
    dup/a dup/A clients/00-54-55-56-67-68/own clients/00-54-55-56-67-68/both \
    both shared secret nets/lab/lab
ln -s ../../shared "$tree/clients/00-54-55-56-67-68/link"
serve <<'END'
fold_case = yes
[host pc1]
chaddr = 00:54:55:56:67:68
yiaddr = 192.0.2.169
var.dir = here
[subnet 192.0.2.0/24]
[tftp-map]
replace = ^mine$ ${host}/${mac_dash}
replace = ^var/ ${var.dir}/
replace.exists = ^(.*)$ nowhere/\1
replace.exists = ^try/(.*)$ common/\1
jump = ^jump/ behind
replace = ^jump/ wrong/
label = behind
replace = ^jump/ here/
replace.repeat = ^loop loop
refuse = ^for/(.*)$ ${host} may not have \1
END
gets "a rule knows the [host] of who asks" mine pc1/00-54-55-56-67-68
gets "and its own variables" var/f here/f
gets "a rule with exists is taken when there is such a file" try/f common/f
gets "a jump leads over rules" jump/f here/f
gets "a circle is refused" loop "error 2 the rules for names come to no end"
check "and told in the log with its line" logged tftpd \
    "RRQ \"loop\" from 192.0.2.169 refused: $TMP/conf:[0-9]*: the rules for"
gets "a refusal says what the rule says" for/x "error 2 pc1 may not have x"
gets "a rule whose variable has no value refuses" mine \
    'error 1 ${host} has no value for this client' other
# in the dialects of DOS, Windows and old ROMs
gets "another case finds the file" BOOT/bcd Boot/BCD
gets "so do backslashes" '\BOOT\X64\WDSNBP.COM' Boot/x64/wdsnbp.com
gets "a name that is there as it is written is taken" dup/A dup/A
gets "junk behind a name is cut off" $'Boot/BCD\xff' Boot/BCD
gets "in another case too" $'boot\\bcd\xff' Boot/BCD
gets "what is not there in any case is not there" BOOT/none \
    "error 1 no such file"
named Boot/new
gets "a file that is put there is found" boot/NEW Boot/new
stop tftpd

# --- folders --------------------------------------------------------------
serve <<'END'
[host pc1]
chaddr = 00:54:55:56:67:68
yiaddr = 192.0.2.169
tftp_folder = clients/${mac_dash}, common, nets/lab
[subnet 192.0.2.0/24]
tftp_folder = nets/lab, clients/${mac}, /
[tftp-client six]
address = 2001:db8::/32
tftp_folder = common
END
gets "a client gets the file of its own folder" both \
    clients/00-54-55-56-67-68/both
gets "what is not there comes from the next folder" f common/f
gets "and the one after" lab nets/lab/lab
gets "the tree is not looked into unless it is said" shared \
    "error 1 no such file"
gets "a symbolic link leads out of the folder into the tree" link shared
gets "a .. does not" link/../../../secret "error 2 outside of the boot tree"
gets "nor one that stays inside the name" both/../x/../../secret \
    "error 2 outside of the boot tree"
gets "another client of the network has the network's folder" lab \
    nets/lab/lab other
gets "and the tree behind it" both both other
check "a network of IPv6 has its own" [ "$(ask pc 2001:db8::1 f)" = common/f ]
stop tftpd

# --- files without files --------------------------------------------------
mkdir -p "$tree/templates" "$tree/pxelinux.cfg"
cat >"$tree/templates/pxe" <<'END'
# ${host:-nobody} ${mac_pxe} ${yiaddr:-none}
append ip=${yiaddr:-dhcp} console=${var.console:upper} server=${server}
gw ${option.routers:-none} asked by ${addr} keep $${net0/mac} $$ $x
END
printf 'dear ${host}\n' >"$tree/templates/strict"
printf 'one\n${var.nosuch}\n' >"$tree/templates/bad"
printf 'real' >"$tree/pxelinux.cfg/01-00-00-00-00-00-01"
printf 'real' >"$tree/over"
chmod -R a+rX "$tree"
#T [host pc1]
#T chaddr = 00:54:55:56:67:68
#T yiaddr = 192.0.2.169
#T var.serial = 0123abcd
#T [subnet 192.0.2.0/24]
#T option.routers = 192.0.2.254
#T var.console = ttyS0
#T [tftp-template pxe]
#T name = pxelinux.cfg/01-*, pxelinux.cfg/????????, */config.txt
#T template = templates/pxe
#T [tftp-template over]
#T name = over
#T template = templates/strict
#T override = yes
#T [tftp-map]
#T replace.exists = ^[0-9a-f]{8}/.* \0
#T replace = ^[0-9a-f]{8}/ pi/
#T [tftp-template strict]
#T name = boot.ipxe, grub.cfg-*
#T template = templates/strict
serve < <(sed -n 's/^#T //p' "$0")
cat >"$TMP/want" <<'END'
# pc1 01-00-54-55-56-67-68 192.0.2.169
append ip=192.0.2.169 console=TTYS0 server=192.0.2.1
gw 192.0.2.254 asked by 192.0.2.169 keep ${net0/mac} $$ $x
END
one() { # SENTENCE NAME CLIENT...
	local what=$1 name=$2
	shift 2
	rm -f "$got/f"
	bounded 20 on "$@" >"$TMP/client.log" 2>&1
	same "$what" "$TMP/want" "$got/f"
}
name=pxelinux.cfg/01-00-54-55-56-67-68
one "tftp-hpa gets a file that is made of a template" $name \
    pc tftp -m binary $server 69 -c get $name "$got/f"
one "atftp gets it, in small blocks and a window" $name \
    pc atftp --option "blksize 16" --option "windowsize 4" -g -r $name \
    -l "$got/f" $server
one "curl gets it" $name pc curl -sS -o "$got/f" "tftp://$server/$name"
one "busybox gets it by the address in hexadecimal" C00002A9 \
    pc busybox tftp -g -r pxelinux.cfg/C00002A9 -l "$got/f" $server
one "a serial number in the name says who is meant" 0123abcd \
    pc busybox tftp -g -r 0123abcd/config.txt -l "$got/f" $server
sed -i 's/asked by .* keep/asked by 192.0.2.9 keep/' "$TMP/want"
one "who asks for another's file gets the other's values" $name \
    other busybox tftp -g -r $name -l "$got/f" $server
named pi/start4.elf 0123abcd/own
gets "a Raspberry Pi finds what all have" 0123abcd/start4.elf pi/start4.elf
gets "and what is its own" 0123abcd/own 0123abcd/own
gets "a real file goes before a template" pxelinux.cfg/01-00-00-00-00-00-01 \
    real
gets "unless the template overrides it" over "dear pc1"
gets "a value that is missing is told with its line" boot.ipxe \
    'error 1 templates/strict:1: ${host} has no value for this client' other
check "in the log too" logged tftpd \
    'RRQ "boot.ipxe" from 192.0.2.9 refused: templates/strict:1: \$\{host\}'
printf 'hello ${host}\n' >"$tree/templates/strict"
gets "an edited template is served at once" grub.cfg-01-00-54-55-56-67-68 \
    "hello pc1" other
on_t() { on srv "$(prog tftpd)" -t -C "$TMP/conf"; }
check "-t finds nothing wrong with these" on_t
cat >>"$TMP/conf" <<'END'
[tftp-template bad]
name = bad
template = templates/bad
[tftp-template missing]
name = missing
template = templates/missing
END
on_t >"$TMP/t.out" 2>&1
check "-t fails when a template cannot be" [ $? -eq 65 ]
check "it tells the line of a variable that is set nowhere" grep -q \
    'templates/bad:2: ${var.nosuch} is set nowhere; write var.nosuch = TEXT' \
    "$TMP/t.out"
check "and a template that is not there" grep -q \
    "$TMP/conf:[0-9]*: tftp-template missing: template templates/missing: No" \
    "$TMP/t.out"
kill -HUP "$(pid_of tftpd)"
check "a reload takes the new sections" wait_log 5 tftpd 'configuration loaded'
check "and warns of the mistake" wait_log 5 tftpd \
    'warning: templates/bad:2: '
gets "the file is refused with its place" bad \
    'error 1 templates/bad:2: ${var.nosuch} has no value for this client'
gets "and the others are served" over "hello pc1"
stop tftpd
check "SIGTERM ends it with status 0" [ $? -eq 0 ]
