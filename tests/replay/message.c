/*
 * message.c - DHCP messages of replay scripts: words to bytes; see message.h.
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "message.h"
#include "wire.h"

/* "01:ab" to bytes; false when it is not wholly that. */
bool
message_hex(const char *s, uint8_t *b, size_t size, size_t *len)
{
	*len = 0;
	for (; *s; s += 2) {
		if (*len && *s++ != ':')
			return false;
		if (hex_digit(s[0]) < 0 || hex_digit(s[1]) < 0 || *len == size)
			return false;
		b[(*len)++] = (uint8_t)(hex_digit(s[0]) << 4 | hex_digit(s[1]));
	}
	return *len > 0;
}

size_t
message_value(const char *s, uint8_t *b, size_t size)
{
	struct ip4 a;
	struct wire_w w;
	size_t len;

	if (message_hex(s, b, size, &len))
		return len;
	wire_w_init(&w, b, size);
	if (ip4_parse(s, &a))
		wire_put_be32(&w, a.v);
	else if (strncmp(s, "u16:", 4) == 0)
		wire_put_be16(&w, (uint16_t)strtoul(s + 4, NULL, 0));
	else if (strncmp(s, "u32:", 4) == 0)
		wire_put_be32(&w, (uint32_t)strtoul(s + 4, NULL, 0));
	else
		wire_put_bytes(&w, s, strlen(s));
	return wire_w_len(&w);
}

/* Option code of a word "43=..."; 0 when it is none. */
unsigned int
message_code(const char *word)
{
	char *end;
	unsigned long v = strtoul(word, &end, 10);

	return end != word && *end == '=' && v < 255 ? (unsigned int)v : 0;
}

bool
message_same_key(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return n == strcspn(b, "=") && strncmp(a, b, n) == 0;
}

/* Value of a key: the step's, else the one that was set. */
const char *
message_get(
    const struct message_set *m, const struct replay_step *s, const char *key)
{
	const char *v = replay_value(s, key);
	size_t n = strlen(key);

	for (size_t i = 0; !v && i < m->nword; i++)
		if (strncmp(m->word[i], key, n) == 0 && m->word[i][n] == '=')
			v = m->word[i] + n + 1;
	return v;
}

uint32_t
message_number(const struct message_set *m, const struct replay_step *s,
    const char *key, uint32_t dflt)
{
	const char *v = message_get(m, s, key);

	return v ? (uint32_t)strtoul(v, NULL, 0) : dflt;
}

struct ip4
message_address(const struct message_set *m, const struct replay_step *s,
    const char *key, uint32_t dflt)
{
	const char *v = message_get(m, s, key);
	struct ip4 a = {dflt};

	if (v)
		(void)ip4_parse(v, &a);
	return a;
}

static void
put_text(struct wire_w *w, const char *s, size_t size)
{
	size_t n = s ? strlen(s) : 0;

	wire_put_bytes(w, s, n < size ? n : size);
	wire_put_zero(w, n < size ? size - n : 0);
}

static void
put_header(
    struct wire_w *w, const struct message_set *m, const struct replay_step *s)
{
	static const char *const addr[] = {
	    "ciaddr", "yiaddr", "siaddr", "giaddr"};
	const char *flags = message_get(m, s, "flags");
	const char *v = message_get(m, s, "chaddr");
	uint8_t chaddr[16] = {0};
	size_t hlen = 0;

	if (v)
		(void)message_hex(v, chaddr, sizeof chaddr, &hlen);
	wire_put_u8(w, (uint8_t)message_number(m, s, "op", 1));
	wire_put_u8(w, (uint8_t)message_number(m, s, "htype", 1));
	wire_put_u8(w, (uint8_t)message_number(m, s, "hlen", (uint32_t)hlen));
	wire_put_u8(w, (uint8_t)message_number(m, s, "hops", 0));
	wire_put_be32(w, message_number(m, s, "xid", 1));
	wire_put_be16(w, (uint16_t)message_number(m, s, "secs", 0));
	wire_put_be16(w, flags && strcmp(flags, "B") == 0
			     ? DHCP_FLAG_BROADCAST
			     : (uint16_t)message_number(m, s, "flags", 0));
	for (size_t i = 0; i < 4; i++)
		wire_put_be32(w, message_address(m, s, addr[i], 0).v);
	wire_put_bytes(w, chaddr, sizeof chaddr);
	put_text(w, message_get(m, s, "sname"), 64);
	put_text(w, message_get(m, s, "file"), 128);
}

static void
put_option(struct wire_w *w, const char *word)
{
	uint8_t b[512];
	const char *v = strchr(word, '=') + 1;
	size_t n = strcmp(v, "empty") == 0 ? 0 : message_value(v, b, sizeof b);

	if (strcmp(v, "none") == 0)
		return;
	wire_put_u8(w, (uint8_t)message_code(word));
	wire_put_u8(w, (uint8_t)n);
	wire_put_bytes(w, b, n & 0xff);
}

static void
put_options(
    struct wire_w *w, const struct message_set *m, const struct replay_step *s)
{
	for (size_t i = 0; i < m->nword; i++) {
		bool own = false;

		for (size_t k = 0; k < s->nword; k++)
			own |= message_same_key(s->word[k], m->word[i]);
		if (!own && message_code(m->word[i]))
			put_option(w, m->word[i]);
	}
	for (size_t k = 0; k < s->nword; k++)
		if (message_code(s->word[k]))
			put_option(w, s->word[k]);
}

static const char *const types[] = {"BOOTP", "DISCOVER", "OFFER", "REQUEST",
    "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"};

static unsigned int
message_type(const struct message_set *m, const struct replay_step *s)
{
	for (unsigned int i = 0; i < 9; i++)
		if (strcmp(s->word[1], types[i]) == 0)
			return i;
	return message_number(m, s, "type", 0);
}

size_t
message_build(const struct message_set *m, const struct replay_step *s,
    uint8_t *b, size_t size)
{
	const char *cookie = message_get(m, s, "cookie");
	unsigned int type = message_type(m, s);
	struct wire_w w;
	uint8_t c[4];
	size_t n = 4;

	wire_w_init(&w, b, size);
	put_header(&w, m, s);
	if (cookie && strcmp(cookie, "none") == 0)
		return wire_w_len(&w);
	if (!cookie || !message_hex(cookie, c, sizeof c, &n))
		(void)message_hex("63:82:53:63", c, sizeof c, &n);
	wire_put_bytes(&w, c, n);
	if (type) {
		wire_put_u8(&w, DHCP_MESSAGE_TYPE);
		wire_put_u8(&w, 1);
		wire_put_u8(&w, (uint8_t)type);
	}
	put_options(&w, m, s);
	wire_put_u8(&w, DHCP_END);
	return wire_w_len(&w);
}
