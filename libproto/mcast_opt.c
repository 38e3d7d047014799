/*
 * mcast_opt.c - one file to one group by TFTP's multicast option (RFC 2090).
 *
 * Every client is told the group by an OACK; one of them is the master.  The
 * file goes out ahead of any ACK, at the pace at which the master hears it
 * (mcast_opt_pace.c).  An ACK n says that n + 1 is the first block that the
 * master lacks: it gets that one, and all that lack it too hear it.  A
 * master that has everything leaves, and the next one is asked what it
 * lacks; whoever has heard everything meanwhile says so by an ACK of the
 * last block, master or not.
 *
 *   GATHER --nobody joins any more--> STREAM --until is reached--> REPAIR
 *                                       ^                            |
 *                                       '----- a gap, or many lack --'
 *                                              much: once more
 *
 * - An ACK below the block that is out causes nothing (Sorcerer's
 *   Apprentice); it is noted.
 * - A gap of many blocks (of one who came late) is filled by twice as many
 *   blocks at each answer, until an answer jumps.
 * - When the master has so many single holes that nearly every block must be
 *   missing somewhere, the file goes out once more: that costs little more
 *   than the repairs would, and no round trips.
 * - A master that is silent is told that it is none and another is asked; of
 *   those the one that was silent least often and came last, because it
 *   lacks most and its repairs help the others.  Nor is one served for long
 *   while others wait: it may be slow, or a rogue.
 * - Who never acknowledged its OACK gets few of them, most of them before the
 *   data: what it misses then is the whole file.  No data goes out
 *   for its sake: the request may be forged.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "mcast_opt.h"
#include "mcast_opt_int.h"

enum {
	HOLES = 32,	    /* before they say something about the others */
	WORTH_PERCENT = 85, /* of the blocks lacking somewhere */
	AHEAD_MAX = 4096,
	KEPT_OACKS = 1 /* of a silent client's, for when it is the master */
};

static void
quiet(struct mcopt_out *out, const char *why)
{
	memset(out, 0, sizeof *out);
	out->why = why;
}

static unsigned int
find(const struct mcopt *m, const struct peer *p)
{
	unsigned int i;

	if (m->master < m->n && peer_equal(&m->client[m->master].peer, p))
		return m->master;
	for (i = 0; i < m->n && !peer_equal(&m->client[i].peer, p); i++)
		;
	return i;
}

bool
mcopt_knows(const struct mcopt *m, const struct peer *from)
{
	return find(m, from) < m->n;
}

/* ---- what the master lacks ---- */

static void
stream(struct mcopt *m, uint64_t first, uint64_t until, uint64_t now_us)
{
	m->run = false;
	m->state = MCOPT_STREAM;
	m->next = first;
	m->until = until;
	mcopt_pace_begin(m, now_us);
}

static void
put_block(
    struct mcopt *m, uint64_t block, uint64_t now_us, struct mcopt_out *out)
{
	out->data = true;
	out->block = m->block = block;
	mcopt_count(m, block, 1);
	mcopt_wait_master(m, now_us);
}

/* The share of blocks that somebody lacks when each lacks holes of blocks. */
static bool
worth_all(const struct mcopt *m, uint64_t n)
{
	double all = 1, one;

	if (m->holes < HOLES || n <= m->term_from)
		return false;
	one = 1 - (double)m->holes / (double)(n - m->term_from);
	for (unsigned int i = 0; i < m->n && all > 0.001; i++)
		all *= one;
	return (1 - all) * 100 > WORTH_PERCENT;
}

/* It lacks n + 1. */
static void
repair(struct mcopt *m, uint64_t n, uint64_t now_us, struct mcopt_out *out)
{
	uint64_t rest = m->nblocks - n;

	m->state = MCOPT_REPAIR;
	m->asked = false;
	m->sends = 0;
	if (worth_all(m, n)) {
		mcopt_event(out, MCOPT_AGAIN, &m->client[m->master].peer,
		    "many lack much");
		m->holes = 0;
		m->term_from = n;
		stream(m, 1, m->nblocks + 1, now_us);
	} else if (m->ahead > 1 && rest > 1) {
		stream(m, n + 1, n + 1 + (m->ahead < rest ? m->ahead : rest),
		    now_us);
		m->run = true;
	} else {
		put_block(m, n + 1, now_us, out);
	}
}

/* The answer to the block that is out, or to OACK mc=1. */
static void
obey(struct mcopt *m, uint64_t n, uint64_t now_us, struct mcopt_out *out)
{
	m->heard_us = now_us;
	if (m->sends == 1)
		mcopt_measure(m, now_us - m->sent_us);
	if (m->asked) {
		m->term_from = n;
		out->why = "it says what it lacks";
	} else if (n == m->block) {
		if (m->ahead < AHEAD_MAX)
			m->ahead *= 2;
		out->why = "it lacks the next one too";
	} else {
		m->ahead = 1;
		m->holes++;
		out->why = "the next hole";
	}
	if (m->n > 1 && now_us - m->term_us >= MCOPT_TERM_US)
		mcopt_replace(m, "others wait, too", now_us, out);
	else
		repair(m, n, now_us, out);
}

/* ---- what comes in ---- */

static void
ack_gather(struct mcopt *m, uint64_t now_us)
{
	if (m->begun_us == MCOPT_NEVER)
		m->begun_us = now_us;
	if (m->sweeps == 0)
		m->deadline_us = mcopt_gathered_at(m);
}

/* While blocks go out; a gap may end before the run that fills it. */
static void
ack_stream(struct mcopt *m, uint64_t n, uint64_t now_us, struct mcopt_out *out)
{
	m->epoch_acks++;
	m->asked = false;
	if (!m->run || n < m->next)
		return;
	m->ahead = 1;
	out->why = "the gap is filled";
	repair(m, n, now_us, out);
}

/* Not the answer that is waited for; a run may still be under way. */
static void
ack_below(struct mcopt *m, bool fresh, uint64_t now_us, struct mcopt_out *out)
{
	out->why = fresh ? "a block of the run" : "a duplicate ACK";
	if (!fresh)
		return;
	m->heard_us = now_us;
	m->deadline_us = now_us + mcopt_wait(m);
}

static void
ack_master(struct mcopt *m, uint64_t n, bool fresh, uint64_t now_us,
    struct mcopt_out *out)
{
	m->client[m->master].terms = 0;
	switch (m->state) {
	case MCOPT_GATHER:
		m->heard_us = now_us;
		if (m->sends == 1)
			mcopt_measure(m, now_us - m->sent_us);
		m->sends = 2; /* once */
		ack_gather(m, now_us);
		break;
	case MCOPT_STREAM:
		m->heard_us = now_us;
		ack_stream(m, n, now_us, out);
		break;
	case MCOPT_REPAIR:
		if (m->asked || n >= m->block)
			obey(m, n, now_us, out);
		else
			ack_below(m, fresh, now_us, out);
		break;
	case MCOPT_OVER:
		break;
	}
}

/* One that is not the master: it may think that it is. */
static void
ack_other(struct mcopt *m, struct mcopt_client *c, uint64_t n, uint64_t now_us,
    struct mcopt_out *out)
{
	if (m->state == MCOPT_GATHER)
		ack_gather(m, now_us);
	out->why = "an ACK of one who is not the master";
	if (n == 0 || now_us - c->hushed_us < MCOPT_HUSH_US)
		return;
	c->hushed_us = now_us;
	mcopt_put_oack(c, false, out);
}

static void
ack(struct mcopt *m, unsigned int i, uint64_t n, uint64_t now_us,
    struct mcopt_out *out)
{
	struct mcopt_client *c = &m->client[i];
	bool fresh;

	if (n > m->nblocks) {
		out->why = "an ACK beyond the file";
		return;
	}
	c->alive = true;
	fresh = n > c->acked;
	if (fresh)
		c->acked = n;
	if (n == m->nblocks)
		mcopt_done(m, i, now_us, out);
	else if (i == m->master)
		ack_master(m, n, fresh, now_us, out);
	else
		ack_other(m, c, n, now_us, out);
}

void
mcopt_packet(struct mcopt *m, const struct peer *from, const struct tftp_pkt *p,
    uint64_t now_us, struct mcopt_out *out)
{
	unsigned int i = find(m, from);

	quiet(out, "not expected");
	if (i == m->n || m->state == MCOPT_OVER)
		return;
	if (p->op == TFTP_ACK)
		ack(m, i, p->block, now_us, out);
	else if (p->op == TFTP_ERROR)
		mcopt_lose(m, i, "sent an ERROR", now_us, out);
}

void
mcopt_gone(struct mcopt *m, const struct peer *from, const char *why,
    uint64_t now_us, struct mcopt_out *out)
{
	unsigned int i = find(m, from);

	quiet(out, "not a client");
	if (i < m->n)
		mcopt_lose(m, i, why, now_us, out);
}

void
mcopt_open(struct mcopt *m, const struct mcopt_limits *limits,
    struct mcopt_client *array, unsigned int room, uint64_t nblocks,
    uint64_t now_us)
{
	memset(m, 0, sizeof *m);
	m->limits = *limits;
	m->client = array;
	m->room = room;
	m->nblocks = nblocks;
	m->begun_us = MCOPT_NEVER;
	m->deadline_us = MCOPT_NEVER;
	m->started_us = now_us;
	m->ahead = 1;
	m->next = m->until = 1;
	m->cwnd = mcopt_cwnd_first(m);
}

bool
mcopt_join(struct mcopt *m, const struct peer *from, unsigned int oacks,
    uint64_t now_us, struct mcopt_out *out)
{
	unsigned int i = find(m, from);
	struct mcopt_client *c = &m->client[i];

	quiet(out, "asked again");
	if (i < m->n) {
		if (c->oacks < oacks)
			c->oacks = oacks;
		mcopt_put_oack(c, i == m->master, out);
		return true;
	}
	if (m->n == m->room || m->state == MCOPT_OVER) {
		out->why = "no room for another client";
		return false;
	}
	m->n++;
	m->joined++;
	memset(c, 0, sizeof *c);
	c->peer = *from;
	c->oacks = oacks;
	c->hushed_us = now_us;
	m->joined_us = now_us;
	mcopt_event(out, MCOPT_JOINED, from, "joined");
	if (m->n == 1)
		mcopt_elect(m, now_us, out);
	else
		mcopt_put_oack(c, false, out);
	if (m->begun_us != MCOPT_NEVER && m->state == MCOPT_GATHER &&
	    m->sweeps == 0)
		m->deadline_us = mcopt_gathered_at(m);
	return true;
}

/* ---- time ---- */

/* Those that never said a word may have missed their OACK: once more. */
static void
sweep(struct mcopt *m, struct mcopt_out *out)
{
	for (; m->swept < m->n && out->noack < MCOPT_OACKS; m->swept++)
		if (!m->client[m->swept].alive &&
		    m->client[m->swept].oacks > KEPT_OACKS)
			mcopt_put_oack(
			    &m->client[m->swept], m->swept == m->master, out);
}

static void
timer_gathered(struct mcopt *m, uint64_t now_us, struct mcopt_out *out)
{
	sweep(m, out);
	if (out->noack) {
		out->why = "no ACK of the OACK";
		m->deadline_us = now_us;
		if (m->swept == m->n) {
			m->deadline_us += m->limits.gather_us / 2;
			m->sweeps++;
			m->swept = m->sweeps < MCOPT_SWEEPS ? 0 : m->n;
		}
		return;
	}
	out->why = "all are there";
	if (!m->client[m->master].alive)
		mcopt_elect(m, now_us, out);
	m->asked = false;
	m->heard_us = now_us;
	stream(m, 1, m->nblocks + 1, now_us);
}

static void
timer_gather(struct mcopt *m, uint64_t now_us, struct mcopt_out *out)
{
	if (m->begun_us != MCOPT_NEVER) {
		timer_gathered(m, now_us, out);
		return;
	}
	if (mcopt_too_silent(m, now_us)) {
		mcopt_silent(m, now_us, out);
		return;
	}
	out->why = "the OACK was not acknowledged";
	mcopt_put_oack(&m->client[m->master], true, out);
	mcopt_wait_master(m, now_us);
}

static void
timer_repair(struct mcopt *m, uint64_t now_us, struct mcopt_out *out)
{
	struct mcopt_client *c = &m->client[m->master];

	if (mcopt_too_silent(m, now_us)) {
		mcopt_silent(m, now_us, out);
		return;
	}
	out->why = "not acknowledged in time";
	if (m->asked) {
		mcopt_put_oack(c, true, out);
		mcopt_wait_master(m, now_us);
		return;
	}
	if (m->ahead > 1)
		m->ahead /= 2;
	if (m->block != c->acked + 1)
		m->sends = 0;
	put_block(m, c->acked + 1, now_us, out);
}

void
mcopt_timer(struct mcopt *m, uint64_t now_us, struct mcopt_out *out)
{
	quiet(out, "too early");
	if (m->state == MCOPT_OVER || now_us < m->deadline_us)
		return;
	out->why = "paced";
	switch (m->state) {
	case MCOPT_GATHER:
		timer_gather(m, now_us, out);
		break;
	case MCOPT_STREAM:
		if (mcopt_too_silent(m, now_us))
			mcopt_silent(m, now_us, out);
		break;
	case MCOPT_REPAIR:
		timer_repair(m, now_us, out);
		break;
	case MCOPT_OVER:
		break;
	}
}
