/*
 * replay_mcopt.c - plays tests/replay/mcopt/ against one file and its group
 * by TFTP's multicast option.
 *
 *	set blocks=3 gather=20 retries=4 room=8 rate=0 oacks=4
 *	at 0 join A
 *	at 0 recv A ACK N | ERROR | DATA
 *	at 0 gone A             its port is closed
 *	at +20 timer            the timer, due or not
 *	at 500 run              every deadline up to now, each at its time
 *	state                   emits the state
 *	record                  emits what the log line tells
 *
 * Clients are letters: A is 192.0.2.65.  Output: "OACK A 1", "DATA 5",
 * "DATA 1..8" (as mcopt_more() allows it), and the events.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mcast_opt.h"
#include "replay.h"

enum {
	ROOM = 32,
	RUN_STEPS = 10000
};

struct stage {
	struct mcopt m;
	struct mcopt_client client[ROOM];
	struct mcopt_limits limits;
	unsigned int room;
	uint64_t nblocks;
	unsigned int oacks;
	bool open;
};

static void *
stage_open(struct replay *r)
{
	struct stage *st = calloc(1, sizeof *st);

	(void)r;
	if (!st)
		return NULL;
	st->limits = (struct mcopt_limits){20 * 1000, 4, 0};
	st->nblocks = 3;
	st->room = 8;
	st->oacks = 4;
	return st;
}

static void
stage_close(void *state)
{
	free(state);
}

static bool
peer_of(struct replay *r, const char *s, struct peer *p)
{
	memset(p, 0, sizeof *p);
	if (s[0] < 'A' || s[0] > 'Z' || s[1])
		return replay_fail(r, "\"%s\" is no client", s);
	p->addr = addr_from_ip4((struct ip4){0xc0000200U + (uint8_t)s[0]});
	p->port = 2000;
	return true;
}

static void
emit_event(struct replay *r, const struct mcopt_out *o)
{
	static const char *const what[] = {[MCOPT_JOINED] = "joined",
	    [MCOPT_DONE] = "done",
	    [MCOPT_LOST] = "lost",
	    [MCOPT_SWITCHED] = "switched",
	    [MCOPT_AGAIN] = "again"};

	if (o->send_error)
		replay_emit(r, "ERROR %c: %s", o->who.addr.b[15], o->why);
	if (o->event != MCOPT_NONE && o->event != MCOPT_JOINED)
		replay_emit(
		    r, "%s %c: %s", what[o->event], o->who.addr.b[15], o->why);
}

/* What the daemon would do. */
static void
emit(struct replay *r, struct stage *st, const struct mcopt_out *o,
    uint64_t now_us)
{
	uint64_t first;
	uint32_t n;

	for (unsigned int i = 0; i < o->noack; i++)
		replay_emit(r, "OACK %c %d", o->oack[i].to.addr.b[15],
		    o->oack[i].master);
	if (o->data)
		replay_emit(r, "DATA %llu", (unsigned long long)o->block);
	emit_event(r, o);
	while ((n = mcopt_more(&st->m, now_us, &first)) > 0) {
		replay_emit(r, "DATA %llu..%llu", (unsigned long long)first,
		    (unsigned long long)(first + n - 1));
		mcopt_sent(&st->m, n, now_us);
	}
	if (st->m.state == MCOPT_OVER && o->event != MCOPT_NONE)
		replay_emit(r, "over");
}

static bool
step_recv(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct tftp_pkt p = {.op = TFTP_ERROR};
	struct mcopt_out o;
	struct peer from;

	if (s->nword < 3 || !peer_of(r, s->word[1], &from))
		return replay_fail(r, "recv CLIENT ACK N | ERROR | DATA");
	if (strcmp(s->word[2], "ACK") == 0 && s->nword == 4) {
		p.op = TFTP_ACK;
		p.block = (uint16_t)atoi(s->word[3]);
	} else if (strcmp(s->word[2], "DATA") == 0) {
		p.op = TFTP_DATA;
	}
	mcopt_packet(&st->m, &from, &p, s->now_us, &o);
	emit(r, st, &o, s->now_us);
	return true;
}

static bool
step_join(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct mcopt_out o;
	struct peer from;

	if (s->nword != 2 || !peer_of(r, s->word[1], &from))
		return replay_fail(r, "join CLIENT");
	if (!st->open)
		mcopt_open(&st->m, &st->limits, st->client, st->room,
		    st->nblocks, s->now_us);
	st->open = true;
	if (!mcopt_join(&st->m, &from, st->oacks, s->now_us, &o))
		replay_emit(r, "refused: %s", o.why);
	else
		emit(r, st, &o, s->now_us);
	return true;
}

static bool
step_gone(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct mcopt_out o;
	struct peer from;

	if (s->nword != 2 || !peer_of(r, s->word[1], &from))
		return replay_fail(r, "gone CLIENT");
	mcopt_gone(&st->m, &from, "its port is closed", s->now_us, &o);
	emit(r, st, &o, s->now_us);
	return true;
}

static bool
step_timer(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct mcopt_out o;

	mcopt_timer(&st->m, s->now_us, &o);
	emit(r, st, &o, s->now_us);
	return true;
}

static bool
step_run(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct mcopt_out o;
	unsigned int i;

	for (i = 0; i < RUN_STEPS && st->m.deadline_us <= s->now_us; i++) {
		uint64_t at_us = st->m.deadline_us;

		mcopt_timer(&st->m, at_us, &o);
		emit(r, st, &o, at_us);
	}
	return i < RUN_STEPS || replay_fail(r, "the timers never end");
}

static bool
step_state(struct replay *r, struct stage *st, const struct replay_step *s)
{
	static const char *const name[] = {
	    "gather", "stream", "repair", "over"};

	(void)s;
	replay_emit(r, "%s, %u clients", name[st->m.state], st->m.n);
	return true;
}

static bool
step_record(struct replay *r, struct stage *st, const struct replay_step *s)
{
	(void)s;
	replay_emit(r, "joined %u done %u lost %u sent %llu resent %llu",
	    st->m.joined, st->m.done, st->m.lost,
	    (unsigned long long)st->m.sent, (unsigned long long)st->m.resent);
	return true;
}

static bool
step_set(struct replay *r, struct stage *st, const struct replay_step *s)
{
	(void)r;
	st->nblocks = replay_number(s, "blocks", st->nblocks);
	st->room = (unsigned int)replay_number(s, "room", st->room);
	st->oacks = (unsigned int)replay_number(s, "oacks", st->oacks);
	st->limits.gather_us = 1000 * replay_number(s, "gather", 20);
	st->limits.retries = (unsigned int)replay_number(s, "retries", 4);
	st->limits.rate = (uint32_t)replay_number(s, "rate", 0);
	return st->room <= ROOM || replay_fail(r, "room is too large");
}

static bool
step(struct replay *r, void *state, const struct replay_step *s)
{
	static const struct {
		const char *name;
		bool (*fn)(struct replay *, struct stage *,
		    const struct replay_step *);
	} verb[] = {{"set", step_set}, {"join", step_join}, {"recv", step_recv},
	    {"gone", step_gone}, {"timer", step_timer}, {"run", step_run},
	    {"state", step_state}, {"record", step_record}};

	for (size_t i = 0; i < sizeof verb / sizeof verb[0]; i++)
		if (strcmp(s->word[0], verb[i].name) == 0)
			return verb[i].fn(r, state, s);
	return replay_fail(r, "unknown word \"%s\"", s->word[0]);
}

int
main(int argc, char *argv[])
{
	static const struct replay_driver driver = {
	    "mcopt", stage_open, step, stage_close};

	return replay_main(&driver, argc, argv);
}
