/*
 * upload_tell.c - the lines that tell how an upload went.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "sys/log.h"
#include "tftpd/report.h"
#include "tftpd/upload_int.h"

static uint64_t
now_us(const struct uploads *u)
{
	return loop_now_us(u->srv->loop);
}

static const char *
how_far(const struct upload *up, char buf[static 2 * REPORT_NUMBER])
{
	char n[REPORT_NUMBER];

	(void)snprintf(buf, 2 * REPORT_NUMBER, "%s block%s",
	    report_number(up->put.next - 1, n), up->put.next == 2 ? "" : "s");
	return buf;
}

void
upload_tell_received(const struct upload *up)
{
	char who[ADDR_TEXT], bytes[REPORT_NUMBER], far[2 * REPORT_NUMBER];
	uint64_t took_us = now_us(up->all) - up->start_us;

	log_info("received \"%s\" from %s: %s bytes, %s of %u, "
		 "%" PRIu64 ".%02u s, %" PRIu64 " ACKs resent",
	    up->name, addr_text(&up->peer.addr, who),
	    report_number(up->put.size, bytes), how_far(up, far),
	    (unsigned int)up->put.blksize, took_us / 1000000,
	    (unsigned int)(took_us % 1000000 / 10000), up->put.resent);
}

/* A client that ended it: by an ERROR, or its port is closed. */
static void
tell_aborted(const struct upload *up, const struct tftp_pkt *e)
{
	char who[ADDR_TEXT], far[2 * REPORT_NUMBER], text[128] = "";

	if (e && e->msg_len)
		(void)text_safe(e->msg, e->msg_len, text, sizeof text);
	(void)addr_text(&up->peer.addr, who);
	if (e)
		log_info("upload of \"%s\" from %s ended by the client after "
			 "%s (error %u \"%s\")",
		    up->name, who, how_far(up, far), (unsigned int)e->code,
		    text);
	else
		log_info("upload of \"%s\" from %s ended by the client after "
			 "%s (its port is closed)",
		    up->name, who, how_far(up, far));
}

void
upload_tell_failed(
    const struct upload *up, const struct tftp_pkt *error, const char *why)
{
	char who[ADDR_TEXT], far[2 * REPORT_NUMBER];

	(void)addr_text(&up->peer.addr, who);
	if (up->put.state == PUT_ABORTED)
		tell_aborted(up, error);
	else if (up->put.state == PUT_TIMEOUT)
		log_warning("upload of \"%s\" from %s given up after %s: no "
			    "answer to %u retransmissions",
		    up->name, who, how_far(up, far), up->put.retries);
	else
		log_warning("upload of \"%s\" from %s broken off after %s: %s",
		    up->name, who, how_far(up, far), why);
}

void
uploads_tell(const struct uploads *u)
{
	for (size_t i = 0; u && i < u->nslot; i++) {
		const struct upload *up = &u->slot[i];
		char who[PEER_TEXT], bytes[REPORT_NUMBER];

		if (up->live && up->put.state != PUT_DALLY)
			log_info("receiving \"%s\" from %s: %s bytes, window "
				 "%u, %" PRIu64 " s%s",
			    up->name, peer_text(&up->peer, who),
			    report_number(up->put.size, bytes),
			    (unsigned int)up->put.windowsize,
			    (now_us(u) - up->start_us) / 1000000,
			    up->put.state == PUT_STORING
				? ", being written to disk"
				: "");
	}
}
