/*
 * hash.h - FNV-1a, for tables whose keys nobody attacks.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_HASH_H
#define REMOTEBOOT_TFTPD_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_FIRST UINT64_C(0xcbf29ce484222325)

/* len bytes more of what h is the hash of; HASH_FIRST: of nothing. */
static inline uint64_t
hash_more(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

#endif
