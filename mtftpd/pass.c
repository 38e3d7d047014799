/*
 * pass.c - one file on its way to one group.
 *
 * Every datagram leaves from the sport's socket and from the address that
 * the master asked: Intel ROMs take nothing else, and "one address, one
 * port" pleases atftp and iPXE as well.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "mtftpd/groups.h"
#include "mtftpd/pass.h"
#include "sys/log.h"
#include "sys/root.h"

enum {
	DATAGRAM = TFTP_HEADER + UINT16_MAX, /* longest DATA */
	ERROR_LEN = 128,
	NAME_TEXT = 4 * TFTP_NAME_MAX + 1,
	NUMBER_TEXT = 32,
	NS_PER_S = 1000000000
};

/* The names and numbers of a pass, for a log line. */
struct pass_text {
	char file[NAME_TEXT], group[PEER_TEXT], master[PEER_TEXT];
	char bytes[NUMBER_TEXT], block[NUMBER_TEXT], nblocks[NUMBER_TEXT];
	char resent[NUMBER_TEXT];
	char again[NUMBER_TEXT * 2]; /* which pass in a row, copies */
	const char *s;		     /* plural of the clients */
};

/* 1048576 -> "1,048,576" */
static void
grouped(uint64_t n, char buf[static NUMBER_TEXT])
{
	char digits[NUMBER_TEXT], *to = buf;
	int len = snprintf(digits, sizeof digits, "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
}

static void
text_of(const struct pass *p, struct pass_text *t)
{
	(void)text_safe(p->file, strlen(p->file), t->file, sizeof t->file);
	(void)peer_text(&p->group, t->group);
	(void)peer_text(&p->m.master, t->master);
	grouped(p->size, t->bytes);
	grouped(p->m.block, t->block);
	grouped(p->m.nblocks, t->nblocks);
	grouped(p->m.resent, t->resent);
	t->s = p->m.nseen == 1 ? "" : "s";
	t->again[0] = '\0';
	if (p->m.loss.run > 1 || p->m.loss.copies > 1)
		(void)snprintf(t->again, sizeof t->again,
		    ", pass %u in a row, %u times each", p->m.loss.run,
		    p->m.loss.copies);
}

static double
loss_percent(const struct pass *p)
{
	return mcast_loss_permil(&p->m) / 10.0;
}

static double
seconds(const struct pass *p, uint64_t now_us)
{
	return (double)(now_us - p->m.started_us) / 1e6;
}

/* The ERROR that an errno of root_open_file() means to a client. */
static uint16_t
open_error(int e, const char **ret_why)
{
	switch (e) {
	case ENOENT:
		*ret_why = "no such file";
		return TFTP_ENOTFOUND;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		*ret_why = "the server is short of resources";
		return TFTP_EUNDEF;
	case EISDIR:
	case EINVAL:
		*ret_why = "not a regular file";
		return TFTP_EACCESS;
	default:
		*ret_why = "the file cannot be read";
		return TFTP_EACCESS;
	}
}

static void
fill(struct pass *p, const struct pass_request *rq)
{
	const struct conf_mtftp *g = rq->group;

	(void)snprintf(p->file, sizeof p->file, "%s", g->file);
	p->group.addr = addr_from_ip4(g->mtftp_ip);
	p->group.port = g->mtftp_cport;
	p->sport = g->mtftp_sport;
	p->blksize = g->blksize;
	p->ttl = g->ttl;
	p->sock = rq->sock;
	p->local = rq->in->local;
	p->ifindex = rq->ifindex;
	p->net = rq->net;
}

static void
log_begin(const struct pass *p)
{
	struct pass_text t;

	text_of(p, &t);
	log_info("RRQ \"%s\" from %s%s: a pass to %s begins, %s blocks of "
		 "%u%s",
	    t.file, t.master, p->m.deferred ? " during the last pass" : "",
	    t.group, t.nblocks, p->blksize, t.again);
}

bool
pass_begin(struct pass *p, const struct pass_request *rq, uint16_t *ret_code,
    const char **ret_why)
{
	struct mcast_out out;

	fill(p, rq);
	p->fd = root_open_file(rq->rootfd, p->file, &p->size, &p->mtime_ns);
	if (p->fd == -1) {
		*ret_code = open_error(errno, ret_why);
		return false;
	}
	if (!mcast_open(&p->m, &rq->limits, &rq->in->from,
		mcast_blocks(p->size, p->blksize), rq->now_us, &out)) {
		*ret_code = TFTP_EUNDEF;
		*ret_why = out.why;
		return false;
	}
	*ret_why = NULL;
	return pass_do(p, &out, rq->now_us);
}

struct pass *
pass_new(
    const struct pass_request *rq, uint16_t *ret_code, const char **ret_why)
{
	struct pass *p = calloc(1, sizeof *p);

	if (!p) {
		*ret_code = open_error(ENOMEM, ret_why);
		return NULL;
	}
	mcast_init(&p->m);
	p->fd = -1;
	if (pass_begin(p, rq, ret_code, ret_why))
		return p;
	pass_free(p);
	return NULL;
}

void
pass_rest(struct pass *p, uint64_t now_us)
{
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
	p->rested_us = now_us;
}

bool
pass_rests(const struct pass *p)
{
	return p->m.state == MCAST_IDLE;
}

void
pass_free(struct pass *p)
{
	if (!p)
		return;
	if (p->fd != -1)
		(void)close(p->fd);
	free(p);
}

static void
send_to(struct pass *p, const struct peer *to, const uint8_t *buf, size_t len,
    unsigned int n)
{
	bool group = to == &p->group;
	char text[PEER_TEXT];

	if (udp_send_copies(p->sock, &p->local, group ? p->ifindex : 0,
		group ? p->ttl : 0, to, buf, len, n) == 0) {
		p->send_failed = false;
		return;
	}
	if (!p->send_failed)
		log_warning("cannot send to %s: %s", peer_text(to, text),
		    strerror(errno));
	p->send_failed = true;
}

/* The length of block in the file as it was when it was opened. */
static size_t
block_len(const struct pass *p, uint64_t block)
{
	uint64_t off = (block - 1) * p->blksize;
	uint64_t left = p->size > off ? p->size - off : 0;

	return left < p->blksize ? (size_t)left : p->blksize;
}

/*
 * Is it still what it was when the pass began?  Who has written into it, and
 * not put another one in its place, shall not have clients boot a mixture.
 */
static bool
is_unchanged(const struct pass *p)
{
	struct stat st;

	return fstat(p->fd, &st) == 0 && (uint64_t)st.st_size == p->size &&
	       st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec == p->mtime_ns;
}

/* false: the file no longer has it. */
static bool
read_block(const struct pass *p, uint64_t block, uint8_t *data, size_t len)
{
	off_t off = (off_t)((block - 1) * p->blksize);

	while (len > 0) {
		ssize_t n = pread(p->fd, data, len, off);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		off += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
send_block(struct pass *p, const struct mcast_out *out)
{
	static uint8_t buf[DATAGRAM];
	size_t len = block_len(p, out->block);

	if (!read_block(p, out->block, buf + TFTP_HEADER, len) ||
	    !is_unchanged(p))
		return false;
	tftp_put_data_header(buf, (uint16_t)out->block);
	len += TFTP_HEADER;
	if (out->unicast)
		send_to(p, &p->m.master, buf, len, out->copies);
	if (out->multicast)
		send_to(p, &p->group, buf, len, out->copies);
	return true;
}

static void
send_error(struct pass *p, const char *why)
{
	uint8_t buf[ERROR_LEN];
	size_t len = tftp_put_error(buf, sizeof buf, TFTP_EUNDEF, why);

	send_to(p, &p->m.master, buf, len, 1);
}

bool
pass_is_whole(const struct pass *p)
{
	return !p->m.jumped && p->m.block == p->m.nblocks;
}

/* What became of it, as the first word of its last line. */
static const char *
outcome(const struct pass *p)
{
	if (pass_is_whole(p))
		return "sent";
	return p->m.jumped && p->m.block == p->m.nblocks ? "filled gaps of"
							 : "ended";
}

/* One line for the record of a pass that has ended. */
static void
log_end(const struct pass *p, const char *why, uint64_t now_us)
{
	struct pass_text t;

	text_of(p, &t);
	if (p->m.deferred && !p->m.acked)
		log_debug("\"%s\" to %s: %s asked during the last pass and "
			  "needs no other one",
		    t.file, t.group, t.master);
	else if (pass_is_whole(p) && !p->m.why)
		log_info("sent \"%s\" to %s: %s bytes, %s blocks of %u, "
			 "%.2f s, %s resent, loss %.1f %%%s; master %s, "
			 "%u client%s seen",
		    t.file, t.group, t.bytes, t.nblocks, p->blksize,
		    seconds(p, now_us), t.resent, loss_percent(p), t.again,
		    t.master, p->m.nseen, t.s);
	else
		log_info("%s \"%s\" to %s: %s; block %s of %s, %.2f s, "
			 "%s resent, loss %.1f %%%s; master %s, "
			 "%u client%s seen",
		    outcome(p), t.file, t.group, why, t.block, t.nblocks,
		    seconds(p, now_us), t.resent, loss_percent(p), t.again,
		    t.master, p->m.nseen, t.s);
}

/*
 * Without its master, and with it again: told once.  Under loss a client that
 * does not repeat its ACK (atftp) is given up and comes back all the time.
 */
static void
log_master(const struct pass *p, const struct mcast_out *out)
{
	bool lost = out->event == MCAST_LOST;
	char line[2 * NAME_TEXT];
	struct pass_text t;

	text_of(p, &t);
	(void)snprintf(line, sizeof line,
	    "\"%s\" to %s%s, block %s of %s, master %s: %s", t.file, t.group,
	    lost ? " goes on without its master" : "", t.block, t.nblocks,
	    t.master, out->why);
	if (p->m.lost > 1)
		log_debug("%s", line);
	else if (lost)
		log_warning("%s", line);
	else
		log_info("%s", line);
}

static void
log_event(const struct pass *p, const struct mcast_out *out, uint64_t now_us)
{
	switch (out->event) {
	case MCAST_LOST:
	case MCAST_SATED:
	case MCAST_REGAINED:
		log_master(p, out);
		break;
	case MCAST_OVER:
		log_end(p, out->why, now_us);
		break;
	case MCAST_OPENED:
		log_begin(p);
		break;
	case MCAST_NONE:
	case MCAST_LISTENER:
		break;
	}
}

bool
pass_do(struct pass *p, const struct mcast_out *out, uint64_t now_us)
{
	if ((out->unicast || out->multicast) && !send_block(p, out)) {
		log_warning("\"%s\" has changed, or cannot be read, while it "
			    "is sent; its clients start anew",
		    p->file);
		send_error(p, "the file has changed");
		log_end(p, "the file has changed", now_us);
		return false;
	}
	if (out->event != MCAST_NONE)
		log_event(p, out, now_us);
	return out->event != MCAST_OVER;
}

/* The file as it is now; false: the next pass is none. */
static bool
open_anew(struct pass *p, int rootfd)
{
	const char *why;
	int fd = root_open_file(rootfd, p->file, &p->size, &p->mtime_ns);

	if (fd == -1) {
		(void)open_error(errno, &why);
		log_warning("\"%s\" cannot be sent again: %s", p->file, why);
		return false;
	}
	(void)close(p->fd);
	p->fd = fd;
	return true;
}

bool
pass_again(struct pass *p, int rootfd, uint64_t now_us)
{
	struct mcast_out out;

	while (mcast_waits(&p->m)) {
		if (!open_anew(p, rootfd))
			return false;
		if (!mcast_next(&p->m, mcast_blocks(p->size, p->blksize),
			now_us, &out)) {
			log_warning("\"%s\" cannot be sent again: %s", p->file,
			    out.why);
			return false;
		}
		if (pass_do(p, &out, now_us))
			return true;
	}
	return false;
}

void
pass_report(const struct pass *p, uint64_t now_us)
{
	static const char *const state[] = {[MCAST_IDLE] = "idle",
	    [MCAST_OPEN] = "waits for its first ACK",
	    [MCAST_PASS] = "follows its master",
	    [MCAST_ALONE] = "goes on without its master",
	    [MCAST_LAST] = "repeats the last block"};
	struct pass_text t;

	text_of(p, &t);
	log_info("pass of \"%s\" to %s: %s; block %s of %s, %.2f s, %s resent, "
		 "loss %.1f %%%s, last sent %.2f s ago; waits for %s, "
		 "%u client%s seen",
	    t.file, t.group, state[p->m.state], t.block, t.nblocks,
	    seconds(p, now_us), t.resent, loss_percent(p), t.again,
	    (double)(now_us - p->m.sent_us) / 1e6,
	    p->m.state == MCAST_OPEN || p->m.state == MCAST_PASS ? t.master
								 : "nobody",
	    p->m.nseen, t.s);
}

void
pass_stop(struct pass *p, uint64_t now_us)
{
	send_error(p, "the server is going down");
	log_end(p, "the server is going down", now_us);
}

/* What one network's clients cannot hear the other's are not served by. */
static bool
same_net(const struct pass *p, uint32_t net)
{
	return p->net == 0 || net == 0 || p->net == net;
}

bool
pass_is(const struct pass *p, const struct conf_mtftp *g, uint32_t net)
{
	struct addr group = addr_from_ip4(g->mtftp_ip);

	return addr_equal(&p->group.addr, &group) &&
	       p->group.port == g->mtftp_cport && p->sport == g->mtftp_sport &&
	       same_net(p, net) && strcmp(p->file, g->file) == 0;
}

bool
pass_blocks(const struct pass *p, const struct conf_mtftp *g, uint32_t net)
{
	struct addr group = addr_from_ip4(g->mtftp_ip);

	return !pass_rests(p) && addr_equal(&p->group.addr, &group) &&
	       p->group.port == g->mtftp_cport && same_net(p, net) &&
	       !pass_is(p, g, net);
}
