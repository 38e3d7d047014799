/*
 * answer_proxy.c - ProxyDHCP: what to boot, beside a server that gives the
 * addresses.
 *
 * In a subnet with `proxy = yes` a DISCOVER of a PXE or HTTP boot client is
 * answered by an offer without an address, and nothing else is answered on
 * port 67: no lease is looked for, and who does not boot hears nothing.  Port
 * 4011 works as everywhere.
 *
 * PXE 2.1 2.2.3.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/answer_int.h"

/* Does that client want the option, by its list or for having none? */
static bool
wants(const struct query *q, uint8_t code)
{
	size_t len = 0;
	const uint8_t *list = dhcp_get(q->msg, DHCP_PARAMETER_LIST, &len);

	return !list || !len || memchr(list, code, len) ||
	       pxe_forces(q, code) || pxe_adds(q, code);
}

static void
proxy_offer(struct query *q)
{
	reply_start(q, DHCPOFFER);
	/* it has no address yet, and we know none of it */
	q->out->reply.flags |= DHCP_FLAG_BROADCAST;
	reply_echo(q, DHCP_CLIENT_ID);
	for (unsigned int code = 1; code < DHCP_END; code++)
		if (pxe_is_boot_option((uint8_t)code) &&
		    wants(q, (uint8_t)code))
			reply_option(q, (uint8_t)code);
	if (q->pxe.uuid)
		reply_echo(q, DHCP_UUID);
	reply_echo(q, DHCP_RELAY_AGENT);
	reply_route(q);
	query_why(q, "proxy: another server gives the address");
	pxe_remark(q);
}

void
answer_proxy(struct query *q)
{
	if (q->pxe.kind == PXE_NONE)
		query_quiet(q, "not a boot client (proxy)");
	else if (q->msg->type != DHCPDISCOVER)
		query_quiet(q, "addresses are another server's (proxy)");
	else if (q->c->dhcpd.deny_unknown && !q->out->host)
		query_ignore(q, "unknown client (deny_unknown)");
	else if (!pxe_has_boot(q))
		query_ignore(q, "no boot file for it");
	else
		proxy_offer(q);
}
