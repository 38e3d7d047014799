/*
 * isc_flags.h - the command line of ISC dhcpd, given to ours.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_ISC_FLAGS_H
#define REMOTEBOOT_ISC_FLAGS_H

#include <stddef.h>

enum {
	ISC_FLAGS_WHY = 200
};

/*
 * Flags of ISC's before the first operand become ours, in place; those that
 * mean nothing here are taken out.  The new argc, or -1 and why: what to
 * write instead.
 */
int isc_flags(int argc, char *argv[], char why[static ISC_FLAGS_WHY]);

#endif
