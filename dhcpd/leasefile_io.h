/*
 * leasefile_io.h - the inside of struct leasefile, for leasefile.c and
 * leasefile_open.c only.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASEFILE_IO_H
#define REMOTEBOOT_LEASEFILE_IO_H

#include <limits.h>
#include <sys/types.h>

#include "dhcpd/leasefile.h"

enum {
	/* Newlines written ahead of the records.  A record that overwrites
	 * them changes neither the file's size nor its blocks, and the
	 * file system has no journal of its own to write at each sync. */
	LEASEFILE_AHEAD = 32 * 1024
};

struct leasefile {
	char path[LEASEFILE_PATH]; /* for messages */
	const char *base; /* last part of path: what dirfd's calls take */
	int dirfd, lockfd, fd;
	off_t end;	/* behind the last record that is on disk */
	off_t size;	/* of the file: newlines from end to there */
	bool torn;	/* bytes behind end could not be cut off */
	bool lost;	/* a sync failed: only a new file can be trusted */
	size_t tidy_at; /* records from which the file is written anew */
	struct leasefile_stats stats;
	size_t npending, pending_len;
	char pending[LEASEFILE_BATCH * LEASE_LINE + LEASEFILE_AHEAD];
};

/* PATH's last part with a suffix; false: too long. */
bool leasefile_beside(
    const struct leasefile *lf, const char *suffix, char buf[static NAME_MAX]);
/* A folder was made: bring its name to the disk. */
void leasefile_sync_above(const char *dir);
/* Does the entry have a record in a journal that was written anew? */
bool leasefile_is_kept(const struct lease *l);
/* How many records a journal of that table may have. */
size_t leasefile_tidy_at(const struct leases *ls);
/*
 * Write the whole table to a new file, bring it to the disk and rename it
 * over the journal.  0, or -1 and errno; then nothing has changed but, when
 * the folder could not be synced, the file: it is lost until the next one.
 */
int leasefile_rewrite(struct leasefile *lf, const struct leases *ls,
    const struct lease_clock *now);
/* It could not be: say so, and when it is tried again. */
void leasefile_grows(struct leasefile *lf);

#endif
