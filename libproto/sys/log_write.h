/*
 * log_write.h - log lines to stderr or to a file; for log.c alone.
 *
 * What the file does not take is counted, and told in a line of its own when
 * it takes lines again.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_LOG_WRITE_H
#define REMOTEBOOT_SYS_LOG_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "sys/log.h"

enum {
	LOG_LINE = 2048, /* a longer line is cut */
	LOG_LEVELS = LOG_LEVEL_DEBUG + 1
};

struct log_level_name {
	int priority;	  /* of syslog(3) */
	const char *word; /* before the text, where syslog does not say it */
};

extern const struct log_level_name log_levels[LOG_LEVELS];

/* Lines go to fd from now on; ident outlives that. */
void log_write_to(const char *ident, enum log_to to, int fd, bool journal);
/* One line, without its newline. */
void log_write(enum log_level level, const char *text, size_t len);

#endif
