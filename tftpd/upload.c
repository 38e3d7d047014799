/*
 * upload.c - uploads: what put.c decides is done here.
 *
 * A WRQ that is allowed gets a slot and a socket; its hidden file (sink.c) is
 * made when DATA 1 shows that there is a client.  When all is here the file
 * is synced, gets its name, the folder is synced, and then the last ACK goes
 * out.  Syncing is the kernel's work (aio.h): no other transfer waits.  While
 * a long file comes in it is synced now and then, so that the end is quick.
 *
 *	bytes --8 MB--> flush                 (the same job, one at a time)
 *	last block --> file --rename--> folder --> put_stored()
 *
 * A slot whose job runs is kept until the kernel is done with it, also when
 * its upload is over.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/serve.h"
#include "tftpd/upload_int.h"

enum {
	PACKET = TFTP_HEADER + TFTP_BLKSIZE_MAX,
	ANSWER_MAX = 512, /* RFC 2347 */
	FLUSH = 8 << 20	  /* bytes between two syncs of a long file */
};

static struct upload *
of_job(struct aio_job *job)
{
	return (struct upload *)(void *)((char *)job -
					 offsetof(struct upload, job));
}

static uint64_t
now_us(const struct uploads *u)
{
	return loop_now_us(u->srv->loop);
}

void
upload_drop(struct upload *up)
{
	struct uploads *u = up->all;

	if (up->io.fd != -1) {
		loop_del(u->srv->loop, &up->io);
		(void)close(up->io.fd);
		up->io.fd = -1;
	}
	sink_discard(&up->sink);
	up->live = false;
	u->nlive--;
	server_touched(u->srv);
}

static void
finished(
    struct upload *up, const struct tftp_pkt *error, const struct put_out *o)
{
	struct server_sums *n = &up->all->srv->sums;

	if (up->put.state == PUT_ABORTED)
		n->ended++;
	else if (up->put.state != PUT_DONE)
		n->failed++;
	if (up->put.state != PUT_DONE) /* that was told when it was stored */
		upload_tell_failed(up, error, o);
	upload_drop(up);
}

/* ---- doing what put.c says ---- */

/* The file cannot be written: what the client is told. */
static void
broken(struct upload *up, int error, struct put_out *o)
{
	if (error == ENOSPC || error == EDQUOT || error == EFBIG)
		put_fail(&up->put, TFTP_EFULL, "disk full", o);
	else if (error == EEXIST)
		put_fail(
		    &up->put, TFTP_EEXISTS, tftp_code_text(TFTP_EEXISTS), o);
	else if (error == EACCES || error == EPERM || error == EROFS)
		put_fail(&up->put, TFTP_EACCESS, "permission denied", o);
	else
		put_fail(&up->put, TFTP_EUNDEF, strerror(error), o);
}

static void
sync_begin(struct upload *up, int fd, enum upload_phase phase)
{
	up->phase = phase;
	aio_fsync(up->all->aio, fd, &up->job);
}

static int
write_data(struct upload *up, const struct put_out *o)
{
	const struct put *x = &up->put;
	bool said = x->granted & TFTP_OPT_TSIZE;

	if (up->sink.fd == -1 &&
	    sink_create(&up->sink, said ? x->opts.tsize : 0) == -1)
		return -1;
	if (sink_write(&up->sink, o->data, o->data_len) == -1)
		return -1;
	if (!up->job.busy && up->sink.size - up->flushed >= FLUSH) {
		up->flushed = up->sink.size;
		sync_begin(up, up->sink.fd, UPLOAD_FLUSHING);
	}
	return 0;
}

static int
store(struct upload *up)
{
	if (sink_finish(&up->sink) == -1)
		return -1;
	up->store = up->job.busy; /* when the flush is over */
	if (!up->store)
		sync_begin(up, up->sink.fd, UPLOAD_FILE_SYNC);
	return 0;
}

static void
stored(struct upload *up)
{
	struct put_out o;

	put_stored(&up->put, now_us(up->all), &o);
	up->all->srv->sums.received++;
	up->all->srv->sums.received_bytes += up->put.size;
	upload_tell_received(up);
	sink_discard(&up->sink);
	upload_carry_out(up, &o, NULL);
}

/* The next step after one that was synced. */
static int
next_phase(struct upload *up)
{
	enum upload_phase was = up->phase;

	up->phase = UPLOAD_IDLE;
	if (was == UPLOAD_FLUSHING && up->store) {
		up->store = false;
		sync_begin(up, up->sink.fd, UPLOAD_FILE_SYNC);
	} else if (was == UPLOAD_FILE_SYNC) {
		if (sink_publish(&up->sink) == -1)
			return -1;
		if (up->sink.listable)
			sync_begin(up, up->sink.dirfd, UPLOAD_FOLDER_SYNC);
		else
			stored(up);
	} else if (was == UPLOAD_FOLDER_SYNC) {
		stored(up);
	}
	return 0;
}

void
upload_synced(struct aio_job *job, int error)
{
	struct upload *up = of_job(job);
	struct put_out o;

	if (!up->live)
		return;
	if (error == 0 && next_phase(up) == -1)
		error = errno;
	if (error == 0)
		return;
	broken(up, error, &o);
	upload_carry_out(up, &o, NULL);
}

/* From the address that was asked; a socket of its own is bound to it. */
static const struct addr *
local_of(const struct upload *up)
{
	return up->io.fd == -1 ? &up->local : NULL;
}

void
upload_send(const struct upload *up, const void *buf, size_t len)
{
	(void)udp_send(up->fd, local_of(up), 0, &up->peer, buf, len);
}

void
upload_error(const struct upload *up, const struct peer *to, uint16_t code,
    const char *msg)
{
	serve_error(up->fd, local_of(up), 0, to, code, msg);
}

static void
send_answers(const struct upload *up, const struct put_out *o)
{
	uint8_t buf[ANSWER_MAX];
	size_t len;

	if (o->send_oack && (len = tftp_put_oack(buf, sizeof buf, &up->put.opts,
				 up->put.granted)) != 0)
		upload_send(up, buf, len);
	if (o->send_ack && (len = tftp_put_ack(buf, sizeof buf, o->ack)) != 0)
		upload_send(up, buf, len);
	if (o->send_error)
		upload_error(up, &up->peer, o->code, o->msg);
}

void
upload_carry_out(
    struct upload *up, struct put_out *o, const struct tftp_pkt *error)
{
	log_debug("upload of \"%s\" port %u: %s", up->name,
	    (unsigned int)up->peer.port, o->why);
	if ((o->data && write_data(up, o) == -1) ||
	    (o->store && store(up) == -1))
		broken(up, errno, o);
	send_answers(up, o);
	if (o->close)
		finished(up, error, o);
}

/* ---- packets ---- */

static void
stranger(
    const struct upload *up, const struct udp_in *in, const struct tftp_pkt *p)
{
	if (p->op != TFTP_ERROR)
		upload_error(up, &in->from, TFTP_EUNKNOWNTID,
		    tftp_code_text(TFTP_EUNKNOWNTID));
}

static void
datagram(struct upload *up, const struct udp_in *in)
{
	enum tftp_err e;
	struct tftp_pkt p;
	struct put_out o;

	e = tftp_decode(&p, in->data, in->len);
	if (!peer_equal(&in->from, &up->peer)) {
		if (e != TFTP_ESHORT)
			stranger(up, in, &p);
		return;
	}
	if (e != TFTP_OK || in->truncated)
		return;
	put_packet(&up->put, &p, now_us(up->all), &o);
	upload_carry_out(up, &o, p.op == TFTP_ERROR ? &p : NULL);
}

void
upload_ready(struct loop_io *io, uint32_t events)
{
	struct upload *up = (struct upload *)io;
	struct uploads *u = up->all;
	struct put_out o;

	if (events & EPOLLIN) {
		int n = udp_recv(io->fd, u->rx, u->in);

		for (int i = 0; i < n && up->live; i++)
			datagram(up, &u->in[i]);
	}
	if (up->live && (events & EPOLLERR) &&
	    udp_tid_unreachable(io->fd, &up->peer)) {
		put_gone(&up->put, &o);
		upload_carry_out(up, &o, NULL);
	}
}

/* ---- single-port mode ---- */

/* That of the peer, when it has no socket of its own. */
static struct upload *
by_listener(struct uploads *u, const struct peer *peer)
{
	struct upload *up = u ? upload_find(u, peer) : NULL;

	return up && up->io.fd == -1 ? up : NULL;
}

void
uploads_packet(
    struct uploads *u, const struct udp_in *in, const struct tftp_pkt *p)
{
	struct upload *up = by_listener(u, &in->from);
	struct put_out o;

	if (!up || in->truncated)
		return;
	put_packet(&up->put, p, now_us(u), &o);
	upload_carry_out(up, &o, p->op == TFTP_ERROR ? p : NULL);
}

void
uploads_gone(struct uploads *u, const struct peer *peer)
{
	struct upload *up = by_listener(u, peer);
	struct put_out o;

	if (!up)
		return;
	put_gone(&up->put, &o);
	upload_carry_out(up, &o, NULL);
}

/* ---- time, and the whole ---- */

uint64_t
uploads_deadline_us(const struct uploads *u)
{
	uint64_t at_us = LOOP_NEVER;

	for (size_t i = 0; u && u->nlive && i < u->nslot; i++)
		if (u->slot[i].live && u->slot[i].put.deadline_us < at_us)
			at_us = u->slot[i].put.deadline_us;
	return at_us;
}

void
uploads_timer(struct uploads *u, uint64_t at_us)
{
	struct put_out o;

	for (size_t i = 0; u && u->nlive && i < u->nslot; i++) {
		struct upload *up = &u->slot[i];

		if (!up->live || up->put.deadline_us > at_us)
			continue;
		put_timer(&up->put, at_us, &o);
		upload_carry_out(up, &o, NULL);
	}
}

size_t
uploads_running(const struct uploads *u)
{
	return u ? u->nlive : 0;
}

struct uploads *
uploads_new(struct server *srv, uint32_t max)
{
	struct uploads *u = calloc(1, sizeof *u);

	if (!u)
		return NULL;
	u->srv = srv;
	u->slot = calloc(max, sizeof *u->slot);
	u->rx = udp_rx_new(PACKET + 1);
	u->aio = u->slot && u->rx ? aio_new(srv->loop, max) : NULL;
	if (!u->aio) {
		int error = errno;

		udp_rx_free(u->rx);
		free(u->slot);
		free(u);
		errno = error;
		return NULL;
	}
	u->nslot = max;
	return u;
}

void
uploads_free(struct uploads *u)
{
	if (!u)
		return;
	aio_free(u->aio);
	for (size_t i = 0; i < u->nslot; i++) {
		struct upload *up = &u->slot[i];

		if (!up->live)
			continue;
		if (up->put.state != PUT_DALLY) {
			upload_error(up, &up->peer, TFTP_EUNDEF,
			    "the server is shutting down");
			upload_tell_ended(up);
		}
		upload_drop(up);
	}
	udp_rx_free(u->rx);
	free(u->slot);
	free(u);
}
