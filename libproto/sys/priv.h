/*
 * priv.h - rights end before the first byte is read.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_PRIV_H
#define REMOTEBOOT_SYS_PRIV_H

#include <stdbool.h>
#include <stddef.h>

enum priv_path_kind {
	PRIV_READ,  /* files and folders below may be read */
	PRIV_WRITE, /* ... and created, written, renamed, removed */
	PRIV_APPEND /* files below may be created and written, not read */
};

struct priv_path {
	const char *path;
	enum priv_path_kind kind;
};

enum {
	PRIV_PATHS = 24 /* of priv_also() */
};

#define PRIV_DEFAULT_USER "remoteboot"

struct priv_rules {
	const char *user;  /* NULL: keep the user (already not root) */
	bool user_default; /* not by -u: where PRIV_DEFAULT_USER is missing,
			    * "nobody" does, with one warning line */
	const struct priv_path
	    *path; /* for Landlock; missing ones are left out */
	size_t npath;
};

/*
 * The numeric user and group for rules->user, for handing files over before
 * priv_drop().  Not started as root: those we have, whatever rules->user
 * says.  -1 after a log line when there is no such user, or when it is root
 * itself: the daemons never run as root.
 */
int priv_user(const struct priv_rules *rules, unsigned int *ret_uid,
    unsigned int *ret_gid);
/*
 * One more path for the coming priv_drop(): start.c adds the folders of the
 * configuration, the log file and the pid file.  path is copied.
 */
void priv_also(const char *path, enum priv_path_kind kind);
/*
 * The same with the folder of an absolute path, where the file may be made
 * anew; but only with the file itself when that is in /.
 */
void priv_also_folder(const char *file, enum priv_path_kind kind);
enum priv_calls {
	PRIV_CALLS_AIO = 1 << 0 /* aio.h, and link(2) */
};
/* Calls that only some daemons make, for the coming priv_drop(). */
void priv_also_calls(unsigned int calls);
/*
 * Give up root, all groups, every capability in every set (libcap), the
 * way back (no_new_privs), all paths but rules->path (Landlock), all system
 * calls that a running daemon does not make (seccomp); then try to undo each
 * and fail if anything succeeds.  Not started as root: the user stays, the
 * rest ends all the same.  A kernel that lacks Landlock or seccomp is told
 * in one log line.  0; -1 after a log line that says what failed.
 *
 * Afterwards the process has the descriptors that it has, may open files
 * below the paths, make UDP, Unix and netlink sockets and nothing else; a
 * call outside of that fails with EPERM.
 */
int priv_drop(const struct priv_rules *rules);

#endif
