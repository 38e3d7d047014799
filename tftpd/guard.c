/*
 * guard.c - whether a client has shown that it is there; see guard.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tftpd/guard.h"

enum {
	SECOND_US = 1000000
};

enum guard_trust
guard_trust(const struct guard *g)
{
	if (!g->answered)
		return GUARD_NEW;
	return g->one_port && !g->vouched ? GUARD_HEARD : GUARD_PROVED;
}

bool
guard_may(const struct guard *g, size_t len, struct guard_rate *r,
    uint64_t rate_Bps, uint64_t now_us)
{
	uint64_t gone_us = now_us - r->last_us, more;

	if (guard_trust(g) != GUARD_HEARD)
		return true;
	if (gone_us > SECOND_US)
		gone_us = SECOND_US;
	more = rate_Bps * gone_us / SECOND_US;
	if (more)
		r->last_us = now_us; /* else it goes on to add up */
	r->tokens += more;
	if (r->tokens > rate_Bps)
		r->tokens = rate_Bps;
	if (r->tokens < len)
		return false;
	r->tokens -= len;
	return true;
}
