/*
 * arp_link.c - ARP and RARP packets from and to the links.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "sys/arp_link.h"

enum {
	OP_AT = 6, /* of the packet, which begins behind the frame's head */
	ROOM = 64  /* an ARP packet with the padding of its frame */
};

static int
filter(int fd, enum arp_op op)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, OP_AT),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)op, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, ROOM),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = {sizeof code / sizeof code[0], code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog);
}

/* The filter first: nothing that it would not pass gets in before it. */
int
arp_listen(uint16_t ethertype, enum arp_op op)
{
	struct sockaddr_ll at = {
	    .sll_family = AF_PACKET, .sll_protocol = htons(ethertype)};
	int fd =
	    socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int e;

	if (fd == -1)
		return -1;
	if (filter(fd, op) == 0 &&
	    bind(fd, (struct sockaddr *)&at, sizeof at) == 0)
		return fd;
	e = errno;
	close(fd);
	errno = e;
	return -1;
}

int
arp_recv(int fd, struct arp *a, uint32_t *ifindex)
{
	union {
		struct sockaddr sa;
		struct sockaddr_ll ll;
	} from;
	socklen_t from_len = sizeof from;
	uint8_t buf[ROOM];
	ssize_t n = recvfrom(fd, buf, sizeof buf, 0, &from.sa, &from_len);

	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	*ifindex = (uint32_t)from.ll.sll_ifindex;
	return from.ll.sll_pkttype != PACKET_OUTGOING &&
	       arp_get(a, buf, (size_t)n);
}

int
arp_send(int fd, uint32_t ifindex, uint16_t ethertype,
    const uint8_t to[static ARP_HLEN], const struct arp *a)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
	    .sll_protocol = htons(ethertype),
	    .sll_ifindex = (int)ifindex,
	    .sll_halen = ARP_HLEN};
	uint8_t buf[ARP_LEN];
	ssize_t n;

	arp_put(a, buf);
	memcpy(at.sll_addr, to, ARP_HLEN);
	n = sendto(fd, buf, sizeof buf, MSG_NOSIGNAL, (struct sockaddr *)&at,
	    sizeof at);
	return n == -1 ? -1 : 0;
}

bool
arp_own_hw(int fd, const char *ifname, uint8_t hw[static ARP_HLEN])
{
	struct ifreq r = {.ifr_flags = 0};

	(void)snprintf(r.ifr_name, sizeof r.ifr_name, "%s", ifname);
	if (ioctl(fd, SIOCGIFHWADDR, &r) == -1 ||
	    r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return false;
	memcpy(hw, r.ifr_hwaddr.sa_data, ARP_HLEN);
	return true;
}
