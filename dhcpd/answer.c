/*
 * answer.c - the way in: who must be answered, and DISCOVER, DECLINE,
 * RELEASE and INFORM; see answer_int.h for what lies where.
 *
 * RFC 2131 4.3.1, 4.3.3-4.3.5.
 * SPDX-License-Identifier: ISC
 */
#include <stddef.h>
#include <string.h>

#include "dhcpd/answer_int.h"
#include "dhcpd/decline.h"

enum {
	EXPIRE_MAX = 16 /* leases freed before one message is answered */
};

/* The client has not heard of that address before. */
static bool
is_news(const struct query *q, const struct lease *l)
{
	return q->out->first || (q->in->probed && l->state == LEASE_OFFERED);
}

static const char *
offer_text(const struct query *q, const struct lease *l)
{
	if (is_news(q, l))
		return "from ";
	return l->state == LEASE_BOUND	   ? "its lease"
	       : l->state == LEASE_OFFERED ? "offered before"
					   : "its former address";
}

static void
answer_discover(struct query *q)
{
	char pool[QUERY_POOL_TEXT];
	struct ip4 a, asked = {0};
	const char *why;
	struct lease *l;

	if (query_static(q, &a)) {
		query_why(q, "address of host %s", q->out->host->name);
		reply_address(q, DHCPOFFER, a);
		return;
	}
	if (!query_pool(q, &why)) {
		query_ignore(q, "%s", why);
		return;
	}
	(void)dhcp_get_ip4(q->msg, DHCP_REQUESTED_ADDRESS, &asked);
	l = query_pick(q, asked);
	if (!l)
		return;
	q->out->first = !lease_is_of(q->ls, l, &q->key);
	query_why(q, "%s%s%s", offer_text(q, l),
	    is_news(q, l) ? query_pool_text(q, pool) : "", q->taken);
	lease_offer(q->ls, l, &q->key, q->in->now_s,
	    q->in->now_s + q->c->dhcpd.offer_s);
	reply_address(q, DHCPOFFER, l->addr);
}

/* The server identifier, when there is one, must be ours. */
static bool
meant_for_us(struct query *q)
{
	struct ip4 server;
	char text[IP4_TEXT];

	if (!dhcp_get_ip4(q->msg, DHCP_SERVER_ID, &server) ||
	    query_is_us(q, server))
		return true;
	query_quiet(q, "for server %s", ip4_text(server, text));
	return false;
}

/* Unless it declines again and again; then the lease stays as it is. */
static void
set_aside(struct query *q, struct lease *l)
{
	char text[IP4_TEXT], back[IP4_TEXT];
	const struct lease *oldest;
	enum decline_verdict v =
	    decline_hear(leases_decliners(q->ls), &q->key, q->in->now_s);

	(void)ip4_text(l->addr, text);
	if (v != DECLINE_HEARD) {
		(v == DECLINE_REFUSED ? query_ignore : query_quiet)(q,
		    "%s is not set aside: it has declined %d addresses in "
		    "%d minutes",
		    text, DECLINE_MAX, DECLINE_WHILE_S / 60);
		return;
	}
	oldest =
	    lease_decline(q->ls, l, q->in->now_s + q->c->dhcpd.quarantine_s);
	q->out->commit = l;
	if (oldest)
		query_ignore(q,
		    "another machine uses %s: set aside; %s is free again, as "
		    "a quarter of the pool rests",
		    text, ip4_text(oldest->addr, back));
	else
		query_ignore(q, "another machine uses %s: set aside", text);
}

static void
answer_decline(struct query *q)
{
	struct ip4 a = {0}, own;
	char text[IP4_TEXT];
	struct lease *l;

	if (!meant_for_us(q))
		return;
	(void)dhcp_get_ip4(q->msg, DHCP_REQUESTED_ADDRESS, &a);
	if (query_static(q, &own) && own.v == a.v) {
		query_ignore(q,
		    "another machine uses %s, the address of "
		    "host %s",
		    ip4_text(a, text), q->out->host->name);
		return;
	}
	l = lease_by_addr(q->ls, a);
	if (!l || !lease_is_of(q->ls, l, &q->key)) {
		query_ignore(
		    q, "%s is not an address of it", ip4_text(a, text));
		return;
	}
	set_aside(q, l);
}

static void
answer_release(struct query *q)
{
	struct ip4 a = q->msg->ciaddr, own;
	char text[IP4_TEXT];
	struct lease *l;

	if (!meant_for_us(q))
		return;
	if (query_static(q, &own) && own.v == a.v) {
		query_ignore(q, "%s stays that of host %s", ip4_text(a, text),
		    q->out->host->name);
		return;
	}
	l = lease_by_addr(q->ls, a);
	if (!l || l->state != LEASE_BOUND || !lease_is_of(q->ls, l, &q->key)) {
		query_ignore(q, "%s is not leased to it", ip4_text(a, text));
		return;
	}
	lease_release(q->ls, l, q->in->now_s);
	q->out->commit = l;
	query_ignore(q, "%s is free again", ip4_text(a, text));
}

/* The answer to a ciaddr that is a broadcast address would go to all. */
static bool
is_everyone(const struct conf_subnet *s, struct ip4 a)
{
	return s->prefix < 31 && a.v == (s->net.v | ~s->mask.v);
}

/* RFC 2131 4.3.5: no lease is looked for, but its network must be ours. */
static void
answer_inform(struct query *q)
{
	struct ip4 a = q->msg->ciaddr;
	char text[IP4_TEXT];

	if (a.v && !query_in_subnet(q, a)) {
		query_ignore(q, "no [subnet] for %s", ip4_text(a, text));
		return;
	}
	if (a.v && is_everyone(conf_subnet_of(q->c, a), a)) {
		query_ignore(q, "%s is no client's address", ip4_text(a, text));
		return;
	}
	query_why(q, "options only");
	reply_inform(q);
}

static void
answer_type(struct query *q)
{
	static void (*const handler[])(struct query *) = {
	    [DHCP_NONE] = answer_bootp,
	    [DHCPDISCOVER] = answer_discover,
	    [DHCPREQUEST] = answer_request,
	    [DHCPDECLINE] = answer_decline,
	    [DHCPRELEASE] = answer_release,
	    [DHCPINFORM] = answer_inform,
	};
	size_t n = sizeof handler / sizeof handler[0];

	if ((size_t)q->msg->type < n && handler[q->msg->type])
		handler[q->msg->type](q);
	else
		query_quiet(q, "not a message for a server");
}

static void
ignore_no_subnet(struct query *q)
{
	char a[IP4_TEXT];

	query_ignore(q, "no [subnet] for %s", ip4_text(q->where, a));
}

/* Did it come by a relay that is not ours? */
static bool
foreign_relay(struct query *q)
{
	const struct conf_dhcpd *d = &q->c->dhcpd;
	struct ip4 a = q->msg->giaddr;
	char text[IP4_TEXT];

	if (!a.v || !d->nrelays || conf_in_ranges(d->relays, d->nrelays, a))
		return false;
	query_ignore(
	    q, "relay %s is not one of ours (relays)", ip4_text(a, text));
	return true;
}

static void
answer_query(struct query *q)
{
	if (q->msg->op != DHCP_BOOTREQUEST)
		query_quiet(q, "a reply, not a request");
	else if (q->msg->type == DHCPLEASEQUERY &&
		 q->in->dport == q->c->dhcpd.port)
		answer_leasequery(q);
	else if (foreign_relay(q))
		return;
	else if (q->c->dhcpd.pxe_port && q->in->dport == q->c->dhcpd.pxe_port)
		answer_pxe_port(q);
	else if (q->key.hlen == 0 && !q->key.client_id)
		query_ignore(q, "it does not say who it is");
	else if (!q->out->subnet)
		ignore_no_subnet(q);
	else if (query_denied(q))
		return;
	else if (q->server_id.v == 0)
		query_ignore(q, "no address of ours on %s", q->in->ifname);
	else if (q->msg->type == DHCPREQUEST && q->pxe.boot_item)
		/* looks like a renewal, but must not touch a lease */
		answer_boot_item(q);
	else if (query_is_peers(q))
		return;
	else if (q->out->subnet->proxy)
		answer_proxy(q);
	else
		answer_type(q);
}

void
answer(const struct conf *c, struct leases *ls, const struct dhcp_in *in,
    struct dhcp_out *out)
{
	struct query q;

	out->to = TO_NONE;
	out->dst = (struct ip4){0};
	out->dport = 0;
	out->rules = (struct dhcp_encode_rules){0};
	out->commit = NULL;
	out->note = NULL;
	out->host = NULL;
	out->class = NULL;
	out->subnet = NULL;
	out->first = false;
	out->quiet = false;
	out->why[0] = '\0';
	out->kind = "";
	dhcp_reply_init(&out->reply);
	(void)lease_expire(ls, in->now_s, EXPIRE_MAX);
	query_init(&q, c, ls, in, out);
	answer_query(&q);
}
