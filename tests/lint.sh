#!/bin/sh
# lint.sh - man pages and shell scripts, judged by mandoc and shellcheck.
# SPDX-License-Identifier: ISC
top_srcdir=${top_srcdir:-.}
failed=0 ran=0

judge() { # FILE COMMAND...
	file=${1#"$top_srcdir"/}
	shift
	ran=$((ran + 1))
	if out=$("$@" 2>&1) && [ -z "$out" ]; then
		echo "PASS: $file: nothing to say"
	else
		echo "FAIL: $file:"
		echo "$out" | sed 's/^/    /'
		failed=1
	fi
}

# shellcheck disable=SC2317 # judge calls it
# What mandoc says of other manuals is about this machine, not about the page.
man_page() {
	mandoc -Tlint -W all "$1" 2>&1 |
		grep -v -e 'referenced manual not found' -e 'mandoc\.db' || :
}

for tool in mandoc shellcheck; do
	command -v $tool >/dev/null || {
		echo "SKIP: $tool is not installed"
		exit 77
	}
done
for f in "$top_srcdir"/man/*.[1-9]; do
	[ ! -f "$f" ] || judge "$f" man_page "$f"
done
for f in "$top_srcdir"/bootstrap "$top_srcdir"/.ci/run "$top_srcdir"/tests/* \
    "$top_srcdir"/tests/*/*; do
	[ -f "$f" ] || continue
	case $(head -n 1 "$f") in
	'#!'*sh) judge "$f" shellcheck -x -P "$(dirname "$f")" "$f" ;;
	esac
done
echo "$ran files judged"
exit $failed
