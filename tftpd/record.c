/*
 * record.c - what is told of one transfer or refusal, for programs; see
 * record.h.
 *
 * Each fact is put by one of three functions, which know both forms; so both
 * have the same keys in the same order.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tftpd/record.h"

/* What is being written. */
struct out {
	char *buf;
	size_t size, len; /* len may be beyond size: it was cut */
	bool json;
	bool first;
};

static void
put_run(struct out *o, const char *text, size_t n)
{
	if (o->len + n < o->size) {
		memcpy(o->buf + o->len, text, n);
		o->buf[o->len + n] = '\0';
	}
	o->len += n;
}

static void
put(struct out *o, const char *text)
{
	put_run(o, text, strlen(text));
}

static void
key(struct out *o, const char *name)
{
	if (!o->first)
		put(o, o->json ? "," : " ");
	o->first = false;
	put(o, o->json ? "\"" : "");
	put(o, name);
	put(o, o->json ? "\":" : "=");
}

/* Not printf: there are ten of them in each record. */
static void
number(struct out *o, const char *name, uint64_t n)
{
	char digits[24], *p = digits + sizeof digits;

	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	key(o, name);
	put_run(o, p, (size_t)(digits + sizeof digits - p));
}

/* A word of ours: letters, digits, colons and the like. */
static void
word(struct out *o, const char *name, const char *text)
{
	key(o, name);
	put(o, o->json ? "\"" : "");
	put(o, text);
	put(o, o->json ? "\"" : "");
}

/*
 * A text: printable ASCII already, where a byte that was none is \xNN; made
 * so again where it is not.  JSON doubles the backslash.
 */
static void
quoted(struct out *o, const char *name, const char *text)
{
	key(o, name);
	put(o, "\"");
	while (*text) {
		const char *run = text;

		while (*text >= ' ' && *text <= '~' && *text != '"' &&
		       *text != '\\')
			text++;
		put_run(o, run, (size_t)(text - run));
		if (*text == '\0')
			break;
		put(o, *text != '\\' ? "?" : o->json ? "\\\\" : "\\");
		text++;
	}
	put(o, "\"");
}

static void
seconds(struct out *o, const char *name, uint64_t us)
{
	char text[40];

	(void)snprintf(text, sizeof text, "%" PRIu64 ".%06u", us / 1000000,
	    (unsigned int)(us % 1000000));
	key(o, name);
	put(o, text);
}

/* Bytes in a second. */
static uint64_t
rate(const struct record *r)
{
	uint64_t bytes = r->blocks * r->blksize;

	if (r->size != RECORD_NO_SIZE && bytes > r->size)
		bytes = r->size;
	return bytes * 1000000 / (r->took_us ? r->took_us : 1);
}

static void
who(struct out *o, const struct record *r)
{
	char text[PEER_TEXT], hw[HWADDR_TEXT];

	if (o->json) {
		word(o, "client", addr_text(&r->client->addr, text));
		number(o, "port", r->client->port);
	} else {
		word(o, "client", peer_text(r->client, text));
	}
	if (r->hw && r->hw->hlen)
		word(o, "mac", hwaddr_text(r->hw->addr, r->hw->hlen, hw));
	if (r->host)
		quoted(o, "host", r->host);
}

static void
how_it_went(struct out *o, const struct record *r)
{
	if (r->blksize == 0)
		return;
	if (r->size != RECORD_NO_SIZE)
		number(o, "size", r->size);
	number(o, "blocks", r->blocks);
	number(o, "blksize", r->blksize);
	number(o, "windowsize", r->windowsize);
	number(o, "resent", r->resent);
	seconds(o, "seconds", r->took_us);
	number(o, "rate", rate(r));
}

static void
facts(struct out *o, const struct record *r)
{
	word(o, "op", r->write ? "WRQ" : "RRQ");
	word(o, "outcome", r->outcome);
	who(o, r);
	if (r->mode == TFTP_OCTET || r->mode == TFTP_NETASCII)
		word(o, "mode", tftp_mode_text(r->mode));
	how_it_went(o, r);
	if (r->code >= 0)
		number(o, "code", (uint64_t)r->code);
	quoted(o, "why", r->why);
	/* last: where a line is cut, it is cut there */
	quoted(o, "file", r->file);
	if (r->served)
		quoted(o, "served", r->served);
}

char *
record_text(const struct record *r, char *buf, size_t size)
{
	struct out o = {.buf = buf, .size = size, .first = true};

	buf[0] = '\0';
	facts(&o, r);
	return buf;
}

/* Days since 1970 to a date of the Gregorian calendar. */
static void
date(int64_t days, int64_t *y, unsigned int *m, unsigned int *d)
{
	/* in years that begin with March, 400 of them at a time */
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned int doe = (unsigned int)(z - era * 146097);
	unsigned int yoe =
	    (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned int mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = (int64_t)yoe + era * 400 + (*m <= 2);
}

/* RFC 3339, in UTC. */
static void
stamp(struct out *o, int64_t wall_ms)
{
	int64_t s = wall_ms / 1000, y;
	unsigned int m, d, of_day = (unsigned int)(s % 86400);
	char text[80];

	date(s / 86400, &y, &m, &d);
	(void)snprintf(text, sizeof text,
	    "%04" PRId64 "-%02u-%02uT%02u:%02u:%02u.%03uZ", y, m, d,
	    of_day / 3600, of_day / 60 % 60, of_day % 60,
	    (unsigned int)(wall_ms % 1000));
	word(o, "time", text);
}

size_t
record_json(const struct record *r, int64_t wall_ms, char *buf, size_t size)
{
	struct out o = {.buf = buf, .size = size, .json = true, .first = true};

	put(&o, "{");
	stamp(&o, wall_ms > 0 ? wall_ms : 0);
	facts(&o, r);
	put(&o, "}\n");
	return o.len < size ? o.len : 0;
}
