/*
 * parse.h - ISC's files as a tree: a statement is words up to ";", or words
 * and a block of statements.
 *
 * What the words mean is not asked here, so that whatever stands in the file
 * is read to its end and can be told about.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_PARSE_H
#define REMOTEBOOT_IMPORT_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "dhcpd/import/lex.h"

struct node {
	const struct tok *t; /* its words */
	size_t n;
	struct place at;
	bool block;	    /* it had { } */
	struct node *first; /* statements of the block */
	struct node *next;
};

/*
 * Reads a file for "include": its text and length, which stay valid until
 * the conversion is over.  from is the file that includes it.  NULL: ok, else
 * why not.
 */
typedef const char *read_file_fn(void *arg, const char *path, const char *from,
    const char **ret_name, const char **ret_text, size_t *ret_len);

struct parse {
	struct mem *m;
	struct report *report;
	read_file_fn *read; /* NULL: nothing can be included */
	void *read_arg;
};

enum {
	PARSE_DEPTH = 48,   /* blocks in blocks */
	PARSE_INCLUDES = 10 /* files in files */
};

/* The statements of the text, in order. */
struct node *parse_text(
    struct parse *p, const char *file, const char *text, size_t len);
/* The words from word `from` on as they might have stood there. */
const char *node_text(struct mem *m, const struct node *n, size_t from);

#endif
