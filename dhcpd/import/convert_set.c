/*
 * convert_set.c - settings as keys of remoteboot.conf: times, options inside
 * options, bounds.
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <string.h>

#include "dhcp.h"
#include "dhcpd/import/convert.h"

enum {
	ISC_DEFAULT_LEASE = 43200,
	ISC_MIN_LEASE = 300,
	ISC_MAX_LEASE = 86400
};

static uint64_t
number_or(const struct setting *list, const char *key, uint64_t dflt)
{
	const struct setting *s = set_find(list, key);

	return s ? s->number : dflt;
}

/* ---- lease times ---- */

/*
 * What ISC gives a client that asks for nothing: the default within the
 * bounds.  An infinite default is meant as it stands, although ISC 4 cuts it
 * to max-lease-time or to the year 2038.
 */
static uint64_t
lease_time(const struct setting *all)
{
	uint64_t s = number_or(all, SET_DEFAULT_LEASE, ISC_DEFAULT_LEASE);
	uint64_t min = number_or(all, SET_MIN_LEASE, ISC_MIN_LEASE);
	uint64_t max = number_or(all, SET_MAX_LEASE, ISC_MAX_LEASE);

	if (s == CONF_INFINITE)
		return s;
	if (min > max)
		min = max;
	if (s > max)
		s = max;
	if (s < min)
		s = min;
	return s ? s : 1;
}

static struct setting *
with_lease_time(struct convert *c, struct setting *r, const struct setting *own,
    const struct setting *all)
{
	const struct setting *said = set_find(own, SET_DEFAULT_LEASE);
	const struct setting *from = said ? said : own;
	struct setting s = {.kind = SET_TIME, .key = "lease_time"};

	if (!own)
		return r;
	s.number = lease_time(all);
	if (!said && !set_find(own, SET_MIN_LEASE) &&
	    !set_find(own, SET_MAX_LEASE))
		return r;
	if (!said &&
	    s.number == lease_time(own == c->global ? NULL : c->global))
		return r;
	s.at = from->at;
	s.above = said ? said->above : NULL;
	s.scope = from->scope;
	if (said && s.number != said->number)
		s.note = mem_printf(c->m,
		    "# default-lease-time was %" PRIu64
		    ", cut to what min- and max-lease-time left of it",
		    said->number);
	return set_with(c->m, r, &s);
}

/* ---- options that hold options ---- */

static bool
is_of(const struct setting *s, const struct option_space *space)
{
	return s->kind == SET_INNER && s->def->space == space;
}

/* All options of the space, ascending code, as ISC puts them together. */
static size_t
put_together(const struct setting *all, const struct option_space *space,
    uint8_t *data, const struct setting **from)
{
	const struct setting *s;
	size_t len = 0;

	for (unsigned int code = 0; code < 256; code++)
		for (s = all; s; s = s->next) {
			if (!is_of(s, space) || s->code != code)
				continue;
			*from = s;
			if (s->len > 255 || len + 2 + s->len > OPTION_VALUE)
				return OPTION_VALUE + 1;
			data[len++] = s->code;
			data[len++] = (uint8_t)s->len;
			memcpy(data + len, s->data, s->len);
			len += s->len;
		}
	return len;
}

static struct setting *
with_outer(struct convert *c, struct setting *r, const struct setting *all,
    const struct option_space *space, uint8_t outer)
{
	uint8_t data[OPTION_VALUE];
	const struct setting *from = NULL;
	size_t len = put_together(all, space, data, &from);
	struct setting s = {.kind = SET_OPTION, .code = outer};

	if (len == 0)
		return r;
	if (len > (outer == DHCP_VENDOR_OPTIONS ? 255u : OPTION_VALUE)) {
		report_lost(c->report, from->at,
		    "the options of space %s; together they do not fit into "
		    "option %u",
		    space->name, outer);
		return r;
	}
	s.key = mem_printf(c->m, "option.%u", outer);
	s.data = (const uint8_t *)mem_dup(c->m, data, len);
	s.len = len;
	s.at = from->at;
	s.scope = from->scope;
	s.note = mem_printf(
	    c->m, "# the options of space %s, as bytes", space->name);
	return set_with(c->m, r, &s);
}

/* The space that a hidden setting names, or NULL. */
static const struct option_space *
named(const struct convert *c, const struct setting *all, const char *key)
{
	const struct setting *s = set_find(all, key);

	return s ? options_find_space(&c->mo->options, (const char *)s->data)
		 : NULL;
}

/* Does own change what is in the space, or which one is meant? */
static bool
touches(const struct setting *own, const struct option_space *space,
    const char *key)
{
	if (key && set_find(own, key))
		return true;
	for (; own; own = own->next)
		if (is_of(own, space))
			return true;
	return false;
}

/* site-option-space: its options are DHCP's own, by their numbers. */
static struct setting *
with_site(struct convert *c, struct setting *r, const struct setting *all,
    const struct option_space *space)
{
	for (; all; all = all->next) {
		struct setting s = *all;

		if (!is_of(all, space))
			continue;
		s.kind = SET_OPTION;
		s.key = mem_printf(c->m, "option.%u", s.code);
		r = set_with(c->m, r, &s);
	}
	return r;
}

static struct setting *
with_spaces(struct convert *c, struct setting *r, const struct setting *own,
    const struct setting *all)
{
	const struct option_space *space, *vendor, *site;

	vendor = named(c, all, SET_VENDOR_SPACE);
	site = named(c, all, SET_SITE_SPACE);
	for (space = c->mo->options.space; space; space = space->next) {
		if (space == site && touches(own, space, SET_SITE_SPACE))
			r = with_site(c, r, all, space);
		else if (space == vendor &&
			 touches(own, space, SET_VENDOR_SPACE) &&
			 !set_find(own, "option.43"))
			r = with_outer(c, r, all, space, DHCP_VENDOR_OPTIONS);
		else if (space->outer && touches(own, space, NULL) &&
			 space->outer != DHCP_RELAY_AGENT)
			r = with_outer(c, r, all, space, space->outer);
	}
	return r;
}

struct setting *
convert_settle(
    struct convert *c, const struct setting *own, const struct setting *all)
{
	struct setting *r = NULL;

	for (const struct setting *s = own; s; s = s->next)
		if (s->key[0] != SET_HIDDEN)
			r = set_with(c->m, r, s);
	r = with_lease_time(c, r, own, all);
	return with_spaces(c, r, own, all);
}

/* Is there anything that takes up the options of this space? */
static bool
has_use(const struct convert *c, const struct option_space *space)
{
	const struct scope *s;
	const struct setting *set;

	if (space->outer)
		return space->outer != DHCP_RELAY_AGENT;
	for (s = c->mo->scopes; s; s = s->next)
		for (set = s->set; set; set = set->next)
			if (set->kind == SET_NAME &&
			    word_same((const char *)set->data, space->name))
				return true;
	return false;
}

static void
unused(struct convert *c, const struct scope *s)
{
	const struct setting *set;

	for (set = s->set; set; set = set->next)
		if (set->kind == SET_INNER && !has_use(c, set->def->space))
			report_lost(c->report, set->at,
			    "option %s.%s; no vendor-option-space sends it",
			    set->def->space->name, set->def->name);
}

void
convert_unused(struct convert *c)
{
	for (const struct scope *s = c->mo->scopes; s; s = s->next)
		unused(c, s);
}

/* ---- bounds ---- */

/* The bound that all subnets agree on, else the widest of them. */
static uint64_t
bound(const struct convert *c, const char *key, uint64_t dflt, bool widest)
{
	const struct isc_subnet *s;
	uint64_t n = number_or(c->global, key, dflt), of;
	bool any = false;

	for (s = c->mo->subnet; s; s = s->next) {
		const struct setting *set = scope_find(s->scope, key);

		of = set ? set->number : dflt;
		if (!any || (widest ? of > n : of < n))
			n = of;
		any = true;
	}
	return n;
}

static void
other_bounds(struct convert *c, const char *key, const char *ours, uint64_t n)
{
	const struct scope *s;

	for (s = c->mo->scopes; s; s = s->next) {
		const struct setting *set = set_find(s->set, key);

		if (set && set->number != n && s != c->mo->global)
			report_lost(c->report, set->at,
			    "%s %" PRIu64
			    "; %s of [dhcpd] is one for all clients",
			    key + 1, set->number, ours);
	}
}

void
convert_bounds(struct convert *c)
{
	c->max_lease_s = bound(c, SET_MAX_LEASE, ISC_MAX_LEASE, true);
	c->min_lease_s = bound(c, SET_MIN_LEASE, ISC_MIN_LEASE, false);
	other_bounds(c, SET_MAX_LEASE, "max_lease_time", c->max_lease_s);
	other_bounds(c, SET_MIN_LEASE, "min_lease_time", c->min_lease_s);
	if (c->max_lease_s == 0)
		c->max_lease_s = 1;
	if (c->min_lease_s == 0)
		c->min_lease_s = 1;
	if (c->min_lease_s > c->max_lease_s)
		c->min_lease_s = c->max_lease_s;
}

/* ---- writing ---- */

/* As a person would look for them: what boots, how long, the options. */
static unsigned int
rank(const struct setting *s)
{
	static const char *const first[] = {
	    "file", "next_server", "sname", "server_id", "lease_time"};
	const unsigned int n = sizeof first / sizeof first[0];

	for (unsigned int i = 0; i < n; i++)
		if (strcmp(s->key, first[i]) == 0)
			return i;
	return n + s->code;
}

void
convert_put(
    struct convert *c, struct out_section *to, const struct setting *set)
{
	const struct setting *s, *next, *last = NULL;
	const char *why = NULL;

	for (;;) {
		next = NULL;
		for (s = set; s; s = s->next)
			if (s->key[0] != SET_HIDDEN &&
			    (!last || rank(s) > rank(last)) &&
			    (!next || rank(s) < rank(next)))
				next = s;
		if (!next)
			return;
		if (!out_setting(c->out, to, next, &why))
			report_lost(c->report, next->at, "option %u; %s",
			    next->code, why);
		last = next;
	}
}
