/*
 * source.h - the open file of a transfer: runs of blocks, ready to send.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SOURCE_H
#define REMOTEBOOT_TFTPD_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tftpd/ahead.h"

enum {
	SOURCE_RUN = 64,  /* blocks in one run at most (UDP_SEGMENT's limit) */
	SOURCE_LINE = 64, /* bytes of a processor's cache line */
	SOURCE_ROOM = 3 * SOURCE_LINE /* of a buffer, to align what is read */
};

/* A place in the stream of a netascii transfer. */
struct source_pos {
	uint64_t block;	 /* that begins here */
	uint64_t offset; /* of the next byte in the file */
	int owed; /* second byte of a pair that a block's end cut, or -1 */
};

struct source {
	int fd; /* -1: none */
	bool netascii;
	bool mapped; /* may be: source_map() */
	uint16_t blksize;
	uint64_t size;		/* when it was opened: octet sends just that */
	struct ahead_file file; /* octet */
	struct source_pos base, next; /* netascii */
};

/* One run: data blocks back to back, each with room for its header. */
struct source_run {
	uint8_t *at; /* in the caller's buffer */
	/*
	 * Not NULL: the blocks are there, without room for headers (mapped.h);
	 * the headers' room is at `at', back to back.
	 */
	const uint8_t *data;
	uint32_t count; /* blocks */
	size_t len;	/* bytes, headers included */
	bool end;	/* the last of them is the short one */
};

/* fd becomes the source's.  blksize as granted. */
void source_open(
    struct source *s, int fd, uint64_t size, bool netascii, uint16_t blksize);
void source_close(struct source *s);
/*
 * Read blocks first .. first+count-1 (at most SOURCE_RUN, and what fits into
 * size less SOURCE_ROOM) to somewhere in buf: each TFTP_HEADER bytes for the
 * header (they hold anything now) and then blksize bytes, the short last one at
 * the end.  Fewer when the file ends.  0; -1 and errno: ESTALE when the file
 * has become shorter than it was when it was opened (a client must not take
 * half a file for a whole one).
 */
int source_read(struct source *s, uint64_t first, uint32_t count, uint8_t *buf,
    size_t size, struct source_run *ret);
/*
 * The same without a copy, for udp_send_blocks(); size of buf: for count
 * headers.  false: source_read() them.  When the kernel does not find them
 * (EFAULT), s->mapped = false and again by source_read(), which knows why.
 */
bool source_map(struct source *s, uint64_t first, uint32_t count, uint8_t *buf,
    size_t size, struct source_run *ret);
/*
 * Blocks below base will not be asked for again (but block 1 may be, when a
 * client starts anew).
 */
void source_forget(struct source *s, uint64_t base);

#endif
