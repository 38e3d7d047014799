/*
 * value.c - values as they are written in remoteboot.conf; see value.h.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "value.h"

static const char blanks[] = " \t";

static bool
hex_byte(const char *s, uint8_t *ret)
{
	int hi = hex_digit(s[0]);
	int lo = hi < 0 ? -1 : hex_digit(s[1]);

	if (lo < 0)
		return false;
	*ret = (uint8_t)(hi << 4 | lo);
	return true;
}

static int
mistake(char why[static VALUE_WHY], const char *text)
{
	(void)snprintf(why, VALUE_WHY, "%s", text);
	return -1;
}

/* The escape behind a backslash; *s moves over it.  -1: none that we know. */
static int
escape(const char **s)
{
	static const char from[] = "\"\\nt", to[] = "\"\\\n\t";
	const char *p;
	uint8_t byte;

	if (**s == 'x' && hex_byte(*s + 1, &byte)) {
		*s += 3;
		return byte;
	}
	p = **s ? strchr(from, **s) : NULL;
	if (!p)
		return -1;
	(*s)++;
	return (unsigned char)to[p - from];
}

/* Quoted text; *text is behind the opening quote, then behind the closing. */
static int
next_quoted(
    const char **text, struct value_item *it, char why[static VALUE_WHY])
{
	const char *s = *text;

	it->quoted = true;
	it->len = 0;
	while (*s != '"') {
		int c = (unsigned char)*s;

		if (c == '\0')
			return mistake(why,
			    "the quotes are not closed; end the text with \"");
		s++;
		if (c == '\\' && (c = escape(&s)) < 0)
			return mistake(why,
			    "unknown escape; a backslash stands only before "
			    "\" \\ n t and xNN (write \\\\ for itself)");
		if (it->len == VALUE_ITEM)
			return mistake(why,
			    "the text is too long; 255 bytes are the most");
		it->s[it->len++] = (char)c;
	}
	it->s[it->len] = '\0';
	*text = s + 1 + strspn(s + 1, blanks);
	return 1;
}

static int
next_bare(const char **text, struct value_item *it, char why[static VALUE_WHY])
{
	size_t whole = strcspn(*text, ","), len = whole;

	while (len && strchr(blanks, (*text)[len - 1]))
		len--;
	if (len == 0)
		return mistake(why,
		    "an item is empty; write a value, and commas only between "
		    "values");
	if (len > VALUE_ITEM)
		return mistake(
		    why, "the text is too long; 255 bytes are the most");
	if (memchr(*text, '"', len))
		return mistake(
		    why, "a quote in the middle; put the whole text in quotes");
	it->quoted = false;
	it->len = len;
	memcpy(it->s, *text, len);
	it->s[len] = '\0';
	*text += whole;
	return 1;
}

int
value_next(const char **text, struct value_item *it, char why[static VALUE_WHY])
{
	const char *s = *text + strspn(*text, blanks);
	int rc;

	if (*s == '\0')
		return 0;
	if (*s == '"') {
		s++;
		rc = next_quoted(&s, it, why);
	} else {
		rc = next_bare(&s, it, why);
	}
	if (rc != 1)
		return rc;
	if (*s == ',') {
		s++;
		if (s[strspn(s, blanks)] == '\0')
			return mistake(
			    why, "nothing behind the last comma; leave it out");
	} else if (*s != '\0') {
		return mistake(
		    why, "text behind the quotes; put a comma between values");
	}
	*text = s;
	return 1;
}

int
value_word(const char **text, struct value_item *it, char why[static VALUE_WHY])
{
	const char *s = *text + strspn(*text, blanks);
	size_t len = strcspn(s, blanks);

	if (*s == '\0')
		return 0;
	if (*s == '"') {
		s++;
		if (next_quoted(&s, it, why) != 1)
			return -1;
		if (*s && !strchr(blanks, s[-1]))
			return mistake(
			    why, "text behind the quotes; put a blank there");
		*text = s;
		return 1;
	}
	if (len > VALUE_ITEM)
		return mistake(
		    why, "the text is too long; 255 bytes are the most");
	it->quoted = false;
	it->len = len;
	memcpy(it->s, s, len);
	it->s[len] = '\0';
	*text = s + len;
	return 1;
}

bool
value_one(const char *text, struct value_item *it, char why[static VALUE_WHY])
{
	int rc = value_next(&text, it, why);

	if (rc == 0)
		(void)mistake(why, "the value is empty; write one behind =");
	else if (rc == 1 && *text)
		(void)mistake(why, "more than one value; write only one");
	return rc == 1 && *text == '\0';
}

size_t
value_hex(const char *s, uint8_t *buf, size_t size)
{
	char sep = '\0';
	size_t n = 0;

	if (s[0] == '0' && s[1] == 'x' && s[2] != '\0') {
		s += 2;
	} else if (strlen(s) > 2) {
		sep = s[2];
		if (sep != ':' && sep != '-')
			return 0;
	}
	while (*s) {
		if (n && sep && *s++ != sep)
			return 0;
		if (n == size || !hex_byte(s, &buf[n]))
			return 0;
		n++;
		s += 2;
	}
	return n;
}

/* Digits at the front of s, then what follows them; false without digits. */
static bool
number_and_unit(const char *s, uint64_t *ret, const char **ret_unit)
{
	size_t len = strspn(s, "0123456789");
	char digits[20];

	if (len == 0 || len >= sizeof digits)
		return false;
	memcpy(digits, s, len);
	digits[len] = '\0';
	*ret_unit = s + len;
	return text_number(digits, 0, UINT64_MAX, ret);
}

bool
value_duration(const char *s, uint64_t *ret_ms)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000},
	    {"h", 3600000}, {"d", 86400000}, {"w", 604800000}};
	const char *unit;
	uint64_t n;

	if (strcmp(s, "infinite") == 0) {
		*ret_ms = VALUE_INFINITE;
		return true;
	}
	if (!number_and_unit(s, &n, &unit))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(unit, units[i].unit) != 0)
			continue;
		if (n > UINT64_MAX / 2 / units[i].ms)
			return false;
		*ret_ms = n * units[i].ms;
		return true;
	}
	return false;
}

bool
value_size(const char *s, uint64_t *ret)
{
	const char *unit;
	uint64_t n, factor;

	if (!number_and_unit(s, &n, &unit))
		return false;
	if (*unit == '\0')
		factor = 1;
	else if (strcmp(unit, "k") == 0)
		factor = 1024;
	else if (strcmp(unit, "M") == 0)
		factor = 1024 * 1024;
	else if (strcmp(unit, "G") == 0)
		factor = 1024 * 1024 * 1024;
	else
		return false;
	if (n > UINT64_MAX / factor)
		return false;
	*ret = n * factor;
	return true;
}

/* The address in s..end, blanks around it allowed. */
static bool
ip4_between(const char *s, const char *end, struct ip4 *ret)
{
	char text[IP4_TEXT];
	size_t len;

	while (s < end && strchr(blanks, *s))
		s++;
	while (s < end && strchr(blanks, end[-1]))
		end--;
	len = (size_t)(end - s);
	if (len == 0 || len >= sizeof text)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	return ip4_parse(text, ret);
}

bool
value_network(const char *s, struct ip4 *ret, unsigned int *ret_prefix)
{
	const char *slash = strchr(s, '/');
	uint64_t prefix;

	if (!slash || !text_number(slash + 1, 0, 32, &prefix) || slash == s ||
	    !ip4_between(s, slash, ret))
		return false;
	*ret_prefix = (unsigned int)prefix;
	return true;
}

bool
value_two(const char *s, const char *sep, struct ip4 *ret_a, struct ip4 *ret_b)
{
	const char *p = strstr(s, sep);
	struct ip4 a, b;

	if (!p || !ip4_between(s, p, &a) ||
	    !ip4_between(p + strlen(sep), s + strlen(s), &b))
		return false;
	*ret_a = a;
	*ret_b = b;
	return true;
}

static char
fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

bool
value_same(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int
value_distance(const char *a, const char *b)
{
	unsigned int row[3][64], *cur = row[0], *up = row[1], *up2 = row[2];
	size_t la = strlen(a), lb = strlen(b);

	if (la > 63 || lb > 63)
		return 64;
	for (unsigned int j = 0; j <= lb; j++)
		cur[j] = j;
	for (unsigned int i = 1; i <= la; i++) {
		unsigned int *t = up2;

		up2 = up;
		up = cur;
		cur = t;
		cur[0] = i;
		for (unsigned int j = 1; j <= lb; j++) {
			char ca = fold(a[i - 1]), cb = fold(b[j - 1]);

			cur[j] = least(up[j - 1] + (ca != cb),
			    least(up[j], cur[j - 1]) + 1);
			if (i > 1 && j > 1 && ca == fold(b[j - 2]) &&
			    cb == fold(a[i - 2]))
				cur[j] = least(cur[j], up2[j - 2] + 1);
		}
	}
	return cur[lb];
}
