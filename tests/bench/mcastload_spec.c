/*
 * mcastload_spec.c - a client after the text of PXE 2.1 (and as atftp):
 *
 * It listens for tmout.  When nothing is heard it opens from cport; whoever
 * gets the first block by unicast acknowledges to the end of the pass, the
 * others keep what they hear.  Who has holes at the end, or at a silence of
 * delay, listens for tmout less one second for each missed block, and opens
 * when that is silent too.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tests/bench/mcastload.h"

enum {
	TRIES = 3
};

static uint64_t
ns_of(double s)
{
	return (uint64_t)(s * 1e9);
}

static void
listen_for(struct load *l, struct client *c, double s)
{
	c->state = LISTEN;
	c->heard = false;
	client_timer(l, c, ns_of(s));
}

static void
spec_start(struct load *l, struct client *c)
{
	listen_for(l, c, load_opt(l)->tmout_s);
}

static void
ask(struct load *l, struct client *c)
{
	if (c->tries++ == TRIES) {
		client_failed(l, c, "three requests and no answer");
		return;
	}
	c->state = OPEN;
	client_ask(l, c);
	client_timer(l, c, ns_of(load_opt(l)->delay_s));
}

/* Missed: what it knows to be missing. */
static void
pass_over(struct load *l, struct client *c)
{
	uint32_t end = c->last ? c->last : c->seen;
	double wait = load_opt(l)->tmout_s - (double)(end - c->nhave);

	c->seen = 0;
	listen_for(l, c, wait > 0 ? wait : 0);
}

static void
spec_timer(struct load *l, struct client *c)
{
	if (c->state == LISTEN && c->heard) {
		pass_over(l, c);
	} else if (c->state == MASTER) {
		pass_over(l, c);
	} else {
		if (c->state == LISTEN)
			c->tries = 0;
		ask(l, c);
	}
}

/* Is it for us, as far as ports tell? */
static bool
of_server(struct load *l, struct client *c, const struct packet *p)
{
	const struct load_opt *o = load_opt(l);

	if (!o->any_port && p->d->from_port != o->sport) {
		client_complains(l, c, "DATA from another port than sport");
		return false;
	}
	return true;
}

static void
as_master(struct load *l, struct client *c, const struct packet *p)
{
	uint32_t had = c->seen;

	if (p->block < had) {
		client_complains(l, c, "master: the block number went down");
		return;
	}
	(void)client_keep(l, c, p);
	if (p->block > had + 1) { /* the pass goes on without it */
		c->heard = true;
		c->state = LISTEN;
		c->seen = p->block;
		client_timer(l, c, ns_of(load_opt(l)->delay_s));
		return;
	}
	c->seen = p->block;
	client_ack(l, c, p->block);
	if (client_complete(c) && p->block == c->last)
		client_done(l, c);
	else
		client_timer(l, c, ns_of(load_opt(l)->delay_s));
}

static void
as_listener(struct load *l, struct client *c, const struct packet *p)
{
	if (p->block < c->seen && c->seen != c->last)
		client_complains(l, c, "the block number went down");
	c->seen = p->block;
	(void)client_keep(l, c, p);
	if (client_complete(c)) {
		client_done(l, c);
	} else if (p->block == c->last) {
		if (c->heard)
			pass_over(l, c);
	} else {
		c->heard = true;
		client_timer(l, c, ns_of(load_opt(l)->delay_s));
	}
}

static void
as_opener(struct load *l, struct client *c, const struct packet *p)
{
	if (!p->multicast && p->block == 1) {
		c->peer_port = p->d->from_port;
		c->seen = 0;
		client_is_master(l, c);
		as_master(l, c, p);
		return;
	}
	(void)client_keep(l, c, p);
	if (client_complete(c)) {
		client_done(l, c);
	} else if (p->block > 1 && p->block != c->last) {
		c->state = LISTEN;
		c->seen = 0;
		as_listener(l, c, p);
	}
}

static void
spec_packet(struct load *l, struct client *c, const struct packet *p)
{
	if (p->op == OP_ERROR && !p->multicast) {
		if (c->state == OPEN || c->state == MASTER)
			client_failed(l, c, "the server sent an ERROR");
		return;
	}
	if (p->op != OP_DATA || !of_server(l, c, p))
		return;
	if (c->state == MASTER)
		as_master(l, c, p);
	else if (c->state == OPEN)
		as_opener(l, c, p);
	else if (p->multicast)
		as_listener(l, c, p);
}

const struct profile profile_spec = {
    .name = "spec",
    .start = spec_start,
    .packet = spec_packet,
    .timer = spec_timer,
};
