/*
 * dhcpload_main.c - the load generator of tests/bench/dhcp.sh.
 *
 * usage: dhcpload dora|renew|first [-g GIADDR -s SERVER | -i DEVICE]
 *	[-a FIRST_ADDRESS] [-n CLIENTS] [-m FIRST_MAC] [-w WINDOW] [-r RATE]
 *	[-t SECONDS] [-l] [-p SERVER_PID] [-T STARTED_NS]
 *
 * -a: client I holds (renew) or asks for (dora) FIRST_ADDRESS + I;
 * -l: the same clients over and over; -r: so many each second, else as many
 * as get done with WINDOW under way; the first CLIENT has hardware address
 * 02:00 and FIRST_MAC.
 *
 * Prints one line of KEY=VALUE; status 1 when an answer was wrong or an
 * address was given to two.  Not for a network that people use: it takes
 * all the addresses that there are.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/dhcpload.h"

/* ---- the server, as /proc tells ---- */

static double
task_cpu_s(const char *path)
{
	FILE *f = fopen(path, "r");
	double ns = 0;

	if (f) {
		if (fscanf(f, "%lf", &ns) != 1)
			ns = 0;
		fclose(f);
	}
	return ns / 1e9;
}

/* CPU time of all threads of the server. */
static double
cpu_s(int pid)
{
	char path[96];
	struct dirent *e;
	double sum = 0;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%d/task", pid);
	d = pid ? opendir(path) : NULL;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/%d/task/%.20s/schedstat",
		    pid, e->d_name);
		sum += task_cpu_s(path);
	}
	if (d)
		closedir(d);
	return sum;
}

static long
rss_kB(int pid)
{
	char path[64], line[128];
	long kB = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	f = pid ? fopen(path, "r") : NULL;
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "VmRSS: %ld", &kB) == 1)
			break;
	if (f)
		fclose(f);
	return kB;
}

/* ---- command line ---- */

static uint32_t
address(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		errx(2, "%s: not an address", text);
	return ntohl(a.s_addr);
}

static void
option(struct load_opt *o, int c, const char *v)
{
	switch (c) {
	case 'a':
		o->base = address(v);
		break;
	case 'g':
		o->giaddr = address(v);
		break;
	case 'i':
		o->direct = true;
		o->device = v;
		break;
	case 'l':
		o->again = true;
		break;
	case 'm':
		o->first_mac = (uint32_t)strtoul(v, NULL, 0);
		break;
	case 'n':
		o->clients = (uint32_t)strtoul(v, NULL, 10);
		break;
	case 'p':
		o->pid = atoi(v);
		break;
	case 'r':
		o->rate = strtod(v, NULL);
		break;
	case 's':
		o->server = address(v);
		break;
	case 't':
		o->seconds = strtod(v, NULL);
		break;
	case 'T':
		o->since_ns = strtoull(v, NULL, 10);
		break;
	case 'w':
		o->window = (uint32_t)strtoul(v, NULL, 10);
		break;
	default:
		errx(2, "usage: see the head of dhcpload_main.c");
	}
}

static void
command_line(struct load_opt *o, int argc, char **argv)
{
	static const char *const mode[] = {"dora", "renew", "first"};
	size_t i;
	int c;

	*o = (struct load_opt){.clients = 1000, .window = 128, .seconds = 5};
	for (i = 0; argc > 1 && i < 3; i++)
		if (strcmp(argv[1], mode[i]) == 0)
			break;
	if (argc < 2 || i == 3)
		errx(2, "the first argument is dora, renew or first");
	o->mode = (enum load_mode)i;
	o->again = o->mode == MODE_RENEW;
	optind = 2;
	while ((c = getopt(argc, argv, "a:g:i:lm:n:p:r:s:t:T:w:")) != -1)
		option(o, c, optarg);
	if (!o->clients || !o->window || (!o->direct && !o->server) ||
	    (o->mode == MODE_RENEW && !o->base))
		errx(2, "-s SERVER or -i DEVICE is missing, or -a for renew");
	if (o->window > o->clients)
		o->window = o->clients;
}

/* ---- the line ---- */

static int
by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
percentile_ms(const struct load_sum *s, double share)
{
	if (!s->nlatency)
		return 0;
	return s->latency_us[(uint64_t)((double)(s->nlatency - 1) * share)] /
	       1e3;
}

static void
print(const struct load_opt *o, const struct load_sum *s, double cpu)
{
	double n = s->done ? (double)s->done : 1;

	printf("acked=%" PRIu64 " seconds=%.3f per_s=%.0f", s->done, s->seconds,
	    s->seconds > 0 ? (double)s->done / s->seconds : 0);
	printf(" p50_ms=%.3f p99_ms=%.3f max_ms=%.3f", percentile_ms(s, 0.5),
	    percentile_ms(s, 0.99), percentile_ms(s, 1));
	printf(" resent=%" PRIu64 " lost=%" PRIu64 " naks=%" PRIu64
	       " wrong=%" PRIu64 " twice=%" PRIu64,
	    s->resent, s->lost, s->naks, s->wrong, s->twice);
	printf(" cpu_per_1000=%.4f rss_kB=%ld", cpu * 1000 / n, rss_kB(o->pid));
	if (o->mode == MODE_FIRST)
		printf(
		    " first_ms=%.1f stall_ms=%.1f", s->first_ms, s->stall_ms);
	printf("\n");
}

int
main(int argc, char **argv)
{
	struct load_sum s = {0};
	struct load_opt o;
	struct load_net *n;
	double cpu;

	command_line(&o, argc, argv);
	n = net_open(&o);
	cpu = cpu_s(o.pid);
	if (o.mode == MODE_FIRST)
		load_first(&o, n, &s);
	else
		load_run(&o, n, &s);
	cpu = cpu_s(o.pid) - cpu;
	if (s.latency_us)
		qsort(s.latency_us, s.nlatency, sizeof *s.latency_us, by_value);
	print(&o, &s, cpu);
	free(s.latency_us);
	free(n);
	return s.wrong || s.twice ? 1 : 0;
}
