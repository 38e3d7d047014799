/*
 * dhcpload.h - what the files of the load generator share.
 *
 *	dhcpload.c	the clients: begin, answer, time out, judge
 *	dhcpload_net.c	the packets: as a relay, as a host that renews, direct
 *	dhcpload_main.c	command line, what is measured, the line printed
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_DHCPLOAD_H
#define REMOTEBOOT_DHCPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LOAD_BATCH = 64,
	LOAD_LEN = 300, /* of every message that is sent */
	LOAD_RX = 1500
};

enum load_mode {
	MODE_DORA,  /* DISCOVER, OFFER, REQUEST, ACK */
	MODE_RENEW, /* REQUEST in RENEWING, ACK */
	MODE_FIRST  /* DISCOVER until the first OFFER, then a steady few */
};

/* What was asked for on the command line; addresses in host order. */
struct load_opt {
	enum load_mode mode;
	bool direct; /* broadcast on device, else through a relay */
	const char *device;
	uint32_t giaddr, server;
	uint32_t base; /* renew: the address of client 0 */
	uint32_t clients, window;
	bool again;	    /* dora: the same clients over and over */
	uint32_t first_mac; /* number of client 0 in its hardware address */
	double rate;	    /* begun each second; 0: as many as get done */
	double seconds;
	int pid;	   /* the server, whose CPU is counted; 0: none */
	uint64_t since_ns; /* MODE_FIRST: when the server was started */
};

/* A message from the server, read. */
struct load_msg {
	uint8_t type;
	uint32_t xid, yiaddr, server_id;
	uint32_t mac; /* the client's number in its hardware address */
};

/* A message to be sent. */
struct load_out {
	uint8_t type;
	uint32_t xid, mac;
	uint32_t ciaddr, requested, server_id;
};

struct load_net;

struct load_net *net_open(const struct load_opt *o);
/* Queued; leaves with net_flush() or when LOAD_BATCH are there. */
void net_send(struct load_net *n, const struct load_out *m);
void net_flush(struct load_net *n);
/* Wait at most wait_us for messages; how many of in[] are filled. */
size_t net_receive(
    struct load_net *n, uint64_t wait_us, struct load_msg in[LOAD_BATCH]);

/* What came of it. */
struct load_sum {
	uint64_t begun, done, resent, lost, naks, wrong, twice;
	double seconds;
	uint32_t *latency_us; /* of those done; with a rate of the lost too */
	uint64_t nlatency;
	double stall_ms; /* MODE_FIRST: longest wait behind the first */
	double first_ms;
};

/* CLOCK_MONOTONIC and CLOCK_REALTIME. */
uint64_t now_ns(void);
uint64_t wall_ns(void);
void load_run(const struct load_opt *o, struct load_net *n, struct load_sum *s);
void load_first(
    const struct load_opt *o, struct load_net *n, struct load_sum *s);

#endif
