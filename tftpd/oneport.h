/*
 * oneport.h - single-port mode: transfers over the listening sockets.
 *
 * For clients behind NAT and servers in containers, where only the service's
 * own port is let through.  A transfer is found by the client's address and
 * port; it has no socket of its own (session.io.fd is -1).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_ONEPORT_H
#define REMOTEBOOT_TFTPD_ONEPORT_H

#include "tftpd/server.h"

/* s goes over the socket where its request came in. */
void oneport_open(
    struct session *s, struct listener *at, const struct addr *local);
/*
 * A packet that is no request came to a listening socket: to its transfer,
 * if it has one there.
 */
void oneport_packet(
    struct server *srv, const struct udp_in *in, const struct tftp_pkt *p);
/* ICMP errors wait at the listening socket: they end their transfers. */
void oneport_errors(const struct listener *at);
/* s waits for room in its listening socket. */
void oneport_want_out(struct session *s);
/* There is room again: for all that wait. */
void oneport_more(struct listener *at);

#endif
