/*
 * fold.c - names in another case than they are written; see fold.h.
 *
 * A folder is known by device, inode and its times of change.  Its names are
 * kept sorted by their folded text.  One that has changed within the last
 * moment is read again next time: its times may not show the next change.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <sys/stat.h>
#include <unistd.h>

#include "sys/root.h"
#include "tftpd/fold.h"
#include "tftpd/name.h"

enum {
	SETTLED_S = 2 /* a folder that is older can be kept */
};

struct folder {
	bool kept;
	dev_t dev;
	ino_t ino;
	struct timespec mtim, ctim;
	uint64_t used;
	char *text;  /* the names, one behind the other */
	char **name; /* sorted */
	size_t n;
};

/* What the beginning of a path can mean. */
struct ways {
	size_t n;
	char path[FOLD_WAYS][NAME_LONG];
};

struct fold {
	struct folder folder[FOLD_FOLDERS];
	struct ways ways[2];
	uint64_t clock; /* counts uses */
};

struct fold *
fold_new(void)
{
	return calloc(1, sizeof(struct fold));
}

static void
empty(struct folder *d)
{
	free(d->text);
	free(d->name);
	memset(d, 0, sizeof *d);
}

void
fold_free(struct fold *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < FOLD_FOLDERS; i++)
		empty(&f->folder[i]);
	free(f);
}

/* By the folded text, and among equals by the bytes. */
static int
by_name(const void *va, const void *vb)
{
	const char *const *a = va, *const *b = vb;
	int rc = strcasecmp(*a, *b);

	return rc ? rc : strcmp(*a, *b);
}

/* All names of an open folder; false: too many, or it cannot be read. */
static bool
read_names(struct folder *d, DIR *dir)
{
	size_t used = 0;
	struct dirent *e;

	d->text = malloc(FOLD_BYTES);
	d->name = malloc(FOLD_NAMES * sizeof *d->name);
	if (!d->text || !d->name)
		return false;
	for (d->n = 0; (e = readdir(dir)) != NULL; d->n++) {
		size_t len = strlen(e->d_name) + 1;
		char *to = d->text + used;

		if (d->n == FOLD_NAMES || len > FOLD_BYTES - used)
			return false;
		memcpy(to, e->d_name, len);
		d->name[d->n] = to;
		used += len;
	}
	qsort(d->name, d->n, sizeof *d->name, by_name);
	return true;
}

/* Give back what was not needed. */
static void
shrink(struct folder *d)
{
	size_t used = 0;
	char *text, **name;

	for (size_t i = 0; i < d->n; i++) {
		size_t end =
		    (size_t)(d->name[i] - d->text) + strlen(d->name[i]) + 1;

		used = end > used ? end : used;
	}
	name = d->n ? realloc(d->name, d->n * sizeof *name) : NULL;
	if (name)
		d->name = name;
	text = malloc(used + 1);
	if (!text)
		return;
	memcpy(text, d->text, used);
	for (size_t i = 0; i < d->n; i++)
		d->name[i] = text + (d->name[i] - d->text);
	free(d->text);
	d->text = text;
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* The place of the folder: where it is, or where it may be put. */
static struct folder *
place(struct fold *f, const struct stat *sb)
{
	struct folder *oldest = &f->folder[0];

	for (size_t i = 0; i < FOLD_FOLDERS; i++) {
		struct folder *d = &f->folder[i];

		if (d->kept && d->dev == sb->st_dev && d->ino == sb->st_ino)
			return d;
		if (d->used < oldest->used)
			oldest = d;
	}
	return oldest;
}

/* The names of the folder fd, which becomes ours; NULL: it has none. */
static const struct folder *
names_of(struct fold *f, int fd)
{
	struct timespec now;
	struct folder *d;
	struct stat sb;
	DIR *dir;

	if (fstat(fd, &sb) == -1 || clock_gettime(CLOCK_REALTIME, &now) == -1) {
		(void)close(fd);
		return NULL;
	}
	d = place(f, &sb);
	d->used = ++f->clock;
	if (d->kept && d->dev == sb.st_dev && d->ino == sb.st_ino &&
	    same_time(&d->mtim, &sb.st_mtim) &&
	    same_time(&d->ctim, &sb.st_ctim)) {
		(void)close(fd);
		return d;
	}
	empty(d);
	dir = fdopendir(fd);
	if (!dir) {
		(void)close(fd);
		return NULL;
	}
	if (!read_names(d, dir))
		empty(d); /* not at all rather than by half */
	(void)closedir(dir);
	if (!d->name)
		return NULL;
	shrink(d);
	d->used = f->clock;
	d->dev = sb.st_dev;
	d->ino = sb.st_ino;
	d->mtim = sb.st_mtim;
	d->ctim = sb.st_ctim;
	d->kept = sb.st_mtim.tv_sec + SETTLED_S < now.tv_sec &&
		  sb.st_ctim.tv_sec + SETTLED_S < now.tv_sec;
	return d;
}

/* The first of the names that are the same as name but for case. */
static size_t
find(const struct folder *d, const char *name)
{
	size_t lo = 0, hi = d->n;

	while (lo < hi) { /* the first one that is not before it */
		size_t mid = lo + (hi - lo) / 2;

		if (strcasecmp(d->name[mid], name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* One more way: name in the folder path, if there is room for it. */
static void
add_way(struct ways *w, const char *path, const char *name)
{
	size_t len = strlen(path), more = strlen(name);

	if (w->n == FOLD_WAYS || len + more + 2 > sizeof w->path[0])
		return;
	memcpy(w->path[w->n], path, len);
	if (len)
		w->path[w->n][len++] = '/';
	memcpy(w->path[w->n++] + len, name, more + 1);
}

/* All that name can mean in the folder path: as it is written comes first. */
static void
look_in(struct fold *f, int rootfd, const char *path, const char *name,
    struct ways *to)
{
	int fd = root_open_folder(rootfd, path);
	const struct folder *d = fd == -1 ? NULL : names_of(f, fd);
	size_t first, i;

	if (!d)
		return;
	first = find(d, name);
	for (i = first; i < d->n && strcasecmp(d->name[i], name) == 0; i++)
		if (strcmp(d->name[i], name) == 0)
			add_way(to, path, name);
	for (i = first; i < d->n && strcasecmp(d->name[i], name) == 0; i++)
		if (strcmp(d->name[i], name) != 0)
			add_way(to, path, d->name[i]);
}

/* The first way that is no folder, if there is one. */
static const char *
best(int rootfd, const struct ways *w)
{
	for (size_t i = 0; w->n > 1 && i < w->n; i++) {
		int fd = root_open_folder(rootfd, w->path[i]);

		if (fd == -1)
			return w->path[i];
		(void)close(fd);
	}
	return w->path[0];
}

bool
fold_path(struct fold *f, int rootfd, const char *path, char *ret, size_t size)
{
	struct ways *from = &f->ways[0], *to = &f->ways[1];
	char name[NAME_MAX + 1];

	to->n = 1;
	to->path[0][0] = '\0';
	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t len = strcspn(path, "/");
		struct ways *was = from;

		if (len > NAME_MAX)
			return false;
		memcpy(name, path, len);
		name[len] = '\0';
		path += len;
		from = to;
		to = was;
		to->n = 0;
		for (size_t i = 0; i < from->n; i++)
			look_in(f, rootfd, from->path[i], name, to);
		if (to->n == 0)
			return false;
	}
	path = best(rootfd, to);
	if (!*path || strlen(path) >= size)
		return false;
	memcpy(ret, path, strlen(path) + 1);
	return true;
}
