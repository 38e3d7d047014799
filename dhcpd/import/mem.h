/*
 * mem.h - memory of one conversion, freed all at once, and text that grows.
 *
 * What is asked for is there: a program that turns one text into another has
 * no use for half a memory and ends when there is none (status 71).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_MEM_H
#define REMOTEBOOT_IMPORT_MEM_H

#include <stddef.h>

struct mem;

struct mem *mem_new(void);
/* NULL is allowed. */
void mem_free(struct mem *m);
/* Zeroed, aligned for any type. */
void *mem_alloc(struct mem *m, size_t size);
/* len bytes and a NUL behind them. */
char *mem_dup(struct mem *m, const void *s, size_t len);
char *mem_printf(struct mem *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Text (or bytes) that grows; s is NULL until something is added. */
struct buf {
	struct mem *m;
	char *s;
	size_t len, cap;
};

void buf_add(struct buf *b, const void *s, size_t len);
void buf_text(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
