#!/bin/sh
# Play tests/replay/answer against answer(), the decisions of dhcpd.
exec "${top_builddir:-.}/tests/replay/replay_answer" \
	"${top_srcdir:-.}/tests/replay/answer"
