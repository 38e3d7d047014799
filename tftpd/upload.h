/*
 * upload.h - uploads: what put.c decides is done here.
 *
 * Beside the sessions of downloads, because they share nothing but the
 * listening sockets: a fixed number of slots, taken at the start.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_UPLOAD_H
#define REMOTEBOOT_TFTPD_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "sys/udp.h"
#include "tftp.h"
#include "tftpd/who.h"
#include "tftpd/xfer.h"

struct server;
struct listener;
struct server_conf;
struct uploads;

/* A WRQ, as server.c has read it. */
struct upload_request {
	struct listener *at;
	const struct udp_in *in;
	const struct tftp_pkt *p;
	uint64_t hash; /* tells a repeated one from another */
	struct xfer_limits limits;
	const struct who *who; /* of the client */
};

/*
 * Before the rights end: what the folders of c need after it (priv_also()),
 * a warning for each that is not there.  False: nobody may upload.
 */
bool uploads_prepare(const struct server_conf *c);
/* After the rights ended: what a killed process left is removed; told. */
void uploads_sweep(int rootfd, const struct server_conf *c);

/* A reload: a warning for what takes effect with the next start only. */
void uploads_tell_changes(
    const struct server_conf *was, const struct server_conf *now);

/* Slots for max uploads at once.  NULL and errno. */
struct uploads *uploads_new(struct server *srv, uint32_t max);
/* Ends all: an ERROR to each client, nothing is left of their files. */
void uploads_free(struct uploads *u);

/* A WRQ of mode octet or netascii: an upload, a refusal, or no answer. */
void upload_request(struct uploads *u, const struct upload_request *q);
/* Single-port mode: a packet that is no request came to a listening socket. */
void uploads_packet(
    struct uploads *u, const struct udp_in *in, const struct tftp_pkt *p);
/* The same for an ICMP error: nobody is at the peer's port. */
void uploads_gone(struct uploads *u, const struct peer *peer);
/* The peer asks for something else: its upload, if there is one, ends. */
void upload_other(struct uploads *u, const struct peer *peer);

/* The earliest deadline, LOOP_NEVER without one. */
uint64_t uploads_deadline_us(const struct uploads *u);
void uploads_timer(struct uploads *u, uint64_t now_us);
size_t uploads_running(const struct uploads *u);
/* A line for each: SIGUSR1. */
void uploads_tell(const struct uploads *u);

#endif
