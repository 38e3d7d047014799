#!/bin/sh
# Replay every corpus by its target; a target without a corpus and a corpus
# without a target are failures.
top_srcdir=${top_srcdir:-.} top_builddir=${top_builddir:-.}
failed=0 ran=0
for dir in "$top_srcdir"/tests/fuzz/corpus/*/; do
	[ -d "$dir" ] || continue
	name=$(basename "$dir")
	target=$top_builddir/tests/fuzz/fuzz_$name
	[ -x "$target" ] || { echo "FAIL $name: no target"; failed=1; continue; }
	if "$target" "$dir" >"$target.out" 2>&1; then
		echo "PASS fuzz_$name: $(tail -n 1 "$target.out")"
	else
		cat "$target.out"
		echo "FAIL fuzz_$name"
		failed=1
	fi
	ran=$((ran + 1))
done
for source in "$top_srcdir"/tests/fuzz/fuzz_*.c; do
	[ -f "$source" ] || continue
	name=$(basename "$source" .c)
	[ -d "$top_srcdir/tests/fuzz/corpus/${name#fuzz_}" ] ||
		{ echo "FAIL $name: no corpus"; failed=1; }
done
echo "$ran corpora replayed"
exit $failed
