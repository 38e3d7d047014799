/*
 * dhcp_names.h - the DHCP options by code and by name, the text of their
 * values, and the names of client architectures.
 *
 * Names are those of IANA and of ISC's dhcp-options(5), older ones too.  For
 * the configuration and for logs.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_DHCP_NAMES_H
#define REMOTEBOOT_DHCP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dhcp_vtype {
	DHCP_V_ANY,   /* not known: "text", hex bytes or addresses */
	DHCP_V_TEXT,  /* "text" or one word */
	DHCP_V_BYTES, /* hex bytes or "text" */
	DHCP_V_IP,    /* one address */
	DHCP_V_IPS,   /* addresses */
	DHCP_V_PAIRS, /* A via B: two addresses each */
	DHCP_V_BOOL,  /* yes or no: 1 or 0 */
	DHCP_V_U8,    /* a number */
	DHCP_V_U16,
	DHCP_V_U32,
	DHCP_V_S32,
	DHCP_V_SECONDS, /* a duration, 32 bits */
	DHCP_V_U16S,
	DHCP_V_DOMAINS, /* names in the form of RFC 1035 */
	DHCP_V_ROUTES,	/* A.B.C.D/N via R: RFC 3442 */
	DHCP_V_REFUSED	/* not to be set by hand; see use */
};

struct dhcp_name {
	uint8_t code;
	enum dhcp_vtype type;
	const char *name;
	const char *also; /* another name, or NULL */
	const char *use;  /* DHCP_V_REFUSED: what to do instead */
};

enum {
	DHCP_VALUE_MAX = 1024 /* most bytes of one option's value */
};

/* The option of that code; NULL when it has no name here. */
const struct dhcp_name *dhcp_name_by_code(uint8_t code);
/* The option of that name ('_' stands for '-', case does not count). */
const struct dhcp_name *dhcp_name_by_text(const char *name);
/* The nearest name to one that is not known, or NULL. */
const char *dhcp_name_near(const char *name);
/* All of them, ascending code. */
const struct dhcp_name *dhcp_names(size_t *n);

/*
 * Text of a value -> bytes as they go on the wire.  The number of bytes, or
 * 0 after the mistake was written to why (of VALUE_WHY bytes) as "what is
 * wrong; what would be right".
 */
size_t dhcp_value_parse(enum dhcp_vtype type, const char *text,
    uint8_t buf[static DHCP_VALUE_MAX], char *why);
/*
 * The other way: len bytes as text, several values with commas between, bytes
 * in hexadecimal unless they are text.  false: buf of size bytes is too
 * small, or the bytes are none of that type.
 */
bool dhcp_value_text(enum dhcp_vtype type, const uint8_t *data, size_t len,
    char *buf, size_t size);
/* May more values be added behind the first ones? */
bool dhcp_value_appends(enum dhcp_vtype type);

/*
 * An architecture of option 93 by name or number.  The number of codes that
 * it stands for: 0 (no such name), 1, or 2 (x64-uefi is 7 and 9: RFC 4578 as
 * printed and IANA differ, and firmware sends either).
 */
size_t dhcp_arch_parse(const char *text, uint16_t arch[static 2]);
/* Its name, or NULL. */
const char *dhcp_arch_name(uint16_t arch);
/* The nearest name to one that is not known, or NULL. */
const char *dhcp_arch_near(const char *text);

#endif
