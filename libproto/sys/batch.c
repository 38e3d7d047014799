/*
 * batch.c - the replies of one round, handed to the kernel by one sendmmsg.
 *
 * sendmmsg stops at a datagram that the kernel refuses and tells why when
 * that is the first one: so each call begins where the last one stopped.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "sys/batch.h"
#include "sys/raw_int.h"

/* One datagram of a UDP socket. */
struct udp_out {
	struct sockaddr_in to;
	struct iovec iov;
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control;
};

struct batch {
	unsigned int n;
	struct mmsghdr msg[BATCH];
	int *error[BATCH];
	union {
		struct udp_out udp;
		struct raw_out raw;
	} out[BATCH];
};

struct batch *
batch_new(void)
{
	return calloc(1, sizeof(struct batch));
}

void
batch_free(struct batch *b)
{
	free(b);
}

/* From which address, by which interface. */
static void
put_source(struct udp_out *u, struct msghdr *m, const struct batch_out *o)
{
	struct in_pktinfo info = {.ipi_ifindex = (int)o->ifindex,
	    .ipi_spec_dst.s_addr = htonl(o->src.v)};
	struct cmsghdr *c = &u->control.align;

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof info);
	memcpy(CMSG_DATA(c), &info, sizeof info);
	m->msg_control = u->control.room;
	m->msg_controllen = sizeof u->control.room;
}

void
batch_udp(struct batch *b, const struct batch_out *o)
{
	struct udp_out *u = &b->out[b->n].udp;
	struct msghdr *m = &b->msg[b->n].msg_hdr;

	u->to = (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(o->dport),
	    .sin_addr.s_addr = htonl(o->dst.v)};
	u->iov = (struct iovec){(void *)(uintptr_t)o->data, o->len};
	*m = (struct msghdr){.msg_name = &u->to,
	    .msg_namelen = sizeof u->to,
	    .msg_iov = &u->iov,
	    .msg_iovlen = 1};
	if (o->ifindex || o->src.v)
		put_source(u, m, o);
	b->error[b->n++] = o->error;
}

void
batch_frame(struct batch *b, const struct batch_out *o)
{
	if (raw_out_init(&b->out[b->n].raw, &b->msg[b->n].msg_hdr, o) == -1)
		*o->error = errno;
	else
		b->error[b->n++] = o->error;
}

void
batch_send(struct batch *b, int fd)
{
	unsigned int at = 0;
	int n, i;

	while (at < b->n) {
		n = sendmmsg(fd, b->msg + at, b->n - at, MSG_NOSIGNAL);
		for (i = 0; i < n; i++)
			*b->error[at++] = 0;
		if (n == -1 && errno != EINTR)
			*b->error[at++] = errno;
	}
	b->n = 0;
}
