/*
 * digest.c - SHA-256 of bytes and of files; see digest.h.
 *
 * nettle picks the processor's own instructions at run time, where the
 * distribution has built it so.  Release 4 has left out the length of
 * sha256_digest().
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include <nettle/sha2.h>
#include <nettle/version.h>
#include <unistd.h>

#include "sys/digest.h"

enum {
	CHUNK = 256 * 1024,
	PAUSE = 4 * 1024 * 1024
};

static void
end(struct sha256_ctx *ctx, struct digest *ret)
{
#if NETTLE_VERSION_MAJOR >= 4
	sha256_digest(ctx, ret->b);
#else
	sha256_digest(ctx, sizeof ret->b, ret->b);
#endif
}

void
digest_bytes(const void *data, size_t len, struct digest *ret)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, data);
	end(&ctx, ret);
}

int
digest_fd(int fd, uint64_t size, struct digest *ret,
    void (*pause)(void *arg, uint64_t left), void *arg)
{
	static uint8_t buf[CHUNK];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (uint64_t at = 0; at < size;) {
		uint64_t left = size - at;
		ssize_t n = pread(fd, buf,
		    left < sizeof buf ? (size_t)left : sizeof buf, (off_t)at);

		if (n == 0)
			errno = ESTALE;
		if (n <= 0)
			return -1;
		sha256_update(&ctx, (size_t)n, buf);
		at += (uint64_t)n;
		if (pause && at / PAUSE != (at - (uint64_t)n) / PAUSE)
			pause(arg, size - at);
	}
	end(&ctx, ret);
	return 0;
}

char *
digest_hex(const struct digest *d, char buf[static DIGEST_HEX])
{
	for (size_t i = 0; i < sizeof d->b; i++)
		(void)snprintf(buf + 2 * i, 3, "%02x", d->b[i]);
	return buf;
}
