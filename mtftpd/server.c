/*
 * server.c - mtftpd's requests, passes and timer.
 *
 * One socket for each mtftp_sport.  A request is looked up among the groups;
 * a running pass takes it as one more listener, else it starts a pass.  ACKs
 * and ERRORs go to the pass whose master sent them.  One timer serves all
 * passes.  ports.c has the sockets, signals.c what people ask of the daemon.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <sysexits.h>

#include "mtftpd/groups.h"
#include "mtftpd/server_int.h"
#include "sys/log.h"
#include "sys/root.h"

enum {
	RX_SIZE = 1024, /* an RRQ has at most 512 (RFC 2347) */
	ERROR_LEN = 128,
	US_PER_S = 1000000
};

/* What a request is about, for its log lines and its refusal. */
struct request {
	struct port *port;
	const struct udp_in *in;
	const struct tftp_pkt *pkt;
};

static void
refuse(
    struct server *s, const struct request *rq, uint16_t code, const char *why)
{
	char name[4 * TFTP_NAME_MAX + 1], from[PEER_TEXT];
	uint8_t buf[ERROR_LEN];
	size_t len = tftp_put_error(buf, sizeof buf, code, why);
	const char *op = rq->pkt->op == TFTP_WRQ ? "WRQ" : "RRQ";

	s->totals.refused++;
	log_info("%s \"%s\" from %s refused: %s", op,
	    text_safe(rq->pkt->name, rq->pkt->name_len, name, sizeof name),
	    peer_text(&rq->in->from, from), why);
	(void)udp_send(
	    rq->port->io.fd, &rq->in->local, 0, &rq->in->from, buf, len);
}

static void
account(struct server *s, const struct pass *p)
{
	s->totals.whole += pass_is_whole(p);
	s->totals.blocks += p->m.sent;
	s->totals.resent += p->m.resent;
}

/* Take the pass that *at points to out of the list. */
static void
end_pass(struct pass **at)
{
	struct pass *p = *at;

	*at = p->next;
	pass_free(p);
}

/* Carry out; true when the pass, or another one of its file, goes on. */
static bool
act(struct server *s, struct pass **at, const struct mcast_out *out)
{
	s->totals.passes += out->event == MCAST_OPENED;
	if (pass_do(*at, out, s->now_us))
		return true;
	account(s, *at);
	if (pass_again(*at, s->rootfd, s->now_us))
		return true;
	if (!pass_rests(*at)) { /* the file was lost on the way */
		end_pass(at);
		return false;
	}
	pass_rest(*at, s->now_us);
	return true;
}

/* The interface of the file, of [mtftpd], else where the request came in. */
static uint32_t
out_interface(
    const struct server *s, const struct conf_mtftp *g, const struct udp_in *in)
{
	const char *name =
	    g->interface ? g->interface : s->conf->mtftpd.interface;
	uint32_t ifindex;

	if (!name)
		return in->ifindex;
	ifindex = interface_index(name);
	if (ifindex == 0)
		log_warning("interface %s of %s is not there: multicast leaves "
			    "where the request came in",
		    name, g->interface ? g->file : "[mtftpd]");
	return ifindex ? ifindex : in->ifindex;
}

/*
 * Where the clients of a pass are, when it goes out where they ask: those of
 * another network do not hear it and have one of their own.
 */
static uint32_t
net_of(
    const struct server *s, const struct conf_mtftp *g, const struct udp_in *in)
{
	return g->interface || s->conf->mtftpd.interface ? 0 : in->ifindex;
}

static struct mcast_limits
limits_of(const struct conf_mtftpd *d, const struct conf_mtftp *g)
{
	struct mcast_limits l = {
	    .timeout_us = (uint64_t)d->timeout_ms * 1000,
	    .retries = d->retries,
	    .copies = 1,
	    .copies_max = d->copies,
	    .cport = g->mtftp_cport,
	    .tmout_us = (uint64_t)g->mtftp_tmout * US_PER_S,
	};

	if (d->rate_kBps)
		l.gap_us = (uint64_t)g->blksize * 1000 / d->rate_kBps;
	return l;
}

/* On its struct pass when it rests; at is NULL when there is none. */
static void
start_pass(struct server *s, const struct request *rq,
    const struct conf_mtftp *g, struct pass **at)
{
	struct pass_request pr = {s->rootfd, rq->port->io.fd, rq->in, g,
	    out_interface(s, g, rq->in), net_of(s, g, rq->in),
	    limits_of(&s->conf->mtftpd, g), s->now_us};
	const char *why;
	uint16_t code;
	struct pass *p;

	if (at) {
		p = pass_begin(*at, &pr, &code, &why) ? *at : NULL;
		if (!p)
			end_pass(at);
	} else if ((p = pass_new(&pr, &code, &why))) {
		p->next = s->passes;
		s->passes = p;
	}
	s->totals.passes += p != NULL;
	querier_check(&s->querier, s->now_us);
	if (!p && why)
		refuse(s, rq, code, why);
}

/* A client that asks for one file has done with any other. */
static void
leave_others(
    struct server *s, const struct conf_mtftp *g, const struct udp_in *in)
{
	struct pass **at = &s->passes;
	uint32_t net = net_of(s, g, in);
	struct mcast_out out;

	while (*at) {
		struct pass *p = *at;

		if (p->sport == g->mtftp_sport && !pass_is(p, g, net)) {
			mcast_leave(&p->m, &in->from, s->now_us, &out);
			if (!act(s, at, &out))
				continue;
		}
		at = &p->next;
	}
}

static bool
group_is_busy(const struct server *s, const struct conf_mtftp *g, uint32_t net)
{
	for (const struct pass *p = s->passes; p; p = p->next)
		if (pass_blocks(p, g, net))
			return true;
	return false;
}

static void
log_listener(const struct pass *p, const struct request *rq)
{
	char name[4 * TFTP_NAME_MAX + 1], from[PEER_TEXT], master[PEER_TEXT];

	log_info("RRQ \"%s\" from %s: not answered, it listens to the pass of "
		 "%s",
	    text_safe(p->file, strlen(p->file), name, sizeof name),
	    peer_text(&rq->in->from, from), peer_text(&p->m.master, master));
}

static struct pass **
pass_of(struct server *s, const struct conf_mtftp *g, uint32_t net)
{
	struct pass **at = &s->passes;

	while (*at && !pass_is(*at, g, net))
		at = &(*at)->next;
	return *at ? at : NULL;
}

static void
join(struct server *s, const struct request *rq, struct pass **at)
{
	struct mcast_out out;

	mcast_packet(&(*at)->m, &rq->in->from, rq->pkt, s->now_us, &out);
	if (out.event == MCAST_LISTENER)
		log_listener(*at, rq);
	(void)act(s, at, &out);
}

static void
serve(struct server *s, const struct request *rq, const struct conf_mtftp *g)
{
	uint32_t net = net_of(s, g, rq->in);
	struct pass **at;

	leave_others(s, g, rq->in);
	at = pass_of(s, g, net);
	if (at && !pass_rests(*at))
		join(s, rq, at);
	else if (group_is_busy(s, g, net))
		refuse(
		    s, rq, TFTP_EUNDEF, "the group carries another file now");
	else
		start_pass(s, rq, g, at);
}

static void
on_request(struct server *s, const struct request *rq)
{
	const struct conf_mtftp *g;
	enum groups_err e;

	if (rq->pkt->op == TFTP_WRQ) {
		refuse(s, rq, TFTP_EACCESS, "files are only sent here");
		return;
	}
	e = groups_find(s->conf, rq->pkt->name, rq->port->sport, &g);
	if (e != GROUPS_OK)
		refuse(s, rq, TFTP_ENOTFOUND, groups_err_text(e));
	else if (rq->pkt->mode != TFTP_OCTET)
		refuse(s, rq, TFTP_EILLEGAL, "MTFTP is octet only");
	else
		serve(s, rq, g);
}

/* An ACK or an ERROR: for the pass whose master it is. */
static void
on_reply(struct server *s, const struct request *rq)
{
	struct pass **at = &s->passes;
	struct mcast_out out;

	while (*at && ((*at)->sport != rq->port->sport || pass_rests(*at) ||
			  !mcast_heeds(&(*at)->m, &rq->in->from)))
		at = &(*at)->next;
	if (!*at) {
		log_debug("an ACK or ERROR of a stranger is ignored");
		return;
	}
	mcast_packet(&(*at)->m, &rq->in->from, rq->pkt, s->now_us, &out);
	(void)act(s, at, &out);
}

static void
on_illegal(const struct request *rq)
{
	uint8_t buf[ERROR_LEN];
	size_t len = tftp_put_error(
	    buf, sizeof buf, TFTP_EILLEGAL, tftp_code_text(TFTP_EILLEGAL));

	(void)udp_send(
	    rq->port->io.fd, &rq->in->local, 0, &rq->in->from, buf, len);
}

static void
on_datagram(struct server *s, struct port *port, struct udp_in *in)
{
	struct tftp_pkt pkt;
	struct request rq = {port, in, &pkt};
	enum tftp_err e = tftp_decode(&pkt, in->data, in->len);
	char from[PEER_TEXT];

	if (in->from.port == 0)
		return;
	if (e != TFTP_OK) {
		log_debug("%zu odd bytes from %s (%d)", in->len,
		    peer_text(&in->from, from), (int)e);
		if (e != TFTP_ESHORT)
			on_illegal(&rq);
		return;
	}
	if (pkt.op == TFTP_RRQ || pkt.op == TFTP_WRQ)
		on_request(s, &rq);
	else if (pkt.op == TFTP_ACK || pkt.op == TFTP_ERROR)
		on_reply(s, &rq);
}

void
server_ready(struct loop_io *io, uint32_t events)
{
	struct port *port = (struct port *)io; /* its first member */
	struct server *s = port->server;
	struct udp_in in[UDP_BATCH];
	int n = udp_recv(io->fd, s->rx, in);

	(void)events;
	s->now_us = loop_now_us(s->loop);
	if (n == -1)
		log_warning("cannot receive on port %u: %s", port->sport,
		    strerror(errno));
	if (n > 0)
		s->active_us = s->now_us;
	for (int i = 0; i < n; i++)
		on_datagram(s, port, &in[i]);
}

static void
on_timer(void *arg)
{
	struct server *s = arg;
	struct pass **at = &s->passes;
	struct mcast_out out;

	s->now_us = loop_now_us(s->loop);
	s->armed_us = LOOP_NEVER;
	while (*at) {
		struct pass *p = *at;

		if (pass_rests(p) && s->now_us - p->rested_us >= PASS_REST_US) {
			end_pass(at);
			continue;
		}
		if (p->m.deadline_us <= s->now_us) {
			mcast_timer(&p->m, s->now_us, &out);
			s->active_us = s->now_us;
			if (!act(s, at, &out))
				continue;
		}
		at = &p->next;
	}
}

/* From inetd or systemd, without a pass for a while: they start us again. */
static uint64_t
idle_end(const struct server *s)
{
	if (s->start->mode == START_STANDALONE || s->conf->mtftpd.idle_s == 0)
		return LOOP_NEVER;
	for (const struct pass *p = s->passes; p; p = p->next)
		if (!pass_rests(p))
			return LOOP_NEVER;
	return s->active_us + (uint64_t)s->conf->mtftpd.idle_s * US_PER_S;
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* After a batch: the earliest deadline.  A later one is found when it fires. */
static void
arm(void *arg)
{
	struct server *s = arg;
	uint64_t at_us = idle_end(s);

	if (at_us <= loop_now_us(s->loop)) {
		log_info("idle for %u s: ends", s->conf->mtftpd.idle_s);
		loop_stop(s->loop);
		return;
	}
	for (const struct pass *p = s->passes; p; p = p->next)
		at_us =
		    earlier(at_us, pass_rests(p) ? p->rested_us + PASS_REST_US
						 : p->m.deadline_us);
	if (at_us >= s->armed_us)
		return;
	s->armed_us = at_us;
	loop_timer_at(s->loop, at_us);
}

void
server_prepare(struct server *s)
{
	s->loop = loop_new();
	s->rx = udp_rx_new(RX_SIZE);
	if (!s->loop || !s->rx || ports_watch(s) == -1 ||
	    loop_signals(s->loop, server_signal, s) == -1)
		start_fail(EX_OSERR, "cannot make the event loop: %s",
		    strerror(errno));
	querier_watch(&s->querier, s->loop);
	loop_timer_fn(s->loop, on_timer, s);
	loop_after(s->loop, arm, s);
	s->armed_us = LOOP_NEVER;
}

int
server_run(struct server *s)
{
	int rc;

	s->active_us = s->now_us = loop_now_us(s->loop);
	arm(s);
	rc = loop_run(s->loop);
	if (rc == -1)
		log_err("the event loop failed: %s", strerror(errno));
	s->now_us = loop_now_us(s->loop);
	while (s->passes) {
		if (!pass_rests(s->passes)) {
			pass_stop(s->passes, s->now_us);
			account(s, s->passes);
		}
		end_pass(&s->passes);
	}
	server_tell_totals(s);
	return rc == 0 ? EX_OK : EX_OSERR;
}
