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
#include "tftpd/source.h"
#include "tftpd/xfer.h"

struct server;

enum {
	SESSION_NAME = 256 /* what is longer ends in "..." */
};

struct session {
	struct loop_io io; /* the transfer's socket; first member */
	struct server *server;
	struct peer peer;
	uint64_t request; /* hash of the RRQ as it came */
	struct xfer xfer;
	struct source source;
	uint64_t todo_first; /* DATA not yet handed to the kernel */
	uint32_t todo_count;
	bool want_out; /* EPOLLOUT is set */
	uint64_t start_us;
	char name[SESSION_NAME]; /* as asked, made printable */

	/* sessions.c's own */
	struct session *chain; /* in its hash bucket, or the free list */
	size_t heap;	       /* its place there */
};

struct sessions {
	struct session **slot; /* all that were ever made */
	size_t nslot;
	struct session *free;
	struct session **bucket; /* nbucket is a power of two */
	size_t nbucket;
	struct session **heap; /* by xfer.deadline_us; the live ones */
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
/* After xfer.deadline_us changed. */
void sessions_deadline(struct sessions *t, struct session *s);
/* The one with the earliest deadline, or NULL. */
struct session *sessions_first(const struct sessions *t);

#endif
