/*
 * serve.h - the doing of one transfer: what xfer.c decides goes out here.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SERVE_H
#define REMOTEBOOT_TFTPD_SERVE_H

#include <stdint.h>

#include <sys/epoll.h>

#include "sys/udp.h"
#include "tftpd/sessions.h"

/*
 * What the loop watches a transfer's own socket for.  Edges: the kernel looks
 * at it once for a packet, not twice.
 */
#define SERVE_EVENTS ((uint32_t)EPOLLIN | (uint32_t)EPOLLET)

/*
 * Carry out *out for s, in its order; error is the client's ERROR packet
 * when that is what ended it, else NULL.  Afterwards s may be gone: true as
 * long as it is not.
 */
bool serve_out(
    struct session *s, struct xfer_out *out, const struct tftp_pkt *error);
/* It is known what is granted: no more room than s needs. */
void serve_room(struct session *s);
/* The socket of s is ready: the ready() of its struct loop_io. */
void serve_ready(struct loop_io *io, uint32_t events);
/* A packet from the client of s (TFTP_OK).  False: s is gone. */
bool serve_packet(struct session *s, const struct tftp_pkt *p);
/* The network says that nobody is at the client's port.  False: s is gone. */
bool serve_gone(struct session *s);
/* The socket has room again for what s has to send.  False: s is gone. */
bool serve_more(struct session *s);
/*
 * Take what has come for s, if anything, before it is judged by what has not.
 * False: s is gone.
 */
bool serve_heard(struct session *s);
/* How sessions take turns, for struct turns. */
extern const struct turns_do serve_turns;
/* The end of a round of the loop: those whose turn it is are asked. */
void serve_round(struct server *srv);
/* The deadline of s has come. */
void serve_timer(struct session *s);
/* It is broken off: a record that says why; s is gone. */
void serve_ended(struct session *s, const char *why);
/* Its client asks for something else: a record, no line; s is gone. */
void serve_replaced(struct session *s);
/* End s without another packet; no line in the log. */
void serve_drop(struct session *s);
/* ERROR from a listening or a transfer's socket to anybody. */
void serve_error(int fd, const struct addr *local, uint32_t ifindex,
    const struct peer *to, uint16_t code, const char *msg);

#endif
