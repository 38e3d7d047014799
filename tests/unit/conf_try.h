/*
 * conf_try.h - configurations for tests: parsed from text, their errors
 * collected.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_CONF_TRY_H
#define REMOTEBOOT_CONF_TRY_H

#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "unit.h"

enum {
	TRY_TEXT = 65536
};

/* Every error, a line each. */
struct try_errors {
	char text[TRY_TEXT];
	size_t n;
};

static inline void
try_error(void *arg, const char *text)
{
	struct try_errors *e = arg;
	size_t len = strlen(e->text);

	e->n++;
	(void)snprintf(e->text + len, sizeof e->text - len, "%s\n", text);
}

static inline struct conf *
try_bytes(const void *text, size_t len, struct try_errors *e)
{
	memset(e, 0, sizeof *e);
	return conf_parse_text("t", text, len, try_error, e);
}

/* A text without errors. */
static inline struct conf *
try_good(const char *text)
{
	struct try_errors e;
	struct conf *c = try_bytes(text, strlen(text), &e);

	ck_assert_msg(c != NULL, "refused:\n%s%s", text, e.text);
	ck_assert_uint_eq(e.n, 0);
	return c;
}

/* A text with just these errors, told in this order. */
static inline void
try_bad(const char *text, const char *want)
{
	struct try_errors e;
	struct conf *c = try_bytes(text, strlen(text), &e);

	ck_assert_msg(c == NULL, "taken: %s", text);
	ck_assert_msg(strcmp(e.text, want) == 0, "\n%s\nwanted:\n%s\ngot:\n%s",
	    text, want, e.text);
}

/* The error of one key in a section. */
static inline void
try_bad_key(const char *section, const char *line, const char *want)
{
	char text[1024], error[1024], name[64];

	(void)snprintf(text, sizeof text, "%s\n%s\n", section, line);
	(void)snprintf(
	    name, sizeof name, "%.*s", (int)strcspn(line, " +="), line);
	(void)snprintf(error, sizeof error, "t:2: %.*s: %s: %s\n",
	    (int)strlen(section) - 2, section + 1, name, want);
	try_bad(text, error);
}

#endif
