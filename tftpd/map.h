/*
 * map.h - [tftp-map]: rules with regular expressions that rewrite the name
 * of a request, in their order.  Pure but for regcomp(3) and regexec(3).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_MAP_H
#define REMOTEBOOT_TFTPD_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "tftpd/name.h"

enum {
	MAP_STEPS = 1000, /* rules looked at for one name, at most */
	MAP_TEXT = 512	  /* of a name on its way, and of a message */
};

struct map;

/*
 * The rules of c, compiled; NULL: no memory.  They refer to c, which has to
 * stay as long as they do.
 */
struct map *map_new(const struct conf *c);
/* NULL is allowed. */
void map_free(struct map *m);

/* What a request says besides its name. */
struct map_in {
	const char *name;
	bool write; /* WRQ */
	bool ipv6;
	/*
	 * The value of ${name} to buf (of size bytes); false: it has none.
	 * \\i and \\x are addr and addr_hex.
	 */
	bool (*value)(void *arg, const char *name, char *buf, size_t size);
	/* Is there such a file?  NULL: there never is. */
	bool (*exists)(void *arg, const char *name);
	void *arg;
};

enum map_how {
	MAP_NAME,     /* text is the name */
	MAP_REFUSED,  /* text is the message of the rule, maybe "" */
	MAP_NO_VALUE, /* text names the variable that has no value */
	MAP_TOO_LONG, /* the name becomes longer than NAME_PATH - 1 */
	MAP_LOOP      /* MAP_STEPS were not enough */
};

struct map_out {
	enum map_how how;
	bool changed;	   /* by some rule */
	unsigned int line; /* in the file, of the last rule that did anything */
	char text[MAP_TEXT];
};

/* Run the rules; without any the name stays what it is. */
void map_run(const struct map *m, const struct map_in *in, struct map_out *ret);

#endif
