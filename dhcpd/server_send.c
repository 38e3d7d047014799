/*
 * server_send.c - a batch of replies: to the disk first, then to the wire.
 *
 * Replies that need a lease on disk leave only when the commit of the whole
 * batch has succeeded; the others leave at once.  All that leave by one socket
 * are handed to the kernel together.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "dhcpd/server_int.h"
#include "sys/log.h"

#define IP4_BROADCAST ((struct ip4){0xffffffff})

_Static_assert((int)SERVER_QUEUE <= (int)BATCH, "a queue is one batch");

/*
 * A client without an address gets a frame to chaddr.  What chaddr cannot
 * address (a UUID in 16 bytes, no address at all) or no raw socket can send
 * is broadcast: every client hears that.
 */
static bool
by_frame(const struct server *s, const struct reply *r)
{
	return r->to == TO_CHADDR && s->raw != -1 && r->htype == 1 &&
	       r->hlen == 6;
}

static void
add_frame(struct server *s, struct reply *r)
{
	const struct batch_out o = {.ifindex = r->at.ifindex,
	    .src = r->at.addr,
	    .sport = r->port->number,
	    .dst = r->dst,
	    .dport = r->dport,
	    .hw = r->chaddr,
	    .hlen = r->hlen,
	    .data = r->buf,
	    .len = r->len,
	    .error = &r->error};

	batch_frame(s->batch, &o);
}

/* Through which interface, to whom: by ordinary routing or on the link. */
static void
add_udp(struct server *s, struct reply *r)
{
	bool routed = r->to == TO_RELAY || r->to == TO_UNICAST;
	const struct batch_out o = {.ifindex = routed ? 0 : r->at.ifindex,
	    .src = r->at.addr,
	    .dst = routed ? r->dst : IP4_BROADCAST,
	    .dport = r->dport,
	    .data = r->buf,
	    .len = r->len,
	    .error = &r->error};

	batch_udp(s->batch, &o);
}

/* Does it leave now: those that wait for the disk, or the others? */
static bool
leaves(const struct reply *r, bool commit)
{
	return r->len && r->to != TO_NONE && r->commit == commit;
}

static void
send_frames(struct server *s, bool commit)
{
	struct reply *r;

	for (r = s->queue; r < s->queue + s->nqueue; r++)
		if (leaves(r, commit) && by_frame(s, r))
			add_frame(s, r);
	batch_send(s->batch, s->raw);
}

/* By the socket that was asked; a frame that could not be sent too. */
static void
send_port(struct server *s, const struct port *p, bool commit)
{
	struct reply *r;

	if (p->io.fd == -1)
		return;
	for (r = s->queue; r < s->queue + s->nqueue; r++)
		if (leaves(r, commit) && r->port == p &&
		    (!by_frame(s, r) || r->error))
			add_udp(s, r);
	batch_send(s->batch, p->io.fd);
}

static void
tell(struct server *s, const struct reply *r)
{
	char addr[IP4_TEXT];

	if (!r->error) {
		if (r->len)
			s->count.sent[r->type]++;
		log_text(r->quiet ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, r->kind,
		    r->most, r->text, r->text_len);
		return;
	}
	s->count.unsent++;
	log_warning("cannot send %s to %s via %s: %s",
	    server_reply_name(r->type),
	    ip4_text(r->to == TO_BROADCAST ? IP4_BROADCAST : r->dst, addr),
	    r->at.ifname, strerror(r->error));
}

static void
send_all(struct server *s, bool commit)
{
	size_t i;

	send_frames(s, commit);
	send_port(s, &s->dhcp, commit);
	send_port(s, &s->pxe, commit);
	for (i = 0; i < s->nqueue; i++)
		if (s->queue[i].commit == commit)
			tell(s, &s->queue[i]);
}

static void
withhold(struct server *s)
{
	size_t i;

	for (i = 0; i < s->nqueue; i++)
		s->count.withheld += s->queue[i].commit && s->queue[i].len;
}

/*
 * What waits for nothing leaves before the disk is asked; only tftpd has to
 * see what is known of a host before that host can ask it.
 */
void
server_flush(struct server *s)
{
	log_hold();
	leasefile_write_notes(s->file);
	send_all(s, false);
	if (leasefile_commit(s->file, s->leases, &s->now))
		send_all(s, true);
	else
		withhold(s);
	log_release();
	s->nqueue = 0;
}
