/*
 * ipudp.h - IPv4 and UDP headers for frames to a client that has no address
 * yet (RFC 791, 768).  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IPUDP_H
#define REMOTEBOOT_IPUDP_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	IPUDP_HEADERS = 28
};

/*
 * Write the 28 bytes of an IPv4 header (no options, DF clear, TTL 64, id
 * given) and a UDP header with its checksum over the len bytes at data.
 * Returns IPUDP_HEADERS, or 0 when data is longer than 65507.
 */
size_t ipudp_put(uint8_t buf[static IPUDP_HEADERS], struct ip4 src,
    uint16_t sport, struct ip4 dst, uint16_t dport, uint16_t id,
    const void *data, size_t len);

#endif
