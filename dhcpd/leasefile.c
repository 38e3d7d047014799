/*
 * leasefile.c - append to the journal of leases, and write it anew.
 *
 * What is on disk ends at lf->end.  A batch is one pwrite there and one
 * fdatasync.  Behind it lie newlines, written ahead with a batch now and then
 * (LEASEFILE_AHEAD) and cut off when the daemon ends.  When the write fails the
 * file is cut back to the end, so that half a record never lies between two
 * whole ones.  When a sync fails nobody knows what the disk holds (the kernel
 * drops the pages), and only a file written anew counts.
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
	TIDY_MIN = 4096, /* records that a journal may always have */
	COPY = 64 * 1024
};

bool
leasefile_beside(
    const struct leasefile *lf, const char *suffix, char buf[static NAME_MAX])
{
	return snprintf(buf, NAME_MAX, "%s%s", lf->base, suffix) < NAME_MAX;
}

bool
leasefile_is_kept(const struct lease *l)
{
	if (l->state == LEASE_FREE)
		return l->hlen || l->client_id_len;
	return l->state != LEASE_OFFERED;
}

size_t
leasefile_tidy_at(const struct leases *ls)
{
	size_t i, live = 0;

	for (i = 0; i < leases_count(ls); i++)
		live += leasefile_is_kept(leases_at(ls, i));
	return 2 * live + TIDY_MIN;
}

static int
write_all(int fd, const char *p, size_t len, off_t at)
{
	ssize_t n;

	for (; len; p += n, len -= (size_t)n, at += n) {
		n = pwrite(fd, p, len, at);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
		else if (n == 0) {
			errno = ENOSPC;
			return -1;
		}
	}
	return 0;
}

/* ---- the whole table to a new file ---- */

/* A file being written, in large pieces. */
struct copy {
	int fd;
	off_t at;
	size_t len, records;
	char buf[COPY];
};

static int
copy_flush(struct copy *c)
{
	if (write_all(c->fd, c->buf, c->len, c->at) == -1)
		return -1;
	c->at += (off_t)c->len;
	c->len = 0;
	return 0;
}

static int
copy_lease(struct copy *c, const struct leases *ls, const struct lease *l,
    const struct lease_clock *now)
{
	if (c->len + LEASE_LINE > sizeof(c->buf) && copy_flush(c) == -1)
		return -1;
	c->len += lease_journal_put(c->buf + c->len, ls, l, now);
	c->records++;
	return 0;
}

/* All in one state, in their order, so that reading gives it again. */
static int
copy_state(struct copy *c, const struct leases *ls, enum lease_state state,
    const struct lease_clock *now)
{
	const struct conf_subnet *s;
	const struct lease *l;
	size_t i;

	for (i = 0; (s = leases_subnet(ls, i)); i++)
		for (l = NULL; (l = lease_next(ls, s, state, l));)
			if (leasefile_is_kept(l) &&
			    copy_lease(c, ls, l, now) == -1)
				return -1;
	return 0;
}

/* What is bound has no order; an offer is not kept. */
static int
copy_table(
    struct copy *c, const struct leases *ls, const struct lease_clock *now)
{
	const struct lease *l;
	size_t i;

	memcpy(c->buf, LEASE_HEADER, strlen(LEASE_HEADER));
	c->len = strlen(LEASE_HEADER);
	if (copy_state(c, ls, LEASE_FREE, now) == -1 ||
	    copy_state(c, ls, LEASE_DECLINED, now) == -1)
		return -1;
	for (i = 0; i < leases_count(ls); i++) {
		l = leases_at(ls, i);
		if (l->state == LEASE_BOUND && leasefile_is_kept(l) &&
		    copy_lease(c, ls, l, now) == -1)
			return -1;
	}
	return copy_flush(c);
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

void
leasefile_sync_above(const char *dir)
{
	char up[LEASEFILE_PATH + 4];
	int fd;

	snprintf(up, sizeof(up), "%s/..", dir);
	fd = open(up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1)
		log_debug("%s: cannot be synced: %s", up, strerror(errno));
	if (fd != -1)
		close(fd);
}

/*
 * The new file takes the place of the old one; c->fd is -1 when it has, also
 * when nobody knows whether the disk has its name.
 */
static int
take_over(struct leasefile *lf, struct copy *c, const char *name)
{
	if (fsync(c->fd) == -1 ||
	    renameat(lf->dirfd, name, lf->dirfd, lf->base) == -1)
		return -1;
	if (lf->fd != -1)
		close(lf->fd);
	lf->fd = c->fd;
	c->fd = -1;
	lf->end = lf->size = c->at;
	lf->torn = false;
	lf->lost = sync_folder(lf) == -1;
	lf->stats.records = c->records;
	lf->stats.compactions++;
	lf->tidy_at = 2 * c->records + TIDY_MIN;
	return lf->lost ? -1 : 0;
}

int
leasefile_rewrite(struct leasefile *lf, const struct leases *ls,
    const struct lease_clock *now)
{
	char name[NAME_MAX];
	struct copy *c = calloc(1, sizeof(*c));
	int saved, rc = -1;

	if (!c)
		return -1;
	if (!leasefile_beside(lf, ".new", name)) {
		errno = ENAMETOOLONG;
		goto out;
	}
	unlinkat(lf->dirfd, name, 0);
	c->fd = openat(
	    lf->dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (c->fd == -1)
		goto out;
	if (copy_table(c, ls, now) == 0)
		rc = take_over(lf, c, name);
	if (rc == -1 && c->fd != -1) {
		saved = errno;
		close(c->fd);
		unlinkat(lf->dirfd, name, 0);
		errno = saved;
	}
out:
	saved = errno;
	free(c);
	errno = saved;
	return rc;
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

void
leasefile_tidy(struct leasefile *lf, const struct leases *ls,
    const struct lease_clock *now)
{
	size_t before = lf->stats.records;

	if (before < lf->tidy_at || lf->npending)
		return;
	/* meanwhile more of its records may be alive */
	lf->tidy_at = leasefile_tidy_at(ls);
	if (before < lf->tidy_at)
		return;
	if (leasefile_rewrite(lf, ls, now) == 0) {
		log_debug("lease file %s: written anew, %zu records of %zu",
		    lf->path, lf->stats.records, before);
		return;
	}
	leasefile_grows(lf);
}

/* ---- batches ---- */

size_t
leasefile_pending(const struct leasefile *lf)
{
	return lf->npending;
}

bool
leasefile_add(struct leasefile *lf, const struct leases *ls,
    const struct lease *l, const struct lease_clock *now)
{
	if (lf->npending == LEASEFILE_BATCH)
		return false;
	lf->pending_len +=
	    lease_journal_put(lf->pending + lf->pending_len, ls, l, now);
	lf->npending++;
	return true;
}

/* Cut off what lies behind the last record. */
static int
cut_tail(struct leasefile *lf)
{
	lf->torn = ftruncate(lf->fd, lf->end) == -1;
	lf->size = lf->end;
	return lf->torn ? -1 : 0;
}

/* With newlines ahead when those of before are used up: not without room. */
static int
write_pending(struct leasefile *lf)
{
	size_t len = lf->pending_len;

	if (lf->end + (off_t)len <= lf->size)
		return write_all(lf->fd, lf->pending, len, lf->end);
	memset(lf->pending + len, '\n', LEASEFILE_AHEAD);
	if (write_all(lf->fd, lf->pending, len + LEASEFILE_AHEAD, lf->end) ==
	    0) {
		lf->size = lf->end + (off_t)len + LEASEFILE_AHEAD;
		return 0;
	}
	if (cut_tail(lf) == -1)
		return -1;
	lf->size = lf->end + (off_t)len;
	return write_all(lf->fd, lf->pending, len, lf->end);
}

static int
append(struct leasefile *lf)
{
	int saved;

	if (lf->torn && cut_tail(lf) == -1)
		return -1;
	if (write_pending(lf) == -1) {
		saved = errno;
		cut_tail(lf);
		errno = saved;
		return -1;
	}
	lf->stats.syncs++;
	if (fdatasync(lf->fd) == -1) {
		lf->lost = true;
		return -1;
	}
	lf->end += (off_t)lf->pending_len;
	lf->stats.records += lf->npending;
	return 0;
}

/* One line when it begins to fail and one when it goes again. */
static void
tell(struct leasefile *lf, int error)
{
	if (error && !lf->stats.failures++)
		log_err("lease file %s: cannot write: %s; answers that need it "
			"are withheld until it can be written",
		    lf->path, strerror(error));
	if (!error && lf->stats.failures) {
		log_info("lease file %s: written again after %zu failure%s",
		    lf->path, lf->stats.failures,
		    lf->stats.failures == 1 ? "" : "s");
		lf->stats.failures = 0;
	}
}

bool
leasefile_commit(struct leasefile *lf, const struct leases *ls,
    const struct lease_clock *now)
{
	int rc;

	if (!lf->npending)
		return true;
	rc = lf->lost ? leasefile_rewrite(lf, ls, now) : append(lf);
	tell(lf, rc == -1 ? errno : 0);
	lf->npending = lf->pending_len = 0;
	return rc == 0;
}

const struct leasefile_stats *
leasefile_stats(const struct leasefile *lf)
{
	return &lf->stats;
}

void
leasefile_close(struct leasefile *lf)
{
	if (!lf)
		return;
	if (lf->fd != -1) {
		if (lf->size > lf->end && !lf->lost && cut_tail(lf) == -1)
			log_debug("lease file %s: newlines stay at its end: %s",
			    lf->path, strerror(errno));
		close(lf->fd);
	}
	if (lf->lockfd != -1)
		close(lf->lockfd);
	if (lf->dirfd != -1)
		close(lf->dirfd);
	free(lf);
}
