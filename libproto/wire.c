/*
 * wire.c - read and write cursors over foreign bytes; see wire.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "wire.h"

void
wire_r_init(struct wire_r *r, const void *buf, size_t len)
{
	static const uint8_t nothing[1] = {0};

	r->p = buf ? buf : nothing;
	r->end = r->p + (buf ? len : 0);
	r->bad = false;
}

size_t
wire_r_left(const struct wire_r *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

const uint8_t *
wire_get_ptr(struct wire_r *r, size_t len)
{
	const uint8_t *p = r->p;

	if (r->bad || (size_t)(r->end - p) < len) {
		r->bad = true;
		return NULL;
	}
	r->p += len;
	return p;
}

uint8_t
wire_get_u8(struct wire_r *r)
{
	const uint8_t *p = wire_get_ptr(r, 1);

	return p ? p[0] : 0;
}

uint16_t
wire_get_be16(struct wire_r *r)
{
	const uint8_t *p = wire_get_ptr(r, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

uint32_t
wire_get_be32(struct wire_r *r)
{
	const uint8_t *p = wire_get_ptr(r, 4);

	if (!p)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

void
wire_get_bytes(struct wire_r *r, void *dst, size_t len)
{
	const uint8_t *p = wire_get_ptr(r, len);

	if (len == 0)
		return;
	if (p)
		memcpy(dst, p, len);
	else
		memset(dst, 0, len);
}

const char *
wire_get_str(struct wire_r *r, size_t *len)
{
	const uint8_t *s = r->p, *nul;
	size_t left = wire_r_left(r);

	nul = left ? memchr(s, 0, left) : NULL;
	if (!nul) {
		r->bad = true;
		return NULL;
	}
	r->p = nul + 1;
	if (len)
		*len = (size_t)(nul - s);
	return (const char *)s;
}

void
wire_skip(struct wire_r *r, size_t len)
{
	(void)wire_get_ptr(r, len);
}

void
wire_w_init(struct wire_w *w, void *buf, size_t size)
{
	w->p = w->start = buf;
	w->end = w->start + size;
	w->bad = false;
}

size_t
wire_w_len(const struct wire_w *w)
{
	return (size_t)(w->p - w->start);
}

size_t
wire_w_left(const struct wire_w *w)
{
	return w->bad ? 0 : (size_t)(w->end - w->p);
}

/* Room for len bytes, already counted as written, or NULL and bad. */
static uint8_t *
wire_room(struct wire_w *w, size_t len)
{
	uint8_t *p = w->p;

	if (w->bad || (size_t)(w->end - p) < len) {
		w->bad = true;
		return NULL;
	}
	w->p += len;
	return p;
}

void
wire_put_u8(struct wire_w *w, uint8_t v)
{
	uint8_t *p = wire_room(w, 1);

	if (p)
		p[0] = v;
}

void
wire_put_be16(struct wire_w *w, uint16_t v)
{
	uint8_t *p = wire_room(w, 2);

	if (!p)
		return;
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

void
wire_put_be32(struct wire_w *w, uint32_t v)
{
	uint8_t *p = wire_room(w, 4);

	if (!p)
		return;
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

void
wire_put_bytes(struct wire_w *w, const void *src, size_t len)
{
	uint8_t *p = wire_room(w, len);

	if (p && len)
		memcpy(p, src, len);
}

void
wire_put_zero(struct wire_w *w, size_t len)
{
	uint8_t *p = wire_room(w, len);

	if (p && len)
		memset(p, 0, len);
}

void
wire_put_str(struct wire_w *w, const char *s)
{
	wire_put_bytes(w, s, strlen(s) + 1);
}
