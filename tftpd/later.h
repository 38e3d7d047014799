/*
 * later.h - requests that wait until a digest is known.
 *
 * They are kept as they came, at most LATER_MAX of them and none for longer
 * than LATER_US, and are looked at once more when the job that they wait for
 * is over.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_LATER_H
#define REMOTEBOOT_TFTPD_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/udp.h"

struct listener;

enum {
	LATER_MAX = 128,
	LATER_DATA = 600, /* the longest request: RFC 2347 has 512 */
	/* tftp-hpa's client repeats after 5 s and drops what has come just
	 * before: not at that moment */
	LATER_US = 4 * 1000000
};

/* A request that waits; in.data points to data. */
struct waiting {
	struct listener *at;
	struct udp_in in;
	int job;
	bool due; /* its job is over */
	uint64_t until_us;
	uint8_t data[LATER_DATA + 1];
};

struct later;

/* NULL and errno. */
struct later *later_new(void);
/* NULL is allowed. */
void later_free(struct later *l);
/*
 * Keep a request.  One that waits already (a client repeats it) is put in
 * its place.  false: there is no room.
 */
bool later_add(struct later *l, struct listener *at, const struct udp_in *in,
    int job, uint64_t now_us);
/* The job is over: its requests are due. */
void later_done(struct later *l, int job);
/* Take one that is due; false: there is none. */
bool later_due(struct later *l, struct waiting *ret);
/* Take one that has waited too long; false: there is none. */
bool later_over(struct later *l, uint64_t now_us, struct waiting *ret);
/* When the next one will have, UINT64_MAX: none waits. */
uint64_t later_deadline(const struct later *l);

#endif
