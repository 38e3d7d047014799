/*
 * mcast_int.h - what mcast.c and mcast_parts.c share.
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

/* Remember who asked; true when it is new in this pass. */
bool mcast_note(struct mcast *m, const struct addr *a);
/* The client asks no longer. */
void mcast_unqueue(struct mcast_queue *q, const struct addr *a);
/* It asks, now and from this port; of too many the oldest is forgotten. */
void mcast_enqueue(struct mcast_queue *q, const struct peer *from);

/* Between blocks when there is no master to set the pace. */
uint64_t mcast_pace(const struct mcast *m);
/* The first timer for a block. */
uint64_t mcast_first_wait(const struct mcast *m);
/* When a silent master has been silent for too long, and whether it has. */
uint64_t mcast_silent_at(const struct mcast *m);
bool mcast_is_silent(const struct mcast *m, uint64_t now_us);
/* May the next block go out to wake it? */
bool mcast_may_nudge(const struct mcast *m);
/* The block that is out was acknowledged now. */
void mcast_measure(struct mcast *m, uint64_t now_us);

#endif
