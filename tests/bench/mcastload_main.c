/*
 * mcastload - thousands of multicast boot clients in one process.
 *
 * usage: mcastload -s SERVER -g GROUP -i IFACE -a FIRST-ADDRESS -f FILE
 *	  [-r NAME] [-k KIND] [-n CLIENTS] [-l LOSS] [-L LOSS-UP]
 *	  [-p SPORT] [-c CPORT] [-b BLKSIZE] [-P] [-T TMOUT] [-D DELAY]
 *	  [-w SPREAD] [-j LATE] [-x LIMIT] [-d BLOCK] [-R ACKS] [-O OPENERS]
 *	  [-S SEED]
 *
 * Each client has its own address (FIRST-ADDRESS and up; all must be local
 * here and routed to here), its own loss in percent of what comes to it and
 * (-L) from it, its own memory and clock.  FILE is what they should receive,
 * NAME what they ask for.  Seconds: TMOUT and DELAY of option 43, the clients
 * start within SPREAD, the last one after LATE, all ends after LIMIT.
 *
 *	-k	the kind: spec, intel, efi, ipxe, 2090, atftp; see its file
 *	-P	the server may send from any port (atftpd does)
 *	-d	the first master falls silent for ever at that block
 *	-R -O	strangers send so many ACKs, so many RRQs a second
 *
 * One line tells it all; what the server did wrong goes to the standard error.
 * Exit status 0: every client has the file, byte by byte, and the server broke
 * no rule of its kind.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <unistd.h>

#include "tests/bench/mcastload.h"

static const struct profile *const profiles[] = {&profile_spec, &profile_intel,
    &profile_efi, &profile_ipxe, &profile_2090, &profile_atftp};

static const struct profile *
profile_of(const char *name)
{
	for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
		if (strcmp(profiles[i]->name, name) == 0)
			return profiles[i];
	errx(64, "%s: no such kind of client", name);
}

static uint32_t
address(const char *s)
{
	struct in_addr a;

	if (inet_pton(AF_INET, s, &a) != 1)
		errx(64, "%s: no IPv4 address", s);
	return ntohl(a.s_addr);
}

static double
number(const char *s)
{
	char *end;
	double n = strtod(s, &end);

	if (end == s || *end || !(n >= 0))
		errx(64, "%s: no number", s);
	return n;
}

static void
text_option(struct load_opt *o, int c, const char *s)
{
	switch (c) {
	case 's':
		o->server = address(s);
		break;
	case 'g':
		o->group = address(s);
		break;
	case 'a':
		o->first_addr = address(s);
		break;
	case 'i':
		o->iface = s;
		break;
	case 'f':
		o->file = s;
		break;
	case 'r':
		o->name = s;
		break;
	case 'k':
		o->profile = profile_of(s);
		break;
	case 'P':
		o->any_port = true;
		break;
	default:
		errx(64, "usage: see mcastload_main.c");
	}
}

/* true: it was one. */
static bool
number_option(struct load_opt *o, int c, double n)
{
	struct {
		int c;
		double *f;
		uint32_t *u32;
		uint16_t *u16;
	} to[] = {{'n', NULL, &o->clients, NULL}, {'l', &o->loss, NULL, NULL},
	    {'L', &o->loss_up, NULL, NULL}, {'p', NULL, NULL, &o->sport},
	    {'c', NULL, NULL, &o->cport}, {'b', NULL, NULL, &o->blksize},
	    {'T', &o->tmout_s, NULL, NULL}, {'D', &o->delay_s, NULL, NULL},
	    {'w', &o->spread_s, NULL, NULL}, {'j', &o->late_s, NULL, NULL},
	    {'x', &o->limit_s, NULL, NULL}, {'d', NULL, &o->die_at, NULL},
	    {'R', &o->rogue_acks, NULL, NULL}, {'O', &o->openers, NULL, NULL}};

	for (size_t i = 0; i < sizeof to / sizeof to[0]; i++) {
		if (to[i].c != c)
			continue;
		if (to[i].f)
			*to[i].f = n;
		else if (to[i].u32)
			*to[i].u32 = (uint32_t)n;
		else
			*to[i].u16 = (uint16_t)n;
		return true;
	}
	if (c == 'S')
		o->seed = (uint64_t)n;
	return c == 'S';
}

static void
options(struct load_opt *o, int argc, char *argv[])
{
	static const char numbers[] = "nlLpcbTDwjxdROS";
	int c;

	while ((c = getopt(argc, argv,
		    "s:g:a:i:f:r:k:Pn:l:L:p:c:b:T:D:w:j:x:d:R:O:S:")) != -1) {
		if (!strchr(numbers, c))
			text_option(o, c, optarg);
		else
			(void)number_option(o, c, number(optarg));
	}
	if (!o->server || !o->group || !o->first_addr || !o->iface ||
	    !o->file || !o->clients || !o->blksize || optind < argc)
		errx(64, "usage: see mcastload_main.c");
	o->loss /= 100;
	o->loss_up /= 100;
	if (!o->name)
		o->name =
		    strrchr(o->file, '/') ? strrchr(o->file, '/') + 1 : o->file;
}

int
main(int argc, char *argv[])
{
	struct load_opt o = {.profile = &profile_spec,
	    .sport = 1759,
	    .cport = 3001,
	    .blksize = 512,
	    .clients = 1,
	    .tmout_s = 2,
	    .delay_s = 3,
	    .limit_s = 60,
	    .seed = 1};
	struct load_sum s = {0};

	options(&o, argc, argv);
	load_run(&o, &s);
	printf("kind=%s clients=%u done=%u failed=%u dead=%u errors=%u "
	       "wrong=%" PRIu64 " first_s=%.3f median_s=%.3f last_s=%.3f "
	       "terms=%u opens=%u heard=%" PRIu64 " lost=%" PRIu64
	       " dropped=%" PRIu64 "\n",
	    o.profile->name, o.clients, s.done, s.failed, s.dead, s.errors,
	    s.wrong, s.first_s, s.median_s, s.last_s, s.terms, s.opens, s.heard,
	    s.lost, s.dropped);
	return s.done + s.dead == o.clients && s.errors == 0 && s.wrong == 0
		   ? 0
		   : 1;
}
