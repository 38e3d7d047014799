/*
 * mcastload.c - the clients of the multicast load generator: their clock,
 * their loss, their memory, and the strangers who disturb.
 *
 * A datagram to the group is heard by every client that is under way, each
 * of which loses it or not by its own generator; the one that acknowledged
 * last is served first, since on a real network it would not wait for the
 * others either.  All bytes are compared with the file when they come, once
 * for all; a client has the file when it has kept every block.
 *
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/mcastload.h"

enum {
	LOOK_NS = 1000000, /* how often the timers are looked at */
	TOLD = 20	   /* complaints that are printed */
};

struct load {
	const struct load_opt *o;
	struct load_sum *sum;
	struct load_net *net;
	struct client *client;
	uint64_t *timer_ns; /* of each client */
	uint32_t *active;   /* who hears: under way */
	uint32_t nactive;
	uint32_t finished;
	struct client *master, *first_master;
	const uint8_t *file;
	size_t size;
	uint32_t nblocks;
	uint64_t t0_ns, now_ns, look_ns;
	uint64_t rogues, floods; /* strangers' packets so far */
	uint32_t newest;	 /* the block that the group heard last */
	double *times;
};

static uint64_t
clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

const struct load_opt *
load_opt(const struct load *l)
{
	return l->o;
}

uint64_t
load_now(const struct load *l)
{
	return l->now_ns;
}

/* ---- chance: xorshift64* for each client ---- */

static double
chance(struct client *c)
{
	c->rng ^= c->rng >> 12;
	c->rng ^= c->rng << 25;
	c->rng ^= c->rng >> 27;
	return (double)((c->rng * 2685821657736338717ULL >> 11) + 1) /
	       9007199254740993.0;
}

/* How many packets arrive before the next one that does not. */
static uint32_t
next_loss(struct client *c, double loss)
{
	if (loss <= 0)
		return UINT32_MAX;
	if (loss >= 1)
		return 0;
	return (uint32_t)fmin(log(chance(c)) / log1p(-loss), 1e9);
}

static bool
loses(struct client *c, double loss, uint32_t *until)
{
	if (*until == UINT32_MAX)
		return false;
	if (*until > 0) {
		--*until;
		return false;
	}
	*until = next_loss(c, loss);
	return true;
}

/* ---- what a profile may do ---- */

static uint32_t
index_of(const struct load *l, const struct client *c)
{
	return (uint32_t)(c - l->client);
}

void
client_timer(struct load *l, struct client *c, uint64_t after_ns)
{
	l->timer_ns[index_of(l, c)] = l->now_ns + after_ns;
}

void
client_no_timer(struct load *l, struct client *c)
{
	l->timer_ns[index_of(l, c)] = NEVER;
}

static bool
has(const struct client *c, uint32_t block)
{
	return c->have[block / 64] >> block % 64 & 1;
}

bool
client_keep(struct load *l, struct client *c, const struct packet *p)
{
	if (!p->right) {
		l->sum->wrong++;
		return false;
	}
	if (p->len < l->o->blksize)
		c->last = p->block;
	if (has(c, p->block))
		return false;
	c->have[p->block / 64] |= 1ULL << p->block % 64;
	c->nhave++;
	while (c->gap < l->nblocks && has(c, c->gap + 1))
		c->gap++;
	return true;
}

bool
client_complete(const struct client *c)
{
	return c->last && c->gap == c->last;
}

static void
client_send(struct load *l, struct client *c, const void *data, size_t len)
{
	uint16_t to = c->peer_port ? c->peer_port : l->o->sport;

	if (!loses(c, l->o->loss_up, &c->until_loss_up))
		net_send(l->net, c->port, c->addr, l->o->server, to, data, len);
}

static size_t
put_rrq(const struct load *l, uint8_t buf[static 600])
{
	size_t len = 2;

	len +=
	    (size_t)snprintf((char *)buf + 2, 500, "%s%coctet", l->o->name, 0) +
	    1;
	if (l->o->profile->options)
		len += (size_t)snprintf((char *)buf + len, 98,
			   "blksize%c%u%cmulticast%c", 0,
			   (unsigned)l->o->blksize, 0, 0) +
		       1;
	return len;
}

void
client_ask(struct load *l, struct client *c)
{
	uint8_t buf[600] = {0, OP_RRQ};
	size_t len = put_rrq(l, buf);

	l->sum->opens++;
	c->peer_port = 0;
	client_send(l, c, buf, len);
}

static void
put_ack(uint8_t buf[static 4], uint32_t block)
{
	buf[0] = 0;
	buf[1] = OP_ACK;
	buf[2] = (uint8_t)(block >> 8);
	buf[3] = (uint8_t)block;
}

void
client_ack(struct load *l, struct client *c, uint32_t block)
{
	uint8_t buf[4];

	put_ack(buf, block);
	client_send(l, c, buf, sizeof buf);
}

void
client_error(struct load *l, struct client *c)
{
	static const uint8_t buf[5] = {0, OP_ERROR};

	client_send(l, c, buf, sizeof buf);
}

void
client_complains(struct load *l, struct client *c, const char *what)
{
	if (l->sum->errors++ < TOLD)
		fprintf(stderr, "client %u at %.3f s: %s\n", index_of(l, c),
		    (double)(l->now_ns - l->t0_ns) / 1e9, what);
}

static void
end(struct load *l, struct client *c, enum state how)
{
	uint32_t i = 0;

	while (i < l->nactive && l->active[i] != index_of(l, c))
		i++;
	if (i < l->nactive)
		l->active[i] = l->active[--l->nactive];
	c->state = how;
	client_no_timer(l, c);
	l->finished++;
}

void
client_is_master(struct load *l, struct client *c)
{
	if (l->master && l->master != c && l->master->state == MASTER &&
	    !l->o->profile->masters_change)
		client_complains(l, c, "two masters at once");
	if (!l->first_master)
		l->first_master = c;
	l->master = c;
	l->sum->terms++;
	c->state = MASTER;
}

void
client_done(struct load *l, struct client *c)
{
	if (c->nhave != l->nblocks) {
		client_failed(l, c, "it takes a part for the file");
		return;
	}
	c->done_ns = l->now_ns;
	l->times[l->sum->done++] = (double)(l->now_ns - l->t0_ns) / 1e9;
	end(l, c, DONE);
}

void
client_failed(struct load *l, struct client *c, const char *why)
{
	if (l->sum->failed++ < TOLD)
		fprintf(stderr, "client %u at %.3f s gives up: %s\n",
		    index_of(l, c), (double)(l->now_ns - l->t0_ns) / 1e9, why);
	end(l, c, FAILED);
}

/* ---- what comes ---- */

static bool
right_bytes(const struct load *l, const struct packet *p)
{
	size_t off = (size_t)(p->block - 1) * l->o->blksize, want;

	if (p->block < 1 || p->block > l->nblocks)
		return false;
	want = l->size - off < l->o->blksize ? l->size - off : l->o->blksize;
	return p->len == want &&
	       memcmp(p->d->data + 4, l->file + off, want) == 0;
}

static void
hear(struct load *l, struct client *c, const struct packet *p)
{
	if (loses(c, l->o->loss, &c->until_loss)) {
		l->sum->lost++;
		return;
	}
	l->sum->heard++;
	if (c == l->first_master && l->o->die_at && c->state == MASTER &&
	    p->block >= l->o->die_at) {
		l->sum->dead++;
		l->sum->master_dead_s = (double)(l->now_ns - l->t0_ns) / 1e9;
		end(l, c, DEAD);
		return;
	}
	l->o->profile->packet(l, c, p);
}

static void
to_group(struct load *l, const struct packet *p)
{
	struct client *first = l->master;

	if (p->op == OP_DATA)
		l->newest = p->block;
	if (first && first->state > WAITING && first->state < DONE)
		hear(l, first, p);
	else
		first = NULL;
	for (uint32_t i = l->nactive; i > 0; i--) {
		struct client *c;

		if (i > l->nactive)
			continue;
		c = &l->client[l->active[i - 1]];
		if (c != first)
			hear(l, c, p);
	}
}

static void
on_dgram(void *arg, const struct dgram *d)
{
	struct load *l = arg;
	struct packet p = {.d = d};
	uint32_t i = d->to - l->o->first_addr;

	l->now_ns = clock_ns();
	if (d->from != l->o->server || d->len < 4)
		return;
	p.op = (enum op)(d->data[0] << 8 | d->data[1]);
	p.block = (uint32_t)(d->data[2] << 8 | d->data[3]);
	p.len = d->len - 4;
	p.multicast = d->to == l->o->group;
	p.right = p.op == OP_DATA && right_bytes(l, &p);
	if (p.multicast) {
		to_group(l, &p);
		return;
	}
	if (i >= l->o->clients || l->client[i].state == WAITING ||
	    l->client[i].state >= DONE || l->client[i].port != d->port)
		return;
	hear(l, &l->client[i], &p);
}

/* ---- time ---- */

static void
start(struct load *l, struct client *c)
{
	l->active[l->nactive++] = index_of(l, c);
	client_no_timer(l, c);
	l->o->profile->start(l, c);
}

static void
timers(struct load *l)
{
	if (l->now_ns < l->look_ns)
		return;
	l->look_ns = l->now_ns + LOOK_NS;
	for (uint32_t i = 0; i < l->o->clients; i++) {
		struct client *c = &l->client[i];

		if (l->timer_ns[i] > l->now_ns)
			continue;
		if (c->state == WAITING) {
			start(l, c);
		} else {
			client_no_timer(l, c);
			l->o->profile->timer(l, c);
		}
	}
}

/* Strangers' addresses are those behind the clients'. */
static uint32_t
stranger(const struct load *l, uint64_t n)
{
	return l->o->first_addr + l->o->clients + (uint32_t)(n % 997);
}

static void
strangers(struct load *l)
{
	double s = (double)(l->now_ns - l->t0_ns) / 1e9;
	uint8_t ack[4], rrq[600] = {0, OP_RRQ};
	size_t len = put_rrq(l, rrq);

	if (!l->first_master)
		return;
	while ((double)l->rogues < s * l->o->rogue_acks) {
		put_ack(ack, l->newest + (uint32_t)(l->rogues % 3));
		net_send(l->net, 0, stranger(l, l->rogues++), l->o->server,
		    l->o->sport, ack, sizeof ack);
	}
	while ((double)l->floods < s * l->o->openers)
		net_send(l->net, 0, stranger(l, l->floods++), l->o->server,
		    l->o->sport, rrq, len);
}

/* ---- a run ---- */

static void
read_file(struct load *l)
{
	int fd = open(l->o->file, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		err(1, "%s", l->o->file);
	l->size = (size_t)st.st_size;
	l->nblocks = (uint32_t)(l->size / l->o->blksize + 1);
	l->file = mmap(NULL, l->size + 1, PROT_READ, MAP_PRIVATE, fd, 0);
	if (l->file == MAP_FAILED)
		err(1, "%s", l->o->file);
	(void)close(fd);
}

static void
init_client(struct load *l, uint32_t i)
{
	struct client *c = &l->client[i];
	double at_s;

	c->addr = l->o->first_addr + i;
	c->rng = (l->o->seed + 1) * 0x9e3779b97f4a7c15ULL + i * 0xbf58476dULL;
	for (int n = 0; n < 8; n++)
		(void)chance(c);
	c->until_loss = next_loss(c, l->o->loss);
	c->until_loss_up = next_loss(c, l->o->loss_up);
	c->have = calloc(l->nblocks / 64 + 1, sizeof *c->have);
	if (!c->have)
		err(1, "memory");
	at_s = i == 0 ? 0 : chance(c) * l->o->spread_s;
	if (i > 0 && i == l->o->clients - 1 && l->o->late_s > 0)
		at_s = l->o->late_s;
	l->timer_ns[i] = l->t0_ns + (uint64_t)(at_s * 1e9);
}

static void
init(struct load *l)
{
	uint32_t n = l->o->clients;

	read_file(l);
	l->net = net_open(l->o);
	l->client = calloc(n, sizeof *l->client);
	l->timer_ns = calloc(n, sizeof *l->timer_ns);
	l->active = calloc(n, sizeof *l->active);
	l->times = calloc(n, sizeof *l->times);
	if (!l->client || !l->timer_ns || !l->active || !l->times)
		err(1, "memory");
	l->t0_ns = l->now_ns = clock_ns();
	for (uint32_t i = 0; i < n; i++)
		init_client(l, i);
}

/* They are in the order of time. */
static void
sum_up(struct load *l)
{
	struct load_sum *s = l->sum;

	s->dropped = net_dropped(l->net);
	if (s->done == 0)
		return;
	s->first_s = l->times[0];
	s->median_s = l->times[s->done / 2];
	s->last_s = l->times[s->done - 1];
}

static void
clean_up(struct load *l)
{
	for (uint32_t i = 0; i < l->o->clients; i++)
		free(l->client[i].have);
	free(l->client);
	free(l->timer_ns);
	free(l->active);
	free(l->times);
	(void)munmap((void *)(uintptr_t)l->file, l->size + 1);
	net_close(l->net);
}

void
load_run(const struct load_opt *o, struct load_sum *sum)
{
	struct load l = {.o = o, .sum = sum};
	uint64_t limit_ns;

	init(&l);
	limit_ns = l.t0_ns + (uint64_t)(o->limit_s * 1e9);
	while (l.finished < o->clients && l.now_ns < limit_ns) {
		timers(&l);
		strangers(&l);
		net_receive(l.net, 1, on_dgram, &l);
		l.now_ns = clock_ns();
	}
	sum_up(&l);
	clean_up(&l);
}
