/*
 * leases.c - a table of leases made from a configuration, and moved to the
 * table of the next one.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "dhcpd/lease_host.h"
#include "dhcpd/lease_table.h"
#include "dhcpd/share.h"

/* The lowest range of s that does not end below from. */
static const struct conf_range *
next_range(const struct conf_subnet *s, uint64_t from)
{
	const struct conf_range *best = NULL, *r;
	size_t i;

	for (i = 0; i < s->npool; i++) {
		r = &s->pool[i];
		if (r->last.v >= from && r->last.v >= r->first.v &&
		    (!best || r->first.v < best->first.v))
			best = r;
	}
	return best;
}

static bool
is_ours(const struct conf *c, unsigned int place, uint64_t a)
{
	struct ip4 addr = {(uint32_t)a};

	return !place || share_of_addr(c, addr) == place;
}

/*
 * The pool addresses of all subnets that are of our part, ascending, each
 * once; written to ls when there is one.  Returns their number, at most max.
 */
static size_t
walk_pools(
    const struct conf *c, unsigned int place, struct leases *ls, size_t max)
{
	const struct conf_range *r;
	size_t n = 0, i;
	uint64_t a;

	for (i = 0; i < c->nsubnet; i++)
		for (a = 0; (r = next_range(&c->subnet[i], a));
		     a = (uint64_t)r->last.v + 1) {
			if (a < r->first.v)
				a = r->first.v;
			for (; a <= r->last.v && n < max; a++) {
				if (!is_ours(c, place, a))
					continue;
				if (ls) {
					ls->lease[n].addr.v = (uint32_t)a;
					ls->node[n].pool = (uint32_t)i;
					ls->node[n].domain = r->named;
				}
				n++;
			}
		}
	return n;
}

/* Take out the addresses that hosts have for their own. */
static void
drop_host_addresses(struct leases *ls, const struct conf *c)
{
	size_t h, j, i, n = 0;
	struct lease *l;

	for (h = 0; h < c->nhost; h++)
		for (j = 0; j < c->host[h].nyiaddr; j++) {
			l = lease_by_addr(ls, c->host[h].yiaddr[j]);
			if (l)
				l->state = LEASE_DECLINED;
		}
	for (i = 0; i < ls->n; i++) {
		if (ls->lease[i].state == LEASE_DECLINED)
			continue;
		ls->lease[n].addr = ls->lease[i].addr;
		ls->lease[n].state = LEASE_FREE;
		ls->node[n].domain = ls->node[i].domain;
		ls->node[n++].pool = ls->node[i].pool;
	}
	ls->n = n;
}

/* The wire of a host's address; NONE: none, or that of one before it. */
static uint32_t
new_wire(const struct leases *ls, const struct conf *c,
    const struct conf_host *h, size_t at)
{
	const struct conf_subnet *s = conf_subnet_of(c, h->yiaddr[at]);
	size_t i;

	for (i = 0; s && i < at; i++)
		if (conf_same_wire(s, conf_subnet_of(c, h->yiaddr[i])))
			return NONE;
	return s ? lease_wire(ls, (uint32_t)(s - c->subnet)) : NONE;
}

/* On each wire: the hosts that need an address of its pools. */
static void
count_known(struct leases *ls, const struct conf *c)
{
	size_t h, i, denied = 0;
	uint32_t wire;

	for (h = 0; h < c->nhost; h++)
		denied += c->host[h].deny;
	for (i = 0; i < ls->npool; i++)
		ls->pool[i].known = c->nhost - denied;
	for (h = 0; h < c->nhost; h++)
		for (i = 0; i < c->host[h].nyiaddr; i++) {
			wire = new_wire(ls, c, &c->host[h], i);
			if (wire != NONE && !c->host[h].deny)
				ls->pool[wire].known--;
		}
}

/* ---- domains ---- */

/* The domain of a [pool NAME] on a wire, made when it is not there. */
static uint32_t
named_domain(struct leases *ls, uint32_t wire, unsigned int pool)
{
	const struct domain *have = lease_domain(ls, wire, pool);
	uint32_t *head = lease_domain_bucket(ls, wire, pool);
	uint32_t i = (uint32_t)ls->ndomain;
	struct domain *d;

	if (have)
		return (uint32_t)(have - ls->domain);
	d = &ls->domain[ls->ndomain++];
	d->pool = pool;
	d->wire = wire;
	d->next = ls->domain[wire].next;
	ls->domain[wire].next = i;
	d->chain = *head;
	*head = i;
	return i;
}

/* walk_pools() left the number of the pool in node.domain. */
static void
make_domains(struct leases *ls)
{
	uint32_t wire, i;

	ls->ndomain = ls->npool;
	for (i = 0; i < ls->npool; i++) {
		ls->domain[i].wire = i;
		ls->domain[i].next = NONE;
	}
	for (i = 0; i < ls->n; i++) {
		wire = lease_wire(ls, ls->node[i].pool);
		ls->node[i].domain =
		    ls->node[i].domain
			? named_domain(ls, wire, ls->node[i].domain)
			: wire;
	}
	for (i = 0; i < ls->ndomain; i++)
		memset(ls->domain[i].list, 0xff, sizeof(ls->domain[i].list));
}

/* There are no more of them than ranges of named pools. */
static size_t
count_domains(const struct conf *c)
{
	size_t n = c->nsubnet, i, j;

	for (i = 0; i < c->nsubnet; i++)
		for (j = 0; j < c->subnet[i].npool; j++)
			n += c->subnet[i].pool[j].named != 0;
	return n;
}

/* ---- memory ---- */

static uint32_t
buckets_for(size_t n)
{
	uint32_t size = 16;

	while (size < n)
		size *= 2;
	return size;
}

static bool
take_buckets(struct leases *ls, uint32_t *bucket[CHAINS])
{
	size_t i, n = (size_t)ls->mask + 1;

	for (i = 0; i < CHAINS; i++) {
		bucket[i] = malloc(n * sizeof(uint32_t));
		if (!bucket[i])
			return false;
		memset(bucket[i], 0xff, n * sizeof(uint32_t));
	}
	return true;
}

static bool
take_domains(struct leases *ls, const struct conf *c)
{
	size_t n = count_domains(c);
	uint32_t nbucket = buckets_for(n - c->nsubnet);

	ls->domain_mask = nbucket - 1;
	ls->domain = calloc(n + 1, sizeof(*ls->domain));
	ls->domain_bucket = malloc(nbucket * sizeof(uint32_t));
	if (!ls->domain || !ls->domain_bucket)
		return false;
	memset(ls->domain_bucket, 0xff, nbucket * sizeof(uint32_t));
	return true;
}

static bool
take_memory(struct leases *ls, size_t n, const struct conf *c)
{
	ls->mask = buckets_for(n) - 1;
	ls->pool = calloc(c->nsubnet + 1, sizeof(*ls->pool));
	ls->lease = calloc(n + 1, sizeof(*ls->lease));
	ls->node = calloc(n + 1, sizeof(*ls->node));
	ls->id_short = calloc(n + 1, sizeof(*ls->id_short));
	ls->id_long = calloc(n + 1, sizeof(*ls->id_long));
	ls->heap = calloc(n + 1, sizeof(*ls->heap));
	if (!take_domains(ls, c) || !ls->pool || !ls->lease || !ls->node ||
	    !ls->id_short || !ls->id_long || !ls->heap ||
	    !take_buckets(ls, ls->bucket))
		return false;
	if (!c->dhcpd.nleasequery_from)
		return true;
	ls->all = calloc(n + 1, sizeof(*ls->all));
	return ls->all && take_buckets(ls, ls->all_bucket);
}

struct leases *
leases_new(const struct conf *c)
{
	return leases_new_part(c, 0);
}

unsigned int
leases_place(const struct leases *ls)
{
	return ls->place;
}

const char *
lease_class(const struct leases *ls, const struct lease *l)
{
	return l->class ? ls->class[l->class - 1].name : NULL;
}

uint16_t
leases_class(const struct leases *ls, const char *name)
{
	return conf_class_place(ls->class, ls->nclass, name);
}

struct share_waits *
leases_waits(struct leases *ls)
{
	return ls->waits;
}

struct host_notes *
leases_hosts(const struct leases *ls)
{
	return ls->hosts;
}

struct decliners *
leases_decliners(struct leases *ls)
{
	return &ls->decliners;
}

static void
count_free(struct lease_counts *n)
{
	n->total++;
	n->state[LEASE_FREE]++;
}

struct leases *
leases_new_part(const struct conf *c, unsigned int place)
{
	struct leases *ls = calloc(1, sizeof(*ls));
	size_t n = walk_pools(c, place, NULL, c->dhcpd.max_leases), i;

	if (!ls || !take_memory(ls, n, c) ||
	    (place && !(ls->waits = calloc(1, sizeof(*ls->waits)))) ||
	    (conf_class_for_tftp(c) && !(ls->hosts = host_notes_new(c)))) {
		leases_free(ls);
		return NULL;
	}
	ls->place = place;
	ls->subnet = c->subnet;
	ls->class = c->class;
	ls->nclass = c->nclass;
	ls->npool = c->nsubnet;
	ls->by_machine = c->dhcpd.one_address_per_machine;
	ls->n = walk_pools(c, place, ls, n);
	drop_host_addresses(ls, c);
	ls->total[LEASE_FREE] = ls->n;
	count_known(ls, c);
	make_domains(ls);
	for (i = 0; i < ls->n; i++) {
		ls->node[i].heap_at = NONE;
		lease_list_append(ls, (uint32_t)i);
		count_free(&ls->pool[ls->node[i].pool].counts);
		count_free(&ls->domain[ls->node[i].domain].counts);
	}
	return ls;
}

void
leases_free(struct leases *ls)
{
	if (!ls)
		return;
	free(ls->waits);
	host_notes_free(ls->hosts);
	free(ls->pool);
	free(ls->domain);
	free(ls->domain_bucket);
	free(ls->lease);
	free(ls->node);
	free(ls->id_short);
	free(ls->id_long);
	free(ls->heap);
	free(ls->bucket[CHAIN_ID]);
	free(ls->bucket[CHAIN_HW]);
	free(ls->all);
	free(ls->all_bucket[CHAIN_ID]);
	free(ls->all_bucket[CHAIN_HW]);
	free(ls);
}

static void
move_one(struct leases *to, const struct leases *from, const struct lease *l,
    unsigned int *dropped)
{
	struct lease *dst = lease_by_addr(to, l->addr);
	struct lease_key k = {.htype = l->htype, .hlen = l->hlen};

	if (!dst) {
		*dropped += l->state == LEASE_BOUND;
		return;
	}
	if (l->class)
		k.class = leases_class(to, lease_class(from, l));
	memcpy(k.chaddr, l->chaddr, sizeof(k.chaddr));
	k.client_id = l->client_id_len ? lease_client_id(from, l) : NULL;
	k.client_id_len = l->client_id_len;
	lease_holder_set(to, dst, &k);
	dst->start_s = l->start_s;
	lease_state_set(to, dst, l->state, l->expires_s);
}

/* Those of a domain in one state, so that they keep their order. */
static void
move_list(struct leases *to, const struct leases *from,
    const struct age_list *list, unsigned int *dropped)
{
	const struct lease *l;
	uint32_t i;

	for (i = list->head; i != NONE; i = from->node[i].age.next) {
		l = &from->lease[i];
		if (l->state != LEASE_FREE || l->hlen || l->client_id_len)
			move_one(to, from, l, dropped);
	}
}

void
leases_move(struct leases *to, const struct leases *from, unsigned int *dropped)
{
	size_t i, s;

	*dropped = 0;
	to->decliners = from->decliners;
	if (to->hosts && from->hosts)
		host_notes_move(to->hosts, from->hosts);
	for (i = 0; i < from->ndomain; i++)
		for (s = 0; s < LEASE_STATES; s++)
			move_list(to, from, &from->domain[i].list[s], dropped);
	for (i = 0; i < from->n; i++)
		if (from->lease[i].state == LEASE_BOUND)
			move_one(to, from, &from->lease[i], dropped);
}
