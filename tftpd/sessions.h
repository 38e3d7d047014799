/*
 * sessions.h - the running transfers: by peer, and by the next deadline.
 *
 * All memory is taken when the table is made or reserved for more; a request
 * or a packet allocates nothing.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SESSIONS_H
#define REMOTEBOOT_TFTPD_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "sys/loop.h"
#include "tftpd/guard.h"
#include "tftpd/source.h"
#include "tftpd/turns.h"
#include "tftpd/xfer.h"

struct listener;
struct server;

enum {
	SESSION_NAME = 256 /* what is longer ends in "..." */
};

struct session {
	/* the transfer's own socket, -1 in single-port mode; first member */
	struct loop_io io;
	struct loop_io other; /* hears strangers when io is connected; -1 */
	struct listener *at;  /* single-port mode: its socket; else NULL */
	int fd;		      /* what it sends over: one of the two */
	struct server *server;
	struct peer peer;
	struct addr local; /* the address that was asked */
	struct guard guard;
	uint64_t request; /* hash of the RRQ as it came */
	struct xfer xfer;
	struct source source;
	uint64_t todo_first; /* DATA not yet handed to the kernel */
	uint32_t todo_count;
	bool want_out; /* EPOLLOUT is set */
	bool alone;    /* io hears nobody but the peer */
	bool narrow;   /* its socket has room for one block */
	uint64_t runs; /* of DATA that were sent */
	struct turn turn;
	uint64_t start_us;
	char name[SESSION_NAME];   /* as asked, made printable */
	char served[SESSION_NAME]; /* the path below the tree, printable */

	/* sessions.c's own */
	struct session *chain; /* in its hash bucket, or the free list */
	struct session *same;  /* in the bucket of its address */
	size_t heap;	       /* its place there */
	uint64_t due_us;       /* and key: its deadline, or an earlier one */
	enum guard_trust trust;
	struct session *older, *newer; /* of the same trust */
};

/* In the order in which they came to be so. */
struct sessions_queue {
	struct session *oldest, *newest;
};

struct sessions {
	struct session **slot; /* all that were ever made */
	size_t nslot;
	struct session *free;
	struct session **bucket;  /* nbucket is a power of two */
	struct session **by_addr; /* as many */
	size_t nbucket;
	struct sessions_queue queue[GUARD_PROVED + 1];
	struct session **heap; /* by due_us; the live ones */
	size_t nlive;
	uint64_t seed;
};

/* Room for max sessions at once.  0, or -1 and errno (nothing changed). */
int sessions_reserve(struct sessions *t, size_t max);
/* All of them have to be ended. */
void sessions_free(struct sessions *t);

struct session *sessions_find(const struct sessions *t, const struct peer *p);
/* A fresh one for p (who has none); NULL: no room.  No deadline yet. */
struct session *sessions_add(struct sessions *t, const struct peer *p);
void sessions_remove(struct sessions *t, struct session *s);
/* After s->guard changed.  A fresh one is GUARD_NEW. */
void sessions_trust(struct sessions *t, struct session *s);
/* Whoever has been so trusted for longest, or NULL. */
struct session *sessions_oldest(
    const struct sessions *t, enum guard_trust trust);
/*
 * How many the address has, counted up to max; *ret_new is the oldest of
 * them that is GUARD_NEW, or NULL.
 */
size_t sessions_of(const struct sessions *t, const struct addr *a, size_t max,
    struct session **ret_new);
/*
 * After xfer.deadline_us, guard.from_us or turn changed.  One that is put off,
 * as nearly every packet does, stays where it is in the heap until its old time
 * has come.  While a packet of its client's waits for its turn, silence is
 * not counted.
 */
void sessions_deadline(struct sessions *t, struct session *s);
/* One whose deadline has come, or NULL. */
struct session *sessions_due(struct sessions *t, uint64_t now_us);
/* No deadline comes before that; XFER_NEVER: none at all. */
uint64_t sessions_wake_us(const struct sessions *t);
/* One of them, or NULL. */
struct session *sessions_first(const struct sessions *t);

#endif
