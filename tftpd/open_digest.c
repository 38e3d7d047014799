/*
 * open_digest.c - NAME.sha256 and MANIFEST.sha256 where there is no such
 * file: the digest of what NAME brings, and of all that is in a folder.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "tftpd/memfd.h"
#include "tftpd/open_int.h"

/* What sums.h says when there is no digest now. */
static enum found
no_digest(struct asked *a, enum sums_how how)
{
	switch (how) {
	case SUMS_READY:
		break;
	case SUMS_LATER:
		return FOUND_LATER;
	case SUMS_FULL:
		return open_refuse(a->ret, TFTP_EUNDEF,
		    "too many digests are being computed: ask again");
	case SUMS_GONE:
		return open_refuse(
		    a->ret, TFTP_EUNDEF, "no digests at present");
	case SUMS_FAILED:
		if (errno == EFBIG)
			return open_refuse(a->ret, TFTP_EUNDEF,
			    "too many files for one manifest");
		return open_refuse_errno(a->ret, errno);
	}
	return FOUND_REFUSED;
}

/* The line of sha256sum(1) in place of the file that is open. */
static enum found
serve_digest(struct asked *a, const struct digest *d, const char *name)
{
	char line[DIGEST_HEX + NAME_PATH + 4], hex[DIGEST_HEX];
	struct opened *ret = a->ret;
	int n =
	    snprintf(line, sizeof line, "%s  %s\n", digest_hex(d, hex), name);

	ret->fd = memfd_of(line, (size_t)n);
	if (ret->fd == -1)
		return open_refuse_errno(ret, errno);
	ret->size = (uint64_t)n;
	ret->mtime_ns = 0;
	(void)strncat(
	    ret->path, ".sha256", sizeof ret->path - strlen(ret->path) - 1);
	return FOUND;
}

/* NAME.sha256: the digest of what NAME brings. */
static enum found
open_digest_of(struct asked *a, const char *name)
{
	enum found f = open_mapped(a, name, open_path);
	int fd = a->ret->fd, rc;
	enum sums_how how;
	const char *base;
	struct digest d;

	if (f != FOUND)
		return f;
	if (a->ret->mtime_ns == 0) { /* made just now, and small */
		rc = digest_fd(fd, a->ret->size, &d, NULL, NULL);
		how = rc == -1 ? SUMS_FAILED : SUMS_READY;
	} else {
		how = sums_file(a->o->sums, fd, &d, &a->ret->job);
	}
	rc = errno;
	(void)close(fd);
	errno = rc;
	if (how != SUMS_READY)
		return no_digest(a, how);
	base = name + strlen(name);
	while (base > name && !strchr("/\\", base[-1]))
		base--;
	return serve_digest(a, &d, base);
}

/* MANIFEST.sha256 of the folder path, in the folders of the client. */
static enum found
open_manifest(struct asked *a, const char *path)
{
	struct opened *ret = a->ret;
	char dir[NAME_LONG];
	enum sums_how how;

	for (size_t i = 0; open_folder(a, i, dir); i++) {
		if (dir[0] == '\n' || !name_in_folder(dir, path, ret->path))
			continue;
		how = sums_manifest(a->o->sums, a->o->rootfd, ret->path,
		    &ret->fd, &ret->size, &ret->job);
		if (how == SUMS_FAILED && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (how != SUMS_READY)
			return no_digest(a, how);
		ret->mtime_ns = 0;
		(void)strncat(ret->path, &"/MANIFEST.sha256"[!ret->path[0]],
		    sizeof ret->path - strlen(ret->path) - 1);
		return FOUND;
	}
	return FOUND_NOT;
}

bool
open_asks_digest(const char *asked, char name[static NAME_PATH])
{
	static const char tail[] = ".sha256";
	size_t len;

	if (!name_without_junk(asked, name))
		memcpy(name, asked, strlen(asked) + 1);
	len = strlen(name);
	if (len < sizeof tail ||
	    strcmp(name + len - (sizeof tail - 1), tail) != 0)
		return false;
	name[len - (sizeof tail - 1)] = '\0';
	return true;
}

enum found
open_digest(struct asked *a, const char *asked)
{
	static const char manifest[] = "MANIFEST";
	char name[NAME_PATH], path[NAME_PATH];
	size_t len;

	if (!open_asks_digest(asked, name))
		return FOUND_NOT;
	if (a->o->c->tftpd.digests == CONF_DIGESTS_ALL &&
	    name_path(name, NULL, 0, path) == NAME_OK) {
		len = strlen(path);
		if (len >= 8 && strcmp(path + len - 8, manifest) == 0 &&
		    (len == 8 || path[len - 9] == '/')) {
			path[len - 8] = '\0';
			return open_manifest(a, path);
		}
	}
	return open_digest_of(a, name);
}
