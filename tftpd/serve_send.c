/*
 * serve_send.c - what one transfer sends.
 *
 * Blocks go to the kernel in runs: out of the mapped file, or out of one buffer
 * that all transfers share.  What the socket does not take at once stays noted
 * as two numbers and goes out when it has room again: no data is kept anywhere.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <sys/epoll.h>

#include "sys/log.h"
#include "tftpd/oneport.h"
#include "tftpd/serve.h"
#include "tftpd/serve_int.h"
#include "tftpd/server.h"

enum {
	TURN_RUNS = 4 /* runs of one transfer before others have a turn */
};

const struct addr *
serve_local(const struct session *s)
{
	return s->at ? &s->local : NULL;
}

const struct peer *
serve_to(const struct session *s)
{
	return s->other.fd == -1 ? &s->peer : NULL;
}

/* One datagram to the client. */
static void
send_one(const struct session *s, const uint8_t *buf, size_t len)
{
	int rc = udp_send(s->fd, serve_local(s), 0, serve_to(s), buf, len);

	/* an ICMP error that waited, perhaps for a stranger: told once */
	if (rc == -1 && errno == ECONNREFUSED)
		(void)udp_send(s->fd, serve_local(s), 0, serve_to(s), buf, len);
}

/* No: at guard.from_us; 0: as the network might have lost it. */
static bool
may_send(struct session *s, size_t len)
{
	struct server *srv = s->server;

	if (guard_may(&s->guard, len, &srv->doubtful, srv->conf.unproven_rate,
		loop_now_us(srv->loop)))
		return true;
	log_debug("\"%s\" port %u: unproven_rate is used up", s->name,
	    (unsigned int)s->peer.port);
	return false;
}

static void
want_out(struct session *s, bool want)
{
	if (s->want_out == want)
		return;
	s->want_out = want;
	if (!s->at)
		(void)serve_watch(s);
	else if (want)
		oneport_want_out(s);
}

/* Block numbers into the room before each block, or for them alone. */
static void
put_headers(
    const struct session *s, uint64_t first, const struct source_run *run)
{
	const size_t seg =
	    TFTP_HEADER + (run->data ? 0 : (size_t)s->xfer.blksize);
	uint8_t *p = run->at;

	for (uint32_t i = 0; i < run->count; i++, p += seg)
		tftp_put_data_header(p, xfer_wire_block(&s->xfer, first + i));
}

static const char *
source_problem(int error)
{
	if (error == ESTALE)
		return "the file became shorter while it was sent";
	return "the file cannot be read";
}

/* One run to the kernel, as udp_send_run(). */
static int
run_out(const struct session *s, const struct source_run *run)
{
	const struct udp_blocks blocks = {.heads = run->at,
	    .head = TFTP_HEADER,
	    .data = run->data,
	    .len = run->len - (size_t)run->count * TFTP_HEADER,
	    .size = s->xfer.blksize,
	    .count = run->count};

	if (run->data)
		return udp_send_blocks(
		    s->fd, serve_local(s), serve_to(s), &blocks);
	return udp_send_run(s->fd, serve_local(s), serve_to(s), run->at,
	    run->len, TFTP_HEADER + (size_t)s->xfer.blksize);
}

static int
send_run(struct session *s, const struct source_run *run)
{
	int n = run_out(s, run);

	/* an ICMP error that waited, perhaps for a stranger: told once */
	if (n == -1 &&
	    (errno == ECONNREFUSED || (errno == ENOBUFS && serve_widen(s))))
		n = run_out(s, run);
	return n;
}

/* The next run of what is to be sent; -1 and errno. */
static int
next_run(struct session *s, struct source_run *run)
{
	struct server *srv = s->server;

	if (source_map(&s->source, s->todo_first, s->todo_count, srv->buf,
		sizeof srv->buf, run))
		return 0;
	return source_read(&s->source, s->todo_first, s->todo_count, srv->buf,
	    sizeof srv->buf, run);
}

/* What one send made of the run; false: no more in this turn. */
static bool
sent_some(struct session *s, const struct source_run *run, int n, int error)
{
	if (n == -1 && error == EFAULT && run->data) {
		s->source.mapped = false; /* is it shorter? read it */
		return true;
	}
	if (n == -1) {
		/*
		 * No room: again when there is.  Anything else (no route, a
		 * full device queue, a firewall) is as if the network had
		 * lost it: the timer sends it again and counts its tries.
		 */
		if (error != EAGAIN && error != EWOULDBLOCK) {
			log_debug("\"%s\": send: %s", s->name, strerror(error));
			s->todo_count = 0;
		}
		return false;
	}
	s->todo_first += (uint64_t)n;
	s->todo_count -=
	    (uint32_t)n < s->todo_count ? (uint32_t)n : s->todo_count;
	if ((uint32_t)n < run->count)
		return false;
	if (run->end)
		s->todo_count = 0;
	return true;
}

bool
serve_data(struct session *s, struct xfer_out *out)
{
	for (int turn = 0; s->todo_count && turn < TURN_RUNS; turn++) {
		struct source_run run;
		int n;

		if (next_run(s, &run) == -1) {
			xfer_fail(
			    &s->xfer, TFTP_EUNDEF, source_problem(errno), out);
			return false;
		}
		put_headers(s, s->todo_first, &run);
		if (run.end)
			xfer_last(&s->xfer, s->todo_first + run.count - 1);
		if (!may_send(s, run.len)) {
			if (!s->guard.from_us)
				s->todo_count = 0;
			break;
		}
		if (s->runs++ == CONNECT_RUNS)
			serve_connect(s);
		n = send_run(s, &run);
		if (!sent_some(s, &run, n, errno))
			break;
	}
	want_out(s, s->todo_count > 0 && !s->guard.from_us);
	return true;
}

void
serve_todo(struct session *s, const struct xfer_out *out)
{
	if (s->todo_count && s->todo_first + s->todo_count == out->first) {
		s->todo_count += out->count;
		return;
	}
	s->todo_first = out->first;
	s->todo_count = out->count;
}

void
serve_oack(struct session *s)
{
	uint8_t buf[TFTP_OACK_MAX];
	size_t len =
	    tftp_put_oack(buf, sizeof buf, &s->xfer.opts, s->xfer.granted);

	if (len && may_send(s, len))
		send_one(s, buf, len);
}
