/*
 * rtt.c - measured round trips, as RFC 6298 smooths them.
 *
 * SPDX-License-Identifier: ISC
 */
#include "rtt.h"

void
rtt_sample(struct rtt *r, uint64_t sample_us)
{
	uint64_t s = sample_us ? sample_us : 1, diff;

	if (r->srtt_us == 0) {
		r->srtt_us = s;
		r->rttvar_us = s / 2;
		return;
	}
	/* RTTVAR first: it is about the SRTT of before (RFC 6298 2.3) */
	diff = s > r->srtt_us ? s - r->srtt_us : r->srtt_us - s;
	r->rttvar_us = (3 * r->rttvar_us + diff) / 4;
	r->srtt_us = (7 * r->srtt_us + s) / 8;
}

uint64_t
rtt_timeout(const struct rtt *r)
{
	return r->srtt_us + 4 * r->rttvar_us;
}
