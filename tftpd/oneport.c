/*
 * oneport.c - single-port mode: transfers over the listening sockets.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <sys/epoll.h>

#include "tftpd/oneport.h"
#include "tftpd/serve.h"

void
oneport_open(struct session *s, struct listener *at, const struct addr *local)
{
	s->at = at;
	s->fd = at->io.fd;
	s->local = *local;
}

void
oneport_packet(
    struct server *srv, const struct udp_in *in, const struct tftp_pkt *p)
{
	struct session *s = sessions_find(&srv->sessions, &in->from);

	/* one with a socket of its own hears nothing here (RFC 1350) */
	if (s && s->at)
		(void)serve_packet(s, p);
	else if (!s)
		uploads_packet(srv->uploads, in, p);
}

void
oneport_errors(const struct listener *at)
{
	struct peer who;
	struct session *s;
	int rc;

	for (int i = 0; i < UDP_ERRORS; i++) {
		rc = udp_error_next(at->io.fd, &who);
		if (rc == -1)
			break;
		s = rc ? sessions_find(&at->server->sessions, &who) : NULL;
		if (s && s->at == at)
			(void)serve_gone(s);
		else if (rc && !s)
			uploads_gone(at->server->uploads, &who);
	}
}

static void
watch_out(struct listener *at, bool out)
{
	if (at->want_out == out)
		return;
	at->want_out = out;
	(void)loop_change(at->server->loop, &at->io,
	    EPOLLIN | (out ? (uint32_t)EPOLLOUT : 0));
}

void
oneport_want_out(struct session *s)
{
	watch_out(s->at, true);
}

/* Each time from another one on: nobody is always last. */
void
oneport_more(struct listener *at)
{
	struct sessions *t = &at->server->sessions;

	watch_out(at, false);
	at->turn++;
	for (size_t i = 0; i < t->nslot; i++) {
		struct session *s = t->slot[(at->turn + i) % t->nslot];

		if (!s->want_out || s->at != at)
			continue;
		s->want_out = false;
		(void)serve_more(s);
	}
}
