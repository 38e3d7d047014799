/*
 * xfer_grant.c - what a request gets: its options, and whether the transfer
 * can come to its end at all.
 *
 * RFC 2347-2349, 7440; blksize2 and rollover are tftp-hpa's.  Each option
 * takes its value or is left out of the OACK; what is not known is too.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tftpd/xfer_int.h"

static void
grant(struct xfer *x, enum tftp_opt opt)
{
	x->granted |= (unsigned int)opt;
}

static void
grant_blksize(struct xfer *x, const struct xfer_limits *limits)
{
	struct tftp_opts *o = &x->opts;

	if (limits->blksize_fixed || o->blksize < TFTP_BLKSIZE_MIN)
		return;
	if (x->granted & TFTP_OPT_BLKSIZE2)
		return;
	if (o->blksize > limits->max_blksize)
		o->blksize = limits->max_blksize;
	x->blksize = (uint16_t)o->blksize;
	grant(x, TFTP_OPT_BLKSIZE);
}

/* tftp-hpa's blksize2: the answer is a power of two. */
static void
grant_blksize2(struct xfer *x, const struct xfer_limits *limits)
{
	struct tftp_opts *o = &x->opts;
	uint32_t n = TFTP_BLKSIZE_MIN;

	if (limits->blksize_fixed || o->blksize2 < TFTP_BLKSIZE_MIN)
		return;
	if (x->granted & TFTP_OPT_BLKSIZE)
		return;
	while (n * 2 <= o->blksize2 && n * 2 <= limits->max_blksize)
		n *= 2;
	o->blksize2 = n;
	x->blksize = (uint16_t)n;
	grant(x, TFTP_OPT_BLKSIZE2);
}

static void
grant_timeout(struct xfer *x)
{
	if (x->opts.timeout_s < 1 || x->opts.timeout_s > XFER_TIMEOUT_MAX_S)
		return;
	x->timeout_us = (uint64_t)x->opts.timeout_s * 1000000;
	x->timeout_fixed = true;
	grant(x, TFTP_OPT_TIMEOUT);
}

static void
grant_windowsize(struct xfer *x, const struct xfer_limits *limits)
{
	struct tftp_opts *o = &x->opts;

	if (o->windowsize < 1 || o->windowsize > TFTP_WINDOWSIZE_MAX)
		return;
	if (o->windowsize > limits->max_windowsize)
		o->windowsize = limits->max_windowsize;
	if (o->windowsize > XFER_WINDOW_MAX)
		o->windowsize = XFER_WINDOW_MAX;
	x->windowsize = (uint16_t)o->windowsize;
	grant(x, TFTP_OPT_WINDOWSIZE);
}

static void
grant_tsize(struct xfer *x, uint64_t size)
{
	if (size == XFER_SIZE_UNKNOWN)
		return;
	x->opts.tsize = size;
	grant(x, TFTP_OPT_TSIZE);
}

static void
grant_rollover(struct xfer *x)
{
	if (x->opts.rollover > 1)
		return;
	x->rollover = (uint8_t)x->opts.rollover;
	grant(x, TFTP_OPT_ROLLOVER);
}

static void
grant_one(struct xfer *x, enum tftp_opt opt, const struct xfer_limits *limits,
    uint64_t size)
{
	switch (opt) {
	case TFTP_OPT_BLKSIZE:
		grant_blksize(x, limits);
		break;
	case TFTP_OPT_BLKSIZE2:
		grant_blksize2(x, limits);
		break;
	case TFTP_OPT_TSIZE:
		grant_tsize(x, size);
		break;
	case TFTP_OPT_TIMEOUT:
		grant_timeout(x);
		break;
	case TFTP_OPT_WINDOWSIZE:
		grant_windowsize(x, limits);
		break;
	case TFTP_OPT_ROLLOVER:
		grant_rollover(x);
		break;
	case TFTP_OPT_MULTICAST:
		break; /* RFC 2347: what is not served is left out */
	}
}

void
xfer_defaults(struct xfer *x, const struct xfer_limits *limits)
{
	memset(x, 0, sizeof *x);
	x->rollover = limits->rollover;
	x->blksize = limits->blksize;
	x->windowsize = 1;
	x->retries = limits->retries;
	x->timeout_us = (uint64_t)limits->timeout_ms * 1000;
	x->base = x->next = x->end = x->fresh = x->once = 1;
	x->request_len = limits->request_len;
	x->unproven = limits->request_len > 0;
}

void
xfer_grant(struct xfer *x, const struct tftp_pkt *rrq,
    const struct xfer_limits *limits, uint64_t size)
{
	x->opts = rrq->opts;
	for (unsigned int i = 0; i < x->opts.norder; i++)
		if (!(limits->refused & (unsigned int)x->opts.order[i]))
			grant_one(x, x->opts.order[i], limits, size);
}

/* The blksize that would do, as the client is told it. */
static void
cure(char *text, size_t size, const struct xfer *x,
    const struct xfer_limits *limits, uint64_t bytes)
{
	uint64_t least = bytes / XFER_BLOCK_MAX + 1;

	if (least <= limits->max_blksize && !limits->blksize_fixed &&
	    !(limits->refused & TFTP_OPT_BLKSIZE))
		(void)snprintf(text, size,
		    "file too long for blocks of %u: ask for blksize %" PRIu64
		    " or more",
		    (unsigned int)x->blksize, least);
	else
		(void)snprintf(text, size,
		    "file too long for %u blocks of %u: the client is not "
		    "known to count further",
		    (unsigned int)XFER_BLOCK_MAX, (unsigned int)x->blksize);
}

bool
xfer_too_long(struct xfer *x, const struct xfer_limits *limits, uint64_t size)
{
	if (x->rollover != XFER_ROLLOVER_NONE || size == XFER_SIZE_UNKNOWN ||
	    size / x->blksize + 1 <= XFER_BLOCK_MAX)
		return false;
	cure(x->trouble, sizeof x->trouble, x, limits, size);
	return true;
}
