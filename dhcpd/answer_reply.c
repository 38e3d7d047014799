/*
 * answer_reply.c - the reply: header, options, where it goes.
 *
 * Options stand in the order 53 54 51 58 59 61 118, then what the client
 * asked for in its order (all that is configured, ascending, when it sent no
 * option 55), 1 before 3, then what PXE needs unasked; 82 goes last.
 *
 * RFC 2131 4.1 and table 3, 2132, 3011, 3046, 6842.
 * SPDX-License-Identifier: ISC
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dhcpd/answer_int.h"

enum {
	HTYPE_ETHERNET = 1,
	HLEN_ETHERNET = 6,
	CODE_LAST = 254,
	DHCP_IPV6_ONLY = 108, /* RFC 8925: only when asked for */
	RELAY_PORT = 19,      /* RFC 8357: 82.19 */
	LEASE_DEFAULT_S = 43200
};

static void __attribute__((format(printf, 2, 0)))
why_set(struct query *q, const char *fmt, va_list ap)
{
	q->out->kind = fmt;
	(void)vsnprintf(q->out->why, sizeof q->out->why, fmt, ap);
}

void
query_why(struct query *q, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	why_set(q, fmt, ap);
	va_end(ap);
}

void
query_ignore(struct query *q, const char *fmt, ...)
{
	va_list ap;

	q->out->to = TO_NONE;
	va_start(ap, fmt);
	why_set(q, fmt, ap);
	va_end(ap);
}

void
query_quiet(struct query *q, const char *fmt, ...)
{
	va_list ap;

	q->out->to = TO_NONE;
	q->out->quiet = true;
	va_start(ap, fmt);
	why_set(q, fmt, ap);
	va_end(ap);
}

/* ---- where it goes ---- */

void
reply_route(struct query *q)
{
	const struct dhcp_msg *m = q->msg;
	struct dhcp_out *out = q->out;
	bool nak = out->reply.type == DHCPNAK;
	uint16_t port = q->c->dhcpd.port ? q->c->dhcpd.port : DHCP_PORT_SERVER;
	size_t len;

	out->dport = (uint16_t)(port + 1);
	if (m->giaddr.v) {
		out->to = TO_RELAY;
		out->dst = m->giaddr;
		out->dport = dhcp_get_sub(m, DHCP_RELAY_AGENT, RELAY_PORT, &len)
				 ? q->in->sport
				 : port;
	} else if (!nak && m->ciaddr.v) {
		out->to = TO_UNICAST;
		out->dst = m->ciaddr;
	} else if (nak || (m->flags & DHCP_FLAG_BROADCAST) ||
		   m->htype != HTYPE_ETHERNET || m->hlen != HLEN_ETHERNET ||
		   out->reply.yiaddr.v == 0) {
		out->to = TO_BROADCAST;
		out->dst.v = UINT32_MAX;
	} else {
		out->to = TO_CHADDR;
		out->dst = out->reply.yiaddr;
	}
}

/* ---- the header ---- */

static size_t
max_size(const struct query *q)
{
	uint16_t v = 0;

	if (q->msg->type == DHCP_NONE ||
	    !dhcp_get_u16(q->msg, DHCP_MAX_SIZE, &v))
		return DHCP_DEFAULT_MAX;
	if (v < DHCP_MIN_MAX_SIZE)
		v = DHCP_MIN_MAX_SIZE;
	v = (uint16_t)(v - DHCP_UDP_HEADERS);
	return v < DHCP_MAX_LEN ? v : DHCP_MAX_LEN;
}

static void
put_boot_fields(struct query *q)
{
	struct dhcp_msg *r = &q->out->reply;
	const struct conf_params *p = query_param(q, CONF_HAS_SNAME);

	if (p)
		(void)snprintf(r->sname, sizeof r->sname, "%s", p->sname);
	(void)snprintf(r->file, sizeof r->file, "%s", q->file);
	p = query_param(q, CONF_HAS_NEXT_SERVER);
	if (p)
		r->siaddr = p->next_server;
	else if (q->file[0])
		r->siaddr = q->in->ifaddr;
}

void
reply_start(struct query *q, enum dhcp_type type)
{
	const struct dhcp_msg *m = q->msg;
	struct dhcp_msg *r = &q->out->reply;

	dhcp_reply_init(r);
	r->htype = m->htype;
	r->hlen = m->hlen;
	r->xid = m->xid;
	r->flags = m->flags;
	r->giaddr = m->giaddr;
	memcpy(r->chaddr, m->chaddr, sizeof r->chaddr);
	if (type != DHCPNAK)
		put_boot_fields(q);
	if (type != DHCP_NONE) {
		(void)dhcp_put_u8(r, DHCP_MESSAGE_TYPE, (uint8_t)type);
		(void)dhcp_put_ip4(r, DHCP_SERVER_ID, q->server_id);
	}
	q->out->rules = (struct dhcp_encode_rules){.max_len = max_size(q),
	    .no_overload = q->pxe.kind == PXE_CLIENT,
	    .bootp = type == DHCP_NONE};
}

void
reply_echo(struct query *q, uint8_t code)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(q->msg, code, &len);

	if (v)
		(void)dhcp_put(&q->out->reply, code, v, len);
}

/* ---- the lease ---- */

uint32_t
reply_lease_s(const struct query *q)
{
	const struct conf_params *p = query_param(q, CONF_HAS_LEASE_TIME);
	uint32_t given = p ? p->lease_s : q->c->params.lease_s;
	uint32_t min = q->c->dhcpd.min_lease_s, max = q->c->dhcpd.max_lease_s;
	uint32_t asked;

	if (given == 0)
		given = LEASE_DEFAULT_S;
	if (!dhcp_get_u32(q->msg, DHCP_LEASE_TIME, &asked))
		return given;
	if (asked < min)
		asked = min;
	if (max < given)
		max = given; /* what it gets unasked it may ask for */
	return asked < max ? asked : max;
}

/* As configured when it is less than limit_s, else dflt_s. */
static uint32_t
time_of(const struct query *q, uint8_t code, uint32_t limit_s, uint32_t dflt_s)
{
	const struct conf_opt *o = query_opt(q, code);
	uint32_t v = 0;

	if (!o || o->len != 4)
		return dflt_s;
	for (size_t i = 0; i < 4; i++)
		v = v << 8 | o->data[i];
	return v < limit_s ? v : dflt_s;
}

/* RFC 2131 4.4.5: T1 lies before T2, and T2 before the end of the lease. */
uint32_t
reply_renewal_s(const struct query *q, uint8_t code, uint32_t lease_s)
{
	uint32_t t2 = time_of(q, DHCP_T2, lease_s, lease_s - lease_s / 8);
	uint32_t half = lease_s / 2 < t2 ? lease_s / 2 : t2 / 2;

	return code == DHCP_T2 ? t2 : time_of(q, DHCP_T1, t2, half);
}

static void
put_lease(struct query *q)
{
	struct dhcp_msg *r = &q->out->reply;
	uint32_t s = reply_lease_s(q);

	(void)dhcp_put_u32(r, DHCP_LEASE_TIME, s);
	if (s == CONF_INFINITE)
		return;
	(void)dhcp_put_u32(r, DHCP_T1, reply_renewal_s(q, DHCP_T1, s));
	(void)dhcp_put_u32(r, DHCP_T2, reply_renewal_s(q, DHCP_T2, s));
}

/* ---- options ---- */

/* Those that answer() alone decides about. */
static bool
is_ours(uint8_t code)
{
	static const uint8_t ours[] = {DHCP_PAD, DHCP_REQUESTED_ADDRESS,
	    DHCP_LEASE_TIME, DHCP_OVERLOAD, DHCP_MESSAGE_TYPE, DHCP_SERVER_ID,
	    DHCP_PARAMETER_LIST, DHCP_MESSAGE, DHCP_MAX_SIZE, DHCP_T1, DHCP_T2,
	    DHCP_CLIENT_ID, DHCP_RELAY_AGENT, DHCP_UUID, DHCP_SUBNET_SELECTION,
	    DHCP_END};

	return memchr(ours, code, sizeof ours) != NULL;
}

/* The name of a host: its own, a configured 12, that of its section. */
static const char *
host_name(const struct query *q)
{
	const struct conf_host *h = q->out->host;

	if (!h)
		return NULL;
	if (h->hostname)
		return h->hostname;
	if (query_opt(q, DHCP_HOST_NAME))
		return NULL;
	return q->c->dhcpd.use_host_decl_names ? h->name : NULL;
}

void
reply_option(struct query *q, uint8_t code)
{
	struct dhcp_msg *r = &q->out->reply;
	const struct conf_opt *o;
	const char *name;

	if (is_ours(code) || dhcp_has(r, code) || pxe_option(q, code))
		return;
	name = code == DHCP_HOST_NAME ? host_name(q) : NULL;
	o = query_opt(q, code);
	if (name)
		(void)dhcp_put(r, code, name, strlen(name));
	else if (o)
		(void)dhcp_put(r, code, o->data, o->len);
	else if (code == DHCP_SUBNET_MASK && q->out->subnet)
		(void)dhcp_put_ip4(r, code, q->out->subnet->mask);
}

/* These change what a client does with the rest: only when it asks. */
static bool
only_when_asked(uint8_t code)
{
	return code == DHCP_CLASSLESS_ROUTES || code == DHCP_IPV6_ONLY;
}

static void
put_asked(struct query *q, const uint8_t *list, size_t len)
{
	bool mask = memchr(list, DHCP_SUBNET_MASK, len) != NULL;

	for (size_t i = 0; i < len; i++) {
		/* RFC 2132 3.3: the mask stands before the routers */
		if (list[i] == DHCP_ROUTERS && mask)
			reply_option(q, DHCP_SUBNET_MASK);
		reply_option(q, list[i]);
	}
}

static void
put_options(struct query *q)
{
	size_t len = 0;
	const uint8_t *list = dhcp_get(q->msg, DHCP_PARAMETER_LIST, &len);

	for (unsigned int code = 1; list && len && code <= CODE_LAST; code++)
		if (pxe_forces(q, (uint8_t)code) &&
		    !memchr(list, (int)code, len))
			reply_option(q, (uint8_t)code);
	if (list && len)
		put_asked(q, list, len);
	else
		for (unsigned int code = 1; code <= CODE_LAST; code++)
			if (!only_when_asked((uint8_t)code))
				reply_option(q, (uint8_t)code);
	for (unsigned int code = 1;
	     q->pxe.kind == PXE_CLIENT && code <= CODE_LAST; code++)
		if (pxe_adds(q, (uint8_t)code))
			reply_option(q, (uint8_t)code);
	if (q->pxe.kind == PXE_CLIENT && q->pxe.uuid)
		reply_echo(q, DHCP_UUID);
	reply_echo(q, DHCP_RELAY_AGENT);
}

/* ---- whole replies ---- */

void
reply_address(struct query *q, enum dhcp_type type, struct ip4 yiaddr)
{
	query_settle(q, yiaddr);
	reply_start(q, type);
	q->out->reply.yiaddr = yiaddr;
	if (type == DHCPACK)
		q->out->reply.ciaddr = q->msg->ciaddr;
	put_lease(q);
	reply_echo(q, DHCP_CLIENT_ID);
	reply_echo(q, DHCP_SUBNET_SELECTION);
	put_options(q);
	reply_route(q);
	pxe_remark(q);
}

void
reply_inform(struct query *q)
{
	reply_start(q, DHCPACK);
	q->out->reply.ciaddr = q->msg->ciaddr;
	reply_echo(q, DHCP_CLIENT_ID);
	put_options(q);
	reply_route(q);
	if (q->out->to == TO_BROADCAST && q->in->src.v) {
		q->out->to = TO_UNICAST;
		q->out->dst = q->in->src;
	}
}

void
reply_nak(struct query *q, const char *text)
{
	struct dhcp_msg *r = &q->out->reply;

	reply_start(q, DHCPNAK);
	if (r->giaddr.v)
		r->flags |= DHCP_FLAG_BROADCAST; /* RFC 2131 4.3.2 */
	(void)dhcp_put(r, DHCP_MESSAGE, text, strlen(text));
	reply_echo(q, DHCP_CLIENT_ID);
	reply_echo(q, DHCP_RELAY_AGENT);
	reply_route(q);
	query_why(q, "%s", text);
}
