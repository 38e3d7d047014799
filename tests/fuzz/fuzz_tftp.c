/*
 * fuzz_tftp.c - tftp_decode on any bytes; what it accepts survives a round
 * trip through the writers.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tftp.h"

static void
want(bool ok)
{
	if (!ok)
		abort();
}

/* A request that was understood reads the same when we write it. */
static void
request_again(const struct tftp_pkt *p)
{
	uint8_t out[1024];
	struct tftp_pkt q;
	size_t n;

	want(strlen(p->name) == p->name_len && p->name_len <= TFTP_NAME_MAX);
	n = tftp_put_rrq(out, sizeof out - 1, p->name, p->mode, &p->opts);
	want(n > 0);
	want(tftp_decode(&q, out, n) == TFTP_OK);
	want(strcmp(q.name, p->name) == 0 && q.mode == p->mode);
	want(q.opts.asked == p->opts.asked);
	want(q.opts.blksize == p->opts.blksize || p->opts.bad);
	want(q.opts.tsize == p->opts.tsize || p->opts.bad);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *buf = malloc(size + 1);
	struct tftp_pkt p;
	enum tftp_err e;

	if (!buf)
		abort();
	if (size)
		memcpy(buf, data, size);
	e = tftp_decode(&p, buf, size);
	want(p.opts.norder <= TFTP_OPTIONS);
	if (e == TFTP_OK && (p.op == TFTP_RRQ || p.op == TFTP_WRQ))
		request_again(&p);
	if (e == TFTP_OK && p.op == TFTP_DATA)
		want(p.data_len == size - 4);
	if (e == TFTP_OK && p.op == TFTP_ERROR)
		want(p.msg_len <= size - 4);
	free(buf);
	return 0;
}
