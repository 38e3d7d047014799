/*
 * mapped.c - parts of files in memory, for all who send them in runs.
 *
 * Out of a mapped file the kernel copies once, from the page cache to the
 * datagrams.  But to map a page costs about as much as to copy it.  So a part
 * is mapped when as many bytes of it were asked for as it has, and stays so as
 * long as somebody asks: a room full of PCs that start the same system, or one
 * after the other, map it once, and what is sent once is read.  128 MB of parts
 * at most; they are the page cache's own pages, only counted as ours too.
 *
 * A part is the file as it is now, just as read(2) would show it.  It has the
 * file's name of ahead.c nevertheless: on a file system in layers a file that
 * is written to may become another one under the same number.
 *
 * What is not used for a while is let go, or the space of a file that was
 * deleted would never be free.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <sys/mman.h>

#include "tftpd/mapped.h"

enum {
	LINE = 64 /* bytes of a processor's cache line */
};

static struct part {
	struct ahead_file file;
	uint64_t nth;	/* in the file */
	size_t len;	/* 0: nothing is known here */
	uint64_t asked; /* bytes, before it was mapped */
	uint8_t *at;	/* NULL: not mapped */
	uint64_t used;	/* the count of calls then */
} parts[MAPPED_SETS * MAPPED_WAYS];

static size_t mapped; /* parts that are there */
static uint64_t calls, swept;

static void
drop(struct part *p)
{
	if (!p->at)
		return;
	(void)munmap(p->at, p->len);
	p->at = NULL;
	mapped--;
}

static void
take_over(struct part *p, const struct ahead_file *f, uint64_t nth)
{
	uint64_t left = f->size - nth * MAPPED_PART;

	drop(p);
	p->file = *f;
	p->nth = nth;
	p->len = left < MAPPED_PART ? (size_t)left : MAPPED_PART;
	p->asked = 0;
}

/* The part, in the place of the oldest one of its set if it is new. */
static struct part *
find(const struct ahead_file *f, uint64_t nth)
{
	struct part *set =
	    parts + (f->ino * 7 + nth) % MAPPED_SETS * MAPPED_WAYS;
	struct part *oldest = set;

	for (struct part *p = set; p < set + MAPPED_WAYS; p++) {
		if (p->len && p->nth == nth && ahead_same(&p->file, f))
			return p;
		if (p->used < oldest->used)
			oldest = p;
	}
	take_over(oldest, f, nth);
	return oldest;
}

static bool
map(struct part *p, int fd)
{
	void *at = mmap(NULL, p->len, PROT_READ, MAP_SHARED, fd,
	    (off_t)(p->nth * MAPPED_PART));

	if (at == MAP_FAILED) {
		p->asked = 0; /* not at once again */
		return false;
	}
	p->at = at;
	mapped++;
	return true;
}

bool
mapped_worth(const struct ahead_file *f)
{
	return f->own == 0 && f->size >= MAPPED_LEAST;
}

const uint8_t *
mapped_at(const struct ahead_file *f, int fd, uint64_t offset, size_t want)
{
	uint64_t nth = offset / MAPPED_PART;
	size_t at = (size_t)(offset % MAPPED_PART);
	struct part *p;

	if (want > MAPPED_PART - at || offset + want > f->size)
		return NULL;
	p = find(f, nth);
	p->used = ++calls;
	if (!p->at) {
		p->asked += want;
		if (p->asked <= p->len || !map(p, fd))
			return NULL;
	}
	return p->at + at;
}

void
mapped_fetch(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i += LINE)
		__builtin_prefetch(p + i, 0, 3);
}

bool
mapped_any(void)
{
	return mapped > 0;
}

void
mapped_sweep(void)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (parts[i].used <= swept)
			drop(&parts[i]);
	swept = calls;
}
