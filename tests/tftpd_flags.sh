#!/bin/sh
# tftpd_flags.sh - the tables of tftpd(8) for who knows Incom's server,
# tftp-hpa and atftpd are true: each row has comments before it, '.\" try: LINE'
# is taken by tftpd -t, '.\" refused: LINE | TEXT' ends with 64 and TEXT.
# SPDX-License-Identifier: ISC
set -u
src=${top_srcdir:-.} bld=${top_builddir:-.}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/remoteboot-flags.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/tree"
: >"$tmp/conf"
failed=0 n=0

# -v and -l belong to a running daemon: -t ends before they matter.
sed -n "s/^\.\\\\\" \(try\|refused\): /\1 /p" "$src/man/tftpd.8" >"$tmp/rows"
while read -r verdict line; do
	want=${line#*| } line=${line%% |*}
	# shellcheck disable=SC2046 # words, and one that stands for the tree
	set -- $(echo "$line" | sed "s|TREE|$tmp/tree|g")
	case $line in
	*TREE*) ;;
	*"-d /"*) ;;
	*) set -- -d "$tmp/tree" "$@" ;;
	esac
	# refusals come before anything else; what is taken is then checked
	"$bld/tftpd/tftpd" --check -C "$tmp/conf" "$@" >"$tmp/out" 2>&1
	status=$?
	n=$((n + 1))
	if [ "$verdict" = try ] && [ $status -eq 0 ]; then
		continue
	elif [ "$verdict" = refused ] && [ $status -eq 64 ] &&
	    grep -qF -e "$want" "$tmp/out"; then
		continue
	fi
	echo "FAIL: $verdict $line: status $status: $(cat "$tmp/out")"
	failed=1
done <"$tmp/rows"
[ $n -ge 60 ] || {
	echo "FAIL: only $n rows found"
	exit 1
}
# each row of the tables has its comment
awk '/^\.Ss For who knows/ { inside = 1 } /^\.Ss Names/ { inside = 0 }
	inside && /^\.It Fl/ && before !~ /^\.\\" (try|refused): / { print }
	{ before = $0 }' "$src/man/tftpd.8" >"$tmp/untried"
if [ -s "$tmp/untried" ]; then
	echo "FAIL: rows without a test:"
	cat "$tmp/untried"
	failed=1
fi
[ $failed -ne 0 ] || echo "PASS: $n lines of the three tables do what they say"
exit $failed
