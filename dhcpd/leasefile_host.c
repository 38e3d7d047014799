/*
 * leasefile_host.c - what is known of hosts, appended to the journal.
 *
 * Leases come first: notes are appended by themselves, so that a batch of
 * leases neither waits for them nor fails with them, and where the newlines
 * that were written ahead have no room for them, more are written first; when
 * there is no room for those either, what is left is the leases'.  Nothing is
 * synced: the kernel brings them to the disk, at the latest with the next
 * batch of leases.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dhcpd/leasefile_io.h"
#include "sys/log.h"

bool
leasefile_note(struct leasefile *lf, const struct leases *ls,
    const struct host_note *n, const struct lease_clock *now)
{
	if (sizeof(lf->notes) - lf->notes_len < LEASE_LINE)
		return false;
	lf->notes_len += lease_journal_put_host(
	    lf->notes + lf->notes_len, leases_hosts(ls), n, now);
	lf->nnotes++;
	return true;
}

/* As many newlines more as a batch writes ahead; the place that pending has for
 * those, behind its records, is in use only while they are written. */
static int
make_room(struct leasefile *lf)
{
	char *ahead = lf->pending + lf->pending_len;
	int saved;

	if (lf->end + (off_t)lf->notes_len <= lf->size)
		return 0;
	memset(ahead, '\n', LEASEFILE_AHEAD);
	if (leasefile_write(lf->fd, ahead, LEASEFILE_AHEAD, lf->size) == 0) {
		lf->size += LEASEFILE_AHEAD;
		return 0;
	}
	saved = errno;
	if (ftruncate(lf->fd, lf->size) == -1)
		lf->torn = true;
	errno = saved;
	return -1;
}

static int
append(struct leasefile *lf)
{
	int saved;

	if (lf->torn && leasefile_cut_tail(lf) == -1)
		return -1;
	if (make_room(lf) == -1)
		return -1;
	if (leasefile_write(lf->fd, lf->notes, lf->notes_len, lf->end) == 0)
		return 0;
	saved = errno;
	(void)leasefile_cut_tail(lf);
	errno = saved;
	return -1;
}

void
leasefile_retry_notes(struct leasefile *lf)
{
	if (!lf->nnotes)
		return;
	if (append(lf) == -1) {
		if (!lf->notes_failed)
			log_warning("lease file %s: cannot write the classes "
				    "of hosts: %s; tftpd knows those of before "
				    "until it can be written",
			    lf->path, strerror(errno));
		lf->notes_failed = true;
		return;
	}
	lf->end += (off_t)lf->notes_len;
	lf->stats.records += lf->nnotes;
	leasefile_anew_add(lf, lf->notes, lf->notes_len, lf->nnotes);
	lf->nnotes = lf->notes_len = 0;
	lf->notes_failed = false;
}

void
leasefile_write_notes(struct leasefile *lf)
{
	if (!lf->notes_failed)
		leasefile_retry_notes(lf);
}
