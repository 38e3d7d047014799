/*
 * answer_pxe.c - what PXE and UEFI HTTP boot clients need besides DHCP.
 *
 * A PXE client takes an offer for a boot offer when option 60 is "PXEClient"
 * and obeys option 43 in it.  With a boot file and nothing configured we send
 * the 43 that says "use this file, at once".  A configured 43 goes out byte
 * for byte; where it does not say so (01 04 00 00 00 00 of the guide), EDK2
 * and Intel's client ask port 4011 after their ACK and give up without an
 * answer, whatever the offer's file said: answer_pxe_port() tells them there.
 *
 * An HTTP boot client must never see "PXEClient"; it wants "HTTPClient" and
 * a URI in option 67.
 *
 * PXE 2.1, RFC 4578, UEFI 2.10 24.7.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcpd/answer_int.h"

static const char pxe_name[] = "PXEClient";
static const char http_name[] = "HTTPClient";

static bool
is_uri(const char *s)
{
	return strstr(s, "://") != NULL;
}

/* Option 67 of the configuration as a string that fits the file field. */
static bool
opt_as_file(const struct conf_opt *o, char buf[static QUERY_FILE])
{
	size_t len;

	if (!o)
		return false;
	len = o->len;
	while (len && o->data[len - 1] == '\0')
		len--; /* a counted NUL is no part of the name */
	if (len == 0 || len >= QUERY_FILE || memchr(o->data, 0, len))
		return false;
	memcpy(buf, o->data, len);
	buf[len] = '\0';
	return true;
}

void
pxe_choose_file(struct query *q)
{
	const struct conf_params *p = query_param(q, CONF_HAS_FILE);

	if (p)
		(void)snprintf(q->file, sizeof q->file, "%s", p->file);
	else if (!opt_as_file(query_opt(q, DHCP_BOOTFILE_NAME), q->file))
		q->file[0] = '\0';
	if (q->pxe.kind == PXE_HTTP && !is_uri(q->file))
		q->file[0] = '\0';
}

/* Does HTTP boot get anything: a URI in file or in option 67? */
static bool
has_uri(const struct query *q)
{
	const struct conf_opt *o = query_opt(q, DHCP_BOOTFILE_NAME);

	if (q->file[0])
		return true;
	for (size_t i = 0; o && i + 3 <= o->len; i++)
		if (memcmp(o->data + i, "://", 3) == 0)
			return true;
	return false;
}

bool
pxe_has_boot(const struct query *q)
{
	uint8_t menu[PXE_MENU_MAX];

	if (q->pxe.kind == PXE_HTTP)
		return has_uri(q);
	return q->file[0] || query_opt(q, DHCP_VENDOR_OPTIONS) ||
	       menu_vendor(q, menu);
}

/* An option 60 of the configuration that suits a PXE client. */
static bool
suits_pxe(const struct conf_opt *o)
{
	size_t n = strlen(pxe_name);

	return o && o->len >= n && memcmp(o->data, pxe_name, n) == 0;
}

/* The [mtftp FILE] of the boot file, or NULL. */
static const struct conf_mtftp *
mtftp_of(const struct query *q)
{
	const char *name = q->file + strspn(q->file, "/");

	return *name ? conf_mtftp_by_file(q->c, name) : NULL;
}

static size_t
make_vendor(const struct query *q, uint8_t buf[static PXE_VENDOR_MAX])
{
	const struct conf_mtftp *f = mtftp_of(q);
	struct pxe_mtftp m;

	if (!f)
		return pxe_put_vendor(buf, NULL);
	m = (struct pxe_mtftp){.ip = f->mtftp_ip,
	    .cport = f->mtftp_cport,
	    .sport = f->mtftp_sport,
	    .tmout_s = f->mtftp_tmout,
	    .delay_s = f->mtftp_delay,
	    .ports_little = q->c->mtftpd.port_order == CONF_PORTS_LITTLE};
	return pxe_put_vendor(buf, &m);
}

static void
put_vendor(struct query *q, const uint8_t *v, size_t len)
{
	(void)dhcp_put(&q->out->reply, DHCP_VENDOR_OPTIONS, v, len);
}

static void
put_generated_vendor(struct query *q)
{
	uint8_t buf[PXE_VENDOR_MAX];

	put_vendor(q, buf, make_vendor(q, buf));
}

/* False: the client has no menu. */
static bool
put_menu(struct query *q)
{
	uint8_t buf[PXE_MENU_MAX];
	size_t len = menu_vendor(q, buf);

	if (len)
		put_vendor(q, buf, len);
	return len != 0;
}

static void
put_text(struct query *q, uint8_t code, const char *s)
{
	(void)dhcp_put(&q->out->reply, code, s, strlen(s));
}

/* True: nothing more is to be said about that option. */
static bool
pxe_client_option(struct query *q, uint8_t code)
{
	if (!pxe_has_boot(q))
		return false;
	if (code == DHCP_VENDOR_CLASS &&
	    !suits_pxe(query_opt(q, DHCP_VENDOR_CLASS))) {
		put_text(q, code, pxe_name);
		return true;
	}
	if (code == DHCP_VENDOR_OPTIONS && put_menu(q))
		return true;
	if (code == DHCP_VENDOR_OPTIONS && !query_opt(q, DHCP_VENDOR_OPTIONS)) {
		put_generated_vendor(q);
		return true;
	}
	return false;
}

static bool
http_client_option(struct query *q, uint8_t code)
{
	if (code == DHCP_VENDOR_CLASS) {
		if (has_uri(q))
			put_text(q, code, http_name);
		return true;
	}
	if (code == DHCP_BOOTFILE_NAME) {
		if (q->file[0])
			put_text(q, code, q->file);
		return q->file[0] || !has_uri(q);
	}
	return code == DHCP_VENDOR_OPTIONS; /* PXE's, if any */
}

bool
pxe_option(struct query *q, uint8_t code)
{
	if (q->pxe.kind == PXE_CLIENT)
		return pxe_client_option(q, code);
	if (q->pxe.kind == PXE_HTTP)
		return http_client_option(q, code);
	return false;
}

bool
pxe_forces(const struct query *q, uint8_t code)
{
	if (q->pxe.kind == PXE_CLIENT)
		return code == DHCP_VENDOR_CLASS || code == DHCP_VENDOR_OPTIONS;
	if (q->pxe.kind == PXE_HTTP)
		return code == DHCP_VENDOR_CLASS || code == DHCP_BOOTFILE_NAME;
	return false;
}

bool
pxe_adds(const struct query *q, uint8_t code)
{
	return q->pxe.kind == PXE_CLIENT && pxe_is_loader_option(code);
}

static enum pxe_offer
judge(const struct query *q)
{
	const struct dhcp_msg *r = &q->out->reply;
	size_t len = 0;
	const uint8_t *v = dhcp_get(r, DHCP_VENDOR_OPTIONS, &len);

	return pxe_offer_judge(
	    v, len, dhcp_has(r, DHCP_VENDOR_CLASS), r->file[0] != '\0');
}

/* What a person should know of a boot that will not go well. */
static const char *
remark(const struct query *q)
{
	if (q->pxe.kind == PXE_HTTP && !has_uri(q))
		return "; no URI for HTTP boot";
	if (q->pxe.kind != PXE_CLIENT)
		return "";
	if (!pxe_has_boot(q))
		return "; no boot file for it";
	switch (judge(q)) {
	case PXE_OFFER_WFM11A:
		return "; UEFI will discard it: option.43 has 1-5 but no 6";
	case PXE_OFFER_BROKEN:
		return "; PXE may discard it: option.43 breaks a rule";
	case PXE_OFFER_BINL:
		if (q->c->dhcpd.pxe_port == 0)
			return "; firmware will ask port 4011, which is off";
		break;
	case PXE_OFFER_PLAIN:
	case PXE_OFFER_PXE10:
		break;
	}
	return "";
}

void
pxe_remark(struct query *q)
{
	size_t used = strlen(q->out->why);
	const char *menu = menu_shown(q);

	(void)snprintf(q->out->why + used, sizeof q->out->why - used, "%s%s%s",
	    menu ? "; menu " : "", menu ? menu : "", remark(q));
}

/* ---- port 4011 ---- */

/* The options of the answer on 4011: no lease, nothing of the network. */
static void
put_boot_options(struct query *q)
{
	struct dhcp_msg *r = &q->out->reply;
	const struct conf_opt *o = query_opt(q, DHCP_VENDOR_OPTIONS);

	reply_option(q, DHCP_VENDOR_CLASS);
	if (put_menu(q))
		; /* it asks again for what is chosen */
	else if (o && pxe_offer_judge(o->data, o->len, true, q->file[0]) ==
			  PXE_OFFER_PXE10)
		put_vendor(q, o->data, o->len);
	else
		put_generated_vendor(q);
	reply_option(q, DHCP_BOOT_FILE_SIZE);
	reply_option(q, DHCP_TFTP_SERVER_NAME);
	reply_option(q, DHCP_BOOTFILE_NAME);
	if (q->key.client_id)
		(void)dhcp_put(
		    r, DHCP_CLIENT_ID, q->key.client_id, q->key.client_id_len);
	if (q->pxe.uuid)
		(void)dhcp_put(r, DHCP_UUID, q->pxe.uuid, q->pxe.uuid_len);
}

void
reply_back(struct query *q)
{
	struct dhcp_out *out = q->out;

	out->to = TO_UNICAST;
	out->dst = q->in->src.v ? q->in->src : q->msg->ciaddr;
	out->dport = q->in->sport;
}

void
answer_pxe_port(struct query *q)
{
	const struct dhcp_msg *m = q->msg;
	uint8_t menu[PXE_MENU_MAX];

	if (m->type != DHCPREQUEST && m->type != DHCPINFORM)
		query_quiet(q, "nothing to say to it on port 4011");
	else if (q->pxe.kind != PXE_CLIENT)
		query_quiet(q, "not a PXE client on port 4011");
	else if (q->pxe.boot_item)
		answer_boot_item(q);
	else if (query_denied(q))
		return;
	else if (q->c->dhcpd.deny_unknown && !q->out->host)
		query_ignore(q, "unknown client (deny_unknown)");
	else if (!q->file[0] && !menu_vendor(q, menu))
		query_ignore(q, "no boot file for it");
	else if (q->in->src.v == 0 && m->ciaddr.v == 0)
		query_ignore(q, "it has no address to answer to");
	else {
		/* Intel's client wants 54 to be the address that it asked */
		q->server_id = q->in->ifaddr;
		reply_start(q, DHCPACK);
		put_boot_options(q);
		reply_back(q);
		query_why(q, "boot file on port 4011");
		pxe_remark(q);
	}
}
