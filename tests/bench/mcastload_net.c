/*
 * mcastload_net.c - one socket hears for all clients, each of which has an
 * address of its own: the host has a local route for all of them.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/mcastload.h"

enum {
	BATCH = 64,
	ROOM = 2048,
	CONTROL = 128,
	RCVBUF = 64 << 20,
	FIRST_PORT = 20000
};

struct slot {
	struct sockaddr_in from;
	struct iovec iov;
	uint8_t control[CONTROL], data[ROOM];
};

struct load_net {
	struct pollfd fd[1 + PORTS];
	uint32_t drops[1 + PORTS];
	nfds_t nfd;
	struct mmsghdr msg[BATCH];
	struct slot slot[BATCH];
};

static int
socket_at(uint16_t port)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int on = 1, off = 0, size = RCVBUF;

	if (fd == -1 ||
	    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) ||
	    setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
		err(1, "socket");
	if (bind(fd, (struct sockaddr *)&at, sizeof at))
		err(1, "port %u", port);
	return fd;
}

static void
join(int fd, const struct load_opt *o)
{
	struct ip_mreqn m = {.imr_multiaddr.s_addr = htonl(o->group),
	    .imr_ifindex = (int)if_nametoindex(o->iface)};

	if (m.imr_ifindex == 0)
		err(1, "%s", o->iface);
	if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m))
		err(1, "join");
}

struct load_net *
net_open(const struct load_opt *o)
{
	struct load_net *n = calloc(1, sizeof *n);
	unsigned int more = o->profile->own_ports ? PORTS : 0;
	unsigned int first = FIRST_PORT + o->cport % 512U * PORTS;

	if (!n)
		err(1, "memory");
	n->fd[n->nfd++] = (struct pollfd){socket_at(o->cport), POLLIN, 0};
	join(n->fd[0].fd, o);
	for (unsigned int i = 0; i < more; i++)
		n->fd[n->nfd++] = (struct pollfd){
		    socket_at((uint16_t)(first + i)), POLLIN, 0};
	for (unsigned int i = 0; i < BATCH; i++) {
		struct slot *s = &n->slot[i];

		s->iov = (struct iovec){s->data, sizeof s->data};
		n->msg[i].msg_hdr = (struct msghdr){.msg_name = &s->from,
		    .msg_iov = &s->iov,
		    .msg_iovlen = 1,
		    .msg_control = s->control};
	}
	return n;
}

void
net_close(struct load_net *n)
{
	for (nfds_t i = 0; i < n->nfd; i++)
		(void)close(n->fd[i].fd);
	free(n);
}

void
net_send(struct load_net *n, uint16_t port, uint32_t from, uint32_t to,
    uint16_t to_port, const void *data, size_t len)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(to),
	    .sin_port = htons(to_port)};
	union {
		struct cmsghdr align;
		uint8_t room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control = {0};
	struct iovec iov = {(void *)(uintptr_t)data, len};
	struct msghdr m = {.msg_name = &at,
	    .msg_namelen = sizeof at,
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof control};
	struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(from)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof info);
	memcpy(CMSG_DATA(c), &info, sizeof info);
	(void)sendmsg(n->fd[port].fd, &m, 0);
}

/* Where it was sent to; and what the socket has dropped so far. */
static uint32_t
read_control(struct load_net *n, uint16_t port, struct msghdr *m)
{
	struct in_pktinfo info = {0};

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
			memcpy(&info, CMSG_DATA(c), sizeof info);
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
			memcpy(&n->drops[port], CMSG_DATA(c),
			    sizeof n->drops[port]);
	}
	return ntohl(info.ipi_addr.s_addr);
}

static int
receive_batch(struct load_net *n, uint16_t port,
    void (*fn)(void *arg, const struct dgram *d), void *arg)
{
	int got;

	for (unsigned int i = 0; i < BATCH; i++) {
		n->msg[i].msg_hdr.msg_namelen = sizeof n->slot[i].from;
		n->msg[i].msg_hdr.msg_controllen = sizeof n->slot[i].control;
	}
	got = recvmmsg(n->fd[port].fd, n->msg, BATCH, 0, NULL);
	for (int i = 0; i < got; i++) {
		struct slot *s = &n->slot[i];
		struct dgram d = {.from = ntohl(s->from.sin_addr.s_addr),
		    .to = read_control(n, port, &n->msg[i].msg_hdr),
		    .from_port = ntohs(s->from.sin_port),
		    .port = port,
		    .data = s->data,
		    .len = n->msg[i].msg_len};

		fn(arg, &d);
	}
	return got;
}

void
net_receive(struct load_net *n, int timeout_ms,
    void (*fn)(void *arg, const struct dgram *d), void *arg)
{
	if (poll(n->fd, n->nfd, timeout_ms) <= 0)
		return;
	for (uint16_t port = 0; port < n->nfd; port++)
		if (n->fd[port].revents)
			(void)receive_batch(n, port, fn, arg);
}

uint64_t
net_dropped(const struct load_net *n)
{
	uint64_t sum = 0;

	for (nfds_t i = 0; i < n->nfd; i++)
		sum += n->drops[i];
	return sum;
}
