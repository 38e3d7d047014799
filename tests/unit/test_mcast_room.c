/*
 * test_mcast_room.c - a room of simulated boot ROMs on a lossy network with
 * a virtual clock, all served by one machine of mcast.h.
 *
 * The clients do what protocol texts and ROM sources say.  An Intel ROM
 * listens first, keeps of each pass the run behind its last gap, gives up for
 * good on a block that goes down and, as the master, on a gap.  iPXE asks at
 * once, keeps every block, acknowledges its first gap once it was spoken to
 * by unicast, asks again from a new port after 0.25 s of silence (doubling)
 * and falls back to plain TFTP after three tries without any answer, or at
 * once when it heard a part of a pass and then nothing for 0.25 s (not where
 * its RRQ may have been lost: the server cannot know of it then).
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "mcast.h"
#include "unit.h"

enum {
	CLIENTS = 60,
	BLOCKS = 300,
	EVENTS = 1 << 16,
	MS = 1000,
	TMOUT = 1000 * MS,
	DELAY = 1000 * MS,
	TRIES = 3,
	CPORT = 1758
};

enum kind {
	INTEL,
	IPXE
};

enum rom_state {
	OFF,
	LISTEN,
	OPEN,
	MASTER,
	DONE,
	FAILED
};

struct rom {
	enum kind kind;
	enum rom_state state;
	uint16_t port;
	uint64_t deadline_us;
	uint64_t last_us; /* of the packet delivered last: no reordering */
	unsigned int tries;
	/* Intel */
	bool uni, multi;
	unsigned int seen, run, missed;
	unsigned int tail; /* has tail..BLOCKS */
	/* iPXE */
	bool speaks, heard;
	uint64_t wait_us;
	bool have[BLOCKS + 1];
	unsigned int nhave;
};

struct packet {
	uint64_t at_us;
	unsigned int rom;
	bool to_server, unicast;
	enum tftp_op op;
	uint16_t block, port;
};

static struct room {
	struct mcast m;
	struct mcast_limits limits;
	struct rom rom[CLIENTS];
	unsigned int nrom;
	struct packet heap[EVENTS];
	unsigned int nheap;
	uint64_t now_us;
	uint64_t seed;
	unsigned int loss; /* in 10000 */
	uint64_t sent, passes;
	char broken[128]; /* the first rule that was */
} r;

static unsigned int
draw(unsigned int below)
{
	r.seed ^= r.seed << 13;
	r.seed ^= r.seed >> 7;
	r.seed ^= r.seed << 17;
	return (unsigned int)(r.seed >> 20) % below;
}

static void
push(const struct packet *p)
{
	unsigned int i = r.nheap++;

	ck_assert_uint_lt(i, EVENTS);
	for (; i > 0 && r.heap[(i - 1) / 2].at_us > p->at_us; i = (i - 1) / 2)
		r.heap[i] = r.heap[(i - 1) / 2];
	r.heap[i] = *p;
}

static struct packet
pop(void)
{
	struct packet top = r.heap[0], last = r.heap[--r.nheap];
	unsigned int i = 0, c;

	while ((c = 2 * i + 1) < r.nheap) {
		if (c + 1 < r.nheap && r.heap[c + 1].at_us < r.heap[c].at_us)
			c++;
		if (r.heap[c].at_us >= last.at_us)
			break;
		r.heap[i] = r.heap[c];
		i = c;
	}
	r.heap[i] = last;
	return top;
}

static void
transmit(struct packet p)
{
	struct rom *rom = &r.rom[p.rom];

	if (draw(10000) < r.loss)
		return;
	p.at_us = r.now_us + 200 + draw(300);
	if (!p.to_server) {
		if (p.at_us <= rom->last_us)
			p.at_us = rom->last_us + 1;
		rom->last_us = p.at_us;
	}
	push(&p);
}

static void
from_rom(unsigned int i, enum tftp_op op, unsigned int block)
{
	transmit((struct packet){.rom = i,
	    .to_server = true,
	    .op = op,
	    .block = (uint16_t)block,
	    .port = r.rom[i].port});
}

static void
gives_up(unsigned int i, const char *what, unsigned int block)
{
	r.rom[i].state = FAILED;
	r.rom[i].deadline_us = MCAST_NEVER;
	if (!r.broken[0])
		(void)snprintf(r.broken, sizeof r.broken,
		    "client %u at %.3f s, block %u: %s", i,
		    (double)r.now_us / 1e6, block, what);
}

static void
done(struct rom *c)
{
	c->state = DONE;
	c->deadline_us = MCAST_NEVER;
}

/* --- Intel --- */

static void
intel_open(unsigned int i)
{
	struct rom *c = &r.rom[i];

	if (c->tries++ == TRIES) {
		gives_up(i, "three opens without an answer", 0);
		return;
	}
	c->state = OPEN;
	c->uni = c->multi = false;
	c->deadline_us = r.now_us + DELAY;
	from_rom(i, TFTP_RRQ, 0);
}

static void
intel_listen(unsigned int i, unsigned int n)
{
	struct rom *c = &r.rom[i];

	if (n < c->seen && c->seen != BLOCKS) {
		gives_up(i, "a block went down", n);
		return;
	}
	if (n != c->seen + 1 && n != c->seen) {
		c->missed += c->seen && n > c->seen ? n - c->seen - 1 : 0;
		c->run = n;
	}
	if (c->run == 0)
		c->run = n;
	c->seen = n;
	if (n + 1 >= c->tail && c->run < c->tail)
		c->tail = c->run;
	c->state = LISTEN;
	c->deadline_us = r.now_us + DELAY;
	if (c->tail == 1)
		done(c);
}

static void
intel_master(unsigned int i, const struct packet *p)
{
	struct rom *c = &r.rom[i];

	if (p->unicast)
		return;
	if (p->block != c->seen && p->block != c->seen + 1) {
		gives_up(i, "the master saw a gap", p->block);
		return;
	}
	c->seen = p->block;
	c->deadline_us = r.now_us + 3 * DELAY;
	from_rom(i, TFTP_ACK, p->block);
	if (p->block == BLOCKS)
		done(c);
}

static void
intel_packet(unsigned int i, const struct packet *p)
{
	struct rom *c = &r.rom[i];

	if (c->state == OPEN && p->block == 1) {
		c->uni |= p->unicast;
		c->multi |= !p->unicast;
		if (!c->uni || !c->multi)
			return;
		c->state = MASTER;
		c->seen = 1;
		c->deadline_us = r.now_us + 3 * DELAY;
		from_rom(i, TFTP_ACK, 1);
	} else if (c->state == OPEN && !p->unicast) {
		c->seen = c->run = c->missed = 0;
		intel_listen(i, p->block);
	} else if (c->state == LISTEN && !p->unicast) {
		intel_listen(i, p->block);
	} else if (c->state == MASTER) {
		intel_master(i, p);
	}
}

static void
intel_timer(unsigned int i)
{
	struct rom *c = &r.rom[i];
	uint64_t less_us = (uint64_t)c->missed * 1000 * MS;

	if (c->state == MASTER) {
		gives_up(i, "the master heard nothing", c->seen);
	} else if (c->state == LISTEN && c->seen && less_us < TMOUT) {
		c->seen = c->run = 0;
		c->deadline_us = r.now_us + TMOUT - less_us;
	} else {
		if (c->state != OPEN)
			c->tries = 0;
		c->missed = 0;
		intel_open(i);
	}
}

/* --- iPXE --- */

static void
ipxe_open(unsigned int i)
{
	struct rom *c = &r.rom[i];

	if (r.loss == 0 && c->heard && !c->speaks) {
		gives_up(i, "iPXE heard a pass end and falls back", 0);
		return;
	}
	c->tries = c->heard ? 1 : c->tries + 1;
	if (c->tries > TRIES) {
		gives_up(i, "iPXE falls back to port 69", 0);
		return;
	}
	c->port++;
	c->speaks = c->heard = false;
	c->state = LISTEN;
	c->deadline_us = r.now_us + c->wait_us;
	c->wait_us *= 2;
	from_rom(i, TFTP_RRQ, 0);
}

static void
ipxe_packet(unsigned int i, const struct packet *p)
{
	struct rom *c = &r.rom[i];
	unsigned int gap = 0;

	if (c->state != LISTEN || (p->unicast && p->port != c->port))
		return;
	c->speaks |= p->unicast;
	c->heard = true;
	c->nhave += !c->have[p->block];
	c->have[p->block] = true;
	while (gap < BLOCKS && c->have[gap + 1])
		gap++;
	if (c->speaks)
		from_rom(i, TFTP_ACK, gap);
	c->wait_us = 250 * MS;
	c->deadline_us = r.now_us + c->wait_us;
	if (c->nhave == BLOCKS)
		done(c);
}

static void
rom_timer(unsigned int i)
{
	struct rom *c = &r.rom[i];

	if (c->kind == IPXE) {
		ipxe_open(i);
	} else if (c->state == OFF) {
		c->state = LISTEN;
		c->deadline_us = r.now_us + TMOUT;
	} else {
		intel_timer(i);
	}
}

/* --- the server --- */

static void
carry_out(const struct mcast_out *o)
{
	unsigned int master = r.m.master.addr.b[15];

	for (unsigned int k = 0; k < o->copies; k++) {
		struct packet p = {.op = TFTP_DATA,
		    .block = (uint16_t)o->block,
		    .port = r.m.master.port};

		r.sent += o->multicast;
		p.rom = master;
		p.unicast = true;
		if (o->unicast)
			transmit(p);
		p.unicast = false;
		for (p.rom = 0; o->multicast && p.rom < r.nrom; p.rom++)
			transmit(p);
	}
}

/* The pass is over: the next one, as the daemon does. */
static void
carry_on(struct mcast_out *o)
{
	carry_out(o);
	if (o->event == MCAST_OVER && mcast_waits(&r.m)) {
		ck_assert(mcast_next(&r.m, BLOCKS, r.now_us, o));
		carry_out(o);
	}
	r.passes += o->event == MCAST_OPENED;
}

static void
server_open(const struct peer *from)
{
	struct mcast_out o;

	ck_assert(mcast_open(&r.m, &r.limits, from, BLOCKS, r.now_us, &o));
	r.passes++;
	carry_out(&o);
}

static void
server_packet(const struct packet *p)
{
	struct tftp_pkt pkt = {.op = p->op, .block = p->block};
	struct peer from = {.port = p->port};
	struct mcast_out o;

	from.addr.b[15] = (uint8_t)p->rom;
	if (r.m.state == MCAST_IDLE) {
		if (p->op == TFTP_RRQ)
			server_open(&from);
		return;
	}
	mcast_packet(&r.m, &from, &pkt, r.now_us, &o);
	carry_on(&o);
}

/* --- time --- */

static uint64_t
earliest(unsigned int *who)
{
	uint64_t at_us = r.m.deadline_us;

	*who = CLIENTS; /* the server */
	for (unsigned int i = 0; i < r.nrom; i++)
		if (r.rom[i].deadline_us < at_us) {
			at_us = r.rom[i].deadline_us;
			*who = i;
		}
	return at_us;
}

/* One thing happens; false: nothing will any more. */
static bool
happen(void)
{
	unsigned int who;
	uint64_t at_us = earliest(&who);
	struct mcast_out o;

	if (r.nheap && r.heap[0].at_us <= at_us) {
		struct packet p = pop();

		r.now_us = p.at_us;
		if (p.to_server)
			server_packet(&p);
		else if (r.rom[p.rom].kind == IPXE)
			ipxe_packet(p.rom, &p);
		else
			intel_packet(p.rom, &p);
		return true;
	}
	if (at_us == MCAST_NEVER)
		return false;
	r.now_us = at_us > r.now_us ? at_us : r.now_us;
	if (who == CLIENTS) {
		mcast_timer(&r.m, r.now_us, &o);
		carry_on(&o);
	} else {
		rom_timer(who);
	}
	return true;
}

/*
 * Boot intel and ipxe ROMs that are switched on within a second, at a loss
 * in 10000; all of them have the file within limit_s seconds of the room.
 */
static void
boot(unsigned int intel, unsigned int ipxe, unsigned int loss,
    unsigned int most, unsigned int limit_s)
{
	unsigned int n = 0;

	memset(&r, 0, sizeof r);
	mcast_init(&r.m);
	r.limits = (struct mcast_limits){150 * MS, 2, 1, most, CPORT, TMOUT, 0};
	r.seed = 88172645463325252ULL + loss + intel;
	r.loss = loss;
	r.nrom = intel + ipxe;
	for (unsigned int i = 0; i < r.nrom; i++)
		r.rom[i] = (struct rom){.kind = i < intel ? INTEL : IPXE,
		    .port = (uint16_t)(i < intel ? CPORT : 2000),
		    .tail = BLOCKS + 1,
		    .wait_us = 250 * MS,
		    .deadline_us = draw(1000 * MS)};
	while (happen() && r.now_us < limit_s * 1000000ULL)
		;
	for (unsigned int i = 0; i < r.nrom; i++)
		n += r.rom[i].state == DONE;
	ck_assert_msg(n == r.nrom && !r.broken[0],
	    "%u of %u done after %.1f s, %llu passes, %llu blocks sent; %s", n,
	    r.nrom, (double)r.now_us / 1e6, (unsigned long long)r.passes,
	    (unsigned long long)r.sent,
	    r.broken[0] ? r.broken : "nobody gave up");
	ck_assert_int_eq(r.m.state, MCAST_IDLE);
}

START_TEST(intel_roms_without_loss_take_two_passes_at_most)
{
	boot(60, 0, 0, 3, 30);
	ck_assert_uint_le(r.passes, 2);
	ck_assert_uint_le(r.sent, 2 * (BLOCKS + 2));
}
END_TEST

START_TEST(ipxe_without_loss_repairs_only_what_late_ones_missed)
{
	boot(0, 60, 0, 3, 30);
	ck_assert_uint_le(r.sent, 8 * BLOCKS);
}
END_TEST

START_TEST(ipxe_with_loss_never_falls_back)
{
	boot(0, 60, 100, 3, 20);
	boot(0, 60, 500, 3, 30);
}
END_TEST

START_TEST(few_intel_roms_with_loss_all_boot)
{
	boot(2, 0, 100, 1, 60);
	boot(5, 0, 20, 1, 60);
}
END_TEST

START_TEST(copies_carry_intel_roms_over_loss)
{
	boot(50, 0, 100, 3, 10);
	boot(50, 0, 500, 3, 20);
}
END_TEST

START_TEST(both_kinds_share_a_group)
{
	boot(20, 20, 0, 3, 60);
	boot(5, 20, 10, 3, 120);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    intel_roms_without_loss_take_two_passes_at_most,
	    ipxe_without_loss_repairs_only_what_late_ones_missed,
	    ipxe_with_loss_never_falls_back, few_intel_roms_with_loss_all_boot,
	    copies_carry_intel_roms_over_loss, both_kinds_share_a_group, NULL};

	return unit_main("mcast_room", tests);
}
