/*
 * value.h - values as they are written in remoteboot.conf: lists, quoted
 * text, hex bytes, durations, networks.
 *
 * Pure text in, numbers and bytes out; shared by conf and dhcp_names.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_VALUE_H
#define REMOTEBOOT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	VALUE_ITEM = 255, /* longest item, decoded */
	VALUE_WHY = 320	  /* room for "what is wrong; what would be right" */
};

#define VALUE_INFINITE UINT64_MAX

/* One item of a list: bare words, or quoted text with its escapes decoded. */
struct value_item {
	bool quoted;
	size_t len; /* quoted text may hold NUL bytes */
	char s[VALUE_ITEM + 1];
};

/*
 * Take the next item, which ends at a comma outside of quotes; *text moves
 * behind the comma.  1: *it is set; 0: *text was at its end; -1: a mistake,
 * told in why (unclosed quotes, text behind them, an unknown escape, an empty
 * item, too long).  Quoted text knows \" \\ \n \t and \xNN.
 */
int value_next(
    const char **text, struct value_item *it, char why[static VALUE_WHY]);
/*
 * The next word, which ends at a blank: quoted text with its escapes decoded,
 * a bare word as it is (backslashes, commas too).  As value_next().
 */
int value_word(
    const char **text, struct value_item *it, char why[static VALUE_WHY]);
/* The whole text as one item: as value_next(), false with why set. */
bool value_one(
    const char *text, struct value_item *it, char why[static VALUE_WHY]);

/*
 * Hex bytes: "01:04:00" (or '-', all the same), "0x010400", a single "2a".
 * Returns the number of bytes, 0 when s is not such a text or does not fit.
 */
size_t value_hex(const char *s, uint8_t *buf, size_t size);

/*
 * "500ms" "30s" "10m" "12h" "7d" "2w", a bare number of seconds, "infinite"
 * (VALUE_INFINITE).  false and *ret_ms untouched when it is none.
 */
bool value_duration(const char *s, uint64_t *ret_ms);

/* A number; "k", "M" and "G" stand for 1024, its square and cube. */
bool value_size(const char *s, uint64_t *ret);

/* "10.0.0.0/8"; host bits may be set (the caller decides about them). */
bool value_network(const char *s, struct ip4 *ret, unsigned int *ret_prefix);

/* Two addresses with sep between them, blanks around it: "A - B", "A via B".
 */
bool value_two(
    const char *s, const char *sep, struct ip4 *ret_a, struct ip4 *ret_b);

/* The same name: case and '-' for '_' do not count. */
bool value_same(const char *a, const char *b);
/*
 * How many letters differ (inserted, left out, changed, two swapped), for
 * "did you mean"; case and '-' for '_' do not count.  Texts over 63 letters
 * are as different as can be.
 */
unsigned int value_distance(const char *a, const char *b);

#endif
