/*
 * decline.c - clients that decline address after address.
 *
 * SPDX-License-Identifier: ISC
 */
#include "dhcpd/decline.h"

#include <string.h>

#include "dhcpd/lease.h"

static size_t
place(const struct lease_key *k, size_t hlen)
{
	uint32_t h = 2166136261u;

	while (hlen--)
		h = (h ^ k->chaddr[hlen]) * 16777619u;
	return (h ^ h >> 15) % DECLINE_PLACES;
}

enum decline_verdict
decline_hear(struct decliners *d, const struct lease_key *k, int64_t now_s)
{
	size_t hlen =
	    k->hlen <= sizeof(k->chaddr) ? k->hlen : sizeof(k->chaddr);
	size_t i = place(k, hlen);
	bool its = d->of[i].htype == k->htype && d->of[i].hlen == hlen &&
		   memcmp(d->of[i].chaddr, k->chaddr, hlen) == 0;

	if (!its || !d->of[i].n ||
	    now_s - d->of[i].first_s >= DECLINE_WHILE_S) {
		d->of[i].htype = k->htype;
		d->of[i].hlen = (uint8_t)hlen;
		memcpy(d->of[i].chaddr, k->chaddr, hlen);
		d->of[i].told = false;
		d->of[i].n = 0;
		d->of[i].first_s = now_s;
	}
	if (d->of[i].n < DECLINE_MAX) {
		d->of[i].n++;
		return DECLINE_HEARD;
	}
	if (d->of[i].told)
		return DECLINE_REFUSED_AGAIN;
	d->of[i].told = true;
	return DECLINE_REFUSED;
}
