/*
 * udp_gso.h - UDP_SEGMENT, for C libraries that do not have it, and what one
 * call with it can carry.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_UDP_GSO_H
#define REMOTEBOOT_SYS_UDP_GSO_H

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
	UDP_GSO_MAX = 64,     /* UDP_MAX_SEGMENTS of the oldest kernels */
	UDP_GSO_BYTES = 65507 /* the longest IPv4 datagram */
};

#endif
