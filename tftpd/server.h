/*
 * server.h - tftpd itself: sockets, requests, the tree, time.
 *
 * One process with one thread serves all transfers.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SERVER_H
#define REMOTEBOOT_TFTPD_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "sys/loop.h"
#include "sys/neigh.h"
#include "sys/udp.h"
#include "tftpd/burst.h"
#include "tftpd/group.h"
#include "tftpd/guard.h"
#include "tftpd/json_log.h"
#include "tftpd/later.h"
#include "tftpd/open.h"
#include "tftpd/record.h"
#include "tftpd/sessions.h"
#include "tftpd/upload.h"
#include "tftpd/who_file.h"

enum {
	SERVER_FDS = 16,
	SERVER_RX = 2048,	/* the longest request that is read whole */
	SERVER_BUF = 2 * 65536, /* one run of blocks */
	SERVER_SPARE_FDS = 32	/* beside those of the transfers */
};

/* What the configuration and the command line say together. */
struct server_conf {
	struct conf_tftpd t;
	const struct conf *all; /* outlives the server, or the next reload */
	const char *tree;
	struct sums *digests; /* NULL: there are none */
	bool hide;	      /* -h: the tree's own path is no part of a name */
	bool idle_always;     /* -i: end when idle in any mode */
	const struct conf_upload *upload; /* where clients may write */
	size_t nupload;
	struct conf_upload
	    create;		/* where those say nothing; folder NULL: no */
	struct udp_ports ports; /* of transfers; 0: the kernel's range */
};

/* Since the start. */
struct server_sums {
	uint64_t requests;     /* RRQ and WRQ */
	uint64_t refused;      /* answered by an ERROR */
	uint64_t not_answered; /* no room, no descriptors */
	uint64_t evicted;      /* silent ones that gave way to others */
	uint64_t sent;	       /* whole files */
	uint64_t bytes;	       /* of them */
	uint64_t ended;	       /* by the client, most of them probes */
	uint64_t failed;       /* given up or broken off */
	uint64_t resent;       /* DATA blocks */
	uint64_t received;     /* uploads */
	uint64_t received_bytes;
};

struct listener {
	struct loop_io io; /* first member */
	struct server *server;
	bool large;    /* large packet service */
	bool want_out; /* EPOLLOUT is set: single-port mode */
	size_t turn;
};

struct server {
	struct loop *loop;
	struct conf_tftpd conf;
	const struct conf *all;
	struct who_file *who; /* NULL: leases are not looked at */
	struct neigh *neigh;  /* NULL: nor neighbours */
	struct opener opener;
	struct later *later; /* requests that wait for a digest; NULL: none */
	bool handed_in;	     /* sockets of inetd or systemd */
	uint32_t idle_s;     /* 0: never ends by itself */
	struct listener listener[SERVER_FDS];
	size_t nlistener;
	struct sessions sessions;
	struct turns turns;	 /* among them, when there are many */
	uint64_t turns_us;	 /* when the next of these; TURNS_NEVER */
	struct groups groups;	 /* by multicast */
	struct uploads *uploads; /* NULL: nobody may */
	const struct conf_upload *upload;
	size_t nupload;
	struct conf_upload create;
	uint64_t last_us;  /* of the last request or end */
	uint64_t sweep_us; /* mapped.h: the next one; 0: nothing is there */
	struct burst full, greedy, fds, evicted, silent;
	struct guard_rate doubtful;	     /* single-port mode */
	struct udp_ports ports, local_ports; /* of transfers; the kernel's */
	struct json_log json;
	struct server_sums sums;
	struct udp_rx *rx;
	struct udp_in in[UDP_BATCH];
	uint8_t buf[SERVER_BUF];
};

/*
 * A server for the tree behind rootfd (it becomes the server's) on loop;
 * handed_in: its sockets come from inetd or systemd.  NULL and errno.
 */
struct server *server_new(struct loop *loop, const struct server_conf *conf,
    int rootfd, bool handed_in);
/* Serve requests that come on fd, which becomes the server's. */
int server_listen(struct server *srv, int fd, bool large);
/*
 * Another configuration (and, unless -1, tree): for requests from now on;
 * running transfers keep what they started with.  0, or -1 and errno:
 * nothing has changed.
 */
int server_reload(
    struct server *srv, const struct server_conf *conf, int rootfd);
/* Leases are looked up there; who becomes the server's. */
void server_leases(struct server *srv, struct who_file *who);
/* Digests come from there; 0, or -1 and errno. */
int server_digests(struct server *srv, struct sums *digests);
/* A listening socket is ready: the ready() of its struct loop_io. */
void server_ready(struct loop_io *io, uint32_t events);
/* A request that came to a listening socket. */
void server_request(struct listener *at, const struct udp_in *in);
/* Keep a request until the job is done; false: there is no room. */
bool server_wait(struct listener *at, const struct udp_in *in, int job);
/* Answer those that have waited too long. */
void server_wait_over(struct server *srv);
/* Uploads as conf says, max at once; before the rights end.  0, or -1 and
 * errno. */
int server_uploads(struct server *srv, uint32_t max);
/* What is known of a client now; its pointers last until the next reload. */
void server_who(struct server *srv, const struct addr *a, struct who *ret);
/* Ends all transfers: an ERROR to each client, so that it need not wait. */
void server_free(struct server *srv);

/* A line for each running transfer, and one with the sums: SIGUSR1. */
void server_tell(const struct server *srv);
enum record_as {
	RECORD_INFO,
	RECORD_WARNING,
	RECORD_FLOOD /* a warning that anybody can cause, any number of them */
};
/* A transfer is over: line and *r to the log, *r to json_log.  r's hw and host
 * are looked up. */
void server_record(
    struct server *srv, struct record *r, enum record_as as, const char *line);
/* Only to json_log; cheap as in json_log.h. */
void server_record_json(struct server *srv, struct record *r, bool cheap);
/* A request is answered by ERROR code and why, and that is told. */
void server_refuse(const struct listener *at, const struct udp_in *in,
    const struct tftp_pkt *p, uint16_t code, const char *why);
/* A request is left unanswered, which is told once for a burst of them. */
void server_not_answered(struct burst *b, const struct listener *at,
    const struct udp_in *in, const struct tftp_pkt *p, const char *why);
/* A transfer or a request has just come or gone: not idle. */
void server_touched(struct server *srv);

#endif
