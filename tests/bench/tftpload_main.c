/*
 * tftpload_main.c - the load generator of tests/bench/tftp.sh.
 *
 * usage: tftpload -s SERVER -f NAME -F FILE [-p PORT] [-n CLIENTS]
 *	[-w AT_ONCE] [-r RATE] [-b BLKSIZE] [-W WINDOWSIZE] [-o TIMEOUT] [-z]
 *	[-l LOSS] [-S SEED] [-q WAIT_MS] [-t LIMIT_S] [-x BLOCKS] [-H] [-G]
 *	[-g GROUP]
 *
 * CLIENTS fetch NAME, which has to hold what the local FILE does: all at
 * once, or AT_ONCE at a time, or RATE a second.  -b -W -o -z: with the
 * options blksize, windowsize, timeout, tsize.  -l: that share of DATA, OACKs
 * and ACKs is lost.  -q: a client that hears nothing for so long repeats its
 * packet.  -t: what is not done by then is broken off.  -x: all clients but
 * the first have enough after so many blocks.  -H: halt when all have their
 * first blocks, and look at the server's memory.  -G: take datagrams one by
 * one.  -g: the control group of the server, whose CPU is counted.
 *
 * Prints one line of KEY=VALUE; status 1 when a client got wrong bytes or an
 * answer that the RFCs forbid.  What was broken off counts for the
 * throughput; slowest_by is the slowest client's time divided by the median
 * one, or, if some were broken off, the median client's bytes by the least;
 * MB_per_cpu_s counts the seconds that the server and this program ran.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bench/tftpload.h"

/* ---- command line ---- */

static void
map_file(struct load_opt *o, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p;

	if (fd == -1 || fstat(fd, &st) == -1)
		err(2, "%s", path);
	p = mmap(NULL, (size_t)st.st_size + 1, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		err(2, "%s", path);
	o->file = p;
	o->size = (uint64_t)st.st_size;
	close(fd);
}

static void
server_at(struct load_opt *o, const char *text)
{
	o->server.sin_family = AF_INET;
	if (inet_pton(AF_INET, text, &o->server.sin_addr) != 1)
		errx(2, "%s: not an address", text);
}

static uint16_t
word(const char *v)
{
	return (uint16_t)strtoul(v, NULL, 10);
}

/* How the clients come and wait. */
static bool
option_load(struct load_opt *o, int c, const char *v)
{
	switch (c) {
	case 'n':
		o->clients = (uint32_t)strtoul(v, NULL, 10);
		return true;
	case 'w':
		o->at_once = (uint32_t)strtoul(v, NULL, 10);
		return true;
	case 'r':
		o->rate = strtod(v, NULL);
		return true;
	case 'l':
		o->loss = strtod(v, NULL);
		return true;
	case 'S':
		o->seed = strtoull(v, NULL, 10);
		return true;
	case 'q':
		o->wait_ms = (uint32_t)strtoul(v, NULL, 10);
		return true;
	case 't':
		o->limit_s = strtod(v, NULL);
		return true;
	case 'x':
		o->few = strtoull(v, NULL, 10);
		return true;
	default:
		return false;
	}
}

static void
option(struct load_opt *o, int c, const char *v)
{
	switch (c) {
	case 's':
		server_at(o, v);
		break;
	case 'p':
		o->server.sin_port = htons(word(v));
		break;
	case 'f':
		o->name = v;
		break;
	case 'F':
		map_file(o, v);
		break;
	case 'b':
		o->blksize = word(v);
		break;
	case 'W':
		o->windowsize = word(v);
		break;
	case 'o':
		o->timeout_s = (uint8_t)strtoul(v, NULL, 10);
		break;
	case 'z':
		o->tsize = true;
		break;
	case 'H':
		o->hold = true;
		break;
	case 'G':
		o->gro = false;
		break;
	case 'g':
		o->group = v;
		break;
	default:
		if (!option_load(o, c, v))
			errx(2, "usage: see the head of tftpload_main.c");
	}
}

static void
command_line(struct load_opt *o, int argc, char **argv)
{
	int c;

	*o = (struct load_opt){.clients = 1,
	    .wait_ms = 1000,
	    .limit_s = 60,
	    .gro = true,
	    .seed = 1,
	    .server.sin_port = htons(69)};
	while ((c = getopt(
		    argc, argv, "b:f:F:g:GHl:n:o:p:q:r:s:S:t:w:W:x:z")) != -1)
		option(o, c, optarg);
	if (!o->clients || !o->name || !o->file || !o->server.sin_family)
		errx(2, "-s SERVER, -f NAME or -F FILE is missing");
}

/* ---- the line ---- */

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
percentile(const double *v, size_t n, double share)
{
	return n ? v[(size_t)((double)(n - 1) * share)] : 0;
}

static double
bytes_of(const struct client *c)
{
	return c->next ? (double)(c->next - 1) * c->blksize : 0;
}

/* Times of those that are done; or, when some are late, bytes. */
static size_t
collect(const struct load *l, double *v, bool times)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < l->o.clients; i++) {
		const struct client *c = &l->client[i];

		if (!times)
			v[n++] = bytes_of(c);
		else if (c->state == CLIENT_DONE)
			v[n++] = (double)(c->end_us - c->start_us) / 1e3;
	}
	qsort(v, n, sizeof *v, by_value);
	return n;
}

static void
print_times(const struct load *l)
{
	double *v = calloc(l->o.clients, sizeof *v), by;
	size_t n;

	if (!v)
		err(1, "memory");
	n = collect(l, v, true);
	printf(" p50_ms=%.3f p99_ms=%.3f max_ms=%.3f", percentile(v, n, 0.5),
	    percentile(v, n, 0.99), percentile(v, n, 1));
	by = n ? percentile(v, n, 1) / percentile(v, n, 0.5) : 0;
	if (l->sum.late) {
		n = collect(l, v, false);
		by = percentile(v, n, 0.5) /
		     (percentile(v, n, 0) > 0 ? percentile(v, n, 0) : 1);
	}
	printf(" slowest_by=%.2f", by);
	free(v);
}

static double
per(double a, double b)
{
	return b > 0 ? a / b : 0;
}

static void
print(const struct load *l)
{
	const struct load_sum *s = &l->sum;
	double GiB = (double)s->bytes / 0x1p30;

	printf("done=%" PRIu64 " failed=%" PRIu64 " wrong=%" PRIu64
	       " late=%" PRIu64,
	    s->done, s->failed, s->wrong, s->late);
	printf(" seconds=%.4f MB_per_s=%.2f MB_per_cpu_s=%.2f per_s=%.1f",
	    s->seconds, per((double)s->bytes / 1e6, s->seconds),
	    per((double)s->bytes / 1e6, s->cpu_s + s->own_cpu_s),
	    per((double)s->done, s->seconds));
	print_times(l);
	printf(" asked_again=%" PRIu64 " acked_again=%" PRIu64
	       " blocks=%" PRIu64 " twice=%" PRIu64 " ahead=%" PRIu64
	       " dropped=%" PRIu64,
	    s->asked_again, s->acked_again, s->blocks, s->twice, s->ahead,
	    s->dropped);
	printf(" twice_pct=%.3f blksize=%u windowsize=%u",
	    per((double)s->twice * 100, (double)s->blocks), s->blksize,
	    s->windowsize);
	printf(" cpu_s=%.4f cpu_per_GiB=%.4f busy_pct=%.0f own_pct=%.0f",
	    s->cpu_s, per(s->cpu_s, GiB), per(s->cpu_s * 100, s->seconds),
	    per(s->own_cpu_s * 100, s->seconds));
	printf(" pss_kB=%" PRIu64 " rss_kB=%" PRIu64 " processes=%" PRIu64
	       " read_bytes=%" PRIu64 "\n",
	    s->pss_kB, s->rss_kB, s->processes, s->read_bytes);
	if (s->text[0])
		printf("first complaint: %s\n", s->text);
}

static double
own_cpu_s(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

int
main(int argc, char **argv)
{
	static struct load l;
	double cpu, own;
	uint64_t disk;

	command_line(&l.o, argc, argv);
	net_request_make(&l);
	net_open(&l);
	cpu = group_cpu_s(l.o.group);
	own = own_cpu_s();
	disk = read_bytes(l.o.group);
	load_run(&l);
	l.sum.own_cpu_s = own_cpu_s() - own;
	l.sum.cpu_s = group_cpu_s(l.o.group) - cpu;
	l.sum.read_bytes = read_bytes(l.o.group) - disk;
	if (!l.o.hold)
		group_memory(l.o.group, &l.sum);
	print(&l);
	free(l.client);
	return l.sum.wrong ? 1 : 0;
}
