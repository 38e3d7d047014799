/*
 * dhcpload_net.c - the packets of the load generator.
 *
 *	relay	one socket on giaddr:67; replies come back to it
 *	renew	one socket on port 68 of every client address: they are local
 *		here, and each message leaves from its client's
 *	direct	broadcasts from port 68 of one interface; a packet socket
 *		hears the replies whomever they are for
 *
 * Written without libproto, so that both do not agree about a mistake.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "tests/bench/dhcpload.h"

enum {
	BUFFER = 8 << 20,
	HEADER = 240, /* with the cookie */
	YIADDR = 16,
	GIADDR = 24,
	CHADDR = 28,
	OPT_REQUESTED = 50,
	OPT_TYPE = 53,
	OPT_SERVER_ID = 54,
	OPT_PARAMETERS = 55,
	IP_UDP = 28 /* headers without IP options */
};

struct load_net {
	struct load_opt o;
	int tx, rx; /* the same but with direct */
	struct sockaddr_in to;
	size_t nout;
	uint8_t out[LOAD_BATCH][LOAD_LEN];
	uint8_t in[LOAD_BATCH][LOAD_RX];
	struct iovec oiov[LOAD_BATCH], iiov[LOAD_BATCH];
	struct mmsghdr omsg[LOAD_BATCH], imsg[LOAD_BATCH];
	/* renew: from which address each leaves */
	union {
		char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct cmsghdr align;
	} from[LOAD_BATCH];
};

static void
put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* ---- sockets ---- */

static void
set(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof value) == -1)
		err(1, "setsockopt");
}

static int
udp_socket(const struct load_opt *o, uint32_t addr, uint16_t port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr = {htonl(addr)}};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		err(1, "socket");
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	set(fd, SOL_SOCKET, SO_BROADCAST, 1);
	set(fd, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER);
	set(fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER);
	if (o->direct && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device,
			     (socklen_t)strlen(o->device)) == -1)
		err(1, "%s", o->device);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) == -1)
		err(1, "bind");
	return fd;
}

static int
packet_socket(const char *device)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_IP),
	    .sll_ifindex = (int)if_nametoindex(device)};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof at) == -1)
		err(1, "packet socket on %s", device);
	set(fd, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER);
	return fd;
}

static void
headers_init(struct load_net *n, size_t i)
{
	n->oiov[i] = (struct iovec){n->out[i], LOAD_LEN};
	n->iiov[i] = (struct iovec){n->in[i], LOAD_RX};
	n->omsg[i].msg_hdr.msg_iov = &n->oiov[i];
	n->omsg[i].msg_hdr.msg_iovlen = 1;
	n->omsg[i].msg_hdr.msg_name = &n->to;
	n->omsg[i].msg_hdr.msg_namelen = sizeof n->to;
	n->imsg[i].msg_hdr.msg_iov = &n->iiov[i];
	n->imsg[i].msg_hdr.msg_iovlen = 1;
}

struct load_net *
net_open(const struct load_opt *o)
{
	struct load_net *n = calloc(1, sizeof *n);
	bool relay = !o->direct && o->mode != MODE_RENEW;
	size_t i;

	if (!n)
		err(1, "memory");
	n->o = *o;
	n->to.sin_family = AF_INET;
	n->to.sin_port = htons(67);
	n->to.sin_addr.s_addr = htonl(o->direct ? INADDR_BROADCAST : o->server);
	n->tx = udp_socket(o, relay ? o->giaddr : 0, relay ? 67 : 68);
	n->rx = o->direct ? packet_socket(o->device) : n->tx;
	for (i = 0; i < LOAD_BATCH; i++)
		headers_init(n, i);
	return n;
}

/* ---- to the server ---- */

static uint8_t *
put_option(uint8_t *p, uint8_t code, uint32_t v)
{
	p[0] = code;
	p[1] = 4;
	put32(p + 2, v);
	return p + 6;
}

static void
put_message(const struct load_net *n, const struct load_out *m, uint8_t *p)
{
	static const uint8_t head[] = {1, 1, 6, 0},
			     cookie[] = {99, 130, 83, 99},
			     wants[] = {OPT_PARAMETERS, 5, 1, 3, 6, 15, 28};
	uint32_t giaddr =
	    n->o.mode == MODE_RENEW || n->o.direct ? 0 : n->o.giaddr;

	memset(p, 0, LOAD_LEN);
	memcpy(p, head, sizeof head);
	p[3] = giaddr != 0; /* hops */
	put32(p + 4, m->xid);
	put32(p + 12, m->ciaddr);
	put32(p + GIADDR, giaddr);
	p[CHADDR] = 2;
	put32(p + CHADDR + 2, m->mac);
	memcpy(p + HEADER - 4, cookie, sizeof cookie);
	p += HEADER;
	*p++ = OPT_TYPE;
	*p++ = 1;
	*p++ = m->type;
	if (m->requested)
		p = put_option(p, OPT_REQUESTED, m->requested);
	if (m->server_id)
		p = put_option(p, OPT_SERVER_ID, m->server_id);
	memcpy(p, wants, sizeof wants);
	p[sizeof wants] = 255;
}

/* A renewal leaves from the client's own address. */
static void
put_source(struct load_net *n, size_t i, uint32_t ciaddr)
{
	struct in_pktinfo info = {.ipi_spec_dst = {htonl(ciaddr)}};
	struct msghdr *h = &n->omsg[i].msg_hdr;
	struct cmsghdr *c;

	h->msg_control = &n->from[i];
	h->msg_controllen = sizeof n->from[i];
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof info);
	memcpy(CMSG_DATA(c), &info, sizeof info);
}

void
net_flush(struct load_net *n)
{
	size_t at = 0;
	int k;

	while (at < n->nout) {
		k = sendmmsg(n->tx, n->omsg + at, (unsigned)(n->nout - at), 0);
		if (k == -1 && errno != EINTR && errno != ENOBUFS &&
		    errno != ECONNREFUSED && errno != EHOSTUNREACH)
			err(1, "send");
		/* what cannot be sent now is asked again later */
		at += k > 0 ? (size_t)k : errno != EINTR;
	}
	n->nout = 0;
}

void
net_send(struct load_net *n, const struct load_out *m)
{
	if (n->nout == LOAD_BATCH)
		net_flush(n);
	put_message(n, m, n->out[n->nout]);
	if (n->o.mode == MODE_RENEW)
		put_source(n, n->nout, m->ciaddr);
	n->nout++;
}

/* ---- from the server ---- */

/* The UDP payload for port 68 of an IP packet, or NULL. */
static const uint8_t *
udp_payload(const uint8_t *p, size_t *len)
{
	size_t ihl = (size_t)(p[0] & 15) * 4;

	if (*len < IP_UDP || p[9] != IPPROTO_UDP || *len < ihl + 8 ||
	    p[ihl + 2] != 0 || p[ihl + 3] != 68)
		return NULL;
	*len -= ihl + 8;
	return p + ihl + 8;
}

static bool
get_message(const uint8_t *p, size_t len, struct load_msg *m)
{
	const uint8_t *end = p + len, *o = p + HEADER;

	if (len < HEADER || p[0] != 2)
		return false;
	*m = (struct load_msg){.xid = get32(p + 4),
	    .yiaddr = get32(p + YIADDR),
	    .mac = get32(p + CHADDR + 2)};
	while (o + 2 <= end && *o != 255) {
		if (*o == 0) {
			o++;
			continue;
		}
		if (o + 2 + o[1] > end)
			return false;
		if (*o == OPT_TYPE && o[1] == 1)
			m->type = o[2];
		if (*o == OPT_SERVER_ID && o[1] == 4)
			m->server_id = get32(o + 2);
		o += 2 + o[1];
	}
	return m->type != 0;
}

size_t
net_receive(
    struct load_net *n, uint64_t wait_us, struct load_msg in[LOAD_BATCH])
{
	struct pollfd p = {.fd = n->rx, .events = POLLIN};
	struct timespec ts = {
	    (time_t)(wait_us / 1000000), (long)(wait_us % 1000000) * 1000};
	size_t got = 0;
	int k, i;

	if (ppoll(&p, 1, &ts, NULL) <= 0)
		return 0;
	k = recvmmsg(n->rx, n->imsg, LOAD_BATCH, MSG_DONTWAIT, NULL);
	for (i = 0; i < k; i++) {
		const uint8_t *b = n->in[i];
		size_t len = n->imsg[i].msg_len;

		if (n->o.direct)
			b = udp_payload(b, &len);
		if (b && get_message(b, len, &in[got]))
			got++;
	}
	return got;
}
