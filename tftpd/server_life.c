/*
 * server_life.c - tftpd itself: set up, its time, its end.
 *
 * Time is the deadlines' heap behind the loop's one timer.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/mapped.h"
#include "tftpd/serve.h"
#include "tftpd/server.h"

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

/* Parts of files that nobody sends any more. */
static void
sweep(struct server *srv, uint64_t now_us)
{
	if (srv->sweep_us && srv->sweep_us <= now_us) {
		mapped_sweep();
		srv->sweep_us = 0;
	}
	if (srv->sweep_us == 0 && mapped_any())
		srv->sweep_us = now_us + MAPPED_SWEEP_US;
}

static void
timer(void *arg)
{
	struct server *srv = arg;
	uint64_t now_us = loop_now_us(srv->loop);
	struct session *s;

	while ((s = sessions_due(&srv->sessions, now_us)))
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
	uint64_t wake_us = sessions_wake_us(&srv->sessions);
	uint64_t upload_us = uploads_deadline_us(srv->uploads);
	uint64_t at_us = groups_deadline(srv);

	if (wake_us < at_us)
		at_us = wake_us;
	if (srv->turns_us < at_us)
		at_us = srv->turns_us;
	if (upload_us < at_us)
		at_us = upload_us;
	if (at_us == LOOP_NEVER && srv->idle_s &&
	    !uploads_running(srv->uploads))
		at_us = srv->last_us + srv->idle_s * 1000000ULL;
	if (srv->later && later_deadline(srv->later) < at_us)
		at_us = later_deadline(srv->later);
	if (srv->sweep_us && srv->sweep_us < at_us)
		at_us = srv->sweep_us;
	loop_timer_at(srv->loop, at_us);
}

/* Before the loop waits.  The lines of a round are one write. */
static void
round_over(void *arg)
{
	struct server *srv = arg;

	serve_round(srv);
	sweep(srv, loop_now_us(srv->loop));
	set_timer(srv);
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
	srv->turns.act = &serve_turns;
	srv->turns.full_at = LOOP_EVENTS - 4;
	srv->turns_us = TURNS_NEVER;
	srv->handed_in = handed_in;
	udp_ports_local(&srv->local_ports);
	srv->neigh = neigh_new();
	srv->opener.rootfd = -1;
	json_log_init(&srv->json);
	srv->rx = udp_rx_new(SERVER_RX);
	if (!srv->rx || server_reload(srv, conf, rootfd) == -1) {
		int error = errno;

		udp_rx_free(srv->rx);
		neigh_free(srv->neigh);
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
	struct mac mac;

	if (srv->who)
		who_file_refresh(srv->who, loop_now_us(srv->loop));
	who_find(srv->who ? who_file_book(srv->who) : NULL, srv->all, a,
	    clock_wall_s(), ret);
	if (!ret->hw.hlen && srv->neigh &&
	    neigh_find(srv->neigh, a, loop_now_us(srv->loop), &mac))
		who_card(srv->all, &mac, ret);
}

int
server_listen(struct server *srv, int fd, bool large)
{
	struct listener *l = &srv->listener[srv->nlistener];

	if (srv->nlistener == SERVER_FDS) {
		errno = EMFILE;
		return -1;
	}
	l->io.ready = server_ready;
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
		serve_ended(s, "the server ends");
	}
	groups_free(srv);
	later_free(srv->later);
	sessions_free(&srv->sessions);
	uploads_free(srv->uploads);
	json_log_close(&srv->json);
	for (size_t i = 0; i < srv->nlistener; i++) {
		loop_del(srv->loop, &srv->listener[i].io);
		(void)close(srv->listener[i].io.fd);
	}
	if (srv->opener.rootfd != -1)
		(void)close(srv->opener.rootfd);
	udp_rx_free(srv->rx);
	who_file_free(srv->who);
	neigh_free(srv->neigh);
	opener_free(&srv->opener);
	free(srv);
}
