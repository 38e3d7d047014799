/*
 * mcast_opt_int.h - what mcast_opt.c and mcast_opt_pace.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MCAST_OPT_INT_H
#define REMOTEBOOT_MCAST_OPT_INT_H

#include "mcast_opt.h"

/* An answer came r_us after what it answers (RFC 6298). */
void mcopt_measure(struct mcopt *m, uint64_t r_us);
/* How long to wait for the master after try number sends. */
uint64_t mcopt_wait(const struct mcopt *m);
/* When gathering ends. */
uint64_t mcopt_gathered_at(const struct mcopt *m);
/* Blocks first .. first + count - 1 go out: for the record. */
void mcopt_count(struct mcopt *m, uint64_t first, uint64_t count);

/* Blocks of the first epoch. */
uint64_t mcopt_cwnd_first(const struct mcopt *m);
/* A stream begins. */
void mcopt_pace_begin(struct mcopt *m, uint64_t now_us);

#endif
