/*
 * convert.h - what the files that turn the model into sections share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_CONVERT_H
#define REMOTEBOOT_IMPORT_CONVERT_H

#include "dhcpd/import/map.h"
#include "dhcpd/import/model.h"
#include "dhcpd/import/write.h"

enum {
	CONVERT_NAME = 43 /* longest NAME of [class NAME], [host NAME] */
};

struct convert {
	struct model *mo;
	struct mem *m;
	struct report *report;
	struct out *out;
	struct setting *global; /* as said, hidden ones too */
	struct rules rules;	/* of all classes and ifs */
	struct map class_names, host_names, pool_names;
	struct named_pool *named;    /* in the order of the file */
	const struct isc_subnet *of; /* the one that is written */
	struct isc_subnet **sorted;  /* subnets, ascending */
	size_t nsorted;
	bool deny_unknown;
	uint64_t min_lease_s, max_lease_s;
};

/* ---- convert_net.c ---- */

/* Which subnets there are, which range belongs to which, who may use it. */
void convert_nets(struct convert *c);
struct isc_subnet *convert_subnet_of(const struct convert *c, struct ip4 a);
struct ip4 convert_last(const struct isc_subnet *s);
/* The settings of each subnet, its pools' included. */
void convert_subnet_settings(struct convert *c);
void convert_put_subnet(struct convert *c, struct isc_subnet *s);
/*
 * The ranges of s that are of n (NULL: its own) as that key, or behind k when
 * it is there already.  Returns the key, NULL: there is none.
 */
struct out_key *convert_put_ranges(struct convert *c,
    const struct isc_subnet *s, const struct named_pool *n,
    struct out_section *to, const char *key, struct out_key *k);

/*
 * range dynamic-bootp: for all of a pool (NULL: of the subnet c->of) or not
 * at all.
 */
void convert_put_bootp(
    struct convert *c, const struct named_pool *n, struct out_section *to);

/* ---- convert_pool.c ---- */

/* Who is a member of a class that a pool names, before classes are rules. */
void convert_mark_members(struct convert *c);
/* Which ranges are for some clients only; where that differs from ISC. */
void convert_name_pools(struct convert *c);
/* [pool NAME], behind the classes. */
void convert_put_pools(struct convert *c);

/* ---- convert_range.c ---- */

/* Each range to its subnet's pool, without what no pool may have. */
void convert_ranges(struct convert *c);
/* Take the subnet's routers and boot servers out of its pool. */
void convert_keep_servers(struct convert *c, struct isc_subnet *s);

/* ---- convert_set.c ---- */

/*
 * What `own` adds as keys of remoteboot.conf: lease times worked out, options
 * in options put together.  all: own and what it inherits.
 */
struct setting *convert_settle(
    struct convert *c, const struct setting *own, const struct setting *all);
/* The settings as keys; what has no form of ours is told. */
void convert_put(
    struct convert *c, struct out_section *s, const struct setting *set);
/* The bounds of [dhcpd], and who said other ones. */
void convert_bounds(struct convert *c);
/* Options of spaces that go nowhere. */
void convert_unused(struct convert *c);

/* ---- convert_class.c ---- */

void convert_rules(struct convert *c);

/* ---- put_class.c ---- */

void convert_put_classes(struct convert *c);

/* ---- convert_host.c ---- */

/* Hosts: doubles joined, addresses checked, settings merged. */
void convert_hosts(struct convert *c);
void convert_put_hosts(struct convert *c);
/* Letters that a NAME may have, not one that is taken. */
const char *convert_name(
    struct convert *c, struct map *taken, const char *name);

/* ---- convert.c ---- */

/* The model as sections. */
void convert_model(struct model *mo, struct out *out);

/* ---- verify.c ---- */

/*
 * Text that dhcpd -t takes: what our own parser refuses is left out and told.
 * head stands above it.
 */
void verify(
    struct out *out, struct report *report, const char *head, struct buf *text);

#endif
