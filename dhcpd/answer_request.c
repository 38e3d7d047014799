/*
 * answer_request.c - DHCPREQUEST in its four states (RFC 2131 4.3.2).
 *
 *	SELECTING	54, and 50		answers an offer
 *	INIT-REBOOT	50, no 54, ciaddr 0	"is this still mine?"
 *	RENEWING	ciaddr, sent to us	extends its lease
 *	REBINDING	ciaddr, broadcast	the same, of any server
 *
 * Who is not known here is left to other servers unless we are
 * authoritative.  An address of another net is refused to everyone that we
 * serve at all, so that a machine that has moved asks anew at once.
 *
 * SPDX-License-Identifier: ISC
 */
#include "dhcpd/answer_int.h"

enum state {
	SELECTING,
	INIT_REBOOT,
	RENEWING,
	REBINDING,
	NO_STATE
};

/* What it is and the address that it wants. */
static enum state
classify(const struct query *q, struct ip4 *want)
{
	const struct dhcp_msg *m = q->msg;
	bool asks = dhcp_get_ip4(m, DHCP_REQUESTED_ADDRESS, want) && want->v;

	if (dhcp_has(m, DHCP_SERVER_ID)) {
		if (!asks)
			*want = m->ciaddr;
		return want->v ? SELECTING : NO_STATE;
	}
	if (m->ciaddr.v) {
		*want = m->ciaddr;
		return q->in->dst.v == UINT32_MAX || m->giaddr.v ? REBINDING
								 : RENEWING;
	}
	return asks ? INIT_REBOOT : NO_STATE;
}

static const char *
state_text(enum state s)
{
	static const char *const text[] = {[SELECTING] = "as offered",
	    [INIT_REBOOT] = "after a reboot",
	    [RENEWING] = "renewed",
	    [REBINDING] = "rebound",
	    [NO_STATE] = ""};

	return text[s];
}

static void
ack_static(struct query *q, enum state s, struct ip4 a)
{
	query_why(
	    q, "address of host %s, %s", q->out->host->name, state_text(s));
	query_note_host(q, a);
	reply_address(q, DHCPACK, a);
}

static void
ack_lease(struct query *q, enum state s, struct lease *l)
{
	char pool[QUERY_POOL_TEXT];
	uint32_t lease_s;
	int64_t until_s;

	query_settle(q, l->addr);
	lease_s = reply_lease_s(q);
	until_s =
	    lease_s == CONF_INFINITE ? LEASE_NEVER : q->in->now_s + lease_s;
	lease_bind(q->ls, l, &q->key, q->in->now_s, until_s);
	q->out->commit = l;
	query_why(q, "from %s, %s", query_pool_text(q, pool), state_text(s));
	reply_address(q, DHCPACK, l->addr);
}

/* No, or silence towards a client that may belong to another server. */
static void
refuse(struct query *q, enum state s, bool known, const char *text)
{
	if (s == SELECTING || known || q->c->dhcpd.authoritative)
		reply_nak(q, text);
	else
		query_ignore(q, "%s (not authoritative)", text);
}

/* A client without an address of its own, in the right net. */
static void
request_lease(struct query *q, enum state s, struct ip4 want)
{
	struct lease *l = lease_by_addr(q->ls, want);
	bool its =
	    l && l->state != LEASE_DECLINED && lease_is_of(q->ls, l, &q->key);
	bool known = lease_of(q->ls, q->out->subnet, &q->key) != NULL;
	const char *why;

	if (!query_pool(q, &why))
		refuse(q, s, its, why);
	else if (l && !lease_is_open(q->ls, l, &q->key))
		refuse(q, s, its || known, "it is in a pool of others");
	else if (l && query_reserved(q, l))
		refuse(q, s, its, QUERY_RESERVED);
	else if (its)
		ack_lease(q, s, l);
	else if (known)
		refuse(q, s, true, "it has another address here");
	else if (!l)
		refuse(q, s, q->out->host, "not an address of the pool");
	else if (s == SELECTING && l->state == LEASE_FREE)
		ack_lease(q, s, l); /* offered before we were restarted */
	else
		refuse(q, s, q->out->host, "no lease of it is known");
}

/* Do we serve that client here at all? */
static bool
served(struct query *q)
{
	const char *why;

	return q->out->host || query_pool(q, &why) ||
	       lease_of(q->ls, q->out->subnet, &q->key);
}

/* It has chosen another server: what we held for it is free. */
static void
request_other(struct query *q, struct ip4 server)
{
	struct lease *l = lease_of(q->ls, q->out->subnet, &q->key);
	char text[IP4_TEXT];

	if (l && l->state == LEASE_OFFERED)
		lease_release(q->ls, l, q->in->now_s);
	query_quiet(q, "it chose server %s", ip4_text(server, text));
}

void
answer_request(struct query *q)
{
	struct ip4 server = {0}, want = {0}, own;
	enum state s = classify(q, &want);

	if (dhcp_get_ip4(q->msg, DHCP_SERVER_ID, &server) &&
	    !query_is_us(q, server))
		request_other(q, server);
	else if (s == NO_STATE)
		query_ignore(q, "it names no address");
	else if (query_static(q, &own) && want.v == own.v)
		ack_static(q, s, own);
	else if (query_static(q, &own))
		refuse(q, s, true, "the host has another address here");
	else if (!query_in_subnet(q, want))
		refuse(q, s, served(q), "wrong network");
	else
		request_lease(q, s, want);
}
