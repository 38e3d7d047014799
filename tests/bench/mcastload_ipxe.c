/*
 * mcastload_ipxe.c - a client after iPXE's mtftp://: it opens at once from a
 * port of its own; a unicast packet makes it the master, and then it answers
 * each packet with its first gap; later packets must come from the address
 * and port of the first.  After 0.25 s of silence, doubling, it opens again
 * from a new port; three that nobody answers mean plain TFTP from port 69.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tests/bench/mcastload.h"

enum {
	TRIES = 3,
	FIRST_WAIT_MS = 250,
	BLKSIZE = 512
};

static void
open_anew(struct load *l, struct client *c)
{
	c->port = (uint16_t)(c->port % PORTS + 1);
	c->state = OPEN;
	client_ask(l, c);
	client_timer(l, c, c->wait_ns);
}

static void
ipxe_start(struct load *l, struct client *c)
{
	c->wait_ns = FIRST_WAIT_MS * NS_PER_MS;
	open_anew(l, c);
}

static void
ipxe_timer(struct load *l, struct client *c)
{
	c->tries = c->peer_port ? 0 : c->tries + 1;
	if (c->tries == TRIES) {
		client_failed(l, c, "three requests and no answer: port 69");
		return;
	}
	c->wait_ns *= 2;
	open_anew(l, c);
}

static void
ipxe_packet(struct load *l, struct client *c, const struct packet *p)
{
	if (p->op == OP_ERROR) {
		client_failed(l, c, "the server sent an ERROR");
		return;
	}
	if (p->op != OP_DATA)
		return;
	if (c->peer_port && p->d->from_port != c->peer_port) {
		client_complains(l, c, "another port in mid-transfer");
		return;
	}
	c->peer_port = p->d->from_port;
	if (!p->multicast && c->state != MASTER)
		client_is_master(l, c);
	if (p->len > BLKSIZE)
		return;
	(void)client_keep(l, c, p);
	c->wait_ns = FIRST_WAIT_MS * NS_PER_MS;
	client_timer(l, c, c->wait_ns);
	if (c->state == MASTER)
		client_ack(l, c, c->gap);
	if (client_complete(c))
		client_done(l, c);
}

const struct profile profile_ipxe = {
    .name = "ipxe",
    .own_ports = true,
    .start = ipxe_start,
    .packet = ipxe_packet,
    .timer = ipxe_timer,
};
