/*
 * probe.h - offers that wait until nobody has answered for their address.
 *
 * A table of what is being asked, by address, with the DISCOVER that waits;
 * the loop goes on meanwhile.  PROBE_SENDS questions for each address,
 * PROBE_STEP_US apart; an address that somebody has is replaced by another
 * one while there is time: no offer waits longer than PROBE_LIMIT_US.
 *
 * Pure.  RFC 2131 4.4.1 and 5227.  SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_PROBE_H
#define REMOTEBOOT_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define PROBE_NEVER UINT64_MAX

enum {
	PROBE_MSG = 1500, /* longest DISCOVER that waits */
	PROBE_MAX = 128,  /* offers that wait; more are made at once */
	PROBE_SENDS = 2,
	PROBE_STEP_US = 100000,
	PROBE_LIMIT_US = 450000,
	PROBE_TRIES = 4 /* addresses for one DISCOVER */
};

struct probe {
	bool used; /* else the place is free */
	struct ip4 addr;
	uint8_t chaddr[6];
	unsigned int sent, tries;
	uint64_t began_us; /* the DISCOVER came */
	uint64_t next_us;  /* ask again, or offer */
	/* the DISCOVER and how it came, for its second time */
	struct ip4 src, dst;
	uint16_t sport;
	uint32_t ifindex;
	char ifname[16];
	size_t len;
	uint8_t data[PROBE_MSG + 1];
};

struct probes {
	size_t n; /* in use */
	struct probe of[PROBE_MAX];
};

enum probe_step {
	PROBE_ASK, /* send a question */
	PROBE_FREE /* nobody has it: offer; the place is free again */
};

/* Who waits for that address, or NULL. */
struct probe *probe_find(struct probes *t, struct ip4 addr);
/*
 * Begin with an address: the caller fills in the rest and asks once.  NULL:
 * no place is left.
 */
struct probe *probe_begin(struct probes *t, struct ip4 addr, uint64_t now_us);
/*
 * Somebody has the address.  true: there is time for another one, which
 * began then and has so many tries behind it.
 */
bool probe_taken(struct probes *t, struct probe *p, uint64_t now_us);
/* What is due: one that must ask or offer, or NULL. */
struct probe *probe_due(
    struct probes *t, uint64_t now_us, enum probe_step *step);
/* When the next one is due; PROBE_NEVER: none waits. */
uint64_t probe_next_us(const struct probes *t);

#endif
