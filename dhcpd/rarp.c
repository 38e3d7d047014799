/*
 * rarp.c - RARP requests of known hosts.
 *
 * A request is answered when the target (who the question is about, mostly
 * the sender itself) is a host with an address in the network of the
 * interface.  Who is unknown is left to other servers.
 *
 * RFC 903.  SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/rarp.h"

enum {
	HTYPE_ETHERNET = 1
};

/* The subnet on that interface, unless another server gives addresses. */
static const struct conf_subnet *
subnet_on(const struct conf *c, const struct rarp_in *in)
{
	const struct conf_subnet *s = conf_subnet_of(c, in->ifaddr);

	if (!s || s->proxy ||
	    (s->interface && strcmp(s->interface, in->ifname) != 0))
		return NULL;
	return s;
}

/* Its address there; v 0: none. */
static struct ip4
address_in(const struct conf *c, const struct conf_host *h,
    const struct conf_subnet *s)
{
	for (size_t i = 0; i < h->nyiaddr; i++)
		if (conf_same_wire(s, conf_subnet_of(c, h->yiaddr[i])))
			return h->yiaddr[i];
	return (struct ip4){0};
}

bool
rarp_answer(const struct conf *c, const struct rarp_in *in, struct arp *reply,
    const struct conf_host **host, const char **why)
{
	const struct arp *q = in->request;
	const struct conf_subnet *s = subnet_on(c, in);
	const struct conf_host *h;

	*why = "";
	*host = h =
	    q->op == RARP_REQUEST
		? conf_host_by_chaddr(c, HTYPE_ETHERNET, q->tha, ARP_HLEN)
		: NULL;
	if (!h || !s)
		return false;
	reply->tpa = address_in(c, h, s);
	if (h->deny)
		*why = "the host is denied";
	else if (!reply->tpa.v)
		*why = "the host has no address here";
	if (**why)
		return false;
	reply->op = RARP_REPLY;
	memcpy(reply->sha, in->hw, ARP_HLEN);
	reply->spa = in->ifaddr;
	memcpy(reply->tha, q->tha, ARP_HLEN);
	return true;
}
