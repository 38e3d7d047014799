/*
 * lease_find.c - the table of dynamic leases: whose is which; lease.c has the
 * changes.
 *
 * By default a machine on Ethernet is told by its card, whatever client
 * identifiers its firmware, loader and system send
 * (one_address_per_machine).
 *
 * RFC 2131 4.2, 4.3.1, 4361.  SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/lease_table.h"

enum {
	HASH_SEED = 5381,
	HTYPE_ETHERNET = 1,
	HLEN_ETHERNET = 6,
	HW_LOOKS = 64 /* entries of one chain that are looked at: a client
		       * with ever new client ids must not slow us down */
};

static uint32_t
hash(uint32_t h, const uint8_t *p, size_t len)
{
	while (len--)
		h = (h ^ *p++) * 16777619u;
	return h ^ h >> 15;
}

uint32_t *
lease_bucket_id(
    const struct leases *ls, uint32_t wire, const uint8_t *id, size_t len)
{
	return &ls->bucket[CHAIN_ID]
			  [hash(HASH_SEED + wire, id, len) & ls->mask];
}

uint32_t *
lease_bucket_hw(const struct leases *ls, uint32_t wire, uint8_t htype,
    const uint8_t *chaddr, size_t hlen)
{
	uint32_t h = hash(HASH_SEED + wire * 256u + htype, chaddr, hlen);

	return &ls->bucket[CHAIN_HW][h & ls->mask];
}

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
	uint32_t i = lease_index(ls, l);

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

struct lease_counts
lease_counts_wire(const struct leases *ls, const struct conf_subnet *s)
{
	const struct pool *p = pool_of(ls, s);

	return p ? ls->pool[lease_wire(ls, (uint32_t)(p - ls->pool))].wire
		 : (struct lease_counts){0};
}

size_t
leases_known(const struct leases *ls, const struct conf_subnet *s)
{
	const struct pool *p = pool_of(ls, s);

	return p ? ls->pool[lease_wire(ls, (uint32_t)(p - ls->pool))].known : 0;
}

const struct lease *
lease_next(const struct leases *ls, const struct conf_subnet *s,
    enum lease_state state, const struct lease *l)
{
	const struct pool *p = pool_of(ls, s);
	uint32_t i;

	if (!p)
		return NULL;
	if (!l && lease_wire(ls, (uint32_t)(p - ls->pool)) != p - ls->pool)
		return NULL;
	i = l ? ls->node[lease_index(ls, l)].age.next : p->list[state].head;
	return i == NONE ? NULL : &ls->lease[i];
}

/* ---- all of them, while they change ---- */

void
leases_walk_begin(struct leases *ls)
{
	ls->walk = (struct walk){.state = LEASE_BOUND};
}

size_t
leases_kept(const struct leases *ls)
{
	size_t offered = ls->total[LEASE_OFFERED];

	return ls->total[LEASE_DECLINED] +
	       (ls->nholder > offered ? ls->nholder - offered : 0);
}

static void
walk_list(struct leases *ls, enum lease_state state)
{
	uint32_t head = ls->npool ? ls->pool[0].list[state].head : NONE;

	ls->walk = (struct walk){.state = state, .at = head};
}

static const struct lease *
walk_bound(struct leases *ls)
{
	struct walk *w = &ls->walk;

	while (w->at < ls->n)
		if (ls->lease[w->at++].state == LEASE_BOUND)
			return &ls->lease[w->at - 1];
	walk_list(ls, LEASE_FREE);
	return NULL;
}

/* The lists of w->state, from where it is; NULL: behind the last one. */
static const struct lease *
walk_lists(struct leases *ls)
{
	struct walk *w = &ls->walk;
	uint32_t i;

	while (w->at == NONE) {
		if (w->pool + 1 >= ls->npool)
			return NULL;
		w->at = ls->pool[++w->pool].list[w->state].head;
	}
	i = w->at;
	w->at = ls->node[i].age.next;
	return &ls->lease[i];
}

const struct lease *
leases_walk(struct leases *ls)
{
	const struct walk *w = &ls->walk;
	const struct lease *l;

	if (w->state == LEASE_BOUND && (l = walk_bound(ls)))
		return l;
	if (w->state == LEASE_FREE) {
		l = walk_lists(ls);
		if (l)
			return l;
		walk_list(ls, LEASE_DECLINED);
	}
	return walk_lists(ls);
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

/* Is it a machine whose card alone tells who it is? */
static bool
by_card(const struct leases *ls, const struct lease_key *k)
{
	return ls->by_machine && k->htype == HTYPE_ETHERNET &&
	       k->hlen == HLEN_ETHERNET;
}

bool
lease_is_of(
    const struct leases *ls, const struct lease *l, const struct lease_key *k)
{
	size_t len = k->client_id ? k->client_id_len : 0;

	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	if (len && l->client_id_len) {
		if (len == l->client_id_len &&
		    memcmp(k->client_id, lease_client_id(ls, l), len) == 0)
			return true;
		if (!by_card(ls, k))
			return false;
	}
	return l->hlen && l->htype == k->htype && l->hlen == k->hlen &&
	       memcmp(l->chaddr, k->chaddr, l->hlen) == 0;
}

/*
 * Which of two entries of one client is its lease: bound, offered, free; of
 * two alike the later one.
 */
static struct lease *
better(struct lease *a, struct lease *b)
{
	static const uint8_t rank[LEASE_STATES] = {
	    [LEASE_FREE] = 1, [LEASE_OFFERED] = 2, [LEASE_BOUND] = 3};

	if (!a || rank[b->state] > rank[a->state])
		return b;
	return rank[b->state] == rank[a->state] && b->start_s > a->start_s ? b
									   : a;
}

static struct lease *
chain_find(struct leases *ls, enum chain c, uint32_t i, uint32_t wire,
    const struct lease_key *k)
{
	struct lease *found = NULL;
	unsigned int looks = 0;

	for (; i != NONE && looks < HW_LOOKS; i = ls->node[i].chain[c].next) {
		if (lease_wire(ls, ls->node[i].pool) != wire)
			continue;
		if (lease_is_of(ls, &ls->lease[i], k))
			found = better(found, &ls->lease[i]);
		if (c == CHAIN_HW)
			looks++;
	}
	return found;
}

static struct lease *
find_id(struct leases *ls, uint32_t wire, const struct lease_key *k)
{
	size_t len = k->client_id ? k->client_id_len : 0;

	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	if (!len)
		return NULL;
	return chain_find(ls, CHAIN_ID,
	    *lease_bucket_id(ls, wire, k->client_id, len), wire, k);
}

static struct lease *
find_hw(struct leases *ls, uint32_t wire, const struct lease_key *k)
{
	if (!k->hlen || k->hlen > sizeof(k->chaddr))
		return NULL;
	return chain_find(ls, CHAIN_HW,
	    *lease_bucket_hw(ls, wire, k->htype, k->chaddr, k->hlen), wire, k);
}

struct lease *
lease_of(
    struct leases *ls, const struct conf_subnet *s, const struct lease_key *k)
{
	struct lease *hw, *id;
	uint32_t wire;

	if (!pool_of(ls, s))
		return NULL;
	wire = lease_wire(ls, (uint32_t)(s - ls->subnet));
	if (!by_card(ls, k)) {
		id = find_id(ls, wire, k);
		return id ? id : find_hw(ls, wire, k);
	}
	/* every stage of a boot must find the same one, whatever its id */
	hw = find_hw(ls, wire, k);
	if (hw && hw->state == LEASE_BOUND)
		return hw;
	id = find_id(ls, wire, k);
	return hw && id ? better(hw, id) : hw ? hw : id;
}

/* By the client identifier alone when k has one, else by chaddr alone. */
static bool
is_exactly(const struct leases *ls, const struct lease *l,
    const struct lease_key *k, size_t id_len)
{
	if (id_len)
		return l->client_id_len == id_len &&
		       memcmp(lease_client_id(ls, l), k->client_id, id_len) ==
			   0;
	return l->htype == k->htype && l->hlen == k->hlen &&
	       memcmp(l->chaddr, k->chaddr, k->hlen) == 0;
}

size_t
lease_all_of(struct leases *ls, const struct lease_key *k,
    const struct lease *ret[], size_t max)
{
	size_t len = k->client_id ? k->client_id_len : 0, n = 0;
	enum chain c = len ? CHAIN_ID : CHAIN_HW;
	unsigned int looks;
	uint32_t wire, i;

	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	for (wire = 0; wire < ls->npool; wire++) {
		i = len ? *lease_bucket_id(ls, wire, k->client_id, len)
			: *lease_bucket_hw(
			      ls, wire, k->htype, k->chaddr, k->hlen);
		for (looks = 0; i != NONE && n < max && looks < HW_LOOKS;
		     i = ls->node[i].chain[c].next, looks++)
			if (lease_wire(ls, ls->node[i].pool) == wire &&
			    ls->lease[i].state == LEASE_BOUND &&
			    is_exactly(ls, &ls->lease[i], k, len))
				ret[n++] = &ls->lease[i];
	}
	return n;
}

struct lease *
lease_pick(struct leases *ls, const struct conf_subnet *s,
    const struct lease_key *k, struct ip4 asked, int64_t now_s)
{
	struct lease *l;
	uint32_t wire, head;

	if (!pool_of(ls, s))
		return NULL;
	l = lease_of(ls, s, k);
	if (l)
		return l;
	wire = lease_wire(ls, (uint32_t)(s - ls->subnet));
	l = asked.v ? lease_by_addr(ls, asked) : NULL;
	if (l && lease_wire(ls, ls->node[lease_index(ls, l)].pool) == wire &&
	    (l->state == LEASE_FREE || l->expires_s < now_s))
		return l;
	head = ls->pool[wire].list[LEASE_FREE].head;
	return head == NONE ? NULL : &ls->lease[head];
}

struct lease *
lease_oldest_offer(
    struct leases *ls, const struct conf_subnet *s, int64_t before_s)
{
	const struct pool *p = pool_of(ls, s);
	uint32_t i;

	if (!p)
		return NULL;
	i = ls->pool[lease_wire(ls, (uint32_t)(p - ls->pool))]
		.list[LEASE_OFFERED]
		.head;
	return i == NONE || ls->lease[i].start_s > before_s ? NULL
							    : &ls->lease[i];
}
