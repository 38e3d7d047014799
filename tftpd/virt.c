/*
 * virt.c - [tftp-template NAME] at work; see virt.h.
 *
 * A template is read anew for each request: it is short, the kernel has it
 * in memory, and who edits it wants to see what it becomes.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "sys/root.h"
#include "tftpd/memfd.h"
#include "tftpd/virt.h"

struct virt {
	const struct conf *c;
	char *text; /* VIRT_TEMPLATE */
	char *out;  /* VIRT_FILE + 1 */
};

struct virt *
virt_new(const struct conf *c)
{
	struct virt *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->c = c;
	if (c->ntemplate == 0)
		return t;
	t->text = malloc(VIRT_TEMPLATE);
	t->out = malloc(VIRT_FILE + 1);
	if (!t->text || !t->out) {
		virt_free(t);
		errno = ENOMEM;
		return NULL;
	}
	return t;
}

void
virt_free(struct virt *t)
{
	if (!t)
		return;
	free(t->text);
	free(t->out);
	free(t);
}

/* The template for that name, star what its "*" stands for; NULL: none. */
static const struct conf_template *
find(const struct virt *t, const char *path, bool override,
    char star[static VARS_STAR])
{
	for (size_t i = 0; i < t->c->ntemplate; i++) {
		const struct conf_template *tm = &t->c->template[i];

		if (tm->override != override)
			continue;
		for (size_t j = 0; j < tm->npattern; j++)
			if (template_match(
				tm->pattern[j], path, star, VARS_STAR))
				return tm;
	}
	return NULL;
}

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM ||
	       error == ENOBUFS;
}

/* The text of a template; -1 and a line in why, or "" and errno. */
static ssize_t
read_template(const struct virt *t, int rootfd, const char *path,
    char why[static VIRT_TEXT])
{
	char name[VARS_STAR];
	int64_t mtime_ns;
	uint64_t size;
	ssize_t n = -1;
	int fd = root_open_file(rootfd, path, &size, &mtime_ns), error = errno;

	why[0] = '\0';
	(void)text_safe(path, strlen(path), name, sizeof name);
	if (fd != -1) {
		n = pread(fd, t->text, VIRT_TEMPLATE, 0);
		error = errno;
		(void)close(fd);
	}
	if (n == VIRT_TEMPLATE)
		(void)snprintf(why, VIRT_TEXT,
		    "template %s: longer than %d bytes", name,
		    VIRT_TEMPLATE - 1);
	else if (n == -1 && !is_shortage(error))
		(void)snprintf(
		    why, VIRT_TEXT, "template %s: %s", name, strerror(error));
	errno = error;
	return n == VIRT_TEMPLATE ? -1 : n;
}

/* Its values in the path of the template. */
static bool
template_path(const struct conf_template *tm, struct vars *v,
    char path[static VARS_STAR], char why[static VIRT_TEXT])
{
	struct template_out out;

	if (vars_expand(
		v, tm->template, strlen(tm->template), path, VARS_STAR, &out))
		return true;
	(void)snprintf(why, VIRT_TEXT, "template %.64s: %s", tm->name, out.why);
	return false;
}

enum virt_how
virt_open(struct virt *t, int rootfd, const char *path, bool override,
    struct vars *v, struct virt_file *ret)
{
	char star[VARS_STAR], from[VARS_STAR], safe[160];
	const struct conf_template *tm = find(t, path, override, star);
	struct template_out out;
	ssize_t n;

	if (!tm)
		return VIRT_NONE;
	if (star[0])
		vars_star(v, star);
	if (!template_path(tm, v, from, ret->text))
		return VIRT_MISTAKE;
	n = read_template(t, rootfd, from, ret->text);
	if (n == -1)
		return ret->text[0] ? VIRT_MISTAKE : VIRT_ERRNO;
	if (!vars_expand(v, t->text, (size_t)n, t->out, VIRT_FILE + 1, &out)) {
		(void)text_safe(from, strlen(from), safe, sizeof safe);
		(void)snprintf(ret->text, sizeof ret->text, "%s:%u: %s", safe,
		    out.line, out.why);
		return VIRT_MISTAKE;
	}
	ret->fd = memfd_of(t->out, out.len);
	ret->size = out.len;
	return ret->fd == -1 ? VIRT_ERRNO : VIRT_FILE_MADE;
}

/* ---- before anybody asks ---- */

/* One template: NULL, or a line that says what is wrong. */
static const char *
check_one(const struct virt *t, int rootfd, const struct conf_template *tm,
    char line[static 2 * VIRT_TEXT])
{
	struct template_out out;
	char why[VIRT_TEXT];
	ssize_t n;

	if (strstr(tm->template, "${"))
		return NULL; /* it is another one for each client */
	n = read_template(t, rootfd, tm->template, why);
	if (n == -1)
		(void)snprintf(line, 2 * VIRT_TEXT,
		    "%.256s:%u: tftp-template %s: %s", t->c->path, tm->line,
		    tm->name, why[0] ? why : strerror(errno));
	else if (template_check(t->text, (size_t)n, conf_var_known, t->c, &out))
		return NULL;
	else
		(void)snprintf(line, 2 * VIRT_TEXT, "%s:%u: %s", tm->template,
		    out.line, out.why);
	return line;
}

size_t
virt_check(const struct conf *c, int rootfd, void (*error)(const char *line))
{
	struct virt *t = virt_new(c);
	char line[2 * VIRT_TEXT];
	size_t bad = 0;

	if (!t) {
		error(strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < c->ntemplate; i++)
		if (check_one(t, rootfd, &c->template[i], line)) {
			error(line);
			bad++;
		}
	virt_free(t);
	return bad;
}
