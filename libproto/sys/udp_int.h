/*
 * udp_int.h - what udp.c, udp_io.c and udp_run.c share: addresses and messages
 * for the kernel.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_UDP_INT_H
#define REMOTEBOOT_SYS_UDP_INT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "addr.h"

union sock_addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* All zero: ::, "not known". */
bool addr_is_any(const struct addr *a);
/* sockaddr_in for an IPv4 address, else sockaddr_in6; its length. */
socklen_t sock_addr_put(union sock_addr *to, const struct peer *p);
/* The other way; port 0 and :: for an unknown family. */
void sock_addr_get(const union sock_addr *from, struct peer *p);

/* Room for control messages, aligned as the kernel wants it. */
union udp_control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
		  CMSG_SPACE(sizeof(struct in_pktinfo)) +
		  CMSG_SPACE(sizeof(uint16_t))];
};

/* One message under construction: destination and control; msg_iov is set by
 * the caller. */
struct udp_out {
	struct msghdr msg;
	union sock_addr name;
	union udp_control control;
};

/* local, ifindex, to: as for udp_send(). */
void udp_out_init(struct udp_out *o, const struct addr *local, uint32_t ifindex,
    const struct peer *to);
void udp_out_control(
    struct udp_out *o, int level, int type, const void *data, size_t len);
/* By the call that costs least; 0, or -1 and errno. */
int udp_out_send(int fd, const struct udp_out *o);

/* fd is a new socket: nothing is known of UDP_SEGMENT there. */
void udp_forget_gso(int fd);

#endif
