/*
 * mcast_open.c - who asks, and who becomes the master of a pass.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "mcast.h"
#include "mcast_int.h"

/*
 * Block 1 to a new master; of before the queue is left, and what is known of
 * the network.
 */
static void
begin(struct mcast *m, const struct mcast_limits *limits,
    const struct peer *from, bool deferred, uint64_t nblocks, uint64_t now_us,
    struct mcast_out *out)
{
	struct mcast_queue queue = m->queue;
	struct mcast_loss loss = m->loss;

	mcast_init(m);
	m->queue = queue;
	m->loss = loss;
	mcast_unqueue(&m->queue, &from->addr);
	m->state = MCAST_OPEN;
	m->limits = *limits;
	m->master = *from;
	mcast_loss_begin(m, now_us);
	m->deferred = deferred;
	m->probe = deferred && limits->cport && !mcast_is_rom(m, from);
	m->nblocks = nblocks;
	m->block = 1;
	m->started_us = m->first_us = now_us;
	(void)mcast_note(m, &from->addr);
	mcast_put_first(m, now_us, out);
	m->deadline_us = now_us + mcast_first_wait(m);
}

static bool
can_carry(uint64_t nblocks, struct mcast_out *out)
{
	if (nblocks > 0 && nblocks <= MCAST_BLOCKS_MAX)
		return true;
	out->why = "more than 65535 blocks";
	return false;
}

bool
mcast_open(struct mcast *m, const struct mcast_limits *limits,
    const struct peer *from, uint64_t nblocks, uint64_t now_us,
    struct mcast_out *out)
{
	mcast_quiet(out, "asked first");
	if (!can_carry(nblocks, out))
		return false;
	begin(m, limits, from, false, nblocks, now_us, out);
	out->event = MCAST_OPENED;
	return true;
}

bool
mcast_waits(const struct mcast *m)
{
	return m->state == MCAST_IDLE && m->queue.n > 0;
}

bool
mcast_next(
    struct mcast *m, uint64_t nblocks, uint64_t now_us, struct mcast_out *out)
{
	struct mcast_limits limits = m->limits;
	struct peer from;

	mcast_quiet(out, "nobody waits");
	if (!mcast_waits(m))
		return false;
	if (!can_carry(nblocks, out)) {
		m->queue.n = 0;
		return false;
	}
	from = m->queue.peer[m->queue.n - 1];
	begin(m, &limits, &from, true, nblocks, now_us, out);
	out->why = "it asked during the pass before";
	return true;
}

/* The master, or it again from a new port: iPXE opens anew by that. */
static bool
same_client(const struct mcast *m, const struct peer *from)
{
	return addr_equal(&m->master.addr, &from->addr);
}

/* Nobody has acknowledged block 1 yet, and the master asks again. */
static void
request_open(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	if (!peer_equal(&m->master, from) && !m->deferred &&
	    now_us - m->first_us < MCAST_REOPEN_US) {
		out->why = "another port of the master";
		return;
	}
	m->master = *from;
	m->first_us = now_us;
	mcast_put_first(m, now_us, out);
	out->why = "the master asked again";
}

/*
 * Who asks now comes before one who may be gone, or may never have been
 * there; its ACK is still good while nobody else has sent one.
 */
static void
request_instead(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	bool tried = m->deferred;

	if (tried) {
		struct mcast_limits limits = m->limits;

		mcast_enqueue(&m->queue, &m->master);
		begin(m, &limits, from, false, m->nblocks, now_us, out);
		mcast_event(out, MCAST_OPENED, "asked first");
		return;
	}
	m->former[m->nformer++ % MCAST_FORMER] = m->master;
	mcast_unqueue(&m->queue, &from->addr);
	m->master = *from;
	m->first_us = now_us;
	(void)mcast_note(m, &from->addr);
	m->sends = m->out = 0;
	mcast_put_first(m, now_us, out);
	m->deadline_us = now_us + mcast_first_wait(m);
	out->why = "the one before has not acknowledged block 1";
}

/* Nobody has acknowledged block 1: is it time for another one? */
bool
mcast_is_overdue(const struct mcast *m, uint64_t now_us)
{
	uint64_t trial =
	    m->queue.n < MCAST_CROWD ? MCAST_TRIAL_US : MCAST_CROWD_US;

	return m->state == MCAST_OPEN &&
	       (m->deferred || now_us - m->first_us >= trial);
}

/* An RRQ of another client while a pass runs: for the next one. */
static void
request_listener(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	if (m->state == MCAST_OPEN || m->block == m->nblocks ||
	    !mcast_is_rom(m, from))
		mcast_enqueue(&m->queue, from);
	if (mcast_note(m, &from->addr))
		mcast_event(out, MCAST_LISTENER, "a pass is running");
	else
		out->why = "a pass is running";
	if (m->state == MCAST_PASS && m->block == m->nblocks &&
	    m->out >= MCAST_LAST_SENDS && m->sends > 1)
		mcast_lose(m, MCAST_LOST, now_us, out,
		    "the last block was not acknowledged");
}

/* An RRQ while a pass runs. */
void
mcast_request(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	bool overdue = m->state == MCAST_PASS && m->sends > 1;

	if (!same_client(m, from) && mcast_is_overdue(m, now_us)) {
		request_instead(m, from, now_us, out);
	} else if (!same_client(m, from)) {
		request_listener(m, from, now_us, out);
	} else if (m->state == MCAST_OPEN) {
		request_open(m, from, now_us, out);
	} else if (overdue && m->block < m->nblocks) {
		m->left = !peer_equal(&m->master, from);
		mcast_enqueue(&m->queue, from);
		mcast_lose(
		    m, MCAST_LOST, now_us, out, "the master opened again");
	} else if (m->block == m->nblocks || m->state == MCAST_ALONE) {
		request_listener(m, from, now_us, out);
	}
}
