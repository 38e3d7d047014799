/*
 * tftpload_net.c - the sockets and packets of the load generator.
 *
 * A socket for each client, all there before the clock starts; connected as
 * soon as the server's TID is known.  With GRO a run that left the server in
 * one piece arrives in one piece.
 *
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <netinet/udp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/tftpload.h"

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum {
	BUFFER = 8 << 20,
	/* not a power of two: the buffers' heads would share cache lines */
	STRIDE = LOAD_RX + 4096 + 192,
	RRQ = 1,
	ACK = 4,
	ERROR = 5
};

static struct {
	uint8_t data[LOAD_BATCH][STRIDE];
	struct mmsghdr msg[LOAD_BATCH];
	struct iovec iov[LOAD_BATCH];
	struct sockaddr_in from[LOAD_BATCH];
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control[LOAD_BATCH];
} rx;

uint64_t
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* ---- sockets ---- */

static int
client_socket(const struct load_opt *o)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, size = BUFFER;

	if (fd == -1)
		err(1, "socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) ==
	    -1)
		err(1, "SO_RCVBUFFORCE");
	if (o->gro &&
	    setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on) == -1)
		warn("UDP_GRO");
	return fd;
}

static void
more_descriptors(uint32_t clients)
{
	struct rlimit r = {clients + 64, clients + 64};

	if (setrlimit(RLIMIT_NOFILE, &r) == -1)
		err(1, "%u descriptors", clients);
}

void
net_open(struct load *l)
{
	uint32_t i;

	more_descriptors(l->o.clients);
	l->client = calloc(l->o.clients, sizeof *l->client);
	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (!l->client || l->epfd == -1)
		err(1, "clients");
	for (i = 0; i < l->o.clients; i++) {
		struct client *c = &l->client[i];
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};

		c->fd = client_socket(&l->o);
		if (epoll_ctl(l->epfd, EPOLL_CTL_ADD, c->fd, &e) == -1)
			err(1, "epoll");
	}
}

/* ---- to the server ---- */

static uint8_t *
put_option(uint8_t *p, const char *name, uint64_t value)
{
	p += sprintf((char *)p, "%s", name) + 1;
	return p + sprintf((char *)p, "%llu", (unsigned long long)value) + 1;
}

void
net_request_make(struct load *l)
{
	const struct load_opt *o = &l->o;
	uint8_t *p = l->request;

	if (strlen(o->name) > LOAD_REQUEST / 2)
		errx(2, "the name is too long");
	*p++ = 0;
	*p++ = RRQ;
	p += sprintf((char *)p, "%s", o->name) + 1;
	p += sprintf((char *)p, "octet") + 1;
	if (o->tsize)
		p = put_option(p, "tsize", 0);
	if (o->blksize)
		p = put_option(p, "blksize", o->blksize);
	if (o->timeout_s)
		p = put_option(p, "timeout", o->timeout_s);
	if (o->windowsize)
		p = put_option(p, "windowsize", o->windowsize);
	l->request_len = (size_t)(p - l->request);
}

void
net_request(struct load *l, struct client *c)
{
	if (sendto(c->fd, l->request, l->request_len, 0,
		(const struct sockaddr *)&l->o.server,
		sizeof l->o.server) == -1 &&
	    errno != ECONNREFUSED && errno != EAGAIN)
		err(1, "request");
}

void
net_ack(struct load *l, struct client *c, uint64_t block)
{
	uint8_t p[4] = {0, ACK, (uint8_t)(block >> 8), (uint8_t)block};

	(void)l;
	/* what could not be sent is lost; the timer repeats it */
	(void)!send(c->fd, p, sizeof p, 0);
}

void
net_error(struct client *c, const char *text)
{
	uint8_t p[LOAD_TEXT] = {0, ERROR};

	snprintf((char *)p + 4, sizeof p - 4, "%s", text);
	(void)!send(c->fd, p, 4 + strlen((char *)p + 4) + 1, 0);
}

/* ---- from the server ---- */

/* The first n headers, for the kernel to fill. */
static void
prepare(int n)
{
	int i;

	for (i = 0; i < n; i++) {
		struct msghdr *h = &rx.msg[i].msg_hdr;

		rx.iov[i] = (struct iovec){rx.data[i], LOAD_RX};
		h->msg_iov = &rx.iov[i];
		h->msg_iovlen = 1;
		h->msg_name = &rx.from[i];
		h->msg_namelen = sizeof rx.from[i];
		h->msg_control = &rx.control[i];
		h->msg_controllen = sizeof rx.control[i];
	}
}

/* Length of each datagram but the last of a run. */
static size_t
segment_of(struct msghdr *h, size_t len)
{
	struct cmsghdr *c;
	int seg = 0;

	for (c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
		if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO)
			memcpy(&seg, CMSG_DATA(c), sizeof seg);
	return seg > 0 ? (size_t)seg : len;
}

/* The first answer tells the TID; strangers are the kernel's from now on. */
static bool
meet(struct client *c, const struct sockaddr_in *from, struct load *l)
{
	if (c->connected)
		return true;
	if (from->sin_addr.s_addr != l->o.server.sin_addr.s_addr)
		return false;
	if (connect(c->fd, (const struct sockaddr *)from, sizeof *from) == -1)
		err(1, "connect");
	c->connected = true;
	return true;
}

static void
one_message(struct load *l, struct client *c, int i)
{
	size_t len = rx.msg[i].msg_len, at, seg;

	if (!meet(c, &rx.from[i], l))
		return;
	if (len == 0)
		client_packet(l, c, rx.data[i], 0);
	seg = segment_of(&rx.msg[i].msg_hdr, len);
	for (at = 0; at < len; at += seg)
		client_packet(
		    l, c, rx.data[i] + at, len - at < seg ? len - at : seg);
}

void
net_receive(struct load *l, struct client *c)
{
	/* what one call hands over is one batch; epoll tells of more */
	static int used = LOAD_BATCH;
	int i, n;

	prepare(used);
	n = recvmmsg(c->fd, rx.msg, LOAD_BATCH, MSG_DONTWAIT, NULL);
	used = n > 0 ? n : 0;
	c->again_told = false;
	for (i = 0; i < n; i++)
		one_message(l, c, i);
}
