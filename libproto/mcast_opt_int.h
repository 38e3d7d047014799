/*
 * mcast_opt_int.h - what mcast_opt.c and mcast_opt_pace.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MCAST_OPT_INT_H
#define REMOTEBOOT_MCAST_OPT_INT_H

#include "mcast_opt.h"

/* mcast_opt_master.c */

void mcopt_event(struct mcopt_out *out, enum mcopt_event e,
    const struct peer *who, const char *why);
/* One more OACK, if there is room for it. */
void mcopt_put_oack(struct mcopt_client *c, bool master, struct mcopt_out *out);
/* Something went to the master: it is waited for from now on. */
void mcopt_wait_master(struct mcopt *m, uint64_t now_us);
/* Ask the next client what it lacks; without any all is over. */
void mcopt_elect(struct mcopt *m, uint64_t now_us, struct mcopt_out *out);
/* Client i leaves: it has everything, or it does not. */
void mcopt_done(
    struct mcopt *m, unsigned int i, uint64_t now_us, struct mcopt_out *out);
void mcopt_lose(struct mcopt *m, unsigned int i, const char *why,
    uint64_t now_us, struct mcopt_out *out);
/* Another master, if there is one; the old one's turn comes last. */
void mcopt_replace(
    struct mcopt *m, const char *why, uint64_t now_us, struct mcopt_out *out);
/* Was the master silent for too long, and what follows. */
bool mcopt_too_silent(const struct mcopt *m, uint64_t now_us);
void mcopt_silent(struct mcopt *m, uint64_t now_us, struct mcopt_out *out);

/* mcast_opt_pace.c */

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
