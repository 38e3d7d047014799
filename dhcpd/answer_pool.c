/*
 * answer_pool.c - the pool address for a client: who may have one, and which.
 *
 * When none is free, or only those that are kept for known hosts, the oldest
 * offer that its client has not taken ends early, so that invented clients
 * cannot keep out others for offer_time.  A known host waits less for that.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>

#include "dhcpd/answer_int.h"

enum {
	/* a client takes its offer at once, firmware that waits for further
	 * ones within the 4 s until it asks again */
	CHANCE_S = 10,
	CHANCE_KNOWN_S = 5 /* before a known host takes it over */
};

bool
query_pool(const struct query *q, const char **why)
{
	if (!q->out->subnet->wire_pool && !q->key.pool)
		*why = q->out->host ? "the host has no address here and "
				      "the subnet has no pool"
				    : "unknown client and the subnet has "
				      "no pool";
	else if (q->c->dhcpd.deny_unknown && !q->out->host)
		*why = "unknown client (deny_unknown)";
	else
		return true;
	return false;
}

const char *
query_pool_text(const struct query *q, char buf[static QUERY_POOL_TEXT])
{
	if (!q->key.pool)
		return "the pool";
	(void)snprintf(
	    buf, QUERY_POOL_TEXT, "pool %s", q->c->pool[q->key.pool - 1].name);
	return buf;
}

bool
query_bootp_pool(const struct query *q)
{
	return q->key.pool ? q->c->pool[q->key.pool - 1].bootp_pool
			   : q->out->subnet->bootp_pool;
}

bool
query_reserved(const struct query *q, const struct lease *l)
{
	const struct conf_subnet *s = q->out->subnet;
	struct lease_counts n;
	size_t kept;

	if (q->out->host || l->state != LEASE_FREE ||
	    (q->key.pool &&
		q->c->pool[q->key.pool - 1].clients == CONF_CLIENTS_UNKNOWN))
		return false;
	n = lease_counts_pool(q->ls, s, q->key.pool);
	kept = n.total * q->c->dhcpd.reserve / 100;
	if (kept > leases_known(q->ls, s))
		kept = leases_known(q->ls, s);
	return n.state[LEASE_FREE] <= kept;
}

/* An address that was offered to somebody else and not taken, or NULL. */
static struct lease *
take_over(struct query *q)
{
	int64_t now = q->in->now_s, chance = CHANCE_S;
	char hw[HWADDR_TEXT];
	struct lease *l;

	if (q->out->host)
		chance = CHANCE_KNOWN_S;
	l = lease_oldest_offer(
	    q->ls, q->out->subnet, q->key.pool, now - chance);
	if (l)
		(void)snprintf(q->taken, sizeof(q->taken),
		    ", offered to %s %lld s ago and not taken",
		    l->hlen ? hwaddr_text(l->chaddr, l->hlen, hw)
			    : "another client",
		    (long long)(now - l->start_s));
	return l;
}

struct lease *
query_pick(struct query *q, struct ip4 asked)
{
	const char *why = "no free address in the pool";
	struct lease *l =
	    lease_pick(q->ls, q->out->subnet, &q->key, asked, q->in->now_s);

	if (l && query_reserved(q, l)) {
		why = QUERY_RESERVED;
		l = NULL;
	}
	if (!l)
		l = take_over(q);
	if (!l)
		query_ignore(q, "%s", why);
	return l;
}
