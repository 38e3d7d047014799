/*
 * answer_menu.c - PXE menus, and the boot servers behind their items.
 *
 * A menu goes out as option 43 of the offer.  What is chosen there comes back
 * as a DHCPREQUEST with 43.71, by multicast or unicast to port 4011 or by
 * broadcast to port 67, where nothing else tells it from a renewal.  It is
 * answered when the type is one that this server has a file for, and never
 * touches a lease.
 *
 * PXE 2.1 2.2.5, 2.4.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcpd/answer_int.h"

enum {
	OPAQUE_FIRST = 128 /* options of the boot program, from here */
};

/* The menu of that client, unless a stronger option 43 is configured. */
static const struct conf_menu *
menu_of(const struct query *q)
{
	for (size_t i = 0; i < q->nlevel; i++) {
		if (conf_params_opt(q->level[i], DHCP_VENDOR_OPTIONS))
			return NULL;
		if (q->level[i]->set & CONF_HAS_MENU)
			return conf_menu_by_name(q->c, q->level[i]->menu);
	}
	return NULL;
}

size_t
menu_vendor(const struct query *q, uint8_t buf[static PXE_MENU_MAX])
{
	const struct conf_menu *m = menu_of(q);

	return m ? conf_menu_vendor(
		       q->c, m, q->pxe.arch, q->pxe.narch, q->server_id, buf)
		 : 0;
}

const char *
menu_shown(const struct query *q)
{
	uint8_t buf[PXE_MENU_MAX];

	return q->pxe.kind == PXE_CLIENT && menu_vendor(q, buf)
		   ? menu_of(q)->name
		   : NULL;
}

/* The file of the layer that was asked for. */
static void
layer_file(struct query *q, const struct conf_boot_server *b)
{
	if (q->pxe.item_layer)
		(void)snprintf(q->file, sizeof q->file, "%s.%u", b->file,
		    q->pxe.item_layer);
	else
		(void)snprintf(q->file, sizeof q->file, "%s", b->file);
}

static void
put_options(struct query *q)
{
	struct dhcp_msg *r = &q->out->reply;
	uint8_t buf[PXE_ITEM_LEN];
	size_t len =
	    pxe_put_boot_item(buf, q->pxe.item_type, q->pxe.item_layer);

	reply_option(q, DHCP_VENDOR_CLASS);
	if (!dhcp_has(r, DHCP_VENDOR_CLASS)) /* no boot file of its own */
		(void)dhcp_put(r, DHCP_VENDOR_CLASS, "PXEClient", 9);
	(void)dhcp_put(r, DHCP_VENDOR_OPTIONS, buf, len);
	reply_echo(q, DHCP_CLIENT_ID);
	for (unsigned int code = OPAQUE_FIRST; code < DHCP_END; code++)
		if (pxe_is_boot_option((uint8_t)code))
			reply_option(q, (uint8_t)code);
	if (q->pxe.uuid)
		reply_echo(q, DHCP_UUID);
	reply_echo(q, DHCP_RELAY_AGENT);
}

static void
reply_item(struct query *q, const struct conf_boot_server *b)
{
	struct dhcp_msg *r = &q->out->reply;

	layer_file(q, b);
	/* that is whom it found: EDK2 compares siaddr, Intel's client 54 */
	q->server_id = q->in->ifaddr;
	reply_start(q, DHCPACK);
	r->siaddr = q->in->ifaddr;
	r->yiaddr = q->msg->ciaddr;
	put_options(q);
	if (q->msg->giaddr.v)
		reply_route(q);
	else
		reply_back(q);
	query_why(q, "boot server %s, type %u layer %u", b->name, b->type,
	    q->pxe.item_layer);
}

/* Is there a reason not to answer that client at all? */
static bool
refused(struct query *q)
{
	if (query_denied(q))
		return true;
	if (q->c->dhcpd.deny_unknown && !q->out->host)
		query_ignore(q, "unknown client (deny_unknown)");
	else if (q->in->src.v == 0 && q->msg->ciaddr.v == 0)
		query_ignore(q, "it has no address to answer to");
	else if (q->in->ifaddr.v == 0)
		query_ignore(q, "no address of ours on %s", q->in->ifname);
	else
		return false;
	return true;
}

void
answer_boot_item(struct query *q)
{
	const struct pxe_client *p = &q->pxe;
	const struct conf_boot_server *b =
	    conf_boot_server_of(q->c, p->item_type, p->arch, p->narch);

	if (!b || !b->file)
		query_ignore(q, "boot server discovery of type %u: none here",
		    p->item_type);
	else if (p->item_layer & PXE_CREDENTIALS)
		query_ignore(q, "boot server %s has no credentials", b->name);
	else if (p->item_layer >= b->layers)
		query_ignore(q, "boot server %s has no layer %u", b->name,
		    p->item_layer);
	else if (!refused(q))
		reply_item(q, b);
}
