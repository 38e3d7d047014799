/*
 * addr.h - IPv4, IPv6 and MAC addresses and their text; foreign text made
 * printable.
 *
 * struct ip4 holds an IPv4 address in host order: DHCP here is IPv4 only.
 * struct addr holds either family, IPv4 in its mapped form (::ffff:a.b.c.d),
 * so that two addresses are equal when their bytes are: TFTP speaks both.
 *
 * The parsers take the whole string or fail: no leading or trailing blanks,
 * no octal, no short forms (10.1).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_ADDR_H
#define REMOTEBOOT_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ip4 {
	uint32_t v; /* host order */
};

struct addr {
	uint8_t b[16]; /* network order; IPv4 mapped */
};

/* Where a datagram comes from or goes to; port in host order. */
struct peer {
	struct addr addr;
	uint16_t port;
	uint32_t scope; /* interface of a link-local IPv6 address, else 0 */
};

struct mac {
	uint8_t b[6];
};

enum {
	IP4_TEXT = 16,	 /* "255.255.255.255" and NUL */
	ADDR_TEXT = 46,	 /* INET6_ADDRSTRLEN */
	PEER_TEXT = 56,	 /* "[addr]:65535" and NUL */
	HWADDR_TEXT = 48 /* 16 bytes "xx:" */
};

/* Text to value: false and *ret untouched when s is not wholly one. */
bool ip4_parse(const char *s, struct ip4 *ret);
bool addr_parse(const char *s, struct addr *ret);
/*
 * ADDRESS, A.B.C.D:PORT, [V6]:PORT, [V6], or :PORT for all addresses; without
 * a port it is 0.
 */
bool peer_parse(const char *s, struct peer *ret);
/* aa:bb:cc:dd:ee:ff; also with '-', and aabb.ccdd.eeff */
bool mac_parse(const char *s, struct mac *ret);
/* The value of one digit in either case; -1 when it is none. */
int hex_digit(char c);

/* Value to text; each returns buf. */
char *ip4_text(struct ip4 a, char buf[static IP4_TEXT]);
char *addr_text(const struct addr *a, char buf[static ADDR_TEXT]);
char *peer_text(const struct peer *p, char buf[static PEER_TEXT]);
/* Hardware address of len bytes (at most 16 are shown). */
char *hwaddr_text(const uint8_t *b, size_t len, char buf[static HWADDR_TEXT]);

struct addr addr_from_ip4(struct ip4 a);
bool addr_is_ip4(const struct addr *a);
/* The IPv4 address of a; only when addr_is_ip4(). */
struct ip4 addr_ip4(const struct addr *a);
bool addr_equal(const struct addr *a, const struct addr *b);
bool peer_equal(const struct peer *a, const struct peer *b);
bool ip4_is_multicast(struct ip4 a);
/* /N to its mask, N from 0 to 32. */
struct ip4 ip4_mask(unsigned int prefix);

/*
 * Foreign text made printable for a log line: bytes outside 0x20..0x7e, the
 * quote and the backslash become \xNN; what does not fit into size ends in
 * "...".  len bytes are read, NUL or not.  buf is always NUL-terminated
 * (size >= 4).  Returns buf.
 */
char *text_safe(const void *s, size_t len, char *buf, size_t size);

/*
 * A decimal number of the whole string between min and max; false and *ret
 * untouched otherwise (empty, sign, blanks, overflow, out of range).
 */
bool text_number(const char *s, uint64_t min, uint64_t max, uint64_t *ret);

#endif
