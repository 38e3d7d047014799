/*
 * xfer_int.h - what the files of xfer.h share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_XFER_INT_H
#define REMOTEBOOT_TFTPD_XFER_INT_H

#include "tftpd/xfer.h"

enum {
	XFER_BLOCK_MAX = 65535
};

/* *x as it is without any option. */
void xfer_defaults(struct xfer *x, const struct xfer_limits *limits);
/*
 * Grant the options of rrq: x->opts, granted and what they set.  x has what
 * holds without options.
 */
void xfer_grant(struct xfer *x, const struct tftp_pkt *rrq,
    const struct xfer_limits *limits, uint64_t size);
/*
 * Are there more blocks than the client can count?  Then x->trouble says so,
 * and which blksize would do.
 */
bool xfer_too_long(
    struct xfer *x, const struct xfer_limits *limits, uint64_t size);

/* xfer_credit.c: what an unproven client gets. */

/* Options are granted; size of the file. */
void xfer_credit_open(struct xfer *x, uint64_t size);
/* A request came, for the first time or again. */
void xfer_credit_earn(struct xfer *x);
/*
 * The first answer goes out: because a request came, or the timer did.  False:
 * it must not, nothing is left of what the requests were worth.
 */
bool xfer_credit_pay(struct xfer *x, bool timed);

/* xfer_time.c: the timer, measured round trips, bursts. */

/* Before anything is measured that can be trusted. */
uint64_t xfer_rto_early(const struct xfer *x);
/* What the timer starts with after progress. */
uint64_t xfer_rto(const struct xfer *x);
/* How long an answer may take, whatever timeout the client wants. */
uint64_t xfer_wait(const struct xfer *x);
/* The ACK of block b came (0: of the OACK). */
void xfer_rtt(struct xfer *x, uint64_t b, uint64_t now_us);
/* The client has got further: what that says of the timer. */
void xfer_heard(struct xfer *x, uint64_t now_us);
/* Between the bursts of one window. */
uint64_t xfer_pace(const struct xfer *x);
/* A window arrived as a whole. */
void xfer_window_clean(struct xfer *x);
/* A block of the window was lost, so many had arrived before it. */
void xfer_window_cut(struct xfer *x, uint64_t arrived);
/* How often one block alone is repeated before the whole window is. */
unsigned int xfer_probes(const struct xfer *x);
/*
 * An ACK of the block before the window came again, now: can it be that the
 * window's first block was lost, and no echo of what was sent twice?
 */
bool xfer_first_lost(const struct xfer *x, uint64_t now_us);
/*
 * Something is sent for the second time: echoes are to come, at most until
 * something that was sent later is answered.
 */
void xfer_echoes(struct xfer *x, uint64_t now_us);
/*
 * A repeated ACK was believed.  Not the next one too, whatever is answered:
 * when the network doubles each ACK, each window would be sent twice.
 */
void xfer_believed(struct xfer *x, uint64_t now_us);

static inline uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t
max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

#endif
