/*
 * serve.c - the doing of one transfer: packets and deadlines to xfer.c, what
 * it decides to serve_send.c, the end to the log.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/epoll.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/report.h"
#include "tftpd/serve.h"
#include "tftpd/serve_int.h"
#include "tftpd/server.h"

enum {
	ERROR_MAX = 512,
	TAKE_MAX = 64, /* datagrams of one transfer in one go */
	ACK_MAX = 2048 /* an ACK, or an ERROR with its text */
};

void
serve_error(int fd, const struct addr *local, uint32_t ifindex,
    const struct peer *to, uint16_t code, const char *msg)
{
	uint8_t buf[ERROR_MAX];
	size_t len = tftp_put_error(buf, sizeof buf, code, msg);

	/* it is not repeated: a client that misses it asks again */
	if (len)
		(void)udp_send(fd, local, ifindex, to, buf, len);
}

void
serve_drop(struct session *s)
{
	struct server *srv = s->server;

	if (s->io.fd != -1) {
		loop_forget(srv->loop, &s->io);
		(void)close(s->io.fd);
	}
	serve_disconnect(s);
	turns_remove(&srv->turns, &s->turn);
	source_close(&s->source);
	sessions_remove(&srv->sessions, s);
	server_touched(srv);
}

static void
count(struct server_sums *n, const struct session *s)
{
	n->resent += s->xfer.resent;
	switch (s->xfer.state) {
	case XFER_DONE:
	case XFER_UNCONFIRMED:
		n->sent++;
		n->bytes += s->source.size;
		break;
	case XFER_ABORTED:
		n->ended++;
		break;
	default:
		n->failed++;
		break;
	}
}

static uint64_t
took_us(const struct session *s)
{
	return loop_now_us(s->server->loop) - s->start_us;
}

static const char *
outcome(enum xfer_state state)
{
	switch (state) {
	case XFER_DONE:
		return "done";
	case XFER_UNCONFIRMED:
		return "unconfirmed";
	case XFER_TIMEOUT:
		return "timeout";
	case XFER_ABORTED:
		return "aborted";
	default:
		return "broken";
	}
}

static struct record
record_of(const struct session *s, const char *why)
{
	const struct xfer *x = &s->xfer;

	return (struct record){.client = &s->peer,
	    .file = s->name,
	    .served = s->served,
	    .mode = s->source.netascii ? TFTP_NETASCII : TFTP_OCTET,
	    .size = s->source.netascii ? RECORD_NO_SIZE : s->source.size,
	    .blocks = x->state == XFER_UNCONFIRMED ? x->last : x->base - 1,
	    .blksize = x->blksize,
	    .windowsize = x->windowsize,
	    .resent = x->resent,
	    .took_us = took_us(s),
	    .outcome = outcome(x->state),
	    .why = why,
	    .code = -1};
}

/* What the client says of it. */
static void
client_says(
    struct record *r, const struct tftp_pkt *error, char *buf, size_t size)
{
	if (!error || error->op != TFTP_ERROR)
		return;
	r->code = error->code;
	if (error->msg_len)
		r->why = text_safe(error->msg, error->msg_len, buf, size);
}

static enum record_as
record_as(const struct session *s, bool warn)
{
	if (!warn)
		return RECORD_INFO;
	return s->xfer.state != XFER_BROKEN &&
		       guard_trust(&s->guard) == GUARD_NEW
		   ? RECORD_FLOOD
		   : RECORD_WARNING;
}

static void
finished(
    struct session *s, const struct tftp_pkt *error, const struct xfer_out *out)
{
	struct report r = {.name = s->name,
	    .peer = &s->peer,
	    .x = &s->xfer,
	    .size = s->source.netascii ? XFER_SIZE_UNKNOWN : s->source.size,
	    .took_us = took_us(s),
	    .error = error};
	struct record rec = record_of(s, out->why);
	char line[REPORT_LINE], says[128];
	bool warn;

	if (out->send_error)
		rec.code = out->code;

	count(&s->server->sums, s);
	client_says(&rec, error, says, sizeof says);
	(void)report_end(&r, line, &warn);
	if (s->xfer.state == XFER_BROKEN)
		(void)snprintf(line + strlen(line), sizeof line - strlen(line),
		    ": %s", out->why);
	server_record(s->server, &rec, record_as(s, warn), line);
	serve_drop(s);
}

void
serve_ended(struct session *s, const char *why)
{
	struct record rec = record_of(s, why);
	char line[SESSION_NAME + 64];

	rec.outcome = "broken";
	rec.code = TFTP_EUNDEF;
	(void)snprintf(
	    line, sizeof line, "\"%s\" broken off: %s", s->name, why);
	server_record(s->server, &rec, RECORD_INFO, line);
	serve_drop(s);
}

void
serve_replaced(struct session *s)
{
	struct record rec = record_of(s, "its client asks for something else");
	char line[SESSION_NAME + ADDR_TEXT + 96], who[ADDR_TEXT];

	rec.outcome = "aborted";
	(void)snprintf(line, sizeof line, "\"%s\" to %s ended: %s", s->name,
	    addr_text(&s->peer.addr, who), rec.why);
	if (rec.blocks)
		server_record(s->server, &rec, RECORD_INFO, line);
	else /* anybody can cause that */
		server_record_json(s->server, &rec, true);
	serve_drop(s);
}

bool
serve_out(struct session *s, struct xfer_out *out, const struct tftp_pkt *error)
{
	log_debug("\"%s\" port %u: %s", s->name, (unsigned int)s->peer.port,
	    out->why);
	if (out->send_oack)
		serve_oack(s);
	if (out->count) {
		source_forget(&s->source, s->xfer.base);
		serve_todo(s, out);
		(void)serve_data(s, out); /* a failure is in *out now */
	}
	if (out->send_error)
		serve_error(
		    s->fd, serve_local(s), 0, serve_to(s), out->code, out->msg);
	if (out->close) {
		finished(s, error, out);
		return false;
	}
	sessions_deadline(&s->server->sessions, s);
	return true;
}

bool
serve_packet(struct session *s, const struct tftp_pkt *p)
{
	struct xfer_out out;

	s->guard.answered = true;
	sessions_trust(&s->server->sessions, s);
	xfer_packet(&s->xfer, p, loop_now_us(s->server->loop), &out);
	return serve_out(s, &out, p);
}

static void
stranger(struct session *s, const struct udp_in *in, const struct tftp_pkt *p)
{
	char who[PEER_TEXT];

	log_debug("wrong TID: %s for a transfer of another",
	    peer_text(&in->from, who));
	if (p->op == TFTP_ACK || p->op == TFTP_DATA)
		serve_error(s->fd, NULL, 0, &in->from, TFTP_EUNKNOWNTID,
		    tftp_code_text(TFTP_EUNKNOWNTID));
}

/* One datagram on the transfer's socket; false: s is gone. */
static bool
datagram(struct session *s, const struct udp_in *in)
{
	struct tftp_pkt p;
	enum tftp_err e = tftp_decode(&p, in->data, in->len);

	if (e != TFTP_OK)
		return true; /* junk is not answered */
	if (peer_equal(&in->from, &s->peer))
		return serve_packet(s, &p);
	stranger(s, in, &p);
	return true;
}

bool
serve_gone(struct session *s)
{
	struct xfer_out out;

	xfer_gone(&s->xfer, &out);
	return serve_out(s, &out, NULL);
}

bool
serve_more(struct session *s)
{
	struct xfer_out out = {.why = "more of the window"};

	return serve_data(s, &out) || serve_out(s, &out, NULL);
}

/* As udp_recv_to(), ACK_MAX bytes at most. */
static int
receive(const struct session *s, uint8_t *buf, struct udp_in *in)
{
	if (!s->alone)
		return udp_recv_to(s->io.fd, buf, ACK_MAX, in);
	in->from = s->peer;
	return udp_tid_recv(s->io.fd, buf, ACK_MAX, in);
}

bool
serve_take(struct session *s)
{
	uint8_t buf[ACK_MAX + 1];
	struct udp_in in;
	uint64_t base = s->xfer.base;
	enum xfer_state state = s->xfer.state;

	for (int i = 0; i < TAKE_MAX; i++) {
		if (receive(s, buf, &in) != 1)
			break;
		if (!datagram(s, &in))
			return false;
		if (s->xfer.base != base || s->xfer.state != state)
			break;
	}
	return true;
}

bool
serve_stray(struct session *s)
{
	struct server *srv = s->server;

	for (int i = 0; i < TAKE_MAX; i++) {
		if (udp_recv_one(s->other.fd, srv->rx, srv->in) != 1)
			break;
		if (!datagram(s, srv->in))
			return false;
	}
	return true;
}

void
serve_ready(struct loop_io *io, uint32_t events)
{
	struct session *s = (struct session *)io;

	if ((events & EPOLLIN) && serve_now(s) && !serve_take(s))
		return;
	if ((events & EPOLLERR) && udp_tid_unreachable(io->fd, &s->peer) &&
	    !serve_gone(s))
		return;
	if (events & EPOLLOUT)
		(void)serve_more(s);
}

bool
serve_heard(struct session *s)
{
	uint8_t buf[ACK_MAX + 1];
	struct udp_in in;

	if (s->io.fd == -1 || receive(s, buf, &in) != 1)
		return true;
	return datagram(s, &in);
}

/* What unproven_rate made wait has its turn. */
static void
turn(struct session *s)
{
	if (s->todo_count)
		(void)serve_more(s);
	else
		s->guard.from_us = 0; /* an OACK, or it is answered already */
}

void
serve_timer(struct session *s)
{
	struct xfer_out out;
	uint64_t now_us = loop_now_us(s->server->loop);

	if (s->guard.from_us && s->guard.from_us <= now_us) {
		turn(s);
		return;
	}

	/* what waits while the loop is busy with others is no silence */
	if (!serve_heard(s))
		return;
	xfer_timer(&s->xfer, now_us, &out);
	(void)serve_out(s, &out, NULL);
}
