/*
 * admit.c - whether a client is taken on, and with which limits.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tftpd/admit.h"
#include "tftpd/serve.h"

/* Whoever has been silent for longest gives way. */
static void
evict(struct server *srv, struct session *s)
{
	char who[ADDR_TEXT];

	srv->sums.evicted++;
	burst_warn(&srv->evicted, loop_now_us(srv->loop),
	    "\"%s\" to %s gives way to others: it has not proved itself",
	    s->name, addr_text(&s->peer.addr, who));
	serve_drop(s);
}

static struct session *
doubtful(const struct sessions *t)
{
	struct session *s = sessions_oldest(t, GUARD_NEW);

	return s ? s : sessions_oldest(t, GUARD_HEARD);
}

/* More than max_per_client; the silent one that could give way, or NULL. */
static bool
is_greedy(
    const struct server *srv, const struct addr *a, struct session **ret_silent)
{
	uint32_t max = srv->conf.max_per_client;

	return max && sessions_of(&srv->sessions, a, max, ret_silent) == max;
}

struct burst *
admit_room(
    struct server *srv, const struct peer *from, char why[static ADMIT_WHY])
{
	struct session *out = NULL;
	bool greedy = is_greedy(srv, &from->addr, &out);

	if (!greedy && srv->sessions.nlive < srv->conf.max_clients)
		return NULL;
	if (!greedy)
		out = doubtful(&srv->sessions);
	if (out && loop_now_us(srv->loop) - out->start_us >=
		       ADMIT_PATIENCE_MS * UINT64_C(1000)) {
		evict(srv, out);
		return NULL;
	}
	(void)snprintf(why, ADMIT_WHY, "max_%s %u are being served",
	    greedy ? "per_client" : "clients",
	    greedy ? srv->conf.max_per_client : srv->conf.max_clients);
	return greedy ? &srv->greedy : &srv->full;
}

bool
admit_vouched(
    const struct server *srv, const struct peer *from, const struct who *who)
{
	return who->known ||
	       conf_in_nets(srv->all->tftpd.trusted_networks,
		   srv->all->tftpd.ntrusted_networks, &from->addr);
}

/* Does the name stand for a class that the client is in? */
static bool
in_class(const struct conf *c, const char *name, const struct who *who)
{
	for (size_t i = 0; i < c->nclass; i++)
		if (strcmp(c->class[i].name, name) == 0)
			return who_in_class(who, &c->class[i]);
	return false;
}

static bool
is_meant(const struct conf *c, const struct conf_tftp_client *r,
    const struct addr *a, const struct who *who)
{
	bool chaddr = r->nchaddr == 0, class = r->nclass == 0;

	if (r->naddress && !conf_in_nets(r->address, r->naddress, a))
		return false;
	for (size_t i = 0; i < r->nchaddr && !chaddr; i++)
		chaddr = who_hw_begins(who, &r->chaddr[i]);
	for (size_t i = 0; i < r->nclass && !class; i++)
		class = in_class(c, r->class[i], who);
	return chaddr && class;
}

const struct conf_tftp_client *
admit_rule(const struct conf *c, const struct addr *a, const struct who *who)
{
	for (size_t i = 0; i < c->ntftp_client; i++)
		if (is_meant(c, &c->tftp_client[i], a, who))
			return &c->tftp_client[i];
	return NULL;
}

static uint16_t
lesser(uint16_t a, uint16_t b)
{
	return a < b ? a : b;
}

static void
apply_rule(const struct conf_tftp_client *r, struct xfer_limits *l)
{
	l->refused |= r->oack ? r->refuse : ~0u;
	if (r->max_blksize)
		l->max_blksize = lesser(l->max_blksize, r->max_blksize);
	if (r->max_windowsize)
		l->max_windowsize =
		    lesser(l->max_windowsize, r->max_windowsize);
	if (r->rollover != CONF_ROLLOVER_UNSAID)
		l->rollover = r->rollover;
}

struct xfer_limits
admit_limits(const struct server *srv, const struct udp_in *in,
    const struct who *who, bool large)
{
	const struct conf_tftpd *c = &srv->conf;
	struct xfer_limits l = {
	    .blksize = TFTP_BLKSIZE,
	    .max_blksize = c->max_blksize,
	    .max_windowsize = c->max_windowsize,
	    .timeout_ms = c->timeout_ms,
	    .retries = c->retries,
	    .rollover = c->rollover,
	    .refused = c->refuse,
	    .request_len = (uint32_t)in->len,
	};

	const struct conf_tftp_client *rule =
	    admit_rule(srv->all, &in->from.addr, who);

	if (rule)
		apply_rule(rule, &l);
	if (large) {
		l.blksize = c->large_blksize;
		l.blksize_fixed = true;
	}
	if (c->single_port && !admit_vouched(srv, &in->from, who))
		l.max_windowsize = 1;
	return l;
}
