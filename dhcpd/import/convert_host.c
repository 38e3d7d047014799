/*
 * convert_host.c - hosts: one [host] for each client, what groups say put
 * where it belongs.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/convert.h"

/* ---- names ---- */

static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

enum {
	HOSTNAME_MAX = 63
};

/* Letters of host names only. */
static bool
is_clean(const char *s)
{
	return *s && *s != '-' && *s != '.' && s[strspn(s, letters)] == '\0';
}

/* The same with such letters only, at most CONVERT_NAME. */
static char *
clean_name(struct mem *m, const char *name)
{
	char *s = mem_dup(m, name, strlen(name)), *p;

	for (p = s; *p; p++)
		if (!strchr(letters, *p))
			*p = '-';
	if (strlen(s) > CONVERT_NAME)
		s[CONVERT_NAME] = '\0';
	if (*s == '-' || *s == '.' || !*s)
		s = mem_printf(m, "x%.*s", CONVERT_NAME - 1, s);
	return s;
}

const char *
convert_name(struct convert *c, struct map *taken, const char *name)
{
	const char *s = clean_name(c->m, name);
	const char *first = s;

	for (unsigned int n = 2; map_get(taken, s, strlen(s)); n++)
		s = mem_printf(c->m, "%.*s-%u", CONVERT_NAME - 6, first, n);
	map_put(taken, s, strlen(s), c);
	return s;
}

/* ---- what is said to a host ---- */

/* The scope whose word a [subnet] carries, not the host. */
static const struct scope *
top_of(const struct convert *c, const struct isc_host *h)
{
	const struct scope *s;
	const struct isc_subnet *sub;

	for (s = h->scope; s; s = s->up)
		if (s->kind == SCOPE_SUBNET || s->kind == SCOPE_SHARED ||
		    s->kind == SCOPE_GLOBAL || s->kind == SCOPE_CLASS)
			break;
	if (s && s->kind == SCOPE_CLASS) /* a subclass's host */
		return s->up;
	if (!c->mo->subnet || !c->mo->subnet->next || !s)
		return s;
	for (size_t i = 0; i < h->naddr; i++) {
		sub = convert_subnet_of(c, h->addr[i]);
		if (sub &&
		    (sub->scope == s || scope_above(sub->scope, s->kind) == s))
			return s;
	}
	return c->mo->global; /* it takes its subnet's word along */
}

/* ---- addresses ---- */

static bool
is_edge(const struct isc_subnet *s, struct ip4 a)
{
	return s->prefix < 31 && (a.v == s->net.v || a.v == convert_last(s).v);
}

/* Leave out what can be no address of the host. */
static void
check_addresses(struct convert *c, struct isc_host *h)
{
	const struct isc_subnet *seen[COND_LIST] = {NULL};
	size_t n = 0;

	for (size_t i = 0; i < h->naddr; i++) {
		const struct isc_subnet *s = convert_subnet_of(c, h->addr[i]);
		const char *why = NULL;

		if (!s)
			why = "it is in no subnet";
		else if (is_edge(s, h->addr[i]))
			why = "it is the network's own or its broadcast "
			      "address";
		for (size_t j = 0; s && j < n; j++)
			if (seen[j] == s && h->addr[j].v != h->addr[i].v)
				why = "a [host] has one address in each subnet";
			else if (seen[j] == s)
				why = "it stands there twice";
		if (why) {
			report_lost(c->report, h->scope->at,
			    "fixed-address %s of host %s; %s",
			    text_addr(c->m, h->addr[i].v), h->name, why);
			continue;
		}
		seen[n] = s;
		h->addr[n++] = h->addr[i];
	}
	h->naddr = n;
}

/* ---- one client, one [host] ---- */

/* Bytes under which a host is remembered: a kind, then its own. */
struct key {
	uint8_t b[2 + 256];
	size_t len;
};

static struct key
key_of(uint8_t kind, uint8_t type, const void *data, size_t len)
{
	struct key k = {.b = {kind, type}, .len = 2 + len};

	memcpy(k.b + 2, data, len);
	return k;
}

/* Another host's, or NULL after it was noted as this one's. */
static struct isc_host *
taken(struct map *seen, const struct key *k, struct isc_host *h)
{
	struct isc_host *other = map_get(seen, k->b, k->len);

	if (!other)
		map_put(seen, k->b, k->len, h);
	return other;
}

static struct isc_host *
same_client(struct map *seen, struct isc_host *h)
{
	struct isc_host *other = NULL;
	struct key k;

	for (size_t i = 0; i < h->nhw && !other; i++) {
		k = key_of('h', h->hw[i].htype, h->hw[i].addr, h->hw[i].hlen);
		other = map_get(seen, k.b, k.len);
	}
	if (!other && h->client_id) {
		k = key_of('i', 0, h->client_id, h->client_id_len);
		other = map_get(seen, k.b, k.len);
	}
	for (size_t i = 0; i < h->naddr && !other; i++) {
		k = key_of('a', 0, &h->addr[i], sizeof h->addr[i]);
		other = map_get(seen, k.b, k.len);
	}
	return other;
}

static void
remember(struct map *seen, struct isc_host *h)
{
	struct key k;

	for (size_t i = 0; i < h->nhw; i++) {
		k = key_of('h', h->hw[i].htype, h->hw[i].addr, h->hw[i].hlen);
		(void)taken(seen, &k, h);
	}
	if (h->client_id) {
		k = key_of('i', 0, h->client_id, h->client_id_len);
		(void)taken(seen, &k, h);
	}
	for (size_t i = 0; i < h->naddr; i++) {
		k = key_of('a', 0, &h->addr[i], sizeof h->addr[i]);
		(void)taken(seen, &k, h);
	}
}

static bool
has_hw(const struct isc_host *h, const struct conf_hw *hw)
{
	for (size_t i = 0; i < h->nhw; i++)
		if (h->hw[i].htype == hw->htype && h->hw[i].hlen == hw->hlen &&
		    memcmp(h->hw[i].addr, hw->addr, hw->hlen) == 0)
			return true;
	return false;
}

static bool
has_addr(const struct isc_host *h, struct ip4 a)
{
	for (size_t i = 0; i < h->naddr; i++)
		if (h->addr[i].v == a.v)
			return true;
	return false;
}

/* Is its name also its host name (option 12)? */
static bool
is_named(const struct isc_host *h)
{
	const struct setting *s = scope_find(h->scope, SET_NAMES);

	return s && s->number;
}

/* Two hosts of one client, or of one address, as one. */
static void
join(struct convert *c, struct isc_host *to, struct isc_host *h)
{
	if (!set_lists_same(to->set, h->set) || to->deny != h->deny)
		report_lost(c->report, h->scope->at,
		    "what host %s says otherwise than host %s; they are one "
		    "client or one address, and it has one [host]",
		    h->name, to->name);
	if ((is_named(to) || is_named(h)) && strcmp(to->name, h->name) != 0)
		report_lost(c->report, h->scope->at,
		    "the name %s; host %s is the same client or address, and "
		    "gets its own",
		    h->name, to->name);
	for (size_t i = 0; i < h->nhw; i++)
		if (!has_hw(to, &h->hw[i]) && to->nhw < COND_LIST)
			to->hw[to->nhw++] = h->hw[i];
	for (size_t i = 0; i < h->naddr; i++)
		if (!has_addr(to, h->addr[i]) && to->naddr < COND_LIST)
			to->addr[to->naddr++] = h->addr[i];
	if (!to->client_id) {
		to->client_id = h->client_id;
		to->client_id_len = h->client_id_len;
	} else if (h->client_id && (h->client_id_len != to->client_id_len ||
				       memcmp(h->client_id, to->client_id,
					   to->client_id_len) != 0)) {
		report_lost(c->report, h->scope->at,
		    "the client identifier of host %s; host %s, with which "
		    "it shares an address, has another",
		    h->name, to->name);
	}
	h->gone = true;
}

static void
join_hosts(struct convert *c)
{
	struct map seen = {.m = c->m};
	struct isc_host *h, *other;

	for (h = c->mo->host; h; h = h->next) {
		if (!h->nhw && !h->client_id) {
			report_lost(c->report, h->scope->at,
			    "host %s; it has neither hardware nor a client "
			    "identifier",
			    h->name);
			h->gone = true;
			continue;
		}
		while ((other = same_client(&seen, h)) != NULL && !h->gone)
			join(c, other, h);
		remember(&seen, h->gone ? other : h);
	}
}

/* ---- what a whole group says, in the subnet ---- */

static bool
sets_in_class(const struct convert *c, const char *key)
{
	for (const struct rule *r = c->rules.first; r; r = r->next)
		if (set_find(r->set, key))
			return true;
	return false;
}

static bool
lives_in(const struct convert *c, const struct isc_host *h,
    const struct isc_subnet *s)
{
	for (size_t i = 0; i < h->naddr; i++)
		if (convert_subnet_of(c, h->addr[i]) == s)
			return true;
	return false;
}

/* Do all clients of the subnet get that from a group? */
static bool
all_get(const struct convert *c, const struct isc_subnet *s,
    const struct setting *set)
{
	const struct isc_host *h;
	const struct setting *of;

	if (!set->scope || set->scope->kind != SCOPE_GROUP ||
	    set_find(s->set, set->key) || sets_in_class(c, set->key) ||
	    strcmp(set->key, SET_NAMES) == 0)
		return false;
	for (h = c->mo->host; h; h = h->next) {
		if (h->gone || !lives_in(c, h, s))
			continue;
		of = set_find(h->set, set->key);
		if (h->naddr != 1 || !of || !set_same(of, set))
			return false;
	}
	return true;
}

static struct isc_host *
first_of(const struct convert *c, const struct isc_subnet *s)
{
	struct isc_host *h;

	for (h = c->mo->host; h; h = h->next)
		if (!h->gone && lives_in(c, h, s))
			return h;
	return NULL;
}

/* Without a pool the hosts are all clients that a subnet has. */
static void
lift_groups(struct convert *c, struct isc_subnet *s)
{
	struct isc_host *first = first_of(c, s), *h;
	const struct setting *set;

	for (set = first ? first->set : NULL; set && !s->range;
	     set = set->next) {
		if (!all_get(c, s, set))
			continue;
		s->set = set_with(c->m, s->set, set);
		for (h = c->mo->host; h; h = h->next)
			if (!h->gone && h != first && lives_in(c, h, s))
				h->set = set_without(c->m, h->set, set->key);
		first->set = set_without(c->m, first->set, set->key);
	}
}

void
convert_hosts(struct convert *c)
{
	const struct setting *deny;
	struct isc_subnet *s;
	struct isc_host *h;

	for (h = c->mo->host; h; h = h->next) {
		h->set = scope_settings(c->m, h->scope, top_of(c, h));
		deny = scope_find(h->scope, SET_BOOTING);
		h->deny = deny && deny->number == 0;
		h->set = set_without(c->m, h->set, SET_BOOTING);
		h->set = set_without(c->m, h->set, SET_NAMES);
	}
	join_hosts(c);
	for (h = c->mo->host; h; h = h->next)
		if (!h->gone)
			check_addresses(c, h);
	for (s = c->mo->subnet; s; s = s->next)
		lift_groups(c, s);
}

/* ---- writing ---- */

static const char *
hex_text(struct mem *m, const uint8_t *b, size_t len)
{
	struct buf s = {.m = m};

	for (size_t i = 0; i < len; i++)
		buf_printf(&s, "%s%02x", i ? ":" : "", b[i]);
	return s.s;
}

/* Text where it is text. */
static const char *
id_text(struct mem *m, const uint8_t *b, size_t len)
{
	size_t used;

	for (size_t i = 0; i < len; i++)
		if (b[i] < 0x20 || b[i] > 0x7e)
			return hex_text(m, b, len);
	return text_quoted(m, b, len, 1024, &used);
}

static void
put_who(struct convert *c, struct out_section *to, const struct isc_host *h)
{
	struct out_key *k = NULL;

	for (size_t i = 0; i < h->nhw; i++) {
		const struct conf_hw *hw = &h->hw[i];
		const char *text = hex_text(c->m, hw->addr, hw->hlen);

		if (hw->htype != 1 || hw->hlen != 6)
			text = mem_printf(c->m, "%u/%s", hw->htype, text);
		if (k)
			out_add_item(c->out, k, text);
		else
			k = out_key(c->out, to, "chaddr", text, h->scope->at);
	}
	if (h->client_id)
		(void)out_key(c->out, to, "client_id",
		    id_text(c->m, h->client_id, h->client_id_len),
		    h->scope->at);
	k = NULL;
	for (size_t i = 0; i < h->naddr; i++) {
		const char *text = text_addr(c->m, h->addr[i].v);

		if (k)
			out_add_item(c->out, k, text);
		else
			k = out_key(c->out, to, "yiaddr", text, h->scope->at);
	}
}

static bool
all_named(const struct convert *c)
{
	const struct isc_host *h;
	bool any = false;

	for (h = c->mo->host; h; h = h->next) {
		if (!h->gone && !is_named(h))
			return false;
		any |= !h->gone;
	}
	return any;
}

/* Option 12 where the section's name does not say it. */
static void
put_name(struct convert *c, struct out_section *to, const struct isc_host *h,
    const char *name, bool named)
{
	bool plain = is_clean(h->name) && strlen(h->name) <= HOSTNAME_MAX;
	size_t used;

	if (!is_named(h) || set_find(h->set, "option.12") ||
	    (named && strcmp(name, h->name) == 0))
		return;
	(void)out_key(c->out, to, plain ? "hostname" : "option.host-name",
	    text_quoted(
		c->m, (const uint8_t *)h->name, strlen(h->name), 1024, &used),
	    h->scope->at);
}

static void
put_host(struct convert *c, const struct isc_host *h, bool named)
{
	const char *name = convert_name(c, &c->host_names, h->name);
	struct out_section *to = out_section(
	    c->out, mem_printf(c->m, "host %s", name), h->scope->at);
	const struct setting *all;

	to->above = h->scope->above;
	put_who(c, to, h);
	put_name(c, to, h, name, named);
	if (h->deny)
		(void)out_key(c->out, to, "deny", "yes", h->scope->at);
	all = set_over(c->m, c->global, scope_settings(c->m, h->scope, NULL));
	convert_put(c, to, convert_settle(c, h->set, all));
}

void
convert_put_hosts(struct convert *c)
{
	bool named = all_named(c);
	const struct isc_host *h;

	for (h = c->mo->host; h; h = h->next)
		if (!h->gone)
			put_host(c, h, named);
}
