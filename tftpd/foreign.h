/*
 * foreign.h - the command lines of tftp-hpa and atftpd, given to ours.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_FOREIGN_H
#define REMOTEBOOT_TFTPD_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

enum {
	FOREIGN_WORDS = 256,
	FOREIGN_TEXT = 2048,
	FOREIGN_WHY = 320
};

struct foreign {
	int argc;
	char *argv[FOREIGN_WORDS + 1]; /* NULL behind the last */
	char why[FOREIGN_WHY];	       /* when it failed */
	/* foreign.c's own */
	char text[FOREIGN_TEXT]; /* words that stand in no argv */
	size_t ntext;
	unsigned int verbose; /* times of -v without a level */
	char *tree;
};

/*
 * The words of argv with others' flags made ours, into ret->argv; words that
 * are ours already stay as they are.  Where a letter is Incom's and theirs,
 * what follows decides:
 *
 *	-c 64	Incom's clients		-c	hpa's create
 *	-l FILE	Incom's log		-l	hpa's listen, also before a
 *						folder that is there
 *	-r	Incom's read-only	-r blksize  hpa's refuse
 *	-s 1408 59  Incom's large	-s	hpa's secure
 *	-t	our check		-t 900	hpa's and atftpd's timeout
 *	-v 2	Incom's level		-v -vv	hpa's
 *
 * is_dir() says whether a word is a folder.  A folder that belongs to no
 * flag is the tree, wherever it stands.  false: ret->why says what to write
 * instead.
 */
bool foreign_flags(int argc, char *const argv[],
    bool (*is_dir)(const char *path), struct foreign *ret);

#endif
