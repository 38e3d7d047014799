/*
 * dhcp.c - BOOTP and DHCP messages: bytes -> struct; see dhcp.h.
 *
 * This file reads; dhcp_put.c writes.  Reading goes twice over the option
 * areas (options, then file, then sname when option 52 says so): the first
 * pass adds up the length of each option, so that the second can copy all
 * parts of a repeated one behind each other.
 *
 * RFC 951, 1542, 2131, 2132 9.3, 3396.
 * SPDX-License-Identifier: ISC
 */
#include <stddef.h>
#include <string.h>

#include "dhcp.h"
#include "wire.h"

enum {
	COOKIE = 0x63825363, /* RFC 1497 */
	COOKIE_LEN = 4,
	SNAME_OFF = 44,
	SNAME_LEN = 64,
	FILE_OFF = 108,
	FILE_LEN = 128,
	HOPS_MAX = 16,
	TYPE_MAX = 18, /* DHCPTLS, the last one registered */
	OVERLOAD_FILE = 1,
	OVERLOAD_SNAME = 2
};

static const char *const err_text[] = {
    [DHCP_OK] = "well-formed",
    [DHCP_ESHORT] = "shorter than a BOOTP header",
    [DHCP_EOP] = "op is neither BOOTREQUEST nor BOOTREPLY",
    [DHCP_EHLEN] = "hlen over 16",
    [DHCP_EHOPS] = "hops over 16",
    [DHCP_EOPTION] = "an option runs over the end of the message",
    [DHCP_ETYPE] = "no valid message type in option 53",
    [DHCP_EFULL] = "its options are too long",
};

static const char *const type_text[TYPE_MAX + 1] = {
    [DHCP_NONE] = "BOOTREQUEST",
    [DHCPDISCOVER] = "DHCPDISCOVER",
    [DHCPOFFER] = "DHCPOFFER",
    [DHCPREQUEST] = "DHCPREQUEST",
    [DHCPDECLINE] = "DHCPDECLINE",
    [DHCPACK] = "DHCPACK",
    [DHCPNAK] = "DHCPNAK",
    [DHCPRELEASE] = "DHCPRELEASE",
    [DHCPINFORM] = "DHCPINFORM",
    [9] = "DHCPFORCERENEW",
    [DHCPLEASEQUERY] = "DHCPLEASEQUERY",
    [DHCPLEASEUNASSIGNED] = "DHCPLEASEUNASSIGNED",
    [DHCPLEASEUNKNOWN] = "DHCPLEASEUNKNOWN",
    [DHCPLEASEACTIVE] = "DHCPLEASEACTIVE",
    [14] = "DHCPBULKLEASEQUERY",
    [15] = "DHCPLEASEQUERYDONE",
    [16] = "DHCPACTIVELEASEQUERY",
    [17] = "DHCPLEASEQUERYSTATUS",
    [TYPE_MAX] = "DHCPTLS",
};

const char *
dhcp_err_text(enum dhcp_err e)
{
	size_t n = sizeof err_text / sizeof err_text[0];

	return (size_t)e < n ? err_text[e] : "unknown error";
}

const char *
dhcp_type_text(enum dhcp_type t)
{
	return (size_t)t <= TYPE_MAX ? type_text[t] : "DHCP type unknown";
}

/* Zero all but the data, which the slots tell apart. */
static void
msg_clear(struct dhcp_msg *m)
{
	memset(m, 0, offsetof(struct dhcp_msg, data));
}

/*
 * The next option of an area: its code, DHCP_END at the end option or the
 * end of the area.  On an option that runs over, r is bad.
 */
static uint8_t
next_option(struct wire_r *r, const uint8_t **data, size_t *len)
{
	while (wire_r_left(r)) {
		uint8_t code = wire_get_u8(r);

		if (code == DHCP_PAD)
			continue;
		if (code == DHCP_END)
			break;
		*len = wire_get_u8(r);
		*data = wire_get_ptr(r, *len);
		return code;
	}
	return DHCP_END;
}

/* First pass: lengths and order.  False when an option runs over. */
static bool
measure_area(struct dhcp_msg *m, const uint8_t *p, size_t n, size_t *total)
{
	const uint8_t *data = NULL;
	struct wire_r r;
	size_t len = 0;
	uint8_t code;

	wire_r_init(&r, p, n);
	while ((code = next_option(&r, &data, &len)) != DHCP_END) {
		struct dhcp_slot *s = &m->slot[code];

		if (r.bad)
			return false;
		if (!s->there)
			m->order[m->norder++] = code;
		s->there = true;
		*total += len;
		if (*total > DHCP_RX_LEN)
			return true; /* the caller sees it */
		s->len = (uint16_t)(s->len + len);
	}
	return !r.bad;
}

/* Second pass: s->off is where the next part goes. */
static void
copy_area(struct dhcp_msg *m, const uint8_t *p, size_t n)
{
	const uint8_t *data = NULL;
	struct wire_r r;
	size_t len = 0;
	uint8_t code;

	wire_r_init(&r, p, n);
	while ((code = next_option(&r, &data, &len)) != DHCP_END) {
		struct dhcp_slot *s = &m->slot[code];

		if (len)
			memcpy(m->data + s->off, data, len);
		s->off = (uint16_t)(s->off + len);
	}
}

/* Which of file and sname hold options; 0 when option 52 is not sane. */
static uint8_t
find_overload(const uint8_t *p, size_t n)
{
	const uint8_t *data = NULL;
	struct wire_r r;
	size_t len = 0;
	uint8_t code;

	wire_r_init(&r, p, n);
	while ((code = next_option(&r, &data, &len)) != DHCP_END && !r.bad)
		if (code == DHCP_OVERLOAD)
			return len == 1 && data[0] <= 3 ? data[0] : 0;
	return 0;
}

struct area {
	const uint8_t *p;
	size_t n;
};

/* All options of up to three areas into m. */
static enum dhcp_err
read_options(struct dhcp_msg *m, const struct area *a, size_t narea)
{
	size_t total = 0, off = 0;

	for (size_t i = 0; i < narea; i++)
		if (!measure_area(m, a[i].p, a[i].n, &total))
			return DHCP_EOPTION;
	if (total > DHCP_RX_LEN)
		return DHCP_EFULL;
	for (size_t i = 0; i < m->norder; i++) {
		m->slot[m->order[i]].off = (uint16_t)off;
		off += m->slot[m->order[i]].len;
	}
	for (size_t i = 0; i < narea; i++)
		copy_area(m, a[i].p, a[i].n);
	for (size_t i = 0; i < m->norder; i++) {
		struct dhcp_slot *s = &m->slot[m->order[i]];

		s->off = (uint16_t)(s->off - s->len);
	}
	m->ndata = (uint16_t)off;
	return DHCP_OK;
}

/* The areas of a message with cookie; buf is the whole message. */
static enum dhcp_err
decode_options(struct dhcp_msg *m, const uint8_t *buf, size_t len)
{
	struct area a[3];
	size_t narea = 0;
	uint8_t overload;

	a[narea++] = (struct area){
	    buf + DHCP_HEADER + COOKIE_LEN, len - DHCP_HEADER - COOKIE_LEN};
	overload = find_overload(a[0].p, a[0].n);
	if (overload & OVERLOAD_FILE) {
		a[narea++] = (struct area){buf + FILE_OFF, FILE_LEN};
		m->file[0] = '\0';
	}
	if (overload & OVERLOAD_SNAME) {
		a[narea++] = (struct area){buf + SNAME_OFF, SNAME_LEN};
		m->sname[0] = '\0';
	}
	return read_options(m, a, narea);
}

static enum dhcp_err
decode_type(struct dhcp_msg *m)
{
	uint8_t type;

	if (!dhcp_has(m, DHCP_MESSAGE_TYPE))
		return DHCP_OK;
	if (!dhcp_get_u8(m, DHCP_MESSAGE_TYPE, &type) || type == 0 ||
	    type > TYPE_MAX)
		return DHCP_ETYPE;
	m->type = (enum dhcp_type)type;
	return DHCP_OK;
}

static struct ip4
get_ip4(struct wire_r *r)
{
	return (struct ip4){wire_get_be32(r)};
}

static void
decode_header(struct dhcp_msg *m, struct wire_r *r)
{
	m->op = wire_get_u8(r);
	m->htype = wire_get_u8(r);
	m->hlen = wire_get_u8(r);
	m->hops = wire_get_u8(r);
	m->xid = wire_get_be32(r);
	m->secs = wire_get_be16(r);
	m->flags = wire_get_be16(r);
	m->ciaddr = get_ip4(r);
	m->yiaddr = get_ip4(r);
	m->siaddr = get_ip4(r);
	m->giaddr = get_ip4(r);
	wire_get_bytes(r, m->chaddr, sizeof m->chaddr);
	wire_get_bytes(r, m->sname, SNAME_LEN);
	wire_get_bytes(r, m->file, FILE_LEN);
}

enum dhcp_err
dhcp_decode(struct dhcp_msg *m, const uint8_t *buf, size_t len)
{
	struct wire_r r;
	enum dhcp_err e;

	msg_clear(m);
	wire_r_init(&r, buf, len);
	decode_header(m, &r);
	if (r.bad)
		return DHCP_ESHORT;
	if (m->op != DHCP_BOOTREQUEST && m->op != DHCP_BOOTREPLY)
		return DHCP_EOP;
	if (m->hlen > sizeof m->chaddr)
		return DHCP_EHLEN;
	if (m->hops > HOPS_MAX)
		return DHCP_EHOPS;
	m->cookie = wire_get_be32(&r) == COOKIE;
	if (!m->cookie)
		return DHCP_OK;
	e = decode_options(m, buf, len);
	return e == DHCP_OK ? decode_type(m) : e;
}

const uint8_t *
dhcp_get(const struct dhcp_msg *m, uint8_t code, size_t *len)
{
	const struct dhcp_slot *s = &m->slot[code];

	if (!s->there)
		return NULL;
	if (len)
		*len = s->len;
	return m->data + s->off;
}

bool
dhcp_has(const struct dhcp_msg *m, uint8_t code)
{
	return m->slot[code].there;
}

/* The option as a cursor; false when it is not there with exactly len. */
static bool
exact(const struct dhcp_msg *m, uint8_t code, size_t len, struct wire_r *r)
{
	const struct dhcp_slot *s = &m->slot[code];

	wire_r_init(r, m->data + s->off, s->len);
	return s->there && s->len == len;
}

const uint8_t *
dhcp_get_sub(const struct dhcp_msg *m, uint8_t code, uint8_t sub, size_t *len)
{
	bool vendor = code == DHCP_VENDOR_OPTIONS;
	size_t total = 0, n;
	const uint8_t *v = dhcp_get(m, code, &total), *data;
	struct wire_r r;
	uint8_t at;

	wire_r_init(&r, v, v ? total : 0);
	while (wire_r_left(&r)) {
		at = wire_get_u8(&r);
		if (vendor && at == DHCP_PAD)
			continue;
		if ((vendor && at == DHCP_END) || !wire_r_left(&r))
			return NULL;
		n = wire_get_u8(&r);
		data = wire_get_ptr(&r, n);
		if (!data)
			return NULL;
		if (at == sub) {
			*len = n;
			return data;
		}
	}
	return NULL;
}

bool
dhcp_get_u8(const struct dhcp_msg *m, uint8_t code, uint8_t *ret)
{
	struct wire_r r;

	if (!exact(m, code, 1, &r))
		return false;
	*ret = wire_get_u8(&r);
	return true;
}

bool
dhcp_get_u16(const struct dhcp_msg *m, uint8_t code, uint16_t *ret)
{
	struct wire_r r;

	if (!exact(m, code, 2, &r))
		return false;
	*ret = wire_get_be16(&r);
	return true;
}

bool
dhcp_get_u32(const struct dhcp_msg *m, uint8_t code, uint32_t *ret)
{
	struct wire_r r;

	if (!exact(m, code, 4, &r))
		return false;
	*ret = wire_get_be32(&r);
	return true;
}

bool
dhcp_get_ip4(const struct dhcp_msg *m, uint8_t code, struct ip4 *ret)
{
	return dhcp_get_u32(m, code, &ret->v);
}
