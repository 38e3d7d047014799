/*
 * build_macs.c - is a list of hardware addresses, "match hardware" and its
 * subclasses, a list of hosts?
 *
 * As [host]s such a list may be of any length.  But a [host] is a known client,
 * and at ISC a member of a class is not: where a pool or "deny unknown-clients"
 * asks who is known, or a pool asks for members and others would be known too,
 * the members are [class]es.  So the whole file is looked through first.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/build.h"

/* What the file speaks of. */
struct spoken {
	struct model *mo;
	size_t hosts, lists;
	bool known, of_members;
};

static bool
is_list(struct model *mo, const struct node *class)
{
	const char *why = NULL;
	struct expr *e;
	size_t i;

	for (const struct node *n = class->first; n; n = n->next) {
		i = 1;
		if (!tok_is(node_word(n, 0), "match") ||
		    tok_is(node_word(n, 1), "if"))
			continue;
		e = expr_read(&mo->options, n, &i, &why);
		if (e && i == n->n && build_is_hardware(e))
			return true;
	}
	return false;
}

static bool
is_permit(const struct node *n)
{
	return tok_is(node_word(n, 0), "allow") ||
	       tok_is(node_word(n, 0), "deny") ||
	       tok_is(node_word(n, 0), "ignore");
}

static bool
is_who(const struct tok *t)
{
	return tok_is(t, "known-clients") || tok_is(t, "known") ||
	       tok_is(t, "unknown-clients") || tok_is(t, "unknown");
}

bool
build_is_mac_list(const struct model *mo, const struct node *n)
{
	const char *name = node_word(n, 3)->s;

	return mo->mac_list && name && strcmp(name, mo->mac_list) == 0;
}

/* Classes: they may stand behind the pools that name them. */
static void
find_lists(struct spoken *sp, const struct node *first)
{
	for (const struct node *n = first; n; n = n->next) {
		if (tok_is(node_word(n, 0), "class") && is_list(sp->mo, n)) {
			sp->lists++;
			sp->mo->mac_list = node_word(n, 1)->s;
		}
		find_lists(sp, n->first);
	}
}

static void
find_others(struct spoken *sp, const struct node *first)
{
	for (const struct node *n = first; n; n = n->next) {
		const struct tok *what = node_word(n, 1);

		sp->hosts += tok_is(node_word(n, 0), "host") && n->block;
		if (is_permit(n)) {
			sp->known |= is_who(what);
			sp->of_members |=
			    tok_is(what, "members") &&
			    (sp->lists > 1 || build_is_mac_list(sp->mo, n));
		}
		find_others(sp, n->first);
	}
}

void
build_look_at_macs(struct model *mo, const struct node *tree)
{
	struct spoken sp = {.mo = mo};

	find_lists(&sp, tree);
	find_others(&sp, tree);
	mo->macs_are_hosts =
	    !sp.known && (!sp.of_members || (sp.lists == 1 && !sp.hosts));
}
