/*
 * priv_int.h - the parts of priv_drop().
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_PRIV_INT_H
#define REMOTEBOOT_SYS_PRIV_INT_H

#include "sys/priv.h"

/* Each: 1 done, 0 the kernel has no such thing, -1 and errno. */
int priv_landlock(const struct priv_path *path, size_t npath);
int priv_seccomp(unsigned int calls); /* of enum priv_calls */

/* Each tries to undo the part; NULL, or what succeeded against all hope. */
const char *priv_landlock_undone(const struct priv_path *path, size_t npath);
const char *priv_seccomp_undone(void);

#endif
