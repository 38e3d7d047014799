/*
 * build.c - the tree of statements becomes the model: the walk through it.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/build.h"

const struct tok *
node_word(const struct node *n, size_t i)
{
	static const struct tok none = {.kind = TOK_END, .s = ""};

	return i < n->n ? &n->t[i] : &none;
}

void
build_lost(struct model *mo, const struct node *n, const char *why)
{
	report_lost(mo->report, n->at, "%s; %s", node_text(mo->m, n, 0), why);
}

void
build_left_out(struct model *mo, const struct node *n, const char *why)
{
	report_left_out(mo->report, n->at, "%s; nothing is lost: %s",
	    node_text(mo->m, n, 0), why);
}

struct scope *
build_scope(struct model *mo, enum scope_kind kind, struct scope *up,
    const struct node *n)
{
	struct scope *s = mem_alloc(mo->m, sizeof *s);

	s->kind = kind;
	s->up = up;
	s->choice_last = &s->choice;
	s->next = mo->scopes;
	mo->scopes = s;
	if (n) {
		s->at = n->at;
		s->above = n->n ? n->t[0].above : NULL;
	}
	return s;
}

void
build_set(struct model *mo, struct scope *s, const struct node *n,
    const struct setting *set)
{
	struct setting **p = &s->set, *copy = mem_alloc(mo->m, sizeof *copy);

	if (set->kind == SET_FLAG && set->key[0] == SET_HIDDEN &&
	    (s->kind == SCOPE_CLASS || s->kind == SCOPE_BRANCH)) {
		build_lost(mo, n, "no [class] decides about that");
		return;
	}
	*copy = *set;
	copy->at = n->at;
	copy->above = n->n ? n->t[0].above : NULL;
	copy->order = ++mo->order;
	for (copy->scope = s; copy->scope->kind == SCOPE_BRANCH;)
		copy->scope = copy->scope->up;
	while (*p && strcmp((*p)->key, set->key) != 0)
		p = &(*p)->next;
	copy->next = *p ? (*p)->next : NULL;
	*p = copy;
}

/* Statements that are only known by their first word. */
static void
unknown(struct model *mo, const struct node *n)
{
	build_lost(mo, n, "no such statement is known here");
}

void
build_statements(struct model *mo, struct scope *s, const struct node *first)
{
	const struct node *n;

	for (n = first; n; n = n->next) {
		if (tok_is(node_word(n, 0), "if"))
			n = build_if(mo, s, n);
		else if (!params_statement(mo, s, n))
			unknown(mo, n);
	}
}

void
model_build(
    struct model *mo, struct mem *m, struct report *r, const struct node *tree)
{
	*mo = (struct model){.m = m, .report = r};
	mo->subnet_last = &mo->subnet;
	mo->range_last = &mo->range;
	mo->pool_last = &mo->pool;
	mo->host_last = &mo->host;
	mo->class_last = &mo->class;
	options_init(&mo->options, m, r);
	mo->global = build_scope(mo, SCOPE_GLOBAL, NULL, NULL);
	build_look_at_macs(mo, tree);
	build_statements(mo, mo->global, tree);
}
