/*
 * conf_menu.c - [menu NAME] and [boot_server NAME] as they are read, and
 * what must be true of them: firmware drops an offer with a menu that breaks
 * a rule without a word, so each menu is made here for each architecture and
 * judged as the firmware will.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"
#include "dhcp.h"
#include "pxe.h"

enum {
	FILE_MAX = 127,
	BOOT_SERVERS = 64, /* few, so that all checks are bounded */
	MENUS = 64,
	ARCHS = 32,	     /* of one boot server */
	NO_ARCH = UINT16_MAX /* a client that says none, or one not listed */
};

/* Where `menu = NAME` stood. */
struct menu_ref {
	const char *name, *section;
	unsigned int line;
};

/* Where the keys of a menu stood. */
struct menu_lines {
	unsigned int items, discovery;
};

/* ---- readers ---- */

bool
read_menu_name(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct menu_ref ref = {.line = p->line};

	if (!read_text(p, k, text, &ref.name))
		return false;
	ref.section = conf_dup(p->arena, p->now.text, strlen(p->now.text));
	if (!ref.section || !conf_vec_add(&p->menu_ref, &ref))
		return conf_nomem(p);
	memcpy(field, &ref.name, sizeof ref.name);
	return true;
}

/* Seconds, or for ever. */
bool
read_menu_timeout(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	if (strcmp(text, "infinite") != 0)
		return read_seconds8(p, k, text, field);
	*(uint8_t *)field = PXE_MENU_WAITS;
	return true;
}

bool
read_discovery(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	static const struct {
		const char *name;
		enum conf_discovery way;
	} ways[] = {{"unicast", CONF_BY_UNICAST},
	    {"multicast", CONF_BY_MULTICAST}, {"broadcast", CONF_BY_BROADCAST}};
	struct value_item it;
	char why[VALUE_WHY];
	unsigned int set = 0, i;
	int rc;

	(void)k;
	while ((rc = value_next(&text, &it, why)) == 1) {
		for (i = 0; i < 3 && strcmp(it.s, ways[i].name) != 0; i++)
			;
		if (i == 3)
			return conf_bad(p,
			    "\"%.64s\" is no way to find a boot server; write "
			    "unicast, multicast or broadcast",
			    it.s);
		set |= ways[i].way;
	}
	if (rc == -1)
		return conf_bad(p, "%s", why);
	*(uint8_t *)field = (uint8_t)set;
	return true;
}

/* ---- sections that end ---- */

void
conf_end_boot_server(struct conf_parse *p)
{
	struct conf_boot_server *b = &p->now.boot_server;
	bool local = b->type == PXE_LOCAL_DISK;
	char name[FILE_MAX + 8];

	if (!b->text)
		b->text = b->name;
	if (!conf_seen(p, "type"))
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "its type is missing; write type = 32768, or 0 for the "
		    "local disk");
	else if (local && (b->file || b->nserver))
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "type 0 is the local disk, which nobody serves; leave out "
		    "file and servers, or write another type");
	else if (!local && !b->file && !b->nserver)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nobody serves it; write file for this server, or servers "
		    "for others");
	if (b->layers > 1 && !b->file)
		conf_error_at(p, conf_seen(p, "layers"), p->now.text, "layers",
		    "there is no file that has them; write file");
	else if (b->layers > 1 && snprintf(name, sizeof name, "%s.%u", b->file,
				      b->layers - 1u) > FILE_MAX)
		conf_error_at(p, conf_seen(p, "layers"), p->now.text, "layers",
		    "the name of the last one, FILE.%u, does not fit the file "
		    "field; shorten file",
		    b->layers - 1u);
	if (b->narch > ARCHS)
		conf_error_at(p, conf_seen(p, "arch"), p->now.text, "arch",
		    "more than %d architectures; leave arch out for all",
		    ARCHS);
	if (p->boot_server.n == BOOT_SERVERS)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "more than %d boot servers; leave some out", BOOT_SERVERS);
	else if (p->now.keep && !conf_vec_add(&p->boot_server, b))
		(void)conf_nomem(p);
}

void
conf_end_menu(struct conf_parse *p)
{
	struct menu_lines lines = {
	    conf_seen(p, "items"), conf_seen(p, "discovery")};

	if (!p->now.menu.prompt)
		p->now.menu.prompt = "Press F8 to choose what to boot";
	if (p->now.menu.name && strcmp(p->now.menu.name, CONF_NO_MENU) == 0)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "\"none\" stands for no menu; give it another name");
	if (!lines.items)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nothing can be chosen; write items = NAME, NAME of "
		    "[boot_server NAME] sections");
	if (p->menu.n == MENUS)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "more than %d menus; leave some out", MENUS);
	else if (p->now.keep && (!conf_vec_add(&p->menu, &p->now.menu) ||
				    !conf_vec_add(&p->menu_lines, &lines)))
		(void)conf_nomem(p);
}

void
conf_end_params(struct conf_parse *p)
{
	const struct conf_params *b = p->now.params;

	if (b && (b->set & CONF_HAS_MENU) &&
	    strcmp(b->menu, CONF_NO_MENU) != 0 &&
	    conf_params_opt(b, DHCP_VENDOR_OPTIONS))
		conf_error_at(p, conf_seen(p, "menu"), p->now.text, "menu",
		    "a menu is an option 43, and option.43 says another; "
		    "leave one out");
}

void
conf_menu_init(struct conf_parse *p)
{
	p->boot_server.size = sizeof(struct conf_boot_server);
	p->menu.size = sizeof(struct conf_menu);
	p->menu_lines.size = sizeof(struct menu_lines);
	p->menu_ref.size = sizeof(struct menu_ref);
}

/* ---- checks of the whole ---- */

/* The same type for the same architecture in two sections. */
static void
check_types(struct conf_parse *p, const struct conf_boot_server *b)
{
	char text[VALUE_ITEM + 16];

	for (const struct conf_boot_server *a = p->c->boot_server; a < b; a++) {
		bool both = !a->narch && !b->narch;

		for (size_t i = 0; i < a->narch; i++)
			for (size_t j = 0; j < b->narch; j++)
				both |= a->arch[i] == b->arch[j];
		if (a->type != b->type || !both)
			continue;
		(void)snprintf(text, sizeof text, "boot_server %s", b->name);
		conf_error_at(p, b->line, text, NULL,
		    "type %u is that of [boot_server %s], line %u; give it "
		    "another type or arch",
		    b->type, a->name, a->line);
		return;
	}
}

static const struct conf_boot_server *
boot_server_by_name(const struct conf *c, const char *name)
{
	for (size_t i = 0; i < c->nboot_server; i++)
		if (strcmp(c->boot_server[i].name, name) == 0)
			return &c->boot_server[i];
	return NULL;
}

/* Names become boot servers; false after telling which is none. */
static bool
find_items(struct conf_parse *p, struct conf_menu *m, const char *text,
    const struct menu_lines *lines)
{
	if (m->nitem_name > PXE_MENU_ITEMS) {
		conf_error_at(p, lines->items, text, "items",
		    "%zu items never fit an option 43; make two menus",
		    m->nitem_name);
		return false;
	}
	m->item = conf_alloc(p->arena, (m->nitem_name + 1) * sizeof *m->item);
	if (!m->item)
		return conf_nomem(p);
	for (size_t i = 0; i < m->nitem_name; i++) {
		m->item[i] = boot_server_by_name(p->c, m->item_name[i]);
		if (!m->item[i])
			conf_error_at(p, lines->items, text, "items",
			    "there is no [boot_server %s]; write one",
			    m->item_name[i]);
		for (size_t j = 0; m->item[i] && j < i; j++)
			if (m->item[j] == m->item[i])
				conf_error_at(p, lines->items, text, "items",
				    "%s stands twice; leave one out",
				    m->item_name[i]);
	}
	for (size_t i = 0; i < m->nitem_name; i++)
		if (!m->item[i])
			return false;
	return m->nitem_name != 0;
}

/* Does firmware of that architecture take the menu?  false: told. */
static bool
check_for(struct conf_parse *p, const struct conf_menu *m, const char *text,
    uint16_t arch)
{
	uint8_t buf[PXE_MENU_MAX];
	struct ip4 self = {0xc0000201};
	bool shown = false, served = false;
	size_t len;

	for (size_t i = 0; i < m->nitem_name; i++) {
		bool local = m->item[i]->type == PXE_LOCAL_DISK;

		served |= !local;
		shown |= !local && conf_boot_server_of(p->c, m->item[i]->type,
				       &arch, 1) == m->item[i];
	}
	len = conf_menu_vendor(p->c, m, &arch, 1, self, buf);
	if (len ? pxe_offer_judge(buf, len, true, false) == PXE_OFFER_PXE10
		: served && !shown)
		return true;
	conf_error_at(p, m->line, text, NULL,
	    "firmware drops such an offer: %s; %s",
	    len ? "it breaks a rule of PXE"
		: "prompt, items and servers do not fit the 255 bytes of "
		  "option 43",
	    len ? "make the menu simpler" : "shorten their texts");
	return false;
}

static void
check_menu(struct conf_parse *p, struct conf_menu *m)
{
	const struct menu_lines *all = p->menu_lines.v;
	char text[VALUE_ITEM + 8];

	(void)snprintf(text, sizeof text, "menu %s", m->name);
	if (!find_items(p, m, text, &all[m - p->menus]) ||
	    !check_for(p, m, text, NO_ARCH))
		return;
	for (size_t i = 0; i < m->nitem_name; i++)
		for (size_t j = 0; j < m->item[i]->narch; j++)
			if (!check_for(p, m, text, m->item[i]->arch[j]))
				return;
}

static void
check_refs(struct conf_parse *p)
{
	const struct menu_ref *ref = p->menu_ref.v;

	for (size_t i = 0; i < p->menu_ref.n; i++)
		if (strcmp(ref[i].name, CONF_NO_MENU) != 0 &&
		    !conf_menu_by_name(p->c, ref[i].name))
			conf_error_at(p, ref[i].line, ref[i].section, "menu",
			    "there is no [menu %s]; write one, or none",
			    ref[i].name);
}

/* Clients of a boot server of ours must be heard. */
static void
check_heard(struct conf_parse *p, const struct conf_boot_server *b)
{
	char text[VALUE_ITEM + 16];

	if (!b->file || p->c->dhcpd.pxe_port)
		return;
	(void)snprintf(text, sizeof text, "boot_server %s", b->name);
	conf_error_at(p, b->line, text, NULL,
	    "its clients ask the pxe_port of [dhcpd], which is off; set it "
	    "to 4011");
}

bool
conf_menu_finish(struct conf_parse *p)
{
	struct conf *c = p->c;

	c->nboot_server = p->boot_server.n;
	c->boot_server = conf_vec_finish(&p->boot_server, p->arena);
	c->nmenu = p->menu.n;
	c->menu = p->menus = conf_vec_finish(&p->menu, p->arena);
	if ((c->nboot_server && !c->boot_server) || (c->nmenu && !c->menu))
		return conf_nomem(p);
	return true;
}

void
conf_check_menus(struct conf_parse *p)
{
	for (size_t i = 0; i < p->c->nboot_server; i++) {
		check_types(p, &p->c->boot_server[i]);
		check_heard(p, &p->c->boot_server[i]);
	}
	for (size_t i = 0; i < p->c->nmenu; i++)
		check_menu(p, &p->menus[i]);
	check_refs(p);
}
