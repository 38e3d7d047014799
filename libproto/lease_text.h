/*
 * lease_text.h - one lease as a line of dhcpd's journal, which dhcpd writes
 * and tftpd reads too.
 *
 * Pure.  A line is
 *
 *	bound 192.0.2.7 1/00:54:55:56:67:68 01005455566768 \
 *	    2026-11-22T10:00:00Z 2026-11-22T11:00:00Z 0291bbd0
 *
 * (in one): state, address, htype/chaddr, client id in hex or "-", since,
 * until (or "never"), CRC-32 of all that stands before its blank.  Times are
 * UTC by the wall clock.  Before the CRC there may be one more word: the name
 * of the class that the client had when it asked.
 *
 * A line "host" is no lease: it only says of a [host] that got its own address
 * what class it had when it asked.  Its client id is "-" when it was known by
 * its hardware address; until is "never", and no class means that it is in
 * none.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASE_TEXT_H
#define REMOTEBOOT_LEASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	LEASE_LINE = 704 /* longest line with its newline, and NUL */
};

#define LEASE_HEADER "remoteboot-leases 1\n"

#define LEASE_NEVER INT64_MAX /* expires_s of an infinite lease */

enum lease_state {
	LEASE_FREE,    /* the last holder, if any, is remembered */
	LEASE_OFFERED, /* in memory only, until expires_s */
	LEASE_BOUND,
	LEASE_DECLINED, /* in quarantine until expires_s, nobody's */
	LEASE_HOST	/* in a line only: the class of a [host], no lease */
};

enum {
	LEASE_STATES = 4,      /* that an entry of a table can have */
	LEASE_CLIENT_ID = 255, /* longest option 61 that is told apart */
	LEASE_CLASS = 48       /* longest name of a class in a line */
};

/* Who asks: option 61 when it came, and the hardware address. */
struct lease_key {
	uint8_t htype, hlen;
	uint8_t chaddr[16];
	const uint8_t *client_id; /* NULL: none */
	size_t client_id_len;
	/* which addresses of a wire it may have: those of the subnets' own
	 * pools (0), of the n-th [pool NAME] (n), or LEASE_ANY_POOL */
	unsigned int pool;
	uint16_t class; /* its place in the configuration, from 1; 0: none */
};

#define LEASE_ANY_POOL UINT32_MAX

/* What one line says; times by the wall clock. */
struct lease_record {
	enum lease_state state; /* never LEASE_OFFERED */
	struct ip4 addr;
	struct lease_key key; /* client_id points to id */
	uint8_t id[LEASE_CLIENT_ID];
	int64_t start_s, expires_s;
	char class[LEASE_CLASS + 1]; /* of the holder; "": none or not known */
};

/* CRC-32 (IEEE 802.3, as zip and Ethernet have it). */
uint32_t lease_crc(const void *p, size_t len);

/* A record as such a line, its times as they stand. */
size_t lease_text_record(
    char buf[static LEASE_LINE], const struct lease_record *rec);
/* Can a line have that name of a class: no blanks, not too long? */
bool lease_text_class_ok(const char *name);
/* Days since 1970 of a Gregorian date; m and d count from 1. */
int64_t lease_text_days(int64_t y, int64_t m, int64_t d);
/*
 * Read a line of len bytes, its newline not among them.  NULL when *ret is
 * complete, else what is wrong (then *ret is unspecified).
 */
const char *lease_text_get(
    const char *line, size_t len, struct lease_record *ret);

#endif
