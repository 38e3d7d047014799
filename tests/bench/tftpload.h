/*
 * tftpload.h - thousands of TFTP clients in one process, for tests/bench.
 *
 * Every client asks for the same file and compares each byte that it gets
 * with it.  Written without libproto, so that both do not agree about a
 * mistake.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_BENCH_TFTPLOAD_H
#define REMOTEBOOT_BENCH_TFTPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinet/in.h>

enum {
	LOAD_BATCH = 64,    /* datagrams taken by one call */
	LOAD_RX = 65536,    /* the longest one */
	LOAD_REQUEST = 512, /* RFC 2347 */
	LOAD_TRIES = 30,    /* of one packet, then the client gives up */
	LOAD_TEXT = 96,	    /* of an ERROR or a complaint */
	LOAD_DALLY_MS = 300 /* the last ACKs may have been lost */
};

/* What was asked for on the command line. */
struct load_opt {
	struct sockaddr_in server;
	const char *name;    /* as asked for */
	const uint8_t *file; /* what it holds */
	uint64_t size;	     /* bytes */
	uint32_t clients;
	uint32_t at_once;	      /* under way at most; 0: all */
	double rate;		      /* begun each second; 0: at once */
	uint16_t blksize, windowsize; /* 0: without the option */
	uint8_t timeout_s;	      /* likewise */
	bool tsize;
	bool gro;	   /* take runs of datagrams in one piece */
	double loss;	   /* share of DATA, OACKs and ACKs that is lost */
	uint64_t seed;	   /* of that */
	uint32_t wait_ms;  /* until a client repeats its packet */
	double limit_s;	   /* what is not done by then is broken off */
	uint64_t few;	   /* blocks after which all but one stop; 0: none */
	bool hold;	   /* stop at the height and look at the memory */
	const char *group; /* the server's control group, or NULL */
};

enum client_state {
	CLIENT_IDLE,
	CLIENT_ASKED,  /* RRQ sent */
	CLIENT_GOING,  /* OACK or DATA 1 came */
	CLIENT_DONE,   /* all that it wanted */
	CLIENT_FAILED, /* ERROR, wrong bytes, no answer */
	CLIENT_LATE    /* broken off at the limit */
};

struct client {
	int fd;
	enum client_state state;
	bool connected;	 /* to the server's TID */
	bool gap_told;	 /* the ACK that asks for a lost block is out */
	bool again_told; /* one ACK for all repeated blocks of a batch */
	uint16_t blksize, windowsize; /* as granted */
	uint32_t in_window;	      /* blocks since the last ACK */
	uint32_t tries;
	uint64_t next;	 /* block, from 1, not 16 bits */
	uint64_t random; /* state of its generator */
	uint64_t start_us, end_us, deadline_us;
};

/* What came of it. */
struct load_sum {
	uint64_t done, failed, wrong, late;
	uint64_t asked_again, acked_again; /* RRQs and ACKs, by time */
	uint64_t blocks, bytes;		   /* taken */
	uint64_t twice;			   /* DATA that were taken before */
	uint64_t ahead;	  /* DATA thrown away behind a lost one */
	uint64_t dropped; /* lost by our hand */
	double seconds;
	uint16_t blksize, windowsize; /* granted to the last one */
	char text[LOAD_TEXT];	      /* the first complaint */
	/* of the server */
	double cpu_s;
	uint64_t pss_kB, rss_kB, processes; /* at the height */
	uint64_t read_bytes;		    /* from disk, by us too */
	double own_cpu_s;
};

struct load {
	struct load_opt o;
	struct load_sum sum;
	struct client *client; /* o.clients */
	uint32_t begun, active;
	bool holding;
	uint64_t start_us, now_us, scan_us;
	int epfd;
	size_t request_len;
	uint8_t request[LOAD_REQUEST];
};

/* tftpload_net.c: sockets and packets. */
uint64_t clock_us(void);
void net_open(struct load *l);
void net_request_make(struct load *l);
void net_request(struct load *l, struct client *c);
void net_ack(struct load *l, struct client *c, uint64_t block);
void net_error(struct client *c, const char *text);
/* The datagrams that are there: each to client_packet(). */
void net_receive(struct load *l, struct client *c);

/* tftpload.c: what a client does. */
void client_packet(
    struct load *l, struct client *c, const uint8_t *p, size_t len);
void load_run(struct load *l);

/* tftpload_proc.c: the server, as the kernel tells. */
double group_cpu_s(const char *group);
void group_memory(const char *group, struct load_sum *s);
uint64_t read_bytes(const char *group);

#endif
