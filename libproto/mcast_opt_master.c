/*
 * mcast_opt_master.c - who of the clients of mcast_opt.c is the master, and
 * how they leave.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "mcast_opt.h"
#include "mcast_opt_int.h"

void
mcopt_event(struct mcopt_out *out, enum mcopt_event e, const struct peer *who,
    const char *why)
{
	out->event = e;
	out->who = *who;
	out->why = why;
}

void
mcopt_put_oack(struct mcopt_client *c, bool master, struct mcopt_out *out)
{
	if (out->noack == MCOPT_OACKS || (!c->alive && c->oacks == 0))
		return;
	if (!c->alive)
		c->oacks--;
	out->oack[out->noack].to = c->peer;
	out->oack[out->noack++].master = master;
}

/* Waiting for the master from now on: try number sends. */
void
mcopt_wait_master(struct mcopt *m, uint64_t now_us)
{
	m->sent_us = now_us;
	m->sends++;
	m->deadline_us = now_us + mcopt_wait(m);
}

/* ---- masters ---- */

/*
 * A better master than b: alive, less often silent, less likely forged, came
 * later.
 */
static bool
better(const struct mcopt_client *a, const struct mcopt_client *b)
{
	if (a->alive != b->alive)
		return a->alive;
	if (a->terms != b->terms || a->alive)
		return a->terms <= b->terms;
	return a->oacks >= b->oacks;
}

static unsigned int
candidate(const struct mcopt *m)
{
	unsigned int best = 0, i;

	for (i = 1; i < m->n; i++)
		if (better(&m->client[i], &m->client[best]))
			best = i;
	return best;
}

/* Ask the next client what it lacks; without any all is over. */
void
mcopt_elect(struct mcopt *m, uint64_t now_us, struct mcopt_out *out)
{
	if (m->n == 0) {
		m->state = MCOPT_OVER;
		m->master = 0;
		m->deadline_us = MCOPT_NEVER;
		return;
	}
	m->master = candidate(m);
	m->asked = true;
	m->sends = 0;
	m->holes = 0;
	m->term_from = 0;
	m->ahead = 1;
	m->heard_us = m->term_us = now_us;
	mcopt_put_oack(&m->client[m->master], true, out);
	m->sent_us = now_us;
	if (m->state == MCOPT_STREAM)
		m->sends = 1; /* the stream goes on meanwhile */
	else
		mcopt_wait_master(m, now_us);
}

/* Client i is no longer one. */
static void
drop(struct mcopt *m, unsigned int i, uint64_t now_us, struct mcopt_out *out)
{
	bool was_master = i == m->master;

	m->n--;
	memmove(
	    &m->client[i], &m->client[i + 1], (m->n - i) * sizeof m->client[0]);
	if (was_master)
		mcopt_elect(m, now_us, out);
	else if (m->master > i)
		m->master--;
}

void
mcopt_done(
    struct mcopt *m, unsigned int i, uint64_t now_us, struct mcopt_out *out)
{
	m->done++;
	mcopt_event(out, MCOPT_DONE, &m->client[i].peer, "has every block");
	drop(m, i, now_us, out);
}

void
mcopt_lose(struct mcopt *m, unsigned int i, const char *why, uint64_t now_us,
    struct mcopt_out *out)
{
	m->lost++;
	mcopt_event(out, MCOPT_LOST, &m->client[i].peer, why);
	drop(m, i, now_us, out);
}

/* Another master, if there is one; the old one's turn comes last. */
void
mcopt_replace(
    struct mcopt *m, const char *why, uint64_t now_us, struct mcopt_out *out)
{
	struct mcopt_client old = m->client[m->master];

	mcopt_event(out, MCOPT_SWITCHED, &old.peer, why);
	if (m->n > 1 && old.alive) {
		mcopt_put_oack(&old, false, out);
		old.hushed_us = now_us;
	}
	memmove(&m->client[1], &m->client[0], m->master * sizeof m->client[0]);
	m->client[0] = old;
	mcopt_elect(m, now_us, out);
}

/* The master was silent for too long. */
void
mcopt_silent(struct mcopt *m, uint64_t now_us, struct mcopt_out *out)
{
	const struct mcopt_client *c = &m->client[m->master];

	if (!c->alive && c->oacks == 0) {
		mcopt_lose(
		    m, m->master, "never acknowledged its OACK", now_us, out);
		return;
	}
	if (++m->client[m->master].terms > m->limits.retries) {
		out->send_error = true;
		mcopt_lose(m, m->master, "does not answer", now_us, out);
		return;
	}
	mcopt_replace(m, "the master is silent", now_us, out);
}

bool
mcopt_too_silent(const struct mcopt *m, uint64_t now_us)
{
	uint64_t limit = MCOPT_SILENT_US;

	if (m->n > 1 && m->state == MCOPT_REPAIR && m->rtt.srtt_us)
		limit = MCOPT_WAITED_US + 8 * m->rtt.srtt_us;
	return now_us - m->heard_us >= limit;
}
