/*
 * isc_flags.c - the command line of ISC dhcpd, given to ours; see
 * isc_flags.h.
 *
 * "-cf" would be letters c and f, "-lf" would log to a file "f": so these
 * words are looked at before the options are read.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "dhcpd/isc_flags.h"

static char config[] = "-C", foreground[] = "-F", user[] = "-u";

static const struct {
	const char *flag;
	bool value; /* a word follows it */
	char *ours; /* NULL: it is left out */
	/* not NULL: it cannot be had, but this; @ is its value */
	const char *instead;
} flags[] = {
    {"-cf", true, config, NULL},
    {"-d", false, foreground, NULL},
    {"-f", false, foreground, NULL},
    {"-user", true, user, NULL},
    {"-4", false, NULL, NULL},
    {"-q", false, NULL, NULL},
    {"--no-pid", false, NULL, NULL},
    {"-lf", true, NULL, "write lease_file = @ in [dhcpd] of remoteboot.conf"},
    {"-pf", true, NULL, "write pid_file = @ in [dhcpd] of remoteboot.conf"},
    {"-p", true, NULL, "write port = @ in [dhcpd] of remoteboot.conf"},
    {"-T", false, NULL, "write dhcpd -t, which checks the configuration"},
    {"-group", true, NULL, "write -u USER, which makes the group that user's"},
    {"-chroot", true, NULL,
	"leave it out: dhcpd gives up its rights by itself"},
    {"-s", true, NULL, "leave it out: replies go where RFC 2131 says"},
    {"-6", false, NULL, "leave it out: dhcpd speaks IPv4 alone"},
    {"-4o6", true, NULL, "leave it out: dhcpd speaks IPv4 alone"},
    {"-tf", true, NULL, "write -v 3, which logs each packet"},
    {"-play", true, NULL, "write -v 3, which logs each packet"},
};

enum {
	NFLAGS = sizeof flags / sizeof flags[0]
};

static size_t
find(const char *word)
{
	size_t i = 0;

	while (i < NFLAGS && strcmp(flags[i].flag, word) != 0)
		i++;
	return i;
}

static void
refuse(size_t i, const char *value, char why[static ISC_FLAGS_WHY])
{
	const char *to = flags[i].instead;
	size_t n = strcspn(to, "@");

	(void)snprintf(why, ISC_FLAGS_WHY,
	    "%s: that is a flag of ISC dhcpd; %.*s%s%s", flags[i].flag, (int)n,
	    to, to[n] ? (value ? value : "VALUE") : "",
	    to[n] ? to + n + 1 : "");
}

int
isc_flags(int argc, char *argv[], char why[static ISC_FLAGS_WHY])
{
	int to = argc > 0, at = to;

	for (; at < argc && argv[at][0] == '-' && strcmp(argv[at], "--") != 0;
	     at++) {
		size_t i = find(argv[at]);
		/* the value of one of ours is no flag */
		bool value = i == NFLAGS ? strlen(argv[at]) == 2 &&
					       strchr("Cluv", argv[at][1])
					 : flags[i].value;

		if (i < NFLAGS && flags[i].instead) {
			refuse(i, argv[at + 1], why);
			return -1;
		}
		if (i == NFLAGS)
			argv[to++] = argv[at];
		else if (flags[i].ours)
			argv[to++] = flags[i].ours;
		if (value && at + 1 < argc)
			argv[to++] = argv[++at];
	}
	while (at < argc)
		argv[to++] = argv[at++];
	argv[to] = NULL;
	return to;
}
