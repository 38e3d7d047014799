/*
 * sink_sweep.c - hidden files that a killed tftpd left are removed.
 *
 * An upload that runs, of this process or of another on the same tree, has
 * its file locked.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/root.h"
#include "tftpd/sink.h"

struct sweep {
	size_t names, removed;
};

/* ".tftpd-" and 16 hex digits. */
static bool
is_hidden(const char *name)
{
	return strncmp(name, ".tftpd-", 7) == 0 && strlen(name) == 23 &&
	       strspn(name + 7, "0123456789abcdef") == 16;
}

static void
remove_if_left(struct sweep *w, int dir, const char *name)
{
	int fd =
	    openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat sb;

	if (fd == -1)
		return;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0 && unlinkat(dir, name, 0) == 0)
		w->removed++;
	(void)close(fd);
}

/* The folder behind fd, which is closed, and those below it. */
static void
folder(struct sweep *w, int fd, unsigned int depth)
{
	DIR *d = fdopendir(fd);
	const struct dirent *e;

	if (!d) {
		(void)close(fd);
		return;
	}
	while (w->names < SINK_SWEEP && (e = readdir(d)) != NULL) {
		int below;

		w->names++;
		if (is_hidden(e->d_name)) {
			remove_if_left(w, dirfd(d), e->d_name);
			continue;
		}
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (depth == SINK_DEPTH ||
		    (e->d_type != DT_DIR && e->d_type != DT_UNKNOWN))
			continue;
		below = openat(dirfd(d), e->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below != -1)
			folder(w, below, depth + 1);
	}
	(void)closedir(d);
}

size_t
sink_sweep(int rootfd, const struct conf_upload *u)
{
	struct sweep w = {0, 0};
	bool listable;
	int fd = root_open_dir(rootfd, u->folder, false, &listable);

	if (fd == -1)
		return 0;
	if (listable)
		folder(&w, fd, 0);
	else
		(void)close(fd);
	return w.removed;
}
