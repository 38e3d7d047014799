/*
 * server_rarp.c - RARP on the links: hear, decide by rarp_answer(), send.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "dhcpd/rarp.h"
#include "dhcpd/server_int.h"
#include "sys/arp_link.h"
#include "sys/log.h"

static void
answer_rarp(struct server *s, const struct arp *q, uint32_t ifindex)
{
	struct rarp_in in = {.request = q};
	char hw[HWADDR_TEXT], addr[IP4_TEXT];
	uint8_t own[ARP_HLEN];
	const struct conf_host *h;
	struct link_at at;
	const char *why;
	struct arp reply;

	if (!links_find(&s->links, ifindex, (struct ip4){UINT32_MAX},
		s->now.boot_s, &at) ||
	    !arp_own_hw(server_socket(s), at.ifname, own))
		return;
	in.ifname = at.ifname;
	in.ifaddr = at.addr;
	in.hw = own;
	(void)hwaddr_text(q->tha, ARP_HLEN, hw);
	if (!rarp_answer(s->conf, &in, &reply, &h, &why)) {
		if (*why)
			log_info("RARP from %s via %s ignored: %s", hw,
			    at.ifname, why);
		return;
	}
	if (arp_send(s->raw, at.ifindex, RARP_ETHERTYPE, q->sha, &reply) == -1)
		log_warning("cannot send a RARP reply via %s: %s", at.ifname,
		    strerror(errno));
	else
		log_info("RARP %s to %s via %s (address of host %s)",
		    ip4_text(reply.tpa, addr), hw, at.ifname, h->name);
}

static void
rarp_ready(struct loop_io *io, uint32_t events)
{
	struct server *s = ((struct port *)io)->server;
	unsigned int rounds;
	uint32_t ifindex;
	struct arp q;

	(void)events;
	server_now(s);
	for (rounds = 0; rounds < SERVER_QUEUE; rounds++) {
		if (arp_recv(io->fd, &q, &ifindex) != 1)
			break;
		if (s->conf->dhcpd.rarp && s->raw != -1)
			answer_rarp(s, &q, ifindex);
	}
}

/* Only where it is wanted: each packet of that type would wake us. */
void
server_rarp_open(struct server *s)
{
	s->rarp.io.fd = -1;
	if (!s->conf->dhcpd.rarp)
		return;
	s->rarp.io.fd = arp_listen(RARP_ETHERTYPE, RARP_REQUEST);
	if (s->rarp.io.fd == -1)
		log_warning("rarp: no socket for RARP: %s; such requests are "
			    "not answered",
		    strerror(errno));
}

int
server_rarp_listen(struct server *s)
{
	s->rarp.server = s;
	s->rarp.io.ready = rarp_ready;
	return s->rarp.io.fd == -1 ? 0
				   : loop_add(s->loop, &s->rarp.io, EPOLLIN);
}
