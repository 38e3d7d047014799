/*
 * record.h - what is told of one transfer or refusal, for programs.
 *
 * The same facts in two forms: words key=value behind the line of the log,
 * and a line of JSON.  Pure, but for nothing: time comes as a number.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_RECORD_H
#define REMOTEBOOT_TFTPD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "tftp.h"

#define RECORD_NO_SIZE UINT64_MAX

enum {
	RECORD_TEXT = 1536,
	RECORD_JSON = 4096 /* longest line: every text needs escapes */
};

struct record {
	bool write; /* WRQ */
	const struct peer *client;
	const struct conf_hw *hw; /* hlen 0, or NULL: not known */
	const char *host;	  /* of [host], or NULL */
	const char *file;	  /* as asked, printable by text_safe() */
	const char *served;	  /* path below the tree, printable; or NULL */
	enum tftp_mode mode;
	/* none of these for a refusal: blksize is 0 then */
	uint64_t size;	 /* of the file; RECORD_NO_SIZE: not known */
	uint64_t blocks; /* that the client has, or that came from it */
	uint16_t blksize, windowsize;
	uint64_t resent; /* blocks, or ACKs of an upload */
	uint64_t took_us;
	const char *outcome; /* done, unconfirmed, timeout, aborted, broken,
			      * refused */
	const char *why;
	int code; /* of the ERROR packet that told it; -1: none */
};

/*
 * "op=RRQ outcome=done client=192.0.2.7:2070 ..."; what is not known is left
 * out; texts stand in quotes, and quotes in them are \x22.  Cut at size.
 * Returns buf.
 */
char *record_text(const struct record *r, char *buf, size_t size);
/*
 * One object and a newline; wall_ms: CLOCK_REALTIME in milliseconds.  The
 * length; 0: it does not fit.
 */
size_t record_json(
    const struct record *r, int64_t wall_ms, char *buf, size_t size);

#endif
