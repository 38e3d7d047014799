/*
 * neigh.c - the hardware address of a neighbour, by rtnetlink(7).
 *
 * Two questions: which way an address is, and who that is there when no
 * router is on the way (RTM_GETNEIGH for one address: Linux 5.0).  The kernel
 * has answered when sendto() returns, so nothing waits; older kernels answer
 * with an error.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <unistd.h>

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "sys/neigh.h"

enum {
	ROOM = 1024,
	TRIES = 8, /* answers to questions before this one */
	KEPT = 256,
	KEPT_US = 1000000,
	USABLE =
	    NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT
};

/* What was found lately. */
struct kept {
	struct addr addr;
	uint64_t until_us; /* 0: nothing */
	bool found;
	struct mac mac;
};

struct neigh {
	int fd;
	uint32_t seq;
	struct kept kept[KEPT];
};

/* Both questions look alike: a head of twelve bytes, then the address. */
union head {
	struct rtmsg route;
	struct ndmsg neigh;
};
_Static_assert(sizeof(struct rtmsg) == sizeof(struct ndmsg) &&
		   (int)RTA_DST == (int)NDA_DST,
    "rtnetlink's heads differ");

/* Its body of len bytes is at p. */
struct answer {
	union head head;
	const uint8_t *p;
	size_t len;
};

struct neigh *
neigh_new(void)
{
	struct neigh *n = calloc(1, sizeof *n);

	if (!n)
		return NULL;
	n->fd = socket(
	    AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (n->fd != -1)
		return n;
	free(n);
	return NULL;
}

void
neigh_free(struct neigh *n)
{
	if (!n)
		return;
	(void)close(n->fd);
	free(n);
}

static bool
ask(struct neigh *n, uint16_t type, const union head *head,
    const struct addr *a)
{
	size_t len = addr_is_ip4(a) ? 4 : sizeof a->b;
	struct {
		struct nlmsghdr h;
		union head head;
		struct rtattr dst;
		uint8_t addr[sizeof a->b];
	} q = {
	    .h = {.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_seq = ++n->seq},
	    .head = *head,
	    .dst = {.rta_type = NDA_DST,
		.rta_len = (unsigned short)(sizeof q.dst + len)},
	};

	q.h.nlmsg_len = (uint32_t)(sizeof q - sizeof q.addr + len);
	memcpy(q.addr, a->b + sizeof a->b - len, len);
	return sendto(n->fd, &q, q.h.nlmsg_len, 0, NULL, 0) != -1;
}

/* The answer of that type to the last question, in buf. */
static bool
get(struct neigh *n, uint16_t type, uint8_t buf[static ROOM],
    struct answer *ret)
{
	const size_t head = sizeof(struct nlmsghdr) + sizeof ret->head;
	struct nlmsghdr h;

	for (int i = 0; i < TRIES; i++) {
		ssize_t len = recv(n->fd, buf, ROOM, MSG_DONTWAIT);

		if (len < (ssize_t)sizeof h)
			return false;
		memcpy(&h, buf, sizeof h);
		if (h.nlmsg_seq != n->seq)
			continue;
		if (h.nlmsg_type != type || (size_t)len < head)
			return false;
		memcpy(&ret->head, buf + sizeof h, sizeof ret->head);
		ret->p = buf + head;
		ret->len = (size_t)len - head;
		return true;
	}
	return false;
}

/* An attribute of len bytes; NULL: it is not there. */
static const uint8_t *
attribute(const struct answer *w, uint16_t type, size_t len)
{
	const uint8_t *p = w->p;
	size_t left = w->len;
	struct rtattr a;

	while (left >= sizeof a) {
		size_t step;

		memcpy(&a, p, sizeof a);
		step = RTA_ALIGN((size_t)a.rta_len);
		if (a.rta_len < sizeof a || a.rta_len > left)
			break;
		if (a.rta_type == type && a.rta_len == sizeof a + len)
			return p + sizeof a;
		if (step > left)
			break;
		p += step;
		left -= step;
	}
	return NULL;
}

/* The interface whose link a is on; 0: none. */
static int
link_of(struct neigh *n, const struct addr *a)
{
	bool v4 = addr_is_ip4(a);
	union head q = {.route = {.rtm_family = v4 ? AF_INET : AF_INET6,
			    .rtm_dst_len = v4 ? 32 : 128}};
	uint8_t buf[ROOM];
	struct answer w;
	const uint8_t *oif;
	int ifindex;

	if (!ask(n, RTM_GETROUTE, &q, a) || !get(n, RTM_NEWROUTE, buf, &w) ||
	    w.head.route.rtm_type != RTN_UNICAST)
		return 0;
	oif = attribute(&w, RTA_OIF, sizeof ifindex);
	if (!oif || attribute(&w, RTA_GATEWAY, v4 ? 4 : 16) ||
	    attribute(&w, RTA_VIA, v4 ? 18 : 6))
		return 0;
	memcpy(&ifindex, oif, sizeof ifindex);
	return ifindex;
}

static bool
find(struct neigh *n, const struct addr *a, struct mac *ret)
{
	union head q = {
	    .neigh = {.ndm_family = addr_is_ip4(a) ? AF_INET : AF_INET6,
		.ndm_ifindex = link_of(n, a)}};
	uint8_t buf[ROOM];
	struct answer w;
	const uint8_t *mac;

	if (q.neigh.ndm_ifindex == 0 || !ask(n, RTM_GETNEIGH, &q, a) ||
	    !get(n, RTM_NEWNEIGH, buf, &w) ||
	    !(w.head.neigh.ndm_state & USABLE))
		return false;
	mac = attribute(&w, NDA_LLADDR, sizeof ret->b);
	if (mac)
		memcpy(ret->b, mac, sizeof ret->b);
	return mac != NULL;
}

bool
neigh_find(
    struct neigh *n, const struct addr *a, uint64_t now_us, struct mac *ret)
{
	struct kept *k = &n->kept[(a->b[15] ^ a->b[14] * 7) % KEPT];

	if (now_us >= k->until_us || !addr_equal(&k->addr, a)) {
		k->addr = *a;
		k->found = find(n, a, &k->mac);
		k->until_us = now_us + KEPT_US;
	}
	if (k->found)
		*ret = k->mac;
	return k->found;
}
