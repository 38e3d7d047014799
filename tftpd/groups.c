/*
 * groups.c - which group a client comes to, and all of them together.
 *
 * Clients that ask for the same file with the same options on the same
 * network share a group.  A file that was replaced meanwhile is another file.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/group_int.h"
#include "tftpd/report.h"
#include "tftpd/server.h"
#include "tftpd/xfer_int.h"

enum {
	GATHER_US = 20 * 1000,
	OACKS_VOUCHED = 16
};

/* What is granted: as for a single client, but no window of its own. */
static void
grant(const struct tftp_pkt *rrq, const struct xfer_limits *limits,
    uint64_t size, struct xfer *ret)
{
	struct xfer_limits l = *limits;

	l.refused |= TFTP_OPT_WINDOWSIZE | TFTP_OPT_ROLLOVER;
	memset(ret, 0, sizeof *ret);
	ret->blksize = l.blksize;
	xfer_grant(ret, rrq, &l, size);
	ret->granted |= TFTP_OPT_MULTICAST;
}

static bool
same_options(const struct group *g, const struct xfer *x)
{
	const struct tftp_opts *a = &g->opts, *b = &x->opts;

	return g->granted == x->granted && g->source.blksize == x->blksize &&
	       a->norder == b->norder &&
	       memcmp(a->order, b->order, a->norder * sizeof a->order[0]) ==
		   0 &&
	       memcmp(a->capitals, b->capitals,
		   a->norder * sizeof a->capitals[0]) == 0 &&
	       (!(x->granted & TFTP_OPT_TIMEOUT) ||
		   a->timeout_s == b->timeout_s);
}

static struct group *
find(const struct server *srv, const struct stat *st, int64_t mtime_ns,
    uint32_t ifindex, const struct xfer *x)
{
	for (size_t i = 0; i < GROUPS_MAX; i++) {
		struct group *g = srv->groups.group[i];

		if (g && g->dev == st->st_dev && g->ino == st->st_ino &&
		    g->mtime_ns == mtime_ns && g->ifindex == ifindex &&
		    same_options(g, x))
			return g;
	}
	return NULL;
}

/* Is the group of slot i one of [mtftp FILE]? */
static bool
is_mtftp(const struct server *srv, struct ip4 ip)
{
	const struct conf *c = srv->all;

	for (size_t i = 0; c && i < c->nmtftp; i++)
		if (c->mtftp[i].mtftp_ip.v == ip.v)
			return true;
	return false;
}

/* A free slot and its address; false: there is none. */
static bool
free_slot(const struct server *srv, size_t *ret_slot, struct ip4 *ret_ip)
{
	const struct conf_tftpd *c = &srv->conf;

	for (size_t i = 0; i < c->multicast_groups && i < GROUPS_MAX; i++) {
		struct ip4 ip = {c->multicast_ip.v + (uint32_t)i};

		if (srv->groups.group[i] || is_mtftp(srv, ip))
			continue;
		*ret_slot = i;
		*ret_ip = ip;
		return true;
	}
	return false;
}

static int
open_socket(struct group *g, const struct udp_in *in)
{
	struct server *srv = g->server;

	g->io.ready = group_ready;
	g->io.fd = udp_tid_open(&in->local, &in->from, &srv->ports);
	if (g->io.fd == -1)
		return -1;
	if (udp_multicast(
		g->io.fd, in->ifindex, srv->conf.multicast_ttl, true) == 0 &&
	    loop_add(srv->loop, &g->io, EPOLLIN) == 0)
		return 0;
	(void)close(g->io.fd);
	g->io.fd = -1;
	return -1;
}

/* Blocks a second. */
static uint32_t
rate_of(const struct conf_tftpd *c, uint16_t blksize)
{
	uint64_t rate = (uint64_t)c->multicast_rate * 1000 / blksize;

	return c->multicast_rate && rate == 0 ? 1 : (uint32_t)rate;
}

/* NULL: the client is served alone.  The descriptor is not taken yet. */
static struct group *
group_new(struct server *srv, const struct udp_in *in, const struct xfer *x,
    const struct opened *file, const char *name)
{
	struct group *g = calloc(1, sizeof *g);
	struct mcopt_limits limits = {
	    GATHER_US, srv->conf.retries, rate_of(&srv->conf, x->blksize)};
	struct ip4 ip;

	if (!g)
		return NULL;
	g->server = srv;
	g->io.fd = -1;
	g->room = calloc(srv->conf.max_clients, sizeof *g->room);
	if (!g->room || !free_slot(srv, &g->slot, &ip) ||
	    open_socket(g, in) == -1) {
		free(g->room);
		free(g);
		return NULL;
	}
	g->to.addr = addr_from_ip4(ip);
	g->to.port = srv->conf.multicast_port;
	g->ifindex = in->ifindex;
	g->opts = x->opts;
	g->granted = x->granted;
	g->mtime_ns = file->mtime_ns;
	(void)snprintf(g->name, sizeof g->name, "%s", name);
	(void)text_safe(
	    file->path, strlen(file->path), g->served, sizeof g->served);
	mcopt_open(&g->m, &limits, g->room, srv->conf.max_clients,
	    file->size / x->blksize + 1, loop_now_us(srv->loop));
	srv->groups.group[g->slot] = g;
	srv->groups.n++;
	return g;
}

/* The client is in no group any more, but perhaps in this one. */
static void
leave_others(
    struct server *srv, const struct peer *client, const struct group *but)
{
	struct mcopt_out out;

	for (size_t i = 0; srv->groups.nclients && i < GROUPS_MAX; i++) {
		struct group *g = srv->groups.group[i];

		if (!g || g == but || !mcopt_knows(&g->m, client))
			continue;
		mcopt_gone(&g->m, client, "it asks for another file",
		    loop_now_us(srv->loop), &out);
		(void)group_out(g, &out);
	}
}

static void
join(struct group *g, const struct peer *client, unsigned int oacks)
{
	bool known = mcopt_knows(&g->m, client);
	struct mcopt_out out;

	leave_others(g->server, client, g);
	if (!mcopt_join(
		&g->m, client, oacks, loop_now_us(g->server->loop), &out))
		return;
	if (!known)
		g->server->groups.nclients++;
	(void)group_out(g, &out);
}

/* How many OACKs a client gets that says nothing. */
static unsigned int
oacks_for(const struct xfer *x, size_t request)
{
	struct tftp_opts o = x->opts;
	uint8_t buf[TFTP_OACK_MAX];

	o.multicast = "255.255.255.255,65535,1";
	return xfer_oacks_for((uint32_t)request,
	    (uint32_t)tftp_put_oack(buf, sizeof buf, &o, x->granted));
}

bool
groups_take(struct server *srv, const struct udp_in *in,
    const struct tftp_pkt *rrq, const struct xfer_limits *limits, bool vouched,
    const struct opened *file)
{
	unsigned int oacks;
	char name[SESSION_NAME];
	struct group *g;
	struct stat st;
	struct xfer x;

	if (!addr_is_ip4(&in->from.addr) || srv->conf.multicast_groups == 0 ||
	    (limits->refused & TFTP_OPT_MULTICAST) || rrq->mode != TFTP_OCTET ||
	    fstat(file->fd, &st) == -1)
		return false;
	grant(rrq, limits, file->size, &x);
	if (file->size / x.blksize + 1 > MCOPT_BLOCKS_MAX)
		return false;
	oacks = vouched ? OACKS_VOUCHED : oacks_for(&x, in->len);
	g = find(srv, &st, file->mtime_ns, in->ifindex, &x);
	if (srv->groups.nclients >= srv->conf.max_clients &&
	    !(g && mcopt_knows(&g->m, &in->from)))
		return false; /* forged ones, perhaps: they keep nobody out */
	if (g) {
		(void)close(file->fd);
		join(g, &in->from, oacks);
		return true;
	}
	(void)text_safe(rrq->name, rrq->name_len, name, sizeof name);
	g = group_new(srv, in, &x, file, name);
	if (!g)
		return false;
	g->dev = st.st_dev;
	g->ino = st.st_ino;
	source_open(&g->source, file->fd, file->size, false, x.blksize);
	join(g, &in->from, oacks);
	return true;
}

void
groups_leave(struct server *srv, const struct peer *client)
{
	leave_others(srv, client, NULL);
}

uint64_t
groups_deadline(const struct server *srv)
{
	uint64_t at_us = LOOP_NEVER;

	for (size_t i = 0; srv->groups.n && i < GROUPS_MAX; i++) {
		const struct group *g = srv->groups.group[i];

		if (g && g->m.deadline_us < at_us)
			at_us = g->m.deadline_us;
	}
	return at_us;
}

void
groups_timer(struct server *srv)
{
	uint64_t now_us = loop_now_us(srv->loop);
	struct mcopt_out out;

	for (size_t i = 0; srv->groups.n && i < GROUPS_MAX; i++) {
		struct group *g = srv->groups.group[i];

		if (!g || g->m.deadline_us > now_us)
			continue;
		mcopt_timer(&g->m, now_us, &out);
		(void)group_out(g, &out);
	}
}

void
groups_tell(const struct server *srv)
{
	static const char *const state[] = {
	    "gathering", "streaming", "repairing", "over"};

	for (size_t i = 0; i < GROUPS_MAX; i++) {
		const struct group *g = srv->groups.group[i];
		char who[PEER_TEXT], master[PEER_TEXT], sent[REPORT_NUMBER];

		if (!g)
			continue;
		log_info("multicast of \"%s\" to %s: %s, %u clients, %u have "
			 "it, %s blocks sent, master %s",
		    g->name, peer_text(&g->to, who), state[g->m.state], g->m.n,
		    g->m.done, report_number(g->m.sent, sent),
		    peer_text(&g->m.client[g->m.master].peer, master));
	}
}

void
groups_free(struct server *srv)
{
	for (size_t i = 0; i < GROUPS_MAX; i++)
		if (srv->groups.group[i])
			group_break(srv->groups.group[i],
			    "the server is shutting down");
}
