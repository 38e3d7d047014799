/*
 * start_options.c - the command line: common flags and the daemon's own by
 * one table, from which the usage line and --help are made too.
 *
 * Not getopt(3): "-s SIZE PORT" takes two words, and a mistake is told with
 * what would be right.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <limits.h>
#include <sysexits.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/start.h"
#include "sys/start_int.h"

enum {
	OPTS = 64,
	WHAT = 256
};

static const char *
take_config(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct start *st = arg;

	(void)rest, (void)nrest, (void)used;
	if (!*value)
		return "empty; a file name follows";
	st->conf_path = start_abspath(value);
	st->conf_said = true;
	return NULL;
}

static const char *
take_foreground(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)value, (void)rest, (void)nrest, (void)used;
	((struct start *)arg)->foreground = true;
	return NULL;
}

static const char *
take_check(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)value, (void)rest, (void)nrest, (void)used;
	((struct start *)arg)->check = true;
	return NULL;
}

static const char *
take_user(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)rest, (void)nrest, (void)used;
	if (!*value)
		return "empty; the name of a user follows";
	((struct start *)arg)->user = value;
	return NULL;
}

static const char *
take_log(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)rest, (void)nrest, (void)used;
	if (!*value)
		return "empty; a file name follows";
	((struct start *)arg)->log_path = start_abspath(value);
	return NULL;
}

static const char *
take_verbose(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	uint64_t n;

	(void)rest, (void)nrest, (void)used;
	if (!text_number(value, 0, 3, &n))
		return "no such level; 0 errors, 1 warnings, 2 one line for "
		       "each boot step, 3 each packet";
	((struct start *)arg)->verbosity = (int)n;
	return NULL;
}

_Noreturn static void
leave(void)
{
	exit(fflush(stdout) == 0 ? EX_OK : EX_IOERR);
}

static const char *
take_version(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)value, (void)rest, (void)nrest, (void)used;
	printf("%s (%s) %s\n", ((struct start *)arg)->ident, PACKAGE_NAME,
	    PACKAGE_VERSION);
	leave();
}

static const char *
take_help(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)value, (void)rest, (void)nrest, (void)used;
	start_help(arg);
	leave();
}

static const struct start_opt common[] = {
    {'C', "config", "FILE",
	"the configuration; default " SYSCONFDIR "/remoteboot.conf",
	take_config, NULL},
    {'F', "foreground", NULL, "stay in the foreground, log to stderr",
	take_foreground, NULL},
    {'l', "log", "FILE", "log to FILE", take_log, NULL},
    {'t', "check", NULL, "check the configuration and exit", take_check, NULL},
    {'u', "user", "USER", "run as USER; default remoteboot", take_user, NULL},
    {'v', "verbose", "LEVEL",
	"0 errors, 1 warnings, 2 each boot step (default), 3 each packet",
	take_verbose, NULL},
    {'V', "version", NULL, "print the version and exit", take_version, NULL},
    {0, "help", NULL, "print this and exit", take_help, NULL},
};

enum {
	NCOMMON = sizeof common / sizeof common[0]
};

/* Option i of both tables, the daemon's first; NULL behind the last. */
static const struct start_opt *
nth(const struct start *st, size_t i)
{
	if (i < st->nopt)
		return &st->opt[i];
	return i - st->nopt < NCOMMON ? &common[i - st->nopt] : NULL;
}

/* The common ones work on the start, the daemon's on what it likes. */
static void *
arg_of(struct start *st, const struct start_opt *o)
{
	return o >= common && o < common + NCOMMON ? st : st->arg;
}

static int
by_letter(const void *a, const void *b)
{
	const struct start_opt *x = *(const struct start_opt *const *)a;
	const struct start_opt *y = *(const struct start_opt *const *)b;

	if ((x->letter == 0) != (y->letter == 0))
		return x->letter == 0 ? 1 : -1;
	if (x->letter != y->letter)
		return x->letter < y->letter ? -1 : 1;
	return strcmp(x->name ? x->name : "", y->name ? y->name : "");
}

static size_t
sorted(const struct start *st, const struct start_opt *o[static OPTS])
{
	size_t n = 0;

	while (n < OPTS && (o[n] = nth(st, n)))
		n++;
	qsort(o, n, sizeof o[0], by_letter);
	return n;
}

/* usage: tftpd [-FhrtV] [-C FILE] ... [--help] */
static void
print_usage(const struct start *st, FILE *f)
{
	const struct start_opt *o[OPTS];
	size_t n = sorted(st, o);

	fprintf(f, "usage: %s [-", st->ident);
	for (size_t i = 0; i < n; i++)
		if (o[i]->letter && !o[i]->arg)
			fputc(o[i]->letter, f);
	fputc(']', f);
	for (size_t i = 0; i < n; i++) {
		if (!o[i]->letter)
			fprintf(f, " [--%s%s%s]", o[i]->name,
			    o[i]->arg ? " " : "", o[i]->arg ? o[i]->arg : "");
		else if (o[i]->arg)
			fprintf(f, " [-%c %s]", o[i]->letter, o[i]->arg);
	}
	fprintf(f, "%s%s\n", st->operands ? " " : "",
	    st->operands ? st->operands : "");
}

void
start_help(const struct start *st)
{
	const struct start_opt *o[OPTS];
	size_t n = sorted(st, o);

	printf("%s - %s\n", st->ident, st->synopsis);
	print_usage(st, stdout);
	for (size_t i = 0; i < n; i++) {
		char left[80];
		char letter[] = {'-', o[i]->letter, '\0'};

		(void)snprintf(left, sizeof left, "%s%s%s%s%s%s",
		    o[i]->letter ? letter : "  ",
		    o[i]->letter && o[i]->name ? ", " : "  ",
		    o[i]->name ? "--" : "", o[i]->name ? o[i]->name : "",
		    o[i]->arg ? " " : "", o[i]->arg ? o[i]->arg : "");
		printf("  %-24s %s\n", left, o[i]->help);
	}
}

_Noreturn static void
wrong(const struct start *st, const char *opt, const char *what)
{
	char safe[WHAT];

	start_fail(EX_USAGE, "%s: %s; %s --help tells all options",
	    text_safe(opt, strlen(opt), safe, sizeof safe), what, st->ident);
}

/* Where the reading is. */
struct line {
	struct start *st;
	char **argv;
	size_t argc, at; /* the next word */
};

/* Call the option; value NULL when it takes none. */
static void
call(struct line *ln, const struct start_opt *o, const char *shown,
    const char *value)
{
	size_t used = 0;
	const char *what = start_take(o, arg_of(ln->st, o), value,
	    ln->argv + ln->at, ln->argc - ln->at, &used);

	if (what)
		wrong(ln->st, shown, what);
	ln->at += used;
}

/* The value is the next word. */
static const char *
next_word(struct line *ln, const struct start_opt *o, const char *shown)
{
	char what[WHAT];

	if (ln->at < ln->argc)
		return ln->argv[ln->at++];
	(void)snprintf(what, sizeof what, "needs a value: %s", o->arg);
	wrong(ln->st, shown, what);
}

static void
take_long(struct line *ln, const char *word)
{
	const char *name = word + 2, *eq = strchr(name, '=');
	size_t len = eq ? (size_t)(eq - name) : strlen(name);
	const struct start_opt *o;

	for (size_t i = 0; (o = nth(ln->st, i)); i++)
		if (o->name && strlen(o->name) == len &&
		    strncmp(o->name, name, len) == 0)
			break;
	if (!o)
		wrong(ln->st, word, "no such option");
	if (!o->arg) {
		if (eq)
			wrong(ln->st, word, "takes no value");
		call(ln, o, word, NULL);
		return;
	}
	call(ln, o, word, eq ? eq + 1 : next_word(ln, o, word));
}

static void
take_letters(struct line *ln, const char *word)
{
	for (const char *p = word + 1; *p; p++) {
		char shown[] = {'-', *p, '\0'};
		const struct start_opt *o;

		for (size_t i = 0; (o = nth(ln->st, i)); i++)
			if (o->letter == *p)
				break;
		if (!o)
			wrong(ln->st, shown, "no such option");
		if (!o->arg) {
			call(ln, o, shown, NULL);
			continue;
		}
		call(ln, o, shown, p[1] ? p + 1 : next_word(ln, o, shown));
		return;
	}
}

void
start_options(struct start *st, int argc, char *argv[])
{
	struct line ln = {st, argv, (size_t)argc, argc > 0};

	start_early(st);
	st->conf_path = SYSCONFDIR "/remoteboot.conf";
	st->verbosity = -1;
	while (ln.at < ln.argc) {
		const char *word = argv[ln.at];

		if (word[0] != '-' || word[1] == '\0')
			break;
		ln.at++;
		if (strcmp(word, "--") == 0)
			break;
		if (word[1] == '-')
			take_long(&ln, word);
		else
			take_letters(&ln, word);
	}
	st->operand = argv + ln.at;
	st->noperand = ln.argc - ln.at;
	if (st->noperand && !st->operands)
		wrong(st, *st->operand, "takes no operands");
}

const char *
start_abspath(const char *path)
{
	char cwd[PATH_MAX], *abs;
	size_t size;

	if (path[0] == '/' || !getcwd(cwd, sizeof cwd))
		return path;
	size = strlen(cwd) + 1 + strlen(path) + 1;
	abs = malloc(size);
	if (!abs)
		start_fail(EX_OSERR, "out of memory");
	(void)snprintf(abs, size, "%s/%s", cwd, path);
	return abs;
}
