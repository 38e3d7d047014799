/*
 * log_write.c - log lines to stderr or to a file, and what a full disk did not
 * take.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "sys/log_write.h"

enum {
	LINE = LOG_LINE,
	STAMP = 40,
	HELD = 16 * 1024
};

const struct log_level_name log_levels[LOG_LEVELS] = {
    [LOG_LEVEL_ERR] = {LOG_ERR, "error: "},
    [LOG_LEVEL_WARNING] = {LOG_WARNING, "warning: "},
    [LOG_LEVEL_INFO] = {LOG_INFO, ""},
    [LOG_LEVEL_DEBUG] = {LOG_DEBUG, "debug: "},
};

static struct {
	enum log_to to;
	int fd;
	const char *ident;
	bool journal; /* stderr goes to systemd's journal */
	/* what a full disk did not take */
	unsigned int lost;
	int lost_why; /* errno */
	bool torn;    /* the last thing in the file is a part of a line */
	/* lines that wait for log_release() */
	bool hold;
	size_t nheld;
	char held[HELD];
} out = {.to = LOG_TO_STDERR, .fd = STDERR_FILENO, .ident = ""};

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

/* ---- lines ---- */

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
	add_str(l, out.ident);
	add_str(l, pid);
}

/* "<6>" for the journal, else "dhcpd: " */
static void
begin_stderr(struct line *l, enum log_level level)
{
	char priority[16];

	if (out.journal) {
		(void)snprintf(priority, sizeof priority, "<%d>",
		    log_levels[level].priority);
		add_str(l, priority);
		return;
	}
	add_str(l, out.ident);
	if (out.ident[0])
		add_str(l, ": ");
}

static void
begin(struct line *l, enum log_level level)
{
	l->len = 0;
	if (out.to == LOG_TO_FILE)
		begin_file(l);
	else
		begin_stderr(l, level);
	if (out.to == LOG_TO_FILE || !out.journal)
		add_str(l, log_levels[level].word);
}

/* ---- to stderr or to a file ---- */

/* Returns how much was written: all of it unless there was an error. */
static size_t
write_some(const char *text, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write(out.fd, text + done, len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}

/* There may be room again: say what is missing.  false: there is none. */
static bool
tell_lost(void)
{
	struct line l;
	char text[LINE];

	if (out.torn && write_some("\n", 1) == 0)
		return false;
	out.torn = false;
	(void)snprintf(text, sizeof text, "%u line%s of the log lost: %s",
	    out.lost, out.lost == 1 ? "" : "s", strerror(out.lost_why));
	begin(&l, LOG_LEVEL_WARNING);
	add_str(&l, text);
	l.text[l.len++] = '\n';
	if (write_some(l.text, l.len) < l.len) {
		out.torn = true; /* at worst an empty line */
		return false;
	}
	out.lost = 0;
	return true;
}

/* Lines, each with its newline; those that cannot be written are counted. */
static void
write_lines(const char *text, size_t len)
{
	size_t done = 0;

	if (!out.lost || tell_lost())
		done = write_some(text, len);
	if (done == len)
		return;
	out.lost_why = errno;
	if (done)
		out.torn = text[done - 1] != '\n';
	for (; done < len; done++)
		out.lost += text[done] == '\n';
}

static void
write_held(void)
{
	if (out.nheld)
		write_lines(out.held, out.nheld);
	out.nheld = 0;
}

/* One write(2), so that lines of several writers never mix. */
static void
write_line(const char *line, size_t len)
{
	if (!out.hold) {
		write_lines(line, len);
		return;
	}
	if (out.nheld + len > sizeof out.held)
		write_held();
	memcpy(out.held + out.nheld, line, len);
	out.nheld += len;
}

void
log_hold(void)
{
	out.hold = true;
}

void
log_release(void)
{
	int saved = errno;

	out.hold = false;
	write_held();
	errno = saved;
}

void
log_write(enum log_level level, const char *text, size_t len)
{
	struct line l;

	begin(&l, level);
	add(&l, text, len);
	l.text[l.len++] = '\n';
	write_line(l.text, l.len);
}

void
log_write_to(const char *ident, enum log_to to, int fd, bool journal)
{
	out.ident = ident;
	out.to = to;
	out.fd = fd;
	out.journal = journal;
	out.torn = false;
}
