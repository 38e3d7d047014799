/*
 * put_class.c - rules as [class]es: a name, what is asked, what is said.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcp.h"
#include "dhcp_names.h"
#include "dhcpd/import/convert.h"

static bool
has_arch(const struct cond *c, uint16_t arch)
{
	for (size_t i = 0; i < c->narch; i++)
		if (c->arch[i] == arch)
			return true;
	return false;
}

/* Are 7 and 9, which firmware mixes up, told apart? */
static bool
x64_is_two(const struct convert *c)
{
	bool seven = false, nine = false;

	for (const struct rule *r = c->rules.first; r; r = r->next) {
		seven |= has_arch(&r->cond, 7) && !has_arch(&r->cond, 9);
		nine |= has_arch(&r->cond, 9) && !has_arch(&r->cond, 7);
	}
	return seven && nine;
}

/* The class that a rule comes from alone, or NULL. */
static const struct isc_class *
class_of(const struct convert *c, const struct rule *r)
{
	const struct isc_class *k = r->name ? c->mo->class : NULL;

	while (k && (strcmp(k->name, r->name) != 0))
		k = k->next;
	return k;
}

static const char *
arch_text(struct convert *c, uint16_t arch)
{
	const char *name = dhcp_arch_name(arch == 9 ? 7 : arch);

	if (!name || ((arch == 7 || arch == 9) && x64_is_two(c)))
		return mem_printf(c->m, "%u", arch);
	return name;
}

static void
put_list_item(struct convert *c, struct out_section *to, struct out_key **k,
    const char *name, const char *value, struct place at)
{
	if (*k)
		out_add_item(c->out, *k, value);
	else
		*k = out_key(c->out, to, name, value, at);
}

static const char *
quoted(struct convert *c, const char *s)
{
	size_t used;

	return text_quoted(c->m, (const uint8_t *)s, strlen(s), 1024, &used);
}

/* Are all values what firmware sends in option 97? */
static bool
are_uuids(const struct cond_option *o)
{
	for (size_t i = 0; i < o->nvalue; i++)
		if (o->value[i].len != 17 || o->value[i].data[0] != 0)
			return false;
	return o->code == DHCP_UUID && !o->sub && o->how == COND_IS;
}

static const char *
option_key(struct convert *c, const struct cond_option *o)
{
	const struct dhcp_name *name = dhcp_name_by_code(o->code);
	const char *how = o->how == COND_BEGINS ? "begins" : "match";

	if (o->code == COND_HARDWARE)
		return "chaddr";
	if (are_uuids(o))
		return "uuid";
	if (o->code == DHCP_RELAY_AGENT && o->how == COND_IS &&
	    (o->sub == 1 || o->sub == 2))
		return o->sub == 1 ? "circuit_id" : "remote_id";
	if (o->sub)
		return mem_printf(c->m, "%s.%u.%u", how, o->code, o->sub);
	return name ? mem_printf(c->m, "%s.%s", how, name->name)
		    : mem_printf(c->m, "%s.%u", how, o->code);
}

static void
put_option(struct convert *c, struct out_section *to,
    const struct cond_option *o, struct place at)
{
	const char *name = option_key(c, o);
	struct out_key *k = NULL;

	if (o->how == COND_THERE)
		put_list_item(c, to, &k, name, "*", at);
	for (size_t i = 0; i < o->nvalue; i++) {
		const struct cond_value *v = &o->value[i];

		put_list_item(c, to, &k, name,
		    o->code == COND_HARDWARE ? text_hex(c->m, v->data, v->len)
		    : are_uuids(o)
			? text_uuid(c->m, v->data + 1)
			: text_match(c->m, o->code, o->sub, v->data, v->len),
		    at);
	}
}

static void
put_cond(struct convert *c, struct out_section *to, const struct rule *r)
{
	const struct cond *w = &r->cond;
	struct out_key *k = NULL;

	for (size_t i = 0; i < w->nvendor_class; i++)
		put_list_item(c, to, &k, "vendor_class",
		    quoted(c, w->vendor_class[i]), r->at);
	k = NULL;
	for (size_t i = 0; i < w->narch; i++) {
		if (w->arch[i] == 9 && has_arch(w, 7) && !x64_is_two(c))
			continue;
		put_list_item(
		    c, to, &k, "arch", arch_text(c, w->arch[i]), r->at);
	}
	k = NULL;
	for (size_t i = 0; i < w->nuser_class; i++)
		put_list_item(c, to, &k, "user_class",
		    quoted(c, w->user_class[i]), r->at);
	for (size_t i = 0; i < w->noption; i++)
		put_option(c, to, &w->option[i], r->at);
}

/* How many rules come from that class? */
static unsigned int
rules_of(const struct convert *c, const char *name)
{
	unsigned int n = 0;

	for (const struct rule *r = c->rules.first; r; r = r->next)
		n += r->name && strcmp(r->name, name) == 0;
	return n;
}

/* mac-00-54-55, circuit-id, host-name, option-175-177 */
static const char *
option_name(struct convert *c, const struct cond_option *o)
{
	const struct dhcp_name *name = dhcp_name_by_code(o->code);

	if (o->code == COND_HARDWARE)
		return mem_printf(c->m, "mac-%s",
		    text_hex(c->m, o->value[0].data, o->value[0].len));
	if (o->code == DHCP_RELAY_AGENT && (o->sub == 1 || o->sub == 2))
		return o->sub == 1 ? "circuit-id" : "remote-id";
	if (o->sub)
		return mem_printf(c->m, "option-%u-%u", o->code, o->sub);
	return name ? name->name : mem_printf(c->m, "option-%u", o->code);
}

/* A name that tells what it asks. */
static const char *
class_name(struct convert *c, const struct rule *r)
{
	const struct cond *w = &r->cond;
	struct buf b = {.m = c->m};

	if (r->name)
		buf_text(&b, r->name);
	if (r->name && rules_of(c, r->name) == 1)
		return convert_name(c, &c->class_names, b.s);
	if (w->nuser_class)
		buf_printf(&b, "%s%s", b.len ? "-" : "", w->user_class[0]);
	if (w->narch)
		buf_printf(&b, "%s%s%s", b.len ? "-" : "",
		    arch_text(c, w->arch[0])[0] <= '9' ? "arch-" : "",
		    arch_text(c, w->arch[0]));
	if (!b.len && w->nvendor_class)
		buf_text(&b, w->vendor_class[0]);
	if (!b.len && w->noption)
		buf_text(&b, option_name(c, &w->option[0]));
	return convert_name(c, &c->class_names, b.len ? b.s : "class");
}

static void
put_class(struct convert *c, struct rule *r)
{
	const struct setting *base = c->global;
	struct out_section *to;

	if (c->mo->subnet && !c->mo->subnet->next)
		base = set_over(c->m, base, c->mo->subnet->set);
	r->section = class_name(c, r);
	to = out_section(
	    c->out, mem_printf(c->m, "class %s", r->section), r->at);
	if (class_of(c, r) && rules_of(c, r->name) == 1)
		to->above = class_of(c, r)->scope->above;
	put_cond(c, to, r);
	if (!r->set)
		to->note = "# nothing of the classes below for these";
	convert_put(
	    c, to, convert_settle(c, r->set, set_over(c->m, base, r->set)));
}

void
convert_put_classes(struct convert *c)
{
	struct rule *r;

	for (r = c->rules.first; r; r = r->next)
		if (!cond_is_empty(&r->cond))
			put_class(c, r);
}
