/*
 * map.c - the rules of [tftp-map] at work; see map.h.
 *
 * A rule is looked at in its turn.  The name is one text; a match is
 * replaced in it, and what the rule says besides is done: the next one, the
 * first one, none, a label.  Each look counts: a circle of rules, or a text
 * that grows without end, is refused and not followed.
 *
 * SPDX-License-Identifier: ISC
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "subst.h"
#include "tftpd/map.h"

enum {
	GROUPS = 10 /* \0 .. \9 */
};

struct map {
	const struct conf *c;
	regex_t *rx; /* beside c->map */
};

/* A name on its way. */
struct run {
	const struct map *m;
	const struct map_in *in;
	struct map_out *out;
	unsigned int steps;
};

/* Text that is put together: bounded, with letters made large or small. */
struct text {
	char s[MAP_TEXT];
	size_t n;
	enum subst_case in;
	bool full;
};

struct map *
map_new(const struct conf *c)
{
	struct map *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->c = c;
	m->rx = calloc(c->nmap + 1, sizeof *m->rx);
	if (!m->rx) {
		free(m);
		return NULL;
	}
	for (size_t i = 0; i < c->nmap; i++) {
		const struct conf_map_rule *r = &c->map[i];
		int nocase = r->how & CONF_MAP_NOCASE ? REG_ICASE : 0;

		if (!r->regex ||
		    regcomp(&m->rx[i], r->regex, REG_EXTENDED | nocase) == 0)
			continue;
		while (i-- > 0) /* conf_map.c has tried it: no memory */
			if (c->map[i].regex)
				regfree(&m->rx[i]);
		free(m->rx);
		free(m);
		return NULL;
	}
	return m;
}

void
map_free(struct map *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->c->nmap; i++)
		if (m->c->map[i].regex)
			regfree(&m->rx[i]);
	free(m->rx);
	free(m);
}

static void
put(struct text *t, const char *s, size_t len, enum subst_case in)
{
	for (size_t i = 0; i < len && !t->full; i++) {
		t->full = t->n == sizeof t->s - 1;
		if (!t->full)
			t->s[t->n++] = subst_in_case(s[i], in);
	}
	t->s[t->n] = '\0';
}

/* false: it has no value, and *out says so. */
static bool
put_variable(struct run *r, struct text *t, const struct subst_piece *p)
{
	enum subst_case in = p->in == SUBST_AS_IS ? t->in : p->in;
	char value[MAP_TEXT];

	if (r->in->value &&
	    r->in->value(r->in->arg, p->name, value, sizeof value)) {
		put(t, value, strlen(value), in);
		return true;
	}
	if (p->has_default) {
		put(t, p->s, p->len, in);
		return true;
	}
	r->out->how = MAP_NO_VALUE;
	memcpy(r->out->text, p->name, strlen(p->name) + 1);
	return false;
}

/* What stands behind a backslash. */
static bool
put_escape(struct run *r, struct text *t, char c, const char *name,
    const regmatch_t *m)
{
	struct subst_piece p = {.kind = SUBST_VAR};

	if (c >= '0' && c <= '9') {
		const regmatch_t *g = &m[c - '0'];

		if (g->rm_so != -1)
			put(t, name + g->rm_so, (size_t)(g->rm_eo - g->rm_so),
			    t->in);
	} else if (c == 'U' || c == 'L' || c == 'E') {
		t->in = c == 'U'   ? SUBST_UPPER
			: c == 'L' ? SUBST_LOWER
				   : SUBST_AS_IS;
	} else if (c == 'i' || c == 'x') {
		const char *var = c == 'i' ? "addr" : "addr_hex";

		memcpy(p.name, var, strlen(var) + 1);
		return put_variable(r, t, &p);
	} else {
		put(t, &c, 1, SUBST_AS_IS);
	}
	return true;
}

/* `to` with its escapes and variables; false as put_variable(). */
static bool
put_to(struct run *r, struct text *t, const char *to, const char *name,
    const regmatch_t *m)
{
	size_t len = strlen(to);
	struct subst_piece p;

	t->in = SUBST_AS_IS;
	while (subst_next(&to, &len, &p) != SUBST_END) {
		if (p.kind == SUBST_VAR && !put_variable(r, t, &p))
			return false;
		for (size_t i = 0; p.kind == SUBST_TEXT && i < p.len; i++) {
			if (p.s[i] != '\\' || i + 1 == p.len)
				put(t, &p.s[i], 1, t->in);
			else if (!put_escape(r, t, p.s[++i], name, m))
				return false;
		}
	}
	return true;
}

static bool
step(struct run *r)
{
	if (r->steps++ < MAP_STEPS)
		return true;
	r->out->how = MAP_LOOP;
	return false;
}

/* Does the rule match behind the first `at` bytes? */
static bool
matches(const struct run *r, size_t i, const char *name, size_t at,
    regmatch_t m[static GROUPS])
{
	if (regexec(&r->m->rx[i], name + at, GROUPS, m, at ? REG_NOTBOL : 0))
		return false;
	for (int g = 0; g < GROUPS; g++)
		if (m[g].rm_so != -1) {
			m[g].rm_so += (regoff_t)at;
			m[g].rm_eo += (regoff_t)at;
		}
	return true;
}

/* One match replaced: *t the new name, *ret_at behind the new text. */
static bool
replace_one(struct run *r, const struct conf_map_rule *rule, struct text *t,
    const regmatch_t *m, size_t *ret_at)
{
	const char *name = r->out->text;
	struct text next = {.n = 0};

	put(&next, name, (size_t)m[0].rm_so, SUBST_AS_IS);
	if (!put_to(r, &next, rule->to, name, m))
		return false;
	*ret_at = next.n;
	put(&next, name + m[0].rm_eo, strlen(name + m[0].rm_eo), SUBST_AS_IS);
	if (next.full) {
		r->out->how = MAP_TOO_LONG;
		return false;
	}
	*t = next;
	return true;
}

/* Replace as often as the rule says; false: it has ended in *out. */
static bool
replace(struct run *r, size_t i, regmatch_t m[static GROUPS])
{
	const struct conf_map_rule *rule = &r->m->c->map[i];
	struct text t = {.n = 0};
	size_t at = 0;

	for (;;) {
		bool empty = m[0].rm_so == m[0].rm_eo;

		if (!replace_one(r, rule, &t, m, &at))
			return false;
		memcpy(r->out->text, t.s, t.n + 1);
		if (!(rule->how & (CONF_MAP_REPEAT | CONF_MAP_ALL)))
			return true;
		if (rule->how & CONF_MAP_REPEAT)
			at = 0;
		else if (empty && at < t.n)
			at++; /* an empty match is not found twice */
		else if (at >= t.n)
			return true;
		if (!matches(r, i, r->out->text, at, m))
			return true;
		if (!step(r))
			return false;
	}
}

static bool
applies(const struct conf_map_rule *rule, const struct map_in *in)
{
	const unsigned int how = rule->how;

	return rule->what != CONF_MAP_LABEL &&
	       !((how & CONF_MAP_READ) && in->write) &&
	       !((how & CONF_MAP_WRITE) && !in->write) &&
	       !((how & CONF_MAP_IPV4) && in->ipv6) &&
	       !((how & CONF_MAP_IPV6) && !in->ipv6);
}

static void
refuse(struct run *r, const struct conf_map_rule *rule, const regmatch_t *m)
{
	struct text t = {.n = 0};

	if (!put_to(r, &t, rule->to, r->out->text, m))
		return;
	r->out->how = MAP_REFUSED;
	memcpy(r->out->text, t.s, t.n + 1);
}

/* Where a rule that matches goes on: *next.  false: it ends here. */
static bool
do_rule(struct run *r, size_t i, regmatch_t m[static GROUPS], size_t *next)
{
	const struct conf_map_rule *rule = &r->m->c->map[i];
	char before[MAP_TEXT];

	r->out->line = rule->line;
	switch (rule->what) {
	case CONF_MAP_LABEL:
		return true;
	case CONF_MAP_STOP:
		return false;
	case CONF_MAP_REFUSE:
		refuse(r, rule, m);
		return false;
	case CONF_MAP_RESTART:
		*next = 0;
		return true;
	case CONF_MAP_JUMP:
		*next = rule->jump;
		return true;
	case CONF_MAP_REPLACE:
		break;
	}
	memcpy(before, r->out->text, sizeof before);
	if (!replace(r, i, m))
		return false;
	if (rule->how & CONF_MAP_EXISTS) {
		if (r->in->exists && r->in->exists(r->in->arg, r->out->text)) {
			r->out->changed = true;
			return false;
		}
		memcpy(r->out->text, before, sizeof before);
		return true;
	}
	r->out->changed = true;
	if (rule->how & CONF_MAP_THEN_RESTART)
		*next = 0;
	return !(rule->how & CONF_MAP_THEN_STOP);
}

void
map_run(const struct map *m, const struct map_in *in, struct map_out *ret)
{
	struct run r = {.m = m, .in = in, .out = ret};
	size_t len = strlen(in->name), next;

	memset(ret, 0, sizeof *ret);
	if (len >= NAME_PATH) {
		ret->how = MAP_TOO_LONG;
		return;
	}
	memcpy(ret->text, in->name, len + 1);
	for (size_t i = 0; i < m->c->nmap; i = next) {
		const struct conf_map_rule *rule = &m->c->map[i];
		regmatch_t found[GROUPS];
		bool hit;

		next = i + 1;
		if (!applies(rule, in))
			continue;
		if (!step(&r))
			return;
		hit = matches(&r, i, ret->text, 0, found);
		if (rule->how & CONF_MAP_UNLESS) {
			memset(found, -1, sizeof found);
			hit = !hit;
		}
		if (hit && !do_rule(&r, i, found, &next))
			break;
	}
	if (ret->how == MAP_NAME && strlen(ret->text) >= NAME_PATH)
		ret->how = MAP_TOO_LONG;
}
