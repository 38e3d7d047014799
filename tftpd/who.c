/*
 * who.c - from a client's address to what is known about it; see who.h.
 *
 * Entries lie in one array; a hash table with open addressing, at most half
 * full, has their numbers.  Both double until the bound that was given.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tftpd/hash.h"
#include "tftpd/who.h"

enum {
	ETHERNET = 1, /* htype */
	FIRST = 256   /* entries that memory is taken for at first */
};

struct entry {
	union {
		int64_t expires_s; /* of a lease: wall clock; LEASE_NEVER */
		uint64_t id; /* of a host: hash of its client identifier */
	};
	struct ip4 addr;
	bool bound;
	uint8_t age; /* of the journal that named it last */
	struct conf_hw hw;
	uint64_t class; /* hash of the name; 0: none */
};

struct table {
	struct entry *entry;
	size_t n, room, max;
	uint32_t *slot; /* number of the entry + 1; 0: free */
	uint32_t mask;
};

/* An address can have a lease of before and a [host] of now, or the other way
 * round: neither hides the other. */
struct who_book {
	struct table lease, host;
	uint8_t age;
};

struct who_book *
who_new(size_t max)
{
	struct who_book *b = calloc(1, sizeof *b);

	if (b) {
		b->lease.max = max;
		b->host.max = WHO_HOSTS;
	}
	return b;
}

void
who_free(struct who_book *b)
{
	if (!b)
		return;
	free(b->lease.entry);
	free(b->lease.slot);
	free(b->host.entry);
	free(b->host.slot);
	free(b);
}

size_t
who_count(const struct who_book *b)
{
	return b->lease.n + b->host.n;
}

/* Knuth's multiplicative hash: neighbours in a pool fall apart. */
static uint32_t
hash_of(struct ip4 a)
{
	uint32_t h = a.v * 2654435761u;

	return h ^ h >> 15;
}

/* Never 0. */
static uint64_t
hash_of_bytes(const void *p, size_t len)
{
	return hash_more(HASH_FIRST, p, len) | 1;
}

static uint64_t
hash_of_name(const char *s)
{
	return hash_of_bytes(s, strlen(s));
}

/* The slot of an address, or the free one where it would be. */
static uint32_t *
slot_of(const struct table *b, struct ip4 a)
{
	uint32_t at = hash_of(a);

	for (;; at++) {
		uint32_t *s = &b->slot[at & b->mask];

		if (*s == 0 || b->entry[*s - 1].addr.v == a.v)
			return s;
	}
}

static void
index_all(struct table *b)
{
	memset(b->slot, 0, ((size_t)b->mask + 1) * sizeof *b->slot);
	for (size_t i = 0; i < b->n; i++)
		*slot_of(b, b->entry[i].addr) = (uint32_t)i + 1;
}

/* Room for one more; false: the bound, or no memory. */
static bool
grow(struct table *b)
{
	size_t room = b->room ? b->room * 2 : FIRST, slots = 2;
	struct entry *entry;
	uint32_t *slot;

	if (room > b->max)
		room = b->max;
	if (room <= b->n)
		return false;
	while (slots < room * 2)
		slots *= 2;
	entry = realloc(b->entry, room * sizeof *entry);
	if (!entry)
		return false;
	b->entry = entry;
	slot = realloc(b->slot, slots * sizeof *slot);
	if (!slot)
		return false;
	b->slot = slot;
	b->mask = (uint32_t)(slots - 1);
	b->room = room;
	index_all(b);
	return true;
}

void
who_begin(struct who_book *b)
{
	b->age ^= 1;
}

static void
forget_others(struct table *b, uint8_t age)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->entry[i].age == age)
			b->entry[n++] = b->entry[i];
	if (n == b->n)
		return;
	b->n = n;
	index_all(b);
}

void
who_end(struct who_book *b)
{
	forget_others(&b->lease, b->age);
	forget_others(&b->host, b->age);
}

static void
fill(struct entry *e, const struct lease_record *rec)
{
	e->addr = rec->addr;
	e->bound = rec->state == LEASE_BOUND;
	if (rec->state != LEASE_HOST)
		e->expires_s = rec->expires_s;
	else
		e->id = rec->key.client_id_len
			    ? hash_of_bytes(rec->id, rec->key.client_id_len)
			    : 0;
	e->class = 0;
	memset(&e->hw, 0, sizeof e->hw);
	if (rec->state == LEASE_DECLINED || rec->key.hlen > sizeof e->hw.addr)
		return; /* nobody's */
	e->hw.htype = rec->key.htype;
	e->hw.hlen = rec->key.hlen;
	memcpy(e->hw.addr, rec->key.chaddr, rec->key.hlen);
	if (rec->class[0])
		e->class = hash_of_name(rec->class);
}

bool
who_put(struct who_book *book, const struct lease_record *rec)
{
	struct table *b = rec->state == LEASE_HOST ? &book->host : &book->lease;
	uint32_t *s = b->slot ? slot_of(b, rec->addr) : NULL;

	if (!s || *s == 0) {
		if (b->n == b->room) {
			if (!grow(b))
				return false;
			s = slot_of(b, rec->addr);
		}
		*s = (uint32_t)++b->n;
	}
	fill(&b->entry[*s - 1], rec);
	b->entry[*s - 1].age = book->age;
	return true;
}

static const struct entry *
find(const struct table *b, struct ip4 a)
{
	uint32_t *s = b->slot ? slot_of(b, a) : NULL;

	return s && *s ? &b->entry[*s - 1] : NULL;
}

bool
who_hw_begins(const struct who *w, const struct conf_bytes *begin)
{
	return w->hw.hlen && begin->len <= w->hw.hlen &&
	       memcmp(begin->data, w->hw.addr, begin->len) == 0;
}

bool
who_in_class(const struct who *w, const struct conf_class *class)
{
	if (w->class == class)
		return true;
	if (!conf_class_by_chaddr(class))
		return false;
	for (size_t i = 0; i < class->nchaddr; i++)
		if (who_hw_begins(w, &class->chaddr[i]))
			return true;
	return false;
}

/* The class that dhcpd put it into. */
static const struct conf_class *
class_of(const struct conf *c, const struct entry *e)
{
	for (size_t i = 0; e->class && i < c->nclass; i++)
		if (hash_of_name(c->class[i].name) == e->class)
			return &c->class[i];
	return NULL;
}

static void
find_lease(const struct who_book *b, const struct conf *c, struct ip4 a,
    int64_t wall_s, struct who *ret)
{
	const struct entry *e = b ? find(&b->lease, a) : NULL;

	if (!e || !e->hw.hlen)
		return;
	ret->hw = e->hw;
	ret->class = class_of(c, e);
	ret->lease = e->bound && e->expires_s > wall_s ? WHO_LEASE_ACTIVE
						       : WHO_LEASE_OVER;
}

/*
 * The class that dhcpd put the [host] into: only if it is the same machine, as
 * the address may have been another one's when that was written.
 */
static const struct conf_class *
class_of_host(const struct who_book *b, const struct conf *c, struct ip4 a,
    const struct conf_host *h)
{
	const struct entry *e = b ? find(&b->host, a) : NULL;

	if (!e)
		return NULL;
	if (e->id
		? !h->client_id ||
		      e->id != hash_of_bytes(h->client_id, h->client_id_len)
		: !conf_host_has_chaddr(h, e->hw.htype, e->hw.addr, e->hw.hlen))
		return NULL;
	return class_of(c, e);
}

/* What the hardware address tells. */
static void
by_card(const struct conf *c, struct who *w)
{
	if (!w->hw.hlen)
		return;
	if (!w->host)
		w->host =
		    conf_host_by_chaddr(c, w->hw.htype, w->hw.addr, w->hw.hlen);
	for (size_t i = 0; i < c->nclass && !w->class; i++)
		if (who_in_class(w, &c->class[i]))
			w->class = &c->class[i];
}

void
who_find(const struct who_book *b, const struct conf *c, const struct addr *a,
    int64_t wall_s, struct who *ret)
{
	struct ip4 ip;

	memset(ret, 0, sizeof *ret);
	if (!addr_is_ip4(a))
		return; /* DHCP here is IPv4 */
	ip = addr_ip4(a);
	ret->host = conf_host_by_yiaddr(c, ip);
	if (ret->host) {
		ret->known = !ret->host->deny;
		if (ret->host->nchaddr == 1) /* else one of several */
			ret->hw = ret->host->chaddr[0];
		ret->class = class_of_host(b, c, ip, ret->host);
	} else {
		find_lease(b, c, ip, wall_s, ret);
		ret->known = ret->lease == WHO_LEASE_ACTIVE;
	}
	by_card(c, ret);
}

void
who_card(const struct conf *c, const struct mac *mac, struct who *w)
{
	w->hw.htype = ETHERNET;
	w->hw.hlen = sizeof mac->b;
	memcpy(w->hw.addr, mac->b, sizeof mac->b);
	by_card(c, w);
}
