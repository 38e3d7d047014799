/*
 * conf_check_host.c - hosts against each other and against the subnets; on
 * the way the index of their hardware addresses, client identifiers and
 * addresses is filled, which finds what stands twice.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "conf_int.h"

static const char *
host_text(const struct conf_host *host, char buf[static CONF_HOST_TEXT])
{
	(void)snprintf(buf, CONF_HOST_TEXT, "host %s", host->name);
	return buf;
}

/* Something of the host is another host's already, or its own twice. */
static void
taken(struct conf_parse *p, const struct conf_host *host, unsigned int line,
    const char *key, const char *value, const struct conf_host *other)
{
	char text[CONF_HOST_TEXT];

	(void)host_text(host, text);
	if (other == host)
		conf_error_at(p, line, text, key,
		    "%s stands twice; leave one out", value);
	else
		conf_error_at(p, line, text, key,
		    "%s is that of [host %s], line %u; a client has one "
		    "[host]",
		    value, other->name, other->line);
}

static bool
same_hw(const struct conf_hw *a, const struct conf_hw *b)
{
	return a->htype == b->htype && a->hlen == b->hlen &&
	       memcmp(a->addr, b->addr, a->hlen) == 0;
}

/* How many of the first n hardware addresses of a host differ from hw. */
static size_t
before_chaddr(const struct conf_host *host, const struct conf_hw *hw, size_t n)
{
	size_t i = 0;

	while (i < n && !same_hw(&host->chaddr[i], hw))
		i++;
	return i;
}

/*
 * Who has hardware address j of host i: a host before it, or itself in an
 * address before j; NULL: nobody.  The lookup of conf_index.c would not do:
 * it may meet the host itself first, by way of another of its addresses.
 */
static const struct conf_host *
chaddr_taken(const struct conf_parse *p, size_t i, size_t j, uint32_t hash)
{
	const struct conf_hash *h = &p->c->index->chaddr;
	const struct conf_host *host = &p->c->host[i];
	const struct conf_hw *hw = &host->chaddr[j];
	uint32_t at = hash, slot;

	if (before_chaddr(host, hw, j) < j)
		return host;
	for (; (slot = h->slot[at & h->mask]) != 0; at++) {
		const struct conf_host *other = &p->c->host[slot - 1];

		if (other != host &&
		    before_chaddr(other, hw, other->nchaddr) < other->nchaddr)
			return other;
	}
	return NULL;
}

static void
index_chaddr(struct conf_parse *p, size_t i, size_t j)
{
	const struct conf_host *host = &p->c->host[i], *other;
	const struct conf_hw *hw = &host->chaddr[j];
	uint32_t hash = conf_hash_chaddr(hw->htype, hw->addr, hw->hlen);
	char text[HWADDR_TEXT];

	other = chaddr_taken(p, i, j, hash);
	if (other)
		taken(p, host, p->lines[i].chaddr, "chaddr",
		    hwaddr_text(hw->addr, hw->hlen, text), other);
	else
		conf_hash_put(&p->c->index->chaddr, hash, (uint32_t)i);
}

static void
index_client_id(struct conf_parse *p, size_t i)
{
	const struct conf_host *host = &p->c->host[i], *other;

	if (!host->client_id)
		return;
	other =
	    conf_host_by_client_id(p->c, host->client_id, host->client_id_len);
	if (other)
		taken(p, host, p->lines[i].client_id, "client_id",
		    "the identifier", other);
	else
		conf_hash_put(&p->c->index->client_id,
		    conf_hash_of(0, host->client_id, host->client_id_len),
		    (uint32_t)i);
}

/* An address of a host: in a subnet, not its edge, the only one there. */
static void
check_yiaddr(struct conf_parse *p, size_t i, size_t j)
{
	const struct conf_host *host = &p->c->host[i];
	unsigned int line = p->lines[i].yiaddr;
	struct ip4 a = host->yiaddr[j];
	const struct conf_subnet *s = conf_subnet_of(p->c, a);
	char addr[IP4_TEXT], text[CONF_HOST_TEXT], net[CONF_SUBNET_TEXT];

	(void)ip4_text(a, addr);
	(void)host_text(host, text);
	if (!s) {
		conf_error_at(p, line, text, "yiaddr",
		    "%s is in no subnet; write a [subnet A.B.C.D/N] for it",
		    addr);
		return;
	}
	if (s->proxy)
		conf_error_at(p, line, text, "yiaddr",
		    "%s lies in [%s], where another server gives the "
		    "addresses (proxy); leave it out",
		    addr, conf_subnet_text(s, net));
	if (conf_subnet_edge(s, a))
		conf_error_at(p, line, text, "yiaddr",
		    "%s is the network or broadcast address of [%s]; choose "
		    "one between them",
		    addr, conf_subnet_text(s, net));
	for (size_t k = 0; k < j; k++)
		if (host->yiaddr[k].v != a.v &&
		    conf_subnet_of(p->c, host->yiaddr[k]) == s)
			conf_error_at(p, line, text, "yiaddr",
			    "a second address in [%s]; a host has one in each "
			    "subnet",
			    conf_subnet_text(s, net));
}

/* As before_chaddr() and chaddr_taken(), of addresses. */
static size_t
before_yiaddr(const struct conf_host *host, struct ip4 a, size_t n)
{
	size_t i = 0;

	while (i < n && host->yiaddr[i].v != a.v)
		i++;
	return i;
}

static const struct conf_host *
yiaddr_taken(const struct conf_parse *p, size_t i, size_t j, uint32_t hash)
{
	const struct conf_hash *h = &p->c->index->yiaddr;
	const struct conf_host *host = &p->c->host[i];
	struct ip4 a = host->yiaddr[j];
	uint32_t at = hash, slot;

	if (before_yiaddr(host, a, j) < j)
		return host;
	for (; (slot = h->slot[at & h->mask]) != 0; at++) {
		const struct conf_host *other = &p->c->host[slot - 1];

		if (other != host &&
		    before_yiaddr(other, a, other->nyiaddr) < other->nyiaddr)
			return other;
	}
	return NULL;
}

static void
index_yiaddr(struct conf_parse *p, size_t i, size_t j)
{
	const struct conf_host *host = &p->c->host[i], *other;
	struct ip4 a = host->yiaddr[j];
	uint32_t hash = conf_hash_of(0, &a.v, sizeof a.v);
	char text[IP4_TEXT];

	other = yiaddr_taken(p, i, j, hash);
	if (other)
		taken(p, host, p->lines[i].yiaddr, "yiaddr", ip4_text(a, text),
		    other);
	else
		conf_hash_put(&p->c->index->yiaddr, hash, (uint32_t)i);
}

static bool
index_init(struct conf_parse *p)
{
	struct conf_index *x = p->c->index;
	size_t nchaddr = 0, nclient_id = 0, nyiaddr = 0;

	for (size_t i = 0; i < p->c->nhost; i++) {
		const struct conf_host *host = &p->c->host[i];

		nchaddr += host->nchaddr;
		nyiaddr += host->nyiaddr;
		nclient_id += host->client_id != NULL;
	}
	return (conf_hash_init(&x->chaddr, p->arena, nchaddr) &&
		   conf_hash_init(&x->client_id, p->arena, nclient_id) &&
		   conf_hash_init(&x->yiaddr, p->arena, nyiaddr)) ||
	       conf_nomem(p);
}

/* One client, one option 12. */
static void
check_hostname(struct conf_parse *p, size_t i)
{
	const struct conf_host *host = &p->c->host[i];
	char text[CONF_HOST_TEXT];

	if (host->hostname && host->params && conf_params_opt(host->params, 12))
		conf_error_at(p, p->lines[i].hostname, host_text(host, text),
		    "hostname",
		    "it and option.host-name say the same; leave one "
		    "out");
}

void
conf_check_hosts(struct conf_parse *p)
{
	if (!index_init(p))
		return;
	for (size_t i = 0; i < p->c->nhost; i++) {
		const struct conf_host *host = &p->c->host[i];

		for (size_t j = 0; j < host->nchaddr; j++)
			index_chaddr(p, i, j);
		index_client_id(p, i);
		for (size_t j = 0; j < host->nyiaddr; j++) {
			check_yiaddr(p, i, j);
			index_yiaddr(p, i, j);
		}
		check_hostname(p, i);
	}
}
