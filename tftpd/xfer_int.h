/*
 * xfer_int.h - what xfer.c and xfer_grant.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_XFER_INT_H
#define REMOTEBOOT_TFTPD_XFER_INT_H

#include "tftpd/xfer.h"

enum {
	XFER_BLOCK_MAX = 65535
};

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

#endif
