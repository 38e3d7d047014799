/*
 * lease.c - the table of dynamic leases: lookups and changes of state.
 *
 * One entry for each pool address, ascending; leases.c makes the table.
 * An entry is found by address (binary search), by client identifier and by
 * hardware address (hash chains, the subnet is part of the hash).  What is
 * free hangs in one list for each subnet, the one free for longest first;
 * what runs out stands in one heap by time.  So every operation costs the
 * same with ten leases and with sixty thousand, but for a log2(n).
 *
 *      FREE --offer--> OFFERED --bind--> BOUND
 *       ^ ^               |               |  |
 *       | +---- expire ---+---- expire ---+  |
 *       +------- release, expire ------------+     any --decline--> DECLINED
 *
 * A free entry remembers its last holder (RFC 2131 4.3.1: the same address
 * again); the next offer to somebody else ends the memory.
 *
 * RFC 2131.  SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/lease_table.h"

enum {
	HASH_SEED = 5381,
	HW_LOOKS = 64 /* entries of one chain that are looked at: a client
		       * with ever new client ids must not slow us down */
};

static uint32_t
index_of(const struct leases *ls, const struct lease *l)
{
	return (uint32_t)(l - ls->lease);
}

/* ---- hash chains ---- */

static uint32_t
hash(uint32_t h, const uint8_t *p, size_t len)
{
	while (len--)
		h = (h ^ *p++) * 16777619u;
	return h ^ h >> 15;
}

static uint32_t *
bucket_id(const struct leases *ls, uint32_t pool, const uint8_t *id, size_t len)
{
	return &ls->bucket[CHAIN_ID]
			  [hash(HASH_SEED + pool, id, len) & ls->mask];
}

static uint32_t *
bucket_hw(const struct leases *ls, uint32_t pool, uint8_t htype,
    const uint8_t *chaddr, size_t hlen)
{
	uint32_t h = hash(HASH_SEED + pool * 256u + htype, chaddr, hlen);

	return &ls->bucket[CHAIN_HW][h & ls->mask];
}

static void
chain_add(struct leases *ls, enum chain c, uint32_t *head, uint32_t i)
{
	struct link *k = &ls->node[i].chain[c];

	k->next = *head;
	k->prev = NONE;
	if (*head != NONE)
		ls->node[*head].chain[c].prev = i;
	*head = i;
}

static void
chain_del(struct leases *ls, enum chain c, uint32_t *head, uint32_t i)
{
	const struct link *k = &ls->node[i].chain[c];

	if (k->prev == NONE)
		*head = k->next;
	else
		ls->node[k->prev].chain[c].next = k->next;
	if (k->next != NONE)
		ls->node[k->next].chain[c].prev = k->prev;
}

/* ---- the holder ---- */

static void
holder_clear(struct leases *ls, struct lease *l)
{
	uint32_t i = index_of(ls, l), pool = ls->node[i].pool;

	if (l->client_id_len)
		chain_del(ls, CHAIN_ID,
		    bucket_id(
			ls, pool, lease_client_id(ls, l), l->client_id_len),
		    i);
	if (l->hlen)
		chain_del(ls, CHAIN_HW,
		    bucket_hw(ls, pool, l->htype, l->chaddr, l->hlen), i);
	l->client_id_len = l->htype = l->hlen = 0;
	memset(l->chaddr, 0, sizeof(l->chaddr));
}

void
lease_holder_set(struct leases *ls, struct lease *l, const struct lease_key *k)
{
	uint32_t i = index_of(ls, l), pool = ls->node[i].pool;
	size_t len = k->client_id ? k->client_id_len : 0;

	holder_clear(ls, l);
	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	if (len) {
		memmove(len <= ID_SHORT ? ls->id_short[i] : ls->id_long[i],
		    k->client_id, len);
		l->client_id_len = (uint8_t)len;
		chain_add(
		    ls, CHAIN_ID, bucket_id(ls, pool, k->client_id, len), i);
	}
	l->htype = k->htype;
	l->hlen = k->hlen <= sizeof(l->chaddr) ? k->hlen : sizeof(l->chaddr);
	memcpy(l->chaddr, k->chaddr, l->hlen);
	if (l->hlen)
		chain_add(ls, CHAIN_HW,
		    bucket_hw(ls, pool, l->htype, l->chaddr, l->hlen), i);
}

/* ---- the free lists ---- */

void
lease_free_append(struct leases *ls, uint32_t i)
{
	struct node *n = &ls->node[i];
	struct pool *p = &ls->pool[n->pool];

	n->free.next = NONE;
	n->free.prev = p->tail;
	if (p->tail == NONE)
		p->head = i;
	else
		ls->node[p->tail].free.next = i;
	p->tail = i;
}

static void
free_remove(struct leases *ls, uint32_t i)
{
	struct node *n = &ls->node[i];
	struct pool *p = &ls->pool[n->pool];

	if (n->free.prev == NONE)
		p->head = n->free.next;
	else
		ls->node[n->free.prev].free.next = n->free.next;
	if (n->free.next == NONE)
		p->tail = n->free.prev;
	else
		ls->node[n->free.next].free.prev = n->free.prev;
}

/* ---- the heap of what runs out ---- */

static void
heap_put(struct leases *ls, uint32_t at, uint32_t i)
{
	ls->heap[at] = i;
	ls->node[i].heap_at = at;
}

static int64_t
heap_time(const struct leases *ls, uint32_t at)
{
	return ls->lease[ls->heap[at]].expires_s;
}

static void
heap_up(struct leases *ls, uint32_t at)
{
	uint32_t i = ls->heap[at];

	while (at > 0 && heap_time(ls, (at - 1) / 2) > ls->lease[i].expires_s) {
		heap_put(ls, at, ls->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_put(ls, at, i);
}

static void
heap_down(struct leases *ls, uint32_t at)
{
	uint32_t i = ls->heap[at], child;

	while ((child = 2 * at + 1) < ls->nheap) {
		if (child + 1 < ls->nheap &&
		    heap_time(ls, child + 1) < heap_time(ls, child))
			child++;
		if (heap_time(ls, child) >= ls->lease[i].expires_s)
			break;
		heap_put(ls, at, ls->heap[child]);
		at = child;
	}
	heap_put(ls, at, i);
}

static void
heap_remove(struct leases *ls, uint32_t i)
{
	uint32_t at = ls->node[i].heap_at, last;

	if (at == NONE)
		return;
	ls->node[i].heap_at = NONE;
	last = ls->heap[--ls->nheap];
	if (last == i)
		return;
	heap_put(ls, at, last);
	heap_up(ls, at);
	heap_down(ls, ls->node[last].heap_at);
}

static void
heap_add(struct leases *ls, uint32_t i)
{
	heap_put(ls, ls->nheap, i);
	heap_up(ls, ls->nheap++);
}

/* ---- states ---- */

/* The only place where a state changes: lists, heap and counts follow. */
void
lease_state_set(
    struct leases *ls, struct lease *l, enum lease_state s, int64_t expires_s)
{
	uint32_t i = index_of(ls, l);
	struct pool *p = &ls->pool[ls->node[i].pool];

	if (l->state == LEASE_FREE)
		free_remove(ls, i);
	heap_remove(ls, i);
	p->counts.state[l->state]--;
	l->state = s;
	l->expires_s = expires_s;
	p->counts.state[s]++;
	if (s == LEASE_FREE)
		lease_free_append(ls, i);
	else if (expires_s != LEASE_NEVER)
		heap_add(ls, i);
}

void
lease_offer(struct leases *ls, struct lease *l, const struct lease_key *k,
    int64_t until_s)
{
	if (l->state == LEASE_BOUND && lease_is_of(ls, l, k))
		return;
	lease_holder_set(ls, l, k);
	lease_state_set(ls, l, LEASE_OFFERED, until_s);
}

void
lease_bind(struct leases *ls, struct lease *l, const struct lease_key *k,
    int64_t now_s, int64_t expires_s)
{
	lease_holder_set(ls, l, k);
	l->start_s = now_s;
	lease_state_set(ls, l, LEASE_BOUND, expires_s);
}

void
lease_release(struct leases *ls, struct lease *l, int64_t now_s)
{
	l->start_s = now_s;
	lease_state_set(ls, l, LEASE_FREE, now_s);
}

void
lease_decline(struct leases *ls, struct lease *l, int64_t until_s)
{
	holder_clear(ls, l);
	lease_state_set(ls, l, LEASE_DECLINED, until_s);
}

int64_t
lease_expire(struct leases *ls, int64_t now_s, unsigned int max)
{
	struct lease *l;

	while (ls->nheap && heap_time(ls, 0) <= now_s && max--) {
		l = &ls->lease[ls->heap[0]];
		lease_release(ls, l, l->expires_s);
	}
	return ls->nheap ? heap_time(ls, 0) : LEASE_NEVER;
}

/* ---- lookups ---- */

const struct conf_subnet *
leases_subnet(const struct leases *ls, size_t i)
{
	return i < ls->npool ? &ls->subnet[i] : NULL;
}

size_t
leases_count(const struct leases *ls)
{
	return ls->n;
}

const struct lease *
leases_at(const struct leases *ls, size_t i)
{
	return &ls->lease[i];
}

const uint8_t *
lease_client_id(const struct leases *ls, const struct lease *l)
{
	uint32_t i = index_of(ls, l);

	return l->client_id_len <= ID_SHORT ? ls->id_short[i] : ls->id_long[i];
}

/* The pool of a subnet; NULL when the subnet is of another configuration. */
static struct pool *
pool_of(const struct leases *ls, const struct conf_subnet *s)
{
	if (!ls->npool || s < ls->subnet || s >= ls->subnet + ls->npool)
		return NULL;
	return &ls->pool[s - ls->subnet];
}

struct lease_counts
lease_counts(const struct leases *ls, const struct conf_subnet *s)
{
	const struct pool *p = pool_of(ls, s);

	return p ? p->counts : (struct lease_counts){0};
}

const struct lease *
lease_free_next(
    const struct leases *ls, const struct conf_subnet *s, const struct lease *l)
{
	const struct pool *p = pool_of(ls, s);
	uint32_t i;

	if (!p)
		return NULL;
	i = l ? ls->node[index_of(ls, l)].free.next : p->head;
	return i == NONE ? NULL : &ls->lease[i];
}

/* The first entry of n at l whose address is not below a. */
static size_t
lower_bound(const struct lease *l, size_t n, struct ip4 a)
{
	size_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (l[mid].addr.v < a.v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct lease *
lease_by_addr(struct leases *ls, struct ip4 a)
{
	size_t i = lower_bound(ls->lease, ls->n, a);

	return i < ls->n && ls->lease[i].addr.v == a.v ? &ls->lease[i] : NULL;
}

bool
lease_is_of(
    const struct leases *ls, const struct lease *l, const struct lease_key *k)
{
	size_t len = k->client_id ? k->client_id_len : 0;

	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	if (len && l->client_id_len)
		return len == l->client_id_len &&
		       memcmp(k->client_id, lease_client_id(ls, l), len) == 0;
	return l->hlen && l->htype == k->htype && l->hlen == k->hlen &&
	       memcmp(l->chaddr, k->chaddr, l->hlen) == 0;
}

/* Which of two entries of one client is its lease: bound, offered, free. */
static struct lease *
better(struct lease *a, struct lease *b)
{
	static const uint8_t rank[LEASE_STATES] = {
	    [LEASE_FREE] = 1, [LEASE_OFFERED] = 2, [LEASE_BOUND] = 3};

	return !a || rank[b->state] > rank[a->state] ? b : a;
}

static struct lease *
chain_find(struct leases *ls, enum chain c, uint32_t i,
    const struct conf_subnet *s, const struct lease_key *k)
{
	struct lease *found = NULL;
	unsigned int looks = 0;

	for (; i != NONE && looks < HW_LOOKS; i = ls->node[i].chain[c].next) {
		if (&ls->subnet[ls->node[i].pool] != s)
			continue;
		if (lease_is_of(ls, &ls->lease[i], k))
			found = better(found, &ls->lease[i]);
		if (c == CHAIN_HW)
			looks++;
	}
	return found;
}

struct lease *
lease_of(
    struct leases *ls, const struct conf_subnet *s, const struct lease_key *k)
{
	struct lease *l = NULL;
	uint32_t pool;
	size_t len = k->client_id ? k->client_id_len : 0;

	if (!pool_of(ls, s))
		return NULL;
	pool = (uint32_t)(s - ls->subnet);
	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	if (len)
		l = chain_find(ls, CHAIN_ID,
		    *bucket_id(ls, pool, k->client_id, len), s, k);
	if (!l && k->hlen && k->hlen <= sizeof(k->chaddr))
		l = chain_find(ls, CHAIN_HW,
		    *bucket_hw(ls, pool, k->htype, k->chaddr, k->hlen), s, k);
	return l;
}

struct lease *
lease_pick(struct leases *ls, const struct conf_subnet *s,
    const struct lease_key *k, struct ip4 asked, int64_t now_s)
{
	const struct pool *p = pool_of(ls, s);
	struct lease *l;

	if (!p)
		return NULL;
	l = lease_of(ls, s, k);
	if (l)
		return l;
	l = asked.v ? lease_by_addr(ls, asked) : NULL;
	if (l && &ls->subnet[ls->node[index_of(ls, l)].pool] == s &&
	    (l->state == LEASE_FREE || l->expires_s <= now_s))
		return l;
	return p->head == NONE ? NULL : &ls->lease[p->head];
}
