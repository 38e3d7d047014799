/*
 * sink.c - the file of an upload: a hidden one until it is whole; see
 * sink.h.
 *
 * A name that is there is never opened for writing: renameat2(2) with
 * RENAME_NOREPLACE, or rename(2) where it may be replaced, puts the new file
 * there as a whole.  Where a file system has no RENAME_NOREPLACE (NFS),
 * linkat(2) does the same in two steps.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/root.h"
#include "tftp.h"
#include "tftpd/put.h"
#include "tftpd/sink.h"

#define HIDDEN ".tftpd-"

enum {
	HIDDEN_LEN = sizeof HIDDEN - 1,
	TRIES = 8 /* names that another one took, or a sweep */
};

void
sink_init(struct sink *s)
{
	memset(s, 0, sizeof *s);
	s->dirfd = s->fd = -1;
}

/* Is the name there, and may it be?  0, or -1 and errno. */
static int
look(const struct sink *s)
{
	struct stat sb;

	if (fstatat(s->dirfd, s->name, &sb, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno == ENOENT && s->create)
			return 0;
		return -1;
	}
	if (S_ISREG(sb.st_mode) && s->overwrite)
		return 0;
	errno = !s->overwrite ? EEXIST : S_ISDIR(sb.st_mode) ? EISDIR : EINVAL;
	return -1;
}

/* The folder of path; rest is below u's. */
static int
open_folder(int rootfd, const struct conf_upload *u, const char *rest,
    size_t len, bool *ret_listable)
{
	char folder[TFTP_NAME_MAX + 1];
	int top, fd;

	if (len >= sizeof folder) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(folder, rest, len);
	folder[len] = '\0';
	top = root_open_dir(rootfd, u->folder, false, ret_listable);
	if (top == -1 || len == 0)
		return top;
	fd = root_open_dir(top, folder, true, ret_listable);
	len = (size_t)errno;
	(void)close(top);
	errno = (int)len;
	return fd;
}

int
sink_find(struct sink *s, int rootfd, const struct conf_upload *u,
    const char *path, bool netascii)
{
	const char *rest = path + strlen(u->folder), *name;

	rest += strspn(rest, "/");
	name = strrchr(rest, '/');
	name = name ? name + 1 : rest;
	if (strlen(name) >= sizeof s->name || *name == '\0' ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		errno = *name && name[0] != '.' ? ENAMETOOLONG : EISDIR;
		return -1;
	}
	s->dirfd =
	    open_folder(rootfd, u, rest, (size_t)(name - rest), &s->listable);
	if (s->dirfd == -1)
		return -1;
	(void)snprintf(s->name, sizeof s->name, "%s", name);
	s->create = u->create;
	s->overwrite = u->overwrite;
	s->mode = u->mode;
	s->netascii = netascii;
	return look(s);
}

/*
 * A hidden file of ours: locked, and still there when it is (a sweep of
 * another process may have been in between).
 */
static bool
make(struct sink *s)
{
	struct stat sb;
	uint64_t n = 0;

	(void)getrandom(&n, sizeof n, GRND_NONBLOCK);
	(void)snprintf(
	    s->tmp, sizeof s->tmp, HIDDEN "%016llx", (unsigned long long)n);
	s->fd = openat(s->dirfd, s->tmp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->fd == -1) {
		s->tmp[0] = '\0';
		return false;
	}
	if (flock(s->fd, LOCK_EX | LOCK_NB) == 0 && fstat(s->fd, &sb) == 0 &&
	    sb.st_nlink > 0)
		return true;
	(void)close(s->fd);
	s->fd = -1;
	s->tmp[0] = '\0';
	errno = EEXIST;
	return false;
}

int
sink_create(struct sink *s, uint64_t size)
{
	for (int i = 0; i < TRIES && !make(s); i++)
		if (errno != EEXIST)
			return -1;
	if (s->fd == -1)
		return -1;
	if (size &&
	    fallocate(s->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size) == -1 &&
	    (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
		return -1;
	return 0;
}

static int
write_all(struct sink *s, const uint8_t *data, size_t len)
{
	while (len) {
		ssize_t n = pwrite(s->fd, data, len, (off_t)s->size);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		data += n;
		len -= (size_t)n;
		s->size += (uint64_t)n;
	}
	return 0;
}

int
sink_write(struct sink *s, const uint8_t *data, size_t len)
{
	static uint8_t text[TFTP_BLKSIZE_MAX + 1];

	if (!s->netascii)
		return write_all(s, data, len);
	return write_all(s, text, put_text(&s->cr, data, len, text));
}

int
sink_finish(struct sink *s)
{
	static const uint8_t cr[] = "\r";
	mode_t mode = s->mode;
	struct stat sb;

	if (s->cr && write_all(s, cr, 1) == -1)
		return -1;
	if (fstatat(s->dirfd, s->name, &sb, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(sb.st_mode))
		mode = sb.st_mode & 0777;
	if (ftruncate(s->fd, (off_t)s->size) == -1) /* room that was not used */
		return -1;
	return fchmod(s->fd, mode);
}

int
sink_publish(struct sink *s)
{
	int rc;

	if (s->overwrite) {
		rc = renameat(s->dirfd, s->tmp, s->dirfd, s->name);
	} else {
		rc = renameat2(
		    s->dirfd, s->tmp, s->dirfd, s->name, RENAME_NOREPLACE);
		if (rc == -1 && (errno == EINVAL || errno == ENOSYS)) {
			rc = linkat(s->dirfd, s->tmp, s->dirfd, s->name, 0);
			if (rc == 0)
				(void)unlinkat(s->dirfd, s->tmp, 0);
		}
	}
	if (rc == 0)
		s->tmp[0] = '\0';
	return rc;
}

void
sink_discard(struct sink *s)
{
	if (s->tmp[0])
		(void)unlinkat(s->dirfd, s->tmp, 0);
	s->tmp[0] = '\0';
	if (s->fd != -1)
		(void)close(s->fd);
	if (s->dirfd != -1)
		(void)close(s->dirfd);
	s->fd = s->dirfd = -1;
}
