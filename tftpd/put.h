/*
 * put.h - one upload as the server sees it.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_PUT_H
#define REMOTEBOOT_TFTPD_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "tftp.h"
#include "tftpd/xfer.h"

enum put_state {
	PUT_ASKED,     /* ACK 0 or OACK sent, DATA 1 is to come */
	PUT_RECEIVING, /* block next is to come */
	PUT_STORING,   /* all is here: on its way to the disk */
	PUT_DALLY,     /* the last ACK is sent, and again when it was lost */
	PUT_DONE,
	PUT_TIMEOUT, /* the client fell silent */
	PUT_ABORTED, /* ERROR from the client, or its port is closed */
	PUT_BROKEN   /* we could not go on: put_fail(), or it is too long */
};

struct put {
	enum put_state state;
	bool netascii, cr; /* cr: a CR ended the block before */
	bool gap_told;	   /* an ACK has said where to go on */
	uint8_t rollover;
	uint16_t blksize, windowsize;
	uint32_t retries, tries;
	struct tftp_opts opts; /* as answered: for the OACK */
	unsigned int granted;  /* TFTP_OPT_* in the OACK; 0: ACK 0 */

	uint64_t next;	   /* lowest block that is not here, from 1 */
	uint64_t acked;	   /* the last block that was acknowledged */
	uint64_t size;	   /* bytes of the file so far */
	uint64_t max_size; /* of the file */

	uint64_t timeout_us, deadline_us;
	uint64_t resent;   /* ACKs sent again, for the log */
	uint64_t repeated; /* DATA that came again */
};

/* Carried out by the shell, in this order. */
struct put_out {
	/* write these at the end of the file: as put_text() makes them */
	const uint8_t *data;
	size_t data_len;
	bool store; /* all is here: put it on disk, then put_stored() */
	bool send_oack;
	bool send_ack;
	uint16_t ack; /* number on the wire */
	bool send_error;
	uint16_t code;
	const char *msg;
	bool close;
	const char *why; /* of this decision, for the log; never NULL */
};

/*
 * Open an upload by a WRQ (octet or netascii) of a file of at most max_size
 * bytes.  Options are granted as for an RRQ; tsize as it was said, and not in
 * netascii.  One that says at once that it is too long is over: PUT_BROKEN
 * with ERROR 3.
 */
void put_open(struct put *x, const struct tftp_pkt *wrq,
    const struct xfer_limits *limits, uint64_t max_size, uint64_t now_us,
    struct put_out *out);
/* The same request came again from the same port. */
void put_again(struct put *x, uint64_t now_us, struct put_out *out);
/*
 * A packet from the client: DATA or ERROR, anything else is passed over.  A
 * block that came before is never written again; when it is the one that was
 * acknowledged last, that ACK was lost and is sent again.  A block too far
 * (RFC 7440: one was lost) is answered once by an ACK of the last before the
 * gap.  More than max_size: PUT_BROKEN with ERROR 3.
 */
void put_packet(struct put *x, const struct tftp_pkt *p, uint64_t now_us,
    struct put_out *out);
/* The clock reached x->deadline_us; does nothing before that. */
void put_timer(struct put *x, uint64_t now_us, struct put_out *out);
/* The file is on disk under its name: the last ACK. */
void put_stored(struct put *x, uint64_t now_us, struct put_out *out);
/* We cannot go on: ERROR code with msg to the client, and the end. */
void put_fail(
    struct put *x, uint16_t code, const char *msg, struct put_out *out);
/* The network says that nobody is at the client's port any more. */
void put_gone(struct put *x, struct put_out *out);

/* Is it over?  In PUT_DALLY the file is there, but ACKs may be due. */
bool put_over(const struct put *x);
/* The 16-bit number of a block on the wire. */
uint16_t put_wire_block(const struct put *x, uint64_t b);

/*
 * Bytes of the file from len bytes of netascii: CR LF is LF, CR NUL is CR, a
 * CR before anything else stays.  *cr says whether a CR waits for what comes
 * behind it.  out has room for len + 1; returns how many were written.  At
 * the end of the file a CR that still waits is a byte of it.
 */
size_t put_text(bool *cr, const uint8_t *in, size_t len, uint8_t *out);

#endif
