/*
 * conf_var.c - var.NAME = TEXT: what templates and rules of tftpd say as
 * ${var.NAME}; [tftp-template NAME], and what else says what is served.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"
#include "subst.h"

enum {
	VAR_MAX = 1024, /* bytes of one value, with += */
	TEMPLATES = 1000
};

static const char prefix[] = "var.";

/* Where ${var.NAME} stood. */
struct var_ref {
	const char *name, *section, *key;
	unsigned int line;
};

bool
conf_is_var(const char *key)
{
	return strncmp(key, prefix, sizeof prefix - 1) == 0;
}

static struct conf_var *
find(struct conf_parse *p, const char *name)
{
	struct conf_var *v = p->now.var.v;

	for (size_t i = 0; i < p->now.var.n; i++)
		if (strcmp(v[i].name, name) == 0)
			return &v[i];
	return NULL;
}

/* The whole line, or what is in quotes. */
static bool
var_text(struct conf_parse *p, const char *text, struct value_item *it)
{
	char why[VALUE_WHY];

	if (*text == '"')
		return value_one(text, it, why) || conf_bad(p, "%s", why);
	it->len = strlen(text);
	memcpy(it->s, text, it->len + 1);
	return it->len != 0 ||
	       conf_bad(p, "the value is empty; write \"\" for no text");
}

/* Behind the old text, with a blank between. */
static bool
append(struct conf_parse *p, struct conf_var *v, const struct value_item *it)
{
	size_t old = strlen(v->value);
	char *s;

	if (old + 1 + it->len > VAR_MAX)
		return conf_bad(p, "the text has %zu bytes; at most %d fit",
		    old + 1 + it->len, VAR_MAX);
	s = conf_alloc(p->arena, old + it->len + 2);
	if (!s)
		return conf_nomem(p);
	memcpy(s, v->value, old);
	s[old] = ' ';
	memcpy(s + old + 1, it->s, it->len + 1);
	v->value = s;
	return true;
}

void
conf_var(struct conf_parse *p, const char *key, const char *text)
{
	const char *name = key + sizeof prefix - 1;
	struct conf_var v = {.line = p->line}, *old = find(p, name);
	struct value_item it;

	if (!subst_user_ok(name))
		(void)conf_bad(p,
		    "\"%s\" is no name of a variable; write letters, digits, "
		    "\"_\" and \"-\", at most 58",
		    name);
	else if (old && !p->append)
		(void)conf_bad(p,
		    "the key is there already, in line %u; write += to add to "
		    "it",
		    old->line);
	else if (!var_text(p, text, &it))
		return;
	else if (strlen(it.s) != it.len)
		(void)conf_bad(p, "a NUL byte in the text; leave it out");
	else if (old)
		(void)append(p, old, &it);
	else if (!(v.name = conf_dup(p->arena, name, strlen(name))) ||
		 !(v.value = conf_dup(p->arena, it.s, it.len)) ||
		 !conf_vec_add(&p->now.var, &v))
		(void)conf_nomem(p);
}

void
conf_vars_finish(struct conf_parse *p)
{
	size_t n = p->now.var.n;
	struct conf_var *v;

	p->now.var.n = 0;
	if (n == 0 || !p->now.params)
		return;
	v = conf_alloc(p->arena, n * sizeof *v);
	if (!v) {
		(void)conf_nomem(p);
		return;
	}
	memcpy(v, p->now.var.v, n * sizeof *v);
	p->now.params->var = v;
	p->now.params->nvar = n;
}

/* ---- where they are used ---- */

static bool
add_ref(struct conf_parse *p, const char *name)
{
	struct var_ref r = {.line = p->line};

	r.name = conf_dup(p->arena, name, strlen(name));
	r.section = conf_dup(p->arena, p->now.text, strlen(p->now.text));
	r.key = conf_dup(p->arena, p->key, strlen(p->key));
	return (r.name && r.section && r.key &&
		   conf_vec_add(&p->var_ref, &r)) ||
	       conf_nomem(p);
}

bool
conf_var_refs(struct conf_parse *p, const char *text)
{
	size_t len = strlen(text);
	char why[SUBST_WHY];
	struct subst_piece piece;

	if (subst_wrong(text, len, why))
		return conf_bad(p, "%s", why);
	p->var_ref.size = sizeof(struct var_ref);
	while (subst_next(&text, &len, &piece) != SUBST_END)
		if (piece.kind == SUBST_VAR && !piece.has_default &&
		    subst_id(piece.name) == SUBST_USER &&
		    !add_ref(p, piece.name + sizeof prefix - 1))
			return false;
	return true;
}

const char *
conf_params_var(const struct conf_params *p, const char *name)
{
	for (size_t i = 0; p && i < p->nvar; i++)
		if (strcmp(p->var[i].name, name) == 0)
			return p->var[i].value;
	return NULL;
}

bool
conf_var_known(const struct conf *c, const char *name)
{
	bool known = conf_params_var(&c->params, name) != NULL;

	for (size_t i = 0; i < c->nsubnet && !known; i++)
		known = conf_params_var(&c->subnet[i].params, name) != NULL;
	for (size_t i = 0; i < c->nclass && !known; i++)
		known = conf_params_var(&c->class[i].params, name) != NULL;
	for (size_t i = 0; i < c->nhost && !known; i++)
		known = conf_params_var(c->host[i].params, name) != NULL;
	return known;
}

/* ---- hosts by what they are called ---- */

static const char serial[] = "serial";

void
conf_index_called(struct conf_parse *p)
{
	struct conf_hash *h = &p->c->index->called;
	size_t n = p->c->nhost;

	if (p->c->ntemplate == 0)
		return;
	if (!conf_hash_init(h, p->arena, 2 * n)) {
		(void)conf_nomem(p);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct conf_host *host = &p->c->host[i];
		const char *s = conf_params_var(host->params, serial);

		conf_hash_put(h,
		    conf_hash_of(0, host->name, strlen(host->name)),
		    (uint32_t)i);
		if (s)
			conf_hash_put(
			    h, conf_hash_of(0, s, strlen(s)), (uint32_t)i);
	}
}

const struct conf_host *
conf_host_called(const struct conf *c, const char *s)
{
	const struct conf_hash *h = &c->index->called;
	uint32_t at = conf_hash_of(0, s, strlen(s)), i;

	if (!h->slot)
		return NULL;
	for (; (i = h->slot[at & h->mask]) != 0; at++) {
		const struct conf_host *host = &c->host[i - 1];
		const char *own = conf_params_var(host->params, serial);

		if (strcmp(host->name, s) == 0 || (own && !strcmp(own, s)))
			return host;
	}
	return NULL;
}

void
conf_check_vars(struct conf_parse *p)
{
	const struct var_ref *r = p->var_ref.v;

	for (size_t i = 0; i < p->var_ref.n; i++)
		if (!conf_var_known(p->c, r[i].name))
			conf_error_at(p, r[i].line, r[i].section, r[i].key,
			    "${var.%s} is set nowhere; write var.%s = TEXT in "
			    "[global], [subnet], [class] or [host], or "
			    "${var.%s:-TEXT}",
			    r[i].name, r[i].name, r[i].name);
}

/* ---- paths below the tree ---- */

bool
read_below(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	const char *s;

	if (!read_text(p, k, text, &s))
		return false;
	if (conf_path_climbs(s))
		return conf_bad(p,
		    "\"..\" leads out of the boot tree; name a place below it");
	if (!conf_var_refs(p, s))
		return false;
	memcpy(field, &s, sizeof s);
	return true;
}

static bool
below(struct conf_parse *p, const struct value_item *it)
{
	if (!conf_value_text(p, it))
		return false;
	if (conf_path_climbs(it->s))
		return conf_bad(p,
		    "\"..\" leads out of the boot tree; name a folder below "
		    "it, or / for the tree itself");
	return conf_var_refs(p, it->s);
}

bool
read_folders(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	return conf_texts(p, k, text, field, below);
}

bool
read_digests(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	static const char *const words[] = {
	    [CONF_DIGESTS_NO] = "no",
	    [CONF_DIGESTS_FILES] = "files",
	    [CONF_DIGESTS_ALL] = "yes",
	};

	(void)k;
	for (uint8_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(text, words[i]) == 0) {
			*(uint8_t *)field = i;
			return true;
		}
	return conf_bad(p,
	    "\"%s\" is none of no, files (NAME.sha256) and yes "
	    "(MANIFEST.sha256 too); write one of them",
	    text);
}

/* ---- [tftp-template NAME] ---- */

void
conf_end_template(struct conf_parse *p)
{
	if (!conf_seen(p, "name"))
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "no file is made of it; write name = pxelinux.cfg/01-*");
	if (!conf_seen(p, "template"))
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "its text is missing; write template = FILE, below "
		    "tftp_root");
	if (p->template.n == TEMPLATES)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "more than %d templates; leave some out", TEMPLATES);
	else if (p->now.keep && !conf_vec_add(&p->template, &p->now.template))
		(void)conf_nomem(p);
}

bool
conf_template_finish(struct conf_parse *p)
{
	size_t n = p->template.n;

	p->c->template = conf_vec_finish(&p->template, p->arena);
	p->c->ntemplate = n;
	return !n || p->c->template || conf_nomem(p);
}
