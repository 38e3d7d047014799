/*
 * answer_leasequery.c - DHCPLEASEQUERY: a router asks who has an address, or
 * which addresses a client has.
 *
 * Pool leases are told as they are, hosts of the configuration as if they
 * had a lease of full length: nothing is remembered of them.  Of what clients
 * sent only hardware address and client identifier are kept, so option 82
 * and 60 are never in an answer.
 *
 * RFC 4388.  SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/answer_int.h"

enum {
	FOUND_MAX = 60 /* addresses of one client that are told */
};

/* Who has what: a lease, or an address of a host. */
struct found {
	struct ip4 addr[FOUND_MAX]; /* the one that was used last in front */
	size_t naddr;
	const struct lease *lease;    /* of addr[0]; NULL: a host's */
	const struct conf_host *host; /* of addr[0]; NULL: a lease */
};

static bool
is_active(const struct query *q, const struct lease *l)
{
	return l && l->state == LEASE_BOUND && l->expires_s >= q->in->now_s;
}

/* ---- what is found ---- */

static void
find_address(const struct query *q, struct ip4 a, struct found *f)
{
	const struct conf_host *h = conf_host_by_yiaddr(q->c, a);
	const struct lease *l = lease_by_addr(q->ls, a);

	if (h && !h->deny)
		f->host = h;
	else if (is_active(q, l))
		f->lease = l;
	else
		return;
	f->addr[f->naddr++] = a;
}

static void
add_leases(const struct query *q, const struct lease_key *k, struct found *f)
{
	const struct lease *l[FOUND_MAX];
	size_t n = lease_all_of(q->ls, k, l, FOUND_MAX);

	for (size_t i = 0; i < n; i++) {
		if (!is_active(q, l[i]))
			continue;
		f->addr[f->naddr++] = l[i]->addr;
		if (f->lease && f->lease->start_s >= l[i]->start_s)
			continue;
		f->addr[f->naddr - 1] = f->addr[0];
		f->addr[0] = l[i]->addr;
		f->lease = l[i];
	}
}

static void
find_client(const struct query *q, const struct conf_host *h,
    const struct lease_key *k, struct found *f)
{
	add_leases(q, k, f);
	if (!h || h->deny)
		return;
	if (!f->lease && h->nyiaddr)
		f->host = h;
	for (size_t i = 0; i < h->nyiaddr && f->naddr < FOUND_MAX; i++)
		f->addr[f->naddr++] = h->yiaddr[i];
}

/* ---- the reply ---- */

static void
start(struct query *q, enum dhcp_type type)
{
	struct dhcp_msg *r = &q->out->reply;

	reply_start(q, type);
	r->siaddr.v = 0;
	r->file[0] = r->sname[0] = '\0';
	r->ciaddr = q->msg->ciaddr;
}

/* Who it is, as far as it is known. */
static void
put_client(struct query *q, const struct found *f)
{
	struct dhcp_msg *r = &q->out->reply;
	const struct conf_host *h = f->host;
	const struct lease *l = f->lease;

	if (l) {
		r->htype = l->htype;
		r->hlen = l->hlen;
		memcpy(r->chaddr, l->chaddr, sizeof r->chaddr);
		if (l->client_id_len)
			(void)dhcp_put(r, DHCP_CLIENT_ID,
			    lease_client_id(q->ls, l), l->client_id_len);
		return;
	}
	if (q->key.hlen == 0 && h->nchaddr) {
		r->htype = h->chaddr[0].htype;
		r->hlen = h->chaddr[0].hlen;
		memcpy(r->chaddr, h->chaddr[0].addr, sizeof r->chaddr);
	}
	if (h->client_id)
		(void)dhcp_put(
		    r, DHCP_CLIENT_ID, h->client_id, h->client_id_len);
}

/* Seconds from now until a point of the lease: 51, T1 and T2. */
static void
put_time(struct query *q, const struct found *f, uint8_t code)
{
	int64_t begun = f->lease ? f->lease->start_s : q->in->now_s, until;
	uint32_t s = reply_lease_s(q);

	if (f->lease && f->lease->expires_s == LEASE_NEVER)
		s = CONF_INFINITE;
	else if (f->lease)
		s = (uint32_t)(f->lease->expires_s - begun);
	if (s == CONF_INFINITE) {
		if (code == DHCP_LEASE_TIME)
			(void)dhcp_put_u32(&q->out->reply, code, s);
		return;
	}
	until =
	    begun + (code == DHCP_LEASE_TIME ? s : reply_renewal_s(q, code, s));
	if (until == q->in->now_s && code == DHCP_LEASE_TIME)
		until++; /* its last second */
	if (until > q->in->now_s)
		(void)dhcp_put_u32(
		    &q->out->reply, code, (uint32_t)(until - q->in->now_s));
}

static void
put_addresses(struct query *q, const struct found *f)
{
	uint8_t b[4 * FOUND_MAX];

	for (size_t i = 0; i < 4 * f->naddr; i++)
		b[i] = (uint8_t)(f->addr[i / 4].v >> (24 - 8 * (i % 4)));
	(void)dhcp_put(&q->out->reply, DHCP_ASSOCIATED_IP, b, 4 * f->naddr);
}

static void
put_one(struct query *q, const struct found *f, uint8_t code)
{
	struct dhcp_msg *r = &q->out->reply;
	const struct lease *l = f->lease;

	switch (code) {
	case DHCP_LEASE_TIME:
	case DHCP_T1:
	case DHCP_T2:
		put_time(q, f, code);
		break;
	case DHCP_LAST_TRANSACTION:
		if (l && l->start_s <= q->in->now_s)
			(void)dhcp_put_u32(
			    r, code, (uint32_t)(q->in->now_s - l->start_s));
		break;
	case DHCP_ASSOCIATED_IP:
		put_addresses(q, f);
		break;
	default:
		reply_option(q, code);
		break;
	}
}

static void
reply_active(struct query *q, const struct found *f)
{
	static const uint8_t all[] = {DHCP_LEASE_TIME, DHCP_T1, DHCP_T2,
	    DHCP_LAST_TRANSACTION, DHCP_ASSOCIATED_IP};
	size_t len = 0;
	const uint8_t *list = dhcp_get(q->msg, DHCP_PARAMETER_LIST, &len);

	if (!list || !len) {
		list = all;
		len = sizeof all;
	}
	query_about(q, f->host, f->addr[0]);
	start(q, DHCPLEASEACTIVE);
	q->out->reply.ciaddr = f->addr[0];
	put_client(q, f);
	for (size_t i = 0; i < len; i++)
		put_one(q, f, list[i]);
}

/* Nothing is leased, or nothing is known: what was asked comes back. */
static void
reply_none(struct query *q, enum dhcp_type type)
{
	query_about(q, NULL, q->msg->ciaddr);
	start(q, type);
	if (q->key.client_id)
		(void)dhcp_put(&q->out->reply, DHCP_CLIENT_ID, q->key.client_id,
		    q->key.client_id_len);
}

/* Would we know if it were leased? */
static bool
is_served(const struct query *q, struct ip4 a)
{
	const struct conf_subnet *s = conf_subnet_of(q->c, a);

	return s && !s->proxy && !query_is_peers_addr(q, a);
}

static const char *
look(struct query *q, struct found *f)
{
	struct lease_key k = q->key;

	if (q->msg->ciaddr.v) {
		find_address(q, q->msg->ciaddr, f);
		return "address";
	}
	if (k.hlen) {
		k.client_id = NULL;
		k.client_id_len = 0;
		find_client(q,
		    conf_host_by_chaddr(q->c, k.htype, k.chaddr, k.hlen), &k,
		    f);
		return "hardware address";
	}
	if (k.client_id) {
		find_client(q,
		    conf_host_by_client_id(q->c, k.client_id, k.client_id_len),
		    &k, f);
		return "client identifier";
	}
	return NULL;
}

static void
reply_found(struct query *q, const struct found *f, const char *by)
{
	if (f->naddr)
		reply_active(q, f);
	else if (q->msg->ciaddr.v && is_served(q, q->msg->ciaddr))
		reply_none(q, DHCPLEASEUNASSIGNED);
	else
		reply_none(q, DHCPLEASEUNKNOWN);
	reply_echo(q, DHCP_RELAY_AGENT);
	reply_route(q);
	query_why(q, "asked by %s", by);
}

void
answer_leasequery(struct query *q)
{
	const struct conf_dhcpd *d = &q->c->dhcpd;
	struct ip4 from = q->msg->giaddr;
	struct found f = {.naddr = 0};
	char text[IP4_TEXT];
	const char *by;

	if (!from.v)
		query_ignore(q, "no giaddr to answer to");
	else if (!conf_in_ranges(d->leasequery_from, d->nleasequery_from, from))
		query_ignore(q, "%s may not ask for leases (leasequery_from)",
		    ip4_text(from, text));
	else if (q->server_id.v == 0)
		query_ignore(q, "no address of ours on %s", q->in->ifname);
	else if ((by = look(q, &f)) == NULL)
		query_ignore(q, "it names neither address nor client");
	else
		reply_found(q, &f, by);
}
