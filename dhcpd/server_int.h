/*
 * server_int.h - the inside of struct server, for server*.c only.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SERVER_INT_H
#define REMOTEBOOT_SERVER_INT_H

#include "dhcpd/answer.h"
#include "dhcpd/leasefile.h"
#include "dhcpd/links.h"
#include "dhcpd/probe.h"
#include "dhcpd/server.h"
#include "sys/batch.h"
#include "sys/loop.h"
#include "sys/udp.h"

enum {
	SERVER_QUEUE = 4 * UDP_BATCH, /* replies of one commit at most */
	SERVER_TEXT = 400
};

struct counters {
	uint64_t received, bad, ignored, elsewhere;
	uint64_t sent[DHCPLEASEACTIVE + 1]; /* by type of the reply */
	uint64_t withheld, unsent;
};

/* Keys that only a start can change, as they were then. */
struct first_conf {
	char *lease_file, *user, *pid_file;
	uint16_t port, pxe_port;
	bool rarp;
};

/* A listening socket: port 67 or port 4011. */
struct port {
	struct loop_io io; /* fd -1: not there */
	struct server *server;
	uint16_t number; /* as it was bound */
};

/* A reply on its way, or (len 0) only a line for the log. */
struct reply {
	struct port *port;
	struct link_at at;
	enum dhcp_to to;
	struct ip4 dst;
	uint16_t dport;
	uint8_t htype, hlen, chaddr[16];
	enum dhcp_type type;
	bool commit; /* not before the lease is on disk */
	bool quiet;
	int error; /* why it could not be sent; 0 */
	/* for the log: of what kind its line is, how many in a minute */
	const char *kind;
	unsigned int most;
	char text[SERVER_TEXT];
	size_t text_len;
	size_t len;
	uint8_t buf[DHCP_MAX_LEN];
};

struct server {
	struct start *st;
	struct conf *conf;
	struct first_conf first;
	struct leases *leases;
	struct leasefile *file;
	struct loop *loop;
	struct links links;
	struct port dhcp, pxe;
	struct port rarp; /* hears RARP requests */
	struct port arp;  /* hears ARP replies */
	int raw;	  /* -1: none, such replies are broadcast */
	struct udp_rx *rx;
	struct batch *batch; /* of replies on their way to the kernel */
	struct lease_clock now;
	int64_t started_s, busy_s; /* last message, for the idle exit */
	uint64_t soon_us;	   /* LOOP_NEVER: nothing to look after */
	struct probes probes;
	/* the message is one that has waited in it */
	struct {
		bool done; /* nobody has the address */
		unsigned int tries;
		uint64_t began_us;
	} probe_again;
	int64_t discovery_s; /* links.read_s when groups were joined */
	char folder[LEASEFILE_PATH];
	struct counters count;
	size_t nqueue;
	struct reply queue[SERVER_QUEUE];
	struct dhcp_msg msg;
	struct dhcp_out out;
};

/* server_send.c: commit what is queued, send it, log it. */
void server_flush(struct server *s);

/* Any socket, to ask the kernel of interfaces. */
static inline int
server_socket(const struct server *s)
{
	return s->dhcp.io.fd != -1 ? s->dhcp.io.fd : s->pxe.io.fd;
}

/* server.c: answer a message; the timer for all that is to come. */
void server_take(struct server *s, struct port *p, const struct udp_in *d);
void server_timer(struct server *s);

/* server_probe.c: ARP before a first offer. */
void server_probe_open(struct server *s);
int server_probe_listen(struct server *s);
/* Does what was answered wait for a probe?  Then it is not sent now. */
bool server_probe_hold(struct server *s, const struct udp_in *d,
    const struct dhcp_in *in, const struct link_at *at);
/* What has waited long enough. */
void server_probe_due(struct server *s);

/* server_rarp.c: RARP requests on the links. */
void server_rarp_open(struct server *s);
int server_rarp_listen(struct server *s);

/* server_text.c: the line that tells what was decided. */
void server_text(struct reply *r, const struct dhcp_in *in,
    const struct dhcp_out *out, unsigned int dropped);
/* "DHCPACK", or "BOOTREPLY" for what dhcp_type_text() calls a request. */
const char *server_reply_name(enum dhcp_type t);
/* SIGUSR1: the state in some lines. */
void server_state(const struct server *s);
/*
 * What a new configuration changed, in one line; a warning for each key that
 * is not as it was at the start, which alone takes it.
 */
void server_diff(
    const struct server *s, const struct conf *new, const struct leases *lnew);

/*
 * server_discovery.c: hear the group of boot server discovery where clients
 * are served, when this is a boot server, and nowhere else.
 */
void server_discovery(struct server *s);

/* server_open.c: the interfaces that the command line or the file names. */
void server_links(struct server *s);
/*
 * Our place in c's `servers`, 0 when it has none; -1 and why when no address
 * of this machine is there, or more than one.
 */
int server_place(const struct conf *c, char *why, size_t size);
void server_now(struct server *s);

#endif
