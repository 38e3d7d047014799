/*
 * serve_connect.c - what a transfer's socket is told, so that it costs less.
 *
 * Over a connected socket the kernel looks for no route and needs no shared
 * counter of identifications: a twentieth of a block's cost in lock-step.
 * But it hears its peer alone, and a stranger who sends to a transfer's port
 * is owed ERROR 5 (RFC 1350, 4).  So a second socket, bound to the same port
 * and not connected, hears everybody else.  Two sockets are worth it when
 * there is much to send.  The first one need not be asked who it was then,
 * unless something had come before.
 *
 * In lock-step one datagram is on its way at a time.  With room for no more
 * the loop is not told of every fragment of a large block that has left.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <unistd.h>

#include "sys/log.h"
#include "tftpd/serve.h"
#include "tftpd/serve_int.h"
#include "tftpd/server.h"

enum {
	FRAGMENTED = 4096 /* bytes: from here on there are some fragments */
};

static void
stray_ready(struct loop_io *io, uint32_t events)
{
	struct session *s =
	    (struct session *)(void *)((char *)io -
				       offsetof(struct session, other));

	(void)events;
	(void)serve_stray(s);
}

void
serve_room(struct session *s)
{
	s->narrow =
	    !s->at && s->xfer.windowsize == 1 && s->xfer.blksize >= FRAGMENTED;
	if (s->narrow)
		udp_tid_room(s->fd, s->xfer.blksize);
}

bool
serve_widen(struct session *s)
{
	bool was = s->narrow;

	s->narrow = false;
	if (was)
		udp_tid_room(s->fd, 0);
	return was;
}

void
serve_connect(struct session *s)
{
	if (s->at || s->other.fd != -1)
		return;
	s->other.ready = stray_ready;
	s->other.fd = udp_tid_connect(s->fd, &s->peer);
	if (s->other.fd == -1)
		log_debug(
		    "\"%s\": not connected: %s", s->name, strerror(errno));
	else if (loop_add(s->server->loop, &s->other, EPOLLIN) == -1)
		log_debug("\"%s\": strangers are not heard: %s", s->name,
		    strerror(errno));
	s->alone = s->other.fd != -1 && udp_tid_alone(s->fd);
}

void
serve_disconnect(struct session *s)
{
	if (s->other.fd == -1)
		return;
	loop_forget(s->server->loop, &s->other);
	(void)close(s->other.fd);
	s->other.fd = -1;
}
