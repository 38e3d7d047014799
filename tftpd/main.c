/*
 * main.c - tftpd from the command line to the loop.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/loop.h"
#include "sys/priv.h"
#include "sys/root.h"
#include "sys/start.h"
#include "sys/udp.h"
#include "tftpd/foreign.h"
#include "tftpd/listen.h"
#include "tftpd/main_int.h"

enum {
	UPLOAD_FDS = 3, /* a socket, a folder and a file */
	CLIENT_FDS = 3, /* a file, a socket, one for strangers */
	SPARE_FDS = 32	/* beside those */
};

static int
open_tree(const char *dir)
{
	int fd = root_open(dir);

	if (fd == -1)
		start_fail(EX_NOINPUT,
		    "%s: %s: the boot tree has to be there; name another "
		    "one by -d DIR or tftp_root in [global]",
		    dir, strerror(errno));
	return fd;
}

static void
template_error(const char *line)
{
	log_err("%s", line);
}

static void
template_warning(const char *line)
{
	log_warning("%s", line);
}

/*
 * A mistake in a template: -t fails, so that nobody starts with it; a server
 * that runs refuses the files that are made of it and serves the others.
 */
static void
check_templates(const struct daemon *d, int rootfd)
{
	size_t bad = virt_check(d->conf, rootfd,
	    d->start.check ? template_error : template_warning);

	if (bad && d->start.check)
		start_fail(EX_DATAERR, "%zu template%s cannot be served", bad,
		    bad == 1 ? "" : "s");
}

static void
add_socket(struct daemon *d, int fd, bool large)
{
	d->sock[d->nsock].fd = fd;
	d->sock[d->nsock++].large = large;
}

static const char *
advice(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "stop the other TFTP server first";
	case EADDRNOTAVAIL:
		return "write an address of this host, or ::";
	default:
		return "ports below 1024 are root's to open";
	}
}

static void
listen_on(struct daemon *d, const struct listen_at *l)
{
	char text[PEER_TEXT];
	int fd = udp_listen(&l->at, l->v6only ? UDP_V6ONLY : 0, NULL);

	if (fd == -1)
		start_fail(errno == EACCES || errno == EPERM ? EX_NOPERM
							     : EX_UNAVAILABLE,
		    "cannot listen on %s: %s; %s", peer_text(&l->at, text),
		    strerror(errno), advice(errno));
	add_socket(d, fd, l->large);
}

static size_t
listen_addresses(const struct daemon *d, struct listen_at l[static LISTEN_MAX])
{
	size_t n;
	const char *what = listen_list(&d->now.t, l, &n);

	if (what)
		start_fail(EX_CONFIG, "%s", what);
	return n;
}

/* A socket of inetd or systemd: the port tells which service it is. */
static void
adopt(struct daemon *d, int fd)
{
	uint16_t large = d->now.t.large_port;
	struct peer at;

	if (udp_adopt(fd, &at) == -1)
		start_fail(EX_USAGE,
		    "descriptor %d: %s; tftpd is a \"dgram udp wait\" service",
		    fd, strerror(errno));
	add_socket(d, fd, at.port == (large ? large : TFTP_LARGE_PORT));
}

/* The configuration is checked for it, but -s may say another port. */
static void
check_ports(const struct daemon *d)
{
	if (d->now.t.large_port && d->now.t.large_port == d->now.t.port)
		start_fail(EX_USAGE,
		    "-s: port %u serves RFC 1350 already; name another one, as "
		    "in -s 1408 59",
		    (unsigned int)d->now.t.port);
	if (d->now.t.single_port && d->now.t.port_range.first)
		start_fail(EX_USAGE,
		    "-R: with single_port no transfer has a port of its own; "
		    "leave one of them out");
}

static void
sockets(struct daemon *d)
{
	struct listen_at l[LISTEN_MAX];
	size_t n = listen_addresses(d, l);

	/* a reload frees the configuration of the start */
	memcpy(
	    d->listen, d->now.t.listen, d->now.t.nlisten * sizeof d->listen[0]);
	d->now.t.listen = d->listen;
	start_sockets(&d->start);
	if (d->start.mode == START_STANDALONE) {
		for (size_t i = 0; i < n; i++)
			listen_on(d, &l[i]);
		return;
	}
	for (size_t i = 0; i < d->start.nfd; i++)
		adopt(d, d->start.fd[i]);
}

/*
 * The tree of a new configuration.  Rights have ended: one that is not below
 * the tree of the start cannot be read any more, which shows here and not
 * with the first client.  -1 and errno.
 */
static int
open_new_tree(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return -1;
	(void)close(fd);
	return root_open(dir);
}

/* Take c over; false: nothing has changed. */
static bool
adopt_conf(struct daemon *d, struct conf *c)
{
	struct server_conf next;
	int rootfd = -1;

	settings_apply(&d->settings, c, &next);
	next.digests = d->digests;
	if (strcmp(next.tree, d->now.tree) != 0 &&
	    (rootfd = open_new_tree(next.tree)) == -1) {
		log_err("%s: %s: keeping the old configuration; another tree "
			"wants a restart",
		    next.tree, strerror(errno));
		return false;
	}
	if (server_reload(d->server, &next, rootfd) == -1) {
		log_err("reload: %s: keeping the old configuration",
		    strerror(errno));
		if (rootfd != -1)
			(void)close(rootfd);
		return false;
	}
	(void)virt_check(c, d->server->opener.rootfd, template_warning);
	main_tell_changes(d, &next);
	uploads_tell_changes(&d->now, &next);
	if (next.t.json_log &&
	    (!d->json_log || strcmp(next.t.json_log, d->json_log) != 0))
		log_warning("json_log %s takes effect with the next start only",
		    next.t.json_log);
	next.t.listen = d->now.t.listen; /* they stay in force */
	next.t.nlisten = d->now.t.nlisten;
	next.t.family = d->now.t.family;
	next.t.port = d->now.t.port;
	next.t.large_port = d->now.t.large_port;
	d->now = next;
	return true;
}

/* SIGHUP: a whole new configuration, or the old one and why. */
static void
reload(struct daemon *d)
{
	struct conf *c = start_reload(&d->start), *unused = c;

	if (!c)
		return;
	if (adopt_conf(d, c)) {
		unused = d->conf;
		d->conf = c;
		log_info("configuration loaded: serving %s", d->now.tree);
	}
	conf_free(unused);
}

static void
on_signal(void *arg, int signo)
{
	struct daemon *d = arg;

	if (signo == SIGUSR1)
		server_tell(d->server);
	if (signo != SIGHUP)
		return;
	if (json_log_reopen(&d->server->json) == -1)
		log_warning("json_log %s cannot be opened anew: %s",
		    d->json_log, strerror(errno));
	if (log_reopen() == -1)
		log_warning(
		    "the log file cannot be opened anew: %s", strerror(errno));
	reload(d);
}

static struct priv_rules
rights(const struct daemon *d, const struct priv_path *tree)
{
	bool said = d->start.user != NULL;

	return (struct priv_rules){
	    .user = said ? d->start.user : d->now.t.user,
	    .user_default = !said,
	    .path = tree,
	    .npath = 1,
	};
}

/* The process that computes digests: it has fewer rights than we will. */
static void
start_digests(struct daemon *d)
{
	const struct priv_path tree = {d->now.tree, PRIV_READ};
	const struct priv_rules rules = rights(d, &tree);

	if (d->now.t.digests == CONF_DIGESTS_NO)
		return;
	d->digests = sums_start(&rules);
	if (!d->digests)
		start_fail(
		    EX_OSERR, "a process for digests: %s", strerror(errno));
	d->now.digests = d->digests;
}

/* After going to the background: a loop does not follow a fork. */
static struct loop *
serve_on_loop(struct daemon *d, int rootfd)
{
	struct loop *loop = loop_new();

	if (!loop || loop_signals(loop, on_signal, d) == -1)
		start_fail(EX_OSERR, "event loop: %s", strerror(errno));
	d->server = server_new(
	    loop, &d->now, rootfd, d->start.mode != START_STANDALONE);
	if (!d->server)
		start_fail(EX_OSERR, "%u clients: %s", d->now.t.max_clients,
		    strerror(errno));
	if (d->digests && server_digests(d->server, d->digests) == -1)
		start_fail(EX_OSERR, "digests: %s", strerror(errno));
	for (size_t i = 0; i < d->nsock; i++)
		if (server_listen(d->server, d->sock[i].fd, d->sock[i].large) ==
		    -1)
			start_fail(EX_OSERR, "a listening socket: %s",
			    strerror(errno));
	return loop;
}

/* Who has a lease: the journal is watched from now, read without rights. */
static struct who_file *
follow_leases(const struct daemon *d)
{
	const struct conf_dhcpd *c = &d->conf->dhcpd;
	struct who_file *who = who_file_new(c->lease_file, c->max_leases);

	if (!who)
		start_fail(EX_OSERR, "lease file: %s", strerror(errno));
	priv_also_folder(c->lease_file, PRIV_READ);
	server_leases(d->server, who);
	return who;
}

/* The file of records, which is to be opened anew without rights. */
static void
json_log(struct daemon *d)
{
	const struct priv_rules rules = rights(d, NULL);
	const char *path = d->now.t.json_log;
	unsigned int uid, gid;

	if (!path)
		return;
	d->json_log = strdup(path); /* a reload frees that of the start */
	if (!d->json_log || json_log_open(&d->server->json, d->json_log) == -1)
		start_fail(
		    EX_CANTCREAT, "json_log %s: %s", path, strerror(errno));
	if (priv_user(&rules, &uid, &gid) == 0 &&
	    fchown(d->server->json.fd, uid, gid) == -1)
		log_warning("json_log %s: cannot be given to user %u: %s; it "
			    "cannot be opened anew after a rotation",
		    path, uid, strerror(errno));
	priv_also_folder(path, PRIV_APPEND);
}

/* Where somebody may write: what that needs is kept. */
static void
uploads(const struct daemon *d)
{
	if (!uploads_prepare(&d->now))
		return;
	if (server_uploads(d->server, d->now.t.max_uploads) == -1)
		start_fail(EX_OSERR, "%u uploads: %s", d->now.t.max_uploads,
		    strerror(errno));
}

/* No rights but to read the tree, and what start.c wants to keep. */
static void
drop_rights(const struct daemon *d)
{
	const struct priv_path tree = {d->now.tree, PRIV_READ};
	const struct priv_rules rules = rights(d, &tree);

	if (priv_drop(&rules) == -1)
		exit(EX_NOPERM); /* it has said why */
	if (access(d->now.tree, X_OK) == -1)
		log_warning("%s: %s: tftpd's user cannot enter the boot tree",
		    d->now.tree, strerror(errno));
}

static void
pid_file(struct daemon *d)
{
	const struct priv_rules rules = rights(d, NULL);
	unsigned int uid, gid;

	if (priv_user(&rules, &uid, &gid) == -1)
		exit(EX_NOUSER); /* it has said why */
	start_pid_file(&d->start, d->now.t.pid_file, uid, gid);
}

static bool
is_dir(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

/* Ours, and those of other servers. */
static void
take_options(struct daemon *d, int argc, char *argv[])
{
	static struct foreign f;
	bool ok = foreign_flags(argc, argv, is_dir, &f);

	if (!ok) {
		(void)log_open(d->start.ident, LOG_TO_STDERR, NULL);
		start_fail(EX_USAGE, "%s", f.why);
	}
	start_options(&d->start, f.argc, f.argv);
	if (d->settings.json_log)
		d->settings.json_log = start_abspath(d->settings.json_log);
	if (d->settings.pid_file)
		d->settings.pid_file = start_abspath(d->settings.pid_file);
}

int
main(int argc, char *argv[])
{
	struct daemon d = {.start = {.ident = "tftpd",
			       .synopsis = "serve a boot tree by TFTP",
			       .opt = settings_opt,
			       .nopt = SETTINGS_OPTS,
			       .arg = &d.settings}};
	struct who_file *who;
	struct loop *loop;
	int rootfd;

	take_options(&d, argc, argv);
	d.conf = start_conf(&d.start);
	settings_apply(&d.settings, d.conf, &d.now);
	check_ports(&d);
	rootfd = open_tree(d.now.tree);
	check_templates(&d, rootfd);
	if (d.start.check)
		start_check_ok(&d.start, d.conf);
	sockets(&d);
	d.max_clients = d.now.t.max_clients;
	d.user = strdup(d.now.t.user);
	d.pid_file = strdup(d.now.t.pid_file);
	if (!d.user || !d.pid_file)
		start_fail(EX_OSERR, "out of memory");
	start_nofile((size_t)d.max_clients * CLIENT_FDS + SPARE_FDS +
		     (size_t)d.now.t.max_uploads * UPLOAD_FDS);
	start_log(&d.start);
	start_background(&d.start);
	pid_file(&d);
	start_digests(&d);
	loop = serve_on_loop(&d, rootfd);
	who = follow_leases(&d);
	uploads(&d);
	json_log(&d);
	drop_rights(&d);
	main_tell_start(&d);
	uploads_sweep(d.server->opener.rootfd, &d.now);
	who_file_start(who);
	start_ready(&d.start);
	if (loop_run(loop) == -1)
		log_err("event loop: %s", strerror(errno));
	server_free(d.server);
	sums_free(d.digests);
	loop_free(loop);
	log_info("ended");
	start_end(&d.start);
	conf_free(d.conf);
	free(d.user);
	free(d.pid_file);
	free(d.json_log);
	return 0;
}
