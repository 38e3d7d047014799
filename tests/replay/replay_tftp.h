/*
 * replay_tftp.h - what scripts against downloads (replay_xfer.c) and uploads
 * (replay_put.c) have in common.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_REPLAY_TFTP_H
#define REMOTEBOOT_REPLAY_TFTP_H

#include "replay.h"
#include "tftpd/xfer.h"

/* Those of a server with nothing configured, but a timeout of 1 s. */
struct xfer_limits replay_limits(void);
/* Those that a step "set NAME=VALUE ..." names. */
void replay_set_limits(const struct replay_step *s, struct xfer_limits *l);
/*
 * The bytes of a request op from the words of "recv RRQ "name" octet
 * blksize=1408 ...", read back by the codec into *p, which points into buf.
 * False: the script is wrong, and that is told.
 */
bool replay_request(struct replay *r, const struct replay_step *s,
    enum tftp_op op, uint8_t *buf, size_t size, struct tftp_pkt *p);
/* "send OACK name=value ...", as its bytes say it, not as the struct does. */
void replay_tell_oack(
    struct replay *r, const struct tftp_opts *opts, unsigned int granted);

#endif
