/*
 * main.c - mtftpd: one file to many PCs at once, by PXE's multicast TFTP.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>

#include <sysexits.h>

#include "mtftpd/mapfile.h"
#include "mtftpd/server.h"
#include "sys/log.h"
#include "sys/priv.h"
#include "sys/start.h"

/* The user of -u, else of the configuration. */
static struct priv_rules
rules_of(const struct start *st, const struct conf *c,
    const struct priv_path *path, size_t npath)
{
	struct priv_rules r = {.path = path, .npath = npath};

	r.user = st->user ? st->user : c->mtftpd.user;
	r.user_default = !st->user;
	return r;
}

static void
check(const struct start *st, const struct conf *c)
{
	if (server_check_sizes(c) > 0)
		exit(EX_CONFIG);
	start_check_ok(st, c);
}

static const struct start_opt options[] = {
    {'m', "map", "FILE [PORT]",
	"files and their groups, as Incom's and atftpd's servers list them",
	mapfile_take, NULL},
};

static void
tell_map(void *arg, const char *text)
{
	(void)arg;
	log_err("%s", text);
}

/* The configuration with the files of -m; it also tells the boot tree. */
static struct conf *
conf_of(struct start *st, struct mapfile *map)
{
	struct conf *c = start_conf(st);

	if (!map->path)
		return c;
	if (!mapfile_read(map, c->tftp_root, tell_map))
		exit(EX_CONFIG);
	conf_free(c);
	priv_also_folder(map->path, PRIV_READ);
	st->more = mapfile_line;
	return start_conf(st);
}

int
main(int argc, char *argv[])
{
	struct mapfile map = {0};
	struct start st = {
	    .ident = "mtftpd",
	    .synopsis = "send boot files to many PCs at once (PXE MTFTP)",
	    .opt = options,
	    .nopt = sizeof options / sizeof options[0],
	    .arg = &map,
	};
	struct priv_path path;
	struct priv_rules rules;
	unsigned int uid, gid;
	struct server *s;
	struct conf *c;
	int status;

	start_options(&st, argc, argv);
	c = conf_of(&st, &map);
	if (st.check)
		check(&st, c);
	path = (struct priv_path){c->tftp_root, PRIV_READ};
	rules = rules_of(&st, c, &path, 1);
	start_sockets(&st);
	s = server_new(&st, c);
	start_log(&st);
	start_background(&st);
	if (priv_user(&rules, &uid, &gid) == -1)
		exit(EX_NOUSER);
	start_pid_file(&st, c->mtftpd.pid_file, uid, gid);
	server_prepare(s);
	if (priv_drop(&rules) == -1)
		exit(EX_NOPERM);
	server_check_files(s);
	log_info("serving %zu files of %s", c->nmtftp, c->tftp_root);
	start_ready(&st);
	status = server_run(s);
	server_free(s);
	mapfile_free(&map);
	start_end(&st);
	return status;
}
