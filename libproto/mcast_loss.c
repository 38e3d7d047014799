/*
 * mcast_loss.c - how much is lost, and how often each block therefore goes
 * out.
 *
 * A listener that loses p of the packets loses p^r of the blocks when each
 * goes out r times in a row; an Intel ROM keeps only what follows its last
 * gap, so for it r decides whether it ever gets the file.
 *
 * The master tells what is lost: clients acknowledge every copy that comes
 * (atftp alone does not), so copies sent less ACKs heard are those that were
 * lost, or whose ACKs were.  A late ACK is no loss by that count, a timer
 * that ran out too early neither.  A master that never acknowledged a second
 * copy is measured by its timers.
 *
 * Whatever went out before the loss was seen is what most listeners miss: if
 * there is another pass, these first blocks get one copy more in it.
 *
 * Where the listeners lose and the master does not, they open again, sooner
 * than anybody could who has not heard the pass: the third such pass in a row
 * has two copies at least, the fourth three.
 *
 * iPXE gets one: it acknowledges its first gap and so is sent what it misses
 * and nothing else, which costs less than copies for all.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "mcast.h"
#include "mcast_int.h"

enum {
	WINDOW = 2048,	 /* copies that the estimate looks back on */
	SURE = 1000,	 /* copies until it may fall to one */
	SURE_TWO = 200,	 /* ... to two */
	SOME_PERMIL = 3, /* above: two copies */
	NONE_PERMIL = 1, /* below: one again */
	MUCH_PERMIL = 25,
	LESS_PERMIL = 15
};

/* Does it ask because it has holes?  Its master has none. */
static bool
has_holes(const struct mcast *m, uint64_t now_us)
{
	return mcast_is_rom(m, &m->master) &&
	       now_us - m->loss.ended_us < m->limits.tmout_us &&
	       !addr_equal(&m->master.addr, &m->loss.master);
}

void
mcast_loss_begin(struct mcast *m, uint64_t now_us)
{
	struct mcast_loss *l = &m->loss;

	if (l->run == 0 || now_us - l->ended_us > MCAST_RUN_US)
		memset(l, 0, sizeof *l);
	l->run = has_holes(m, now_us) ? l->run + 1 : 1;
	if (l->run == 1)
		l->thin = 0;
	l->master = m->master.addr;
	l->repeated = l->echoed = 0;
	memset(&l->now, 0, sizeof l->now);
	memset(&l->before, 0, sizeof l->before);
	mcast_loss_decide(m);
}

void
mcast_loss_jump(struct mcast *m)
{
	m->loss.gaps = true;
}

void
mcast_loss_end(struct mcast *m, uint64_t now_us)
{
	m->loss.ended_us = now_us;
	if (m->rtt.srtt_us) {
		m->loss.srtt_us = m->rtt.srtt_us;
		m->loss.rto_us = m->rto_us;
	}
	if (!m->jumped)
		m->loss.thin = m->thin;
}

/* All ACKs of that block are in: those of the one behind it come. */
static void
count(struct mcast_loss *l, const struct mcast_tally *t)
{
	uint32_t acks = t->acks < t->sent ? t->acks : t->sent;

	if (t->sent == 0)
		return;
	l->repeated += t->sent > 1;
	l->echoed += acks > 1;
	if (l->echoed == 0) {
		l->sent++;
		l->lost += t->sent > t->first;
	} else {
		l->sent += t->sent;
		l->lost += t->sent - acks;
	}
	if (l->sent > WINDOW) {
		l->sent /= 2;
		l->lost /= 2;
	}
}

static bool
above(const struct mcast_loss *l, unsigned int permil)
{
	return (uint64_t)l->lost * 1000 > (uint64_t)l->sent * permil;
}

/* A timer is the loss of all copies: the little there is means much. */
static unsigned int
by_timers(const struct mcast_loss *l)
{
	if (l->lost > 1 && above(l, 1))
		return l->wish + 1;
	return l->lost == 0 && l->sent > SURE ? l->wish - 1 : l->wish;
}

static unsigned int
by_loss(const struct mcast_loss *l)
{
	if (l->wish > 1 && l->copies > 1 && l->echoed == 0)
		return by_timers(l);
	if (l->lost > 1 && above(l, MUCH_PERMIL))
		return 3;
	if (l->wish >= 3)
		return l->sent < SURE_TWO || above(l, LESS_PERMIL) ? 3 : 2;
	if (l->lost > 0 && above(l, SOME_PERMIL))
		return 2;
	if (l->wish == 2)
		return l->sent < SURE || above(l, NONE_PERMIL) ? 2 : 1;
	return 1;
}

/* From a port of its own, with others like it: iPXE, most likely. */
static bool
fills_gaps(const struct mcast *m)
{
	if (m->limits.cport == 0 || mcast_is_rom(m, &m->master))
		return false;
	return m->loss.gaps || (m->loss.run < 3 && m->queue.n > 0);
}

void
mcast_loss_decide(struct mcast *m)
{
	struct mcast_loss *l = &m->loss;
	unsigned int most = m->limits.copies_max, n = by_loss(l);

	if (n != l->wish && l->wish > 1 && l->echoed == 0)
		l->sent = l->lost = 0; /* other copies, another meaning */
	l->wish = n;
	if (l->run > 3 && n < 3)
		n = 3;
	else if (l->run > 2 && n < 2)
		n = 2;
	if (fills_gaps(m))
		n = 1;
	if (n > l->copies && l->copies > 0)
		m->thin = m->block;
	if (m->block < l->thin && n > 1)
		n++;
	if (n > most)
		n = most;
	if (n < m->limits.copies)
		n = m->limits.copies;
	l->copies = n;
}

void
mcast_loss_next(struct mcast *m)
{
	struct mcast_loss *l = &m->loss;

	count(l, &l->before);
	l->before = l->now;
	memset(&l->now, 0, sizeof l->now);
	mcast_loss_decide(m);
}

void
mcast_loss_sent(struct mcast *m, unsigned int copies)
{
	struct mcast_tally *t = &m->loss.now;

	if (m->state != MCAST_PASS || m->block == 1)
		return;
	if (t->sent == 0)
		t->first = copies;
	t->sent += copies;
}

void
mcast_loss_acked(struct mcast *m, uint64_t n)
{
	m->loss.now.acks += n == m->block;
	m->loss.before.acks += n + 1 == m->block;
}

unsigned int
mcast_loss_permil(const struct mcast *m)
{
	if (m->loss.sent == 0)
		return 0;
	return (unsigned int)((uint64_t)m->loss.lost * 1000 / m->loss.sent);
}
