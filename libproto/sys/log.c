/*
 * log.c - one line per thing that happened, to syslog, stderr or a file.
 *
 * The same line again within a second is only counted; the count is told
 * when another line comes, when the second has passed (loop.c sees to that),
 * or by log_flush().  Of lines of one kind only so many are written in a
 * minute (log_limit.c).
 *
 * Syslog is connected at log_open(), before the rights end; should the
 * system logger start anew, syslog(3) connects again (a Unix socket, which
 * the seccomp filter allows and Landlock does not look at).
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/log_limit.h"
#include "sys/log_write.h"

enum {
	LINE = LOG_LINE,
	FOLD_MS = 1000
};

static struct {
	char ident[32];
	enum log_to to;
	enum log_level most;
	char *path;
	int fd;	   /* LOG_TO_FILE */
	bool echo; /* errors go to stderr, too */
	/* the line that was written last */
	char last[LINE];
	size_t last_len;
	enum log_level last_level;
	int64_t last_ms;
	unsigned int repeated;
	struct log_limit limit;
} lg = {.ident = "", .most = LOG_LEVEL_INFO, .fd = -1};

static int64_t
now_ms(void)
{
	struct timespec ts;

	/* the time of the last tick is good enough, and cheap */
	if (clock_gettime(CLOCK_MONOTONIC_COARSE, &ts) == -1)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
put(enum log_level level, const char *text, size_t len)
{
	if (lg.to == LOG_TO_SYSLOG)
		syslog(log_levels[level].priority, "%.*s", (int)len, text);
	else
		log_write(level, text, len);
	if (lg.echo && level == LOG_LEVEL_ERR && lg.to != LOG_TO_STDERR)
		(void)dprintf(STDERR_FILENO, "%s: error: %.*s\n", lg.ident,
		    (int)len, text);
}

/* ---- what is counted only ---- */

static void
tell_repeated(void)
{
	char line[LINE];

	if (lg.repeated == 0)
		return;
	(void)snprintf(line, sizeof line, "repeated %u time%s: %.*s",
	    lg.repeated, lg.repeated == 1 ? "" : "s", LINE - 64, lg.last);
	lg.repeated = 0;
	put(lg.last_level, line, strlen(line));
}

/* What was left out in a minute that is over; all: in this one too. */
static void
tell_left_out(int64_t now, bool all)
{
	char line[LINE];
	struct log_kind *k;

	while ((k = log_limit_told(&lg.limit, now, all))) {
		(void)snprintf(line, sizeof line, "left out %u line%s like: %s",
		    k->left_out, k->left_out == 1 ? "" : "s", k->last);
		log_limit_clear(&lg.limit, k);
		put(k->level, line, strlen(line));
	}
}

void
log_flush(void)
{
	tell_repeated();
	tell_left_out(now_ms(), false);
}

int
log_flush_due(void)
{
	int64_t now = now_ms(), due = log_limit_due(&lg.limit, now), left;

	if (lg.repeated == 0)
		return (int)due;
	left = lg.last_ms + FOLD_MS - now;
	if (left < 0)
		left = 0;
	return (int)(due == -1 || left < due ? left : due);
}

/* Was the same line written within the last second? */
static bool
is_repeated(enum log_level level, const char *text, size_t len, int64_t now)
{
	return level == lg.last_level && len == lg.last_len &&
	       memcmp(text, lg.last, len) == 0 && now - lg.last_ms < FOLD_MS;
}

static void
put_new(enum log_level level, const char *text, size_t len, int64_t now)
{
	tell_repeated();
	memcpy(lg.last, text, len); /* at most LINE - 1 */
	lg.last[len] = '\0';
	lg.last_len = len;
	lg.last_level = level;
	lg.last_ms = now;
	put(level, text, len);
}

/* ---- what callers say ---- */

void
log_text(enum log_level level, const void *kind, unsigned int most,
    const char *text, size_t len)
{
	int saved = errno;
	int64_t now;

	if (level > lg.most)
		return;
	if (len > LINE - 1)
		len = LINE - 1;
	now = now_ms();
	tell_left_out(now, false);
	if (most != LOG_EACH && is_repeated(level, text, len, now))
		lg.repeated++;
	else if (level == LOG_LEVEL_DEBUG || most == LOG_EACH ||
		 log_limit_take(&lg.limit, kind, most, now, level, text, len))
		put_new(level, text, len, now);
	errno = saved;
}

static void __attribute__((format(printf, 3, 0)))
vlog(enum log_level level, unsigned int most, const char *fmt, va_list ap)
{
	int saved = errno;
	char text[LINE];

	if (level > lg.most)
		return;
	if (vsnprintf(text, sizeof text, fmt, ap) < 0)
		(void)snprintf(text, sizeof text, "%s", fmt);
	log_text(level, fmt, most, text, strlen(text));
	errno = saved;
}

/* The four that all callers use. */
#define LOG_FUNCTION(name, level, most)       \
	void name(const char *fmt, ...)       \
	{                                     \
		va_list ap;                   \
                                              \
		va_start(ap, fmt);            \
		vlog(level, (most), fmt, ap); \
		va_end(ap);                   \
	}
LOG_FUNCTION(log_err, LOG_LEVEL_ERR, LOG_MOST_STRANGERS)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING, LOG_MOST_STRANGERS)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO, LOG_MOST)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG, LOG_MOST)

/* ---- opened and closed ---- */

static int
open_file(const char *path)
{
	return open(
	    path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
}

/* JOURNAL_STREAM says device:inode of the pipe or socket (systemd.exec(5)). */
static bool
stderr_is_journal(void)
{
	const char *s = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat sb;
	char *end;

	if (!s || fstat(STDERR_FILENO, &sb) == -1)
		return false;
	dev = strtoull(s, &end, 10);
	if (*end != ':')
		return false;
	ino = strtoull(end + 1, &end, 10);
	return *end == '\0' && dev == (unsigned long long)sb.st_dev &&
	       ino == (unsigned long long)sb.st_ino;
}

int
log_open(const char *ident, enum log_to to, const char *path)
{
	log_close();
	tzset(); /* reads /etc/localtime while it may */
	(void)snprintf(lg.ident, sizeof lg.ident, "%s", ident);
	log_write_to(
	    lg.ident, LOG_TO_STDERR, STDERR_FILENO, stderr_is_journal());
	if (to == LOG_TO_FILE) {
		lg.fd = open_file(path);
		if (lg.fd == -1)
			return -1;
		lg.path = strdup(path);
		if (!lg.path) {
			log_close();
			errno = ENOMEM;
			return -1;
		}
		log_write_to(lg.ident, to, lg.fd, false);
	}
	if (to == LOG_TO_SYSLOG)
		openlog(lg.ident, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	lg.to = to;
	return 0;
}

int
log_reopen(void)
{
	int fd;

	if (lg.to != LOG_TO_FILE)
		return 0;
	log_flush();
	fd = open_file(lg.path);
	if (fd == -1)
		return -1;
	(void)close(lg.fd);
	lg.fd = fd;
	log_write_to(lg.ident, lg.to, fd, false);
	return 0;
}

void
log_give(unsigned int uid, unsigned int gid)
{
	if (lg.fd != -1 && fchown(lg.fd, uid, gid) == -1)
		log_warning("log file %s: cannot be given to user %u: %s; it "
			    "cannot be opened anew after a rotation",
		    lg.path, uid, strerror(errno));
}

const char *
log_ident(void)
{
	return lg.ident;
}

bool
log_is_stderr(void)
{
	return lg.to == LOG_TO_STDERR;
}

void
log_echo(bool on)
{
	lg.echo = on;
}

void
log_level(enum log_level most)
{
	lg.most = most;
}

enum log_level
log_level_get(void)
{
	return lg.most;
}

void
log_close(void)
{
	tell_repeated();
	tell_left_out(now_ms(), true);
	log_release();
	if (lg.to == LOG_TO_SYSLOG)
		closelog();
	if (lg.fd != -1)
		(void)close(lg.fd);
	free(lg.path);
	lg.path = NULL;
	lg.fd = -1;
	lg.to = LOG_TO_STDERR;
	lg.last[0] = '\0';
	lg.last_len = 0;
	lg.last_ms = 0;
	memset(&lg.limit, 0, sizeof lg.limit);
	log_write_to(lg.ident, LOG_TO_STDERR, STDERR_FILENO, false);
}
