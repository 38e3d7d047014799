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
		mcast_lose(m, MCAST_SATED, now_us, out, why);
		return;
	}
	mcast_loss_jump(m);
	m->jumped = true;
	out->why = m->why = why;
	mcast_put_next(m, m->nblocks, now_us, out);
	mcast_finish(m, now_us, out);
}

/* ACK n of the master, with n not below the block that is out. */
static void
obey_ack(struct mcast *m, uint64_t n, uint64_t now_us, struct mcast_out *out)
{
	bool begins = m->deferred && !m->acked;

	mcast_measure(m, now_us);
	if (!m->acked && m->limits.cport)
		mcast_unqueue_port(&m->queue, m->limits.cport);
	m->acked = true;
	m->deaf |= n == m->block && m->nudges > 0;
	m->nudges = 0;
	if (n > m->block && n == m->nblocks) {
		complete(m, now_us, out);
		return;
	}
	if (n == m->nblocks) {
		out->why = "complete";
		mcast_finish(m, now_us, out);
		return;
	}
	out->why = n == m->block ? "acknowledged" : "the master fills gaps";
	if (n > m->block)
		mcast_loss_jump(m);
	m->jumped |= n > m->block;
	m->state = MCAST_PASS;
	if (m->probe && n == 1) /* now for the others */
		mcast_put_block(m, now_us, out);
	else if (now_us < m->paced_us)
		m->next = n + 1;
	else
		mcast_put_next(m, n + 1, now_us, out);
	m->probe = false;
	m->deadline_us = m->next ? m->paced_us : now_us + mcast_first_wait(m);
	if (begins)
		mcast_event(
		    out, MCAST_OPENED, "it asked during the pass before");
}

static void
ack(struct mcast *m, uint64_t n, uint64_t now_us, struct mcast_out *out)
{
	mcast_loss_acked(m, n);
	if (n < m->block || (m->next && n < m->next)) {
		out->why = "a duplicate ACK";
	} else if (n > m->nblocks) {
		out->why = "an ACK beyond the file";
	} else if (m->state == MCAST_OPEN || m->state == MCAST_PASS) {
		obey_ack(m, n, now_us, out);
	} else if (m->state == MCAST_ALONE && n == m->block && !m->left) {
		m->why = NULL;
		obey_ack(m, n, now_us, out);
		mcast_event(out, MCAST_REGAINED, "the master answers again");
	}
}

bool
mcast_heeds(const struct mcast *m, const struct peer *from)
{
	if (peer_equal(&m->master, from))
		return true;
	if (m->state != MCAST_OPEN)
		return false;
	for (unsigned int i = 0; i < m->nformer && i < MCAST_FORMER; i++)
		if (peer_equal(&m->former[i], from))
			return true;
	return false;
}

void
mcast_packet(struct mcast *m, const struct peer *from, const struct tftp_pkt *p,
    uint64_t now_us, struct mcast_out *out)
{
	mcast_quiet(out, "not expected");
	if (m->state == MCAST_IDLE)
		return;
	if (p->op == TFTP_RRQ) {
		mcast_request(m, from, now_us, out);
		return;
	}
	if (!mcast_heeds(m, from)) {
		out->why = "not from the master";
		return;
	}
	if (p->op == TFTP_ACK && p->block > 0)
		m->master = *from; /* its time was over, but nobody came */
	if (p->op == TFTP_ACK) {
		ack(m, p->block, now_us, out);
	} else if (p->op == TFTP_ERROR && peer_equal(&m->master, from)) {
		m->left = true;
		mcast_lose(
		    m, MCAST_LOST, now_us, out, "the master sent an ERROR");
	}
}

void
mcast_leave(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out)
{
	mcast_quiet(out, "not the master");
	mcast_unqueue(&m->queue, &from->addr);
	if (m->state == MCAST_IDLE || !peer_equal(&m->master, from))
		return;
	m->left = true;
	mcast_lose(
	    m, MCAST_LOST, now_us, out, "the master asked for another file");
}

/* The silent master: the next block may wake it, else it is given up. */
static void
timer_silent(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	if (!mcast_may_nudge(m)) {
		mcast_lose(m, MCAST_LOST, now_us, out, "the master is silent");
		return;
	}
	out->why = "the next block, to wake the master";
	m->nudges++;
	mcast_put_next(m, m->block + 1, now_us, out);
	m->deadline_us = now_us + mcast_first_wait(m);
}

/* Nobody acknowledged in time: again, or enough of it. */
static void
timer_unacked(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	uint64_t wait = now_us - m->sent_us;

	if (m->state == MCAST_OPEN &&
	    (m->sends >= (m->deferred ? MCAST_NEXT_SENDS : MCAST_OPEN_SENDS) ||
		(m->queue.n > 0 && mcast_is_overdue(m, now_us) &&
		    !m->deferred))) {
		mcast_lose(
		    m, MCAST_LOST, now_us, out, "block 1 was not acknowledged");
		return;
	}
	if (m->state == MCAST_PASS && m->block == m->nblocks &&
	    m->out >= MCAST_LAST_SENDS && m->queue.n > 0) {
		mcast_lose(m, MCAST_LOST, now_us, out,
		    "the last block was not acknowledged");
		return;
	}
	if (m->state == MCAST_PASS && mcast_is_silent(m, now_us)) {
		timer_silent(m, now_us, out);
		return;
	}
	out->why = "not acknowledged in time";
	wait = mcast_min(wait + wait / 2, m->limits.timeout_us);
	if (m->state == MCAST_PASS && m->block < m->nblocks &&
	    m->out + 1 >= MCAST_COPIES && mcast_is_rom(m, &m->master))
		wait = m->limits.timeout_us; /* a fourth copy would end it */
	if (m->state == MCAST_OPEN)
		mcast_put_first(m, now_us, out);
	else
		mcast_put_block(m, now_us, out);
	m->deadline_us =
	    mcast_max(now_us + mcast_max(wait, MCAST_RTO_MIN_US), m->paced_us);
	if (m->state == MCAST_PASS)
		m->deadline_us = mcast_min(
		    m->deadline_us, mcast_max(mcast_silent_at(m), now_us + 1));
}

void
mcast_timer(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	mcast_quiet(out, "too early");
	if (m->state == MCAST_IDLE || now_us < m->deadline_us)
		return;
	out->why = "paced";
	switch (m->state) {
	case MCAST_OPEN:
	case MCAST_PASS:
		if (m->next) {
			mcast_put_next(m, m->next, now_us, out);
			m->deadline_us = now_us + mcast_first_wait(m);
		} else {
			timer_unacked(m, now_us, out);
		}
		break;
	case MCAST_ALONE:
		mcast_go_on(m, now_us, out);
		break;
	case MCAST_LAST:
		mcast_put_block(m, now_us, out);
		mcast_finish(m, now_us, out);
		break;
	case MCAST_IDLE:
		break;
	}
}
