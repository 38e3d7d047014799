/*
 * main_tell.c - what tftpd says at its start and after a reload.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <string.h>

#include "sys/log.h"
#include "tftpd/listen.h"
#include "tftpd/main_int.h"

/* Where it is not just one port on all addresses. */
static void
tell_addresses(const struct daemon *d)
{
	struct listen_at l[LISTEN_MAX];
	char text[PEER_TEXT];
	size_t n;

	if (d->start.mode != START_STANDALONE ||
	    (d->now.t.nlisten == 1 && d->now.t.listen[0].port == 0) ||
	    listen_list(&d->now.t, l, &n))
		return;
	for (size_t i = 0; i < n; i++)
		log_info("listening on %s", peer_text(&l[i].at, text));
}

void
main_tell_start(const struct daemon *d)
{
	log_info("serving %s: port %u, blocks up to %u, windows up to %u, "
		 "%u clients at once",
	    d->now.tree, (unsigned int)d->now.t.port,
	    (unsigned int)d->now.t.max_blksize,
	    (unsigned int)d->now.t.max_windowsize, d->now.t.max_clients);
	tell_addresses(d);
	if (d->now.t.large_port)
		log_info("large packet service: port %u, blocks of %u",
		    (unsigned int)d->now.t.large_port,
		    (unsigned int)d->now.t.large_blksize);
}

static void
tell_change(const char *what, uint16_t was, uint16_t now)
{
	if (was != now)
		log_warning("%s %u becomes %u with the next start only", what,
		    (unsigned int)was, (unsigned int)now);
}

void
main_tell_changes(const struct daemon *d, const struct server_conf *now)
{
	const struct conf_tftpd *next = &now->t;
	const struct conf *all = now->all;

	if (next->max_clients > d->max_clients)
		log_warning("max_clients %u: there may be too few descriptors "
			    "for more than %u before the next start",
		    next->max_clients, d->max_clients);
	if (!d->start.user && strcmp(next->user, d->user) != 0)
		log_warning("user %s takes effect with the next start only",
		    next->user);
	if (strcmp(all->dhcpd.lease_file, d->conf->dhcpd.lease_file) != 0)
		log_warning("lease_file %s is read after the next start only",
		    all->dhcpd.lease_file);
	if (next->digests != CONF_DIGESTS_NO && !d->digests)
		log_warning("digests takes effect with the next start only");
	if (d->start.mode != START_STANDALONE)
		return;
	if (strcmp(next->pid_file, d->pid_file) != 0)
		log_warning("pid_file %s takes effect with the next start only",
		    next->pid_file);
	if (!listen_same(next, &d->now.t))
		log_warning("listen takes effect with the next start only");
	tell_change("port", d->now.t.port, next->port);
	tell_change("large_port", d->now.t.large_port, next->large_port);
}
