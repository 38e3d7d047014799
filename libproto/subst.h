/*
 * subst.h - ${NAME} in templates, in rewriting rules and in folders: read,
 * and which names there are.
 *
 *	${mac}			its value; without one the text is refused
 *	${mac:upper}		in capitals; also :lower
 *	${var.console:-tty0}	"tty0" when it has no value
 *	$${x}			the text "${x}": GRUB's and iPXE's own
 *
 * A "$" before anything else is itself.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SUBST_H
#define REMOTEBOOT_SUBST_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SUBST_NAME = 64, /* of a variable, with its NUL */
	SUBST_WHY = 320
};

enum subst_kind {
	SUBST_END,
	SUBST_TEXT, /* s, len */
	SUBST_VAR,  /* name; s, len its default when has_default */
	SUBST_BAD   /* why */
};

enum subst_case {
	SUBST_AS_IS,
	SUBST_UPPER,
	SUBST_LOWER
};

struct subst_piece {
	enum subst_kind kind;
	const char *s;
	size_t len;
	bool has_default;
	enum subst_case in;
	char name[SUBST_NAME];
	const char *why; /* "what is wrong; what would be right" */
};

/* The next piece of *len bytes at *text, which move behind it. */
enum subst_kind subst_next(
    const char **text, size_t *len, struct subst_piece *ret);

/* What the shell knows of a request; the rest is option.X and var.X. */
enum subst_id {
	SUBST_NONE,
	SUBST_ADDR,	  /* addr: who asks, 192.0.2.7 */
	SUBST_ADDR_HEX,	  /* addr_hex: C0000207, as PXELINUX has it */
	SUBST_HOST,	  /* host: its name */
	SUBST_MAC,	  /* mac: 00:54:55:56:67:68 */
	SUBST_MAC_DASH,	  /* mac_dash: 00-54-55-56-67-68 */
	SUBST_MAC_HEX,	  /* mac_hex: 005455566768 */
	SUBST_MAC_PXE,	  /* mac_pxe: 01-00-54-55-56-67-68, as PXELINUX */
	SUBST_NAME_ASKED, /* name: the file that is asked for */
	SUBST_SERVER,	  /* server: the address that was asked */
	SUBST_STAR,   /* star: what the * of the template's name stands for */
	SUBST_UUID,   /* uuid: as SMBIOS shows it */
	SUBST_YIADDR, /* yiaddr: the client's IPv4 address */
	SUBST_OPTION, /* option.X: a DHCP option that it would get */
	SUBST_USER    /* var.X: of its [host], [class], [subnet], [global] */
};

/* The variable of that name, SUBST_NONE when there is none. */
enum subst_id subst_id(const char *name);
/*
 * NULL, or what is wrong with the variables of the len bytes at text,
 * written to why.  Whether a var.X is set anywhere is not looked at.
 */
const char *subst_wrong(
    const char *text, size_t len, char why[static SUBST_WHY]);
/* An ASCII letter as the piece wants it; other bytes as they are. */
char subst_in_case(char c, enum subst_case in);
/* Is it a name for var.NAME: letters, digits, "_" and "-"? */
bool subst_user_ok(const char *name);

#endif
