/*
 * fuzz_map.c - the first line is the name that a client asks for, the rest is
 * [tftp-map]: what comes out is bounded and a name, whatever the rules say.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tftpd/map.h"

enum {
	RULES = 4096
};

static void
must(bool what)
{
	if (!what)
		abort();
}

static bool
value(void *arg, const char *name, char *buf, size_t size)
{
	(void)arg;
	if (strncmp(name, "var.", 4) == 0)
		return false;
	(void)snprintf(buf, size, "%s", name);
	return true;
}

static bool
exists(void *arg, const char *name)
{
	(void)arg;
	return strlen(name) % 2 == 0;
}

static void
run(const struct conf *c, const char *name, bool write)
{
	struct map *m = map_new(c);
	struct map_in in = {
	    .name = name, .write = write, .value = value, .exists = exists};
	struct map_out out;

	must(m != NULL);
	map_run(m, &in, &out);
	must(memchr(out.text, '\0', sizeof out.text) != NULL);
	if (out.how == MAP_NAME)
		must(strlen(out.text) < NAME_PATH);
	if (out.how == MAP_NAME && !out.changed)
		must(strcmp(out.text, name) == 0);
	map_free(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[NAME_PATH], text[RULES + 16];
	const uint8_t *nl = size ? memchr(data, '\n', size) : NULL;
	size_t len = nl ? (size_t)(nl - data) : 0, rest;
	struct conf *c;

	if (!nl || len >= sizeof name || memchr(data, '\0', len))
		return 0;
	memcpy(name, data, len);
	name[len] = '\0';
	rest = size - len - 1;
	if (rest > RULES)
		return 0;
	memcpy(text, "[tftp-map]\n", 11);
	memcpy(text + 11, nl + 1, rest);
	c = conf_parse_text("f", text, 11 + rest, NULL, NULL);
	if (!c)
		return 0;
	run(c, name, false);
	run(c, name, true);
	conf_free(c);
	return 0;
}
