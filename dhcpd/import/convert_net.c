/*
 * convert_net.c - subnets, the wires that they share, and what is said of them.
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd/import/convert.h"

struct ip4
convert_last(const struct isc_subnet *s)
{
	return (struct ip4){s->net.v | ~ip4_mask(s->prefix).v};
}

struct isc_subnet *
convert_subnet_of(const struct convert *c, struct ip4 a)
{
	size_t lo = 0, hi = c->nsorted;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct isc_subnet *s = c->sorted[mid];

		if (a.v < s->net.v)
			hi = mid;
		else if (a.v > convert_last(s).v)
			lo = mid + 1;
		else
			return s;
	}
	return NULL;
}

static int
by_net(const void *va, const void *vb)
{
	const struct isc_subnet *const *a = va, *const *b = vb;

	return (*a)->net.v < (*b)->net.v ? -1 : (*a)->net.v > (*b)->net.v;
}

/* Those that are left, ascending, to be searched. */
static void
sort_subnets(struct convert *c)
{
	struct isc_subnet *s;
	size_t n = 0;

	for (s = c->mo->subnet; s; s = s->next)
		n++;
	c->sorted = mem_alloc(c->m, (n + 1) * sizeof(struct isc_subnet *));
	for (s = c->mo->subnet; s; s = s->next)
		c->sorted[c->nsorted++] = s;
	if (n)
		qsort(c->sorted, n, sizeof(struct isc_subnet *), by_net);
}

/* ---- subnets ---- */

static bool
overlaps(const struct isc_subnet *a, const struct isc_subnet *b)
{
	return a->net.v <= convert_last(b).v && b->net.v <= convert_last(a).v;
}

/* The later one of two that overlap is left out. */
static void
no_overlaps(struct convert *c)
{
	struct isc_subnet **p = &c->mo->subnet, *s;

	while (*p) {
		for (s = c->mo->subnet; s != *p && !overlaps(s, *p);)
			s = s->next;
		if (s == *p) {
			p = &(*p)->next;
			continue;
		}
		report_lost(c->report, (*p)->scope->at,
		    "subnet %s; it overlaps that of line %u: every address "
		    "has one subnet",
		    text_addr(c->m, (*p)->net.v), s->scope->at.line);
		(*p)->scope->gone = true;
		*p = (*p)->next;
	}
}

static struct scope *
shared_of(const struct isc_subnet *s)
{
	struct scope *up = s->scope;

	while (up && up->kind != SCOPE_SHARED)
		up = up->up;
	return up;
}

/* Which shared networks have several subnets? */
static void
find_wires(struct convert *c)
{
	struct map seen = {.m = c->m};

	for (struct isc_subnet *s = c->mo->subnet; s; s = s->next) {
		struct scope *shared = shared_of(s);

		if (!shared)
			continue;
		if (map_get(&seen, &shared, sizeof shared))
			shared->wire = true;
		else
			map_put(&seen, &shared, sizeof shared, shared);
	}
}

void
convert_nets(struct convert *c)
{
	no_overlaps(c);
	sort_subnets(c);
	find_wires(c);
	convert_ranges(c);
}

/* ---- settings ---- */

/* Has the subnet clients that get nothing from its pools? */
static bool
has_hosts(const struct convert *c, const struct isc_subnet *s)
{
	const struct isc_host *h;

	for (h = c->mo->host; h; h = h->next)
		for (size_t i = 0; i < h->naddr; i++)
			if (h->addr[i].v >= s->net.v &&
			    h->addr[i].v <= convert_last(s).v)
				return true;
	return false;
}

static const struct setting *
pool_settings(const struct isc_range *r)
{
	return r->pool ? r->pool->scope->set : NULL;
}

/* What the pools say, when all of the subnet's clients get it. */
static const struct setting *
common_to_pools(const struct convert *c, const struct isc_subnet *s)
{
	const struct setting *set = s->range ? pool_settings(s->range) : NULL;
	const struct isc_range *r;

	for (r = s->range; r && set; r = r->next)
		if (!set_lists_same(set, pool_settings(r)))
			return NULL;
	return set && !has_hosts(c, s) ? set : NULL;
}

static void
tell_pool_settings(struct convert *c, const struct isc_subnet *s)
{
	const struct isc_range *r;
	const struct setting *set;

	for (r = s->range; r; r = r->next)
		for (set = pool_settings(r); set; set = set->next)
			if (strcmp(set->key, SET_UNKNOWN) != 0 &&
			    strcmp(set->key, SET_MIN_LEASE) != 0 &&
			    strcmp(set->key, SET_MAX_LEASE) != 0)
				report_lost(c->report, set->at,
				    "%s in a pool; a pool says nothing of its "
				    "own here: write it in the [subnet] if it "
				    "is for all of it",
				    set_name(c->m, set));
}

void
convert_subnet_settings(struct convert *c)
{
	struct isc_subnet *s;
	const struct setting *pools;

	for (s = c->mo->subnet; s; s = s->next) {
		s->set = scope_settings(c->m, s->scope, c->mo->global);
		pools = common_to_pools(c, s);
		if (pools)
			s->set = set_over(c->m, s->set, pools);
		else
			tell_pool_settings(c, s);
		convert_keep_servers(c, s);
	}
}

/* ---- writing ---- */

/* The last address of what follows r without a gap. */
static const struct isc_range *
end_of_run(const struct isc_range *r)
{
	while (r->next && r->next->first.v == r->last.v + 1 &&
	       r->next->named == r->named)
		r = r->next;
	return r;
}

struct out_key *
convert_put_ranges(struct convert *c, const struct isc_subnet *s,
    const struct named_pool *n, struct out_section *to, const char *key,
    struct out_key *k)
{
	const struct isc_range *r, *end;

	for (r = s->range; r; r = end->next) {
		const char *text = text_addr(c->m, r->first.v);

		end = end_of_run(r);
		if (r->named != n)
			continue;
		if (end->last.v != r->first.v)
			text = mem_printf(c->m, "%s - %s", text,
			    text_addr(c->m, end->last.v));
		if (k) {
			out_add_item(c->out, k, text);
		} else {
			k = out_key(c->out, to, key, text, r->at);
			k->above = r->above;
		}
	}
	return k;
}

void
convert_put_bootp(
    struct convert *c, const struct named_pool *n, struct out_section *to)
{
	const struct isc_range *r, *some = NULL, *other = NULL;
	const struct isc_subnet *s;
	struct out_key *k;

	for (s = c->mo->subnet; s; s = s->next)
		for (r = s->range; r; r = r->next) {
			if (r->named != n || (!n && s != c->of))
				continue;
			if (r->bootp)
				some = r;
			else
				other = r;
		}
	if (!some)
		return;
	k = out_key(c->out, to, "bootp_pool", "yes", some->at);
	if (some->pool)
		k->note = "# ISC lets BOOTP clients have the addresses of "
			  "pool { }; they keep them for ever";
	if (other)
		report_lost(c->report, some->at,
		    "BOOTP clients for some ranges only; bootp_pool opens all "
		    "of the %s's to BOOTP clients",
		    n ? "pool" : "subnet");
}

static const char *
interface_of(const struct isc_subnet *s)
{
	const struct scope *up = s->scope;

	while (up && !up->interface)
		up = up->up;
	return up ? up->interface : NULL;
}

/* Several subnets on one wire know each other by its name. */
static void
put_wire(struct convert *c, const struct isc_subnet *s, struct out_section *to)
{
	const struct scope *shared = scope_above(s->scope, SCOPE_SHARED);
	size_t used;

	if (shared && shared->wire)
		(void)out_key(c->out, to, "shared_network",
		    text_quoted(c->m, (const uint8_t *)shared->name,
			strlen(shared->name), 1024, &used),
		    shared->at);
}

void
convert_put_subnet(struct convert *c, struct isc_subnet *s)
{
	struct out_section *to = out_section(c->out,
	    mem_printf(
		c->m, "subnet %s/%u", text_addr(c->m, s->net.v), s->prefix),
	    s->scope->at);
	const struct setting *all = set_over(c->m, c->global, s->set);

	to->above = s->scope->above;
	if (interface_of(s))
		(void)out_key(
		    c->out, to, "interface", interface_of(s), s->scope->at);
	put_wire(c, s, to);
	(void)convert_put_ranges(c, s, NULL, to, "pool", NULL);
	c->of = s;
	convert_put_bootp(c, NULL, to);
	convert_put(c, to, convert_settle(c, s->set, all));
}
