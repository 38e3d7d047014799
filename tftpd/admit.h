/*
 * admit.h - whether a client is taken on, and with which limits.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_ADMIT_H
#define REMOTEBOOT_TFTPD_ADMIT_H

#include "tftpd/server.h"

enum {
	ADMIT_WHY = 64,
	ADMIT_PATIENCE_MS = 100 /* a round trip of a real client */
};

/*
 * Room for one more transfer of the client at from.  When all is taken, the
 * one that has been silent since its request for longest, ADMIT_PATIENCE_MS
 * at least, gives way (in single-port mode then one that nothing vouches
 * for); one that has proved itself never does.  NULL when there is room; else the burst that the refusal
 * belongs to, and why.
 */
struct burst *admit_room(
    struct server *srv, const struct peer *from, char why[static ADMIT_WHY]);
/* In single-port mode: does anything but its ACKs speak for the client? */
bool admit_vouched(
    const struct server *srv, const struct peer *from, const struct who *who);
/* The first [tftp-client NAME] that means the client, or NULL. */
const struct conf_tftp_client *admit_rule(
    const struct conf *c, const struct addr *a, const struct who *who);
/* What a transfer may have that *in asks for; large: of the large packet
 * service. */
struct xfer_limits admit_limits(const struct server *srv,
    const struct udp_in *in, const struct who *who, bool large);

#endif
