/*
 * lease_journal.c - entries of the table as lines of the journal, and such
 * lines played into a table.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/lease_journal.h"

static int64_t
to_wall(int64_t t, const struct lease_clock *now)
{
	if (t == LEASE_NEVER)
		return t;
	t += now->wall_s - now->boot_s;
	return t < 0 ? 0 : t;
}

size_t
lease_journal_put(char buf[static LEASE_LINE], const struct leases *ls,
    const struct lease *l, const struct lease_clock *now)
{
	const char *class = lease_class(ls, l);
	struct lease_record rec;

	rec.class[0] = '\0';
	if (class && lease_text_class_ok(class))
		memcpy(rec.class, class, strlen(class) + 1);
	rec.state = l->state;
	rec.addr = l->addr;
	rec.key.htype = l->htype;
	rec.key.hlen = l->hlen;
	memcpy(rec.key.chaddr, l->chaddr, sizeof(rec.key.chaddr));
	rec.key.client_id = rec.id;
	rec.key.client_id_len = l->client_id_len;
	memcpy(rec.id, lease_client_id(ls, l), l->client_id_len);
	rec.start_s = to_wall(l->start_s, now);
	rec.expires_s = to_wall(l->expires_s, now);
	return lease_text_record(buf, &rec);
}

size_t
lease_journal_put_host(char buf[static LEASE_LINE], const struct host_notes *hn,
    const struct host_note *n, const struct lease_clock *now)
{
	struct lease_record rec;

	host_note_record(hn, n, &rec);
	rec.start_s = to_wall(rec.start_s, now);
	return lease_text_record(buf, &rec);
}

/* Nothing depends on the time in it. */
static void
apply_host(struct leases *ls, const struct lease_record *rec,
    const struct lease_clock *now)
{
	int64_t s = rec->start_s < now->wall_s ? rec->start_s : now->wall_s;

	host_note_apply(leases_hosts(ls), rec, s + now->boot_s - now->wall_s);
}

bool
lease_journal_apply(struct leases *ls, const struct lease_record *rec,
    const struct lease_clock *now)
{
	struct lease *l = lease_by_addr(ls, rec->addr);
	struct lease_key key = rec->key;
	int64_t shift = now->boot_s - now->wall_s, start, until;

	if (rec->state == LEASE_HOST) {
		apply_host(ls, rec, now);
		return true;
	}
	if (!l)
		return false;
	start =
	    (rec->start_s < now->wall_s ? rec->start_s : now->wall_s) + shift;
	until = LEASE_NEVER;
	if (rec->expires_s != LEASE_NEVER) {
		until = rec->expires_s + shift;
		if (rec->expires_s - rec->start_s < until - now->boot_s)
			until = now->boot_s + rec->expires_s - rec->start_s;
	}
	if (rec->state == LEASE_DECLINED) {
		lease_decline(ls, l, until);
		return true;
	}
	key.class = leases_class(ls, rec->class);
	lease_bind(ls, l, &key, start, until);
	if (rec->state == LEASE_FREE)
		lease_release(ls, l, start);
	return true;
}
