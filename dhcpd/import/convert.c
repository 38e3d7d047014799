/*
 * convert.c - the model as sections of remoteboot.conf.
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <string.h>

#include "dhcpd/import/convert.h"

/* ---- what is one for all: [dhcpd] ---- */

static void
put_flag(
    struct convert *c, struct out_section *to, const char *key, struct place at)
{
	(void)out_key(c->out, to, key, "yes", at);
}

/* Authoritative for all subnets, or not at all. */
static bool
is_authoritative(struct convert *c)
{
	const struct setting *s = set_find(c->global, SET_AUTHORITATIVE);
	bool global = s && s->number, all = c->mo->subnet != NULL;
	const struct isc_subnet *sub;

	for (sub = c->mo->subnet; sub; sub = sub->next) {
		s = scope_find(sub->scope, SET_AUTHORITATIVE);
		all &= s && s->number;
	}
	for (sub = c->mo->subnet; sub; sub = sub->next) {
		s = scope_find(sub->scope, SET_AUTHORITATIVE);
		if (s && !!s->number != (all || global))
			report_lost(c->report, s->at,
			    "authoritative for some subnets; [dhcpd] says it "
			    "for all of them");
	}
	return all || global;
}

/* More addresses than there is room for without being told. */
static uint64_t
pool_size(const struct convert *c)
{
	const struct isc_subnet *s;
	const struct isc_range *r;
	uint64_t n = 0;

	for (s = c->mo->subnet; s; s = s->next)
		for (r = s->range; r; r = r->next)
			n += (uint64_t)r->last.v - r->first.v + 1;
	return n;
}

enum {
	LEASES_DEFAULT = 65536,
	LEASES_MAX = 1 << 24
};

/* Pools that no memory is meant for: the last ranges go first. */
static void
limit_pools(struct convert *c)
{
	struct isc_subnet *s;
	struct isc_range **p;
	uint64_t n = 0;

	for (s = c->mo->subnet; s; s = s->next)
		for (p = &s->range; *p;) {
			uint64_t more =
			    (uint64_t)(*p)->last.v - (*p)->first.v + 1;

			if (n + more <= LEASES_MAX) {
				n += more;
				p = &(*p)->next;
				continue;
			}
			report_lost(c->report, (*p)->at,
			    "range %s %s; all pools together have over %d "
			    "addresses",
			    text_addr(c->m, (*p)->first.v),
			    text_addr(c->m, (*p)->last.v), LEASES_MAX);
			*p = (*p)->next;
		}
}

static bool
names_are_host_names(const struct convert *c)
{
	const struct isc_host *h;
	const struct setting *s;
	bool any = false;

	for (h = c->mo->host; h; h = h->next) {
		s = scope_find(h->scope, SET_NAMES);
		if (!h->gone && !(s && s->number))
			return false;
		any |= !h->gone;
	}
	return any;
}

enum {
	QUARANTINE_DEFAULT = 3600,
	QUARANTINE_MAX = 31536000
};

/* ping-check and abandon-lease-time: said, and not how it is anyway. */
static void
put_probing(struct convert *c, struct out_section *to)
{
	const struct setting *s = set_find(c->global, SET_PROBE);
	uint64_t n;

	if (s && !s->number)
		(void)out_key(c->out, to, "arp_probe", "no", s->at);
	s = set_find(c->global, SET_QUARANTINE);
	if (!s || s->number == QUARANTINE_DEFAULT)
		return;
	n = s->number < QUARANTINE_MAX ? s->number : QUARANTINE_MAX;
	(void)out_key(
	    c->out, to, "quarantine_time", text_duration(c->m, n), s->at);
}

static void
put_dhcpd(struct convert *c)
{
	struct place at = {.file = c->mo->file, .line = 1};
	struct out_section *to = out_section(c->out, "dhcpd", at);
	uint64_t n = pool_size(c);

	if (c->mo->port && c->mo->port != 67)
		(void)out_key(c->out, to, "port",
		    mem_printf(c->m, "%u", c->mo->port), at);
	if (is_authoritative(c))
		put_flag(c, to, "authoritative", at);
	if (names_are_host_names(c))
		put_flag(c, to, "use_host_decl_names", at);
	if (c->deny_unknown)
		put_flag(c, to, "deny_unknown", at);
	put_probing(c, to);
	if (c->min_lease_s != 300)
		(void)out_key(c->out, to, "min_lease_time",
		    text_duration(c->m, c->min_lease_s), at);
	if (c->max_lease_s != 86400)
		(void)out_key(c->out, to, "max_lease_time",
		    text_duration(c->m, c->max_lease_s), at);
	if (n > LEASES_DEFAULT)
		(void)out_key(c->out, to, "max_leases",
		    mem_printf(c->m, "%" PRIu64, n), at);
	to->dropped = !to->key;
}

static void
put_global(struct convert *c)
{
	struct place at = {.file = c->mo->file, .line = 1};
	struct out_section *to = out_section(c->out, "global", at);

	convert_put(c, to, convert_settle(c, c->global, c->global));
	to->dropped = !to->key;
}

/* Not to be answered is said of hosts only. */
static void
tell_booting(struct convert *c)
{
	const struct scope *s;
	const struct setting *set;

	for (s = c->mo->scopes; s; s = s->next) {
		set = set_find(s->set, SET_BOOTING);
		if (set && set->number == 0 && s->kind != SCOPE_HOST &&
		    s->kind != SCOPE_GROUP)
			report_lost(c->report, set->at,
			    "deny booting for more than hosts; the [host]s in "
			    "it get deny = yes");
	}
}

void
convert_model(struct model *mo, struct out *out)
{
	struct convert c = {
	    .mo = mo, .m = mo->m, .report = mo->report, .out = out};
	struct isc_subnet *s;

	c.class_names.m = c.host_names.m = c.pool_names.m = c.m;
	convert_mark_members(&c);
	c.global = set_over(c.m, NULL, mo->global->set);
	convert_nets(&c);
	convert_bounds(&c);
	convert_subnet_settings(&c);
	limit_pools(&c);
	convert_rules(&c);
	convert_hosts(&c);
	convert_unused(&c);
	tell_booting(&c);
	put_global(&c);
	put_dhcpd(&c);
	for (s = mo->subnet; s; s = s->next)
		convert_put_subnet(&c, s);
	convert_put_classes(&c);
	convert_put_pools(&c);
	convert_put_hosts(&c);
}
