/*
 * leasefile_disk.h - what reaches the disk in which order, and a disk that
 * fails, for tests.  Their link line says -Wl,--wrap=... of these calls.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASEFILE_DISK_H
#define REMOTEBOOT_LEASEFILE_DISK_H

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leasefile_try.h"

int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_renameat(int d1, const char *p1, int d2, const char *p2);
ssize_t __real_pwrite(int fd, const void *p, size_t len, off_t at);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_renameat(int d1, const char *p1, int d2, const char *p2);
ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at);

static char calls[64]; /* w: write, d: fdatasync, s: fsync, r: rename */
static bool sync_fails, folder_sync_fails;
static int folder_error = EIO;
static bool full_beside_new; /* no room while there is a PATH.new */

static void
called(char c)
{
	size_t n = strlen(calls);

	if (n + 1 < sizeof(calls)) {
		calls[n] = c;
		calls[n + 1] = '\0';
	}
}

int
__wrap_fdatasync(int fd)
{
	called('d');
	if (!sync_fails)
		return __real_fdatasync(fd);
	errno = EIO;
	return -1;
}

int
__wrap_fsync(int fd)
{
	struct stat st;

	called('s');
	if (folder_sync_fails && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = folder_error;
		return -1;
	}
	if (!sync_fails)
		return __real_fsync(fd);
	errno = EIO;
	return -1;
}

int
__wrap_renameat(int d1, const char *p1, int d2, const char *p2)
{
	called('r');
	return __real_renameat(d1, p1, d2, p2);
}

ssize_t
__wrap_pwrite(int fd, const void *p, size_t len, off_t at)
{
	char new[sizeof(path) + 4];

	called('w');
	snprintf(new, sizeof(new), "%s.new", path);
	if (full_beside_new && access(new, F_OK) == 0) {
		errno = ENOSPC;
		return -1;
	}
	return __real_pwrite(fd, p, len, at);
}

#endif
