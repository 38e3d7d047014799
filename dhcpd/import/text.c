/*
 * text.c - values as remoteboot.conf writes them, from the bytes that go on
 * the wire.
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_names.h"
#include "dhcpd/import/write.h"
#include "wire.h"

enum {
	QUOTED_MAX = 120, /* characters of one text in a line */
	HEX_MAX = 32	  /* bytes of one line */
};

/* Items on their way. */
struct items {
	struct mem *m;
	struct item *first, **last;
};

static void
add(struct items *l, const char *text, bool own_line)
{
	struct item *it = mem_alloc(l->m, sizeof *it);

	it->text = text;
	it->own_line = own_line;
	*l->last = it;
	l->last = &it->next;
}

const char *
text_quoted(
    struct mem *m, const uint8_t *s, size_t len, size_t max, size_t *used)
{
	struct buf b = {.m = m};
	size_t i;

	buf_text(&b, "\"");
	for (i = 0; i < len && b.len + 5 <= max; i++) {
		if (s[i] == '"' || s[i] == '\\')
			buf_printf(&b, "\\%c", s[i]);
		else if (s[i] < 0x20 || s[i] == 0x7f)
			buf_printf(&b, "\\x%02x", s[i]);
		else
			buf_add(&b, &s[i], 1);
	}
	buf_text(&b, "\"");
	*used = i;
	return b.s;
}

const char *
text_duration(struct mem *m, uint64_t s)
{
	static const struct {
		unsigned int s;
		char unit;
	} units[] = {{604800, 'w'}, {86400, 'd'}, {3600, 'h'}, {60, 'm'}};

	if (s == CONF_INFINITE)
		return "infinite";
	for (size_t i = 0; s && i < sizeof units / sizeof units[0]; i++)
		if (s % units[i].s == 0 &&
		    (units[i].unit != 'w' || s == units[i].s))
			return mem_printf(
			    m, "%" PRIu64 "%c", s / units[i].s, units[i].unit);
	return mem_printf(m, "%" PRIu64 "s", s);
}

const char *
text_addr(struct mem *m, uint32_t a)
{
	char text[IP4_TEXT];

	return mem_printf(m, "%s", ip4_text((struct ip4){a}, text));
}

/* ---- options ---- */

static bool
put_text(struct items *l, const uint8_t *s, size_t len)
{
	size_t used;

	for (; len; s += used, len -= used)
		add(l, text_quoted(l->m, s, len, QUOTED_MAX, &used), true);
	return true;
}

static bool
put_hex(struct items *l, const uint8_t *s, size_t len)
{
	while (len) {
		struct buf b = {.m = l->m};
		size_t n = len < HEX_MAX ? len : HEX_MAX;

		if (n == 1)
			buf_printf(&b, "0x%02x", s[0]);
		for (size_t i = 0; n > 1 && i < n; i++)
			buf_printf(&b, "%s%02x", i ? ":" : "", s[i]);
		add(l, b.s, true);
		s += n;
		len -= n;
	}
	return true;
}

static bool
is_printable(const uint8_t *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			return false;
	return len > 2;
}

static bool
is_type(const struct setting *set, enum option_type type)
{
	return set->def && set->def->nfield == 1 &&
	       set->def->field[0].type == type;
}

static bool
put_ips(struct items *l, const struct setting *set)
{
	struct wire_r r;

	wire_r_init(&r, set->data, set->len);
	while (wire_r_left(&r) >= 4)
		add(l, text_addr(l->m, wire_get_be32(&r)), false);
	return set->len && set->len % 4 == 0;
}

/* No type of ours: what the file took it for. */
static bool
put_any(struct items *l, const struct setting *set)
{
	if (is_type(set, OPTION_IP) && set->len % 4 == 0)
		return put_ips(l, set);
	if (!is_type(set, OPTION_INT) && is_printable(set->data, set->len))
		return put_text(l, set->data, set->len);
	return put_hex(l, set->data, set->len);
}

static bool
put_bytes(struct items *l, const struct setting *set)
{
	if (set->code != 43 && is_printable(set->data, set->len))
		return put_text(l, set->data, set->len);
	return put_hex(l, set->data, set->len);
}

static bool
put_pairs(struct items *l, const struct setting *set)
{
	struct wire_r r;

	wire_r_init(&r, set->data, set->len);
	while (wire_r_left(&r) >= 8) {
		const char *a = text_addr(l->m, wire_get_be32(&r));
		const char *b = text_addr(l->m, wire_get_be32(&r));

		add(l, mem_printf(l->m, "%s via %s", a, b), false);
	}
	return set->len && set->len % 8 == 0;
}

static uint64_t
number_of(const uint8_t *s, size_t len)
{
	uint64_t n = 0;

	while (len--)
		n = n << 8 | *s++;
	return n;
}

static bool
put_number(struct items *l, const struct setting *set, size_t size)
{
	add(l, mem_printf(l->m, "%" PRIu64, number_of(set->data, size)), false);
	return set->len == size;
}

static bool
put_signed(struct items *l, const struct setting *set)
{
	uint64_t n = number_of(set->data, 4);
	bool minus = n > INT32_MAX;

	if (minus)
		n = (UINT64_C(1) << 32) - n;
	add(l, mem_printf(l->m, "%s%" PRIu64, minus ? "-" : "", n), false);
	return set->len == 4;
}

static bool
put_u16s(struct items *l, const struct setting *set)
{
	for (size_t i = 0; i + 2 <= set->len; i += 2)
		add(l,
		    mem_printf(l->m, "%" PRIu64, number_of(set->data + i, 2)),
		    false);
	return set->len && set->len % 2 == 0;
}

/* Names of RFC 1035 without pointers. */
static bool
put_domains(struct items *l, const struct setting *set)
{
	struct buf b = {.m = l->m};
	size_t i = 0, n, used;

	while (i < set->len) {
		n = set->data[i++];
		if (n == 0 && b.len) {
			add(l,
			    text_quoted(
				l->m, (const uint8_t *)b.s, b.len, 1024, &used),
			    false);
			b.len = 0;
			continue;
		}
		if (n == 0 || n > 63 || n > set->len - i)
			return false;
		if (b.len)
			buf_text(&b, ".");
		buf_add(&b, set->data + i, n);
		i += n;
	}
	return b.len == 0;
}

/* RFC 3442 */
static bool
put_routes(struct items *l, const struct setting *set)
{
	struct wire_r r;

	wire_r_init(&r, set->data, set->len);
	while (wire_r_left(&r)) {
		uint8_t width = wire_get_u8(&r);
		uint32_t net = 0, via;

		for (unsigned int bit = 0; bit < width && bit < 32; bit += 8)
			net |= (uint32_t)wire_get_u8(&r) << (24 - bit);
		via = wire_get_be32(&r);
		if (r.bad || width > 32 || (net & ~ip4_mask(width).v))
			return false;
		add(l,
		    mem_printf(l->m, "%s/%u via %s", text_addr(l->m, net),
			width, text_addr(l->m, via)),
		    false);
	}
	return true;
}

static bool
put_flag(struct items *l, const struct setting *set)
{
	add(l, set->data[0] ? "yes" : "no", false);
	return set->len == 1 && set->data[0] <= 1;
}

static bool
put(struct items *l, const struct setting *set, enum dhcp_vtype type)
{
	switch (type) {
	case DHCP_V_ANY:
		return put_any(l, set);
	case DHCP_V_TEXT:
		return put_text(l, set->data, set->len);
	case DHCP_V_BYTES:
		return put_bytes(l, set);
	case DHCP_V_IP:
		return put_ips(l, set) && set->len == 4;
	case DHCP_V_IPS:
		return put_ips(l, set);
	case DHCP_V_PAIRS:
		return put_pairs(l, set);
	case DHCP_V_BOOL:
		return put_flag(l, set);
	case DHCP_V_U8:
		return put_number(l, set, 1);
	case DHCP_V_U16:
		return set->len == 2 && put_number(l, set, 2);
	case DHCP_V_U32:
		return set->len == 4 && put_number(l, set, 4);
	case DHCP_V_S32:
		return set->len == 4 && put_signed(l, set);
	case DHCP_V_SECONDS:
		add(l,
		    text_duration(
			l->m, set->len == 4 ? number_of(set->data, 4) : 0),
		    false);
		return set->len == 4;
	case DHCP_V_U16S:
		return put_u16s(l, set);
	case DHCP_V_DOMAINS:
		return put_domains(l, set);
	case DHCP_V_ROUTES:
		return put_routes(l, set);
	case DHCP_V_REFUSED:
		break;
	}
	return false;
}

struct item *
text_option(struct mem *m, const struct setting *set)
{
	const struct dhcp_name *name = dhcp_name_by_code(set->code);
	struct items l = {.m = m};

	l.last = &l.first;
	return put(&l, set, name ? name->type : DHCP_V_ANY) ? l.first : NULL;
}

/* ---- values that classes ask for ---- */

const char *
text_hex(struct mem *m, const uint8_t *b, size_t len)
{
	struct buf s = {.m = m};

	for (size_t i = 0; i < len; i++)
		buf_printf(&s, "%s%02x", i ? ":" : "", b[i]);
	return s.s;
}

const char *
text_uuid(struct mem *m, const uint8_t *b)
{
	struct buf s = {.m = m};

	for (size_t i = 0; i < 16; i++)
		buf_printf(&s, "%s%02x",
		    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
	return s.s;
}

/* Bytes as text in quotes. */
static const char *
text_escaped(struct mem *m, const uint8_t *b, size_t len)
{
	struct buf s = {.m = m};

	buf_text(&s, "\"");
	for (size_t i = 0; i < len; i++)
		buf_printf(&s, "\\x%02x", b[i]);
	buf_text(&s, "\"");
	return s.s;
}

/* Bytes behind the name of an option with a type would be read as that. */
const char *
text_match(
    struct mem *m, uint8_t code, uint8_t sub, const uint8_t *b, size_t len)
{
	const struct dhcp_name *name = sub ? NULL : dhcp_name_by_code(code);
	enum dhcp_vtype type = name ? name->type : DHCP_V_ANY;
	bool plain = true;
	size_t used;

	for (size_t i = 0; i < len; i++)
		plain &= b[i] >= 0x20 && b[i] < 0x7f;
	if ((type == DHCP_V_IP || type == DHCP_V_IPS) && len == 4)
		return text_addr(m, (uint32_t)number_of(b, 4));
	if (plain)
		return text_quoted(m, b, len, 1024, &used);
	if (type == DHCP_V_ANY || type == DHCP_V_BYTES)
		return len == 1 ? mem_printf(m, "0x%02x", b[0])
				: text_hex(m, b, len);
	return text_escaped(m, b, len);
}
