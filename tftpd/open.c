/*
 * open.c - from a request to the open file that answers it, or a refusal.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/root.h"
#include "tftpd/open.h"

int
opener_init(struct opener *o, const char *tree, bool hide)
{
	o->hide = hide;
	o->tree = strdup(tree);
	return o->tree ? 0 : -1;
}

void
opener_free(struct opener *o)
{
	free(o->tree);
	o->tree = NULL;
}

static enum open_how
refuse(struct opened *ret, uint16_t code, const char *text)
{
	ret->code = code;
	(void)snprintf(ret->text, sizeof ret->text, "%s", text);
	return OPEN_REFUSED;
}

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM ||
	       error == ENOBUFS;
}

static enum open_how
refuse_errno(struct opened *ret, int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return refuse(ret, TFTP_ENOTFOUND, "no such file");
	case EISDIR:
	case EINVAL:
		return refuse(ret, TFTP_EACCESS, "not a regular file");
	case EACCES:
	case EPERM:
	case EXDEV:
	case ELOOP:
		return refuse(ret, TFTP_EACCESS, "permission denied");
	default:
		(void)refuse(ret, TFTP_EUNDEF, strerror(error));
		return is_shortage(error) ? OPEN_SHORTAGE : OPEN_REFUSED;
	}
}

enum open_how
open_requested(
    const struct opener *o, const struct open_request *q, struct opened *ret)
{
	const char *tree = o->hide ? NULL : o->tree;
	int error = ENOENT;

	for (unsigned int nth = 0;; nth++) {
		enum name_err e = name_path(q->name, tree, nth, ret->path);

		if (e == NAME_NO_MORE)
			break;
		if (e != NAME_OK)
			return refuse(ret, TFTP_EACCESS, name_err_text(e));
		ret->fd = root_open_file(
		    o->rootfd, ret->path, &ret->size, &ret->mtime_ns);
		if (ret->fd != -1)
			return OPEN_FILE;
		error = errno;
		if (error != ENOENT && error != ENOTDIR)
			break;
	}
	return refuse_errno(ret, error);
}
