/*
 * upload_open.c - from a WRQ to an upload, or a refusal.
 *
 * Who may write what is the business of [tftp-upload FOLDER]; where the name
 * leads is the kernel's (sink.c, root.c).  Nothing is made before DATA 1.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/upload_int.h"

enum {
	RCVBUF = 1 << 20, /* as much of it as there may be */
	SKB_COST = 1280,  /* of a datagram in it, beside its bytes */
	SKB_MTU = 1480
};

static uint64_t
now_us(const struct uploads *u)
{
	return loop_now_us(u->srv->loop);
}

struct upload *
upload_find(const struct uploads *u, const struct peer *peer)
{
	for (size_t i = 0; i < u->nslot; i++)
		if (u->slot[i].live && peer_equal(&u->slot[i].peer, peer))
			return &u->slot[i];
	return NULL;
}

void
upload_other(struct uploads *u, const struct peer *peer)
{
	struct upload *up = u ? upload_find(u, peer) : NULL;

	if (!up)
		return;
	log_debug(
	    "upload of \"%s\": its client asks for something else", up->name);
	upload_drop(up);
}

/* The peer has an upload; true when the request belongs to it. */
static bool
repeated(struct uploads *u, const struct upload_request *q)
{
	struct upload *up = upload_find(u, &q->in->from);
	struct put_out o;

	if (!up)
		return false;
	if (up->request == q->hash && up->put.state != PUT_DALLY) {
		put_again(&up->put, now_us(u), &o);
		upload_carry_out(up, &o, NULL);
		return true;
	}
	upload_other(u, &q->in->from);
	return false;
}

/* Has the client as many as it may? */
static bool
has_enough(const struct uploads *u, const struct addr *a)
{
	uint32_t max = u->srv->conf.max_per_client, n = 0;

	for (size_t i = 0; max && i < u->nslot; i++)
		n += u->slot[i].live && addr_equal(&u->slot[i].peer.addr, a);
	return max && n >= max;
}

/* A slot; when all are taken, that of the one that is silent for longest. */
static struct upload *
free_slot(struct uploads *u)
{
	struct upload *silent = NULL;

	for (size_t i = 0; i < u->nslot; i++) {
		struct upload *up = &u->slot[i];

		if (!up->live && !up->job.busy)
			return up;
		if (up->live && up->put.state == PUT_ASKED &&
		    (!silent || up->start_us < silent->start_us))
			silent = up;
	}
	if (!silent)
		return NULL;
	log_debug("upload of \"%s\": gives way", silent->name);
	upload_drop(silent);
	return silent;
}

static void
refuse(const struct upload_request *q, uint16_t code, const char *why)
{
	server_refuse(q->at, q->in, q->p, code, why);
}

/* The rule of the path, or NULL. */
static const struct conf_upload *
rule_of(const struct server *srv, const char *path)
{
	const struct conf_upload *rule =
	    conf_upload_of(srv->upload, srv->nupload, path);

	return rule || !srv->create.folder ? rule : &srv->create;
}

static bool
name_is_odd(const char *path)
{
	for (const char *p = path; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return true;
	return strstr(path, ".tftpd-") != NULL;
}

static void
refuse_errno(struct uploads *u, const struct upload_request *q, int error)
{
	if (error == EEXIST)
		refuse(q, TFTP_EEXISTS, tftp_code_text(TFTP_EEXISTS));
	else if (error == ENOENT)
		refuse(q, TFTP_ENOTFOUND, "no such file or folder to upload");
	else if (error == EISDIR || error == EINVAL)
		refuse(q, TFTP_EACCESS, "not a regular file");
	else if (error == EACCES || error == EROFS)
		refuse(q, TFTP_EACCESS, "permission denied");
	else if (error == EMFILE || error == ENFILE || error == ENOMEM)
		server_not_answered(
		    &u->fds, q->at, q->in, q->p, strerror(error));
	else
		refuse(q, TFTP_EUNDEF, strerror(error));
}

/* Where a path leads. */
enum leads {
	LEADS_THERE,
	LEADS_NOWHERE, /* another reading may */
	LEADS_REFUSED  /* the request was answered */
};

struct lookup {
	struct uploads *u;
	const struct upload_request *q;
	struct sink *s;
	const struct conf_upload *rule;
	char path[NAME_LONG]; /* below the tree */
	bool ruled;	      /* some reading lies in a folder for uploads */
};

static enum leads
try_path(struct lookup *l, const char *path)
{
	const struct server *srv = l->u->srv;
	const struct addr *client = &l->q->in->from.addr;
	int error;

	l->rule = name_is_odd(path) ? NULL : rule_of(srv, path);
	if (!l->rule)
		return LEADS_NOWHERE;
	l->ruled = true;
	if (!conf_in_nets(l->rule->allow, l->rule->nallow, client)) {
		refuse(l->q, TFTP_EACCESS,
		    "uploads are not allowed to this client");
		return LEADS_REFUSED;
	}
	sink_init(l->s);
	if (sink_find(l->s, srv->opener.rootfd, l->rule, path,
		l->q->p->mode == TFTP_NETASCII) == 0) {
		(void)snprintf(l->path, sizeof l->path, "%s", path);
		return LEADS_THERE;
	}
	error = errno;
	sink_discard(l->s);
	if (error == ENOENT)
		return LEADS_NOWHERE;
	refuse_errno(l->u, l->q, error);
	return LEADS_REFUSED;
}

/* The path that the rules for names make of it; false: it was answered. */
static bool
mapped(const struct lookup *l, struct opened *ret)
{
	struct server *srv = l->u->srv;
	const struct open_request asked = {.name = l->q->p->name,
	    .mode = l->q->p->mode,
	    .write = true,
	    .client = &l->q->in->from,
	    .server = &l->q->in->local,
	    .who = l->q->who};

	if (open_name(&srv->opener, &asked, ret) == OPEN_FILE)
		return true;
	refuse(l->q, ret->code, ret->text);
	return false;
}

/*
 * The folder for the name of the request: true and l->s, l->rule are set;
 * false: the request was answered.
 */
static bool
find_folder(struct lookup *l)
{
	const struct opener *o = &l->u->srv->opener;
	const char *tree = o->hide ? NULL : o->tree;
	struct opened file;
	enum leads leads;

	if (!mapped(l, &file))
		return false;
	leads = try_path(l, file.path);
	for (unsigned int nth = 1;
	     leads == LEADS_NOWHERE && strlen(file.path) < NAME_PATH; nth++) {
		char path[NAME_PATH];
		enum name_err e = name_path(file.path, tree, nth, path);

		if (e == NAME_NO_MORE)
			break;
		if (e == NAME_OK)
			leads = try_path(l, path);
	}
	if (leads == LEADS_NOWHERE && l->ruled)
		refuse_errno(l->u, l->q, ENOENT);
	else if (leads == LEADS_NOWHERE)
		refuse(l->q, TFTP_EACCESS, "uploads are not allowed there");
	return leads == LEADS_THERE;
}

/*
 * Windows that the socket's buffer holds: more of them would only be lost
 * and sent again.
 */
static void
bound_window(
    const struct upload *up, const struct tftp_pkt *p, struct xfer_limits *l)
{
	int room = RCVBUF;
	socklen_t len = sizeof room;
	uint32_t blk = l->blksize, cost;

	if (up->io.fd != -1)
		(void)setsockopt(
		    up->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (getsockopt(up->fd, SOL_SOCKET, SO_RCVBUF, &room, &len) == -1)
		return;
	if ((p->opts.asked & TFTP_OPT_BLKSIZE) && !l->blksize_fixed)
		blk = p->opts.blksize < l->max_blksize ? p->opts.blksize
						       : l->max_blksize;
	cost = (blk > SKB_MTU ? 2 * blk : SKB_MTU) + SKB_COST;
	if ((uint32_t)room / cost < l->max_windowsize)
		l->max_windowsize = (uint32_t)room < cost
					? 1
					: (uint16_t)((uint32_t)room / cost);
}

/* The socket of an upload on the loop; -1 and errno. */
static int
open_socket(struct upload *up, const struct upload_request *q)
{
	const struct udp_in *in = q->in;
	struct server *srv = up->all->srv;
	int error;

	if (srv->conf.single_port) {
		up->fd = q->at->io.fd;
		up->local = in->local;
		return 0;
	}

	up->io.ready = upload_ready;
	up->io.fd = udp_tid_open(&in->local, &in->from, &srv->ports);
	if (up->io.fd == -1)
		return -1;
	up->fd = up->io.fd;
	if (loop_add(srv->loop, &up->io, EPOLLIN) == 0)
		return 0;
	error = errno;
	(void)close(up->io.fd);
	up->io.fd = -1;
	errno = error;
	return -1;
}

static void
begin(struct upload *up, const struct upload_request *q,
    const struct conf_upload *rule)
{
	struct xfer_limits limits = q->limits;
	struct put_out o;

	/* the listening sockets read no longer ones */
	if (up->io.fd == -1 && limits.max_blksize > SERVER_RX - TFTP_HEADER)
		limits.max_blksize = SERVER_RX - TFTP_HEADER;
	bound_window(up, q->p, &limits);
	put_open(&up->put, q->p, &limits, rule->max_size, now_us(up->all), &o);
	upload_carry_out(up, &o, NULL);
}

void
upload_request(struct uploads *u, const struct upload_request *q)
{
	struct upload *up;
	struct sink sink;
	struct lookup l = {.u = u, .q = q, .s = &sink};

	if (repeated(u, q))
		return;
	if (has_enough(u, &q->in->from.addr)) {
		server_not_answered(&u->full, q->at, q->in, q->p,
		    "max_per_client uploads are running");
		return;
	}
	if (!find_folder(&l))
		return;
	up = free_slot(u);
	if (!up) {
		server_not_answered(&u->full, q->at, q->in, q->p,
		    "max_uploads are being received");
		sink_discard(&sink);
		return;
	}
	*up = (struct upload){.io.fd = -1,
	    .job.done = upload_synced,
	    .all = u,
	    .peer = q->in->from,
	    .request = q->hash,
	    .sink = sink,
	    .start_us = now_us(u)};
	(void)text_safe(q->p->name, q->p->name_len, up->name, sizeof up->name);
	(void)text_safe(l.path, strlen(l.path), up->served, sizeof up->served);
	if (open_socket(up, q) == -1) {
		server_not_answered(&u->fds, q->at, q->in, q->p,
		    errno == EADDRINUSE ? "no port of port_range is free"
					: strerror(errno));
		sink_discard(&up->sink);
		return;
	}
	up->live = true;
	u->nlive++;
	begin(up, q, l.rule);
}
