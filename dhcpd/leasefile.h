/*
 * leasefile.h - the journal of leases on disk: what was acknowledged
 * survives kill -9 and a power cut.
 *
 * Records are only appended, a batch in one write with one fdatasync.  When
 * the journal has grown much longer than the table it is written anew beside,
 * in small steps, and renamed over.  PATH.lock keeps a second daemon out;
 * PATH.new is the file being written anew; PATH.damaged is what was found
 * damaged.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASEFILE_H
#define REMOTEBOOT_LEASEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcpd/lease.h"
#include "dhcpd/lease_journal.h"

enum {
	LEASEFILE_BATCH = 512,	     /* records of one commit at most */
	LEASEFILE_NOTES = 64 * 1024, /* bytes of notes that wait at most */
	LEASEFILE_PATH = 512,	     /* longest path, with its NUL */
	LEASEFILE_WHY = 2048
};

/* To whom folder and files are handed; root only. */
struct leasefile_owner {
	bool set;
	unsigned int uid, gid;
};

/* What was found and done. */
struct leasefile_stats {
	size_t records; /* lines in the file now */
	size_t loaded;	/* lines that were believed when it was opened */
	size_t bad;	/* lines that were not */
	size_t outside; /* ... of addresses that are in no pool */
	size_t syncs, compactions, failures;
};

struct leasefile;

/*
 * Make the folder where it is missing, lock, read the journal into the
 * table and be ready to append.  Damage is logged with file and line and
 * skipped; a file that is no journal of ours is an error.  NULL and why
 * (what is wrong; what would be right) when it cannot be served from.
 */
struct leasefile *leasefile_open(const char *path, struct leases *ls,
    const struct leasefile_owner *own, const struct lease_clock *now,
    char why[static LEASEFILE_WHY]);
/* NULL is allowed. */
void leasefile_close(struct leasefile *lf);
/*
 * Read the journal into another table, which is still as it was made: a new
 * configuration may have the pools again that the one before had not.  0, or
 * -1 and errno.
 */
int leasefile_replay(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now);
/* Write our process number into PATH.lock: once more after a fork. */
void leasefile_note_pid(struct leasefile *lf);

/*
 * Note what the lease is now for the next commit.  false: the batch is
 * full, commit first.
 */
bool leasefile_add(struct leasefile *lf, const struct leases *ls,
    const struct lease *l, const struct lease_clock *now);
/* Records noted and not yet committed. */
size_t leasefile_pending(const struct leasefile *lf);
/*
 * Bring what was noted to the disk.  false: it is not there (told once in
 * the log until it goes again), it is no longer noted, and no reply that
 * needed it may leave; the file ends where it ended before.
 */
bool leasefile_commit(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now);
/*
 * Note what is known of a host now, for leasefile_write_notes(); false: there
 * is no room, as the disk is full or too many came at once.
 */
bool leasefile_note(struct leasefile *lf, const struct leases *ls,
    const struct host_note *n, const struct lease_clock *now);
/*
 * Append such notes, without a sync.  When they cannot be written (told once
 * in the log) they wait for leasefile_catch_up(); no answer needs them.
 */
void leasefile_write_notes(struct leasefile *lf);
/*
 * Write the journal anew when it has become long, one step of it: to be
 * called between two commits, after each round and, while it is busy, soon
 * again.  All calls are with the same table until leasefile_replay().
 */
void leasefile_tidy(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now);
bool leasefile_busy(const struct leasefile *lf);
/*
 * Of batches that failed: are there records that no client will cause anew,
 * such as a lease given back, or notes of hosts?  The next commit that succeeds
 * writes them, or leasefile_catch_up(), between two commits.
 */
bool leasefile_behind(const struct leasefile *lf);
void leasefile_catch_up(
    struct leasefile *lf, struct leases *ls, const struct lease_clock *now);
/*
 * In a quiet moment: make room on the disk for the next records, so that the
 * commit that brings them need not.
 */
void leasefile_prepare(struct leasefile *lf);
const struct leasefile_stats *leasefile_stats(const struct leasefile *lf);

#endif
