/*
 * dhcp_text.c - the bytes of an option -> text for people and for templates;
 * see dhcp_names.h.  What dhcp_value.c reads, this writes, but for quotes.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "dhcp_names.h"
#include "wire.h"

struct text {
	char *buf;
	size_t size, n;
	bool bad;
};

static void
put(struct text *t, const char *s, size_t len)
{
	if (len >= t->size - t->n) {
		t->bad = true;
		return;
	}
	memcpy(t->buf + t->n, s, len);
	t->n += len;
	t->buf[t->n] = '\0';
}

static void
put_number(struct text *t, int64_t v)
{
	char s[24];
	int n = snprintf(s, sizeof s, "%" PRId64, v);

	put(t, s, (size_t)n);
}

static void
put_address(struct text *t, struct wire_r *r)
{
	struct ip4 a = {wire_get_be32(r)};
	char s[IP4_TEXT];

	(void)ip4_text(a, s);
	put(t, s, strlen(s));
}

static void
put_hex(struct text *t, struct wire_r *r)
{
	char s[4];

	for (bool first = true; wire_r_left(r); first = false) {
		(void)snprintf(
		    s, sizeof s, "%s%02x", first ? "" : ":", wire_get_u8(r));
		put(t, s, strlen(s));
	}
}

/* Printable to the end? */
static bool
is_text(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] < 0x20 || data[i] == 0x7f)
			return false;
	return true;
}

/* A name in the form of RFC 1035, without compression. */
static void
put_domain(struct text *t, struct wire_r *r)
{
	const uint8_t *label;
	uint8_t len;

	for (bool first = true; (len = wire_get_u8(r)) != 0 && !r->bad;
	     first = false) {
		label = wire_get_ptr(r, len);
		if (!label)
			return;
		if (!first)
			put(t, ".", 1);
		put(t, (const char *)label, len);
	}
}

/* RFC 3442: a prefix, as much of the network as it has, the router. */
static void
put_route(struct text *t, struct wire_r *r)
{
	uint8_t prefix = wire_get_u8(r);
	struct ip4 net = {0};
	char s[IP4_TEXT + 8];

	for (unsigned int i = 0; i < 4 && i * 8 < prefix; i++)
		net.v |= (uint32_t)wire_get_u8(r) << (24 - 8 * i);
	(void)ip4_text(net, s);
	put(t, s, strlen(s));
	(void)snprintf(s, sizeof s, "/%u via ", prefix);
	put(t, s, strlen(s));
	put_address(t, r);
}

static void
put_one(struct text *t, struct wire_r *r, enum dhcp_vtype type)
{
	switch (type) {
	case DHCP_V_IP:
	case DHCP_V_IPS:
		put_address(t, r);
		break;
	case DHCP_V_PAIRS:
		put_address(t, r);
		put(t, " via ", 5);
		put_address(t, r);
		break;
	case DHCP_V_BOOL:
	case DHCP_V_U8:
		put_number(t, wire_get_u8(r));
		break;
	case DHCP_V_U16:
	case DHCP_V_U16S:
		put_number(t, wire_get_be16(r));
		break;
	case DHCP_V_U32:
	case DHCP_V_SECONDS:
		put_number(t, wire_get_be32(r));
		break;
	case DHCP_V_S32:
		put_number(t, (int32_t)wire_get_be32(r));
		break;
	case DHCP_V_DOMAINS:
		put_domain(t, r);
		break;
	case DHCP_V_ROUTES:
		put_route(t, r);
		break;
	default:
		put_hex(t, r);
		break;
	}
}

bool
dhcp_value_text(enum dhcp_vtype type, const uint8_t *data, size_t len,
    char *buf, size_t size)
{
	struct text t = {.buf = buf, .size = size};
	struct wire_r r;

	buf[0] = '\0';
	wire_r_init(&r, data, len);
	if (type == DHCP_V_TEXT ||
	    ((type == DHCP_V_ANY || type == DHCP_V_BYTES) &&
		is_text(data, len))) {
		put(&t, (const char *)data, len);
		return !t.bad;
	}
	while (wire_r_left(&r) && !r.bad && !t.bad) {
		if (t.n)
			put(&t, ",", 1);
		put_one(&t, &r, type);
	}
	return !r.bad && !t.bad;
}
