/*
 * share.h - several servers with one configuration: whose client, whose
 * address (RFC 3074).
 *
 * Nothing is exchanged between the servers.  A client is of the server that
 * the hash of RFC 3074 says; an address of a pool is of one server for
 * ever, so that two can never give it to two machines.  Servers are counted
 * from 1, in the order of `servers`.
 *
 * Pure.  SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SHARE_H
#define REMOTEBOOT_SHARE_H

#include <stdint.h>

#include "conf.h"
#include "dhcpd/lease.h"

enum {
	SHARE_BUCKETS = 256,
	SHARE_WAITS = 1024, /* clients of others that are remembered */
	SHARE_FORGET_S = 60 /* that long silent: it waits anew */
};

/* Clients of other servers that wait for an answer; all zero: none. */
struct share_waits {
	struct {
		uint32_t who;
		int64_t first_s, last_s;
	} of[SHARE_WAITS];
};

/* The bucket, 0-255, of a service transaction id (RFC 3074 6). */
uint8_t share_hash(const uint8_t *stid, size_t len);
/* Whose bucket it is: equal runs, in the order of the n servers. */
unsigned int share_of_bucket(uint8_t bucket, size_t n);
/*
 * Whose client: by option 61 when it sent one, else by its hardware
 * address.  With one_address_per_machine the card alone tells, as firmware,
 * loader and system of one machine must have one server.
 */
unsigned int share_of_client(const struct conf *c, const struct lease_key *k);
/* Whose address: they are dealt in turn, by number. */
unsigned int share_of_addr(const struct conf *c, struct ip4 a);

/* `secs` of a message; some firmware sends its bytes swapped. */
uint16_t share_secs(uint16_t secs);
/*
 * The client is heard now: for how many seconds has it been waiting?  For
 * clients that leave `secs` at 0.  Two that fall on one place both wait
 * anew, which is no harm.
 */
int64_t share_wait(
    struct share_waits *w, const struct lease_key *k, int64_t now_s);
/* It has its answer. */
void share_served(struct share_waits *w, const struct lease_key *k);

#endif
