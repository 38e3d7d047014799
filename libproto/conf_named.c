/*
 * conf_named.c - [pool NAME]: addresses for some clients only, by their class
 * or by whether they have a [host].
 *
 * The ranges are put among those of the subnets that they lie in, marked with
 * the number of the section, so that everything that is true of pools holds
 * for them; who may have them is looked up by conf_pool_of().
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"

bool
read_clients(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	static const char *const word[] = {[CONF_CLIENTS_ALL] = "all",
	    [CONF_CLIENTS_KNOWN] = "known",
	    [CONF_CLIENTS_UNKNOWN] = "unknown"};
	enum conf_clients *to = field;

	(void)k;
	for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
		if (strcmp(word[i], text) == 0) {
			*to = (enum conf_clients)i;
			return true;
		}
	return conf_bad(p,
	    "\"%.64s\" is nobody; write all, known (with a [host]) or unknown",
	    text);
}

void
conf_end_pool(struct conf_parse *p)
{
	struct conf_pool_lines lines = {
	    .range = conf_seen(p, "range"), .class = conf_seen(p, "class")};

	if (!lines.range)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "it has no addresses; write range = A - B");
	if (!lines.class && p->now.pool.clients == CONF_CLIENTS_ALL)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nothing says who gets its addresses; write class or "
		    "clients, or pool in the [subnet] for everybody");
	if (p->now.keep && (!conf_vec_add(&p->pool, &p->now.pool) ||
			       !conf_vec_add(&p->pool_lines, &lines)))
		(void)conf_nomem(p);
}

bool
conf_named_finish(struct conf_parse *p)
{
	p->c->npool = p->pool.n;
	p->c->pool = conf_vec_finish(&p->pool, p->arena);
	return !p->c->npool || p->c->pool || conf_nomem(p);
}

static const char *
pool_text(const struct conf_pool *a, char buf[static CONF_HOST_TEXT])
{
	(void)snprintf(buf, CONF_HOST_TEXT, "pool %s", a->name);
	return buf;
}

/* ---- whose they are ---- */

/* A pool that a class has; of classes: by the class, then the pool. */
struct pair {
	uint32_t of, pool;
};

static int
by_pair(const void *va, const void *vb)
{
	const struct pair *a = va, *b = vb;

	if (a->of != b->of)
		return a->of < b->of ? -1 : 1;
	return a->pool < b->pool ? -1 : a->pool > b->pool;
}

static void
add_pair(struct conf_parse *p, struct conf_vec *v, size_t of, size_t pool)
{
	struct pair pair = {(uint32_t)of, (uint32_t)pool};

	if (!conf_vec_add(v, &pair))
		(void)conf_nomem(p);
}

/* Sorted, each once.  Returns the number of those from `from` of one owner. */
static size_t
run(const struct conf_vec *v, size_t from)
{
	const struct pair *a = v->v;
	size_t n = 0;

	while (from + n < v->n && a[from + n].of == a[from].of)
		n++;
	return n;
}

/* The pools of n pairs, those that stand twice once. */
static size_t
list(struct conf_parse *p, const struct pair *a, size_t n, const uint32_t **ret)
{
	uint32_t *l = conf_alloc(p->arena, (n + 1) * sizeof *l);
	size_t m = 0;

	if (!l) {
		(void)conf_nomem(p);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (i == 0 || a[i].pool != a[i - 1].pool)
			l[m++] = a[i].pool;
	*ret = l;
	return m;
}

static void
sort(struct conf_vec *v)
{
	if (v->n)
		qsort(v->v, v->n, sizeof(struct pair), by_pair);
}

static size_t
class_by_name(const struct conf *c, const struct conf_hash *h, const char *name)
{
	uint32_t at = conf_hash_of(0, name, strlen(name)), i;

	for (; (i = h->slot[at & h->mask]) != 0; at++)
		if (strcmp(c->class[i - 1].name, name) == 0)
			return i - 1;
	return SIZE_MAX;
}

/* The classes that each pool names: pairs, and an error for each mistake. */
static void
find_classes(struct conf_parse *p, struct conf_vec *pairs)
{
	const struct conf_pool_lines *line = p->pool_lines.v;
	const struct conf *c = p->c;
	char text[CONF_HOST_TEXT];
	struct conf_hash h;

	if (!conf_hash_init(&h, p->arena, c->nclass)) {
		(void)conf_nomem(p);
		return;
	}
	for (size_t i = 0; i < c->nclass; i++)
		conf_hash_put(&h,
		    conf_hash_of(0, c->class[i].name, strlen(c->class[i].name)),
		    (uint32_t)i);
	for (size_t i = 0; i < c->npool; i++)
		for (size_t j = 0; j < c->pool[i].nclass_name; j++) {
			const char *name = c->pool[i].class_name[j];
			size_t k = class_by_name(c, &h, name);

			if (k != SIZE_MAX)
				add_pair(p, pairs, k, i);
			else
				conf_error_at(p, line[i].class,
				    pool_text(&c->pool[i], text), "class",
				    "there is no [class %s]; write one", name);
		}
}

static void
give_to_classes(struct conf_parse *p)
{
	struct conf_vec pairs = {.size = sizeof(struct pair)};
	struct conf_class *class = p->classes;
	const struct pair *a;

	find_classes(p, &pairs);
	sort(&pairs);
	a = pairs.v;
	for (size_t i = 0, n; i < pairs.n; i += n) {
		n = run(&pairs, i);
		class[a[i].of].npool = list(p, a + i, n, &class[a[i].of].pool);
	}
	free(pairs.v);
	pairs = (struct conf_vec){.size = sizeof(struct pair)};
	for (size_t i = 0; i < p->c->npool; i++)
		if (p->c->pool[i].nclass_name == 0)
			add_pair(p, &pairs, 0, i);
	p->c->nopen_pool = list(p, pairs.v, pairs.n, &p->c->open_pool);
	free(pairs.v);
}

/* ---- where they lie ---- */

/* The ranges of the pools to those of subnet i, which has `extra` more. */
static bool
append(struct conf_parse *p, size_t i, const struct conf_range *r, size_t extra)
{
	struct conf_subnet *s = &p->subnets[i];
	struct conf_range *all =
	    conf_alloc(p->arena, (s->npool + extra) * sizeof *all);

	if (!all)
		return conf_nomem(p);
	if (s->npool)
		memcpy(all, s->pool, s->npool * sizeof *all);
	memcpy(all + s->npool, r, extra * sizeof *all);
	s->pool = all;
	s->npool += extra;
	return true;
}

static int
by_first(const void *va, const void *vb)
{
	const struct conf_range *a = va, *b = vb;

	return a->first.v < b->first.v ? -1 : a->first.v > b->first.v;
}

/* All ranges of all pools that begin in a subnet, ascending. */
static void
collect(struct conf_parse *p, struct conf_vec *v)
{
	const struct conf_pool_lines *line = p->pool_lines.v;
	char text[CONF_HOST_TEXT], a[IP4_TEXT], net[CONF_SUBNET_TEXT];
	const struct conf *c = p->c;

	for (size_t i = 0; i < c->npool; i++)
		for (size_t j = 0; j < c->pool[i].nrange; j++) {
			struct conf_range r = c->pool[i].range[j];
			const struct conf_subnet *s =
			    conf_subnet_of(c, r.first);

			r.named = (uint32_t)i + 1;
			if (!s)
				conf_error_at(p, line[i].range,
				    pool_text(&c->pool[i], text), "range",
				    "%s is in no subnet; write a [subnet "
				    "A.B.C.D/N] for it",
				    ip4_text(r.first, a));
			else if (s->proxy)
				conf_error_at(p, line[i].range,
				    pool_text(&c->pool[i], text), "range",
				    "%s lies in [%s], where another server "
				    "gives the addresses (proxy); leave it out",
				    ip4_text(r.first, a),
				    conf_subnet_text(s, net));
			else if (!conf_vec_add(v, &r))
				(void)conf_nomem(p);
		}
	if (v->n)
		qsort(v->v, v->n, sizeof(struct conf_range), by_first);
}

void
conf_check_named(struct conf_parse *p)
{
	struct conf_vec all = {.size = sizeof(struct conf_range)};
	const struct conf_range *r;
	bool ok = true;

	if (!p->c->npool)
		return;
	give_to_classes(p);
	collect(p, &all);
	r = all.v;
	for (size_t i = 0, n; ok && i < all.n; i += n) {
		const struct conf_subnet *s = conf_subnet_of(p->c, r[i].first);

		for (n = 1; i + n < all.n &&
			    conf_subnet_of(p->c, r[i + n].first) == s;)
			n++;
		ok = append(p, (size_t)(s - p->c->subnet), r + i, n);
	}
	free(all.v);
}

void
conf_named_of_wires(struct conf_parse *p)
{
	struct conf_vec pairs = {.size = sizeof(struct pair)};
	const struct pair *a;

	for (size_t i = 0; p->c->npool && i < p->c->nsubnet; i++) {
		const struct conf_subnet *s = &p->subnets[i];

		for (size_t j = 0; j < s->npool; j++)
			if (s->pool[j].named)
				add_pair(p, &pairs, s->wire ? s->wire - 1 : i,
				    s->pool[j].named - 1);
	}
	sort(&pairs);
	a = pairs.v;
	for (size_t i = 0, n; i < pairs.n; i += n) {
		struct conf_subnet *s = &p->subnets[a[i].of];

		n = run(&pairs, i);
		s->nnamed = list(p, a + i, n, &s->named);
	}
	for (size_t i = 0; pairs.n && i < p->c->nsubnet; i++)
		if (p->subnets[i].wire) {
			const struct conf_subnet *first =
			    &p->subnets[p->subnets[i].wire - 1];

			p->subnets[i].named = first->named;
			p->subnets[i].nnamed = first->nnamed;
		}
	free(pairs.v);
}
