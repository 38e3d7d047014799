/*
 * open.h - from a request to the open file that answers it, or a refusal.
 *
 * All that stands between a name and a descriptor is here: the rules that
 * rewrite it, its readings, the folders of the client, other cases, files
 * that are made when they are asked for.  The rest of tftpd sees a
 * descriptor to read from by pread(2).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_OPEN_H
#define REMOTEBOOT_TFTPD_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "tftp.h"
#include "tftpd/fold.h"
#include "tftpd/map.h"
#include "tftpd/name.h"
#include "tftpd/sums.h"
#include "tftpd/virt.h"
#include "tftpd/who.h"

enum {
	OPEN_TEXT = 400, /* of a refusal: it fits an ERROR of 512 bytes */
	OPEN_PLACE = 256
};

/* Where files are looked for, and how. */
struct opener {
	const struct conf *c; /* outlives it */
	char *tree;	      /* its path */
	int rootfd;
	bool hide; /* the tree's own path is no part of a name */
	struct map *map;
	struct virt *virt;
	struct fold *fold; /* NULL: names are taken as they are written */
	struct sums *sums; /* NULL: no digests; not its own */
};

/* Who asks for what. */
struct open_request {
	const char *name; /* as it came */
	enum tftp_mode mode;
	bool write; /* WRQ: rules that are for these */
	const struct peer *client;
	const struct addr *server; /* that was asked; NULL: not known */
	const struct who *who;	   /* of client; NULL: nothing is known */
};

enum open_how {
	OPEN_FILE,
	OPEN_REFUSED,  /* answer by ERROR code, text */
	OPEN_SHORTAGE, /* no descriptors, no memory: text says it; no answer */
	OPEN_LATER     /* ask once more when sums.h has done the job */
};

struct opened {
	int fd; /* OPEN_FILE: becomes the caller's; read it by pread(2) */
	uint64_t size;
	int64_t mtime_ns;	/* since 1970; 0: made just now */
	char path[NAME_LONG];	/* what is served, below the tree */
	int job;		/* OPEN_LATER */
	uint16_t code;		/* OPEN_REFUSED */
	bool warn;		/* somebody has to look after it */
	char place[OPEN_PLACE]; /* "file:line: " of a rule: for the log */
	char text[OPEN_TEXT];	/* why there is no file */
};

/*
 * What the tree at path is opened by, c (which has to stay) says how; rootfd
 * is left alone.  -1 and errno.
 */
int opener_init(
    struct opener *o, const struct conf *c, const char *tree, bool hide);
/* Its memory; rootfd is left alone. */
void opener_free(struct opener *o);
/* Open what *q asks for.  What of *ret is written, the value says. */
enum open_how open_requested(
    const struct opener *o, const struct open_request *q, struct opened *ret);
/*
 * The same up to the name, for a file that is to be written: OPEN_FILE with
 * ret->path alone, in the first folder of the client; or OPEN_REFUSED.
 */
enum open_how open_name(
    const struct opener *o, const struct open_request *q, struct opened *ret);

#endif
