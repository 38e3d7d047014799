/*
 * foreign.c - the command lines of tftp-hpa and atftpd, given to ours; see
 * foreign.h.
 *
 * Two tables say all of it: one for letters, where the first line whose
 * condition holds decides, one for long names.  What stands in neither goes
 * through as it is, for start_options.c to judge.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tftpd/foreign.h"

/* What must follow a letter for its line to hold. */
enum follow {
	ANY,
	NUMBER, /* in the same word or the next */
	OPTION, /* the next word is the name of a TFTP option */
	FILE_	/* a word that is neither a flag nor a folder */
};

enum what {
	FLAG,	 /* becomes ours, which has no value; NULL: means nothing */
	VALUE,	 /* becomes ours, with its value */
	TWO,	 /* ... with two */
	LEVEL,	 /* atftpd's and hpa's verbosity in numbers */
	LOUDER,	 /* -v without a number */
	USER,	 /* -u USER, without .GROUP */
	LOGFILE, /* -l FILE; "-" is -F */
	FAIL	 /* cannot be had; ours says what to write */
};

struct rule {
	char letter;
	const char *name; /* long ones */
	enum follow when;
	enum what what;
	const char *ours;
};

#define MAP                                                                    \
	"its rules as [tftp-map] sections of remoteboot.conf; tftpd(8) has a " \
	"table"
#define GROUP "-u USER alone; the group is that user's"

static const struct rule letters[] = {
    {'4', NULL, ANY, FLAG, "-4"},
    {'6', NULL, ANY, FLAG, "-6"},
    {'a', NULL, ANY, VALUE, "-a"},
    {'B', NULL, ANY, VALUE, "-B"},
    {'C', NULL, ANY, VALUE, "-C"},
    {'c', NULL, NUMBER, VALUE, "-c"},
    {'c', NULL, ANY, FLAG, "--create"},
    {'d', NULL, ANY, VALUE, "-d"},
    {'F', NULL, ANY, FLAG, "-F"},
    {'h', NULL, ANY, FLAG, "-h"},
    {'i', NULL, ANY, VALUE, "-i"},
    {'j', NULL, ANY, VALUE, "-j"},
    {'k', NULL, ANY, VALUE, "-k"},
    {'L', NULL, ANY, FLAG, "-F"},
    {'l', NULL, FILE_, VALUE, "-l"},
    {'l', NULL, ANY, FLAG, NULL},
    {'m', NULL, NUMBER, VALUE, "-c"},
    {'m', NULL, ANY, FAIL, MAP},
    {'P', NULL, ANY, VALUE, "-P"},
    {'p', NULL, NUMBER, VALUE, "--port"},
    {'p', NULL, ANY, FLAG, NULL},
    {'R', NULL, ANY, VALUE, "-R"},
    {'r', NULL, OPTION, VALUE, "--refuse"},
    {'r', NULL, NUMBER, VALUE, "--retry-timeout"},
    {'r', NULL, ANY, FLAG, "-r"},
    {'s', NULL, NUMBER, TWO, "-s"},
    {'s', NULL, ANY, FLAG, NULL},
    {'T', NULL, NUMBER, VALUE, "--retransmit"},
    {'t', NULL, NUMBER, VALUE, "--idle-time"},
    {'t', NULL, ANY, FLAG, "-t"},
    {'U', NULL, NUMBER, VALUE, "-U"},
    {'U', NULL, ANY, USER, "-u"},
    {'u', NULL, ANY, USER, "-u"},
    {'V', NULL, ANY, FLAG, "-V"},
    {'v', NULL, NUMBER, LEVEL, NULL},
    {'v', NULL, ANY, LOUDER, NULL},
};

static const struct rule names[] = {
    /* tftp-hpa's; --ipv4 --ipv6 --address --create --blocksize --foreground
     * --pidfile --port-range --refuse --retransmit --umask --version are ours
     */
    {0, "listen", ANY, FLAG, NULL},
    {0, "map-file", ANY, FAIL, MAP},
    {0, "permissive", ANY, FLAG, NULL},
    {0, "secure", ANY, FLAG, NULL},
    {0, "timeout", ANY, VALUE, "--idle-time"},
    {0, "user", ANY, USER, "-u"},
    {0, "verbose", NUMBER, LEVEL, NULL},
    {0, "verbose", ANY, LOUDER, NULL},
    {0, "verbosity", ANY, LEVEL, NULL},
    /* atftpd's; --port --retry-timeout --mcast-addr --mcast-port --mcast-ttl
       are ours */
    {0, "bind-address", ANY, VALUE, "-a"},
    {0, "daemon", ANY, FLAG, NULL},
    {0, "group", ANY, FAIL, GROUP},
    {0, "listen-local", ANY, FLAG, NULL},
    {0, "logfile", ANY, LOGFILE, "-l"},
    {0, "maxthread", ANY, VALUE, "-c"},
    {0, "mcast-switch-client", ANY, FLAG, NULL},
    {0, "mtftp", ANY, FAIL,
	"[mtftp FILE] in remoteboot.conf, and start mtftpd"},
    {0, "mtftp-port", ANY, FAIL,
	"mtftp_sport = PORT in [mtftpd] of remoteboot.conf, and start mtftpd"},
    {0, "no-blksize", ANY, FLAG, "--refuse=blksize"},
    {0, "no-fork", ANY, FLAG, "-F"},
    {0, "no-multicast", ANY, FLAG, "--refuse=multicast"},
    {0, "no-source-port-checking", ANY, FAIL,
	"single_port = yes in [tftpd] of remoteboot.conf, for clients behind "
	"NAT"},
    {0, "no-timeout", ANY, FLAG, "--refuse=timeout"},
    {0, "no-tsize", ANY, FLAG, "--refuse=tsize"},
    {0, "no-windowsize", ANY, FLAG, "--refuse=windowsize"},
    {0, "pcre", ANY, FAIL, MAP},
    {0, "pcre-test", ANY, FAIL, MAP},
    {0, "prevent-sas", ANY, FLAG, NULL},
    {0, "tftpd-timeout", ANY, VALUE, "--idle-time"},
    {0, "trace", ANY, FLAG, "-v3"},
};

/* Long names of ours that have a value as the next word. */
static const char *const own_values[] = {"address", "blocksize", "config",
    "idle", "idle-time", "json-log", "log", "max-clients", "mcast-addr",
    "mcast-port", "mcast-ttl", "pidfile", "port", "port-range", "refuse",
    "retransmit", "retries", "retry-timeout", "root", "umask"};

static const char *const tftp_options[] = {"blksize", "blksize2", "tsize",
    "timeout", "utimeout", "windowsize", "rollover", "multicast"};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct line {
	char *const *argv;
	int argc, at; /* the next word */
	bool (*is_dir)(const char *path);
	struct foreign *f;
};

static bool
among(const char *const *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(list[i], word) == 0)
			return true;
	return false;
}

static bool
is_number(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static bool
fail(struct foreign *f, const char *flag, const char *instead)
{
	(void)snprintf(f->why, sizeof f->why,
	    "%s: that is a flag of another server; write %s", flag, instead);
	return false;
}

static bool
too_many(struct foreign *f)
{
	(void)snprintf(f->why, sizeof f->why,
	    "too many words; put some into remoteboot.conf");
	return false;
}

static bool
emit(struct foreign *f, char *word)
{
	if (f->argc == FOREIGN_WORDS)
		return too_many(f);
	f->argv[f->argc++] = word;
	f->argv[f->argc] = NULL;
	return true;
}

/* A word that stands in no argv. */
static bool
emit_text(struct foreign *f, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = f->text + f->ntext;

	if (len > sizeof f->text - f->ntext)
		return too_many(f);
	memcpy(copy, text, len);
	f->ntext += len;
	return emit(f, copy);
}

static char *
next_word(struct line *ln)
{
	return ln->at < ln->argc ? ln->argv[ln->at++] : NULL;
}

static const char *
peek(const struct line *ln)
{
	return ln->at < ln->argc ? ln->argv[ln->at] : NULL;
}

/*
 * hpa's letters that stand together, as -lvs; the last one may have a value,
 * in the next word or, if it does not look like the name of a file, here.
 */
static bool
is_cluster(const char *s)
{
	s += strspn(s, "46Lclpsv");
	return !*s || (strchr("BPRTUamrtu", *s) &&
			  (!s[1] || strchr("0123456789:[/", s[1])));
}

/* rest: what is behind the letter in its word. */
static bool
holds(const struct line *ln, enum follow when, const char *rest)
{
	const char *word = *rest ? rest : peek(ln);

	switch (when) {
	case ANY:
		return true;
	case NUMBER:
		return word && is_number(word);
	case OPTION:
		return word && among(tftp_options, COUNT(tftp_options), word);
	case FILE_:
		if (*rest)
			return !is_cluster(rest);
		return word && word[0] != '-' && !ln->is_dir(word);
	}
	return false;
}

/* 4 and more are syslog's levels, as atftpd has them; hpa counts from 0. */
static bool
level(struct line *ln, const char *value)
{
	static const char *const ours[] = {
	    "0", "1", "2", "3", "1", "2", "2", "3"};

	if (!value || !is_number(value) || strlen(value) > 1 || *value > '7')
		return emit_text(ln->f, "-v") &&
		       emit_text(ln->f, value ? value : "");
	return emit_text(ln->f, "-v") && emit_text(ln->f, ours[*value - '0']);
}

/* ours, and the value: value, or NULL when the line ended before it. */
static bool
with_value(
    struct line *ln, const struct rule *r, const char *shown, char *value)
{
	struct foreign *f = ln->f;

	switch (r->what) {
	case LEVEL:
		return level(ln, value);
	case USER:
		if (value && strchr(value, '.'))
			return fail(f, shown, GROUP);
		break;
	case LOGFILE:
		if (value && strcmp(value, "-") == 0)
			return emit_text(f, "-F");
		break;
	default:
		break;
	}
	if (!emit_text(f, r->ours) || (value && !emit(f, value)))
		return false;
	if (r->what == TWO && (value = next_word(ln)) != NULL)
		return emit(f, value);
	return true;
}

static bool
has_value(enum what w)
{
	return w == VALUE || w == TWO || w == LEVEL || w == USER ||
	       w == LOGFILE;
}

/* Without a value. */
static bool
plain(struct line *ln, const struct rule *r, const char *shown)
{
	switch (r->what) {
	case FAIL:
		return fail(ln->f, shown, r->ours);
	case LOUDER:
		ln->f->verbose++;
		return true;
	default:
		return !r->ours || emit_text(ln->f, r->ours);
	}
}

/* A letter that stands in no table, and what is behind it. */
static bool
unknown(struct foreign *f, char *word, const char *p)
{
	char rest[64];

	if (p == word + 1)
		return emit(f, word);
	(void)snprintf(rest, sizeof rest, "-%s", p);
	return emit_text(f, rest);
}

static bool
take_letters(struct line *ln, char *word)
{
	for (char *p = word + 1; *p; p++) {
		char shown[] = {'-', *p, '\0'};
		size_t i = 0;

		while (i < COUNT(letters) &&
		       (letters[i].letter != *p ||
			   !holds(ln, letters[i].when, p + 1)))
			i++;
		if (i == COUNT(letters))
			return unknown(ln->f, word, p);
		if (has_value(letters[i].what))
			return with_value(ln, &letters[i], shown,
			    p[1] ? p + 1 : next_word(ln));
		if (!plain(ln, &letters[i], shown))
			return false;
	}
	return true;
}

static bool
take_long(struct line *ln, char *word)
{
	char *eq = strchr(word, '='), shown[64];
	size_t len = eq ? (size_t)(eq - word) : strlen(word), i = 0;

	if (len >= sizeof shown)
		return emit(ln->f, word);
	memcpy(shown, word, len);
	shown[len] = '\0';
	while (i < COUNT(names) &&
	       (strcmp(names[i].name, shown + 2) != 0 ||
		   !holds(ln, names[i].when, eq ? eq + 1 : "")))
		i++;
	if (i == COUNT(names)) {
		if (!emit(ln->f, word))
			return false;
		if (!eq && peek(ln) &&
		    among(own_values, COUNT(own_values), shown + 2))
			return emit(ln->f, next_word(ln));
		return true;
	}
	if (has_value(names[i].what))
		return with_value(
		    ln, &names[i], shown, eq ? eq + 1 : next_word(ln));
	return plain(ln, &names[i], shown);
}

/* As behind -r foo. */
static bool
no_tree(struct foreign *f, const char *word)
{
	(void)snprintf(f->why, sizeof f->why,
	    "%.64s: nothing before it takes that as a value, and a boot tree "
	    "is a path that begins with /",
	    word);
	return false;
}

static bool
take_tree(struct foreign *f, char *word)
{
	if (f->tree) {
		(void)snprintf(f->why, sizeof f->why,
		    "%.64s: there is one boot tree, and %.64s is it already; "
		    "name the folder that both are below",
		    word, f->tree);
		return false;
	}
	f->tree = word;
	return true;
}

/* What can be said only at the end. */
static bool
finish(struct foreign *f)
{
	if (f->verbose && !emit_text(f, f->verbose > 2 ? "-v3" : "-v2"))
		return false;
	return !f->tree || (emit_text(f, "-d") && emit(f, f->tree));
}

bool
foreign_flags(int argc, char *const argv[], bool (*is_dir)(const char *path),
    struct foreign *ret)
{
	struct line ln = {argv, argc, argc > 0, is_dir, ret};
	bool flags = true, ok = true;

	memset(ret, 0, sizeof *ret);
	if (argc > 0)
		ok = emit(ret, argv[0]);
	while (ok && ln.at < argc) {
		char *word = argv[ln.at++];

		if (flags && strcmp(word, "--") == 0)
			flags = false;
		else if (flags && word[0] == '-' && word[1] == '-')
			ok = take_long(&ln, word);
		else if (flags && word[0] == '-' && word[1])
			ok = take_letters(&ln, word);
		else if (flags && word[0] != '/' && !is_dir(word))
			ok = no_tree(ret, word);
		else
			ok = take_tree(ret, word);
	}
	return ok && finish(ret);
}
