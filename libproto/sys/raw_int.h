/*
 * raw_int.h - a frame under construction, for raw.c and batch.c only.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_RAW_INT_H
#define REMOTEBOOT_SYS_RAW_INT_H

#include <stddef.h>
#include <stdint.h>

#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "ipudp.h"
#include "sys/batch.h"

enum {
	RAW_HW = 20 /* InfiniBand's; sll_addr of glibc has 8 bytes */
};

/* struct sockaddr_ll with room for the longest hardware address. */
union raw_dest {
	struct sockaddr sa;
	struct sockaddr_ll ll;
	char room[offsetof(struct sockaddr_ll, sll_addr) + RAW_HW];
};

/* Destination and headers of one datagram; iov[1] is the caller's data. */
struct raw_out {
	union raw_dest to;
	struct iovec iov[2];
	uint8_t head[IPUDP_HEADERS];
};

/*
 * Fill *r and *msg, which points into it.  0, or -1 and errno, as
 * raw_send_udp() says.
 */
int raw_out_init(
    struct raw_out *r, struct msghdr *msg, const struct batch_out *o);

#endif
