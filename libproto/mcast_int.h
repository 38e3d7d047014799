/*
 * mcast_int.h - what mcast.c and the other parts of the machine share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MCAST_INT_H
#define REMOTEBOOT_MCAST_INT_H

#include "mcast.h"

static inline uint64_t
mcast_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t
mcast_max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* A boot ROM, as far as ports tell. */
static inline bool
mcast_is_rom(const struct mcast *m, const struct peer *p)
{
	return m->limits.cport && p->port == m->limits.cport;
}

/* Remember who asked; true when it is new in this pass. */
bool mcast_note(struct mcast *m, const struct addr *a);
/* The client asks no longer. */
void mcast_unqueue(struct mcast_queue *q, const struct addr *a);
/* It asks, now and from this port; of too many the oldest is forgotten. */
void mcast_enqueue(struct mcast_queue *q, const struct peer *from);

/* Whoever asked from that port hears for itself what goes on. */
void mcast_unqueue_port(struct mcast_queue *q, uint16_t port);

/* Between blocks when there is no master to set the pace. */
uint64_t mcast_pace(const struct mcast *m);
/* The first timer for the block that was sent just now. */
uint64_t mcast_first_wait(const struct mcast *m);
/* When a silent master has been silent for too long, and whether it has. */
uint64_t mcast_silent_at(const struct mcast *m);
bool mcast_is_silent(const struct mcast *m, uint64_t now_us);
/* May the next block go out to wake it? */
bool mcast_may_nudge(const struct mcast *m);
/* The block that is out was acknowledged now. */
void mcast_measure(struct mcast *m, uint64_t now_us);

/* mcast_send.c: each fills in *out, which mcast_quiet() has emptied. */
void mcast_quiet(struct mcast_out *out, const char *why);
void mcast_event(struct mcast_out *out, enum mcast_event e, const char *why);
void mcast_over(
    struct mcast *m, uint64_t now_us, struct mcast_out *out, const char *why);
/* The block that is out, again; block 1 to the opener; another block. */
void mcast_put_block(struct mcast *m, uint64_t now_us, struct mcast_out *out);
void mcast_put_first(struct mcast *m, uint64_t now_us, struct mcast_out *out);
void mcast_put_next(
    struct mcast *m, uint64_t block, uint64_t now_us, struct mcast_out *out);
/* The last block is out and nobody is waited for: repeat it, then end. */
void mcast_finish(struct mcast *m, uint64_t now_us, struct mcast_out *out);
/* Without a master: the next block now, the one behind it a pace later. */
void mcast_go_on(struct mcast *m, uint64_t now_us, struct mcast_out *out);
/* The master is gone (e says how): the listeners shall not suffer from it. */
void mcast_lose(struct mcast *m, enum mcast_event e, uint64_t now_us,
    struct mcast_out *out, const char *why);

/* mcast_open.c: an RRQ while a pass runs. */
void mcast_request(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out);

/* Nobody has acknowledged block 1: is it time for another one? */
bool mcast_is_overdue(const struct mcast *m, uint64_t now_us);

/* mcast_loss.c: a pass, and blocks, ACKs and jumps in it, as they come. */
void mcast_loss_begin(struct mcast *m, uint64_t now_us);
void mcast_loss_end(struct mcast *m, uint64_t now_us);
void mcast_loss_decide(struct mcast *m);
void mcast_loss_next(struct mcast *m);
void mcast_loss_sent(struct mcast *m, unsigned int copies);
void mcast_loss_acked(struct mcast *m, uint64_t n);
void mcast_loss_jump(struct mcast *m);

#endif
