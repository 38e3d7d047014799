/*
 * tell.c - what runs and what was done, for SIGUSR1.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "sys/log.h"
#include "tftpd/report.h"
#include "tftpd/server.h"

static void
tell_session(const struct session *s, uint64_t now_us)
{
	char who[PEER_TEXT], done[REPORT_NUMBER], all[REPORT_NUMBER] = "?";
	char resent[REPORT_NUMBER];

	if (s->xfer.last != UINT64_MAX)
		(void)report_number(s->xfer.last, all);
	log_info("sending \"%s\" to %s: %s of %s blocks of %u, window %u, "
		 "%" PRIu64 " s, %s resent",
	    s->name, peer_text(&s->peer, who),
	    report_number(s->xfer.base - 1, done), all,
	    (unsigned int)s->xfer.blksize, (unsigned int)s->xfer.windowsize,
	    (now_us - s->start_us) / 1000000,
	    report_number(s->xfer.resent, resent));
}

void
server_tell(const struct server *srv)
{
	const struct server_sums *n = &srv->sums;
	char bytes[REPORT_NUMBER], resent[REPORT_NUMBER];
	char received[REPORT_NUMBER], turns[REPORT_NUMBER];

	for (size_t i = 0; i < srv->sessions.nlive; i++)
		tell_session(srv->sessions.heap[i], loop_now_us(srv->loop));
	groups_tell(srv);
	uploads_tell(srv->uploads);
	if (srv->turns.began)
		log_info("%" PRIu64 " times too many in lock-step for a round: "
			 "%s turns",
		    srv->turns.began, report_number(srv->turns.joined, turns));
	log_info("%zu running; %" PRIu64 " requests, %" PRIu64
		 " refused, %" PRIu64 " not answered; %" PRIu64
		 " files sent, %s bytes; %" PRIu64
		 " ended by the client, %" PRIu64
		 " failed; %s blocks resent; %" PRIu64 " uploads, %s bytes",
	    srv->sessions.nlive + uploads_running(srv->uploads), n->requests,
	    n->refused, n->not_answered, n->sent,
	    report_number(n->bytes, bytes), n->ended, n->failed,
	    report_number(n->resent, resent), n->received,
	    report_number(n->received_bytes, received));
}
