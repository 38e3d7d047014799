/*
 * name.h - from the text of a request to a path in the boot tree.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_NAME_H
#define REMOTEBOOT_TFTPD_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "tftp.h"

enum {
	NAME_PATH = TFTP_NAME_MAX + 1, /* a path and its NUL */
	NAME_LONG = 512		       /* the same in a folder */
};

enum name_err {
	NAME_OK,
	NAME_NO_MORE, /* no other reading of this name */
	NAME_EMPTY,   /* nothing but slashes */
	NAME_OUTSIDE  /* ".." above the tree */
};

/*
 * Reading number nth (from 0) of the name of a request, as a relative path
 * without leading slashes.  The shell opens reading 0, and the next one only
 * when there is no such file, until NAME_NO_MORE:
 *
 *   0  the name as it came: backslashes (Microsoft's loaders) are slashes
 *      and leading slashes mean the tree's top;
 *   1  without the junk that some ROMs leave behind it: bytes from 0x80 up,
 *      blanks and control characters at the end;
 *   2  without the tree's own path in front of it ("/tftpboot/x" for x):
 *      old dhcpd.conf files name their files so.  Not when tree is NULL (-h).
 *
 * A reading that would be equal to one before it is passed over.  Symbolic
 * links and inner ".." are left to the kernel, see root.h.
 */
enum name_err name_path(const char *name, const char *tree, unsigned int nth,
    char ret_path[static NAME_PATH]);

/*
 * path in a folder of the tree: name_path() has made it, folder comes from
 * the configuration.  ".." are taken away with the name before them, so that
 * no symbolic link leads out of the folder by them.  false: it is too long.
 */
bool name_in_folder(
    const char *folder, const char *path, char ret_path[static NAME_LONG]);
/* The name without the junk behind it (reading 1); false: it has none. */
bool name_without_junk(const char *name, char ret_name[static NAME_PATH]);

/* Why a name is refused: for the ERROR packet and the log. */
const char *name_err_text(enum name_err e);

#endif
