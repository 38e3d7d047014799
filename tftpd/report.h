/*
 * report.h - the lines that tell how a transfer ended.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_REPORT_H
#define REMOTEBOOT_TFTPD_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "tftpd/xfer.h"

enum {
	REPORT_LINE = 1024,
	REPORT_NUMBER = 32
};

struct report {
	const char *name; /* as asked, made printable */
	const struct peer *peer;
	const struct xfer *x;
	uint64_t size; /* of the file, or XFER_SIZE_UNKNOWN */
	uint64_t took_us;
	const struct tftp_pkt *error; /* of the client, or NULL */
};

/*
 * "sent "vmlinuz" to 192.0.2.7: 9,421,344 bytes, 6,710 blocks of 1404,
 * 0.81 s, 3 resent" and so on, one line for each way to end.  *ret_warn:
 * someone may want to look after it.  Returns buf.
 */
char *report_end(
    const struct report *r, char buf[static REPORT_LINE], bool *ret_warn);
/* 9421344 -> "9,421,344"; returns buf. */
char *report_number(uint64_t n, char buf[static REPORT_NUMBER]);

#endif
