/*
 * pxe_menu.c - option 43 of a menu and of a boot server; see pxe_menu.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pxe.h"
#include "pxe_menu.h"
#include "wire.h"

enum {
	TYPE_AND_COUNT = 3
};

/* Code and length of a sub-option; a length that no byte holds is bad. */
static void
put_head(struct wire_w *w, uint8_t code, size_t len)
{
	wire_put_u8(w, code);
	wire_put_u8(w, (uint8_t)len);
	w->bad |= len > UINT8_MAX;
}

static bool
has_servers(const struct pxe_menu *m)
{
	for (size_t i = 0; i < m->nitem; i++)
		if (m->item[i].type != PXE_LOCAL_DISK)
			return true;
	return false;
}

static void
put_control(struct wire_w *w, const struct pxe_menu *m)
{
	unsigned int control = m->multicast ? 0 : PXE_NO_MULTICAST;

	/* without servers, what forbids all discovery would be dropped */
	if (!m->broadcast && has_servers(m))
		control |= PXE_NO_BROADCAST;
	put_head(w, PXE_DISCOVERY_CONTROL, 1);
	wire_put_u8(w, (uint8_t)control);
	if (!m->multicast)
		return;
	put_head(w, PXE_DISCOVERY_MCAST, 4);
	wire_put_be32(w, PXE_DISCOVERY_GROUP);
}

/* {type, count, addresses}* of all but the local disk. */
static void
put_servers(struct wire_w *w, const struct pxe_menu *m)
{
	size_t len = 0;

	if (!has_servers(m))
		return;
	for (size_t i = 0; i < m->nitem; i++)
		if (m->item[i].type != PXE_LOCAL_DISK)
			len += TYPE_AND_COUNT + 4 * m->item[i].nserver;
	put_head(w, PXE_BOOT_SERVERS, len);
	for (size_t i = 0; i < m->nitem; i++) {
		const struct pxe_menu_item *it = &m->item[i];

		if (it->type == PXE_LOCAL_DISK)
			continue;
		wire_put_be16(w, it->type);
		wire_put_u8(w, (uint8_t)it->nserver);
		for (size_t j = 0; j < it->nserver; j++)
			wire_put_be32(w, it->server[j].v);
	}
}

/* {type, length, text}* */
static void
put_items(struct wire_w *w, const struct pxe_menu *m)
{
	size_t len = 0;

	for (size_t i = 0; i < m->nitem; i++)
		len += TYPE_AND_COUNT + strlen(m->item[i].text);
	put_head(w, PXE_BOOT_MENU, len);
	for (size_t i = 0; i < m->nitem; i++) {
		size_t n = strlen(m->item[i].text);

		wire_put_be16(w, m->item[i].type);
		wire_put_u8(w, (uint8_t)n);
		wire_put_bytes(w, m->item[i].text, n);
	}
}

size_t
pxe_put_menu(uint8_t buf[static PXE_MENU_MAX], const struct pxe_menu *m)
{
	size_t len = strlen(m->prompt);
	struct wire_w w;

	wire_w_init(&w, buf, PXE_MENU_MAX);
	put_control(&w, m);
	put_servers(&w, m);
	put_items(&w, m);
	put_head(&w, PXE_MENU_PROMPT, 1 + len);
	wire_put_u8(&w, m->timeout_s);
	wire_put_bytes(&w, m->prompt, len);
	wire_put_u8(&w, PXE_END);
	return w.bad ? 0 : wire_w_len(&w);
}

size_t
pxe_put_boot_item(
    uint8_t buf[static PXE_ITEM_LEN], uint16_t type, uint16_t layer)
{
	struct wire_w w;

	wire_w_init(&w, buf, PXE_ITEM_LEN);
	put_head(&w, PXE_BOOT_ITEM, 4);
	wire_put_be16(&w, type);
	wire_put_be16(&w, layer);
	wire_put_u8(&w, PXE_END);
	return wire_w_len(&w);
}
