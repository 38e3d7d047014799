/*
 * mcast_opt_pace.c - how fast the file of mcast_opt.c goes out, and how long
 * an answer is waited for.
 *
 * The master acknowledges each block that it hears, so the number of its ACKs
 * is what the network carries.  An epoch of 10 ms sends cwnd blocks, evenly.
 * When nearly all were heard the next one sends more, twice as many until
 * for the first time much was lost; when much was lost, as many as were
 * heard.  Between the two lies loss that is nobody's fault: the pace stays.
 * The first hop paces by itself: the kernel takes no more than it has room
 * for.
 *
 * SPDX-License-Identifier: ISC
 */
#include "mcast_opt.h"
#include "mcast_opt_int.h"

enum {
	CWND_FIRST = 64,
	CWND_MIN = 8,
	CWND_MAX = 8192,
	HEARD_WELL = 90, /* percent */
	HEARD_BADLY = 70,
	BURST = 8 /* blocks: less is not worth a wake-up */
};

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void
mcopt_measure(struct mcopt *m, uint64_t r_us)
{
	rtt_sample(&m->rtt, r_us);
	m->rto_us = most(rtt_timeout(&m->rtt), MCOPT_RTO_MIN_US);
}

uint64_t
mcopt_wait(const struct mcopt *m)
{
	uint64_t rto = m->rto_us ? m->rto_us : MCOPT_RTO_US;

	if (m->asked && m->n && !m->client[m->master].alive)
		rto = most(rto, MCOPT_RTO_NEW_US);
	for (unsigned int i = 1; i < m->sends && rto < MCOPT_RTO_MAX_US; i++)
		rto *= 2;
	return least(rto, MCOPT_RTO_MAX_US);
}

uint64_t
mcopt_gathered_at(const struct mcopt *m)
{
	uint64_t quiet = most(m->joined_us, m->begun_us) + m->limits.gather_us;

	return least(
	    quiet, m->begun_us + MCOPT_GATHER_MOST * m->limits.gather_us);
}

void
mcopt_count(struct mcopt *m, uint64_t first, uint64_t count)
{
	uint64_t end = first + count - 1, fresh = 0;

	if (end > m->highest) {
		fresh = least(count, end - m->highest);
		m->highest = end;
	}
	m->sent += count;
	m->resent += count - fresh;
}

/* ---- the pace ---- */

static uint64_t
bounded(const struct mcopt *m, uint64_t cwnd)
{
	uint64_t top = CWND_MAX;

	if (m->limits.rate)
		top = most(
		    (uint64_t)m->limits.rate * MCOPT_EPOCH_US / 1000000, 1);
	return least(most(cwnd, CWND_MIN), top);
}

uint64_t
mcopt_cwnd_first(const struct mcopt *m)
{
	return bounded(m, CWND_FIRST);
}

static void
epoch_begin(struct mcopt *m, uint64_t now_us)
{
	m->before_sent = m->epoch_sent;
	m->epoch_sent = m->epoch_acks = 0;
	m->epoch_us = now_us;
}

void
mcopt_pace_begin(struct mcopt *m, uint64_t now_us)
{
	epoch_begin(m, now_us);
	m->before_sent = 0; /* the first epoch says nothing */
	m->deadline_us = now_us;
}

/* The ACKs of this epoch are for this one's blocks and the one's before. */
static void
epoch_end(struct mcopt *m, uint64_t now_us)
{
	uint64_t sent = least(m->before_sent, m->epoch_sent);

	if (m->before_sent && sent) {
		uint64_t heard = m->epoch_acks * 100 / sent;

		if (m->epoch_acks) {
			m->paced += sent;
			m->heard += least(m->epoch_acks, sent);
		}
		if (heard < HEARD_BADLY && m->epoch_acks) {
			m->cwnd = bounded(m, m->epoch_acks);
			m->choked = true;
		} else if (heard >= HEARD_WELL) {
			m->cwnd =
			    bounded(m, m->choked ? m->cwnd + m->cwnd / 16 + 1
						 : m->cwnd * 2);
		}
	}
	epoch_begin(m, now_us);
}

unsigned int
mcopt_loss_permil(const struct mcopt *m)
{
	if (m->paced == 0)
		return 0;
	return (unsigned int)((m->paced - m->heard) * 1000 / m->paced);
}

uint32_t
mcopt_more(struct mcopt *m, uint64_t now_us, uint64_t *ret_first)
{
	uint64_t passed, due, left, step;

	if (m->state != MCOPT_STREAM)
		return 0;
	passed = now_us - m->epoch_us;
	if (passed >= MCOPT_EPOCH_US) {
		epoch_end(m, now_us);
		passed = 0;
	}
	left = m->until - m->next;
	step = least(BURST, most(m->cwnd / 4, 1));
	due = least(step + m->cwnd * passed / MCOPT_EPOCH_US, m->cwnd);
	due = due > m->epoch_sent ? due - m->epoch_sent : 0;
	if (due < least(step, left)) {
		m->deadline_us =
		    now_us + most(step * MCOPT_EPOCH_US / m->cwnd, 100);
		return 0;
	}
	*ret_first = m->next;
	return (uint32_t)least(least(due, left), MCOPT_RUN);
}

/* All that was to go out is out: what does the master lack? */
static void
streamed(struct mcopt *m, uint64_t now_us)
{
	m->state = MCOPT_REPAIR;
	m->block = m->until - 1;
	m->sent_us = now_us;
	m->sends = 2; /* which one an answer is for cannot be told */
	m->deadline_us = now_us + mcopt_wait(m);
}

void
mcopt_sent(struct mcopt *m, uint32_t count, uint64_t now_us)
{
	if (m->state != MCOPT_STREAM)
		return;
	if (count == 0) {
		m->deadline_us = now_us + MCOPT_BLOCKED_US;
		return;
	}
	mcopt_count(m, m->next, count);
	m->next += count;
	m->epoch_sent += count;
	if (m->next >= m->until)
		streamed(m, now_us);
}
