/*
 * digest.h - SHA-256 of bytes and of files; the one file that knows nettle.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_DIGEST_H
#define REMOTEBOOT_SYS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum {
	DIGEST_SIZE = 32,
	DIGEST_HEX = 2 * DIGEST_SIZE + 1
};

struct digest {
	uint8_t b[DIGEST_SIZE];
};

void digest_bytes(const void *data, size_t len, struct digest *ret);
/*
 * Of the first size bytes of a file, by pread(2).  pause(arg, left) is called
 * every few megabytes unless it is NULL; it may compute other digests.  0;
 * -1 and errno, ESTALE when the file has fewer bytes.
 */
int digest_fd(int fd, uint64_t size, struct digest *ret,
    void (*pause)(void *arg, uint64_t left), void *arg);
/* As sha256sum(1) writes it; returns buf. */
char *digest_hex(const struct digest *d, char buf[static DIGEST_HEX]);

#endif
