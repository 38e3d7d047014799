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
	HW_LOOKS = 64,	 /* entries of one chain that are looked at: a client
			  * with ever new client ids must not slow us down */
	ALL_LOOKS = 1024 /* the same, of all wires */
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
	uint32_t h = hash(HASH_SEED + wire, id, len) & ls->mask;

	return wire == NONE ? &ls->all_bucket[CHAIN_ID][h]
			    : &ls->bucket[CHAIN_ID][h];
}

uint32_t *
lease_bucket_hw(const struct leases *ls, uint32_t wire, uint8_t htype,
    const uint8_t *chaddr, size_t hlen)
{
	uint32_t h = hash(HASH_SEED + wire * 256u + htype, chaddr, hlen);

	return wire == NONE ? &ls->all_bucket[CHAIN_HW][h & ls->mask]
			    : &ls->bucket[CHAIN_HW][h & ls->mask];
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

struct domain *
lease_domain(const struct leases *ls, uint32_t wire, unsigned int pool)
{
	uint32_t d;

	if (!pool)
		return &ls->domain[wire];
	d = *lease_domain_bucket(ls, wire, pool);
	while (d != NONE &&
	       (ls->domain[d].wire != wire || ls->domain[d].pool != pool))
		d = ls->domain[d].chain;
	return d == NONE ? NULL : &ls->domain[d];
}

/* That of a subnet; NULL: none, or a subnet of another configuration. */
static struct domain *
domain_of(
    const struct leases *ls, const struct conf_subnet *s, unsigned int pool)
{
	const struct pool *p = pool_of(ls, s);

	return p ? lease_domain(
		       ls, lease_wire(ls, (uint32_t)(p - ls->pool)), pool)
		 : NULL;
}

struct lease_counts
lease_counts_pool(
    const struct leases *ls, const struct conf_subnet *s, unsigned int pool)
{
	const struct domain *d = domain_of(ls, s, pool);

	return d ? d->counts : (struct lease_counts){0};
}

struct lease_counts
lease_counts_named(const struct leases *ls, unsigned int pool)
{
	struct lease_counts sum = {0};

	for (size_t i = ls->npool; i < ls->ndomain; i++) {
		const struct lease_counts *n = &ls->domain[i].counts;

		if (ls->domain[i].pool != pool)
			continue;
		sum.total += n->total;
		for (size_t s = 0; s < LEASE_STATES; s++)
			sum.state[s] += n->state[s];
	}
	return sum;
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
	uint32_t i = NONE, d;

	if (!p)
		return NULL;
	d = (uint32_t)(p - ls->pool);
	if (!l && lease_wire(ls, d) != d)
		return NULL;
	if (l) {
		i = ls->node[lease_index(ls, l)].age.next;
		d = ls->domain[ls->node[lease_index(ls, l)].domain].next;
	}
	for (; i == NONE && d != NONE; d = ls->domain[d].next)
		i = ls->domain[d].list[state].head;
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
	uint32_t head = ls->ndomain ? ls->domain[0].list[state].head : NONE;

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
		if (w->domain + 1 >= ls->ndomain)
			return NULL;
		w->at = ls->domain[++w->domain].list[w->state].head;
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
	uint32_t guess = ls->n ? a.v - ls->lease[0].addr.v : 0;
	size_t i;

	/* one range without gaps, as most tables are */
	if (guess < ls->n && ls->lease[guess].addr.v == a.v)
		return &ls->lease[guess];
	i = lower_bound(ls->lease, ls->n, a);
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

/* May that client have the entry, as far as the pool goes? */
static bool
is_open(const struct leases *ls, uint32_t i, const struct lease_key *k)
{
	return k->pool == LEASE_ANY_POOL ||
	       ls->domain[ls->node[i].domain].pool == k->pool;
}

static struct lease *
chain_find(struct leases *ls, enum chain c, uint32_t i, uint32_t wire,
    const struct lease_key *k)
{
	struct lease *found = NULL;
	unsigned int looks = 0;

	for (; i != NONE && looks < HW_LOOKS; i = ls->node[i].chain[c].next) {
		if (lease_wire(ls, ls->node[i].pool) != wire ||
		    !is_open(ls, i, k))
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
	enum chain c = len ? CHAIN_ALL_ID : CHAIN_ALL_HW;
	unsigned int looks;
	uint32_t i;

	if (!ls->all)
		return 0;
	if (len > LEASE_CLIENT_ID)
		len = LEASE_CLIENT_ID;
	i = len ? *lease_bucket_id(ls, NONE, k->client_id, len)
		: *lease_bucket_hw(ls, NONE, k->htype, k->chaddr, k->hlen);
	for (looks = 0; i != NONE && n < max && looks < ALL_LOOKS;
	     i = lease_link(ls, c, i)->next, looks++)
		if (ls->lease[i].state == LEASE_BOUND &&
		    is_exactly(ls, &ls->lease[i], k, len))
			ret[n++] = &ls->lease[i];
	return n;
}

struct lease *
lease_pick(struct leases *ls, const struct conf_subnet *s,
    const struct lease_key *k, struct ip4 asked, int64_t now_s)
{
	const struct domain *d = domain_of(ls, s, k->pool);
	struct lease *l;
	uint32_t i;

	if (!d)
		return NULL;
	l = lease_of(ls, s, k);
	if (l)
		return l;
	l = asked.v ? lease_by_addr(ls, asked) : NULL;
	if (l && &ls->domain[ls->node[lease_index(ls, l)].domain] == d &&
	    (l->state == LEASE_FREE || l->expires_s < now_s))
		return l;
	i = d->list[LEASE_FREE].head;
	return i == NONE ? NULL : &ls->lease[i];
}

bool
lease_is_open(
    const struct leases *ls, const struct lease *l, const struct lease_key *k)
{
	return is_open(ls, lease_index(ls, l), k);
}

struct lease *
lease_oldest_offer(struct leases *ls, const struct conf_subnet *s,
    unsigned int pool, int64_t before_s)
{
	const struct domain *d = domain_of(ls, s, pool);
	uint32_t i = d ? d->list[LEASE_OFFERED].head : NONE;

	return i == NONE || ls->lease[i].start_s > before_s ? NULL
							    : &ls->lease[i];
}
