/*
 * isc_leases.c - dhcpd.leases of ISC as our journal; see import.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/import.h"
#include "dhcpd/import/map.h"
#include "dhcpd/import/option.h"
#include "lease_text.h"

/* One lease as ISC has it. */
struct isc_lease {
	struct isc_lease *next;
	struct lease_record rec;
	bool abandoned, active, bootp;
	struct place at;
};

struct reading {
	struct mem *m;
	struct report *report;
	int64_t now_s;
	struct map seen; /* address -> struct isc_lease */
	struct isc_lease *first, **last;
};

static const struct tok *
word(const struct node *n, size_t i)
{
	static const struct tok none = {.kind = TOK_END, .s = ""};

	return i < n->n ? &n->t[i] : &none;
}

/* "2026" "/" "11" "/" "22" from word i on; the word behind. */
static bool
three(const struct node *n, size_t i, char between, uint64_t v[static 3])
{
	for (size_t k = 0; k < 3; k++)
		if (!text_number(word(n, i + 2 * k)->s, 0, 9999, &v[k]) ||
		    (k < 2 && !tok_is_mark(word(n, i + 2 * k + 1), between)))
			return false;
	return true;
}

/* "starts 4 2026/11/22 10:00:00", "ends never", "ends epoch 1790000000" */
static bool
read_time(const struct node *n, int64_t *ret)
{
	uint64_t d[3], t[3], s;

	if (tok_is(word(n, 1), "never")) {
		*ret = LEASE_NEVER;
		return true;
	}
	if (tok_is(word(n, 1), "epoch")) {
		if (!text_number(word(n, 2)->s, 0, INT64_MAX / 2, &s))
			return false;
		*ret = (int64_t)s;
		return true;
	}
	if (!three(n, 2, '/', d) || !three(n, 7, ':', t) || d[0] < 1970 ||
	    d[1] < 1 || d[1] > 12 || d[2] < 1 || d[2] > 31 || t[0] > 23 ||
	    t[1] > 59 || t[2] > 60)
		return false;
	*ret = lease_text_days((int64_t)d[0], (int64_t)d[1], (int64_t)d[2]) *
		   86400 +
	       (int64_t)(t[0] * 3600 + t[1] * 60 + t[2]);
	return true;
}

static uint8_t
hardware_type(const char *s)
{
	static const struct {
		const char *word;
		uint8_t htype;
	} types[] = {{"ethernet", 1}, {"token-ring", 6}, {"fddi", 8},
	    {"infiniband", 32}};
	uint64_t n;

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (word_same(types[i].word, s))
			return types[i].htype;
	if (strncmp(s, "unknown-", 8) == 0 && text_number(s + 8, 1, 255, &n))
		return (uint8_t)n;
	return 0;
}

static bool
read_hardware(const struct node *n, struct lease_key *k)
{
	size_t i = 2;

	k->htype = hardware_type(word(n, 1)->s);
	k->hlen = (uint8_t)isc_hex(n, &i, k->chaddr, sizeof k->chaddr);
	return k->htype && k->hlen && i == n->n;
}

/* "text" or hex bytes */
static bool
read_uid(const struct node *n, struct lease_record *rec)
{
	const struct tok *t = word(n, 1);
	uint8_t buf[512];
	size_t i = 1, len = t->len;

	if (t->kind == TOK_TEXT)
		memcpy(buf, t->s, len < sizeof buf ? len : sizeof buf);
	else
		len = isc_hex(n, &i, buf, sizeof buf);
	if (len == 0)
		return false;
	if (len > sizeof rec->id)
		len = sizeof rec->id;
	memcpy(rec->id, buf, len);
	rec->key.client_id_len = len;
	return true;
}

/* One statement of a lease; false: it cannot be read. */
static bool
statement(struct isc_lease *l, const struct node *n)
{
	const struct tok *t = word(n, 0);

	if (tok_is(t, "starts"))
		return read_time(n, &l->rec.start_s) &&
		       l->rec.start_s != LEASE_NEVER;
	if (tok_is(t, "ends"))
		return read_time(n, &l->rec.expires_s);
	if (tok_is(t, "hardware"))
		return read_hardware(n, &l->rec.key);
	if (tok_is(t, "uid"))
		return read_uid(n, &l->rec);
	if (tok_is(t, "binding"))
		l->active = tok_is(word(n, 2), "active");
	if (tok_is(t, "abandoned") ||
	    (tok_is(t, "binding") && tok_is(word(n, 2), "abandoned")))
		l->abandoned = true;
	if (tok_is(t, "bootp"))
		l->bootp = true;
	return true;
}

static void
add_lease(struct reading *r, const struct node *n)
{
	struct isc_lease *l = mem_alloc(r->m, sizeof *l), *old;
	const struct node *s;

	l->at = n->at;
	l->active = true; /* ISC 2 has no binding state */
	if (n->n != 2 || !ip4_parse(n->t[1].s, &l->rec.addr)) {
		report_lost(r->report, n->at, "%s; it has no address",
		    node_text(r->m, n, 0));
		return;
	}
	for (s = n->first; s; s = s->next)
		if (!statement(l, s))
			report_lost(r->report, s->at,
			    "%s of lease %s; it is damaged",
			    node_text(r->m, s, 0), n->t[1].s);
	old = map_get(&r->seen, &l->rec.addr, sizeof l->rec.addr);
	if (old) { /* the later one counts */
		struct isc_lease *next = old->next;

		*old = *l;
		old->next = next;
		return;
	}
	map_put(&r->seen, &l->rec.addr, sizeof l->rec.addr, l);
	*r->last = l;
	r->last = &l->next;
}

/* What it is for us now; false: there is nothing to remember. */
static bool
settle(const struct reading *r, struct isc_lease *l)
{
	struct lease_record *rec = &l->rec;

	if (l->abandoned) {
		rec->state = LEASE_DECLINED;
		rec->key = (struct lease_key){.htype = 0};
		if (rec->expires_s == LEASE_NEVER || rec->expires_s == 0)
			rec->expires_s = r->now_s + 3600;
		return rec->expires_s > r->now_s;
	}
	if (!rec->key.hlen && !rec->key.client_id_len)
		return false;
	rec->state =
	    l->active && rec->expires_s > r->now_s ? LEASE_BOUND : LEASE_FREE;
	if (rec->state == LEASE_FREE && rec->expires_s < r->now_s &&
	    rec->expires_s > rec->start_s)
		rec->start_s = rec->expires_s;
	if (rec->start_s > r->now_s)
		rec->start_s = r->now_s;
	return true;
}

static void
put(struct reading *r, const struct isc_lease *l, struct buf *out)
{
	char line[LEASE_LINE];

	buf_add(out, line, lease_text_record(line, &l->rec));
	(void)r;
}

enum import_result
import_leases(struct mem *m, const char *file, const char *text, size_t len,
    int64_t now_s, struct report *report, struct buf *out)
{
	struct parse p = {.m = m, .report = report};
	struct reading r = {.m = m, .report = report, .now_s = now_s};
	struct isc_lease *l;
	const struct node *n;
	size_t some = 0;

	report_init(report, m);
	r.seen.m = m;
	r.last = &r.first;
	for (n = parse_text(&p, file, text, len); n; n = n->next)
		if (tok_is(word(n, 0), "lease") && n->block)
			add_lease(&r, n);
		else if (!tok_is(word(n, 0), "authoring-byte-order") &&
			 !tok_is(word(n, 0), "server-duid"))
			report_lost(report, n->at,
			    "%s; only leases are carried over",
			    node_text(m, n, 0));
	buf_text(out, LEASE_HEADER);
	for (l = r.first; l; l = l->next)
		if (settle(&r, l)) {
			put(&r, l, out);
			some++;
		}
	report_sort(report);
	if (report->lost)
		return some ? IMPORT_PARTLY : IMPORT_NOTHING;
	return IMPORT_ALL;
}
