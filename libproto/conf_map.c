/*
 * conf_map.c - [tftp-map]: rules that rewrite the names of requests, read
 * and checked.  tftpd/map.c runs them.
 *
 *	replace.nocase = ^[a-z]:		what, how = regex to
 *	refuse = \.key$ "ask the administrator"
 *
 * The expressions are compiled here only to see that they can be.
 *
 * SPDX-License-Identifier: ISC
 */
#include <regex.h>
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"

enum {
	RULES = 1000,
	REPEATS = 255,
	REPLACE_ONLY = CONF_MAP_REPEAT | CONF_MAP_ALL | CONF_MAP_EXISTS |
		       CONF_MAP_THEN_STOP | CONF_MAP_THEN_RESTART
};

static const struct {
	const char *word;
	unsigned int how;
	unsigned int not_with; /* the word cannot stand beside these */
} words[] = {
    {"nocase", CONF_MAP_NOCASE, 0},
    {"unless", CONF_MAP_UNLESS, 0},
    {"repeat", CONF_MAP_REPEAT, CONF_MAP_ALL},
    {"all", CONF_MAP_ALL, CONF_MAP_REPEAT},
    {"read", CONF_MAP_READ, CONF_MAP_WRITE},
    {"write", CONF_MAP_WRITE, CONF_MAP_READ},
    {"ipv4", CONF_MAP_IPV4, CONF_MAP_IPV6},
    {"ipv6", CONF_MAP_IPV6, CONF_MAP_IPV4},
    {"exists", CONF_MAP_EXISTS, CONF_MAP_THEN_STOP | CONF_MAP_THEN_RESTART},
    {"stop", CONF_MAP_THEN_STOP, CONF_MAP_EXISTS | CONF_MAP_THEN_RESTART},
    {"restart", CONF_MAP_THEN_RESTART, CONF_MAP_EXISTS | CONF_MAP_THEN_STOP},
};

static const struct {
	const char *key;
	enum conf_map_do what;
} keys[] = {
    {"replace", CONF_MAP_REPLACE},
    {"stop", CONF_MAP_STOP},
    {"restart", CONF_MAP_RESTART},
    {"refuse", CONF_MAP_REFUSE},
    {"jump", CONF_MAP_JUMP},
    {"label", CONF_MAP_LABEL},
};

static enum conf_map_do
what_of(const struct conf_key *k)
{
	size_t i = 0;

	while (strcmp(keys[i].key, k->name) != 0)
		i++;
	return keys[i].what;
}

/* One word of len bytes behind the key. */
static bool
take_word(
    struct conf_parse *p, struct conf_map_rule *r, const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strlen(words[i].word) != len ||
		    memcmp(words[i].word, s, len) != 0)
			continue;
		if (r->how & words[i].not_with)
			return conf_bad(p,
			    "\"%s\" contradicts a word before it; leave one "
			    "out",
			    words[i].word);
		if ((words[i].how & REPLACE_ONLY) &&
		    r->what != CONF_MAP_REPLACE)
			return conf_bad(p,
			    "\"%s\" stands behind replace only; leave it out",
			    words[i].word);
		r->how |= words[i].how;
		return true;
	}
	return conf_bad(p,
	    "\"%.*s\" is not a word of a rule; write nocase, unless, repeat, "
	    "all, exists, stop, restart, read, write, ipv4 or ipv6",
	    (int)len, s);
}

/* replace.nocase.stop: all words behind the key. */
static bool
take_words(struct conf_parse *p, struct conf_map_rule *r)
{
	const char *s = p->key + strcspn(p->key, ".");

	if (*s && r->what == CONF_MAP_LABEL)
		return conf_bad(p, "a label takes no words; leave them out");
	while (*s == '.') {
		size_t len = strcspn(++s, ".");

		if (!take_word(p, r, s, len))
			return false;
		s += len;
	}
	if (r->what == CONF_MAP_REPLACE && (r->how & CONF_MAP_UNLESS))
		return conf_bad(p,
		    "what does not match cannot be replaced; use unless with "
		    "stop, restart, refuse or jump");
	return true;
}

/* How often its {n} let things be repeated, all together. */
static uint64_t
repeats(const char *s)
{
	uint64_t all = 1, n;

	for (; (s = strchr(s, '{')) != NULL; s++) {
		n = 0;
		for (s++; strchr("0123456789,", *s) && *s; s++)
			n = *s == ',' ? 0 : n * 10 + (uint64_t)(*s - '0');
		all *= n ? n : 1;
		if (all > REPEATS)
			break;
		s--;
	}
	return all;
}

/* Can it be compiled?  *ret_groups: how many () it has. */
static bool
check_regex(struct conf_parse *p, const char *s, size_t *ret_groups)
{
	char text[128];
	regex_t rx;
	int rc;

	if (repeats(s) > REPEATS) /* it would take much memory and time */
		return conf_bad(p,
		    "the expression repeats things more than %d times; write "
		    "* or +",
		    REPEATS);
	rc = regcomp(&rx, s, REG_EXTENDED);
	if (rc != 0) {
		(void)regerror(rc, &rx, text, sizeof text);
		return conf_bad(p,
		    "\"%s\" is not an extended regular expression: %s; see "
		    "regex(7)",
		    s, text);
	}
	*ret_groups = rx.re_nsub;
	regfree(&rx);
	return true;
}

/* \0 .. \9 \i \x \U \L \E, and "\" before what is no letter or digit. */
static bool
check_to(struct conf_parse *p, const char *s, size_t groups)
{
	if (!conf_var_refs(p, s))
		return false;
	for (; (s = strchr(s, '\\')) != NULL; s += 2) {
		if (s[1] >= '1' && s[1] <= '9' && (size_t)(s[1] - '0') > groups)
			return conf_bad(p,
			    "there is no \\%c: the expression has %zu groups "
			    "in ( ); put it around what is meant",
			    s[1], groups);
		if (s[1] == '\0')
			return conf_bad(
			    p, "a backslash at the end; write \\\\ for itself");
		if (!strchr("0123456789ixULE", s[1]) &&
		    ((s[1] >= 'a' && s[1] <= 'z') ||
			(s[1] >= 'A' && s[1] <= 'Z')))
			return conf_bad(p,
			    "there is no \\%c; write \\0 to \\9, \\i, \\x, "
			    "\\U, \\L, \\E or ${NAME}",
			    s[1]);
	}
	return true;
}

/* Behind the expression: what it becomes, a message, where to go on. */
static bool
take_to(struct conf_parse *p, const struct conf_map_rule *r, const char *s,
    struct value_item *to)
{
	bool some = r->what == CONF_MAP_REPLACE || r->what == CONF_MAP_JUMP ||
		    r->what == CONF_MAP_REFUSE;
	char why[VALUE_WHY];

	to->len = 0;
	to->s[0] = '\0';
	s += strspn(s, " \t");
	if (r->what == CONF_MAP_REFUSE && *s != '"') { /* the whole line */
		to->len = strlen(s);
		memcpy(to->s, s, to->len + 1);
		return true;
	}
	if (some && value_word(&s, to, why) == -1)
		return conf_bad(p, "%s", why);
	if (strlen(to->s) != to->len)
		return conf_bad(p, "a NUL byte in the text; leave it out");
	return s[strspn(s, " \t")] == '\0' ||
	       conf_bad(p, "too many words; put those with blanks in quotes");
}

/* "REGEX TO"; a label is its name alone. */
static bool
take_value(struct conf_parse *p, struct conf_map_rule *r, const char *text,
    struct value_item *regex, struct value_item *to)
{
	char why[VALUE_WHY];
	size_t groups = 0;

	if (value_word(&text, regex, why) == -1)
		return conf_bad(p, "%s", why);
	if (!conf_value_text(p, regex) || !take_to(p, r, text, to))
		return false;
	if (r->what == CONF_MAP_LABEL) {
		*to = *regex;
		return true;
	}
	return check_regex(p, regex->s, &groups) && check_to(p, to->s, groups);
}

bool
read_map_rule(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	struct conf_map_rule r = {.what = what_of(k), .line = p->line};
	struct value_item regex, to;

	(void)field;
	if (!take_words(p, &r) || !take_value(p, &r, text, &regex, &to))
		return false;
	if (r.what == CONF_MAP_JUMP && to.len == 0)
		return conf_bad(p,
		    "where to is missing; write jump = REGEX NAME of a label");
	if (p->map.n == RULES)
		return conf_bad(p, "more than %d rules; leave some out", RULES);
	r.to = conf_dup(p->arena, to.s, to.len);
	if (r.what != CONF_MAP_LABEL)
		r.regex = conf_dup(p->arena, regex.s, regex.len);
	if (!r.to || (r.what != CONF_MAP_LABEL && !r.regex) ||
	    !conf_vec_add(&p->map, &r))
		return conf_nomem(p);
	return true;
}

/* The rule of a label, n when there is none. */
static size_t
label_of(const struct conf_map_rule *r, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n &&
	       (r[i].what != CONF_MAP_LABEL || strcmp(r[i].to, name) != 0))
		i++;
	return i;
}

bool
conf_map_finish(struct conf_parse *p)
{
	size_t n = p->map.n, at;
	struct conf_map_rule *r = conf_vec_finish(&p->map, p->arena);

	if (n && !r)
		return conf_nomem(p);
	for (size_t i = 0; i < n; i++) {
		if (r[i].what == CONF_MAP_JUMP) {
			r[i].jump = at = label_of(r, n, r[i].to);
			if (at == n)
				conf_error_at(p, r[i].line, "tftp-map", "jump",
				    "there is no label \"%s\"; write label = "
				    "%s above the rules to go on with",
				    r[i].to, r[i].to);
		}
		at = r[i].what == CONF_MAP_LABEL ? label_of(r, i, r[i].to) : i;
		if (at < i)
			conf_error_at(p, r[i].line, "tftp-map", "label",
			    "\"%s\" is there already, in line %u; rename one",
			    r[i].to, r[at].line);
	}
	p->c->map = r;
	p->c->nmap = n;
	return true;
}
