#!/bin/sh
# Play tests/replay/mcast against the multicast machine.
exec "${top_builddir:-.}/tests/replay/replay_mcast" \
	"${top_srcdir:-.}/tests/replay/mcast"
