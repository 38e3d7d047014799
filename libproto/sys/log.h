/*
 * log.h - one line per thing that happened, to syslog, stderr or a file.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_LOG_H
#define REMOTEBOOT_SYS_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_level {
	LOG_LEVEL_ERR,	   /* someone must act */
	LOG_LEVEL_WARNING, /* something is wrong, but served */
	LOG_LEVEL_INFO,	   /* one line per boot step */
	LOG_LEVEL_DEBUG	   /* per packet */
};

enum log_to {
	LOG_TO_STDERR,
	LOG_TO_SYSLOG,
	LOG_TO_FILE
};

/*
 * ident is the program's name.  path only for LOG_TO_FILE (opened for
 * appending, created 0640; absolute, if it is to be opened anew later).  0,
 * or -1 and errno (then stderr is used).  Before the first log_open() lines
 * go to stderr without a name.
 *
 * syslog: facility daemon, with the process number.  File:
 * "2026-11-22T10:02:42.123+01:00 tftpd[123]: text".  stderr: "tftpd: text",
 * or "<6>text" where it leads to systemd's journal.  Where syslog's priority
 * is not seen, "error: ", "warning: " or "debug: " stands before the text.
 */
int log_open(const char *ident, enum log_to to, const char *path);
/*
 * Open the file anew after it was rotated away: on SIGHUP.  0, also when the
 * log is no file; -1 and errno, and the old one is kept.
 */
int log_reopen(void);
/* Hand the file to the user the daemon will be; priv_drop() does it. */
void log_give(unsigned int uid, unsigned int gid);
const char *log_ident(void);
bool log_is_stderr(void);
/*
 * Until the daemon serves: errors that go to syslog or to a file are written
 * to stderr too, where the person who starts it looks.
 */
void log_echo(bool on);
void log_level(enum log_level most);
enum log_level log_level_get(void);
void log_close(void);

enum {
	LOG_EACH = 0,		 /* each one is written, and never folded */
	LOG_MOST = 10000,	 /* lines of one kind in a minute */
	LOG_MOST_STRANGERS = 500 /* of what anybody can cause without end */
};

/*
 * A line, without newline, cut at 2047 bytes; errno is kept.  The same line
 * again within a second is counted and told once as "repeated N times:
 * LINE".  Of one kind (those of one fmt) LOG_MOST are written in a minute,
 * of errors and warnings LOG_MOST_STRANGERS; further ones are counted and
 * told as "left out N lines like: LINE".  Lines for debugging are all
 * written.  What a file or stderr cannot take, on a full disk, is counted and
 * told when it can again.
 */
void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * The same without printf: len bytes of text, of a kind that the caller names
 * (compared as a pointer), at most so many of it in a minute, or LOG_EACH.
 */
void log_text(enum log_level level, const void *kind, unsigned int most,
    const char *text, size_t len);
/*
 * Between the two, lines to stderr or a file are kept and written together:
 * for the lines of one batch, not for longer.
 */
void log_hold(void);
void log_release(void);
/*
 * Tell how often the last line came, and what was left out in a minute that
 * is over; the loop does it, and log_close(), which tells all.
 */
void log_flush(void);
/* Milliseconds until log_flush() is due, 0: now; -1: nothing is counted. */
int log_flush_due(void);

#endif
