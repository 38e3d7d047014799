/*
 * main.c - stands in for libFuzzer: runs the target over every file of the
 * folders and files given, so that make check replays the corpora without
 * clang.  A target that finds something wrong aborts.
 *
 * SPDX-License-Identifier: ISC
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum {
	INPUT_MAX = 1 << 20
};

static unsigned int inputs;

static int
run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *buf, *exact;
	size_t len;

	if (!f) {
		perror(path);
		return -1;
	}
	buf = malloc(INPUT_MAX);
	if (!buf)
		abort();
	len = fread(buf, 1, INPUT_MAX, f);
	(void)fclose(f);
	exact = malloc(len ? len : 1); /* so that ASan sees the true end */
	if (!exact)
		abort();
	memcpy(exact, buf, len);
	free(buf);
	(void)LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	inputs++;
	return 0;
}

static int
run_dir(const char *dir)
{
	struct dirent *d;
	DIR *dp = opendir(dir);
	int rc = 0;

	if (!dp)
		return run_file(dir);
	while (rc == 0 && (d = readdir(dp))) {
		char path[4096];

		if (d->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", dir, d->d_name);
		rc = run_file(path);
	}
	(void)closedir(dp);
	return rc;
}

int
main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		if (run_dir(argv[i]) != 0)
			return 1;
	printf("%u inputs replayed\n", inputs);
	return inputs == 0;
}
