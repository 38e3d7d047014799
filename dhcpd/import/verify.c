/*
 * verify.c - the text that was made, read by remoteboot.conf's own parser.
 *
 * Whatever it refuses is left out, with its reason told for the line that it
 * came from, until nothing is refused: so the output always passes dhcpd -t,
 * also where dhcpd.conf says what no check here has thought of.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "dhcpd/import/convert.h"

enum {
	ROUNDS = 20
};

struct refused {
	struct out *out;
	struct report *report;
	size_t dropped; /* in this round */
};

/* The section that the line is in, and its key if it is in one. */
static struct out_section *
find(struct out *out, unsigned int line, struct out_key **key)
{
	struct out_section *s, *in = NULL;
	struct out_key *k;

	*key = NULL;
	for (s = out->section; s; s = s->next)
		if (!s->dropped && s->line && s->line <= line)
			in = s;
	for (k = in ? in->key : NULL; k; k = k->next)
		if (!k->dropped && k->line <= line && line <= k->last_line)
			*key = k;
	return in;
}

/* "PATH:LINE: section: key: what is wrong; what would be right" */
static void
refuse(void *arg, const char *text)
{
	struct refused *r = arg;
	const char *colon = strchr(text, ':');
	char *end = NULL;
	unsigned long line = colon ? strtoul(colon + 1, &end, 10) : 0;
	struct out_section *s;
	struct out_key *k;

	s = find(r->out, (unsigned int)line, &k);
	if (!s || !line || s->dropped || (k && k->dropped))
		return;
	while (*end == ':' || *end == ' ')
		end++;
	report_lost(r->report, k ? k->at : s->at, "%s", end);
	if (k)
		k->dropped = true;
	else
		s->dropped = true;
	r->dropped++;
}

void
verify(
    struct out *out, struct report *report, const char *head, struct buf *text)
{
	struct refused r = {.out = out, .report = report};
	struct out_section *s;
	struct conf *conf;

	for (int round = 0; round <= ROUNDS; round++) {
		text->len = 0;
		buf_text(text, head);
		out_write(out, text);
		r.dropped = 0;
		conf =
		    conf_parse_text("output", text->s, text->len, refuse, &r);
		if (conf) {
			conf_free(conf);
			return;
		}
		/* an error without a line of ours, or no end of them */
		for (s = out->section; s && (!r.dropped || round + 1 >= ROUNDS);
		     s = s->next)
			s->dropped = true;
	}
}
