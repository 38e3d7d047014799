/*
 * arp.c - ARP and RARP packets.
 *
 * RFC 826, 903.  SPDX-License-Identifier: ISC
 */
#include "arp.h"
#include "wire.h"

enum {
	HTYPE_ETHERNET = 1,
	PTYPE_IPV4 = 0x0800,
	PLEN_IPV4 = 4
};

bool
arp_get(struct arp *a, const void *data, size_t len)
{
	struct wire_r r;
	bool ours;

	wire_r_init(&r, data, len);
	ours = wire_get_be16(&r) == HTYPE_ETHERNET;
	ours &= wire_get_be16(&r) == PTYPE_IPV4;
	ours &= wire_get_u8(&r) == ARP_HLEN;
	ours &= wire_get_u8(&r) == PLEN_IPV4;
	a->op = wire_get_be16(&r);
	wire_get_bytes(&r, a->sha, sizeof a->sha);
	a->spa.v = wire_get_be32(&r);
	wire_get_bytes(&r, a->tha, sizeof a->tha);
	a->tpa.v = wire_get_be32(&r);
	return ours && !r.bad;
}

void
arp_put(const struct arp *a, uint8_t buf[static ARP_LEN])
{
	struct wire_w w;

	wire_w_init(&w, buf, ARP_LEN);
	wire_put_be16(&w, HTYPE_ETHERNET);
	wire_put_be16(&w, PTYPE_IPV4);
	wire_put_u8(&w, ARP_HLEN);
	wire_put_u8(&w, PLEN_IPV4);
	wire_put_be16(&w, a->op);
	wire_put_bytes(&w, a->sha, sizeof a->sha);
	wire_put_be32(&w, a->spa.v);
	wire_put_bytes(&w, a->tha, sizeof a->tha);
	wire_put_be32(&w, a->tpa.v);
}
