/*
 * write.c - sections and keys as the text of remoteboot.conf.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcp_names.h"
#include "dhcpd/import/write.h"

enum {
	LINE = 78,	   /* where a list goes on in the next line */
	COMMENT_LINES = 8, /* of a comment that is taken along */
	COMMENT_LINE = 160
};

void
out_init(struct out *o, struct mem *m)
{
	*o = (struct out){.m = m};
	o->section_last = &o->section;
}

struct out_section *
out_section(struct out *o, const char *head, struct place at)
{
	struct out_section *s = mem_alloc(o->m, sizeof *s);

	s->head = head;
	s->at = at;
	s->key_last = &s->key;
	*o->section_last = s;
	o->section_last = &s->next;
	return s;
}

static struct out_key *
add_key(struct out *o, struct out_section *s, const char *name,
    struct item *item, struct place at)
{
	struct out_key *k = mem_alloc(o->m, sizeof *k);

	k->name = name;
	k->item = item;
	k->at = at;
	*s->key_last = k;
	s->key_last = &k->next;
	return k;
}

struct out_key *
out_key(struct out *o, struct out_section *s, const char *name,
    const char *value, struct place at)
{
	struct item *it = mem_alloc(o->m, sizeof *it);

	it->text = value;
	return add_key(o, s, name, it, at);
}

void
out_add_item(struct out *o, struct out_key *k, const char *value)
{
	struct item **p = &k->item;

	while (*p)
		p = &(*p)->next;
	*p = mem_alloc(o->m, sizeof **p);
	(*p)->text = value;
}

static const char *
plain_value(struct mem *m, const struct setting *set)
{
	size_t used;

	switch (set->kind) {
	case SET_ADDR:
		return text_addr(m, (uint32_t)set->number);
	case SET_TIME:
		return text_duration(m, set->number);
	case SET_FLAG:
		return set->number ? "yes" : "no";
	default:
		return text_quoted(m, set->data, set->len, 1024, &used);
	}
}

static const char *
option_key(struct mem *m, uint8_t code)
{
	const struct dhcp_name *name = dhcp_name_by_code(code);

	return name ? mem_printf(m, "option.%s", name->name)
		    : mem_printf(m, "option.%u", code);
}

bool
out_setting(struct out *o, struct out_section *s, const struct setting *set,
    const char **why)
{
	struct out_key *k;
	struct item *it;

	if (set->kind == SET_OPTION) {
		it = text_option(o->m, set);
		if (!it) {
			*why = "its value is not of the type that the option "
			       "has";
			return false;
		}
		k = add_key(o, s, option_key(o->m, set->code), it, set->at);
	} else {
		k = out_key(o, s, set->key, plain_value(o->m, set), set->at);
	}
	k->above = set->above;
	k->note = set->note;
	return true;
}

/* ---- text ---- */

/* Text on its way, and in which line it is. */
struct text {
	struct buf *to;
	unsigned int line; /* the one that is being written */
};

static void
newline(struct text *t)
{
	buf_text(t->to, "\n");
	t->line++;
}

/* One line of a comment of the source: "# ..." without odd characters. */
static void
comment_line(struct text *t, const char *s, size_t len)
{
	while (len && (*s == '#' || *s == ' ' || *s == '\t')) {
		s++;
		len--;
	}
	if (len > COMMENT_LINE)
		len = COMMENT_LINE;
	while (len && (unsigned char)s[len - 1] <= ' ')
		len--;
	if (len == 0)
		return;
	buf_text(t->to, "# ");
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if ((unsigned char)c < 0x20 || c == 0x7f)
			c = ' ';
		buf_add(t->to, &c, 1);
	}
	newline(t);
}

/* The last lines of a comment, one behind the other. */
static void
comment(struct text *t, const char *s)
{
	const char *nl;
	size_t lines = 0;

	if (!s)
		return;
	for (nl = s; (nl = strchr(nl, '\n')) != NULL; nl++)
		lines++;
	for (; (nl = strchr(s, '\n')) != NULL; s = nl + 1, lines--)
		if (lines <= COMMENT_LINES)
			comment_line(t, s, (size_t)(nl - s));
	comment_line(t, s, strlen(s));
}

/* key = a, b, c and where the line is full key += d */
static void
write_key(struct text *t, struct out_key *k)
{
	const struct item *it;
	size_t start = 0;

	comment(t, k->above);
	comment(t, k->note);
	k->line = t->line;
	for (it = k->item; it; it = it->next) {
		bool first = it == k->item;
		size_t room = t->to->len - start + strlen(it->text) + 2;

		if (!first && !it->own_line && room <= LINE) {
			buf_text(t->to, ", ");
		} else {
			if (!first)
				newline(t);
			start = t->to->len;
			buf_text(t->to, k->name);
			buf_text(t->to, first ? " = " : " += ");
		}
		buf_text(t->to, it->text);
	}
	k->last_line = t->line;
	newline(t);
}

void
out_write(struct out *o, struct buf *to)
{
	struct text t = {to, 1};
	struct out_section *s;
	struct out_key *k;

	for (size_t i = 0; i < to->len; i++)
		t.line += to->s[i] == '\n';
	for (s = o->section; s; s = s->next) {
		s->line = 0;
		if (s->dropped)
			continue;
		newline(&t);
		comment(&t, s->above);
		comment(&t, s->note);
		s->line = t.line;
		buf_text(to, "[");
		buf_text(to, s->head);
		buf_text(to, "]");
		newline(&t);
		for (k = s->key; k; k = k->next) {
			k->line = k->last_line = 0;
			if (!k->dropped)
				write_key(&t, k);
		}
	}
}
