/*
 * log.c - one line per thing that happened, to syslog, stderr or a file.
 *
 * The same line again within a second is only counted; the count is told
 * when another line comes, when the second has passed (loop.c sees to that),
 * or by log_flush().
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

enum {
	LINE = 1024, /* a longer line is cut */
	STAMP = 40,
	HELD = 16 * 1024,
	FOLD_MS = 1000
};

static const struct {
	int priority;
	const char *word; /* before the text, where syslog does not say it */
} levels[] = {
    [LOG_LEVEL_ERR] = {LOG_ERR, "error: "},
    [LOG_LEVEL_WARNING] = {LOG_WARNING, "warning: "},
    [LOG_LEVEL_INFO] = {LOG_INFO, ""},
    [LOG_LEVEL_DEBUG] = {LOG_DEBUG, "debug: "},
};

static struct {
	char ident[32];
	enum log_to to;
	enum log_level most;
	char *path;
	int fd;	      /* LOG_TO_FILE */
	bool journal; /* stderr goes to systemd's journal */
	/* the line that was written last */
	char last[LINE];
	size_t last_len;
	enum log_level last_level;
	int64_t last_ms;
	unsigned int repeated;
	/* lines that wait for log_release() */
	bool hold;
	size_t nheld;
	char held[HELD];
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

/*
 * 2026-11-22T10:02:42.123+01:00.  What stays the same for a second is kept:
 * a burst has thousands of lines in one.
 */
static void
stamp(char buf[static STAMP])
{
	static char date[20], zone[8];
	static time_t of = -1;
	struct timespec ts = {0};
	struct tm tm;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	if (ts.tv_sec != of) {
		if (!localtime_r(&ts.tv_sec, &tm))
			memset(&tm, 0, sizeof tm);
		(void)strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
		if (strftime(zone, sizeof zone, "%z", &tm) == 5) {
			memmove(zone + 4, zone + 3, 3); /* +0100 -> +01:00 */
			zone[3] = ':';
		}
		of = ts.tv_sec;
	}
	(void)snprintf(buf, STAMP, "%s.%03u%s", date,
	    (unsigned int)(ts.tv_nsec / 1000000) % 1000, zone);
}

static void
write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	do
		n = write(fd, text, len);
	while (n == -1 && errno == EINTR);
}

static int
line_fd(void)
{
	return lg.to == LOG_TO_FILE ? lg.fd : STDERR_FILENO;
}

static void
write_held(void)
{
	if (lg.nheld)
		write_all(line_fd(), lg.held, lg.nheld);
	lg.nheld = 0;
}

/* One write(2), so that lines of several writers never mix. */
static void
write_line(const char *line, size_t len)
{
	if (!lg.hold) {
		write_all(line_fd(), line, len);
		return;
	}
	if (lg.nheld + len > sizeof lg.held)
		write_held();
	memcpy(lg.held + lg.nheld, line, len);
	lg.nheld += len;
}

void
log_hold(void)
{
	lg.hold = true;
}

void
log_release(void)
{
	int saved = errno;

	lg.hold = false;
	write_held();
	errno = saved;
}

/* A line under construction; what has no room is cut off. */
struct line {
	size_t len;
	char text[LINE + STAMP + 64];
};

static void
add(struct line *l, const char *text, size_t len)
{
	size_t room = sizeof l->text - 1 - l->len; /* the newline's place */

	if (len > room)
		len = room;
	memcpy(l->text + l->len, text, len);
	l->len += len;
}

static void
add_str(struct line *l, const char *text)
{
	add(l, text, strlen(text));
}

/* "2026-11-22T10:02:42.123+01:00 dhcpd[123]: " */
static void
begin_file(struct line *l)
{
	char when[STAMP], pid[24];

	stamp(when);
	(void)snprintf(pid, sizeof pid, "[%ld]: ", (long)getpid());
	add_str(l, when);
	add_str(l, " ");
	add_str(l, lg.ident);
	add_str(l, pid);
}

/* "<6>" for the journal, else "dhcpd: " */
static void
begin_stderr(struct line *l, enum log_level level)
{
	char priority[16];

	if (lg.journal) {
		(void)snprintf(
		    priority, sizeof priority, "<%d>", levels[level].priority);
		add_str(l, priority);
		return;
	}
	add_str(l, lg.ident);
	if (lg.ident[0])
		add_str(l, ": ");
}

static void
put(enum log_level level, const char *text, size_t len)
{
	struct line l;

	if (lg.to == LOG_TO_SYSLOG) {
		syslog(levels[level].priority, "%.*s", (int)len, text);
		return;
	}
	l.len = 0;
	if (lg.to == LOG_TO_FILE)
		begin_file(&l);
	else
		begin_stderr(&l, level);
	if (lg.to == LOG_TO_FILE || !lg.journal)
		add_str(&l, levels[level].word);
	add(&l, text, len);
	l.text[l.len++] = '\n';
	write_line(l.text, l.len);
}

void
log_flush(void)
{
	char line[LINE];

	if (lg.repeated == 0)
		return;
	(void)snprintf(line, sizeof line, "repeated %u times: %.*s",
	    lg.repeated, LINE - 64, lg.last);
	lg.repeated = 0;
	put(lg.last_level, line, strlen(line));
}

int
log_flush_due(void)
{
	int64_t left = lg.last_ms + FOLD_MS - now_ms();

	if (lg.repeated == 0)
		return -1;
	return left > 0 ? (int)left : 0;
}

/* Counted only, because the same line was written within the last second? */
static bool
fold(enum log_level level, const char *text, size_t len)
{
	int64_t now = now_ms();

	if (level == lg.last_level && len == lg.last_len &&
	    memcmp(text, lg.last, len) == 0 && now - lg.last_ms < FOLD_MS) {
		lg.repeated++;
		return true;
	}
	log_flush();
	memcpy(lg.last, text, len); /* at most LINE - 1 */
	lg.last[len] = '\0';
	lg.last_len = len;
	lg.last_level = level;
	lg.last_ms = now;
	return false;
}

void
log_text(enum log_level level, const char *text, size_t len)
{
	int saved = errno;

	if (len > LINE - 1)
		len = LINE - 1;
	if (level <= lg.most && !fold(level, text, len))
		put(level, text, len);
	errno = saved;
}

static void __attribute__((format(printf, 2, 0)))
vlog(enum log_level level, const char *fmt, va_list ap)
{
	int saved = errno;
	char text[LINE];

	if (level > lg.most)
		return;
	if (vsnprintf(text, sizeof text, fmt, ap) < 0)
		(void)snprintf(text, sizeof text, "%s", fmt);
	log_text(level, text, strlen(text));
	errno = saved;
}

/* The four that all callers use. */
#define LOG_FUNCTION(name, level)       \
	void name(const char *fmt, ...) \
	{                               \
		va_list ap;             \
                                        \
		va_start(ap, fmt);      \
		vlog(level, fmt, ap);   \
		va_end(ap);             \
	}
LOG_FUNCTION(log_err, LOG_LEVEL_ERR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

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
	lg.journal = stderr_is_journal();
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
	log_flush();
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
}
