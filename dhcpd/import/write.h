/*
 * write.h - sections of remoteboot.conf, and their text.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_WRITE_H
#define REMOTEBOOT_IMPORT_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "dhcpd/import/model.h"

/* One value as it is written; several are parted by commas. */
struct item {
	struct item *next;
	const char *text;
	bool own_line; /* what goes on does so in a line of its own */
};

struct out_key {
	struct out_key *next;
	const char *name;
	struct item *item;
	const char *above, *note; /* comments, or NULL */
	struct place at;
	bool dropped;		      /* verify: our own parser refuses it */
	unsigned int line, last_line; /* where it was written */
};

struct out_section {
	struct out_section *next;
	const char *head; /* "host pc1" */
	const char *above, *note;
	struct place at;
	struct out_key *key, **key_last;
	bool dropped;
	unsigned int line;
};

struct out {
	struct mem *m;
	struct out_section *section, **section_last;
};

void out_init(struct out *o, struct mem *m);
struct out_section *out_section(
    struct out *o, const char *head, struct place at);
/* A key with one value, already as text. */
struct out_key *out_key(struct out *o, struct out_section *s, const char *name,
    const char *value, struct place at);
void out_add_item(struct out *o, struct out_key *k, const char *value);
/*
 * A setting as a key.  false: its bytes are not of our type for it; *why
 * says so.
 */
bool out_setting(struct out *o, struct out_section *s,
    const struct setting *set, const char **why);

/* The text; also notes in which line each key stands. */
void out_write(struct out *o, struct buf *to);

/* ---- values as text ---- */

/* "text" with escapes; at most max characters, *used bytes of it. */
const char *text_quoted(
    struct mem *m, const uint8_t *s, size_t len, size_t max, size_t *used);
/* 10m, 12h, infinite */
const char *text_duration(struct mem *m, uint64_t seconds);
const char *text_addr(struct mem *m, uint32_t a);
/* 00:54:55 */
const char *text_hex(struct mem *m, const uint8_t *b, size_t len);
/* 16 bytes in the order of the digits. */
const char *text_uuid(struct mem *m, const uint8_t *b);
/* A value behind match. or begins. of that option, or sub-option (not 0). */
const char *text_match(
    struct mem *m, uint8_t code, uint8_t sub, const uint8_t *b, size_t len);
/* The bytes of an option as items of our type; NULL: they are not of it. */
struct item *text_option(struct mem *m, const struct setting *set);

#endif
