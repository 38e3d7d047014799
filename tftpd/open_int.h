/*
 * open_int.h - what open.c and open_digest.c share and nobody else.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_OPEN_INT_H
#define REMOTEBOOT_TFTPD_OPEN_INT_H

#include "tftpd/open.h"

/* A name while it is looked for. */
struct asked {
	const struct opener *o;
	const struct open_request *q;
	struct vars v;
	struct opened *ret;
	const char *const *folder; /* tftp_folder of the client */
	size_t nfolder;
	bool digest_first; /* NAME.sha256: no template that fits by a * */
};

enum found {
	FOUND,
	FOUND_NOT,     /* look on */
	FOUND_REFUSED, /* look no more */
	FOUND_SHORTAGE,
	FOUND_LATER
};

/* ret->code and text; FOUND_REFUSED. */
enum found open_refuse(struct opened *ret, uint16_t code, const char *text);
/* The same for what the system says: FOUND_NOT, FOUND_SHORTAGE too. */
enum found open_refuse_errno(struct opened *ret, int error);
/*
 * Folder number i of the client; false: it has no more.  "\n" is one that it
 * has not, as a variable has no value.
 */
bool open_folder(struct asked *a, size_t i, char buf[static NAME_LONG]);
/* One path below the tree. */
enum found open_path(struct asked *a, const char *path);
/* A name as it was asked: the rules, then open_it() for each reading. */
enum found open_mapped(struct asked *a, const char *name,
    enum found (*open_it)(struct asked *, const char *));

/* Does the name end in .sha256?  Then name is what is before that. */
bool open_asks_digest(const char *asked, char name[static NAME_PATH]);
/* A name that ends so and is no file. */
enum found open_digest(struct asked *a, const char *asked);

#endif
