/*
 * server_int.h - what server.c, ports.c and signals.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MTFTPD_SERVER_INT_H
#define REMOTEBOOT_MTFTPD_SERVER_INT_H

#include "mtftpd/groups.h"
#include "mtftpd/pass.h"
#include "mtftpd/server.h"
#include "sys/loop.h"
#include "sys/udp.h"

/* A socket bound to one mtftp_sport. */
struct port {
	struct loop_io io; /* first: server_ready() finds the port by it */
	struct server *server;
	uint16_t sport;
};

/* querier.c: who asks by IGMP. */
struct querier {
	struct loop_io io; /* first; fd -1: it cannot be told */
	struct loop *loop;
	uint64_t since_us, heard_us; /* heard 0: never */
	bool told;
};

struct server {
	const struct start *start;
	struct conf *conf;
	struct conf *first; /* of the start: what a reload cannot change */
	struct loop *loop;
	struct querier querier;
	struct udp_rx *rx;
	int rootfd;
	struct port port[GROUPS_PORTS];
	size_t nport;
	struct pass *passes; /* at most one for each group and port */
	struct pass_totals totals;
	uint64_t now_us;    /* of this round */
	uint64_t active_us; /* of the last datagram or timer */
	uint64_t armed_us;  /* the timer is set to that */
};

void server_ready(struct loop_io *io, uint32_t events);
void server_signal(void *arg, int signo);
void server_tell_totals(const struct server *s);

/* querier.c */
/* While we are root: a socket for IGMP, or none. */
void querier_open(struct querier *q);
void querier_watch(struct querier *q, struct loop *loop);
void querier_close(struct querier *q);
/* A pass begins: warn once when there is none. */
void querier_check(struct querier *q, uint64_t now_us);
void querier_report(const struct querier *q, uint64_t now_us);

/* ports.c */
/* Sockets for all sports of s->conf; exits when one cannot be had. */
void ports_open(struct server *s);
/* Add all to the loop; 0, or -1 and errno. */
int ports_watch(struct server *s);
/*
 * After a reload: open what is new, close what no group and no pass uses.
 * A port that cannot be had is told and missing.
 */
void ports_change(struct server *s);
void ports_close(struct server *s);
/* 0: there is no such interface. */
uint32_t interface_index(const char *name);

#endif
