/*
 * conf_check_wire.c - shared networks: subnets that are on one wire.
 *
 * Each subnet learns the first one of its wire, so that a daemon tells by one
 * comparison whether an address suits a client.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_int.h"

/* The first subnet of the same name before i, or i itself. */
static size_t
first_of(const struct conf_parse *p, struct conf_hash *h, size_t i)
{
	const char *name = p->subnets[i].shared_network;
	uint32_t hash = conf_hash_of(0, name, strlen(name)), at = hash, other;

	for (; (other = h->slot[at & h->mask]) != 0; at++)
		if (strcmp(p->subnets[other - 1].shared_network, name) == 0)
			return other - 1;
	conf_hash_put(h, hash, (uint32_t)i);
	return i;
}

/* One wire is on one interface. */
static void
check_interface(struct conf_parse *p, size_t first, size_t i)
{
	struct conf_subnet *a = &p->subnets[first], *b = &p->subnets[i];
	char text[CONF_SUBNET_TEXT], other[CONF_SUBNET_TEXT];

	if (!a->interface)
		a->interface = b->interface;
	else if (b->interface && strcmp(a->interface, b->interface) != 0)
		conf_error_at(p, p->subnet_lines[i].interface_line,
		    conf_subnet_text(b, text), "interface",
		    "it shares its network with [%s], which is on %s; write "
		    "the same, or leave one out",
		    conf_subnet_text(a, other), a->interface);
}

/* Has it a pool for all clients? */
static bool
has_own(const struct conf_subnet *s)
{
	for (size_t i = 0; i < s->npool; i++)
		if (!s->pool[i].named)
			return true;
	return false;
}

/* BOOTP clients take any pool of the wire, or none. */
static void
check_bootp(struct conf_parse *p, size_t first, size_t i)
{
	struct conf_subnet *a = &p->subnets[first], *b = &p->subnets[i];
	char text[CONF_SUBNET_TEXT], other[CONF_SUBNET_TEXT];
	const struct conf_subnet_read *read = p->subnet_lines;
	unsigned int line = read[i].bootp_pool_line;

	if (a->wire_pool && has_own(b) && a->bootp_pool != b->bootp_pool)
		conf_error_at(p, line ? line : read[i].pool_line,
		    conf_subnet_text(b, text), "bootp_pool",
		    "it is not that of [%s], which shares its network; write "
		    "the same for both",
		    conf_subnet_text(a, other));
	if (has_own(b))
		a->bootp_pool = b->bootp_pool;
	a->wire_pool |= has_own(b);
}

/* Who gives the addresses on a wire? */
static void
check_proxy(struct conf_parse *p, size_t first, size_t i)
{
	const struct conf_subnet *a = &p->subnets[first], *b = &p->subnets[i];
	char text[CONF_SUBNET_TEXT], other[CONF_SUBNET_TEXT];

	if (a->proxy != b->proxy)
		conf_error_at(p, p->subnet_lines[i].wire_line,
		    conf_subnet_text(b, text), "proxy",
		    "it is not that of [%s], which shares its network; write "
		    "the same for both",
		    conf_subnet_text(a, other));
}

/* What the first one of a wire has collected is true for all of it. */
static void
spread(struct conf_parse *p, size_t i)
{
	struct conf_subnet *s = &p->subnets[i];
	const struct conf_subnet *first = &p->subnets[s->wire - 1];

	s->interface = first->interface;
	s->bootp_pool = first->bootp_pool;
	s->wire_pool = first->wire_pool;
}

void
conf_check_wires(struct conf_parse *p)
{
	size_t n = p->c->nsubnet;
	struct conf_hash h;

	if (!conf_hash_init(&h, p->arena, n)) {
		(void)conf_nomem(p);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct conf_subnet *s = &p->subnets[i];
		size_t first = s->shared_network ? first_of(p, &h, i) : i;

		s->wire_pool = has_own(s);
		if (!s->shared_network)
			continue;
		s->wire = (uint32_t)first + 1;
		if (first != i) {
			check_interface(p, first, i);
			check_bootp(p, first, i);
			check_proxy(p, first, i);
		}
	}
	for (size_t i = 0; i < n; i++)
		if (p->subnets[i].wire)
			spread(p, i);
}
