/*
 * lease_host.c - what is known of [host]s with addresses of their own.
 *
 * An array in the order of the addresses, made once from the configuration,
 * so that neither a boot storm nor a forger makes it longer.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "dhcpd/lease_host.h"

struct host_notes {
	const struct conf *c;
	size_t n, kept; /* kept: those in a class */
	struct host_note note[];
};

static int
by_addr(const void *va, const void *vb)
{
	const struct host_note *a = va, *b = vb;

	return a->addr.v < b->addr.v ? -1 : a->addr.v > b->addr.v;
}

struct host_notes *
host_notes_new(const struct conf *c)
{
	struct host_notes *hn;
	size_t n = 0, i, j;

	for (i = 0; i < c->nhost; i++)
		n += c->host[i].nyiaddr;
	hn = calloc(1, sizeof(*hn) + n * sizeof(hn->note[0]));
	if (!hn)
		return NULL;
	hn->c = c;
	for (i = 0; i < c->nhost; i++)
		for (j = 0; j < c->host[i].nyiaddr; j++) {
			hn->note[hn->n].host = (uint32_t)i;
			hn->note[hn->n++].addr = c->host[i].yiaddr[j];
		}
	qsort(hn->note, hn->n, sizeof(hn->note[0]), by_addr);
	return hn;
}

void
host_notes_free(struct host_notes *hn)
{
	free(hn);
}

static struct host_note *
find(struct host_notes *hn, struct ip4 a)
{
	size_t lo = 0, hi = hn ? hn->n : 0, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (hn->note[mid].addr.v == a.v)
			return &hn->note[mid];
		if (hn->note[mid].addr.v < a.v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void
set_class(struct host_notes *hn, struct host_note *n, uint16_t class)
{
	hn->kept += (class != 0);
	hn->kept -= (n->class != 0);
	n->class = class;
	n->heard = true;
}

static void
set_hw(struct host_note *n, const struct lease_key *k)
{
	size_t len = k->hlen;

	memset(&n->hw, 0, sizeof(n->hw));
	if (len > sizeof(n->hw.addr))
		len = 0;
	n->hw.htype = k->htype;
	n->hw.hlen = (uint8_t)len;
	memcpy(n->hw.addr, k->chaddr, len);
}

static bool
has_chaddr(const struct conf_host *h, const struct lease_key *k)
{
	return k->hlen <= sizeof(k->chaddr) &&
	       conf_host_has_chaddr(h, k->htype, k->chaddr, k->hlen);
}

/* A name that no line can have is as good as none. */
static uint16_t
class_to_write(const struct conf *c, uint16_t class)
{
	return class && lease_text_class_ok(c->class[class - 1].name) ? class
								      : 0;
}

struct host_note *
host_note_learn(struct host_notes *hn, struct ip4 a, const struct lease_key *k,
    int64_t now_s)
{
	struct host_note *n = find(hn, a);
	uint16_t class;

	if (!n)
		return NULL;
	class = class_to_write(hn->c, k->class);
	if (class == n->class && !n->unsure)
		return NULL;
	set_class(hn, n, class);
	set_hw(n, k);
	n->by_id = !has_chaddr(&hn->c->host[n->host], k);
	n->start_s = now_s;
	n->unsure = false;
	return n;
}

void
host_note_unsure(struct host_note *n)
{
	n->unsure = true;
}

void
host_note_record(const struct host_notes *hn, const struct host_note *n,
    struct lease_record *rec)
{
	const struct conf_host *h = &hn->c->host[n->host];
	size_t len = n->by_id ? h->client_id_len : 0;
	const char *class = n->class ? hn->c->class[n->class - 1].name : "";

	memset(rec, 0, sizeof(*rec));
	rec->state = LEASE_HOST;
	rec->addr = n->addr;
	rec->key.htype = n->hw.htype;
	rec->key.hlen = n->hw.hlen;
	memcpy(rec->key.chaddr, n->hw.addr, n->hw.hlen);
	if (len > sizeof(rec->id))
		len = sizeof(rec->id);
	if (len)
		memcpy(rec->id, h->client_id, len);
	rec->key.client_id = rec->id;
	rec->key.client_id_len = len;
	rec->start_s = n->start_s;
	rec->expires_s = LEASE_NEVER;
	memcpy(rec->class, class, strlen(class) + 1);
}

/* Is the machine that the record is of still that [host]? */
static bool
is_it(const struct conf_host *h, const struct lease_record *rec)
{
	if (!rec->key.client_id_len)
		return has_chaddr(h, &rec->key);
	return h->client_id && h->client_id_len == rec->key.client_id_len &&
	       memcmp(h->client_id, rec->id, h->client_id_len) == 0;
}

void
host_note_apply(
    struct host_notes *hn, const struct lease_record *rec, int64_t start_s)
{
	struct host_note *n = find(hn, rec->addr);

	if (!n || !is_it(&hn->c->host[n->host], rec))
		return;
	set_class(
	    hn, n, conf_class_place(hn->c->class, hn->c->nclass, rec->class));
	/* a class that is gone may come back with the next configuration */
	n->heard = n->class || !*rec->class;
	set_hw(n, &rec->key);
	n->by_id = rec->key.client_id_len != 0;
	n->start_s = start_s;
}

void
host_notes_move(struct host_notes *to, const struct host_notes *from)
{
	struct lease_record rec;
	struct host_note *n;
	size_t i;

	for (i = 0; i < from->n; i++) {
		if (!from->note[i].heard)
			continue;
		host_note_record(from, &from->note[i], &rec);
		host_note_apply(to, &rec, rec.start_s);
		n = find(to, rec.addr);
		if (n)
			n->unsure |= from->note[i].unsure;
	}
}

const struct host_note *
host_notes_next(const struct host_notes *hn, size_t *at, size_t *most)
{
	for (; hn && *at < hn->n && *most; --*most)
		if (hn->note[(*at)++].class)
			return &hn->note[*at - 1];
	return NULL;
}

size_t
host_notes_kept(const struct host_notes *hn)
{
	return hn ? hn->kept : 0;
}
