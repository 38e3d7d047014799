/*
 * log_limit.c - no more than so many lines of one kind in a minute.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <string.h>

#include "sys/log_limit.h"

static bool
is_over(const struct log_kind *k, int64_t now_ms)
{
	return now_ms - k->since_ms >= LOG_MINUTE_MS;
}

/* Few kinds are in use at a time: the search ends soon. */
static struct log_kind *
find(struct log_limit *l, const void *kind, int64_t now_ms)
{
	struct log_kind *k;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->of[i].kind == kind)
			return &l->of[i];
	if (l->n == LOG_KINDS)
		return &l->of[LOG_KINDS - 1];
	k = &l->of[l->n++];
	k->kind = kind;
	k->since_ms = now_ms;
	return k;
}

bool
log_limit_take(struct log_limit *l, const void *kind, unsigned int most,
    int64_t now_ms, enum log_level level, const char *text, size_t len)
{
	struct log_kind *k = find(l, kind, now_ms);

	if (is_over(k, now_ms)) {
		k->since_ms = now_ms;
		k->n = 0;
	}
	if (k->n < most) {
		k->n++;
		return true;
	}
	l->over += k->left_out++ == 0;
	k->level = level;
	if (len > sizeof k->last - 1)
		len = sizeof k->last - 1;
	memcpy(k->last, text, len);
	k->last[len] = '\0';
	return false;
}

struct log_kind *
log_limit_told(struct log_limit *l, int64_t now_ms, bool all)
{
	for (size_t i = 0; l->over && i < l->n; i++)
		if (l->of[i].left_out && (all || is_over(&l->of[i], now_ms)))
			return &l->of[i];
	return NULL;
}

void
log_limit_clear(struct log_limit *l, struct log_kind *k)
{
	l->over -= k->left_out != 0;
	k->left_out = 0;
}

int64_t
log_limit_due(const struct log_limit *l, int64_t now_ms)
{
	int64_t due = -1, left;

	for (size_t i = 0; l->over && i < l->n; i++) {
		if (!l->of[i].left_out)
			continue;
		left = l->of[i].since_ms + LOG_MINUTE_MS - now_ms;
		if (left < 0)
			left = 0;
		if (due == -1 || left < due)
			due = left;
	}
	return due;
}
