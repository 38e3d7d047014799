/*
 * lease_text.h - one lease as a line of the journal, and the journal played
 * into a table.
 *
 * Pure.  A line is
 *
 *	bound 192.0.2.7 1/00:54:55:56:67:68 01005455566768 \
 *	    2026-11-22T10:00:00Z 2026-11-22T11:00:00Z 0291bbd0
 *
 * (in one): state, address, htype/chaddr, client id in hex or "-", since,
 * until (or "never"), CRC-32 of all that stands before its blank.  Times are
 * UTC by the wall clock.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASE_TEXT_H
#define REMOTEBOOT_LEASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "dhcpd/lease.h"

enum {
	LEASE_LINE = 704 /* longest line with its newline, and NUL */
};

#define LEASE_HEADER "remoteboot-leases 1\n"

/* Now, on both clocks. */
struct lease_clock {
	int64_t boot_s; /* CLOCK_BOOTTIME: what the table counts in */
	int64_t wall_s; /* CLOCK_REALTIME: what stands on disk */
};

/* What one line says; times by the wall clock. */
struct lease_record {
	enum lease_state state; /* never LEASE_OFFERED */
	struct ip4 addr;
	struct lease_key key; /* client_id points to id */
	uint8_t id[LEASE_CLIENT_ID];
	int64_t start_s, expires_s;
};

/* CRC-32 (IEEE 802.3, as zip and Ethernet have it). */
uint32_t lease_crc(const void *p, size_t len);

/*
 * The entry of a table as a line with newline, NUL-terminated.  An offer is
 * written as the free address that it is on disk.  Returns its length.
 */
size_t lease_text_put(char buf[static LEASE_LINE], const struct leases *ls,
    const struct lease *l, const struct lease_clock *now);
/* A record as such a line, its times as they stand. */
size_t lease_text_record(
    char buf[static LEASE_LINE], const struct lease_record *rec);
/* Days since 1970 of a Gregorian date; m and d count from 1. */
int64_t lease_text_days(int64_t y, int64_t m, int64_t d);
/*
 * Read a line of len bytes, its newline not among them.  NULL when *ret is
 * complete, else what is wrong (then *ret is unspecified).
 */
const char *lease_text_get(
    const char *line, size_t len, struct lease_record *ret);

/*
 * Put what the line said into the table: false when the address is in no
 * pool.  A lease never lasts longer from now than it was given for, however
 * wrong the wall clock is or was.
 */
bool lease_text_apply(struct leases *ls, const struct lease_record *rec,
    const struct lease_clock *now);

#endif
