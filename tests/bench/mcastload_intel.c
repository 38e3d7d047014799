/*
 * mcastload_intel.c - a client after Intel's PXE reference client, the best
 * statement there is of what Intel's boot ROMs do.  It is strict:
 *
 * - Its filter takes DATA to the group from sport alone; unicast only while
 *   it opens.
 * - It opens with three RRQs from cport and goes on when it has block 1 by
 *   unicast and by multicast.  Another block: someone else is the master, it
 *   listens (with blocks 1 and 2 in hand when this is block 2).
 * - As the master it acknowledges each block, wants the next one and nothing
 *   else, and counts each repeated block as one of its three tries for it.
 * - While it listens a block number that goes down is the end.  Of a pass it
 *   keeps what followed the last gap, up to what it has from before, and
 *   nothing when the pass fell silent.
 * - Whatever it does not like means plain TFTP from port 69.
 *
 * "intel" passes over copies of the last block once it has heard it.  "efi"
 * does what the source of that client does, to the letter: when blocks are
 * missing it listens anew at once, and there a further copy of the last block
 * is the first packet of a pass; block 1 is then below it, and the end.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tests/bench/mcastload.h"

enum {
	OPEN_TRIES = 3,
	ACK_TRIES = 3
};

/* Each wait is a tenth of a second longer than configured. */
static void
wait_for(struct load *l, struct client *c, double s)
{
	c->wait_ns = (uint64_t)((s + 0.1) * 1e9);
	client_timer(l, c, c->wait_ns);
}

/*
 * from: blocks 1 .. from are in hand; final: where to stop, 0 for the end.
 * seen, start, missed, pktsize belong to this listening.
 */
static void
listen_for(struct load *l, struct client *c, uint32_t from, double s)
{
	c->state = LISTEN;
	c->from = c->seen = c->start = from;
	c->missed = 0;
	c->pktsize = 0;
	c->heard = false;
	wait_for(l, c, s);
}

static void
ask(struct load *l, struct client *c)
{
	if (c->tries++ == OPEN_TRIES) {
		client_failed(l, c, "open: three requests and no answer");
		return;
	}
	c->state = OPEN;
	c->uni = c->multi = false;
	client_ask(l, c);
	wait_for(l, c, load_opt(l)->delay_s);
}

static void
intel_start(struct load *l, struct client *c)
{
	c->final = 0;
	listen_for(l, c, 0, load_opt(l)->tmout_s);
}

/* After a listening that was not the last one. */
static void
listen_again(struct load *l, struct client *c)
{
	double s = load_opt(l)->tmout_s - (double)c->missed;

	listen_for(l, c, 0, s > 0 ? s : 0);
}

/* ---- the master ---- */

/* It waits for the block behind seen. */
static void
master_waits(struct load *l, struct client *c)
{
	client_ack(l, c, c->seen);
	wait_for(l, c, load_opt(l)->delay_s);
}

static void
master_gives_up(struct load *l, struct client *c, const char *why)
{
	client_error(l, c);
	client_failed(l, c, why);
}

static void
master_again(struct load *l, struct client *c)
{
	if (--c->tries == 0)
		master_gives_up(l, c, "master: three tries for a block");
	else
		master_waits(l, c);
}

static void
master_packet(struct load *l, struct client *c, const struct packet *p)
{
	if (!p->multicast)
		return;
	if (p->block == c->seen) {
		master_again(l, c);
		return;
	}
	if (p->block != c->seen + 1) {
		client_complains(l, c, "master: not the block that is next");
		master_gives_up(l, c, "master: not the block that is next");
		return;
	}
	(void)client_keep(l, c, p);
	c->seen = p->block;
	c->tries = ACK_TRIES;
	if (p->len < load_opt(l)->blksize) {
		client_ack(l, c, c->seen);
		client_done(l, c);
	} else {
		master_waits(l, c);
	}
}

/* ---- opening ---- */

static void
opened(struct load *l, struct client *c, const struct packet *p)
{
	if (p->len < load_opt(l)->blksize) {
		client_ack(l, c, 1);
		client_done(l, c);
		return;
	}
	client_is_master(l, c);
	/* of what it had it keeps nothing: it gets everything now */
	c->seen = 1;
	c->tries = ACK_TRIES;
	master_waits(l, c);
}

static void
open_packet(struct load *l, struct client *c, const struct packet *p)
{
	if (p->block != 1) {
		listen_for(l, c, p->block == 2 && c->multi ? 2 : 0,
		    load_opt(l)->delay_s);
		if (p->block == 2 && c->from == 2)
			(void)client_keep(l, c, p);
		return;
	}
	(void)client_keep(l, c, p);
	c->uni |= !p->multicast;
	c->multi |= p->multicast;
	if (c->uni && c->multi)
		opened(l, c, p);
	else
		wait_for(l, c, load_opt(l)->delay_s);
}

/* ---- listening ---- */

static void
forget_below(struct client *c, uint32_t block)
{
	for (uint32_t b = 1; b < block; b++)
		if (c->have[b / 64] >> b % 64 & 1) {
			c->have[b / 64] &= ~(1ULL << b % 64);
			c->nhave--;
		}
	c->gap = 0;
}

/* The last block, or the one before what it has already. */
static void
listened(struct load *l, struct client *c, const struct packet *p)
{
	if (c->missed == 0 && c->start == c->from + 1) {
		c->gap = c->nhave; /* it has no holes now */
		client_done(l, c);
		return;
	}
	forget_below(c, c->start);
	c->final = c->start - 1;
	c->last_heard = p->block;
	listen_again(l, c);
}

static bool
is_old_copy(struct load *l, struct client *c, const struct packet *p)
{
	return load_opt(l)->profile == &profile_intel && !c->heard &&
	       c->last_heard && p->block == c->last_heard;
}

static void
listen_packet(struct load *l, struct client *c, const struct packet *p)
{
	uint32_t missed;

	if (!p->multicast || is_old_copy(l, c, p))
		return;
	wait_for(l, c,
	    c->heard ? load_opt(l)->delay_s : (double)c->wait_ns / 1e9 - 0.1);
	if (p->block == c->seen)
		return;
	if (p->block < c->seen) {
		client_complains(l, c, "the block number went down");
		client_failed(l, c, "the block number went down");
		return;
	}
	missed = p->block - c->seen - 1;
	c->seen = p->block;
	if (!c->heard) {
		c->heard = true;
		c->start = p->block;
		c->pktsize = p->len;
		wait_for(l, c, load_opt(l)->delay_s);
	} else {
		c->missed += missed;
	}
	if (missed)
		c->start = p->block;
	(void)client_keep(l, c, p);
	if (p->len != c->pktsize || p->block == c->final)
		listened(l, c, p);
}

static void
intel_packet(struct load *l, struct client *c, const struct packet *p)
{
	if (p->d->from_port != load_opt(l)->sport) {
		client_complains(l, c, "from another port than sport");
		return;
	}
	if (p->op != OP_DATA) {
		if (c->state != LISTEN || p->multicast)
			client_failed(l, c, "not a DATA packet");
		return;
	}
	if (c->state == MASTER)
		master_packet(l, c, p);
	else if (c->state == OPEN)
		open_packet(l, c, p);
	else
		listen_packet(l, c, p);
}

static void
intel_timer(struct load *l, struct client *c)
{
	if (c->state == MASTER) {
		master_again(l, c);
	} else if (c->state == OPEN) {
		ask(l, c);
	} else if (!c->heard) {
		c->tries = 0;
		ask(l, c);
	} else {
		/* silence in mid-pass: all of it is lost */
		forget_below(c, (c->final ? c->final : c->seen) + 1);
		listen_again(l, c);
	}
}

const struct profile profile_efi = {
    .name = "efi",
    .start = intel_start,
    .packet = intel_packet,
    .timer = intel_timer,
};

const struct profile profile_intel = {
    .name = "intel",
    .start = intel_start,
    .packet = intel_packet,
    .timer = intel_timer,
};
