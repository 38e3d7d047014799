/*
 * map.h - Incom's and atftpd's list of multicast files, as sections of ours.
 *
 *	# file            group        client port
 *	/tftpboot/pcnfs.X 225.0.0.1    76
 *
 * Three columns with blanks between them, # begins a comment.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MTFTPD_MAP_H
#define REMOTEBOOT_MTFTPD_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "tftp.h"

enum {
	MAP_SECTION = TFTP_NAME_MAX + 128 /* room for one section */
};

struct map_line {
	char file[TFTP_NAME_MAX + 1]; /* below the tree, no slash in front */
	struct ip4 group;
	uint16_t cport;
};

/*
 * One line of len bytes, without its newline; tree: the boot tree, which is
 * cut off the file.  NULL and *ret; NULL and an empty ret->file: there is
 * nothing in it; else what is wrong and what would be right.
 */
const char *map_line(
    const char *line, size_t len, const char *tree, struct map_line *ret);
/*
 * The index of the one of the n lines before m that has its file, or its
 * group and port; n: there is none.
 */
size_t map_clash(
    const struct map_line *m, const struct map_line *before, size_t n);
/*
 * The section of remoteboot.conf that says the same, for the n-th file;
 * sport 0: that of [mtftpd].  Its length.
 */
size_t map_section(const struct map_line *m, unsigned int n, uint16_t sport,
    char buf[static MAP_SECTION]);

#endif
