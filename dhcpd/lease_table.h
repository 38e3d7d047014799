/*
 * lease_table.h - the inside of struct leases, for lease.c, lease_find.c
 * and leases.c only.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASE_TABLE_H
#define REMOTEBOOT_LEASE_TABLE_H

#include "dhcpd/decline.h"
#include "dhcpd/lease.h"

#define NONE UINT32_MAX

enum {
	ID_SHORT = 24 /* client ids up to this lie together */
};

enum chain {
	CHAIN_ID,
	CHAIN_HW,
	CHAINS,
	/* of all wires together, for lease_all_of() */
	CHAIN_ALL_ID = CHAINS,
	CHAIN_ALL_HW
};

struct link {
	uint32_t next, prev; /* NONE: the end, the head */
};

/* What an entry has beside what others see. */
struct node {
	struct link chain[CHAINS];
	struct link age;  /* in the list of its state */
	uint32_t heap_at; /* NONE: not in the heap */
	uint32_t pool;	  /* which subnet */
	uint32_t domain;  /* whose lists it hangs in */
};

/* What is in one state, in the order in which it came to it. */
struct age_list {
	uint32_t head, tail;
};

/*
 * Addresses that the same clients may have: those of the own pools of all
 * subnets of a wire (its number is that of the first subnet), or what one
 * [pool NAME] has on a wire.
 */
struct domain {
	struct age_list list[LEASE_STATES]; /* bound leases have none */
	struct lease_counts counts;
	unsigned int pool; /* 0: the subnets' own */
	uint32_t wire;
	uint32_t next;	/* the next one of its wire; NONE: the last */
	uint32_t chain; /* the next one in its bucket */
};

struct pool {
	struct lease_counts counts;
	size_t known; /* of the wire, at its first subnet: leases_known() */
};

/* Where leases_walk() is: in the table (bound), then in the lists. */
struct walk {
	enum lease_state state;
	uint32_t domain; /* whose list */
	uint32_t at;	 /* the next entry; NONE: the end of the list */
};

struct leases {
	const struct conf_subnet *subnet;
	const struct conf_class *class;
	size_t nclass;
	size_t npool, n;
	unsigned int place;	   /* in `servers`; 0: no others */
	struct share_waits *waits; /* of place */
	struct host_notes *hosts;  /* NULL: tftpd needs none */
	struct decliners decliners;
	bool by_machine;   /* one address for a card, whatever its client id */
	struct pool *pool; /* one for each subnet */
	struct domain *domain;
	size_t ndomain; /* the first npool of them are those of wires */
	uint32_t *domain_bucket; /* of the others, by wire and pool */
	uint32_t domain_mask;
	struct lease *lease;
	struct node *node;
	uint8_t (*id_short)[ID_SHORT];
	uint8_t (*id_long)[LEASE_CLIENT_ID]; /* untouched pages cost nothing */
	uint32_t *bucket[CHAINS];
	/* NULL where nobody may ask for leases */
	struct link (*all)[CHAINS];
	uint32_t *all_bucket[CHAINS];
	uint32_t mask; /* buckets - 1 */
	uint32_t *heap;
	uint32_t nheap;
	size_t nholder;		    /* entries that have a holder */
	size_t total[LEASE_STATES]; /* entries in each state */
	struct walk walk;
};

static inline uint32_t
lease_index(const struct leases *ls, const struct lease *l)
{
	return (uint32_t)(l - ls->lease);
}

static inline struct link *
lease_link(const struct leases *ls, enum chain c, uint32_t i)
{
	return c < CHAINS ? &ls->node[i].chain[c] : &ls->all[i][c - CHAINS];
}

/* Subnets of one wire share lists and chains: those of the first of them. */
static inline uint32_t
lease_wire(const struct leases *ls, uint32_t pool)
{
	uint32_t first = ls->subnet[pool].wire;

	return first ? first - 1 : pool;
}

static inline uint32_t *
lease_domain_bucket(const struct leases *ls, uint32_t wire, unsigned int pool)
{
	uint32_t h = (wire * 31u + pool) * 2654435761u;

	return &ls->domain_bucket[(h ^ h >> 15) & ls->domain_mask];
}

/* The addresses of a wire that such clients may have; NULL: none. */
struct domain *lease_domain(
    const struct leases *ls, uint32_t wire, unsigned int pool);
/*
 * Heads of the chains where such a client of a wire would hang; wire NONE: of
 * the chains of all wires, which must be there.
 */
uint32_t *lease_bucket_id(
    const struct leases *ls, uint32_t wire, const uint8_t *id, size_t len);
uint32_t *lease_bucket_hw(const struct leases *ls, uint32_t wire, uint8_t htype,
    const uint8_t *chaddr, size_t hlen);
void lease_holder_set(
    struct leases *ls, struct lease *l, const struct lease_key *k);
/* The only place where a state changes: lists, heap and counts follow. */
void lease_state_set(
    struct leases *ls, struct lease *l, enum lease_state s, int64_t expires_s);
/* Hang an entry at the end of the list of its state. */
void lease_list_append(struct leases *ls, uint32_t i);

#endif
