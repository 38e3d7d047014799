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
 * The timer (xfer_time.c) is the client's timeout option to the letter, or
 * follows the round trips.  A quick retransmission doubles it up to the
 * configured timeout and is not counted: only whole timeouts use up the
 * retries, so a client that pauses for a moment is not given up sooner
 * because it was fast before.
 *
 * Recovery.  An ACK inside of the window tells where to go on; after a window
 * was sent twice it may be the answer to copies (ack_copies()).  When nothing
 * comes, the first thing to be sent again is the window's last block alone:
 * a client that has everything acknowledges it, one that does not says what
 * it lacks (RFC 7440 section 4), and only a third silence costs a window.
 *
 * Until the client has answered from its address, it gets what its request
 * is worth and no more: the source may be forged.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/xfer_int.h"

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

static void
sent(struct xfer *x, uint64_t now_us)
{
	x->sent_us = now_us;
	x->deadline_us = now_us + (x->next < x->end ? xfer_pace(x) : x->rto_us);
}

/* The answer to a request, but not more than it is worth (forged ones). */
static void
send_answer(struct xfer *x, bool timed, uint64_t now_us, struct xfer_out *out)
{
	x->sent_us = now_us;
	x->deadline_us = now_us + x->rto_us;
	if (!xfer_credit_pay(x, timed)) {
		out->why = "nothing more before the client answers";
		return;
	}
	if (x->granted) {
		out->send_oack = true;
		return;
	}
	out->first = 1;
	out->count = 1;
}

/* Blocks. */

/* Where the window that begins at base ends. */
static void
set_end(struct xfer *x)
{
	x->end = x->base + x->windowsize;
	if (x->last != UINT64_MAX)
		x->end = min_u64(x->end, x->last + 1);
	else if (x->rollover == XFER_ROLLOVER_NONE)
		x->end = min_u64(x->end, XFER_BLOCK_MAX + 1);
}

/* The next burst of the window. */
static void
send_burst(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	uint64_t end = min_u64(x->next + x->burst, x->end);

	if (x->next < x->fresh)
		x->resent += min_u64(end, x->fresh) - x->next;
	out->first = x->next;
	out->count = (uint32_t)(end - x->next);
	x->next = end;
	x->fresh = max_u64(x->fresh, end);
	sent(x, now_us);
}

/* The window that begins at base. */
static void
send_window(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	x->probes = 0;
	x->next = x->base;
	set_end(x);
	x->once = x->fresh;
	x->window_us = now_us;
	if (x->base < x->fresh)
		xfer_echoes(x, now_us);
	send_burst(x, now_us, out);
}

/*
 * The window's last block once more.  Its ACK tells what came and what did
 * not, where the whole window would mostly be blocks that the client has.
 */
static void
send_probe(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	x->probes++;
	x->once = x->next;
	x->resent++;
	out->first = x->next - 1;
	out->count = 1;
	xfer_echoes(x, now_us);
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
	xfer_defaults(x, limits);
	out_init(out, "request");
	xfer_grant(x, rrq, limits, size);
	x->state = x->granted ? XFER_OACK : XFER_SENDING;
	x->burst = x->windowsize;
	x->patience = XFER_CLEAN;
	x->heard_us = now_us;
	x->last =
	    size == XFER_SIZE_UNKNOWN ? UINT64_MAX : size / x->blksize + 1;
	xfer_credit_open(x, size);
	x->rto_us = x->timeout_us;
	if (x->granted && !x->timeout_fixed)
		x->rto_us = min_u64(x->rto_us, xfer_rto_early(x));
	if (xfer_too_long(x, limits, size)) {
		xfer_fail(x, TFTP_EUNDEF, x->trouble, out);
		return;
	}
	xfer_credit_earn(x);
	if (!x->granted)
		x->next = x->end = x->fresh = 2;
	send_answer(x, false, now_us, out);
}

void
xfer_again(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	uint64_t deadline_us = x->deadline_us, sent_us = x->sent_us;

	out_init(out, "request repeated: first answer again");
	if (xfer_over(x))
		return;
	if (x->unproven)
		xfer_credit_earn(x);
	xfer_echoes(x, now_us);
	send_answer(x, false, now_us, out);
	x->resent += out->count;
	x->once = x->state == XFER_OACK ? 2 : x->next;
	if (x->state == XFER_OACK || x->unproven)
		return;
	x->again = true;
	x->sent_us = sent_us; /* the transfer goes on as it was */
	x->deadline_us = deadline_us;
}

/* The client has got further. */
static void
progress(struct xfer *x, uint64_t now_us)
{
	xfer_heard(x, now_us);
	x->unproven = false;
	x->tries = 0;
	x->again = false;
}

/* The client takes up the first answer that it was given again. */
static void
restart(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	progress(x, now_us);
	x->base = x->granted ? 1 : 2;
	send_window(x, now_us, out);
	out->why = "started anew by the client";
}

/*
 * An ACK of the block before the window: with a window of 1, data is sent by
 * the timer only.  In a longer one it is also how a client says that the
 * window's first block was lost; when it may be an echo instead, the timer
 * comes as soon as round trips allow.
 */
static void
ack_repeated(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	if (xfer_first_lost(x, now_us)) {
		out->why = "ACK repeated: the window's first block was lost";
		xfer_window_cut(x, 0);
		xfer_believed(x, now_us);
		send_window(x, now_us, out);
		return;
	}
	out->why = "ACK repeated: no data";
	if (x->windowsize > 1)
		x->deadline_us = min_u64(x->deadline_us, now_us + xfer_wait(x));
}

/* All that was sent arrived; with the window's last block, the window did. */
static void
ack_all(struct xfer *x, uint64_t b, uint64_t now_us)
{
	xfer_rtt(x, b, now_us);
	if (x->next == x->end && x->probes == 0)
		xfer_window_clean(x);
}

/* Blocks up to b arrived; on with the window behind it, if there is one. */
static void
advance(struct xfer *x, uint64_t b, uint64_t now_us, struct xfer_out *out)
{
	progress(x, now_us);
	x->base = b + 1;
	if (b == x->last)
		finish(x, XFER_DONE, "last block acknowledged", out);
	else if (b == XFER_BLOCK_MAX && x->rollover == XFER_ROLLOVER_NONE)
		xfer_fail(x, TFTP_EUNDEF,
		    "file too long: the client is not "
		    "known to count further",
		    out);
	else
		send_window(x, now_us, out);
}

/*
 * The client has all that was sent more than once, and nothing else yet: what
 * it answers is the copies.  The other blocks of the window are still on
 * their way; sent again, they would be answered in the same way, and so on to
 * the end of the file.  It has begun to count anew, so the window moves on.
 */
static void
ack_copies(struct xfer *x, uint64_t b, uint64_t now_us, struct xfer_out *out)
{
	out->why = "ACK of copies: on from there";
	progress(x, now_us);
	x->base = b + 1;
	set_end(x);
	x->window_us = now_us;
	if (x->next < x->end)
		send_burst(x, now_us, out);
	else
		x->deadline_us = now_us + x->rto_us;
}

/* Blocks up to b arrived, more are under way. */
static void
ack_inside(struct xfer *x, uint64_t b, uint64_t now_us, struct xfer_out *out)
{
	if (x->copies && b + 1 == x->once) {
		ack_copies(x, b, now_us, out);
		return;
	}
	out->why = "ACK inside of the window: sent again from there";
	xfer_window_cut(x, b + 1 - x->base);
	advance(x, b, now_us, out);
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
	if (b + 1 < x->next) {
		ack_inside(x, b, now_us, out);
		return;
	}
	ack_all(x, b, now_us);
	advance(x, b, now_us, out);
}

static void
ack(struct xfer *x, uint16_t wire, uint64_t now_us, struct xfer_out *out)
{
	out->why = "ACK";
	if (x->state == XFER_SENDING) {
		ack_data(x, wire, now_us, out);
	} else if (wire == 0) {
		x->state = XFER_SENDING;
		xfer_rtt(x, 1, now_us);
		x->once = 1;
		progress(x, now_us);
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

/* Nothing came: again what was sent last, or what tells most. */
static void
again(struct xfer *x, bool quick, uint64_t now_us, struct xfer_out *out)
{
	out->why = "timeout: sent again";
	if (x->state == XFER_OACK || x->unproven) {
		x->once = x->state == XFER_OACK ? 2 : x->next;
		send_answer(x, true, now_us, out);
		x->resent += out->count;
	} else if (quick && x->probes < xfer_probes(x)) {
		out->why = "timeout: the last block again";
		send_probe(x, now_us, out);
	} else {
		xfer_window_cut(x, 0);
		x->copies = true;
		send_window(x, now_us, out);
	}
}

void
xfer_timer(struct xfer *x, uint64_t now_us, struct xfer_out *out)
{
	bool quick = x->rto_us < x->timeout_us;

	out_init(out, "too early");
	if (xfer_over(x) || now_us < x->deadline_us)
		return;
	if (x->next < x->end) {
		out->why = "next burst of the window";
		send_burst(x, now_us, out);
		return;
	}
	if (quick) {
		x->rto_us = min_u64(2 * x->rto_us, x->timeout_us);
	} else if (x->tries++ >= x->retries) {
		give_up(x, out);
		return;
	}
	again(x, quick, now_us, out);
}

void
xfer_last(struct xfer *x, uint64_t b)
{
	x->last = b;
	x->next = min_u64(x->next, b + 1);
	x->fresh = min_u64(x->fresh, b + 1);
	x->once = min_u64(x->once, b + 1);
	if (x->end > b + 1) {
		x->end = b + 1;
		if (x->next == x->end &&
		    !xfer_over(x)) /* no burst is to come */
			x->deadline_us = x->sent_us + x->rto_us;
	}
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
