/*
 * mapfile.h - the file of -m, read again with the configuration.  Shell.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MTFTPD_MAPFILE_H
#define REMOTEBOOT_MTFTPD_MAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapfile {
	const char *path; /* NULL: there is none */
	uint16_t sport;	  /* of all its files; 0: that of [mtftpd] */
	char *text;	  /* its sections, after mapfile_read() */
	size_t len, at;
};

/*
 * For struct start_opt: "-m FILE [PORT]" into the struct mapfile at arg.
 */
const char *mapfile_take(void *arg, const char *value, char *const *rest,
    size_t nrest, size_t *used);
/*
 * Read it; tree: the boot tree.  false: errors were told to tell(), each
 * with its line, and the text is as it was.
 */
bool mapfile_read(struct mapfile *m, const char *tree,
    void (*tell)(void *arg, const char *text));
void mapfile_free(struct mapfile *m);
/* A conf_read_fn: its sections line by line; with NULL: from the start. */
size_t mapfile_line(void *arg, char *buf, size_t size);

#endif
