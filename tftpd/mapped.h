/*
 * mapped.h - parts of files in memory, for all who send them in runs.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_MAPPED_H
#define REMOTEBOOT_TFTPD_MAPPED_H

#include "tftpd/ahead.h"

enum {
	MAPPED_PART = 2 << 20,	/* bytes */
	MAPPED_SETS = 16,	/* a part can be in one of them */
	MAPPED_WAYS = 4,	/* parts in a set */
	MAPPED_LEAST = 1 << 16, /* bytes of a file that is worth it */
	MAPPED_SWEEP_US = 5000000
};

/* May the file be mapped: is it long enough, and not just being written? */
bool mapped_worth(const struct ahead_file *f);
/*
 * want bytes at offset of fd, which is f and so long.  They are for the kernel
 * to send, which answers EFAULT when the file has become shorter; nobody else
 * may touch them (SIGBUS), and a shorter file's last page ends in zeros, so
 * the caller asks for the size before it sends the end.  They are there until
 * the next call of anything here.  NULL: read them (they lie in two parts,
 * not as many bytes of the part were asked for yet as it has, or the file
 * cannot be mapped).
 */
const uint8_t *mapped_at(
    const struct ahead_file *f, int fd, uint64_t offset, size_t want);
/* They are sent now: into the cache with them, all lines at once. */
void mapped_fetch(const uint8_t *p, size_t len);

/* Is there any part? */
bool mapped_any(void);
/* Let go of those that nobody has asked for since the last call. */
void mapped_sweep(void);

#endif
