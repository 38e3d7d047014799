/*
 * udp_tid.c - the socket of one TFTP transfer, with a port of its own (the
 * transfer identifier of RFC 1350).
 *
 * It is not connected: a stranger who sends to it has to get ERROR 5, and a
 * connected socket would never see him.  The kernel then tells ICMP errors
 * only on request (IP_RECVERR), in a queue that names for each of them whom
 * the datagram was sent to.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h>
#include <unistd.h>

#include "sys/udp.h"
#include "sys/udp_int.h"

enum {
	TYPE = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	QUEUE_MAX = 64 /* messages looked at in one go: strangers fill it too */
};

struct setting {
	int level, name, value;
};

static const struct setting settings4[] = {
    {IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT},
    {IPPROTO_IP, IP_RECVERR, 1},
};

static const struct setting settings6[] = {
    {IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT},
    {IPPROTO_IPV6, IPV6_RECVERR, 1},
};

static int
configure(int fd, int family)
{
	const struct setting *s = family == AF_INET ? settings4 : settings6;

	for (size_t i = 0; i < 2; i++)
		if (setsockopt(fd, s[i].level, s[i].name, &s[i].value,
			sizeof s[i].value) == -1)
			return -1;
	return 0;
}

/* Bind to local, or to any address when local is none of ours. */
static int
bind_tid(int fd, const struct addr *local, const struct peer *peer)
{
	struct peer at = {.scope = peer->scope};
	union sock_addr sa;
	socklen_t len;

	if (local && addr_is_ip4(local) == addr_is_ip4(&peer->addr)) {
		at.addr = *local;
		len = sock_addr_put(&sa, &at);
		if (bind(fd, &sa.sa, len) == 0)
			return 0;
		if (errno != EADDRNOTAVAIL)
			return -1;
	}
	if (addr_is_ip4(&peer->addr))
		at.addr = addr_from_ip4((struct ip4){0});
	else
		at.addr = (struct addr){{0}};
	len = sock_addr_put(&sa, &at);
	return bind(fd, &sa.sa, len);
}

int
udp_tid_open(const struct addr *local, const struct peer *peer)
{
	int family = addr_is_ip4(&peer->addr) ? AF_INET : AF_INET6;
	int fd = socket(family, TYPE, 0);

	if (fd == -1)
		return -1;
	if (configure(fd, family) == -1 || bind_tid(fd, local, peer) == -1) {
		int saved = errno;

		(void)close(fd);
		errno = saved;
		return -1;
	}
	udp_forget_gso(fd);
	return fd;
}

/* Does this message of the queue say that nobody is there? */
static bool
says_gone(struct msghdr *m)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct sock_extended_err e;
		bool v4 =
		    c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
		bool v6 = c->cmsg_level == IPPROTO_IPV6 &&
			  c->cmsg_type == IPV6_RECVERR;

		if (!v4 && !v6)
			continue;
		memcpy(&e, CMSG_DATA(c), sizeof e);
		if (e.ee_errno == ECONNREFUSED)
			return true;
	}
	return false;
}

/* One message of the queue; false: there is none. */
static bool
next_error(int fd, struct peer *ret, bool *ret_gone)
{
	union sock_addr sa = {.in6 = {0}};
	union {
		struct cmsghdr align;
		char room[512];
	} control;
	char data[16];
	struct iovec iov = {.iov_base = data, .iov_len = sizeof data};
	struct msghdr m = {.msg_name = &sa,
	    .msg_namelen = sizeof sa,
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.room,
	    .msg_controllen = sizeof control.room};

	if (recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) == -1)
		return false;
	sock_addr_get(&sa, ret);
	*ret_gone = says_gone(&m);
	return true;
}

bool
udp_tid_unreachable(int fd, const struct peer *peer)
{
	bool gone = false, this;
	struct peer p;

	for (int i = 0; i < QUEUE_MAX && next_error(fd, &p, &this); i++)
		gone |= this && p.port == peer->port &&
			addr_equal(&p.addr, &peer->addr);
	return gone;
}

bool
udp_tid_refused(int fd, struct peer *ret)
{
	bool gone;

	for (int i = 0; i < QUEUE_MAX && next_error(fd, ret, &gone); i++)
		if (gone)
			return true;
	return false;
}
