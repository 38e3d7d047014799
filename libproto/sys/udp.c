/*
 * udp.c - UDP sockets as the daemons need them: made, adopted, configured;
 * interfaces.  udp_io.c moves the datagrams.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <ifaddrs.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/udp.h"
#include "sys/udp_int.h"

enum {
	RCVBUF = 4 << 20, /* a room full of PCs that start together */
	SNDBUF = 1 << 20, /* the answers of one round */
	TYPE = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC
};

bool
addr_is_any(const struct addr *a)
{
	static const struct addr any;

	return memcmp(a, &any, sizeof any) == 0;
}

socklen_t
sock_addr_put(union sock_addr *to, const struct peer *p)
{
	memset(to, 0, sizeof *to);
	if (addr_is_ip4(&p->addr)) {
		to->in.sin_family = AF_INET;
		to->in.sin_port = htons(p->port);
		to->in.sin_addr.s_addr = htonl(addr_ip4(&p->addr).v);
		return sizeof to->in;
	}
	to->in6.sin6_family = AF_INET6;
	to->in6.sin6_port = htons(p->port);
	to->in6.sin6_scope_id = p->scope;
	memcpy(&to->in6.sin6_addr, p->addr.b, sizeof p->addr.b);
	return sizeof to->in6;
}

void
sock_addr_get(const union sock_addr *from, struct peer *p)
{
	memset(p, 0, sizeof *p);
	if (from->sa.sa_family == AF_INET) {
		struct ip4 a = {ntohl(from->in.sin_addr.s_addr)};

		p->addr = addr_from_ip4(a);
		p->port = ntohs(from->in.sin_port);
	} else if (from->sa.sa_family == AF_INET6) {
		memcpy(p->addr.b, &from->in6.sin6_addr, sizeof p->addr.b);
		p->port = ntohs(from->in6.sin6_port);
		p->scope = from->in6.sin6_scope_id;
	}
}

static int
set_int(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value);
}

/*
 * DF clear.  The IPv4 option also on an IPv6 socket, which may carry IPv4;
 * IPv6's routers never fragment, but we do instead of failing with EMSGSIZE.
 */
static int
no_df(int fd, int family)
{
	if (set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT) == -1)
		return -1;
	if (family == AF_INET6 && set_int(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
				      IPV6_PMTUDISC_DONT) == -1)
		return -1;
	return 0;
}

/* What every listening socket has, made here or handed in. */
static int
listener_options(int fd, int family)
{
	if (no_df(fd, family) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_PKTINFO, 1) == -1)
		return -1;
	if (family == AF_INET6 &&
	    set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) == -1)
		return -1;
	/* beyond net.core.rmem_max while root, else as much as there is */
	if (set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, RCVBUF) == -1)
		(void)set_int(fd, SOL_SOCKET, SO_RCVBUF, RCVBUF);
	if (set_int(fd, SOL_SOCKET, SO_SNDBUFFORCE, SNDBUF) == -1)
		(void)set_int(fd, SOL_SOCKET, SO_SNDBUF, SNDBUF);
	return 0;
}

static int
listen_options(int fd, int family, const struct peer *at, unsigned int flags,
    const char *device)
{
	if (family == AF_INET6 && set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY,
				      !addr_is_any(&at->addr) ||
					  (flags & UDP_V6ONLY)) == -1)
		return -1;
	if ((flags & UDP_REUSE) &&
	    set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1)
		return -1;
	if ((flags & UDP_BROADCAST) &&
	    set_int(fd, SOL_SOCKET, SO_BROADCAST, 1) == -1)
		return -1;
	if (device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
			  (socklen_t)strlen(device)) == -1)
		return -1;
	return listener_options(fd, family);
}

/* Close fd, keep errno, return -1. */
static int
give_up(int fd)
{
	int saved = errno;

	(void)close(fd);
	errno = saved;
	return -1;
}

static int
listen_at(const struct peer *at, unsigned int flags, const char *device)
{
	union sock_addr sa;
	socklen_t len = sock_addr_put(&sa, at);
	int fd = socket(sa.sa.sa_family, TYPE, 0);

	if (fd == -1)
		return -1;
	if (listen_options(fd, sa.sa.sa_family, at, flags, device) == -1 ||
	    bind(fd, &sa.sa, len) == -1)
		return give_up(fd);
	return fd;
}

int
udp_listen(const struct peer *at, unsigned int flags, const char *device)
{
	int fd = listen_at(at, flags, device);

	if (fd == -1 && addr_is_any(&at->addr) && !(flags & UDP_V6ONLY) &&
	    (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		struct ip4 any = {0};
		struct peer at4 = {addr_from_ip4(any), at->port, 0};

		fd = listen_at(&at4, flags, device);
	}
	return fd;
}

int
udp_adopt(int fd, struct peer *ret_at)
{
	int type, family, flags;
	socklen_t len = sizeof type;
	union sock_addr sa = {.in6 = {0}};

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == -1)
		return -1;
	len = sizeof family;
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == -1)
		return -1;
	if (type != SOCK_DGRAM || (family != AF_INET && family != AF_INET6)) {
		errno = EPROTOTYPE;
		return -1;
	}
	len = sizeof sa;
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ||
	    listener_options(fd, family) == -1 ||
	    getsockname(fd, &sa.sa, &len) == -1)
		return -1;
	sock_addr_get(&sa, ret_at);
	return 0;
}

/* Throw away what strangers sent between bind and connect. */
static void
drain(int fd)
{
	char c;

	while (recv(fd, &c, 1, MSG_DONTWAIT | MSG_TRUNC) >= 0)
		;
}

int
udp_connect(const struct addr *local, uint16_t port, const struct peer *peer)
{
	struct peer from = {.port = port, .scope = peer->scope};
	union sock_addr to, me;
	socklen_t to_len = sock_addr_put(&to, peer), me_len;
	int fd = socket(to.sa.sa_family, TYPE, 0);

	if (fd == -1)
		return -1;
	if (local && !addr_is_any(local))
		from.addr = *local;
	else if (to.sa.sa_family == AF_INET)
		from.addr = addr_from_ip4((struct ip4){0});
	me_len = sock_addr_put(&me, &from);
	if (no_df(fd, to.sa.sa_family) == -1 ||
	    bind(fd, &me.sa, me_len) == -1 || connect(fd, &to.sa, to_len) == -1)
		return give_up(fd);
	drain(fd);
	udp_forget_gso(fd);
	return fd;
}

int
udp_multicast(int fd, uint32_t ifindex, uint8_t ttl, bool loop)
{
	struct ip_mreqn via = {.imr_ifindex = (int)ifindex};
	socklen_t len = sizeof(int);
	int family;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == -1 ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &via, sizeof via) ==
		-1 ||
	    set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, ttl) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, loop) == -1)
		return -1;
	if (family != AF_INET6)
		return 0;
	if (set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)ifindex) == -1 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ttl) == -1 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop) == -1)
		return -1;
	return 0;
}

int
udp_join(int fd, uint32_t ifindex, struct ip4 group, bool join)
{
	struct ip_mreqn on = {.imr_ifindex = (int)ifindex,
	    .imr_multiaddr.s_addr = htonl(group.v)};

	return setsockopt(fd, IPPROTO_IP,
	    join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &on, sizeof on);
}

static struct ip4
ip4_of(const struct sockaddr *sa)
{
	union sock_addr u;

	memset(&u, 0, sizeof u);
	if (sa)
		memcpy(&u.in, sa, sizeof u.in);
	return (struct ip4){ntohl(u.in.sin_addr.s_addr)};
}

/* Is it one of the entries that udp_interfaces() tells? */
static bool
has_ip4(const struct ifaddrs *ifa)
{
	return ifa->ifa_addr && ifa->ifa_addr->sa_family == AF_INET;
}

static void
fill_if(struct udp_if *u, const struct ifaddrs *ifa)
{
	/* a label "eth0:1" belongs to the address, not to the interface */
	size_t len = strcspn(ifa->ifa_name, ":");

	memset(u, 0, sizeof *u);
	if (len >= sizeof u->name)
		len = sizeof u->name - 1;
	memcpy(u->name, ifa->ifa_name, len);
	u->ifindex = if_nametoindex(u->name);
	u->addr = ip4_of(ifa->ifa_addr);
	u->mask = ip4_of(ifa->ifa_netmask);
	u->up = ifa->ifa_flags & IFF_UP;
	u->broadcast = ifa->ifa_flags & IFF_BROADCAST;
}

struct udp_if *
udp_interfaces(size_t *n)
{
	struct ifaddrs *all, *ifa;
	struct udp_if *u = NULL;
	size_t count = 0, i = 0;

	*n = 0;
	if (getifaddrs(&all) == -1)
		return NULL;
	for (ifa = all; ifa; ifa = ifa->ifa_next)
		count += has_ip4(ifa);
	errno = 0;
	if (count)
		u = calloc(count, sizeof *u);
	for (ifa = all; u && ifa; ifa = ifa->ifa_next)
		if (has_ip4(ifa))
			fill_if(&u[i++], ifa);
	freeifaddrs(all);
	*n = i;
	return u;
}
