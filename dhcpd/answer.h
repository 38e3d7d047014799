/*
 * answer.h - one DHCP or BOOTP message in, one reply out.
 *
 * Pure: decides what to answer, where the reply goes and why; server.c
 * receives, keeps the lease on disk and sends.  The lease table is the only
 * thing that it changes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_ANSWER_H
#define REMOTEBOOT_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "dhcp.h"
#include "lease.h"
#include "lease_host.h"

enum {
	ANSWER_WHY = 192
};

/* The message and all that the shell knows of it. */
struct dhcp_in {
	const struct dhcp_msg *msg;
	const char *ifname; /* where it came in, for the log */
	/* ours: the one that it was sent to, else one there; 0: none.  It is
	 * option 54 and siaddr unless others are configured, and tells the
	 * subnet of a client on the link */
	struct ip4 ifaddr;
	struct ip4 src; /* of the IP header */
	uint16_t sport;
	struct ip4 dst; /* to whom it was sent; 0: not known (inetd) */
	uint16_t dport; /* 67 or 4011 */
	bool probed;	/* it waited for ARP: its offer is still the first */
	int64_t now_s;	/* CLOCK_BOOTTIME */
};

/* Where the reply goes (RFC 2131 4.1). */
enum dhcp_to {
	TO_NONE,     /* no reply; why says the reason */
	TO_RELAY,    /* dst is giaddr, port 67 or its own (RFC 8357) */
	TO_UNICAST,  /* dst by ordinary routing and ARP */
	TO_CHADDR,   /* dst by a frame to chaddr: it cannot answer ARP yet */
	TO_BROADCAST /* 255.255.255.255 on the receiving interface */
};

struct dhcp_out {
	enum dhcp_to to;
	struct ip4 dst;
	uint16_t dport;
	struct dhcp_msg reply;
	struct dhcp_encode_rules rules;
	/* what must be on disk before the reply leaves, or NULL; also set
	 * with TO_NONE by RELEASE and DECLINE */
	struct lease *commit;
	/* what is new about a host, to be written for tftpd before the reply
	 * leaves but not synced, or NULL */
	struct host_note *note;
	const struct conf_host *host;	  /* NULL: not a known host */
	const struct conf_class *class;	  /* NULL: in no class */
	const struct conf_subnet *subnet; /* NULL: on no subnet of ours */
	bool first; /* a pool address that was not the client's before */
	bool quiet; /* nothing a person would care about: log at debug */
	char why[ANSWER_WHY]; /* never empty; foreign text made safe */
	const char *kind;     /* same text: the same kind of answer */
};

/*
 * Decide about one message.  in->msg has passed dhcp_decode().  *out is
 * wholly written; out->reply is meaningful unless to is TO_NONE.  The lease
 * table has already changed when this returns: a commit that fails must be
 * followed by lease_release() or by not sending.
 */
void answer(const struct conf *c, struct leases *ls, const struct dhcp_in *in,
    struct dhcp_out *out);

#endif
