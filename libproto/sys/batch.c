/*
 * batch.c - the replies of one round, handed to the kernel by one sendmmsg.
 *
 * sendmmsg stops at a datagram that the kernel refuses and tells why when
 * that is the first one: so each call begins where the last one stopped.
 *
 * In a large batch neighbours of one length for one address, as the clients of
 * a relay cause them, are one message with UDP_SEGMENT: they go through the
 * kernel as one packet, and leave as what they are.  (A capture on this machine
 * shows them as one; so smaller batches, which people look at, are left alone.)
 * Where that is refused (no room for them in the MTU, a device or a policy that
 * cannot) they are sent one by one, and so are those of the next batches.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <unistd.h>

#include "sys/batch.h"
#include "sys/raw_int.h"
#include "sys/udp_gso.h"

enum {
	JOIN_FROM = 64,	     /* datagrams of a large batch */
	ONE_BY_ONE = 1 << 12 /* batches until UDP_SEGMENT is tried again */
};

/* A message of a UDP socket. */
struct udp_out {
	struct sockaddr_in to;
	uint32_t ifindex;
	struct ip4 src;
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct in_pktinfo)) +
			  CMSG_SPACE(sizeof(uint16_t))];
	} control;
};

/* Either all of UDP sockets or all frames. */
struct batch {
	bool frames;
	bool can_segment;
	unsigned int one_by_one; /* for so many batches more */
	unsigned int n;		 /* messages, each of one or more datagrams */
	struct mmsghdr msg[BATCH];
	unsigned int first[BATCH], count[BATCH];
	union {
		struct udp_out udp;
		struct raw_out raw;
	} out[BATCH];
	/* of each datagram */
	struct iovec iov[BATCH];
	int *error[BATCH];
};

/* Older kernels pass over what they do not know and would send one large
 * datagram. */
static bool
kernel_can_segment(void)
{
	int value, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof value;
	bool can =
	    fd != -1 && getsockopt(fd, SOL_UDP, UDP_SEGMENT, &value, &len) == 0;

	if (fd != -1)
		(void)close(fd);
	return can;
}

struct batch *
batch_new(void)
{
	struct batch *b = calloc(1, sizeof(struct batch));

	if (b)
		b->can_segment = kernel_can_segment();
	return b;
}

void
batch_free(struct batch *b)
{
	free(b);
}

static void
add_control(struct udp_out *u, struct msghdr *m, int level, int type,
    const void *data, size_t len)
{
	char *at = u->control.room + m->msg_controllen;
	struct cmsghdr *c = (struct cmsghdr *)(void *)at;

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	m->msg_control = u->control.room;
	m->msg_controllen += CMSG_SPACE(len);
}

/* From which address, by which interface. */
static void
put_source(struct udp_out *u, struct msghdr *m)
{
	struct in_pktinfo info = {.ipi_ifindex = (int)u->ifindex,
	    .ipi_spec_dst.s_addr = htonl(u->src.v)};

	if (u->ifindex || u->src.v)
		add_control(u, m, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
}

/* One more message of one datagram. */
static void
added(struct batch *b, const struct batch_out *o)
{
	b->error[b->n] = o->error;
	b->first[b->n] = b->n;
	b->count[b->n++] = 1;
}

void
batch_udp(struct batch *b, const struct batch_out *o)
{
	struct udp_out *u = &b->out[b->n].udp;
	struct msghdr *m = &b->msg[b->n].msg_hdr;

	u->to = (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(o->dport),
	    .sin_addr.s_addr = htonl(o->dst.v)};
	u->ifindex = o->ifindex;
	u->src = o->src;
	b->iov[b->n] = (struct iovec){(void *)(uintptr_t)o->data, o->len};
	*m = (struct msghdr){.msg_name = &u->to,
	    .msg_namelen = sizeof u->to,
	    .msg_iov = &b->iov[b->n],
	    .msg_iovlen = 1};
	put_source(u, m);
	added(b, o);
}

void
batch_frame(struct batch *b, const struct batch_out *o)
{
	b->frames = true;
	if (raw_out_init(&b->out[b->n].raw, &b->msg[b->n].msg_hdr, o) == -1)
		*o->error = errno;
	else
		added(b, o);
}

/* ---- neighbours ---- */

/* May datagram i go with the message that begins with datagram first? */
static bool
joins(const struct batch *b, unsigned int first, unsigned int i)
{
	const struct udp_out *u = &b->out[first].udp, *v = &b->out[i].udp;
	size_t len = b->iov[first].iov_len;

	return u->to.sin_addr.s_addr == v->to.sin_addr.s_addr &&
	       u->to.sin_port == v->to.sin_port && u->src.v == v->src.v &&
	       u->ifindex == v->ifindex && len && b->iov[i].iov_len == len &&
	       i - first < UDP_GSO_MAX &&
	       (i - first + 1) * len <= UDP_GSO_BYTES;
}

static void
segment(struct batch *b, unsigned int at)
{
	uint16_t size = (uint16_t)b->iov[b->first[at]].iov_len;
	struct msghdr *m = &b->msg[at].msg_hdr;

	m->msg_iovlen = b->count[at];
	if (b->count[at] > 1)
		add_control(&b->out[b->first[at]].udp, m, SOL_UDP, UDP_SEGMENT,
		    &size, sizeof size);
}

/* Each datagram is a message of its own: fewer and longer ones. */
static void
join(struct batch *b)
{
	unsigned int i, last = 0;

	for (i = 1; i < b->n; i++) {
		if (joins(b, b->first[last], i)) {
			b->count[last]++;
			continue;
		}
		segment(b, last++);
		b->msg[last] = b->msg[i];
		b->first[last] = i;
		b->count[last] = 1;
	}
	segment(b, last);
	b->n = last + 1;
}

/* ---- sending ---- */

static void
note(struct batch *b, unsigned int at, int error)
{
	unsigned int i;

	for (i = 0; i < b->count[at]; i++)
		*b->error[b->first[at] + i] = error;
}

/* Is it UDP_SEGMENT that the kernel does not want? */
static bool
is_refusal(int error)
{
	return error == EINVAL || error == EMSGSIZE || error == EIO ||
	       error == ENOPROTOOPT || error == EOPNOTSUPP;
}

/* What could not be sent together: the last control message is UDP_SEGMENT. */
static void
send_each(struct batch *b, int fd, unsigned int at)
{
	struct msghdr m = b->msg[at].msg_hdr;
	unsigned int i;

	m.msg_iovlen = 1;
	m.msg_controllen -= CMSG_SPACE(sizeof(uint16_t));
	for (i = 0; i < b->count[at]; i++, m.msg_iov++)
		*b->error[b->first[at] + i] =
		    sendmsg(fd, &m, MSG_NOSIGNAL) == -1 ? errno : 0;
}

static void
refused(struct batch *b, int fd, unsigned int at, int error)
{
	if (b->count[at] == 1) {
		note(b, at, error);
		return;
	}
	if (is_refusal(error))
		b->one_by_one = ONE_BY_ONE;
	send_each(b, fd, at);
}

void
batch_send(struct batch *b, int fd)
{
	unsigned int at = 0;
	int n, i;

	if (b->n >= JOIN_FROM && b->can_segment && !b->one_by_one && !b->frames)
		join(b);
	while (at < b->n) {
		n = sendmmsg(fd, b->msg + at, b->n - at, MSG_NOSIGNAL);
		for (i = 0; i < n; i++)
			note(b, at++, 0);
		if (n == -1 && errno != EINTR)
			refused(b, fd, at++, errno);
	}
	if (b->n && b->one_by_one)
		b->one_by_one--;
	b->n = 0;
	b->frames = false;
}
