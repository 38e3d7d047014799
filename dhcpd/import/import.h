/*
 * import.h - what isc2remoteboot does: text of ISC dhcpd's files in, text of
 * ours out.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_IMPORT_H
#define REMOTEBOOT_IMPORT_H

#include <stdint.h>

#include "dhcpd/import/mem.h"
#include "dhcpd/import/parse.h"
#include "dhcpd/import/report.h"

enum import_result {
	IMPORT_ALL = 0,	   /* also the exit status */
	IMPORT_PARTLY = 1, /* some lines "not converted" */
	IMPORT_NOTHING = 2 /* nothing of it */
};

/*
 * dhcpd.conf -> remoteboot.conf.  file names the input in messages; read
 * gives the included files.  The text in out always passes dhcpd -t; lines
 * for the person go to report.  All memory is m's.
 */
enum import_result import_conf(struct mem *m, const char *file,
    const char *text, size_t len, read_file_fn *read, void *read_arg,
    struct report *report, struct buf *out);

/*
 * dhcpd.leases -> our journal of leases.  Of the leases of one address the
 * last counts; those that have run out at now_s (seconds since 1970) keep
 * only who had them.
 */
enum import_result import_leases(struct mem *m, const char *file,
    const char *text, size_t len, int64_t now_s, struct report *report,
    struct buf *out);

#endif
