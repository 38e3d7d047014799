/*
 * upload_start.c - what uploads need before and after the rights end.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "sys/log.h"
#include "sys/priv.h"
#include "tftpd/server.h"
#include "tftpd/sink.h"
#include "tftpd/upload.h"

static const struct conf_upload *
nth(const struct server_conf *c, size_t i)
{
	if (i < c->nupload)
		return &c->upload[i];
	return i == c->nupload && c->create.folder ? &c->create : NULL;
}

static const char *
path_of(const struct server_conf *c, const struct conf_upload *u,
    char buf[static PATH_MAX])
{
	(void)snprintf(
	    buf, PATH_MAX, "%s%s%s", c->tree, *u->folder ? "/" : "", u->folder);
	return buf;
}

bool
uploads_prepare(const struct server_conf *c)
{
	const struct conf_upload *u;
	char path[PATH_MAX];
	size_t i;

	for (i = 0; (u = nth(c, i)) != NULL; i++) {
		(void)path_of(c, u, path);
		if (access(path, F_OK) == -1)
			log_warning("[tftp-upload %s]: %s: %s: make the folder "
				    "and start tftpd anew",
			    u->folder, path, strerror(errno));
		else
			priv_also(path, PRIV_WRITE);
	}
	if (i)
		priv_also_calls(PRIV_CALLS_AIO);
	if (c->create.folder)
		log_warning("--create: anybody can upload files into %s; "
			    "better a [tftp-upload FOLDER] with allow = "
			    "NETWORKS",
		    c->tree);
	return i > 0;
}

/* Has one of the folders of c that path? */
static bool
has_folder(const struct server_conf *c, const char *folder)
{
	const struct conf_upload *u;

	for (size_t i = 0; (u = nth(c, i)) != NULL; i++)
		if (strcmp(u->folder, folder) == 0)
			return true;
	return false;
}

void
uploads_tell_changes(
    const struct server_conf *was, const struct server_conf *now)
{
	const struct conf_upload *u;

	for (size_t i = 0; (u = nth(now, i)) != NULL; i++)
		if (!has_folder(was, u->folder))
			log_warning("[tftp-upload %s] takes effect with the "
				    "next start only",
			    u->folder);
	if (now->t.max_uploads != was->t.max_uploads)
		log_warning("max_uploads %u takes effect with the next start "
			    "only",
		    now->t.max_uploads);
}

void
uploads_sweep(int rootfd, const struct server_conf *c)
{
	const struct conf_upload *u;
	char path[PATH_MAX];

	for (size_t i = 0; (u = nth(c, i)) != NULL; i++) {
		size_t n = sink_sweep(rootfd, u);

		(void)path_of(c, u, path);
		if (n)
			log_info("%s: %zu unfinished uploads of a tftpd that "
				 "was killed are removed",
			    path, n);
		if (access(path, W_OK | X_OK) == -1 && errno != ENOENT)
			log_warning("%s: %s: tftpd's user cannot write there: "
				    "all uploads will be refused",
			    path, strerror(errno));
	}
}
