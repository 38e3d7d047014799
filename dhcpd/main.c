/*
 * main.c - dhcpd: options, config, sockets, lease file, background, drop,
 * loop.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>

#include "dhcpd/isc_flags.h"
#include "dhcpd/server.h"
#include "sys/log.h"
#include "sys/priv.h"
#include "sys/start.h"

int
main(int argc, char *argv[])
{
	struct start st = {
	    .ident = "dhcpd",
	    .synopsis = "answer DHCP and BOOTP clients and network boot ROMs",
	    .operands = "[interface ...]",
	};
	struct priv_path path[] = {{NULL, PRIV_WRITE}};
	struct priv_rules rules = {.path = path, .npath = 1};
	unsigned int uid, gid;
	struct server *s;
	struct conf *c;
	char why[ISC_FLAGS_WHY];
	int rc;

	argc = isc_flags(argc, argv, why);
	if (argc == -1) {
		(void)log_open(st.ident, LOG_TO_STDERR, NULL);
		start_fail(EX_USAGE, "%s", why);
	}
	start_options(&st, argc, argv);
	c = start_conf(&st);
	if (st.check) {
		(void)log_open(st.ident, LOG_TO_STDERR, NULL);
		server_remarks(c);
		start_check_ok(&st, c);
	}
	rules.user = st.user ? st.user : c->dhcpd.user;
	rules.user_default = !st.user;
	if (priv_user(&rules, &uid, &gid) == -1)
		return EX_NOUSER;
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is a full disk to us */
	start_sockets(&st);
	start_log(&st);
	s = server_open(&st, c, uid, gid);
	start_background(&st);
	start_pid_file(&st, c->dhcpd.pid_file, uid, gid);
	path[0].path = server_lease_folder(s);
	if (priv_drop(&rules) == -1)
		return EX_NOPERM;
	rc = server_run(s);
	server_close(s);
	start_end(&st);
	return rc == -1 ? EX_OSERR : EX_OK;
}
