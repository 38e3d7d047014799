/*
 * mem.c - memory of one conversion; see mem.h.
 * SPDX-License-Identifier: ISC
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sysexits.h>

#include "dhcpd/import/mem.h"

enum {
	BLOCK = 64 * 1024
};

struct block {
	struct block *next;
	_Alignas(max_align_t) char data[];
};

struct mem {
	struct block *block;
	size_t used, size; /* of the newest block */
};

_Noreturn static void
out_of_memory(void)
{
	(void)fputs("isc2remoteboot: out of memory\n", stderr);
	exit(EX_OSERR);
}

struct mem *
mem_new(void)
{
	struct mem *m = calloc(1, sizeof *m);

	if (!m)
		out_of_memory();
	return m;
}

void
mem_free(struct mem *m)
{
	struct block *b, *next;

	if (!m)
		return;
	for (b = m->block; b; b = next) {
		next = b->next;
		free(b);
	}
	free(m);
}

void *
mem_alloc(struct mem *m, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct block *b;
	void *p;

	if (size > SIZE_MAX / 4)
		out_of_memory();
	size = (size + align - 1) / align * align;
	if (!m->block || m->size - m->used < size) {
		m->size = size > BLOCK ? size : BLOCK;
		b = calloc(1, sizeof *b + m->size);
		if (!b)
			out_of_memory();
		b->next = m->block;
		m->block = b;
		m->used = 0;
	}
	p = m->block->data + m->used;
	m->used += size;
	return p;
}

char *
mem_dup(struct mem *m, const void *s, size_t len)
{
	char *p = mem_alloc(m, len + 1);

	if (len)
		memcpy(p, s, len);
	return p;
}

char *
mem_printf(struct mem *m, const char *fmt, ...)
{
	char *p;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	p = mem_alloc(m, (size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void
buf_add(struct buf *b, const void *s, size_t len)
{
	if (len == 0)
		return;
	if (b->cap - b->len <= len) {
		size_t cap = 2 * b->cap + len + 64;
		char *more = mem_alloc(b->m, cap);

		if (b->len)
			memcpy(more, b->s, b->len);
		b->s = more;
		b->cap = cap;
	}
	memcpy(b->s + b->len, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void
buf_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n > 0)
		buf_add(b, text,
		    (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}
