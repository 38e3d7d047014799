/*
 * server.h - mtftpd's sockets, requests, passes and signals.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MTFTPD_SERVER_H
#define REMOTEBOOT_MTFTPD_SERVER_H

#include "conf.h"
#include "sys/start.h"

struct server;

/*
 * Open the boot tree and one socket for each mtftp_sport, or take over those
 * that were handed in.  c becomes the server's.  Exits with a line that says
 * why when it cannot.
 */
struct server *server_new(const struct start *st, struct conf *c);
/* Warn of what the configuration promises and cannot be kept now. */
void server_check_files(const struct server *s);
/* After start_background() and before priv_drop(): the event loop. */
void server_prepare(struct server *s);
/* Serve until SIGTERM, or idle from inetd; the exit status. */
int server_run(struct server *s);
void server_free(struct server *s);

/*
 * For -t: each file that MTFTP could never carry is an error line; how many.
 * Exits with a line that says why when there is no boot tree.
 */
unsigned int server_check_sizes(const struct conf *c);

#endif
