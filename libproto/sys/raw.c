/*
 * raw.c - send-only AF_PACKET socket.
 *
 * Protocol 0: nothing is received, so nothing can fill its buffer.
 * SOCK_DGRAM: the kernel writes the link header for whatever the interface
 * is.  CAP_NET_RAW is needed to open it, not to use it.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <linux/if_ether.h>

#include "sys/raw.h"
#include "sys/raw_int.h"

enum {
	PAYLOAD_MAX = 1472 /* an Ethernet frame without fragments */
};

int
raw_open(void)
{
	return socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int
raw_out_init(struct raw_out *r, struct msghdr *msg, const struct batch_out *o)
{
	static uint16_t id; /* only told apart, DF being clear */

	if (o->len > PAYLOAD_MAX || o->hlen > RAW_HW) {
		errno = o->len > PAYLOAD_MAX ? EMSGSIZE : EINVAL;
		return -1;
	}
	memset(&r->to, 0, sizeof r->to);
	r->to.ll.sll_family = AF_PACKET;
	r->to.ll.sll_protocol = htons(ETH_P_IP);
	r->to.ll.sll_ifindex = (int)o->ifindex;
	r->to.ll.sll_halen = (unsigned char)o->hlen;
	memcpy(r->to.room + offsetof(struct sockaddr_ll, sll_addr), o->hw,
	    o->hlen);
	(void)ipudp_put(
	    r->head, o->src, o->sport, o->dst, o->dport, ++id, o->data, o->len);
	r->iov[0] = (struct iovec){r->head, sizeof r->head};
	r->iov[1] = (struct iovec){(void *)(uintptr_t)o->data, o->len};
	*msg = (struct msghdr){.msg_name = &r->to,
	    .msg_namelen = sizeof r->to,
	    .msg_iov = r->iov,
	    .msg_iovlen = 2};
	return 0;
}

int
raw_send_udp(int fd, uint32_t ifindex, const uint8_t *hw, size_t hlen,
    struct ip4 src, uint16_t sport, struct ip4 dst, uint16_t dport,
    const void *data, size_t len)
{
	const struct batch_out o = {.ifindex = ifindex,
	    .src = src,
	    .sport = sport,
	    .dst = dst,
	    .dport = dport,
	    .hw = hw,
	    .hlen = hlen,
	    .data = data,
	    .len = len};
	struct raw_out r;
	struct msghdr msg;

	if (raw_out_init(&r, &msg, &o) == -1)
		return -1;
	return sendmsg(fd, &msg, MSG_NOSIGNAL) == -1 ? -1 : 0;
}
