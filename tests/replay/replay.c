/*
 * replay.c - scripts played against a pure machine; see replay.h.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

enum {
	REPLAY_OUT = 256,
	REPLAY_LINE = 4096
};

struct replay {
	const struct replay_driver *driver;
	const char *path;
	FILE *f;
	unsigned int line;
	void *state;
	uint64_t now_us;
	char *out[REPLAY_OUT]; /* a ring of emitted lines */
	size_t head, count;
	bool failed;
};

void
replay_emit(struct replay *r, const char *fmt, ...)
{
	char line[REPLAY_LINE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (r->count == REPLAY_OUT) {
		(void)replay_fail(
		    r, "more than %d lines of output", REPLAY_OUT);
		return;
	}
	r->out[(r->head + r->count++) % REPLAY_OUT] = strdup(line);
}

bool
replay_fail(struct replay *r, const char *fmt, ...)
{
	va_list ap;

	printf("%s:%u: ", r->path, r->line);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	r->failed = true;
	return false;
}

/* The next emitted line, malloc'ed, or NULL. */
static char *
replay_take(struct replay *r)
{
	char *line;

	if (r->count == 0)
		return NULL;
	line = r->out[r->head];
	r->head = (r->head + 1) % REPLAY_OUT;
	r->count--;
	return line;
}

static int
unhex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Undo \xNN in place. */
static void
unescape(char *s)
{
	char *d = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] == 'x' && unhex(s[2]) >= 0 &&
		    unhex(s[3]) >= 0) {
			*d++ = (char)(unhex(s[2]) << 4 | unhex(s[3]));
			s += 3;
		} else {
			*d++ = *s;
		}
	}
	*d = '\0';
}

/* Cut line into words, in place. */
static bool
split(struct replay *r, char *p, struct replay_step *s)
{
	s->nword = 0;
	for (;;) {
		char *d;
		bool quoted = false;

		while (*p == ' ' || *p == '\t')
			p++;
		if (*p == '\0' || *p == '#')
			return true;
		if (s->nword == REPLAY_WORDS)
			return replay_fail(r, "too many words");
		s->word[s->nword++] = d = p;
		for (; *p && (quoted || (*p != ' ' && *p != '\t')); p++) {
			if (*p == '"')
				quoted = !quoted;
			else
				*d++ = *p;
		}
		if (quoted)
			return replay_fail(r, "quote without its end");
		if (*p)
			p++;
		*d = '\0';
		unescape(s->word[s->nword - 1]);
	}
}

static bool
word_matches(const char *want, const char *got)
{
	size_t n = strlen(want);

	if (n && want[n - 1] == '*')
		return strncmp(want, got, n - 1) == 0;
	return strcmp(want, got) == 0;
}

static bool
line_matches(
    const struct replay_step *want, size_t from, const struct replay_step *got)
{
	size_t i;

	for (i = 0; from + i < want->nword; i++) {
		if (strcmp(want->word[from + i], "...") == 0)
			return true;
		if (i >= got->nword ||
		    !word_matches(want->word[from + i], got->word[i]))
			return false;
	}
	return i == got->nword;
}

static bool
expect(struct replay *r, const struct replay_step *want, const char *source)
{
	char *line = replay_take(r), *copy;
	struct replay_step got;
	bool ok;

	if (want->nword == 2 && strcmp(want->word[1], "nothing") == 0) {
		ok = line == NULL ||
		     replay_fail(r, "wanted nothing, got: %s", line);
		free(line);
		return ok;
	}
	if (!line)
		return replay_fail(r, "wanted: %s; got nothing", source);
	copy = strdup(line);
	ok = copy && split(r, copy, &got) && line_matches(want, 1, &got);
	if (!ok)
		(void)replay_fail(r, "wanted: %s; got: %s", source, line);
	free(copy);
	free(line);
	return ok;
}

/* Read the lines up to ">>". */
static bool
read_text(struct replay *r, struct replay_step *s)
{
	char line[REPLAY_LINE];
	char *text = NULL;
	size_t len = 0;

	while (fgets(line, sizeof line, r->f)) {
		size_t n = strlen(line);
		char *grown;

		r->line++;
		if (strncmp(line, ">>", 2) == 0) {
			s->text = text ? text : strdup("");
			s->text_len = len;
			return true;
		}
		grown = realloc(text, len + n + 1);
		if (!grown)
			break;
		text = grown;
		memcpy(text + len, line, n + 1);
		len += n;
	}
	free(text);
	return replay_fail(r, "<< without >>");
}

/* "at T": set the clock and drop the two words. */
static bool
step_clock(struct replay *r, struct replay_step *s)
{
	const char *t = s->nword > 1 ? s->word[1] : "";
	char *end;
	double ms = strtod(t[0] == '+' ? t + 1 : t, &end);
	uint64_t us = (uint64_t)(ms * 1000.0 + 0.5);

	if (*end || end == t || ms < 0)
		return replay_fail(r, "at: \"%s\" is no time", t);
	if (t[0] == '+')
		us += r->now_us;
	if (us < r->now_us)
		return replay_fail(r, "at: the clock only goes forward");
	r->now_us = us;
	s->nword -= 2;
	memmove(s->word, s->word + 2, s->nword * sizeof s->word[0]);
	return s->nword > 0 || replay_fail(r, "at: nothing to do");
}

static bool
play_step(struct replay *r, struct replay_step *s, const char *source)
{
	bool ok;

	if (strcmp(s->word[0], "expect") == 0)
		return expect(r, s, source);
	if (r->count)
		return replay_fail(r, "not expected: %s", r->out[r->head]);
	if (strcmp(s->word[0], "at") == 0 && !step_clock(r, s))
		return false;
	s->text = NULL;
	s->text_len = 0;
	if (strcmp(s->word[s->nword - 1], "<<") == 0) {
		s->nword--;
		if (!read_text(r, s))
			return false;
	}
	s->now_us = r->now_us;
	ok = r->driver->step(r, r->state, s);
	free(s->text);
	return ok && !r->failed;
}

static void
play_lines(struct replay *r)
{
	char line[REPLAY_LINE], source[REPLAY_LINE];
	struct replay_step s;
	unsigned int steps = 0;

	while (!r->failed && fgets(line, sizeof line, r->f)) {
		r->line++;
		line[strcspn(line, "\n")] = '\0';
		memcpy(source, line, sizeof source);
		if (!split(r, line, &s) || s.nword == 0)
			continue;
		steps++;
		if (!play_step(r, &s, source))
			return;
	}
	if (!r->failed && r->count)
		(void)replay_fail(r, "not expected: %s", r->out[r->head]);
	if (!r->failed && steps == 0)
		(void)replay_fail(r, "an empty script");
}

/* One file; true when it passed. */
static bool
play(const struct replay_driver *d, const char *path)
{
	struct replay r = {.driver = d, .path = path};
	char *line;

	r.f = fopen(path, "r");
	if (!r.f) {
		printf("FAIL %s: %s\n", path, strerror(errno));
		return false;
	}
	r.state = d->open(&r);
	if (r.state)
		play_lines(&r);
	else
		(void)replay_fail(&r, "%s: cannot open a machine", d->name);
	while ((line = replay_take(&r)))
		free(line);
	if (r.state)
		d->close(r.state);
	(void)fclose(r.f);
	printf("%s %s\n", r.failed ? "FAIL" : "PASS", path);
	return !r.failed;
}

const char *
replay_value(const struct replay_step *s, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < s->nword; i++)
		if (strncmp(s->word[i], key, n) == 0 && s->word[i][n] == '=')
			return s->word[i] + n + 1;
	return NULL;
}

uint64_t
replay_number(const struct replay_step *s, const char *key, uint64_t dflt)
{
	const char *v = replay_value(s, key);

	return v ? strtoull(v, NULL, 0) : dflt;
}

static int
is_script(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 4 && strcmp(d->d_name + n - 4, ".rpl") == 0;
}

static void
play_dir(const struct replay_driver *d, const char *dir, unsigned int *passed,
    unsigned int *failed)
{
	struct dirent **list;
	int n = scandir(dir, &list, is_script, alphasort);

	for (int i = 0; i < n; i++) {
		char path[REPLAY_LINE];

		(void)snprintf(
		    path, sizeof path, "%s/%s", dir, list[i]->d_name);
		++*(play(d, path) ? passed : failed);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	else if (errno == ENOTDIR)
		++*(play(d, dir) ? passed : failed);
}

int
replay_main(const struct replay_driver *d, int argc, char *argv[])
{
	unsigned int passed = 0, failed = 0;

	for (int i = 1; i < argc; i++)
		play_dir(d, argv[i], &passed, &failed);
	printf("%s: %u passed, %u failed\n", d->name, passed, failed);
	return failed || !passed;
}
