#!/bin/sh
# Play tests/replay/answer against answer(), the decisions of dhcpd.  The
# scripts that its README names must be there.
dir=${top_srcdir:-.}/tests/replay/answer
sed -n 's/.*[[:blank:]]\([a-z0-9.-]*\.rpl\).*/\1/p' "$dir/README" |
	while read -r f; do
		[ -f "$dir/$f" ] ||
			{ echo "FAIL: README: $f is missing"; exit 1; }
	done || exit 1
exec "${top_builddir:-.}/tests/replay/replay_answer" "$dir"
