/*
 * mcast.c - one file to one group as a pure machine (PXE MTFTP).
 *
 * The first to ask is the master: it gets block 1 by unicast and by
 * multicast, and from then on its ACKs drive the pass.  All others listen;
 * whoever asks meanwhile gets nothing, hears a later block and listens too.
 * There is one master in a pass, and it never changes.  When it is over, the
 * next pass begins at once for one who asked meanwhile (mcast_next).
 *
 *   IDLE --RRQ--> OPEN --ACK 1--> PASS --ACK last--> LAST --3 copies--> IDLE
 *                   |              |  ^               ^
 *                 silent    silent,|  |ACK of the     |last block sent
 *                   |        ERROR v  |block sent     |
 *                   v              ALONE -------------'
 *                  IDLE
 *
 * What the clients' code demands, and where it is kept:
 * - Block numbers never go down within a pass, or an Intel ROM gives up:
 *   m->block only grows (obey_ack).
 * - Never ahead of the master's ACK: one block is out at a time.
 * - An ACK below the block that is out causes nothing (Sorcerer's
 *   Apprentice; iPXE acknowledges block 1 twice, once for each copy).
 * - An ACK beyond it jumps forward: iPXE acknowledges its first gap, so a
 *   client that opens again answers block 1 with what it has.
 * - A master that is silent although its block came again and again may have
 *   it and not say so twice: atftp repeats no ACK, and the one it sent was
 *   lost.  So before it is given up it gets the next block, once; if that
 *   wakes it, it is "deaf" and will be woken so sooner (timer_unacked).
 * - The last block goes out three times: its loss costs a listener most,
 *   and the next pass begins with block 1.
 *
 * A dialect with a list of clients (RFC 2090) adds who is asked next and
 * what it is told; blocks, timers and ACKs stay as they are here.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "mcast.h"
#include "mcast_int.h"

static void
quiet(struct mcast_out *out, const char *why)
{
	memset(out, 0, sizeof *out);
	out->why = why;
}

static void
event(struct mcast_out *out, enum mcast_event e, const char *why)
{
	out->event = e;
	out->why = why;
}

static void
over(struct mcast *m, struct mcast_out *out, const char *why)
{
	m->state = MCAST_IDLE;
	m->deadline_us = MCAST_NEVER;
	event(out, MCAST_OVER, why);
}

static void
put_block(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	m->sent += m->limits.copies;
	m->resent += m->sends ? m->limits.copies : m->limits.copies - 1;
	m->sends++;
	m->sent_us = now_us;
	out->multicast = true;
	out->block = m->block;
	out->copies = m->limits.copies;
}

static void
put_first(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	out->unicast = true;
	put_block(m, now_us, out);
}

static void
put_next(
    struct mcast *m, uint64_t block, uint64_t now_us, struct mcast_out *out)
{
	m->block = block;
	m->sends = 0;
	m->first_us = now_us;
	put_block(m, now_us, out);
}

/* The last block is out and nobody is waited for: repeat it, then end. */
static void
finish(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	if (m->sends * m->limits.copies >= MCAST_LAST_SENDS) {
		over(m, out, m->why ? m->why : "complete");
		return;
	}
	m->state = MCAST_LAST;
	m->deadline_us = now_us + mcast_max(mcast_pace(m), MCAST_LAST_GAP_US);
}

/* Without a master: the next block now, the one behind it a pace later. */
static void
go_on(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	m->state = MCAST_ALONE;
	put_next(m, m->block + 1, now_us, out);
	if (m->block == m->nblocks)
		finish(m, now_us, out);
	else
		m->deadline_us = now_us + mcast_pace(m);
}

/* The master is gone (e says how): the listeners shall not suffer from it. */
static void
lose(struct mcast *m, enum mcast_event e, uint64_t now_us,
    struct mcast_out *out, const char *why)
{
	if (m->state != MCAST_OPEN && m->state != MCAST_PASS)
		return;
	out->why = m->why = why;
	if (m->state == MCAST_OPEN) {
		over(m, out, why);
	} else if (m->block == m->nblocks) {
		finish(m, now_us, out);
	} else {
		m->lost++;
		event(out, e, why);
		go_on(m, now_us, out);
	}
}

void
mcast_init(struct mcast *m)
{
	memset(m, 0, sizeof *m);
	m->deadline_us = MCAST_NEVER;
}

uint64_t
mcast_blocks(uint64_t size, uint64_t blksize)
{
	return size / blksize + 1;
}

/* Block 1 to a new master; the queue is all that is left of before. */
static void
begin(struct mcast *m, const struct mcast_limits *limits,
    const struct peer *from, uint64_t nblocks, uint64_t now_us,
    struct mcast_out *out)
{
	struct mcast_queue queue = m->queue;

	mcast_init(m);
	m->queue = queue;
	mcast_unqueue(&m->queue, &from->addr);
	m->state = MCAST_OPEN;
	m->limits = *limits;
	m->master = *from;
	m->nblocks = nblocks;
	m->block = 1;
	m->started_us = m->first_us = now_us;
	(void)mcast_note(m, &from->addr);
	put_first(m, now_us, out);
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
	quiet(out, "asked first");
	if (!can_carry(nblocks, out))
		return false;
	begin(m, limits, from, nblocks, now_us, out);
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

	quiet(out, "nobody waits");
	if (!mcast_waits(m))
		return false;
	if (!can_carry(nblocks, out)) {
		m->queue.n = 0;
		return false;
	}
	from = m->queue.peer[m->queue.n - 1];
	begin(m, &limits, &from, nblocks, now_us, out);
	m->deferred = true;
	m->deadline_us = now_us + mcast_first_wait(m);
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
	put_first(m, now_us, out);
	out->why = "the master asked again";
}

/* Who asks now comes before one who may be gone. */
static void
request_instead(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	struct mcast_limits limits = m->limits;

	mcast_enqueue(&m->queue, &m->master);
	begin(m, &limits, from, m->nblocks, now_us, out);
	event(out, MCAST_OPENED, "asked first");
}

/* An RRQ of another client while a pass runs: for the next one. */
static void
request_listener(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	mcast_enqueue(&m->queue, from);
	if (mcast_note(m, &from->addr))
		event(out, MCAST_LISTENER, "a pass is running");
	else
		out->why = "a pass is running";
	if (m->state == MCAST_PASS && m->block == m->nblocks &&
	    m->sends >= MCAST_LAST_SENDS)
		lose(m, MCAST_LOST, now_us, out,
		    "the last block was not acknowledged");
}

/* An RRQ while a pass runs. */
static void
request(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	bool untried = m->state == MCAST_OPEN && m->deferred;
	bool overdue = m->state == MCAST_PASS && m->sends > 1;

	if (!same_client(m, from) && untried) {
		request_instead(m, from, now_us, out);
	} else if (!same_client(m, from)) {
		request_listener(m, from, now_us, out);
	} else if (m->state == MCAST_OPEN) {
		request_open(m, from, now_us, out);
	} else if (overdue && m->block < m->nblocks) {
		m->left = !peer_equal(&m->master, from);
		mcast_enqueue(&m->queue, from);
		lose(m, MCAST_LOST, now_us, out, "the master opened again");
	} else if (m->block == m->nblocks || m->state == MCAST_ALONE) {
		request_listener(m, from, now_us, out);
	}
}

/*
 * The master has all of it, before all of it went out.  A pass that some
 * client opened goes on for the listeners; one that only filled gaps ends, and
 * with the last block: those that heard some of it must not meet the next
 * pass's block 1 before an end.
 */
static void
complete(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	static const char why[] = "the master has every block";

	m->left = true;
	if (m->state == MCAST_OPEN || (!m->jumped && !m->deferred)) {
		lose(m, MCAST_SATED, now_us, out, why);
		return;
	}
	m->jumped = true;
	out->why = m->why = why;
	put_next(m, m->nblocks, now_us, out);
	finish(m, now_us, out);
}

/* ACK n of the master, with n not below the block that is out. */
static void
obey_ack(struct mcast *m, uint64_t n, uint64_t now_us, struct mcast_out *out)
{
	bool begins = m->deferred && !m->acked;

	if (n == m->block)
		mcast_measure(m, now_us);
	m->acked = true;
	m->deaf |= n == m->block && m->nudges > 0;
	m->nudges = 0;
	if (n > m->block && n == m->nblocks) {
		complete(m, now_us, out);
		return;
	}
	if (n == m->nblocks) {
		out->why = "complete";
		finish(m, now_us, out);
		return;
	}
	out->why = n == m->block ? "acknowledged" : "the master fills gaps";
	m->jumped |= n > m->block;
	m->state = MCAST_PASS;
	put_next(m, n + 1, now_us, out);
	m->deadline_us = now_us + mcast_first_wait(m);
	if (begins)
		event(out, MCAST_OPENED, "it asked during the pass before");
}

static void
ack(struct mcast *m, uint64_t n, uint64_t now_us, struct mcast_out *out)
{
	if (n < m->block) {
		out->why = "a duplicate ACK";
	} else if (n > m->nblocks) {
		out->why = "an ACK beyond the file";
	} else if (m->state == MCAST_OPEN || m->state == MCAST_PASS) {
		obey_ack(m, n, now_us, out);
	} else if (m->state == MCAST_ALONE && n == m->block && !m->left) {
		m->why = NULL;
		obey_ack(m, n, now_us, out);
		event(out, MCAST_REGAINED, "the master answers again");
	}
}

void
mcast_packet(struct mcast *m, const struct peer *from, const struct tftp_pkt *p,
    uint64_t now_us, struct mcast_out *out)
{
	quiet(out, "not expected");
	if (m->state == MCAST_IDLE)
		return;
	if (p->op == TFTP_RRQ) {
		request(m, from, now_us, out);
		return;
	}
	if (!peer_equal(&m->master, from)) {
		out->why = "not from the master";
		return;
	}
	if (p->op == TFTP_ACK) {
		ack(m, p->block, now_us, out);
	} else if (p->op == TFTP_ERROR) {
		m->left = true;
		lose(m, MCAST_LOST, now_us, out, "the master sent an ERROR");
	}
}

void
mcast_leave(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	quiet(out, "not the master");
	mcast_unqueue(&m->queue, &from->addr);
	if (m->state == MCAST_IDLE || !peer_equal(&m->master, from))
		return;
	m->left = true;
	lose(m, MCAST_LOST, now_us, out, "the master asked for another file");
}

/* The silent master: the next block may wake it, else it is given up. */
static void
timer_silent(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	if (!mcast_may_nudge(m)) {
		lose(m, MCAST_LOST, now_us, out, "the master is silent");
		return;
	}
	out->why = "the next block, to wake the master";
	m->nudges++;
	put_next(m, m->block + 1, now_us, out);
	m->deadline_us = now_us + mcast_first_wait(m);
}

/* Nobody acknowledged in time: again, or enough of it. */
static void
timer_unacked(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	uint64_t wait = now_us - m->sent_us;

	if (m->state == MCAST_OPEN &&
	    m->sends >= (m->deferred ? MCAST_NEXT_SENDS : MCAST_OPEN_SENDS)) {
		lose(
		    m, MCAST_LOST, now_us, out, "block 1 was not acknowledged");
		return;
	}
	if (m->state == MCAST_PASS && m->block == m->nblocks &&
	    m->sends >= MCAST_LAST_SENDS && m->queue.n > 0) {
		lose(m, MCAST_LOST, now_us, out,
		    "the last block was not acknowledged");
		return;
	}
	if (m->state == MCAST_PASS && mcast_is_silent(m, now_us)) {
		timer_silent(m, now_us, out);
		return;
	}
	out->why = "not acknowledged in time";
	wait = mcast_min(wait + wait / 2, m->limits.timeout_us);
	if (m->state == MCAST_OPEN)
		put_first(m, now_us, out);
	else
		put_block(m, now_us, out);
	m->deadline_us = now_us + mcast_max(wait, MCAST_RTO_MIN_US);
	if (m->state == MCAST_PASS)
		m->deadline_us = mcast_min(
		    m->deadline_us, mcast_max(mcast_silent_at(m), now_us + 1));
}

void
mcast_timer(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	quiet(out, "too early");
	if (m->state == MCAST_IDLE || now_us < m->deadline_us)
		return;
	out->why = "paced";
	switch (m->state) {
	case MCAST_OPEN:
	case MCAST_PASS:
		timer_unacked(m, now_us, out);
		break;
	case MCAST_ALONE:
		go_on(m, now_us, out);
		break;
	case MCAST_LAST:
		put_block(m, now_us, out);
		finish(m, now_us, out);
		break;
	case MCAST_IDLE:
		break;
	}
}
