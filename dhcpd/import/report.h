/*
 * report.h - what a conversion could not carry over, one line for each:
 *
 *	FILE:LINE: not converted: WHAT; WHY or what to write instead
 *	FILE:LINE: left out: WHAT; nothing is lost: WHY
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_REPORT_H
#define REMOTEBOOT_IMPORT_REPORT_H

#include <stddef.h>

#include "dhcpd/import/mem.h"

/* Where something stands in the input. */
struct place {
	const char *file;
	unsigned int line;
};

struct report_line {
	struct report_line *next;
	const char *text; /* without newline, printable */
	struct place at;
};

struct report {
	struct mem *m;
	struct report_line *first, **last;
	size_t lost; /* "not converted" among them */
	size_t n;
};

void report_init(struct report *r, struct mem *m);
/* The text "WHAT; WHY"; the same line twice is told once. */
void report_lost(struct report *r, struct place at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* By file, in the order in which they were read, and line. */
void report_sort(struct report *r);
void report_left_out(struct report *r, struct place at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
