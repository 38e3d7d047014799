/*
 * rarp.h - "which address have I?" of a machine that has nothing else: RARP.
 *
 * Pure: a request and the configuration in, a reply out.  Hosts with an
 * address of their own are answered and nobody else.
 *
 * RFC 903.  SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_RARP_H
#define REMOTEBOOT_RARP_H

#include <stdbool.h>
#include <stddef.h>

#include "arp.h"
#include "conf.h"

/* What came in and how we are called there. */
struct rarp_in {
	const struct arp *request;
	const char *ifname;
	struct ip4 ifaddr; /* ours on that interface */
	const uint8_t *hw; /* ours on that interface, ARP_HLEN bytes */
};

/*
 * true: *reply goes to the requester by a frame to its hardware address,
 * host is who it is.  false: silence; why says the reason when the machine
 * is known (else it is "").
 */
bool rarp_answer(const struct conf *c, const struct rarp_in *in,
    struct arp *reply, const struct conf_host **host, const char **why);

#endif
