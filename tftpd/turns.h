/*
 * turns.h - who is asked for packets, and who waits, when there are more than
 * a round of the loop takes.  Pure: what is done comes by two functions.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_TURNS_H
#define REMOTEBOOT_TFTPD_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TURNS_NEVER UINT64_MAX

enum {
	TURNS_ALL = 128,   /* of so many everybody is active */
	TURNS_SOME = 64,   /* of more, so many */
	TURNS_FEW = 30,	   /* so few take no turns any more */
	TURNS_MISSES = 8,  /* asked in vain, in a row: leaves */
	TURNS_MEMORY = 32, /* rounds that are remembered, more or less */
	TURNS_HOLD = 128,  /* rounds, after it was not worth it */
	TURNS_REST_US = 200,
	TURNS_ROUND_US = 200000, /* until everybody had a turn */
	TURNS_MIN_US = 4000,	 /* of one */
	TURNS_MAX_US = 20000,
	/* a deadline is not looked at meanwhile; nobody waits so long */
	TURNS_WAIT_MAX_US = 1000000
};

enum turn_state {
	TURN_NONE, /* the loop tells of its packets, and they are served */
	TURN_WAITS,
	TURN_ACTIVE /* it is asked each round, and the loop tells nothing */
};

/* One's part of it; all zero at first. */
struct turn {
	uint8_t state;		      /* enum turn_state */
	uint8_t misses;		      /* in a row */
	uint16_t at;		      /* active: its place */
	uint64_t since_us;	      /* it waits or is active */
	struct turn *before, *behind; /* waits: in the queue */
};

enum turn_asked {
	TURN_PACKET,
	TURN_NOTHING,
	TURN_GONE /* turns_remove() was called for it, it may not be there */
};

struct turns_do {
	/*
	 * Take a packet of who's and serve it.  since_us: it has waited for
	 * that since then; 0: it has not.  Nobody else is removed.
	 */
	enum turn_asked (*ask)(struct turn *who, uint64_t since_us);
	/*
	 * who->state has become TURN_ACTIVE or is that no more: the loop shall
	 * tell of its packets accordingly, also of one that is there already.
	 * False: it cannot, all is as before.
	 */
	bool (*watch)(struct turn *who);
};

/* All zero at first, but for act and full_at. */
struct turns {
	const struct turns_do *act;
	uint32_t full_at;   /* packets in one round of the loop: it is full */
	bool full;	    /* they take turns */
	uint32_t heard;	    /* packets that the loop told of in this round */
	uint32_t hold;	    /* rounds until they may take turns again */
	uint32_t hit, miss; /* of the last rounds, older ones count less */
	uint64_t rest_us;   /* nobody is asked before */
	uint32_t nactive, nwaiting;
	struct turn *active[TURNS_ALL];
	struct turn *first, *last; /* of those who wait */
	uint64_t began, joined;	   /* how often, since the start */
};

/* turns_packet() alone: who waits, unless it does or is active already. */
void turns_wait(struct turns *t, struct turn *who, uint64_t now_us);

/*
 * The loop tells of a packet of who's.  True: serve it; false: it waits for
 * its turn, or is asked at the end of the round.
 */
static inline bool
turns_packet(struct turns *t, struct turn *who, uint64_t now_us)
{
	t->heard++;
	if (!t->full && who->state == TURN_NONE)
		return true;
	turns_wait(t, who, now_us);
	return false;
}

/*
 * The end of a round of the loop, with live transfers.  When the next one
 * shall come, if nothing else happens: at once when that is not after now_us;
 * TURNS_NEVER.
 */
uint64_t turns_round(struct turns *t, size_t live, uint64_t now_us);
/* How many of live transfers are active at once. */
uint32_t turns_room(size_t live);
/* How long a turn lasts, microseconds. */
uint64_t turns_turn_us(size_t live);
/* who is about to end, in whatever state. */
void turns_remove(struct turns *t, struct turn *who);

#endif
