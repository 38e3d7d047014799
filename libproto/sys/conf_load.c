/*
 * conf_load.c - remoteboot.conf from a file; see conf_load.h.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "conf_load.h"

/* A file, then what comes behind it. */
struct lines {
	FILE *f;
	conf_read_fn *more;
	void *arg;
	bool ended; /* the file has */
	bool open;  /* its last line has no newline yet */
};

static size_t
read_more(struct lines *l, char *buf, size_t size)
{
	if (!l->more)
		return 0;
	if (!l->ended && l->open) {
		l->ended = true;
		buf[0] = '\n';
		return 1;
	}
	l->ended = true;
	return l->more(l->arg, buf, size);
}

static size_t
read_line(void *arg, char *buf, size_t size)
{
	struct lines *l = arg;
	size_t n = 0;
	int c;

	while (
	    !l->ended && l->f && n < size && (c = getc_unlocked(l->f)) != EOF) {
		buf[n++] = (char)c;
		if (c == '\n')
			break;
	}
	if (n == 0)
		return read_more(l, buf, size);
	l->open = buf[n - 1] != '\n';
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
conf_load_more(const char *path, conf_read_fn *more, void *more_arg,
    conf_error_fn *error, void *arg)
{
	struct lines l = {.more = more, .arg = more_arg};
	struct conf *c;

	if (path)
		l.f = fopen(path, "re");
	if (path && !l.f) {
		tell(path, "cannot open", error, arg);
		return NULL;
	}
	if (more)
		(void)more(more_arg, NULL, 0);
	c = conf_parse(
	    path ? path : "the command line", read_line, &l, error, arg);
	if (l.f && ferror(l.f)) {
		tell(path, "cannot read", error, arg);
		conf_free(c);
		c = NULL;
	}
	if (l.f)
		(void)fclose(l.f);
	return c;
}

struct conf *
conf_load(const char *path, conf_error_fn *error, void *arg)
{
	return conf_load_more(path, NULL, NULL, error, arg);
}
