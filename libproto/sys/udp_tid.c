/*
 * udp_tid.c - the socket of one TFTP transfer, with a port of its own (the
 * transfer identifier of RFC 1350).
 *
 * It is not connected: a stranger who sends to it has to get ERROR 5, and a
 * connected socket would never see him.  (When that is worth a second socket
 * for strangers, udp_tid_connect().)  The kernel then tells ICMP errors only
 * on request (IP_RECVERR), in a queue that names for each of them whom the
 * datagram was sent to.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h>
#include <unistd.h>

#include "sys/udp.h"
#include "sys/udp_int.h"

enum {
	TYPE = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	DYNAMIC = 49152 /* first port of IANA's dynamic ones */
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

void
udp_ports_local(struct udp_ports *ret)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	unsigned int first, last;

	*ret = (struct udp_ports){DYNAMIC, UINT16_MAX};
	if (!f)
		return;
	if (fscanf(f, "%5u %5u", &first, &last) == 2 && first > 0 &&
	    first <= last && last <= UINT16_MAX)
		*ret = (struct udp_ports){(uint16_t)first, (uint16_t)last};
	(void)fclose(f);
}

/* From getrandom(2), 128 of them for one call. */
static uint16_t
random16(void)
{
	static uint16_t pool[128];
	static size_t left;

	if (left == 0) {
		if (getrandom(pool, sizeof pool, 0) != (ssize_t)sizeof pool)
			return 0; /* never for so few bytes; a guess then */
		left = sizeof pool / sizeof pool[0];
	}
	return pool[--left];
}

/*
 * Bind to a port of the range that nobody can foresee: tries in a row from a
 * random one.
 */
static int
bind_port(int fd, struct peer *at, const struct udp_ports *ports)
{
	uint32_t n = (uint32_t)(ports->last - ports->first) + 1;
	uint32_t from = random16() * n >> 16;

	for (uint32_t i = 0; i < n; i++) {
		union sock_addr sa;
		socklen_t len;

		at->port = (uint16_t)(ports->first + (from + i) % n);
		len = sock_addr_put(&sa, at);
		if (bind(fd, &sa.sa, len) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
	}
	return -1;
}

/* Bind to local, or to any address when local is none of ours. */
static int
bind_tid(int fd, const struct addr *local, const struct peer *peer,
    const struct udp_ports *ports)
{
	struct peer at = {.scope = peer->scope};

	if (local && addr_is_ip4(local) == addr_is_ip4(&peer->addr)) {
		at.addr = *local;
		if (bind_port(fd, &at, ports) == 0)
			return 0;
		if (errno != EADDRNOTAVAIL)
			return -1;
	}
	if (addr_is_ip4(&peer->addr))
		at.addr = addr_from_ip4((struct ip4){0});
	else
		at.addr = (struct addr){{0}};
	return bind_port(fd, &at, ports);
}

int
udp_tid_open(const struct addr *local, const struct peer *peer,
    const struct udp_ports *ports)
{
	int family = addr_is_ip4(&peer->addr) ? AF_INET : AF_INET6;
	int fd = socket(family, TYPE, 0);

	if (fd == -1)
		return -1;
	if (configure(fd, family) == -1 ||
	    bind_tid(fd, local, peer, ports) == -1) {
		int saved = errno;

		(void)close(fd);
		errno = saved;
		return -1;
	}
	udp_forget_gso(fd);
	return fd;
}

/* Both may have one port; the kernel prefers the one that is connected. */
static int
share_port(int fd, int other, const struct peer *peer)
{
	union sock_addr sa;
	socklen_t len = sizeof sa;
	int on = 1;

	if (getsockname(fd, &sa.sa, &len) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == -1 ||
	    setsockopt(other, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == -1 ||
	    bind(other, &sa.sa, len) == -1)
		return -1;
	len = sock_addr_put(&sa, peer);
	return connect(fd, &sa.sa, len);
}

int
udp_tid_connect(int fd, const struct peer *peer)
{
	int family = addr_is_ip4(&peer->addr) ? AF_INET : AF_INET6;
	int other = socket(family, TYPE, 0);

	if (other == -1)
		return -1;
	if (share_port(fd, other, peer) == -1) {
		int saved = errno;

		(void)close(other);
		errno = saved;
		return -1;
	}
	return other;
}

void
udp_tid_room(int fd, size_t len)
{
	static int first; /* the kernel doubles what it is given */
	socklen_t size = sizeof first;
	int room = (int)(len + len / 16) / 2;

	if (first == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &first, &size) == -1)
		first = 0;
	if (len == 0)
		room = first / 2;
	if (room && room <= first / 2)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
}

bool
udp_tid_alone(int fd)
{
	char c;

	return recv(fd, &c, sizeof c, MSG_PEEK | MSG_DONTWAIT) == -1 &&
	       (errno == EAGAIN || errno == EWOULDBLOCK);
}

int
udp_tid_recv(int fd, uint8_t *buf, size_t size, struct udp_in *in)
{
	ssize_t n;

	do
		n = recv(fd, buf, size, MSG_DONTWAIT | MSG_TRUNC);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	in->data = buf;
	in->truncated = (size_t)n > size;
	in->len = in->truncated ? size : (size_t)n;
	return 1;
}

int
udp_hear_errors(int fd)
{
	static const struct setting both[] = {
	    {IPPROTO_IP, IP_RECVERR, 1},
	    {IPPROTO_IPV6, IPV6_RECVERR, 1},
	};
	socklen_t len = sizeof(int);
	int family;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == -1)
		return -1;
	for (size_t i = 0; i < (family == AF_INET6 ? 2 : 1); i++)
		if (setsockopt(fd, both[i].level, both[i].name, &both[i].value,
			sizeof both[i].value) == -1)
			return -1;
	return 0;
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

int
udp_error_next(int fd, struct peer *ret)
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
		return -1;
	if (!says_gone(&m))
		return 0;
	sock_addr_get(&sa, ret);
	return 1;
}

bool
udp_tid_unreachable(int fd, const struct peer *peer)
{
	bool gone = false;
	struct peer p;
	int rc;

	for (int i = 0; i < UDP_ERRORS; i++) {
		rc = udp_error_next(fd, &p);
		if (rc == -1)
			break;
		if (rc == 1 && p.port == peer->port &&
		    addr_equal(&p.addr, &peer->addr))
			gone = true;
	}
	return gone;
}

bool
udp_tid_refused(int fd, struct peer *ret)
{
	int rc = 0;

	for (int i = 0; i < UDP_ERRORS && rc == 0; i++)
		rc = udp_error_next(fd, ret);
	return rc == 1;
}
