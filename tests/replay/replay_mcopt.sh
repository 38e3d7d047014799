#!/bin/sh
# Play tests/replay/mcopt against the multicast machine.
exec "${top_builddir:-.}/tests/replay/replay_mcopt" \
	"${top_srcdir:-.}/tests/replay/mcopt"
