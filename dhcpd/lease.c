/*
 * lease.c - the table of dynamic leases: changes of state; lease_find.c has
 * the lookups.
 *
 * One entry for each pool address, ascending; leases.c makes the table.
 * An entry is found by address (binary search), by client identifier and by
 * hardware address (hash chains, the wire is part of the hash).  What is free,
 * offered or declined hangs in a list for each domain (those who may have it)
 * and state, the one so for longest first; what runs out stands in one heap by
 * time.  So every operation costs the same with ten leases and with sixty
 * thousand, but for a log2(n).
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

/* ---- hash chains ---- */

static void
chain_add(struct leases *ls, enum chain c, uint32_t *head, uint32_t i)
{
	struct link *k = lease_link(ls, c, i);

	k->next = *head;
	k->prev = NONE;
	if (*head != NONE)
		lease_link(ls, c, *head)->prev = i;
	*head = i;
}

static void
chain_del(struct leases *ls, enum chain c, uint32_t *head, uint32_t i)
{
	const struct link *k = lease_link(ls, c, i);

	if (k->prev == NONE)
		*head = k->next;
	else
		lease_link(ls, c, k->prev)->next = k->next;
	if (k->next != NONE)
		lease_link(ls, c, k->next)->prev = k->prev;
}

/* ---- the holder ---- */

/* Into all chains that its holder has, or out of them. */
static void
chains(struct leases *ls, const struct lease *l,
    void (*fn)(struct leases *, enum chain, uint32_t *, uint32_t))
{
	uint32_t i = lease_index(ls, l);
	uint32_t wire = lease_wire(ls, ls->node[i].pool);
	const uint8_t *id = lease_client_id(ls, l);
	size_t len = l->client_id_len;

	if (len)
		fn(ls, CHAIN_ID, lease_bucket_id(ls, wire, id, len), i);
	if (len && ls->all)
		fn(ls, CHAIN_ALL_ID, lease_bucket_id(ls, NONE, id, len), i);
	if (l->hlen)
		fn(ls, CHAIN_HW,
		    lease_bucket_hw(ls, wire, l->htype, l->chaddr, l->hlen), i);
	if (l->hlen && ls->all)
		fn(ls, CHAIN_ALL_HW,
		    lease_bucket_hw(ls, NONE, l->htype, l->chaddr, l->hlen), i);
}

static void
holder_clear(struct leases *ls, struct lease *l)
{
	ls->nholder -= l->client_id_len || l->hlen;
	chains(ls, l, chain_del);
	l->client_id_len = l->htype = l->hlen = 0;
	l->class = 0;
	memset(l->chaddr, 0, sizeof(l->chaddr));
}

void
lease_holder_set(struct leases *ls, struct lease *l, const struct lease_key *k)
{
	uint32_t i = lease_index(ls, l);
	size_t len = k->client_id ? k->client_id_len : 0;

	holder_clear(ls, l);
	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	if (len)
		memmove(len <= ID_SHORT ? ls->id_short[i] : ls->id_long[i],
		    k->client_id, len);
	l->client_id_len = (uint8_t)len;
	l->htype = k->htype;
	l->class = k->class;
	l->hlen = k->hlen <= sizeof(l->chaddr) ? k->hlen : sizeof(l->chaddr);
	memcpy(l->chaddr, k->chaddr, l->hlen);
	chains(ls, l, chain_add);
	ls->nholder += l->client_id_len || l->hlen;
}

/* ---- the lists of each state, the oldest first ---- */

static struct age_list *
list_of(struct leases *ls, uint32_t i)
{
	return &ls->domain[ls->node[i].domain].list[ls->lease[i].state];
}

void
lease_list_append(struct leases *ls, uint32_t i)
{
	struct age_list *list = list_of(ls, i);
	struct link *k = &ls->node[i].age;

	k->next = NONE;
	k->prev = list->tail;
	if (list->tail == NONE)
		list->head = i;
	else
		ls->node[list->tail].age.next = i;
	list->tail = i;
}

static void
list_remove(struct leases *ls, uint32_t i)
{
	struct age_list *list = list_of(ls, i);
	const struct link *k = &ls->node[i].age;

	if (ls->walk.at == i && ls->walk.state == ls->lease[i].state)
		ls->walk.at = k->next;
	if (k->prev == NONE)
		list->head = k->next;
	else
		ls->node[k->prev].age.next = k->next;
	if (k->next == NONE)
		list->tail = k->prev;
	else
		ls->node[k->next].age.prev = k->prev;
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
	uint32_t i = lease_index(ls, l);
	struct pool *p = &ls->pool[ls->node[i].pool];
	struct domain *d = &ls->domain[ls->node[i].domain];

	if (l->state != LEASE_BOUND)
		list_remove(ls, i);
	heap_remove(ls, i);
	p->counts.state[l->state]--;
	d->counts.state[l->state]--;
	ls->total[l->state]--;
	ls->total[s]++;
	l->state = s;
	l->expires_s = expires_s;
	p->counts.state[s]++;
	d->counts.state[s]++;
	if (s != LEASE_BOUND)
		lease_list_append(ls, i);
	if (s != LEASE_FREE && expires_s != LEASE_NEVER)
		heap_add(ls, i);
}

void
lease_offer(struct leases *ls, struct lease *l, const struct lease_key *k,
    int64_t now_s, int64_t until_s)
{
	if (l->state == LEASE_BOUND && lease_is_of(ls, l, k))
		return;
	lease_holder_set(ls, l, k);
	l->start_s = now_s;
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

/* How many of the addresses may rest at once. */
static size_t
may_rest(const struct domain *d)
{
	size_t n = d->counts.total / LEASE_REST_SHARE;

	return n ? n : 1;
}

const struct lease *
lease_decline(struct leases *ls, struct lease *l, int64_t until_s)
{
	struct domain *d = &ls->domain[ls->node[lease_index(ls, l)].domain];
	struct lease *oldest;

	holder_clear(ls, l);
	lease_state_set(ls, l, LEASE_DECLINED, until_s);
	if (d->counts.state[LEASE_DECLINED] <= may_rest(d))
		return NULL;
	oldest = &ls->lease[d->list[LEASE_DECLINED].head];
	lease_state_set(ls, oldest, LEASE_FREE, 0);
	return oldest;
}

int64_t
lease_expire(struct leases *ls, int64_t now_s, unsigned int max)
{
	struct lease *l;

	while (ls->nheap && heap_time(ls, 0) < now_s && max--) {
		l = &ls->lease[ls->heap[0]];
		lease_release(ls, l, l->expires_s);
	}
	return ls->nheap ? heap_time(ls, 0) : LEASE_NEVER;
}
