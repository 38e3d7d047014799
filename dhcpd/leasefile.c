/*
 * leasefile.c - append to the journal of leases.
 *
 * What is on disk ends at lf->end.  A batch is one pwrite there and one
 * fdatasync.  Behind it lie newlines, written ahead with a batch now and then
 * (LEASEFILE_AHEAD) and cut off when the daemon ends.  When the write fails the
 * file is cut back to the end, so that half a record never lies between two
 * whole ones.  When a sync fails nobody knows what the disk holds (the kernel
 * drops the pages), and only a file written anew counts.
 *
 * A batch that fails withholds its answers, and the clients ask again.  What
 * nobody asks for again, a lease given back or declined, is remembered and
 * written when there is room again.
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

int
leasefile_write(int fd, const char *p, size_t len, off_t at)
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
	if (l->state != LEASE_BOUND)
		lf->unasked[lf->nunasked++] = l->addr;
	return true;
}

int
leasefile_cut_tail(struct leasefile *lf)
{
	lf->torn = ftruncate(lf->fd, lf->end) == -1;
	lf->size = lf->end;
	return lf->torn ? -1 : 0;
}

/*
 * What is pending, and newlines ahead.  Where there is no room for those,
 * half as many are tried the next time.
 */
static int
write_ahead(struct leasefile *lf)
{
	size_t len = lf->pending_len;

	memset(lf->pending + len, '\n', lf->ahead);
	if (leasefile_write(lf->fd, lf->pending, len + lf->ahead, lf->end) ==
	    0) {
		lf->size = lf->end + (off_t)(len + lf->ahead);
		lf->ahead = LEASEFILE_AHEAD;
		return 0;
	}
	lf->ahead /= 2;
	return -1;
}

/* With newlines ahead when those of before are used up: not without room. */
static int
write_pending(struct leasefile *lf)
{
	size_t len = lf->pending_len;

	if (lf->end + (off_t)len <= lf->size)
		return leasefile_write(lf->fd, lf->pending, len, lf->end);
	if (write_ahead(lf) == 0)
		return 0;
	if (leasefile_cut_tail(lf) == -1)
		return -1;
	lf->size = lf->end + (off_t)len;
	return leasefile_write(lf->fd, lf->pending, len, lf->end);
}

static int
append(struct leasefile *lf)
{
	int saved;

	if (lf->torn && leasefile_cut_tail(lf) == -1)
		return -1;
	if (write_pending(lf) == -1) {
		saved = errno;
		leasefile_cut_tail(lf);
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
	leasefile_anew_add(lf, lf->pending, lf->pending_len, lf->npending);
	return 0;
}

/* A file that is being written anew gives its room back first. */
static int
commit(struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	if (lf->lost)
		return leasefile_rewrite(lf, ls, now);
	if (append(lf) == 0)
		return 0;
	if (!leasefile_busy(lf))
		return -1;
	leasefile_anew_stop(lf);
	return lf->lost ? leasefile_rewrite(lf, ls, now) : append(lf);
}

static void
forget_pending(struct leasefile *lf)
{
	lf->npending = lf->pending_len = lf->nunasked = 0;
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

/* ---- what could not be written ---- */

/* That lease must be written later; more than there is room for: all. */
static void
note_behind(struct leasefile *lf, struct ip4 addr)
{
	size_t i;

	for (i = 0; i < lf->nbehind; i++)
		if (lf->behind[i].v == addr.v)
			return;
	if (lf->nbehind == LEASEFILE_BATCH)
		lf->all_behind = true;
	else
		lf->behind[lf->nbehind++] = addr;
}

bool
leasefile_behind(const struct leasefile *lf)
{
	return lf->nbehind || lf->all_behind || lf->notes_failed;
}

static void
write_behind(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	const struct lease *l;
	size_t i;

	if (!lf->nbehind)
		return;
	for (i = 0; i < lf->nbehind; i++) {
		l = lease_by_addr(ls, lf->behind[i]);
		if (l && leasefile_is_kept(l))
			(void)leasefile_add(lf, ls, l, now);
	}
	if (commit(lf, ls, now) == 0) {
		lf->nbehind = 0;
		tell(lf, 0);
	}
	forget_pending(lf);
}

void
leasefile_catch_up(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	if (lf->npending)
		return;
	leasefile_retry_notes(lf);
	if (lf->all_behind && !lf->lost)
		leasefile_anew_begin(lf, ls);
	else
		write_behind(lf, ls, now);
}

bool
leasefile_commit(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now)
{
	size_t i;
	int rc;

	if (!lf->npending)
		return true;
	rc = commit(lf, ls, now);
	tell(lf, rc == -1 ? errno : 0);
	for (i = 0; rc == -1 && i < lf->nunasked; i++)
		note_behind(lf, lf->unasked[i]);
	forget_pending(lf);
	if (rc == 0)
		write_behind(lf, ls, now);
	return rc == 0;
}

void
leasefile_prepare(struct leasefile *lf)
{
	if (lf->npending || lf->lost || lf->torn || lf->anew ||
	    lf->size - lf->end >= (off_t)(LEASEFILE_AHEAD / 2))
		return;
	if (write_ahead(lf) == -1)
		(void)leasefile_cut_tail(lf);
	else if (fdatasync(lf->fd) == -1)
		lf->lost = true;
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
	leasefile_anew_stop(lf);
	if (lf->fd != -1) {
		if (lf->size > lf->end && !lf->lost &&
		    leasefile_cut_tail(lf) == -1)
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
