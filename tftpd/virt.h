/*
 * virt.h - [tftp-template NAME]: files that are made when they are asked
 * for, from a text in the tree and what is known of the client.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_VIRT_H
#define REMOTEBOOT_TFTPD_VIRT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "tftpd/vars.h"

enum {
	VIRT_TEMPLATE = 64 * 1024, /* bytes of a template, at most */
	VIRT_FILE = 256 * 1024,	   /* ... and of what becomes of it */
	VIRT_TEXT = 512
};

struct virt;

/* Of the templates of c, which has to stay; NULL and errno. */
struct virt *virt_new(const struct conf *c);
/* NULL is allowed. */
void virt_free(struct virt *t);

enum virt_how {
	VIRT_NONE, /* no template is for that name */
	VIRT_FILE_MADE,
	VIRT_MISTAKE, /* in the template, or a value is missing: text says it */
	VIRT_ERRNO    /* errno: no descriptor, no memory */
};

struct virt_file {
	int fd; /* becomes the caller's */
	uint64_t size;
	char text[VIRT_TEXT];
};

/*
 * Is path the name of such a file?  Only templates with override count when
 * that is true, only those without when it is false.  v is who asks; the
 * name may change whose values are taken (vars_star()).
 */
enum virt_how virt_open(struct virt *t, int rootfd, const char *path,
    bool override, struct vars *v, struct virt_file *ret);

/*
 * Look at each template of c in the tree: those that cannot be read or say
 * something that cannot be are told to error(), a line each.  How many.
 */
size_t virt_check(
    const struct conf *c, int rootfd, void (*error)(const char *line));

#endif
