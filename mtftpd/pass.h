/*
 * pass.h - one file on its way to one group: the machine of mcast.h with
 * the open file, the addresses and the log lines.  Shell.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MTFTPD_PASS_H
#define REMOTEBOOT_MTFTPD_PASS_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "mcast.h"
#include "sys/udp.h"

enum {
	PASS_REST_US = 15 * 1000 * 1000 /* longer than MCAST_RUN_US */
};

/* It keeps what it started with when the configuration changes. */
struct pass {
	struct pass *next;
	struct mcast m;
	char file[TFTP_NAME_MAX + 1];
	struct peer group; /* mtftp_ip and mtftp_cport */
	uint16_t sport;
	uint16_t blksize;
	uint64_t size;
	int64_t mtime_ns;
	int fd;		    /* the file; opened anew for each pass; -1: rests */
	int sock;	    /* bound to sport, not ours */
	struct addr local;  /* the address that the master asked */
	uint32_t ifindex;   /* multicast leaves there; 0: routing decides */
	uint32_t net;	    /* its clients ask there; 0: anywhere */
	uint8_t ttl;	    /* of multicast; 0: the socket's */
	bool send_failed;   /* told once, until a send succeeds */
	uint64_t rested_us; /* since when no pass runs */
};

/* What the server tells of all passes so far. */
struct pass_totals {
	uint64_t passes, whole, blocks, resent, refused;
};

/* Where and how the pass of a request is to go. */
struct pass_request {
	int rootfd;
	int sock;
	const struct udp_in *in;
	const struct conf_mtftp *group;
	uint32_t ifindex, net;
	struct mcast_limits limits;
	uint64_t now_us;
};

/*
 * Open the file and start: block 1 is out.  NULL when the file cannot be
 * had: *ret_code and *ret_why are for the ERROR packet and the log (*ret_why
 * NULL: both are done).  pass_free() frees it.
 */
struct pass *pass_new(
    const struct pass_request *rq, uint16_t *ret_code, const char **ret_why);
void pass_free(struct pass *p);

/*
 * When no pass runs any more it is kept for PASS_REST_US: what was learned of
 * the network is good for the next one.  The file is closed.
 */
void pass_rest(struct pass *p, uint64_t now_us);
bool pass_rests(const struct pass *p);
/* The next one, as pass_new(); false: pass_free() it. */
bool pass_begin(struct pass *p, const struct pass_request *rq,
    uint16_t *ret_code, const char **ret_why);

/*
 * Send what the machine wants sent and log its event.  false: the pass has
 * ended (its last line is logged) and is to be freed.
 */
bool pass_do(struct pass *p, const struct mcast_out *out, uint64_t now_us);
/*
 * After pass_do() was false: one more pass for a client that asked meanwhile,
 * the file opened anew.  false: nobody has, or the file cannot be had.
 */
bool pass_again(struct pass *p, int rootfd, uint64_t now_us);
/* Log how far it is. */
void pass_report(const struct pass *p, uint64_t now_us);
/* The server ends: tell the master, log. */
void pass_stop(struct pass *p, uint64_t now_us);

/* Has every block gone out, with its master or without? */
bool pass_is_whole(const struct pass *p);
/* Does it serve this group's file to clients of that network (0: any)? */
bool pass_is(const struct pass *p, const struct conf_mtftp *g, uint32_t net);
/* Is it another file on the same group and port there? */
bool pass_blocks(
    const struct pass *p, const struct conf_mtftp *g, uint32_t net);

#endif
