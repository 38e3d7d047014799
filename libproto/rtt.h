/*
 * rtt.h - measured round trips, as RFC 6298 section 2 smooths them.  Pure.
 *
 * What a machine makes of them, its floor, its ceiling and how it backs off,
 * is its own: see there.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_RTT_H
#define REMOTEBOOT_RTT_H

#include <stdint.h>

/* All zero: there is no sample. */
struct rtt {
	uint64_t srtt_us; /* smoothed; 1 at least when there is a sample */
	uint64_t rttvar_us;
};

/*
 * An answer came sample_us after the one packet that it can be for (Karn: what
 * was sent twice is no sample).  Less than a microsecond counts as one.
 */
void rtt_sample(struct rtt *r, uint64_t sample_us);
/* SRTT + 4 RTTVAR, without any bounds; 0: there is no sample. */
uint64_t rtt_timeout(const struct rtt *r);

#endif
