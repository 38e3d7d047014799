/*
 * conf_boot.h - [menu NAME] and [boot_server NAME]: what a client may choose
 * from and who serves it.
 *
 * Pure; part of struct conf.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_CONF_BOOT_H
#define REMOTEBOOT_CONF_BOOT_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "pxe_menu.h"

#define CONF_NO_MENU "none" /* menu = none: not that of a weaker section */

struct conf;

struct conf_boot_server {
	const char *name;
	uint16_t type;	      /* in 43.8, 43.9, 43.71; 0: the local disk */
	const char *text;     /* in menus */
	const char *file;     /* of layer 0; NULL: others answer */
	const uint16_t *arch; /* only for these; none: for the others */
	size_t narch;
	const struct ip4 *server; /* who answers; none: we, or anybody */
	size_t nserver;
	uint8_t layers; /* layer N above 0 is FILE.N */
	unsigned int line;
};

/* Ways of discovery, as a set. */
enum conf_discovery {
	CONF_BY_UNICAST = 1 << 0,
	CONF_BY_MULTICAST = 1 << 1,
	CONF_BY_BROADCAST = 1 << 2
};

struct conf_menu {
	const char *name;
	const char *prompt;
	uint8_t timeout_s; /* or PXE_MENU_WAITS */
	const char *const *item_name;
	size_t nitem_name;
	const struct conf_boot_server **item; /* as many */
	uint8_t discovery;
	unsigned int line;
};

/* NULL: none of that name. */
const struct conf_menu *conf_menu_by_name(
    const struct conf *c, const char *name);
/*
 * The boot server of a type for a client of these architectures: one that
 * lists an architecture of it (7 and 9 count as one when none lists the
 * very number) before the one that lists none.  NULL: none.
 */
const struct conf_boot_server *conf_boot_server_of(
    const struct conf *c, uint16_t type, const uint16_t *arch, size_t narch);
/*
 * The option 43 of a menu for such a client, self being our address.  Items
 * for other architectures are left out.  0: nothing is left, or only the local
 * disk of a menu that has more for others (or it does not fit, which
 * conf_parse() has refused).
 */
size_t conf_menu_vendor(const struct conf *c, const struct conf_menu *m,
    const uint16_t *arch, size_t narch, struct ip4 self,
    uint8_t buf[static PXE_MENU_MAX]);

#endif
