/*
 * arp.h - ARP and RARP packets of Ethernet and IPv4, without the frame.
 *
 * RFC 826, 903, 5227.  SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_ARP_H
#define REMOTEBOOT_ARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	ARP_LEN = 28,
	ARP_HLEN = 6,
	ARP_ETHERTYPE = 0x0806,
	RARP_ETHERTYPE = 0x8035
};

enum arp_op {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	RARP_REQUEST = 3,
	RARP_REPLY = 4
};

struct arp {
	uint16_t op;
	uint8_t sha[ARP_HLEN], tha[ARP_HLEN]; /* sender's, target's */
	struct ip4 spa, tpa;
};

/* false: too short, or not of Ethernet and IPv4.  Padding is allowed. */
bool arp_get(struct arp *a, const void *data, size_t len);
void arp_put(const struct arp *a, uint8_t buf[static ARP_LEN]);

#endif
