/*
 * tftpload.c - what each client of the load generator does.
 *
 *	RRQ -> OACK -> ACK 0 -> DATA ... ACK at a window's end (RFC 7440)
 *
 * A gap is told at once and once, by an ACK of what is before it.  Blocks
 * that come again are answered by one ACK a batch.  Whoever hears nothing for
 * wait_ms repeats its last packet, LOAD_TRIES times.  A client stays there
 * after its end: its last ACK may have been lost.
 *
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>

#include "tests/bench/tftpload.h"

enum {
	DATA = 3,
	ERROR = 5,
	OACK = 6,
	HEADER = 4,
	SCAN_US = 5000,
	EVENTS = 256,
	HOLD_S = 20
};

/* ---- loss ---- */

static uint64_t
random_of(uint64_t *x)
{
	uint64_t z = *x += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static bool
lost(struct load *l, struct client *c)
{
	if (l->o.loss <= 0 ||
	    (double)(random_of(&c->random) >> 11) * 0x1p-53 >= l->o.loss)
		return false;
	l->sum.dropped++;
	return true;
}

/* ---- ends ---- */

static void
over(struct load *l, struct client *c, enum client_state state)
{
	c->state = state;
	c->end_us = clock_us();
	c->deadline_us = UINT64_MAX;
	l->active--;
	if (state == CLIENT_DONE)
		l->sum.done++;
	else if (state == CLIENT_FAILED)
		l->sum.failed++;
	else
		l->sum.late++;
}

static void
fail(struct load *l, struct client *c, const char *why, bool wrong)
{
	l->sum.wrong += wrong;
	if (!l->sum.text[0])
		snprintf(l->sum.text, sizeof l->sum.text, "block %llu: %s",
		    (unsigned long long)c->next, why);
	if (wrong && c->connected)
		net_error(c, why);
	over(l, c, CLIENT_FAILED);
}

static void
ack(struct load *l, struct client *c)
{
	c->in_window = 0;
	if (!l->holding && !lost(l, c))
		net_ack(l, c, c->next - 1);
}

static void
heard(struct load *l, struct client *c)
{
	c->tries = 0;
	c->deadline_us = l->now_us + l->o.wait_ms * 1000ULL;
}

/* ---- OACK ---- */

/* One option as granted; what was not asked for, or more of it, is wrong. */
static bool
grant(const struct load *l, struct client *c, const char *name, uint64_t v)
{
	const struct load_opt *o = &l->o;

	if (strcasecmp(name, "blksize") == 0 && v >= 8 && v <= o->blksize)
		c->blksize = (uint16_t)v;
	else if (strcasecmp(name, "windowsize") == 0 && v >= 1 &&
		 v <= o->windowsize)
		c->windowsize = (uint16_t)v;
	else if (strcasecmp(name, "timeout") == 0)
		return o->timeout_s && v == o->timeout_s;
	else if (strcasecmp(name, "tsize") == 0)
		return o->tsize && v == o->size;
	else
		return false;
	return true;
}

static bool
options(const struct load *l, struct client *c, const uint8_t *p, size_t len)
{
	const char *at = (const char *)p, *end = at + len;

	if (len && p[len - 1])
		return false;
	while (at < end) {
		const char *value = at + strlen(at) + 1;

		if (value >= end || !grant(l, c, at, strtoull(value, NULL, 10)))
			return false;
		at = value + strlen(value) + 1;
	}
	return true;
}

static void
begin(struct load *l, struct client *c)
{
	c->state = CLIENT_GOING;
	c->blksize = 512;
	c->windowsize = 1;
	c->next = 1;
	heard(l, c);
}

static void
oack(struct load *l, struct client *c, const uint8_t *p, size_t len)
{
	if (c->state == CLIENT_ASKED) {
		begin(l, c);
		if (!options(l, c, p, len)) {
			fail(l, c, "an OACK that was not asked for", true);
			return;
		}
		l->sum.blksize = c->blksize;
		l->sum.windowsize = c->windowsize;
		ack(l, c);
	} else if (c->next == 1) { /* ACK 0 was lost */
		ack(l, c);
	}
}

/* ---- DATA ---- */

static void
take(struct load *l, struct client *c, const uint8_t *p, size_t len)
{
	uint64_t at = (c->next - 1) * c->blksize, left = l->o.size - at;
	size_t want = left < c->blksize ? (size_t)left : c->blksize;

	if (len != want || memcmp(p, l->o.file + at, len) != 0) {
		fail(l, c, len != want ? "wrong length" : "wrong bytes", true);
		return;
	}
	c->next++;
	c->in_window++;
	c->gap_told = false;
	l->sum.blocks++;
	l->sum.bytes += len;
	heard(l, c);
	if (l->o.few && c->next > l->o.few && c != l->client) {
		net_error(c, "enough");
		over(l, c, CLIENT_DONE);
		return;
	}
	if (len < c->blksize) {
		ack(l, c);
		over(l, c, CLIENT_DONE);
	} else if (c->in_window == c->windowsize) {
		ack(l, c);
	}
}

static void
data(struct load *l, struct client *c, const uint8_t *p, size_t len)
{
	uint16_t block = (uint16_t)(p[2] << 8 | p[3]);
	int16_t ahead;

	if (c->state == CLIENT_ASKED)
		begin(l, c); /* no option was granted */
	ahead = (int16_t)(uint16_t)(block - (uint16_t)c->next);
	if (ahead == 0 && c->state == CLIENT_GOING) {
		take(l, c, p + HEADER, len - HEADER);
	} else if (ahead < 0) {
		l->sum.twice++;
		if (!c->again_told)
			ack(l, c);
		c->again_told = true;
	} else {
		l->sum.ahead++;
		if (!c->gap_told)
			ack(l, c);
		c->gap_told = true;
	}
}

void
client_packet(struct load *l, struct client *c, const uint8_t *p, size_t len)
{
	char text[LOAD_TEXT];

	if (c->state == CLIENT_FAILED || c->state == CLIENT_LATE ||
	    c->state == CLIENT_IDLE)
		return;
	if (len < HEADER || p[0] != 0) {
		if (c->state != CLIENT_DONE)
			fail(l, c, "no TFTP packet", true);
		return;
	}
	if (p[1] == ERROR && c->state != CLIENT_DONE) {
		snprintf(text, sizeof text, "ERROR %u %.*s", p[3],
		    (int)(len - HEADER), (const char *)p + HEADER);
		fail(l, c, text, false);
	} else if ((p[1] == DATA || p[1] == OACK) && lost(l, c)) {
		return;
	} else if (p[1] == DATA) {
		data(l, c, p, len);
	} else if (p[1] == OACK && c->state != CLIENT_DONE) {
		oack(l, c, p + 2, len - 2);
	}
}

/* ---- time ---- */

static void
start(struct load *l, struct client *c)
{
	c->state = CLIENT_ASKED;
	c->random = l->o.seed * 1000003 + l->begun;
	c->start_us = clock_us();
	c->deadline_us = c->start_us + l->o.wait_ms * 1000ULL;
	c->next = 1;
	l->begun++;
	l->active++;
	net_request(l, c);
}

static void
start_due(struct load *l)
{
	const struct load_opt *o = &l->o;

	while (
	    l->begun < o->clients && (!o->at_once || l->active < o->at_once)) {
		if (o->rate > 0 &&
		    (double)l->begun >
			(double)(clock_us() - l->start_us) / 1e6 * o->rate)
			break;
		start(l, &l->client[l->begun]);
	}
}

static void
repeat(struct load *l, struct client *c)
{
	if (++c->tries > LOAD_TRIES) {
		fail(l, c, "no answer", false);
		return;
	}
	c->deadline_us = l->now_us + l->o.wait_ms * 1000ULL;
	c->gap_told = false;
	if (c->state == CLIENT_ASKED) {
		l->sum.asked_again++;
		net_request(l, c);
	} else if (!l->holding) {
		l->sum.acked_again++;
		ack(l, c);
	}
}

static void
scan(struct load *l)
{
	uint32_t i;

	if (l->now_us - l->scan_us < SCAN_US)
		return;
	l->scan_us = l->now_us;
	for (i = 0; i < l->begun; i++) {
		struct client *c = &l->client[i];

		if ((c->state == CLIENT_ASKED || c->state == CLIENT_GOING) &&
		    c->deadline_us <= l->now_us)
			repeat(l, c);
	}
}

/* At the height, when everyone has DATA: the memory; then all go on. */
static void
hold(struct load *l)
{
	uint32_t i;

	if (!l->holding)
		return;
	for (i = 0; i < l->o.clients; i++)
		if ((l->client[i].state == CLIENT_ASKED ||
			l->client[i].state == CLIENT_IDLE) &&
		    l->now_us - l->start_us < HOLD_S * 1000000ULL)
			return;
	group_memory(l->o.group, &l->sum);
	l->holding = false;
	for (i = 0; i < l->o.clients; i++)
		if (l->client[i].state == CLIENT_GOING)
			ack(l, &l->client[i]);
}

static void
one_round(struct load *l)
{
	struct epoll_event e[EVENTS];
	int i, n = epoll_wait(l->epfd, e, EVENTS, l->o.rate > 0 ? 1 : 5);

	if (n == -1 && errno != EINTR)
		err(1, "epoll");
	l->now_us = clock_us();
	for (i = 0; i < n; i++)
		net_receive(l, e[i].data.ptr);
}

/* Those that are not done: their servers need not wait for them. */
static void
break_off(struct load *l)
{
	uint32_t i;

	for (i = 0; i < l->begun; i++) {
		struct client *c = &l->client[i];

		if (c->state != CLIENT_ASKED && c->state != CLIENT_GOING)
			continue;
		if (c->connected)
			net_error(c, "broken off");
		over(l, c, CLIENT_LATE);
	}
	l->sum.late += l->o.clients - l->begun;
}

static void
dally(struct load *l)
{
	uint64_t until = clock_us() + LOAD_DALLY_MS * 1000ULL;

	while (l->o.loss > 0 && clock_us() < until)
		one_round(l);
}

void
load_run(struct load *l)
{
	l->holding = l->o.hold;
	l->start_us = l->now_us = clock_us();
	start_due(l);
	while (l->active || l->begun < l->o.clients) {
		one_round(l);
		scan(l);
		hold(l);
		start_due(l);
		if ((double)(l->now_us - l->start_us) / 1e6 > l->o.limit_s)
			break;
	}
	l->sum.seconds = (double)(clock_us() - l->start_us) / 1e6;
	break_off(l);
	dally(l);
}
