/*
 * conf_lists.c - the readers of keys that take several values.
 *
 * A list is an array of the arena; "key = a, b" begins it and each
 * "key += c" makes a longer copy.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"
#include "dhcp_names.h"

enum {
	ITEMS = 100 /* in one line of at most 197 bytes */
};

/* What is read from one line, elements of any type. */
struct list {
	struct conf_parse *p;
	const char *text; /* what is left of it */
	struct value_item it;
	size_t n;
};

/* The next item: 1, 0 at the end, -1 told. */
static int
next(struct list *l)
{
	char why[VALUE_WHY];
	int rc = value_next(&l->text, &l->it, why);

	if (rc == -1)
		(void)conf_bad(l->p, "%s", why);
	if (rc == 0 && l->n == 0) {
		(void)conf_bad(l->p, "the value is empty; write one behind =");
		return -1;
	}
	if (rc == 1 && l->n == ITEMS) {
		(void)conf_bad(
		    l->p, "more than %d values; go on with +=", ITEMS);
		return -1;
	}
	return rc;
}

/* Old elements (+=) and the n new ones become the field. */
static bool
store(struct conf_parse *p, const struct conf_key *k, void *field,
    const void *add, size_t n, size_t size)
{
	size_t *count = (size_t *)(void *)((char *)field - k->off + k->off_n);
	size_t old = p->append ? *count : 0;
	const void *was;
	char *v;

	memcpy(&was, field, sizeof was);
	v = conf_alloc(p->arena, (old + n) * size);
	if (!v)
		return conf_nomem(p);
	if (old)
		memcpy(v, was, old * size);
	memcpy(v + old * size, add, n * size);
	memcpy(field, &v, sizeof v);
	*count = old + n;
	return true;
}

/* Texts, each copied to the arena when ok() agrees. */
bool
conf_texts(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field, bool (*ok)(struct conf_parse *, const struct value_item *))
{
	struct list l = {.p = p, .text = text};
	const char *s[ITEMS];
	int rc;

	while ((rc = next(&l)) == 1) {
		if (!ok(p, &l.it))
			return false;
		if (k->max && l.it.len > k->max)
			return conf_bad(p,
			    "a text has %zu bytes; at most %u fit", l.it.len,
			    (unsigned int)k->max);
		s[l.n] = conf_dup(p->arena, l.it.s, l.it.len);
		if (!s[l.n++])
			return conf_nomem(p);
	}
	return rc == 0 && store(p, k, field, s, l.n, sizeof s[0]);
}

bool
read_texts(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	return conf_texts(p, k, text, field, conf_value_text);
}

bool
read_interfaces(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	return conf_texts(p, k, text, field, conf_value_interface);
}

bool
read_archs(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct list l = {.p = p, .text = text};
	uint16_t arch[2 * ITEMS];
	size_t narch = 0;
	int rc;

	for (; (rc = next(&l)) == 1; l.n++) {
		size_t n = dhcp_arch_parse(l.it.s, arch + narch);

		if (n == 0) {
			const char *near = dhcp_arch_near(l.it.s);

			return conf_bad(p,
			    "\"%.64s\" is not an architecture; write a number "
			    "or a name such as %s",
			    l.it.s, near ? near : "bios or x64-uefi");
		}
		narch += n;
	}
	return rc == 0 && store(p, k, field, arch, narch, sizeof arch[0]);
}

bool
read_pool(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct list l = {.p = p, .text = text};
	struct conf_range range[ITEMS];
	int rc;

	while ((rc = next(&l)) == 1) {
		struct conf_range *r = &range[l.n++];

		r->named = 0;
		if (ip4_parse(l.it.s, &r->first))
			r->last = r->first;
		else if (!value_two(l.it.s, "-", &r->first, &r->last))
			return conf_bad(p,
			    "\"%.64s\" is not a range; write it as "
			    "192.0.2.100 - 192.0.2.199",
			    l.it.s);
		if (r->first.v > r->last.v)
			return conf_bad(p,
			    "%s begins behind its end; write the lower "
			    "address first",
			    l.it.s);
	}
	return rc == 0 && store(p, k, field, range, l.n, sizeof range[0]);
}

/* "00:54:..", or "HTYPE/bytes" for what is not ethernet. */
static bool
chaddr(const char *s, struct conf_hw *hw)
{
	const char *slash = strchr(s, '/');
	struct mac mac;
	char type[4];
	uint64_t n;

	memset(hw, 0, sizeof *hw);
	if (mac_parse(s, &mac)) {
		hw->htype = 1;
		hw->hlen = sizeof mac.b;
		memcpy(hw->addr, mac.b, sizeof mac.b);
		return true;
	}
	if (!slash || (size_t)(slash - s) >= sizeof type)
		return false;
	memcpy(type, s, (size_t)(slash - s));
	type[slash - s] = '\0';
	if (!text_number(type, 1, 255, &n))
		return false;
	hw->htype = (uint8_t)n;
	hw->hlen = (uint8_t)value_hex(slash + 1, hw->addr, sizeof hw->addr);
	return hw->hlen != 0;
}

bool
read_chaddrs(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct list l = {.p = p, .text = text};
	struct conf_hw hw[ITEMS];
	int rc;

	while ((rc = next(&l)) == 1)
		if (!chaddr(l.it.s, &hw[l.n++]))
			return conf_bad(p,
			    "\"%.64s\" is not a hardware address; write six "
			    "bytes as 00:54:55:56:67:68 (HTYPE/BYTES when it "
			    "is not ethernet)",
			    l.it.s);
	return rc == 0 && store(p, k, field, hw, l.n, sizeof hw[0]);
}

/* Who serves something: addresses of machines. */
bool
read_servers(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct list l = {.p = p, .text = text};
	struct ip4 a[ITEMS];
	int rc;

	for (; (rc = next(&l)) == 1; l.n++)
		if (!ip4_parse(l.it.s, &a[l.n]) || a[l.n].v == 0 ||
		    a[l.n].v >> 28 >= 14)
			return conf_bad(p,
			    "\"%.64s\" is not the address of a server; write "
			    "it as 192.0.2.1",
			    l.it.s);
	return rc == 0 && store(p, k, field, a, l.n, sizeof a[0]);
}

bool
read_yiaddrs(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct list l = {.p = p, .text = text};
	struct ip4 a[ITEMS];
	int rc;

	while ((rc = next(&l)) == 1)
		if (!ip4_parse(l.it.s, &a[l.n++]))
			return conf_bad(p,
			    "\"%.64s\" is not an IPv4 address; write it as "
			    "192.0.2.7",
			    l.it.s);
	return rc == 0 && store(p, k, field, a, l.n, sizeof a[0]);
}

static int
by_first(const void *va, const void *vb)
{
	const struct conf_range *a = va, *b = vb;

	return a->first.v < b->first.v ? -1 : a->first.v > b->first.v;
}

/* Ascending, what overlaps or touches made one.  Returns how many are left. */
static size_t
merge(struct conf_range *r, size_t n)
{
	size_t last = 0;

	qsort(r, n, sizeof *r, by_first);
	for (size_t i = 1; i < n; i++) {
		if (r[last].last.v == UINT32_MAX ||
		    r[i].first.v <= r[last].last.v + 1) {
			if (r[i].last.v > r[last].last.v)
				r[last].last = r[i].last;
		} else {
			r[++last] = r[i];
		}
	}
	return last + 1;
}

/* Addresses and networks A.B.C.D/N. */
bool
read_networks(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct list l = {.p = p, .text = text};
	struct conf_range range[ITEMS], *all;
	size_t *count = (size_t *)(void *)((char *)field - k->off + k->off_n);
	unsigned int prefix;
	int rc;

	while ((rc = next(&l)) == 1) {
		struct conf_range *r = &range[l.n++];

		if (ip4_parse(l.it.s, &r->first)) {
			r->last = r->first;
			continue;
		}
		if (!value_network(l.it.s, &r->first, &prefix))
			return conf_bad(p,
			    "\"%.64s\" is not an address; write 192.0.2.1, or "
			    "192.0.2.0/24 for a network",
			    l.it.s);
		r->first.v &= ip4_mask(prefix).v;
		r->last.v = r->first.v | ~ip4_mask(prefix).v;
	}
	if (rc != 0 || !store(p, k, field, range, l.n, sizeof range[0]))
		return false;
	memcpy(&all, field, sizeof all);
	*count = merge(all, *count);
	return true;
}

/* Is one of them there twice? */
static bool
check_twice(struct conf_parse *p, const struct ip4 *a, size_t n)
{
	char text[IP4_TEXT];

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (a[i].v == a[j].v)
				return conf_bad(p,
				    "%s is there twice; name each server once, "
				    "in the same order everywhere",
				    ip4_text(a[i], text));
	return true;
}

bool
read_peers(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct conf_dhcpd *d = &p->c->dhcpd;
	struct ip4 a[CONF_SERVERS + 1];
	size_t n = 0, len;
	char word[32];

	for (text += strspn(text, ", \t"); *text && n <= CONF_SERVERS;
	     text += len + strspn(text + len, ", \t")) {
		len = strcspn(text, ", \t");
		(void)snprintf(word, sizeof word, "%.*s", (int)len, text);
		if (len >= sizeof word || !ip4_parse(word, &a[n++]))
			return conf_bad(p,
			    "\"%s\" is not an IPv4 address; write it as "
			    "192.0.2.7",
			    word);
	}
	if (n == 0)
		return conf_bad(p, "no address; write two or more");
	if (!store(p, k, field, a, n, sizeof a[0]))
		return false;
	if (d->nservers > CONF_SERVERS)
		return conf_bad(
		    p, "more than %d servers; leave some out", CONF_SERVERS);
	return check_twice(p, d->servers, d->nservers);
}

/* ---- what a class looks at ---- */

static bool
keep_bytes(
    struct conf_parse *p, const void *data, size_t len, struct conf_bytes *ret)
{
	ret->data = conf_dup(p->arena, data, len);
	ret->len = len;
	return ret->data || conf_nomem(p);
}

bool
conf_byte_string(
    struct conf_parse *p, const struct value_item *it, struct conf_bytes *ret)
{
	uint8_t b[VALUE_ITEM];
	struct ip4 a;
	size_t n;

	if (it->quoted && it->len)
		return keep_bytes(p, it->s, it->len, ret);
	if (ip4_parse(it->s, &a)) {
		for (n = 0; n < 4; n++)
			b[n] = (uint8_t)(a.v >> (24 - 8 * n));
		return keep_bytes(p, b, 4, ret);
	}
	n = strpbrk(it->s, ":-x") ? value_hex(it->s, b, sizeof b) : 0;
	if (n)
		return keep_bytes(p, b, n, ret);
	return conf_bad(p,
	    "\"%.64s\" is neither text in quotes nor bytes; write \"text\", "
	    "00:2a or 0x2a, or an address",
	    it->s);
}

bool
read_byte_strings(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	struct list l = {.p = p, .text = text};
	struct conf_bytes v[ITEMS];
	int rc;

	while ((rc = next(&l)) == 1)
		if (!conf_byte_string(p, &l.it, &v[l.n++]))
			return false;
	return rc == 0 && store(p, k, field, v, l.n, sizeof v[0]);
}

/* "00:54:55", as many bytes as the admin wants. */
bool
read_chaddr_prefixes(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	struct list l = {.p = p, .text = text};
	struct conf_bytes v[ITEMS];
	uint8_t b[16];
	size_t n;
	int rc;

	for (; (rc = next(&l)) == 1; l.n++) {
		n = value_hex(l.it.s, b, sizeof b);
		if (n == 0)
			return conf_bad(p,
			    "\"%.64s\" is not the beginning of a hardware "
			    "address; write 1 to 16 bytes as 00:54:55",
			    l.it.s);
		if (!keep_bytes(p, b, n, &v[l.n]))
			return false;
	}
	return rc == 0 && store(p, k, field, v, l.n, sizeof v[0]);
}

/* "4c4c4544-0042-..." in the order of its digits; 0: it is none. */
static bool
uuid_digits(const char *s, uint8_t b[static 16])
{
	static const uint8_t part[] = {4, 2, 2, 2, 6};
	char hex[16];
	size_t at = 0;

	for (size_t i = 0; i < sizeof part; i++) {
		size_t n = strcspn(s, "-");

		if (n != 2u * part[i])
			return false;
		hex[0] = '0';
		hex[1] = 'x';
		memcpy(hex + 2, s, n);
		hex[2 + n] = '\0';
		if (value_hex(hex, b + at, part[i]) != part[i])
			return false;
		at += part[i];
		s += n;
		s += *s == '-' && i < 4;
	}
	return *s == '\0';
}

/* SMBIOS keeps the first three parts with the low byte in front. */
static void
uuid_swap(uint8_t b[static 16])
{
	static const uint8_t from[] = {3, 2, 1, 0, 5, 4, 7, 6};
	uint8_t was[sizeof from];

	memcpy(was, b, sizeof was);
	for (size_t i = 0; i < sizeof from; i++)
		b[i] = was[from[i]];
}

/* Firmware sends either order: each UUID is two values. */
bool
read_uuids(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct list l = {.p = p, .text = text};
	struct conf_bytes v[2 * ITEMS];
	uint8_t b[17] = {0};
	int rc;

	for (; (rc = next(&l)) == 1; l.n++) {
		if (!uuid_digits(l.it.s, b + 1))
			return conf_bad(p,
			    "\"%.64s\" is not a UUID; write it as "
			    "4c4c4544-0042-3510-8054-b4c04f564231",
			    l.it.s);
		if (!keep_bytes(p, b, sizeof b, &v[2 * l.n]))
			return false;
		uuid_swap(b + 1);
		if (!keep_bytes(p, b, sizeof b, &v[2 * l.n + 1]))
			return false;
	}
	return rc == 0 && store(p, k, field, v, 2 * l.n, sizeof v[0]);
}
