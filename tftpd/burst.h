/*
 * burst.h - one line for a burst of what anybody can cause.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_BURST_H
#define REMOTEBOOT_TFTPD_BURST_H

#include <stdint.h>

enum {
	BURST_S = 10 /* a line of one kind in so many seconds */
};

/* One kind; all zero at first. */
struct burst {
	uint64_t told_us; /* 0: never */
	uint64_t more;	  /* since then */
};

/*
 * Warn of it, and of how many there were since the last line; or only count
 * it, when that was told less than BURST_S ago.
 */
void burst_warn(struct burst *b, uint64_t now_us, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
