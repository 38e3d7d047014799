/*
 * listen.c - which addresses and ports tftpd listens on.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/listen.h"

static bool
is_any(const struct addr *a)
{
	static const struct addr any;

	return addr_equal(a, &any);
}

static const struct addr any4 = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0}};

/* Is 0.0.0.0 with that port among them? */
static bool
has_any4(const struct conf_tftpd *t, uint16_t port)
{
	for (size_t i = 0; i < t->nlisten; i++)
		if (addr_equal(&t->listen[i].addr, &any4) &&
		    t->listen[i].port == port)
			return true;
	return false;
}

/* NULL, or what is wrong; *at becomes the family's. */
static const char *
of_family(const struct conf_tftpd *t, struct listen_at *l)
{
	bool ip4 = addr_is_ip4(&l->at.addr);

	switch ((enum conf_family)t->family) {
	case CONF_FAMILY_BOTH:
		l->v6only = is_any(&l->at.addr) && has_any4(t, l->at.port);
		break;
	case CONF_FAMILY_IPV4:
		if (is_any(&l->at.addr))
			l->at.addr = any4;
		else if (!ip4)
			return "IPv4 alone is wanted (-4, family), but an "
			       "address to listen on is of IPv6; leave one of "
			       "them out";
		break;
	case CONF_FAMILY_IPV6:
		if (ip4)
			return "IPv6 alone is wanted (-6, family), but an "
			       "address to listen on is of IPv4; leave one of "
			       "them out, or write ::";
		l->v6only = is_any(&l->at.addr);
		break;
	}
	return NULL;
}

/* Another one, unless its port is 0. */
static void
add(struct listen_at *ret, size_t *n, const struct listen_at *l, uint16_t port,
    bool large)
{
	if (port == 0)
		return;
	ret[*n] = *l;
	ret[*n].at.port = port;
	ret[(*n)++].large = large;
}

const char *
listen_list(const struct conf_tftpd *t, struct listen_at ret[static LISTEN_MAX],
    size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nlisten; i++) {
		struct listen_at l = {.at = t->listen[i]};
		const char *what = of_family(t, &l);

		if (what)
			return what;
		if (l.at.port) {
			add(ret, &n, &l, l.at.port, l.at.port == t->large_port);
			continue;
		}
		add(ret, &n, &l, t->port, false);
		add(ret, &n, &l, t->large_port, true);
	}
	if (n == 0)
		return "[tftpd] port and large_port are both 0: nothing to "
		       "serve";
	*ret_n = n;
	return NULL;
}

bool
listen_same(const struct conf_tftpd *a, const struct conf_tftpd *b)
{
	if (a->nlisten != b->nlisten || a->family != b->family)
		return false;
	for (size_t i = 0; i < a->nlisten; i++)
		if (!peer_equal(&a->listen[i], &b->listen[i]))
			return false;
	return true;
}
