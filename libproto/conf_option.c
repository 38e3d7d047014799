/*
 * conf_option.c - option.NAME = VALUE and option.NUMBER = VALUE: any DHCP
 * option as the bytes that go on the wire; option.43.N = VALUE: one option of
 * the maker of the client, which are put together as option 43.
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"
#include "dhcp.h"
#include "dhcp_names.h"

enum {
	VENDOR_MAX = 255 /* PXE ROMs read one option 43, not joined ones */
};

static const char prefix[] = "option.";

bool
conf_is_option(const char *key)
{
	return strncmp(key, prefix, sizeof prefix - 1) == 0;
}

/* The code and type that are meant; false after telling that there is none. */
static bool
which(struct conf_parse *p, const char *name, uint8_t *code,
    enum dhcp_vtype *type)
{
	const struct dhcp_name *known;
	const char *near;
	uint64_t n;

	if (text_number(name, 0, 255, &n))
		known = dhcp_name_by_code((uint8_t)n);
	else
		known = dhcp_name_by_text(name);
	if (known && known->type == DHCP_V_REFUSED)
		return conf_bad(p, "option %u (%s) cannot be set; %s",
		    known->code, known->name, known->use);
	if (known) {
		*code = known->code;
		*type = known->type;
		return true;
	}
	if (text_number(name, 0, 255, &n)) {
		*code = (uint8_t)n;
		*type = DHCP_V_ANY;
		return true;
	}
	if (strncmp(name, "option-", 7) == 0 &&
	    text_number(name + 7, 0, 255, &n)) /* as ISC had it */
		near = name + 7;
	else
		near = dhcp_name_near(name);
	if (near)
		return conf_bad(p,
		    "there is no such option; did you mean option.%s?", near);
	return conf_bad(
	    p, "there is no such option; write its number as option.135");
}

static struct conf_opt *
find(struct conf_parse *p, uint8_t code)
{
	struct conf_opt *opt = p->now.opt.v;

	for (size_t i = 0; i < p->now.opt.n; i++)
		if (opt[i].code == code)
			return &opt[i];
	return NULL;
}

/* Bytes of the option, those that are there (+=) before the new ones. */
static bool
keep(struct conf_parse *p, struct conf_opt *old, uint8_t code,
    const uint8_t *data, size_t len)
{
	size_t was = old ? old->len : 0;
	size_t max = code == DHCP_VENDOR_OPTIONS ? VENDOR_MAX : DHCP_VALUE_MAX;
	struct conf_opt opt = {.code = code};
	uint8_t *copy;

	if (was + len > max)
		return conf_bad(p, "the value has %zu bytes; at most %zu fit",
		    was + len, max);
	copy = conf_alloc(p->arena, was + len);
	if (!copy)
		return conf_nomem(p);
	if (old)
		memcpy(copy, old->data, was);
	memcpy(copy + was, data, len);
	opt.data = copy;
	opt.len = (uint16_t)(was + len);
	if (old)
		*old = opt;
	else if (!conf_vec_add(&p->now.opt, &opt))
		return conf_nomem(p);
	return true;
}

/* ---- options inside option 43 (RFC 2132 8.4) ---- */

/* What stands behind "43." or its name; NULL: that is not what is set. */
static const char *
inner_of(const char *name)
{
	static const char *const outer[] = {
	    "43.", "vendor-encapsulated-options."};

	for (size_t i = 0; i < sizeof outer / sizeof outer[0]; i++)
		if (strncmp(name, outer[i], strlen(outer[i])) == 0)
			return name + strlen(outer[i]);
	return NULL;
}

/* The option with that number in option 43 so far. */
static bool
has_inner(const struct conf_opt *opt, uint8_t code)
{
	for (size_t i = 0; i + 2 <= opt->len; i += 2u + opt->data[i + 1])
		if (opt->data[i] == code)
			return true;
	return false;
}

static bool
inner_may_stand(struct conf_parse *p, const struct conf_opt *old, uint8_t code)
{
	if (p->append)
		return conf_bad(p, "the option has one value; += cannot add");
	if (old && !p->now.inner)
		return conf_bad(p,
		    "option %u is there already, in line %u; leave one out",
		    DHCP_VENDOR_OPTIONS, p->now.opt_line[DHCP_VENDOR_OPTIONS]);
	if (old && has_inner(old, code))
		return conf_bad(
		    p, "option 43.%u is there already; leave one out", code);
	return true;
}

static void
inner_option(struct conf_parse *p, const char *number, const char *value)
{
	uint8_t data[2 + DHCP_VALUE_MAX];
	struct conf_opt *old = find(p, DHCP_VENDOR_OPTIONS);
	char why[VALUE_WHY];
	size_t len;
	uint64_t n;

	if (!text_number(number, 1, 254, &n)) {
		(void)conf_bad(p,
		    "\"%.64s\" is not an option inside option 43; write its "
		    "number as option.43.1",
		    number);
		return;
	}
	if (!inner_may_stand(p, old, (uint8_t)n))
		return;
	len = dhcp_value_parse(DHCP_V_ANY, value, data + 2, why);
	if (len == 0) {
		(void)conf_bad(p, "%s", why);
		return;
	}
	if (!old)
		p->now.opt_line[DHCP_VENDOR_OPTIONS] = p->line;
	data[0] = (uint8_t)n;
	data[1] = (uint8_t)len; /* keep() refuses what is longer */
	p->now.inner |= keep(p, old, DHCP_VENDOR_OPTIONS, data, len + 2);
}

void
conf_option(struct conf_parse *p, const char *key, const char *value)
{
	const char *inner = inner_of(key + sizeof prefix - 1);
	uint8_t data[DHCP_VALUE_MAX], code = 0;
	char why[VALUE_WHY];
	enum dhcp_vtype type = DHCP_V_ANY;
	struct conf_opt *old;
	size_t len;

	if (inner) {
		inner_option(p, inner, value);
		return;
	}
	if (!which(p, key + sizeof prefix - 1, &code, &type))
		return;
	old = find(p, code);
	if (old &&
	    (!p->append || (p->now.inner && code == DHCP_VENDOR_OPTIONS))) {
		(void)conf_bad(p,
		    "option %u is there already, in line %u; leave one out",
		    code, p->now.opt_line[code]);
		return;
	}
	if (!old)
		p->now.opt_line[code] = p->line;
	if (old && !dhcp_value_appends(type)) {
		(void)conf_bad(p, "the option has one value; += cannot add");
		return;
	}
	len = dhcp_value_parse(type, value, data, why);
	if (len == 0)
		(void)conf_bad(p, "%s", why);
	else
		(void)keep(p, old, code, data, len);
}

static int
by_code(const void *va, const void *vb)
{
	const struct conf_opt *a = va, *b = vb;

	return a->code - b->code;
}

void
conf_options_finish(struct conf_parse *p)
{
	struct conf_section_now *now = &p->now;
	size_t size = now->opt.n * sizeof(struct conf_opt);
	struct conf_opt *opt;

	if (now->opt.n == 0 || !now->params)
		return;
	qsort(now->opt.v, now->opt.n, sizeof *opt, by_code);
	opt = conf_alloc(p->arena, size);
	if (!opt) {
		(void)conf_nomem(p);
		return;
	}
	memcpy(opt, now->opt.v, size);
	now->params->opt = opt;
	now->params->nopt = now->opt.n;
	now->opt.n = 0;
}
