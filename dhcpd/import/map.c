/*
 * map.c - a hash table that only grows; see map.h.
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <string.h>

#include "dhcpd/import/map.h"

static size_t
hash(const void *key, size_t len)
{
	const unsigned char *b = key;
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ b[i]) * 16777619u;
	return h;
}

static struct map_slot *
find(const struct map *map, const void *key, size_t len)
{
	size_t i = hash(key, len);

	for (;; i++) {
		struct map_slot *s = &map->slot[i & (map->size - 1)];

		if (!s->key || (s->len == len && memcmp(s->key, key, len) == 0))
			return s;
	}
}

void *
map_get(const struct map *map, const void *key, size_t len)
{
	return map->size ? find(map, key, len)->value : NULL;
}

static void
grow(struct map *map)
{
	struct map old = *map;

	map->size = old.size ? 2 * old.size : 64;
	map->slot = mem_alloc(map->m, map->size * sizeof *map->slot);
	for (size_t i = 0; i < old.size; i++)
		if (old.slot[i].key)
			*find(map, old.slot[i].key, old.slot[i].len) =
			    old.slot[i];
}

void
map_put(struct map *map, const void *key, size_t len, void *value)
{
	struct map_slot *s;

	if (2 * (map->n + 1) > map->size)
		grow(map);
	s = find(map, key, len);
	s->key = mem_dup(map->m, key, len);
	s->len = len;
	s->value = value;
	map->n++;
}
