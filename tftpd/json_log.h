/*
 * json_log.h - a file of JSON lines.
 *
 * It is never waited for: a line that cannot be written is lost, counted and
 * told.  A line is written as a whole or, as far as the file system lets us,
 * not at all.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_JSON_LOG_H
#define REMOTEBOOT_TFTPD_JSON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tftpd/burst.h"

enum {
	/* lines that a stranger can cause by one packet: so many in a second,
	 * ten times as many at once; the rest is left out and told */
	JSON_LOG_CHEAP_S = 100
};

struct json_log {
	int fd; /* -1: none */
	const char *path;
	bool cut;	/* a part of a line is its end */
	uint64_t lost;	/* since it could be written */
	uint64_t cheap; /* that may still be written, in thousandths */
	uint64_t cheap_us;
	struct burst burst, left_out;
};

/* No file. */
void json_log_init(struct json_log *j);
/* Open path, which is kept; made 0640.  0, or -1 and errno. */
int json_log_open(struct json_log *j, const char *path);
/* Open it anew after it was rotated away; -1 and errno: the old one stays. */
int json_log_reopen(struct json_log *j);
void json_log_close(struct json_log *j);
/*
 * Write a line with its newline.  cheap: a stranger causes it by one packet,
 * so there may be very many.
 */
void json_log_write(struct json_log *j, const char *line, size_t len,
    bool cheap, uint64_t now_us);

#endif
