#!/bin/sh
# Play tests/replay/xfer against the TFTP transfer machine.
exec "${top_builddir:-.}/tests/replay/replay_xfer" \
	"${top_srcdir:-.}/tests/replay/xfer"
