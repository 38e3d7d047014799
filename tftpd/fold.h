/*
 * fold.h - names in another case than they are written: DOS and Windows
 * loaders ask for BOOT\BCD and mean Boot/BCD.
 *
 * Folders are read when a name is not there as it was asked, and what was
 * read is kept until the folder changes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_FOLD_H
#define REMOTEBOOT_TFTPD_FOLD_H

#include <stdbool.h>
#include <stddef.h>

enum {
	FOLD_FOLDERS = 16,  /* kept, the one used last longest */
	FOLD_WAYS = 8,	    /* that are the same but for case; more are not */
	FOLD_NAMES = 16384, /* of a folder; one with more is not folded */
	FOLD_BYTES = 512 * 1024 /* of these names */
};

struct fold;

/* NULL and errno. */
struct fold *fold_new(void);
/* NULL is allowed. */
void fold_free(struct fold *f);
/*
 * The real name of path below rootfd, letters from A to Z being those from a
 * to z, to ret (of size bytes).  A name that is there as written wins, then
 * the first in the order of bytes; of folders that differ in case alone each
 * is looked into, and a file goes before a folder.  false: there is none.
 */
bool fold_path(
    struct fold *f, int rootfd, const char *path, char *ret, size_t size);

#endif
