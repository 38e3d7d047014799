/*
 * dhcp_value.c - the text of an option's value -> bytes on the wire; see
 * dhcp_names.h.
 *
 * Lists end up one behind the other, as RFC 2132 has them, so a list that is
 * continued is simply longer.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_names.h"
#include "value.h"
#include "wire.h"

/* A value on its way to the wire. */
struct out {
	struct wire_w w;
	char *why;
};

static bool
bad(struct out *o, const char *what, const char *item, const char *right)
{
	(void)snprintf(
	    o->why, VALUE_WHY, "\"%.64s\" is not %s; %s", item, what, right);
	return false;
}

static bool
put_text(struct out *o, const struct value_item *it)
{
	uint8_t hex[VALUE_ITEM];

	if (it->len == 0) {
		(void)snprintf(o->why, VALUE_WHY,
		    "the text is empty; an option has at least one byte");
		return false;
	}
	if (!it->quoted && strpbrk(it->s, " \t"))
		return bad(o, "one word", it->s, "put the text in quotes");
	if (!it->quoted && it->len > 2 && value_hex(it->s, hex, sizeof hex) > 1)
		return bad(o, "clearly text", it->s,
		    "put it in quotes, with \\xNN for bytes that are no "
		    "letters");
	wire_put_bytes(&o->w, it->s, it->len);
	return true;
}

static bool
put_bytes(struct out *o, const struct value_item *it)
{
	uint8_t hex[VALUE_ITEM];
	size_t n;

	if (it->quoted)
		return put_text(o, it);
	n = value_hex(it->s, hex, sizeof hex);
	if (n == 0)
		return bad(o, "hex bytes", it->s,
		    "write them as 01:04:00:00:00:00, or text in quotes");
	wire_put_bytes(&o->w, hex, n);
	return true;
}

static bool
put_ip(struct out *o, const struct value_item *it)
{
	struct ip4 a;

	if (!ip4_parse(it->s, &a))
		return bad(
		    o, "an IPv4 address", it->s, "write it as 192.0.2.1");
	wire_put_be32(&o->w, a.v);
	return true;
}

/* What the admin wrote decides: quotes, an address, else hex bytes. */
static bool
put_any(struct out *o, const struct value_item *it)
{
	struct ip4 a;

	if (it->quoted)
		return put_text(o, it);
	if (ip4_parse(it->s, &a))
		return put_ip(o, it);
	if (!strchr(it->s, ':') && !strchr(it->s, '-') &&
	    strncmp(it->s, "0x", 2) != 0)
		return bad(o, "clear for an option without a known type", it->s,
		    "write \"text\" in quotes, bytes as 00:2a or 0x2a, or an "
		    "address");
	return put_bytes(o, it);
}

static bool
put_pair(struct out *o, const struct value_item *it)
{
	struct ip4 a, b;

	if (!value_two(it->s, "via", &a, &b) && !value_two(it->s, "/", &a, &b))
		return bad(o, "a pair of addresses", it->s,
		    "write it as 10.0.0.0 via 10.0.0.1 or ADDRESS/MASK");
	wire_put_be32(&o->w, a.v);
	wire_put_be32(&o->w, b.v);
	return true;
}

static bool
put_bool(struct out *o, const struct value_item *it)
{
	bool yes = strcmp(it->s, "yes") == 0;

	if (!yes && strcmp(it->s, "no") != 0)
		return bad(o, "yes or no", it->s, "write one of them");
	wire_put_u8(&o->w, yes);
	return true;
}

static bool
number(struct out *o, const struct value_item *it, uint64_t max, uint64_t *n)
{
	char right[64];

	if (text_number(it->s, 0, max, n))
		return true;
	(void)snprintf(
	    right, sizeof right, "write one from 0 to %" PRIu64, max);
	return bad(o, "such a number", it->s, right);
}

static bool
put_u8(struct out *o, const struct value_item *it)
{
	uint64_t n;

	if (!number(o, it, UINT8_MAX, &n))
		return false;
	wire_put_u8(&o->w, (uint8_t)n);
	return true;
}

static bool
put_u16(struct out *o, const struct value_item *it)
{
	uint64_t n;

	if (!number(o, it, UINT16_MAX, &n))
		return false;
	wire_put_be16(&o->w, (uint16_t)n);
	return true;
}

static bool
put_u32(struct out *o, const struct value_item *it)
{
	uint64_t n;

	if (!number(o, it, UINT32_MAX, &n))
		return false;
	wire_put_be32(&o->w, (uint32_t)n);
	return true;
}

static bool
put_s32(struct out *o, const struct value_item *it)
{
	bool minus = it->s[0] == '-';
	uint64_t n;

	if (!text_number(it->s + minus, 0, (uint64_t)INT32_MAX + minus, &n))
		return bad(o, "such a number", it->s,
		    "write one from -2147483648 to 2147483647");
	wire_put_be32(&o->w, minus ? (uint32_t)(0 - n) : (uint32_t)n);
	return true;
}

static bool
put_seconds(struct out *o, const struct value_item *it)
{
	uint64_t ms;

	if (!value_duration(it->s, &ms) ||
	    (ms != VALUE_INFINITE && (ms % 1000 || ms / 1000 >= UINT32_MAX)))
		return bad(o, "such a duration", it->s,
		    "write whole seconds as 30s, 10m, 12h, 7d or infinite");
	wire_put_be32(
	    &o->w, ms == VALUE_INFINITE ? UINT32_MAX : (uint32_t)(ms / 1000));
	return true;
}

/* RFC 1035 3.1, without compression: no client needs that we compress. */
static bool
put_domain(struct out *o, const struct value_item *it)
{
	const char *s = it->s;

	if (it->len > 253 || strlen(s) != it->len)
		return bad(o, "a domain name", s, "at most 253 bytes");
	while (*s) {
		size_t n = strcspn(s, ".");

		if (n == 0 || n > 63 || memchr(s, ' ', n))
			return bad(o, "a domain name", it->s,
			    "write labels of 1 to 63 letters with dots "
			    "between");
		wire_put_u8(&o->w, (uint8_t)n);
		wire_put_bytes(&o->w, s, n);
		s += n;
		s += *s == '.';
	}
	wire_put_u8(&o->w, 0);
	return true;
}

/* RFC 3442: width, the octets of the network that it covers, router. */
static bool
put_route(struct out *o, const struct value_item *it)
{
	const char *via = strstr(it->s, "via");
	char net_text[64];
	struct ip4 net, router;
	unsigned int prefix;
	size_t n = via ? (size_t)(via - it->s) : 0;

	while (n && (it->s[n - 1] == ' ' || it->s[n - 1] == '\t'))
		n--;
	if (n == 0 || n >= sizeof net_text)
		goto wrong;
	memcpy(net_text, it->s, n);
	net_text[n] = '\0';
	via += 3;
	via += strspn(via, " \t");
	if (!value_network(net_text, &net, &prefix) || !ip4_parse(via, &router))
		goto wrong;
	if (net.v & ~ip4_mask(prefix).v)
		return bad(o, "a network", net_text,
		    "the bits behind the prefix must be zero");
	wire_put_u8(&o->w, (uint8_t)prefix);
	for (unsigned int bit = 0; bit < prefix; bit += 8)
		wire_put_u8(&o->w, (uint8_t)(net.v >> (24 - bit)));
	wire_put_be32(&o->w, router.v);
	return true;
wrong:
	return bad(o, "a route", it->s, "write it as 10.0.0.0/8 via 10.0.0.1");
}

static const struct {
	bool (*put)(struct out *o, const struct value_item *it);
	bool list;  /* several in one line */
	bool grows; /* += */
} types[] = {
    [DHCP_V_ANY] = {put_any, true, true},
    [DHCP_V_TEXT] = {put_text, false, true},
    [DHCP_V_BYTES] = {put_bytes, true, true},
    [DHCP_V_IP] = {put_ip, false, false},
    [DHCP_V_IPS] = {put_ip, true, true},
    [DHCP_V_PAIRS] = {put_pair, true, true},
    [DHCP_V_BOOL] = {put_bool, false, false},
    [DHCP_V_U8] = {put_u8, false, false},
    [DHCP_V_U16] = {put_u16, false, false},
    [DHCP_V_U32] = {put_u32, false, false},
    [DHCP_V_S32] = {put_s32, false, false},
    [DHCP_V_SECONDS] = {put_seconds, false, false},
    [DHCP_V_U16S] = {put_u16, true, true},
    [DHCP_V_DOMAINS] = {put_domain, true, true},
    [DHCP_V_ROUTES] = {put_route, true, true},
    [DHCP_V_REFUSED] = {NULL, false, false},
};

bool
dhcp_value_appends(enum dhcp_vtype type)
{
	return types[type].grows;
}

size_t
dhcp_value_parse(enum dhcp_vtype type, const char *text,
    uint8_t buf[static DHCP_VALUE_MAX], char *why)
{
	struct out o = {.why = why};
	struct value_item it;
	int rc;

	if (!types[type].put) {
		(void)snprintf(why, VALUE_WHY, "not to be set; leave it out");
		return 0;
	}
	wire_w_init(&o.w, buf, DHCP_VALUE_MAX);
	if (!types[type].list) {
		if (!value_one(text, &it, why) || !types[type].put(&o, &it))
			return 0;
	} else {
		while ((rc = value_next(&text, &it, why)) == 1)
			if (!types[type].put(&o, &it))
				return 0;
		if (rc == -1)
			return 0;
	}
	if (wire_w_len(&o.w) == 0)
		(void)snprintf(
		    why, VALUE_WHY, "the value is empty; write one behind =");
	return wire_w_len(&o.w);
}
