/* start_child.h - starts in a child.  SPDX-License-Identifier: ISC */
#ifndef REMOTEBOOT_START_CHILD_H
#define REMOTEBOOT_START_CHILD_H

#include <sys/wait.h>

#include "sys/start.h"
#include "sys_tmp.h"

enum {
	WORDS = 16
};

/* start_options() with the words of a line. */
static inline void
options(struct start *st, const char *line)
{
	/* start_options() keeps pointers into them */
	static char copy[256], *argv[WORDS + 1];
	int argc = 0;

	snprintf(copy, sizeof copy, "%s", line);
	for (char *w = strtok(copy, " "); w && argc < WORDS;
	     w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	start_options(st, argc, argv);
}

/*
 * Runs fn in a child whose descriptors 1 and 2 are the file "out"; returns
 * its exit status.
 */
static inline int
in_child(void (*fn)(void *arg), void *arg)
{
	int status, fd;
	pid_t pid;

	unlink("out");
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		fd = open("out", O_WRONLY | O_CREAT | O_APPEND, 0666);
		if (fd == -1 || dup2(fd, 1) != 1 || dup2(fd, 2) != 2)
			_exit(99);
		fn(arg);
		exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(
	    WIFEXITED(status), "the child died of signal %d", status & 0x7f);
	return WEXITSTATUS(status);
}

#endif
