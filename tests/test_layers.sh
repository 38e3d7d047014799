#!/bin/sh
# test_layers.sh - who may include whom, and that what is pure is pure: pure
# objects call nothing but each other and a short list, and hold no writable
# data.
#
# pure: all of libproto/ (not libproto/sys/), and of the daemons the files
# named in pure() below.
#
# Works in sanitizer builds too: what the sanitizers put into an object is
# known by its name and passed over.
# SPDX-License-Identifier: ISC
set -u
src=${top_srcdir:-.}
bld=${top_builddir:-.}
failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/remoteboot-layers.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT

for tool in nm objdump; do
	command -v $tool >/dev/null || {
		echo "SKIP: no $tool"
		exit 77
	}
done

verdict() { # SENTENCE FILE: fails when there is something in it
	if [ -s "$2" ]; then
		echo "FAIL: $1"
		sed 's/^/    /' "$2"
		failed=1
	else
		echo "PASS: $1"
	fi
}

# The name of the source file, without .c, behind an object.
name_of() {
	basename "$1" .o | sed 's/^lib[a-z]*_a-//'
}

# Is the file NAME of that FOLDER pure?
pure() {
	case $1/$2 in
	libproto/*) return 0 ;;
	dhcpd/import/main) return 1 ;;
	dhcpd/import/*) return 0 ;;
	dhcpd/leasefile*) return 1 ;;
	dhcpd/answer* | dhcpd/decline* | dhcpd/lease* | dhcpd/proxy* | \
	    dhcpd/probe* | dhcpd/rarp* | dhcpd/remarks | dhcpd/share*) return 0 ;;
	tftpd/foreign | tftpd/listen | tftpd/put* | tftpd/record) return 0 ;;
	tftpd/xfer* | tftpd/name* | tftpd/map | tftpd/template | \
	    tftpd/guard | tftpd/turns) return 0 ;;
	mtftpd/groups* | mtftpd/fetch* | mtftpd/map) return 0 ;;
	*) return 1 ;;
	esac
}

# --- objects ---

pure_objects() { # FOLDER
	for o in "$bld/$1"/*.o; do
		[ -e "$o" ] && pure "$1" "$(name_of "$o")" && echo "$o"
	done
}

# Names that the compiler and the sanitizers use behind our back.
compiler='_GLOBAL_OFFSET_TABLE_|__stack_chk_fail(_local)?|__[a-z0-9]*san_.*|__sanitizer_.*|__tls_get_addr'
# Of the C library: what only computes.  _chk: with _FORTIFY_SOURCE; isoc:
# by the standard in force; ctype's tables.
libc='bcmp|mem(cpy|move|set|cmp|chr|mem)|str(len|nlen|cmp|ncmp|chr|rchr|spn|cspn|pbrk|str|casecmp|ncasecmp|tol|toul|toull|nlen|lcpy)|v?snprintf|bsearch|qsort|__assert_fail|abort|__errno_location|__ctype_(b|tolower|toupper)_loc|tolower|toupper|is[a-z]+|__isoc[0-9]+_.*'
plain="^($compiler|$libc|__($libc)_chk)\$"
# The configuration is built once: it may allocate, and reads with inih.
conf='^(malloc|calloc|realloc|free|ini_.*)$'

defined() {
	nm --defined-only -g "$@" 2>/dev/null | awk 'NF == 3 { print $3 }'
}

# Calls of OBJECT that are none of KNOWN's and not in a list.
foreign_calls() { # OBJECT KNOWN
	nm -u "$1" | awk '{ print $2 }' | grep -vxFf "$2" |
	    grep -vE "$plain" |
	    case $1 in
	    # an expression is tried when it is read, and run by tftpd
	    *-conf_map.o) grep -vE '^reg(comp|error|free)$' ;;
	    */tftpd/map.o) grep -vE '^(calloc|free|reg(comp|exec|free))$' ;;
	    */conf* | *-conf*) grep -vE "$conf" ;;
	    # IPv6's text is not an easy thing; these two only compute
	    *-addr.o) grep -vE '^inet_(ntop|pton)$' ;;
	    # the lease table takes its memory once, in leases_new()
	    */dhcpd/lease*) grep -vE '^(malloc|calloc|free)$' ;;
	    # all memory of a conversion is taken there; without it, the end
	    */dhcpd/import/*mem.o) grep -vE '^(calloc|free|fputs|fwrite|exit|stderr)$' ;;
	    *) cat ;;
	    esac | sed "s|^|$(name_of "$1"): |"
}

# Names of OBJECT in a writable section.  .data.rel.ro is not: the loader
# closes it (tables with pointers).
writable() {
	objdump -t "$1" | awk '
	$0 ~ /[ \t]\.(data|bss|tdata|tbss)/ || /\*COM\*/ {
		for (i = 1; i <= NF; i++)
			if ($i ~ /^(\.(data|bss|tdata|tbss)|\*COM\*)/)
				break
		name = $NF
		if ($i ~ /^\.data\.rel\.ro/ || name == $i ||
		    name ~ /[au]b?san|^\.L|^__unnamed_/)
			next
		print name
	}' | sed "s|^|$(name_of "$1"): |"
}

libproto=$(pure_objects libproto)
[ -n "$libproto" ] || {
	echo "FAIL: no object of libproto in $bld: build first"
	exit 1
}
# shellcheck disable=SC2086 # lists of names without blanks
defined $libproto | sort -u >"$tmp/libproto"

for dir in libproto dhcpd dhcpd/import tftpd mtftpd; do
	objects=$(pure_objects $dir)
	# shellcheck disable=SC2086 # a list
	{ cat "$tmp/libproto"; [ -z "$objects" ] || defined $objects; } \
	    >"$tmp/known"
	# leases are written by the daemon's own code
	# shellcheck disable=SC2046 # a list
	[ $dir != dhcpd/import ] || defined $(pure_objects dhcpd) >>"$tmp/known"
	: >"$tmp/calls"
	: >"$tmp/data"
	[ -n "$objects" ] || echo "none was built" >>"$tmp/calls"
	for o in $objects; do
		foreign_calls "$o" "$tmp/known" >>"$tmp/calls"
		writable "$o" >>"$tmp/data"
	done
	verdict "$dir: pure objects call only pure code" "$tmp/calls"
	verdict "$dir: pure objects hold no writable data" "$tmp/data"
done

# The test can fail: the log of the shell is guilty of both.
: >"$tmp/guilty"
o=$bld/libproto/sys/libproto_libsys_a-log.o
[ -e "$o" ] || o=$(ls "$bld"/libproto/sys/*log.o)
foreign_calls "$o" "$tmp/libproto" | grep -q ': syslog$' ||
    echo "its call of syslog is not seen" >>"$tmp/guilty"
writable "$o" | grep -q ': lg' || echo "its data is not seen" >>"$tmp/guilty"
verdict "the shell's log, which is not pure, is found out" "$tmp/guilty"

# --- includes ---

includes() { # FILE...: "file:header" of what stands in quotes or brackets
	grep -HoE '^[ \t]*#[ \t]*include[ \t]*[<"][^>"]+[>"]' "$@" /dev/null |
	    sed 's/[ \t]*#[ \t]*include[ \t]*//'
}

cd "$src" || exit 99

standard='<(assert|ctype|errno|inttypes|limits|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|strings)\.h>'
includes libproto/*.[ch] |
    grep -vE ":($standard|\"[a-z0-9_]+\.h\")\$" |
    grep -vE '^libproto/conf[a-z_]*\.[ch]:<ini\.h>$' |
    grep -vxF 'libproto/conf_map.c:<regex.h>' |
    grep -vxF 'libproto/addr.c:<arpa/inet.h>' >"$tmp/inc"
# a quoted name is one of libproto's own
includes libproto/*.[ch] | sed -n 's/^\(.*\):"\(.*\)"$/\1 \2/p' |
    while read -r file header; do
	[ -e "libproto/$header" ] || [ "$header" = config.h ] ||
	    echo "$file: $header"
    done >>"$tmp/inc"
verdict "libproto includes C headers, ini.h in conf, and itself" "$tmp/inc"

includes libproto/sys/*.[ch] | grep -E '"(dhcpd|tftpd|mtftpd)/' >"$tmp/inc"
verdict "libproto/sys includes no daemon" "$tmp/inc"

for d in dhcpd tftpd mtftpd; do
	others=$(echo 'dhcpd|tftpd|mtftpd' | sed "s/\b$d\b/$d!/")
	find $d -name '*.[ch]' | while read -r f; do includes "$f"; done |
	    grep -E ":\"(\.\./)?($others)/" >"$tmp/inc"
	verdict "$d includes no other daemon" "$tmp/inc"
	: >"$tmp/inc"
	for f in "$d"/*.[ch]; do
		pure $d "$(basename "${f%.[ch]}")" && includes "$f"
	done | grep -E ':("sys/|<(sys|net|netinet|arpa|linux)/|<(unistd|time|fcntl|signal|syslog|pthread)\.h>)' \
	    >"$tmp/inc"
	verdict "$d: pure files include no shell" "$tmp/inc"
done
exit $failed
