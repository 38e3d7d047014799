/*
 * log.h - one line per thing that happened, to syslog, stderr or a file.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_LOG_H
#define REMOTEBOOT_SYS_LOG_H

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
 * appending, created 0640).  0, or -1 and errno (then stderr is used).
 */
int log_open(const char *ident, enum log_to to, const char *path);
/* Open the file anew after it was rotated away; keeps the old one on error. */
int log_reopen(void);
void log_level(enum log_level most);
enum log_level log_level_get(void);
void log_close(void);

/*
 * A line, without newline.  The same line again within a second is counted
 * and told once as "repeated N times".
 */
void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Tell what is still counted: at the end, and from time to time. */
void log_flush(void);

#endif
