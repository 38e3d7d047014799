/*
 * mcast_send.c - what goes out next: blocks, the end of a pass, and how it
 * goes on without its master.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "mcast.h"
#include "mcast_int.h"

void
mcast_quiet(struct mcast_out *out, const char *why)
{
	memset(out, 0, sizeof *out);
	out->why = why;
}

void
mcast_event(struct mcast_out *out, enum mcast_event e, const char *why)
{
	out->event = e;
	out->why = why;
}

void
mcast_over(
    struct mcast *m, uint64_t now_us, struct mcast_out *out, const char *why)
{
	mcast_loss_end(m, now_us);
	m->state = MCAST_IDLE;
	m->deadline_us = MCAST_NEVER;
	mcast_event(out, MCAST_OVER, why);
}

/* For the first time as often as loss demands, again: once. */
void
mcast_put_block(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	unsigned int copies = m->sends ? 1 : m->loss.copies;

	m->sent += copies;
	m->resent += m->sends ? copies : copies - 1;
	m->sends++;
	m->out += copies;
	m->sent_us = now_us;
	m->paced_us = now_us + m->limits.gap_us * copies;
	mcast_loss_sent(m, copies);
	out->multicast = true;
	out->block = m->block;
	out->copies = copies;
}

void
mcast_put_first(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	mcast_put_block(m, now_us, out);
	out->unicast = true;
	out->multicast = !m->probe;
}

void
mcast_put_next(
    struct mcast *m, uint64_t block, uint64_t now_us, struct mcast_out *out)
{
	if (m->state == MCAST_PASS)
		mcast_loss_next(m);
	m->block = block;
	m->next = 0;
	m->sends = m->out = 0;
	m->first_us = now_us;
	mcast_put_block(m, now_us, out);
}

/* The last block is out and nobody is waited for: repeat it, then end. */
void
mcast_finish(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	uint64_t gap = m->jumped ? MCAST_GAPS_END_US : MCAST_LAST_GAP_US;

	if (m->out >= MCAST_LAST_SENDS + m->loss.copies - 1) {
		mcast_over(m, now_us, out, m->why ? m->why : "complete");
		return;
	}
	m->state = MCAST_LAST;
	m->deadline_us =
	    mcast_max(now_us + mcast_max(mcast_pace(m), gap), m->paced_us);
}

/* Without a master: the next block now, the one behind it a pace later. */
void
mcast_go_on(struct mcast *m, uint64_t now_us, struct mcast_out *out)
{
	m->state = MCAST_ALONE;
	mcast_put_next(m, m->block + 1, now_us, out);
	if (m->block == m->nblocks)
		mcast_finish(m, now_us, out);
	else
		m->deadline_us = mcast_max(now_us + mcast_pace(m), m->paced_us);
}

/* The master is gone (e says how): the listeners shall not suffer from it. */
void
mcast_lose(struct mcast *m, enum mcast_event e, uint64_t now_us,
    struct mcast_out *out, const char *why)
{
	if (m->state != MCAST_OPEN && m->state != MCAST_PASS)
		return;
	out->why = m->why = why;
	if (m->state == MCAST_OPEN) {
		mcast_over(m, now_us, out, why);
	} else if (m->block == m->nblocks) {
		mcast_finish(m, now_us, out);
	} else if (m->jumped) {
		mcast_put_next(m, m->nblocks, now_us, out);
		mcast_finish(m, now_us, out);
	} else {
		m->lost++;
		mcast_event(out, e, why);
		mcast_go_on(m, now_us, out);
	}
}
