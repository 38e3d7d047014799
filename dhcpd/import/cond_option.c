/*
 * cond_option.c - what a class asks of any option, and of the hardware
 * address; see cond.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcp.h"
#include "dhcpd/import/cond.h"

static bool
begins(const struct cond_value *v, const struct cond_value *prefix)
{
	return prefix->len <= v->len &&
	       memcmp(v->data, prefix->data, prefix->len) == 0;
}

static bool
same(const struct cond_value *a, const struct cond_value *b)
{
	return a->len == b->len && begins(a, b);
}

static bool
add_value(struct cond_option *o, const struct cond_value *v)
{
	for (size_t i = 0; i < o->nvalue; i++)
		if (same(&o->value[i], v))
			return true;
	if (o->nvalue == COND_LIST)
		return false;
	o->value[o->nvalue++] = *v;
	return true;
}

/* noption: there is none. */
static size_t
place_of(const struct cond *c, const struct cond_option *like)
{
	size_t i = 0;

	while (i < c->noption && (c->option[i].code != like->code ||
				     c->option[i].sub != like->sub))
		i++;
	return i;
}

static const struct cond_option *
find(const struct cond *c, const struct cond_option *like)
{
	size_t i = place_of(c, like);

	return i < c->noption ? &c->option[i] : NULL;
}

/* Is an option there in each client that the lists fit? */
static bool
implied(const struct cond *c, const struct cond_option *o)
{
	if (o->how != COND_THERE || o->sub)
		return false;
	return (o->code == DHCP_VENDOR_CLASS && c->nvendor_class) ||
	       (o->code == DHCP_USER_CLASS && c->nuser_class) ||
	       (o->code == DHCP_ARCH && c->narch);
}

/* ---- both at once ---- */

/* The value that is both, or NULL. */
static const struct cond_value *
value_and(const struct cond_option *a, const struct cond_value *x,
    const struct cond_option *b, const struct cond_value *y)
{
	if (a->how == COND_IS && b->how == COND_IS)
		return same(x, y) ? x : NULL;
	if (b->how == COND_BEGINS && begins(x, y))
		return x;
	return a->how == COND_BEGINS && begins(y, x) ? y : NULL;
}

static bool
option_and(const struct cond_option *a, const struct cond_option *b,
    struct cond_option *ret, bool *full)
{
	struct cond_option r = {.code = a->code, .sub = a->sub};
	const struct cond_value *v;

	if (a->how == COND_THERE || b->how == COND_THERE) {
		*ret = a->how == COND_THERE ? *b : *a;
		return true;
	}
	r.how = a->how == COND_IS || b->how == COND_IS ? COND_IS : COND_BEGINS;
	for (size_t i = 0; i < a->nvalue; i++)
		for (size_t j = 0; j < b->nvalue; j++) {
			v = value_and(a, &a->value[i], b, &b->value[j]);
			if (v && !add_value(&r, v)) {
				*full = true;
				return false;
			}
		}
	*ret = r;
	return r.nvalue > 0;
}

static bool
add_option(struct cond *c, const struct cond_option *o)
{
	size_t i = place_of(c, o);

	if (implied(c, o))
		return true;
	if (i < c->noption)
		return option_and(&c->option[i], o, &c->option[i], &c->full);
	if (c->noption == COND_OPTIONS) {
		c->full = true;
		return false;
	}
	c->option[c->noption++] = *o;
	return true;
}

/* Option 60 is one of these and begins so: the ones that do. */
static bool
settle_vendor_class(struct cond *c)
{
	static const struct cond_option is60 = {.code = DHCP_VENDOR_CLASS};
	const struct cond_option *whole = find(c, &is60);
	struct cond_option begin = is60;

	if (!whole || whole->how != COND_IS || !c->nvendor_class)
		return true;
	begin.how = COND_BEGINS;
	for (size_t i = 0; i < c->nvendor_class; i++)
		begin.value[begin.nvalue++] =
		    (struct cond_value){(const uint8_t *)c->vendor_class[i],
			strlen(c->vendor_class[i])};
	c->nvendor_class = 0;
	return add_option(c, &begin);
}

bool
cond_options_and(const struct cond *a, const struct cond *b, struct cond *ret)
{
	ret->noption = 0;
	for (size_t i = 0; i < a->noption; i++)
		if (!add_option(ret, &a->option[i]))
			return false;
	for (size_t i = 0; i < b->noption; i++)
		if (!add_option(ret, &b->option[i]))
			return false;
	return settle_vendor_class(ret);
}

/* ---- comparing ---- */

static bool
value_within(const struct cond_option *a, const struct cond_value *v,
    const struct cond_option *b)
{
	for (size_t i = 0; i < b->nvalue; i++)
		if (b->how == COND_IS
			? a->how == COND_IS && same(v, &b->value[i])
			: begins(v, &b->value[i]))
			return true;
	return false;
}

static bool
option_within(const struct cond *a, const struct cond_option *b)
{
	const struct cond_option *o = find(a, b);

	if (!o)
		return implied(a, b);
	if (b->how == COND_THERE)
		return true;
	for (size_t i = 0; i < o->nvalue; i++)
		if (!value_within(o, &o->value[i], b))
			return false;
	return o->how != COND_THERE;
}

bool
cond_options_within(const struct cond *a, const struct cond *b)
{
	for (size_t i = 0; i < b->noption; i++)
		if (!option_within(a, &b->option[i]))
			return false;
	return true;
}

/* ---- one of both ---- */

static bool
option_same(const struct cond_option *a, const struct cond_option *b)
{
	if (a->how != b->how || a->nvalue != b->nvalue)
		return false;
	for (size_t i = 0; i < a->nvalue; i++)
		if (!value_within(a, &a->value[i], b) ||
		    !value_within(b, &b->value[i], a))
			return false;
	return true;
}

struct cond_option *
cond_options_differ(struct cond *a, const struct cond *b)
{
	struct cond_option *differ = NULL;
	const struct cond_option *o;

	if (a->noption != b->noption)
		return NULL;
	for (size_t i = 0; i < a->noption; i++) {
		o = find(b, &a->option[i]);
		if (!o || o->how != a->option[i].how)
			return NULL;
		if (option_same(&a->option[i], o))
			continue;
		if (differ)
			return NULL;
		differ = &a->option[i];
	}
	return differ;
}

bool
cond_options_add(struct cond_option *a, const struct cond *b)
{
	const struct cond_option *o = find(b, a);

	for (size_t i = 0; o && i < o->nvalue; i++)
		if (!add_value(a, &o->value[i]))
			return false;
	return o != NULL;
}
