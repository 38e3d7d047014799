/*
 * sessions.c - the running transfers: by peer, and by the next deadline.
 *
 * A chained hash table over address and port, with a seed of the process so
 * that nobody can aim at one bucket, and a binary heap of deadlines.  Nearly
 * every packet puts a deadline off; the heap only learns of it when the old
 * time has come.  A session's address never changes: the loop points to it.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

#include "tftpd/sessions.h"

/* Mix one word in (the finisher of splitmix64). */
static uint64_t
mix(uint64_t h, uint64_t v)
{
	h ^= v;
	h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
	return h ^ (h >> 31);
}

static uint64_t
hash_addr(const struct sessions *t, const struct addr *a)
{
	uint64_t word[2];

	memcpy(word, a->b, sizeof word);
	return mix(mix(t->seed, word[0]), word[1]);
}

static struct session **
bucket_of(const struct sessions *t, const struct peer *p)
{
	uint64_t h = mix(hash_addr(t, &p->addr), p->port);

	return &t->bucket[h & (t->nbucket - 1)];
}

static struct session **
bucket_of_addr(const struct sessions *t, const struct addr *a)
{
	return &t->by_addr[hash_addr(t, a) & (t->nbucket - 1)];
}

static int
grow_slots(struct sessions *t, size_t max)
{
	struct session **slot, **heap;

	slot = realloc(t->slot, max * sizeof(struct session *));
	if (!slot)
		return -1;
	t->slot = slot;
	heap = realloc(t->heap, max * sizeof(struct session *));
	if (!heap)
		return -1;
	t->heap = heap;
	while (t->nslot < max) {
		struct session *s = calloc(1, sizeof *s);

		if (!s)
			return -1;
		s->chain = t->free;
		t->free = s;
		t->slot[t->nslot++] = s;
	}
	return 0;
}

/* Into both tables. */
static void
hash_in(struct sessions *t, struct session *s)
{
	struct session **b = bucket_of(t, &s->peer);

	s->chain = *b;
	*b = s;
	b = bucket_of_addr(t, &s->peer.addr);
	s->same = *b;
	*b = s;
}

static int
grow_buckets(struct sessions *t, size_t max)
{
	struct session **fresh;
	size_t n = 16;

	while (n < max)
		n *= 2;
	if (n <= t->nbucket)
		return 0;
	fresh = calloc(2 * n, sizeof(struct session *));
	if (!fresh)
		return -1;
	free(t->bucket);
	t->bucket = fresh;
	t->by_addr = fresh + n;
	t->nbucket = n;
	for (size_t i = 0; i < t->nlive; i++)
		hash_in(t, t->heap[i]);
	return 0;
}

int
sessions_reserve(struct sessions *t, size_t max)
{
	if (!t->seed)
		(void)getrandom(&t->seed, sizeof t->seed, GRND_NONBLOCK);
	if (max > t->nslot && grow_slots(t, max) == -1)
		return -1;
	return grow_buckets(t, max);
}

void
sessions_free(struct sessions *t)
{
	for (size_t i = 0; i < t->nslot; i++)
		free(t->slot[i]);
	free(t->slot);
	free(t->heap);
	free(t->bucket);
	memset(t, 0, sizeof *t);
}

struct session *
sessions_find(const struct sessions *t, const struct peer *p)
{
	struct session *s = *bucket_of(t, p);

	while (s && !peer_equal(&s->peer, p))
		s = s->chain;
	return s;
}

/* The heap: heap[0] is the earliest. */

static void
heap_put(struct sessions *t, size_t i, struct session *s)
{
	t->heap[i] = s;
	s->heap = i;
}

static bool
earlier(const struct session *a, const struct session *b)
{
	return a->due_us < b->due_us;
}

static void
heap_up(struct sessions *t, size_t i, struct session *s)
{
	while (i > 0 && earlier(s, t->heap[(i - 1) / 2])) {
		heap_put(t, i, t->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	heap_put(t, i, s);
}

static void
heap_down(struct sessions *t, size_t i, struct session *s)
{
	for (;;) {
		size_t c = 2 * i + 1;

		if (c >= t->nlive)
			break;
		if (c + 1 < t->nlive && earlier(t->heap[c + 1], t->heap[c]))
			c++;
		if (!earlier(t->heap[c], s))
			break;
		heap_put(t, i, t->heap[c]);
		i = c;
	}
	heap_put(t, i, s);
}

/* When its client has been silent for too long. */
static uint64_t
silence_us(const struct session *s)
{
	uint64_t us = s->turn.since_us + TURNS_WAIT_MAX_US;

	return s->turn.state == TURN_WAITS && us > s->xfer.deadline_us
		   ? us
		   : s->xfer.deadline_us;
}

/* That, or its turn in what the unproven share. */
static uint64_t
deadline_of(const struct session *s)
{
	uint64_t from_us = s->guard.from_us, us = silence_us(s);

	return from_us && from_us < us ? from_us : us;
}

void
sessions_deadline(struct sessions *t, struct session *s)
{
	uint64_t at_us = deadline_of(s);

	if (at_us >= s->due_us)
		return;
	s->due_us = at_us;
	heap_up(t, s->heap, s);
}

struct session *
sessions_due(struct sessions *t, uint64_t now_us)
{
	while (t->nlive && t->heap[0]->due_us <= now_us) {
		struct session *s = t->heap[0];

		if (deadline_of(s) <= now_us)
			return s;
		s->due_us = deadline_of(s);
		heap_down(t, 0, s);
	}
	return NULL;
}

uint64_t
sessions_wake_us(const struct sessions *t)
{
	return t->nlive ? t->heap[0]->due_us : XFER_NEVER;
}

struct session *
sessions_first(const struct sessions *t)
{
	return t->nlive ? t->heap[0] : NULL;
}

/* The queues of trust. */

static void
enqueue(struct sessions *t, struct session *s, enum guard_trust trust)
{
	struct sessions_queue *q = &t->queue[trust];

	s->trust = trust;
	s->newer = NULL;
	s->older = q->newest;
	if (q->newest)
		q->newest->newer = s;
	else
		q->oldest = s;
	q->newest = s;
}

static void
dequeue(struct sessions *t, struct session *s)
{
	struct sessions_queue *q = &t->queue[s->trust];

	if (s->older)
		s->older->newer = s->newer;
	else
		q->oldest = s->newer;
	if (s->newer)
		s->newer->older = s->older;
	else
		q->newest = s->older;
}

void
sessions_trust(struct sessions *t, struct session *s)
{
	enum guard_trust trust = guard_trust(&s->guard);

	if (trust == s->trust)
		return;
	dequeue(t, s);
	enqueue(t, s, trust);
}

struct session *
sessions_oldest(const struct sessions *t, enum guard_trust trust)
{
	return t->queue[trust].oldest;
}

size_t
sessions_of(const struct sessions *t, const struct addr *a, size_t max,
    struct session **ret_new)
{
	struct session *s = *bucket_of_addr(t, a);
	size_t n = 0;

	*ret_new = NULL;
	for (; s && n < max; s = s->same) {
		if (!addr_equal(&s->peer.addr, a))
			continue;
		n++;
		if (s->trust == GUARD_NEW) /* the newest is first */
			*ret_new = s;
	}
	return n;
}

struct session *
sessions_add(struct sessions *t, const struct peer *p)
{
	struct session *s = t->free;

	if (!s)
		return NULL;
	t->free = s->chain;
	memset(s, 0, sizeof *s);
	s->peer = *p;
	s->io.fd = -1;
	s->other.fd = -1;
	s->fd = -1;
	s->source.fd = -1;
	s->xfer.deadline_us = s->due_us = XFER_NEVER;
	hash_in(t, s);
	enqueue(t, s, GUARD_NEW);
	heap_up(t, t->nlive++, s);
	return s;
}

void
sessions_remove(struct sessions *t, struct session *s)
{
	struct session **b = bucket_of(t, &s->peer), *moved;

	while (*b != s)
		b = &(*b)->chain;
	*b = s->chain;
	b = bucket_of_addr(t, &s->peer.addr);
	while (*b != s)
		b = &(*b)->same;
	*b = s->same;
	dequeue(t, s);
	s->want_out = false;
	moved = t->heap[--t->nlive];
	if (moved != s) {
		heap_up(t, s->heap, moved);
		heap_down(t, moved->heap, moved);
	}
	s->chain = t->free;
	t->free = s;
}
