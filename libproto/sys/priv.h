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
	PRIV_READ, /* files and folders below may be read */
	PRIV_WRITE /* ... and created, written, renamed, removed */
};

struct priv_path {
	const char *path;
	enum priv_path_kind kind;
};

struct priv_rules {
	const char *user;  /* NULL: keep the user (already not root) */
	bool user_default; /* nobody named it: fall back to "nobody" */
	const struct priv_path
	    *path; /* for Landlock; missing ones are left out */
	size_t npath;
	bool packet; /* an AF_PACKET socket is used (not opened) afterwards */
};

/*
 * The numeric user and group for rules->user; -1 when there is no such user.
 * To hand files over before priv_drop().
 */
int priv_user(const struct priv_rules *rules, unsigned int *ret_uid,
    unsigned int *ret_gid);
/*
 * Give up root, all groups, every capability in every set (libcap), the
 * way back (no_new_privs), all paths but rules->path (Landlock), all system
 * calls that a running daemon does not make (seccomp); then try to undo each
 * and fail if anything succeeds.  A kernel that lacks Landlock or seccomp is
 * told in one log line.  0; -1 after a log line that says what failed.
 */
int priv_drop(const struct priv_rules *rules);

#endif
