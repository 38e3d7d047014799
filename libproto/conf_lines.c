/*
 * conf_lines.c - the lines of remoteboot.conf through inih.
 *
 * This file owns what is to know of inih (release 55, as Debian ships it;
 * its limits are fixed when it is compiled):
 *	- a line is cut into pieces of 199 bytes, a section name to 49;
 *	- an indented line continues the value before it;
 *	- " ;" begins a comment, inside quotes too; ":" is taken for "=";
 *	- text behind "]" is ignored, an empty section is never told;
 *	- a line without "=" is counted as an error but not named;
 *	- a NUL byte ends a line early.
 * So each line is looked at before inih sees it: what inih would take another
 * way than it is written is an error here or is put so that inih takes it
 * right (indentation off, comments off, a ';' inside quotes hidden).  Empty
 * lines and comments are not handed over, and sections are opened here.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include <ini.h>

#include "conf_int.h"

enum {
	LONGEST_LINE = 197,	 /* inih's 200 less CR, LF and NUL */
	LONGEST_SECTION = 49,	 /* inih's 50 less NUL */
	LARGEST_FILE = 64 << 20, /* a million hosts; /dev/zero has no end */
	HIDDEN = '\x01'		 /* stands for ';' inside quotes */
};

struct lines {
	struct conf_parse *p;
	conf_read_fn *read;
	void *arg;
	size_t size; /* read so far */
};

/* What there is of the next line; 0 at the end, or when it is no end. */
static size_t
read_some(struct lines *l, char *buf, size_t size)
{
	size_t n;

	if (l->size > LARGEST_FILE)
		return 0;
	n = l->read(l->arg, buf, size);
	l->size += n;
	if (l->size > LARGEST_FILE)
		conf_error_at(l->p, l->p->line, NULL, NULL,
		    "the file is larger than %d MiB; name a configuration "
		    "with -C",
		    LARGEST_FILE >> 20);
	return n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * One line of the file, without its newline, into buf; its true length, which
 * may exceed size, to *len.  false at the end of the file.
 */
static bool
read_line(struct lines *l, char *buf, size_t size, size_t *len)
{
	char rest[256];
	size_t n = read_some(l, buf, size), more;

	if (n == 0)
		return false;
	l->p->line++;
	*len = n;
	if (buf[n - 1] == '\n') {
		*len = n - 1;
	} else if (n == size) {
		while ((more = read_some(l, rest, sizeof rest)) != 0) {
			*len += more;
			if (rest[more - 1] == '\n') {
				--*len;
				break;
			}
		}
	}
	return true;
}

/* A control character that has no business in a line, or -1. */
static int
control_in(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < 0x20 && s[i] != '\t') ||
		    s[i] == 0x7f)
			return (unsigned char)s[i];
	return -1;
}

/* End the line where a comment begins: ; or # behind a blank, no quotes. */
static size_t
cut_comment(const char *s, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (quoted && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s[i] == ';' || s[i] == '#') &&
			 (i == 0 || is_blank(s[i - 1])))
			return i;
	}
	return len;
}

/* [section]: true when inih may see it. */
static bool
look_at_section(struct conf_parse *p, char *s, size_t len)
{
	char *end = memchr(s, ']', len), name[LONGEST_LINE + 1];
	size_t n;

	if (!end) {
		conf_error_at(p, p->line, NULL, NULL,
		    "\"]\" is missing; write [section]");
	} else if (end != s + len - 1) {
		conf_error_at(p, p->line, NULL, NULL,
		    "text behind \"]\"; give it its own line");
	} else if ((n = (size_t)(end - s - 1)) > LONGEST_SECTION) {
		conf_error_at(p, p->line, NULL, NULL,
		    "the name of the section has %zu bytes; at most %d are "
		    "read",
		    n, LONGEST_SECTION);
	} else {
		memcpy(name, s + 1, n);
		name[n] = '\0';
		conf_section(p, name);
		return true;
	}
	conf_section(p, NULL);
	return false;
}

/* key = value: true when inih may see it. */
static bool
look_at_key(struct conf_parse *p, const char *s, size_t len)
{
	const char *eq = memchr(s, '=', len), *colon = memchr(s, ':', len);

	p->key = NULL;
	if (eq && (!colon || eq < colon))
		return true;
	if (colon && !memchr(s, '"', (size_t)(colon - s)))
		(void)conf_bad(
		    p, "\":\" does not stand for \"=\"; write key = value");
	else
		(void)conf_bad(p,
		    "neither [section] nor key = value; write one of them, "
		    "and # before a comment");
	return false;
}

/* Is the line fit to be looked at?  Its errors are told here. */
static bool
line_is_text(struct conf_parse *p, const char *s, size_t len, size_t whole)
{
	int c = control_in(s, len);

	p->key = NULL;
	if (c >= 0)
		return conf_bad(p,
		    "control character \\x%02x in the line; write text, \\xNN "
		    "inside quotes for bytes",
		    (unsigned int)c);
	if (whole > LONGEST_LINE)
		return conf_bad(p,
		    "the line has %zu bytes, at most %d are read; go on in the "
		    "next line with key += value",
		    whole, LONGEST_LINE);
	return true;
}

/* Comment, blanks around, byte order mark and CR off.  The new start. */
static char *
trim(struct conf_parse *p, char *s, size_t *len)
{
	size_t n = *len;

	if (n && s[n - 1] == '\r')
		n--;
	if (p->line == 1 && n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	while (n && is_blank(*s)) {
		s++;
		n--;
	}
	while (n && is_blank(s[n - 1]))
		n--;
	*len = n;
	return s;
}

/* One line made ready for inih in place: its length, 0 to leave it out. */
static size_t
look_at_line(struct conf_parse *p, char **s, size_t n, size_t whole)
{
	size_t len = n, cut;

	*s = trim(p, *s, &len);
	cut = cut_comment(*s, len);
	if (cut == 0)
		return 0;
	if (cut < len || whole == n) /* all that matters is here */
		whole = cut;
	for (len = cut; is_blank((*s)[len - 1]); len--)
		whole = len - 1;
	if (!line_is_text(p, *s, len, whole))
		return 0;
	if (**s == '[' ? !look_at_section(p, *s, len)
		       : !look_at_key(p, *s, len))
		return 0;
	for (size_t i = 0; i < len; i++)
		if ((*s)[i] == ';')
			(*s)[i] = HIDDEN;
	return len;
}

/*
 * A dhcpd.conf of ISC, by its first line that says something: all others need
 * not be told.
 */
static bool
is_isc(struct conf_parse *p, char *s, size_t n)
{
	size_t len = n;

	if (p->now.any)
		return false;
	s = trim(p, s, &len);
	len = cut_comment(s, len);
	s = trim(p, s, &len);
	if (len < 2 || strchr("[{", *s) || memchr(s, '=', len) ||
	    (s[len - 1] != ';' && s[len - 1] != '{'))
		return false;
	(void)conf_bad(p,
	    "that is the language of ISC dhcpd; write isc2remoteboot %s "
	    "> remoteboot.conf",
	    p->c->path);
	return true;
}

/* inih's reader: the next line that says something. */
static char *
next_line(char *str, int num, void *arg)
{
	struct lines *l = arg;
	char buf[1024], *s;
	size_t n, len;

	while (read_line(l, buf, sizeof buf, &n)) {
		s = buf;
		len = n < sizeof buf ? n : sizeof buf;
		if (is_isc(l->p, s, len))
			return NULL;
		len = look_at_line(l->p, &s, len, n);
		if (len == 0 || l->p->nomem)
			continue;
		if (len + 2 > (size_t)num) { /* an inih built for less */
			(void)conf_bad(l->p,
			    "the line has %zu bytes, this inih reads %d; "
			    "shorten it",
			    len, num - 2);
			continue;
		}
		memcpy(str, s, len);
		memcpy(str + len, "\n", 2);
		return str;
	}
	return NULL;
}

static void
show(char *s)
{
	while ((s = strchr(s, HIDDEN)) != NULL)
		*s = ';';
}

static int
#if INI_HANDLER_LINENO
take_key(void *arg, const char *section, const char *name, const char *value,
    int lineno)
#else
take_key(void *arg, const char *section, const char *name, const char *value)
#endif
{
	struct lines *l = arg;
	char key[LONGEST_LINE + 1], text[LONGEST_LINE + 1];
	size_t n = name ? strlen(name) : 0;

#if INI_HANDLER_LINENO
	(void)lineno;
#endif
	(void)section;
	if (!value) /* an inih that tells of sections */
		return 1;
	if (n > LONGEST_LINE || strlen(value) > LONGEST_LINE)
		return 0;
	memcpy(key, name, n + 1);
	memcpy(text, value, strlen(value) + 1);
	show(key);
	show(text);
	l->p->append = n && key[n - 1] == '+';
	if (l->p->append)
		n--;
	while (n && is_blank(key[n - 1]))
		n--;
	key[n] = '\0';
	conf_key(l->p, key, text);
	return 1;
}

void
conf_lines(struct conf_parse *p, conf_read_fn *read, void *arg)
{
	struct lines l = {.p = p, .read = read, .arg = arg};

	if (ini_parse_stream(next_line, &l, take_key, &l) != 0 &&
	    p->error.n == 0) {
		p->key = NULL;
		(void)conf_bad(
		    p, "inih cannot read the file; please report this line");
	}
}
