/*
 * fuzz_conf.c - any bytes as remoteboot.conf: a configuration whose lookups
 * find what is in it, or errors in the order of the lines.
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "fuzz.h"

static void
must(bool what)
{
	if (!what)
		abort();
}

struct errors {
	unsigned long line;
	size_t n;
};

/* "f:LINE: ..." with a remedy, never before the line of the last one. */
static void
error(void *arg, const char *text)
{
	struct errors *e = arg;
	unsigned long line;
	char *end;

	must(strncmp(text, "f:", 2) == 0);
	line = strtoul(text + 2, &end, 10);
	must(strncmp(end, ": ", 2) == 0);
	must(line >= e->line);
	must(strchr(text, ';') != NULL);
	e->line = line;
	e->n++;
}

static void
check_hosts(const struct conf *c)
{
	for (size_t i = 0; i < c->nhost; i++) {
		const struct conf_host *h = &c->host[i];

		for (size_t j = 0; j < h->nchaddr; j++)
			must(conf_host_by_chaddr(c, h->chaddr[j].htype,
				 h->chaddr[j].addr, h->chaddr[j].hlen) == h);
		for (size_t j = 0; j < h->nyiaddr; j++) {
			must(conf_host_by_yiaddr(c, h->yiaddr[j]) == h);
			must(conf_subnet_of(c, h->yiaddr[j]) != NULL);
		}
		if (h->client_id)
			must(conf_host_by_client_id(
				 c, h->client_id, h->client_id_len) == h);
		must(h->nchaddr || h->client_id);
	}
}

static void
check_subnets(const struct conf *c)
{
	for (size_t i = 0; i < c->nsubnet; i++) {
		const struct conf_subnet *s = &c->subnet[i];

		must(conf_subnet_of(c, s->net) == s);
		must((s->wire != 0) == (s->shared_network != NULL));
		must(s->wire <= i + 1);
		must(s->wire_pool || s->npool == 0 || s->nnamed);
		for (size_t j = 0; j < s->npool; j++) {
			must(s->pool[j].first.v <= s->pool[j].last.v);
			must(conf_subnet_of(c, s->pool[j].first) == s);
			must(conf_subnet_of(c, s->pool[j].last) == s);
			must(j == 0 ||
			     s->pool[j - 1].last.v < s->pool[j].first.v);
			must(conf_host_by_yiaddr(c, s->pool[j].first) == NULL);
		}
	}
}

static void
check_params(const struct conf_params *p)
{
	for (size_t i = 0; p && i < p->nopt; i++) {
		must(p->opt[i].len > 0 && p->opt[i].data != NULL);
		must(i == 0 || p->opt[i - 1].code < p->opt[i].code);
	}
	if (p && (p->set & CONF_HAS_FILE))
		must(strlen(p->file) <= 127);
	if (p && (p->set & CONF_HAS_SNAME))
		must(strlen(p->sname) <= 63);
}

static void
check_ranges(const struct conf_range *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		must(r[i].first.v <= r[i].last.v);
		must(i == 0 || r[i - 1].last.v + 1 < r[i].first.v);
		must(conf_in_ranges(r, n, r[i].first));
		must(conf_in_ranges(r, n, r[i].last));
	}
}

static void
check_class(const struct conf_class *k)
{
	check_params(&k->params);
	must(k->nvendor_class || k->narch || k->nuser_class || k->nuuid ||
	     k->nchaddr || k->ncircuit_id || k->nremote_id || k->nmatch);
	for (size_t i = 0; i < k->nmatch; i++) {
		must(k->match[i].code != 0 && k->match[i].code != 255);
		must(!k->match[i].begins || k->match[i].nvalue);
		for (size_t j = 0; j < k->match[i].nvalue; j++)
			must(k->match[i].value[j].len != 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct errors e = {0, 0};
	struct conf *c =
	    conf_parse_text("f", (const char *)data, size, error, &e);

	must((c == NULL) == (e.n > 0));
	if (!c)
		return 0;
	check_hosts(c);
	check_subnets(c);
	check_params(&c->params);
	check_ranges(c->dhcpd.relays, c->dhcpd.nrelays);
	for (size_t i = 0; i < c->nhost; i++)
		check_params(c->host[i].params);
	for (size_t i = 0; i < c->nclass; i++)
		check_class(&c->class[i]);
	for (size_t i = 0; i < c->nsubnet; i++)
		check_params(&c->subnet[i].params);
	for (size_t i = 0; i < c->nmtftp; i++)
		must(conf_mtftp_by_file(c, c->mtftp[i].file) == &c->mtftp[i]);
	conf_free(c);
	return 0;
}
