/*
 * convert_range.c - ranges to the pools of their subnets, and who may have an
 * address of them.
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd/import/convert.h"

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
void
convert_keep_servers(struct convert *c, struct isc_subnet *s)
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

/* What its pool says, and "deny unknown-clients" around it. */
static enum conf_clients
clients_of(const struct isc_range *r, bool *nobody)
{
	const struct setting *s = scope_find(r->scope, SET_UNKNOWN);
	enum conf_clients of = r->pool ? r->pool->clients : CONF_CLIENTS_ALL;

	*nobody = s && s->number == 0 && of == CONF_CLIENTS_UNKNOWN;
	return s && s->number == 0 ? CONF_CLIENTS_KNOWN : of;
}

/* Leave out what only some may use that nothing of ours can name. */
static void
drop_unsayable(struct convert *c, struct isc_subnet *s)
{
	struct isc_range **p = &s->range;
	bool nobody;

	while (*p) {
		struct isc_range *r = *p;

		r->clients = clients_of(r, &nobody);
		if (!nobody && !(r->pool && r->pool->some_only)) {
			p = &r->next;
			continue;
		}
		report_lost(c->report, r->at, "range %s; %s", range_text(c, r),
		    nobody ? "it is for unknown clients, which are denied"
			   : "its lists allow clients that no [pool] can name: "
			     "give them a [class], or a [host] with yiaddr");
		*p = r->next;
	}
}

/* Known clients alone, in all pools: deny_unknown says it for all. */
static void
who_may(struct convert *c)
{
	const struct setting *said = set_find(c->mo->global->set, SET_UNKNOWN);
	bool all_known = true, any = false;
	struct isc_subnet *s;
	struct isc_range *r;

	for (s = c->mo->subnet; s; s = s->next) {
		drop_unsayable(c, s);
		for (r = s->range; r; r = r->next) {
			all_known &= r->clients == CONF_CLIENTS_KNOWN;
			any = true;
		}
	}
	c->deny_unknown = any ? all_known : said && said->number == 0;
	for (s = c->mo->subnet; s && c->deny_unknown; s = s->next)
		for (r = s->range; r; r = r->next)
			r->clients = CONF_CLIENTS_ALL;
	convert_name_pools(c);
}

void
convert_ranges(struct convert *c)
{
	place_ranges(c);
	for (struct isc_subnet *s = c->mo->subnet; s; s = s->next)
		no_common_addresses(c, s);
	who_may(c);
}
