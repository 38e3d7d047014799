/*
 * answer_share.c - what is left to another one of `servers` (RFC 3074).
 *
 * A message that names its server, or is sent to it alone, is for that one.
 * What is said to all:
 *
 *	about an address of another's part	silence, for ever: only its
 *						server knows who has it
 *	by the holder of a lease of ours	answered
 *	by a client of our share		answered
 *	by another's client			answered once it has waited
 *
 * RFC 3074.  SPDX-License-Identifier: ISC
 */
#include "dhcpd/answer_int.h"
#include "dhcpd/share.h"

/* The address that a REQUEST is about; v 0: none. */
static struct ip4
requested(const struct query *q)
{
	struct ip4 a = {0};

	if (q->msg->type == DHCPREQUEST &&
	    (!dhcp_get_ip4(q->msg, DHCP_REQUESTED_ADDRESS, &a) || !a.v))
		a = q->msg->ciaddr;
	return a;
}

bool
query_is_peers_addr(const struct query *q, struct ip4 a)
{
	const struct conf_subnet *s = a.v ? conf_subnet_of(q->c, a) : NULL;

	if (!leases_place(q->ls) || !s ||
	    share_of_addr(q->c, a) == leases_place(q->ls))
		return false;
	for (size_t i = 0; i < s->npool; i++)
		if (s->pool[i].first.v <= a.v && a.v <= s->pool[i].last.v)
			return true;
	return false;
}

static bool
is_holder(const struct query *q, struct ip4 a)
{
	struct lease *l = a.v ? lease_by_addr(q->ls, a)
			      : lease_of(q->ls, q->out->subnet, &q->key);

	return l && l->state == LEASE_BOUND && lease_is_of(q->ls, l, &q->key);
}

/* Do all servers hear it, and could each of them answer? */
static bool
is_for_all(const struct query *q)
{
	const struct dhcp_msg *m = q->msg;

	if (m->type == DHCP_NONE || m->type == DHCPDISCOVER)
		return true;
	if (m->type != DHCPREQUEST && m->type != DHCPINFORM)
		return false;
	return !dhcp_has(m, DHCP_SERVER_ID) &&
	       (q->in->dst.v == UINT32_MAX || m->giaddr.v);
}

/* Has it waited long enough for its own server? */
static bool
has_waited(struct query *q, unsigned int owner)
{
	uint16_t secs = share_secs(q->msg->secs);
	int64_t waited = share_wait(leases_waits(q->ls), &q->key, q->in->now_s);
	uint32_t need = q->c->dhcpd.takeover_s;
	char a[IP4_TEXT];

	if (secs >= need || waited >= need)
		return true;
	query_quiet(q, "a client of server %s, which has %u s to answer",
	    ip4_text(q->c->dhcpd.servers[owner - 1], a), need);
	return false;
}

bool
query_is_peers(struct query *q)
{
	unsigned int place = leases_place(q->ls), owner;
	struct ip4 a = requested(q), chosen;
	char text[IP4_TEXT];

	if (!place)
		return false;
	if (dhcp_get_ip4(q->msg, DHCP_SERVER_ID, &chosen) &&
	    !query_is_us(q, chosen)) {
		share_served(leases_waits(q->ls), &q->key);
		return false; /* ends our own offer */
	}
	if (query_is_peers_addr(q, a)) {
		owner = share_of_addr(q->c, a);
		query_quiet(q, "an address of server %s",
		    ip4_text(q->c->dhcpd.servers[owner - 1], text));
		return true;
	}
	owner = share_of_client(q->c, &q->key);
	return is_for_all(q) && owner != place && !is_holder(q, a) &&
	       !has_waited(q, owner);
}
