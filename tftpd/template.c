/*
 * template.c - text with ${NAME} in it becomes text; see template.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "tftpd/template.h"

struct out {
	char *s;
	size_t size, n;
	bool full;
};

static void
put(struct out *o, const char *s, size_t len, enum subst_case in)
{
	if (len >= o->size - o->n) {
		o->full = true;
		return;
	}
	for (size_t i = 0; i < len; i++)
		o->s[o->n++] = subst_in_case(s[i], in);
	o->s[o->n] = '\0';
}

static unsigned int
line_at(const char *text, const char *at)
{
	unsigned int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

static bool
fail(struct template_out *ret, unsigned int line, const char *why)
{
	ret->line = line;
	(void)snprintf(ret->why, sizeof ret->why, "%s", why);
	return false;
}

/* One variable; false: it has no value. */
static bool
put_variable(struct out *o, const struct subst_piece *p, template_value *value,
    void *arg, char why[static SUBST_WHY])
{
	char text[TEMPLATE_VALUE], form[sizeof "${}" + SUBST_NAME];

	if (value(arg, p->name, text, sizeof text)) {
		put(o, text, strlen(text), p->in);
		return true;
	}
	if (p->has_default) {
		put(o, p->s, p->len, p->in);
		return true;
	}
	(void)snprintf(form, sizeof form, "${%s}", p->name);
	if (!subst_wrong(form, strlen(form), why))
		(void)snprintf(
		    why, SUBST_WHY, "%s has no value for this client", form);
	return false;
}

bool
template_render(const char *text, size_t len, template_value *value, void *arg,
    char *out, size_t size, struct template_out *ret)
{
	struct out o = {.s = out, .size = size};
	const char *from = text, *at = text;
	char why[SUBST_WHY];
	struct subst_piece p;

	out[0] = '\0';
	for (; subst_next(&text, &len, &p) != SUBST_END; at = text) {
		if (p.kind == SUBST_BAD)
			return fail(ret, line_at(from, at), p.why);
		if (p.kind == SUBST_TEXT)
			put(&o, p.s, p.len, SUBST_AS_IS);
		else if (!put_variable(&o, &p, value, arg, why))
			return fail(ret, line_at(from, at), why);
		if (o.full)
			return fail(ret, line_at(from, at),
			    "the text becomes too long");
	}
	ret->len = o.n;
	return true;
}

bool
template_check(const char *text, size_t len,
    bool (*known)(const struct conf *c, const char *name), const struct conf *c,
    struct template_out *ret)
{
	const char *from = text, *at = text;
	char why[SUBST_WHY];
	struct subst_piece p;

	for (; subst_next(&text, &len, &p) != SUBST_END; at = text) {
		if (p.kind == SUBST_BAD)
			return fail(ret, line_at(from, at), p.why);
		if (p.kind != SUBST_VAR)
			continue;
		if (subst_wrong(at, (size_t)(text - at), why))
			return fail(ret, line_at(from, at), why);
		if (subst_id(p.name) != SUBST_USER || p.has_default ||
		    known(c, p.name + strlen("var.")))
			continue;
		(void)snprintf(why, sizeof why,
		    "${%s} is set nowhere; write %s = TEXT in [global], "
		    "[subnet], [class] or [host], or ${%s:-TEXT}",
		    p.name, p.name, p.name);
		return fail(ret, line_at(from, at), why);
	}
	return true;
}

/* ---- names ---- */

/* What a "?" or a "*" stood for; the first "*" overwrites all "?". */
struct star {
	char *s;
	size_t size, n;
};

static void
star_add(struct star *st, char c)
{
	if (st->n + 1 < st->size)
		st->s[st->n++] = c;
	st->s[st->n] = '\0';
}

/* No "*" in it. */
static bool
match_plain(
    const char *pattern, const char *end, const char **path, struct star *st)
{
	const char *s = *path;

	for (; pattern < end; pattern++, s++) {
		if (*s == '\0' ||
		    (*pattern == '?' ? *s == '/' : *s != *pattern))
			return false;
		if (*pattern == '?' && st)
			star_add(st, *s);
	}
	*path = s;
	return true;
}

/* Where the part behind "*" matches first, within one folder. */
static const char *
next_place(const char *part, const char *end, const char *s, bool last)
{
	for (;; s++) {
		const char *at = s;

		if (match_plain(part, end, &at, NULL) && (!last || !*at))
			return s;
		if (*s == '\0' || *s == '/')
			return NULL;
	}
}

bool
template_match(const char *pattern, const char *path, char *star, size_t size)
{
	struct star st = {star, size, 0};
	const char *end, *at;
	bool first = true;

	star[0] = '\0';
	pattern += strspn(pattern, "/");
	path += strspn(path, "/");
	end = pattern + strcspn(pattern, "*");
	if (!match_plain(pattern, end, &path, &st))
		return false;
	while (*end == '*') {
		pattern = end + 1;
		end = pattern + strcspn(pattern, "*");
		at = next_place(pattern, end, path, *end == '\0');
		if (!at)
			return false;
		if (first) {
			st.n = 0;
			star[0] = '\0';
			for (; path < at; path++)
				star_add(&st, *path);
		}
		first = false;
		path = at;
		(void)match_plain(pattern, end, &path, NULL);
	}
	return *path == '\0';
}
