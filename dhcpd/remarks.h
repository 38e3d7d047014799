/*
 * remarks.h - what dhcpd takes from a configuration as it stands, and a person
 * should know of.
 *
 * Pure.  SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_REMARKS_H
#define REMOTEBOOT_REMARKS_H

#include "conf.h"

enum {
	REMARKS_TEXT = 320
};

/* One remark: what is wrong; what would be right. */
typedef void remarks_fn(void *arg, const char *text);

/*
 * Each option 43 that is written by hand and that PXE firmware discards, with
 * the offer that carries it (pxe_offer_judge()).  Not those of a [class] of
 * other clients: access points have an option 43 of their own.
 */
void remarks(const struct conf *c, remarks_fn *fn, void *arg);

#endif
