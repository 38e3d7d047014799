/*
 * tell_record.c - one record of each transfer, to the log and as JSON.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <time.h>

#include "sys/log.h"
#include "tftpd/server.h"

enum {
	LINE = RECORD_TEXT + 1024 /* the log cuts it */
};

static int64_t
wall_ms(void)
{
	struct timespec ts = {0};

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
server_record_json(struct server *srv, struct record *r, bool cheap)
{
	char line[RECORD_JSON];
	struct who who;
	size_t len;

	if (srv->json.fd == -1)
		return;
	if (!r->hw) {
		server_who(srv, &r->client->addr, &who);
		r->hw = &who.hw;
		r->host = who.host ? who.host->name : NULL;
	}
	len = record_json(r, wall_ms(), line, sizeof line);
	if (len)
		json_log_write(
		    &srv->json, line, len, cheap, loop_now_us(srv->loop));
	r->hw = NULL; /* who ends here */
}

/*
 * Whoever has acknowledged a block was there: such a record is never left
 * out.  Anybody can cause the others.
 */
static void
to_log(struct server *srv, const struct record *r, enum record_as as,
    const char *text)
{
	static const char transfer[] = "transfer", refusal[] = "refusal";
	bool warn = as != RECORD_INFO;

	if (as == RECORD_FLOOD)
		burst_warn(&srv->silent, loop_now_us(srv->loop), "%s", text);
	else
		log_text(warn ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
		    r->blksize ? transfer : refusal,
		    r->blocks ? LOG_EACH
		    : warn    ? LOG_MOST_STRANGERS
			      : LOG_MOST,
		    text, strlen(text));
}

void
server_record(
    struct server *srv, struct record *r, enum record_as as, const char *line)
{
	char facts[RECORD_TEXT], all[LINE];
	bool told = log_level_get() >=
		    (as == RECORD_INFO ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING);
	struct who who;

	if (!told && srv->json.fd == -1)
		return;

	server_who(srv, &r->client->addr, &who);
	r->hw = &who.hw;
	r->host = who.host ? who.host->name : NULL;
	if (told) {
		(void)record_text(r, facts, sizeof facts);
		(void)snprintf(all, sizeof all, "%s; %s", line, facts);
		to_log(srv, r, as, all);
	}
	server_record_json(srv, r, as == RECORD_FLOOD || r->blksize == 0);
}
