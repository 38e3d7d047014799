/*
 * report.c - the lines about what was not carried over; see report.h.
 * SPDX-License-Identifier: ISC
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "dhcpd/import/report.h"

enum {
	REPORT_TEXT = 512,
	REPORT_LINES = 10000 /* a file that is no dhcpd.conf at all */
};

void
report_init(struct report *r, struct mem *m)
{
	*r = (struct report){.m = m};
	r->last = &r->first;
}

/* Foreign bytes do not reach the terminal; UTF-8 and quotes stay. */
static void
make_printable(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}

static bool
told(const struct report *r, const char *text)
{
	const struct report_line *l;

	for (l = r->first; l; l = l->next)
		if (strcmp(l->text, text) == 0)
			return true;
	return false;
}

static bool __attribute__((format(printf, 4, 0))) add(struct report *r,
    struct place at, const char *kind, const char *fmt, va_list ap)
{
	char what[REPORT_TEXT], *text;
	struct report_line *l;

	(void)vsnprintf(what, sizeof what, fmt, ap);
	text = mem_printf(r->m, "%s:%u: %s: %s", at.file ? at.file : "-",
	    at.line, kind, what);
	make_printable(text);
	if (r->n >= REPORT_LINES || (r->n < 1000 && told(r, text)))
		return r->n >= REPORT_LINES;
	l = mem_alloc(r->m, sizeof *l);
	l->text = text;
	l->at = at;
	*r->last = l;
	r->last = &l->next;
	r->n++;
	return true;
}

void
report_lost(struct report *r, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (add(r, at, "not converted", fmt, ap))
		r->lost++;
	va_end(ap);
}

void
report_left_out(struct report *r, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)add(r, at, "left out", fmt, ap);
	va_end(ap);
}

/* Which file was read first: the one that is told about first. */
static bool
before(const struct report_line *a, const struct report_line *b)
{
	if (a->at.file && b->at.file && strcmp(a->at.file, b->at.file) != 0)
		return true;
	return a->at.line <= b->at.line;
}

/* A stable merge sort: there may be thousands of lines. */
static struct report_line *
sorted(struct report_line *l, size_t n)
{
	struct report_line *a, *b, *rest = l, *first = NULL, **last = &first;
	size_t half = n / 2;

	if (n < 2) {
		if (l)
			l->next = NULL;
		return l;
	}
	for (size_t i = 0; i < half; i++)
		rest = rest->next;
	a = sorted(l, half);
	b = sorted(rest, n - half);
	while (a || b) {
		struct report_line **from = !b || (a && before(a, b)) ? &a : &b;

		*last = *from;
		last = &(*from)->next;
		*from = (*from)->next;
	}
	*last = NULL;
	return first;
}

void
report_sort(struct report *r)
{
	r->first = sorted(r->first, r->n);
}
