/*
 * group.h - files that go to many clients at once, by RFC 2090's option
 * multicast: the machine of mcast_opt.h with its file, socket and log.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_GROUP_H
#define REMOTEBOOT_TFTPD_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/loop.h"
#include "sys/udp.h"
#include "tftp.h"
#include "tftpd/open.h"
#include "tftpd/xfer.h"

enum {
	GROUPS_MAX = 256
};

struct server;
struct group;

/* All of a server's; zeroed at the start. */
struct groups {
	struct group *group[GROUPS_MAX]; /* by its address; NULL: free */
	size_t n;			 /* that are not NULL */
	size_t nclients;		 /* of all of them */
};

/*
 * A request with the option multicast, its file open: true when it was
 * answered (the file is the group's, or closed).  false: the client is served
 * alone, without the option: it has an IPv6 address, the file needs more
 * than 65,535 blocks, or there is no group or no room left.  vouched: it is
 * known to be there, and gets its OACK more often.
 */
bool groups_take(struct server *srv, const struct udp_in *in,
    const struct tftp_pkt *rrq, const struct xfer_limits *limits, bool vouched,
    const struct opened *file);
/* A client of a group asks for something else: it leaves. */
void groups_leave(struct server *srv, const struct peer *client);
/* The earliest deadline of all of them, or LOOP_NEVER. */
uint64_t groups_deadline(const struct server *srv);
/* Whatever is due. */
void groups_timer(struct server *srv);
/* A line for each of them: SIGUSR1. */
void groups_tell(const struct server *srv);
/* Ends all of them, with an ERROR to each client. */
void groups_free(struct server *srv);

#endif
