/*
 * leasefile_io.h - the inside of struct leasefile, for leasefile*.c only.
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
	LEASEFILE_AHEAD = 128 * 1024
};

struct leasefile_copy;

struct leasefile {
	char path[LEASEFILE_PATH]; /* for messages */
	const char *base; /* last part of path: what dirfd's calls take */
	int dirfd, lockfd, fd;
	off_t end;	/* behind the last record that is on disk */
	off_t size;	/* of the file: newlines from end to there */
	size_t ahead;	/* how many are written at once */
	bool torn;	/* bytes behind end could not be cut off */
	bool lost;	/* a sync failed: only a new file can be trusted */
	size_t tidy_at; /* records from which the file is written anew */
	struct leasefile_copy *anew; /* being written; NULL: none */
	int oldfd; /* of the file before, being taken apart; or -1 */
	off_t old_size;
	struct leasefile_stats stats;
	size_t npending, pending_len, nunasked;
	/* of what is pending: what no client asks for again */
	struct ip4 unasked[LEASEFILE_BATCH];
	/* ... of batches that failed; all: there was no room to note it */
	size_t nbehind;
	bool all_behind;
	struct ip4 behind[LEASEFILE_BATCH];
	/* of hosts; they are behind nobody's answer */
	size_t nnotes, notes_len;
	bool notes_failed; /* they wait for leasefile_catch_up() */
	char notes[LEASEFILE_NOTES];
	char pending[LEASEFILE_BATCH * LEASE_LINE + LEASEFILE_AHEAD];
};

/* leasefile.c: a folder was made: bring its name to the disk. */
void leasefile_sync_above(const char *dir);
/* pwrite() all of it; 0, or -1 and errno. */
int leasefile_write(int fd, const char *p, size_t len, off_t at);
/* PATH's last part with a suffix; false: too long. */
bool leasefile_beside(
    const struct leasefile *lf, const char *suffix, char buf[static NAME_MAX]);
/* Does the entry have a record in a journal that was written anew? */
bool leasefile_is_kept(const struct lease *l);

/* leasefile_host.c: write the notes, also after they could not be. */
void leasefile_retry_notes(struct leasefile *lf);
/* Cut off what lies behind the last record; 0, or -1 and errno. */
int leasefile_cut_tail(struct leasefile *lf);

/* leasefile_anew.c: how many records a journal of that table may have. */
size_t leasefile_tidy_at(const struct leases *ls);
/*
 * Write the whole table to a new file, bring it to the disk and rename it
 * over the journal.  0, or -1 and errno; then nothing has changed but, when
 * the folder could not be synced, the file: it is lost until the next one.
 */
int leasefile_rewrite(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now);
/* It could not be: say so, and when it is tried again. */
void leasefile_grows(struct leasefile *lf);
/* Begin to write it anew, if that is not under way. */
void leasefile_anew_begin(struct leasefile *lf, struct leases *ls);
/* What has been appended, n records: to the new file too. */
void leasefile_anew_add(
    struct leasefile *lf, const char *p, size_t len, size_t n);
/* Give up what was written so far, and what is left of the file before. */
void leasefile_anew_stop(struct leasefile *lf);

#endif
