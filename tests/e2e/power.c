/*
 * power.c - a recorder for LD_PRELOAD: what a daemon does to the files of one
 * folder, and which of it was synced; and a wall clock that jumps.
 *
 *	POWER_DIR	the folder whose files are watched; it exists
 *	POWER_LOG	where to note what happens, for power.py
 *	POWER_NOSYNC	set: fdatasync() does nothing and says that it did
 *	POWER_CLOCK	a file of 8 bytes: seconds that CLOCK_REALTIME is ahead
 *
 * The log has a line for each call that succeeded, written before the call
 * returns, so that what the log lacks has never been relied on:
 *
 *	NS create|open INO NAME		CLOCK_REALTIME in ns, inode, file name
 *	NS write INO OFFSET LENGTH	these bytes follow, and a newline
 *	NS trunc INO SIZE
 *	NS sync INO			fsync() and fdatasync()
 *	NS syncdir
 *	NS rename|link OLD NEW
 *	NS unlink NAME
 *
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	FILES = 4096, /* inodes that are remembered */
	LOG_FD = 200, /* far from the descriptors that a daemon counts on */
	LINE = 512
};

static int log_fd = -1;
static struct stat folder;
static bool nosync;
static ino_t file[FILES];
static size_t nfile;
static const volatile int64_t *ahead;

/* The function that we stand before. */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static void
give_up(const char *what)
{
	perror(what);
	_exit(99);
}

static void
open_clock(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *p =
	    fd == -1 ? MAP_FAILED
		     : mmap(NULL, sizeof(*ahead), PROT_READ, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		give_up(path);
	close(fd);
	ahead = p;
}

__attribute__((constructor)) static void
start(void)
{
	const char *dir = getenv("POWER_DIR"), *log = getenv("POWER_LOG"),
		   *clock = getenv("POWER_CLOCK");
	int fd;

	nosync = getenv("POWER_NOSYNC") != NULL;
	if (clock)
		open_clock(clock);
	if (!dir || !log)
		return;
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd == -1 || stat(dir, &folder) == -1)
		give_up(log);
	log_fd = fcntl(fd, F_DUPFD_CLOEXEC, LOG_FD);
	close(fd);
	if (log_fd == -1)
		give_up(log);
}

/* One line, and the bytes that belong to it. */
__attribute__((format(printf, 3, 4))) static void
note(const void *data, size_t len, const char *fmt, ...)
{
	char line[LINE];
	struct iovec v[3];
	struct timespec ts;
	ssize_t want;
	int n, saved = errno;
	va_list ap;

	REAL(clock_gettime)(CLOCK_REALTIME, &ts);
	n = snprintf(
	    line, LINE, "%lld%09ld ", (long long)ts.tv_sec, ts.tv_nsec);
	va_start(ap, fmt);
	n += vsnprintf(line + n, LINE - (size_t)n, fmt, ap);
	va_end(ap);
	v[0] = (struct iovec){line, (size_t)n};
	v[1] = (struct iovec){(void *)(uintptr_t)data, len};
	v[2] = (struct iovec){(void *)(uintptr_t) "\n", len ? 1 : 0};
	want = n + (ssize_t)len + (len ? 1 : 0);
	if (writev(log_fd, v, 3) != want)
		give_up("POWER_LOG");
	errno = saved;
}

static bool
is_folder(int fd)
{
	struct stat st;

	return log_fd != -1 && fd >= 0 && fstat(fd, &st) == 0 &&
	       st.st_dev == folder.st_dev && st.st_ino == folder.st_ino;
}

/* The inode when it is a file of the folder, else 0. */
static uintmax_t
watched(int fd)
{
	struct stat st;
	size_t i;

	if (log_fd == -1 || fstat(fd, &st) == -1 || st.st_dev != folder.st_dev)
		return 0;
	for (i = 0; i < nfile; i++)
		if (file[i] == st.st_ino)
			return st.st_ino;
	return 0;
}

static void
opened(int fd, const char *name, bool was)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return;
	if (!watched(fd)) {
		if (nfile == FILES)
			give_up("POWER_DIR: too many files");
		file[nfile++] = st.st_ino;
	}
	note(NULL, 0, "%s %ju %s\n", was ? "open" : "create",
	    (uintmax_t)st.st_ino, name);
}

/* ---- the calls ---- */

int
openat(int dir, const char *name, int flags, ...)
{
	struct stat st;
	bool ours = is_folder(dir), was;
	mode_t mode;
	va_list ap;
	int fd;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	was = ours && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	fd = REAL(openat)(dir, name, flags, mode);
	if (fd != -1 && ours)
		opened(fd, name, was);
	return fd;
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t at)
{
	ssize_t n = REAL(pwrite)(fd, data, len, at);
	uintmax_t ino = n > 0 ? watched(fd) : 0;

	if (ino)
		note(data, (size_t)n, "write %ju %jd %zd\n", ino, (intmax_t)at,
		    n);
	return n;
}

/* The place that write() writes to is known before it. */
ssize_t
write(int fd, const void *data, size_t len)
{
	uintmax_t ino = fd == log_fd ? 0 : watched(fd);
	off_t at = ino ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t n = REAL(write)(fd, data, len);

	if (ino && n > 0)
		note(data, (size_t)n, "write %ju %jd %zd\n", ino, (intmax_t)at,
		    n);
	return n;
}

int
ftruncate(int fd, off_t size)
{
	int rc = REAL(ftruncate)(fd, size);
	uintmax_t ino = rc == 0 ? watched(fd) : 0;

	if (ino)
		note(NULL, 0, "trunc %ju %jd\n", ino, (intmax_t)size);
	return rc;
}

static void
synced(int fd)
{
	uintmax_t ino = watched(fd);

	if (ino)
		note(NULL, 0, "sync %ju\n", ino);
	else if (is_folder(fd))
		note(NULL, 0, "syncdir\n");
}

int
fsync(int fd)
{
	int rc = REAL(fsync)(fd);

	if (rc == 0)
		synced(fd);
	return rc;
}

int
fdatasync(int fd)
{
	int rc;

	if (nosync)
		return 0;
	rc = REAL(fdatasync)(fd);
	if (rc == 0)
		synced(fd);
	return rc;
}

int
renameat(int d1, const char *old, int d2, const char *new)
{
	int rc = REAL(renameat)(d1, old, d2, new);

	if (rc == 0 && is_folder(d2))
		note(NULL, 0, "rename %s %s\n", old, new);
	return rc;
}

int
linkat(int d1, const char *old, int d2, const char *new, int flags)
{
	int rc = REAL(linkat)(d1, old, d2, new, flags);

	if (rc == 0 && is_folder(d2))
		note(NULL, 0, "link %s %s\n", old, new);
	return rc;
}

int
unlinkat(int dir, const char *name, int flags)
{
	int rc = REAL(unlinkat)(dir, name, flags);

	if (rc == 0 && is_folder(dir))
		note(NULL, 0, "unlink %s\n", name);
	return rc;
}

/* The names that programs with a 64-bit off_t call: where it has 64 bits. */
_Static_assert(sizeof(off_t) == 8, "power.c is for 64-bit systems");
int openat64(int dir, const char *name, int flags, ...)
    __attribute__((alias("openat")));
ssize_t pwrite64(int fd, const void *data, size_t len, off_t at)
    __attribute__((alias("pwrite")));
int ftruncate64(int fd, off_t size) __attribute__((alias("ftruncate")));

/* ---- the wall clock ---- */

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = REAL(clock_gettime)(id, ts);

	if (rc == 0 && ahead &&
	    (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		ts->tv_sec += *ahead;
	return rc;
}
