/*
 * conf_error.c - errors of a configuration: collected while it is read and
 * checked, told at the end in the order of the lines.
 * SPDX-License-Identifier: ISC
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"

enum {
	ERROR_TEXT = 1024,
	ERROR_SAFE = 4 * ERROR_TEXT /* each byte as \\xNN */
};

bool
conf_nomem(struct conf_parse *p)
{
	p->nomem = true;
	return false;
}

/*
 * Bytes that no terminal should see, as what the file holds may be.  The
 * first npath bytes are its path, which an editor must find.
 */
static void
printable(const char *s, size_t npath, char to[static ERROR_SAFE])
{
	const char *after = s + npath;
	size_t n = 0;

	for (; *s && n < ERROR_SAFE - 5; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7f || (c > 0x7f && s >= after)) {
			(void)snprintf(to + n, 5, "\\x%02x", c);
			n += 4;
		} else {
			to[n++] = *s;
		}
	}
	to[n] = '\0';
}

__attribute__((format(printf, 5, 0))) static void
add(struct conf_parse *p, unsigned int line, const char *section,
    const char *key, const char *fmt, va_list ap)
{
	char text[ERROR_TEXT], safe[ERROR_SAFE];
	struct conf_error e = {.line = line, .order = p->error.n};
	size_t n, npath = strlen(p->c->path);

	(void)snprintf(text, sizeof text, "%.256s:%u: %s%s%s%s", p->c->path,
	    line, section ? section : "", section ? ": " : "", key ? key : "",
	    key ? ": " : "");
	n = strlen(text);
	(void)vsnprintf(text + n, sizeof text - n, fmt, ap);
	printable(text, npath < 256 ? npath : 256, safe);
	n = strlen(safe) + 1;
	e.text = malloc(n);
	if (!e.text) {
		(void)conf_nomem(p);
		return;
	}
	memcpy(e.text, safe, n);
	if (!conf_vec_add(&p->error, &e)) {
		free(e.text);
		(void)conf_nomem(p);
	}
}

void
conf_error_at(struct conf_parse *p, unsigned int line, const char *section,
    const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(p, line, section, key, fmt, ap);
	va_end(ap);
}

bool
conf_bad(struct conf_parse *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(p, p->line, p->now.text[0] ? p->now.text : NULL, p->key, fmt, ap);
	va_end(ap);
	return false;
}

static int
by_line(const void *va, const void *vb)
{
	const struct conf_error *a = va, *b = vb;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void
conf_errors_tell(struct conf_parse *p, conf_error_fn *fn, void *arg)
{
	struct conf_error *e = p->error.v;

	if (p->error.n)
		qsort(e, p->error.n, sizeof *e, by_line);
	for (size_t i = 0; i < p->error.n; i++) {
		if (fn)
			fn(arg, e[i].text);
		free(e[i].text);
	}
	free(e);
	p->error.v = NULL;
	if (p->nomem && fn)
		fn(arg, "out of memory; the configuration was not taken");
}
