/*
 * upload_int.h - what the upload*.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_UPLOAD_INT_H
#define REMOTEBOOT_TFTPD_UPLOAD_INT_H

#include "sys/aio.h"
#include "tftpd/put.h"
#include "tftpd/server.h"
#include "tftpd/sink.h"
#include "tftpd/upload.h"

/* What is being synced. */
enum upload_phase {
	UPLOAD_IDLE,
	UPLOAD_FLUSHING,
	UPLOAD_FILE_SYNC,
	UPLOAD_FOLDER_SYNC
};

struct upload {
	struct loop_io io; /* its own socket, or -1; first member */
	int fd;		   /* what it sends over: that, or the listener's */
	struct addr local; /* single-port mode: the address that was asked */
	struct aio_job job;
	struct uploads *all;
	bool live;
	enum upload_phase phase;
	bool store; /* as soon as the flush is over */
	struct peer peer;
	uint64_t request; /* hash of the WRQ */
	struct put put;
	struct sink sink;
	uint64_t flushed; /* bytes, or on their way */
	uint64_t start_us;
	char name[SESSION_NAME];   /* as asked, made printable */
	char served[SESSION_NAME]; /* the path below the tree, printable */
};

struct uploads {
	struct server *srv;
	struct aio *aio;
	struct udp_rx *rx;
	struct udp_in in[UDP_BATCH];
	struct burst full, fds;
	struct upload *slot;
	size_t nslot, nlive;
};

/* ---- upload.c ---- */

/*
 * Do what put.c says; error is the client's ERROR packet when that is what
 * ended it, else NULL.  Afterwards up may be gone: up->live says.
 */
void upload_carry_out(
    struct upload *up, struct put_out *o, const struct tftp_pkt *error);
/* Send to its client, or from its socket to another one. */
void upload_send(const struct upload *up, const void *buf, size_t len);
void upload_error(const struct upload *up, const struct peer *to, uint16_t code,
    const char *msg);
/* Its socket is ready: the ready() of its struct loop_io. */
void upload_ready(struct loop_io *io, uint32_t events);
/* What was asked for is synced: the done() of its struct aio_job. */
void upload_synced(struct aio_job *job, int error);
/* The end of one, without another packet and without a line. */
void upload_drop(struct upload *up);

/* ---- upload_open.c ---- */

/* The upload of that peer, or NULL. */
struct upload *upload_find(const struct uploads *u, const struct peer *peer);

/* ---- upload_tell.c ---- */

/* The file is there. */
void upload_tell_received(const struct upload *up);
/* It is over and the file is not there: o says why. */
void upload_tell_failed(const struct upload *up, const struct tftp_pkt *error,
    const struct put_out *o);

/* The server ends before it does. */
void upload_tell_ended(const struct upload *up);

#endif
