/*
 * conf_index.c - the lookups: hash tables with open addressing over the
 * arrays of the configuration.
 *
 * A slot is 32 bits: the number of the element + 1.  The tables are at most
 * half full and are filled once, so a search ends soon at a free slot.  The
 * elements themselves are compared, so equal hash values do no harm.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"

bool
conf_hash_init(struct conf_hash *h, struct conf_arena *a, size_t n)
{
	size_t slots = 2;

	while (slots < n * 2)
		slots *= 2;
	h->slot = conf_alloc(a, slots * sizeof h->slot[0]);
	h->mask = (uint32_t)(slots - 1);
	return h->slot != NULL;
}

uint32_t
conf_hash_of(uint32_t seed, const void *data, size_t len)
{
	const uint8_t *b = data;
	uint32_t hash = 2166136261u ^ seed;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ b[i]) * 16777619u;
	return hash ^ hash >> 15;
}

uint32_t
conf_hash_chaddr(uint8_t htype, const uint8_t *chaddr, size_t hlen)
{
	return conf_hash_of(htype, chaddr, hlen);
}

void
conf_hash_put(struct conf_hash *h, uint32_t hash, uint32_t i)
{
	while (h->slot[hash & h->mask])
		hash++;
	h->slot[hash & h->mask] = i + 1;
}

bool
conf_host_has_chaddr(const struct conf_host *host, uint8_t htype,
    const uint8_t *chaddr, size_t hlen)
{
	for (size_t i = 0; i < host->nchaddr; i++) {
		const struct conf_hw *hw = &host->chaddr[i];

		if (hw->htype == htype && hw->hlen == hlen &&
		    memcmp(hw->addr, chaddr, hlen) == 0)
			return true;
	}
	return false;
}

const struct conf_host *
conf_host_by_chaddr(
    const struct conf *c, uint8_t htype, const uint8_t *chaddr, size_t hlen)
{
	const struct conf_hash *h = &c->index->chaddr;
	uint32_t at = conf_hash_chaddr(htype, chaddr, hlen), i;

	for (; (i = h->slot[at & h->mask]) != 0; at++)
		if (conf_host_has_chaddr(&c->host[i - 1], htype, chaddr, hlen))
			return &c->host[i - 1];
	return NULL;
}

const struct conf_host *
conf_host_by_client_id(const struct conf *c, const uint8_t *id, size_t len)
{
	const struct conf_hash *h = &c->index->client_id;
	uint32_t at = conf_hash_of(0, id, len), i;

	for (; (i = h->slot[at & h->mask]) != 0; at++) {
		const struct conf_host *host = &c->host[i - 1];

		if (host->client_id_len == len &&
		    memcmp(host->client_id, id, len) == 0)
			return host;
	}
	return NULL;
}

const struct conf_host *
conf_host_by_yiaddr(const struct conf *c, struct ip4 a)
{
	const struct conf_hash *h = &c->index->yiaddr;
	uint32_t at = conf_hash_of(0, &a.v, sizeof a.v), i;

	for (; (i = h->slot[at & h->mask]) != 0; at++) {
		const struct conf_host *host = &c->host[i - 1];

		for (size_t j = 0; j < host->nyiaddr; j++)
			if (host->yiaddr[j].v == a.v)
				return host;
	}
	return NULL;
}

const struct conf_mtftp *
conf_mtftp_by_file(const struct conf *c, const char *name)
{
	const struct conf_hash *h = &c->index->mtftp;
	uint32_t at = conf_hash_of(0, name, strlen(name)), i;

	for (; (i = h->slot[at & h->mask]) != 0; at++)
		if (strcmp(c->mtftp[i - 1].file, name) == 0)
			return &c->mtftp[i - 1];
	return NULL;
}

const struct conf_subnet *
conf_subnet_of(const struct conf *c, struct ip4 a)
{
	size_t lo = 0, hi = c->nsubnet;

	/* the last subnet whose net is not above a */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->subnet[mid].net.v <= a.v)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return NULL;
	if ((a.v & c->subnet[lo - 1].mask.v) != c->subnet[lo - 1].net.v)
		return NULL;
	return &c->subnet[lo - 1];
}

/* By the interface, those of one interface by their net. */
static int
by_interface(const void *va, const void *vb)
{
	const struct conf_subnet *a = *(const struct conf_subnet *const *)va;
	const struct conf_subnet *b = *(const struct conf_subnet *const *)vb;
	int d = strcmp(a->interface, b->interface);

	return d ? d : a->net.v < b->net.v ? -1 : a->net.v > b->net.v;
}

bool
conf_index_interfaces(struct conf *c)
{
	struct conf_index *x = c->index;
	size_t n = 0;

	for (size_t i = 0; i < c->nsubnet; i++)
		n += c->subnet[i].interface != NULL;
	if (n == 0)
		return true;
	x->on = conf_alloc(c->arena, n * sizeof *x->on);
	if (!x->on)
		return false;
	for (size_t i = 0; i < c->nsubnet; i++)
		if (c->subnet[i].interface)
			x->on[x->non++] = &c->subnet[i];
	qsort(x->on, x->non, sizeof *x->on, by_interface);
	return true;
}

const struct conf_subnet *
conf_subnet_on(const struct conf *c, const char *name)
{
	const struct conf_index *x = c->index;
	size_t lo = 0, hi = x->non;

	/* the first one that is not below */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(x->on[mid]->interface, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->non && strcmp(x->on[lo]->interface, name) == 0
		   ? x->on[lo]
		   : NULL;
}

/* Is the n-th [pool NAME] on the wire of s? */
static bool
is_on_wire(const struct conf_subnet *s, uint32_t n)
{
	size_t lo = 0, hi = s->nnamed;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->named[mid] < n)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->nnamed && s->named[lo] == n;
}

unsigned int
conf_pool_of(const struct conf *c, const struct conf_subnet *s,
    const struct conf_class *class, bool known)
{
	const size_t nclass = class ? class->npool : 0;
	const enum conf_clients who =
	    known ? CONF_CLIENTS_KNOWN : CONF_CLIENTS_UNKNOWN;

	/* two ascending lists: that of its class and that for any */
	for (size_t i = 0, j = 0;
	     s && s->nnamed && (i < nclass || j < c->nopen_pool);) {
		bool of_class =
		    i < nclass &&
		    (j == c->nopen_pool || class->pool[i] < c->open_pool[j]);
		uint32_t n = of_class ? class->pool[i++] : c->open_pool[j++];

		if ((c->pool[n].clients == CONF_CLIENTS_ALL ||
			c->pool[n].clients == who) &&
		    is_on_wire(s, n))
			return n + 1;
	}
	return 0;
}

bool
conf_in_ranges(const struct conf_range *r, size_t n, struct ip4 a)
{
	size_t lo = 0, hi = n;

	/* the first one that does not end below a */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r[mid].last.v < a.v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && r[lo].first.v <= a.v;
}

bool
conf_same_wire(const struct conf_subnet *a, const struct conf_subnet *b)
{
	return a && b && (a == b || (a->wire && a->wire == b->wire));
}

const struct conf_opt *
conf_params_opt(const struct conf_params *p, uint8_t code)
{
	for (size_t i = 0; i < p->nopt; i++)
		if (p->opt[i].code == code)
			return &p->opt[i];
	return NULL;
}
