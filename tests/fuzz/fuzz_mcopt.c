/*
 * fuzz_mcopt.c - any clients at any time against the machine of TFTP's
 * multicast option.
 *
 * Byte 0 sets the length of the file and the rate; then each three bytes are
 * a step: what, who and which block, how much time.  After each step the
 * rules are checked, and at the end time alone must bring it to rest.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mcast_opt.h"

enum {
	ROOM = 5,
	REST_STEPS = 20000 /* timers until a machine left alone is over */
};

struct stage {
	struct mcopt m;
	struct mcopt_client room[ROOM];
	uint64_t now_us;
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
check_state(const struct stage *st)
{
	const struct mcopt *m = &st->m;

	must((m->deadline_us == MCOPT_NEVER) == (m->state == MCOPT_OVER),
	    "a running machine has a deadline, one that is over has none");
	must(m->n <= ROOM && m->swept <= ROOM, "the room is kept");
	must(m->state == MCOPT_OVER || m->master < m->n,
	    "there is a master as long as there are clients");
	must(m->joined == m->n + m->done + m->lost, "every client is counted");
	must(m->next <= m->until && m->until <= m->nblocks + 1,
	    "the stream is within the file");
}

static void
carry_out(struct stage *st, const struct mcopt_out *o, uint32_t takes)
{
	unsigned int masters = 0;
	uint64_t first, last;
	uint32_t n;

	must(o->why != NULL, "every decision has its why");
	must(o->noack <= MCOPT_OACKS, "the OACKs have room");
	for (unsigned int i = 0; i < o->noack; i++)
		masters += o->oack[i].master;
	must(masters <= 1, "one master ever");
	must(!o->data || (o->block >= 1 && o->block <= st->m.nblocks),
	    "a block of the file");
	while ((n = mcopt_more(&st->m, st->now_us, &first)) > 0) {
		last = first + n - 1;
		must(first >= 1 && last <= st->m.nblocks && n <= MCOPT_RUN,
		    "a run of the file");
		n = takes < n ? takes : n;
		mcopt_sent(&st->m, n, st->now_us);
		if (n == 0)
			break;
	}
	check_state(st);
}

static void
step(struct stage *st, const uint8_t b[static 3])
{
	struct peer from = {.port = 2000};
	struct tftp_pkt p = {.op = TFTP_ACK};
	struct mcopt_out o = {.why = "joined"};
	uint32_t takes = b[0] & 8 ? 1 : MCOPT_RUN;

	st->now_us += (uint64_t)b[2] * b[2] * 10;
	from.addr.b[15] = b[0] >> 5;
	p.block = (uint16_t)(b[1] < 128 ? b[1] : st->m.block + b[1] - 192U);
	switch (b[0] & 7) {
	case 0:
		if (!mcopt_join(&st->m, &from, 1 + (b[1] & 7U), st->now_us, &o))
			return;
		break;
	case 1:
		p.op = TFTP_ERROR;
		mcopt_packet(&st->m, &from, &p, st->now_us, &o);
		break;
	case 2:
		mcopt_gone(&st->m, &from, "gone", st->now_us, &o);
		break;
	case 3:
	case 4:
	case 5:
		mcopt_packet(&st->m, &from, &p, st->now_us, &o);
		break;
	default:
		mcopt_timer(&st->m, st->now_us, &o);
		break;
	}
	carry_out(st, &o, takes);
}

/* Left alone all clients are given up, in bounded steps. */
static void
rest(struct stage *st)
{
	struct mcopt_out o;

	for (unsigned int n = 0; st->m.state != MCOPT_OVER; n++) {
		if (st->m.n == 0)
			return; /* nobody ever came */
		st->now_us = st->m.deadline_us > st->now_us ? st->m.deadline_us
							    : st->now_us + 1;
		mcopt_timer(&st->m, st->now_us, &o);
		carry_out(st, &o, MCOPT_RUN);
		must(n < REST_STEPS, "the timers come to an end");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mcopt_limits limits = {20 * 1000, 2, 0};
	struct stage st = {.now_us = 1};
	struct peer first = {.port = 2000};
	struct mcopt_out o;
	uint64_t nblocks;

	if (size < 1)
		return 0;
	nblocks = (data[0] & 0x3fU) + 1;
	if (data[0] & 0x40)
		nblocks = 500 + nblocks;
	if (data[0] & 0x80)
		limits.rate = 2000;
	mcopt_open(&st.m, &limits, st.room, ROOM, nblocks, st.now_us);
	must(
	    mcopt_join(&st.m, &first, 4, st.now_us, &o), "the first one joins");
	carry_out(&st, &o, MCOPT_RUN);
	for (size_t i = 1; i + 3 <= size && i < 3000; i += 3)
		step(&st, data + i);
	rest(&st);
	return 0;
}
