/*
 * fuzz_template.c - the first line is the name of a file, the second one a
 * pattern for it, the rest a template: what comes out is bounded, and a text
 * without "${" stays what it is.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tftpd/template.h"

static void
must(bool what)
{
	if (!what)
		abort();
}

static bool
value(void *arg, const char *name, char *buf, size_t size)
{
	if (strncmp(name, "var.", 4) == 0)
		return false;
	must(strlen(name) < SUBST_NAME);
	(void)snprintf(buf, size, "%s", (const char *)arg);
	return true;
}

static bool
known(const struct conf *c, const char *name)
{
	(void)c;
	return strlen(name) % 2 == 0;
}

/* The line at *p as a string, cut to fit; *p moves behind it. */
static void
line(const uint8_t **p, size_t *left, char *buf, size_t size)
{
	const uint8_t *nl = *left ? memchr(*p, '\n', *left) : NULL;
	size_t len = nl ? (size_t)(nl - *p) : *left;
	size_t n = len < size ? len : size - 1;

	if (n)
		memcpy(buf, *p, n);
	buf[n] = '\0';
	*p += len + (nl != NULL);
	*left -= len + (nl != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[256], pattern[256], star[32], out[1024];
	struct template_out ret;

	line(&data, &size, name, sizeof name);
	line(&data, &size, pattern, sizeof pattern);
	star[0] = 'x';
	(void)template_match(pattern, name, star, sizeof star);
	must(memchr(star, '\0', sizeof star) != NULL);
	must(template_match("*", "x", star, sizeof star));
	if (template_render(
		(const char *)data, size, value, name, out, sizeof out, &ret)) {
		must(ret.len < sizeof out && out[ret.len] == '\0');
		if (size < sizeof out && !memmem(data, size, "${", 2))
			must(ret.len == size &&
			     (size == 0 || memcmp(out, data, size) == 0));
	} else {
		must(ret.line > 0 && ret.why[0]);
	}
	if (!template_check((const char *)data, size, known, NULL, &ret))
		must(ret.line > 0 && strchr(ret.why, ';') != NULL);
	return 0;
}
