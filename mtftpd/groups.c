/*
 * groups.c - which file a request means, and to which group it goes.
 *
 * The groups are those of conf.h's [mtftp FILE], the same that dhcpd's
 * option 43 tells the clients.  The name is looked up and never opened: what
 * is opened is the configured file.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "mcast.h"
#include "mtftpd/groups.h"

enum {
	PATH = TFTP_NAME_MAX + 1
};

/* Backslashes to slashes, one for several, none in front. */
static bool
plain(const char *name, char path[static PATH])
{
	size_t n = 0;

	for (; *name; name++) {
		char c = *name == '\\' ? '/' : *name;

		if (c == '/' && (n == 0 || path[n - 1] == '/'))
			continue;
		if (n == PATH - 1)
			return false;
		path[n++] = c;
	}
	path[n] = '\0';
	return n > 0;
}

static void
cut_junk(char *path)
{
	size_t n = strlen(path);

	while (n > 0 && ((unsigned char)path[n - 1] <= ' ' ||
			    (unsigned char)path[n - 1] >= 0x7f))
		n--;
	path[n] = '\0';
}

/* What follows the tree's own path, or NULL. */
static const char *
below_tree(const char *path, const char *tree)
{
	char prefix[PATH];
	size_t n;

	if (!plain(tree, prefix))
		return NULL;
	n = strlen(prefix);
	if (prefix[n - 1] != '/') {
		if (n == PATH - 1)
			return NULL;
		prefix[n++] = '/';
	}
	return strncmp(path, prefix, n) == 0 && path[n] ? path + n : NULL;
}

static enum groups_err
find(const struct conf *c, const char *file, uint16_t sport,
    const struct conf_mtftp **ret)
{
	const struct conf_mtftp *g = conf_mtftp_by_file(c, file);

	if (!g)
		return GROUPS_NONE;
	if (g->mtftp_sport != sport)
		return GROUPS_PORT;
	*ret = g;
	return GROUPS_OK;
}

static enum groups_err
find_below(const struct conf *c, const char *path, uint16_t sport,
    const struct conf_mtftp **ret)
{
	enum groups_err e = find(c, path, sport, ret);
	const char *below = below_tree(path, c->tftp_root);

	return e == GROUPS_NONE && below ? find(c, below, sport, ret) : e;
}

enum groups_err
groups_find(const struct conf *c, const char *name, uint16_t sport,
    const struct conf_mtftp **ret)
{
	char path[PATH];
	enum groups_err e;

	if (!plain(name, path))
		return GROUPS_NONE;
	e = find_below(c, path, sport, ret);
	if (e != GROUPS_NONE)
		return e;
	cut_junk(path);
	return find_below(c, path, sport, ret);
}

const char *
groups_err_text(enum groups_err e)
{
	static const char *const text[] = {
	    [GROUPS_OK] = "found",
	    [GROUPS_NONE] = "no such multicast file",
	    [GROUPS_PORT] = "this file has another server port",
	};

	return text[e];
}

size_t
groups_sports(const struct conf *c, uint16_t port[static GROUPS_PORTS])
{
	size_t n = 0;

	for (size_t i = 0; i < c->nmtftp; i++) {
		uint16_t p = c->mtftp[i].mtftp_sport;
		size_t at = 0;

		while (at < n && port[at] < p)
			at++;
		if (at < n && port[at] == p)
			continue;
		if (n == GROUPS_PORTS)
			return GROUPS_PORTS + 1;
		memmove(port + at + 1, port + at, (n - at) * sizeof port[0]);
		port[at] = p;
		n++;
	}
	return n;
}

uint64_t
groups_max_size(uint16_t blksize)
{
	return (uint64_t)MCAST_BLOCKS_MAX * blksize - 1;
}

unsigned int
groups_blksize(uint64_t size)
{
	uint64_t n = size / MCAST_BLOCKS_MAX + 1;

	return n <= GROUPS_BLKSIZE ? (unsigned int)n : 0;
}
