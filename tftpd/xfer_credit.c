/*
 * xfer_credit.c - what a request is worth until its client has answered: its
 * source may be forged.
 *
 * So many bytes for each one of it, of UDP payload, and with the headers of
 * both packets, too.  The headers bound it more closely when the answer is no
 * longer than the request, else the payload does: one count is enough.
 *
 * SPDX-License-Identifier: ISC
 */
#include "tftpd/xfer_int.h"

/* Both as they are to be counted. */
static void
lengths(uint32_t *request, uint32_t *answer)
{
	if (*answer > *request)
		return;
	*request += XFER_HEADERS;
	*answer += XFER_HEADERS;
}

/* Bytes of the first answer. */
static uint32_t
answer_len(const struct xfer *x, uint64_t size)
{
	uint8_t oack[TFTP_OACK_MAX];

	if (x->granted)
		return (uint32_t)tftp_put_oack(
		    oack, sizeof oack, &x->opts, x->granted);
	return TFTP_HEADER + (uint32_t)min_u64(x->blksize, size);
}

void
xfer_credit_open(struct xfer *x, uint64_t size)
{
	x->answer_len = answer_len(x, size);
	lengths(&x->request_len, &x->answer_len);
}

void
xfer_credit_earn(struct xfer *x)
{
	x->credit += (uint64_t)x->request_len *
		     (x->granted ? XFER_AMPLIFY_OACK : XFER_AMPLIFY_DATA);
}

bool
xfer_credit_pay(struct xfer *x, bool timed)
{
	if (x->unproven && timed && x->credit < x->answer_len)
		return false;
	x->credit -= min_u64(x->credit, x->answer_len);
	return true;
}

unsigned int
xfer_oacks_for(uint32_t request, uint32_t oack)
{
	if (oack == 0)
		return 1;
	lengths(&request, &oack);
	if (XFER_AMPLIFY_OACK * request < oack)
		return 1;
	return XFER_AMPLIFY_OACK * request / oack;
}
