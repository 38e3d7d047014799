/*
 * lex.h - the words of a dhcpd.conf or dhcpd.leases of ISC.
 *
 * Words are letters, digits and "._-": names, numbers and addresses alike;
 * everything else is a mark of one character.  Quoted text has its escapes
 * decoded.  Comments (# to the end of the line) are kept with the words that
 * they belong to.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_LEX_H
#define REMOTEBOOT_IMPORT_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "dhcpd/import/mem.h"
#include "dhcpd/import/report.h"

enum tok_kind {
	TOK_END,
	TOK_WORD,
	TOK_TEXT, /* "quoted" */
	TOK_MARK  /* s is that one character */
};

struct tok {
	enum tok_kind kind;
	const char *s; /* NUL behind it; text may hold NUL bytes */
	size_t len;
	struct place at;
	const char *above; /* the comment above: lines "# ..." or NULL */
	bool unclosed;	   /* quoted text that the file ends in */
};

struct lex {
	struct mem *m;
	const char *p, *end;
	struct place at;
	unsigned int last_line;	 /* of the word before */
	unsigned int above_line; /* last line of the comment above */
	struct buf above;	 /* comment not yet given to a word */
	struct tok now;		 /* lex_peek() */
	bool peeked;
};

void lex_init(struct lex *l, struct mem *m, const char *file, const char *text,
    size_t len);
/* The next word; it stays valid as long as the memory. */
const struct tok *lex_peek(struct lex *l);
void lex_next(struct lex *l);

bool tok_is_mark(const struct tok *t, char c);
/* That word; case does not count. */
bool tok_is(const struct tok *t, const char *word);
/* The same letters, case aside. */
bool word_same(const char *a, const char *b);

#endif
