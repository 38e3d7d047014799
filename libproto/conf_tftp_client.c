/*
 * conf_tftp_client.c - [tftp-client NAME]: clients that want to be treated
 * otherwise; the ports of transfers.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "conf_int.h"
#include "conf_readers.h"
#include "lease_text.h"

bool
read_port_range(struct conf_parse *p, const struct conf_key *k,
    const char *text, void *field)
{
	struct conf_ports *ports = field;
	const char *dash = strchr(text, '-');
	char word[8] = "";
	uint64_t first, last;

	if (dash && (size_t)(dash - text) < sizeof word)
		memcpy(word, text, (size_t)(dash - text));
	if (!text_number(word, k->min, k->max, &first) ||
	    !text_number(dash + 1, first, k->max, &last))
		return conf_bad(p,
		    "\"%.64s\" is no range of ports; write the first and the "
		    "last one, as in 40000-40999",
		    text);
	ports->first = (uint16_t)first;
	ports->last = (uint16_t)last;
	return true;
}

bool
read_rollover(struct conf_parse *p, const struct conf_key *k, const char *text,
    void *field)
{
	static const char *const names[] = {[CONF_ROLLOVER_0] = "0",
	    [CONF_ROLLOVER_1] = "1",
	    [CONF_ROLLOVER_NONE] = "none"};

	(void)k;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0) {
			*(uint8_t *)field = (uint8_t)i;
			return true;
		}
	return conf_bad(p,
	    "\"%.64s\" is no block number that follows 65535; write 0, 1 or "
	    "none",
	    text);
}

void
conf_begin_tftp_client(struct conf_parse *p, const char *arg)
{
	struct conf_tftp_client *r = &p->now.tftp_client;

	memset(r, 0, sizeof *r);
	r->name = conf_dup(p->arena, arg, strlen(arg));
	r->rollover = CONF_ROLLOVER_UNSAID;
	r->line = p->line;
	p->now.base = r;
	p->now.keep = r->name || conf_nomem(p);
}

void
conf_end_tftp_client(struct conf_parse *p)
{
	static const char *const who[] = {"address", "chaddr", "class"};
	static const char *const what[] = {"refuse", "max_blksize",
	    "max_windowsize", "rollover", "oack", "tftp_folder"};
	bool who_said = false, what_said = false;

	for (size_t i = 0; i < sizeof who / sizeof who[0]; i++)
		who_said |= conf_seen(p, who[i]) != 0;
	for (size_t i = 0; i < sizeof what / sizeof what[0]; i++)
		what_said |= conf_seen(p, what[i]) != 0;
	if (!who_said)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nothing says who is meant; write address, chaddr or "
		    "class (address = 0.0.0.0/0, ::/0 is everybody)");
	if (!what_said)
		conf_error_at(p, p->now.line, p->now.text, NULL,
		    "nothing says what is other for it; write refuse, "
		    "max_blksize, max_windowsize, rollover, oack or "
		    "tftp_folder");
	p->now.tftp_client.class_line = conf_seen(p, "class");
	if (p->now.keep && !conf_vec_add(&p->tftp_client, &p->now.tftp_client))
		(void)conf_nomem(p);
}

bool
conf_class_by_chaddr(const struct conf_class *class)
{
	return class->nchaddr && !class->nvendor_class && !class->narch &&
	       !class->nuser_class && !class->nuuid && !class->ncircuit_id &&
	       !class->nremote_id && !class->nmatch;
}

static bool
names_class(const struct conf_tftp_client *r, const char *name)
{
	for (size_t i = 0; i < r->nclass; i++)
		if (strcmp(r->class[i], name) == 0)
			return true;
	return false;
}

/* What it says that tftpd reads, too; options are for templates. */
static bool
speaks_to_tftp(const struct conf *c, const struct conf_params *p)
{
	return p->nvar || (p->set & CONF_HAS_TFTP_FOLDER) ||
	       (p->nopt && c->ntemplate);
}

bool
conf_class_for_tftp(const struct conf *c)
{
	for (size_t i = 0; i < c->nclass; i++) {
		const struct conf_class *class = &c->class[i];

		if (conf_class_by_chaddr(class))
			continue;
		if (speaks_to_tftp(c, &class->params))
			return true;
		for (size_t j = 0; j < c->ntftp_client; j++)
			if (names_class(&c->tftp_client[j], class->name))
				return true;
	}
	return false;
}

uint16_t
conf_class_place(const struct conf_class *class, size_t n, const char *name)
{
	for (size_t i = 0; i < n && i < UINT16_MAX; i++)
		if (strcmp(class[i].name, name) == 0)
			return (uint16_t)(i + 1);
	return 0;
}

static const struct conf_class *
find_class(const struct conf *c, const char *name)
{
	uint16_t place = conf_class_place(c->class, c->nclass, name);

	return place ? &c->class[place - 1] : NULL;
}

/* The classes of a rule: they are there, and a lease can tell them. */
static void
check_classes(struct conf_parse *p, const struct conf_tftp_client *r)
{
	for (size_t i = 0; i < r->nclass; i++) {
		const struct conf_class *class = find_class(p->c, r->class[i]);
		char text[VALUE_ITEM + 1];

		(void)snprintf(text, sizeof text, "tftp-client %s", r->name);
		if (!class)
			conf_error_at(p, r->class_line, text, "class",
			    "there is no [class %s]; write it, or chaddr here",
			    r->class[i]);
		else if (!conf_class_by_chaddr(class) &&
			 !lease_text_class_ok(class->name))
			conf_error_at(p, r->class_line, text, "class",
			    "the lease file cannot have that name; rename "
			    "[class %s]: no blanks, at most %d letters",
			    r->class[i], LEASE_CLASS);
	}
}

void
conf_tftp_clients_finish(struct conf_parse *p)
{
	struct conf *c = p->c;

	c->ntftp_client = p->tftp_client.n;
	c->tftp_client = conf_vec_finish(&p->tftp_client, p->arena);
	if (!c->tftp_client && c->ntftp_client) {
		c->ntftp_client = 0;
		(void)conf_nomem(p);
	}
	for (size_t i = 0; i < c->ntftp_client; i++)
		check_classes(p, &c->tftp_client[i]);
}
