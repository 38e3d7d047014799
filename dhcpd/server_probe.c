/*
 * server_probe.c - ARP before a first offer on the link: the DISCOVER waits
 * in a table, its client gets the offer when nobody has answered.
 *
 * An answer sets the address aside, as a DECLINE does, and the DISCOVER is
 * answered with the next one.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "dhcpd/server_int.h"
#include "sys/arp_link.h"
#include "sys/log.h"

static const uint8_t everybody[ARP_HLEN] = {255, 255, 255, 255, 255, 255};

/* RFC 5227 2.1.1: sender 0.0.0.0, so that nobody learns anything from it. */
static bool
ask(const struct server *s, const struct probe *p)
{
	struct arp a = {.op = ARP_REQUEST, .tpa = p->addr};

	return arp_own_hw(server_socket(s), p->ifname, a.sha) &&
	       arp_send(s->raw, p->ifindex, ARP_ETHERTYPE, everybody, &a) == 0;
}

/* An offer on the link, to a client that never had that address? */
static bool
wants_probe(const struct server *s, const struct dhcp_in *in)
{
	const struct dhcp_out *out = &s->out;

	return s->conf->dhcpd.arp_probe && s->arp.io.fd != -1 && s->raw != -1 &&
	       out->reply.type == DHCPOFFER && !in->msg->giaddr.v &&
	       (out->to == TO_CHADDR || out->to == TO_BROADCAST) &&
	       in->msg->htype == 1 && in->msg->hlen == ARP_HLEN;
}

static void
fill(struct probe *p, const struct udp_in *d, const struct dhcp_in *in,
    const struct link_at *at)
{
	memcpy(p->chaddr, in->msg->chaddr, sizeof(p->chaddr));
	p->src = in->src;
	p->dst = in->dst;
	p->sport = in->sport;
	p->ifindex = at->ifindex;
	memcpy(p->ifname, at->ifname, sizeof(p->ifname));
	p->len = d->len;
	memcpy(p->data, d->data, d->len);
}

bool
server_probe_hold(struct server *s, const struct udp_in *d,
    const struct dhcp_in *in, const struct link_at *at)
{
	uint64_t now = loop_now_us(s->loop);
	struct probe *p;

	if (s->probe_again.done || s->out.to == TO_NONE || d->len > PROBE_MSG ||
	    !wants_probe(s, in))
		return false;
	p = probe_find(&s->probes, s->out.reply.yiaddr);
	if (p) { /* it asks again meanwhile: the answer has its newest xid */
		fill(p, d, in, at);
		return true;
	}
	if (!s->out.first)
		return false;
	p = probe_begin(&s->probes, s->out.reply.yiaddr, now);
	if (!p)
		return false;
	fill(p, d, in, at);
	if (s->probe_again.tries) {
		p->began_us = s->probe_again.began_us;
		p->tries = s->probe_again.tries + 1;
	}
	if (ask(s, p)) {
		server_timer(s);
		return true;
	}
	(void)probe_taken(&s->probes, p, now); /* cannot be asked */
	return false;
}

/* The same DISCOVER once more; p's place may be used again meanwhile. */
static void
again(struct server *s, const struct probe *p, bool done)
{
	struct probe copy = *p;
	struct udp_in d = {
	    .from = {.addr = addr_from_ip4(p->src), .port = p->sport},
	    .to = addr_from_ip4(p->dst),
	    .ifindex = p->ifindex};

	d.data = copy.data;
	d.len = copy.len;
	s->probe_again.done = done;
	s->probe_again.tries = done ? 0 : copy.tries;
	s->probe_again.began_us = copy.began_us;
	if (s->nqueue == SERVER_QUEUE)
		server_flush(s);
	server_take(s, &s->dhcp, &d);
	s->probe_again.done = false;
	s->probe_again.tries = 0;
}

/* Is the address still on offer to that client? */
static bool
still_offered(const struct server *s, const struct probe *p)
{
	const struct lease *l = lease_by_addr(s->leases, p->addr);

	return l && l->state == LEASE_OFFERED && l->hlen == sizeof(p->chaddr) &&
	       memcmp(l->chaddr, p->chaddr, l->hlen) == 0;
}

void
server_probe_due(struct server *s)
{
	uint64_t now = loop_now_us(s->loop);
	enum probe_step step;
	struct probe *p;

	while ((p = probe_due(&s->probes, now, &step)))
		if (step == PROBE_ASK)
			(void)ask(s, p);
		else if (still_offered(s, p))
			again(s, p, true);
}

/* Somebody has the address: not given for a while, the client gets another. */
static void
conflict(struct server *s, struct probe *p, const struct arp *a)
{
	char addr[IP4_TEXT], hw[HWADDR_TEXT], client[HWADDR_TEXT];
	struct lease *l = lease_by_addr(s->leases, a->spa);
	const struct lease *oldest;
	bool time_left = probe_taken(&s->probes, p, loop_now_us(s->loop));

	if (!still_offered(s, p))
		return;
	log_warning("%s is in use by %s, which has no lease: set aside",
	    ip4_text(a->spa, addr), hwaddr_text(a->sha, ARP_HLEN, hw));
	oldest = lease_decline(
	    s->leases, l, s->now.boot_s + s->conf->dhcpd.quarantine_s);
	if (oldest)
		log_info("%s is free again, as a quarter of the pool rests",
		    ip4_text(oldest->addr, addr));
	if (leasefile_pending(s->file) >= SERVER_QUEUE)
		server_flush(s);
	leasefile_add(s->file, s->leases, l, &s->now);
	if (time_left)
		again(s, p, false);
	else
		log_info("DHCPDISCOVER from %s ignored: no time for another "
			 "address, it will ask again",
		    hwaddr_text(p->chaddr, ARP_HLEN, client));
}

static void
arp_ready(struct loop_io *io, uint32_t events)
{
	struct server *s = ((struct port *)io)->server;
	uint32_t ifindex;
	struct probe *p;
	struct arp a;
	unsigned int rounds;

	(void)events;
	server_now(s);
	for (rounds = 0; rounds < SERVER_QUEUE; rounds++) {
		if (arp_recv(io->fd, &a, &ifindex) != 1)
			break;
		p = a.op == ARP_REPLY ? probe_find(&s->probes, a.spa) : NULL;
		if (p && p->ifindex == ifindex &&
		    memcmp(a.sha, p->chaddr, ARP_HLEN) != 0)
			conflict(s, p, &a);
	}
}

void
server_probe_open(struct server *s)
{
	s->arp.io.fd = arp_listen(ARP_ETHERTYPE, ARP_REPLY);
	if (s->arp.io.fd == -1 && s->conf->dhcpd.arp_probe)
		log_warning("arp_probe: no socket for ARP: %s; addresses are "
			    "offered without a probe",
		    strerror(errno));
}

int
server_probe_listen(struct server *s)
{
	s->arp.server = s;
	s->arp.io.ready = arp_ready;
	return s->arp.io.fd == -1 ? 0 : loop_add(s->loop, &s->arp.io, EPOLLIN);
}
