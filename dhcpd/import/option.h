/*
 * option.h - DHCP options as dhcpd.conf names, defines and writes them.
 *
 * A value is read by ISC's type into the bytes that go on the wire, and is
 * written from them by our type: whatever way it stood there, the client
 * gets the same.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_OPTION_H
#define REMOTEBOOT_IMPORT_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcpd/import/parse.h"

/* ISC's types of values. */
enum option_type {
	OPTION_UNKNOWN, /* guess: "text", bytes, an address */
	OPTION_IP,
	OPTION_IP6,
	OPTION_INT, /* of 1, 2 or 4 bytes */
	OPTION_BOOL,
	OPTION_TEXT,
	OPTION_BYTES,	/* "string": bytes or "text" */
	OPTION_DOMAIN,	/* one name in the form of RFC 1035 */
	OPTION_DOMAINS, /* "a", "b" */
	OPTION_NONE	/* no value at all */
};

enum {
	OPTION_FIELDS = 16,
	OPTION_VALUE = 1024 /* most bytes of a value */
};

struct option_field {
	enum option_type type;
	unsigned int size; /* of OPTION_INT */
};

/* Options that are counted by themselves: "option space PXE". */
struct option_space {
	struct option_space *next;
	const char *name;
	uint8_t outer; /* the option that holds them; 0: none is known */
};

struct option_def {
	struct option_def *next;
	const struct option_space *space; /* NULL: DHCP's own */
	const char *name;
	uint8_t code;
	struct option_field field[OPTION_FIELDS];
	size_t nfield;
	bool array;   /* the fields again and again */
	size_t again; /* from this one on */
	bool ours;  /* not defined in the file */
	struct place at;
};

struct options {
	struct mem *m;
	struct report *report;
	struct option_def *def;
	struct option_space *space;
};

void options_init(struct options *o, struct mem *m, struct report *r);
/* "option space X ..." and "option X code N = TYPE". */
void options_space(struct options *o, const struct node *n);
void options_define(struct options *o, const struct node *n);
/* NULL: there is none of that name ("routers", "PXE.mtftp-ip", "option-135").
 */
const struct option_def *options_find(struct options *o, const char *name);
const struct option_space *options_find_space(
    const struct options *o, const char *name);
/*
 * Words from `from` on as a value of that option.  The number of bytes in
 * data, or 0 and why: "what is wrong; what would be right".
 */
size_t option_value(const struct option_def *def, const struct node *n,
    size_t from, uint8_t data[static OPTION_VALUE], const char **why);

/* ---- words to numbers, shared with the other readers ---- */

/* A number as ISC reads it: 0x10, 010 and 16 are the same; -1 is 2^32 - 1. */
bool isc_number(const struct tok *t, uint64_t *ret);
/* Hex bytes with ":" between from word *i on, which moves behind them. */
size_t isc_hex(const struct node *n, size_t *i, uint8_t *buf, size_t size);
/* on/true/yes, off/false/no. */
bool isc_bool(const struct tok *t, bool *ret);

#endif
