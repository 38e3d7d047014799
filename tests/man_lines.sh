#!/bin/sh
# man_lines.sh - every error and warning that libproto/sys can log is told in
# remoteboot.conf(5), DIAGNOSTICS.  Compared is the longest piece of each text
# without a conversion.
# SPDX-License-Identifier: ISC
set -u
src=${top_srcdir:-.}
page=$src/man/remoteboot.conf.5
tmp=$(mktemp -d "${TMPDIR:-/tmp}/remoteboot-man.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT

sed -n '/^\.Sh DIAGNOSTICS/,/^\.Sh SEE ALSO/p' "$page" |
    sed 's/\\(dq/"/g; s/" , "/\n/g' | tr -s ' ' >"$tmp/page"

# One line for each call: its text, the literals joined.
awk '
/(log_err|log_warning|start_fail)\(/ { in_call = 1; text = "" }
in_call {
	line = $0
	while (match(line, /"([^"\\]|\\.)*"/)) {
		text = text substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
	}
	if (/\);|, \.\.\.\)/) {
		in_call = 0
		if (text != "")
			print text
	}
}' "$src"/libproto/sys/*.c | sed 's/\\"/"/g' | sort -u >"$tmp/texts"

missing=0 n=0
while read -r text; do
	piece=$(echo "$text" | awk '{
		m = split($0, part, /%[-0-9.*]*[lhz]*[a-z]/)
		best = ""
		for (i = 1; i <= m; i++) {
			gsub(/^[ :;,"(]+|[ :;,"(]+$/, "", part[i])
			if (length(part[i]) > length(best))
				best = part[i]
		}
		print best }')
	[ ${#piece} -ge 5 ] || continue
	n=$((n + 1))
	grep -qF -e "$piece" "$tmp/page" && continue
	echo "FAIL: in no DIAGNOSTICS: $text"
	missing=$((missing + 1))
done <"$tmp/texts"
[ $n -ge 20 ] || {
	echo "FAIL: only $n texts found in the source"
	exit 1
}
[ $missing -eq 0 ] || exit 1
echo "PASS: all $n errors and warnings of libproto/sys are in remoteboot.conf(5)"
