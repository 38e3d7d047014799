/*
 * udp.h - UDP sockets as the daemons need them.
 *
 * Every socket here is non-blocking and close-on-exec and sends with DF
 * clear: PXE ROMs before 0.99 drop datagrams that have it.  Listening
 * sockets tell the address and interface a datagram was sent to.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_UDP_H
#define REMOTEBOOT_SYS_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	UDP_BATCH = 64
}; /* datagrams taken by one udp_recv() */

enum {
	UDP_COPIES = 4
}; /* of udp_send_copies() */

/* One datagram; data points into the struct udp_rx. */
struct udp_in {
	struct peer from;
	struct addr to;	   /* the address it was sent to */
	struct addr local; /* our address for the answer: to, unless that
			    * is broadcast or multicast: then the
			    * interface's own; all zero: not known, the
			    * kernel chooses */
	uint32_t ifindex;  /* 0: not known (inetd's first datagram, when
			    * it was no unicast) */
	uint8_t *data;	   /* one writable byte follows data[len-1] */
	size_t len;
	bool truncated;
};

struct udp_rx; /* buffers for a batch, allocated once */

/* size: the longest datagram that is read whole.  NULL and errno. */
struct udp_rx *udp_rx_new(size_t size);
void udp_rx_free(struct udp_rx *rx);

enum udp_flags {
	UDP_BROADCAST = 1 << 0,
	UDP_REUSE = 1 << 1,
	UDP_V6ONLY = 1 << 2 /* :: takes no IPv4 */
};

/*
 * A socket bound to at.  at->addr :: takes both families where the kernel
 * has IPv6, and IPv4 alone where not; 0.0.0.0 takes IPv4 alone.  device:
 * only that interface, or NULL.  -1 and errno.
 */
int udp_listen(const struct peer *at, unsigned int flags, const char *device);
/*
 * Make a socket that was handed in (inetd, systemd) one of ours and tell
 * where it is bound.  -1 and errno; EPROTOTYPE when it is no datagram socket.
 */
int udp_adopt(int fd, struct peer *ret_at);
/*
 * Receive what is there, at most UDP_BATCH datagrams, into in[]; valid until
 * the next call with the same rx.  The number, 0 when there is none, -1 and
 * errno.  A listening socket hears of no ICMP error; a connected one does,
 * as ECONNREFUSED and the like.  Connected sockets tell no to, local and
 * ifindex.
 */
int udp_recv(int fd, struct udp_rx *rx, struct udp_in in[static UDP_BATCH]);
/*
 * The same for one datagram at most, without to, local and ifindex: for
 * sockets of one transfer, which seldom have two.
 */
int udp_recv_one(int fd, struct udp_rx *rx, struct udp_in *in);
/* The same to buf, which has room for size bytes and one more behind them. */
int udp_recv_to(int fd, uint8_t *buf, size_t size, struct udp_in *in);

/*
 * A socket for one transfer: bound to local (port 0: any the kernel has
 * free) and connected to the peer, so that the kernel drops strangers and
 * ICMP errors end it.  -1 and errno.
 */
int udp_connect(
    const struct addr *local, uint16_t port, const struct peer *peer);

/* Ports from first to last, both included. */
struct udp_ports {
	uint16_t first, last;
};
/* Those that the kernel has for such sockets: net.ipv4.ip_local_port_range. */
void udp_ports_local(struct udp_ports *ret);

enum {
	UDP_ERRORS = 64 /* looked at in one go: strangers fill the queue too */
};

/*
 * The socket of one TFTP transfer: bound to local (any address of ours when
 * that is none, or NULL) and a free port of the range that only getrandom(2)
 * knows before; not connected, so that datagrams of strangers are seen too.
 * Send to the peer by udp_send(), udp_send_run().  -1 and errno; EADDRINUSE:
 * no port of the range is free.
 */
int udp_tid_open(const struct addr *local, const struct peer *peer,
    const struct udp_ports *ports);
/*
 * Connect fd, such a socket, to its peer: cheaper for each datagram.  Returns
 * a second socket at the same address and port that hears all others from now
 * on, and it alone; what fd had in its queue is still there, and a datagram of
 * the peer may come to the second one in this moment.  -1 and errno: there is
 * none, fd is as before.
 */
int udp_tid_connect(int fd, const struct peer *peer);
/*
 * After that: is nothing in the queue of fd?  Then all that comes is the
 * peer's, and udp_tid_recv() may take it.
 */
bool udp_tid_alone(int fd);
/* udp_recv_to(), but *in's from is left as it is. */
int udp_tid_recv(int fd, uint8_t *buf, size_t size, struct udp_in *in);
/*
 * Room to send one datagram of len bytes at a time, IP fragments and all; 0:
 * as much as such a socket has at first.  The kernel tells of each fragment
 * that has left when more than half of the room is free: with less room that
 * is seldom.  ENOBUFS of a send: the fragments take more here, give it all.
 */
void udp_tid_room(int fd, size_t len);
/*
 * Empty the queue of ICMP errors of such a socket (EPOLLERR); did one say
 * that nobody is at peer's port?  What concerns others is passed over.
 */
bool udp_tid_unreachable(int fd, const struct peer *peer);
/*
 * The same for a socket with many peers: the next one whose port is closed;
 * false: the queue tells of no other.
 */
bool udp_tid_refused(int fd, struct peer *ret);
/* A listening socket hears of ICMP errors too.  0, or -1 and errno. */
int udp_hear_errors(int fd);
/*
 * The next ICMP error in the queue of a socket.  1: nobody is at the port of
 * *ret; 0: it says something else; -1: there is none.
 */
int udp_error_next(int fd, struct peer *ret);

/*
 * Send one datagram from local (NULL or ::, the kernel chooses) through
 * ifindex (0: routing decides); to NULL: over a connected socket.  0, or -1
 * and errno; EAGAIN: the socket is full, try when EPOLLOUT says so.
 */
int udp_send(int fd, const struct addr *local, uint32_t ifindex,
    const struct peer *to, const void *data, size_t len);
/*
 * The same n times in a row, 1 .. UDP_COPIES, over IPv4; ttl 0: that of the
 * socket.  0 when at least the first went out, -1 and errno.
 */
int udp_send_copies(int fd, const struct addr *local, uint32_t ifindex,
    uint8_t ttl, const struct peer *to, const void *data, size_t len,
    unsigned int n);

/*
 * Datagrams that are not in one piece: each has head bytes out of heads and
 * then size bytes out of data, the last one what is left (perhaps nothing).
 */
struct udp_blocks {
	const uint8_t *heads; /* count times head bytes, back to back */
	size_t head;	      /* 0: none, and heads may be NULL */
	const uint8_t *data;  /* may be of a file that is mapped */
	size_t len;	      /* bytes of data: count is len / size, rounded up,
				 or one more when the last one is empty */
	size_t size;
	size_t count;
};

/*
 * Send them over a connected socket (to NULL) or to an address: by
 * UDP_SEGMENT where the kernel has it and they fit the MTU, else by sendmmsg
 * (larger ones leave in IP fragments).  Returns the number of datagrams that
 * went out (from the front), or -1 and errno when the first one did not;
 * EFAULT: data is not there (any more).
 */
int udp_send_blocks(int fd, const struct addr *local, const struct peer *to,
    const struct udp_blocks *b);
/* The same for datagrams that are back to back in buf, of seg bytes each. */
int udp_send_run(int fd, const struct addr *local, const struct peer *to,
    const void *buf, size_t len, size_t seg);

/*
 * Hear a group on that interface (join), or no longer.  0, or -1 and errno;
 * EADDRINUSE: it does already, EADDRNOTAVAIL: it does not.
 */
int udp_join(int fd, uint32_t ifindex, struct ip4 group, bool join);

/* Multicast of a sending socket; ifindex 0: routing decides. */
int udp_multicast(int fd, uint32_t ifindex, uint8_t ttl, bool loop);

/* Interfaces: */
struct udp_if {
	char name[16];
	uint32_t ifindex;
	struct ip4 addr; /* its IPv4 addresses: one entry for each */
	struct ip4 mask;
	bool up, broadcast;
};
/* All IPv4 addresses of all interfaces, malloc'ed; *n 0 and NULL: none or
 * errno. */
struct udp_if *udp_interfaces(size_t *n);

#endif
