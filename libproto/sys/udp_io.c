/*
 * udp_io.c - datagrams in and out, in batches.
 *
 * In: recvmmsg with IP_PKTINFO or IPV6_PKTINFO.  ipi_spec_dst is the address
 * to answer from: the one that was asked, or the interface's own when that
 * was broadcast or multicast.  A datagram that was queued before the option
 * was set (inetd hands such a socket over) has neither that nor an interface.
 *
 * Out (runs of them: udp_run.c): an IPv6 socket takes a sockaddr_in and
 * IP_PKTINFO for an IPv4 destination, so nothing here needs to know what kind
 * of socket it has.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "sys/udp.h"
#include "sys/udp_int.h"

struct udp_rx {
	size_t size; /* of one buffer, without the byte behind it */
	struct mmsghdr msg[UDP_BATCH];
	struct iovec iov[UDP_BATCH];
	union sock_addr name[UDP_BATCH];
	union udp_control control[UDP_BATCH];
	uint8_t buf[];
};

struct udp_rx *
udp_rx_new(size_t size)
{
	struct udp_rx *rx = calloc(1, sizeof *rx + UDP_BATCH * (size + 1));

	if (!rx)
		return NULL;
	rx->size = size;
	for (size_t i = 0; i < UDP_BATCH; i++) {
		struct msghdr *m = &rx->msg[i].msg_hdr;

		rx->iov[i].iov_base = rx->buf + i * (size + 1);
		rx->iov[i].iov_len = size;
		m->msg_iov = &rx->iov[i];
		m->msg_iovlen = 1;
		m->msg_name = &rx->name[i];
		m->msg_control = &rx->control[i];
	}
	return rx;
}

void
udp_rx_free(struct udp_rx *rx)
{
	free(rx);
}

/*
 * Is it an address of this host?  *ret_ifindex is the interface that has it,
 * when there is one.  Asked only for inetd's first datagram.
 */
static bool
is_ours(struct ip4 a, uint32_t *ret_ifindex)
{
	size_t n;
	struct udp_if *ifs = udp_interfaces(&n);
	bool ours = (a.v >> 24) == 127;

	for (size_t i = 0; i < n; i++)
		if (ifs[i].addr.v == a.v ||
		    ((a.v >> 24) == 127 && ifs[i].addr.v >> 24 == 127)) {
			ours = true;
			*ret_ifindex = ifs[i].ifindex;
		}
	free(ifs);
	return ours;
}

static void
take_pktinfo4(struct udp_in *in, const struct cmsghdr *c)
{
	struct in_pktinfo info;
	struct ip4 to, local;

	memcpy(&info, CMSG_DATA(c), sizeof info);
	to.v = ntohl(info.ipi_addr.s_addr);
	local.v = ntohl(info.ipi_spec_dst.s_addr);
	in->ifindex = (uint32_t)info.ipi_ifindex;
	if (local.v == 0 && is_ours(to, &in->ifindex))
		local = to;
	in->to = addr_from_ip4(to);
	if (local.v)
		in->local = addr_from_ip4(local);
}

/* IPv4 on an IPv6 socket comes with both; the IPv4 one knows more. */
static void
take_pktinfo6(struct udp_in *in, const struct cmsghdr *c)
{
	struct in6_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof info);
	if (IN6_IS_ADDR_V4MAPPED(&info.ipi6_addr))
		return;
	memcpy(in->to.b, &info.ipi6_addr, sizeof in->to.b);
	if (!IN6_IS_ADDR_MULTICAST(&info.ipi6_addr))
		in->local = in->to;
	in->ifindex = info.ipi6_ifindex;
}

static void
take(struct udp_in *in, const struct udp_rx *rx, size_t i)
{
	struct msghdr m = rx->msg[i].msg_hdr; /* CMSG_NXTHDR wants it so */
	struct cmsghdr *c;

	memset(in, 0, sizeof *in);
	sock_addr_get(&rx->name[i], &in->from);
	in->data = rx->iov[i].iov_base;
	in->len = rx->msg[i].msg_len;
	in->truncated = m.msg_flags & MSG_TRUNC;
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
			take_pktinfo4(in, c);
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO)
			take_pktinfo6(in, c);
	}
}

int
udp_recv(int fd, struct udp_rx *rx, struct udp_in in[static UDP_BATCH])
{
	int n;

	for (size_t i = 0; i < UDP_BATCH; i++) {
		rx->msg[i].msg_hdr.msg_namelen = sizeof rx->name[i];
		rx->msg[i].msg_hdr.msg_controllen = sizeof rx->control[i];
	}
	do
		n = recvmmsg(fd, rx->msg, UDP_BATCH, MSG_DONTWAIT, NULL);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	for (int i = 0; i < n; i++)
		take(&in[i], rx, (size_t)i);
	return n;
}

int
udp_recv_to(int fd, uint8_t *buf, size_t size, struct udp_in *in)
{
	union sock_addr name;
	socklen_t len = sizeof name;
	ssize_t n;

	do
		n = recvfrom(
		    fd, buf, size, MSG_DONTWAIT | MSG_TRUNC, &name.sa, &len);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	memset(in, 0, sizeof *in);
	sock_addr_get(&name, &in->from);
	in->data = buf;
	in->truncated = (size_t)n > size;
	in->len = in->truncated ? size : (size_t)n;
	return 1;
}

int
udp_recv_one(int fd, struct udp_rx *rx, struct udp_in *in)
{
	return udp_recv_to(fd, rx->buf, rx->size, in);
}

void
udp_out_control(
    struct udp_out *o, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c;
	char *at = o->control.room + o->msg.msg_controllen;

	c = (struct cmsghdr *)(void *)at;
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	o->msg.msg_control = o->control.room;
	o->msg.msg_controllen += CMSG_SPACE(len);
}

static void
add_source(struct udp_out *o, const struct addr *local, uint32_t ifindex)
{
	if (o->name.sa.sa_family == AF_INET) {
		struct in_pktinfo info = {.ipi_ifindex = (int)ifindex};

		if (local && addr_is_ip4(local))
			info.ipi_spec_dst.s_addr = htonl(addr_ip4(local).v);
		udp_out_control(o, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
	} else {
		struct in6_pktinfo info = {.ipi6_ifindex = ifindex};

		if (local && !addr_is_ip4(local))
			memcpy(&info.ipi6_addr, local->b, sizeof local->b);
		udp_out_control(
		    o, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
	}
}

void
udp_out_init(struct udp_out *o, const struct addr *local, uint32_t ifindex,
    const struct peer *to)
{
	memset(o, 0, sizeof *o);
	if (!to)
		return;
	o->msg.msg_namelen = sock_addr_put(&o->name, to);
	o->msg.msg_name = &o->name;
	if (ifindex || (local && !addr_is_any(local)))
		add_source(o, local, ifindex);
}

int
udp_out_send(int fd, const struct udp_out *o)
{
	const struct msghdr *m = &o->msg;
	ssize_t n;

	do
		if (m->msg_controllen || m->msg_iovlen != 1)
			n = sendmsg(fd, m, MSG_NOSIGNAL);
		else
			n = sendto(fd, m->msg_iov->iov_base,
			    m->msg_iov->iov_len, MSG_NOSIGNAL, m->msg_name,
			    m->msg_namelen);
	while (n == -1 && errno == EINTR);
	return n == -1 ? -1 : 0;
}

int
udp_send(int fd, const struct addr *local, uint32_t ifindex,
    const struct peer *to, const void *data, size_t len)
{
	struct iovec iov = {(void *)(uintptr_t)data, len};
	struct udp_out o;

	udp_out_init(&o, local, ifindex, to);
	o.msg.msg_iov = &iov;
	o.msg.msg_iovlen = 1;
	return udp_out_send(fd, &o);
}

int
udp_send_copies(int fd, const struct addr *local, uint32_t ifindex, uint8_t ttl,
    const struct peer *to, const void *data, size_t len, unsigned int n)
{
	struct iovec iov = {(void *)(uintptr_t)data, len};
	struct mmsghdr copy[UDP_COPIES];
	int hops = ttl, rc;
	struct udp_out o;

	udp_out_init(&o, local, ifindex, to);
	o.msg.msg_iov = &iov;
	o.msg.msg_iovlen = 1;
	if (ttl)
		udp_out_control(&o, IPPROTO_IP, IP_TTL, &hops, sizeof hops);
	if (n <= 1)
		return udp_out_send(fd, &o);
	if (n > UDP_COPIES)
		n = UDP_COPIES;
	for (unsigned int i = 0; i < n; i++)
		copy[i].msg_hdr = o.msg;
	do
		rc = sendmmsg(fd, copy, n, MSG_NOSIGNAL);
	while (rc == -1 && errno == EINTR);
	return rc == -1 ? -1 : 0;
}
