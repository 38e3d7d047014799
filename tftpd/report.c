/*
 * report.c - the lines that tell how a transfer ended.
 *
 * SPDX-License-Identifier: ISC
 */
#include <inttypes.h>
#include <stdio.h>

#include "tftpd/report.h"

char *
report_number(uint64_t n, char buf[static REPORT_NUMBER])
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, n);
	size_t d = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[d++] = ',';
		buf[d++] = digits[i];
	}
	buf[d] = '\0';
	return buf;
}

static uint64_t
acknowledged(const struct xfer *x)
{
	return x->base - 1;
}

enum {
	HOW_FAR = 2 * REPORT_NUMBER + sizeof " of  blocks"
};

/* "12 of 6,710 blocks" or, when the end is not known yet, "12 blocks". */
static void
how_far(const struct xfer *x, char *buf, size_t size)
{
	char done[REPORT_NUMBER], all[REPORT_NUMBER];

	(void)report_number(acknowledged(x), done);
	if (x->last == UINT64_MAX)
		(void)snprintf(buf, size, "%s blocks", done);
	else
		(void)snprintf(buf, size, "%s of %s blocks", done,
		    report_number(x->last, all));
}

static void
sent_line(const struct report *r, const char *name, const char *who, char *buf)
{
	const struct xfer *x = r->x;
	char bytes[REPORT_NUMBER] = "netascii", blocks[REPORT_NUMBER];
	char resent[REPORT_NUMBER];

	if (r->size != XFER_SIZE_UNKNOWN)
		(void)report_number(r->size, bytes);
	(void)snprintf(buf, REPORT_LINE,
	    "sent \"%s\" to %s: %s%s, %s block%s of %u, "
	    "%" PRIu64 ".%02u s, %s resent%s",
	    name, who, bytes, r->size != XFER_SIZE_UNKNOWN ? " bytes" : "",
	    report_number(x->last, blocks), x->last == 1 ? "" : "s",
	    (unsigned int)x->blksize, r->took_us / 1000000,
	    (unsigned int)(r->took_us % 1000000 / 10000),
	    report_number(x->resent, resent),
	    x->state == XFER_UNCONFIRMED ? ", last ACK did not come" : "");
}

/* A client that ended it: by an ERROR, or its port is closed. */
static void
aborted_line(
    const struct report *r, const char *name, const char *who, char *buf)
{
	char far[HOW_FAR], text[128] = "", why[192] = "its port is closed";
	const struct tftp_pkt *e = r->error;

	if (e && e->msg_len)
		(void)text_safe(e->msg, e->msg_len, text, sizeof text);
	if (e)
		(void)snprintf(why, sizeof why, "error %u \"%s\"",
		    (unsigned int)e->code, text);
	how_far(r->x, far, sizeof far);
	if (r->x->granted && acknowledged(r->x) == 0)
		(void)snprintf(buf, REPORT_LINE,
		    "RRQ \"%s\" from %s: options told, then ended by the "
		    "client (%s)",
		    name, who, why);
	else
		(void)snprintf(buf, REPORT_LINE,
		    "\"%s\" to %s ended by the client after %s (%s)", name, who,
		    far, why);
}

char *
report_end(const struct report *r, char buf[static REPORT_LINE], bool *ret_warn)
{
	char who[ADDR_TEXT], far[HOW_FAR];
	const char *name = r->name;

	(void)addr_text(&r->peer->addr, who);
	how_far(r->x, far, sizeof far);
	*ret_warn = r->x->state == XFER_TIMEOUT || r->x->state == XFER_BROKEN;
	switch (r->x->state) {
	case XFER_DONE:
	case XFER_UNCONFIRMED:
		sent_line(r, name, who, buf);
		break;
	case XFER_ABORTED:
		aborted_line(r, name, who, buf);
		break;
	case XFER_TIMEOUT:
		(void)snprintf(buf, REPORT_LINE,
		    "\"%s\" to %s given up after %s: no answer to %u "
		    "retransmissions",
		    name, who, far, r->x->retries);
		break;
	case XFER_OACK:
	case XFER_SENDING:
	case XFER_BROKEN:
		(void)snprintf(buf, REPORT_LINE,
		    "\"%s\" to %s broken off after %s", name, who, far);
		break;
	}
	return buf;
}
