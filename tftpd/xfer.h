/*
 * xfer.h - one TFTP transfer as the server sees it.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_XFER_H
#define REMOTEBOOT_TFTPD_XFER_H

#include <stdbool.h>
#include <stdint.h>

#include "rtt.h"
#include "tftp.h"

#define XFER_SIZE_UNKNOWN UINT64_MAX /* netascii: known when it is read */
#define XFER_NEVER UINT64_MAX	     /* no deadline */

enum {
	/*
	 * Half the block numbers, so that an ACK that is late is never taken
	 * for one of the window.
	 */
	XFER_WINDOW_MAX = 32767,
	/* an OACK's, and in lock-step floor of the next ones */
	XFER_RTO_EARLY_US = 330000, /* with windows */
	XFER_RTO_EARLY_LOCK_US = 700000,
	XFER_RTO_EARLY_PROBE_US = 100000, /* floor in the first windows */
	XFER_RTO_MIN_US = 10000,	  /* floor of those that are measured */
	XFER_RTT_EARLY = 4,	/* round trips that count as the first */
	XFER_PACE_MIN_US = 200, /* between the bursts of one window */
	XFER_PACE_MAX_US = 20000,
	XFER_PROBES = 2,	  /* of a silent window, before it all */
	XFER_BURSTS = 8,	  /* of a window at most, after losses */
	XFER_CUTS = 3,		  /* windows in a row until bursts shrink */
	XFER_CLEAN = 2,		  /* windows without loss until bursts grow */
	XFER_PATIENCE = 32,	  /* the same, at most, after many losses */
	XFER_TIMEOUT_MAX_S = 255, /* RFC 2349 */
	XFER_TROUBLE = 96,
	/*
	 * Bytes sent for each one of a request, before it is answered: of UDP
	 * payload, and with the headers of IP and UDP, those of IPv6 at most.
	 */
	XFER_AMPLIFY_OACK = 6,
	XFER_AMPLIFY_DATA = 26,
	XFER_HEADERS = 48
};

/* The number of the block after 65535. */
enum xfer_rollover {
	XFER_ROLLOVER_0,
	XFER_ROLLOVER_1,
	XFER_ROLLOVER_NONE /* the client is not known to go on: it may ask */
};

enum xfer_state {
	XFER_OACK,	  /* OACK sent, ACK 0 is to come */
	XFER_SENDING,	  /* DATA base..next-1 are under way */
	XFER_DONE,	  /* the last block was acknowledged */
	XFER_UNCONFIRMED, /* the last block was sent, its ACK never came */
	XFER_TIMEOUT,	  /* retries used up in the middle */
	XFER_ABORTED,	  /* ERROR from the client */
	XFER_BROKEN	  /* we could not go on: xfer_fail() */
};

/* What the configuration allows; a transfer keeps what it started with. */
struct xfer_limits {
	uint16_t blksize;   /* without the option: 512, 1408 on port 59 */
	bool blksize_fixed; /* port 59: the blksize option is ignored */
	uint16_t max_blksize;
	uint16_t max_windowsize;
	uint32_t timeout_ms;
	uint32_t retries; /* retransmissions before it is given up */
	uint8_t rollover; /* enum xfer_rollover */
	/*
	 * TFTP_OPT_* that are left out however they are asked for; ~0u: this
	 * client gets no OACK at all.
	 */
	unsigned int refused;
	/*
	 * Bytes of the request of a peer that has proved nothing (the source
	 * address may be forged): bounds what is sent until it answers.  0:
	 * it has proved itself, no bound.
	 */
	uint32_t request_len;
};

struct xfer {
	enum xfer_state state;
	bool again;	    /* the request was repeated in the middle */
	bool timeout_fixed; /* by the client's timeout option */
	uint8_t probes;	    /* one block was repeated, to hear what came */
	bool copies;	    /* a window that may have come was sent again */
	bool unproven;	    /* nothing has come since the request */
	uint8_t rollover;
	uint8_t clean;	  /* windows without loss, since bursts last changed */
	uint8_t patience; /* so many of them before bursts grow */
	uint8_t cut;	  /* windows in a row that lost something */
	uint16_t blksize, windowsize;
	uint16_t burst; /* blocks in one go: windowsize, less after losses */
	uint16_t heard; /* the most of a burst that arrived of those cut */
	uint32_t retries, tries;
	struct tftp_opts opts; /* as answered: for the OACK */
	unsigned int granted;  /* TFTP_OPT_* in the OACK; 0: no OACK */

	uint64_t base;	/* lowest block not acknowledged, from 1 */
	uint64_t next;	/* behind the blocks that are under way */
	uint64_t end;	/* behind the window: next, or bursts are to come */
	uint64_t fresh; /* lowest block never sent */
	uint64_t once;	/* lowest block that was sent once at most (Karn) */
	uint64_t last;	/* the short one; UINT64_MAX: not known yet */

	uint64_t timeout_us; /* of the configuration or the option */
	uint64_t rto_us;     /* what the timer runs with now */
	struct rtt rtt;
	uint64_t rtt_min_us;
	uint32_t samples;
	uint64_t heard_us;    /* when the client last got further */
	uint64_t window_us;   /* when the window's first block was sent */
	uint64_t sent_us;     /* when the last was */
	uint64_t hold_us;     /* until then a repeated ACK may be an echo */
	uint64_t believed_us; /* the same, since one was believed */
	uint64_t deadline_us;

	uint64_t resent; /* DATA blocks sent again, for the log */

	/* of the limits, and of the OACK or the first DATA; both with headers
	 * when that bounds what is sent more closely */
	uint32_t request_len;
	uint32_t answer_len;
	uint64_t credit; /* bytes that may still be sent while unproven */
	char trouble[XFER_TROUBLE]; /* text of an ERROR that says a number */
};

/* Carried out by the shell, in this order. */
struct xfer_out {
	bool send_oack;
	uint64_t first; /* DATA blocks first .. first+count-1 */
	uint32_t count;
	bool send_error;
	uint16_t code; /* of the ERROR to send */
	const char *msg;
	bool close;
	const char *why; /* of this decision, for the log; never NULL */
};

/*
 * Open a transfer by an RRQ (octet or netascii) for a file of size bytes, or
 * XFER_SIZE_UNKNOWN.  Options are granted as RFC 2347-2349 and 7440 say:
 * blksize and windowsize clamped to the limits, timeout as asked or not at
 * all, tsize only when the size is known; of blksize and blksize2 the first;
 * what is out of range is left out.  Nothing granted: DATA 1 is the answer.
 * A transfer that cannot succeed, because the file has more blocks than the
 * client can count, is over at once: XFER_BROKEN, with an ERROR that names
 * the blksize that would do.
 */
void xfer_open(struct xfer *x, const struct tftp_pkt *rrq,
    const struct xfer_limits *limits, uint64_t size, uint64_t now_us,
    struct xfer_out *out);
/*
 * The same request came again from the same port: the first answer again.
 * In the middle of a transfer that alone changes nothing (it may have been
 * a copy that the network made); when the client takes up the first answer,
 * as a ROM does that was reset and counts its ports from the start, the
 * transfer starts anew.
 */
void xfer_again(struct xfer *x, uint64_t now_us, struct xfer_out *out);
/*
 * A packet from the client (ACK or ERROR; anything else is passed over).  An
 * ACK inside of the window says that the block behind it was lost; or, after a
 * whole window was sent twice, that the client has all copies: then only what
 * is new is sent.  One
 * below it never causes DATA (Sorcerer's Apprentice), but for the block
 * before a window of several: it is repeated by a client that misses the
 * window's first block, and believed once when it can be no echo.
 */
void xfer_packet(struct xfer *x, const struct tftp_pkt *p, uint64_t now_us,
    struct xfer_out *out);
/*
 * The clock reached x->deadline_us: the next burst of the window, or a
 * retransmission; does nothing before that.
 */
void xfer_timer(struct xfer *x, uint64_t now_us, struct xfer_out *out);
/*
 * What has just come for the transfer lay there since since_us, because others
 * were served first: said before xfer_packet().  That time is no part of a
 * round trip and no silence.  When more has been sent since then, what lay
 * there was taken already, and nothing changes.
 */
void xfer_waited(struct xfer *x, uint64_t since_us, uint64_t now_us);
/*
 * Block b, the last of what was to be sent, turned out to be the short one:
 * said while the blocks of the latest xfer_out are made.
 */
void xfer_last(struct xfer *x, uint64_t b);
/* We cannot go on: ERROR code with msg to the client, and the end. */
void xfer_fail(
    struct xfer *x, uint16_t code, const char *msg, struct xfer_out *out);

/* The network says that nobody is at the client's port any more. */
void xfer_gone(struct xfer *x, struct xfer_out *out);

/*
 * How many OACKs of so many bytes a request of so many is worth, when nothing
 * else comes from its client: the first one in any case.
 */
unsigned int xfer_oacks_for(uint32_t request, uint32_t oack);

/* Is it over? */
bool xfer_over(const struct xfer *x);
/* The 16-bit number of a block on the wire. */
uint16_t xfer_wire_block(const struct xfer *x, uint64_t b);

#endif
