/*
 * pxe_menu.h - the option 43 of a boot menu (43.6 to 43.10) and of a boot
 * server's answer (43.71).
 *
 * PXE 2.1.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_PXE_MENU_H
#define REMOTEBOOT_PXE_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	PXE_MENU_MAX = 255,	  /* PXE reads one option 43 */
	PXE_MENU_ITEMS = 40,	  /* more never fit, at 6 bytes each */
	PXE_MENU_WAITS = 255,	  /* a timeout: until a key is pressed */
	PXE_LOCAL_DISK = 0,	  /* the type that boots nothing from us */
	PXE_ITEM_LEN = 7,	  /* what pxe_put_boot_item() writes */
	PXE_CREDENTIALS = 1 << 15 /* of a layer: they are asked for */
};

struct pxe_menu_item {
	uint16_t type;
	const char *text; /* 1 to 255 bytes */
	/* who serves the type; none: whoever answers a discovery */
	const struct ip4 *server;
	size_t nserver;
};

struct pxe_menu {
	bool broadcast, multicast; /* clients may discover in these ways */
	const char *prompt;
	uint8_t timeout_s; /* 0: the first item at once */
	const struct pxe_menu_item *item;
	size_t nitem;
};

/*
 * Write the option 43 of a menu, its end option included.  Returns the
 * length, 0 when it does not fit.
 */
size_t pxe_put_menu(uint8_t buf[static PXE_MENU_MAX], const struct pxe_menu *m);
/* The same of a boot server's answer: type and layer as they were asked. */
size_t pxe_put_boot_item(
    uint8_t buf[static PXE_ITEM_LEN], uint16_t type, uint16_t layer);

#endif
