/*
 * answer_int.h - what the files of answer() share.
 *
 *	answer.c	 the way in; DISCOVER, DECLINE, RELEASE, INFORM
 *	answer_request.c REQUEST in its four states
 *	answer_bootp.c	 BOOTP
 *	answer_leasequery.c who has which address
 *	answer_pxe.c	 PXE and HTTP boot options, port 4011
 *	answer_menu.c	 menus, and boot servers for what is chosen
 *	answer_pool.c	 which pool address it gets
 *	answer_proxy.c	 boot offers beside a server of addresses
 *	answer_share.c	 what is left to another one of several servers
 *	answer_who.c	 subnet and host; what is configured for them
 *	answer_class.c	 the class
 *	answer_reply.c	 the reply: header, options, where it goes
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_ANSWER_INT_H
#define REMOTEBOOT_ANSWER_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcpd/answer.h"
#include "pxe.h"

enum {
	QUERY_LEVELS = 4, /* host, class, subnet, global */
	QUERY_FILE = 128, /* a boot file and its NUL */
	QUERY_TAKEN = 112,
	QUERY_POOL_TEXT = 64,
	DHCP_UDP_HEADERS = 28,	/* option 57 counts them */
	DHCP_MIN_MAX_SIZE = 576 /* smallest option 57 (RFC 2132 9.10) */
};

#define QUERY_RESERVED "the rest of the pool is kept for known hosts (reserve)"

/* One message while it is being answered. */
struct query {
	const struct conf *c;
	struct leases *ls;
	const struct dhcp_in *in;
	const struct dhcp_msg *msg;
	struct dhcp_out *out; /* its host, class and subnet are the client's */
	struct pxe_client pxe;
	struct lease_key key;
	/* where to look for a value, the strongest first */
	const struct conf_params *level[QUERY_LEVELS];
	size_t nlevel;
	struct ip4 where;      /* the address that tells its subnet */
	struct ip4 server_id;  /* option 54 */
	char file[QUERY_FILE]; /* boot file, "": none */
	/* query_pick(): whose offer has ended for this one, "": nobody's */
	char taken[QUERY_TAKEN];
};

/* ---- answer_who.c ---- */

/* Fill *q and the host, class and subnet of *out. */
void query_init(struct query *q, const struct conf *c, struct leases *ls,
    const struct dhcp_in *in, struct dhcp_out *out);
/* The strongest level that has the value (CONF_HAS_*), or NULL. */
const struct conf_params *query_param(const struct query *q, uint32_t bit);
/* The option as configured for this client, or NULL. */
const struct conf_opt *query_opt(const struct query *q, uint8_t code);
/* The client gets that address: its subnet's words count from now on. */
void query_settle(struct query *q, struct ip4 yiaddr);
/*
 * The message is about an address (and its host, or NULL), whoever sent it:
 * the class and the boot options of the sender count no more.
 */
void query_about(struct query *q, const struct conf_host *host, struct ip4 a);
/* The client's own address on its wire; false: it has none. */
bool query_static(const struct query *q, struct ip4 *ret);
/* It gets that one: what tftpd has to know of it (out->note). */
void query_note_host(struct query *q, struct ip4 a);
/* Is it in a subnet of the client's wire? */
bool query_in_subnet(const struct query *q, struct ip4 a);
/* Is a one of the addresses that we answer as? */
bool query_is_us(const struct query *q, struct ip4 a);

/* ---- answer_pool.c ---- */

/* May it have a pool address?  *why says why not. */
bool query_pool(const struct query *q, const char **why);
/* "the pool", or "pool NAME" of a [pool NAME]. */
const char *query_pool_text(
    const struct query *q, char buf[static QUERY_POOL_TEXT]);
/* May a BOOTP client have an address of its pool? */
bool query_bootp_pool(const struct query *q);
/* Is a free address one of those that only known hosts get (reserve)? */
bool query_reserved(const struct query *q, const struct lease *l);
/*
 * The pool address to give it: as lease_pick(), else one that was offered to
 * somebody who has not taken it.  NULL: none, and the message is ignored.
 */
struct lease *query_pick(struct query *q, struct ip4 asked);

/* ---- answer_class.c ---- */

/* The first class of the file that fits, or NULL. */
const struct conf_class *query_class(const struct query *q);
/* Is its host or class denied?  Then it is ignored. */
bool query_denied(struct query *q);

/* ---- answer_share.c ---- */

/* Is it in a pool, and of another server's part of it? */
bool query_is_peers_addr(const struct query *q, struct ip4 a);

/* Is it left to another one of `servers`?  Then it is not answered. */
bool query_is_peers(struct query *q);

/* ---- answer_reply.c ---- */

/* No reply; fmt says why. */
void query_ignore(struct query *q, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, and nobody needs to know. */
void query_quiet(struct query *q, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void query_why(struct query *q, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* OFFER or ACK of an address, with its lease and all options. */
void reply_address(struct query *q, enum dhcp_type type, struct ip4 yiaddr);
/* DHCPACK of an INFORM. */
void reply_inform(struct query *q);
/* DHCPNAK; text is also its option 56. */
void reply_nak(struct query *q, const char *text);
/* The header of a reply, sname, file and siaddr; dport where it goes. */
void reply_start(struct query *q, enum dhcp_type type);
/* How long the lease will be: seconds or CONF_INFINITE. */
uint32_t reply_lease_s(const struct query *q);
/* T1 or T2 (code) of a lease of that many seconds. */
uint32_t reply_renewal_s(const struct query *q, uint8_t code, uint32_t lease_s);
/* Put the option if there is one for this client. */
void reply_option(struct query *q, uint8_t code);
/* Put the option as the client sent it, if it did. */
void reply_echo(struct query *q, uint8_t code);
/* To the relay, ciaddr, yiaddr or all (RFC 2131 4.1). */
void reply_route(struct query *q);

/* ---- answer_pxe.c ---- */

/* Options 60, 43 and 67 as this client must see them: true when put. */
bool pxe_option(struct query *q, uint8_t code);
/* Does a PXE or HTTP client get that option though it did not ask? */
bool pxe_forces(const struct query *q, uint8_t code);
/*
 * Does a PXE client get that option, when it is configured, though it did not
 * ask?  Those that PXELINUX reads in what the firmware was told.
 */
bool pxe_adds(const struct query *q, uint8_t code);
/* Is there anything to boot from for this PXE or HTTP client? */
bool pxe_has_boot(const struct query *q);
/* The boot file of this client into q->file. */
void pxe_choose_file(struct query *q);
/* What the firmware will make of the reply, added to why. */
void pxe_remark(struct query *q);
/* A message on port 4011. */
void answer_pxe_port(struct query *q);
/* Back to where the message came from: 4011 of firmware, 68 of iPXE. */
void reply_back(struct query *q);

/* ---- answer_menu.c ---- */

/* The option 43 of the client's menu; 0: it has none. */
size_t menu_vendor(const struct query *q, uint8_t buf[static PXE_MENU_MAX]);
/* The name of the menu that the client is shown, or NULL. */
const char *menu_shown(const struct query *q);
/* A DHCPREQUEST with 43.71, on any port. */
void answer_boot_item(struct query *q);

/* ---- the messages ---- */

void answer_request(struct query *q);
void answer_bootp(struct query *q);
void answer_leasequery(struct query *q);
/* A message on port 67 in a subnet that we are a proxy for. */
void answer_proxy(struct query *q);

#endif
