/*
 * conf_values.c - the readers of the table of keys: one value, text to field.
 *
 * Scalars and text here; lists in conf_lists.c.  Each tells what is wrong
 * and what would be right by conf_bad() and returns false then.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"

/* The value as one item. */
static bool
one(struct conf_parse *p, const char *text, struct value_item *it)
{
	char why[VALUE_WHY];

	return value_one(text, it, why) || conf_bad(p, "%s", why);
}

/* As a C string: no NUL byte and no control character, not empty. */
bool
conf_value_text(struct conf_parse *p, const struct value_item *it)
{
	if (it->len == 0)
		return conf_bad(p, "the text is empty; leave the key out");
	for (size_t i = 0; i < it->len; i++)
		if ((unsigned char)it->s[i] < 0x20 || it->s[i] == 0x7f)
			return conf_bad(p,
			    "control character \\x%02x in the text; only "
			    "options take any bytes",
			    (unsigned char)it->s[i]);
	return true;
}

static bool
one_text(struct conf_parse *p, const char *text, struct value_item *it)
{
	if (!one(p, text, it) || !conf_value_text(p, it))
		return false;
	if (!it->quoted && strpbrk(it->s, " \t"))
		return conf_bad(
		    p, "\"%s\" has blanks; put the text in quotes", it->s);
	return true;
}

static bool
keep(struct conf_parse *p, const char *s, void *field)
{
	const char *copy = conf_dup(p->arena, s, strlen(s));

	if (!copy)
		return conf_nomem(p);
	memcpy(field, &copy, sizeof copy);
	return true;
}

bool
read_bool(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	(void)k;
	if (strcmp(text, "yes") == 0)
		*(bool *)field = true;
	else if (strcmp(text, "no") == 0)
		*(bool *)field = false;
	else
		return conf_bad(
		    p, "\"%s\" is neither yes nor no; write one of them", text);
	return true;
}

static bool
number(struct conf_parse *p, const struct conf_key *k, const char *text,
    uint64_t *n)
{
	if (text_number(text, k->min, k->max, n))
		return true;
	return conf_bad(p,
	    "\"%s\" is not such a number; write one from %" PRIu64
	    " to %" PRIu64,
	    text, k->min, k->max);
}

bool
read_u8(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	uint64_t n;

	if (!number(p, k, text, &n))
		return false;
	*(uint8_t *)field = (uint8_t)n;
	return true;
}

bool
read_u16(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	uint64_t n;

	if (!number(p, k, text, &n))
		return false;
	*(uint16_t *)field = (uint16_t)n;
	return true;
}

bool
read_u32(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	uint64_t n;

	if (!number(p, k, text, &n))
		return false;
	*(uint32_t *)field = (uint32_t)n;
	return true;
}

bool
read_size16(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	uint64_t n;

	if (!value_size(text, &n) || n < k->min || n > k->max)
		return conf_bad(p,
		    "\"%s\" is not such a size; write a number of bytes from "
		    "%" PRIu64 " to %" PRIu64,
		    text, k->min, k->max);
	*(uint16_t *)field = (uint16_t)n;
	return true;
}

/* A bound as one would write it: 366d, 90s, 500ms. */
static const char *
duration_text(uint64_t n, uint64_t unit_ms, char buf[static 24])
{
	static const struct {
		uint64_t ms;
		const char *word;
	} unit[] = {{86400000, "d"}, {3600000, "h"}, {60000, "m"}, {1000, "s"}};
	uint64_t ms = n * unit_ms;

	for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++)
		if (ms && ms % unit[i].ms == 0) {
			(void)snprintf(buf, 24, "%" PRIu64 "%s",
			    ms / unit[i].ms, unit[i].word);
			return buf;
		}
	(void)snprintf(buf, 24, "%" PRIu64 "%s", n, unit_ms == 1 ? "ms" : "s");
	return buf;
}

/* A duration in units of unit_ms, within min and max of the key. */
static bool
duration(struct conf_parse *p, const struct conf_key *k, const char *text,
    uint64_t unit_ms, uint32_t *ret)
{
	const char *also = k->max == CONF_INFINITE ? ", or infinite" : "";
	char min[24], max[24];
	uint64_t ms;

	(void)duration_text(k->min, unit_ms, min);
	(void)duration_text(
	    k->max == CONF_INFINITE ? k->max - 1 : k->max, unit_ms, max);
	if (!value_duration(text, &ms))
		return conf_bad(p,
		    "\"%s\" is not a duration; write it as 30s, 10m, 12h or "
		    "7d%s",
		    text, also);
	if (ms == VALUE_INFINITE && k->max == CONF_INFINITE) {
		*ret = CONF_INFINITE;
		return true;
	}
	if (ms == VALUE_INFINITE)
		return conf_bad(
		    p, "this duration cannot be infinite; at most %s", max);
	if (ms % unit_ms)
		return conf_bad(
		    p, "\"%s\" is not in whole seconds; round it", text);
	ms /= unit_ms;
	if (ms < k->min || ms > k->max ||
	    (k->max == CONF_INFINITE && ms == k->max))
		return conf_bad(p, "\"%s\" is out of range; write %s to %s%s",
		    text, min, max, also);
	*ret = (uint32_t)ms;
	return true;
}

bool
read_seconds(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	return duration(p, k, text, 1000, field);
}

bool
read_seconds8(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	uint32_t s = 0;

	if (!duration(p, k, text, 1000, &s))
		return false;
	*(uint8_t *)field = (uint8_t)s;
	return true;
}

bool
read_ms(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	return duration(p, k, text, 1, field);
}

bool
read_port_order(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	enum conf_port_order order;

	(void)k;
	if (strcmp(text, "little") == 0)
		order = CONF_PORTS_LITTLE;
	else if (strcmp(text, "network") == 0)
		order = CONF_PORTS_NETWORK;
	else
		return conf_bad(p,
		    "\"%s\" is no byte order; write little (Intel's, 1758 is "
		    "de 06) or network",
		    text);
	memcpy(field, &order, sizeof order);
	return true;
}

bool
read_ip4(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct ip4 a;

	if (!ip4_parse(text, &a))
		return conf_bad(p,
		    "\"%s\" is not an IPv4 address; write it as 192.0.2.1",
		    text);
	if (a.v >> 28 >= 14 || a.v < k->min)
		return conf_bad(p,
		    "%s is not the address of a machine; write that of a "
		    "server",
		    text);
	*(struct ip4 *)field = a;
	return true;
}

bool
read_multicast(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct ip4 a;

	(void)k;
	if (!ip4_parse(text, &a) || !ip4_is_multicast(a))
		return conf_bad(p,
		    "\"%s\" is not a multicast address; write one from "
		    "224.0.0.0 to 239.255.255.255, best 239.255.x.x",
		    text);
	*(struct ip4 *)field = a;
	return true;
}

bool
read_addr(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	(void)k;
	if (!addr_parse(text, field))
		return conf_bad(p,
		    "\"%s\" is not an IPv4 or IPv6 address; write :: for all",
		    text);
	return true;
}

bool
read_text(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct value_item it;

	if (!one_text(p, text, &it))
		return false;
	if (it.len > k->max)
		return conf_bad(p,
		    "the text has %zu bytes; at most %" PRIu64 " fit", it.len,
		    k->max);
	return keep(p, it.s, field);
}

/* Does ".." stand between slashes or backslashes? */
bool
conf_path_climbs(const char *s)
{
	for (;; s++) {
		size_t n = strcspn(s, "/\\");

		if (n == 2 && s[0] == '.' && s[1] == '.')
			return true;
		s += n;
		if (*s == '\0')
			return false;
	}
}

bool
read_boot_file(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct value_item it;

	if (!one_text(p, text, &it))
		return false;
	if (it.len > k->max)
		return conf_bad(p,
		    "the name has %zu bytes, the file field takes %" PRIu64
		    "; shorten it, or use option.bootfile-name",
		    it.len, k->max);
	if (conf_path_climbs(it.s) && !strstr(it.s, "://"))
		return conf_bad(p,
		    "\"..\" leads out of the boot tree; name a file below it");
	return keep(p, it.s, field);
}

const char *
conf_mtftp_file_wrong(const char *s)
{
	if (*s == '/')
		return "the path begins with \"/\"; write it below tftp_root, "
		       "as in \"images/pc.img\"";
	if (conf_path_climbs(s))
		return "\"..\" leads out of the boot tree; name a file below "
		       "it";
	return NULL;
}

bool
read_mtftp_file(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	const char *wrong;
	struct value_item it;

	if (!one_text(p, text, &it))
		return false;
	wrong = conf_mtftp_file_wrong(it.s);
	if (wrong)
		return conf_bad(p, "%s", wrong);
	if (it.len > k->max)
		return conf_bad(p,
		    "the name has %zu bytes; at most %" PRIu64 " fit", it.len,
		    k->max);
	return keep(p, it.s, field);
}

bool
read_path(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct value_item it;

	(void)k;
	if (!one_text(p, text, &it))
		return false;
	if (it.s[0] != '/')
		return conf_bad(
		    p, "\"%s\" is not an absolute path; begin it with /", it.s);
	return keep(p, it.s, field);
}

bool
read_user(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct value_item it;

	(void)k;
	if (!one_text(p, text, &it))
		return false;
	if (it.len > 32 || strpbrk(it.s, ":/ ") || it.s[0] == '-')
		return conf_bad(p,
		    "\"%s\" is not the name of a user; write one of passwd(5)",
		    it.s);
	return keep(p, it.s, field);
}

/* As the kernel takes it: dev_valid_name(). */
bool
conf_value_interface(struct conf_parse *p, const struct value_item *it)
{
	if (it->len == 0 || it->len > 15 || strpbrk(it->s, "/: \t") ||
	    strlen(it->s) != it->len || strcmp(it->s, ".") == 0 ||
	    strcmp(it->s, "..") == 0)
		return conf_bad(p,
		    "\"%.64s\" is not the name of an interface; write it as "
		    "\"ip link\" shows it, without @",
		    it->s);
	return true;
}

bool
read_interface(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct value_item it;

	(void)k;
	return one_text(p, text, &it) && conf_value_interface(p, &it) &&
	       keep(p, it.s, field);
}

bool
conf_hostname_ok(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._";

	return *s && strlen(s) <= 63 && s[strspn(s, letters)] == '\0' &&
	       *s != '-' && *s != '.';
}

bool
read_hostname(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct value_item it;

	(void)k;
	if (!one_text(p, text, &it))
		return false;
	if (!conf_hostname_ok(it.s))
		return conf_bad(p,
		    "\"%s\" is not a host name; write letters, digits, \"-\" "
		    "and \".\", at most 63",
		    it.s);
	return keep(p, it.s, field);
}

bool
read_client_id(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	size_t *len = (size_t *)(void *)((char *)field - k->off + k->off_n);
	uint8_t hex[VALUE_ITEM];
	const void *bytes = hex;
	struct value_item it;
	const uint8_t *copy;
	size_t n;

	if (!one(p, text, &it))
		return false;
	n = it.quoted ? 0 : value_hex(it.s, hex, sizeof hex);
	if (it.quoted) {
		bytes = it.s;
		n = it.len;
	}
	if (n < 2)
		return conf_bad(p,
		    "\"%.64s\" is not a client identifier; write its bytes as "
		    "01:00:54:55:56:67:68, or text in quotes",
		    it.s);
	copy = conf_dup(p->arena, bytes, n);
	if (!copy)
		return conf_nomem(p);
	memcpy(field, &copy, sizeof copy);
	*len = n;
	return true;
}
