/*
 * conf_match.c - match.NAME = VALUES and begins.NAME = VALUES: what the
 * clients of a class say in any option, or in one of its sub-options
 * (match.82.1).
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_int.h"
#include "dhcp.h"
#include "dhcp_names.h"

enum {
	VALUES = 100 /* in one line of at most 197 bytes */
};

static const char match[] = "match.";
static const char begins[] = "begins.";

bool
conf_is_match(const char *key)
{
	return strncmp(key, match, sizeof match - 1) == 0 ||
	       strncmp(key, begins, sizeof begins - 1) == 0;
}

/* The option before a dot, if any; its type. */
static bool
which_option(struct conf_parse *p, const char *name, struct conf_match *m,
    enum dhcp_vtype *type)
{
	const struct dhcp_name *known;
	const char *near;
	uint64_t n;

	if (text_number(name, 1, 254, &n)) {
		m->code = (uint8_t)n;
		known = dhcp_name_by_code(m->code);
	} else {
		known = dhcp_name_by_text(name);
		if (!known || known->code == 0 || known->code == 255) {
			near = dhcp_name_near(name);
			return conf_bad(p,
			    "there is no such option; write its number as "
			    "match.82%s%s",
			    near ? ", or did you mean " : "", near ? near : "");
		}
		m->code = known->code;
	}
	*type =
	    known && known->type != DHCP_V_REFUSED ? known->type : DHCP_V_ANY;
	return true;
}

/* NAME, or NAME.SUB. */
static bool
which(struct conf_parse *p, const char *key, struct conf_match *m,
    enum dhcp_vtype *type)
{
	char name[VALUE_ITEM + 1];
	const char *dot;
	uint64_t n;

	m->begins = strncmp(key, begins, sizeof begins - 1) == 0;
	key = strchr(key, '.') + 1;
	dot = strchr(key, '.');
	(void)memcpy(name, key, dot ? (size_t)(dot - key) : strlen(key) + 1);
	if (dot)
		name[dot - key] = '\0';
	if (!which_option(p, name, m, type))
		return false;
	if (!dot)
		return true;
	*type = DHCP_V_ANY;
	if (!text_number(dot + 1, 1, 254, &n))
		return conf_bad(p,
		    "\"%s\" is not a sub-option; write its number as "
		    "match.82.1",
		    dot + 1);
	m->sub = (uint8_t)n;
	return true;
}

/* In the type of the option where that is one value, else any bytes. */
static bool
one_value(struct conf_parse *p, enum dhcp_vtype type,
    const struct value_item *it, struct conf_bytes *ret)
{
	uint8_t data[DHCP_VALUE_MAX];
	char why[VALUE_WHY];
	size_t n = 0;

	if (!it->quoted && type != DHCP_V_ANY)
		n = dhcp_value_parse(type, it->s, data, why);
	if (n == 0)
		return conf_byte_string(p, it, ret);
	ret->data = conf_dup(p->arena, data, n);
	ret->len = n;
	return ret->data || conf_nomem(p);
}

/* All of one line; *n 0 when it is a bare "*". */
static bool
values(struct conf_parse *p, const char *text, enum dhcp_vtype type,
    struct conf_bytes *v, size_t *n)
{
	char why[VALUE_WHY];
	struct value_item it;
	int rc;

	for (*n = 0; (rc = value_next(&text, &it, why)) == 1; ++*n) {
		if (!it.quoted && strcmp(it.s, "*") == 0) {
			if (*n == 0 && !*text && !p->append)
				return true;
			return conf_bad(
			    p, "* stands for any value; leave the others out");
		}
		if (*n == VALUES)
			return conf_bad(
			    p, "more than %d values; go on with +=", VALUES);
		if (!one_value(p, type, &it, &v[*n]))
			return false;
	}
	if (rc == -1)
		return conf_bad(p, "%s", why);
	return *n || conf_bad(p, "the value is empty; write one behind =");
}

static struct conf_match *
find(struct conf_parse *p, const struct conf_match *m)
{
	struct conf_match *have = p->now.match.v;

	for (size_t i = 0; i < p->now.match.n; i++)
		if (have[i].code == m->code && have[i].sub == m->sub &&
		    have[i].begins == m->begins)
			return &have[i];
	return NULL;
}

/* The old values and n new ones. */
static bool
add(struct conf_parse *p, struct conf_match *m, const struct conf_bytes *v,
    size_t n)
{
	struct conf_bytes *all;

	if (n == 0)
		return true;
	all = conf_alloc(p->arena, (m->nvalue + n) * sizeof *all);
	if (!all)
		return conf_nomem(p);
	if (m->nvalue)
		memcpy(all, m->value, m->nvalue * sizeof *all);
	memcpy(all + m->nvalue, v, n * sizeof *all);
	m->value = all;
	m->nvalue += n;
	return true;
}

void
conf_match(struct conf_parse *p, const char *key, const char *value)
{
	struct conf_match m = {.line = p->line}, *have;
	enum dhcp_vtype type = DHCP_V_ANY;
	struct conf_bytes v[VALUES];
	size_t n;

	p->now.match_seen = true;
	if (!which(p, key, &m, &type) || !values(p, value, type, v, &n))
		return;
	have = find(p, &m);
	if (have && !p->append)
		(void)conf_bad(p,
		    "the key is there already, in line %u; write += to add "
		    "to it",
		    have->line);
	else if (have && have->nvalue == 0)
		(void)conf_bad(
		    p, "* stands for any value; leave the others out");
	else if (have)
		(void)add(p, have, v, n);
	else if (n == 0 && m.begins)
		(void)conf_bad(
		    p, "every value begins with nothing; write match. with *");
	else if (add(p, &m, v, n) && !conf_vec_add(&p->now.match, &m))
		(void)conf_nomem(p);
}

void
conf_match_finish(struct conf_parse *p)
{
	struct conf_class *class = &p->now.class;
	size_t n = p->now.match.n;
	struct conf_match *m;

	if (n == 0)
		return;
	m = conf_alloc(p->arena, n * sizeof *m);
	if (!m) {
		(void)conf_nomem(p);
		return;
	}
	memcpy(m, p->now.match.v, n * sizeof *m);
	class->match = m;
	class->nmatch = n;
}
