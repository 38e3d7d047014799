/*
 * map.c - Incom's and atftpd's list of multicast files.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mtftpd/map.h"

enum {
	COLUMNS = 3
};

struct column {
	const char *at;
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* How many there are; COLUMNS + 1: more than wanted. */
static size_t
split(const char *line, size_t len, struct column col[static COLUMNS])
{
	size_t n = 0, i = 0;

	while (i < len) {
		size_t from;

		while (i < len && is_blank(line[i]))
			i++;
		if (i == len || line[i] == '#')
			break;
		from = i;
		while (i < len && !is_blank(line[i]))
			i++;
		if (n == COLUMNS)
			return COLUMNS + 1;
		col[n++] = (struct column){line + from, i - from};
	}
	return n;
}

/* Behind the tree's path and the slashes in front. */
static struct column
below(struct column file, const char *tree)
{
	size_t n = strlen(tree);

	while (n > 1 && tree[n - 1] == '/')
		n--;
	if (n > 1 && file.len > n && memcmp(file.at, tree, n) == 0 &&
	    file.at[n] == '/') {
		file.at += n;
		file.len -= n;
	}
	while (file.len > 0 && *file.at == '/') {
		file.at++;
		file.len--;
	}
	return file;
}

/* Does a path have ".." for a part? */
static bool
climbs(const char *path)
{
	for (const char *p = path; (p = strstr(p, "..")); p += 2)
		if ((p == path || p[-1] == '/') &&
		    (p[2] == '/' || p[2] == '\0'))
			return true;
	return false;
}

static bool
take_file(struct column file, char to[static TFTP_NAME_MAX + 1])
{
	if (file.len == 0 || file.len > TFTP_NAME_MAX)
		return false;
	for (size_t i = 0; i < file.len; i++)
		if (file.at[i] == '"' || file.at[i] == '\\' ||
		    (unsigned char)file.at[i] < ' ' || file.at[i] == 0x7f)
			return false;
	memcpy(to, file.at, file.len);
	to[file.len] = '\0';
	return !climbs(to);
}

/* A decimal number of the column up to most; 0: it is none. */
static uint32_t
number(struct column c, uint32_t most)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c.len; i++) {
		if (c.at[i] < '0' || c.at[i] > '9')
			return 0;
		n = n * 10 + (uint32_t)(c.at[i] - '0');
		if (n > most)
			return 0;
	}
	return n;
}

static bool
take_group(struct column c, struct ip4 *ret)
{
	char text[16];

	if (c.len >= sizeof text)
		return false;
	memcpy(text, c.at, c.len);
	text[c.len] = '\0';
	return ip4_parse(text, ret) && ret->v >> 28 == 14;
}

const char *
map_line(const char *line, size_t len, const char *tree, struct map_line *ret)
{
	struct column col[COLUMNS];
	size_t n = split(line, len, col);

	ret->file[0] = '\0';
	if (n == 0)
		return NULL;
	if (n != COLUMNS)
		return "three columns are wanted; write FILE GROUP PORT, as in "
		       "pcnfs.X 239.255.1.1 3001";
	if (!take_group(col[1], &ret->group))
		return "the second column is no multicast address; write one "
		       "such as 239.255.1.1";
	ret->cport = (uint16_t)number(col[2], UINT16_MAX);
	if (ret->cport == 0)
		return "the third column is no port; write a number from 1 to "
		       "65535";
	if (!take_file(below(col[0], tree), ret->file))
		return "the first column is no file below tftp_root; write its "
		       "path without \"..\", quotes and backslashes";
	return NULL;
}

size_t
map_clash(const struct map_line *m, const struct map_line *before, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(before[i].file, m->file) == 0 ||
		    (before[i].group.v == m->group.v &&
			before[i].cport == m->cport))
			return i;
	return n;
}

size_t
map_section(const struct map_line *m, unsigned int n, uint16_t sport,
    char buf[static MAP_SECTION])
{
	char ip[IP4_TEXT], port[32] = "";

	if (sport)
		(void)snprintf(port, sizeof port, "mtftp_sport = %u\n", sport);
	return (size_t)snprintf(buf, MAP_SECTION,
	    "[mtftp map %u]\nfile = \"%s\"\nmtftp_ip = %s\nmtftp_cport = "
	    "%u\n%s",
	    n, m->file, ip4_text(m->group, ip), m->cport, port);
}
