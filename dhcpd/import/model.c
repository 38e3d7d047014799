/*
 * model.c - lists of settings and scopes; see model.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcp_names.h"
#include "dhcpd/import/model.h"

const struct setting *
set_find(const struct setting *list, const char *key)
{
	for (; list; list = list->next)
		if (strcmp(list->key, key) == 0)
			return list;
	return NULL;
}

const char *
set_name(struct mem *m, const struct setting *s)
{
	const struct dhcp_name *name = dhcp_name_by_code(s->code);

	if (s->kind == SET_INNER)
		return mem_printf(
		    m, "option %s.%s", s->def->space->name, s->def->name);
	if (s->kind == SET_OPTION && name)
		return mem_printf(m, "option %s", name->name);
	if (s->kind == SET_OPTION)
		return mem_printf(m, "option %u", s->code);
	return s->key[0] == SET_HIDDEN ? s->key + 1 : s->key;
}

bool
set_same(const struct setting *a, const struct setting *b)
{
	return strcmp(a->key, b->key) == 0 && a->kind == b->kind &&
	       a->number == b->number && a->len == b->len &&
	       (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

struct setting *
set_with(struct mem *m, const struct setting *list, const struct setting *s)
{
	struct setting *first = NULL, **last = &first, *copy;
	bool there = false;

	for (;; list = list->next) {
		const struct setting *from = list ? list : s;

		if (list && strcmp(list->key, s->key) == 0) {
			from = s;
			there = true;
		}
		if (list || !there) {
			copy = mem_alloc(m, sizeof *copy);
			*copy = *from;
			copy->next = NULL;
			*last = copy;
			last = &copy->next;
		}
		if (!list)
			return first;
	}
}

struct setting *
set_without(struct mem *m, const struct setting *list, const char *key)
{
	struct setting *r = NULL;

	for (; list; list = list->next)
		if (strcmp(list->key, key) != 0)
			r = set_with(m, r, list);
	return r;
}

bool
set_lists_same(const struct setting *a, const struct setting *b)
{
	size_t na = 0, nb = 0;
	const struct setting *s, *t;

	for (s = b; s; s = s->next)
		nb++;
	for (s = a; s; s = s->next, na++) {
		t = set_find(b, s->key);
		if (!t || !set_same(s, t))
			return false;
	}
	return na == nb;
}

struct setting *
set_over(struct mem *m, const struct setting *list, const struct setting *over)
{
	struct setting *r = NULL;

	if (!over || !list) {
		list = over ? over : list;
		return list ? set_with(m, list, list) : NULL;
	}
	for (r = set_with(m, list, over); over->next; over = over->next)
		r = set_with(m, r, over->next);
	return r;
}

struct setting *
scope_settings(struct mem *m, const struct scope *s, const struct scope *top)
{
	struct setting *list = NULL;

	for (; s && s != top; s = s->up)
		list = set_over(m, s->set, list);
	return list;
}

const struct scope *
scope_above(const struct scope *s, enum scope_kind kind)
{
	while (s && s->kind != kind)
		s = s->up;
	return s;
}

const struct setting *
scope_find(const struct scope *s, const char *key)
{
	const struct setting *set = NULL;

	for (; s && !set; s = s->up)
		set = set_find(s->set, key);
	return set;
}
