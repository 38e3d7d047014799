/*
 * dhcp_put.c - BOOTP and DHCP messages: struct -> bytes; see dhcp.h.
 *
 * Room for option 82, which must come last and whole, is reserved first;
 * only when the rest does not fit are file and sname looked at.
 *
 * RFC 951, 2131, 2132 9.3, 3046 2.2, 3396.
 * SPDX-License-Identifier: ISC
 */
#include <stddef.h>
#include <string.h>

#include "dhcp.h"
#include "wire.h"

enum {
	COOKIE = 0x63825363, /* RFC 1497 */
	SNAME_OFF = 44,
	SNAME_LEN = 64,
	FILE_OFF = 108,
	FILE_LEN = 128,
	PART_MAX = 255,
	OVERLOAD_FILE = 1,
	OVERLOAD_SNAME = 2,
	OVERLOAD_SIZE = 3 /* option 52 on the wire */
};

void
dhcp_reply_init(struct dhcp_msg *m)
{
	memset(m, 0, offsetof(struct dhcp_msg, data));
	m->op = DHCP_BOOTREPLY;
	m->cookie = true;
}

bool
dhcp_put(struct dhcp_msg *m, uint8_t code, const void *data, size_t len)
{
	struct dhcp_slot *s = &m->slot[code];
	size_t off = s->there && len <= s->len ? s->off : m->ndata;

	if (code == DHCP_PAD || code == DHCP_END || len > DHCP_RX_LEN - off)
		return false;
	if (len)
		memcpy(m->data + off, data, len);
	if (off == m->ndata)
		m->ndata = (uint16_t)(off + len);
	if (!s->there)
		m->order[m->norder++] = code;
	s->there = true;
	s->off = (uint16_t)off;
	s->len = (uint16_t)len;
	if (code == DHCP_MESSAGE_TYPE && len == 1)
		m->type = (enum dhcp_type)m->data[off];
	return true;
}

bool
dhcp_put_u8(struct dhcp_msg *m, uint8_t code, uint8_t v)
{
	return dhcp_put(m, code, &v, 1);
}

bool
dhcp_put_u16(struct dhcp_msg *m, uint8_t code, uint16_t v)
{
	uint8_t b[2];
	struct wire_w w;

	wire_w_init(&w, b, sizeof b);
	wire_put_be16(&w, v);
	return dhcp_put(m, code, b, sizeof b);
}

bool
dhcp_put_u32(struct dhcp_msg *m, uint8_t code, uint32_t v)
{
	uint8_t b[4];
	struct wire_w w;

	wire_w_init(&w, b, sizeof b);
	wire_put_be32(&w, v);
	return dhcp_put(m, code, b, sizeof b);
}

bool
dhcp_put_ip4(struct dhcp_msg *m, uint8_t code, struct ip4 v)
{
	return dhcp_put_u32(m, code, v.v);
}

/*
 * Several PXE ROMs take 66 and 67 for C strings and read on: a pad behind
 * them ends the string and is no part of the option.
 */
static bool
needs_pad(uint8_t code)
{
	return code == DHCP_BOOTFILE_NAME || code == DHCP_TFTP_SERVER_NAME;
}

/* Bytes that the option takes on the wire, parts and pad included. */
static size_t
wire_size(const struct dhcp_msg *m, uint8_t code)
{
	size_t len = m->slot[code].len;
	size_t parts = len ? (len + PART_MAX - 1) / PART_MAX : 1;

	return len + 2 * parts + needs_pad(code);
}

static void
put_option(struct wire_w *w, const struct dhcp_msg *m, uint8_t code)
{
	const uint8_t *p = m->data + m->slot[code].off;
	size_t left = m->slot[code].len;

	do {
		size_t part = left > PART_MAX ? PART_MAX : left;

		wire_put_u8(w, code);
		wire_put_u8(w, (uint8_t)part);
		wire_put_bytes(w, p, part);
		p += part;
		left -= part;
	} while (left);
	if (needs_pad(code))
		wire_put_u8(w, DHCP_PAD);
}

/* PXE clients do not join a 43 that comes in parts: none is better. */
static bool
may_be_sent(const struct dhcp_msg *m, uint8_t code)
{
	if (code == DHCP_OVERLOAD)
		return false; /* ours to decide */
	return code != DHCP_VENDOR_OPTIONS || m->slot[code].len <= PART_MAX;
}

/* Does everything fit into room bytes without overloading? */
static bool
all_fits(const struct dhcp_msg *m, size_t room)
{
	size_t sum = 1; /* the end option */

	for (size_t i = 0; i < m->norder; i++)
		if (may_be_sent(m, m->order[i]))
			sum += wire_size(m, m->order[i]);
	return sum <= room;
}

/* The areas of a reply; file and sname may be closed (size 0). */
struct areas {
	struct wire_w options, file, sname;
	size_t reserved; /* of options: the end, 52 and 82 */
};

/* The first area that has room for n bytes and its end option. */
static struct wire_w *
area_for(struct areas *a, size_t n)
{
	if (n + a->reserved <= wire_w_left(&a->options))
		return &a->options;
	if (n + 1 <= wire_w_left(&a->file))
		return &a->file;
	if (n + 1 <= wire_w_left(&a->sname))
		return &a->sname;
	return NULL;
}

/* Close an overloaded area; true when it holds anything. */
static bool
end_area(struct wire_w *w)
{
	if (wire_w_len(w) == 0)
		return false;
	wire_put_u8(w, DHCP_END);
	wire_put_zero(w, wire_w_left(w));
	return true;
}

/*
 * Write all options of m into the areas.  overload: file and sname may be
 * used.  Returns how many found no place.
 */
static unsigned int
put_options(const struct dhcp_msg *m, struct areas *a, bool overload)
{
	bool relay = dhcp_has(m, DHCP_RELAY_AGENT);
	size_t size = relay ? wire_size(m, DHCP_RELAY_AGENT) : 0;
	unsigned int dropped = 0;
	uint8_t used = 0;

	a->reserved = 1u + (overload ? OVERLOAD_SIZE : 0u);
	if (relay && size + a->reserved > wire_w_left(&a->options)) {
		relay = false;
		dropped++;
	}
	if (relay)
		a->reserved += size;
	for (size_t i = 0; i < m->norder; i++) {
		uint8_t code = m->order[i];
		struct wire_w *w;

		if (code == DHCP_RELAY_AGENT)
			continue;
		w = may_be_sent(m, code) ? area_for(a, wire_size(m, code))
					 : NULL;
		if (w)
			put_option(w, m, code);
		else
			dropped++;
	}
	used |= end_area(&a->file) ? OVERLOAD_FILE : 0;
	used |= end_area(&a->sname) ? OVERLOAD_SNAME : 0;
	if (used) {
		wire_put_u8(&a->options, DHCP_OVERLOAD);
		wire_put_u8(&a->options, 1);
		wire_put_u8(&a->options, used);
	}
	if (relay)
		put_option(&a->options, m, DHCP_RELAY_AGENT);
	wire_put_u8(&a->options, DHCP_END);
	return dropped;
}

/* s without its NUL, zeros up to size: sname, file. */
static void
put_field(struct wire_w *w, const char *s, size_t size)
{
	const char *nul = memchr(s, 0, size);
	size_t n = nul ? (size_t)(nul - s) : size;

	wire_put_bytes(w, s, n);
	wire_put_zero(w, size - n);
}

static void
encode_header(const struct dhcp_msg *m, struct wire_w *w)
{
	wire_put_u8(w, m->op);
	wire_put_u8(w, m->htype);
	wire_put_u8(w, m->hlen);
	wire_put_u8(w, m->hops);
	wire_put_be32(w, m->xid);
	wire_put_be16(w, m->secs);
	wire_put_be16(w, m->flags);
	wire_put_be32(w, m->ciaddr.v);
	wire_put_be32(w, m->yiaddr.v);
	wire_put_be32(w, m->siaddr.v);
	wire_put_be32(w, m->giaddr.v);
	wire_put_bytes(w, m->chaddr, sizeof m->chaddr);
	put_field(w, m->sname, SNAME_LEN);
	put_field(w, m->file, FILE_LEN);
	wire_put_be32(w, COOKIE);
}

/* 64 bytes for the client; behind them what the relay takes out again. */
static size_t
bootp_len(const struct dhcp_msg *m, size_t max)
{
	size_t n = DHCP_MIN_LEN;

	if (dhcp_has(m, DHCP_RELAY_AGENT))
		n += wire_size(m, DHCP_RELAY_AGENT);
	return n <= max ? n : DHCP_MIN_LEN;
}

size_t
dhcp_encode(const struct dhcp_msg *m, const struct dhcp_encode_rules *r,
    uint8_t *buf, size_t size, unsigned int *dropped)
{
	size_t max = r->max_len < size ? r->max_len : size;
	struct areas a;
	struct wire_w w;
	bool overload;
	unsigned int n;

	max = max < DHCP_MAX_LEN ? max : DHCP_MAX_LEN;
	if (max < DHCP_MIN_LEN)
		return 0;
	if (r->bootp)
		max = bootp_len(m, max);
	wire_w_init(&w, buf, max);
	encode_header(m, &w);
	overload = !r->no_overload && !r->bootp &&
		   !all_fits(m, wire_w_left(&w)) &&
		   (m->file[0] == '\0' || m->sname[0] == '\0');
	a.options = w;
	wire_w_init(&a.file, buf + FILE_OFF,
	    overload && m->file[0] == '\0' ? FILE_LEN : 0);
	wire_w_init(&a.sname, buf + SNAME_OFF,
	    overload && m->sname[0] == '\0' ? SNAME_LEN : 0);
	n = put_options(m, &a, overload);
	if (dropped)
		*dropped = n;
	if (wire_w_len(&a.options) < DHCP_MIN_LEN)
		wire_put_zero(
		    &a.options, DHCP_MIN_LEN - wire_w_len(&a.options));
	return wire_w_len(&a.options);
}
