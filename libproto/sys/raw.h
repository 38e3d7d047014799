/*
 * raw.h - send-only AF_PACKET socket: a datagram to a client that has no
 * address yet.  Opened before the rights end; it still sends after.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_RAW_H
#define REMOTEBOOT_SYS_RAW_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"

/* -1 and errno. */
int raw_open(void);
/*
 * Send an IPv4+UDP datagram (libproto/ipudp makes the headers, DF clear, TTL
 * 64) in a frame to the hardware address hw of hlen bytes on ifindex.  0, or
 * -1 and errno (EMSGSIZE: over 1472 bytes).
 */
int raw_send_udp(int fd, uint32_t ifindex, const uint8_t *hw, size_t hlen,
    struct ip4 src, uint16_t sport, struct ip4 dst, uint16_t dport,
    const void *data, size_t len);

#endif
