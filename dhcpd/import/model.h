/*
 * model.h - what a dhcpd.conf says, still in ISC's terms: scopes in scopes,
 * and what is said in each.
 *
 *	mem.c		memory
 *	report.c	the lines about what was not carried over
 *	lex.c parse.c	text -> words -> a tree of statements
 *	option*.c	options: names, definitions, values
 *	expr.c		expressions
 *	cond*.c		expressions -> rules for [class]es
 *	params.c	the table of statements: what becomes of each
 *	build*.c	the tree -> this model
 *	convert*.c	this model -> sections of remoteboot.conf
 *	write.c		sections -> text
 *	verify.c	the text read by remoteboot.conf's own parser
 *	isc_leases.c	dhcpd.leases, by itself
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_MODEL_H
#define REMOTEBOOT_IMPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "dhcpd/import/cond.h"
#include "dhcpd/import/option.h"
#include "dhcpd/import/parse.h"

/* ---- what is said: one value of one key ---- */

enum set_kind {
	SET_OPTION, /* code, data */
	SET_INNER,  /* an option of a space: def, data */
	SET_TEXT,   /* data */
	SET_ADDR,   /* number */
	SET_TIME,   /* number: seconds, UINT32_MAX infinite */
	SET_FLAG,   /* number: 0 or 1 */
	SET_NAME    /* data: the name of a space */
};

/* Keys that begin so are no keys of remoteboot.conf. */
#define SET_HIDDEN '!'
#define SET_DEFAULT_LEASE "!default-lease-time"
#define SET_MIN_LEASE "!min-lease-time"
#define SET_MAX_LEASE "!max-lease-time"
#define SET_NAMES "!use-host-decl-names"
#define SET_AUTHORITATIVE "!authoritative"
#define SET_UNKNOWN "!unknown-clients"
#define SET_BOOTING "!booting"
#define SET_DENY "deny"	      /* of a class or an if */
#define SET_MEMBER "!member " /* and the class's name */
#define SET_PROBE "!ping-check"
#define SET_QUARANTINE "!abandon-lease-time"
#define SET_VENDOR_SPACE "!vendor-option-space"
#define SET_SITE_SPACE "!site-option-space"

struct setting {
	struct setting *next;
	enum set_kind kind;
	const char *key; /* "file", "option.43", SET_*, "!PXE.1" */
	uint8_t code;
	const struct option_def *def;
	const uint8_t *data;
	size_t len;
	uint64_t number;
	const char *above; /* the comment above it, or NULL */
	const char *note;  /* a comment of ours, or NULL */
	struct place at;
	size_t order;		   /* counts through the file */
	const struct scope *scope; /* who says it; of an "if" around it */
};

struct scope;

const struct setting *set_find(const struct setting *list, const char *key);
bool set_same(const struct setting *a, const struct setting *b);
/* How a person calls it: "file", "option root-path", "deny booting". */
const char *set_name(struct mem *m, const struct setting *s);
/* A copy of the list with *s in it, in place of what has its key. */
struct setting *set_with(
    struct mem *m, const struct setting *list, const struct setting *s);
/* A copy of the list without that key. */
struct setting *set_without(
    struct mem *m, const struct setting *list, const char *key);
/* The lists say the same. */
bool set_lists_same(const struct setting *a, const struct setting *b);
/* A copy of the list with all of `over` on top. */
struct setting *set_over(
    struct mem *m, const struct setting *list, const struct setting *over);

/* ---- where it is said ---- */

enum scope_kind {
	SCOPE_GLOBAL,
	SCOPE_SHARED,
	SCOPE_SUBNET,
	SCOPE_POOL,
	SCOPE_GROUP,
	SCOPE_HOST,
	SCOPE_CLASS,
	SCOPE_BRANCH
};

/* One way of an "if". */
struct branch {
	struct branch *next;
	struct rules when; /* value 1: this way; empty: else */
	bool otherwise;
	struct scope *scope;
};

/* if, elsif, else */
struct choice {
	struct choice *next;
	struct branch *branch;
	struct place at;
	size_t order;
};

struct scope {
	enum scope_kind kind;
	struct scope *up; /* NULL: the file */
	const char *name; /* of shared network, class; else NULL */
	const char *above;
	struct place at;
	const char *interface; /* said in it, or NULL */
	bool wire;	       /* a shared network of several subnets */
	bool gone;	       /* left out as a whole: told */
	struct setting *set;
	struct choice *choice, **choice_last;
	struct isc_host *host; /* of SCOPE_HOST */
	struct scope *next;    /* all scopes, the last one first */
};

/* What the scopes from s up to (without) `top` say, the inner ones first. */
struct setting *scope_settings(
    struct mem *m, const struct scope *s, const struct scope *top);
const struct scope *scope_above(const struct scope *s, enum scope_kind kind);
/* The nearest word on that key, or NULL. */
const struct setting *scope_find(const struct scope *s, const char *key);

/* ---- things ---- */

struct isc_pool {
	struct isc_pool *next;
	struct scope *scope;
	enum conf_clients clients;
	const char *allow[COND_LIST], *deny[COND_LIST]; /* members of these */
	size_t nallow, ndeny;
	bool some_only; /* for some that no pool of ours can name */
	bool no_bootp;	/* not for BOOTP clients */
};

struct isc_range {
	struct isc_range *next;
	struct ip4 first, last;
	bool bootp;
	const char *above;
	struct isc_pool *pool; /* NULL: straight in the subnet */
	enum conf_clients clients;
	struct named_pool *named; /* NULL: it is the subnet's own */
	struct scope *scope;	  /* where it stood */
	struct place at;
};

struct isc_subnet {
	struct isc_subnet *next;
	struct scope *scope;
	struct ip4 net;
	unsigned int prefix;
	struct isc_range *range; /* those that belong here */
	struct setting *set;	 /* merged, when it is converted */
};

struct isc_host {
	struct isc_host *next;
	const char *name; /* as it stood there */
	struct scope *scope;
	struct conf_hw hw[COND_LIST];
	size_t nhw;
	const uint8_t *client_id;
	size_t client_id_len;
	struct ip4 addr[COND_LIST];
	size_t naddr;
	bool deny;
	bool gone;	     /* merged into another */
	struct setting *set; /* merged, when it is converted */
};

struct isc_class {
	struct isc_class *next;
	const char *name;
	struct scope *scope;
	struct rules when; /* of "match if" */
	bool has_when;
	struct expr *match; /* of "match EXPR" */
	bool by_hardware;   /* that is the hardware address */
	unsigned int members;
	bool lost; /* its condition was not convertible: told */
};

struct model {
	struct mem *m;
	struct report *report;
	struct options options;
	const char *file;
	struct scope *global;
	struct scope *scopes; /* all of them */
	struct isc_subnet *subnet, **subnet_last;
	struct isc_range *range, **range_last;
	struct isc_pool *pool, **pool_last;
	struct isc_host *host, **host_last;
	struct isc_class *class, **class_last;
	const char *mac_list; /* a class of hardware addresses, or NULL */
	bool macs_are_hosts;  /* so are its members; else [class]es */
	size_t order;	      /* of what was said last */
	uint16_t port;	      /* local-port; 0: not said */
};

/* The tree becomes the model; what has no place is told. */
void model_build(
    struct model *mo, struct mem *m, struct report *r, const struct node *tree);

#endif
