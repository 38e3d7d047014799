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
 *
 * A client whose card has room for fewer packets than the window it asked
 * for loses the same blocks again and again.  Two windows in a row that lost
 * something halve the burst; the rest of the window follows a round trip
 * later, because the client counts to its whole window before it answers.
 * After some windows without loss the burst grows again.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tftpd/xfer_int.h"

uint64_t
xfer_rto_early(const struct xfer *x)
{
	return x->windowsize == 1 ? XFER_RTO_EARLY_LOCK_US : XFER_RTO_EARLY_US;
}

uint64_t
xfer_rto(const struct xfer *x)
{
	uint64_t floor_us =
	    x->samples < XFER_RTT_EARLY ? xfer_rto_early(x) : XFER_RTO_MIN_US;

	if (x->samples == 0)
		return x->timeout_us;
	return min_u64(
	    x->timeout_us, max_u64(x->srtt_us + 4 * x->rttvar_us, floor_us));
}

void
xfer_rtt(struct xfer *x, uint64_t b, uint64_t now_us)
{
	uint64_t rtt = now_us - x->sent_us, diff;

	if (b < x->once)
		return;
	if (x->samples == 0) {
		x->srtt_us = x->rtt_min_us = rtt;
		x->rttvar_us = rtt / 2;
	} else {
		diff = rtt > x->srtt_us ? rtt - x->srtt_us : x->srtt_us - rtt;
		x->rttvar_us = (3 * x->rttvar_us + diff) / 4;
		x->srtt_us = (7 * x->srtt_us + rtt) / 8;
		x->rtt_min_us = min_u64(x->rtt_min_us, rtt);
	}
	if (x->samples < UINT32_MAX)
		x->samples++;
	if (!x->timeout_fixed)
		x->rto_us = xfer_rto(x);
}

uint64_t
xfer_pace(const struct xfer *x)
{
	return min_u64(max_u64(x->srtt_us, XFER_PACE_MIN_US), XFER_PACE_MAX_US);
}

void
xfer_window_clean(struct xfer *x)
{
	uint32_t twice = 2 * (uint32_t)x->burst;

	x->lossy = false;
	if (x->burst == x->windowsize || ++x->clean < XFER_CLEAN)
		return;
	x->clean = 0;
	x->burst = (uint16_t)(twice < x->windowsize ? twice : x->windowsize);
}

void
xfer_window_lost(struct xfer *x)
{
	uint16_t least =
	    (uint16_t)((x->windowsize + XFER_BURSTS - 1) / XFER_BURSTS);

	x->clean = 0;
	if (x->lossy && x->burst > least) {
		x->burst /= 2;
		if (x->burst < least)
			x->burst = least;
	}
	x->lossy = true;
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
	return now_us > x->hold_us && now_us > x->window_us &&
	       now_us - x->window_us >= x->rtt_min_us;
}

void
xfer_echoes(struct xfer *x, uint64_t now_us)
{
	uint64_t span_us = x->timeout_fixed ? xfer_rto(x) : x->rto_us;

	x->hold_us = max_u64(x->hold_us, now_us + 2 * span_us);
}
