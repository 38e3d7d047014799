/*
 * wire.h - read and write cursors over foreign bytes, with a sticky error.
 *
 * The only place where big-endian bytes become numbers and back.  A cursor
 * that has once run off its end stays bad: every later get returns 0 (or
 * NULL), every later put does nothing, so a caller reads a whole header and
 * checks once.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_WIRE_H
#define REMOTEBOOT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_r {
	const uint8_t *p; /* next byte */
	const uint8_t *end;
	bool bad; /* once bad, stays bad */
};

struct wire_w {
	uint8_t *p; /* next free byte */
	uint8_t *start;
	uint8_t *end;
	bool bad;
};

/*
 * Start to read len bytes at buf; buf stays the caller's and outlives r.
 * NULL is nothing to read.
 */
void wire_r_init(struct wire_r *r, const void *buf, size_t len);
/* Bytes not yet read; 0 once bad. */
size_t wire_r_left(const struct wire_r *r);

uint8_t wire_get_u8(struct wire_r *r);
uint16_t wire_get_be16(struct wire_r *r);
uint32_t wire_get_be32(struct wire_r *r);
/* Copy len bytes to dst; on too few, dst is zeroed and r becomes bad. */
void wire_get_bytes(struct wire_r *r, void *dst, size_t len);
/* A pointer to the next len bytes inside the buffer, or NULL and bad. */
const uint8_t *wire_get_ptr(struct wire_r *r, size_t len);
/*
 * The next NUL-terminated string inside the buffer, the cursor behind its
 * NUL; *len without the NUL (len may be NULL).  No NUL before the end: NULL
 * and bad, nothing consumed.
 */
const char *wire_get_str(struct wire_r *r, size_t *len);
void wire_skip(struct wire_r *r, size_t len);

/* Start to write at most size bytes at buf. */
void wire_w_init(struct wire_w *w, void *buf, size_t size);
/* Bytes written so far (those before it went bad). */
size_t wire_w_len(const struct wire_w *w);
/* Bytes that still fit; 0 once bad. */
size_t wire_w_left(const struct wire_w *w);

void wire_put_u8(struct wire_w *w, uint8_t v);
void wire_put_be16(struct wire_w *w, uint16_t v);
void wire_put_be32(struct wire_w *w, uint32_t v);
/* All len bytes or, when they do not fit, none and bad. */
void wire_put_bytes(struct wire_w *w, const void *src, size_t len);
void wire_put_zero(struct wire_w *w, size_t len);
/* s with its NUL. */
void wire_put_str(struct wire_w *w, const char *s);

#endif
