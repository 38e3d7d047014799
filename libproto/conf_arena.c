/*
 * conf_arena.c - memory of one configuration: taken piece by piece, freed
 * all at once; arrays that grow while the file is read.
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"

enum {
	FIRST_BLOCK = 4096,
	MOST_BLOCK = 65536,
	ALIGN = _Alignof(uint64_t) /* no field here needs more */
};

struct block {
	struct block *next;
	void *adopted; /* memory from outside, or NULL: data[] */
	_Alignas(ALIGN) unsigned char data[];
};

struct conf_arena {
	struct block *blocks;
	unsigned char *p, *end; /* free part of the newest data[] */
	size_t next_size;
};

struct conf_arena *
conf_arena_new(void)
{
	struct conf_arena *a = calloc(1, sizeof *a);

	if (a)
		a->next_size = FIRST_BLOCK;
	return a;
}

void
conf_arena_free(struct conf_arena *a)
{
	if (!a)
		return;
	while (a->blocks) {
		struct block *b = a->blocks;

		a->blocks = b->next;
		free(b->adopted);
		free(b);
	}
	free(a);
}

/* A block of its own or one with room for more after it. */
static struct block *
block_new(struct conf_arena *a, size_t size)
{
	struct block *b = calloc(1, sizeof *b + size);

	if (!b)
		return NULL;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

static void *
take(struct conf_arena *a, size_t size, size_t align)
{
	size_t pad = a->p ? (size_t)(-(uintptr_t)a->p & (align - 1)) : 0;
	struct block *b;
	void *r;

	if (size > MOST_BLOCK / 4) {
		b = block_new(a, size);
		return b ? b->data : NULL;
	}
	if (!a->p || (size_t)(a->end - a->p) < pad + size) {
		while (a->next_size < size)
			a->next_size *= 2;
		b = block_new(a, a->next_size);
		if (!b)
			return NULL;
		a->p = b->data;
		a->end = a->p + a->next_size;
		if (a->next_size < MOST_BLOCK)
			a->next_size *= 2;
		pad = 0;
	}
	r = a->p + pad;
	a->p += pad + size;
	return r;
}

void *
conf_alloc(struct conf_arena *a, size_t size)
{
	return take(a, size, ALIGN);
}

void *
conf_dup(struct conf_arena *a, const void *data, size_t len)
{
	char *r = take(a, len + 1, 1);

	if (r && len)
		memcpy(r, data, len);
	return r;
}

bool
conf_adopt(struct conf_arena *a, void *p)
{
	struct block *b = block_new(a, 0);

	if (!b) {
		free(p);
		return false;
	}
	b->adopted = p;
	return true;
}

bool
conf_vec_add(struct conf_vec *vec, const void *element)
{
	if (vec->n == vec->cap) {
		size_t cap = vec->cap ? vec->cap * 2 : 8;
		void *v = realloc(vec->v, cap * vec->size);

		if (!v)
			return false;
		vec->v = v;
		vec->cap = cap;
	}
	memcpy((char *)vec->v + vec->n * vec->size, element, vec->size);
	vec->n++;
	return true;
}

void *
conf_vec_finish(struct conf_vec *vec, struct conf_arena *a)
{
	void *v = vec->v, *fit;

	vec->v = NULL;
	vec->cap = 0;
	if (!v || vec->n == 0) {
		free(v);
		return NULL;
	}
	fit = realloc(v, vec->n * vec->size);
	if (fit)
		v = fit;
	return conf_adopt(a, v) ? v : NULL;
}
