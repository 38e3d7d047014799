/*
 * name.c - from the text of a request to a path in the boot tree.
 *
 * What clients ask for is text of many dialects: "pxelinux.0", "/boot/x",
 * "\boot\x64\wdsnbp.com", "//grub//x", "bpbatch.P\xff", "/tftpboot/x".  Here
 * it becomes a relative path or a refusal; whether such a file exists is the
 * shell's business.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/name.h"

enum {
	READINGS = 3
};

/* Backslashes to slashes, leading slashes away; name fits path. */
static void
plain(const char *name, char *path)
{
	size_t n = 0;

	while (*name == '/' || *name == '\\')
		name++;
	for (; *name && n < NAME_PATH - 1; name++)
		path[n++] = *name == '\\' ? '/' : *name;
	path[n] = '\0';
}

static bool
is_junk(char c)
{
	unsigned char u = (unsigned char)c;

	return u <= ' ' || u >= 0x7f;
}

/* false: there is nothing to cut, or nothing would be left. */
static bool
cut_junk(char *path)
{
	size_t len = strlen(path), n = len;

	while (n > 0 && is_junk(path[n - 1]))
		n--;
	path[n] = '\0';
	return n > 0 && n < len;
}

/* false: the path does not begin with the tree's own. */
static bool
cut_tree(char *path, const char *tree)
{
	size_t n, skip;

	if (!tree)
		return false;
	while (*tree == '/')
		tree++;
	n = strlen(tree);
	while (n > 0 && tree[n - 1] == '/')
		n--;
	if (n == 0 || strncmp(path, tree, n) != 0 || path[n] != '/')
		return false;
	skip = n + strspn(path + n, "/");
	memmove(path, path + skip, strlen(path + skip) + 1);
	return path[0] != '\0';
}

/* Do the components climb above where they started? */
static bool
climbs_out(const char *path)
{
	int depth = 0;

	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && path[0] == '.' && path[1] == '.')
			depth--;
		else if (n > 0 && !(n == 1 && path[0] == '.'))
			depth++;
		if (depth < 0)
			return true;
		path += n + (path[n] == '/');
	}
	return false;
}

/* One reading; false: this name has none of that number. */
static bool
reading(const char *name, const char *tree, unsigned int which, char *path)
{
	plain(name, path);
	switch (which) {
	case 0:
		return true;
	case 1:
		return cut_junk(path);
	default:
		(void)cut_junk(path);
		return cut_tree(path, tree);
	}
}

enum name_err
name_path(const char *name, const char *tree, unsigned int nth,
    char ret_path[static NAME_PATH])
{
	char path[NAME_PATH];
	unsigned int which, found = 0;

	for (which = 0; which < READINGS; which++)
		if (reading(name, tree, which, path) && found++ == nth)
			break;
	if (which == READINGS)
		return NAME_NO_MORE;
	if (path[0] == '\0')
		return NAME_EMPTY;
	if (climbs_out(path))
		return NAME_OUTSIDE;
	memcpy(ret_path, path, strlen(path) + 1);
	return NAME_OK;
}

/* The end of what is left of a path of n bytes without its last name. */
static size_t
parent(const char *path, size_t n)
{
	while (n > 0 && path[n - 1] != '/')
		n--;
	return n > 0 ? n - 1 : 0;
}

bool
name_in_folder(
    const char *folder, const char *path, char ret_path[static NAME_LONG])
{
	const char *part[] = {folder, path};
	size_t n = 0, floor = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *s = part[i] + strspn(part[i], "/");

		floor = n;
		for (; *s; s += strspn(s, "/")) {
			size_t len = strcspn(s, "/");

			if (len == 2 && s[0] == '.' && s[1] == '.') {
				n = n > floor ? parent(ret_path, n) : floor;
			} else if (!(len == 1 && s[0] == '.')) {
				if (n + len + 2 > NAME_LONG)
					return false;
				if (n)
					ret_path[n++] = '/';
				memcpy(ret_path + n, s, len);
				n += len;
			}
			s += len;
		}
	}
	ret_path[n] = '\0';
	return true;
}

bool
name_without_junk(const char *name, char ret_name[static NAME_PATH])
{
	(void)memcpy(ret_name, name, strlen(name) + 1);
	return cut_junk(ret_name);
}

const char *
name_err_text(enum name_err e)
{
	switch (e) {
	case NAME_OK:
		break;
	case NAME_NO_MORE:
		return "no such file";
	case NAME_EMPTY:
		return "no file name";
	case NAME_OUTSIDE:
		return "outside of the boot tree";
	}
	return "";
}
