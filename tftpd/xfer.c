/*
 * xfer.c - one TFTP transfer as the server sees it.
 *
 * A transfer is opened by an RRQ, moves by ACKs and by time, and answers with
 * "send blocks a..b"; it never sees file bytes or sockets (source.c and
 * server.c do).
 *
 *   OACK --ACK 0--> SENDING --ACK last--> DONE
 *     \               |  \---retries used up---> UNCONFIRMED (last was sent)
 *      \--ERROR-------+--ERROR--> ABORTED
 *       \-------------+--retries used up--> TIMEOUT
 *
 * RFC 1350 (lock-step is a window of 1), 2347 (OACK), 2348, 2349, 7440.
 * Block numbers are 64-bit here; base .. next-1 are under way.
 *
 * The timer.  It starts with the configured timeout (or the client's, which
 * is then kept to the letter).  After some round trips it follows them in
 * the way of RFC 6298, with a floor of milliseconds.  A quick retransmission
 * doubles it up to the configured timeout and is not counted: only whole
 * timeouts use up the retries, so a client that pauses for a moment is not
 * given up sooner because it was fast before.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/xfer_int.h"

static uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void
out_init(struct xfer_out *out, const char *why)
{
	memset(out, 0, sizeof *out);
	out->why = why;
}

bool
xfer_over(const struct xfer *x)
{
	return x->state != XFER_OACK && x->state != XFER_SENDING;
}

static void
finish(struct xfer *x, enum xfer_state state, const char *why,
    struct xfer_out *out)
{
	x->state = state;
	x->deadline_us = XFER_NEVER;
	out->close = true;
	out->why = why;
}

/* Time. */

/* What the timer starts with after progress. */
static uint64_t
rto_measured(const struct xfer *x)
{
	if (x->samples < XFER_RTT_SAMPLES)
		return x->timeout_us;
	return min_u64(x->timeout_us, max_u64(x->srtt_us + 4 * x->rttvar_us,
					  (uint64_t)XFER_RTO_MIN_MS * 1000));
}

/* RFC 6298 section 2; only for what was sent once (Karn). */
static void
rtt_sample(struct xfer *x, uint64_t now_us)
{
	uint64_t rtt = now_us - x->sent_us, diff;

	if (x->resent_now)
		return;
	if (x->samples == 0) {
		x->srtt_us = rtt;
		x->rttvar_us = rtt / 2;
	} else {
		diff = rtt > x->srtt_us ? rtt - x->srtt_us : x->srtt_us - rtt;
		x->rttvar_us = (3 * x->rttvar_us + diff) / 4;
		x->srtt_us = (7 * x->srtt_us + rtt) / 8;
	}
	if (x->samples < UINT32_MAX)
		x->samples++;
}

static void
progress(struct xfer *x)
{
	x->tries = 0;
	x->again = false;
	x->rto_us = x->timeout_fixed ? x->timeout_us : rto_measured(x);
}

static void
sent(struct xfer *x, uint64_t now_us)
{
	x->sent_us = now_us;
	x->deadline_us = now_us + x->rto_us;
}

/* Blocks. */

static void
send_oack(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	out->send_oack = true;
	sent(x, now_us);
}

/* The window that begins at base. */
static void
send_window(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	uint64_t end = x->base + x->windowsize; /* behind it */

	if (x->last != UINT64_MAX)
		end = min_u64(end, x->last + 1);
	x->resent_now = x->base < x->fresh;
	if (x->resent_now)
		x->resent += min_u64(end, x->fresh) - x->base;
	x->next = end;
	x->fresh = max_u64(x->fresh, end);
	out->first = x->base;
	out->count = (uint32_t)(end - x->base);
	sent(x, now_us);
}

uint16_t
xfer_wire_block(const struct xfer *x, uint64_t b)
{
	if (x->rollover == 1 && b > 0)
		return (uint16_t)((b - 1) % XFER_BLOCK_MAX + 1);
	return (uint16_t)(b & XFER_BLOCK_MAX);
}

/*
 * The block that a 16-bit ACK means: base-1, or one that is under way.
 * false: neither.
 */
static bool
widen(const struct xfer *x, uint16_t wire, uint64_t *ret)
{
	uint64_t before = x->base - 1, b;
	uint16_t from = xfer_wire_block(x, before);

	if (x->rollover == 0 || before == 0)
		b = before + (uint16_t)(wire - from);
	else if (wire == 0)
		return false; /* 0 comes only once */
	else
		b = before +
		    (uint64_t)(wire + XFER_BLOCK_MAX - from) % XFER_BLOCK_MAX;
	if (b >= x->next)
		return false;
	*ret = b;
	return true;
}

void
xfer_open(struct xfer *x, const struct tftp_pkt *rrq,
    const struct xfer_limits *limits, uint64_t size, uint64_t now_us,
    struct xfer_out *out)
{
	memset(x, 0, sizeof *x);
	out_init(out, "request");
	x->rollover = limits->rollover;
	x->blksize = limits->blksize;
	x->windowsize = 1;
	x->retries = limits->retries;
	x->timeout_us = (uint64_t)limits->timeout_ms * 1000;
	xfer_grant(x, rrq, limits, size);
	x->base = x->next = x->fresh = 1;
	x->last =
	    size == XFER_SIZE_UNKNOWN ? UINT64_MAX : size / x->blksize + 1;
	x->rto_us = x->timeout_us;
	if (xfer_too_long(x, limits, size)) {
		x->state = XFER_SENDING;
		xfer_fail(x, TFTP_EUNDEF, x->trouble, out);
	} else if (x->granted) {
		x->state = XFER_OACK;
		send_oack(x, now_us, out);
	} else {
		x->state = XFER_SENDING;
		send_window(x, now_us, out);
	}
}

void
xfer_again(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	out_init(out, "request repeated: first answer again");
	if (xfer_over(x))
		return;
	if (x->state == XFER_OACK) {
		x->resent_now = true;
		send_oack(x, now_us, out);
		return;
	}
	x->again = true;
	if (x->granted) {
		out->send_oack = true;
		return;
	}
	x->resent_now = true;
	x->resent++;
	out->first = 1;
	out->count = 1;
}

/* The client takes up the first answer that it was given again. */
static void
restart(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	progress(x);
	x->base = x->granted ? 1 : 2;
	send_window(x, now_us, out);
	out->why = "started anew by the client";
}

/*
 * An ACK of the block before the window: data is sent by the timer only.  In
 * a window it is also how a client says that the window's first block was
 * lost, so the timer then comes as soon as round trips allow.
 */
static void
ack_repeated(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	out->why = "ACK repeated: no data";
	if (x->windowsize > 1)
		x->deadline_us =
		    min_u64(x->deadline_us, now_us + rto_measured(x));
}

static void
ack_data(struct xfer *x, uint16_t wire, uint64_t now_us, struct xfer_out *out)
{
	uint64_t b;

	if (!widen(x, wire, &b)) {
		if (x->again && wire == (x->granted ? 0 : 1))
			restart(x, now_us, out);
		else
			out->why = "ACK outside of the window: no data";
		return;
	}
	if (b + 1 == x->base) {
		ack_repeated(x, now_us, out);
		return;
	}
	if (b + 1 == x->next)
		rtt_sample(x, now_us);
	else
		out->why = "ACK inside of the window: sent again from there";
	x->base = b + 1;
	progress(x);
	if (b == x->last)
		finish(x, XFER_DONE, "last block acknowledged", out);
	else
		send_window(x, now_us, out);
}

static void
ack(struct xfer *x, uint16_t wire, uint64_t now_us, struct xfer_out *out)
{
	out->why = "ACK";
	if (x->state == XFER_SENDING) {
		ack_data(x, wire, now_us, out);
	} else if (wire == 0) {
		x->state = XFER_SENDING;
		rtt_sample(x, now_us);
		progress(x);
		send_window(x, now_us, out);
	} else {
		out->why = "ACK of no block before ACK 0: no data";
	}
}

void
xfer_packet(struct xfer *x, const struct tftp_pkt *p, uint64_t now_us,
    struct xfer_out *out)
{
	out_init(out, "no packet for a transfer");
	if (xfer_over(x))
		return;
	if (p->op == TFTP_ACK)
		ack(x, p->block, now_us, out);
	else if (p->op == TFTP_ERROR)
		finish(x, XFER_ABORTED, "ended by the client", out);
}

/* Is the last block among those under way? */
static bool
last_is_sent(const struct xfer *x)
{
	return x->state == XFER_SENDING && x->next > x->last;
}

/* Whole timeouts are used up. */
static void
give_up(struct xfer *x, struct xfer_out *out)
{
	if (last_is_sent(x))
		finish(x, XFER_UNCONFIRMED, "last ACK did not come", out);
	else
		finish(x, XFER_TIMEOUT, "client does not answer", out);
}

void
xfer_timer(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	out_init(out, "too early");
	if (xfer_over(x) || now_us < x->deadline_us)
		return;
	if (x->rto_us < x->timeout_us) {
		x->rto_us = min_u64(2 * x->rto_us, x->timeout_us);
	} else if (x->tries++ >= x->retries) {
		give_up(x, out);
		return;
	}
	out->why = "timeout: sent again";
	x->resent_now = true;
	if (x->state == XFER_OACK)
		send_oack(x, now_us, out);
	else
		send_window(x, now_us, out);
}

void
xfer_last(struct xfer *x, uint64_t b)
{
	x->last = b;
	x->next = min_u64(x->next, b + 1);
	x->fresh = min_u64(x->fresh, b + 1);
}

void
xfer_fail(struct xfer *x, uint16_t code, const char *msg, struct xfer_out *out)
{
	out_init(out, msg);
	if (xfer_over(x))
		return;
	finish(x, XFER_BROKEN, msg, out);
	out->send_error = true;
	out->code = code;
	out->msg = msg;
}

void
xfer_gone(struct xfer *x, struct xfer_out *out)
{
	out_init(out, "the client's port is closed");
	if (xfer_over(x))
		return;
	finish(x, last_is_sent(x) ? XFER_UNCONFIRMED : XFER_ABORTED, out->why,
	    out);
}
