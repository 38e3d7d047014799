/*
 * share.c - whose client, whose address.
 *
 * RFC 3074.  SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/share.h"

enum {
	HTYPE_ETHERNET = 1,
	HLEN_ETHERNET = 6,
	SECS_SWAPPED = 255 /* above, with a low byte of 0: bytes swapped */
};

/* Pearson's permutation as RFC 3074 6 has it. */
/* clang-format off */
static const uint8_t pearson[SHARE_BUCKETS] = {
    251, 175, 119, 215, 81, 14, 79, 191, 103, 49, 181, 143, 186, 157, 0, 232,
    31, 32, 55, 60, 152, 58, 17, 237, 174, 70, 160, 144, 220, 90, 57, 223,
    59, 3, 18, 140, 111, 166, 203, 196, 134, 243, 124, 95, 222, 179, 197, 65,
    180, 48, 36, 15, 107, 46, 233, 130, 165, 30, 123, 161, 209, 23, 97, 16,
    40, 91, 219, 61, 100, 10, 210, 109, 250, 127, 22, 138, 29, 108, 244, 67,
    207, 9, 178, 204, 74, 98, 126, 249, 167, 116, 34, 77, 193, 200, 121, 5,
    20, 113, 71, 35, 128, 13, 182, 94, 25, 226, 227, 199, 75, 27, 41, 245,
    230, 224, 43, 225, 177, 26, 155, 150, 212, 142, 218, 115, 241, 73, 88, 105,
    39, 114, 62, 255, 192, 201, 145, 214, 168, 158, 221, 148, 154, 122, 12, 84,
    82, 163, 44, 139, 228, 236, 205, 242, 217, 11, 187, 146, 159, 64, 86, 239,
    195, 42, 106, 198, 118, 112, 184, 172, 87, 2, 173, 117, 176, 229, 247, 253,
    137, 185, 99, 164, 102, 147, 45, 66, 231, 52, 141, 211, 194, 206, 246, 238,
    56, 110, 78, 248, 63, 240, 189, 93, 92, 51, 53, 183, 19, 171, 72, 50,
    33, 104, 101, 69, 8, 252, 83, 120, 76, 135, 85, 54, 202, 125, 188, 213,
    96, 235, 136, 208, 162, 129, 190, 132, 156, 38, 47, 1, 7, 254, 24, 4,
    216, 131, 89, 21, 28, 133, 37, 153, 149, 80, 170, 68, 6, 169, 234, 151,
};
/* clang-format on */

uint8_t
share_hash(const uint8_t *stid, size_t len)
{
	uint8_t h = (uint8_t)len;

	while (len--)
		h = pearson[h ^ stid[len]];
	return h;
}

unsigned int
share_of_bucket(uint8_t bucket, size_t n)
{
	return (unsigned int)(bucket * n / SHARE_BUCKETS) + 1;
}

/* Is it told by its card, whatever client identifier it sends? */
static bool
by_card(const struct conf *c, const struct lease_key *k)
{
	return c->dhcpd.one_address_per_machine && k->htype == HTYPE_ETHERNET &&
	       k->hlen == HLEN_ETHERNET;
}

unsigned int
share_of_client(const struct conf *c, const struct lease_key *k)
{
	size_t len = k->hlen <= sizeof k->chaddr ? k->hlen : sizeof k->chaddr;
	uint8_t h;

	if (k->client_id && !by_card(c, k))
		h = share_hash(k->client_id, k->client_id_len > UINT8_MAX
						 ? UINT8_MAX
						 : k->client_id_len);
	else
		h = share_hash(k->chaddr, len);
	return share_of_bucket(h, c->dhcpd.nservers);
}

unsigned int
share_of_addr(const struct conf *c, struct ip4 a)
{
	return (unsigned int)(a.v % c->dhcpd.nservers) + 1;
}

uint16_t
share_secs(uint16_t secs)
{
	if (secs > SECS_SWAPPED && (secs & UINT8_MAX) == 0)
		return secs >> 8;
	return secs;
}

/* ---- who leaves `secs` at 0 ---- */

static uint32_t
who(const struct lease_key *k)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < k->hlen && i < sizeof k->chaddr; i++)
		h = (h ^ k->chaddr[i]) * 16777619u;
	for (i = 0; !k->hlen && i < k->client_id_len; i++)
		h = (h ^ k->client_id[i]) * 16777619u;
	return h ^ h >> 15;
}

int64_t
share_wait(struct share_waits *w, const struct lease_key *k, int64_t now_s)
{
	uint32_t me = who(k);
	size_t i = me % SHARE_WAITS;

	if (w->of[i].who != me || now_s - w->of[i].last_s > SHARE_FORGET_S) {
		w->of[i].who = me;
		w->of[i].first_s = now_s;
	}
	w->of[i].last_s = now_s;
	return now_s - w->of[i].first_s;
}

void
share_served(struct share_waits *w, const struct lease_key *k)
{
	uint32_t me = who(k);
	size_t i = me % SHARE_WAITS;

	if (w->of[i].who == me)
		memset(&w->of[i], 0, sizeof w->of[i]);
}
