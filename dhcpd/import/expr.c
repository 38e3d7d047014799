/*
 * expr.c - ISC's expressions; see expr.h.
 *
 *	or := and { "or" and }      and := not { "and" not }
 *	not := "not" not | compare  compare := value [ = != ~= ~~ value ]
 *
 * Boolean and data expressions are read by one grammar: what makes no sense
 * is found when it is used.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/expr.h"
#include "wire.h"

enum {
	DEPTH = 64
};

struct reading {
	struct options *o;
	const struct node *n;
	size_t i;
	unsigned int depth;
	const char *why;
};

static struct expr *or_expr(struct reading *r);

static const struct tok *
now(const struct reading *r)
{
	static const struct tok none = {.kind = TOK_END, .s = ""};

	return r->i < r->n->n ? &r->n->t[r->i] : &none;
}

static bool
takes_mark(struct reading *r, char c)
{
	if (!tok_is_mark(now(r), c))
		return false;
	r->i++;
	return true;
}

static bool
takes(struct reading *r, const char *w)
{
	if (!tok_is(now(r), w))
		return false;
	r->i++;
	return true;
}

static struct expr *
wrong(struct reading *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return NULL;
}

static struct expr *
new_expr(struct reading *r, enum expr_op op)
{
	struct expr *e = mem_alloc(r->o->m, sizeof *e);

	e->op = op;
	return e;
}

static struct expr *
two(struct reading *r, enum expr_op op, struct expr *a, struct expr *b)
{
	struct expr *e;

	if (!a || !b)
		return NULL;
	e = new_expr(r, op);
	e->arg[0] = a;
	e->arg[1] = b;
	e->narg = 2;
	return e;
}

/* The name of an option behind "option" or "exists". */
static struct expr *
option(struct reading *r, enum expr_op op)
{
	struct expr *e;

	(void)takes(r, "option");
	if (now(r)->kind != TOK_WORD)
		return wrong(r, "the name of an option is missing");
	e = new_expr(r, op);
	e->name = now(r)->s;
	e->opt = options_find(r->o, e->name);
	r->i++;
	return e;
}

static struct expr *
constant(struct reading *r, const void *data, size_t len)
{
	struct expr *e = new_expr(r, EXPR_CONST);

	e->data = (const uint8_t *)mem_dup(r->o->m, data, len);
	e->len = len;
	return e;
}

/* A number, or hex bytes when ":" follows (01:02) or a lone hex word does. */
static struct expr *
number_or_bytes(struct reading *r)
{
	uint8_t buf[OPTION_VALUE];
	struct expr *e;
	uint64_t n = 0;
	size_t len, i = r->i;
	bool number = isc_number(now(r), &n);

	len = isc_hex(r->n, &i, buf, sizeof buf);
	if (len == 0 && !number)
		return NULL;
	if (len == 0)
		i = r->i + 1;
	r->i = i;
	e = constant(r, buf, len);
	if (number && len <= 1) {
		e->op = EXPR_NUMBER;
		e->number = n;
	}
	return e;
}

/* name(a, b, ...) or a word alone. */
static struct expr *
call(struct reading *r)
{
	struct expr *e = new_expr(r, EXPR_CALL), *a;

	e->name = now(r)->s;
	r->i++;
	if (!takes_mark(r, '('))
		return e;
	while (!takes_mark(r, ')')) {
		if (e->narg == EXPR_ARGS)
			return wrong(r, "it has too many arguments");
		if (e->narg && !takes_mark(r, ','))
			return wrong(r, "a ) is missing");
		a = or_expr(r);
		if (!a)
			return NULL;
		e->arg[e->narg++] = a;
	}
	return e;
}

static struct expr *
primary(struct reading *r)
{
	const struct tok *t = now(r);
	struct expr *e;

	if (takes_mark(r, '(')) {
		e = or_expr(r);
		if (e && !takes_mark(r, ')'))
			return wrong(r, "a ) is missing");
		return e;
	}
	if (t->kind == TOK_TEXT) {
		r->i++;
		return constant(r, t->s, t->len);
	}
	if (t->kind != TOK_WORD)
		return wrong(r, "the expression is not complete");
	if (tok_is(t, "option") || tok_is(t, "config-option")) {
		r->i++;
		e = option(r, EXPR_OPTION);
		if (e && tok_is(t, "config-option"))
			e->opt = NULL;
		return e;
	}
	if (takes(r, "exists"))
		return option(r, EXPR_EXISTS);
	if (takes(r, "hardware"))
		return new_expr(r, EXPR_HARDWARE);
	if (takes(r, "known"))
		return new_expr(r, EXPR_KNOWN);
	if (takes(r, "true"))
		return new_expr(r, EXPR_TRUE);
	e = number_or_bytes(r);
	return e ? e : call(r);
}

/* = != ~= ~~ */
static bool
comparison(struct reading *r, enum expr_op *op)
{
	size_t i = r->i;

	if (takes_mark(r, '=')) {
		*op = EXPR_EQUAL;
		return true;
	}
	if (takes_mark(r, '!') && takes_mark(r, '=')) {
		*op = EXPR_UNEQUAL;
		return true;
	}
	r->i = i;
	if (takes_mark(r, '~') && (takes_mark(r, '=') || takes_mark(r, '~'))) {
		*op = EXPR_MATCHES;
		return true;
	}
	r->i = i;
	return false;
}

static struct expr *
compare(struct reading *r)
{
	struct expr *a = primary(r);
	enum expr_op op = EXPR_EQUAL;

	if (!a || !comparison(r, &op))
		return a;
	return two(r, op, a, primary(r));
}

static struct expr *
not_expr(struct reading *r)
{
	struct expr *e, *a;

	if (!takes(r, "not"))
		return compare(r);
	if (r->depth == DEPTH)
		return wrong(r, "it is nested too deep");
	r->depth++;
	a = not_expr(r);
	r->depth--;
	if (!a)
		return NULL;
	e = new_expr(r, EXPR_NOT);
	e->arg[0] = a;
	e->narg = 1;
	return e;
}

static struct expr *
and_expr(struct reading *r)
{
	struct expr *e = not_expr(r);

	while (e && takes(r, "and"))
		e = two(r, EXPR_AND, e, not_expr(r));
	return e;
}

static struct expr *
or_expr(struct reading *r)
{
	struct expr *e;

	if (r->depth == DEPTH)
		return wrong(r, "it is nested too deep");
	r->depth++;
	e = and_expr(r);
	while (e && takes(r, "or"))
		e = two(r, EXPR_OR, e, and_expr(r));
	r->depth--;
	return e;
}

struct expr *
expr_read(struct options *o, const struct node *n, size_t *i, const char **why)
{
	struct reading r = {.o = o, .n = n, .i = *i};
	struct expr *e = or_expr(&r);

	if (!e) {
		*why = r.why ? r.why : "the expression is not complete";
		return NULL;
	}
	*i = r.i;
	return e;
}

bool
expr_is_call(const struct expr *e, const char *name, size_t narg)
{
	return e->op == EXPR_CALL && word_same(e->name, name) &&
	       e->narg == narg;
}

/* ---- values that do not depend on the client ---- */

static bool
add_const(struct mem *m, struct buf *b, const struct expr *e)
{
	size_t len = 0;
	const uint8_t *data = expr_const(m, e, &len);

	if (data)
		buf_add(b, data, len);
	return data != NULL;
}

static const uint8_t *
const_concat(struct mem *m, const struct expr *e, size_t *len)
{
	struct buf b = {.m = m};

	for (size_t i = 0; i < e->narg; i++)
		if (!add_const(m, &b, e->arg[i]) || b.len > OPTION_VALUE)
			return NULL;
	*len = b.len;
	return (const uint8_t *)(b.s ? b.s : "");
}

/* encode-int(NUMBER, WIDTH) */
static const uint8_t *
const_encode(struct mem *m, const struct expr *e, size_t *len)
{
	uint64_t bits = e->arg[1]->number, n = e->arg[0]->number;
	uint8_t *p;

	if (e->arg[0]->op != EXPR_NUMBER || e->arg[1]->op != EXPR_NUMBER ||
	    (bits != 8 && bits != 16 && bits != 32))
		return NULL;
	*len = (size_t)bits / 8;
	p = mem_alloc(m, *len);
	for (size_t i = 0; i < *len; i++)
		p[i] = (uint8_t)(n >> (bits - 8 - 8 * i));
	return p;
}

const uint8_t *
expr_const(struct mem *m, const struct expr *e, size_t *len)
{
	if (e->op == EXPR_CONST || (e->op == EXPR_NUMBER && e->len)) {
		*len = e->len;
		return e->data;
	}
	if (e->op != EXPR_CALL)
		return NULL;
	if (word_same(e->name, "concat"))
		return const_concat(m, e, len);
	if (expr_is_call(e, "encode-int", 2))
		return const_encode(m, e, len);
	return NULL;
}
