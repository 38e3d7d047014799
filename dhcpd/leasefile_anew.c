/*
 * leasefile_anew.c - the journal written anew: the whole table to a new file,
 * which takes the place of the old one.
 *
 * While dhcpd serves, that is done in steps, some hundred records after each
 * round of the loop:
 *
 *	copy --all--> sync --next turn--> change its name, free the old one
 *
 * Meanwhile the old file stays the one that counts, and each batch that it
 * was given is written to the new file too.  So the new one has its lines in
 * the order of time: every line says what the table knew when it was written,
 * and the last one about an address is true.
 *
 * When the table must be on disk before anybody is answered (at start, after
 * a sync that failed) all of it is done at once.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dhcpd/leasefile_io.h"
#include "sys/log.h"

enum {
	TIDY_MIN = 4096,     /* records that a journal may always have */
	STEP_RECORDS = 384,  /* of one turn: more than a round can change */
	STEP_ENTRIES = 8192, /* looked at in one turn */
	COPY = 64 * 1024,
	OLD_BYTES = 512 * 1024 /* of the file before, freed in one turn */
};

/* A file being written, in large pieces. */
struct leasefile_copy {
	int fd;
	bool all;	/* of the table is in it: it is to be synced */
	bool sync;	/* that was done: it is to be named */
	size_t host;	/* the next note of a host */
	off_t at, size; /* newlines from at to size */
	size_t len, records;
	char buf[COPY];
};

size_t
leasefile_tidy_at(const struct leases *ls)
{
	return 2 * (leases_kept(ls) + host_notes_kept(leases_hosts(ls))) +
	       TIDY_MIN;
}

/* ---- a copy ---- */

/* The kernel begins to write it out: less is left for the sync. */
static int
copy_flush(struct leasefile_copy *c)
{
	if (!c->len)
		return 0;
	if (leasefile_write(c->fd, c->buf, c->len, c->at) == -1)
		return -1;
#ifdef SYNC_FILE_RANGE_WRITE
	(void)sync_file_range(
	    c->fd, c->at, (off_t)c->len, SYNC_FILE_RANGE_WRITE);
#endif
	c->at += (off_t)c->len;
	c->len = 0;
	return 0;
}

static int
copy_bytes(struct leasefile_copy *c, const char *p, size_t len)
{
	size_t n;

	for (; len; p += n, len -= n) {
		if (c->len == sizeof(c->buf) && copy_flush(c) == -1)
			return -1;
		n = sizeof(c->buf) - c->len;
		n = n < len ? n : len;
		memcpy(c->buf + c->len, p, n);
		c->len += n;
	}
	return 0;
}

/* The same of hosts, which come last. */
static int
copy_hosts(struct leasefile_copy *c, const struct leases *ls, size_t records,
    size_t entries, const struct lease_clock *now)
{
	const struct host_notes *hn = leases_hosts(ls);
	const struct host_note *n;
	char line[LEASE_LINE];

	for (; records; records--) {
		n = host_notes_next(hn, &c->host, &entries);
		if (!n)
			return entries != 0;
		if (copy_bytes(c, line,
			lease_journal_put_host(line, hn, n, now)) == -1)
			return -1;
		c->records++;
	}
	return 0;
}

/*
 * Some of the table, from where the walk through it is; 1: all of it is
 * there, 0: not yet, -1 and errno.
 */
static int
copy_some(struct leasefile_copy *c, struct leases *ls, size_t records,
    size_t entries, const struct lease_clock *now)
{
	const struct lease *l;
	char line[LEASE_LINE];

	for (; records && entries; entries--) {
		l = leases_walk(ls);
		if (!l)
			return copy_hosts(c, ls, records, entries, now);
		if (!leasefile_is_kept(l))
			continue;
		if (copy_bytes(c, line, lease_journal_put(line, ls, l, now)) ==
		    -1)
			return -1;
		c->records++;
		records--;
	}
	return 0;
}

/* Newlines for the records to come, as far as there is room. */
static int
copy_ahead(struct leasefile_copy *c)
{
	size_t n;

	memset(c->buf, '\n', sizeof(c->buf));
	for (n = 0; n < LEASEFILE_AHEAD; n += sizeof(c->buf))
		if (leasefile_write(
			c->fd, c->buf, sizeof(c->buf), c->at + (off_t)n) == -1)
			break;
	c->size = c->at + (off_t)n;
	return ftruncate(c->fd, c->size);
}

/* A new file with the first line; NULL and errno. */
static struct leasefile_copy *
copy_begin(struct leasefile *lf, struct leases *ls)
{
	struct leasefile_copy *c;
	char name[NAME_MAX];

	if (!leasefile_beside(lf, ".new", name)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	unlinkat(lf->dirfd, name, 0);
	c->fd = openat(
	    lf->dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (c->fd == -1) {
		free(c);
		return NULL;
	}
	(void)copy_bytes(c, LEASE_HEADER, strlen(LEASE_HEADER));
	leases_walk_begin(ls);
	return c;
}

/* Keeps errno. */
static void
copy_drop(struct leasefile *lf, struct leasefile_copy *c)
{
	char name[NAME_MAX];
	int saved = errno;

	if (c->fd != -1) {
		close(c->fd);
		if (leasefile_beside(lf, ".new", name))
			unlinkat(lf->dirfd, name, 0);
	}
	free(c);
	errno = saved;
}

/*
 * A new name counts when it is on disk.  Where folders cannot be synced (some
 * file systems of other systems) that has to do.
 */
static int
sync_folder(struct leasefile *lf)
{
	int error;

	if (fsync(lf->dirfd) == 0)
		return 0;
	error = errno;
	log_warning("lease file %s: cannot sync its folder: %s", lf->path,
	    strerror(error));
	errno = error;
	return error == EINVAL || error == ENOTSUP ? 0 : -1;
}

/* ---- the file before ---- */

static void
old_close(struct leasefile *lf)
{
	if (lf->oldfd != -1)
		close(lf->oldfd);
	lf->oldfd = -1;
}

/*
 * To free all blocks of a file that has no name any more takes long, and
 * close() waits for it: so it is made shorter in steps.
 */
static void
old_step(struct leasefile *lf)
{
	lf->old_size -= OLD_BYTES;
	if (lf->old_size <= 0 || ftruncate(lf->oldfd, lf->old_size) == -1)
		old_close(lf);
}

/* ---- the new one ---- */

/*
 * The new file takes the place of the old one; c->fd is -1 when it has, also
 * when nobody knows whether the disk has its name.
 */
static int
take_over(struct leasefile *lf, struct leasefile_copy *c)
{
	char name[NAME_MAX];

	if (!leasefile_beside(lf, ".new", name) || copy_flush(c) == -1 ||
	    fsync(c->fd) == -1 ||
	    renameat(lf->dirfd, name, lf->dirfd, lf->base) == -1)
		return -1;
	old_close(lf);
	lf->oldfd = lf->fd;
	lf->old_size = lf->size;
	lf->fd = c->fd;
	c->fd = -1;
	lf->end = c->at;
	lf->size = c->size > c->at ? c->size : c->at;
	lf->torn = false;
	lf->lost = sync_folder(lf) == -1;
	lf->stats.records = c->records;
	lf->stats.compactions++;
	lf->tidy_at = 2 * c->records + TIDY_MIN;
	lf->nbehind = 0;
	lf->all_behind = false;
	/* untouched when the disk may still know it by that name */
	if (lf->lost || lf->old_size <= OLD_BYTES)
		old_close(lf);
	return lf->lost ? -1 : 0;
}

/* ---- at once ---- */

int
leasefile_rewrite(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	struct leasefile_copy *c;
	int rc = -1;

	leasefile_anew_stop(lf);
	c = copy_begin(lf, ls);
	if (!c)
		return -1;
	if (copy_some(c, ls, SIZE_MAX, SIZE_MAX, now) == 1)
		rc = take_over(lf, c);
	copy_drop(lf, c);
	return rc; /* the steps of dhcpd free the old one */
}

void
leasefile_grows(struct leasefile *lf)
{
	size_t n = lf->stats.records;

	log_warning("lease file %s: cannot be written anew: %s; it grows until "
		    "it can",
	    lf->path, strerror(errno));
	lf->tidy_at = n + n / 4 + TIDY_MIN;
}

/* ---- in steps ---- */

bool
leasefile_busy(const struct leasefile *lf)
{
	return lf->anew || lf->oldfd != -1;
}

void
leasefile_anew_stop(struct leasefile *lf)
{
	if (lf->anew)
		copy_drop(lf, lf->anew);
	lf->anew = NULL;
	old_close(lf);
}

void
leasefile_anew_add(struct leasefile *lf, const char *p, size_t len, size_t n)
{
	struct leasefile_copy *c = lf->anew;

	if (!c)
		return;
	if (copy_bytes(c, p, len) == 0) {
		c->records += n;
		return;
	}
	leasefile_grows(lf);
	leasefile_anew_stop(lf);
}

/* One step; false and errno when it cannot go on. */
static bool
step(struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	struct leasefile_copy *c = lf->anew;
	size_t before = lf->stats.records;
	int rc;

	if (!c->all) {
		rc = copy_some(c, ls, STEP_RECORDS, STEP_ENTRIES, now);
		c->all = rc == 1;
		return rc != -1;
	}
	if (!c->sync) {
		c->sync = true;
		return copy_flush(c) == 0 && copy_ahead(c) == 0 &&
		       fsync(c->fd) == 0;
	}
	if (take_over(lf, c) == -1)
		return false;
	log_debug("lease file %s: written anew, %zu records of %zu", lf->path,
	    lf->stats.records, before);
	copy_drop(lf, c);
	lf->anew = NULL;
	return true;
}

/* Is it time to?  Only when the most of its records are dead. */
static bool
is_long(struct leasefile *lf, const struct leases *ls)
{
	if (lf->stats.records < lf->tidy_at)
		return false;
	lf->tidy_at = leasefile_tidy_at(ls);
	return lf->stats.records >= lf->tidy_at;
}

void
leasefile_anew_begin(struct leasefile *lf, struct leases *ls)
{
	if (leasefile_busy(lf))
		return;
	lf->anew = copy_begin(lf, ls);
	if (!lf->anew)
		leasefile_grows(lf);
}

void
leasefile_tidy(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	if (lf->npending || lf->lost)
		return;
	if (lf->oldfd != -1) {
		old_step(lf);
	} else if (!lf->anew) {
		if (is_long(lf, ls))
			leasefile_anew_begin(lf, ls);
	} else if (!step(lf, ls, now)) {
		leasefile_grows(lf);
		leasefile_anew_stop(lf);
	}
}
