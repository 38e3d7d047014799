/*
 * tftpload_proc.c - what the server costs, as the kernel tells.
 *
 * A server may have threads and children, and those may be gone by the time
 * that one asks: its control group (version 2) has counted them all.
 *
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/tftpload.h"

enum {
	PATH = 256,
	LINE = 256
};

/* The number behind key in a file of "key number" lines; 0: none. */
static uint64_t
value_of(const char *path, const char *key)
{
	char line[LINE];
	uint64_t v = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		return 0;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, key, strlen(key)) == 0) {
			v = strtoull(line + strlen(key), NULL, 10);
			break;
		}
	fclose(f);
	return v;
}

double
group_cpu_s(const char *group)
{
	char path[PATH];

	if (!group)
		return 0;
	snprintf(path, sizeof path, "%s/cpu.stat", group);
	return (double)value_of(path, "usage_usec") / 1e6;
}

/* Its processes, one after the other. */
static FILE *
processes_of(const char *group)
{
	char path[PATH];

	if (!group)
		return NULL;
	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	return fopen(path, "r");
}

void
group_memory(const char *group, struct load_sum *s)
{
	FILE *f = processes_of(group);
	char path[PATH];
	int pid;

	s->pss_kB = s->rss_kB = s->processes = 0;
	while (f && fscanf(f, "%d", &pid) == 1) {
		snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
		s->pss_kB += value_of(path, "Pss:");
		s->rss_kB += value_of(path, "Rss:");
		s->processes++;
	}
	if (f)
		fclose(f);
}

uint64_t
read_bytes(const char *group)
{
	FILE *f = processes_of(group);
	char path[PATH];
	/* ours too: whoever comes first reads for both */
	uint64_t sum = value_of("/proc/self/io", "read_bytes:");
	int pid;

	while (f && fscanf(f, "%d", &pid) == 1) {
		snprintf(path, sizeof path, "/proc/%d/io", pid);
		sum += value_of(path, "read_bytes:");
	}
	if (f)
		fclose(f);
	return sum;
}
