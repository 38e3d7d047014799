/*
 * conf_boot.c - menus and boot servers of a configuration: lookups, and the
 * menu as one client sees it.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf.h"
#include "pxe.h"

const struct conf_menu *
conf_menu_by_name(const struct conf *c, const char *name)
{
	for (size_t i = 0; i < c->nmenu; i++)
		if (strcmp(c->menu[i].name, name) == 0)
			return &c->menu[i];
	return NULL;
}

static bool
lists(const struct conf_boot_server *b, uint16_t arch)
{
	for (size_t i = 0; i < b->narch; i++)
		if (b->arch[i] == arch)
			return true;
	return false;
}

/* How well it fits; 0: it does not. */
static unsigned int
rank(const struct conf_boot_server *b, const uint16_t *arch, size_t narch)
{
	unsigned int r = b->narch == 0;

	for (size_t i = 0; i < narch; i++) {
		if (lists(b, arch[i]))
			return 3;
		if (pxe_arch_is_x64(arch[i]) && (lists(b, 7) || lists(b, 9)))
			r = 2;
	}
	return r;
}

const struct conf_boot_server *
conf_boot_server_of(
    const struct conf *c, uint16_t type, const uint16_t *arch, size_t narch)
{
	const struct conf_boot_server *best = NULL;
	unsigned int most = 0;

	for (size_t i = 0; i < c->nboot_server; i++) {
		const struct conf_boot_server *b = &c->boot_server[i];
		unsigned int r = b->type == type ? rank(b, arch, narch) : 0;

		if (r > most) {
			most = r;
			best = b;
		}
	}
	return best;
}

size_t
conf_menu_vendor(const struct conf *c, const struct conf_menu *m,
    const uint16_t *arch, size_t narch, struct ip4 self,
    uint8_t buf[static PXE_MENU_MAX])
{
	struct pxe_menu_item item[PXE_MENU_ITEMS];
	struct pxe_menu menu = {.broadcast = m->discovery & CONF_BY_BROADCAST,
	    .multicast = m->discovery & CONF_BY_MULTICAST,
	    .prompt = m->prompt,
	    .timeout_s = m->timeout_s,
	    .item = item};
	bool anybody = menu.broadcast || menu.multicast, any = false;
	bool served = false; /* for some client */

	for (size_t i = 0; i < m->nitem_name && i < PXE_MENU_ITEMS; i++) {
		const struct conf_boot_server *b = m->item[i];
		struct pxe_menu_item *to = &item[menu.nitem];

		served |= b->type != PXE_LOCAL_DISK;
		if (conf_boot_server_of(c, b->type, arch, narch) != b)
			continue;
		*to = (struct pxe_menu_item){
		    b->type, b->text, b->server, b->nserver};
		if (!b->nserver && !anybody) {
			to->server = &self;
			to->nserver = 1;
		}
		any |= b->type != PXE_LOCAL_DISK;
		menu.nitem++;
	}
	return menu.nitem && any == served ? pxe_put_menu(buf, &menu) : 0;
}
