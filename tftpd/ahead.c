/*
 * ahead.c - pieces of files, read once for all who send them in lock-step.
 *
 * A block of some hundred bytes costs less than the call that reads it.  So
 * it is taken out of a piece of the file that is kept, 1 MB of pieces for all
 * transfers: a room full of PCs that start the same system are at about the
 * same place.  Each piece has one place where it can be.
 *
 * Clients that are all somewhere else would drive out each other's pieces and
 * cost more than they save.  Whether pieces are worth it is seen when one is
 * driven out: had most of it been handed out?  If that is seldom so, blocks
 * are read one by one for a while.
 *
 * A file may be changed in place.  Its time of change is part of what it is
 * called here; one that has been changed just now, when two changes may have
 * the same time, is not shared; and no piece is kept for long.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tftpd/ahead.h"

enum {
	SETTLED_S = 2,	  /* since its change, before a file is shared */
	FULL = 64,	  /* of the score */
	WITHOUT = 1 << 14 /* blocks, when pieces are not worth it */
};

#define SECOND_NS INT64_C(1000000000)

static struct piece {
	struct ahead_file file;
	uint64_t nth; /* in the file */
	uint64_t until_ms;
	size_t len;  /* 0: nothing here */
	size_t used; /* bytes handed out */
	uint8_t data[AHEAD_PIECE];
} pieces[AHEAD_PIECES];

static int score = FULL;     /* 0: not worth it */
static unsigned int without; /* so many blocks one by one */

static uint64_t
now_ms(void)
{
	struct timespec ts = {0};

	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

bool
ahead_look(struct ahead_file *f, int fd)
{
	struct stat st;

	memset(f, 0, sizeof *f);
	if (fstat(fd, &st) == -1)
		return false;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->size = (uint64_t)st.st_size;
	f->mtime_ns =
	    (int64_t)st.st_mtim.tv_sec * SECOND_NS + st.st_mtim.tv_nsec;
	return true;
}

void
ahead_open(struct ahead_file *f, int fd)
{
	static uint64_t own;
	struct timespec now = {0};
	bool known = ahead_look(f, fd);

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (!known || now.tv_sec - f->mtime_ns / SECOND_NS < SETTLED_S)
		f->own = ++own;
}

bool
ahead_changed(const struct ahead_file *f, int fd)
{
	struct ahead_file now;

	return !ahead_look(&now, fd) || now.size != f->size ||
	       now.mtime_ns != f->mtime_ns;
}

bool
ahead_same(const struct ahead_file *a, const struct ahead_file *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->own == b->own &&
	       a->mtime_ns == b->mtime_ns && a->size == b->size;
}

static struct piece *
place_of(const struct ahead_file *f, uint64_t nth)
{
	return &pieces[(f->ino + f->own * 7 + nth) % AHEAD_PIECES];
}

int
ahead_whole(int fd, uint8_t *dst, uint64_t offset, size_t want)
{
	ssize_t got = 0;

	/* a second try: network file systems may hand over less at first */
	for (int tries = 0; tries < 2; tries++) {
		got = pread(fd, dst, want, (off_t)offset);
		if (got == -1)
			return -1;
		if ((size_t)got == want)
			return 0;
	}
	errno = ESTALE;
	return -1;
}

/* Another piece takes this place: was the one that is there of use? */
static void
drive_out(struct piece *p)
{
	if (p->len == 0)
		return;
	if (p->used >= p->len / 2)
		score += score < FULL;
	else if (--score == 0)
		without = WITHOUT;
	p->len = 0;
}

static int
fill(struct piece *p, const struct ahead_file *f, int fd, uint64_t nth)
{
	ssize_t got;

	drive_out(p);
	got = pread(fd, p->data, sizeof p->data, (off_t)(nth * AHEAD_PIECE));
	if (got == -1)
		return -1;
	p->file = *f;
	p->nth = nth;
	p->until_ms = now_ms() + AHEAD_MS;
	p->len = (size_t)got;
	p->used = 0;
	return 0;
}

/* The part of want bytes at offset that lies in one piece; -1 and errno. */
static ssize_t
read_part(const struct ahead_file *f, int fd, uint64_t offset, size_t want,
    uint8_t *dst)
{
	uint64_t nth = offset / AHEAD_PIECE;
	size_t at = (size_t)(offset % AHEAD_PIECE);
	struct piece *p = place_of(f, nth);

	if (want > AHEAD_PIECE - at)
		want = AHEAD_PIECE - at;
	if ((p->len == 0 || p->nth != nth || !ahead_same(&p->file, f) ||
		p->until_ms < now_ms()) &&
	    fill(p, f, fd, nth) == -1)
		return -1;
	if (at + want > p->len) {
		p->len = 0; /* the next try reads it again */
		errno = ESTALE;
		return -1;
	}
	memcpy(dst, p->data + at, want);
	p->used += want;
	return (ssize_t)want;
}

int
ahead_read(const struct ahead_file *f, int fd, uint64_t offset, size_t want,
    uint8_t *dst)
{
	if (without) {
		if (--without == 0)
			score = FULL / 4; /* try it again */
		return ahead_whole(fd, dst, offset, want);
	}
	while (want > 0) {
		ssize_t n = read_part(f, fd, offset, want, dst);

		if (n == -1 && errno == ESTALE)
			return ahead_whole(fd, dst, offset, want);
		if (n == -1)
			return -1;
		offset += (uint64_t)n;
		dst += n;
		want -= (size_t)n;
	}
	return 0;
}
