/*
 * serve_int.h - what serve.c, serve_send.c and serve_connect.c share.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SERVE_INT_H
#define REMOTEBOOT_TFTPD_SERVE_INT_H

#include <stdbool.h>

#include "tftpd/sessions.h"

enum {
	CONNECT_RUNS = 256 /* sent; a shorter transfer is not worth it */
};

/* serve_send.c: */

/* The address to send from; NULL: a transfer's own socket is bound to it. */
const struct addr *serve_local(const struct session *s);
/* Whom to send to; NULL: the socket is connected. */
const struct peer *serve_to(const struct session *s);
void serve_oack(struct session *s);
/*
 * Note the DATA of *out: what follows on what still waits is joined to it,
 * else it replaces it.
 */
void serve_todo(struct session *s, const struct xfer_out *out);
/* Send what is noted; false: the file cannot be read, *out says so. */
bool serve_data(struct session *s, struct xfer_out *out);

/* serve_connect.c: */

/* All the room again, where serve_room() took some: true. */
bool serve_widen(struct session *s);
/* Connect the socket of a long transfer; if that fails all is as before. */
void serve_connect(struct session *s);
void serve_disconnect(struct session *s);

/* serve.c: */

/* Datagrams of strangers; false: s is gone (they were its client's). */
bool serve_stray(struct session *s);
/*
 * Datagrams up to the one that moves the transfer on, behind which there is
 * hardly ever another: looking for it would cost as much as the packet.  What
 * is left is taken with the next one, or when the deadline comes.  False: s is
 * gone.
 */
bool serve_take(struct session *s);

/* serve_turns.c: */

/* The loop tells of a packet: take it now?  Else it is taken later. */
bool serve_now(struct session *s);
/*
 * What the loop watches the socket of s for, after want_out or turn.state
 * changed.  False: it cannot, all is as before.
 */
bool serve_watch(struct session *s);

#endif
