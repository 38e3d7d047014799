/*
 * conf.c - a whole configuration read; the keys of its sections.
 *
 * conf_lines.c calls conf_section() and conf_key(); conf_check.c has the last
 * word.  See conf_int.h for who does what.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"
#include "dhcp_names.h"

/* "[dhcpd] or [tftpd]": where the key would stand; false: nowhere. */
static bool
sections_text(const char *key, char *buf, size_t size)
{
	unsigned int where = conf_key_sections(key);
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned int i = CONF_S_GLOBAL; i < CONF_SECTIONS; i++) {
		if (!(where & CONF_IN(i)))
			continue;
		(void)snprintf(buf + n, size - n, "%s[%s]", n ? " or " : "",
		    conf_sections[i].name);
		n = strlen(buf);
	}
	return n != 0;
}

/* A key that the section does not know. */
static void
key_unknown(struct conf_parse *p, const char *key)
{
	const char *near = conf_key_near(p->now.kind, key);
	char where[128];

	if (sections_text(key, where, sizeof where)) {
		if (near && value_distance(near, key) > 1)
			near = NULL;
		(void)conf_bad(p,
		    "the key does not stand here; write it in %s%s%s%s", where,
		    near ? ", or did you mean " : "", near ? near : "",
		    near ? "?" : "");
	} else if (near) {
		(void)conf_bad(
		    p, "there is no such key; did you mean %s?", near);
	} else if (p->now.params && dhcp_name_by_text(key)) {
		(void)conf_bad(
		    p, "there is no such key; did you mean option.%s?", key);
	} else {
		(void)conf_bad(p,
		    "there is no such key; see remoteboot.conf(5)%s",
		    p->now.params ? ", and write DHCP options as option.NAME"
				  : "");
	}
}

static bool
key_may_stand(struct conf_parse *p, const struct conf_key *k)
{
	unsigned int *line = &p->now.seen[k - conf_keys];
	unsigned int before = *line;

	if (!before)
		*line = p->line;
	if (p->append && !k->list)
		return conf_bad(
		    p, "the key has one value; write = in place of +=");
	if (k->many)
		return true;
	if (before && !p->append)
		return conf_bad(p, "the key is there already, in line %u; %s",
		    before,
		    k->list ? "write += to add to it" : "leave one out");
	return true;
}

static void
key_known(struct conf_parse *p, const struct conf_key *k, const char *value)
{
	char *to = k->has ? (char *)p->now.params : p->now.base;

	if (!key_may_stand(p, k))
		return;
	if (*value == '\0') {
		(void)conf_bad(p, "the value is empty; write one behind =");
		return;
	}
	if (k->read(p, k, value, to + k->off) && k->has)
		p->now.params->set |= k->has;
}

static void
key_nowhere(struct conf_parse *p, const char *key)
{
	char where[128];

	if (!sections_text(key, where, sizeof where))
		(void)snprintf(where, sizeof where, "[global]");
	(void)conf_bad(
	    p, "the key stands in no section; write %s above it", where);
}

/* In [tftp-map] more words stand behind a key: replace.nocase. */
static const struct conf_key *
find_key(enum conf_section s, const char *key)
{
	char name[VALUE_ITEM + 1];

	(void)snprintf(name, sizeof name, "%s", key);
	if (s == CONF_S_TFTP_MAP)
		name[strcspn(name, ".")] = '\0';
	return conf_key_find(s, name);
}

void
conf_key(struct conf_parse *p, const char *key, const char *value)
{
	const struct conf_key *k;

	p->key = key;
	if (!p->now.any) {
		key_nowhere(p, key);
	} else if (p->now.kind == CONF_S_NONE) {
		return; /* the section's error is told */
	} else if (*key == '\0') {
		p->key = NULL;
		(void)conf_bad(p, "nothing before \"=\"; write key = value");
	} else if (conf_is_option(key)) {
		if (p->now.params)
			conf_option(p, key, value);
		else
			(void)conf_bad(p,
			    "DHCP options do not stand here; write it in "
			    "[global], [subnet], [class] or [host]");
	} else if (conf_is_var(key)) {
		if (p->now.params)
			conf_var(p, key, value);
		else
			(void)conf_bad(p,
			    "variables do not stand here; write it in "
			    "[global], [subnet], [class] or [host]");
	} else if (conf_is_match(key)) {
		if (p->now.kind == CONF_S_CLASS)
			conf_match(p, key, value);
		else
			(void)conf_bad(p,
			    "the key does not stand here; write it in "
			    "[class]");
	} else if ((k = find_key(p->now.kind, key)) != NULL) {
		key_known(p, k, value);
	} else {
		key_unknown(p, key);
	}
}

/* ---- public ---- */

static struct conf *
conf_new(const char *path, struct conf_arena *arena)
{
	struct conf *c = conf_alloc(arena, sizeof *c);

	if (!c)
		return NULL;
	c->arena = arena;
	c->index = conf_alloc(arena, sizeof *c->index);
	c->path = conf_dup(arena, path, strlen(path));
	return c->index && c->path ? c : NULL;
}

static void
parse_init(struct conf_parse *p)
{
	p->subnet.size = sizeof(struct conf_subnet_read);
	p->class.size = sizeof(struct conf_class);
	p->host.size = sizeof(struct conf_host);
	p->host_lines.size = sizeof(struct conf_host_lines);
	p->mtftp.size = sizeof(struct conf_mtftp);
	p->mtftp_lines.size = sizeof(struct conf_mtftp_lines);
	p->upload.size = sizeof(struct conf_upload);
	p->map.size = sizeof(struct conf_map_rule);
	p->tftp_client.size = sizeof(struct conf_tftp_client);
	conf_menu_init(p);
	p->pool.size = sizeof(struct conf_pool);
	p->pool_lines.size = sizeof(struct conf_pool_lines);
	p->error.size = sizeof(struct conf_error);
	p->template.size = sizeof(struct conf_template);
	p->now.var.size = sizeof(struct conf_var);
	p->now.opt.size = sizeof(struct conf_opt);
	p->now.match.size = sizeof(struct conf_match);
	conf_section_defaults(p, CONF_S_GLOBAL, p->c, &p->c->params);
	conf_section_defaults(p, CONF_S_DHCPD, &p->c->dhcpd, NULL);
	conf_section_defaults(p, CONF_S_TFTPD, &p->c->tftpd, NULL);
	conf_section_defaults(p, CONF_S_MTFTPD, &p->c->mtftpd, NULL);
}

static void
parse_free(struct conf_parse *p)
{
	free(p->subnet.v);
	free(p->class.v);
	free(p->host.v);
	free(p->host_lines.v);
	free(p->mtftp.v);
	free(p->mtftp_lines.v);
	free(p->upload.v);
	free(p->map.v);
	free(p->template.v);
	free(p->var_ref.v);
	free(p->now.var.v);
	free(p->tftp_client.v);
	free(p->boot_server.v);
	free(p->menu.v);
	free(p->menu_lines.v);
	free(p->menu_ref.v);
	free(p->pool.v);
	free(p->pool_lines.v);
	free(p->now.opt.v);
	free(p->now.match.v);
	free(p);
}

struct conf *
conf_parse(const char *path, conf_read_fn *read, void *read_arg,
    conf_error_fn *error, void *error_arg)
{
	struct conf_parse *p = calloc(1, sizeof *p);
	struct conf_arena *arena = conf_arena_new();
	struct conf *c = arena ? conf_new(path, arena) : NULL;

	if (!p || !c) {
		free(p);
		conf_arena_free(arena);
		if (error)
			error(error_arg, "out of memory; free some");
		return NULL;
	}
	p->c = c;
	p->arena = arena;
	parse_init(p);
	conf_lines(p, read, read_arg);
	p->key = NULL;
	conf_section_end(p);
	conf_check(p);
	if (p->error.n || p->nomem) {
		conf_errors_tell(p, error, error_arg);
		conf_free(c);
		c = NULL;
	}
	parse_free(p);
	return c;
}

struct text {
	const char *p, *end;
};

static size_t
read_text_line(void *arg, char *buf, size_t size)
{
	struct text *t = arg;
	size_t len = (size_t)(t->end - t->p);
	const char *nl = len ? memchr(t->p, '\n', len) : NULL;

	if (nl)
		len = (size_t)(nl - t->p) + 1;
	if (len > size)
		len = size;
	if (len)
		memcpy(buf, t->p, len);
	t->p += len;
	return len;
}

struct conf *
conf_parse_text(const char *path, const char *text, size_t len,
    conf_error_fn *error, void *error_arg)
{
	struct text t = {text, text + len};

	return conf_parse(path, read_text_line, &t, error, error_arg);
}

struct conf *
conf_defaults(void)
{
	return conf_parse_text("(defaults)", "", 0, NULL, NULL);
}

void
conf_free(struct conf *c)
{
	if (c)
		conf_arena_free(c->arena);
}
