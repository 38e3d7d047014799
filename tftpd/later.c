/*
 * later.c - requests that wait until a digest is known; see later.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "tftpd/later.h"

struct later {
	struct waiting w[LATER_MAX];
	bool used[LATER_MAX];
};

struct later *
later_new(void)
{
	return calloc(1, sizeof(struct later));
}

void
later_free(struct later *l)
{
	free(l);
}

bool
later_add(struct later *l, struct listener *at, const struct udp_in *in,
    int job, uint64_t now_us)
{
	size_t free_one = LATER_MAX;
	struct waiting *w;

	if (in->len > LATER_DATA)
		return false;
	for (size_t i = 0; i < LATER_MAX; i++) {
		if (!l->used[i])
			free_one = i;
		else if (peer_equal(&l->w[i].in.from, &in->from)) {
			free_one = i;
			break;
		}
	}
	if (free_one == LATER_MAX)
		return false;
	w = &l->w[free_one];
	if (!l->used[free_one]) /* who repeats it waits no longer */
		w->until_us = now_us + LATER_US;
	l->used[free_one] = true;
	w->at = at;
	w->in = *in;
	w->job = job;
	w->due = false;
	memcpy(w->data, in->data, in->len);
	return true;
}

void
later_done(struct later *l, int job)
{
	for (size_t i = 0; i < LATER_MAX; i++)
		l->w[i].due |= l->used[i] && l->w[i].job == job;
}

static void
take(struct later *l, size_t i, struct waiting *ret)
{
	*ret = l->w[i];
	ret->in.data = ret->data;
	l->used[i] = false;
	l->w[i].due = false;
}

bool
later_due(struct later *l, struct waiting *ret)
{
	for (size_t i = 0; i < LATER_MAX; i++)
		if (l->used[i] && l->w[i].due) {
			take(l, i, ret);
			return true;
		}
	return false;
}

bool
later_over(struct later *l, uint64_t now_us, struct waiting *ret)
{
	for (size_t i = 0; i < LATER_MAX; i++)
		if (l->used[i] && l->w[i].until_us <= now_us) {
			take(l, i, ret);
			return true;
		}
	return false;
}

uint64_t
later_deadline(const struct later *l)
{
	uint64_t at_us = UINT64_MAX;

	for (size_t i = 0; i < LATER_MAX; i++)
		if (l->used[i] && l->w[i].until_us < at_us)
			at_us = l->w[i].until_us;
	return at_us;
}
