/*
 * server.h - the daemon around answer(): sockets, batches, signals.
 *
 *	recvmmsg -> dhcp_decode -> answer -> collected replies -> one
 *	fdatasync -> sent -> a log line each
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SERVER_H
#define REMOTEBOOT_SERVER_H

#include "conf.h"
#include "sys/start.h"

struct server;

/* Warn of what it says and firmware will not take. */
void server_remarks(const struct conf *c);

/*
 * Open the sockets (or take those that st was handed) and the lease file,
 * with root's rights; messages that say why and exit when that cannot be.
 * uid and gid: to whom files are handed.  Takes c over.
 */
struct server *server_open(
    struct start *st, struct conf *c, unsigned int uid, unsigned int gid);
/* Serve until SIGTERM.  0, or -1 after a log line. */
int server_run(struct server *s);
void server_close(struct server *s);
/* The folder of the lease file, for priv_drop(). */
const char *server_lease_folder(const struct server *s);

#endif
