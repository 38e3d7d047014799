/*
 * turns.c - who is asked for packets, and who waits, when there are more than
 * a round of the loop takes.
 *
 * A thousand clients in lock-step have hundreds of packets waiting at any
 * time.  Served in the order in which these come, each transfer is served
 * once in a thousand: its socket, its route and its session have left the
 * processor's cache long before its next packet, and fetching them again is a
 * tenth of what a block costs.  So when rounds of the loop are full, some of
 * them have their turn: the loop no longer tells of their packets (which
 * spares the kernel its queue of them, too) but each is asked once a round.
 * The others wait in the order in which their packets came.
 *
 * A turn is time, so that everybody is back within a fifth of a second or so.
 * Whoever has nothing eight times in a row gives it up at once.
 *
 * When less than half of those who are asked have something, their clients
 * are behind, and we rest for a moment: it is cheaper to ask later than
 * often.  When that does not help it is not worth it, and the loop tells of
 * all packets again: not_worth() is that rule, and the only one.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tftpd/turns.h"

uint32_t
turns_room(size_t live)
{
	return live <= TURNS_ALL ? TURNS_ALL : TURNS_SOME;
}

uint64_t
turns_turn_us(size_t live)
{
	uint64_t us = TURNS_MAX_US;

	if (live)
		us = (uint64_t)TURNS_ROUND_US * turns_room(live) / live;
	if (us < TURNS_MIN_US)
		return TURNS_MIN_US;
	return us < TURNS_MAX_US ? us : TURNS_MAX_US;
}

/* Those who wait. */

void
turns_wait(struct turns *t, struct turn *who, uint64_t now_us)
{
	if (who->state != TURN_NONE)
		return;
	who->state = TURN_WAITS;
	who->since_us = now_us;
	who->behind = NULL;
	who->before = t->last;
	if (t->last)
		t->last->behind = who;
	else
		t->first = who;
	t->last = who;
	t->nwaiting++;
}

static void
unlink_waiting(struct turns *t, struct turn *who)
{
	if (who->before)
		who->before->behind = who->behind;
	else
		t->first = who->behind;
	if (who->behind)
		who->behind->before = who->before;
	else
		t->last = who->before;
	t->nwaiting--;
	who->state = TURN_NONE;
}

/* Those whose turn it is, in no order. */

static void
unlink_active(struct turns *t, struct turn *who)
{
	struct turn *moved = t->active[--t->nactive];

	t->active[who->at] = moved;
	moved->at = who->at;
	who->state = TURN_NONE;
}

static void
link_active(struct turns *t, struct turn *who)
{
	who->state = TURN_ACTIVE;
	who->at = (uint16_t)t->nactive;
	t->active[t->nactive++] = who;
}

void
turns_remove(struct turns *t, struct turn *who)
{
	if (who->state == TURN_ACTIVE)
		unlink_active(t, who);
	else if (who->state == TURN_WAITS)
		unlink_waiting(t, who);
}

/* The loop tells of it again; if it cannot, who stays and is asked. */
static void
leave(struct turns *t, struct turn *who)
{
	unlink_active(t, who);
	if (!t->act->watch(who))
		link_active(t, who);
}

/* The next one's turn begins, with the packet that it waited with. */
static void
join(struct turns *t, uint64_t now_us)
{
	struct turn *who = t->first;
	uint64_t since_us = who->since_us;

	unlink_waiting(t, who);
	link_active(t, who);
	who->since_us = now_us;
	who->misses = 0;
	t->joined++;
	if (!t->act->watch(who))
		unlink_active(t, who);
	(void)t->act->ask(who, since_us);
}

/* From the end: whoever leaves is replaced by one that was asked already. */
static void
ask_active(struct turns *t, size_t live, uint64_t now_us)
{
	uint64_t turn_us = turns_turn_us(live);
	uint32_t room = turns_room(live), asked = t->nactive, hit = 0;

	for (uint32_t i = asked; i-- > 0;) {
		struct turn *who = t->active[i];
		enum turn_asked got = t->act->ask(who, 0);
		bool crowded, over;

		hit += got != TURN_NOTHING;
		if (got == TURN_GONE)
			continue;
		who->misses =
		    got == TURN_NOTHING ? (uint8_t)(who->misses + 1) : 0;
		crowded = t->nwaiting && t->nactive + t->nwaiting > room;
		over = now_us - who->since_us >= turn_us;
		if ((crowded && over) || who->misses >= TURNS_MISSES)
			leave(t, who);
	}
	t->hit += hit - t->hit / TURNS_MEMORY;
	t->miss += asked - hit - t->miss / TURNS_MEMORY;
	t->rest_us = 2 * hit < asked ? now_us + TURNS_REST_US : now_us;
}

/*
 * Of three who are asked two have nothing, for rounds: their round trips are
 * long, and the loop, which tells only of those who have, is cheaper.
 */
static bool
not_worth(const struct turns *t)
{
	return t->miss >= TURNS_MEMORY / 2 * t->full_at && 2 * t->hit < t->miss;
}

/* As if there had never been turns; those who wait are served now. */
static void
end(struct turns *t, uint32_t hold)
{
	t->full = false;
	t->hold = hold;
	t->hit = t->miss = 0;
	for (uint32_t i = t->nactive; i-- > 0;)
		leave(t, t->active[i]);
	while (t->first) {
		struct turn *who = t->first;

		unlink_waiting(t, who);
		(void)t->act->ask(who, who->since_us);
	}
}

/* These packets are served already: turns begin with the next ones. */
static void
begin(struct turns *t, uint32_t heard)
{
	if (t->hold) {
		t->hold--;
	} else if (heard >= t->full_at) {
		t->full = true;
		t->began++;
	}
}

uint64_t
turns_round(struct turns *t, size_t live, uint64_t now_us)
{
	uint32_t heard = t->heard;

	t->heard = 0;
	if (!t->full && !t->nactive) {
		begin(t, heard);
		return TURNS_NEVER;
	}
	if (now_us >= t->rest_us)
		ask_active(t, live, now_us);
	if (not_worth(t))
		end(t, TURNS_HOLD);
	else if (t->nactive + t->nwaiting < TURNS_FEW && heard < t->full_at)
		end(t, 0);
	else
		while (t->first && t->nactive < turns_room(live))
			join(t, now_us);
	return t->nactive ? t->rest_us : TURNS_NEVER;
}
