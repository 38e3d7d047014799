/*
 * convert_class.c - classes and ifs become [class]es.
 *
 * At ISC all classes that fit count, the first one most, then what the subnet
 * says, then what the file says; each may have "if"s.  Here the first [class]
 * that fits counts and goes before the subnet.  So all of them are
 * multiplied into one list of rules, from the last to the first that counts;
 * what is left for everyone else goes back to where it was said.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <string.h>

#include "dhcpd/import/convert.h"

static bool
same_set(const struct rule *a, const struct rule *b)
{
	return set_lists_same(a->set, b->set);
}

/*
 * a: each rule of a with each of b; what b says goes before what a says.  The
 * rules of b stay together when they are the outer ones.
 */
static void
multiply(
    struct convert *c, struct rules *a, const struct rules *b, bool b_outer)
{
	const struct rules *outer = b_outer ? b : a, *inner = b_outer ? a : b;
	const struct rule *p, *q;
	struct rules r;

	rules_init(&r, c->m);
	for (p = outer->first; p; p = p->next)
		for (q = inner->first; q; q = q->next) {
			const struct rule *pa = b_outer ? q : p;
			const struct rule *pb = b_outer ? p : q;
			struct rule both = pb->name ? *pb : *pa;

			if (!cond_and(c->m, &p->cond, &q->cond, &both.cond)) {
				r.full |= both.cond.full;
				continue;
			}
			if (!both.at.file)
				both.at = pa->at.file ? pa->at : pb->at;
			both.set = set_over(c->m, pa->set, pb->set);
			rules_add(&r, &both);
		}
	rules_tidy(&r, same_set);
	if (r.full)
		a->full = true; /* it stays as it was */
	else
		*a = r;
}

static void
too_many(struct convert *c, struct place at, const char *what)
{
	report_lost(c->report, at,
	    "%s; with the others it makes over %d cases, or asks one client "
	    "for over %d options or one of over %d values: write fewer, or "
	    "simpler ones",
	    what, COND_RULES, COND_OPTIONS, COND_LIST);
}

static void scope_rules(
    struct convert *c, const struct scope *s, bool plain, struct rules *ret);

/* Those that the condition sends there get what `then` says. */
static void
add_all(struct rules *ret, struct convert *c, const struct cond *when,
    const struct rules *then)
{
	for (const struct rule *p = then->first; p; p = p->next) {
		struct rule r = *p;

		if (cond_and(c->m, when, &p->cond, &r.cond))
			rules_add(ret, &r);
		else
			ret->full |= r.cond.full;
	}
	ret->full |= then->full;
}

/* if, elsif, else from branch b on. */
static void
ways(struct convert *c, const struct branch *b, struct rules *ret)
{
	static const struct cond everyone;
	struct rules then, rest;

	rules_init(ret, c->m);
	if (!b) {
		rules_add(ret, &(struct rule){.value = 0});
		return;
	}
	scope_rules(c, b->scope, true, &then);
	for (struct rule *p = then.first; p; p = p->next)
		if (!p->at.file)
			p->at = b->scope->at;
	if (b->otherwise) {
		add_all(ret, c, &everyone, &then);
		return;
	}
	ways(c, b->next, &rest);
	for (const struct rule *p = b->when.first; p; p = p->next)
		add_all(ret, c, &p->cond, p->value ? &then : &rest);
	rules_tidy(ret, same_set);
}

/* What is said again behind the "if" counts there. */
static void
drop_dead(struct convert *c, const struct scope *s, const struct choice *ch,
    struct rules *r)
{
	for (struct rule *p = r->first; p; p = p->next)
		for (const struct setting *set = s->set; set; set = set->next)
			if (set->order > ch->order &&
			    set_find(p->set, set->key))
				p->set = set_without(c->m, p->set, set->key);
}

/* The ifs of a scope, and (plain) what it says itself, as rules. */
static void
scope_rules(
    struct convert *c, const struct scope *s, bool plain, struct rules *ret)
{
	const struct choice *ch;
	struct rules one;

	rules_init(ret, c->m);
	rules_add(ret, &(struct rule){.set = plain ? s->set : NULL});
	for (ch = s->choice; ch; ch = ch->next) {
		ways(c, ch->branch, &one);
		drop_dead(c, s, ch, &one);
		if (!one.full)
			multiply(c, ret, &one, false);
		if (one.full || ret->full)
			too_many(c, ch->at, "this if");
		ret->full = false;
	}
}

/* ---- all of them ---- */

/* Where the scopes end that a class takes the word of along. */
static const struct scope *
outside(const struct scope *s)
{
	while (s->kind == SCOPE_CLASS || s->kind == SCOPE_GROUP ||
	       s->kind == SCOPE_HOST)
		s = s->up;
	return s;
}

/* A class as rules: its condition, then what it says. */
static void
class_rules(struct convert *c, const struct isc_class *k, struct rules *ret)
{
	static const struct rules nothing;
	const struct setting *around =
	    scope_settings(c->m, k->scope->up, outside(k->scope->up));
	struct rules then = nothing;

	scope_rules(c, k->scope, true, &then);
	for (struct rule *p = then.first; p; p = p->next) {
		p->name = k->name;
		p->at = k->scope->at;
		p->set = set_over(c->m, around, p->set);
	}
	rules_init(ret, c->m);
	for (const struct rule *p = k->when.first; p; p = p->next) {
		if (p->value)
			add_all(ret, c, &p->cond, &then);
		else
			rules_add(ret, &(struct rule){.cond = p->cond});
	}
	rules_tidy(ret, same_set);
}

/* Classes, the last one first: the first one counts most. */
static void
all_classes(struct convert *c, const struct isc_class *k)
{
	struct rules one;

	if (!k)
		return;
	all_classes(c, k->next);
	if (!k->has_when || k->lost) {
		if (k->scope->set && !k->match && !k->lost)
			report_lost(c->report, k->scope->at,
			    "class \"%s\"; nothing says who is in it", k->name);
		return;
	}
	class_rules(c, k, &one);
	if (!one.full)
		multiply(c, &c->rules, &one, true);
	if (one.full || c->rules.full)
		too_many(
		    c, k->scope->at, mem_printf(c->m, "class \"%s\"", k->name));
	c->rules.full = false;
}

/* ifs that stand in subnets: one subnet's, or the same in all of them. */
static void
subnet_ifs(struct convert *c)
{
	const struct isc_subnet *s;
	const struct scope *up;
	struct rules one;

	for (s = c->mo->subnet; s; s = s->next)
		for (up = s->scope; up != c->mo->global; up = up->up)
			if (up->choice && c->mo->subnet->next)
				report_lost(c->report, up->choice->at,
				    "this if in one of several subnets; a "
				    "[class] counts in all of them");
	s = c->mo->subnet;
	for (up = s ? s->scope : NULL; up && up != c->mo->global && !s->next;
	     up = up->up) {
		scope_rules(c, up, false, &one);
		multiply(c, &c->rules, &one, true);
		if (c->rules.full && up->choice)
			too_many(c, up->choice->at, "this if");
		c->rules.full = false;
	}
}

/* ifs where no [class] can stand for them. */
static void
other_ifs(struct convert *c)
{
	for (const struct scope *s = c->mo->scopes; s; s = s->next)
		if (s->choice &&
		    (s->kind == SCOPE_HOST || s->kind == SCOPE_POOL ||
			s->kind == SCOPE_GROUP))
			report_lost(c->report, s->choice->at,
			    "this if in a %s; a [class] counts for all "
			    "clients: write it outside",
			    s->kind == SCOPE_HOST   ? "host"
			    : s->kind == SCOPE_POOL ? "pool"
						    : "group");
}

/* ---- those that no rule fits ---- */

static bool
in_subnet(const struct setting *s)
{
	return scope_above(s->scope, SCOPE_SUBNET) ||
	       scope_above(s->scope, SCOPE_SHARED);
}

/* What "else" says goes to the file or the subnet itself. */
static void
put_else(struct convert *c, const struct setting *s)
{
	struct isc_subnet *sub;

	if (strcmp(s->key, SET_DENY) == 0) {
		if (s->number)
			report_lost(c->report, s->at,
			    "deny booting for all others; a [class] names "
			    "those that are denied, or write deny_unknown = "
			    "yes in [dhcpd]");
		return;
	}
	if (!in_subnet(s)) {
		c->global = set_with(c->m, c->global, s);
		return;
	}
	for (sub = c->mo->subnet; sub; sub = sub->next)
		sub->set = set_with(c->m, sub->set, s);
}

/* A rule that does not say what else does must say what stood before. */
static void
keep_before(struct convert *c, struct rule *r, const struct setting *other,
    const struct setting *before)
{
	const struct setting *plain;

	for (; other; other = other->next) {
		if (set_find(r->set, other->key) ||
		    set_find(r->set, SET_DENY) ||
		    strcmp(other->key, SET_DENY) == 0)
			continue;
		plain = set_find(before, other->key);
		if (plain)
			r->set = set_with(c->m, r->set, plain);
		else if (!cond_is_empty(&r->cond))
			report_lost(c->report, other->at,
			    "%s for the others only; a client of %s%s%s gets "
			    "it too: say in that [class] what it gets instead",
			    set_name(c->m, other),
			    r->name ? "class \"" : "the if in line ",
			    r->name
				? r->name
				: mem_printf(c->m, "%u",
				      r->at.line ? r->at.line : other->at.line),
			    r->name ? "\"" : "");
	}
}

static struct rule *
last_rule(const struct rules *r)
{
	struct rule *p = r->first;

	while (p && p->next)
		p = p->next;
	return p;
}

static void
settle_else(struct convert *c)
{
	struct rule *end = last_rule(&c->rules);
	const struct setting *other = end ? end->set : NULL, *before;

	if (!other)
		return;
	before = c->global;
	if (c->mo->subnet && !c->mo->subnet->next)
		before = set_over(c->m, before, c->mo->subnet->set);
	for (struct rule *r = c->rules.first; r != end; r = r->next)
		keep_before(c, r, other, before);
	for (; other; other = other->next)
		put_else(c, other);
	end->set = NULL;
}

/* The file's "if" counts less than a subnet's own word at ISC. */
static void
tell_conflicts(struct convert *c, const struct rule *r)
{
	const struct isc_subnet *sub;
	const struct setting *s, *own;

	for (s = r->set; s; s = s->next) {
		if (!s->scope || s->scope->kind != SCOPE_GLOBAL)
			continue;
		for (sub = c->mo->subnet; sub; sub = sub->next) {
			own = set_find(sub->set, s->key);
			if (own && !set_same(own, s) && own != s)
				report_lost(c->report, own->at,
				    "%s of this subnet for the clients of the "
				    "if in line %u; a [class] goes before its "
				    "[subnet]",
				    set_name(c->m, own), r->at.line);
		}
	}
}

/* What everyone gets anyway need not be said in a class. */
static void
drop_said(struct convert *c, struct rule *r)
{
	const struct setting *s, *all;
	const struct isc_subnet *sub;

	for (s = r->set; s; s = s->next) {
		all = set_find(c->global, s->key);
		if (!all || !set_same(all, s))
			continue;
		for (sub = c->mo->subnet; sub; sub = sub->next)
			if (set_find(sub->set, s->key))
				break;
		if (!sub)
			r->set = set_without(c->m, r->set, s->key);
	}
}

/* To whom nothing is said, nothing else is said. */
static void
drop_denied(struct convert *c)
{
	const struct setting *deny;

	for (struct rule *r = c->rules.first; r; r = r->next) {
		deny = set_find(r->set, SET_DENY);
		if (deny && deny->number)
			r->set = set_with(c->m, NULL, deny);
		else if (deny)
			r->set = set_without(c->m, r->set, SET_DENY);
	}
	rules_tidy(&c->rules, same_set);
}

void
convert_rules(struct convert *c)
{
	scope_rules(c, c->mo->global, false, &c->rules);
	subnet_ifs(c);
	other_ifs(c);
	all_classes(c, c->mo->class);
	drop_denied(c);
	settle_else(c);
	for (struct rule *r = c->rules.first; r; r = r->next) {
		tell_conflicts(c, r);
		drop_said(c, r);
	}
	rules_tidy(&c->rules, same_set);
}
