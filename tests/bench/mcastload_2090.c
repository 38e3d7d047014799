/*
 * mcastload_2090.c - clients of TFTP's multicast option (RFC 2090):
 *
 * It asks by an RRQ with blksize and multicast; the OACK tells the group and
 * whether it is the master.  Any OACK is answered by an ACK of what it has
 * without a gap.  A master acknowledges each block so; who has everything
 * acknowledges the last block, master or not, and is gone.  When delay has
 * passed in silence a master repeats its ACK, and any other its request.
 *
 * atftp differs: only a master answers an OACK, and a client that has all of
 * it says so only when it becomes the master.
 *
 * SPDX-License-Identifier: ISC
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/mcastload.h"

enum {
	TRIES = 6
};

static void
wait_more(struct load *l, struct client *c)
{
	client_timer(l, c, (uint64_t)(load_opt(l)->delay_s * 1e9));
}

static void
neg_start(struct load *l, struct client *c)
{
	c->state = OPEN;
	client_ask(l, c);
	wait_more(l, c);
}

static void
neg_timer(struct load *l, struct client *c)
{
	if (c->tries++ == TRIES) {
		client_failed(l, c, "six times delay and nothing was heard");
		return;
	}
	if (c->state == MASTER)
		client_ack(l, c, c->gap);
	else
		client_ask(l, c);
	wait_more(l, c);
}

/* The value of an option of an OACK, or NULL. */
static const char *
option(const struct dgram *d, const char *name)
{
	const char *p = (const char *)d->data + 2;
	const char *end = (const char *)d->data + d->len;

	while (p < end) {
		const char *value = memchr(p, 0, (size_t)(end - p));

		if (!value || ++value >= end ||
		    !memchr(value, 0, (size_t)(end - value)))
			return NULL;
		if (strcmp(p, name) == 0)
			return value;
		p = value + strlen(value) + 1;
	}
	return NULL;
}

/* "address,port,mc" of our group; -1: it is not. */
static int
master_flag(const struct load_opt *o, const char *s)
{
	struct in_addr a = {htonl(o->group)};
	char want[64], text[INET_ADDRSTRLEN];
	int n;

	if (!s || !inet_ntop(AF_INET, &a, text, sizeof text))
		return -1;
	n = snprintf(want, sizeof want, "%s,%u,", text, (unsigned)o->cport);
	if (strncmp(s, want, (size_t)n) != 0 || s[n] < '0' || s[n] > '1' ||
	    s[n + 1])
		return -1;
	return s[n] - '0';
}

static void
on_oack(struct load *l, struct client *c, const struct packet *p)
{
	const struct load_opt *o = load_opt(l);
	const char *size = option(p->d, "blksize");
	int master = master_flag(o, option(p->d, "multicast"));

	if (master == -1 || (size && atoi(size) != o->blksize)) {
		client_complains(l, c, "an OACK of another group or size");
		return;
	}
	c->peer_port = p->d->from_port;
	c->tries = 0;
	if (master)
		client_is_master(l, c);
	else
		c->state = LISTEN;
	if (master || o->profile != &profile_atftp)
		client_ack(l, c, c->gap);
	if (master && client_complete(c))
		client_done(l, c);
	else
		wait_more(l, c);
}

static void
on_data(struct load *l, struct client *c, const struct packet *p)
{
	if (c->state == OPEN)
		return; /* it does not know the group yet */
	c->tries = 0;
	(void)client_keep(l, c, p);
	if (client_complete(c) &&
	    (c->state == MASTER || load_opt(l)->profile != &profile_atftp)) {
		client_ack(l, c, c->gap);
		client_done(l, c);
		return;
	}
	if (c->state == MASTER)
		client_ack(l, c, c->gap);
	wait_more(l, c);
}

static void
neg_packet(struct load *l, struct client *c, const struct packet *p)
{
	if (p->op == OP_DATA && p->multicast)
		on_data(l, c, p);
	else if (p->op == OP_OACK && !p->multicast)
		on_oack(l, c, p);
	else if (p->op == OP_ERROR && !p->multicast)
		client_failed(l, c, "the server sent an ERROR");
	else
		client_complains(l, c, "no DATA to the group, no OACK");
}

const struct profile profile_atftp = {
    .name = "atftp",
    .options = true,
    .masters_change = true,
    .start = neg_start,
    .packet = neg_packet,
    .timer = neg_timer,
};

const struct profile profile_2090 = {
    .name = "2090",
    .options = true,
    .masters_change = true,
    .start = neg_start,
    .packet = neg_packet,
    .timer = neg_timer,
};
