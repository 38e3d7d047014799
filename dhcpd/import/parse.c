/*
 * parse.c - ISC's files as a tree; see parse.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/parse.h"

/* One file that is being read. */
struct reading {
	struct parse *p;
	struct lex lex;
	unsigned int depth, includes;
};

/* Words on their way into a node. */
struct words {
	struct mem *m;
	struct tok *t;
	size_t n, cap;
};

static void
words_add(struct words *w, const struct tok *t)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 8;
		struct tok *more = mem_alloc(w->m, cap * sizeof *more);

		if (w->n)
			memcpy(more, w->t, w->n * sizeof *more);
		w->t = more;
		w->cap = cap;
	}
	w->t[w->n++] = *t;
}

static void statements(struct reading *r, struct node ***end);

/* The text of { ip-address, integer 8 } in a definition: words, no block. */
static bool
begins_record(const struct words *w)
{
	const struct tok *last = w->n ? &w->t[w->n - 1] : NULL;

	return last && (tok_is_mark(last, '=') || tok_is(last, "of"));
}

static void
record(struct reading *r, struct words *w)
{
	const struct tok *t;

	while ((t = lex_peek(&r->lex))->kind != TOK_END) {
		bool end = tok_is_mark(t, '}');

		if (tok_is_mark(t, ';'))
			return;
		words_add(w, t);
		lex_next(&r->lex);
		if (end)
			return;
	}
}

static void
skip_block(struct reading *r)
{
	const struct tok *t;
	unsigned int depth = 1;

	while (depth && (t = lex_peek(&r->lex))->kind != TOK_END) {
		depth += tok_is_mark(t, '{');
		depth -= tok_is_mark(t, '}');
		lex_next(&r->lex);
	}
}

/* The block of a statement; its "{" was read. */
static void
block(struct reading *r, struct node *n)
{
	struct node **end = &n->first;

	n->block = true;
	if (r->depth == PARSE_DEPTH) {
		report_lost(r->p->report, n->at,
		    "a block inside %d others; nothing needs so many",
		    PARSE_DEPTH);
		skip_block(r);
		return;
	}
	r->depth++;
	statements(r, &end);
	r->depth--;
	if (tok_is_mark(lex_peek(&r->lex), '}'))
		lex_next(&r->lex);
	else
		report_lost(r->p->report, n->at,
		    "the end of this block; its } is missing");
}

static void
include(struct reading *r, const struct node *n, struct node ***end)
{
	struct reading in = {
	    .p = r->p, .depth = r->depth, .includes = r->includes + 1};
	const char *name = NULL, *text = NULL, *why;
	size_t len = 0;

	if (n->n != 2 || n->t[1].kind != TOK_TEXT) {
		report_lost(r->p->report, n->at,
		    "include; it is followed by one \"FILE\"");
		return;
	}
	if (in.includes > PARSE_INCLUDES) {
		report_lost(r->p->report, n->at,
		    "include \"%s\"; over %d files include each other",
		    n->t[1].s, PARSE_INCLUDES);
		return;
	}
	why = r->p->read ? r->p->read(r->p->read_arg, n->t[1].s, r->lex.at.file,
			       &name, &text, &len)
			 : "files cannot be included here";
	if (why) {
		report_lost(
		    r->p->report, n->at, "include \"%s\"; %s", n->t[1].s, why);
		return;
	}
	lex_init(&in.lex, r->p->m, name, text, len);
	for (;;) {
		statements(&in, end);
		if (lex_peek(&in.lex)->kind == TOK_END)
			return;
		report_lost(r->p->report, lex_peek(&in.lex)->at,
		    "}; no block is open here");
		lex_next(&in.lex);
	}
}

/* One statement: its words, then ";", a block, or what should not be. */
static struct node *
statement(struct reading *r)
{
	struct words w = {.m = r->p->m};
	struct node *n = mem_alloc(r->p->m, sizeof *n);
	const struct tok *t = lex_peek(&r->lex);
	bool open = false;

	n->at = t->at;
	while ((t = lex_peek(&r->lex))->kind != TOK_END) {
		if (tok_is_mark(t, ';') || tok_is_mark(t, '}'))
			break;
		if (t->unclosed)
			report_lost(r->p->report, t->at,
			    "the text that begins here; its \" is missing");
		open = tok_is_mark(t, '{');
		if (open && !begins_record(&w))
			break;
		words_add(&w, t);
		lex_next(&r->lex);
		if (open)
			record(r, &w);
	}
	n->t = w.t;
	n->n = w.n;
	t = lex_peek(&r->lex);
	if (tok_is_mark(t, ';')) {
		lex_next(&r->lex);
	} else if (tok_is_mark(t, '{')) {
		lex_next(&r->lex);
		block(r, n);
	} else {
		report_lost(r->p->report, n->at,
		    "\"%s\"; the ; behind it is missing",
		    node_text(r->p->m, n, 0));
	}
	return n;
}

/* Statements up to a "}" or the end, which are left. */
static void
statements(struct reading *r, struct node ***end)
{
	const struct tok *t;
	struct node *n;

	while (
	    (t = lex_peek(&r->lex))->kind != TOK_END && !tok_is_mark(t, '}')) {
		if (tok_is_mark(t, ';')) {
			lex_next(&r->lex);
			continue;
		}
		n = statement(r);
		if (n->n && tok_is(&n->t[0], "include") && !n->block) {
			include(r, n, end);
			continue;
		}
		**end = n;
		*end = &n->next;
	}
}

struct node *
parse_text(struct parse *p, const char *file, const char *text, size_t len)
{
	struct reading r = {.p = p};
	struct node *first = NULL, **end = &first;

	lex_init(&r.lex, p->m, file, text, len);
	for (;;) {
		statements(&r, &end);
		if (lex_peek(&r.lex)->kind == TOK_END)
			return first;
		report_lost(p->report, lex_peek(&r.lex)->at,
		    "}; no block is open here");
		lex_next(&r.lex);
	}
}

/* No blank before ",", none around ":" and inside of brackets. */
static bool
is_tight(const struct tok *before, const struct tok *t)
{
	static const char *const apart[] = {
	    "if", "elsif", "and", "or", "not", "switch"};

	if (tok_is_mark(t, '('))
		for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++)
			if (tok_is(before, apart[i]))
				return false;
	return (t->kind == TOK_MARK && strchr(",:)/", t->s[0])) ||
	       (before->kind == TOK_MARK && strchr(":(/", before->s[0])) ||
	       (tok_is_mark(t, '(') && before->kind == TOK_WORD) ||
	       (t->kind == TOK_MARK && strchr("=~", t->s[0]) &&
		   before->kind == TOK_MARK && strchr("!~", before->s[0]));
}

const char *
node_text(struct mem *m, const struct node *n, size_t from)
{
	struct buf b = {.m = m};

	for (size_t i = from; i < n->n && b.len < 100; i++) {
		bool text = n->t[i].kind == TOK_TEXT;

		if (i > from && !is_tight(&n->t[i - 1], &n->t[i]))
			buf_text(&b, " ");
		buf_text(&b, text ? "\"" : "");
		buf_add(&b, n->t[i].s, n->t[i].len < 60 ? n->t[i].len : 60);
		buf_text(&b, text ? "\"" : "");
	}
	if (b.len >= 100)
		buf_text(&b, " ...");
	return b.s ? b.s : "";
}
