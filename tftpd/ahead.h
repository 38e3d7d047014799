/*
 * ahead.h - pieces of files, read once for all who send them in lock-step.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_AHEAD_H
#define REMOTEBOOT_TFTPD_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	AHEAD_SMALL = 1500, /* bytes: what is more is not worth a copy */
	AHEAD_PIECE = 16384,
	AHEAD_PIECES = 64,
	AHEAD_MS = 500 /* so old may be what is handed out */
};

/* What a file was when it was opened; two that are equal have equal bytes. */
struct ahead_file {
	uint64_t dev, ino, size;
	int64_t mtime_ns;
	uint64_t own; /* not 0: just changed, or unknown: shared with nobody */
};

/* What is behind fd now, own 0; false and errno: it cannot be told. */
bool ahead_look(struct ahead_file *f, int fd);
/* Make out the file behind fd. */
void ahead_open(struct ahead_file *f, int fd);
/* Is it the same file, shared with others? */
bool ahead_same(const struct ahead_file *a, const struct ahead_file *b);
/* Has somebody written into it since? */
bool ahead_changed(const struct ahead_file *f, int fd);
/*
 * want bytes at offset of fd, which is f.  0, or -1 and errno: ESTALE when
 * the file is not so long.
 */
int ahead_read(const struct ahead_file *f, int fd, uint64_t offset, size_t want,
    uint8_t *dst);
/* The same from the file itself. */
int ahead_whole(int fd, uint8_t *dst, uint64_t offset, size_t want);

#endif
