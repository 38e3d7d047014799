/*
 * build_net.c - subnets, shared networks, pools, ranges and who may use them.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/build.h"

/* ---- networks ---- */

/* 255.255.255.0 -> 24; false: its bits have a hole. */
static bool
mask_prefix(struct ip4 mask, unsigned int *prefix)
{
	for (*prefix = 0; *prefix <= 32; ++*prefix)
		if (ip4_mask(*prefix).v == mask.v)
			return true;
	return false;
}

static void
add_subnet(struct model *mo, struct scope *s, const struct node *n,
    struct ip4 net, unsigned int prefix)
{
	struct isc_subnet *sub = mem_alloc(mo->m, sizeof *sub);

	sub->net = net;
	sub->prefix = prefix;
	sub->scope = build_scope(mo, SCOPE_SUBNET, s, n);
	*mo->subnet_last = sub;
	mo->subnet_last = &sub->next;
	build_statements(mo, sub->scope, n->first);
}

static bool
inside(const struct scope *s, enum scope_kind kind)
{
	return scope_above(s, kind) != NULL;
}

void
build_subnet(struct model *mo, struct scope *s, const struct node *n)
{
	struct ip4 net, mask;
	unsigned int prefix;

	if (!n->block || n->n != 4 || !tok_is(node_word(n, 2), "netmask") ||
	    !ip4_parse(n->t[1].s, &net) || !ip4_parse(n->t[3].s, &mask))
		build_lost(mo, n, "write subnet A.B.C.D netmask E.F.G.H { }");
	else if (inside(s, SCOPE_SUBNET))
		build_lost(mo, n, "a subnet stands inside another");
	else if (!mask_prefix(mask, &prefix) || prefix == 0)
		build_lost(mo, n, "that mask makes no network");
	else if (net.v & ~mask.v)
		build_lost(mo, n,
		    "the address lies inside the network; write its first "
		    "one");
	else
		add_subnet(mo, s, n, net, prefix);
}

void
build_shared(struct model *mo, struct scope *s, const struct node *n)
{
	struct scope *shared;

	if (!n->block || inside(s, SCOPE_SUBNET) || inside(s, SCOPE_SHARED)) {
		build_lost(mo, n, "a shared network stands here in vain");
		return;
	}
	shared = build_scope(mo, SCOPE_SHARED, s, n);
	shared->name = node_word(n, 1)->s;
	build_statements(mo, shared, n->first);
}

void
build_interface(struct model *mo, struct scope *s, const struct node *n)
{
	const struct tok *t = node_word(n, 1);

	if (n->n != 2 || t->len == 0 || t->len > 15 ||
	    strpbrk(t->s, "/: \t\",;#"))
		build_lost(mo, n, "that is not the name of an interface");
	else if (s->kind == SCOPE_SUBNET || s->kind == SCOPE_SHARED)
		s->interface = t->s;
	else
		build_lost(mo, n, "write interface in the [subnet]s");
}

/* ---- ranges ---- */

static struct isc_pool *
pool_of(const struct model *mo, const struct scope *s)
{
	struct isc_pool *p;

	for (; s; s = s->up)
		for (p = mo->pool; s->kind == SCOPE_POOL && p; p = p->next)
			if (p->scope == s)
				return p;
	return NULL;
}

/* range [dynamic-bootp] A [B] */
void
build_range(struct model *mo, struct scope *s, const struct node *n)
{
	struct isc_range *r = mem_alloc(mo->m, sizeof *r);
	size_t i = 1;

	if (tok_is(node_word(n, 1), "dynamic-bootp")) {
		r->bootp = true;
		i++;
	}
	if (!ip4_parse(node_word(n, i)->s, &r->first) ||
	    (n->n > i + 1 && !ip4_parse(n->t[i + 1].s, &r->last)) ||
	    n->n > i + 2) {
		build_lost(mo, n, "write range A.B.C.D E.F.G.H");
		return;
	}
	if (n->n == i + 1)
		r->last = r->first;
	if (r->first.v > r->last.v) {
		struct ip4 a = r->first;

		r->first = r->last;
		r->last = a;
	}
	if (!inside(s, SCOPE_SUBNET) && !inside(s, SCOPE_SHARED)) {
		build_lost(mo, n, "it stands in no subnet");
		return;
	}
	r->scope = s;
	r->at = n->at;
	r->above = n->t[0].above;
	r->pool = pool_of(mo, s);
	r->bootp |= r->pool && !r->pool->no_bootp;
	*mo->range_last = r;
	mo->range_last = &r->next;
}

/* ---- who may have an address: allow, deny, ignore ---- */

/* Those that a pool's list names. */
enum who {
	WHO_NONE, /* not a list of a pool */
	WHO_KNOWN,
	WHO_UNKNOWN,
	WHO_ALL,
	WHO_MEMBERS, /* of a class */
	WHO_BOOTP,   /* dynamic bootp clients */
	WHO_OTHERS
};

static enum who
who_is_meant(const struct node *n)
{
	const struct tok *t = node_word(n, 1);

	if (tok_is(t, "known-clients") || tok_is(t, "known"))
		return WHO_KNOWN;
	if (tok_is(t, "unknown-clients") || tok_is(t, "unknown"))
		return WHO_UNKNOWN;
	if (tok_is(t, "all"))
		return WHO_ALL;
	if (tok_is(t, "members"))
		return WHO_MEMBERS;
	if (tok_is(t, "dynamic"))
		return WHO_BOOTP;
	if (tok_is(t, "authenticated") || tok_is(t, "unauthenticated") ||
	    tok_is(t, "after"))
		return WHO_OTHERS;
	return WHO_NONE;
}

/* members of "X", X a list of hardware addresses, which become hosts */
static bool
are_hosts(const struct model *mo, const struct node *n)
{
	return mo->macs_are_hosts && who_is_meant(n) == WHO_MEMBERS &&
	       build_is_mac_list(mo, n);
}

static bool
is_permit(const struct node *n, bool *allow)
{
	*allow = tok_is(node_word(n, 0), "allow");
	return (*allow || tok_is(node_word(n, 0), "deny") ||
		   tok_is(node_word(n, 0), "ignore")) &&
	       who_is_meant(n) != WHO_NONE;
}

/* What the lists of a pool name. */
struct named {
	bool any; /* something is allowed */
	bool known, unknown, all;
	bool bootp; /* and so BOOTP clients too: ISC gives them no class */
	bool no_known, no_unknown;
};

static void
add_class(struct model *mo, const struct node *n, const char **list, size_t *nl)
{
	if (n->n != 4 || !n->t[3].s)
		build_lost(mo, n, "write members of \"CLASS\"");
	else if (*nl == COND_LIST)
		build_lost(mo, n, "a pool names 16 classes at most");
	else
		list[(*nl)++] = n->t[3].s;
}

static void
take_allow(struct model *mo, struct isc_pool *pool, struct named *l,
    const struct node *n, enum who who)
{
	l->any = true;
	if (who == WHO_MEMBERS && !are_hosts(mo, n))
		add_class(mo, n, pool->allow, &pool->nallow);
	l->known |= who == WHO_KNOWN || are_hosts(mo, n);
	l->unknown |= who == WHO_UNKNOWN;
	l->all |= who == WHO_ALL;
	l->bootp |= who != WHO_MEMBERS && who != WHO_OTHERS;
}

static void
take_deny(struct model *mo, struct isc_pool *pool, struct named *l,
    const struct node *n, enum who who)
{
	if (who == WHO_MEMBERS && !are_hosts(mo, n))
		add_class(mo, n, pool->deny, &pool->ndeny);
	else if (who == WHO_OTHERS)
		build_lost(mo, n, "no [pool] asks for that");
	l->no_known |= who == WHO_KNOWN || are_hosts(mo, n);
	l->no_unknown |= who == WHO_UNKNOWN;
	pool->no_bootp |= who == WHO_BOOTP;
	pool->some_only |= who == WHO_ALL;
}

/* The lists of a pool, as ISC takes them together. */
static void
permits(struct model *mo, struct isc_pool *pool, const struct node *first)
{
	struct named l = {.any = false};
	bool allow;

	for (const struct node *n = first; n; n = n->next)
		if (is_permit(n, &allow))
			(allow ? take_allow : take_deny)(
			    mo, pool, &l, n, who_is_meant(n));
	pool->no_bootp |= l.any && !l.bootp;
	if (l.all || (l.known && l.unknown)) {
		pool->nallow = 0;
		l.any = l.known = l.unknown = false;
	}
	/* "or" of both, or of what no [pool] asks for */
	pool->some_only |= pool->nallow ? l.known || l.unknown
					: l.any && !l.known && !l.unknown;
	pool->some_only |=
	    (l.known || l.no_unknown) && (l.unknown || l.no_known);
	if (l.known || l.no_unknown)
		pool->clients = CONF_CLIENTS_KNOWN;
	else if (l.unknown || l.no_known)
		pool->clients = CONF_CLIENTS_UNKNOWN;
}

void
build_pool(struct model *mo, struct scope *s, const struct node *n)
{
	struct isc_pool *p;

	if (!n->block || n->n != 1 || inside(s, SCOPE_POOL) ||
	    (!inside(s, SCOPE_SUBNET) && !inside(s, SCOPE_SHARED))) {
		build_lost(mo, n, "a pool stands in a subnet");
		return;
	}
	p = mem_alloc(mo->m, sizeof *p);
	p->scope = build_scope(mo, SCOPE_POOL, s, n);
	*mo->pool_last = p;
	mo->pool_last = &p->next;
	permits(mo, p, n->first);
	build_statements(mo, p->scope, n->first);
}

/* allow, deny and ignore outside of pools, or of what is no pool's. */
static const struct {
	const char *word;
	const char *allow, *deny; /* NULL: nothing is lost by leaving it out */
} switches[] = {
    {"bootp", NULL,
	"BOOTP clients with a [host] are answered; write deny = yes in it"},
    {"duplicates", NULL,
	"a hardware address may hold an address for each of its identifiers"},
    {"declines", NULL, "an address that a client declines rests"},
    {"client-updates", NULL, NULL},
    {"leasequery",
	"write leasequery_from = ADDRESS in [dhcpd] for each that may ask",
	NULL},
};

static void
switch_other(struct model *mo, const struct node *n, bool allow)
{
	for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
		const char *why = allow ? switches[i].allow : switches[i].deny;

		if (!tok_is(node_word(n, 1), switches[i].word))
			continue;
		if (why)
			build_lost(mo, n, why);
		else
			build_left_out(mo, n, "dhcpd does so anyway");
		return;
	}
	build_lost(mo, n, "nothing of that kind can be allowed or denied");
}

void
build_permit(struct model *mo, struct scope *s, const struct node *n)
{
	bool allow = tok_is(node_word(n, 0), "allow");
	struct setting set = {.kind = SET_FLAG, .number = allow};
	enum who who = who_is_meant(n);

	if (s->kind == SCOPE_POOL && who != WHO_NONE)
		return; /* permits() */
	if (who == WHO_UNKNOWN) {
		set.key = SET_UNKNOWN;
	} else if (tok_is(node_word(n, 1), "booting")) {
		set.key = SET_BOOTING;
	} else {
		switch_other(mo, n, allow);
		return;
	}
	if (s->kind != SCOPE_BRANCH && s->kind != SCOPE_CLASS) {
		build_set(mo, s, n, &set);
	} else if (who == WHO_UNKNOWN) {
		build_lost(mo, n,
		    "no [class] asks whether a client has a [host]; write "
		    "deny_unknown = yes in [dhcpd] for all");
	} else {
		set.key = SET_DENY;
		set.number = !allow;
		build_set(mo, s, n, &set);
	}
}

void
build_authoritative(struct model *mo, struct scope *s, const struct node *n)
{
	struct setting set = {
	    .kind = SET_FLAG, .key = SET_AUTHORITATIVE, .number = 1};

	if (n->n > 1)
		build_lost(mo, n, "words behind it; is a ; missing?");
	build_set(mo, s, n, &set);
}

/* not authoritative; */
void
build_not(struct model *mo, struct scope *s, const struct node *n)
{
	struct setting set = {.kind = SET_FLAG, .key = SET_AUTHORITATIVE};

	if (n->n == 2 && tok_is(&n->t[1], "authoritative"))
		build_set(mo, s, n, &set);
	else
		build_lost(mo, n, "no such statement is known here");
}
