/*
 * replay_mcast.c - plays tests/replay/mcast/ against one file and its group.
 *
 *	set blocks=3 timeout=500 retries=4 copies=1 most=1 gap=0
 *	at 0 recv A RRQ | ACK N | ERROR N | DATA N
 *	at 0 leave A            A asks for another file
 *	at +20 timer            the timer, due or not
 *	at 500 run              every deadline up to now, each at its time
 *	at 500 acks A 2..9      A acknowledges these, one after the other
 *	at 500 both A 2..9      ... each of them twice, and nothing is emitted
 *	state                   emits the state, and when the timer is due
 *	record                  emits what the log line tells
 *
 * Clients are letters: A is 192.0.2.65; "A:7" is it with port 7 in place of
 * 3001, the cport, from which boot ROMs ask but iPXE does not.  Output: "send
 *DATA N to A", "send DATA N to group", and the events.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mcast.h"
#include "replay.h"

struct stage {
	struct mcast m;
	struct mcast_limits limits;
	uint64_t nblocks;
};

enum {
	CPORT = 3001
};

static void *
stage_open(struct replay *r)
{
	struct stage *st = calloc(1, sizeof *st);

	(void)r;
	if (!st)
		return NULL;
	mcast_init(&st->m);
	st->limits =
	    (struct mcast_limits){500 * 1000, 4, 1, 1, CPORT, 1000 * 1000, 0};
	st->nblocks = 3;
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
	if (s[0] < 'A' || s[0] > 'Z' || (s[1] && s[1] != ':'))
		return replay_fail(r, "\"%s\" is no client", s);
	p->addr = addr_from_ip4((struct ip4){0xc0000200U + (uint8_t)s[0]});
	p->port = s[1] ? (uint16_t)atoi(s + 2) : CPORT;
	return true;
}

static const char *
name_of(const struct peer *p, char buf[static 16])
{
	if (p->port == CPORT)
		(void)snprintf(buf, 16, "%c", p->addr.b[15]);
	else
		(void)snprintf(buf, 16, "%c:%u", p->addr.b[15], p->port);
	return buf;
}

/* What the daemon would do. */
static void
emit(struct replay *r, const struct stage *st, const struct mcast_out *o)
{
	static const char *const what[] = {[MCAST_OPENED] = "opened",
	    [MCAST_LISTENER] = "listener",
	    [MCAST_SATED] = "sated",
	    [MCAST_LOST] = "lost",
	    [MCAST_REGAINED] = "regained",
	    [MCAST_OVER] = "over"};
	unsigned long long block = (unsigned long long)o->block;
	char name[16], times[16] = "";

	if (o->copies > 1)
		(void)snprintf(times, sizeof times, " x%u", o->copies);
	if (o->unicast)
		replay_emit(r, "send DATA %llu to %s%s", block,
		    name_of(&st->m.master, name), times);
	if (o->multicast)
		replay_emit(r, "send DATA %llu to group%s", block, times);
	if (o->event != MCAST_NONE)
		replay_emit(r, "%s: %s", what[o->event], o->why);
}

static void
open_pass(struct replay *r, struct stage *st, const struct peer *from,
    uint64_t now_us)
{
	struct mcast_out o;

	if (mcast_open(&st->m, &st->limits, from, st->nblocks, now_us, &o))
		emit(r, st, &o);
	else
		replay_emit(r, "refused: %s", o.why);
}

/* The pass is over: the next one, as the daemon does. */
static void
emit_all(
    struct replay *r, struct stage *st, struct mcast_out *o, uint64_t now_us)
{
	emit(r, st, o);
	while (o->event == MCAST_OVER && mcast_waits(&st->m)) {
		if (!mcast_next(&st->m, st->nblocks, now_us, o))
			replay_emit(r, "refused: %s", o->why);
		else
			emit(r, st, o);
	}
}

static void
deliver(struct replay *r, struct stage *st, const struct peer *from,
    const struct tftp_pkt *p, uint64_t now_us)
{
	struct mcast_out o;

	if (p->op == TFTP_RRQ && st->m.state == MCAST_IDLE) {
		open_pass(r, st, from, now_us);
		return;
	}
	mcast_packet(&st->m, from, p, now_us, &o);
	emit_all(r, st, &o, now_us);
}

static bool
step_recv(struct replay *r, struct stage *st, const struct replay_step *s)
{
	static const struct {
		const char *name;
		enum tftp_op op;
	} op[] = {{"RRQ", TFTP_RRQ}, {"ACK", TFTP_ACK}, {"ERROR", TFTP_ERROR},
	    {"DATA", TFTP_DATA}, {"WRQ", TFTP_WRQ}, {"OACK", TFTP_OACK}};
	struct tftp_pkt p = {.name = "f", .name_len = 1};
	struct peer from;

	if (s->nword < 3 || !peer_of(r, s->word[1], &from))
		return replay_fail(r, "recv CLIENT OP [N]");
	for (size_t i = 0; i < sizeof op / sizeof op[0]; i++)
		if (strcmp(op[i].name, s->word[2]) == 0)
			p.op = op[i].op;
	if (p.op == 0)
		return replay_fail(r, "\"%s\" is no packet", s->word[2]);
	p.block = p.code = (uint16_t)(s->nword > 3 ? atoi(s->word[3]) : 0);
	deliver(r, st, &from, &p, s->now_us);
	return true;
}

static bool
step_acks(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct tftp_pkt p = {.op = TFTP_ACK};
	unsigned int first, last;
	struct peer from;

	if (s->nword != 3 || !peer_of(r, s->word[1], &from) ||
	    sscanf(s->word[2], "%u..%u", &first, &last) != 2)
		return replay_fail(r, "acks CLIENT N..M");
	for (; first <= last; first++) {
		p.block = (uint16_t)first;
		deliver(r, st, &from, &p, s->now_us);
	}
	return true;
}

/* A master that got both copies; what is sent is not of interest. */
static bool
step_both(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct tftp_pkt p = {.op = TFTP_ACK};
	unsigned int first, last;
	struct mcast_out o;
	struct peer from;

	if (s->nword != 3 || !peer_of(r, s->word[1], &from) ||
	    sscanf(s->word[2], "%u..%u", &first, &last) != 2)
		return replay_fail(r, "both CLIENT N..M");
	for (; first <= last; first++) {
		p.block = (uint16_t)first;
		mcast_packet(&st->m, &from, &p, s->now_us, &o);
		mcast_packet(&st->m, &from, &p, s->now_us, &o);
	}
	return true;
}

static bool
step_run(struct replay *r, struct stage *st, const struct replay_step *s)
{
	struct mcast_out o;
	double last = -1;

	while (st->m.deadline_us <= s->now_us) {
		uint64_t now_us = st->m.deadline_us;

		if ((double)now_us != last)
			replay_emit(r, "@%g", (double)now_us / 1000.0);
		last = (double)now_us;
		mcast_timer(&st->m, now_us, &o);
		emit_all(r, st, &o, now_us);
	}
	return true;
}

static void
step_state(struct replay *r, const struct stage *st)
{
	static const char *const state[] = {
	    "idle", "open", "pass", "alone", "last"};

	if (st->m.deadline_us == MCAST_NEVER)
		replay_emit(r, "%s", state[st->m.state]);
	else
		replay_emit(r, "%s until %g", state[st->m.state],
		    (double)st->m.deadline_us / 1000.0);
}

static bool
step_set(struct stage *st, const struct replay_step *s)
{
	st->nblocks = replay_number(s, "blocks", st->nblocks);
	st->limits.timeout_us =
	    replay_number(s, "timeout", st->limits.timeout_us / 1000) * 1000;
	st->limits.retries =
	    (unsigned int)replay_number(s, "retries", st->limits.retries);
	st->limits.copies =
	    (unsigned int)replay_number(s, "copies", st->limits.copies);
	st->limits.copies_max =
	    (unsigned int)replay_number(s, "most", st->limits.copies_max);
	st->limits.gap_us =
	    replay_number(s, "gap", st->limits.gap_us / 1000) * 1000;
	return true;
}

static bool
stage_step(struct replay *r, void *state, const struct replay_step *s)
{
	struct stage *st = state;
	const char *verb = s->word[0];
	struct mcast_out o;
	struct peer from;

	if (strcmp(verb, "set") == 0)
		return step_set(st, s);
	if (strcmp(verb, "recv") == 0)
		return step_recv(r, st, s);
	if (strcmp(verb, "acks") == 0)
		return step_acks(r, st, s);
	if (strcmp(verb, "both") == 0)
		return step_both(r, st, s);
	if (strcmp(verb, "run") == 0)
		return step_run(r, st, s);
	if (strcmp(verb, "timer") == 0) {
		mcast_timer(&st->m, s->now_us, &o);
		emit_all(r, st, &o, s->now_us);
	} else if (strcmp(verb, "leave") == 0 && s->nword == 2 &&
		   peer_of(r, s->word[1], &from)) {
		mcast_leave(&st->m, &from, s->now_us, &o);
		emit_all(r, st, &o, s->now_us);
	} else if (strcmp(verb, "state") == 0) {
		step_state(r, st);
	} else if (strcmp(verb, "record") == 0) {
		replay_emit(r, "sent=%llu resent=%llu clients=%u",
		    (unsigned long long)st->m.sent,
		    (unsigned long long)st->m.resent, st->m.nseen);
	} else {
		return replay_fail(r, "\"%s\" is no step", verb);
	}
	return true;
}

int
main(int argc, char *argv[])
{
	static const struct replay_driver driver = {
	    "mcast", stage_open, stage_step, stage_close};

	return replay_main(&driver, argc, argv);
}
