/*
 * dhcpload.c - thousands of DHCP clients in one process.
 *
 *	IDLE -DISCOVER-> SELECTING -OFFER, REQUEST-> REQUESTING -ACK-> DONE
 *	IDLE -REQUEST with ciaddr-> RENEWING -ACK-> DONE
 *
 * Either a window of clients is always under way (closed), or so many begin
 * each second whatever becomes of the others (rate); then a client's time
 * runs from when it was due, not from when it got its turn.  Whoever hears
 * nothing asks again after a second.
 *
 * Every answer is judged: the address of an ACK is that of the offer (or the
 * one that is renewed) and nobody else's.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/dhcpload.h"

enum {
	DISCOVER = 1,
	OFFER,
	REQUEST,
	ACK = 5,
	NAK
};

enum {
	AGAIN_NS = 1000000000,
	LOOK_NS = 100000000, /* how often the silent ones are looked for */
	STALL_EVERY_NS = 4000000,
	STALL_COUNT = 250
};

enum state {
	IDLE,
	SELECTING,
	REQUESTING,
	RENEWING,
	DONE
};

struct client {
	uint64_t due_ns, sent_ns;
	uint32_t addr, server_id;
	uint8_t state;
};

struct load {
	const struct load_opt *o;
	struct load_net *net;
	struct load_sum *sum;
	struct client *client;
	uint32_t next, active;
	uint32_t xid; /* client i has xid + i */
	uint64_t start_ns, now_ns, look_ns;
	/* who holds an address: open addressing, client + 1 */
	uint32_t mask, *holder;
};

uint64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

uint64_t
wall_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* ---- to the server ---- */

static void
send_message(struct load *l, uint32_t i)
{
	struct client *c = &l->client[i];
	struct load_out m = {
	    .type = REQUEST, .xid = l->xid + i, .mac = l->o->first_mac + i};

	if (c->state == SELECTING) {
		m.type = DISCOVER;
		m.requested = l->o->base ? l->o->base + i : 0;
	}
	if (c->state == REQUESTING) {
		m.requested = c->addr;
		m.server_id = c->server_id;
	}
	if (c->state == RENEWING)
		m.ciaddr = c->addr;
	c->sent_ns = l->now_ns;
	net_send(l->net, &m);
}

static void
begin(struct load *l, uint64_t due_ns)
{
	uint32_t i = l->next % l->o->clients;
	struct client *c = &l->client[i];

	l->next++;
	if (c->state != IDLE && c->state != DONE)
		return; /* a renewal that is still under way */
	c->due_ns = due_ns;
	c->state = SELECTING;
	if (l->o->mode == MODE_RENEW) {
		c->addr = l->o->base + i;
		c->state = RENEWING;
	}
	l->active++;
	l->sum->begun++;
	send_message(l, i);
}

static bool
any_left(const struct load *l)
{
	return l->o->again || l->next < l->o->clients;
}

static void
begin_due(struct load *l)
{
	double per_ns = l->o->rate / 1e9;
	uint64_t due;

	if (l->o->rate == 0) {
		while (l->active < l->o->window && any_left(l))
			begin(l, l->now_ns);
		return;
	}
	while (any_left(l)) {
		due = l->start_ns + (uint64_t)((double)l->next / per_ns);
		if (due > l->now_ns)
			return;
		begin(l, due);
	}
}

/* ---- from the server ---- */

/* Does nobody else hold the address? */
static bool
hold(struct load *l, uint32_t addr, uint32_t i)
{
	uint32_t at = addr * 2654435761U & l->mask;

	for (; l->holder[at]; at = (at + 1) & l->mask) {
		if (l->client[l->holder[at] - 1].addr != addr)
			continue;
		return l->holder[at] == i + 1;
	}
	l->holder[at] = i + 1;
	return true;
}

static void
note_latency(struct load *l, const struct client *c)
{
	l->sum->latency_us[l->sum->nlatency++] =
	    (uint32_t)((l->now_ns - c->due_ns) / 1000);
}

static void
finish(struct load *l, uint32_t i, const struct load_msg *m)
{
	struct client *c = &l->client[i];
	struct load_sum *s = l->sum;

	if (m->yiaddr != c->addr)
		s->wrong++;
	if (!hold(l, c->addr, i))
		s->twice++;
	c->state = DONE;
	l->active--;
	s->done++;
	note_latency(l, c);
}

static void
take(struct load *l, const struct load_msg *m)
{
	uint32_t i = m->xid - l->xid;
	struct client *c;

	if (i >= l->o->clients || m->mac != l->o->first_mac + i)
		return;
	c = &l->client[i];
	if (m->type == OFFER && c->state == SELECTING) {
		c->addr = m->yiaddr;
		c->server_id = m->server_id;
		c->state = REQUESTING;
		send_message(l, i);
	} else if (m->type == ACK &&
		   (c->state == REQUESTING || c->state == RENEWING)) {
		finish(l, i, m);
	} else if (m->type == NAK && c->state != DONE) {
		l->sum->naks++;
		l->active--;
		c->state = DONE;
	}
}

static void
ask_again(struct load *l)
{
	uint32_t n = l->next < l->o->clients ? l->next : l->o->clients, i;
	struct client *c;

	if (l->now_ns < l->look_ns)
		return;
	l->look_ns = l->now_ns + LOOK_NS;
	for (i = 0; i < n; i++) {
		c = &l->client[i];
		if (c->state == IDLE || c->state == DONE ||
		    l->now_ns - c->sent_ns < AGAIN_NS)
			continue;
		l->sum->resent++;
		send_message(l, i);
	}
}

/* ---- a run ---- */

static void
load_init(struct load *l)
{
	const struct load_opt *o = l->o;
	size_t room = o->again ? 4000000 : o->clients;

	for (l->mask = 1; l->mask < 2 * o->clients;)
		l->mask *= 2;
	l->holder = calloc(l->mask--, sizeof *l->holder);
	l->client = calloc(o->clients, sizeof *l->client);
	l->sum->latency_us = calloc(room, sizeof *l->sum->latency_us);
	if (!l->holder || !l->client || !l->sum->latency_us)
		err(1, "memory");
	l->xid = (uint32_t)wall_ns();
	l->start_ns = l->now_ns = now_ns();
	l->look_ns = l->start_ns + LOOK_NS;
}

static void
round_of(struct load *l, uint64_t wait_us)
{
	struct load_msg in[LOAD_BATCH];
	size_t n, i;

	net_flush(l->net);
	n = net_receive(l->net, wait_us, in);
	l->now_ns = now_ns();
	for (i = 0; i < n; i++)
		take(l, &in[i]);
}

/* Who came too late counts with the time that passed so far. */
static void
count_lost(struct load *l)
{
	uint32_t i;

	l->sum->lost = l->active;
	for (i = 0; l->o->rate > 0 && i < l->o->clients; i++)
		if (l->client[i].state != IDLE && l->client[i].state != DONE)
			note_latency(l, &l->client[i]);
}

void
load_run(const struct load_opt *o, struct load_net *n, struct load_sum *s)
{
	struct load l = {.o = o, .net = n, .sum = s};
	uint64_t end;

	load_init(&l);
	end = l.start_ns + (uint64_t)(o->seconds * 1e9);
	while (l.now_ns < end && (any_left(&l) || l.active)) {
		begin_due(&l);
		ask_again(&l);
		round_of(&l, o->rate > 0 ? 200 : 10000);
	}
	s->seconds = (double)(l.now_ns - l.start_ns) / 1e9;
	count_lost(&l);
	free(l.client);
	free(l.holder);
}

/* ---- start to first answer ---- */

static bool
answered(struct load_net *n, struct load_out *m, uint64_t wait_us)
{
	struct load_msg in[LOAD_BATCH];
	size_t k, i;

	net_send(n, m);
	net_flush(n);
	k = net_receive(n, wait_us, in);
	for (i = 0; i < k; i++)
		if (in[i].xid == m->xid && in[i].type == OFFER)
			return true;
	return false;
}

/* Ask every millisecond until the server is there; then watch for a stall. */
void
load_first(const struct load_opt *o, struct load_net *n, struct load_sum *s)
{
	struct load_out m = {.type = DISCOVER, .xid = (uint32_t)wall_ns()};
	uint64_t end = now_ns() + (uint64_t)(o->seconds * 1e9), at;
	uint64_t since = o->since_ns ? o->since_ns : wall_ns();
	struct timespec ms = {0, 1000000};
	uint32_t i;

	m.mac = o->first_mac;
	while (!answered(n, &m, 1000)) {
		if (now_ns() > end) {
			s->lost = 1;
			return;
		}
		nanosleep(&ms, NULL);
	}
	s->first_ms = (double)(wall_ns() - since) / 1e6;
	for (i = 0; i < STALL_COUNT; i++) {
		m.xid++;
		m.mac = o->first_mac + i % o->clients;
		at = now_ns();
		s->begun++;
		if (answered(n, &m, 2000000))
			s->done++;
		else
			s->lost++;
		at = now_ns() - at;
		if ((double)at / 1e6 > s->stall_ms)
			s->stall_ms = (double)at / 1e6;
		if (at < STALL_EVERY_NS) {
			ms.tv_nsec = (long)(STALL_EVERY_NS - at);
			nanosleep(&ms, NULL);
		}
	}
}
