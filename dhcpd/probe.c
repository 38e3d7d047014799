/*
 * probe.c - the table of offers that wait for their address.
 * SPDX-License-Identifier: ISC
 */
#include "dhcpd/probe.h"

struct probe *
probe_find(struct probes *t, struct ip4 addr)
{
	for (size_t i = 0; t->n && i < PROBE_MAX; i++)
		if (t->of[i].used && t->of[i].addr.v == addr.v)
			return &t->of[i];
	return NULL;
}

struct probe *
probe_begin(struct probes *t, struct ip4 addr, uint64_t now_us)
{
	struct probe *p = t->of;

	if (t->n == PROBE_MAX)
		return NULL;
	while (p->used)
		p++;
	p->used = true;
	p->addr = addr;
	p->sent = 1;
	p->tries = 1;
	p->began_us = now_us;
	p->next_us = now_us + PROBE_STEP_US;
	t->n++;
	return p;
}

static void
end(struct probes *t, struct probe *p)
{
	p->used = false;
	t->n--;
}

bool
probe_taken(struct probes *t, struct probe *p, uint64_t now_us)
{
	end(t, p);
	return p->tries < PROBE_TRIES && now_us + PROBE_SENDS * PROBE_STEP_US <=
					     p->began_us + PROBE_LIMIT_US;
}

struct probe *
probe_due(struct probes *t, uint64_t now_us, enum probe_step *step)
{
	for (size_t i = 0; t->n && i < PROBE_MAX; i++) {
		struct probe *p = &t->of[i];

		if (!p->used || p->next_us > now_us)
			continue;
		if (p->sent < PROBE_SENDS) {
			p->sent++;
			p->next_us = now_us + PROBE_STEP_US;
			*step = PROBE_ASK;
		} else {
			end(t, p);
			*step = PROBE_FREE;
		}
		return p;
	}
	return NULL;
}

uint64_t
probe_next_us(const struct probes *t)
{
	uint64_t next = PROBE_NEVER;

	for (size_t i = 0; t->n && i < PROBE_MAX; i++)
		if (t->of[i].used && t->of[i].next_us < next)
			next = t->of[i].next_us;
	return next;
}
