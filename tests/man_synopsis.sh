#!/bin/sh
# man_synopsis.sh - the usage line of each daemon, which is made of the table
# that its command line is read by, is the SYNOPSIS of its manual page; every
# option of --help has its own paragraph there.
# SPDX-License-Identifier: ISC
set -u
src=${top_srcdir:-.} bld=${top_builddir:-.}
command -v mandoc >/dev/null || {
	echo "SKIP: mandoc is not installed"
	exit 77
}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/remoteboot-syn.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

# The page as plain text without overstriking.
page() {
	mandoc -T ascii -O width=100 "$src/man/$1.8" | sed 's/.\x08//g'
}

for d in dhcpd tftpd mtftpd; do
	"$bld/$d/$d" --help >"$tmp/help" 2>&1 || failed=1
	page "$d" >"$tmp/page"
	sed -n '2s/^usage: //p' "$tmp/help" | tr '[:upper:]' '[:lower:]' \
	    >"$tmp/usage"
	sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' "$tmp/page" | sed '1d;$d' |
	    tr -s ' \t\n' ' ' | sed 's/^ //; s/ $//' |
	    tr '[:upper:]' '[:lower:]' >"$tmp/synopsis"
	echo >>"$tmp/synopsis"
	if [ -s "$tmp/usage" ] && diff "$tmp/usage" "$tmp/synopsis" \
	    >"$tmp/diff"; then
		echo "PASS: $d: the usage line is the SYNOPSIS"
	else
		echo "FAIL: $d: the usage line (<) is not the SYNOPSIS (>):"
		cat "$tmp/diff"
		failed=1
	fi
	missing=
	sed -n 's/^  -\(.\),* .*/\1/p' "$tmp/help" >"$tmp/flags"
	while read -r flag; do
		grep -qE "^ +-$flag([ ,]|\$)" "$tmp/page" ||
			missing="$missing -$flag"
	done <"$tmp/flags"
	if [ -z "$missing" ]; then
		echo "PASS: $d: every flag of --help has its paragraph"
	else
		echo "FAIL: $d: no paragraph for$missing"
		failed=1
	fi
done
exit $failed
