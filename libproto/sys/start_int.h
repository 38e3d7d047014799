/*
 * start_int.h - what the start_*.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_START_INT_H
#define REMOTEBOOT_SYS_START_INT_H

#include <stdbool.h>

#include "sys/start.h"

/* Descriptor 0 is an internet datagram socket: inetd started us. */
bool start_is_inetd(void);
/* Open /dev/null where 0, 1 or 2 are closed; log as early as that. */
void start_early(const struct start *st);
/* The usage line, or all that --help says, on stdout. */
void start_help(const struct start *st);
/* Remove the pid file, if there is one. */
void start_pid_end(void);
/* Was stderr given up for /dev/null?  Then start_fail() only logs. */
extern bool start_quiet;

#endif
