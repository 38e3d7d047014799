/*
 * guard.h - whether a client has shown that it is there.  Pure.
 *
 * Anybody can send a request in another's name.  A client has shown that it
 * sees our packets when one comes to the transfer's own port, which only our
 * answer tells (udp_tid.c); until then xfer.c bounds what is sent, and it is
 * the first to give way to others.
 *
 * With one port for all, a forger can write every ACK without seeing
 * anything: there an ACK proves nothing.  The lease file and the configuration
 * can vouch for a client, and all others together share a rate.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_GUARD_H
#define REMOTEBOOT_TFTPD_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum guard_trust {
	GUARD_NEW,   /* nothing came back: the first to give way */
	GUARD_HEARD, /* an answer that anybody could have written */
	GUARD_PROVED /* it sees what we send: never gives way */
};

struct guard {
	bool one_port;
	bool vouched;  /* active lease, [host], trusted network */
	bool answered; /* something came after the request */
	/* what the rate made wait: so many bytes may go out from then on */
	size_t paid;
	uint64_t from_us; /* 0: nothing waits */
};

/* All clients together that are heard but not proved. */
struct guard_rate {
	int64_t tokens; /* bytes that may be sent at once; less than 0: wait */
	uint64_t last_us;
};

enum guard_trust guard_trust(const struct guard *g);
/*
 * May len bytes be sent at now_us?  Yes is taken as done.  Only who is heard
 * is bound, by rate_Bps of *r: what one second saves up can go out at once.
 * No: they have their turn at g->from_us, to be asked for again then; each
 * one waits behind those that came before.  When a second's worth waits
 * already there is no turn: g->from_us is 0.
 */
bool guard_may(struct guard *g, size_t len, struct guard_rate *r,
    uint64_t rate_Bps, uint64_t now_us);

#endif
