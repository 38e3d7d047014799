/*
 * links.c - the interfaces that are served.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd/links.h"
#include "sys/log.h"

enum {
	OLD_S = 10 /* the list is read again after that */
};

static bool
is_served(const struct links *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->nname; i++)
		if (strcmp(l->name[i], name) == 0)
			return true;
	return l->nname == 0;
}

/* The subnet that the address of an interface lies in, and that wants it. */
static const struct conf_subnet *
subnet_on(const struct links *l, const struct udp_if *u)
{
	const struct conf_subnet *s = conf_subnet_of(l->conf, u->addr);

	if (s && s->interface && strcmp(s->interface, u->name) != 0)
		return NULL;
	return s;
}

bool
links_serves(const struct links *l, const struct udp_if *u)
{
	return u->up && is_served(l, u->name) && subnet_on(l, u);
}

static void
log_served(const struct links *l, const struct udp_if *u, const char *what)
{
	const struct conf_subnet *s = subnet_on(l, u);
	char addr[IP4_TEXT], net[IP4_TEXT];

	log_info("%s %s/%u on %s (%s)%s", what, ip4_text(s->net, net),
	    s->prefix, u->name, ip4_text(u->addr, addr),
	    s->proxy ? " as proxy" : "");
}

static bool
is_among(const struct links *l, const struct udp_if *ifs, size_t n,
    const struct udp_if *u)
{
	for (size_t i = 0; i < n; i++)
		if (ifs[i].addr.v == u->addr.v && links_serves(l, &ifs[i]) &&
		    strcmp(ifs[i].name, u->name) == 0)
			return true;
	return false;
}

/* Tells those of a that are served and not among b. */
static void
log_others(const struct links *l, const struct udp_if *a, size_t na,
    const struct udp_if *b, size_t nb, const char *what)
{
	for (size_t i = 0; i < na; i++)
		if (links_serves(l, &a[i]) && !is_among(l, b, nb, &a[i]))
			log_served(l, &a[i], what);
}

static void
links_read(struct links *l, int64_t now_s)
{
	struct udp_if *old = l->ifs;
	size_t n, nold = l->n;

	l->read_s = now_s;
	l->ifs = udp_interfaces(&n);
	l->n = l->ifs ? n : 0;
	log_others(l, old, nold, l->ifs, l->n, "no longer serving");
	log_others(l, l->ifs, l->n, old, nold, "serving");
	free(old);
}

void
links_init(struct links *l, const struct conf *c, const char *const *name,
    size_t nname, int64_t now_s)
{
	memset(l, 0, sizeof(*l));
	l->conf = c;
	l->name = name;
	l->nname = nname;
	links_read(l, now_s);
}

void
links_free(struct links *l)
{
	free(l->ifs);
	l->ifs = NULL;
	l->n = 0;
}

/* How well an address fits; 0: it is not on that interface at all. */
static unsigned int
rank(const struct links *l, const struct udp_if *u, uint32_t ifindex,
    struct ip4 to)
{
	if (!u->up || (ifindex && u->ifindex != ifindex) ||
	    !is_served(l, u->name))
		return 0;
	if (u->addr.v == to.v)
		return 3;
	if (subnet_on(l, u))
		return 2;
	return ifindex ? 1 : 0;
}

/*
 * inetd's first datagram comes from nobody knows where: it is answered when
 * only one interface fits.  Its client will ask again.
 */
static const struct udp_if *
best_of(const struct links *l, uint32_t ifindex, struct ip4 to)
{
	const struct udp_if *u, *best = NULL;
	unsigned int r, most = 0;
	bool unsure = false;

	for (u = l->ifs; u < l->ifs + l->n; u++) {
		r = rank(l, u, ifindex, to);
		if (r > most) {
			most = r;
			best = u;
			unsure = false;
		} else if (r && r == most && u->ifindex != best->ifindex) {
			unsure = true;
		}
	}
	return unsure ? NULL : best;
}

/* A message may be for the address of another interface than it came by. */
static const struct udp_if *
by_addr(const struct links *l, struct ip4 to)
{
	const struct udp_if *u;

	for (u = l->ifs; u < l->ifs + l->n; u++)
		if (u->addr.v == to.v)
			return u;
	return NULL;
}

static const char *
name_of(const struct links *l, uint32_t ifindex)
{
	const struct udp_if *u;

	for (u = l->ifs; u < l->ifs + l->n; u++)
		if (u->ifindex == ifindex)
			return u->name;
	return "?";
}

bool
links_find(struct links *l, uint32_t ifindex, struct ip4 to, int64_t now_s,
    struct link_at *ret)
{
	const struct udp_if *u, *other;

	if (now_s - l->read_s >= OLD_S)
		links_read(l, now_s);
	u = best_of(l, ifindex, to);
	if (!u && now_s > l->read_s) {
		links_read(l, now_s);
		u = best_of(l, ifindex, to);
	}
	ret->ifindex = ifindex;
	if (!u) {
		snprintf(ret->ifname, sizeof(ret->ifname), "%s",
		    name_of(l, ifindex));
		return false;
	}
	memcpy(ret->ifname, u->name, sizeof(ret->ifname));
	ret->ifindex = u->ifindex;
	other = u->addr.v == to.v ? u : by_addr(l, to);
	ret->addr = other ? other->addr : u->addr;
	return true;
}

/* A name that may be a mistake, or an interface that is still to come. */
static void
log_missing(const struct links *l)
{
	const struct udp_if *u;
	size_t i;

	for (i = 0; i < l->nname; i++) {
		for (u = l->ifs; u < l->ifs + l->n; u++)
			if (strcmp(u->name, l->name[i]) == 0)
				break;
		if (u == l->ifs + l->n)
			log_warning("interface %s: it is not there or has no "
				    "IPv4 address; it is served when it has",
			    l->name[i]);
	}
}

/* Its clients get addresses of the first subnet alone. */
static void
log_two_subnets(const struct links *l, const struct udp_if *u)
{
	const struct conf_subnet *s = subnet_on(l, u), *other;
	char net[IP4_TEXT], first[IP4_TEXT];

	for (const struct udp_if *v = l->ifs; v < u; v++) {
		if (v->ifindex != u->ifindex || !links_serves(l, v))
			continue;
		other = subnet_on(l, v);
		if (conf_same_wire(s, other))
			continue;
		log_warning("interface %s: its clients get addresses of "
			    "%s/%u, none of %s/%u; write the same "
			    "shared_network in both",
		    u->name, ip4_text(other->net, first), other->prefix,
		    ip4_text(s->net, net), s->prefix);
		return;
	}
}

void
links_warn(const struct links *l)
{
	size_t served = 0;

	for (const struct udp_if *u = l->ifs; u < l->ifs + l->n; u++)
		if (links_serves(l, u)) {
			log_two_subnets(l, u);
			served++;
		}
	log_missing(l);
	if (!served)
		log_warning("no interface%s has an address in a subnet of %s: "
			    "only relayed messages are answered until one has",
		    l->nname ? " that was named" : "", l->conf->path);
}
