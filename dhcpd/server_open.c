/*
 * server_open.c - what the daemon needs root for: sockets and lease file.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "dhcpd/server_int.h"
#include "sys/log.h"
#include "sys/raw.h"

/* The command line wins over `interfaces` of the configuration. */
void
server_links(struct server *s)
{
	const char *const *name = s->conf->dhcpd.interfaces;
	size_t n = s->conf->dhcpd.ninterfaces;

	if (s->st->noperand) {
		name = (const char *const *)s->st->operand;
		n = s->st->noperand;
	}
	links_free(&s->links);
	links_init(&s->links, s->conf, name, n, clock_boot_s());
	links_warn(&s->links);
	s->discovery_s = 0;
	server_discovery(s);
}

/* ---- sockets ---- */

static void
open_port(struct server *s, struct port *p, uint16_t number)
{
	struct peer at = {
	    .addr = addr_from_ip4((struct ip4){0}), .port = number};
	bool named = s->st->noperand || s->conf->dhcpd.ninterfaces;

	if (p->io.fd != -1 || number == 0)
		return;
	p->io.fd =
	    udp_listen(&at, UDP_BROADCAST | (named ? UDP_REUSE : 0), NULL);
	if (p->io.fd != -1)
		return;
	if (errno == EADDRINUSE)
		start_fail(EX_UNAVAILABLE,
		    "port %u: another server listens there; \"ss -lunp sport = "
		    ":%u\" names it; stop it, name the interfaces to serve%s",
		    number, number,
		    number == s->conf->dhcpd.port
			? ", or tell PXE clients on port 4011 alone what to "
			  "boot: port = 0 in [dhcpd], proxy = yes in each "
			  "[subnet]"
			: "");
	start_fail(errno == EACCES || errno == EPERM ? EX_NOPERM : EX_OSERR,
	    "port %u: cannot listen: %s; start dhcpd as root", number,
	    strerror(errno));
}

/* Sockets from inetd or systemd, told apart by their port. */
static void
adopt(struct server *s)
{
	struct peer at;
	int yes = 1;
	size_t i;

	for (i = 0; i < s->st->nfd; i++) {
		if (udp_adopt(s->st->fd[i], &at) == -1 ||
		    setsockopt(s->st->fd[i], SOL_SOCKET, SO_BROADCAST, &yes,
			sizeof(yes)) == -1)
			start_fail(EX_OSERR,
			    "the socket that was handed in cannot be used: %s; "
			    "it must be a datagram socket (inetd: dgram udp "
			    "wait)",
			    strerror(errno));
		if (at.port == s->conf->dhcpd.pxe_port && s->pxe.io.fd == -1)
			s->pxe.io.fd = s->st->fd[i];
		else if (s->conf->dhcpd.port && s->dhcp.io.fd == -1)
			s->dhcp.io.fd = s->st->fd[i];
		else
			log_warning("a socket of port %u was handed in; it is "
				    "not used",
			    at.port);
	}
}

static void
open_sockets(struct server *s)
{
	const struct conf_dhcpd *d = &s->conf->dhcpd;

	s->dhcp.number = d->port;
	s->pxe.number = d->pxe_port;
	s->dhcp.io.fd = s->pxe.io.fd = -1;
	if (s->st->mode != START_STANDALONE)
		adopt(s);
	if (!d->port)
		log_info("port %u is another server's (port = 0): only port %u "
			 "is answered; that server must send option 60 "
			 "\"PXEClient\"",
		    DHCP_PORT_SERVER, d->pxe_port);
	open_port(s, &s->dhcp, d->port);
	open_port(s, &s->pxe, d->pxe_port);
	s->raw = raw_open();
	if (s->raw == -1)
		log_warning("no raw socket: %s; replies to clients without an "
			    "address are broadcast",
		    strerror(errno));
	server_probe_open(s);
	server_rarp_open(s);
}

/* ---- several servers ---- */

static bool
is_here(const struct udp_if *ifs, size_t n, struct ip4 a)
{
	for (size_t i = 0; i < n; i++)
		if (ifs[i].addr.v == a.v)
			return true;
	return false;
}

int
server_place(const struct conf *c, char *why, size_t size)
{
	const struct conf_dhcpd *d = &c->dhcpd;
	struct udp_if *ifs;
	int place = 0;
	size_t n, i;

	if (!d->nservers)
		return 0;
	ifs = udp_interfaces(&n);
	for (i = 0; i < d->nservers && place != -1; i++)
		if (is_here(ifs, ifs ? n : 0, d->servers[i]))
			place = place ? -1 : (int)i + 1;
	free(ifs);
	if (place > 0)
		return place;
	snprintf(why, size,
	    place ? "servers: two of them are addresses of this machine; name "
		    "each server once"
		  : "servers: none of them is an address of this machine; add "
		    "its own, or wait with the start until it has it");
	return -1;
}

/* ---- leases ---- */

static void
open_leases(struct server *s, unsigned int uid, unsigned int gid)
{
	struct leasefile_owner own = {
	    .set = geteuid() == 0, .uid = uid, .gid = gid};
	const char *path = s->conf->dhcpd.lease_file;
	const struct leasefile_stats *f;
	char why[LEASEFILE_WHY], *slash;
	int place = server_place(s->conf, why, sizeof(why));

	if (place == -1)
		start_fail(EX_CONFIG, "%s", why);
	if (place)
		log_info("server %d of %zu: another's client is answered after "
			 "%u s",
		    place, s->conf->dhcpd.nservers, s->conf->dhcpd.takeover_s);
	s->leases = leases_new_part(s->conf, (unsigned int)place);
	if (!s->leases)
		start_fail(EX_OSERR,
		    "no memory for %u leases; lower "
		    "max_leases",
		    s->conf->dhcpd.max_leases);
	s->file = leasefile_open(path, s->leases, &own, &s->now, why);
	if (!s->file)
		start_fail(EX_CANTCREAT, "%s", why);
	f = leasefile_stats(s->file);
	log_info("lease file %s: %zu records for %zu pool addresses", path,
	    f->loaded, leases_count(s->leases));
	snprintf(s->folder, sizeof(s->folder), "%s", path);
	slash = strrchr(s->folder, '/');
	if (slash)
		slash[slash == s->folder] = '\0';
	else
		snprintf(s->folder, sizeof(s->folder), ".");
}

static char *
copy(const char *text)
{
	char *c = strdup(text);

	if (!c)
		start_fail(EX_OSERR, "no memory for the configuration");
	return c;
}

static void
keep_first(struct server *s)
{
	const struct conf_dhcpd *d = &s->conf->dhcpd;

	s->first = (struct first_conf){.lease_file = copy(d->lease_file),
	    .user = copy(d->user),
	    .pid_file = copy(d->pid_file),
	    .port = d->port,
	    .pxe_port = d->pxe_port,
	    .rarp = d->rarp};
}

struct server *
server_open(
    struct start *st, struct conf *c, unsigned int uid, unsigned int gid)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s)
		s->rx = udp_rx_new(DHCP_RX_LEN);
	if (s)
		s->batch = batch_new();
	if (!s || !s->rx || !s->batch)
		start_fail(EX_OSERR, "no memory for the message buffers");
	s->st = st;
	s->conf = c;
	keep_first(s);
	server_now(s);
	open_sockets(s);
	open_leases(s, uid, gid);
	server_remarks(c);
	server_links(s);
	return s;
}

const char *
server_lease_folder(const struct server *s)
{
	return s->folder;
}

void
server_close(struct server *s)
{
	if (!s)
		return;
	loop_free(s->loop);
	links_free(&s->links);
	leasefile_close(s->file);
	leases_free(s->leases);
	conf_free(s->conf);
	free(s->first.lease_file);
	free(s->first.user);
	free(s->first.pid_file);
	udp_rx_free(s->rx);
	batch_free(s->batch);
	if (s->dhcp.io.fd != -1)
		close(s->dhcp.io.fd);
	if (s->pxe.io.fd != -1)
		close(s->pxe.io.fd);
	if (s->raw != -1)
		close(s->raw);
	if (s->arp.io.fd != -1)
		close(s->arp.io.fd);
	if (s->rarp.io.fd != -1)
		close(s->rarp.io.fd);
	free(s);
}
