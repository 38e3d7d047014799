/*
 * sums_work.c - the process that computes digests for tftpd; see sums.h.
 *
 * A job is the digest of a file or the manifest of a folder.  The shortest
 * goes first: while much is read, what comes meanwhile and is less goes
 * before it.  Digests are remembered by device, inode, size and times.  What
 * changes while it is read is read again.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/stat.h>
#include <unistd.h>

#include "sys/root.h"
#include "tftpd/memfd.h"
#include "tftpd/sums.h"

enum {
	SLOTS = 1 << 18, /* remembered digests; a power of two */
	PROBES = 8,
	PATH = 1024, /* a longer name is not in a manifest */
	TRIES = 3,
	SETTLED_S = 2 /* a file that is older is remembered */
};

struct slot {
	bool used;
	struct sums_key key;
	struct digest digest;
};

/* A manifest on its way. */
struct manifest {
	int rootfd;
	size_t skip; /* of each path: the folder that it is of */
	char *text;  /* lines as sha256sum writes them */
	size_t len, size;
	size_t *line; /* where each begins */
	size_t n;
};

/* A job that has come. */
struct todo {
	bool used;
	struct sums_ask ask;
	int fd;
	uint64_t size; /* of the file; a folder is larger than all */
};

static struct slot *slots; /* SLOTS, or NULL: no memory for it */
static struct todo todo[SUMS_JOBS];
static int sock;

static void small_ones(void *arg, uint64_t left);

void
sums_key(const struct stat *sb, struct sums_key *ret)
{
	memset(ret, 0, sizeof *ret);
	ret->dev = (uint64_t)sb->st_dev;
	ret->ino = (uint64_t)sb->st_ino;
	ret->size = (uint64_t)sb->st_size;
	ret->mtime_ns =
	    (int64_t)sb->st_mtim.tv_sec * 1000000000 + sb->st_mtim.tv_nsec;
	ret->ctime_ns =
	    (int64_t)sb->st_ctim.tv_sec * 1000000000 + sb->st_ctim.tv_nsec;
}

static bool
key_equal(const struct sums_key *a, const struct sums_key *b)
{
	return memcmp(a, b, sizeof *a) == 0; /* no holes: all 64 bits */
}

/* The slot of a key: its own, a free one, or one to put it over. */
static struct slot *
slot_of(const struct sums_key *key)
{
	uint64_t at = (key->ino * UINT64_C(0x9e3779b97f4a7c15) ^ key->dev) +
		      (uint64_t)key->mtime_ns;
	struct slot *first = &slots[at % SLOTS];

	for (size_t i = 0; i < PROBES; i++) {
		struct slot *s = &slots[(at + i) % SLOTS];

		if (!s->used || key_equal(&s->key, key))
			return s;
	}
	return first;
}

/* Its times would show it if it were written to once more. */
static bool
is_settled(const struct stat *sb)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) == 0 &&
	       sb->st_mtim.tv_sec + SETTLED_S < now.tv_sec &&
	       sb->st_ctim.tv_sec + SETTLED_S < now.tv_sec;
}

/* The digest of an open file.  0 or errno. */
static int
digest_of(int fd, struct digest *ret)
{
	struct sums_key key, after;
	struct slot *s = NULL;
	struct stat sb;

	for (int i = 0; i < TRIES; i++) {
		if (fstat(fd, &sb) == -1)
			return errno;
		if (!S_ISREG(sb.st_mode))
			return EINVAL;
		sums_key(&sb, &key);
		s = slots ? slot_of(&key) : NULL;
		if (s && s->used && key_equal(&s->key, &key)) {
			*ret = s->digest;
			return 0;
		}
		if (digest_fd(fd, key.size, ret, small_ones, NULL) == -1 &&
		    errno != ESTALE)
			return errno;
		if (fstat(fd, &sb) == -1)
			return errno;
		sums_key(&sb, &after);
		if (!key_equal(&key, &after))
			continue;
		if (s && is_settled(&sb))
			*s = (struct slot){true, key, *ret};
		return 0;
	}
	return ESTALE;
}

/* ---- manifests ---- */

/* One line.  0 or errno: EFBIG when there are too many. */
static int
add_line(struct manifest *m, const struct digest *d, const char *path)
{
	size_t len = DIGEST_HEX - 1 + 2 + strlen(path) + 1;
	char hex[DIGEST_HEX], *text;

	if (m->n == SUMS_FILES || m->len + len > SUMS_MANIFEST)
		return EFBIG;
	if (m->len + len + 1 > m->size) {
		size_t size = (m->len + len + 1) * 2;

		text = realloc(m->text, size);
		if (!text)
			return ENOMEM;
		m->text = text;
		m->size = size;
	}
	m->line[m->n++] = m->len;
	(void)snprintf(m->text + m->len, m->size - m->len, "%s  %s\n",
	    digest_hex(d, hex), path);
	m->len += len;
	return 0;
}

/* A client can ask for it, and sha256sum writes it as it is. */
static bool
is_plain(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < 0x20 || *name == '\\' ||
		    *name == 0x7f)
			return false;
	return true;
}

/* One file; what cannot be read is not in it.  0 or errno. */
static int
add_file(struct manifest *m, const char *path)
{
	struct digest d;
	int64_t mtime_ns;
	uint64_t size;
	int fd = root_open_file(m->rootfd, path, &size, &mtime_ns), error;

	if (fd == -1)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM
			   ? errno
			   : 0;
	error = digest_of(fd, &d);
	(void)close(fd);
	if (error == 0)
		error = add_line(m, &d, path + m->skip);
	else
		error = 0;
	small_ones(NULL, UINT64_MAX - 1);
	return error;
}

static int add_folder(struct manifest *m, const char *path, int depth);

/* A name in a folder: what it is, followed when it is a link to a file. */
static int
add_name(struct manifest *m, const char *folder, const char *name, int dirfd,
    int depth)
{
	char path[PATH];
	struct stat sb;
	int n;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    !is_plain(name))
		return 0;
	n = snprintf(
	    path, sizeof path, "%s%s%s", folder, *folder ? "/" : "", name);
	if (n < 0 || (size_t)n >= sizeof path ||
	    fstatat(dirfd, name, &sb, AT_SYMLINK_NOFOLLOW) == -1)
		return 0;
	if (S_ISDIR(sb.st_mode))
		return add_folder(m, path, depth + 1);
	return S_ISREG(sb.st_mode) || S_ISLNK(sb.st_mode) ? add_file(m, path)
							  : 0;
}

static int
add_folder(struct manifest *m, const char *path, int depth)
{
	int fd, error = 0;
	struct dirent *e;
	DIR *dir;

	if (depth > SUMS_DEPTH)
		return EFBIG;
	fd = root_open_folder(m->rootfd, path);
	if (fd == -1)
		return errno == EMFILE || errno == ENFILE ? errno : 0;
	dir = fdopendir(fd);
	if (!dir) {
		error = errno;
		(void)close(fd);
		return error;
	}
	while (error == 0 && (e = readdir(dir)) != NULL)
		error = add_name(m, path, e->d_name, fd, depth);
	(void)closedir(dir);
	return error;
}

static const char *sorted_text; /* qsort() hands nothing through */

static int
by_path(const void *va, const void *vb)
{
	const char *a = sorted_text + *(const size_t *)va + DIGEST_HEX + 1;
	const char *b = sorted_text + *(const size_t *)vb + DIGEST_HEX + 1;

	while (*a == *b && *a != '\n') {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

/* The lines in their order as a file; -1 and errno. */
static int
manifest_file(const struct manifest *m)
{
	char *text = malloc(m->len + 1);
	size_t at = 0;
	int fd, error;

	if (!text)
		return -1;
	sorted_text = m->text;
	qsort(m->line, m->n, sizeof *m->line, by_path);
	for (size_t i = 0; i < m->n; i++) {
		const char *s = m->text + m->line[i];
		size_t len = (size_t)(strchr(s, '\n') - s) + 1;

		memcpy(text + at, s, len);
		at += len;
	}
	fd = memfd_of(text, at);
	error = errno;
	free(text);
	errno = error;
	return fd;
}

/* The manifest of a folder.  0 or errno. */
static int
manifest_of(int rootfd, const char *folder, int *ret_fd, uint64_t *ret_size)
{
	size_t len = strlen(folder);
	struct manifest m = {.rootfd = rootfd, .skip = len ? len + 1 : 0};
	int error;

	m.line = malloc(SUMS_FILES * sizeof *m.line);
	if (!m.line)
		return ENOMEM;
	error = add_folder(&m, folder, 0);
	if (error == 0) {
		*ret_fd = manifest_file(&m);
		error = *ret_fd == -1 ? errno : 0;
		*ret_size = m.len;
	}
	free(m.line);
	free(m.text);
	return error;
}

/* ---- jobs ---- */

/* Take what has come, or wait for it; false: tftpd is gone. */
static bool
take(bool wait)
{
	struct todo t = {.used = true, .size = UINT64_MAX};
	struct stat sb;
	size_t i;
	long n = sums_recv(sock, &t.ask, sizeof t.ask, wait, &t.fd);

	if (n != sizeof t.ask)
		return n == -1 && errno == EAGAIN;
	t.ask.folder[sizeof t.ask.folder - 1] = '\0';
	if (t.ask.kind == SUMS_OF_FILE)
		t.size = fstat(t.fd, &sb) == 0 ? (uint64_t)sb.st_size : 0;
	for (i = 0; i < SUMS_JOBS && todo[i].used; i++)
		;
	if (i == SUMS_JOBS) /* tftpd has no more than that */
		return false;
	todo[i] = t;
	return true;
}

/* All that is there; the end of tftpd is ours. */
static void
take_all(void)
{
	do {
		errno = 0;
		if (!take(false))
			_exit(0);
	} while (errno != EAGAIN);
}

/* The least of them, NULL: none is below the bound. */
static struct todo *
least(uint64_t bound)
{
	struct todo *t = NULL;

	for (size_t i = 0; i < SUMS_JOBS; i++)
		if (todo[i].used && todo[i].size <= bound &&
		    (!t || todo[i].size < t->size))
			t = &todo[i];
	return t;
}

static void
work_on(struct todo *t)
{
	struct sums_answer a = {.job = t->ask.job, .kind = t->ask.kind};
	struct todo now = *t;
	int made = -1;

	t->used = false;
	if (now.fd == -1)
		a.error = EBADF;
	else if (now.ask.kind == SUMS_OF_FILE)
		a.error = digest_of(now.fd, &a.digest);
	else
		a.error = manifest_of(now.fd, now.ask.folder, &made, &a.size);
	if (now.fd != -1)
		(void)close(now.fd);
	if (sums_send(sock, &a, sizeof a, made) == -1)
		_exit(0);
	if (made != -1)
		(void)close(made);
}

/*
 * Something takes long: files with less than what is left of it go first.
 * Each has less than the one before it, and there are SUMS_JOBS at most, so
 * this does not go deep.
 */
static void
small_ones(void *arg, uint64_t left)
{
	struct todo *t;

	(void)arg;
	take_all();
	while ((t = least(left)) != NULL)
		work_on(t);
}

void
sums_work(int fd)
{
	struct todo *t;

	sock = fd;
	slots = calloc(SLOTS, sizeof *slots);
	while (take(true))
		while ((t = least(UINT64_MAX)) != NULL)
			work_on(t);
	_exit(0);
}
