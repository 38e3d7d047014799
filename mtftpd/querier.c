/*
 * querier.c - does anybody ask by IGMP who wants which group?
 *
 * A switch that listens to IGMP (snooping) forgets the groups some minutes
 * after the last question.  Without a querier a long pass then ends in the
 * middle of a room, or every group is flooded: worth one line in the log.
 * The socket is opened while we still may; where we may not, nothing is told.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mtftpd/server_int.h"
#include "sys/log.h"

enum {
	QUERY = 0x11, /* RFC 2236, RFC 3376 */
	PACKET = 512,
	IHL_UNIT = 4,
	BATCH = 16
};

/* RFC 3376 8.5: another querier's present interval, and a little. */
#define MISSING_US (260ULL * 1000000)

/* The type of the IGMP message in an IPv4 packet, or 0. */
static uint8_t
igmp_type(const uint8_t *p, size_t len)
{
	size_t header = len > 0 ? (p[0] & 15U) * IHL_UNIT : 0;

	return header > 0 && header < len ? p[header] : 0;
}

static void
querier_ready(struct loop_io *io, uint32_t events)
{
	struct querier *q = (struct querier *)io; /* its first member */
	uint8_t p[PACKET];

	(void)events;
	for (unsigned int i = 0; i < BATCH; i++) {
		ssize_t n = recv(io->fd, p, sizeof p, 0);

		if (n <= 0)
			return;
		if (igmp_type(p, (size_t)n) == QUERY)
			q->heard_us = loop_now_us(q->loop);
	}
}

void
querier_open(struct querier *q)
{
	q->io.ready = querier_ready;
	q->io.fd = socket(
	    AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_IGMP);
}

void
querier_watch(struct querier *q, struct loop *loop)
{
	q->loop = loop;
	q->since_us = loop_now_us(loop);
	if (q->io.fd != -1 && loop_add(loop, &q->io, EPOLLIN) == -1)
		querier_close(q);
}

void
querier_close(struct querier *q)
{
	if (q->io.fd != -1)
		(void)close(q->io.fd);
	q->io.fd = -1;
}

void
querier_check(struct querier *q, uint64_t now_us)
{
	uint64_t last_us = q->heard_us ? q->heard_us : q->since_us;

	if (q->io.fd == -1 || q->told || now_us - last_us < MISSING_US)
		return;
	q->told = true;
	log_warning("no IGMP query was heard in 260 s: where a switch does "
		    "IGMP snooping, give the network a querier");
}

void
querier_report(const struct querier *q, uint64_t now_us)
{
	if (q->io.fd == -1)
		return;
	if (q->heard_us)
		log_info("the last IGMP query was heard %.0f s ago",
		    (double)(now_us - q->heard_us) / 1e6);
	else
		log_info("no IGMP query was heard in %.0f s",
		    (double)(now_us - q->since_us) / 1e6);
}
