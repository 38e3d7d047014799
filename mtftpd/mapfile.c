/*
 * mapfile.c - the file of -m, read again with the configuration.
 *
 * Its lines become sections behind those of remoteboot.conf, so that all that
 * is checked and told there holds for them too.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mtftpd/map.h"
#include "mtftpd/mapfile.h"
#include "sys/start.h"

enum {
	LINE = 2048,
	FILES = 4096, /* that a map may have */
	TEXT = 512
};

/* Decimal, 1 to 65535; 0: it is none. */
static uint16_t
port_of(const char *s)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	return *s >= '0' && *s <= '9' && *end == '\0' && n <= UINT16_MAX
		   ? (uint16_t)n
		   : 0;
}

const char *
mapfile_take(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct mapfile *m = arg;

	m->path = start_abspath(value); /* a reload is in another folder */
	if (nrest == 0 || rest[0][0] == '-')
		return NULL;
	m->sport = port_of(rest[0]);
	if (m->sport == 0)
		return "wants FILE [PORT]: a port from 1 to 65535, as in "
		       "-m /etc/mtftptab 75";
	*used = 1;
	return NULL;
}

struct reading {
	struct mapfile *m;
	const char *tree;
	void (*tell)(void *arg, const char *text);
	char *text;
	size_t len;
	unsigned int line, files, errors;
	struct map_line *lines; /* of the files, where they stand */
	unsigned int *at;
};

static void
complain(struct reading *r, const char *what)
{
	char text[TEXT];

	if (r->line)
		(void)snprintf(text, sizeof text, "%.200s:%u: %s", r->m->path,
		    r->line, what);
	else
		(void)snprintf(
		    text, sizeof text, "%.200s: %s", r->m->path, what);
	r->tell(NULL, text);
	r->errors++;
}

/* Room for one more; false: there is none. */
static bool
grow(struct reading *r)
{
	char *text = realloc(r->text, r->len + MAP_SECTION);

	if (!r->lines) {
		r->lines = calloc(FILES, sizeof r->lines[0]);
		r->at = calloc(FILES, sizeof r->at[0]);
	}
	if (text)
		r->text = text;
	return text && r->lines && r->at;
}

/* Its file or its group are another line's. */
static bool
clashes(struct reading *r, const struct map_line *l)
{
	char text[TEXT / 2];
	size_t of = map_clash(l, r->lines, r->files);

	if (of == r->files)
		return false;
	if (strcmp(l->file, r->lines[of].file) == 0)
		(void)snprintf(text, sizeof text,
		    "the file is that of line %u; for a second group write "
		    "the name of a link to it",
		    r->at[of]);
	else
		(void)snprintf(text, sizeof text,
		    "the group and port are those of line %u; choose others",
		    r->at[of]);
	complain(r, text);
	return true;
}

static void
add_line(struct reading *r, const char *line, size_t len)
{
	struct map_line l;
	const char *why = map_line(line, len, r->tree, &l);

	if (!why && l.file[0] == '\0')
		return;
	if (!why && r->files == FILES)
		why = "more than 4096 files; share them out";
	if (!why && !grow(r))
		why = "out of memory";
	if (why) {
		complain(r, why);
		return;
	}
	if (clashes(r, &l))
		return;
	r->lines[r->files] = l;
	r->at[r->files++] = r->line;
	r->len += map_section(&l, r->files, r->m->sport, r->text + r->len);
}

/* What some editors put in front of a text in UTF-8. */
static size_t
mark_len(const char *line)
{
	static const char mark[] = "\xef\xbb\xbf";

	return strncmp(line, mark, sizeof mark - 1) == 0 ? sizeof mark - 1 : 0;
}

static void
add_lines(struct reading *r, FILE *f)
{
	char line[LINE];

	while (r->errors < 20 && fgets(line, sizeof line, f)) {
		size_t len = strcspn(line, "\n"), from = 0;

		if (++r->line == 1)
			from = mark_len(line);
		if (line[len] == '\0' && !feof(f)) {
			complain(r, "the line is too long, or has a zero byte");
			return;
		}
		add_line(r, line + from, len - from);
	}
	r->line = 0;
	if (ferror(f))
		complain(r, strerror(errno));
}

bool
mapfile_read(struct mapfile *m, const char *tree,
    void (*tell)(void *arg, const char *text))
{
	struct reading r = {.m = m, .tree = tree, .tell = tell};
	FILE *f = fopen(m->path, "re");

	if (!f) {
		complain(&r, strerror(errno));
		return false;
	}
	add_lines(&r, f);
	(void)fclose(f);
	free(r.lines);
	free(r.at);
	if (r.errors) {
		free(r.text);
		return false;
	}
	free(m->text);
	m->text = r.text;
	m->len = r.len;
	m->at = 0;
	return true;
}

void
mapfile_free(struct mapfile *m)
{
	free(m->text);
	m->text = NULL;
}

size_t
mapfile_line(void *arg, char *buf, size_t size)
{
	struct mapfile *m = arg;
	size_t n = 0;

	if (!buf) {
		m->at = 0;
		return 0;
	}
	while (n < size && m->at < m->len) {
		buf[n++] = m->text[m->at++];
		if (buf[n - 1] == '\n')
			break;
	}
	return n;
}
