/*
 * listen.h - which addresses and ports tftpd listens on.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_LISTEN_H
#define REMOTEBOOT_TFTPD_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"

enum {
	LISTEN_MAX = 2 * CONF_LISTENS
};

struct listen_at {
	struct peer at;
	bool v6only; /* :: without IPv4 */
	bool large;  /* large packet service */
};

/*
 * One for each address of t->listen and each of the two ports; an address
 * with a port of its own has only that one.  With family = ipv4 or ipv6, ::
 * is only that family; :: beside 0.0.0.0 is IPv6 alone.  NULL and *ret_n of
 * them in ret, or what is wrong and what would be right.
 */
const char *listen_list(const struct conf_tftpd *t,
    struct listen_at ret[static LISTEN_MAX], size_t *ret_n);
/* Do both listen on the same? */
bool listen_same(const struct conf_tftpd *a, const struct conf_tftpd *b);

#endif
