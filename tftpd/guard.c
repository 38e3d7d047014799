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

static void
refill(struct guard_rate *r, uint64_t rate_Bps, uint64_t now_us)
{
	uint64_t gone_us = now_us - r->last_us, more;

	if (gone_us > 2 * SECOND_US) /* out of the deepest debt to the most */
		gone_us = 2 * SECOND_US;
	more = rate_Bps * gone_us / SECOND_US;
	if (more)
		r->last_us = now_us; /* else it goes on to add up */
	r->tokens += (int64_t)more;
	if (r->tokens > (int64_t)rate_Bps)
		r->tokens = (int64_t)rate_Bps;
}

/* Take len bytes of the rate; false: too many wait. */
static bool
pay(struct guard *g, size_t len, struct guard_rate *r, uint64_t rate_Bps,
    uint64_t now_us)
{
	if (r->tokens <= -(int64_t)rate_Bps)
		return false;
	r->tokens -= (int64_t)(len - g->paid);
	g->paid = len;
	g->from_us = now_us;
	if (r->tokens < 0)
		g->from_us += (uint64_t)-r->tokens * SECOND_US / rate_Bps + 1;
	return true;
}

bool
guard_may(struct guard *g, size_t len, struct guard_rate *r, uint64_t rate_Bps,
    uint64_t now_us)
{
	bool turn = true;

	if (guard_trust(g) != GUARD_HEARD)
		return true;
	refill(r, rate_Bps, now_us);
	if (len > g->paid)
		turn = pay(g, len, r, rate_Bps, now_us);
	if (turn && now_us < g->from_us)
		return false;
	g->paid = 0;
	g->from_us = 0;
	return turn;
}
