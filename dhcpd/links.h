/*
 * links.h - the interfaces that are served and our addresses on them.
 *
 * Interfaces may come and go and change their addresses while the daemon
 * runs: the list is read again when it is old or an unknown one shows up.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LINKS_H
#define REMOTEBOOT_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "sys/udp.h"

struct links {
	const struct conf *conf;
	const char *const *name; /* serve only these; none: all that fit */
	size_t nname;
	struct udp_if *ifs;
	size_t n;
	int64_t read_s;
};

/* One of our addresses: where a message came in, what we answer from. */
struct link_at {
	char ifname[16];
	uint32_t ifindex;
	struct ip4 addr;
};

/*
 * name outlives l.  The list is read; what is served where is logged, and
 * again whenever that changes.
 */
void links_init(struct links *l, const struct conf *c, const char *const *name,
    size_t nname, int64_t now_s);
void links_free(struct links *l);
/*
 * The address for a message that came in on ifindex (0: not known) for `to`:
 * the one that it was sent to, else the interface's first in a subnet of
 * the configuration, else its first.  false: an interface that is not
 * served or has no IPv4 address; ret->ifname names it all the same.
 */
bool links_find(struct links *l, uint32_t ifindex, struct ip4 to, int64_t now_s,
    struct link_at *ret);
/* Is that one of the interfaces whose own clients are served? */
bool links_serves(const struct links *l, const struct udp_if *u);
/* Warn of what was named and is not there, and when nothing is served. */
void links_warn(const struct links *l);

#endif
