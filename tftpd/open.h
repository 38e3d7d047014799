/*
 * open.h - from a request to the open file that answers it, or a refusal.
 *
 * All that stands between a name and a descriptor is here: its readings,
 * the tree, and who asks.  The rest of tftpd sees a descriptor to read from
 * by pread(2).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_OPEN_H
#define REMOTEBOOT_TFTPD_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "tftp.h"
#include "tftpd/name.h"

enum {
	OPEN_TEXT = 128 /* of a refusal */
};

/* Where files are looked for. */
struct opener {
	char *tree; /* its path */
	int rootfd;
	bool hide; /* the tree's own path is no part of a name */
};

/* Who asks for what. */
struct open_request {
	const char *name; /* as it came */
	enum tftp_mode mode;
	const struct peer *client;
};

enum open_how {
	OPEN_FILE,
	OPEN_REFUSED, /* answer by ERROR code, text */
	OPEN_SHORTAGE /* no descriptors, no memory: text says it; no answer */
};

struct opened {
	int fd; /* OPEN_FILE: becomes the caller's; read it by pread(2) */
	uint64_t size;
	int64_t mtime_ns;     /* since 1970 */
	char path[NAME_PATH]; /* what is served, below the tree */
	uint16_t code;	      /* OPEN_REFUSED */
	char text[OPEN_TEXT]; /* why there is no file */
};

/* What the tree at path is opened by; rootfd is left alone.  -1: no memory. */
int opener_init(struct opener *o, const char *tree, bool hide);
/* Its memory; rootfd is left alone. */
void opener_free(struct opener *o);
/* Open what *q asks for.  What of *ret is written, the value says. */
enum open_how open_requested(
    const struct opener *o, const struct open_request *q, struct opened *ret);

#endif
