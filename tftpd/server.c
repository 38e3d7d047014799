/*
 * server.c - tftpd itself: requests that come and what becomes of them.
 *
 * A request comes to a listening socket and becomes a session with a socket
 * of its own (serve.c), an answer that refuses it, or nothing.  The answer
 * comes from the address that was asked.  server_life.c has the rest.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/admit.h"
#include "tftpd/hash.h"
#include "tftpd/oneport.h"
#include "tftpd/open.h"
#include "tftpd/serve.h"
#include "tftpd/server.h"

enum {
	ERROR_TEXT = 400, /* with its NUL: less than what an RRQ may have */
	REFUSAL = SESSION_NAME + ADDR_TEXT + OPEN_PLACE + OPEN_TEXT + 32
};

/* A request while it is looked at. */
struct request {
	struct listener *at;
	struct who who;
	const struct udp_in *in;
	struct tftp_pkt p;
	uint64_t hash;
};

void
server_touched(struct server *srv)
{
	srv->last_us = loop_now_us(srv->loop);
}

/* Tells a repeated request from another one. */
static uint64_t
hash_of(const struct listener *at, const struct udp_in *in)
{
	uint64_t h = HASH_FIRST + at->large;

	h = hash_more(h, in->local.b, sizeof in->local.b);
	return hash_more(h, in->data, in->len);
}

/* A request that is left unanswered, for the client to ask again. */
void
server_not_answered(struct burst *b, const struct listener *at,
    const struct udp_in *in, const struct tftp_pkt *p, const char *why)
{
	struct server *srv = at->server;
	char who[ADDR_TEXT];

	srv->sums.not_answered++;
	burst_warn(b, loop_now_us(srv->loop), "%s from %s not answered: %s",
	    p->op == TFTP_WRQ ? "WRQ" : "RRQ", addr_text(&in->from.addr, who),
	    why);
}

static void
not_answered(struct burst *b, const struct request *q, const char *why)
{
	server_not_answered(b, q->at, q->in, &q->p, why);
}

/* Never more than six bytes for one: a longer text is cut. */
static void
answer_error(const struct listener *at, const struct udp_in *in, uint16_t code,
    const char *why)
{
	char text[ERROR_TEXT];
	size_t room = XFER_AMPLIFY_OACK * in->len - TFTP_HEADER;

	(void)snprintf(
	    text, room < sizeof text ? room : sizeof text, "%s", why);
	serve_error(at->io.fd, &in->local, in->ifindex, &in->from, code, text);
}

/* place: for the log alone; warn: somebody has to look after it. */
static void
refuse_at(const struct listener *at, const struct udp_in *in,
    const struct tftp_pkt *p, uint16_t code, const char *why, const char *place,
    bool warn)
{
	const char *op = p->op == TFTP_WRQ ? "WRQ" : "RRQ";
	char name[SESSION_NAME] = "", who[ADDR_TEXT], line[REFUSAL];
	struct record r = {.write = p->op == TFTP_WRQ,
	    .client = &in->from,
	    .file = name,
	    .mode = p->mode,
	    .outcome = "refused",
	    .why = why,
	    .code = code};

	at->server->sums.refused++;
	if (p->name)
		(void)text_safe(p->name, p->name_len, name, sizeof name);
	(void)snprintf(line, sizeof line, "%s \"%s\" from %s refused: %s%s", op,
	    name, addr_text(&in->from.addr, who), place, why);
	server_record(
	    at->server, &r, warn ? RECORD_WARNING : RECORD_INFO, line);
	answer_error(at, in, code, why);
}

void
server_refuse(const struct listener *at, const struct udp_in *in,
    const struct tftp_pkt *p, uint16_t code, const char *why)
{
	refuse_at(at, in, p, code, why, "", false);
}

static void
refuse(const struct request *q, uint16_t code, const char *why)
{
	server_refuse(q->at, q->in, &q->p, code, why);
}

/* Not a request that can be served: answer and true. */
static bool
refuse_packet(const struct request *q, enum tftp_err e)
{
	switch (e) {
	case TFTP_OK:
		break;
	case TFTP_ESHORT:
		return true;
	case TFTP_EOPCODE:
		if (tftp_is_dir(q->in->data, q->in->len))
			refuse(q, TFTP_EILLEGAL, "no TFTP request");
		return true;
	case TFTP_ENAME:
		if (q->p.op == TFTP_RRQ || q->p.op == TFTP_WRQ)
			refuse(q, TFTP_ENOTFOUND,
			    "no file name, or too long a one");
		return true;
	case TFTP_EMODE:
		refuse(q, TFTP_EILLEGAL, "no transfer mode");
		return true;
	}
	if (q->p.op == TFTP_WRQ && !q->at->server->uploads) {
		refuse(q, TFTP_EACCESS, "this server is read-only");
		return true;
	}
	if (q->p.op != TFTP_RRQ && q->p.op != TFTP_WRQ) {
		/* or a late packet of a transfer that is over */
		oneport_packet(q->at->server, q->in, &q->p);
		return true;
	}
	if (q->p.mode != TFTP_OCTET && q->p.mode != TFTP_NETASCII) {
		refuse(q, TFTP_EILLEGAL, "mode is neither octet nor netascii");
		return true;
	}
	return false;
}

/* The file that is asked for; false: no transfer, all is said. */
static bool
open_file(struct server *srv, const struct request *q, struct opened *file)
{
	const struct open_request asked = {
	    .name = q->p.name,
	    .mode = q->p.mode,
	    .client = &q->in->from,
	    .server = &q->in->local,
	    .who = &q->who,
	};

	switch (open_requested(&srv->opener, &asked, file)) {
	case OPEN_FILE:
		return true;
	case OPEN_REFUSED:
		refuse_at(q->at, q->in, &q->p, file->code, file->text,
		    file->place, file->warn);
		break;
	case OPEN_LATER:
		if (!server_wait(q->at, q->in, file->job))
			not_answered(
			    &srv->full, q, "too many wait for digests");
		break;
	case OPEN_SHORTAGE:
		not_answered(&srv->fds, q, file->text);
		break;
	}
	return false;
}

/* The socket of a session on the loop; -1 and errno. */
static int
open_socket(struct server *srv, struct session *s, const struct udp_in *in)
{
	int error;

	s->io.ready = serve_ready;
	s->io.fd = udp_tid_open(&in->local, &in->from, &srv->ports);
	if (s->io.fd == -1)
		return -1;
	s->fd = s->io.fd;
	if (loop_add(srv->loop, &s->io, SERVE_EVENTS) == 0)
		return 0;
	error = errno;
	(void)close(s->io.fd);
	s->io.fd = -1;
	errno = error;
	return -1;
}

/* How it is reached; false: the request is not answered. */
static bool
open_path(struct server *srv, struct session *s, const struct request *q)
{
	if (srv->conf.single_port) {
		oneport_open(s, q->at, &q->in->local);
		return true;
	}
	if (open_socket(srv, s, q->in) == 0)
		return true;
	not_answered(&srv->fds, q,
	    errno == EADDRINUSE ? "no port of port_range is free"
				: strerror(errno));
	return false;
}

/* A session for a request; its file becomes the session's. */
static void
start_session(
    struct server *srv, const struct request *q, const struct opened *file)
{
	struct session *s = sessions_add(&srv->sessions, &q->in->from);
	bool netascii = q->p.mode == TFTP_NETASCII;
	struct xfer_limits limits =
	    admit_limits(srv, q->in, &q->who, q->at->large);
	struct xfer_out out;

	if (!s) { /* server_room() had counted */
		(void)close(file->fd);
		return;
	}
	s->server = srv;
	s->request = q->hash;
	s->start_us = loop_now_us(srv->loop);
	s->source.fd = file->fd;
	(void)text_safe(q->p.name, q->p.name_len, s->name, sizeof s->name);
	(void)text_safe(
	    file->path, strlen(file->path), s->served, sizeof s->served);
	s->guard.one_port = srv->conf.single_port;
	s->guard.vouched = admit_vouched(srv, &q->in->from, &q->who);
	if (!open_path(srv, s, q)) {
		serve_drop(s);
		return;
	}
	xfer_open(&s->xfer, &q->p, &limits,
	    netascii ? XFER_SIZE_UNKNOWN : file->size, s->start_us, &out);
	serve_room(s);
	source_open(
	    &s->source, file->fd, file->size, netascii, s->xfer.blksize);
	(void)serve_out(s, &out, NULL);
}

/* RFC 2090; false: the client is served alone. */
static bool
by_multicast(
    struct server *srv, const struct request *q, const struct opened *file)
{
	struct xfer_limits limits =
	    admit_limits(srv, q->in, &q->who, q->at->large);

	return !srv->conf.single_port && q->p.opts.asked & TFTP_OPT_MULTICAST &&
	       !q->at->large &&
	       groups_take(srv, q->in, &q->p, &limits,
		   admit_vouched(srv, &q->in->from, &q->who), file);
}

static bool
has_room(struct server *srv, const struct request *q)
{
	char why[ADMIT_WHY];
	struct burst *full = admit_room(srv, &q->in->from, why);

	if (full)
		not_answered(full, q, why);
	return !full;
}

/* The peer has a transfer; true when the request belongs to it. */
static bool
repeated(struct server *srv, const struct request *q)
{
	struct session *s = sessions_find(&srv->sessions, &q->in->from);
	struct xfer_out out;

	/* its last ACK may wait behind the same client's next request */
	if (!s || !serve_heard(s))
		return false;
	if (s->request == q->hash) {
		xfer_again(&s->xfer, loop_now_us(srv->loop), &out);
		(void)serve_out(s, &out, NULL);
		return true;
	}
	serve_replaced(s);
	return false;
}

static void
request_upload(struct server *srv, struct request *q)
{
	struct upload_request wrq = {
	    .at = q->at, .in = q->in, .p = &q->p, .hash = q->hash};

	server_who(srv, &q->in->from.addr, &q->who);
	wrq.limits = admit_limits(srv, q->in, &q->who, q->at->large);
	wrq.who = &q->who;
	upload_request(srv->uploads, &wrq);
}

/* RFC 1123 4.2.3.5: what was sent to many is not answered. */
static bool
to_many(const struct udp_in *in)
{
	static const struct addr unknown;

	if (!addr_is_ip4(&in->to))
		return in->to.b[0] == 0xff; /* ff00::/8 */
	return !addr_equal(&in->local, &unknown) &&
	       !addr_equal(&in->local, &in->to);
}

void
server_request(struct listener *at, const struct udp_in *in)
{
	struct server *srv = at->server;
	struct request q = {.at = at, .in = in};
	struct opened file;
	enum tftp_err e;

	if (in->from.port == 0 || to_many(in))
		return;
	q.hash = hash_of(at, in);
	e = tftp_decode(&q.p, in->data, in->len);
	server_touched(srv);
	srv->sums.requests += q.p.op == TFTP_RRQ || q.p.op == TFTP_WRQ;
	if (refuse_packet(&q, e) || repeated(srv, &q))
		return;
	if (q.p.op == TFTP_WRQ) {
		request_upload(srv, &q);
		return;
	}
	upload_other(srv->uploads, &in->from);
	if (!has_room(srv, &q))
		return;
	server_who(srv, &in->from.addr, &q.who);
	if (!open_file(srv, &q, &file) || by_multicast(srv, &q, &file))
		return;
	groups_leave(srv, &in->from);
	start_session(srv, &q, &file);
}

void
server_ready(struct loop_io *io, uint32_t events)
{
	struct listener *at = (struct listener *)io;
	struct server *srv = at->server;
	int n = udp_recv(io->fd, srv->rx, srv->in);

	for (int i = 0; i < n; i++)
		server_request(at, &srv->in[i]);
	if (events & EPOLLERR)
		oneport_errors(at);
	if (events & EPOLLOUT)
		oneport_more(at);
}
