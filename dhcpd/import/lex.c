/*
 * lex.c - the words of ISC's files; see lex.h.
 *
 * ISC's own reader takes "10.0.0.1" and "01:04" apart at each point and
 * colon; here a point belongs to the word, because no name is cut by one.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/lex.h"

void
lex_init(struct lex *l, struct mem *m, const char *file, const char *text,
    size_t len)
{
	*l = (struct lex){.m = m, .p = text, .end = text + len};
	l->at.file = file;
	l->at.line = 1;
	l->above.m = m;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		l->p += 3;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* A comment: kept when it stands alone, directly above what follows. */
static void
comment(struct lex *l)
{
	const char *start = l->p,
		   *nl = memchr(l->p, '\n', (size_t)(l->end - l->p));

	l->p = nl ? nl : l->end;
	if (l->at.line == l->last_line)
		return; /* behind a statement */
	if (l->above.len && l->at.line != l->above_line + 1)
		l->above.len = 0;
	buf_add(&l->above, start, (size_t)(l->p - start));
	buf_text(&l->above, "\n");
	l->above_line = l->at.line;
}

static void
skip_blanks(struct lex *l)
{
	for (; l->p < l->end; l->p++) {
		if (*l->p == '#') {
			comment(l);
			if (l->p == l->end)
				return;
		}
		if (*l->p == '\n')
			l->at.line++;
		else if (*l->p != ' ' && *l->p != '\t' && *l->p != '\r')
			return;
	}
}

static int
digit(char c, int base)
{
	int d = -1;

	if (c >= '0' && c <= '9')
		d = c - '0';
	else if (c >= 'a' && c <= 'f')
		d = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		d = c - 'A' + 10;
	return d < base ? d : -1;
}

/* At most max digits of that base. */
static char
number(struct lex *l, int base, int max)
{
	int v = 0, d;

	for (; max && l->p < l->end && (d = digit(*l->p, base)) >= 0; max--) {
		v = v * base + d;
		l->p++;
	}
	return (char)(v & 255);
}

/* What stands behind a backslash, as ISC's conflex.c reads it. */
static char
escape(struct lex *l)
{
	static const char from[] = "trnb", to[] = "\t\r\n\b";
	const char *known;
	char c = *l->p;

	if (c >= '0' && c <= '7')
		return number(l, 8, 3);
	l->p++;
	if (c == 'x')
		return number(l, 16, 2);
	if (c == '\n')
		l->at.line++;
	known = c ? strchr(from, c) : NULL;
	return known ? to[known - from] : c;
}

static void
quoted(struct lex *l, struct tok *t)
{
	struct buf b = {.m = l->m};
	char c;

	t->kind = TOK_TEXT;
	t->unclosed = true;
	for (l->p++; l->p < l->end;) {
		c = *l->p++;
		if (c == '"') {
			t->unclosed = false;
			break;
		}
		if (c == '\n')
			l->at.line++;
		if (c == '\\' && l->p < l->end)
			c = escape(l);
		buf_add(&b, &c, 1);
	}
	t->s = b.s ? b.s : "";
	t->len = b.len;
}

static void
word(struct lex *l, struct tok *t)
{
	const char *start = l->p;

	t->kind = TOK_WORD;
	while (l->p < l->end && is_word(*l->p))
		l->p++;
	t->len = (size_t)(l->p - start);
	t->s = mem_dup(l->m, start, t->len);
}

static const char *
take_above(struct lex *l, unsigned int line)
{
	const char *s = NULL;

	if (l->above.len && l->above_line + 1 == line)
		s = mem_dup(l->m, l->above.s, l->above.len);
	l->above.len = 0;
	return s;
}

const struct tok *
lex_peek(struct lex *l)
{
	struct tok *t = &l->now;

	if (l->peeked)
		return t;
	skip_blanks(l);
	*t = (struct tok){.at = l->at, .s = ""};
	l->peeked = true;
	if (l->p == l->end)
		return t;
	t->above = take_above(l, l->at.line);
	if (*l->p == '"') {
		quoted(l, t);
	} else if (is_word(*l->p)) {
		word(l, t);
	} else {
		t->kind = TOK_MARK;
		t->len = 1;
		t->s = mem_dup(l->m, l->p++, 1);
	}
	l->last_line = l->at.line;
	return t;
}

void
lex_next(struct lex *l)
{
	(void)lex_peek(l);
	l->peeked = false;
}

bool
tok_is_mark(const struct tok *t, char c)
{
	return t->kind == TOK_MARK && t->s[0] == c;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
word_same(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

bool
tok_is(const struct tok *t, const char *w)
{
	return t->kind == TOK_WORD && word_same(t->s, w);
}
