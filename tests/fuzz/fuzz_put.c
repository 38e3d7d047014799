/*
 * fuzz_put.c - an upload fed with any request, packets and times.
 *
 * Input: limits (8 bytes), a request (length byte, then its bytes), then
 * events: a byte that says which, and what it needs.  Whatever comes, the
 * machine takes each block once and in order, keeps the limit, acknowledges
 * nothing that is not here, and ends once it is left alone.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tftpd/put.h"
#include "wire.h"

static uint8_t text[TFTP_BLKSIZE_MAX + 2];

/* What the shell keeps. */
struct shell {
	uint64_t size; /* of the file */
	bool cr;
	bool stored;
};

static void
want(bool ok)
{
	if (!ok)
		abort();
}

static void
check(const struct put *x, struct shell *sh, const struct put_out *o)
{
	want(o->why != NULL);
	want(x->next >= 1 && x->acked < x->next);
	want(x->size <= x->max_size);
	if (o->data) {
		want(o->data_len <= x->blksize);
		sh->size += x->netascii
				? put_text(&sh->cr, o->data, o->data_len, text)
				: o->data_len;
	}
	if (o->store) {
		want(x->state == PUT_STORING);
		sh->size += sh->cr;
		want(sh->size == x->size);
	}
	if (o->send_ack && x->next > 1)
		want(o->ack == put_wire_block(x, x->acked));
	/* the last block is acknowledged only when the file is there */
	if (o->send_ack && x->state == PUT_STORING)
		want(x->acked < x->next - 1);
	if (o->send_oack)
		want(x->granted != 0);
	if (o->close)
		want(put_over(x) && x->deadline_us == XFER_NEVER);
	if (x->state == PUT_DONE || x->state == PUT_DALLY)
		want(sh->stored);
}

static void
packet(struct put *x, struct shell *sh, struct wire_r *r, uint64_t now_us)
{
	static const uint8_t zero[TFTP_BLKSIZE_MAX];
	unsigned int how = wire_get_u8(r);
	struct tftp_pkt p;
	struct put_out o;

	memset(&p, 0, sizeof p);
	p.op = TFTP_DATA;
	p.block = how & 1 ? wire_get_be16(r)
			  : put_wire_block(x, x->next - 1 + how / 2 % 4);
	p.data = zero;
	p.data_len = x->blksize;
	if (how & 0x40) { /* bytes of the input, perhaps CR and LF */
		p.data_len = wire_get_u8(r);
		if (p.data_len > wire_r_left(r))
			p.data_len = wire_r_left(r);
		p.data = wire_get_ptr(r, p.data_len);
		if (!p.data)
			p.data = zero;
	}
	put_packet(x, &p, now_us, &o);
	check(x, sh, &o);
}

static void
event(struct put *x, struct shell *sh, struct wire_r *r, uint64_t *now_us)
{
	struct tftp_pkt p;
	struct put_out o = {.why = ""};

	*now_us += wire_get_be16(r);
	switch (wire_get_u8(r) % 8) {
	case 0:
	case 1:
	case 2:
		packet(x, sh, r, *now_us);
		return;
	case 3:
		if (x->deadline_us != XFER_NEVER && x->deadline_us > *now_us)
			*now_us = x->deadline_us;
		put_timer(x, *now_us, &o);
		break;
	case 4:
		put_again(x, *now_us, &o);
		break;
	case 5:
		sh->stored |= x->state == PUT_STORING;
		put_stored(x, *now_us, &o);
		break;
	case 6:
		memset(&p, 0, sizeof p);
		p.op = (enum tftp_op)(wire_get_u8(r) % 7);
		if (p.op != TFTP_DATA)
			put_packet(x, &p, *now_us, &o);
		break;
	default:
		put_timer(x, *now_us, &o);
		break;
	}
	check(x, sh, &o);
}

/* Left alone it ends, after a number of packets that was said before. */
static void
ends(struct put *x, struct shell *sh)
{
	unsigned int timers = 0;
	struct put_out o;

	if (x->state == PUT_STORING) {
		put_fail(x, TFTP_EFULL, "disk full", &o);
		check(x, sh, &o);
	}
	while (!put_over(x)) {
		put_timer(x, x->deadline_us, &o);
		check(x, sh, &o);
		want(++timers <= x->retries + 2);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shell sh = {0, false, false};
	struct xfer_limits limits;
	uint64_t now_us = 0, max_size;
	struct tftp_pkt wrq;
	struct put_out o;
	struct wire_r r;
	struct put x;
	uint8_t buf[257];
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
	max_size = wire_get_be32(&r);
	len = wire_get_u8(&r);
	if (len > wire_r_left(&r))
		len = wire_r_left(&r);
	wire_get_bytes(&r, buf, len);
	if (tftp_decode(&wrq, buf, len) != TFTP_OK || wrq.op != TFTP_WRQ)
		return 0;
	put_open(&x, &wrq, &limits, max_size, now_us, &o);
	check(&x, &sh, &o);
	while (wire_r_left(&r))
		event(&x, &sh, &r, &now_us);
	ends(&x, &sh);
	return 0;
}
