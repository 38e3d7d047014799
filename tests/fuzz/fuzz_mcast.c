/*
 * fuzz_mcast.c - any clients at any time against the multicast machine.
 *
 * Byte 0 sets the length of the file and the copies; then each three bytes
 * are a step: what, who and which block, how much time.  After each step the
 * rules that clients' lives depend on are checked, and at the end time alone
 * must bring the machine to rest.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mcast.h"

enum {
	REST_STEPS = 2000 /* timers until a machine left alone is idle */
};

struct stage {
	struct mcast m;
	struct mcast_limits limits;
	uint64_t nblocks, now_us;
	uint64_t highest; /* block of this pass */
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "broken rule: %s\n", what);
	abort();
}

static void
check_out(struct stage *st, const struct mcast_out *o, bool by_old_ack)
{
	bool idle = st->m.state == MCAST_IDLE;

	must(o->why != NULL, "every decision has its why");
	must((st->m.deadline_us == MCAST_NEVER) == idle,
	    "a pass has a deadline, an idle machine has none");
	must((o->event == MCAST_OVER) <= idle, "over means idle");
	if (!o->unicast && !o->multicast)
		return;
	must(!by_old_ack, "a duplicate ACK sends nothing");
	must(
	    o->multicast || o->block == 1, "all but block 1 goes to the group");
	must(o->block >= 1 && o->block <= st->nblocks, "a block of the file");
	must(o->copies >= 1 && o->copies <= MCAST_COPIES, "1 to 3 copies");
	must(!o->unicast || o->block == 1, "unicast for block 1 only");
	must(o->block >= st->highest, "block numbers never go down");
	st->highest = o->block;
}

static void
open_pass(struct stage *st, const struct peer *from)
{
	struct mcast_out o;

	st->highest = 0;
	must(mcast_open(&st->m, &st->limits, from, st->nblocks, st->now_us, &o),
	    "an idle machine opens");
	must(o.unicast && o.block == 1, "the opener gets block 1");
	check_out(st, &o, false);
}

/* The pass is over: the next one, as the daemon does. */
static void
check_next(struct stage *st, const struct mcast_out *o, bool by_old_ack)
{
	struct mcast_out next;

	check_out(st, o, by_old_ack);
	if (o->event != MCAST_OVER || !mcast_waits(&st->m))
		return;
	st->highest = 0;
	must(mcast_next(&st->m, st->nblocks, st->now_us, &next),
	    "who waits is served");
	must(next.unicast && next.block == 1, "the next one gets block 1");
	check_out(st, &next, false);
}

static void
packet(struct stage *st, const struct peer *from, const struct tftp_pkt *p)
{
	struct mcast_out o;
	bool rrq = p->op == TFTP_RRQ;
	bool old = p->op == TFTP_ACK && p->block < st->m.block;
	bool stranger = !peer_equal(from, &st->m.master);

	if (rrq && st->m.state == MCAST_IDLE) {
		open_pass(st, from);
		return;
	}
	mcast_packet(&st->m, from, p, st->now_us, &o);
	must(rrq || !stranger || !o.multicast, "strangers move nothing");
	if (o.unicast)
		st->highest = 0; /* in place of one who may be gone */
	check_next(st, &o, old);
}

static void
step(struct stage *st, const uint8_t b[static 3])
{
	static const enum tftp_op op[] = {
	    TFTP_RRQ, TFTP_ACK, TFTP_ACK, TFTP_ERROR, TFTP_DATA};
	struct peer from = {.port = (uint16_t)(3000 + (b[0] >> 6))};
	struct tftp_pkt p = {.name = "f", .name_len = 1};
	struct mcast_out o;

	st->now_us += (uint64_t)b[2] * b[2] * 20;
	from.addr.b[15] = b[0] >> 4 & 3;
	/* near the block that is out, where the decisions are */
	p.block = (uint16_t)(st->m.block + b[1] - (b[1] < 200 ? 2U : 228U));
	if ((b[0] & 7) < sizeof op / sizeof op[0]) {
		p.op = op[b[0] & 7];
		packet(st, &from, &p);
	} else if ((b[0] & 7) == 5) {
		mcast_leave(&st->m, &from, st->now_us, &o);
		check_next(st, &o, false);
	} else {
		mcast_timer(&st->m, st->now_us, &o);
		check_next(st, &o, false);
	}
}

/* Left alone it comes to rest: in bounded steps, or every step goes on. */
static void
rest(struct stage *st)
{
	uint64_t block = st->m.block;
	struct mcast_out o;

	for (unsigned int n = 0; st->m.state != MCAST_IDLE; n++) {
		st->now_us = st->m.deadline_us > st->now_us ? st->m.deadline_us
							    : st->now_us;
		mcast_timer(&st->m, st->now_us, &o);
		check_next(st, &o, false);
		if (st->m.block > block)
			n = 0;
		block = st->m.block;
		must(n < REST_STEPS, "the timers come to an end");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage st = {
	    .limits = {500 * 1000, 4, 1, 1, 3001, 1000 * 1000, 0}, .now_us = 1};

	if (size < 1)
		return 0;
	mcast_init(&st.m);
	st.nblocks = (data[0] & 0x3fU) + 1;
	if (data[0] & 0x40)
		st.nblocks = MCAST_BLOCKS_MAX - (data[0] & 0x3fU);
	st.limits.copies_max = data[0] & 0x80 ? 3 : 1;
	for (size_t i = 1; i + 3 <= size && i < 3000; i += 3)
		step(&st, data + i);
	if (st.nblocks < 1000)
		rest(&st);
	return 0;
}
