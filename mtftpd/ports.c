/*
 * ports.c - mtftpd's sockets: one for each mtftp_sport, made here or handed
 * in by inetd or systemd.
 *
 * MTFTP is IPv4 (option 43 has room for nothing else), so the sockets are.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <sysexits.h>
#include <unistd.h>

#include "mtftpd/server_int.h"
#include "sys/log.h"

uint32_t
interface_index(const char *name)
{
	uint32_t ifindex = 0;
	size_t n;
	struct udp_if *u = udp_interfaces(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(u[i].name, name) == 0)
			ifindex = u[i].ifindex;
	free(u);
	return ifindex;
}

/* Multicast as configured.  Clients on this host hear it too. */
static void
set_multicast(const struct server *s, const struct port *p)
{
	if (udp_multicast(p->io.fd, 0, s->conf->mtftpd.ttl, true) == -1)
		log_warning("cannot set the ttl of multicast on port %u: %s",
		    p->sport, strerror(errno));
}

static struct port *
port_of(struct server *s, uint16_t sport)
{
	for (size_t i = 0; i < s->nport; i++)
		if (s->port[i].sport == sport)
			return &s->port[i];
	return NULL;
}

static void
add_port(struct server *s, int fd, uint16_t sport)
{
	struct port *p = &s->port[s->nport++];

	p->io = (struct loop_io){server_ready, fd};
	p->server = s;
	p->sport = sport;
	set_multicast(s, p);
}

static int
listen_on(uint16_t sport)
{
	struct peer at = {addr_from_ip4((struct ip4){0}), sport, 0};

	return udp_listen(&at, 0, NULL);
}

/* Sockets from inetd or systemd are bound already. */
static void
adopt_all(struct server *s)
{
	const struct start *st = s->start;
	struct peer at;

	for (size_t i = 0; i < st->nfd; i++) {
		if (udp_adopt(st->fd[i], &at) == -1)
			start_fail(EX_OSERR,
			    "descriptor %d that was handed in is of no use: "
			    "%s",
			    st->fd[i], strerror(errno));
		if (port_of(s, at.port))
			start_fail(EX_CONFIG,
			    "two sockets for port %u were handed in; one "
			    "takes all addresses",
			    at.port);
		add_port(s, st->fd[i], at.port);
	}
}

/* What the configuration wants and nobody handed in. */
static void
warn_missing(struct server *s, const uint16_t *want, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!port_of(s, want[i]))
			log_warning("no socket for mtftp_sport %u was handed "
				    "in: its files are not served",
			    want[i]);
}

static const char *
advice(int error)
{
	return error == EADDRINUSE ? "stop the other server first"
				   : "ports below 1024 are root's to open";
}

void
ports_open(struct server *s)
{
	uint16_t want[GROUPS_PORTS];
	size_t n = groups_sports(s->conf, want);

	if (n > GROUPS_PORTS)
		start_fail(EX_CONFIG,
		    "%s: more than %d different mtftp_sport; let files share "
		    "one",
		    s->conf->path, GROUPS_PORTS);
	if (s->start->mode != START_STANDALONE) {
		adopt_all(s);
		warn_missing(s, want, n);
		return;
	}
	if (n == 0)
		want[n++] = s->conf->mtftpd.mtftp_sport;
	for (size_t i = 0; i < n; i++) {
		int fd = listen_on(want[i]);

		if (fd == -1)
			start_fail(errno == EACCES ? EX_NOPERM : EX_UNAVAILABLE,
			    "cannot bind UDP port %u: %s; %s", want[i],
			    strerror(errno), advice(errno));
		add_port(s, fd, want[i]);
	}
}

int
ports_watch(struct server *s)
{
	for (size_t i = 0; i < s->nport; i++)
		if (loop_add(s->loop, &s->port[i].io, EPOLLIN) == -1)
			return -1;
	return 0;
}

static bool
in_use(const struct server *s, const struct port *port, const uint16_t *want,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (want[i] == port->sport)
			return true;
	for (const struct pass *p = s->passes; p; p = p->next)
		if (p->sport == port->sport && !pass_rests(p))
			return true;
	return false;
}

/* Put the last port into the place of one that is closed, in the loop too. */
static void
drop_port(struct server *s, struct port *port)
{
	struct port *last = &s->port[s->nport - 1];

	loop_del(s->loop, &port->io);
	(void)close(port->io.fd);
	if (port != last) {
		loop_del(s->loop, &last->io);
		*port = *last;
		if (loop_add(s->loop, &port->io, EPOLLIN) == -1)
			log_err("port %u is lost: %s", port->sport,
			    strerror(errno));
	}
	s->nport--;
}

static void
open_port(struct server *s, uint16_t sport)
{
	int fd;

	if (s->nport == GROUPS_PORTS)
		errno = EMFILE;
	fd = s->nport == GROUPS_PORTS ? -1 : listen_on(sport);
	if (fd == -1) {
		log_err("cannot bind UDP port %u: %s; its files are served "
			"after a restart",
		    sport, strerror(errno));
		return;
	}
	add_port(s, fd, sport);
	if (loop_add(s->loop, &s->port[s->nport - 1].io, EPOLLIN) == -1)
		log_err("cannot watch UDP port %u: %s", sport, strerror(errno));
}

void
ports_change(struct server *s)
{
	uint16_t want[GROUPS_PORTS];
	size_t n = groups_sports(s->conf, want);

	if (s->start->mode != START_STANDALONE) {
		warn_missing(s, want, n);
	} else {
		for (size_t i = s->nport; i > 0; i--)
			if (n && !in_use(s, &s->port[i - 1], want, n))
				drop_port(s, &s->port[i - 1]);
		for (size_t i = 0; i < n; i++)
			if (!port_of(s, want[i]))
				open_port(s, want[i]);
	}
	for (size_t i = 0; i < s->nport; i++)
		set_multicast(s, &s->port[i]);
}

void
ports_close(struct server *s)
{
	for (size_t i = 0; i < s->nport; i++)
		(void)close(s->port[i].io.fd);
	s->nport = 0;
}
