/*
 * mcast.h - one file to one group as a pure machine: joins, master, what to
 * send next.  The dialect is PXE MTFTP (Intel, PXE 2.1).
 *
 * The machine knows block numbers, peers and time; it never sees file bytes
 * or sockets.  Whoever runs it carries out a struct mcast_out in the order
 * of its members: block to the master, block to the group, then the event.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MCAST_H
#define REMOTEBOOT_MCAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "rtt.h"
#include "tftp.h"

#define MCAST_NEVER UINT64_MAX /* no deadline */

enum {
	MCAST_BLOCKS_MAX = 65535, /* listeners know no roll-over */
	MCAST_SEEN = 64,	  /* clients told apart in one pass */
	MCAST_QUEUE = 64,	  /* clients that asked during a pass */
	MCAST_FORMER = 8,	  /* openers that may yet acknowledge block 1 */
	MCAST_CROWD = 8,	  /* openers that leave each little time */
	MCAST_COPIES = 3,	  /* of a block in a row, at most */
	MCAST_NEXT_SENDS = 2,	  /* of block 1 to one of those */
	MCAST_OPEN_SENDS = 3,	  /* of block 1 that nobody acknowledges */
	MCAST_LAST_SENDS = 3,	  /* of the last block, at least */
	MCAST_SILENT_SENDS = 2,	  /* of a block, until its master is silent */
	MCAST_DEAF_SENDS = 4,	  /* of a block, to a deaf master */
	MCAST_DEAF_NUDGES = 3	  /* in a row, to a deaf master */
};

/* Microseconds. */
enum {
	MCAST_OPEN_RTO_US = 100 * 1000,	 /* before a round trip is known */
	MCAST_RTO_MIN_US = 20 * 1000,	 /* shortest retransmission timer */
	MCAST_REOPEN_US = 100 * 1000,	 /* iPXE asks from a new port */
	MCAST_NEXT_RTO_US = 50 * 1000,	 /* one of the queue may be gone */
	MCAST_TRIAL_US = 150 * 1000,	 /* for an opener when others wait */
	MCAST_CROWD_US = 8 * 1000,	 /* ... when many do */
	MCAST_RUN_US = 10 * 1000 * 1000, /* passes in a row: between them */
	MCAST_PACE_MIN_US = 250,	 /* alone: between two blocks */
	MCAST_PACE_MAX_US = 20 * 1000,
	MCAST_PACE_DEFAULT_US = 10 * 1000, /* no round trip was measured */
	MCAST_LAST_GAP_US = 10 * 1000, /* between copies of the last block */
	MCAST_GAPS_END_US = 2 * 1000   /* ... of a pass that filled gaps */
};

struct mcast_limits {
	uint64_t timeout_us; /* longest wait before a retransmission */
	/* The master is given up when it was silent for retries timeouts. */
	unsigned int retries;
	/*
	 * Each block so many times in a row: at least (1 or more), and, where
	 * loss is seen, at most (MCAST_COPIES; less than copies: copies).
	 */
	unsigned int copies, copies_max;
	/*
	 * Boot ROMs ask from there and listen for themselves; who asks from
	 * another port is taken for iPXE.  0: nobody does.
	 */
	uint16_t cport;
	/* They listen so long before they ask, unless they have holes. */
	uint64_t tmout_us;
	uint64_t gap_us; /* from each copy to the next block, at least */
};

enum mcast_state {
	MCAST_IDLE,
	MCAST_OPEN,  /* block 1 is out, not yet acknowledged */
	MCAST_PASS,  /* lock-step with the master */
	MCAST_ALONE, /* the master is gone: at the last pace to the end */
	MCAST_LAST   /* the last block again, for the listeners */
};

/* What a person may care about. */
enum mcast_event {
	MCAST_NONE,
	MCAST_OPENED,	/* a pass begins */
	MCAST_LISTENER, /* a further client asked; it gets no answer */
	MCAST_SATED,	/* the master has it all; the pass goes on */
	MCAST_LOST,	/* the master is gone; the pass goes on */
	MCAST_REGAINED, /* ... and is back */
	MCAST_OVER	/* the pass has ended; the machine is idle */
};

struct mcast_out {
	bool unicast;	     /* block to the master, from the sport */
	bool multicast;	     /* block to the group, from the sport */
	uint64_t block;	     /* 1 .. nblocks, when either is set */
	unsigned int copies; /* of each of them */
	enum mcast_event event;
	const char *why; /* for the log; never NULL */
};

/* Who asked while a pass was running, the newest last. */
struct mcast_queue {
	struct peer peer[MCAST_QUEUE];
	unsigned int n;
};

/* A block: copies at first, copies in all, ACKs. */
struct mcast_tally {
	uint32_t first, sent, acks;
};

/* What passes teach of the network; kept from one to the next. */
struct mcast_loss {
	unsigned int wish;	   /* copies, from what is lost */
	unsigned int copies;	   /* of the next block */
	uint32_t sent, lost;	   /* copies to masters; the older, the less */
	uint32_t repeated, echoed; /* blocks of this master: sent, acknowledged
				    * more than once */
	struct mcast_tally now,
	    before;	    /* the block that is out, the last one */
	struct addr master; /* of the last pass */
	unsigned int run;   /* passes in a row that began at block 1 */
	uint64_t thin; /* blocks 1 .. thin went out too seldom, last time */
	bool gaps;     /* there was iPXE that filled its gaps */
	uint64_t ended_us;
	uint64_t srtt_us, rto_us; /* of the last pass */
};

struct mcast {
	enum mcast_state state;
	struct mcast_limits limits;
	struct peer master;
	uint64_t nblocks;
	uint64_t block;	      /* the one that was sent last */
	uint64_t first_us;    /* when it was sent for the first time */
	uint64_t sent_us;     /* ... and for the last time */
	unsigned int sends;   /* how often */
	unsigned int out;     /* ... in copies */
	uint64_t deadline_us; /* MCAST_NEVER or the next mcast_timer() */
	uint64_t rto_us;      /* 0: no round trip is known */
	struct rtt rtt;
	uint64_t next;	   /* held back until paced_us; 0: none */
	uint64_t paced_us; /* not sooner, for limits.gap_us */
	bool jumped;	   /* the master fills gaps: not every block goes out */
	bool left;	   /* the master said that it is done or has failed */
	bool deaf;	   /* the master acknowledges no block a second time */
	unsigned int nudges; /* next blocks sent to a silent master, in a row */
	const char *why;     /* why the pass went on alone; NULL: it did not */
	unsigned int lost;   /* how often it began to */
	bool deferred;	     /* the master asked during the pass before */
	bool probe;	     /* ... and is asked by unicast alone */
	bool acked;	     /* it has acknowledged something */
	struct mcast_queue queue;
	struct peer former[MCAST_FORMER]; /* got block 1, not acknowledged */
	unsigned int nformer;
	uint64_t thin; /* the last block before the copies became more */
	struct mcast_loss loss;
	/* for the record */
	uint64_t started_us;
	uint64_t sent, resent; /* DATA to the group; those beyond the first */
	struct addr seen[MCAST_SEEN];
	unsigned int nseen;
};

/* An idle machine. */
void mcast_init(struct mcast *m);

/* The estimate of what is lost on the way to a master and back. */
unsigned int mcast_loss_permil(const struct mcast *m);

/* Blocks of a file: the last one is short, if need be empty. */
uint64_t mcast_blocks(uint64_t size, uint64_t blksize);

/*
 * A pass for the client that asked while the machine was idle: it becomes
 * the master and gets block 1 by unicast, the group by multicast.  false,
 * nothing changed and out->why says it, when a file of nblocks cannot be
 * carried (more than MCAST_BLOCKS_MAX).
 */
bool mcast_open(struct mcast *m, const struct mcast_limits *limits,
    const struct peer *from, uint64_t nblocks, uint64_t now_us,
    struct mcast_out *out);

/*
 * After MCAST_OVER: is there a client that asked during the pass?  It is not
 * to wait for its own timer: iPXE that joined late falls back to plain TFTP
 * when it hears nothing for 0.25 s, and boots a corrupt file.
 */
bool mcast_waits(const struct mcast *m);
/*
 * A pass for the newest of those, who has missed most.  The pass counts as
 * begun, MCAST_OPENED, with its first ACK: it may have all it needs and be
 * gone.  false as mcast_open(); then nobody waits any more.
 */
bool mcast_next(
    struct mcast *m, uint64_t nblocks, uint64_t now_us, struct mcast_out *out);

/* Is that the master, or one who may yet become it?  Only its ACKs count. */
bool mcast_heeds(const struct mcast *m, const struct peer *from);

/*
 * An RRQ for this file, an ACK or an ERROR from any peer; other packets and
 * whatever comes while idle are ignored.
 */
void mcast_packet(struct mcast *m, const struct peer *from,
    const struct tftp_pkt *p, uint64_t now_us, struct mcast_out *out);

/* Time has come to deadline_us; called earlier it does nothing. */
void mcast_timer(struct mcast *m, uint64_t now_us, struct mcast_out *out);

/* The peer asked for something else: a master that does is gone. */
void mcast_leave(struct mcast *m, const struct peer *from, uint64_t now_us,
    struct mcast_out *out);

#endif
