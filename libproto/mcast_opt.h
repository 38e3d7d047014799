/*
 * mcast_opt.h - one file to one group by TFTP's multicast option (RFC 2090)
 * as a pure machine: who is told what, who is the master, what goes out.
 *
 * The machine knows block numbers, clients and time; it never sees file
 * bytes, options or sockets.  Whoever runs it carries out a struct mcopt_out
 * in the order of its members, then sends what mcopt_more() allows, and
 * calls mcopt_timer() at deadline_us.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MCAST_OPT_H
#define REMOTEBOOT_MCAST_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "rtt.h"
#include "tftp.h"

#define MCOPT_NEVER UINT64_MAX /* no deadline */

enum {
	MCOPT_BLOCKS_MAX = 65535, /* an ACK names a block by 16 bits */
	MCOPT_RUN = 64,		  /* blocks that mcopt_more() allows at once */
	MCOPT_OACKS = 8,	  /* told by one decision */
	MCOPT_SWEEPS = 3	  /* OACKs again to those who did not answer */
};

/* Microseconds. */
enum {
	MCOPT_RTO_US = 100 * 1000,    /* before a round trip is known */
	MCOPT_RTO_MIN_US = 2000,      /* of a measured timer */
	MCOPT_RTO_NEW_US = 50 * 1000, /* of a master that said nothing yet */
	MCOPT_RTO_MAX_US = 250000,    /* of one that was doubled */
	MCOPT_SILENT_US = 500000,     /* a master is replaced after that */
	MCOPT_WAITED_US = 100000,     /* ... when others wait for a repair */
	MCOPT_TERM_US = 2000000,      /* ... and after that, when others wait */
	MCOPT_EPOCH_US = 10000,	      /* the pace is looked at so often */
	MCOPT_BLOCKED_US = 1000,      /* the kernel took nothing: try again */
	MCOPT_HUSH_US = 200 * 1000, /* between two OACKs to one who is no master
				     */
	MCOPT_GATHER_MOST = 4	    /* times gather_us */
};

struct mcopt_limits {
	/*
	 * Data waits until nobody joined for so long, at most four times as
	 * long: who is there from the first block needs no repair.
	 */
	uint64_t gather_us;
	unsigned int retries; /* silent terms before a client is given up */
	uint32_t rate; /* blocks a second at most; 0: the master's pace */
};

enum mcopt_state {
	MCOPT_GATHER, /* clients join, nothing was sent */
	MCOPT_STREAM, /* blocks next .. until - 1 go out, paced */
	MCOPT_REPAIR, /* the master's ACKs ask for what it lacks */
	MCOPT_OVER    /* nobody is left */
};

struct mcopt_client {
	struct peer peer;
	uint64_t acked;	    /* its highest ACK: it lacks acked + 1 */
	uint64_t hushed_us; /* when it was told last that it is no master */
	bool alive;	    /* it has acknowledged something */
	unsigned int oacks; /* that it may still get until then */
	unsigned int terms; /* as a silent master, in a row */
};

/* What a person may care about. */
enum mcopt_event {
	MCOPT_NONE,
	MCOPT_JOINED,	/* who is new */
	MCOPT_DONE,	/* who has every block */
	MCOPT_LOST,	/* who is gone or was given up */
	MCOPT_SWITCHED, /* the silent master who is replaced */
	MCOPT_AGAIN	/* many lack much: the rest goes out once more */
};

struct mcopt_out {
	unsigned int noack; /* OACKs, unicast */
	struct {
		struct peer to;
		bool master; /* mc=1 */
	} oack[MCOPT_OACKS];
	bool data;	 /* block to the group */
	uint64_t block;	 /* 1 .. nblocks */
	bool send_error; /* ERROR 0 with why to who */
	enum mcopt_event event;
	struct peer who; /* of the event */
	const char *why; /* for the log; never NULL */
};

struct mcopt {
	enum mcopt_state state;
	struct mcopt_limits limits;
	uint64_t nblocks;
	struct mcopt_client *client; /* in the order in which they joined */
	unsigned int n, room;
	unsigned int master; /* index */
	unsigned int sweeps; /* how often, and below which index, the */
	unsigned int swept;  /* silent ones got their OACK again */
	uint64_t deadline_us;

	uint64_t begun_us;  /* first ACK in MCOPT_GATHER; MCOPT_NEVER */
	uint64_t joined_us; /* latest join */

	/* the stream and its pace */
	uint64_t next, until; /* blocks to go out */
	bool run;	      /* they are for the master's gap only */
	uint64_t cwnd;	      /* blocks in one epoch */
	uint64_t epoch_us, epoch_sent, epoch_acks, before_sent;
	bool choked; /* an epoch has lost much: grow slowly */

	/* what the master is waited for */
	bool asked;	    /* its answer to OACK mc=1 */
	uint64_t block;	    /* else an ACK of this one, or beyond it */
	uint64_t sent_us;   /* when the OACK or the block left last */
	unsigned int sends; /* how often */
	uint64_t heard_us;  /* when it got on, or took office */
	uint64_t term_us;   /* when it took office */
	uint64_t term_from; /* its first ACK in this term */
	unsigned int holes; /* single ones it had since */
	uint64_t ahead;	    /* blocks for the next gap */
	struct rtt rtt;
	uint64_t rto_us; /* 0: not known */

	/* for the record */
	uint64_t started_us;
	uint64_t sent, resent; /* DATA; those that repeat a block */
	uint64_t highest;      /* block that went out */
	uint64_t paced, heard; /* blocks at the master's pace, ACKs of them */
	unsigned int joined, done, lost;
};

/*
 * A machine for a file of nblocks (1 .. MCOPT_BLOCKS_MAX) and at most room
 * clients, kept in the array (the caller's, as long as the machine lives).
 */
void mcopt_open(struct mcopt *m, const struct mcopt_limits *limits,
    struct mcopt_client *array, unsigned int room, uint64_t nblocks,
    uint64_t now_us);
/*
 * An RRQ of from for this file with this option: it gets an OACK, again if
 * it is known, and for this request no more than oacks (1 or more) as long as
 * it says nothing: who asks may be somebody else.  false and nothing changed:
 * there is no room, or all is over.
 */
bool mcopt_join(struct mcopt *m, const struct peer *from, unsigned int oacks,
    uint64_t now_us, struct mcopt_out *out);
/* The estimate of what is lost on the way to the masters and back. */
unsigned int mcopt_loss_permil(const struct mcopt *m);
/* Is it one of the clients? */
bool mcopt_knows(const struct mcopt *m, const struct peer *from);
/*
 * An ACK or ERROR of a client; other packets and strangers' are ignored.  An
 * ACK n of the master says that n + 1 is the first block that it lacks; ACK
 * nblocks of anybody that it has them all.
 */
void mcopt_packet(struct mcopt *m, const struct peer *from,
    const struct tftp_pkt *p, uint64_t now_us, struct mcopt_out *out);
/* The network says that nobody is at this client's port, or it left. */
void mcopt_gone(struct mcopt *m, const struct peer *from, const char *why,
    uint64_t now_us, struct mcopt_out *out);
/* Time has come to deadline_us; called earlier it does nothing. */
void mcopt_timer(struct mcopt *m, uint64_t now_us, struct mcopt_out *out);

/*
 * How many blocks from *ret_first on may go to the group now: 0 to
 * MCOPT_RUN; deadline_us is when to ask again.
 */
uint32_t mcopt_more(struct mcopt *m, uint64_t now_us, uint64_t *ret_first);
/* So many of them went out (0: the kernel has no room now). */
void mcopt_sent(struct mcopt *m, uint32_t count, uint64_t now_us);

#endif
