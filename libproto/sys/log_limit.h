/*
 * log_limit.h - no more than so many lines of one kind in a minute.
 *
 * A flood of different lines, as strangers can cause it, must not fill the
 * disk.  Lines are of one kind when they were made of one format; what goes
 * beyond its number is counted and told in one line when the minute is over.
 * For log.c alone.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_LOG_LIMIT_H
#define REMOTEBOOT_SYS_LOG_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/log.h"

enum {
	LOG_KINDS = 128, /* further ones count together with the last */
	LOG_MINUTE_MS = 60000,
	LOG_SAMPLE = 160
};

struct log_kind {
	const void *kind;
	enum log_level level; /* of the line in last */
	int64_t since_ms;     /* when its minute began */
	unsigned int n, left_out;
	char last[LOG_SAMPLE]; /* how the last one left out begins */
};

/* All zero: nothing was logged yet. */
struct log_limit {
	struct log_kind of[LOG_KINDS];
	size_t n;
	unsigned int over; /* how many kinds have something left out */
};

/*
 * May a line of that kind be written, of which there may be `most` in a
 * minute?  false: it is counted.  Call log_limit_told() before, so that
 * nothing is left out silently.
 */
bool log_limit_take(struct log_limit *l, const void *kind, unsigned int most,
    int64_t now_ms, enum log_level level, const char *text, size_t len);
/*
 * A kind of which lines were left out and whose minute is over (or any, when
 * all): valid until the next call, its count cleared by log_limit_clear().
 * NULL: none.
 */
struct log_kind *log_limit_told(struct log_limit *l, int64_t now_ms, bool all);
void log_limit_clear(struct log_limit *l, struct log_kind *k);
/* Milliseconds until the next one is due; -1: nothing was left out. */
int64_t log_limit_due(const struct log_limit *l, int64_t now_ms);

#endif
