/*
 * template.h - text with ${NAME} in it becomes text; which template a file
 * name belongs to.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_TEMPLATE_H
#define REMOTEBOOT_TFTPD_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "subst.h"

enum {
	TEMPLATE_VALUE = 1088 /* room for the value of any variable */
};

/* The value of ${name} to buf of size bytes; false: it has none. */
typedef bool template_value(
    void *arg, const char *name, char *buf, size_t size);

struct template_out {
	size_t len;	   /* of what was written */
	unsigned int line; /* where the mistake is, from 1 */
	char why[SUBST_WHY];
};

/*
 * Render len bytes of text to out, at most size with a NUL behind.  false:
 * ret->line and ret->why say what is wrong; out is of no use then.
 */
bool template_render(const char *text, size_t len, template_value *value,
    void *arg, char *out, size_t size, struct template_out *ret);
/*
 * Are all variables of the text such that may have a value?  known(): is the
 * user's variable var.NAME set anywhere.  As template_render().
 */
bool template_check(const char *text, size_t len,
    bool (*known)(const struct conf *c, const char *name), const struct conf *c,
    struct template_out *ret);
/*
 * Does path belong to the pattern?  "*" is any text and "?" any byte but
 * "/"; a slash at the beginning is of no account.  star (of size bytes) is
 * what the first "*" stands for, without one what all the "?" are, else "".
 */
bool template_match(
    const char *pattern, const char *path, char *star, size_t size);

#endif
