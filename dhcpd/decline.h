/*
 * decline.h - clients that decline address after address.
 *
 * A small table by hardware address: so many declines in a while are heard,
 * further ones refused until it is over.  Two clients that fall on one place
 * push each other out, so a flood of invented ones is not stopped here but by
 * the quarter that rests at most (lease_decline()).
 *
 * Pure.  SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_DECLINE_H
#define REMOTEBOOT_DECLINE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	DECLINE_MAX = 5,       /* of one client ... */
	DECLINE_WHILE_S = 600, /* ... from the first one on */
	DECLINE_PLACES = 256
};

struct lease_key;

/* All zero: nobody has declined. */
struct decliners {
	struct {
		uint8_t htype, hlen, chaddr[16];
		bool told;
		uint8_t n; /* 0: the place is free */
		int64_t first_s;
	} of[DECLINE_PLACES];
};

enum decline_verdict {
	DECLINE_HEARD,
	DECLINE_REFUSED, /* for the first time: worth a line in the log */
	DECLINE_REFUSED_AGAIN
};

/* That client declines an address now. */
enum decline_verdict decline_hear(
    struct decliners *d, const struct lease_key *k, int64_t now_s);

#endif
