/*
 * lease.h - the table of dynamic leases: by address, by client id, by
 * hardware address.
 *
 * Pure: time comes as an argument (seconds of a clock that only goes
 * forward, CLOCK_BOOTTIME), memory is taken once in leases_new().  One entry
 * for each pool address; static hosts are not here, nor are the pool
 * addresses that a host has for its own.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASE_H
#define REMOTEBOOT_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "lease_text.h"

enum {
	LEASE_REST_SHARE = 4 /* a quarter of a wire's pool may be declined */
};

struct lease {
	struct ip4 addr;
	enum lease_state state;
	uint8_t htype, hlen; /* of the holder, or of the last one */
	uint8_t chaddr[16];
	uint8_t client_id_len; /* 0: none */
	uint16_t class;	       /* struct lease_key's, of the holder */
	/* its last second; LEASE_NEVER: infinite */
	int64_t expires_s;
	int64_t start_s; /* when it was bound, offered or became free */
};

struct leases;
struct decliners;
struct host_notes;
struct share_waits;

/* How many of a subnet's pool addresses are in which state. */
struct lease_counts {
	size_t total, state[LEASE_STATES];
};

/*
 * A table with an entry for every pool address of c that no host has for
 * its own (c->dhcpd.max_leases at most, the lowest ones).  c must outlive
 * the table.  NULL and errno when memory runs out.
 */
struct leases *leases_new(const struct conf *c);
/*
 * The same for the server that has that place in c's `servers` (from 1): it
 * has only the addresses of its own part.  place 0: leases_new().
 */
struct leases *leases_new_part(const struct conf *c, unsigned int place);
/* Our place in `servers`; 0: there are no others. */
unsigned int leases_place(const struct leases *ls);
/* Clients of the others that wait; NULL when there are no others. */
struct share_waits *leases_waits(struct leases *ls);
/* What is known of [host]s, for tftpd; NULL when it has no use for it. */
struct host_notes *leases_hosts(const struct leases *ls);
/* Who has declined addresses lately. */
struct decliners *leases_decliners(struct leases *ls);
/* NULL is allowed. */
void leases_free(struct leases *ls);
/*
 * Move what is known to a table for another configuration, which is still
 * as it was made; entries whose address is in no pool any more are dropped,
 * *dropped counts the bound ones.
 */
void leases_move(
    struct leases *to, const struct leases *from, unsigned int *dropped);

/* The subnets of the table's configuration; NULL from the last one on. */
const struct conf_subnet *leases_subnet(const struct leases *ls, size_t i);
size_t leases_count(const struct leases *ls);
/* Entries from 0 to leases_count()-1, ascending address. */
const struct lease *leases_at(const struct leases *ls, size_t i);
/* The class that its holder had when it asked last; NULL: none, not known. */
const char *lease_class(const struct leases *ls, const struct lease *l);
/* The place of a class, from 1; 0: there is none of that name. */
uint16_t leases_class(const struct leases *ls, const char *name);
const uint8_t *lease_client_id(const struct leases *ls, const struct lease *l);
struct lease_counts lease_counts(
    const struct leases *ls, const struct conf_subnet *s);
/*
 * The same of what such clients (struct lease_key) may have on its wire: of
 * all its subnets' own pools, or of a [pool NAME] there.
 */
struct lease_counts lease_counts_pool(
    const struct leases *ls, const struct conf_subnet *s, unsigned int pool);
/* The same of a [pool NAME] on all wires. */
struct lease_counts lease_counts_named(
    const struct leases *ls, unsigned int pool);
/*
 * The addresses of a subnet in a state, the one so for longest first: the
 * first one when l is NULL, else the one after l; NULL at the end.  Subnets
 * of one wire have one list, which is that of the first of them; those of each
 * [pool NAME] there follow.  Bound leases have none.
 */
const struct lease *lease_next(const struct leases *ls,
    const struct conf_subnet *s, enum lease_state state, const struct lease *l);

/*
 * All that is bound, free or declined, in an order that gives the lists anew
 * when it is read back: leases_walk() says the next entry, NULL at the end.
 * The table may change meanwhile.  What has changed may come twice or not at
 * all, whatever else there is comes once.  One walk at a time.
 */
void leases_walk_begin(struct leases *ls);
const struct lease *leases_walk(struct leases *ls);
/* How many are bound or declined, or free with a memory: in constant time. */
size_t leases_kept(const struct leases *ls);

/* The [host]s of the configuration that have no yiaddr on the wire of s. */
size_t leases_known(const struct leases *ls, const struct conf_subnet *s);

/* NULL when a is in no pool. */
struct lease *lease_by_addr(struct leases *ls, struct ip4 a);
/*
 * Does the lease belong to that client (bound, offered or remembered)?  Two
 * client identifiers decide when both sides have one (RFC 2131 4.2); where
 * one has none, as with a BOOTP ROM and the system that it starts, the
 * hardware address does.  With one_address_per_machine an Ethernet address is
 * as good as an identifier: either of them is enough.
 */
bool lease_is_of(
    const struct leases *ls, const struct lease *l, const struct lease_key *k);
/*
 * The client's lease or memory in that subnet or another one on its wire, of
 * what k->pool lets it have, bound first; NULL: none.
 */
struct lease *lease_of(
    struct leases *ls, const struct conf_subnet *s, const struct lease_key *k);
/*
 * The bound leases of a hardware address on all wires, at most max of them;
 * of its client identifier instead when k has one.  Returns their number;
 * nothing is found where the configuration has no leasequery_from.
 */
size_t lease_all_of(struct leases *ls, const struct lease_key *k,
    const struct lease *ret[], size_t max);
/*
 * The address to offer (RFC 2131 4.3.1): the client's own, its former one if
 * free, `asked` if free and in a pool of s (v 0: none asked), the one free
 * for longest; of s or another subnet on its wire, and of what k->pool lets it
 * have.  NULL when there is none.  Changes nothing.
 */
struct lease *lease_pick(struct leases *ls, const struct conf_subnet *s,
    const struct lease_key *k, struct ip4 asked, int64_t now_s);

/* May that client have the address, as far as k->pool goes? */
bool lease_is_open(
    const struct leases *ls, const struct lease *l, const struct lease_key *k);

/*
 * The offer in that pool of the wire of s (lease_key.pool) that nobody has
 * taken for longest, if it was made at before_s or earlier; NULL: none.
 * Whoever gets that address takes it from the client that it was offered to.
 */
struct lease *lease_oldest_offer(struct leases *ls, const struct conf_subnet *s,
    unsigned int pool, int64_t before_s);

/*
 * Changes of state.  They replace the holder and all of its index entries.
 * An offer of what the client already holds bound leaves it bound.  A client
 * identifier is cut at LEASE_CLIENT_ID bytes.
 */
void lease_offer(struct leases *ls, struct lease *l, const struct lease_key *k,
    int64_t now_s, int64_t until_s);
void lease_bind(struct leases *ls, struct lease *l, const struct lease_key *k,
    int64_t now_s, int64_t expires_s);
/* Free, the holder remembered (RFC 2131 4.3.4). */
void lease_release(struct leases *ls, struct lease *l, int64_t now_s);
/*
 * Nobody's until then; the holder is forgotten.  When more than a quarter of
 * what the same clients may have on the wire would rest (but one may always),
 * the one that has rested for longest is free again, and returned; else NULL.
 */
const struct lease *lease_decline(
    struct leases *ls, struct lease *l, int64_t until_s);
/*
 * Free what has run out by now_s, at most max entries.  A whole-second clock
 * was up to a second behind when the time was given, and its client counts
 * from the moment itself: so the last second must be over.  Returns the time of
 * the next one, LEASE_NEVER when there is none.
 */
int64_t lease_expire(struct leases *ls, int64_t now_s, unsigned int max);

#endif
