/*
 * group.c - a file that goes to many clients at once (RFC 2090).
 *
 * A group has one socket, whose port is the TID of all its clients, one
 * address from multicast_ip on, one open file.  libproto/mcast_opt.c decides;
 * here it is done and told.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/group_int.h"
#include "tftpd/report.h"
#include "tftpd/serve.h"
#include "tftpd/server.h"

enum {
	TURN_RUNS = 8, /* before others have a turn */
	OPTION_TEXT = 32
};

static void
group_free(struct group *g)
{
	struct server *srv = g->server;

	if (g->io.fd != -1) {
		loop_del(srv->loop, &g->io);
		(void)close(g->io.fd);
	}
	source_close(&g->source);
	srv->groups.group[g->slot] = NULL;
	srv->groups.n--;
	free(g->room);
	free(g);
	server_touched(srv);
}

/* Everybody is there, the file goes out. */
static void
tell_begin(struct group *g)
{
	char who[PEER_TEXT], master[PEER_TEXT], blocks[REPORT_NUMBER];

	g->begun = true;
	log_info("multicast of \"%s\" to %s begins: %s blocks of %u, %u "
		 "clients, master %s",
	    g->name, peer_text(&g->to, who),
	    report_number(g->m.nblocks, blocks),
	    (unsigned int)g->source.blksize, g->m.n,
	    peer_text(&g->m.client[g->m.master].peer, master));
}

static void
tell_end(const struct group *g)
{
	const struct mcopt *m = &g->m;
	char who[PEER_TEXT], sent[REPORT_NUMBER], again[REPORT_NUMBER];
	uint64_t ms = (loop_now_us(g->server->loop) - m->started_us) / 1000;

	log_info("multicast of \"%s\" to %s is over: %u of %u clients have it, "
		 "%s blocks of %u sent, %s of them again, %" PRIu64 ".%02u s, "
		 "loss %.1f %%",
	    g->name, peer_text(&g->to, who), m->done, m->joined,
	    report_number(m->sent, sent), (unsigned int)g->source.blksize,
	    report_number(m->resent, again), ms / 1000,
	    (unsigned int)(ms % 1000 / 10), mcopt_loss_permil(m) / 10.0);
	g->server->sums.resent += m->resent;
}

/* A client of the group is done, or gone. */
static void
record(const struct group *g, const struct peer *client, const char *outcome,
    const char *why, enum record_as as, const char *line)
{
	const struct source *s = &g->source;
	bool done = as == RECORD_INFO;
	struct record r = {.client = client,
	    .file = g->name,
	    .served = g->served,
	    .mode = TFTP_OCTET,
	    .size = s->size,
	    .blocks = done ? s->size / s->blksize + 1 : 0,
	    .blksize = s->blksize,
	    .windowsize = 1,
	    .took_us = loop_now_us(g->server->loop) - g->m.started_us,
	    .outcome = outcome,
	    .why = why,
	    .code = -1};

	server_record(g->server, &r, as, line);
}

static void
tell_event(struct group *g, const struct mcopt_out *out)
{
	struct server_sums *n = &g->server->sums;
	char who[PEER_TEXT], line[SESSION_NAME + 256];

	(void)peer_text(&out->who, who);
	switch (out->event) {
	case MCOPT_JOINED:
		log_info("multicast of \"%s\": %s joins", g->name, who);
		break;
	case MCOPT_DONE:
		n->sent++;
		n->bytes += g->source.size;
		(void)snprintf(line, sizeof line,
		    "multicast of \"%s\": %s has it", g->name, who);
		record(g, &out->who, "done", "by multicast", RECORD_INFO, line);
		break;
	case MCOPT_LOST:
		n->failed++;
		(void)snprintf(line, sizeof line,
		    "multicast of \"%s\": %s leaves without all of it: %s",
		    g->name, who, out->why);
		record(g, &out->who, "lost", out->why, RECORD_WARNING, line);
		break;
	case MCOPT_SWITCHED:
		log_debug("multicast of \"%s\": %s is no longer the master: %s",
		    g->name, who, out->why);
		break;
	case MCOPT_AGAIN:
		log_debug(
		    "multicast of \"%s\": once more: %s", g->name, out->why);
		break;
	case MCOPT_NONE:
		break;
	}
}

static void
send_oack(struct group *g, const struct peer *to, bool master)
{
	char text[OPTION_TEXT], addr[ADDR_TEXT];
	uint8_t buf[TFTP_OACK_MAX];
	size_t len;

	/* all of it each time: some clients take no empty fields */
	(void)snprintf(text, sizeof text, "%s,%u,%d",
	    addr_text(&g->to.addr, addr), (unsigned int)g->to.port, master);
	g->opts.multicast = text;
	len = tftp_put_oack(buf, sizeof buf, &g->opts, g->granted);
	g->opts.multicast = NULL;
	if (len)
		(void)udp_send(g->io.fd, NULL, 0, to, buf, len);
}

/* Blocks first .. first + count - 1 to the group: how many went out. */
static uint32_t
send_blocks(struct group *g, uint64_t first, uint32_t count)
{
	const size_t seg = TFTP_HEADER + (size_t)g->source.blksize;
	uint8_t *buf = g->server->buf;
	struct source_run run;
	int n;

	if (source_read(&g->source, first, count, buf, SERVER_BUF, &run) ==
	    -1) {
		g->broken = errno == ESTALE
				? "the file became shorter while it was sent"
				: "the file cannot be read";
		return 0;
	}
	/* nobody shall boot a mixture */
	if (ahead_changed(&g->source.file, g->source.fd)) {
		g->broken = "the file has changed while it was sent";
		return 0;
	}
	for (uint32_t i = 0; i < run.count; i++)
		tftp_put_data_header(run.at + i * seg, (uint16_t)(first + i));
	n = udp_send_run(g->io.fd, NULL, &g->to, run.at, run.len, seg);
	if (n == -1 && errno == ECONNREFUSED) /* of some client: told once */
		n = udp_send_run(g->io.fd, NULL, &g->to, run.at, run.len, seg);
	if (n == -1 && (errno == EAGAIN || errno == ENOBUFS))
		return 0;
	/* anything else is as if the network had lost it */
	return n == -1 ? run.count : (uint32_t)n;
}

static void
send_stream(struct group *g)
{
	uint64_t first;
	uint32_t n, sent;

	for (int turn = 0; turn < TURN_RUNS; turn++) {
		uint64_t now_us = loop_now_us(g->server->loop);

		n = mcopt_more(&g->m, now_us, &first);
		if (n == 0)
			return;
		sent = send_blocks(g, first, n);
		mcopt_sent(&g->m, sent, now_us);
		if (sent == 0)
			return;
	}
}

/* All clients are told that it is no use to wait. */
void
group_break(struct group *g, const char *why)
{
	for (unsigned int k = 0; k < g->m.n; k++)
		serve_error(
		    g->io.fd, NULL, 0, &g->m.client[k].peer, TFTP_EUNDEF, why);
	log_warning("multicast of \"%s\" broken off, %u clients wait for it: "
		    "%s",
	    g->name, g->m.n, why);
	g->server->sums.failed += g->m.n;
	g->server->groups.nclients -= g->m.n;
	group_free(g);
}

/* Carry out a decision.  false: all is over and g is gone. */
bool
group_out(struct group *g, const struct mcopt_out *out)
{
	log_debug("multicast of \"%s\": %s", g->name, out->why);
	for (unsigned int i = 0; i < out->noack; i++)
		send_oack(g, &out->oack[i].to, out->oack[i].master);
	if (out->data)
		(void)send_blocks(g, out->block, 1);
	if (out->send_error)
		serve_error(
		    g->io.fd, NULL, 0, &out->who, TFTP_EUNDEF, out->why);
	tell_event(g, out);
	if (out->event == MCOPT_DONE || out->event == MCOPT_LOST)
		g->server->groups.nclients--;
	if (g->m.state == MCOPT_OVER) {
		tell_end(g);
		group_free(g);
		return false;
	}
	if (!g->begun && g->m.state == MCOPT_STREAM)
		tell_begin(g);
	send_stream(g);
	if (!g->broken)
		return true;
	group_break(g, g->broken);
	return false;
}

/* One datagram; false: g is gone. */
static bool
datagram(struct group *g, const struct udp_in *in)
{
	struct mcopt_out out;
	struct tftp_pkt p;

	if (tftp_decode(&p, in->data, in->len) != TFTP_OK)
		return true;
	if (!mcopt_knows(&g->m, &in->from)) {
		/* a client that has all repeats its last ACK, a late ERROR */
		if (p.op == TFTP_DATA)
			serve_error(g->io.fd, NULL, 0, &in->from,
			    TFTP_EUNKNOWNTID, tftp_code_text(TFTP_EUNKNOWNTID));
		return true;
	}
	mcopt_packet(&g->m, &in->from, &p, loop_now_us(g->server->loop), &out);
	return group_out(g, &out);
}

/* ICMP; false: g is gone. */
static bool
icmp(struct group *g)
{
	struct mcopt_out out;
	struct peer who;

	while (udp_tid_refused(g->io.fd, &who)) {
		mcopt_gone(&g->m, &who, "its port is closed",
		    loop_now_us(g->server->loop), &out);
		if (!group_out(g, &out))
			return false;
	}
	return true;
}

void
group_ready(struct loop_io *io, uint32_t events)
{
	struct group *g = (struct group *)io;
	struct server *srv = g->server;
	int n;

	if (events & EPOLLIN) {
		n = udp_recv(io->fd, srv->rx, srv->in);
		for (int i = 0; i < n; i++)
			if (!datagram(g, &srv->in[i]))
				return;
	}
	if (events & EPOLLERR)
		(void)icmp(g);
}
