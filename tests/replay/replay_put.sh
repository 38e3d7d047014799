#!/bin/sh
# Play tests/replay/put against the machine of a TFTP upload.
exec "${top_builddir:-.}/tests/replay/replay_put" \
	"${top_srcdir:-.}/tests/replay/put"
