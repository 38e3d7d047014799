/*
 * server_send.c - a batch of replies: to the disk first, then to the wire.
 *
 * Replies that need a lease on disk leave only when the commit of the whole
 * batch has succeeded; the others leave at once.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "dhcpd/server_int.h"
#include "sys/log.h"
#include "sys/raw.h"

#define IP4_BROADCAST ((struct ip4){0xffffffff})

/* Through which interface, to whom: by ordinary routing or on the link. */
static int
send_udp(const struct reply *r, struct ip4 dst, uint32_t ifindex)
{
	struct peer to = {.addr = addr_from_ip4(dst), .port = r->dport};
	struct addr from = addr_from_ip4(r->at.addr);

	return udp_send(r->port->io.fd, &from, ifindex, &to, r->buf, r->len);
}

/*
 * To a client without an address: a frame to chaddr.  What chaddr cannot
 * address (a UUID in 16 bytes, no address at all) or no raw socket can send
 * is broadcast: every client hears that.
 */
static int
send_chaddr(const struct server *s, const struct reply *r)
{
	if (s->raw != -1 && r->htype == 1 && r->hlen == 6 &&
	    raw_send_udp(s->raw, r->at.ifindex, r->chaddr, r->hlen, r->at.addr,
		r->port->number, r->dst, r->dport, r->buf, r->len) == 0)
		return 0;
	return send_udp(r, IP4_BROADCAST, r->at.ifindex);
}

static int
send_one(const struct server *s, const struct reply *r)
{
	switch (r->to) {
	case TO_CHADDR:
		return send_chaddr(s, r);
	case TO_BROADCAST:
		return send_udp(r, IP4_BROADCAST, r->at.ifindex);
	case TO_RELAY:
	case TO_UNICAST:
		return send_udp(r, r->dst, 0);
	case TO_NONE:
		break;
	}
	return 0;
}

static void
reply_out(struct server *s, const struct reply *r)
{
	char addr[IP4_TEXT];

	if (!r->len || send_one(s, r) == 0) {
		if (r->len)
			s->count.sent[r->type]++;
		if (r->quiet)
			log_debug("%s", r->text);
		else
			log_info("%s", r->text);
		return;
	}
	s->count.unsent++;
	log_warning("cannot send %s to %s via %s: %s",
	    server_reply_name(r->type),
	    ip4_text(r->to == TO_BROADCAST ? IP4_BROADCAST : r->dst, addr),
	    r->at.ifname, strerror(errno));
}

/* What waits for nothing leaves before the disk is asked. */
void
server_flush(struct server *s)
{
	bool on_disk;
	size_t i;

	log_hold();
	for (i = 0; i < s->nqueue; i++)
		if (!s->queue[i].commit)
			reply_out(s, &s->queue[i]);
	on_disk = leasefile_commit(s->file, s->leases, &s->now);
	for (i = 0; i < s->nqueue; i++)
		if (s->queue[i].commit && on_disk)
			reply_out(s, &s->queue[i]);
		else if (s->queue[i].commit)
			s->count.withheld += s->queue[i].len != 0;
	log_release();
	s->nqueue = 0;
}
