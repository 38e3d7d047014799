/*
 * put.c - one upload as the server sees it.
 *
 * An upload is opened by a WRQ, moves by DATA and by time, and answers with
 * bytes to write and ACKs; it never sees a file or a socket (sink.c and
 * upload.c do).
 *
 *   ASKED --DATA 1--> RECEIVING --short block--> STORING --put_stored()-->
 *     \                 |                          |        DALLY --> DONE
 *      \--ERROR, ICMP---+--------------------------+--> ABORTED
 *       \--silence------+--> TIMEOUT               \--put_fail()--> BROKEN
 *
 * RFC 1350 (lock-step is a window of 1), 2347 (the first answer is an OACK),
 * 2348, 2349 (tsize), 7440 section 4 (what a receiver acknowledges).  Block
 * numbers are 64-bit here.
 *
 * The last block is acknowledged when the file is on disk under its name and
 * not before: who has seen that ACK has uploaded the file.  While it is being
 * stored, which may take a while, blocks that come again are not answered.
 * Then, for one timeout, a last block that comes again gets its ACK again.
 *
 * What number follows 65535, 0 or 1, is the client's choice and mostly not
 * told: in lock-step the one that comes is taken, in windows the configured.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/put.h"
#include "tftpd/xfer_int.h"

static void
out_init(struct put_out *out, const char *why)
{
	memset(out, 0, sizeof *out);
	out->why = why;
}

bool
put_over(const struct put *x)
{
	return x->state >= PUT_DONE;
}

static void
finish(
    struct put *x, enum put_state state, const char *why, struct put_out *out)
{
	x->state = state;
	x->deadline_us = XFER_NEVER;
	out->close = true;
	out->why = why;
}

void
put_fail(struct put *x, uint16_t code, const char *msg, struct put_out *out)
{
	out_init(out, msg);
	if (put_over(x))
		return;
	finish(x, PUT_BROKEN, msg, out);
	out->send_error = true;
	out->code = code;
	out->msg = msg;
}

uint16_t
put_wire_block(const struct put *x, uint64_t b)
{
	if (x->rollover == XFER_ROLLOVER_1 && b > 0)
		return (uint16_t)((b - 1) % XFER_BLOCK_MAX + 1);
	return (uint16_t)(b & XFER_BLOCK_MAX);
}

static void
send_ack(struct put *x, uint64_t b, struct put_out *out)
{
	out->send_ack = true;
	out->ack = put_wire_block(x, b);
	x->acked = b;
}

/* The first answer. */
static void
answer(const struct put *x, struct put_out *out)
{
	if (x->granted) {
		out->send_oack = true;
		return;
	}
	out->send_ack = true;
	out->ack = 0;
}

void
put_open(struct put *x, const struct tftp_pkt *wrq,
    const struct xfer_limits *limits, uint64_t max_size, uint64_t now_us,
    struct put_out *out)
{
	bool text = wrq->mode == TFTP_NETASCII;
	bool said = wrq->opts.asked & TFTP_OPT_TSIZE;
	struct xfer grants = {.blksize = limits->blksize,
	    .windowsize = 1,
	    .rollover = limits->rollover,
	    .timeout_us = (uint64_t)limits->timeout_ms * 1000};

	out_init(out, "request");
	xfer_grant(&grants, wrq, limits,
	    text || !said ? XFER_SIZE_UNKNOWN : wrq->opts.tsize);
	*x = (struct put){.netascii = text,
	    .rollover = grants.rollover,
	    .blksize = grants.blksize,
	    .windowsize = grants.windowsize,
	    .retries = limits->retries,
	    .opts = grants.opts,
	    .granted = grants.granted,
	    .next = 1,
	    .max_size = max_size,
	    .timeout_us = grants.timeout_us,
	    .deadline_us = now_us + grants.timeout_us};
	if (said && !text && wrq->opts.tsize > max_size)
		put_fail(x, TFTP_EFULL, "file too long to be uploaded", out);
	else
		answer(x, out);
}

void
put_again(struct put *x, uint64_t now_us, struct put_out *out)
{
	out_init(out, "request repeated in the middle: nothing");
	if (x->state != PUT_ASKED)
		return;
	out->why = "request repeated: first answer again";
	x->deadline_us = now_us + x->timeout_us;
	x->resent++;
	answer(x, out);
}

/*
 * How far a block on the wire is from the one that is to come: 0 it is that
 * one, else behind it (*ret > 0) or before it (*ret < 0).  false: no such.
 */
static bool
distance(const struct put *x, uint16_t wire, int32_t *ret)
{
	int32_t n = XFER_BLOCK_MAX + 1;
	int32_t d = wire - put_wire_block(x, x->next);

	if (x->rollover == XFER_ROLLOVER_1) {
		n = XFER_BLOCK_MAX;
		if (wire == 0)
			return false;
	}
	if (d > n / 2)
		d -= n;
	if (d < -n / 2)
		d += n;
	*ret = d;
	return true;
}

/* In lock-step the client shows what follows 65535. */
static void
learn_rollover(struct put *x, uint16_t wire)
{
	if (x->next == XFER_BLOCK_MAX + 1 && x->windowsize == 1 && wire < 2)
		x->rollover = wire == 1 ? XFER_ROLLOVER_1 : XFER_ROLLOVER_0;
}

size_t
put_text(bool *cr, const uint8_t *in, size_t len, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (*cr) {
			*cr = false;
			if (in[i] == '\n' || in[i] == '\0') {
				out[n++] = in[i] == '\n' ? '\n' : '\r';
				continue;
			}
			out[n++] = '\r';
		}
		if (in[i] == '\r')
			*cr = true;
		else
			out[n++] = in[i];
	}
	return n;
}

/* How many bytes put_text() would write. */
static uint64_t
text_size(bool *cr, const uint8_t *in, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (*cr) {
			*cr = false;
			n++;
			if (in[i] == '\n' || in[i] == '\0')
				continue;
		}
		if (in[i] == '\r')
			*cr = true;
		else
			n++;
	}
	return n;
}

/* The block that was to come. */
static void
take(struct put *x, const struct tftp_pkt *p, struct put_out *out)
{
	bool last = p->data_len < x->blksize;
	uint64_t more = p->data_len;

	if (x->netascii) {
		more = text_size(&x->cr, p->data, p->data_len);
		more += last && x->cr;
	}
	if (more > x->max_size - x->size) {
		put_fail(x, TFTP_EFULL, "file too long to be uploaded", out);
		return;
	}
	out->why = "DATA";
	out->data = p->data;
	out->data_len = p->data_len;
	x->size += more;
	x->next++;
	x->tries = 0;
	x->gap_told = false;
	x->state = PUT_RECEIVING;
	if (last) {
		x->state = PUT_STORING;
		x->deadline_us = XFER_NEVER;
		out->why = "last block: to be stored";
		out->store = true;
	} else if (x->next - 1 - x->acked >= x->windowsize) {
		send_ack(x, x->next - 1, out);
	}
}

/* One that came before. */
static void
came_before(struct put *x, int32_t d, struct put_out *out)
{
	x->repeated++;
	out->why = "DATA came again: nothing";
	if (x->next + (uint64_t)(int64_t)d != x->acked || x->acked == 0)
		return;
	out->why = "DATA came again: its ACK again";
	x->resent++;
	send_ack(x, x->acked, out);
}

/* One too far: those before it were lost. */
static void
too_far(struct put *x, int32_t d, struct put_out *out)
{
	out->why = "DATA of no window: nothing";
	if ((uint32_t)d >= x->windowsize)
		return;
	out->why = "DATA after a gap: told already";
	if (x->gap_told)
		return;
	out->why = "DATA after a gap: ACK of what was before it";
	x->gap_told = true;
	x->resent += x->acked == x->next - 1;
	send_ack(x, x->next - 1, out);
}

static void
data(struct put *x, const struct tftp_pkt *p, uint64_t now_us,
    struct put_out *out)
{
	int32_t d;

	if (x->state == PUT_STORING) {
		x->repeated++;
		out->why = "DATA while the file is stored: nothing";
		return;
	}
	if (x->state != PUT_DALLY)
		learn_rollover(x, p->block);
	if (!distance(x, p->block, &d)) {
		out->why = "DATA of no block: nothing";
		return;
	}
	if (d < 0) {
		came_before(x, d, out);
		return;
	}
	if (x->state == PUT_DALLY) {
		out->why = "DATA behind the last block: nothing";
		return;
	}
	if (p->data_len > x->blksize) {
		put_fail(x, TFTP_EILLEGAL, "DATA longer than blksize", out);
		return;
	}
	if (d > 0) {
		too_far(x, d, out);
		return;
	}
	x->deadline_us = now_us + x->timeout_us;
	take(x, p, out);
}

void
put_packet(struct put *x, const struct tftp_pkt *p, uint64_t now_us,
    struct put_out *out)
{
	out_init(out, "no packet for an upload");
	if (put_over(x))
		return;
	if (p->op == TFTP_DATA)
		data(x, p, now_us, out);
	else if (p->op == TFTP_ERROR)
		finish(x, x->state == PUT_DALLY ? PUT_DONE : PUT_ABORTED,
		    "ended by the client", out);
}

void
put_timer(struct put *x, uint64_t now_us, struct put_out *out)
{
	out_init(out, "too early");
	if (put_over(x) || now_us < x->deadline_us)
		return;
	if (x->state == PUT_DALLY) {
		finish(
		    x, PUT_DONE, "the last ACK was not asked for again", out);
		return;
	}
	if (x->tries++ >= x->retries) {
		finish(x, PUT_TIMEOUT, "client does not answer", out);
		return;
	}
	out->why = "timeout: sent again";
	x->resent++;
	x->deadline_us = now_us + x->timeout_us;
	x->gap_told = false;
	if (x->state == PUT_ASKED)
		answer(x, out);
	else
		send_ack(x, x->next - 1, out);
}

void
put_stored(struct put *x, uint64_t now_us, struct put_out *out)
{
	out_init(out, "stored: the last ACK");
	if (x->state != PUT_STORING)
		return;
	x->state = PUT_DALLY;
	x->deadline_us = now_us + x->timeout_us;
	send_ack(x, x->next - 1, out);
}

void
put_gone(struct put *x, struct put_out *out)
{
	out_init(out, "the client's port is closed");
	if (put_over(x))
		return;
	finish(
	    x, x->state == PUT_DALLY ? PUT_DONE : PUT_ABORTED, out->why, out);
}
