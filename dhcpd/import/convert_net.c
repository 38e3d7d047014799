/*
 * convert_net.c - subnets, their pools, and who may have an address.
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

/* ---- ranges ---- */

/* Is the range said for that subnet? */
static bool
is_for(const struct isc_range *r, const struct isc_subnet *s)
{
	const struct scope *own = scope_above(r->scope, SCOPE_SUBNET);

	if (own)
		return own == s->scope;
	return scope_above(r->scope, SCOPE_SHARED) ==
	       scope_above(s->scope, SCOPE_SHARED);
}

static const char *
range_text(struct convert *c, const struct isc_range *r)
{
	return mem_printf(c->m, "%s %s", text_addr(c->m, r->first.v),
	    text_addr(c->m, r->last.v));
}

/* The network's own and its broadcast address are nobody's. */
static void
off_the_edges(struct convert *c, struct isc_range *r, struct isc_subnet *s)
{
	struct isc_range was = *r;

	if (s->prefix >= 31)
		return;
	if (r->first.v == s->net.v)
		r->first.v++;
	if (r->last.v == convert_last(s).v)
		r->last.v--;
	if (r->first.v != was.first.v || r->last.v != was.last.v)
		report_left_out(c->report, r->at,
		    "the ends of range %s; nothing is lost: the network's own "
		    "and its broadcast address are no client's",
		    range_text(c, &was));
}

static void
add_range(struct isc_subnet *s, const struct isc_range *r, struct mem *m)
{
	struct isc_range **p = &s->range, *copy;

	if (r->first.v > r->last.v)
		return;
	while (*p && (*p)->first.v <= r->first.v)
		p = &(*p)->next;
	copy = mem_alloc(m, sizeof *copy);
	*copy = *r;
	copy->next = *p;
	*p = copy;
}

/* Each range to its subnet, ascending. */
static void
place_ranges(struct convert *c)
{
	struct isc_range *r;
	struct isc_subnet *s;

	for (r = c->mo->range; r; r = r->next) {
		const struct scope *own = scope_above(r->scope, SCOPE_SUBNET);

		if (own && own->gone)
			continue;
		for (s = c->mo->subnet; s; s = s->next)
			if (is_for(r, s) && r->first.v >= s->net.v &&
			    r->last.v <= convert_last(s).v)
				break;
		if (!s) {
			report_lost(c->report, r->at,
			    "range %s; it is not inside its subnet",
			    range_text(c, r));
			continue;
		}
		off_the_edges(c, r, s);
		add_range(s, r, c->m);
	}
}

/* Ranges that overlap become one behind the other. */
static void
no_common_addresses(struct convert *c, struct isc_subnet *s)
{
	struct isc_range **p = &s->range;
	uint64_t next = 0; /* the first address not yet taken */

	while (*p) {
		struct isc_range *r = *p;

		if (r->first.v < next) {
			report_left_out(c->report, r->at,
			    "what range %s has in common with another; "
			    "nothing is lost: an address stands in one range",
			    range_text(c, r));
			if (r->last.v < next) {
				*p = r->next;
				continue;
			}
			r->first.v = (uint32_t)next;
		}
		next = (uint64_t)r->last.v + 1;
		p = &r->next;
	}
}

/* Take one address out of the ranges. */
static void
take_out(struct convert *c, struct isc_subnet *s, uint32_t a, const char *whose)
{
	struct isc_range **p, *r, *rest;

	for (p = &s->range; (r = *p) != NULL; p = &r->next) {
		if (a < r->first.v || a > r->last.v)
			continue;
		report_left_out(c->report, r->at,
		    "%s of range %s; nothing is lost: it is the %s's",
		    text_addr(c->m, a), range_text(c, r), whose);
		if (r->first.v == a && r->last.v == a) {
			*p = r->next;
			return;
		}
		if (r->first.v == a) {
			r->first.v++;
		} else if (r->last.v == a) {
			r->last.v--;
		} else {
			rest = mem_alloc(c->m, sizeof *rest);
			*rest = *r;
			rest->first.v = a + 1;
			r->last.v = a - 1;
			r->next = rest;
		}
		return;
	}
}

/* The router and the TFTP server keep theirs. */
static void
keep_servers(struct convert *c, struct isc_subnet *s)
{
	const struct setting *set = set_find(s->set, "option.3");

	for (size_t i = 0; set && i + 4 <= set->len; i += 4) {
		const uint8_t *b = set->data + i;

		take_out(c, s,
		    (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
			(uint32_t)b[2] << 8 | b[3],
		    "router");
	}
	set = set_find(s->set, "next_server");
	if (set)
		take_out(c, s, (uint32_t)set->number, "next-server");
}

/* ---- who may have an address ---- */

static bool
is_restricted(const struct isc_range *r)
{
	const struct setting *s = scope_find(r->scope, SET_UNKNOWN);

	return (r->pool && r->pool->known_only) || (s && s->number == 0);
}

/* Leave out the ranges that are for some; what all clients may use stays. */
static void
drop_restricted(struct convert *c, struct isc_subnet *s, bool known_too)
{
	struct isc_range **p = &s->range;

	while (*p) {
		struct isc_range *r = *p;
		bool some = r->pool && r->pool->some_only;

		if (!some && !(known_too && is_restricted(r))) {
			p = &r->next;
			continue;
		}
		report_lost(c->report, r->at, "range %s; %s", range_text(c, r),
		    some ? "only some clients may use it, and pools are open "
			   "to all: give them a [host] with yiaddr"
			 : "only known clients may use it, others are open to "
			   "all: give them yiaddr, or write deny_unknown = yes "
			   "in [dhcpd] for all pools");
		*p = r->next;
	}
}

static void
who_may(struct convert *c)
{
	const struct setting *said = set_find(c->mo->global->set, SET_UNKNOWN);
	bool open = false, restricted = said && said->number == 0;
	struct isc_subnet *s;
	const struct isc_range *r;

	for (s = c->mo->subnet; s; s = s->next) {
		drop_restricted(c, s, false);
		for (r = s->range; r; r = r->next) {
			open |= !is_restricted(r);
			restricted |= is_restricted(r);
		}
	}
	c->deny_unknown = restricted && !open;
	for (s = c->mo->subnet; s && open; s = s->next)
		drop_restricted(c, s, true);
}

void
convert_nets(struct convert *c)
{
	struct isc_subnet *s;

	no_overlaps(c);
	sort_subnets(c);
	find_wires(c);
	place_ranges(c);
	for (s = c->mo->subnet; s; s = s->next)
		no_common_addresses(c, s);
	who_may(c);
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
		keep_servers(c, s);
	}
}

/* ---- writing ---- */

/* The last address of what follows r without a gap. */
static const struct isc_range *
end_of_run(const struct isc_range *r)
{
	while (r->next && r->next->first.v == r->last.v + 1)
		r = r->next;
	return r;
}

static void
put_pool(struct convert *c, struct isc_subnet *s, struct out_section *to)
{
	const struct isc_range *r, *end;
	struct out_key *k = NULL;

	for (r = s->range; r; r = end->next) {
		const char *text = text_addr(c->m, r->first.v);

		end = end_of_run(r);
		if (end->last.v != r->first.v)
			text = mem_printf(c->m, "%s - %s", text,
			    text_addr(c->m, end->last.v));
		if (k) {
			out_add_item(c->out, k, text);
		} else {
			k = out_key(c->out, to, "pool", text, r->at);
			k->above = r->above;
		}
	}
}

/* range dynamic-bootp: for the whole subnet or not at all. */
static void
put_bootp(struct convert *c, struct isc_subnet *s, struct out_section *to)
{
	const struct isc_range *r, *some = NULL, *other = NULL;
	struct out_key *k;

	for (r = s->range; r; r = r->next)
		if (r->bootp)
			some = r;
		else
			other = r;
	if (!some)
		return;
	k = out_key(c->out, to, "bootp_pool", "yes", some->at);
	if (some->pool)
		k->note = "# ISC lets BOOTP clients have the addresses of "
			  "pool { }; they keep them for ever";
	if (other)
		report_lost(c->report, some->at,
		    "BOOTP clients for some ranges only; bootp_pool opens all "
		    "of "
		    "the subnet's to BOOTP clients");
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
	put_pool(c, s, to);
	put_bootp(c, s, to);
	convert_put(c, to, convert_settle(c, s->set, all));
}
