/*
 * cond.c - conditions of classes and lists of rules; see cond.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/cond.h"

static bool
begins(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* ---- both at once ---- */

static bool
add_text(const char **list, size_t *n, const char *s)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	if (*n == COND_LIST)
		return false;
	list[(*n)++] = s;
	return true;
}

/* Of two beginnings of one text the longer one, if they agree. */
static bool
and_vendor_class(const struct cond *a, const struct cond *b, struct cond *ret)
{
	for (size_t i = 0; i < a->nvendor_class; i++)
		for (size_t j = 0; j < b->nvendor_class; j++) {
			const char *x = a->vendor_class[i];
			const char *y = b->vendor_class[j];
			const char *both = begins(x, y)	  ? x
					   : begins(y, x) ? y
							  : NULL;

			if (both && !add_text(ret->vendor_class,
					&ret->nvendor_class, both)) {
				ret->full = true;
				return false;
			}
		}
	return ret->nvendor_class > 0;
}

static bool
and_arch(const struct cond *a, const struct cond *b, struct cond *ret)
{
	for (size_t i = 0; i < a->narch; i++)
		for (size_t j = 0; j < b->narch; j++)
			if (a->arch[i] == b->arch[j])
				ret->arch[ret->narch++] = a->arch[i];
	return ret->narch > 0;
}

static bool
and_user_class(const struct cond *a, const struct cond *b, struct cond *ret)
{
	for (size_t i = 0; i < a->nuser_class; i++)
		for (size_t j = 0; j < b->nuser_class; j++)
			if (strcmp(a->user_class[i], b->user_class[j]) == 0)
				ret->user_class[ret->nuser_class++] =
				    a->user_class[i];
	return ret->nuser_class > 0;
}

/* The three lists of both; those that one of them alone has as they are. */
static bool
and_lists(const struct cond *a, const struct cond *b, struct cond *c)
{
	const struct cond *one = a->nvendor_class ? a : b;

	if (!a->nvendor_class || !b->nvendor_class) {
		c->nvendor_class = one->nvendor_class;
		memcpy(
		    c->vendor_class, one->vendor_class, sizeof c->vendor_class);
	} else if (!and_vendor_class(a, b, c)) {
		return false;
	}
	one = a->narch ? a : b;
	if (!a->narch || !b->narch) {
		c->narch = one->narch;
		memcpy(c->arch, one->arch, sizeof c->arch);
	} else if (!and_arch(a, b, c)) {
		return false;
	}
	one = a->nuser_class ? a : b;
	if (!a->nuser_class || !b->nuser_class) {
		c->nuser_class = one->nuser_class;
		memcpy(c->user_class, one->user_class, sizeof c->user_class);
		return true;
	}
	return and_user_class(a, b, c);
}

bool
cond_and(
    struct mem *m, const struct cond *a, const struct cond *b, struct cond *ret)
{
	struct cond c = {.nvendor_class = 0};

	(void)m;
	if (!and_lists(a, b, &c) || !cond_options_and(a, b, &c)) {
		ret->full = c.full;
		return false;
	}
	*ret = c;
	return true;
}

/* ---- comparing ---- */

static bool
vendor_within(const struct cond *a, const struct cond *b)
{
	for (size_t i = 0; i < a->nvendor_class; i++) {
		size_t j = 0;

		while (j < b->nvendor_class &&
		       !begins(a->vendor_class[i], b->vendor_class[j]))
			j++;
		if (j == b->nvendor_class)
			return false;
	}
	return b->nvendor_class == 0 || a->nvendor_class > 0;
}

static bool
arch_within(const struct cond *a, const struct cond *b)
{
	for (size_t i = 0; i < a->narch; i++) {
		size_t j = 0;

		while (j < b->narch && a->arch[i] != b->arch[j])
			j++;
		if (j == b->narch)
			return false;
	}
	return b->narch == 0 || a->narch > 0;
}

static bool
user_within(const struct cond *a, const struct cond *b)
{
	for (size_t i = 0; i < a->nuser_class; i++) {
		size_t j = 0;

		while (j < b->nuser_class &&
		       strcmp(a->user_class[i], b->user_class[j]) != 0)
			j++;
		if (j == b->nuser_class)
			return false;
	}
	return b->nuser_class == 0 || a->nuser_class > 0;
}

bool
cond_within(const struct cond *a, const struct cond *b)
{
	return (b->nvendor_class == 0 || vendor_within(a, b)) &&
	       (b->narch == 0 || arch_within(a, b)) &&
	       (b->nuser_class == 0 || user_within(a, b)) &&
	       cond_options_within(a, b);
}

bool
cond_same(const struct cond *a, const struct cond *b)
{
	return cond_within(a, b) && cond_within(b, a);
}

bool
cond_is_empty(const struct cond *c)
{
	return !c->nvendor_class && !c->narch && !c->nuser_class && !c->noption;
}

/* ---- one of both ---- */

/* c with one of its lists emptied: 0, 1 or 2. */
static struct cond
without(const struct cond *c, int list)
{
	struct cond w = *c;

	if (list == 0)
		w.nvendor_class = 0;
	else if (list == 1)
		w.narch = 0;
	else
		w.nuser_class = 0;
	return w;
}

static size_t
list_length(const struct cond *c, int list)
{
	return list == 0   ? c->nvendor_class
	       : list == 1 ? c->narch
			   : c->nuser_class;
}

static bool
add_list(struct cond *to, const struct cond *from, int list)
{
	for (size_t i = 0; list == 0 && i < from->nvendor_class; i++)
		if (!add_text(to->vendor_class, &to->nvendor_class,
			from->vendor_class[i]))
			return false;
	for (size_t i = 0; list == 2 && i < from->nuser_class; i++)
		if (!add_text(
			to->user_class, &to->nuser_class, from->user_class[i]))
			return false;
	for (size_t i = 0; list == 1 && i < from->narch; i++) {
		if (to->narch == COND_LIST)
			return false;
		to->arch[to->narch++] = from->arch[i];
	}
	return true;
}

/* They differ in one list of the three. */
static bool
or_list(const struct cond *a, const struct cond *b, int list, struct cond *ret)
{
	struct cond x = without(a, list), y = without(b, list);

	if (!list_length(a, list) || !list_length(b, list) ||
	    !cond_same(&x, &y))
		return false;
	x = *a;
	if (!add_list(&x, b, list))
		return false;
	*ret = x;
	return true;
}

/* They differ in the values of one option. */
static bool
or_option(const struct cond *a, const struct cond *b, struct cond *ret)
{
	struct cond x = *a, y = *b;
	struct cond_option *o = cond_options_differ(&x, b);

	if (!o || !cond_options_add(o, b))
		return false;
	memcpy(y.option, x.option, sizeof y.option);
	y.noption = x.noption;
	if (!cond_same(&x, &y))
		return false;
	*ret = x;
	return true;
}

bool
cond_or(const struct cond *a, const struct cond *b, struct cond *ret)
{
	for (int list = 0; list < 3; list++)
		if (or_list(a, b, list, ret))
			return true;
	return or_option(a, b, ret);
}

/* ---- lists of rules ---- */

void
rules_init(struct rules *r, struct mem *m)
{
	*r = (struct rules){.m = m};
	r->last = &r->first;
}

void
rules_add(struct rules *r, const struct rule *rule)
{
	struct rule *copy;

	if (r->n == COND_RULES) {
		r->full = true;
		return;
	}
	copy = mem_alloc(r->m, sizeof *copy);
	*copy = *rule;
	copy->next = NULL;
	*r->last = copy;
	r->last = &copy->next;
	r->n++;
}

bool
rule_same_value(const struct rule *a, const struct rule *b)
{
	return a->value == b->value;
}

/* Does a rule before it take all of its clients? */
static bool
is_late(const struct rules *r, const struct rule *rule)
{
	const struct rule *p;

	for (p = r->first; p != rule; p = p->next)
		if (cond_within(&rule->cond, &p->cond))
			return true;
	return false;
}

/* Would its clients come to the same without it? */
static bool
is_idle(const struct rules *r, const struct rule *rule,
    bool (*same)(const struct rule *, const struct rule *))
{
	const struct rule *p;
	struct cond both;

	for (p = rule->next; p; p = p->next) {
		if (same(p, rule) && cond_within(&rule->cond, &p->cond))
			return true;
		if (!same(p, rule) &&
		    (cond_and(r->m, &rule->cond, &p->cond, &both) || both.full))
			return false;
	}
	return false;
}

void
rules_tidy(
    struct rules *r, bool (*same)(const struct rule *, const struct rule *))
{
	struct rule **p = &r->first;

	while (*p) {
		if (is_late(r, *p) || is_idle(r, *p, same)) {
			*p = (*p)->next;
			r->n--;
		} else {
			p = &(*p)->next;
		}
	}
	r->last = p;
	for (p = &r->first; *p && (*p)->next;) {
		struct rule *a = *p, *b = a->next;

		if (same(a, b) && cond_or(&a->cond, &b->cond, &a->cond)) {
			a->next = b->next;
			if (!a->next)
				r->last = &a->next;
			r->n--;
		} else {
			p = &a->next;
		}
	}
}
