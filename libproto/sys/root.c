/*
 * root.c - the boot tree: files opened below one directory and nowhere else.
 *
 * openat2(2) with RESOLVE_IN_ROOT treats the tree as the root directory: a
 * leading slash, "..", and symbolic links (absolute ones too) lead to places
 * inside it.  RESOLVE_BENEATH would refuse the leading slash that ROMs send.
 * Kernels before 5.6 and some container filters lack the call; then the path
 * is walked here, name by name, and ".." and all symbolic links are refused.
 *
 * O_NONBLOCK: a FIFO in the tree must not hang the daemon.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef HAVE_LINUX_OPENAT2_H
#include <linux/openat2.h>
#endif

#include "sys/log.h"
#include "sys/root.h"

enum {
	OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	TRIES = 8 /* EAGAIN: the tree changed under the look-up */
};

int
root_open(const char *dir)
{
	return open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

#if defined(HAVE_LINUX_OPENAT2_H) && defined(SYS_openat2)
static int
open_resolving(int rootfd, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {
	    .flags = (unsigned int)flags,
	    .resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	for (int i = 0; i < TRIES; i++) {
		fd = syscall(SYS_openat2, rootfd, path, &how, sizeof how);
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return (int)fd;
}

/*
 * A link that leads out of the tree looks into it instead and finds nothing
 * there: RESOLVE_BENEATH tells it from a name that is not there at all.
 */
static int
open_in_root(int rootfd, const char *path)
{
	int fd = open_resolving(rootfd, path, OPEN_FLAGS, RESOLVE_IN_ROOT);

	if (fd == -1 && errno == ENOENT) {
		path += strspn(path, "/");
		fd = open_resolving(rootfd, path, OPEN_FLAGS, RESOLVE_BENEATH);
	}
	return fd;
}

static int
open_folder(int rootfd, const char *path, int flags, bool beneath)
{
	return open_resolving(
	    rootfd, path, flags, beneath ? RESOLVE_BENEATH : RESOLVE_IN_ROOT);
}
#else
static int
open_in_root(int rootfd, const char *path)
{
	(void)rootfd;
	(void)path;
	errno = ENOSYS;
	return -1;
}

static int
open_folder(int rootfd, const char *path, int flags, bool beneath)
{
	(void)rootfd, (void)path, (void)flags, (void)beneath;
	errno = ENOSYS;
	return -1;
}
#endif

/* The next name of *path into name, *path behind it; false at the end. */
static bool
next_name(const char **path, char name[static 256], bool *toolong)
{
	const char *p = *path + strspn(*path, "/");
	size_t len = strcspn(p, "/");

	*toolong = len > 255;
	if (len == 0 || *toolong)
		return false;
	memcpy(name, p, len);
	name[len] = '\0';
	*path = p + len;
	return true;
}

static int
walk(int rootfd, const char *path, int flags)
{
	int dir = rootfd, fd = -1;
	char name[256];
	bool toolong;

	errno = ENOENT;
	while (next_name(&path, name, &toolong)) {
		bool last = path[strspn(path, "/")] == '\0';

		if (strcmp(name, "..") == 0) {
			errno = EACCES;
			fd = -1;
			break;
		}
		fd = openat(dir, name,
		    O_NOFOLLOW |
			(last ? flags : O_PATH | O_DIRECTORY | O_CLOEXEC));
		if (dir != rootfd)
			(void)close(dir);
		dir = rootfd;
		if (last || fd == -1)
			return fd;
		dir = fd;
	}
	if (dir != rootfd)
		(void)close(dir);
	if (toolong)
		errno = ENAMETOOLONG;
	return -1;
}

int
root_walk(int rootfd, const char *path)
{
	return walk(rootfd, path, OPEN_FLAGS);
}

/* What a caller has to tell apart: not there, not allowed, not a file. */
static int
plain_errno(int e)
{
	switch (e) {
	case ENOTDIR:
	case ENAMETOOLONG:
		return ENOENT;
	case EXDEV: /* openat2: outside */
	case ELOOP: /* root_walk: a symbolic link; or a circle of them */
	case EPERM:
		return EACCES;
	case ENXIO: /* a socket, or a device without a driver */
	case ENODEV:
		return EINVAL;
	default:
		return e;
	}
}

static int
open_any(int rootfd, const char *path)
{
	static bool told;
	int fd = open_in_root(rootfd, path);

	if (fd != -1 || (errno != ENOSYS && errno != EPERM))
		return fd;
	if (errno == ENOSYS && !told) {
		log_warning("this kernel has no openat2: symbolic links in "
			    "the boot tree are refused");
		told = true;
	}
	return root_walk(rootfd, path);
}

int
root_open_file(
    int rootfd, const char *path, uint64_t *ret_size, int64_t *ret_mtime_ns)
{
	struct stat sb;
	int e, fd = open_any(rootfd, path);

	if (fd == -1) {
		errno = plain_errno(errno);
		return -1;
	}
	if (fstat(fd, &sb) == -1)
		e = errno;
	else if (S_ISDIR(sb.st_mode))
		e = EISDIR;
	else
		e = S_ISREG(sb.st_mode) ? 0 : EINVAL;
	if (e) {
		(void)close(fd);
		errno = e;
		return -1;
	}
	*ret_size = (uint64_t)sb.st_size;
	*ret_mtime_ns =
	    (int64_t)sb.st_mtim.tv_sec * 1000000000 + sb.st_mtim.tv_nsec;
	return fd;
}

int
root_open_folder(int rootfd, const char *path)
{
	struct stat sb;
	int fd;

	path += strspn(path, "/");
	fd = open_any(rootfd, *path ? path : ".");
	if (fd == -1) {
		errno = plain_errno(errno);
		return -1;
	}
	if (fstat(fd, &sb) == 0 && S_ISDIR(sb.st_mode))
		return fd;
	(void)close(fd);
	errno = ENOTDIR;
	return -1;
}

static int
folder_any(int fd, const char *path, int flags, bool beneath)
{
	int dir;

	path += strspn(path, "/");
	if (*path == '\0')
		return openat(fd, ".", flags);
	dir = open_folder(fd, path, flags, beneath);
	if (dir != -1 || (errno != ENOSYS && errno != EPERM))
		return dir;
	return walk(fd, path, flags);
}

int
root_open_dir(int fd, const char *path, bool beneath, bool *ret_listable)
{
	const int flags = O_DIRECTORY | O_CLOEXEC;
	int dir = folder_any(fd, path, flags | O_RDONLY, beneath);

	*ret_listable = dir != -1;
	if (dir == -1 && errno == EACCES)
		dir = folder_any(fd, path, flags | O_PATH, beneath);
	if (dir == -1)
		errno = plain_errno(errno);
	return dir;
}
