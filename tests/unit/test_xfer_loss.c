/*
 * test_xfer_loss.c - transfers over networks that lose and double packets, and
 * to cards that have little room: how much is sent, how often, how long.
 *
 * One client, in virtual time, packets in order.  Three kinds, as they are
 * found in boot ROMs: all take only the next block, acknowledge a window when
 * they have counted so many since their last ACK, and tell of a gap by the ACK
 * of what is before it.  Losses are the same in each run.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/xfer.h"
#include "unit.h"

enum {
	EVENTS = 512,
	BLKSIZE = 1408,
	BLOCKS = 745,	   /* 1 MiB */
	COPY_US = 250,	   /* when the network doubles an ACK */
	WAIT_US = 1000000, /* then a client repeats its ACK */
	END_US = 600000000,
	TRANSFERS = 100
};

enum kind {
	ONCE,  /* a gap and a run of copies are told once */
	EACH,  /* each block behind a gap and each copy is answered (EDK2) */
	NUMBER /* a gap is told once; counts to a number (U-Boot) */
};

struct net {
	enum kind kind;
	uint16_t windowsize;
	unsigned int lost; /* of 10,000, both ways */
	unsigned int acks; /* copies of each ACK */
	uint64_t delay_us; /* one way */
	uint64_t block_us; /* on the wire */
	uint32_t room;	   /* of the card, for a burst; 0: all of it */
};

enum what {
	DATA,
	OACK,
	ACK
};

struct event {
	uint64_t at_us;
	enum what what;
	uint64_t block;
	uint32_t burst;
};

struct client {
	uint64_t next, nack, upto, due_us;
	uint32_t count, burst;
	bool going, told, done;
};

/* Sums of all transfers. */
struct sums {
	uint64_t sent, bursts, timers, twice;
	uint64_t took_us[TRANSFERS];
	size_t n;
};

static struct room {
	const struct net *net;
	struct sums *sums;
	struct xfer x;
	struct client c;
	struct event event[EVENTS]; /* by time */
	size_t nevent;
	uint64_t random, now_us, wire_us;
	uint32_t burst;
} r;

static bool
lost(void)
{
	r.random =
	    r.random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (r.random >> 33) % 10000 < r.net->lost;
}

static void
on_the_way(uint64_t at_us, enum what what, uint64_t block)
{
	size_t i = r.nevent++;

	ck_assert_uint_lt(i, EVENTS);
	for (; i > 0 && r.event[i - 1].at_us > at_us; i--)
		r.event[i] = r.event[i - 1];
	r.event[i].at_us = at_us;
	r.event[i].what = what;
	r.event[i].block = block;
	r.event[i].burst = r.burst;
}

/* ---- the client ---- */

static void
tell(void)
{
	struct client *c = &r.c;

	c->count = 0;
	c->due_us = r.now_us + WAIT_US;
	for (unsigned int i = 0; i < r.net->acks; i++)
		if (!lost())
			on_the_way(r.now_us + r.net->delay_us + i * COPY_US,
			    ACK, c->next - 1);
}

/* What is not the next block. */
static void
unexpected(bool copy, uint32_t burst)
{
	struct client *c = &r.c;

	if (r.net->kind == EACH) {
		tell();
	} else if (r.net->kind == NUMBER) {
		if (c->nack == c->next - 1)
			return;
		c->nack = c->next - 1;
		c->upto = c->nack + r.net->windowsize;
		tell();
	} else if (copy ? c->burst != burst : !c->told) {
		c->burst = copy ? burst : c->burst;
		c->told = c->told || !copy;
		tell();
	}
}

static void
data(uint64_t block, uint32_t burst)
{
	struct client *c = &r.c;

	r.sums->twice += block < c->next;
	if (block != c->next || c->done) {
		unexpected(block < c->next, burst);
		return;
	}
	c->next++;
	c->count++;
	c->told = false;
	c->done = block == BLOCKS;
	c->due_us = r.now_us + WAIT_US;
	if (c->done ||
	    (r.net->kind == NUMBER ? block == c->upto
				   : c->count == r.net->windowsize)) {
		tell();
		c->upto = block + r.net->windowsize;
	}
}

/* ---- the server's side ---- */

static void
carry_out(const struct xfer_out *o)
{
	if (o->send_oack && !lost())
		on_the_way(r.now_us + r.net->delay_us, OACK, 0);
	if (o->count == 0)
		return;
	r.burst++;
	r.sums->bursts++;
	r.sums->sent += o->count;
	for (uint32_t i = 0; i < o->count; i++) {
		bool room =
		    r.net->room == 0 || i < r.net->room || i + 1 == o->count;

		if (r.wire_us < r.now_us)
			r.wire_us = r.now_us;
		r.wire_us += r.net->block_us;
		if (!lost() && room)
			on_the_way(
			    r.wire_us + r.net->delay_us, DATA, o->first + i);
	}
}

static void
arrived(const struct event *e)
{
	struct tftp_pkt p = {.op = TFTP_ACK};
	struct xfer_out o;

	if (e->what == DATA) {
		data(e->block, e->burst);
	} else if (e->what == OACK) {
		r.c.going = true;
		if (r.c.next == 1)
			tell();
	} else {
		p.block = xfer_wire_block(&r.x, e->block);
		xfer_packet(&r.x, &p, r.now_us, &o);
		carry_out(&o);
	}
}

/* Whatever comes next. */
static void
step(void)
{
	uint64_t arrival = r.nevent ? r.event[0].at_us : XFER_NEVER;
	struct event e = r.event[0];
	struct xfer_out o;

	if (r.c.going && !r.c.done && r.c.due_us < arrival &&
	    r.c.due_us < r.x.deadline_us) {
		r.now_us = r.c.due_us;
		r.c.told = false;
		tell();
	} else if (r.x.deadline_us < arrival) {
		r.now_us = r.x.deadline_us;
		r.sums->timers++;
		xfer_timer(&r.x, r.now_us, &o);
		carry_out(&o);
	} else {
		memmove(r.event, r.event + 1, --r.nevent * sizeof e);
		r.now_us = e.at_us;
		arrived(&e);
	}
}

static void
transfer(const struct net *net, uint64_t seed, struct sums *sums)
{
	static const struct xfer_limits limits = {.blksize = BLKSIZE,
	    .max_blksize = 65464,
	    .max_windowsize = 64,
	    .timeout_ms = 1000,
	    .retries = 5};
	struct tftp_pkt p = {.op = TFTP_RRQ};
	struct xfer_out o;

	p.opts.asked = TFTP_OPT_WINDOWSIZE;
	p.opts.order[0] = TFTP_OPT_WINDOWSIZE;
	p.opts.norder = 1;
	p.opts.windowsize = net->windowsize;
	memset(&r, 0, sizeof r);
	r.net = net;
	r.sums = sums;
	r.random = seed;
	r.now_us = WAIT_US;
	r.c = (struct client){.next = 1, .upto = net->windowsize};
	xfer_open(&r.x, &p, &limits, BLOCKS * BLKSIZE - 1, r.now_us, &o);
	carry_out(&o);
	while (!xfer_over(&r.x) && r.now_us < END_US)
		step();
	ck_assert(r.x.state == XFER_DONE || r.x.state == XFER_UNCONFIRMED);
	ck_assert_uint_eq(r.c.next, BLOCKS + 1);
	sums->took_us[sums->n++] = r.now_us - WAIT_US;
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static struct sums
transfers(const struct net *net)
{
	struct sums sums = {0};

	for (uint64_t i = 0; i < TRANSFERS; i++)
		transfer(net, i * 1000003, &sums);
	qsort(sums.took_us, TRANSFERS, sizeof sums.took_us[0], by_value);
	return sums;
}

/* Per transfer at most: blocks, bursts, timers; of 1000 blocks, twice. */
struct most {
	uint64_t sent, bursts, timers, twice, median_ms, p95_ms;
};

static void
at_most(const struct net *net, struct most most)
{
	struct sums s = transfers(net);

	ck_assert_uint_le(s.sent, most.sent * TRANSFERS);
	ck_assert_uint_le(s.bursts, most.bursts * TRANSFERS);
	ck_assert_uint_le(s.timers, most.timers * TRANSFERS);
	ck_assert_uint_le(s.twice * 1000, most.twice * TRANSFERS * BLOCKS);
	ck_assert_uint_le(s.took_us[TRANSFERS / 2], most.median_ms * 1000);
	ck_assert_uint_le(s.took_us[TRANSFERS * 95 / 100], most.p95_ms * 1000);
}

static struct net
net_of(uint16_t windowsize, unsigned int lost_of_10000)
{
	return (struct net){.windowsize = windowsize,
	    .lost = lost_of_10000,
	    .acks = 1,
	    .delay_us = 100,
	    .block_us = 12};
}

/* What each kind of client needs at most. */
static void
each_kind(struct net net, struct most most)
{
	for (net.kind = ONCE; net.kind <= NUMBER; net.kind++)
		at_most(&net, most);
}

START_TEST(without_loss_nothing_is_sent_twice)
{
	each_kind(net_of(16, 0),
	    (struct most){
		.sent = BLOCKS, .bursts = 47, .median_ms = 19, .p95_ms = 19});
}
END_TEST

START_TEST(one_percent_lost_costs_few_bursts_and_wake_ups)
{
	each_kind(net_of(16, 100), (struct most){.sent = 820,
				       .bursts = 55,
				       .timers = 3,
				       .twice = 5,
				       .median_ms = 35,
				       .p95_ms = 800});
}
END_TEST

START_TEST(one_percent_lost_of_long_windows)
{
	each_kind(net_of(64, 100), (struct most){.sent = 1010,
				       .bursts = 25,
				       .timers = 8,
				       .twice = 12,
				       .median_ms = 20,
				       .p95_ms = 800});
}
END_TEST

START_TEST(one_percent_lost_in_lock_step)
{
	each_kind(net_of(1, 100), (struct most){.sent = 762,
				      .bursts = 762,
				      .timers = 17,
				      .twice = 12,
				      .median_ms = 350,
				      .p95_ms = 2500});
}
END_TEST

START_TEST(slow_wires_are_not_filled_with_copies)
{
	struct net net = net_of(64, 100);

	net.block_us = 1200; /* 10 Mbit/s */
	each_kind(net, (struct most){.sent = 1010,
			   .bursts = 28,
			   .timers = 11,
			   .twice = 5,
			   .median_ms = 1300,
			   .p95_ms = 3000});
}
END_TEST

START_TEST(windows_longer_than_the_first_timer_are_awaited)
{
	struct net net = net_of(64, 0);

	/* 2 and 1 Mbit/s: a window takes 0.36 and 0.72 s */
	for (net.block_us = 5632; net.block_us <= 11264; net.block_us *= 2)
		each_kind(net, (struct most){.sent = 820,
				   .bursts = 17,
				   .timers = 5,
				   .twice = 95,
				   .median_ms = 9300,
				   .p95_ms = 9300});
}
END_TEST

START_TEST(cards_with_little_room_get_bursts_that_fit)
{
	struct net net = net_of(16, 0);

	net.room = 8;
	each_kind(net, (struct most){.sent = 850,
			   .bursts = 100,
			   .timers = 45,
			   .median_ms = 30,
			   .p95_ms = 30});
}
END_TEST

START_TEST(doubled_acks_do_not_double_the_stream)
{
	struct net net = net_of(16, 0);

	net.acks = 2;
	each_kind(net, (struct most){.sent = 800,
			   .bursts = 52,
			   .timers = 3,
			   .twice = 60,
			   .median_ms = 25,
			   .p95_ms = 25});
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {without_loss_nothing_is_sent_twice,
	    one_percent_lost_costs_few_bursts_and_wake_ups,
	    one_percent_lost_of_long_windows, one_percent_lost_in_lock_step,
	    slow_wires_are_not_filled_with_copies,
	    windows_longer_than_the_first_timer_are_awaited,
	    cards_with_little_room_get_bursts_that_fit,
	    doubled_acks_do_not_double_the_stream, NULL};

	return unit_main("xfer_loss", tests);
}
