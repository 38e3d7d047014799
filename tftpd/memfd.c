/*
 * memfd.c - files that exist only in memory.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>

#include <sys/mman.h>
#include <unistd.h>

#include "tftpd/memfd.h"

int
memfd_of(const void *data, size_t len)
{
	int fd = memfd_create("remoteboot", MFD_CLOEXEC), error;
	const char *p = data;

	if (fd == -1)
		return -1;
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n == -1) {
			error = errno;
			(void)close(fd);
			errno = error;
			return -1;
		}
		p += n;
		len -= (size_t)n;
	}
	return fd;
}
