/*
 * udp_int.h - what udp.c and udp_io.c share: addresses for the kernel.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_UDP_INT_H
#define REMOTEBOOT_SYS_UDP_INT_H

#include <netinet/in.h>
#include <stdbool.h>

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
/* fd is a new socket: nothing is known of UDP_SEGMENT there. */
void udp_forget_gso(int fd);

#endif
