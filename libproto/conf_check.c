/*
 * conf_check.c - what can only be said of a configuration as a whole:
 * subnets that overlap, names that are there twice, files on one group.
 * Hosts, pools and the daemons' keys have files of their own.
 *
 * Everything is sorted or hashed: no check looks at each against each.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_int.h"

unsigned int
conf_line_of_key(
    const struct conf_parse *p, enum conf_section s, const char *key)
{
	return p->key_line[conf_key_find(s, key) - conf_keys];
}

/* ---- subnets ---- */

struct ip4
conf_subnet_last(const struct conf_subnet *s)
{
	return (struct ip4){s->net.v | ~s->mask.v};
}

bool
conf_subnet_edge(const struct conf_subnet *s, struct ip4 a)
{
	return s->prefix < 31 &&
	       (a.v == s->net.v || a.v == conf_subnet_last(s).v);
}

const char *
conf_subnet_text(const struct conf_subnet *s, char buf[static CONF_SUBNET_TEXT])
{
	char net[IP4_TEXT];

	(void)snprintf(buf, CONF_SUBNET_TEXT, "subnet %s/%u",
	    ip4_text(s->net, net), s->prefix);
	return buf;
}

static int
by_net(const void *va, const void *vb)
{
	const struct conf_subnet_read *ra = va, *rb = vb;
	const struct conf_subnet *a = &ra->subnet, *b = &rb->subnet;

	if (a->net.v != b->net.v)
		return a->net.v < b->net.v ? -1 : 1;
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

/* The later one of two subnets is told that it overlaps. */
static void
overlap(struct conf_parse *p, const struct conf_subnet *a,
    const struct conf_subnet *b)
{
	const struct conf_subnet *later = a->line > b->line ? a : b;
	const struct conf_subnet *first = later == a ? b : a;
	char text[CONF_SUBNET_TEXT], other[CONF_SUBNET_TEXT];

	(void)conf_subnet_text(later, text);
	(void)conf_subnet_text(first, other);
	if (strcmp(text, other) == 0)
		conf_error_at(p, later->line, text, NULL,
		    "the section is there already, in line %u; put its keys "
		    "together",
		    first->line);
	else
		conf_error_at(p, later->line, text, NULL,
		    "it overlaps [%s] of line %u; every address has one "
		    "subnet",
		    other, first->line);
}

static void
check_overlaps(struct conf_parse *p)
{
	const struct conf_subnet *widest = NULL; /* reaches farthest so far */

	for (size_t i = 0; i < p->c->nsubnet; i++) {
		const struct conf_subnet *s = &p->c->subnet[i];

		if (widest && s->net.v <= conf_subnet_last(widest).v)
			overlap(p, widest, s);
		if (!widest ||
		    conf_subnet_last(s).v > conf_subnet_last(widest).v)
			widest = s;
	}
}

/* A subnet's interface must be one that dhcpd listens on. */
static void
check_interface(struct conf_parse *p, size_t i)
{
	const struct conf_dhcpd *d = &p->c->dhcpd;
	const struct conf_subnet *s = &p->c->subnet[i];
	char text[CONF_SUBNET_TEXT];

	if (!s->interface || !d->ninterfaces)
		return;
	for (size_t j = 0; j < d->ninterfaces; j++)
		if (strcmp(d->interfaces[j], s->interface) == 0)
			return;
	conf_error_at(p, p->subnet_lines[i].interface_line,
	    conf_subnet_text(s, text), "interface",
	    "%s is not among the interfaces of [dhcpd]; add it there",
	    s->interface);
}

/* The mask that an admin writes must be the one of the section's name. */
static void
check_mask(struct conf_parse *p, size_t i)
{
	const struct conf_subnet *s = &p->c->subnet[i];
	const struct conf_opt *o = conf_params_opt(&s->params, 1);
	char text[CONF_SUBNET_TEXT], mask[IP4_TEXT];
	struct ip4 a;

	if (!o)
		return;
	a.v = (uint32_t)o->data[0] << 24 | (uint32_t)o->data[1] << 16 |
	      (uint32_t)o->data[2] << 8 | o->data[3];
	if (a.v != s->mask.v)
		conf_error_at(p, p->subnet_lines[i].mask_line,
		    conf_subnet_text(s, text), "option.subnet-mask",
		    "it is not the mask of the subnet; write %s, or leave it "
		    "out",
		    ip4_text(s->mask, mask));
}

/* No interface twice: dhcpd would listen there twice. */
static void
check_interfaces(struct conf_parse *p)
{
	const struct conf_dhcpd *d = &p->c->dhcpd;

	for (size_t i = 0; i < d->ninterfaces; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(d->interfaces[i], d->interfaces[j]) == 0)
				conf_error_at(p,
				    conf_line_of_key(
					p, CONF_S_DHCPD, "interfaces"),
				    "dhcpd", "interfaces",
				    "%s stands twice; leave one out",
				    d->interfaces[i]);
}

/* The array of all subnets, ascending. */
static bool
finish_subnets(struct conf_parse *p)
{
	size_t n = p->subnet.n;

	p->subnet_lines = p->subnet.v;
	if (n == 0)
		return true;
	qsort(p->subnet.v, n, p->subnet.size, by_net);
	p->subnets = conf_alloc(p->arena, n * sizeof p->subnets[0]);
	if (!p->subnets)
		return conf_nomem(p);
	for (size_t i = 0; i < n; i++)
		p->subnets[i] = p->subnet_lines[i].subnet;
	p->c->subnet = p->subnets;
	p->c->nsubnet = n;
	return true;
}

/* ---- names that stand twice: hashed ---- */

/* The names of n elements, each at `size` from the one before. */
struct names {
	const char *kind;
	const char *base; /* of the array */
	size_t n, size;
	size_t name_off, line_off;
};

static const char *
name_of(const struct names *t, size_t i)
{
	const char *name;

	memcpy(&name, t->base + i * t->size + t->name_off, sizeof name);
	return name;
}

static unsigned int
line_of(const struct names *t, size_t i)
{
	unsigned int line;

	memcpy(&line, t->base + i * t->size + t->line_off, sizeof line);
	return line;
}

static void
check_names(struct conf_parse *p, const struct names *t, struct conf_hash *h)
{
	char text[CONF_HOST_TEXT];

	if (!conf_hash_init(h, p->arena, t->n)) {
		(void)conf_nomem(p);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		const char *name = name_of(t, i);
		uint32_t hash = conf_hash_of(0, name, strlen(name)), other;
		uint32_t at = hash;

		for (; (other = h->slot[at & h->mask]) != 0; at++)
			if (strcmp(name_of(t, other - 1), name) == 0)
				break;
		if (other == 0) {
			conf_hash_put(h, hash, (uint32_t)i);
			continue;
		}
		(void)snprintf(text, sizeof text, "%s %s", t->kind, name);
		conf_error_at(p, line_of(t, i), text, NULL,
		    "the name is there already, in line %u; choose another",
		    line_of(t, other - 1));
	}
}

#define NAMES(kind_, struct_, field, array, count)                        \
	{                                                                 \
		.kind = kind_, .base = (const char *)(array), .n = count, \
		.size = sizeof(struct struct_),                           \
		.name_off = offsetof(struct struct_, field),              \
		.line_off = offsetof(struct struct_, line)                \
	}

static void
check_all_names(struct conf_parse *p)
{
	const struct conf *c = p->c;
	const struct names classes =
	    NAMES("class", conf_class, name, c->class, c->nclass);
	const struct names hosts =
	    NAMES("host", conf_host, name, c->host, c->nhost);
	const struct names files =
	    NAMES("mtftp", conf_mtftp, file, c->mtftp, c->nmtftp);
	const struct names boot_servers = NAMES("boot_server", conf_boot_server,
	    name, c->boot_server, c->nboot_server);
	const struct names menus =
	    NAMES("menu", conf_menu, name, c->menu, c->nmenu);
	const struct names templates = NAMES(
	    "tftp-template", conf_template, name, c->template, c->ntemplate);
	const struct names pools =
	    NAMES("pool", conf_pool, name, c->pool, c->npool);
	struct conf_hash h;

	check_names(p, &templates, &h);
	check_names(p, &boot_servers, &h);
	check_names(p, &menus, &h);
	check_names(p, &pools, &h);
	check_names(p, &classes, &h);
	check_names(p, &hosts, &h);
	check_names(p, &files, &p->c->index->mtftp);
}

/* ---- multicast ---- */

static int
by_group(const void *va, const void *vb)
{
	const struct conf_mtftp *a = *(const struct conf_mtftp *const *)va;
	const struct conf_mtftp *b = *(const struct conf_mtftp *const *)vb;

	if (a->mtftp_ip.v != b->mtftp_ip.v)
		return a->mtftp_ip.v < b->mtftp_ip.v ? -1 : 1;
	if (a->mtftp_cport != b->mtftp_cport)
		return a->mtftp_cport < b->mtftp_cport ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static void
check_groups(struct conf_parse *p)
{
	const struct conf_mtftp_lines *line = p->mtftp_lines.v;
	size_t n = p->c->nmtftp;
	const struct conf_mtftp **m = calloc(n + 1, sizeof *m);

	if (!m) {
		(void)conf_nomem(p);
		return;
	}
	for (size_t i = 0; i < n; i++)
		m[i] = &p->c->mtftp[i];
	qsort(m, n, sizeof *m, by_group);
	for (size_t i = 1; i < n; i++) {
		char text[VALUE_ITEM + 8];

		if (m[i]->mtftp_ip.v == 0 ||
		    m[i]->mtftp_ip.v != m[i - 1]->mtftp_ip.v ||
		    m[i]->mtftp_cport != m[i - 1]->mtftp_cport)
			continue;
		(void)snprintf(text, sizeof text, "mtftp %s", m[i]->file);
		conf_error_at(p, line[m[i] - p->c->mtftp].mtftp_ip, text,
		    "mtftp_ip",
		    "the group and port are those of \"%s\", line %u; give "
		    "it another mtftp_ip or mtftp_cport",
		    m[i - 1]->file, m[i - 1]->line);
	}
	free(m);
}

/* Each file against what [mtftpd] and the other daemons say. */
static void
check_mtftp(struct conf_parse *p, size_t i)
{
	const struct conf_mtftp_lines *line = p->mtftp_lines.v;
	const struct conf_mtftp *m = &p->c->mtftp[i];
	const struct conf *c = p->c;
	char text[VALUE_ITEM + 8];

	(void)snprintf(text, sizeof text, "mtftp %s", m->file);
	if (line[i].mtftp_sport && /* [mtftpd]'s own is told there */
	    (m->mtftp_sport == c->tftpd.port ||
		m->mtftp_sport == c->tftpd.large_port ||
		m->mtftp_sport == c->dhcpd.port ||
		m->mtftp_sport == c->dhcpd.pxe_port))
		conf_error_at(p, line[i].mtftp_sport, text, "mtftp_sport",
		    "port %u is that of another service; choose a free one",
		    m->mtftp_sport);
	if (m->mtftp_delay * 1000u < c->mtftpd.timeout_ms)
		conf_error_at(p, line[i].mtftp_delay, text, "mtftp_delay",
		    "clients give up before mtftpd sends again; make it "
		    "longer than timeout of [mtftpd]");
}

static void
finish_mtftp(struct conf_parse *p)
{
	size_t n = p->mtftp.n;
	struct conf_mtftp *m = conf_vec_finish(&p->mtftp, p->arena);

	if (n && !m) {
		(void)conf_nomem(p);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!m[i].mtftp_sport)
			m[i].mtftp_sport = p->c->mtftpd.mtftp_sport;
	p->c->mtftp = m;
	p->c->nmtftp = n;
}

static bool
finish_arrays(struct conf_parse *p)
{
	struct conf *c = p->c;

	c->nclass = p->class.n;
	c->class = p->classes = conf_vec_finish(&p->class, p->arena);
	c->nhost = p->host.n;
	c->host = conf_vec_finish(&p->host, p->arena);
	p->lines = p->host_lines.v;
	finish_mtftp(p);
	conf_upload_finish(p);
	conf_tftp_clients_finish(p);
	if (!conf_menu_finish(p) || !conf_map_finish(p) ||
	    !conf_template_finish(p) || !conf_named_finish(p))
		return false;
	if ((c->nclass && !c->class) || (c->nhost && !c->host))
		return conf_nomem(p);
	return finish_subnets(p) && !p->nomem;
}

void
conf_check(struct conf_parse *p)
{
	p->key = NULL;
	if (p->nomem || !finish_arrays(p))
		return;
	check_overlaps(p);
	check_interfaces(p);
	for (size_t i = 0; i < p->c->nsubnet; i++) {
		check_interface(p, i);
		check_mask(p, i);
	}
	check_all_names(p);
	conf_check_vars(p);
	conf_index_called(p);
	conf_check_hosts(p);
	conf_check_named(p);
	conf_check_pools(p);
	conf_check_wires(p);
	conf_named_of_wires(p);
	if (!conf_index_interfaces(p->c))
		(void)conf_nomem(p);
	check_groups(p);
	for (size_t i = 0; i < p->c->nmtftp; i++)
		check_mtftp(p, i);
	conf_check_menus(p);
	conf_check_keys(p);
}
