/*
 * root.h - the boot tree: files opened below one directory and nowhere else.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_ROOT_H
#define REMOTEBOOT_SYS_ROOT_H

#include <stdbool.h>
#include <stdint.h>

/* The directory, O_PATH; -1 and errno. */
int root_open(const char *dir);
/*
 * A regular file below rootfd for reading, leading slashes allowed,
 * symbolic links followed as long as they stay inside; openat2(2)'s
 * RESOLVE_IN_ROOT decides what is inside, and where the kernel lacks it
 * names with ".." and all symbolic links are refused.  *ret_size is its size
 * in bytes, *ret_mtime_ns its time of change; both are written only on
 * success.  -1 and errno: ENOENT (also a name too long, or below a file),
 * EACCES (also a link that leads outside, or a circle of links), EISDIR or
 * EINVAL (no regular file), EMFILE ...
 */
int root_open_file(
    int rootfd, const char *path, uint64_t *ret_size, int64_t *ret_mtime_ns);

/*
 * A folder below rootfd, for reading its names; "" and "." are the tree.  -1
 * and errno as above, ENOTDIR for what is none.
 */
int root_open_folder(int rootfd, const char *path);
/*
 * A folder below fd to make files in, "" or "/" for fd itself; beneath:
 * symbolic links and ".." must not lead out of fd, else they cannot lead out
 * of it, as above.  *ret_listable: it may be read and synced, not only be
 * entered.  -1 and errno, as above; ENOENT for what is no folder.
 */
int root_open_dir(int fd, const char *path, bool beneath, bool *ret_listable);

/* What root_open_file() does where openat2(2) is missing; for its tests. */
int root_walk(int rootfd, const char *path);

#endif
