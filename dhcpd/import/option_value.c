/*
 * option_value.c - the value of an option: ISC's text -> bytes on the wire.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "addr.h"
#include "dhcpd/import/option.h"
#include "wire.h"

/* Reading a value: the words, where it is, the bytes so far. */
struct value {
	const struct node *n;
	size_t i;
	struct wire_w w;
	const char *why;
};

static const struct tok *
now(const struct value *v)
{
	static const struct tok none = {.kind = TOK_END, .s = ""};

	return v->i < v->n->n ? &v->n->t[v->i] : &none;
}

static bool
wrong(struct value *v, const char *why)
{
	v->why = why;
	return false;
}

/* One or two hex digits. */
static bool
hex_byte(const struct tok *t, uint8_t *ret)
{
	int hi, lo;

	if (t->kind != TOK_WORD || t->len == 0 || t->len > 2)
		return false;
	hi = t->len == 2 ? hex_digit(t->s[0]) : 0;
	lo = hex_digit(t->s[t->len - 1]);
	if (hi < 0 || lo < 0)
		return false;
	*ret = (uint8_t)(hi << 4 | lo);
	return true;
}

size_t
isc_hex(const struct node *n, size_t *i, uint8_t *buf, size_t size)
{
	size_t len = 0, at = *i;

	for (;;) {
		if (at >= n->n || len == size ||
		    !hex_byte(&n->t[at], &buf[len]))
			return 0;
		len++;
		at++;
		if (at >= n->n || !tok_is_mark(&n->t[at], ':'))
			break;
		at++;
	}
	*i = at;
	return len;
}

/* Digits of the base, at most UINT32_MAX. */
static bool
based(const char *s, unsigned int base, uint64_t *ret)
{
	uint64_t n = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		int d = hex_digit(*s);

		if (d < 0 || (unsigned int)d >= base)
			return false;
		n = n * base + (unsigned int)d;
		if (n > UINT32_MAX)
			return false;
	}
	*ret = n;
	return true;
}

bool
isc_number(const struct tok *t, uint64_t *ret)
{
	const char *s = t->s;
	uint64_t n;

	if (t->kind != TOK_WORD)
		return false;
	if (*s == '-') {
		if (!based(s + 1, 10, &n) || n > UINT64_C(1) << 31 || n == 0)
			return false;
		*ret = (UINT64_C(1) << 32) - n;
		return true;
	}
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return based(s + 2, 16, ret);
	return based(s, s[0] == '0' && s[1] ? 8 : 10, ret);
}

bool
isc_bool(const struct tok *t, bool *ret)
{
	static const char *const words[2][4] = {
	    {"off", "false", "no", "0"}, {"on", "true", "yes", "1"}};

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < 4; j++)
			if (tok_is(t, words[i][j])) {
				*ret = i == 1;
				return true;
			}
	return false;
}

static bool
put_ip(struct value *v)
{
	struct ip4 a;

	if (!ip4_parse(now(v)->s, &a))
		return wrong(
		    v, now(v)->kind == TOK_WORD
			   ? "names cannot be looked up here; write the address"
			   : "an address is missing");
	v->i++;
	wire_put_be32(&v->w, a.v);
	return true;
}

static bool
put_int(struct value *v, unsigned int size)
{
	uint64_t n, max = size == 4 ? UINT32_MAX : (1u << 8 * size) - 1;
	bool minus = now(v)->s[0] == '-';

	if (!isc_number(now(v), &n))
		return wrong(v, "a number is missing");
	if (minus && n < UINT32_MAX - max / 2)
		return wrong(v, "the number does not fit the type");
	if (minus)
		n &= max;
	if (n > max)
		return wrong(v, "the number does not fit the type");
	v->i++;
	if (size == 1)
		wire_put_u8(&v->w, (uint8_t)n);
	else if (size == 2)
		wire_put_be16(&v->w, (uint16_t)n);
	else
		wire_put_be32(&v->w, (uint32_t)n);
	return true;
}

static bool
put_bool(struct value *v)
{
	bool on;

	if (tok_is(now(v), "ignore")) {
		wire_put_u8(&v->w, 2);
		v->i++;
		return true;
	}
	if (!isc_bool(now(v), &on))
		return wrong(v, "neither on nor off");
	v->i++;
	wire_put_u8(&v->w, on);
	return true;
}

static bool
put_text(struct value *v)
{
	const struct tok *t = now(v);

	if (t->kind != TOK_TEXT && t->kind != TOK_WORD)
		return wrong(v, "the text is missing");
	v->i++;
	wire_put_bytes(&v->w, t->s, t->len);
	return true;
}

static bool
put_hex(struct value *v)
{
	uint8_t buf[OPTION_VALUE];
	size_t len = isc_hex(v->n, &v->i, buf, sizeof buf);

	if (len == 0)
		return wrong(v, "neither hex bytes nor \"text\"");
	wire_put_bytes(&v->w, buf, len);
	return true;
}

static bool
put_bytes(struct value *v)
{
	return now(v)->kind == TOK_TEXT ? put_text(v) : put_hex(v);
}

/* Text, bytes or an address: what it looks like. */
static bool
put_unknown(struct value *v)
{
	struct ip4 a;

	return ip4_parse(now(v)->s, &a) ? put_ip(v) : put_bytes(v);
}

static bool
put_domain(struct value *v)
{
	const struct tok *t = now(v);
	const char *s = t->s;

	if ((t->kind != TOK_TEXT && t->kind != TOK_WORD) || t->len == 0 ||
	    t->len > 253 || strlen(s) != t->len)
		return wrong(v, "a domain name is missing");
	while (*s) {
		size_t len = strcspn(s, ".");

		if (len == 0 || len > 63)
			return wrong(v, "not a domain name");
		wire_put_u8(&v->w, (uint8_t)len);
		wire_put_bytes(&v->w, s, len);
		s += len;
		s += *s == '.';
	}
	wire_put_u8(&v->w, 0);
	v->i++;
	return true;
}

static bool
put_domains(struct value *v)
{
	do {
		if (v->i > 0 && tok_is_mark(now(v), ','))
			v->i++;
		if (!put_domain(v))
			return false;
	} while (tok_is_mark(now(v), ','));
	return true;
}

static bool
put_field(struct value *v, const struct option_field *f)
{
	switch (f->type) {
	case OPTION_UNKNOWN:
		return put_unknown(v);
	case OPTION_IP:
		return put_ip(v);
	case OPTION_IP6:
		return wrong(v, "IPv6 addresses have no place here");
	case OPTION_INT:
		return put_int(v, f->size);
	case OPTION_BOOL:
		return put_bool(v);
	case OPTION_TEXT:
		return put_text(v);
	case OPTION_BYTES:
		return put_bytes(v);
	case OPTION_DOMAIN:
		return put_domain(v);
	case OPTION_DOMAINS:
		return put_domains(v);
	case OPTION_NONE:
		return true;
	}
	return false;
}

/* The fields once, or again behind each comma. */
static bool
put_fields(struct value *v, const struct option_def *d)
{
	bool several =
	    d->array || (d->nfield == 1 && d->field[0].type == OPTION_UNKNOWN);

	for (size_t from = 0;; from = d->again) {
		for (size_t i = from; i < d->nfield; i++)
			if (!put_field(v, &d->field[i]))
				return false;
		if (!several || !tok_is_mark(now(v), ','))
			return true;
		v->i++;
	}
}

size_t
option_value(const struct option_def *def, const struct node *n, size_t from,
    uint8_t data[static OPTION_VALUE], const char **why)
{
	struct value v = {.n = n, .i = from};

	wire_w_init(&v.w, data, OPTION_VALUE);
	if (!put_fields(&v, def))
		*why = v.why;
	else if (v.i < n->n)
		*why = "words behind the value; is a ; missing?";
	else if (v.w.bad)
		*why = "the value is too long; 1024 bytes are the most";
	else if (wire_w_len(&v.w) == 0)
		*why = "the value is empty; dhcpd sends no empty option";
	else
		return wire_w_len(&v.w);
	return 0;
}
