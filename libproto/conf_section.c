/*
 * conf_section.c - the sections of remoteboot.conf: begun, ended, and what
 * each of them must have.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_int.h"
#include "dhcp.h"
#include "pxe.h"

void
conf_section_defaults(struct conf_parse *p, enum conf_section s, void *base,
    struct conf_params *params)
{
	for (size_t i = 0; i < conf_nkeys; i++) {
		const struct conf_key *k = &conf_keys[i];
		void *to = k->has ? (void *)params : base;

		if (!(k->in & CONF_IN(s)) || !k->dflt || !to)
			continue;
		p->key = k->name;
		if (k->read(p, k, k->dflt, (char *)to + k->off) && k->has)
			params->set |= k->has;
	}
	p->key = NULL;
}

/* ---- beginning a section ---- */

static void
begin_subnet(struct conf_parse *p, const char *arg)
{
	struct conf_subnet *s = &p->now.subnet;
	char net[IP4_TEXT];

	memset(s, 0, sizeof *s);
	p->now.base = s;
	p->now.params = &s->params;
	s->line = p->line;
	if (!value_network(arg, &s->net, &s->prefix) || s->prefix == 0 ||
	    s->net.v >> 28 == 14) { /* multicast: of no machine */
		(void)conf_bad(p,
		    "\"%s\" is not a network; write [subnet 192.0.2.0/24]",
		    arg);
		return;
	}
	s->mask = ip4_mask(s->prefix);
	p->now.keep = true; /* so that its hosts are not in no subnet */
	if (s->net.v & ~s->mask.v) {
		s->net.v &= s->mask.v;
		(void)conf_bad(p,
		    "the address lies inside the network; write [subnet "
		    "%s/%u]",
		    ip4_text(s->net, net), s->prefix);
	}
}

/* A name of its own for the section's struct; NULL: no memory. */
static const char *
own_name(struct conf_parse *p, const char *arg)
{
	const char *name = conf_dup(p->arena, arg, strlen(arg));

	if (!name)
		(void)conf_nomem(p);
	p->now.keep = name != NULL;
	return name;
}

static void
begin_class(struct conf_parse *p, const char *arg)
{
	struct conf_class *class = &p->now.class;

	memset(class, 0, sizeof *class);
	class->name = own_name(p, arg);
	class->line = p->line;
	p->now.base = class;
	p->now.params = &class->params;
}

static void
begin_host(struct conf_parse *p, const char *arg)
{
	struct conf_host *host = &p->now.host;

	memset(host, 0, sizeof *host);
	memset(&p->now.host_params, 0, sizeof p->now.host_params);
	host->name = own_name(p, arg);
	host->line = p->line;
	p->now.base = host;
	p->now.params = &p->now.host_params;
	if (!conf_hostname_ok(arg))
		(void)conf_bad(p,
		    "\"%s\" is not a host name; write letters, digits, \"-\" "
		    "and \".\"",
		    arg);
}

static void
begin_mtftp(struct conf_parse *p, const char *arg)
{
	struct conf_mtftp *m = &p->now.mtftp;

	memset(m, 0, sizeof *m);
	m->file = own_name(p, arg);
	m->line = p->line;
	p->now.base = m;
}

static void
begin_boot_server(struct conf_parse *p, const char *arg)
{
	struct conf_boot_server *b = &p->now.boot_server;

	memset(b, 0, sizeof *b);
	b->name = own_name(p, arg);
	b->type = UINT16_MAX; /* not the local disk by a mistake */
	b->line = p->line;
	p->now.base = b;
}

static void
begin_menu(struct conf_parse *p, const char *arg)
{
	struct conf_menu *m = &p->now.menu;

	memset(m, 0, sizeof *m);
	m->name = own_name(p, arg);
	m->line = p->line;
	p->now.base = m;
}

static void
begin_template(struct conf_parse *p, const char *arg)
{
	struct conf_template *t = &p->now.template;

	memset(t, 0, sizeof *t);
	t->name = own_name(p, arg);
	t->line = p->line;
	p->now.base = t;
}

static void
begin_pool(struct conf_parse *p, const char *arg)
{
	struct conf_pool *a = &p->now.pool;

	memset(a, 0, sizeof *a);
	a->name = own_name(p, arg);
	a->line = p->line;
	p->now.base = a;
}

/* [global] and the daemons' own: they stand once. */
static void
begin_single(struct conf_parse *p, enum conf_section kind)
{
	struct conf *c = p->c;

	if (p->single[kind])
		(void)conf_bad(p,
		    "the section is there already, in line %u; put its keys "
		    "together",
		    p->single[kind]);
	else
		p->single[kind] = p->line;
	switch (kind) {
	case CONF_S_GLOBAL:
		p->now.base = c;
		p->now.params = &c->params;
		break;
	case CONF_S_DHCPD:
		p->now.base = &c->dhcpd;
		break;
	case CONF_S_TFTPD:
		p->now.base = &c->tftpd;
		break;
	case CONF_S_TFTP_MAP:
		p->now.base = c;
		break;
	default:
		p->now.base = &c->mtftpd;
		break;
	}
}

static void
begin(struct conf_parse *p, enum conf_section kind, const char *arg)
{
	const char *want = conf_sections[kind].arg;

	if (want && !*arg) {
		(void)conf_bad(p, "it has no name; write [%s %s]",
		    conf_sections[kind].name, want);
		return;
	}
	if (!want && *arg) {
		(void)conf_bad(p, "it takes no name; write [%s]",
		    conf_sections[kind].name);
		return;
	}
	p->now.kind = kind;
	if (kind == CONF_S_SUBNET)
		begin_subnet(p, arg);
	else if (kind == CONF_S_CLASS)
		begin_class(p, arg);
	else if (kind == CONF_S_HOST)
		begin_host(p, arg);
	else if (kind == CONF_S_MTFTP)
		begin_mtftp(p, arg);
	else if (kind == CONF_S_BOOT_SERVER)
		begin_boot_server(p, arg);
	else if (kind == CONF_S_MENU)
		begin_menu(p, arg);
	else if (kind == CONF_S_TFTP_UPLOAD)
		conf_begin_upload(p, arg);
	else if (kind == CONF_S_TFTP_TEMPLATE)
		begin_template(p, arg);
	else if (kind == CONF_S_POOL)
		begin_pool(p, arg);
	else if (kind == CONF_S_TFTP_CLIENT)
		conf_begin_tftp_client(p, arg);
	else
		begin_single(p, kind);
	if (want)
		conf_section_defaults(p, kind, p->now.base, NULL);
}

/* ---- ending a section ---- */

unsigned int
conf_seen(const struct conf_parse *p, const char *name)
{
	const struct conf_key *k = conf_key_find(p->now.kind, name);

	return k ? p->now.seen[k - conf_keys] : 0;
}

/* A proxy has no addresses to give, and no options of the network. */
static void
check_proxy(struct conf_parse *p)
{
	static const char *const others[] = {
	    "pool", "bootp_pool", "lease_time"};
	const struct conf_params *b = &p->now.subnet.params;

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (conf_seen(p, others[i]))
			conf_error_at(p, conf_seen(p, others[i]), p->now.text,
			    others[i],
			    "with proxy = yes another server gives the "
			    "addresses; leave one of them out");
	for (size_t i = 0; i < b->nopt; i++)
		if (!pxe_is_boot_option(b->opt[i].code))
			conf_error_at(p, p->now.opt_line[b->opt[i].code],
			    p->now.text, NULL,
			    "with proxy = yes option %u is another server's "
			    "to send; leave it out",
			    b->opt[i].code);
}

static void
end_subnet(struct conf_parse *p)
{
	struct conf_subnet_read r = {.subnet = p->now.subnet,
	    .pool_line = conf_seen(p, "pool"),
	    .interface_line = conf_seen(p, "interface"),
	    .bootp_pool_line = conf_seen(p, "bootp_pool"),
	    .wire_line = conf_seen(p, "shared_network"),
	    .mask_line = p->now.opt_line[DHCP_SUBNET_MASK]};

	if (p->now.subnet.proxy)
		check_proxy(p);
	if (p->now.keep && !conf_vec_add(&p->subnet, &r))
		(void)conf_nomem(p);
}

static void
end_class(struct conf_parse *p)
{
	static const char *const who[] = {"vendor_class", "arch", "user_class",
	    "uuid", "chaddr", "circuit_id", "remote_id"};
	bool said = p->now.match_seen;

	for (size_t i = 0; i < sizeof who / sizeof who[0]; i++)
		said |= conf_seen(p, who[i]) != 0;
	if (!said)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nothing says who is in it; write vendor_class, arch, "
		    "user_class, uuid, chaddr, circuit_id, remote_id or "
		    "match.NAME");
	conf_match_finish(p);
	if (p->now.keep && !conf_vec_add(&p->class, &p->now.class))
		(void)conf_nomem(p);
}

static void
end_host(struct conf_parse *p)
{
	struct conf_host_lines lines = {.chaddr = conf_seen(p, "chaddr"),
	    .client_id = conf_seen(p, "client_id"),
	    .yiaddr = conf_seen(p, "yiaddr"),
	    .hostname = conf_seen(p, "hostname")};
	struct conf_params *params;

	if (!lines.chaddr && !lines.client_id)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nothing says which client it is; write chaddr or "
		    "client_id");
	if (p->now.host_params.set || p->now.host_params.nopt ||
	    p->now.host_params.nvar) {
		params = conf_alloc(p->arena, sizeof *params);
		if (!params) {
			(void)conf_nomem(p);
			return;
		}
		*params = p->now.host_params;
		p->now.host.params = params;
	}
	if (p->now.keep && (!conf_vec_add(&p->host, &p->now.host) ||
			       !conf_vec_add(&p->host_lines, &lines)))
		(void)conf_nomem(p);
}

static void
end_mtftp(struct conf_parse *p)
{
	unsigned int delay = conf_seen(p, "mtftp_delay");
	struct conf_mtftp_lines lines = {.mtftp_ip = conf_seen(p, "mtftp_ip"),
	    .mtftp_sport = conf_seen(p, "mtftp_sport"),
	    .mtftp_delay = delay ? delay : p->now.line};
	const char *wrong = conf_seen(p, "file")
				? NULL
				: conf_mtftp_file_wrong(p->now.mtftp.file);

	if (wrong)
		conf_error_at(p, p->now.line, p->now.text, NULL, "%s", wrong);
	if (!lines.mtftp_ip)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "its group is missing; write mtftp_ip = 239.255.1.1");
	if (p->now.keep && (!conf_vec_add(&p->mtftp, &p->now.mtftp) ||
			       !conf_vec_add(&p->mtftp_lines, &lines)))
		(void)conf_nomem(p);
}

/* Remember where the keys of the single sections stood. */
static void
end_single(struct conf_parse *p)
{
	for (size_t i = 0; i < conf_nkeys; i++)
		if (p->now.seen[i] && conf_keys[i].in & CONF_IN(p->now.kind))
			p->key_line[i] = p->now.seen[i];
}

void
conf_section_end(struct conf_parse *p)
{
	conf_options_finish(p);
	conf_vars_finish(p);
	conf_end_params(p);
	switch (p->now.kind) {
	case CONF_S_NONE:
		break;
	case CONF_S_SUBNET:
		end_subnet(p);
		break;
	case CONF_S_CLASS:
		end_class(p);
		break;
	case CONF_S_HOST:
		end_host(p);
		break;
	case CONF_S_MTFTP:
		end_mtftp(p);
		break;
	case CONF_S_BOOT_SERVER:
		conf_end_boot_server(p);
		break;
	case CONF_S_MENU:
		conf_end_menu(p);
		break;
	case CONF_S_TFTP_UPLOAD:
		conf_end_upload(p);
		break;
	case CONF_S_TFTP_TEMPLATE:
		conf_end_template(p);
		break;
	case CONF_S_POOL:
		conf_end_pool(p);
		break;
	case CONF_S_TFTP_CLIENT:
		conf_end_tftp_client(p);
		break;
	default:
		end_single(p);
		break;
	}
	p->now.kind = CONF_S_NONE;
	p->now.text[0] = '\0';
	p->now.params = NULL;
	p->now.opt.n = 0;
	p->now.var.n = 0;
	p->now.match.n = 0;
	p->now.match_seen = false;
}

/* ---- the line [section] ---- */

static enum conf_section
section_kind(const char *name)
{
	for (size_t i = CONF_S_GLOBAL; i < CONF_SECTIONS; i++)
		if (strcmp(conf_sections[i].name, name) == 0)
			return (enum conf_section)i;
	return CONF_S_NONE;
}

static void
section_unknown(struct conf_parse *p, const char *name)
{
	const char *near = conf_section_near(name);

	if (near)
		(void)conf_bad(p,
		    "there is no section [%s]; did you mean [%s]?", name, near);
	else
		(void)conf_bad(p,
		    "there is no section [%s]; write global, dhcpd, subnet, "
		    "pool, class, host, tftpd, tftp-map, tftp-template, "
		    "tftp-client, tftp-upload, mtftpd, mtftp, menu or "
		    "boot_server",
		    name);
}

void
conf_section(struct conf_parse *p, const char *text)
{
	char name[VALUE_ITEM + 1];
	enum conf_section kind;
	size_t n, len;

	p->key = NULL;
	conf_section_end(p);
	memset(p->now.seen, 0, sizeof p->now.seen);
	memset(p->now.opt_line, 0, sizeof p->now.opt_line);
	p->now.inner = false;
	p->now.line = p->line;
	p->now.any = true;
	p->now.keep = false;
	if (!text)
		return;
	text += strspn(text, " \t");
	len = strlen(text);
	while (len && strchr(" \t", text[len - 1]))
		len--;
	memcpy(p->now.text, text, len);
	p->now.text[len] = '\0';
	n = strcspn(p->now.text, " \t");
	memcpy(name, text, n);
	name[n] = '\0';
	kind = section_kind(name);
	if (kind == CONF_S_NONE)
		section_unknown(p, name);
	else
		begin(
		    p, kind, p->now.text + n + strspn(p->now.text + n, " \t"));
}
