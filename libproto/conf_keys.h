/*
 * conf_keys.h - the language of remoteboot.conf as one table.
 *
 * Sections, keys, readers, defaults and ranges: the parser, the check of the
 * sample file and that of the man page all read it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_CONF_KEYS_H
#define REMOTEBOOT_CONF_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_section {
	CONF_S_NONE, /* before the first section, or in an unknown one */
	CONF_S_GLOBAL,
	CONF_S_DHCPD,
	CONF_S_SUBNET,
	CONF_S_CLASS,
	CONF_S_HOST,
	CONF_S_TFTPD,
	CONF_S_MTFTPD,
	CONF_S_MTFTP,
	CONF_S_MENU,
	CONF_S_BOOT_SERVER,
	CONF_S_TFTP_UPLOAD,
	CONF_S_TFTP_MAP,
	CONF_S_TFTP_TEMPLATE,
	CONF_S_POOL,
	CONF_S_TFTP_CLIENT,
	CONF_SECTIONS
};

/* Sections as a set. */
#define CONF_IN(s) (1u << (s))
#define CONF_IN_BOOT                                       \
	(CONF_IN(CONF_S_GLOBAL) | CONF_IN(CONF_S_SUBNET) | \
	    CONF_IN(CONF_S_CLASS) | CONF_IN(CONF_S_HOST))

struct conf_section_name {
	const char *name; /* "host" */
	const char *arg;  /* "NAME", or NULL: it has none and stands once */
	const char *help; /* one line */
};

enum {
	CONF_KEYS_MAX = 160
};

struct conf_parse;
struct conf_key;

/* Text to field: false after the error was told. */
typedef bool conf_reader(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field);

struct conf_key {
	unsigned int in; /* CONF_IN() of the sections it stands in */
	const char *name;
	conf_reader *read;
	bool list;	/* several values, += adds more */
	bool many;	/* stands as often as one likes */
	uint16_t off;	/* of the field in the section's struct */
	uint16_t off_n; /* lists: of the number of elements */
	uint32_t has;	/* CONF_HAS_*: a field of struct conf_params */
	/* as it would be written; of boot keys it is that of [global] */
	const char *dflt;  /* NULL: none */
	uint64_t min, max; /* the smallest and largest, in the field's unit */
	const char *help;  /* one line */
};

extern const struct conf_key conf_keys[];
extern const size_t conf_nkeys;
extern const struct conf_section_name conf_sections[CONF_SECTIONS];

/* The key of that name in that section, or NULL. */
const struct conf_key *conf_key_find(enum conf_section s, const char *name);
/*
 * For an unknown key: the nearest one of the section, a word of another
 * server's language that ours replaces, or NULL.
 */
const char *conf_key_near(enum conf_section s, const char *name);
/* The sections that know a key of that name, as a set. */
unsigned int conf_key_sections(const char *name);
/* The nearest section name, or NULL. */
const char *conf_section_near(const char *name);

#endif
