/*
 * server.c - the daemon around answer(): receive, decide, collect; reload.
 *
 * One wildcard socket for each port: it hears every interface, also those
 * that appear later, and can be handed over by inetd and systemd.  A round
 * of the loop decides about all that has come in; at its end server_flush()
 * brings the leases to the disk with one fdatasync and sends the replies.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>

#include "dhcpd/server_int.h"
#include "sys/log.h"

enum {
	SOON_US = 2000000, /* after a message: look around once more */
	STEP_US = 500	   /* between two steps of a journal written anew */
};

void
server_now(struct server *s)
{
	clock_both_s(&s->now.boot_s, &s->now.wall_s);
}

/* ---- one message ---- */

static void
queue_reply(struct server *s, struct port *p, const struct dhcp_in *in,
    const struct link_at *at)
{
	struct reply *r = &s->queue[s->nqueue++];
	const struct dhcp_out *out = &s->out;
	unsigned int dropped = 0;

	r->port = p;
	r->at = *at;
	r->to = out->to;
	r->dst = out->dst;
	r->dport = out->dport;
	r->htype = in->msg->htype;
	r->hlen = in->msg->hlen;
	memcpy(r->chaddr, in->msg->chaddr, sizeof(r->chaddr));
	r->type = out->reply.type;
	/* the other networks of this machine are nobody's concern */
	r->quiet = out->quiet ||
		   (out->to == TO_NONE && !out->subnet && !in->msg->giaddr.v);
	r->kind = out->kind;
	r->most = out->to == TO_NONE ? LOG_MOST_STRANGERS : LOG_MOST;
	r->commit = out->commit != NULL;
	r->error = 0;
	r->len = 0;
	if (out->to == TO_NONE)
		s->count.ignored += !out->commit;
	else
		r->len = dhcp_encode(
		    &out->reply, &out->rules, r->buf, sizeof(r->buf), &dropped);
	if (out->commit)
		leasefile_add(s->file, s->leases, out->commit, &s->now);
	if (out->note &&
	    !leasefile_note(s->file, s->leases, out->note, &s->now))
		host_note_unsure(out->note);
	server_text(r, in, out, dropped);
}

/* As answer() knows it; 0: a new configuration has turned it off. */
static uint16_t
port_number(const struct server *s, const struct port *p)
{
	return p == &s->pxe ? s->conf->dhcpd.pxe_port : s->conf->dhcpd.port;
}

void
server_take(struct server *s, struct port *p, const struct udp_in *d)
{
	struct dhcp_in in = {.msg = &s->msg,
	    .dport = port_number(s, p),
	    .probed = s->probe_again.done};
	char from[PEER_TEXT];
	enum dhcp_err e;
	struct link_at at;

	if (!addr_is_ip4(&d->from.addr) || !in.dport)
		return;
	in.src = addr_ip4(&d->from.addr);
	in.sport = d->from.port;
	in.dst = addr_is_ip4(&d->to) ? addr_ip4(&d->to) : (struct ip4){0};
	in.now_s = s->now.boot_s;
	if (!links_find(&s->links, d->ifindex, in.dst, in.now_s, &at)) {
		s->count.elsewhere++;
		return;
	}
	in.ifname = at.ifname;
	in.ifaddr = at.addr;
	e = d->truncated ? DHCP_EFULL : dhcp_decode(&s->msg, d->data, d->len);
	if (e != DHCP_OK) {
		s->count.bad++;
		log_debug("message of %zu bytes from %s via %s dropped: %s",
		    d->len, peer_text(&d->from, from), at.ifname,
		    dhcp_err_text(e));
		return;
	}
	answer(s->conf, s->leases, &in, &s->out);
	if (server_probe_hold(s, d, &in, &at))
		return;
	queue_reply(s, p, &in, &at);
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*
 * One timer for what comes soon, for probes and for the journal while it is
 * written anew; none while there is nothing.
 */
void
server_timer(struct server *s)
{
	uint64_t at_us = earlier(s->soon_us, probe_next_us(&s->probes));

	if (leasefile_busy(s->file))
		at_us = earlier(at_us, loop_now_us(s->loop) + STEP_US);
	loop_timer_at(s->loop, at_us);
}

static void
look_soon(struct server *s)
{
	if (s->soon_us != LOOP_NEVER)
		return;
	s->soon_us = loop_now_us(s->loop) + SOON_US;
	server_timer(s);
}

static void
port_ready(struct loop_io *io, uint32_t events)
{
	struct port *p = (struct port *)io;
	struct server *s = p->server;
	struct udp_in in[UDP_BATCH];
	unsigned int rounds = 0;
	int n, i;

	(void)events;
	look_soon(s);
	server_now(s);
	s->busy_s = s->now.boot_s;
	do {
		n = udp_recv(io->fd, s->rx, in);
		if (n == -1)
			log_warning("cannot receive on port %u: %s", p->number,
			    strerror(errno));
		lease_expire(s->leases, s->now.boot_s, SERVER_QUEUE);
		for (i = 0; i < n; i++) {
			if (s->nqueue == SERVER_QUEUE)
				server_flush(s);
			s->count.received++;
			server_take(s, p, &in[i]);
		}
	} while (n == UDP_BATCH && ++rounds < SERVER_QUEUE / UDP_BATCH);
}

/* ---- the end of a round, and time ---- */

static void
after(void *arg)
{
	struct server *s = arg;

	if (s->nqueue || leasefile_pending(s->file))
		server_flush(s);
	leasefile_tidy(s->file, s->leases, &s->now);
	if (leasefile_busy(s->file))
		server_timer(s);
	if (s->discovery_s != s->links.read_s)
		server_discovery(s);
}

/* Some seconds after the last message: small things, and the idle exit. */
static void
soon(struct server *s)
{
	uint32_t idle_s = s->conf->dhcpd.idle_s;

	s->soon_us = LOOP_NEVER;
	log_flush();
	server_flush(s); /* nobody waits for what follows */
	leasefile_catch_up(s->file, s->leases, &s->now);
	if (leasefile_behind(s->file))
		look_soon(s);
	if (s->st->mode == START_STANDALONE) {
		leasefile_prepare(s->file);
		return;
	}
	if (!idle_s)
		return;
	if (s->now.boot_s - s->busy_s >= idle_s) {
		log_info("idle for %u s: ends, the next message starts it anew",
		    idle_s);
		loop_stop(s->loop);
		return;
	}
	look_soon(s);
}

static void
timer(void *arg)
{
	struct server *s = arg;

	server_now(s);
	server_probe_due(s);
	if (loop_now_us(s->loop) >= s->soon_us)
		soon(s);
	server_timer(s);
}

/* ---- signals ---- */

static void
reload(struct server *s)
{
	struct conf *c;
	struct leases *ls;
	unsigned int dropped;
	char why[SERVER_TEXT];
	int place;

	if (log_reopen() == -1)
		log_warning("the log file cannot be opened anew: %s; going on "
			    "in the old one: the rotation must make a file "
			    "that the user may write",
		    strerror(errno));
	c = start_reload(s->st);
	if (!c)
		return;
	place = server_place(c, why, sizeof(why));
	if (place == -1) {
		log_err("reload: %s; keeping the old configuration", why);
		conf_free(c);
		return;
	}
	ls = leases_new_part(c, (unsigned int)place);
	if (!ls) {
		log_err("reload: no memory for %u leases; keeping the old "
			"configuration",
		    c->dhcpd.max_leases);
		conf_free(c);
		return;
	}
	if (leasefile_replay(s->file, ls, &s->now) == -1)
		log_warning("reload: cannot read the lease file: %s; leases "
			    "known before are kept",
		    strerror(errno));
	leases_move(ls, s->leases, &dropped);
	server_diff(s, c, ls);
	if (dropped)
		log_warning("reload: bound leases in no pool any more: %u; "
			    "they stay in the lease file until it is written "
			    "anew",
		    dropped);
	leases_free(s->leases);
	conf_free(s->conf);
	s->leases = ls;
	s->conf = c;
	server_remarks(c);
	server_links(s);
}

static void
signalled(void *arg, int signo)
{
	struct server *s = arg;

	server_now(s);
	server_flush(s);
	lease_expire(s->leases, s->now.boot_s, UINT32_MAX);
	if (signo == SIGHUP)
		reload(s);
	else if (signo == SIGUSR1)
		server_state(s);
}

/* ---- the loop ---- */

static int
listen_on(struct server *s, struct port *p)
{
	p->server = s;
	p->io.ready = port_ready;
	return p->io.fd == -1 ? 0 : loop_add(s->loop, &p->io, EPOLLIN);
}

int
server_run(struct server *s)
{
	int rc;

	s->loop = loop_new();
	if (!s->loop || loop_signals(s->loop, signalled, s) == -1 ||
	    listen_on(s, &s->dhcp) == -1 || listen_on(s, &s->pxe) == -1 ||
	    server_probe_listen(s) == -1 || server_rarp_listen(s) == -1) {
		log_err("cannot wait for messages: %s", strerror(errno));
		return -1;
	}
	loop_after(s->loop, after, s);
	loop_timer_fn(s->loop, timer, s);
	s->soon_us = LOOP_NEVER;
	look_soon(s);
	server_now(s);
	s->started_s = s->busy_s = s->now.boot_s;
	leasefile_note_pid(s->file);
	start_ready(s->st);
	rc = loop_run(s->loop);
	if (rc == -1)
		log_err("the loop ended: %s", strerror(errno));
	server_flush(s);
	leasefile_catch_up(s->file, s->leases, &s->now);
	return rc;
}
