/*
 * neigh.h - the hardware address of a neighbour, as the kernel knows it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_NEIGH_H
#define REMOTEBOOT_SYS_NEIGH_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"

struct neigh;

/* NULL and errno.  It needs no rights. */
struct neigh *neigh_new(void);
/* NULL is allowed. */
void neigh_free(struct neigh *n);
/*
 * Who has just sent us something from the same link was asked for its address
 * or has asked for ours (ARP, neighbour discovery), so the kernel knows it.
 * false: a is behind a router, or not known.  Never blocks, sends nothing to
 * the link; what was found or not holds for a second of now_us.
 */
bool neigh_find(
    struct neigh *n, const struct addr *a, uint64_t now_us, struct mac *ret);

#endif
