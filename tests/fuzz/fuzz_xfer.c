/*
 * fuzz_xfer.c - a transfer fed with any request, packets and times.
 *
 * Input: limits (8 bytes), a request (length byte, then its bytes), then
 * events: a byte that says which, and what it needs.  Whatever comes, the
 * machine has to end once it is left alone, and never to send outside of its
 * window or more than it said.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tftpd/xfer.h"
#include "wire.h"

static void
want(bool ok)
{
	if (!ok)
		abort();
}

static void
check(const struct xfer *x, const struct xfer_out *o)
{
	want(o->why != NULL);
	want(o->count <= x->windowsize || o->count == 1);
	want(x->base >= 1 && x->next >= x->base && x->fresh >= x->next);
	want(x->last == UINT64_MAX || x->next <= x->last + 1);
	want(x->next <= x->end && x->end - x->base <= x->windowsize);
	want(x->burst >= 1 && x->burst <= x->windowsize);
	if (o->count)
		want(o->first >= 1);
	if (o->close)
		want(xfer_over(x) && x->deadline_us == XFER_NEVER);
	if (o->send_oack)
		want(x->granted != 0);
}

static void
event(struct xfer *x, struct wire_r *r, uint64_t *now_us)
{
	struct tftp_pkt p;
	struct xfer_out o;

	memset(&p, 0, sizeof p);
	memset(&o, 0, sizeof o);
	o.why = "";
	*now_us += wire_get_be16(r);
	switch (wire_get_u8(r) % 8) {
	case 0:
	case 1: /* a good ACK most of the time */
		p.op = TFTP_ACK;
		p.block = xfer_wire_block(x, x->base - 1 + wire_get_u8(r) % 4);
		xfer_packet(x, &p, *now_us, &o);
		break;
	case 2:
		p.op = TFTP_ACK;
		p.block = wire_get_be16(r);
		xfer_packet(x, &p, *now_us, &o);
		break;
	case 3:
		if (x->deadline_us != XFER_NEVER && x->deadline_us > *now_us)
			*now_us = x->deadline_us;
		xfer_timer(x, *now_us, &o);
		break;
	case 4:
		xfer_again(x, *now_us, &o);
		break;
	case 5:
		if (!xfer_over(x) && x->last == UINT64_MAX && x->next > x->base)
			xfer_last(x, x->next - 1);
		break;
	case 6:
		p.op = (enum tftp_op)(wire_get_u8(r) % 7);
		if (p.op != TFTP_ERROR)
			xfer_packet(x, &p, *now_us, &o);
		break;
	default:
		xfer_timer(x, *now_us, &o);
		break;
	}
	check(x, &o);
}

/* Left alone it ends, after a number of packets that was said before. */
static void
ends(struct xfer *x)
{
	unsigned int timers = 0;
	struct xfer_out o;

	while (!xfer_over(x)) {
		xfer_timer(x, x->deadline_us, &o);
		check(x, &o);
		want(++timers <= (x->retries + 32) * (XFER_BURSTS + 1));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xfer_limits limits;
	struct tftp_pkt rrq;
	struct xfer_out o;
	struct wire_r r;
	struct xfer x;
	uint8_t buf[257];
	uint64_t now_us = 0, file;
	size_t len;

	wire_r_init(&r, data, size);
	memset(&limits, 0, sizeof limits);
	limits.blksize = (uint16_t)(8 + wire_get_u8(&r) * 6);
	limits.max_blksize = (uint16_t)(8 + wire_get_be16(&r) % 65457);
	limits.max_windowsize = (uint16_t)(1 + wire_get_be16(&r) % 65535);
	limits.timeout_ms = 10 + wire_get_u8(&r);
	limits.retries = wire_get_u8(&r) % 8;
	limits.rollover = wire_get_u8(&r) % 3;
	limits.blksize_fixed = limits.retries == 7;
	limits.request_len = limits.retries > 4 ? limits.timeout_ms : 0;
	limits.refused = limits.retries == 6 ? 1U << limits.timeout_ms % 8 : 0;
	file = wire_get_be32(&r);
	if (file % 5 == 0)
		file = XFER_SIZE_UNKNOWN;
	len = wire_get_u8(&r);
	if (len > wire_r_left(&r))
		len = wire_r_left(&r);
	wire_get_bytes(&r, buf, len);
	if (tftp_decode(&rrq, buf, len) != TFTP_OK || rrq.op != TFTP_RRQ)
		return 0;
	xfer_open(&x, &rrq, &limits, file, now_us, &o);
	check(&x, &o);
	while (wire_r_left(&r))
		event(&x, &r, &now_us);
	ends(&x);
	return 0;
}
