/*
 * mcast_parts.c - what mcast.c decides by: the clients of a pass, those that
 * wait for the next one, and the times.
 *
 * SPDX-License-Identifier: ISC
 */
#include "mcast.h"
#include "mcast_int.h"

/* Remember who asked; true when it is new in this pass. */
bool
mcast_note(struct mcast *m, const struct addr *a)
{
	for (unsigned int i = 0; i < m->nseen; i++)
		if (addr_equal(&m->seen[i], a))
			return false;
	if (m->nseen == MCAST_SEEN)
		return false;
	m->seen[m->nseen++] = *a;
	return true;
}

/* The client asks no longer. */
void
mcast_unqueue(struct mcast_queue *q, const struct addr *a)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < q->n; i++)
		if (!addr_equal(&q->peer[i].addr, a))
			q->peer[n++] = q->peer[i];
	q->n = n;
}

void
mcast_unqueue_port(struct mcast_queue *q, uint16_t port)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < q->n; i++)
		if (q->peer[i].port != port)
			q->peer[n++] = q->peer[i];
	q->n = n;
}

/* It asks, now and from this port; of too many the oldest is forgotten. */
void
mcast_enqueue(struct mcast_queue *q, const struct peer *from)
{
	mcast_unqueue(q, &from->addr);
	if (q->n == MCAST_QUEUE)
		mcast_unqueue(q, &q->peer[0].addr);
	q->peer[q->n++] = *from;
}

/* Between blocks when there is no master to set the pace. */
uint64_t
mcast_pace(const struct mcast *m)
{
	uint64_t srtt_us = m->rtt.srtt_us ? m->rtt.srtt_us : m->loss.srtt_us;

	if (srtt_us == 0)
		return MCAST_PACE_DEFAULT_US;
	return mcast_min(
	    mcast_max(srtt_us, MCAST_PACE_MIN_US), MCAST_PACE_MAX_US);
}

/*
 * When a silent master has been silent for too long.  Of its retries
 * timeouts the last one is for the nudge.
 */
uint64_t
mcast_silent_at(const struct mcast *m)
{
	uint64_t timeout_us = mcast_max(m->limits.timeout_us, 2 * m->rto_us);
	unsigned int timeouts = m->limits.retries;

	if (m->nudges)
		timeouts = 1;
	else if (timeouts > 1 && m->block < m->nblocks)
		timeouts--;
	return m->first_us + timeout_us * timeouts;
}

bool
mcast_is_silent(const struct mcast *m, uint64_t now_us)
{
	if (m->deaf && m->block < m->nblocks && m->sends >= MCAST_DEAF_SENDS)
		return true;
	if (m->sends < MCAST_SILENT_SENDS && m->limits.retries > 1)
		return false;
	return now_us >= mcast_silent_at(m);
}

bool
mcast_may_nudge(const struct mcast *m)
{
	unsigned int most = m->deaf ? MCAST_DEAF_NUDGES : 1;

	return m->block < m->nblocks && m->limits.retries > 1 &&
	       m->nudges < most;
}

/* The first timer for a block. */
uint64_t
mcast_first_wait(const struct mcast *m)
{
	uint64_t rto = m->rto_us ? m->rto_us : MCAST_OPEN_RTO_US;

	if (m->rto_us == 0 && m->loss.rto_us && m->state != MCAST_OPEN)
		rto = mcast_min(rto, 2 * m->loss.rto_us);
	if (m->deferred && !m->acked)
		rto = MCAST_NEXT_RTO_US;
	/* an Intel ROM that got a block three times wants the next one */
	else if (m->out >= MCAST_COPIES && m->state == MCAST_PASS)
		rto = m->limits.timeout_us;
	rto = mcast_min(rto, m->limits.timeout_us);
	return mcast_max(rto, m->paced_us - m->sent_us);
}

/* With the bounds of a boot server. */
void
mcast_measure(struct mcast *m, uint64_t now_us)
{
	const struct rtt *r = &m->rtt;

	if (m->sends != 1) {
		/* Karn: nobody knows which copy this answers; wait longer,
		 * until a block that went out once tells how long */
		m->rto_us =
		    mcast_min(m->rto_us + m->rto_us / 2, m->limits.timeout_us);
		return;
	}
	rtt_sample(&m->rtt, now_us - m->sent_us);
	m->rto_us = mcast_max(rtt_timeout(r), r->srtt_us + r->srtt_us / 2);
	m->rto_us = mcast_max(m->rto_us, MCAST_RTO_MIN_US);
}
