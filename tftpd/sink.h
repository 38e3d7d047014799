/*
 * sink.h - the file of an upload: a hidden one until it is whole.
 *
 * Bytes go to ".tftpd-" and 16 hex digits in the folder of the name; when all
 * of them are on disk it gets the name, and nobody ever sees a part of a
 * file.  Whatever fails removes it.  A process that is killed leaves it,
 * unlocked: sink_sweep() of the next start finds that out by its lock.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SINK_H
#define REMOTEBOOT_TFTPD_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"

enum {
	SINK_TMP = 32, /* ".tftpd-0123456789abcdef" and NUL */
	SINK_NAME = 256,
	SINK_SWEEP = 1 << 20, /* names looked at */
	SINK_DEPTH = 32	      /* folders in folders */
};

struct sink {
	int dirfd; /* the folder; -1: none */
	int fd;	   /* the hidden file; -1: none yet */
	char tmp[SINK_TMP];
	char name[SINK_NAME];
	bool listable; /* dirfd can be synced */
	bool create, overwrite;
	uint16_t mode;
	bool netascii, cr;
	uint64_t size; /* written so far */
};

/* None of anything. */
void sink_init(struct sink *s);
/*
 * Open the folder of path (below rootfd, in u's folder) and look whether the
 * name may be written: symbolic links lead nowhere outside of u's folder.
 * Nothing is made yet.  0, or -1 and errno: ENOENT (no such folder, or no
 * such file and u says create = no), EEXIST (there, and u says overwrite =
 * no), EISDIR and EINVAL (there, and no regular file), EACCES ...
 */
int sink_find(struct sink *s, int rootfd, const struct conf_upload *u,
    const char *path, bool netascii);
/*
 * Make the hidden file, with room for size bytes where the file system can
 * say at once that there is none.  0, or -1 and errno: ENOSPC, EDQUOT, EFBIG,
 * EACCES ...
 */
int sink_create(struct sink *s, uint64_t size);
/* Append; netascii becomes text.  0, or -1 and errno. */
int sink_write(struct sink *s, const uint8_t *data, size_t len);
/* All was written: what is to be done before fd is synced. */
int sink_finish(struct sink *s);
/*
 * fd is synced: the hidden file gets the name.  0, or -1 and errno: EEXIST,
 * another one was faster.  Then dirfd is to be synced where it is listable.
 */
int sink_publish(struct sink *s);
/* The hidden file is removed, if there is one, and all is closed. */
void sink_discard(struct sink *s);
/* What dead processes left below u's folder is removed; how many it was. */
size_t sink_sweep(int rootfd, const struct conf_upload *u);

#endif
