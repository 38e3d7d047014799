/*
 * burst.c - one line for a burst of what anybody can cause.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "sys/log.h"
#include "tftpd/burst.h"

enum {
	LINE = 2048
};

void
burst_warn(struct burst *b, uint64_t now_us, const char *fmt, ...)
{
	char line[LINE];
	va_list ap;

	if (b->told_us && now_us - b->told_us < BURST_S * UINT64_C(1000000)) {
		b->more++;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (b->more)
		log_warning(
		    "%s (and %" PRIu64 " like it before)", line, b->more);
	else
		log_warning("%s", line);
	b->more = 0;
	b->told_us = now_us;
}
