/*
 * server_later.c - requests for digests that are not known yet: they wait,
 * and are looked at once more when they are.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>

#include "tftpd/server.h"

/* The job is over, well or not: each request finds out by itself. */
static void
job_done(void *arg, int job)
{
	struct server *srv = arg;
	struct waiting w;

	later_done(srv->later, job);
	while (later_due(srv->later, &w))
		server_request(w.at, &w.in);
}

int
server_digests(struct server *srv, struct sums *digests)
{
	srv->later = later_new();
	if (!srv->later)
		return -1;
	return sums_watch(digests, srv->loop, job_done, srv);
}

bool
server_wait(struct listener *at, const struct udp_in *in, int job)
{
	struct server *srv = at->server;

	return later_add(srv->later, at, in, job, loop_now_us(srv->loop));
}

void
server_wait_over(struct server *srv)
{
	static const char why[] = "the digest is not ready yet: ask again";
	struct tftp_pkt p;
	struct waiting w;

	if (!srv->later)
		return;
	while (later_over(srv->later, loop_now_us(srv->loop), &w))
		if (tftp_decode(&p, w.data, w.in.len) == TFTP_OK)
			server_refuse(w.at, &w.in, &p, TFTP_EUNDEF, why);
}
