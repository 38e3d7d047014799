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
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "ipudp.h"
#include "sys/raw.h"

enum {
	PAYLOAD_MAX = 1472, /* an Ethernet frame without fragments */
	HW_MAX = 20	    /* InfiniBand's; sll_addr of glibc has 8 bytes */
};

/* struct sockaddr_ll with room for the longest hardware address. */
union dest {
	struct sockaddr sa;
	struct sockaddr_ll ll;
	char room[offsetof(struct sockaddr_ll, sll_addr) + HW_MAX];
};

int
raw_open(void)
{
	return socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int
raw_send_udp(int fd, uint32_t ifindex, const uint8_t *hw, size_t hlen,
    struct ip4 src, uint16_t sport, struct ip4 dst, uint16_t dport,
    const void *data, size_t len)
{
	static uint16_t id; /* only told apart, DF being clear */
	uint8_t head[IPUDP_HEADERS];
	union dest to = {.room = {0}};
	struct iovec iov[2] = {
	    {.iov_base = head, .iov_len = sizeof head},
	    {.iov_base = (void *)(uintptr_t)data, .iov_len = len},
	};
	struct msghdr msg = {
	    .msg_name = &to,
	    .msg_namelen = sizeof to,
	    .msg_iov = iov,
	    .msg_iovlen = 2,
	};

	if (len > PAYLOAD_MAX || hlen > HW_MAX) {
		errno = len > PAYLOAD_MAX ? EMSGSIZE : EINVAL;
		return -1;
	}
	to.ll.sll_family = AF_PACKET;
	to.ll.sll_protocol = htons(ETH_P_IP);
	to.ll.sll_ifindex = (int)ifindex;
	to.ll.sll_halen = (unsigned char)hlen;
	memcpy(to.room + offsetof(struct sockaddr_ll, sll_addr), hw, hlen);
	(void)ipudp_put(head, src, sport, dst, dport, ++id, data, len);
	return sendmsg(fd, &msg, MSG_NOSIGNAL) == -1 ? -1 : 0;
}
