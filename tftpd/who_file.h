/*
 * who_file.h - dhcpd's journal, followed while dhcpd writes it.
 *
 * The file is only read: in pieces, from where the last one ended, when the
 * kernel has told of a change in its folder (inotify) or a second has passed.
 * When dhcpd has put another one in its place that is read from its start,
 * and what is known stays known meanwhile.  A request never waits for more
 * than one piece.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_WHO_FILE_H
#define REMOTEBOOT_TFTPD_WHO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tftpd/who.h"

enum {
	WHO_FILE_PIECE = 256 * 1024 /* bytes read in one go at most */
};

struct who_file;

/*
 * Follow the journal at path, of at most max leases; before the rights end
 * (inotify).  Nothing is read yet.  NULL and errno.
 */
struct who_file *who_file_new(const char *path, size_t max);
/* NULL is allowed. */
void who_file_free(struct who_file *f);
/*
 * After the rights have ended: read all that is there (at most 64 MB; the
 * rest comes with the first requests) and tell in one line what it is.  A
 * file that is missing or cannot be read is told once, here or later, and
 * then nobody has a lease.
 */
void who_file_start(struct who_file *f);
/* What has changed since, at now_us (CLOCK_MONOTONIC): before each look. */
void who_file_refresh(struct who_file *f, uint64_t now_us);
const struct who_book *who_file_book(const struct who_file *f);

#endif
