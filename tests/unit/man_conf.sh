#!/bin/sh
# The keys, defaults and options of remoteboot.conf(5) are those of the code's
# tables; mandoc finds nothing to say about the page.
top_builddir=${top_builddir:-.}
top_srcdir=${top_srcdir:-.}
page=$top_builddir/installed/man/remoteboot.conf.5
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0

"$top_builddir/tests/unit/conf_table" | sort >"$tmp/table" || failed=1
# In ".Sh SECTIONS", ".Ss section ..." begins a section, ".It Ic key ..." a
# key, and a line ".Pq default: Ql value" behind it says its default.
awk '
	function out() { if (key) printf "%s\t%s\t%s\n", section, key, dflt }
	/^\.S[hs] / { out(); key = ""; section = "" }
	/^\.Sh / { inside = $2 == "SECTIONS" }
	/^\.Ss / && inside { section = $2 }
	/^\.It Ic / && section { out(); key = $3; dflt = "-" }
	/^\.Pq default: Ql / { dflt = $4 }
	END { out() }
' "$page" | sort >"$tmp/page"
if [ -s "$tmp/table" ] && diff "$tmp/table" "$tmp/page" >"$tmp/diff"; then
	echo "PASS: $(wc -l <"$tmp/table") keys have the same default in the" \
	    "page and in the code"
else
	echo "FAIL: the page (>) and the code (<) differ:"
	cat "$tmp/diff"
	failed=1
fi
# ".It code Ta name Ta type" in ".Sh OPTION NAMES" is an option.
"$top_builddir/tests/unit/conf_table" options >"$tmp/options" || failed=1
awk '
	/^\.Sh / { inside = $2 == "OPTION" }
	/^\.It [0-9]/ && inside {
		sub(/^\.It /, "")
		gsub(/ Ta /, "\t")
		print
	}
' "$page" >"$tmp/page-options"
if [ -s "$tmp/options" ] &&
    diff "$tmp/options" "$tmp/page-options" >"$tmp/diff"; then
	echo "PASS: $(wc -l <"$tmp/options") options are the same in the page" \
	    "and in the code"
else
	echo "FAIL: the options of the page (>) and the code (<) differ:"
	cat "$tmp/diff"
	failed=1
fi
# Each ".Ss NAME" in ".Sh EXAMPLES" is played by tests/replay/answer.
awk '/^\.Sh / { inside = $2 == "EXAMPLES" }
	/^\.Ss / && inside { print substr($0, 5) }' "$page" >"$tmp/examples"
missing=
while IFS= read -r name; do
	grep -qF "conf man/remoteboot.conf.5 \"$name\"" \
	    "$top_srcdir"/tests/replay/answer/*.rpl ||
		missing="$missing; $name"
done <"$tmp/examples"
if [ -s "$tmp/examples" ] && [ -z "$missing" ]; then
	echo "PASS: $(wc -l <"$tmp/examples") examples are played by replay"
else
	echo "FAIL: examples without a script in tests/replay/answer$missing"
	failed=1
fi
if command -v mandoc >/dev/null; then
	# pages that are not installed yet are no fault of this one
	mandoc -Tlint -W all "$page" 2>&1 |
		grep -v 'referenced manual not found' >"$tmp/lint"
	if [ -s "$tmp/lint" ]; then
		echo "FAIL: mandoc -Tlint:"
		cat "$tmp/lint"
		failed=1
	else
		echo "PASS: mandoc finds nothing"
	fi
fi
exit $failed
