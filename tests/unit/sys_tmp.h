/*
 * sys_tmp.h - a folder for one test, and what the tests of the shell read.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_TMP_H
#define REMOTEBOOT_SYS_TMP_H

#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char tmp_dir[64];

/* rm -r of a folder that this test made. */
static inline void
tmp_remove(void)
{
	char cmd[128];

	if (chdir("/") == -1)
		return;
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", tmp_dir);
	if (system(cmd) != 0)
		fprintf(stderr, "cannot remove %s\n", tmp_dir);
}

/* Make the folder (0755), go there. */
static inline void
tmp_make(void)
{
	snprintf(tmp_dir, sizeof tmp_dir, "/tmp/remoteboot-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(tmp_dir));
	ck_assert_int_eq(chmod(tmp_dir, 0755), 0);
	ck_assert_int_eq(chdir(tmp_dir), 0);
}

static inline void
tmp_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/* The whole file; "" when it is not there. */
static inline const char *
tmp_read(const char *path)
{
	static char text[65536];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof text - 1);

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

#endif
