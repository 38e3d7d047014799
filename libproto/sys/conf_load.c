/*
 * conf_load.c - remoteboot.conf from a file; see conf_load.h.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf_load.h"

static size_t
read_line(void *arg, char *buf, size_t size)
{
	FILE *f = arg;
	size_t n = 0;
	int c;

	while (n < size && (c = getc_unlocked(f)) != EOF) {
		buf[n++] = (char)c;
		if (c == '\n')
			break;
	}
	return n;
}

static void
tell(const char *path, const char *what, conf_error_fn *error, void *arg)
{
	char text[512];

	(void)snprintf(text, sizeof text,
	    "%.256s: %s: %s; name a file that "
	    "can be read with -C",
	    path, what, strerror(errno));
	error(arg, text);
}

struct conf *
conf_load(const char *path, conf_error_fn *error, void *arg)
{
	FILE *f = fopen(path, "re");
	struct conf *c;

	if (!f) {
		tell(path, "cannot open", error, arg);
		return NULL;
	}
	c = conf_parse(path, read_line, f, error, arg);
	if (ferror(f)) {
		tell(path, "cannot read", error, arg);
		conf_free(c);
		c = NULL;
	}
	(void)fclose(f);
	return c;
}
