/*
 * start_conf.c - the configuration at start, under -t, and on SIGHUP.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <sysexits.h>
#include <unistd.h>

#include "sys/conf_load.h"
#include "sys/log.h"
#include "sys/priv.h"
#include "sys/start.h"
#include "sys/start_int.h"

/* An error of the configuration: the text is complete. */
static void
tell_log(void *arg, const char *text)
{
	(void)arg;
	log_err("%s", text);
}

/* At start: as it is, so that an editor finds the line. */
static void
tell_start(void *arg, const char *text)
{
	if (start_quiet)
		tell_log(arg, text);
	else
		(void)fprintf(stderr, "%s\n", text);
}

/* The defaults do where no file was named and the usual one is not there. */
static bool
use_defaults(const struct start *st)
{
	return !st->conf_said && access(st->conf_path, F_OK) == -1 &&
	       errno == ENOENT;
}

struct conf *
start_conf(struct start *st)
{
	struct conf *c;

	if (use_defaults(st) && st->more) {
		c = conf_load_more(NULL, st->more, st->arg, tell_start, NULL);
		if (!c)
			exit(EX_CONFIG);
	} else if (use_defaults(st)) {
		log_info("no %s: running with the defaults", st->conf_path);
		c = conf_defaults();
		if (!c)
			start_fail(EX_OSERR, "out of memory");
	} else {
		c = conf_load_more(
		    st->conf_path, st->more, st->arg, tell_start, NULL);
		if (!c)
			exit(EX_CONFIG);
	}
	/* a reload has to find the file */
	priv_also_folder(st->conf_path, PRIV_READ);
	return c;
}

_Noreturn void
start_check_ok(const struct start *st, const struct conf *c)
{
	printf("%s: no error found: %zu subnet%s, %zu class%s, %zu host%s, "
	       "%zu MTFTP file%s\n",
	    st->conf_path, c->nsubnet, c->nsubnet == 1 ? "" : "s", c->nclass,
	    c->nclass == 1 ? "" : "es", c->nhost, c->nhost == 1 ? "" : "s",
	    c->nmtftp, c->nmtftp == 1 ? "" : "s");
	exit(fflush(stdout) == 0 ? EX_OK : EX_IOERR);
}

struct conf *
start_reload(const struct start *st)
{
	bool defaults = use_defaults(st);
	struct conf *c;

	if (defaults && !st->more)
		c = conf_defaults();
	else
		c = conf_load_more(defaults ? NULL : st->conf_path, st->more,
		    st->arg, tell_log, NULL);
	if (!c)
		log_err("%s: keeping the old configuration", st->conf_path);
	return c;
}
