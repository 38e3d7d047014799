/*
 * xfer_time.c - the timer of a transfer, measured round trips, and how much
 * of a window goes out in one go.
 *
 * The timer follows RFC 6298: the smoothed round trip and four deviations,
 * with a floor of milliseconds (boot networks are one switch wide) and, as a
 * ceiling, the timeout of the configuration.  What was sent twice is no
 * sample, and a timer that was backed off stays so until there is one (Karn).
 * The first round trips tell little of a client that still opens its file or
 * writes its first blocks: until there are four of them, the floor is higher.
 * In windows it is lower than in lock-step, as only one block of many is sent
 * again.
 *
 * Where many windows lose something, hardly one is a sample.  But when the
 * client gets further at all, no round trip was longer than since it last did:
 * a timer that was backed off need not be much longer than that either.
 *
 * A client whose card has room for fewer packets than the window it asked
 * for loses the same blocks again and again, and so does everyone behind a
 * switch that is full: always the end of a burst.  Three windows in a row that
 * were cut short before a whole burst had arrived shorten the burst to the
 * longest part that did; what the wire loses here and there, at any place,
 * hardly ever looks like that, and shorter bursts would not help against it.
 * The rest of the window follows a round trip later, because the client
 * counts to its whole window before it answers.  After some windows without
 * loss the burst grows again; each time that it was too much, it takes longer
 * until the next try.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tftpd/xfer_int.h"

uint64_t
xfer_rto_early(const struct xfer *x)
{
	if (x->windowsize == 1)
		return XFER_RTO_EARLY_LOCK_US;
	/* with a timeout of the client's no block goes out alone */
	if (x->state == XFER_OACK || x->timeout_fixed)
		return XFER_RTO_EARLY_US;
	return XFER_RTO_EARLY_PROBE_US;
}

uint64_t
xfer_rto(const struct xfer *x)
{
	uint64_t floor_us =
	    x->samples < XFER_RTT_EARLY ? xfer_rto_early(x) : XFER_RTO_MIN_US;

	if (x->samples == 0)
		return x->timeout_us;
	return min_u64(x->timeout_us, max_u64(rtt_timeout(&x->rtt), floor_us));
}

void
xfer_rtt(struct xfer *x, uint64_t b, uint64_t now_us)
{
	uint64_t rtt = now_us - x->sent_us;

	if (b < x->once)
		return;
	/* the answers to what was sent before are in, too */
	x->hold_us = 0;
	x->copies = false;
	rtt_sample(&x->rtt, rtt);
	x->rtt_min_us = x->samples ? min_u64(x->rtt_min_us, rtt) : rtt;
	if (x->samples < UINT32_MAX)
		x->samples++;
	if (!x->timeout_fixed)
		x->rto_us = xfer_rto(x);
}

void
xfer_heard(struct xfer *x, uint64_t now_us)
{
	uint64_t bound_us = now_us - x->heard_us;

	bound_us += bound_us / 4; /* the next one may be a little longer */
	bound_us =
	    max_u64(bound_us, x->samples ? xfer_rto(x) : xfer_rto_early(x));
	if (!x->timeout_fixed)
		x->rto_us = min_u64(x->rto_us, bound_us);
	x->heard_us = now_us;
}

/* All times move, so what is measured between any two of them is as it was. */
void
xfer_waited(struct xfer *x, uint64_t since_us, uint64_t now_us)
{
	uint64_t us = now_us - since_us;

	if (xfer_over(x) || x->sent_us > since_us)
		return;
	x->heard_us += us;
	x->window_us += us;
	x->sent_us += us;
	x->hold_us += us;
	x->believed_us += us;
	x->deadline_us += us;
}

uint64_t
xfer_pace(const struct xfer *x)
{
	return min_u64(
	    max_u64(x->rtt.srtt_us, XFER_PACE_MIN_US), XFER_PACE_MAX_US);
}

void
xfer_window_clean(struct xfer *x)
{
	uint32_t twice = 2 * (uint32_t)x->burst;

	x->cut = 0;
	if (x->burst == x->windowsize || ++x->clean < x->patience)
		return;
	x->clean = 0;
	x->burst = (uint16_t)(twice < x->windowsize ? twice : x->windowsize);
}

void
xfer_window_cut(struct xfer *x, uint64_t arrived)
{
	uint16_t least =
	    (uint16_t)((x->windowsize + XFER_BURSTS - 1) / XFER_BURSTS);

	x->clean = 0;
	if (x->cut++ == 0)
		x->heard = 0;
	x->heard = (uint16_t)max_u64(x->heard, min_u64(arrived, x->burst));
	if (x->cut < XFER_CUTS)
		return;
	x->cut = 0;
	if (x->heard == x->burst || x->burst <= least)
		return;
	x->burst = x->heard > least ? x->heard : least;
	if (x->patience < XFER_PATIENCE)
		x->patience *= 2;
}

unsigned int
xfer_probes(const struct xfer *x)
{
	if (x->windowsize == 1 || x->next <= x->base + 1)
		return 0;
	return x->samples < XFER_RTT_EARLY ? 1 : XFER_PROBES;
}

bool
xfer_first_lost(const struct xfer *x, uint64_t now_us)
{
	if (x->windowsize == 1 || x->samples == 0)
		return false;
	if (x->probes)
		return true;
	return now_us > x->hold_us && now_us > x->believed_us &&
	       now_us > x->window_us && now_us - x->window_us >= x->rtt_min_us;
}

uint64_t
xfer_wait(const struct xfer *x)
{
	return x->timeout_fixed ? xfer_rto(x) : x->rto_us;
}

void
xfer_echoes(struct xfer *x, uint64_t now_us)
{
	x->hold_us = max_u64(x->hold_us, now_us + 2 * xfer_wait(x));
}

void
xfer_believed(struct xfer *x, uint64_t now_us)
{
	x->copies = true;
	x->believed_us = now_us + 2 * xfer_wait(x);
}
