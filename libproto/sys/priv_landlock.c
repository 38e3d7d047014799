/*
 * priv_landlock.c - no path but those named.
 *
 * The C library has no wrappers; the kernel's header may be older than the
 * kernel, so the rights are spelled out here with the ABI that brought each.
 * What is already open stays open; files are found by path only below the
 * rules.  Unix sockets (syslog, systemd's notification) are not covered.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/priv_int.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444 /* the same on all machines */
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
	VERSION_FLAG = 1 << 0, /* LANDLOCK_CREATE_RULESET_VERSION */
	RULE_PATH_BENEATH = 1
};

enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_CHAR = 1 << 6,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_MAKE_SOCK = 1 << 9,
	FS_MAKE_FIFO = 1 << 10,
	FS_MAKE_BLOCK = 1 << 11,
	FS_MAKE_SYM = 1 << 12,
	FS_REFER = 1 << 13,	/* ABI 2 */
	FS_TRUNCATE = 1 << 14,	/* ABI 3 */
	FS_IOCTL_DEV = 1 << 15, /* ABI 5 */

	FS_OF_A_FILE = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE |
		       FS_IOCTL_DEV,
	FS_READ = FS_READ_FILE | FS_READ_DIR,
	FS_APPEND = FS_WRITE_FILE | FS_MAKE_REG,
	FS_WRITE =
	    FS_READ | FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_TRUNCATE
};

struct ruleset_attr {
	uint64_t handled_access_fs;
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

/* All rights that the kernel knows, and so can refuse. */
static uint64_t
handled(long abi)
{
	uint64_t all = FS_REFER - 1;

	if (abi >= 2)
		all |= FS_REFER;
	if (abi >= 3)
		all |= FS_TRUNCATE;
	if (abi >= 5)
		all |= FS_IOCTL_DEV;
	return all;
}

static uint64_t
rights_of(enum priv_path_kind kind)
{
	switch (kind) {
	case PRIV_WRITE:
		return FS_WRITE;
	case PRIV_APPEND:
		return FS_APPEND;
	default:
		return FS_READ;
	}
}

/* 0; -1 and errno.  A path that is not there needs no rule. */
static int
add_path(int ruleset, const struct priv_path *p, uint64_t known)
{
	struct path_beneath_attr rule = {
	    .allowed_access = rights_of(p->kind),
	    .parent_fd = open(p->path, O_PATH | O_CLOEXEC),
	};
	struct stat sb;
	int rc, saved;

	if (rule.parent_fd == -1)
		return 0;
	if (fstat(rule.parent_fd, &sb) == 0 && !S_ISDIR(sb.st_mode))
		rule.allowed_access &= FS_OF_A_FILE;
	rule.allowed_access &= known;
	rc = (int)syscall(
	    SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
	saved = errno;
	(void)close(rule.parent_fd);
	errno = saved;
	return rc;
}

#ifdef WITH_SANITIZERS
/* A report reads the memory map and the debug information. */
static int
add_sanitizers(int ruleset, uint64_t known)
{
	static const struct priv_path p[] = {
	    {"/proc", PRIV_READ},
	    {"/proc/self/exe", PRIV_READ},
	};

	return add_path(ruleset, &p[0], known) == -1
		   ? -1
		   : add_path(ruleset, &p[1], known);
}
#else
static int
add_sanitizers(int ruleset, uint64_t known)
{
	(void)ruleset;
	(void)known;
	return 0;
}
#endif

static int
restrict_to(
    int ruleset, const struct priv_path *path, size_t npath, uint64_t known)
{
	for (size_t i = 0; i < npath; i++)
		if (add_path(ruleset, &path[i], known) == -1)
			return -1;
	if (add_sanitizers(ruleset, known) == -1)
		return -1;
	return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

int
priv_landlock(const struct priv_path *path, size_t npath)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);
	struct ruleset_attr attr = {0};
	int ruleset, rc, saved;

	if (abi < 1) /* ENOSYS; EOPNOTSUPP: switched off at boot */
		return 0;
	attr.handled_access_fs = handled(abi);
	ruleset =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (ruleset == -1)
		return -1;
	rc = restrict_to(ruleset, path, npath, attr.handled_access_fs);
	saved = errno;
	(void)close(ruleset);
	errno = saved;
	return rc == -1 ? -1 : 1;
}

/* Is dir the path of a rule, or below one? */
static bool
is_ruled(const char *dir, const struct priv_path *path, size_t npath)
{
	char real[PATH_MAX];

	for (size_t i = 0; i < npath; i++) {
		size_t len;

		if (!realpath(path[i].path, real))
			continue;
		len = strlen(real);
		if (len == 1 || (strncmp(dir, real, len) == 0 &&
				    (dir[len] == '/' || dir[len] == '\0')))
			return true;
	}
	return false;
}

const char *
priv_landlock_undone(const struct priv_path *path, size_t npath)
{
	/* folders that everyone may read, were it not for the rules */
	static const char *const dir[] = {"/", "/usr", "/etc", "/dev"};

	for (size_t i = 0; i < sizeof dir / sizeof dir[0]; i++) {
		int fd;

		if (is_ruled(dir[i], path, npath))
			continue;
		fd = open(dir[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd == -1)
			continue;
		(void)close(fd);
		return "a folder outside of the rules can be read";
	}
	return NULL;
}
