/*
 * convert_pool.c - pools that are for some clients only: [pool NAME].
 *
 * At ISC a client may have the addresses of every pool whose lists let it;
 * here those of one [pool NAME], or of its subnet's pool.  Who is a member of
 * a class that a pool names is written into what that class says, as a hidden
 * setting, so that it is still known when classes have become rules.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/convert.h"

/* All ranges that are for the same clients. */
struct named_pool {
	struct named_pool *next;
	const char *key;
	const struct isc_pool *of; /* the first one; NULL: none stood there */
	enum conf_clients clients;
	struct place at;
};

/* ---- members ---- */

static struct isc_class *
class_by_name(const struct convert *c, const char *name)
{
	struct isc_class *k = c->mo->class;

	while (k && strcmp(k->name, name) != 0)
		k = k->next;
	return k;
}

static const char *
member_key(struct convert *c, const char *name)
{
	return mem_printf(c->m, "%s%s", SET_MEMBER, name);
}

static void
mark(struct convert *c, const char *const *name, size_t n, struct place at)
{
	for (size_t i = 0; i < n; i++) {
		struct isc_class *k = class_by_name(c, name[i]);
		struct setting s = {.kind = SET_FLAG, .number = 1};

		if (!k) {
			report_lost(c->report, at,
			    "members of \"%s\"; there is no such class",
			    name[i]);
			continue;
		}
		s.key = member_key(c, name[i]);
		s.at = k->scope->at;
		s.scope = k->scope;
		k->scope->set = set_with(c->m, k->scope->set, &s);
	}
}

void
convert_mark_members(struct convert *c)
{
	const struct isc_pool *p;

	for (p = c->mo->pool; p; p = p->next) {
		mark(c, p->allow, p->nallow, p->scope->at);
		if (p->nallow) /* else only the lists of others matter */
			mark(c, p->deny, p->ndeny, p->scope->at);
	}
}

/* ---- who may have a range ---- */

static bool
lists(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* The network that a range is on. */
static const struct scope *
network(const struct isc_range *r)
{
	const struct scope *shared = scope_above(r->scope, SCOPE_SHARED);

	return shared ? shared : scope_above(r->scope, SCOPE_SUBNET);
}

static bool
is_named(const struct isc_range *r)
{
	return (r->pool && r->pool->nallow) || r->clients != CONF_CLIENTS_ALL;
}

static const char *
key_of(struct convert *c, const struct isc_range *r)
{
	struct buf b = {.m = c->m};

	buf_printf(&b, "%d", (int)r->clients);
	for (size_t i = 0; r->pool && i < r->pool->nallow; i++)
		buf_printf(&b, "\n+%s", r->pool->allow[i]);
	for (size_t i = 0; r->pool && r->pool->nallow && i < r->pool->ndeny;
	     i++)
		buf_printf(&b, "\n-%s", r->pool->deny[i]);
	return b.s;
}

static struct named_pool *
named_of(struct convert *c, const struct isc_range *r)
{
	const char *key = key_of(c, r);
	struct named_pool **p = &c->named, *n;

	for (; *p; p = &(*p)->next)
		if (strcmp((*p)->key, key) == 0)
			return *p;
	n = mem_alloc(c->m, sizeof *n);
	n->key = key;
	n->of = r->pool && r->pool->nallow ? r->pool : NULL;
	n->clients = r->clients;
	n->at = r->pool ? r->pool->scope->at : r->at;
	*p = n;
	return n;
}

/* May a member of that class have the range at ISC? */
static bool
is_open_to(const struct isc_range *r, const char *name)
{
	if (r->pool && lists(r->pool->deny, r->pool->ndeny, name))
		return false;
	return !r->pool || !r->pool->nallow ||
	       lists(r->pool->allow, r->pool->nallow, name);
}

/* Any other range of its network that `name` (NULL: all) may use at ISC. */
static const struct isc_range *
other_range(
    const struct convert *c, const struct isc_range *r, const char *name)
{
	const struct isc_subnet *s;
	const struct isc_range *o;

	for (s = c->mo->subnet; s; s = s->next)
		for (o = s->range; o; o = o->next)
			if (network(o) == network(r) && o->named != r->named &&
			    (name ? is_open_to(o, name) : !o->named))
				return o;
	return NULL;
}

static bool
class_has_pool(
    const struct convert *c, const struct isc_range *r, const char *name)
{
	const struct isc_subnet *s;
	const struct isc_range *o;

	for (s = c->mo->subnet; s; s = s->next)
		for (o = s->range; o; o = o->next)
			if (network(o) == network(r) && o->pool &&
			    lists(o->pool->allow, o->pool->nallow, name))
				return true;
	return false;
}

/* Is there such a class, whose members can be told? */
static bool
is_there(const struct convert *c, const char *name)
{
	const struct isc_class *k = class_by_name(c, name);

	return k && !k->lost;
}

/* Where ours lets a client have less, or more, than ISC. */
static void
tell_differences(struct convert *c, const struct isc_range *r)
{
	const struct isc_pool *p = r->pool;

	for (size_t i = 0; p && i < p->nallow; i++)
		if (is_there(c, p->allow[i]) && other_range(c, r, p->allow[i]))
			report_lost(c->report, p->scope->at,
			    "members of \"%s\" in the other pools of that "
			    "network; they get the addresses of one [pool] and "
			    "no others",
			    p->allow[i]);
	if (r->named && !(p && p->nallow) && other_range(c, r, NULL))
		report_lost(c->report, p ? p->scope->at : r->at,
		    "%s clients in the other pools of that network; they get "
		    "the addresses of their [pool] and no others",
		    r->clients == CONF_CLIENTS_KNOWN ? "known" : "unknown");
	for (size_t i = 0; p && !p->nallow && i < p->ndeny; i++)
		if (!class_has_pool(c, r, p->deny[i]))
			report_lost(c->report, p->scope->at,
			    "deny members of \"%s\"; only a [pool] of their "
			    "own on that network keeps them out of others",
			    p->deny[i]);
}

void
convert_name_pools(struct convert *c)
{
	struct isc_subnet *s;
	struct isc_range *r;

	for (s = c->mo->subnet; s; s = s->next)
		for (r = s->range; r; r = r->next)
			r->named = is_named(r) ? named_of(c, r) : NULL;
	for (s = c->mo->subnet; s; s = s->next)
		for (r = s->range; r; r = r->next)
			tell_differences(c, r);
}

/* ---- writing ---- */

static bool
is_member(
    struct convert *c, const struct rule *r, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (set_find(r->set, member_key(c, list[i])))
			return true;
	return false;
}

/* The [class]es whose clients may have it; false: there is none. */
static bool
put_classes(
    struct convert *c, const struct named_pool *n, struct out_section *to)
{
	const struct isc_pool *p = n->of;
	struct out_key *k = NULL;

	for (const struct rule *r = c->rules.first; r; r = r->next) {
		if (!r->section || !is_member(c, r, p->allow, p->nallow) ||
		    is_member(c, r, p->deny, p->ndeny))
			continue;
		if (k)
			out_add_item(c->out, k, r->section);
		else
			k = out_key(c->out, to, "class", r->section, n->at);
	}
	return k != NULL;
}

static void
put_ranges(
    struct convert *c, const struct named_pool *n, struct out_section *to)
{
	const struct isc_subnet *s;
	struct out_key *k = NULL;

	for (s = c->mo->subnet; s; s = s->next)
		k = convert_put_ranges(c, s, n, to, "range", k);
}

static void
put_named(struct convert *c, const struct named_pool *n)
{
	const char *name = n->of			      ? n->of->allow[0]
			   : n->clients == CONF_CLIENTS_KNOWN ? "known"
							      : "unknown";
	struct out_section *to = out_section(c->out,
	    mem_printf(c->m, "pool %s", convert_name(c, &c->pool_names, name)),
	    n->at);

	if (n->of)
		to->above = n->of->scope->above;
	put_ranges(c, n, to);
	convert_put_bootp(c, n, to);
	if (n->clients != CONF_CLIENTS_ALL)
		(void)out_key(c->out, to, "clients",
		    n->clients == CONF_CLIENTS_KNOWN ? "known" : "unknown",
		    n->at);
	if (n->of && !put_classes(c, n, to)) {
		to->dropped = true;
		report_lost(c->report, n->at,
		    "this pool; no [class] is left that is in \"%s\"",
		    n->of->allow[0]);
	}
}

void
convert_put_pools(struct convert *c)
{
	for (const struct named_pool *n = c->named; n; n = n->next)
		put_named(c, n);
}
