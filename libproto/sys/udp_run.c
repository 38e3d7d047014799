/*
 * udp_run.c - many datagrams to one peer by few calls.
 *
 * By UDP_SEGMENT the kernel takes a whole run in one piece and cuts it late,
 * or never when it stays on this machine.  Where that is refused, sendmmsg.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>

#include <sys/uio.h>

#include "sys/udp.h"
#include "sys/udp_gso.h"
#include "sys/udp_int.h"

enum {
	GSO_AGAIN = 1 << 12, /* runs until a refused UDP_SEGMENT is retried */
	GSO_SOCKETS = 256
};

/*
 * Where UDP_SEGMENT was refused: datagrams of at least `from` bytes (they
 * did not fit the MTU; 0: all of them) go by sendmmsg for the next `skip`
 * runs.  Sockets that share an entry only lose speed.
 */
static struct gso {
	size_t from;
	unsigned int skip;
} gso[GSO_SOCKETS];

static struct gso *
gso_of(int fd)
{
	return &gso[(unsigned int)fd % GSO_SOCKETS];
}

void
udp_forget_gso(int fd)
{
	*gso_of(fd) = (struct gso){0, 0};
}

static bool
gso_wanted(struct gso *g, size_t seg)
{
	if (g->skip == 0 || seg < g->from)
		return true;
	g->skip--;
	return false;
}

/* Is it UDP_SEGMENT that the kernel does not want?  Then remember it. */
static bool
gso_refused(struct gso *g, size_t seg, int e)
{
	if (e != EINVAL && e != EMSGSIZE && e != EIO && e != ENOPROTOOPT)
		return false;
	if (e == EIO || e == ENOPROTOOPT)
		seg = 0;
	if (g->skip == 0 || seg < g->from)
		g->from = seg;
	g->skip = GSO_AGAIN;
	return true;
}

/* Bytes of a whole datagram. */
static size_t
seg_of(const struct udp_blocks *b)
{
	return b->head + b->size;
}

static struct iovec
bytes(const uint8_t *p, size_t len)
{
	return (struct iovec){(void *)(uintptr_t)p, len};
}

/* Datagram i of *b, of the bytes that the first i left: one iovec or two. */
static size_t
put_datagram(const struct udp_blocks *b, size_t i, struct iovec *iov)
{
	size_t at = i * b->size, n = 0;

	if (b->head)
		iov[n++] = bytes(b->heads + i * b->head, b->head);
	iov[n++] =
	    bytes(b->data + at, b->len - at < b->size ? b->len - at : b->size);
	return n;
}

/* Datagrams first .. first + n - 1, at most UDP_GSO_MAX of them, in one call.
 */
static int
send_segments(int fd, struct udp_out *o, const struct udp_blocks *b,
    size_t first, size_t n)
{
	struct iovec iov[2 * UDP_GSO_MAX];
	size_t controllen = o->msg.msg_controllen, at = first * b->size;
	uint16_t size = (uint16_t)seg_of(b);
	int rc;

	o->msg.msg_iov = iov;
	o->msg.msg_iovlen = 1;
	iov[0] = bytes(b->data + at,
	    b->len - at < n * b->size ? b->len - at : n * b->size);
	if (b->head) {
		o->msg.msg_iovlen = 0;
		for (size_t i = 0; i < n; i++)
			o->msg.msg_iovlen +=
			    put_datagram(b, first + i, iov + o->msg.msg_iovlen);
	}
	if (n > 1)
		udp_out_control(o, SOL_UDP, UDP_SEGMENT, &size, sizeof size);
	rc = udp_out_send(fd, o);
	o->msg.msg_controllen = controllen;
	return rc == -1 ? -1 : (int)n;
}

/* The same by sendmmsg; how many went out. */
static int
send_each(int fd, const struct udp_out *o, const struct udp_blocks *b,
    size_t first, size_t n)
{
	struct mmsghdr msg[UDP_GSO_MAX];
	struct iovec iov[2 * UDP_GSO_MAX];
	int rc;

	for (size_t i = 0; i < n; i++) {
		msg[i].msg_len = 0;
		msg[i].msg_hdr = o->msg;
		msg[i].msg_hdr.msg_iov = iov + 2 * i;
		msg[i].msg_hdr.msg_iovlen =
		    put_datagram(b, first + i, iov + 2 * i);
	}
	do
		rc = sendmmsg(fd, msg, (unsigned int)n, MSG_NOSIGNAL);
	while (rc == -1 && errno == EINTR);
	return rc;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int
send_part(int fd, struct udp_out *o, const struct udp_blocks *b, size_t first)
{
	size_t seg = seg_of(b), left = b->count - first;
	size_t n = least(left, least(UDP_GSO_MAX, UDP_GSO_BYTES / seg));
	struct gso *g = gso_of(fd);

	if (left == 1)
		return send_segments(fd, o, b, first, 1);
	if (n > 1 && gso_wanted(g, seg)) {
		int rc = send_segments(fd, o, b, first, n);

		if (rc != -1 || !gso_refused(g, seg, errno))
			return rc;
	}
	return send_each(fd, o, b, first, least(left, UDP_GSO_MAX));
}

int
udp_send_blocks(int fd, const struct addr *local, const struct peer *to,
    const struct udp_blocks *b)
{
	size_t sent = 0;
	struct udp_out o;

	if (b->size == 0 || seg_of(b) > UDP_GSO_BYTES) {
		errno = EINVAL;
		return -1;
	}
	udp_out_init(&o, local, 0, to);
	while (sent < b->count) {
		int n = send_part(fd, &o, b, sent);

		if (n <= 0)
			return sent ? (int)sent : -1;
		sent += (size_t)n;
	}
	return (int)sent;
}

int
udp_send_run(int fd, const struct addr *local, const struct peer *to,
    const void *buf, size_t len, size_t seg)
{
	const struct udp_blocks b = {.data = buf,
	    .len = len,
	    .size = seg,
	    .count = seg ? (len + seg - 1) / seg : 0};

	return udp_send_blocks(fd, local, to, &b);
}
