/*
 * memfd.h - files that exist only in memory.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_MEMFD_H
#define REMOTEBOOT_TFTPD_MEMFD_H

#include <stddef.h>

/*
 * len bytes as a file of its own, to be read by pread(2); it is gone with
 * its last descriptor.  -1 and errno.
 */
int memfd_of(const void *data, size_t len);

#endif
