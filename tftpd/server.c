/*
 * server.c - tftpd itself: sockets, requests, the tree, time.
 *
 * A request comes to a listening socket and becomes a session with a socket
 * of its own (serve.c), an answer that refuses it, or nothing.  The answer
 * comes from the address that was asked.  Time is the deadlines' heap behind
 * the loop's one timer.
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
#include "tftpd/oneport.h"
#include "tftpd/open.h"
#include "tftpd/serve.h"
#include "tftpd/server.h"

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

/* FNV-1a. */
static uint64_t
hash(uint64_t h, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* Tells a repeated request from another one. */
static uint64_t
hash_of(const struct listener *at, const struct udp_in *in)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) + at->large;

	h = hash(h, in->local.b, sizeof in->local.b);
	return hash(h, in->data, in->len);
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

/* place: for the log alone; warn: somebody has to look after it. */
static void
refuse_at(const struct listener *at, const struct udp_in *in,
    const struct tftp_pkt *p, uint16_t code, const char *why, const char *place,
    bool warn)
{
	const char *op = p->op == TFTP_WRQ ? "WRQ" : "RRQ";
	char name[SESSION_NAME] = "", who[ADDR_TEXT];

	at->server->sums.refused++;
	if (p->name)
		(void)text_safe(p->name, p->name_len, name, sizeof name);
	(void)addr_text(&in->from.addr, who);
	if (warn)
		log_warning("%s \"%s\" from %s refused: %s%s", op, name, who,
		    place, why);
	else
		log_info("%s \"%s\" from %s refused: %s%s", op, name, who,
		    place, why);
	/* never more than six bytes for one */
	if (TFTP_HEADER + strlen(why) + 1 > XFER_AMPLIFY_OACK * in->len)
		why = "";
	serve_error(at->io.fd, &in->local, in->ifindex, &in->from, code, why);
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
	if (loop_add(srv->loop, &s->io, EPOLLIN) == 0)
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
	s->guard.one_port = srv->conf.single_port;
	s->guard.vouched = admit_vouched(srv, &q->in->from, &q->who);
	if (!open_path(srv, s, q)) {
		serve_drop(s);
		return;
	}
	xfer_open(&s->xfer, &q->p, &limits,
	    netascii ? XFER_SIZE_UNKNOWN : file->size, s->start_us, &out);
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
	       !q->at->large && groups_take(srv, q->in, &q->p, &limits, file);
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
	log_debug("\"%s\": its client asks for something else", s->name);
	serve_drop(s);
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

void
server_request(struct listener *at, const struct udp_in *in)
{
	struct server *srv = at->server;
	struct request q = {.at = at, .in = in};
	struct opened file;
	enum tftp_err e;

	if (in->from.port == 0)
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

static void
listener_ready(struct loop_io *io, uint32_t events)
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

/* Time. */

static void
idle_check(struct server *srv, uint64_t now_us)
{
	if (srv->idle_s == 0 || srv->sessions.nlive || srv->groups.n ||
	    uploads_running(srv->uploads))
		return;
	if (now_us - srv->last_us < srv->idle_s * 1000000ULL)
		return;
	log_info("no request for %u s: ending", srv->idle_s);
	loop_stop(srv->loop);
}

static void
timer(void *arg)
{
	struct server *srv = arg;
	uint64_t now_us = loop_now_us(srv->loop);
	struct session *s;

	while ((s = sessions_first(&srv->sessions)) &&
	       s->xfer.deadline_us <= now_us)
		serve_timer(s);
	groups_timer(srv);
	server_wait_over(srv);
	uploads_timer(srv->uploads, now_us);
	idle_check(srv, now_us);
}

/* When to wake up. */
static void
set_timer(const struct server *srv)
{
	const struct session *s = sessions_first(&srv->sessions);
	uint64_t at_us = groups_deadline(srv);

	uint64_t upload_us = uploads_deadline_us(srv->uploads);

	if (s && s->xfer.deadline_us < at_us)
		at_us = s->xfer.deadline_us;
	if (upload_us < at_us)
		at_us = upload_us;
	if (at_us == LOOP_NEVER && srv->idle_s &&
	    !uploads_running(srv->uploads))
		at_us = srv->last_us + srv->idle_s * 1000000ULL;
	if (srv->later && later_deadline(srv->later) < at_us)
		at_us = later_deadline(srv->later);
	loop_timer_at(srv->loop, at_us);
}

/* Before the loop waits.  The lines of a round are one write. */
static void
round_over(void *arg)
{
	set_timer(arg);
	log_release();
	log_hold();
}

/* Setting up. */

/* Single-port mode: transfers end at ICMP errors there too. */
static void
hear_errors(const struct server *srv)
{
	for (size_t i = 0; srv->conf.single_port && i < srv->nlistener; i++)
		if (udp_hear_errors(srv->listener[i].io.fd) == -1)
			log_warning(
			    "ICMP errors are not heard: %s", strerror(errno));
}

int
server_reload(struct server *srv, const struct server_conf *conf, int rootfd)
{
	struct opener next = {.rootfd = srv->opener.rootfd};

	if (opener_init(&next, conf->all, conf->tree, conf->hide) == -1)
		return -1;
	if (conf->t.digests != CONF_DIGESTS_NO)
		next.sums = conf->digests;
	if (sessions_reserve(&srv->sessions, conf->t.max_clients) == -1) {
		opener_free(&next);
		return -1;
	}
	if (rootfd != -1) {
		if (srv->opener.rootfd != -1)
			(void)close(srv->opener.rootfd);
		next.rootfd = rootfd;
	}
	opener_free(&srv->opener);
	srv->opener = next;
	srv->conf = conf->t;
	srv->all = conf->all;
	if (conf->ports.first)
		srv->ports = conf->ports;
	else
		srv->ports = srv->local_ports;
	hear_errors(srv);
	srv->conf.user = srv->conf.pid_file = NULL; /* not ours to keep */
	srv->conf.json_log = NULL;
	srv->conf.listen = NULL;
	srv->conf.trusted_networks = NULL;
	srv->upload = conf->upload;
	srv->nupload = conf->nupload;
	srv->create = conf->create;
	srv->idle_s = 0;
	if (srv->handed_in || conf->idle_always)
		srv->idle_s = conf->t.idle_s;
	return 0;
}

struct server *
server_new(struct loop *loop, const struct server_conf *conf, int rootfd,
    bool handed_in)
{
	struct server *srv = calloc(1, sizeof *srv);

	if (!srv)
		return NULL;
	srv->loop = loop;
	srv->handed_in = handed_in;
	udp_ports_local(&srv->local_ports);
	srv->opener.rootfd = -1;
	srv->rx = udp_rx_new(SERVER_RX);
	if (!srv->rx || server_reload(srv, conf, rootfd) == -1) {
		int error = errno;

		udp_rx_free(srv->rx);
		sessions_free(&srv->sessions);
		free(srv);
		errno = error;
		return NULL;
	}
	server_touched(srv);
	loop_timer_fn(loop, timer, srv);
	loop_after(loop, round_over, srv);
	set_timer(srv);
	return srv;
}

void
server_leases(struct server *srv, struct who_file *who)
{
	srv->who = who;
}

int
server_uploads(struct server *srv, uint32_t max)
{
	srv->uploads = uploads_new(srv, max);
	return srv->uploads ? 0 : -1;
}

void
server_who(struct server *srv, const struct addr *a, struct who *ret)
{
	if (srv->who)
		who_file_refresh(srv->who, loop_now_us(srv->loop));
	who_find(srv->who ? who_file_book(srv->who) : NULL, srv->all, a,
	    clock_wall_s(), ret);
}

int
server_listen(struct server *srv, int fd, bool large)
{
	struct listener *l = &srv->listener[srv->nlistener];

	if (srv->nlistener == SERVER_FDS) {
		errno = EMFILE;
		return -1;
	}
	l->io.ready = listener_ready;
	l->io.fd = fd;
	l->server = srv;
	l->large = large;
	if (loop_add(srv->loop, &l->io, EPOLLIN) == -1)
		return -1;
	srv->nlistener++;
	hear_errors(srv);
	return 0;
}

void
server_free(struct server *srv)
{
	struct session *s;

	log_release();
	while ((s = sessions_first(&srv->sessions))) {
		serve_error(s->fd, s->at ? &s->local : NULL, 0, &s->peer,
		    TFTP_EUNDEF, "the server is shutting down");
		log_info("\"%s\" broken off: the server ends", s->name);
		serve_drop(s);
	}
	groups_free(srv);
	later_free(srv->later);
	sessions_free(&srv->sessions);
	uploads_free(srv->uploads);
	for (size_t i = 0; i < srv->nlistener; i++) {
		loop_del(srv->loop, &srv->listener[i].io);
		(void)close(srv->listener[i].io.fd);
	}
	if (srv->opener.rootfd != -1)
		(void)close(srv->opener.rootfd);
	udp_rx_free(srv->rx);
	opener_free(&srv->opener);
	free(srv);
}
