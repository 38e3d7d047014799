/*
 * answer_bootp.c - BOOTP: a request without option 53.
 *
 * The reply has no 51, 53, 54 and 64 bytes of vendor area (RFC 951, 1534);
 * what a boot program needs goes in first.  A pool address is given only
 * where bootp_pool says so, and for ever: a BOOTP client cannot renew.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcpd/answer_int.h"

enum {
	SITE_FIRST = 128, /* 128-254: the site's, for boot programs */
	SITE_LAST = 254
};

/*
 * In order of need: address, name, the site's own for the boot program, the
 * rest.  43 and 60 mean nothing to BOOTP.
 */
static void
put_vendor_area(struct query *q)
{
	static const uint8_t first[] = {DHCP_SUBNET_MASK, DHCP_ROUTERS,
	    6 /* domain name servers */, DHCP_HOST_NAME};

	for (size_t i = 0; i < sizeof first; i++)
		reply_option(q, first[i]);
	for (unsigned int code = SITE_FIRST; code <= SITE_LAST; code++)
		reply_option(q, (uint8_t)code);
	for (unsigned int code = 1; code < SITE_FIRST; code++)
		if (code != DHCP_VENDOR_OPTIONS && code != DHCP_VENDOR_CLASS)
			reply_option(q, (uint8_t)code);
}

static void
reply(struct query *q, struct ip4 yiaddr)
{
	struct dhcp_msg *r = &q->out->reply;

	query_settle(q, yiaddr);
	/* a client may name the file that it wants (RFC 951 7.3) */
	if (!q->file[0])
		(void)snprintf(q->file, sizeof q->file, "%.127s", q->msg->file);
	reply_start(q, DHCP_NONE);
	r->yiaddr = yiaddr;
	r->ciaddr = q->msg->ciaddr;
	r->hops = q->msg->hops;
	r->secs = q->msg->secs;
	put_vendor_area(q);
	reply_echo(q, DHCP_RELAY_AGENT);
	reply_route(q);
}

void
answer_bootp(struct query *q)
{
	char pool[QUERY_POOL_TEXT];
	const char *why;
	struct lease *l;
	struct ip4 a;

	if (query_static(q, &a)) {
		query_why(q, "address of host %s", q->out->host->name);
		query_note_host(q, a);
		reply(q, a);
		return;
	}
	if (!query_pool(q, &why)) {
		query_ignore(q, "%s", why);
		return;
	}
	if (!query_bootp_pool(q)) {
		query_ignore(q, "BOOTP gets no pool address (bootp_pool)");
		return;
	}
	l = query_pick(q, (struct ip4){0});
	if (!l)
		return;
	lease_bind(q->ls, l, &q->key, q->in->now_s, LEASE_NEVER);
	q->out->commit = l;
	query_why(q, "from %s%s, for ever", query_pool_text(q, pool), q->taken);
	reply(q, l->addr);
}
