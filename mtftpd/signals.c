/*
 * signals.c - mtftpd's beginning and end, and what people ask of it while it
 * runs: SIGHUP reads the configuration again, SIGUSR1 tells what goes on.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sysexits.h>
#include <unistd.h>

#include "mtftpd/mapfile.h"
#include "mtftpd/server_int.h"
#include "sys/log.h"
#include "sys/root.h"
#include "sys/start.h"

/* The size of a group's file; false when it cannot be opened now. */
static bool
file_size(int rootfd, const struct conf_mtftp *g, uint64_t *ret)
{
	int64_t mtime_ns;
	int fd = root_open_file(rootfd, g->file, ret, &mtime_ns);

	if (fd == -1)
		return false;
	(void)close(fd);
	return true;
}

static bool
too_large(const struct conf_mtftp *g, uint64_t size)
{
	return size > groups_max_size(g->blksize);
}

static void
tell_too_large(const struct conf *c, const struct conf_mtftp *g, uint64_t size)
{
	unsigned int will_do = groups_blksize(size);
	char advice[96] = "leave it to tftpd";

	if (will_do)
		(void)snprintf(advice, sizeof advice,
		    "blksize = %u would do, if its clients take it (iPXE does "
		    "not)",
		    will_do);
	log_err("%s:%u: mtftp %s: blksize: its %" PRIu64
		" bytes are more than 65535 blocks of %u; %s",
	    c->path, g->line, g->file, size, g->blksize, advice);
}

/* It may come yet. */
static void
warn_missing_file(const char *tree, const struct conf_mtftp *g)
{
	log_warning("mtftp %s: cannot be opened below %s: %s", g->file, tree,
	    strerror(errno));
}

static _Noreturn void
no_tree(const struct conf *c)
{
	start_fail(EX_NOINPUT, "%s: tftp_root %s: %s", c->path, c->tftp_root,
	    strerror(errno));
}

unsigned int
server_check_sizes(const struct conf *c)
{
	int rootfd = root_open(c->tftp_root);
	unsigned int errors = 0;
	uint64_t size;

	if (rootfd == -1)
		no_tree(c);
	for (size_t i = 0; i < c->nmtftp; i++) {
		const struct conf_mtftp *g = &c->mtftp[i];

		if (!file_size(rootfd, g, &size)) {
			warn_missing_file(c->tftp_root, g);
			continue;
		}
		if (!too_large(g, size))
			continue;
		tell_too_large(c, g, size);
		errors++;
	}
	(void)close(rootfd);
	return errors;
}

void
server_check_files(const struct server *s)
{
	uint64_t size;

	for (size_t i = 0; i < s->conf->nmtftp; i++) {
		const struct conf_mtftp *g = &s->conf->mtftp[i];

		if (!file_size(s->rootfd, g, &size))
			warn_missing_file(s->first->tftp_root, g);
		else if (too_large(g, size))
			log_warning("mtftp %s: %" PRIu64 " bytes are more than "
				    "65535 blocks of %u: requests are refused",
			    g->file, size, g->blksize);
	}
}

struct server *
server_new(const struct start *st, struct conf *c)
{
	struct server *s = calloc(1, sizeof *s);

	if (!s)
		start_fail(EX_OSERR, "out of memory");
	s->start = st;
	s->conf = s->first = c;
	s->rootfd = root_open(c->tftp_root);
	if (s->rootfd == -1)
		no_tree(c);
	ports_open(s);
	querier_open(&s->querier);
	return s;
}

void
server_free(struct server *s)
{
	ports_close(s);
	querier_close(&s->querier);
	(void)close(s->rootfd);
	loop_free(s->loop);
	udp_rx_free(s->rx);
	if (s->conf != s->first)
		conf_free(s->conf);
	conf_free(s->first);
	free(s);
}

void
server_tell_totals(const struct server *s)
{
	const struct pass_totals *t = &s->totals;

	log_info("since the start: %" PRIu64 " passes, %" PRIu64
		 " of them whole, %" PRIu64 " blocks sent, %" PRIu64
		 " of them again, %" PRIu64 " requests refused",
	    t->passes, t->whole, t->blocks, t->resent, t->refused);
}

static void
report(const struct server *s)
{
	size_t n = 0;

	for (const struct pass *p = s->passes; p; p = p->next) {
		if (pass_rests(p))
			continue;
		pass_report(p, s->now_us);
		n++;
	}
	if (n == 0)
		log_info("no pass is running");
	querier_report(&s->querier, s->now_us);
	server_tell_totals(s);
}

/* What a reload cannot change any more. */
static void
warn_fixed(const struct server *s, const struct conf *new)
{
	if (strcmp(s->first->tftp_root, new->tftp_root) != 0)
		log_warning("tftp_root %s takes effect after a restart",
		    new->tftp_root);
	if (!s->start->user &&
	    strcmp(s->first->mtftpd.user, new->mtftpd.user) != 0)
		log_warning(
		    "user %s takes effect after a restart", new->mtftpd.user);
	if (strcmp(s->first->mtftpd.pid_file, new->mtftpd.pid_file) != 0)
		log_warning("pid_file %s takes effect after a restart",
		    new->mtftpd.pid_file);
}

static bool
same_group(const struct conf_mtftp *a, const struct conf_mtftp *b)
{
	return a->mtftp_ip.v == b->mtftp_ip.v &&
	       a->mtftp_cport == b->mtftp_cport &&
	       a->mtftp_sport == b->mtftp_sport && a->blksize == b->blksize;
}

/* Files whose group is in a and not, or not the same, in b. */
static size_t
count_other(const struct conf *a, const struct conf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nmtftp; i++) {
		const struct conf_mtftp *g =
		    conf_mtftp_by_file(b, a->mtftp[i].file);

		n += !g || !same_group(&a->mtftp[i], g);
	}
	return n;
}

static void
tell(void *arg, const char *text)
{
	(void)arg;
	log_err("%s", text);
}

static void
reload(struct server *s)
{
	struct mapfile *map = s->start->arg;
	struct conf *old = s->conf, *new;

	if (map->path && !mapfile_read(map, s->first->tftp_root, tell)) {
		log_err("%s: keeping the old configuration", map->path);
		return;
	}
	new = start_reload(s->start);
	if (!new)
		return;
	log_info("configuration read again: %zu files, %zu new or changed, "
		 "%zu gone or changed; running passes go on as they began",
	    new->nmtftp, count_other(new, old), count_other(old, new));
	warn_fixed(s, new);
	s->conf = new;
	ports_change(s);
	if (old != s->first)
		conf_free(old);
	server_check_files(s);
}

void
server_signal(void *arg, int signo)
{
	struct server *s = arg;

	s->now_us = loop_now_us(s->loop);
	if (signo == SIGHUP) {
		if (log_reopen() == -1)
			log_warning(
			    "cannot open the log anew: %s", strerror(errno));
		reload(s);
	} else if (signo == SIGUSR1) {
		report(s);
	}
}
