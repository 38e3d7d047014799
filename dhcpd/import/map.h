/*
 * map.h - what was seen before: bytes -> a pointer.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_MAP_H
#define REMOTEBOOT_IMPORT_MAP_H

#include <stddef.h>

#include "dhcpd/import/mem.h"

struct map_slot {
	const void *key;
	size_t len;
	void *value;
};

struct map {
	struct mem *m;
	struct map_slot *slot;
	size_t n, size; /* size is a power of two */
};

/* What stands under the key, NULL: nothing. */
void *map_get(const struct map *map, const void *key, size_t len);
/* The key is copied; it must not be there yet. */
void map_put(struct map *map, const void *key, size_t len, void *value);

#endif
