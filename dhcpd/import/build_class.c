/*
 * build_class.c - classes, subclasses and "if".
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/build.h"

struct isc_class *
build_find_class(struct model *mo, const char *name)
{
	struct isc_class *c;

	for (c = mo->class; c; c = c->next)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* It stands for everyone, but what is said around it counts in it too. */
static struct isc_class *
add_class(
    struct model *mo, const char *name, struct scope *up, const struct node *n)
{
	struct isc_class *c = mem_alloc(mo->m, sizeof *c);

	c->name = name;
	c->scope = build_scope(mo, SCOPE_CLASS, up, n);
	c->scope->name = name;
	rules_init(&c->when, mo->m);
	*mo->class_last = c;
	mo->class_last = &c->next;
	return c;
}

void
build_class(struct model *mo, struct scope *s, const struct node *n)
{
	const struct tok *t = node_word(n, 1);
	struct isc_class *c;

	if (!n->block || n->n != 2 || t->kind == TOK_MARK) {
		build_lost(mo, n, "write class \"NAME\" { }");
		return;
	}
	c = build_find_class(mo, t->s);
	if (!c)
		c = add_class(mo, t->s, s, n);
	build_statements(mo, c->scope, n->first);
}

/* The class whose scope that is. */
static struct isc_class *
class_of(struct model *mo, const struct scope *s)
{
	struct isc_class *c;

	for (c = mo->class; c; c = c->next)
		if (c->scope == s)
			return c;
	return NULL;
}

/* A client identifier if there is one, else the hardware address. */
static bool
expr_is_pick(const struct expr *e)
{
	return e->op == EXPR_CALL && word_same(e->name, "pick-first-value");
}

/* The hardware address, whole or without its type, alone or if there is no
 * client identifier. */
static bool
is_hardware(const struct expr *e, bool *typed)
{
	*typed = e->op == EXPR_HARDWARE;
	if (*typed)
		return true;
	if (expr_is_pick(e))
		for (size_t i = 0; i < e->narg; i++)
			if (is_hardware(e->arg[i], typed))
				return true;
	return expr_is_call(e, "substring", 3) &&
	       e->arg[0]->op == EXPR_HARDWARE && e->arg[1]->op == EXPR_NUMBER &&
	       e->arg[1]->number == 1 && e->arg[2]->op == EXPR_NUMBER &&
	       e->arg[2]->number >= 6;
}

bool
build_is_hardware(const struct expr *e)
{
	bool typed;

	return is_hardware(e, &typed);
}

static void
match_if(struct model *mo, struct isc_class *c, const struct node *n)
{
	const char *why = NULL;
	size_t i = 2;
	struct expr *e = expr_read(&mo->options, n, &i, &why);

	c->has_when = true;
	if (e && i != n->n) {
		why = "words behind the condition; is a ; missing?";
		e = NULL;
	}
	c->lost = !e || !cond_from_expr(mo->m, e, &c->when, &why);
	if (c->lost)
		report_lost(mo->report, n->at, "class \"%s\", %s; %s", c->name,
		    node_text(mo->m, n, 0), why);
}

void
build_match(struct model *mo, struct scope *s, const struct node *n)
{
	struct isc_class *c = class_of(mo, s);
	const char *why = NULL;
	size_t i = 1;

	if (!c) {
		build_lost(mo, n, "it stands in no class");
		return;
	}
	if (tok_is(node_word(n, 1), "if")) {
		match_if(mo, c, n);
		return;
	}
	c->match = expr_read(&mo->options, n, &i, &why);
	if (!c->match || i != n->n) {
		c->match = NULL;
		c->lost = true;
		report_lost(mo->report, n->at, "class \"%s\", %s; %s", c->name,
		    node_text(mo->m, n, 0),
		    why ? why : "words behind it; is a ; missing?");
		return;
	}
	c->by_hardware = mo->macs_are_hosts && build_is_hardware(c->match);
}

/* Type 1, 6 and 8 have six bytes, infiniband's has more. */
static bool
is_address(const uint8_t *b, size_t len, bool typed)
{
	if (!typed)
		return len == 6;
	if (len < 2 || len > 17)
		return false;
	return b[0] == 32 ||
	       (len == 7 && (b[0] == 1 || b[0] == 6 || b[0] == 8));
}

/* A member of a list of hardware addresses: a host. */
static void
host_of_subclass(struct model *mo, struct isc_class *c, const struct node *n,
    const struct expr *value, struct scope *scope)
{
	struct isc_host *h;
	size_t len = 0;
	const uint8_t *b = expr_const(mo->m, value, &len);
	bool typed = true;

	(void)is_hardware(c->match, &typed);
	if (!b || (!is_address(b, len, typed) &&
		      (len < 2 || !expr_is_pick(c->match)))) {
		build_lost(mo, n, "that is no hardware address");
		return;
	}
	h = build_add_host(
	    mo, mem_printf(mo->m, "%s-%u", c->name, c->members), scope);
	scope->up = c->scope;
	scope->kind = SCOPE_HOST;
	if (!is_address(b, len, typed)) {
		h->client_id = b;
		h->client_id_len = len;
		return;
	}
	h->hw[0].htype = typed ? b[0] : 1;
	h->hw[0].hlen = (uint8_t)(len - typed);
	memcpy(h->hw[0].addr, b + typed, len - typed);
	h->nhw = 1;
}

/* A class of its own for one value. */
static void
class_of_subclass(struct model *mo, struct isc_class *c, const struct node *n,
    const struct expr *value)
{
	const char *why = NULL;
	struct isc_class *sub;
	struct rules when;

	if (!cond_from_match(mo->m, c->match, value, &when, &why)) {
		build_lost(mo, n, why);
		return;
	}
	sub = add_class(
	    mo, mem_printf(mo->m, "%s-%u", c->name, c->members), c->scope, n);
	sub->when = when;
	sub->has_when = true;
	build_statements(mo, sub->scope, n->first);
}

/* subclass "NAME" VALUE; or with a block */
void
build_subclass(struct model *mo, struct scope *s, const struct node *n)
{
	struct isc_class *c = build_find_class(mo, node_word(n, 1)->s);
	struct expr *value;
	const char *why = NULL;
	struct scope *scope;
	size_t i = 2;

	if (!c || n->n < 3) {
		build_lost(mo, n,
		    c ? "its value is missing" : "there is no such class");
		return;
	}
	if (!c->match) {
		if (!c->lost)
			build_lost(mo, n, "its class has no \"match VALUE\"");
		return;
	}
	value = expr_read(&mo->options, n, &i, &why);
	if (!value || i != n->n) {
		build_lost(mo, n, why ? why : "words behind its value");
		return;
	}
	c->members++;
	if (!c->by_hardware) {
		class_of_subclass(mo, c, n, value);
		return;
	}
	scope = build_scope(mo, SCOPE_HOST, s, n);
	host_of_subclass(mo, c, n, value, scope);
	build_statements(mo, scope, n->first);
}

/* vendor-class "X" { } and user-class "X" { } of ISC 2 */
void
build_old_class(struct model *mo, struct scope *s, const struct node *n)
{
	const struct tok *t = node_word(n, 1);
	struct cond cond = {.nvendor_class = 0};
	struct isc_class *c;

	if (!n->block || n->n != 2 || t->len == 0 || t->len > 254 ||
	    memchr(t->s, 0, t->len)) {
		build_lost(mo, n, "its text is missing");
		return;
	}
	if (tok_is(&n->t[0], "vendor-class"))
		cond.vendor_class[cond.nvendor_class++] = t->s;
	else
		cond.user_class[cond.nuser_class++] = t->s;
	c = add_class(mo, t->s, s, n);
	c->has_when = true;
	rules_add(&c->when, &(struct rule){.cond = cond, .value = 1});
	rules_add(&c->when, &(struct rule){.value = 0});
	build_statements(mo, c->scope, n->first);
}

/* ---- if ---- */

/* Is the node another way of the same "if"? */
static bool
goes_on(const struct node *n, const struct node *last)
{
	return n && (tok_is(node_word(n, 0), "elsif") ||
			(tok_is(node_word(n, 0), "else") &&
			    last->n > 1)); /* not behind "else" */
}

/* One way; false: what it asks cannot be asked. */
static bool
way(struct model *mo, struct scope *s, const struct node *n, struct branch *b)
{
	const char *why = "words behind the condition";
	size_t i = 1;
	struct expr *e;

	b->scope = build_scope(mo, SCOPE_BRANCH, s, n);
	rules_init(&b->when, mo->m);
	if (tok_is(node_word(n, 0), "else") && n->n == 1) {
		b->otherwise = true;
		return true;
	}
	if (tok_is(node_word(n, 0), "else") && tok_is(node_word(n, 1), "if"))
		i = 2;
	e = expr_read(&mo->options, n, &i, &why);
	if (e && i == n->n && cond_from_expr(mo->m, e, &b->when, &why))
		return true;
	build_lost(mo, n, why);
	return false;
}

const struct node *
build_if(struct model *mo, struct scope *s, const struct node *n)
{
	struct choice *c = mem_alloc(mo->m, sizeof *c);
	struct branch **last = &c->branch, *b;
	const struct node *end = n;

	c->at = n->at;
	c->order = ++mo->order;
	for (;; n = n->next) {
		b = mem_alloc(mo->m, sizeof *b);
		if (way(mo, s, n, b)) {
			*last = b;
			last = &b->next;
			build_statements(mo, b->scope, n->first);
		}
		end = n;
		if (!goes_on(n->next, n))
			break;
	}
	if (c->branch) {
		*s->choice_last = c;
		s->choice_last = &c->next;
	}
	return end;
}
