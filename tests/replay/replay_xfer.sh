#!/bin/sh
# Play tests/replay/xfer against the TFTP transfer machine.  The scripts and
# functions that its README names must be there.
tests=${top_srcdir:-.}/tests
dir=$tests/replay/xfer
sed -n 's/.*[[:blank:]]\([a-z0-9._-]*\.rpl\).*/\1/p' "$dir/README" |
	while read -r f; do
		[ -f "$dir/$f" ] ||
			{ echo "FAIL: README: $f is missing"; exit 1; }
	done || exit 1
sed -n 's/.*\(tftp_[a-z]*\)\.py: \([a-z0-9_]*\).*/\1 \2/p' "$dir/README" |
	while read -r file name; do
		grep -q "^def $name(" "$tests/e2e/$file.py" &&
		    grep -q "\<$name\>" "$tests/e2e/$file.sh" ||
			{ echo "FAIL: README: $name is not run by $file.sh"; exit 1; }
	done || exit 1
exec "${top_builddir:-.}/tests/replay/replay_xfer" "$dir"
