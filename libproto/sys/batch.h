/*
 * batch.h - the replies of one round, handed to the kernel by one sendmmsg.
 *
 * IPv4 alone.  Memory is taken once.  A storm through a relay leaves by
 * UDP_SEGMENT where the kernel has it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_BATCH_H
#define REMOTEBOOT_SYS_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	BATCH = 256 /* datagrams of one batch */
};

struct batch;

/* One datagram; data and error stay where they are until batch_send(). */
struct batch_out {
	uint32_t ifindex; /* 0: routing decides (not for a frame) */
	struct ip4 src;	  /* v 0: the kernel chooses (not for a frame) */
	uint16_t sport;	  /* of a frame; a socket has its own */
	struct ip4 dst;
	uint16_t dport;
	const uint8_t *hw; /* a frame to that hardware address */
	size_t hlen;
	const void *data;
	size_t len;
	int *error; /* where 0 or the errno is written */
};

/* NULL and errno.  Before the rights end: it opens a socket for a moment. */
struct batch *batch_new(void);
/* NULL is allowed. */
void batch_free(struct batch *b);

/*
 * Add a datagram of a UDP socket.  There is room: at most BATCH of them.  A
 * batch has either datagrams of a socket or frames.
 */
void batch_udp(struct batch *b, const struct batch_out *o);
/*
 * Add a frame of a raw_open() socket; one that is too long for a frame
 * (raw_send_udp()) is not sent, *error says so at once.
 */
void batch_frame(struct batch *b, const struct batch_out *o);
/*
 * Send what was added, in its order, over one socket; a datagram that is
 * refused stops none of the others.  Then the batch is empty.
 */
void batch_send(struct batch *b, int fd);

#endif
