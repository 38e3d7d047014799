/*
 * start.h - what the three daemons do alike from main() to the loop.
 *
 * Order: options -> config -> tree -> sockets -> lease file -> log ->
 * background -> pid file -> drop -> loop.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_START_H
#define REMOTEBOOT_SYS_START_H

#include <stdbool.h>
#include <stddef.h>

#include "addr.h"
#include "conf.h"

enum {
	START_FDS = 16
};

/* How the daemon came to its sockets. */
enum start_mode {
	START_STANDALONE,
	START_INETD,
	START_SYSTEMD
};

enum start_kind {
	START_FLAG,  /* no value: true into a bool */
	START_TEXT,  /* into a const char *, not empty */
	START_NUMBER /* decimal, into 1, 2 or 4 bytes */
};

/* An option that only stores its value: where, and what may be written. */
struct start_value {
	enum start_kind kind;
	size_t at, size; /* place and bytes in the daemon's struct */
	size_t said;	 /* place of a bool that is set; 0: none */
	uint64_t min, max;
	uint32_t times; /* what is stored is so many times the number; 0: 1 */
	uint32_t per;	/* or one such part of it; 0: 1 */
	const char *wants; /* the complaint about any other value */
};

/* One command line option of a daemon, beside the common ones. */
struct start_opt {
	char letter;	  /* 0: only the long form */
	const char *name; /* long form without dashes; NULL: only the letter */
	const char *arg;  /* "DIR" for the usage line; NULL: takes none */
	const char *help; /* one line */
	/*
	 * Takes the value (NULL without arg); rest is what follows on the
	 * command line and *used counts the words taken from it (for
	 * "-s SIZE PORT").  NULL: fine, else what is wrong and what would be
	 * right.
	 */
	const char *(*take)(void *arg, const char *value, char *const *rest,
	    size_t nrest, size_t *used);
	const struct start_value *value; /* with it, take is NULL */
};

/* Take an option's value as start_options() does: its take() or its value. */
const char *start_take(const struct start_opt *o, void *arg, const char *value,
    char *const *rest, size_t nrest, size_t *used);

struct start {
	/* set by the daemon */
	const char *ident;    /* "tftpd" */
	const char *synopsis; /* one line: what it does */
	const struct start_opt *opt;
	size_t nopt;
	const char *operands; /* "[interface ...]" or NULL: none */
	void *arg;	      /* for take() and more() */
	conf_read_fn *more;   /* lines behind those of the file; or NULL */

	/* set by start_options(): the common flags */
	const char *conf_path; /* -C, or the compiled-in path */
	bool conf_said;	       /* -C was given: the file must be there */
	bool foreground;       /* -F */
	bool check;	       /* -t */
	const char *user;      /* -u or NULL */
	const char *log_path;  /* -l or NULL */
	int verbosity;	       /* -v LEVEL 0..3, -1: not given */
	char *const *operand;
	size_t noperand;

	/* set by start_sockets() */
	enum start_mode mode;
	int fd[START_FDS]; /* handed in */
	size_t nfd;
};

/*
 * First of all: descriptors 0-2 are opened when they are not.  Then read the
 * command line: the common flags -C FILE, -F, -t, -u USER, -l FILE,
 * -v LEVEL, -V, --help (long forms --config --foreground --check --user
 * --log --verbose --version --help) and the daemon's own.  -V and --help
 * print and exit 0; a mistake prints the line that says what is wrong and
 * what would be right, and exits 64 (EX_USAGE).  The letters may stand
 * together (-Ft), a value may follow its letter at once (-v2), long forms
 * take --name=VALUE or --name VALUE; "--" ends the options.  conf_path and
 * log_path become absolute, so that a reload finds them.
 */
void start_options(struct start *st, int argc, char *argv[]);
/*
 * Load the configuration: the file of -C, else the compiled-in one, else
 * (it is not there) the defaults, told in one log line.  With errors: prints
 * them all and exits 78 (EX_CONFIG).  Under -t (start->check) without errors
 * the caller checks its own things, then calls start_check_ok().
 */
struct conf *start_conf(struct start *st);
/* Print "FILE: no error found", the counts, and exit 0. */
_Noreturn void start_check_ok(const struct start *st, const struct conf *c);
/*
 * For SIGHUP: a new configuration, or NULL after the errors were logged
 * together with "keeping the old one".
 */
struct conf *start_reload(const struct start *st);

/*
 * Find out who started us and take the sockets: descriptor 0 from inetd (an
 * internet datagram socket there), LISTEN_FDS from systemd; then put
 * /dev/null on descriptor 0, and from inetd also on 1 and 2, which are the
 * socket.  The sockets in st->fd are for udp_adopt().
 */
void start_sockets(struct start *st);

/*
 * Log as the mode and the flags say: the file of -l; stderr under -F and
 * under systemd; else syslog.  Before that, lines go to stderr, from inetd
 * to syslog.  Exits 73 (EX_CANTCREAT) when the file cannot be opened.
 */
void start_log(struct start *st);
/*
 * Go to the background (standalone without -F): returns in the child; the
 * parent waits for start_ready() and exits with its result, so that "started"
 * means that the sockets are bound and the rights have ended.  A loop, and
 * locks by fcntl(2), are made after it: they do not follow a fork.
 */
void start_background(struct start *st);
/*
 * Write the pid file, its folder made and handed to the user when missing.
 * Standalone only; under -F only where path is not the default,
 * RUNSTATEDIR/remoteboot/IDENT.pid.  Another process that holds the lock: an
 * error line and exit 69 (EX_UNAVAILABLE).  A file that cannot be made: exit
 * 73 (EX_CANTCREAT); only a warning when it is the default one and we were
 * not started as root.
 */
void start_pid_file(
    struct start *st, const char *path, unsigned int uid, unsigned int gid);
/*
 * Tell the waiting parent, and systemd (NOTIFY_SOCKET), that we serve: after
 * priv_drop().  In the background descriptors 1 and 2 become /dev/null.
 */
void start_ready(struct start *st);
/* At the end: systemd told, the pid file removed, the log closed. */
void start_end(struct start *st);

/* path, or where it is not absolute a copy that is; never freed. */
const char *start_abspath(const char *path);
/*
 * Room for n descriptors (RLIMIT_NOFILE): before priv_drop().  A warning
 * line when there cannot be so many.
 */
void start_nofile(size_t n);

/*
 * One error line in the log and, until start_ready(), on stderr; then exit
 * with a sysexits(3) code.
 */
_Noreturn void start_fail(int code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
