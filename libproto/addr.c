/*
 * addr.c - addresses and their text; see addr.h.
 * SPDX-License-Identifier: ISC
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

bool
text_number(const char *s, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;

	if (*s == '\0')
		return false;
	for (; *s; s++) {
		unsigned int digit = (unsigned int)(*s - '0');

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (n < min || n > max)
		return false;
	*ret = n;
	return true;
}

bool
ip4_parse(const char *s, struct ip4 *ret)
{
	struct in_addr in;

	if (inet_pton(AF_INET, s, &in) != 1)
		return false;
	ret->v = ntohl(in.s_addr);
	return true;
}

bool
addr_parse(const char *s, struct addr *ret)
{
	struct in6_addr in6;
	struct ip4 ip4;

	if (ip4_parse(s, &ip4)) {
		*ret = addr_from_ip4(ip4);
		return true;
	}
	if (inet_pton(AF_INET6, s, &in6) != 1)
		return false;
	memcpy(ret->b, &in6, sizeof ret->b);
	return true;
}

bool
peer_parse(const char *s, struct peer *ret)
{
	const char *end, *port = NULL;
	struct peer p = {.port = 0};
	char text[ADDR_TEXT];
	uint64_t n;
	size_t len;

	if (*s == '[') {
		end = strchr(++s, ']');
		if (!end || (end[1] != '\0' && end[1] != ':'))
			return false;
		port = end[1] ? end + 2 : NULL;
	} else {
		end = strchr(s, ':');
		if (end && !strchr(end + 1, ':'))
			port = end + 1;
		else
			end = s + strlen(s);
	}
	len = (size_t)(end - s);
	if (len >= sizeof text || (port && !text_number(port, 1, 65535, &n)))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	if ((len || !port) && !addr_parse(text, &p.addr))
		return false;
	p.port = port ? (uint16_t)n : 0;
	*ret = p;
	return true;
}

int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
mac_parse(const char *s, struct mac *ret)
{
	size_t len = strlen(s), group;
	struct mac mac;
	char sep;

	if (len == 17)
		group = 1;
	else if (len == 14)
		group = 2;
	else
		return false;
	sep = s[group * 2];
	if (group == 1 ? (sep != ':' && sep != '-') : sep != '.')
		return false;
	for (size_t i = 0; i < 6; i++) {
		int hi, lo;

		if (i && i % group == 0 && *s++ != sep)
			return false;
		hi = hex_digit(*s++);
		if (hi < 0)
			return false;
		lo = hex_digit(*s++);
		if (lo < 0)
			return false;
		mac.b[i] = (uint8_t)(hi << 4 | lo);
	}
	*ret = mac;
	return true;
}

/* Not printf: a line of each DHCP message has two or three of them. */
char *
ip4_text(struct ip4 a, char buf[static IP4_TEXT])
{
	char *p = buf;
	uint32_t v;

	for (int shift = 24; shift >= 0; shift -= 8) {
		v = a.v >> shift & 255;
		if (v >= 100)
			*p++ = (char)('0' + v / 100);
		if (v >= 10)
			*p++ = (char)('0' + v / 10 % 10);
		*p++ = (char)('0' + v % 10);
		*p++ = shift ? '.' : '\0';
	}
	return buf;
}

char *
addr_text(const struct addr *a, char buf[static ADDR_TEXT])
{
	if (addr_is_ip4(a))
		return ip4_text(addr_ip4(a), buf);
	if (!inet_ntop(AF_INET6, a->b, buf, ADDR_TEXT))
		buf[0] = '\0';
	return buf;
}

char *
peer_text(const struct peer *p, char buf[static PEER_TEXT])
{
	char text[ADDR_TEXT];

	(void)snprintf(buf, PEER_TEXT,
	    addr_is_ip4(&p->addr) ? "%s:%u" : "[%s]:%u",
	    addr_text(&p->addr, text), p->port);
	return buf;
}

char *
hwaddr_text(const uint8_t *b, size_t len, char buf[static HWADDR_TEXT])
{
	static const char digit[] = "0123456789abcdef";
	char *p = buf;

	if (len > 16)
		len = 16;
	for (size_t i = 0; i < len; i++) {
		if (i)
			*p++ = ':';
		*p++ = digit[b[i] >> 4];
		*p++ = digit[b[i] & 15];
	}
	*p = '\0';
	return buf;
}

struct addr
addr_from_ip4(struct ip4 a)
{
	struct addr r;

	memcpy(r.b, mapped, sizeof mapped);
	for (int i = 0; i < 4; i++)
		r.b[12 + i] = (uint8_t)(a.v >> (24 - 8 * i));
	return r;
}

bool
addr_is_ip4(const struct addr *a)
{
	return memcmp(a->b, mapped, sizeof mapped) == 0;
}

struct ip4
addr_ip4(const struct addr *a)
{
	const uint8_t *b = a->b + 12;

	return (struct ip4){(uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
			    (uint32_t)b[2] << 8 | b[3]};
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool
peer_equal(const struct peer *a, const struct peer *b)
{
	return a->port == b->port && a->scope == b->scope &&
	       addr_equal(&a->addr, &b->addr);
}

bool
ip4_is_multicast(struct ip4 a)
{
	return a.v >> 28 == 14;
}

struct ip4
ip4_mask(unsigned int prefix)
{
	return (struct ip4){prefix ? UINT32_MAX << (32 - prefix) : 0};
}

static size_t
safe_len(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' ? 1 : 4;
}

char *
text_safe(const void *s, size_t len, char *buf, size_t size)
{
	const uint8_t *b = s;
	size_t n = 0, whole = 0, room;

	for (size_t i = 0; i < len && whole < size; i++)
		whole += safe_len(b[i]);
	room = whole < size ? size - 1 : size - 4; /* "..." and NUL */
	for (size_t i = 0; i < len; i++) {
		size_t need = safe_len(b[i]);

		if (n + need > room) {
			memcpy(buf + n, "...", 4);
			return buf;
		}
		if (need == 1)
			buf[n] = (char)b[i];
		else
			(void)snprintf(buf + n, 5, "\\x%02x", b[i]);
		n += need;
	}
	buf[n] = '\0';
	return buf;
}
