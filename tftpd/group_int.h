/*
 * group_int.h - what group.c and groups.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_GROUP_INT_H
#define REMOTEBOOT_TFTPD_GROUP_INT_H

#include <sys/types.h>

#include "mcast_opt.h"
#include "tftpd/group.h"
#include "tftpd/sessions.h"
#include "tftpd/source.h"

struct group {
	struct loop_io io; /* first member */
	struct server *server;
	size_t slot; /* in struct groups */
	struct mcopt m;
	struct mcopt_client *room;
	struct source source;
	dev_t dev;
	ino_t ino;
	int64_t mtime_ns;
	uint32_t ifindex;
	struct tftp_opts opts; /* as granted */
	unsigned int granted;
	struct peer to;		   /* address and port of the group */
	const char *broken;	   /* why it cannot go on, or NULL */
	bool begun;		   /* its first block is out, which was told */
	char name[SESSION_NAME];   /* as the first client asked for it */
	char served[SESSION_NAME]; /* the path below the tree, printable */
};

/* Carry out a decision.  false: all is over and g is gone. */
bool group_out(struct group *g, const struct mcopt_out *out);
/* Its socket is ready: the ready() of its struct loop_io. */
void group_ready(struct loop_io *io, uint32_t events);
/* All clients are told that it is no use to wait; g is gone. */
void group_break(struct group *g, const char *why);

#endif
