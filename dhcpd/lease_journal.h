/*
 * lease_journal.h - the table of leases as lines of the journal, and the
 * journal played into a table.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASE_JOURNAL_H
#define REMOTEBOOT_LEASE_JOURNAL_H

#include "dhcpd/lease.h"
#include "dhcpd/lease_host.h"

/* Now, on both clocks. */
struct lease_clock {
	int64_t boot_s; /* CLOCK_BOOTTIME: what the table counts in */
	int64_t wall_s; /* CLOCK_REALTIME: what stands on disk */
};

/*
 * The entry of a table as a line with newline, NUL-terminated.  An offer is
 * written as the free address that it is on disk.  Returns its length.
 */
size_t lease_journal_put(char buf[static LEASE_LINE], const struct leases *ls,
    const struct lease *l, const struct lease_clock *now);
/* The same of what is known of a host: a line "host". */
size_t lease_journal_put_host(char buf[static LEASE_LINE],
    const struct host_notes *hn, const struct host_note *n,
    const struct lease_clock *now);
/*
 * Put what the line said into the table: false when the address is in no
 * pool; what a line "host" says of no [host] of ours is passed over.  A lease
 * never lasts longer from now than it was given for, however wrong the wall
 * clock is or was.
 */
bool lease_journal_apply(struct leases *ls, const struct lease_record *rec,
    const struct lease_clock *now);

#endif
