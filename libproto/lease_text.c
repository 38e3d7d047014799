/*
 * lease_text.c - one lease as a line of dhcpd's journal.
 *
 * A line is only believed when its checksum fits, so that what a power cut
 * or a foreign hand left in the file is noticed and never half believed.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "lease_text.h"

enum {
	CRC_DIGITS = 8,
	DAY_S = 86400
};

#define TIME_LAST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static const char *const state_text[] = {
    [LEASE_FREE] = "free",
    [LEASE_OFFERED] = "free",
    [LEASE_BOUND] = "bound",
    [LEASE_DECLINED] = "declined",
    [LEASE_HOST] = "host",
};

/*
 * CRC-32 of a byte followed by 0 to 3 zero bytes.  The CRC of a byte is the
 * exclusive or of those of its bits, so a table of 256 needs eight numbers.
 */
#define BIT(i, b, v) ((uint32_t)((i) >> (b)&1) * (v))
#define ONE(i, a, b, c, d, e, f, g, h)                               \
	(BIT(i, 0, a) ^ BIT(i, 1, b) ^ BIT(i, 2, c) ^ BIT(i, 3, d) ^ \
	    BIT(i, 4, e) ^ BIT(i, 5, f) ^ BIT(i, 6, g) ^ BIT(i, 7, h))
#define FOUR(i, ...)                                    \
	ONE(i, __VA_ARGS__), ONE((i) + 1, __VA_ARGS__), \
	    ONE((i) + 2, __VA_ARGS__), ONE((i) + 3, __VA_ARGS__)
#define SIXTEEN(i, ...)                                   \
	FOUR(i, __VA_ARGS__), FOUR((i) + 4, __VA_ARGS__), \
	    FOUR((i) + 8, __VA_ARGS__), FOUR((i) + 12, __VA_ARGS__)
#define SIXTY_FOUR(i, ...)                                       \
	SIXTEEN(i, __VA_ARGS__), SIXTEEN((i) + 16, __VA_ARGS__), \
	    SIXTEEN((i) + 32, __VA_ARGS__), SIXTEEN((i) + 48, __VA_ARGS__)
#define ROW(...)                                                               \
	{                                                                      \
		SIXTY_FOUR(0, __VA_ARGS__), SIXTY_FOUR(64, __VA_ARGS__),       \
		    SIXTY_FOUR(128, __VA_ARGS__), SIXTY_FOUR(192, __VA_ARGS__) \
	}

static const uint32_t crc_step[4][256] = {
    ROW(0x77073096, 0xee0e612c, 0x076dc419, 0x0edb8832, 0x1db71064, 0x3b6e20c8,
	0x76dc4190, 0xedb88320),
    ROW(0x191b3141, 0x32366282, 0x646cc504, 0xc8d98a08, 0x4ac21251, 0x958424a2,
	0xf0794f05, 0x3b83984b),
    ROW(0x01c26a37, 0x0384d46e, 0x0709a8dc, 0x0e1351b8, 0x1c26a370, 0x384d46e0,
	0x709a8dc0, 0xe1351b80),
    ROW(0xb8bc6765, 0xaa09c88b, 0x8f629757, 0xc5b428ef, 0x5019579f, 0xa032af3e,
	0x9b14583d, 0xed59b63b),
};

/* Four bytes at a time: the journal of 60,000 leases is read at start. */
uint32_t
lease_crc(const void *p, size_t len)
{
	const uint8_t *b = p;
	uint32_t crc = 0xffffffff;

	for (; len >= 4; len -= 4, b += 4) {
		crc ^= (uint32_t)b[0] | (uint32_t)b[1] << 8 |
		       (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
		crc = crc_step[3][crc & 255] ^ crc_step[2][crc >> 8 & 255] ^
		      crc_step[1][crc >> 16 & 255] ^ crc_step[0][crc >> 24];
	}
	for (; len; len--, b++)
		crc = crc >> 8 ^ crc_step[0][(crc ^ *b) & 255];
	return ~crc;
}

/* ---- dates: days since 1970 and the Gregorian calendar ---- */

/* Years are counted from March, so that the leap day is a year's last. */
int64_t
lease_text_days(int64_t y, int64_t m, int64_t d)
{
	y -= m <= 2;
	m += m <= 2 ? 9 : -3;
	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d - 1 -
	       719468;
}

static void
date_from_days(int64_t days, int *y, int *m, int *d)
{
	int64_t z = days + 719468, era = z / 146097, doe = z % 146097,
		yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
		doy = doe - (365 * yoe + yoe / 4 - yoe / 100),
		mp = (5 * doy + 2) / 153;

	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

/* ---- writing ---- */

static char *
put_str(char *p, const char *s)
{
	while (*s)
		*p++ = *s++;
	return p;
}

/* n digits with leading zeros, then a byte. */
static char *
put_digits(char *p, unsigned int n, int v, char then)
{
	unsigned int i;

	for (i = n; i--; v /= 10)
		p[i] = (char)('0' + v % 10);
	p[n] = then;
	return p + n + 1;
}

/* Wall clock time; what is outside 1970..9999 is moved there. */
static char *
put_time(char *p, int64_t t)
{
	int y, m, d, s;

	if (t == LEASE_NEVER)
		return put_str(p, "never");
	t = t < 0 ? 0 : t > TIME_LAST ? TIME_LAST : t;
	date_from_days(t / DAY_S, &y, &m, &d);
	s = (int)(t % DAY_S);
	p = put_digits(p, 4, y, '-');
	p = put_digits(p, 2, m, '-');
	p = put_digits(p, 2, d, 'T');
	p = put_digits(p, 2, s / 3600, ':');
	p = put_digits(p, 2, s / 60 % 60, ':');
	return put_digits(p, 2, s % 60, 'Z');
}

static char *
put_number(char *p, unsigned int v)
{
	if (v >= 10)
		p = put_number(p, v / 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

static char *
put_addr(char *p, struct ip4 a)
{
	unsigned int shift;

	for (shift = 24; shift; shift -= 8) {
		p = put_number(p, a.v >> shift & 255);
		*p++ = '.';
	}
	return put_number(p, a.v & 255);
}

static char *
put_hex(char *p, const uint8_t *b, size_t len, char between)
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	if (!len)
		*p++ = '-';
	for (i = 0; i < len; i++) {
		if (i && between)
			*p++ = between;
		*p++ = digit[b[i] >> 4];
		*p++ = digit[b[i] & 15];
	}
	return p;
}

static char *
put_crc(char *p, uint32_t crc)
{
	const uint8_t b[4] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16),
	    (uint8_t)(crc >> 8), (uint8_t)crc};

	*p++ = ' ';
	return put_hex(p, b, sizeof(b), '\0');
}

/* State to client identifier; the times and the checksum follow. */
static char *
put_holder(char *p, const struct lease_record *rec)
{
	p = put_str(p, state_text[rec->state]);
	*p++ = ' ';
	p = put_addr(p, rec->addr);
	*p++ = ' ';
	p = put_number(p, rec->key.htype);
	*p++ = '/';
	p = put_hex(p, rec->key.chaddr, rec->key.hlen, ':');
	*p++ = ' ';
	return put_hex(p, rec->id, rec->key.client_id_len, '\0');
}

bool
lease_text_class_ok(const char *name)
{
	size_t len = 0;

	while (name[len] > ' ' && name[len] < 0x7f && len <= LEASE_CLASS)
		len++;
	return len > 0 && len <= LEASE_CLASS && name[len] == '\0';
}

static size_t
put_end(char *buf, char *p, const struct lease_record *rec, int64_t until)
{
	*p++ = ' ';
	p = put_time(p, rec->start_s);
	*p++ = ' ';
	p = put_time(p, until);
	if (rec->state != LEASE_DECLINED && lease_text_class_ok(rec->class)) {
		*p++ = ' ';
		p = put_str(p, rec->class);
	}
	p = put_crc(p, lease_crc(buf, (size_t)(p - buf)));
	*p++ = '\n';
	*p = '\0';
	return (size_t)(p - buf);
}

size_t
lease_text_record(char buf[static LEASE_LINE], const struct lease_record *rec)
{
	bool free = rec->state == LEASE_FREE || rec->state == LEASE_OFFERED;

	return put_end(buf, put_holder(buf, rec), rec,
	    free ? rec->start_s : rec->expires_s);
}

/* ---- reading ---- */

/* What is left of a line. */
struct text {
	const char *p, *end;
};

/* The next word up to a blank or the end; false when it is empty. */
static bool
word(struct text *t, struct text *ret)
{
	const char *blank = memchr(t->p, ' ', (size_t)(t->end - t->p));

	ret->p = t->p;
	ret->end = blank ? blank : t->end;
	t->p = blank ? blank + 1 : t->end;
	return ret->end > ret->p;
}

static bool
word_is(const struct text *w, const char *s)
{
	size_t len = (size_t)(w->end - w->p);

	return len == strlen(s) && memcmp(w->p, s, len) == 0;
}

/* The next n decimal digits, then the byte `then`. */
static bool
digits(struct text *t, unsigned int n, char then, int64_t *ret)
{
	int64_t v = 0;

	for (; n; n--, t->p++) {
		if (t->p >= t->end || *t->p < '0' || *t->p > '9')
			return false;
		v = v * 10 + (*t->p - '0');
	}
	*ret = v;
	return t->p < t->end && *t->p++ == then;
}

static bool
read_time(struct text w, int64_t *ret)
{
	int64_t y, mon, d, h, min, s;

	if (word_is(&w, "never")) {
		*ret = LEASE_NEVER;
		return true;
	}
	if (!digits(&w, 4, '-', &y) || !digits(&w, 2, '-', &mon) ||
	    !digits(&w, 2, 'T', &d) || !digits(&w, 2, ':', &h) ||
	    !digits(&w, 2, ':', &min) || !digits(&w, 2, 'Z', &s) ||
	    w.p != w.end)
		return false;
	if (y < 1970 || mon < 1 || mon > 12 || d < 1 || d > 31 || h > 23 ||
	    min > 59 || s > 59)
		return false;
	*ret = lease_text_days(y, mon, d) * DAY_S + h * 3600 + min * 60 + s;
	return true;
}

/* Hex bytes of the whole word, "-" for none; `between` as it was written. */
static bool
read_hex(struct text w, char between, uint8_t *ret, size_t max, size_t *len)
{
	size_t n = 0;
	int hi, lo;

	if (word_is(&w, "-")) {
		*len = 0;
		return true;
	}
	while (w.p < w.end) {
		if (n && between && *w.p++ != between)
			return false;
		if (w.end - w.p < 2 || n == max)
			return false;
		hi = hex_digit(*w.p++);
		lo = hex_digit(*w.p++);
		if (hi < 0 || lo < 0)
			return false;
		ret[n++] = (uint8_t)(hi << 4 | lo);
	}
	*len = n;
	return n > 0;
}

static bool
read_addr(struct text w, struct ip4 *ret)
{
	char buf[IP4_TEXT];
	size_t len = (size_t)(w.end - w.p);

	if (len >= sizeof(buf))
		return false;
	memcpy(buf, w.p, len);
	buf[len] = '\0';
	return ip4_parse(buf, ret);
}

/* "1/00:54:55:56:67:68" */
static bool
read_hw(struct text w, struct lease_key *k)
{
	unsigned int v = 0;
	size_t len;

	if (w.p >= w.end || *w.p < '0' || *w.p > '9')
		return false;
	for (; w.p < w.end && *w.p >= '0' && *w.p <= '9'; w.p++)
		if ((v = v * 10 + (unsigned int)(*w.p - '0')) > UINT8_MAX)
			return false;
	if (w.p >= w.end || *w.p++ != '/')
		return false;
	if (!read_hex(w, ':', k->chaddr, sizeof(k->chaddr), &len))
		return false;
	k->htype = (uint8_t)v;
	k->hlen = (uint8_t)len;
	return true;
}

static bool
read_state(struct text w, enum lease_state *ret)
{
	static const enum lease_state states[] = {
	    LEASE_FREE, LEASE_BOUND, LEASE_DECLINED, LEASE_HOST};
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (word_is(&w, state_text[states[i]])) {
			*ret = states[i];
			return true;
		}
	return false;
}

static bool
read_class(struct text w, char ret[static LEASE_CLASS + 1])
{
	size_t len = (size_t)(w.end - w.p);

	if (len > LEASE_CLASS)
		return false;
	memcpy(ret, w.p, len);
	ret[len] = '\0';
	return lease_text_class_ok(ret);
}

/* Cut the checksum off the end of the line and compare. */
static const char *
check_crc(struct text *t)
{
	const char *blank;
	uint8_t b[4];
	size_t len;

	if (t->end - t->p < CRC_DIGITS + 1)
		return "too short for a record";
	blank = t->end - CRC_DIGITS - 1;
	if (*blank != ' ' ||
	    !read_hex((struct text){blank + 1, t->end}, '\0', b, 4, &len))
		return "no checksum at its end";
	if (lease_crc(t->p, (size_t)(blank - t->p)) !=
	    ((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
		b[3]))
		return "the checksum does not fit";
	t->end = blank;
	return NULL;
}

const char *
lease_text_get(const char *line, size_t len, struct lease_record *ret)
{
	struct text t = {line, line + len}, w;
	const char *why = check_crc(&t);

	if (why)
		return why;
	memset(ret, 0, sizeof(*ret));
	if (!word(&t, &w) || !read_state(w, &ret->state))
		return "the state is not bound, free, declined or host";
	if (!word(&t, &w) || !read_addr(w, &ret->addr))
		return "the address is not an IPv4 address";
	if (!word(&t, &w) || !read_hw(w, &ret->key))
		return "the hardware address is not TYPE/xx:xx:...";
	if (!word(&t, &w) || !read_hex(w, '\0', ret->id, sizeof(ret->id),
				 &ret->key.client_id_len))
		return "the client identifier is not hex";
	if (!word(&t, &w) || !read_time(w, &ret->start_s) ||
	    ret->start_s == LEASE_NEVER)
		return "the first time is not YYYY-MM-DDThh:mm:ssZ";
	if (!word(&t, &w) || !read_time(w, &ret->expires_s))
		return "the second time is not YYYY-MM-DDThh:mm:ssZ or never";
	if (word(&t, &w) && !read_class(w, ret->class))
		return "the class is no name of one";
	if (t.p != t.end)
		return "there are more words than a record has";
	ret->key.client_id = ret->key.client_id_len ? ret->id : NULL;
	return NULL;
}
