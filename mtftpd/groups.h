/*
 * groups.h - which file a request means, and to which group it goes.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MTFTPD_GROUPS_H
#define REMOTEBOOT_MTFTPD_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "tftp.h"

enum {
	GROUPS_PORTS = 64,    /* different sports at most */
	GROUPS_BLKSIZE = 1468 /* largest blksize that fits Ethernet */
};

enum groups_err {
	GROUPS_OK,
	GROUPS_NONE, /* no [mtftp FILE] has this name */
	GROUPS_PORT  /* there is one, but its mtftp_sport is another */
};

/*
 * The group for the name of an RRQ that came to sport.  Backslashes are
 * slashes; leading and doubled slashes, and the tree's own path in front
 * ("/tftpboot/x" for x), are passed over; so is what some ROMs leave behind
 * the name (bytes from 0x80 up, blanks, control characters) when there is no
 * such file with it.  *ret is set only on GROUPS_OK.
 */
enum groups_err groups_find(const struct conf *c, const char *name,
    uint16_t sport, const struct conf_mtftp **ret);
/* For the ERROR packet and the log. */
const char *groups_err_text(enum groups_err e);

/*
 * The different sports of all groups, ascending, into port[]; their number,
 * or GROUPS_PORTS + 1 when they are more.
 */
size_t groups_sports(const struct conf *c, uint16_t port[static GROUPS_PORTS]);

/* The largest file that MTFTP carries in blocks of that size. */
uint64_t groups_max_size(uint16_t blksize);
/* The smallest blksize that carries size bytes; 0: there is none. */
unsigned int groups_blksize(uint64_t size);

#endif
