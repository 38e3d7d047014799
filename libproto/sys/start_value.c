/*
 * start_value.c - options that only store a value; see start.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdbool.h>
#include <string.h>

#include "addr.h"
#include "sys/start.h"

/* The size lowest bytes of v as an unsigned number of that size. */
static void
store(void *at, size_t size, uint64_t v)
{
	const uint32_t v4 = (uint32_t)v;
	const uint16_t v2 = (uint16_t)v;
	const uint8_t v1 = (uint8_t)v;

	memcpy(at,
	    size == 4	? (const void *)&v4
	    : size == 2 ? (const void *)&v2
			: (const void *)&v1,
	    size);
}

static const char *
store_number(const struct start_value *o, uint8_t *base, const char *value)
{
	uint64_t v;

	if (!text_number(value, o->min, o->max, &v))
		return o->wants;
	v = v * (o->times ? o->times : 1) / (o->per ? o->per : 1);
	store(base + o->at, o->size, v);
	return NULL;
}

static const char *
store_value(const struct start_value *o, uint8_t *base, const char *value)
{
	const bool yes = true;

	switch (o->kind) {
	case START_FLAG:
		memcpy(base + o->at, &yes, sizeof yes);
		break;
	case START_TEXT:
		if (!*value)
			return "empty; a file name follows";
		memcpy(base + o->at, &value, sizeof value);
		break;
	case START_NUMBER:
		return store_number(o, base, value);
	}
	return NULL;
}

const char *
start_take(const struct start_opt *o, void *arg, const char *value,
    char *const *rest, size_t nrest, size_t *used)
{
	const bool yes = true;
	const char *what;

	if (!o->value)
		return o->take(arg, value, rest, nrest, used);
	what = store_value(o->value, arg, value);
	if (!what && o->value->said)
		memcpy((uint8_t *)arg + o->value->said, &yes, sizeof yes);
	return what;
}
