/*
 * start_pid.c - the pid file: held by flock(2) as long as the daemon lives,
 * removed at its end.
 *
 * Its folder belongs to the daemon's user, who could put anything there for
 * the next start by root to fall over: no symbolic link is followed, nothing
 * but a regular file with one name is written to.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/priv.h"
#include "sys/start.h"
#include "sys/start_int.h"

enum {
	TRIES = 16
};

static char *pid_path;
static int pid_fd = -1;
static int held_fd = -1; /* the file when another process holds it */

static bool
is_default(const struct start *st, const char *path)
{
	char usual[256];

	(void)snprintf(
	    usual, sizeof usual, RUNSTATEDIR "/remoteboot/%s.pid", st->ident);
	return strcmp(path, usual) == 0;
}

/* Make dir and what is above it; the last one becomes the user's. */
static int
make_folder(const char *dir, unsigned int uid, unsigned int gid)
{
	char *copy = strdup(dir);
	int rc = 0;

	if (!copy)
		return -1;
	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(copy, 0755);
		*p = '/';
	}
	if (mkdir(copy, 0755) == 0)
		rc = chown(copy, uid, gid);
	else if (errno != EEXIST)
		rc = -1;
	free(copy);
	return rc;
}

/* Does path still name the file that fd is? */
static bool
is_current(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int
open_plain(const char *path)
{
	int fd = open(
	    path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0644);
	struct stat sb;

	if (fd == -1)
		return -1;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) && sb.st_nlink <= 1)
		return fd;
	(void)close(fd);
	errno = EEXIST;
	return -1;
}

/* Locked and still in its place: the one that ends may just remove it. */
static int
open_locked(const char *path)
{
	for (int i = 0; i < TRIES; i++) {
		int saved, fd = open_plain(path);

		if (fd == -1)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_current(fd, path))
			return fd;
		saved = errno;
		if (saved == EWOULDBLOCK && is_current(fd, path)) {
			held_fd = fd;
			errno = EWOULDBLOCK;
			return -1;
		}
		(void)close(fd);
	}
	errno = EAGAIN;
	return -1;
}

_Noreturn static void
already(const struct start *st, const char *path)
{
	char text[32] = "";

	if (pread(held_fd, text, sizeof text - 1, 0) < 0)
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	start_fail(EX_UNAVAILABLE,
	    "%s is running already, process %s (%s is locked); stop it first",
	    st->ident, *text ? text : "unknown", path);
}

static void
cannot(const struct start *st, const char *path, const char *what)
{
	const char *why = strerror(errno);

	if (geteuid() != 0 && is_default(st, path)) {
		log_warning("%s %s: %s; running without it", what, path, why);
		return;
	}
	start_fail(EX_CANTCREAT, "%s %s: %s", what, path, why);
}

void
start_pid_file(
    struct start *st, const char *path, unsigned int uid, unsigned int gid)
{
	char *copy;
	const char *dir;

	if (!path || !*path || st->mode != START_STANDALONE ||
	    (st->foreground && is_default(st, path)))
		return;
	path = start_abspath(path);
	copy = strdup(path);
	pid_path = strdup(path);
	if (!copy || !pid_path)
		start_fail(EX_OSERR, "out of memory");
	dir = dirname(copy);
	if (make_folder(dir, uid, gid) == -1)
		cannot(st, path, "folder of the pid file");
	else if ((pid_fd = open_locked(path)) == -1) {
		if (errno == EWOULDBLOCK)
			already(st, path);
		cannot(st, path, "pid file");
	} else {
		priv_also_folder(path, PRIV_WRITE);
		if (ftruncate(pid_fd, 0) == -1 ||
		    dprintf(pid_fd, "%ld\n", (long)getpid()) < 0)
			cannot(st, path, "pid file");
	}
	free(copy);
}

void
start_pid_end(void)
{
	if (pid_fd == -1)
		return;
	/* in a folder that is not the user's it stays, empty and unlocked */
	(void)!ftruncate(pid_fd, 0);
	(void)unlink(pid_path);
	(void)close(pid_fd);
	free(pid_path);
	pid_path = NULL;
	pid_fd = -1;
}
