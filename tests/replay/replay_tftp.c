/*
 * replay_tftp.c - see replay_tftp.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "replay_tftp.h"

struct xfer_limits
replay_limits(void)
{
	return (struct xfer_limits){.blksize = 512,
	    .max_blksize = 65464,
	    .max_windowsize = 64,
	    .timeout_ms = 1000,
	    .retries = 5};
}

void
replay_set_limits(const struct replay_step *s, struct xfer_limits *l)
{
	l->blksize = (uint16_t)replay_number(s, "blksize", l->blksize);
	l->blksize_fixed = replay_number(s, "fixed", l->blksize_fixed) != 0;
	l->max_blksize =
	    (uint16_t)replay_number(s, "max_blksize", l->max_blksize);
	l->max_windowsize =
	    (uint16_t)replay_number(s, "max_windowsize", l->max_windowsize);
	l->timeout_ms = (uint32_t)replay_number(s, "timeout_ms", l->timeout_ms);
	l->retries = (uint32_t)replay_number(s, "retries", l->retries);
	l->rollover = (uint8_t)replay_number(s, "rollover", l->rollover);
	l->refused = (unsigned int)replay_number(s, "refused", l->refused);
	l->request_len =
	    (uint32_t)replay_number(s, "request_len", l->request_len);
}

bool
replay_request(struct replay *r, const struct replay_step *s, enum tftp_op op,
    uint8_t *buf, size_t size, struct tftp_pkt *p)
{
	size_t n = 2;

	buf[0] = 0;
	buf[1] = (uint8_t)op;
	for (size_t i = 2; i < s->nword; i++) {
		char *word = s->word[i], *eq = strchr(word, '=');
		size_t len = strlen(word) + 1;

		if (n + len >= size)
			return replay_fail(r, "request too long");
		memcpy(buf + n, word, len);
		if (eq && i >= 4)
			buf[n + (size_t)(eq - word)] = '\0';
		n += len;
	}
	if (tftp_decode(p, buf, n) != TFTP_OK || p->op != op)
		return replay_fail(r, "not a request");
	return true;
}

void
replay_tell_oack(
    struct replay *r, const struct tftp_opts *opts, unsigned int granted)
{
	uint8_t buf[512];
	char line[1024] = "send OACK";
	size_t n = tftp_put_oack(buf, sizeof buf, opts, granted);
	size_t d = strlen(line), at = 2;

	while (at < n) {
		const char *name = (const char *)buf + at;
		const char *value = name + strlen(name) + 1;

		d += (size_t)snprintf(
		    line + d, sizeof line - d, " %s=%s", name, value);
		at += strlen(name) + strlen(value) + 2;
	}
	replay_emit(r, "%s", line);
}
