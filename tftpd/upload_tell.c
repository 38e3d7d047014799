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

static struct record
record_of(const struct upload *up, const char *outcome, const char *why)
{
	const struct put *x = &up->put;

	return (struct record){.write = true,
	    .client = &up->peer,
	    .file = up->name,
	    .served = up->served,
	    .mode = x->netascii ? TFTP_NETASCII : TFTP_OCTET,
	    .size = x->size,
	    .blocks = x->next - 1,
	    .blksize = x->blksize,
	    .windowsize = x->windowsize,
	    .resent = x->resent,
	    .took_us = now_us(up->all) - up->start_us,
	    .outcome = outcome,
	    .why = why,
	    .code = -1};
}

void
upload_tell_received(const struct upload *up)
{
	struct record r = record_of(up, "done", "stored on disk");
	char who[ADDR_TEXT], bytes[REPORT_NUMBER], far[2 * REPORT_NUMBER];
	char line[REPORT_LINE];

	(void)snprintf(line, sizeof line,
	    "received \"%s\" from %s: %s bytes, %s of %u, "
	    "%" PRIu64 ".%02u s, %" PRIu64 " ACKs resent",
	    up->name, addr_text(&up->peer.addr, who),
	    report_number(up->put.size, bytes), how_far(up, far),
	    (unsigned int)up->put.blksize, r.took_us / 1000000,
	    (unsigned int)(r.took_us % 1000000 / 10000), up->put.resent);
	server_record(up->all->srv, &r, RECORD_INFO, line);
}

/* A client that ended it: by an ERROR, or its port is closed. */
static void
tell_aborted(const struct upload *up, const struct tftp_pkt *e)
{
	char who[ADDR_TEXT], far[2 * REPORT_NUMBER], text[128] = "";
	char line[REPORT_LINE], why[192] = "its port is closed";
	struct record r = record_of(up, "aborted", "its port is closed");

	if (e) {
		(void)text_safe(e->msg, e->msg_len, text, sizeof text);
		(void)snprintf(why, sizeof why, "error %u \"%s\"",
		    (unsigned int)e->code, text);
		r.code = e->code;
		r.why = text[0] ? text : "ended by the client";
	}
	(void)snprintf(line, sizeof line,
	    "upload of \"%s\" from %s ended by the client after %s (%s)",
	    up->name, addr_text(&up->peer.addr, who), how_far(up, far), why);
	server_record(up->all->srv, &r, RECORD_INFO, line);
}

void
upload_tell_failed(const struct upload *up, const struct tftp_pkt *error,
    const struct put_out *o)
{
	bool silent = up->put.state == PUT_TIMEOUT;
	struct record r = record_of(up, silent ? "timeout" : "broken", o->why);
	char who[ADDR_TEXT], far[2 * REPORT_NUMBER], line[REPORT_LINE];

	if (o->send_error)
		r.code = o->code;
	if (up->put.state == PUT_ABORTED) {
		tell_aborted(up, error);
		return;
	}
	(void)how_far(up, far);
	(void)addr_text(&up->peer.addr, who);
	if (silent)
		(void)snprintf(line, sizeof line,
		    "upload of \"%s\" from %s given up after %s: no answer to "
		    "%u retransmissions",
		    up->name, who, far, up->put.retries);
	else
		(void)snprintf(line, sizeof line,
		    "upload of \"%s\" from %s broken off after %s: %s",
		    up->name, who, far, o->why);
	server_record(up->all->srv, &r,
	    silent && up->put.next == 1 ? RECORD_FLOOD : RECORD_WARNING, line);
}

void
upload_tell_ended(const struct upload *up)
{
	struct record r = record_of(up, "broken", "the server ends");
	char line[SESSION_NAME + 64];

	r.code = TFTP_EUNDEF;
	(void)snprintf(line, sizeof line,
	    "upload of \"%s\" broken off: the server ends", up->name);
	server_record(up->all->srv, &r, RECORD_INFO, line);
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
