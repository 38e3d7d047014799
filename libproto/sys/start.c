/*
 * start.c - what the three daemons do alike from main() to the loop:
 * descriptors and sockets handed in, the log, the background, ready and end.
 * The options are in start_options.c, the pid file in start_pid.c, the
 * configuration in start_conf.c.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/priv.h"
#include "sys/start.h"
#include "sys/start_int.h"

enum {
	LISTEN_FDS_START = 3 /* sd_listen_fds(3) */
};

bool start_quiet;

/* What start_background() leaves for start_ready(). */
static int parent_fd = -1, null_fd = -1;

static bool
get_int(int fd, int name, int *value)
{
	socklen_t len = sizeof *value;

	return getsockopt(fd, SOL_SOCKET, name, value, &len) == 0;
}

bool
start_is_inetd(void)
{
	int type, family;

	return get_int(STDIN_FILENO, SO_TYPE, &type) &&
	       get_int(STDIN_FILENO, SO_DOMAIN, &family) &&
	       type == SOCK_DGRAM && (family == AF_INET || family == AF_INET6);
}

void
start_early(const struct start *st)
{
	bool inetd;
	int fd;

	do /* a socket must not land on 0, 1 or 2 */
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd != -1)
		(void)close(fd);
	inetd = start_is_inetd();
	start_quiet = inetd; /* stderr is a client's socket */
	(void)log_open(st->ident, inetd ? LOG_TO_SYSLOG : LOG_TO_STDERR, NULL);
}

static void
to_null(int first, int last)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int to = first; fd != -1 && to <= last; to++)
		(void)dup2(fd, to);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

/* LISTEN_PID and LISTEN_FDS: how many; 0 when they are not for us. */
static size_t
systemd_fds(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	uint64_t p, n;

	if (!pid || !fds || !text_number(pid, 1, INT32_MAX, &p) ||
	    p != (uint64_t)getpid() || !text_number(fds, 1, 1024, &n))
		return 0;
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	return (size_t)n;
}

void
start_sockets(struct start *st)
{
	size_t n = systemd_fds();

	if (n > START_FDS)
		start_fail(EX_CONFIG, "%zu sockets from systemd; %d at most", n,
		    START_FDS);
	st->mode = START_STANDALONE;
	st->nfd = 0;
	if (n > 0) {
		st->mode = START_SYSTEMD;
		for (; st->nfd < n; st->nfd++) {
			int fd = LISTEN_FDS_START + (int)st->nfd;

			(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
			st->fd[st->nfd] = fd;
		}
	} else if (start_is_inetd()) {
		int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

		if (fd == -1)
			start_fail(
			    EX_OSERR, "descriptor 0: %s", strerror(errno));
		st->mode = START_INETD;
		st->fd[st->nfd++] = fd;
	}
	to_null(STDIN_FILENO,
	    st->mode == START_INETD ? STDERR_FILENO : STDIN_FILENO);
}

static enum log_to
where_to_log(const struct start *st)
{
	if (st->log_path)
		return LOG_TO_FILE;
	if (st->mode == START_INETD)
		return LOG_TO_SYSLOG; /* -F or not: there is no stderr */
	return st->foreground || st->mode == START_SYSTEMD ? LOG_TO_STDERR
							   : LOG_TO_SYSLOG;
}

void
start_log(struct start *st)
{
	enum log_to to = where_to_log(st);

	if (to == LOG_TO_SYSLOG && access("/dev/log", F_OK) == -1)
		log_warning("no system logger at /dev/log: log lines are "
			    "lost; better -l FILE, or -F");
	if (log_open(st->ident, to, st->log_path) == -1)
		start_fail(EX_CANTCREAT, "log file %s: %s", st->log_path,
		    strerror(errno));
	if (to == LOG_TO_FILE) /* it is made anew after a rotation */
		priv_also_folder(st->log_path, PRIV_APPEND);
	log_echo(!start_quiet && to != LOG_TO_STDERR);
	if (st->verbosity >= 0)
		log_level((enum log_level)st->verbosity);
}

/* The parent: leave with what the child says, or with what it died of. */
_Noreturn static void
wait_for_child(int fd, pid_t child)
{
	unsigned char code;
	int status;
	ssize_t n;

	do
		n = read(fd, &code, 1);
	while (n == -1 && errno == EINTR);
	if (n == 1)
		_exit(code);
	if (waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	    WEXITSTATUS(status) != 0)
		_exit(WEXITSTATUS(status)); /* it has said why */
	start_fail(EX_SOFTWARE, "died before it served");
}

void
start_background(struct start *st)
{
	int fd[2];
	pid_t child;

	if (st->foreground || st->mode != START_STANDALONE)
		return;
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd == -1 || pipe2(fd, O_CLOEXEC) == -1)
		start_fail(
		    EX_OSERR, "/dev/null or a pipe: %s", strerror(errno));
	child = fork();
	if (child == -1)
		start_fail(EX_OSERR, "fork: %s", strerror(errno));
	if (child > 0) {
		(void)close(fd[1]);
		wait_for_child(fd[0], child);
	}
	(void)close(fd[0]);
	parent_fd = fd[1];
	(void)setsid();
	(void)!chdir("/");
}

/* sd_notify(3): a datagram to the Unix socket that NOTIFY_SOCKET names. */
static void
notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (len == 0 || len >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, len);
	if (path[0] == '@') /* no file: an abstract name */
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, text, strlen(text), MSG_NOSIGNAL,
	    (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}

void
start_ready(struct start *st)
{
	(void)st;
	log_echo(false);
	notify("READY=1");
	if (parent_fd == -1)
		return;
	(void)!write(parent_fd, "", 1);
	(void)close(parent_fd);
	parent_fd = -1;
	(void)dup2(null_fd, STDOUT_FILENO);
	(void)dup2(null_fd, STDERR_FILENO);
	(void)close(null_fd);
	start_quiet = true;
}

void
start_end(struct start *st)
{
	(void)st;
	notify("STOPPING=1");
	start_pid_end();
	log_close();
}

void
start_nofile(size_t n)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1 || rl.rlim_cur >= n)
		return;
	rl.rlim_cur = n;
	if (rl.rlim_max < n)
		rl.rlim_max = n;
	if (setrlimit(RLIMIT_NOFILE, &rl) == 0)
		return;
	(void)getrlimit(RLIMIT_NOFILE, &rl);
	log_warning("room for %zu open files is wanted, %llu may be had: "
		    "raise the limit (ulimit -n) or lower max_clients",
	    n, (unsigned long long)rl.rlim_max);
	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}

_Noreturn void
start_fail(int code, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	log_err("%s", text);
	exit(code);
}
