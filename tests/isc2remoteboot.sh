#!/bin/sh
# isc2remoteboot.sh - each tests/data/isc/NAME.conf is converted to NAME.out
# with the lines NAME.err (none when it is not there), and what comes out
# passes dhcpd -t.
#
# The exit status follows from the lines: 0 without "not converted".  To write
# the expected files anew: isc2remoteboot.sh --write; read the difference.
# SPDX-License-Identifier: ISC
set -u
src=$(cd "${top_srcdir:-.}" && pwd)
bld=$(cd "${top_builddir:-.}" && pwd)
data=$src/tests/data/isc
failed=0 n=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/isc2remoteboot.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT

verdict() { # SENTENCE STATUS [FILE]
	if [ "$2" -eq 0 ]; then
		echo "PASS: $1"
		return
	fi
	echo "FAIL: $1"
	[ -z "${3:-}" ] || sed 's/^/    /' "$3"
	failed=1
}

# The status that the lines ask for: nothing came out at all is 2.
wanted() { # ERR OUT
	if ! grep -q ': not converted: ' "$1"; then
		echo 0
	elif grep -q '^\[' "$2"; then
		echo 1
	else
		echo 2
	fi
}

# The last line that main() adds when the status is 2 is about no line.
convert() { # NAME
	(cd "$data" && "$bld/dhcpd/import/isc2remoteboot" "$1.conf") \
	    >"$tmp/out" 2>"$tmp/all"
	status=$?
	grep -v '^isc2remoteboot: ' "$tmp/all" >"$tmp/err"
}

for f in "$data"/*.conf; do
	name=$(basename "$f" .conf)
	n=$((n + 1))
	convert "$name"
	if [ "${1:-}" = --write ]; then
		cp "$tmp/out" "$data/$name.out"
		rm -f "$data/$name.err"
		[ ! -s "$tmp/err" ] || cp "$tmp/err" "$data/$name.err"
		continue
	fi
	diff -u "$data/$name.out" "$tmp/out" >"$tmp/diff" 2>&1
	verdict "$name.conf becomes what it should" $? "$tmp/diff"
	if [ -f "$data/$name.err" ]; then
		diff -u "$data/$name.err" "$tmp/err" >"$tmp/diff" 2>&1
	else
		diff -u /dev/null "$tmp/err" >"$tmp/diff" 2>&1
	fi
	verdict "$name.conf: the lines tell what is missing" $? "$tmp/diff"
	[ "$status" -eq "$(wanted "$tmp/err" "$tmp/out")" ]
	verdict "$name.conf: exit status $status" $?
	"$bld/dhcpd/dhcpd" -t -C "$tmp/out" >"$tmp/check" 2>&1
	verdict "$name.conf: dhcpd -t takes it" $? "$tmp/check"
done
[ $n -ge 60 ] || verdict "there are 60 files at least, not $n" 1
exit $failed
