/*
 * serve_turns.c - what turns.c decides, done: sockets are asked, and the loop
 * is told of whose packets it shall tell.
 *
 * Whoever ends soon never waits: long transfers in lock-step alone take turns.
 * In windows a packet stands for many blocks, and is not worth the trouble.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stddef.h>

#include "sys/log.h"
#include "tftpd/serve.h"
#include "tftpd/serve_int.h"
#include "tftpd/server.h"

enum {
	TURNS_RUNS = 32 /* sent before a transfer takes part */
};

static struct session *
session_of(struct turn *who)
{
	return (struct session *)(void *)((char *)who -
					  offsetof(struct session, turn));
}

bool
serve_watch(struct session *s)
{
	uint32_t in = s->turn.state == TURN_ACTIVE ? 0 : EPOLLIN;
	/* by level: more may go out in the next turn than room has come */
	uint32_t out = s->want_out ? (uint32_t)EPOLLOUT : (uint32_t)EPOLLET;

	return loop_change(s->server->loop, &s->io, in | out) == 0;
}

static bool
watch(struct turn *who)
{
	return serve_watch(session_of(who));
}

static enum turn_asked
ask(struct turn *who, uint64_t since_us)
{
	struct session *s = session_of(who);
	struct server *srv = s->server;
	uint64_t base = s->xfer.base;

	if (since_us)
		xfer_waited(&s->xfer, since_us, loop_now_us(srv->loop));
	if (!serve_take(s))
		return TURN_GONE;
	if (s->xfer.base != base)
		return TURN_PACKET;
	sessions_deadline(&srv->sessions, s); /* it counts again */
	return TURN_NOTHING;
}

const struct turns_do serve_turns = {.ask = ask, .watch = watch};

bool
serve_now(struct session *s)
{
	struct server *srv = s->server;

	if (s->runs < TURNS_RUNS || s->xfer.windowsize > 1)
		return true;
	return turns_packet(&srv->turns, &s->turn, loop_now_us(srv->loop));
}

void
serve_round(struct server *srv)
{
	struct turns *t = &srv->turns;
	uint64_t now_us = loop_now_us(srv->loop);
	bool full = t->full;
	uint64_t next_us = turns_round(t, srv->sessions.nlive, now_us);

	srv->turns_us = TURNS_NEVER;
	if (next_us <= now_us)
		loop_again(srv->loop); /* without a timer */
	else
		srv->turns_us = next_us;
	if (t->full != full)
		log_debug("%zu transfers: %s", srv->sessions.nlive,
		    full ? "no turns any more" : "they take turns");
}
