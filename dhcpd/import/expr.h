/*
 * expr.h - ISC's expressions (dhcp-eval(5)) as trees.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_EXPR_H
#define REMOTEBOOT_IMPORT_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcpd/import/option.h"

enum expr_op {
	EXPR_CONST,  /* bytes */
	EXPR_NUMBER, /* number */
	EXPR_TRUE,
	EXPR_OPTION, /* option NAME: opt */
	EXPR_EXISTS, /* exists NAME: opt */
	EXPR_EQUAL,
	EXPR_UNEQUAL,
	EXPR_MATCHES, /* ~= and ~~ */
	EXPR_AND,
	EXPR_OR,
	EXPR_NOT,
	EXPR_HARDWARE,
	EXPR_KNOWN,
	EXPR_CALL /* name(arg, ...) */
};

enum {
	EXPR_ARGS = 16
};

struct expr {
	enum expr_op op;
	const uint8_t *data; /* EXPR_CONST */
	size_t len;
	uint64_t number;
	const struct option_def *opt; /* NULL: not one that is known */
	const char *name;	      /* of the option or function */
	struct expr *arg[EXPR_ARGS];
	size_t narg;
};

/*
 * The words from *i on as a whole boolean (or data) expression; *i moves
 * behind it.  NULL and *why when there is none.
 */
struct expr *expr_read(
    struct options *o, const struct node *n, size_t *i, const char **why);
/* The bytes of a value that does not depend on the client; NULL: it does. */
const uint8_t *expr_const(struct mem *m, const struct expr *e, size_t *len);
/* e is function `name` with that many arguments. */
bool expr_is_call(const struct expr *e, const char *name, size_t narg);

#endif
