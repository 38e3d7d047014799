/*
 * conf_check_pool.c - pools: inside their subnet, apart from each other, and
 * without the addresses of hosts.
 *
 * A host's address may lie inside a pool: it is taken out of it here, once,
 * so that no daemon has to think of it.  What is left is ascending.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"

/* All addresses of hosts, ascending. */
struct taken {
	uint32_t *a;
	size_t n;
};

static int
by_number(const void *va, const void *vb)
{
	uint32_t a = *(const uint32_t *)va, b = *(const uint32_t *)vb;

	return a < b ? -1 : a > b;
}

static bool
collect(struct conf_parse *p, struct taken *t)
{
	const struct conf *c = p->c;
	size_t n = 0;

	for (size_t i = 0; i < c->nhost; i++)
		n += c->host[i].nyiaddr;
	t->n = n;
	t->a = calloc(n + 1, sizeof t->a[0]);
	if (!t->a)
		return conf_nomem(p);
	n = 0;
	for (size_t i = 0; i < c->nhost; i++)
		for (size_t j = 0; j < c->host[i].nyiaddr; j++)
			t->a[n++] = c->host[i].yiaddr[j].v;
	qsort(t->a, n, sizeof t->a[0], by_number);
	return true;
}

/* The first of the taken addresses that is not below a. */
static size_t
first_from(const struct taken *t, uint32_t a)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->a[mid] < a)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The range without the taken addresses, to out. */
static bool
take_out(
    const struct taken *t, const struct conf_range *r, struct conf_vec *out)
{
	struct conf_range left = *r;
	size_t i = first_from(t, r->first.v);

	for (; i < t->n && t->a[i] <= r->last.v; i++) {
		struct conf_range part = {
		    left.first, {t->a[i] - 1}, left.named};

		if (t->a[i] > left.first.v && !conf_vec_add(out, &part))
			return false;
		left.first.v = t->a[i] + 1;
		if (t->a[i] == r->last.v)
			return true;
	}
	return conf_vec_add(out, &left);
}

static int
by_first(const void *va, const void *vb)
{
	const struct conf_range *a = va, *b = vb;

	if (a->first.v != b->first.v)
		return a->first.v < b->first.v ? -1 : 1;
	return a->last.v < b->last.v ? -1 : a->last.v > b->last.v;
}

/* Where a range stands in the file, for messages. */
struct place {
	char section[CONF_HOST_TEXT];
	const char *key;
	unsigned int line;
};

static struct place
place_of(const struct conf_parse *p, const struct conf_subnet_read *read,
    const struct conf_range *r)
{
	const struct conf_pool_lines *lines = p->pool_lines.v;
	struct place at = {.key = "pool", .line = read->pool_line};

	if (r->named) {
		at.key = "range";
		at.line = lines[r->named - 1].range;
		(void)snprintf(at.section, sizeof at.section, "pool %s",
		    p->c->pool[r->named - 1].name);
	} else {
		(void)conf_subnet_text(&read->subnet, at.section);
	}
	return at;
}

/* One range against its subnet and the range before it. */
static bool
check_range(struct conf_parse *p, const struct conf_subnet_read *read,
    const struct conf_range *r, const struct conf_range *before)
{
	const struct conf_subnet *s = &read->subnet;
	const struct place at = place_of(p, read, r);
	char a[IP4_TEXT], b[IP4_TEXT], c[IP4_TEXT];

	(void)ip4_text(r->first, a);
	(void)ip4_text(r->last, b);
	if (r->first.v < s->net.v || r->last.v > conf_subnet_last(s).v) {
		conf_error_at(p, at.line, at.section, at.key,
		    "%s - %s is not inside the subnet; choose addresses of "
		    "it",
		    a, b);
		return false;
	}
	if (conf_subnet_edge(s, r->first) || conf_subnet_edge(s, r->last)) {
		conf_error_at(p, at.line, at.section, at.key,
		    "%s - %s holds the network or broadcast address; leave "
		    "it out",
		    a, b);
		return false;
	}
	if (before && r->first.v <= before->last.v) {
		conf_error_at(p, at.line, at.section, at.key,
		    "%s - %s overlaps the range that begins with %s; an "
		    "address stands in one range",
		    a, b, ip4_text(before->first, c));
		return false;
	}
	return true;
}

/* Addresses that clients are told to talk to cannot be given away. */
static void
check_servers(struct conf_parse *p, const struct conf_subnet_read *read,
    const struct conf_range *r)
{
	const struct conf_params *params = &read->subnet.params;
	const struct conf_opt *routers = conf_params_opt(params, 3);
	const struct place at = place_of(p, read, r);
	char text[IP4_TEXT];

	for (size_t i = 0; routers && i + 4 <= routers->len; i += 4) {
		const uint8_t *b = routers->data + i;
		struct ip4 a = {(uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
				(uint32_t)b[2] << 8 | b[3]};

		if (a.v >= r->first.v && a.v <= r->last.v)
			conf_error_at(p, at.line, at.section, at.key,
			    "it holds %s, the subnet's router; leave it out",
			    ip4_text(a, text));
	}
	if ((params->set & CONF_HAS_NEXT_SERVER) &&
	    params->next_server.v >= r->first.v &&
	    params->next_server.v <= r->last.v)
		conf_error_at(p, at.line, at.section, at.key,
		    "it holds %s, the subnet's next_server; leave it out",
		    ip4_text(params->next_server, text));
}

/* The ranges of one subnet: checked, then stored without hosts. */
static bool
check_pool(
    struct conf_parse *p, size_t i, const struct taken *t, uint64_t *naddr)
{
	const struct conf_subnet_read *read = &p->subnet_lines[i];
	struct conf_subnet *s = &p->subnets[i];
	struct conf_vec out = {.size = sizeof(struct conf_range)};
	size_t size = s->npool * sizeof(struct conf_range);
	struct conf_range *r = malloc(size);
	bool ok = r != NULL;

	if (!r)
		return conf_nomem(p);
	memcpy(r, s->pool, size);
	qsort(r, s->npool, sizeof *r, by_first);
	for (size_t j = 0; ok && j < s->npool; j++) {
		if (!check_range(p, read, &r[j], j ? &r[j - 1] : NULL))
			continue;
		check_servers(p, read, &r[j]);
		ok = take_out(t, &r[j], &out);
	}
	free(r);
	s->npool = out.n;
	s->pool = NULL;
	for (size_t j = 0; ok && j < out.n; j++) {
		const struct conf_range *left = out.v;

		*naddr += left[j].last.v - left[j].first.v + 1;
	}
	if (out.n)
		s->pool = conf_vec_finish(&out, p->arena);
	return (ok && (s->pool || !out.n)) || conf_nomem(p);
}

/* The pool that takes more addresses than there may be leases. */
static void
too_many(struct conf_parse *p, size_t i, uint64_t naddr)
{
	const struct conf_subnet *s = &p->subnets[i];
	const struct place at =
	    place_of(p, &p->subnet_lines[i], &s->pool[s->npool - 1]);

	conf_error_at(p, at.line, at.section, at.key,
	    "with it the pools hold %llu addresses; make them smaller, or "
	    "raise max_leases of [dhcpd], which is %u",
	    (unsigned long long)naddr, p->c->dhcpd.max_leases);
}

void
conf_check_pools(struct conf_parse *p)
{
	uint64_t naddr = 0, max = p->c->dhcpd.max_leases, before;
	char net[CONF_SUBNET_TEXT];
	struct taken t;

	if (!collect(p, &t))
		return;
	for (size_t i = 0; i < p->c->nsubnet; i++) {
		const struct conf_subnet_read *read = &p->subnet_lines[i];
		const struct conf_subnet *s = &p->subnets[i];

		before = naddr;
		if (s->npool && !check_pool(p, i, &t, &naddr))
			break;
		if (before <= max && naddr > max)
			too_many(p, i, naddr);
		if (s->bootp_pool && !read->pool_line && !s->npool)
			conf_error_at(p, read->bootp_pool_line,
			    conf_subnet_text(s, net), "bootp_pool",
			    "there is no pool; write pool = A - B, or no");
	}
	free(t.a);
}
