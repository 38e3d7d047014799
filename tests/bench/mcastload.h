/*
 * mcastload.h - what the parts of the multicast load generator share.
 *
 * mcastload_main.c has the options and the summary, mcastload.c the clients
 * and their clock, mcastload_net.c the sockets, mcastload_*.c one profile
 * each: how a kind of boot ROM asks, listens and acknowledges.  Nothing of
 * libproto is used here: what it gets wrong must not be wrong twice.
 *
 * A new profile is a file with a struct profile, a name in mcastload_main.c's
 * table, and its states in the client's own fields.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_BENCH_MCASTLOAD_H
#define TESTS_BENCH_MCASTLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_MS 1000000ULL
#define NS_PER_S 1000000000ULL
#define NEVER UINT64_MAX

enum op {
	OP_RRQ = 1,
	OP_DATA = 3,
	OP_ACK,
	OP_ERROR,
	OP_OACK
};

enum {
	PORTS = 32 /* sockets besides cport's, for clients that change theirs */
};

/* IPv4 addresses are in host order everywhere. */
struct load_opt {
	const struct profile *profile;
	const char *iface, *file, *name; /* what is right; what is asked for */
	uint32_t server, group, first_addr;
	uint16_t sport, cport, blksize;
	bool any_port; /* the server may answer from another port than sport */
	uint32_t clients;
	double loss, loss_up; /* share of what comes to, and from, a client */
	double spread_s;      /* the clients start within so long */
	double late_s; /* the last client starts then; 0: as the others */
	double limit_s;
	double tmout_s, delay_s;    /* options 43.4 and 43.5 */
	uint32_t die_at;	    /* the first master is gone at that block */
	double rogue_acks, openers; /* so many a second, of strangers */
	uint64_t seed;
};

/* A datagram. */
struct dgram {
	uint32_t from, to;
	uint16_t from_port;
	uint16_t port; /* 0: cport's socket, else 1 .. PORTS */
	const uint8_t *data;
	size_t len;
};

/* A TFTP packet as a client sees it. */
struct packet {
	const struct dgram *d;
	enum op op;
	uint32_t block;
	size_t len; /* of the file's bytes */
	bool multicast;
	bool right; /* DATA: these are the file's bytes */
};

enum state {
	WAITING, /* not yet started */
	LISTEN,
	OPEN,
	MASTER,
	DONE,
	FAILED,
	DEAD /* on purpose */
};

struct client {
	enum state state;
	uint32_t addr;
	uint64_t rng;
	uint32_t until_loss, until_loss_up; /* packets that still arrive */
	uint64_t *have;			    /* a bit for each block */
	uint32_t nhave, gap;		    /* blocks 1 .. gap are all there */
	uint32_t last;			    /* the last block; 0: unknown */
	uint64_t done_ns;
	/* as the profile likes */
	uint16_t port;	    /* the socket that it asked from */
	uint16_t peer_port; /* the server's; 0: unknown */
	uint32_t tries, dups;
	uint32_t seen, from, start, missed, final, last_heard;
	size_t pktsize;
	bool uni, multi, heard;
	uint64_t wait_ns;
};

struct load_sum {
	uint32_t done, failed, dead, terms; /* terms: masters one after other */
	uint32_t opens;			    /* RRQs sent */
	uint32_t errors;		    /* protocol errors of the server */
	uint64_t wrong;			    /* DATA with other bytes */
	uint64_t heard, lost, dropped;	    /* datagrams; by our socket */
	double first_s, median_s, last_s;
	double master_dead_s;
};

struct load;

struct profile {
	const char *name;
	bool own_ports;	     /* it asks from other ports than cport */
	bool options;	     /* it asks for blksize and multicast */
	bool masters_change; /* one may be told late that it is none */
	void (*start)(struct load *l, struct client *c);
	void (*packet)(
	    struct load *l, struct client *c, const struct packet *p);
	void (*timer)(struct load *l, struct client *c);
};

extern const struct profile profile_spec, profile_intel, profile_efi,
    profile_ipxe, profile_2090, profile_atftp;

/* ---- mcastload.c: what a profile may do ---- */

void load_run(const struct load_opt *o, struct load_sum *sum);

const struct load_opt *load_opt(const struct load *l);
uint64_t load_now(const struct load *l);
/* One timer for a client; it replaces the one before. */
void client_timer(struct load *l, struct client *c, uint64_t after_ns);
void client_no_timer(struct load *l, struct client *c);
/* The block is kept; it tells whether it was new. */
bool client_keep(struct load *l, struct client *c, const struct packet *p);
bool client_complete(const struct client *c);
/* From the socket of c->port to the server, lost as the profile wants. */
void client_ask(struct load *l, struct client *c);
void client_ack(struct load *l, struct client *c, uint32_t block);
void client_error(struct load *l, struct client *c);
/* It has the unicast: one at a time. */
void client_is_master(struct load *l, struct client *c);
void client_done(struct load *l, struct client *c);
/* The client gives up. */
void client_failed(struct load *l, struct client *c, const char *why);
/* The server broke a rule; the client may go on. */
void client_complains(struct load *l, struct client *c, const char *what);

/* ---- mcastload_net.c ---- */

struct load_net;

struct load_net *net_open(const struct load_opt *o);
void net_close(struct load_net *n);
void net_send(struct load_net *n, uint16_t port, uint32_t from, uint32_t to,
    uint16_t to_port, const void *data, size_t len);
/* Wait for at most so long; fn for each datagram. */
void net_receive(struct load_net *n, int timeout_ms,
    void (*fn)(void *arg, const struct dgram *d), void *arg);
/* Datagrams that our sockets had no room for. */
uint64_t net_dropped(const struct load_net *n);

#endif
