#!/bin/sh
# man_lines.sh - every error and warning that a daemon can tell is in the
# DIAGNOSTICS of its manual page; those that all three share, and what can be
# wrong in the configuration, in remoteboot.conf(5).
#
# Compared is the longest piece of each text without a conversion, with the
# page as mandoc(1) shows it.
# SPDX-License-Identifier: ISC
set -u
src=${top_srcdir:-.}
command -v mandoc >/dev/null || {
	echo "SKIP: no mandoc"
	exit 77
}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/remoteboot-man.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

# texts FUNCTIONS FILE...: a line for each of their calls: the first string that
# is more than a word; literals that stand side by side are one.
texts() {
	fn="(^|[^a-z_])($1)[(]"
	shift
	awk -v FN="$fn" '
	function out() {
		if (text ~ / / && !done) {
			print text
			done = 1
		}
		text = ""
	}
	/^#/ { next }
	!in_call && $0 ~ FN && !/^[a-z]/ {
		in_call = 1
		done = 0
		match($0, FN)
		$0 = substr($0, RSTART + RLENGTH)
	}
	in_call {
		line = $0
		while (match(line, /"([^"\\]|\\.)*"/)) {
			before = substr(line, 1, RSTART - 1)
			if (before !~ /^[ \t]*(PRI[a-zA-Z0-9]*)?[ \t]*$/)
				out()
			text = text substr(line, RSTART + 1, RLENGTH - 2)
			line = substr(line, RSTART + RLENGTH)
		}
		if (line !~ /^[ \t]*(PRI[a-zA-Z0-9]*)?$/)
			out()
		if (line ~ /;[ \t]*(\/\*.*)?$/)
			in_call = 0
	}' "$@"
}

# The longest piece of each text that is always the same: of what is wrong,
# before the semicolon, unless that is all conversions.  Single words are keys.
pieces() {
	sed 's/\\"/"/g; s/\\\\/\\/g' | awk '
	function longest(text,	m, part, i, best) {
		m = split(text, part, /%[-0-9.*]*[lhz]*[a-z]?/)
		best = ""
		for (i = 1; i <= m; i++) {
			gsub(/^[] :;,"([]+|[] :;,"([]+$/, "", part[i])
			if (part[i] ~ / / && length(part[i]) > length(best))
				best = part[i]
		}
		return best
	}
	{
		split($0, half, /;/)
		best = longest(half[1])
		if (length(best) < 8)
			best = longest($0)
		if (length(best) >= 8)
			print best
	}' | sort -u
}

# page PAGE FEWEST: the pieces of what texts() wrote are in its DIAGNOSTICS; there
# are as many at least, or the source is written in another way now.
page() {
	mandoc -T ascii -O width=1000 "$src/man/$1" | col -b |
	    sed -n '/^DIAGNOSTICS/,/^SEE ALSO/p' | tr -s ' ' >"$tmp/page"
	n=0
	pieces <"$tmp/texts" >"$tmp/pieces"
	while read -r piece; do
		n=$((n + 1))
		grep -qF -e "$piece" "$tmp/page" && continue
		echo "FAIL: $1 does not tell of: $piece"
		failed=1
	done <"$tmp/pieces"
	if [ $n -ge "$2" ]; then
		echo "$n texts looked for in $1"
	else
		echo "FAIL: only $n texts found in the source for $1"
		failed=1
	fi
}

calls='log_err|log_warning|start_fail'
cd "$src" || exit 99
src=.
texts "$calls|wrong|wrong_errno|query_ignore|refuse|reply_nak" dhcpd/*.c >"$tmp/texts"
page dhcpd.8 40
texts "$calls" tftpd/*.c >"$tmp/texts"
page tftpd.8 15
texts "$calls" mtftpd/*.c >"$tmp/texts"
page mtftpd.8 17
{
	texts "$calls" libproto/sys/*.c
	texts 'conf_bad|conf_error_at|tell|contradiction' libproto/conf*.c
	texts 'mistake|bad|snprintf' libproto/value.c libproto/dhcp_value.c
} >"$tmp/texts"
page remoteboot.conf.5 140
[ $failed = 0 ] && echo "PASS: all errors and warnings are in the manual"
exit $failed
