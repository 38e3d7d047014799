/*
 * ipudp.c - IPv4 and UDP headers for frames to a client that has no address
 * yet.
 *
 * RFC 791 (header, checksum), RFC 768 (pseudo header; a sum of 0 is sent as
 * ffff, because 0 means "none").
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdbool.h>

#include "ipudp.h"
#include "wire.h"

enum {
	IP_HEADER = 20,
	UDP_HEADER = 8,
	IP_PROTO_UDP = 17,
	IP_TTL_OURS = 64,
	IP_TOTAL_MAX = 65535
};

/* Add len bytes as big-endian 16-bit words; an odd last byte is a high one. */
static uint32_t
sum_bytes(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += (uint32_t)(p[0] << 8 | p[1]);
	if (len == 1)
		sum += (uint32_t)(p[0] << 8);
	return sum;
}

static uint32_t
sum_ip4(uint32_t sum, struct ip4 a)
{
	return sum + (a.v >> 16) + (a.v & 0xffff);
}

static uint16_t
sum_done(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
put_at(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

size_t
ipudp_put(uint8_t buf[static IPUDP_HEADERS], struct ip4 src, uint16_t sport,
    struct ip4 dst, uint16_t dport, uint16_t id, const void *data, size_t len)
{
	uint16_t udp_len, check;
	struct wire_w w;
	uint32_t sum;

	if (len > IP_TOTAL_MAX - IPUDP_HEADERS)
		return 0;
	udp_len = (uint16_t)(UDP_HEADER + len);
	wire_w_init(&w, buf, IPUDP_HEADERS);
	wire_put_u8(&w, 0x45); /* version 4, five words */
	wire_put_u8(&w, 0);
	wire_put_be16(&w, (uint16_t)(IP_HEADER + udp_len));
	wire_put_be16(&w, id);
	wire_put_be16(&w, 0); /* DF clear: old PXE ROMs drop it set */
	wire_put_u8(&w, IP_TTL_OURS);
	wire_put_u8(&w, IP_PROTO_UDP);
	wire_put_be16(&w, 0);
	wire_put_be32(&w, src.v);
	wire_put_be32(&w, dst.v);
	wire_put_be16(&w, sport);
	wire_put_be16(&w, dport);
	wire_put_be16(&w, udp_len);
	wire_put_be16(&w, 0);
	put_at(buf + 10, sum_done(sum_bytes(0, buf, IP_HEADER)));

	sum = sum_ip4(sum_ip4(IP_PROTO_UDP + (uint32_t)udp_len, src), dst);
	sum = sum_bytes(sum, buf + IP_HEADER, UDP_HEADER);
	check = sum_done(sum_bytes(sum, data, len));
	put_at(buf + IP_HEADER + 6, check ? check : 0xffff);
	return IPUDP_HEADERS;
}
