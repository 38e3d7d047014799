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
	COND_RULES = 256 /* rules of one list */
};

/* What is asked of one option. */
enum cond_how {
	COND_IS,     /* it is one of the values */
	COND_BEGINS, /* it begins with one of them */
	COND_THERE   /* it is there, whatever it says */
};

struct cond_value {
	const uint8_t *data;
	size_t len;
};

enum {
	COND_OPTIONS = 8, /* options of one condition */
	COND_VALUE = 60,  /* most bytes of a value */
	COND_HARDWARE = 0 /* code: chaddr; always COND_BEGINS */
};

struct cond_option {
	uint8_t code, sub; /* sub 0: the option itself */
	enum cond_how how;
	struct cond_value value[COND_LIST]; /* none: COND_THERE */
	size_t nvalue;
};

/*
 * Fits when each list that is not empty has a member that fits: [class].
 * Of each option and sub-option there is one entry at most; 60, 77 and 93
 * have their own lists, and an entry only for what these cannot say.
 */
struct cond {
	const char *vendor_class[COND_LIST]; /* option 60 begins so */
	size_t nvendor_class;
	uint16_t arch[COND_LIST];
	size_t narch;
	const char *user_class[COND_LIST]; /* option 77 is that */
	size_t nuser_class;
	struct cond_option option[COND_OPTIONS];
	size_t noption;
	bool full; /* of cond_and(): a list was full */
};

/*
 * Both at once: false when no client can be so; also when a list is full, then
 * ret->full is set.
 */
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

/* ---- cond_option.c: the same of the options alone ---- */

bool cond_options_and(
    const struct cond *a, const struct cond *b, struct cond *ret);
bool cond_options_within(const struct cond *a, const struct cond *b);
/*
 * a and b differ in the values of one option alone: its entries, else NULL.
 * The rest of a and b is the caller's to compare.
 */
struct cond_option *cond_options_differ(struct cond *a, const struct cond *b);
/* Adds the values of the same option of b; false: there are too many. */
bool cond_options_add(struct cond_option *a, const struct cond *b);

struct setting;

/* One rule: for whom, and what then. */
struct rule {
	struct rule *next;
	struct cond cond;
	int value;		   /* of a truth or a choice */
	const struct setting *set; /* what is said to them */
	const char *name;	   /* of the class it comes from, or NULL */
	const char *section;	   /* NAME of the [class] it has become */
	struct place at;
};

/* A list that ends in a rule for everyone else. */
struct rules {
	struct mem *m;
	struct rule *first;
	struct rule **last;
	size_t n;
	/* there would be over COND_RULES, or a list of a condition was full */
	bool full;
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
 * [class] can; *why then says what and what to do.
 */
bool cond_from_expr(
    struct mem *m, const struct expr *e, struct rules *ret, const char **why);
/* The same for "match EXPR" and one value of a subclass. */
bool cond_from_match(struct mem *m, const struct expr *e,
    const struct expr *value, struct rules *ret, const char **why);

#endif
