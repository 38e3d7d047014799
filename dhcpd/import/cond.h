/*
 * cond.h - what a class can ask of a client, and lists of rules of which the
 * first that fits decides.
 *
 * Such a list can say everything that "if", "elsif", "else", "and", "or" and
 * "not" say: what stands behind a rule is only asked of those that the rule
 * did not fit.  It is also just how [class]es work.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_COND_H
#define REMOTEBOOT_IMPORT_COND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcpd/import/expr.h"

enum {
	COND_LIST = 16,	 /* members of one list of a condition */
	COND_RULES = 128 /* rules of one list */
};

enum {
	COND_EXISTS_VENDOR_CLASS = 1 << 0, /* option 60 is there */
	COND_EXISTS_USER_CLASS = 1 << 1,   /* 77 */
	COND_EXISTS_ARCH = 1 << 2	   /* 93 */
};

/*
 * Fits when each list that is not empty has a member that fits, and what
 * must exist does: [class] with one more question that it cannot ask.
 */
struct cond {
	const char *vendor_class[COND_LIST]; /* option 60 begins so */
	size_t nvendor_class;
	uint16_t arch[COND_LIST];
	size_t narch;
	const char *user_class[COND_LIST]; /* option 77 is that */
	size_t nuser_class;
	unsigned int exists; /* COND_EXISTS_* that no list implies */
};

/* Both at once: false when no client can be so (or a list is full). */
bool cond_and(struct mem *m, const struct cond *a, const struct cond *b,
    struct cond *ret);
/* Does b fit every client that a fits? */
bool cond_within(const struct cond *a, const struct cond *b);
bool cond_same(const struct cond *a, const struct cond *b);
/* Fits everyone. */
bool cond_is_empty(const struct cond *c);
/*
 * Those of a and of b as one, when they differ in one list only: true and
 * *ret.
 */
bool cond_or(const struct cond *a, const struct cond *b, struct cond *ret);

struct setting;

/* One rule: for whom, and what then. */
struct rule {
	struct rule *next;
	struct cond cond;
	int value;		   /* of a truth or a choice */
	const struct setting *set; /* what is said to them */
	const char *name;	   /* of the class it comes from, or NULL */
	struct place at;
};

/* A list that ends in a rule for everyone else. */
struct rules {
	struct mem *m;
	struct rule *first;
	struct rule **last;
	size_t n;
	bool full; /* there would be over COND_RULES */
};

void rules_init(struct rules *r, struct mem *m);
void rules_add(struct rules *r, const struct rule *rule);
/*
 * Leave out the rules that cannot decide anything: behind one that fits
 * all of theirs, or before one that says the same.  same() compares what
 * rules say.
 */
void rules_tidy(
    struct rules *r, bool (*same)(const struct rule *, const struct rule *));
/* Rules that differ only in the value. */
bool rule_same_value(const struct rule *a, const struct rule *b);

/*
 * A boolean expression as rules with value 1 or 0.  false: it asks what no
 * [class] can; *why then says what and what to do.  When true, *why is NULL
 * or says what is not quite the same.
 */
bool cond_from_expr(
    struct mem *m, const struct expr *e, struct rules *ret, const char **why);
/* The same for "match EXPR" and one value of a subclass. */
bool cond_from_match(struct mem *m, const struct expr *e,
    const struct expr *value, struct rules *ret, const char **why);

#endif
