/*
 * test_isc_flags.c - ISC dhcpd's command line given to ours.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcpd/isc_flags.h"
#include "unit.h"

enum {
	WORDS = 12
};

/* The words after it, with blanks between; or why not. */
static const char *
flags(const char *line)
{
	static char text[300], words[300];
	char *argv[WORDS + 1], why[ISC_FLAGS_WHY];
	int argc = 0;

	(void)snprintf(words, sizeof words, "%s", line);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	argc = isc_flags(argc, argv, why);
	if (argc == -1) {
		(void)snprintf(text, sizeof text, "%s", why);
		return text;
	}
	ck_assert_ptr_null(argv[argc]);
	text[0] = '\0';
	for (int i = 0; i < argc; i++) {
		strcat(text, i ? " " : "");
		strcat(text, argv[i]);
	}
	return text;
}

START_TEST(what_debian_starts_it_with_works)
{
	ck_assert_str_eq(flags("dhcpd -4 -q -cf /etc/dhcp/dhcpd.conf eth0"),
	    "dhcpd -C /etc/dhcp/dhcpd.conf eth0");
	ck_assert_str_eq(
	    flags("dhcpd -f -d -q eth0 eth1"), "dhcpd -F -F eth0 eth1");
	ck_assert_str_eq(flags("dhcpd --no-pid -user x -t"), "dhcpd -u x -t");
}
END_TEST

START_TEST(what_cannot_be_had_says_what_to_write)
{
	static const char *const v[][2] = {
	    {"dhcpd -lf /x/y", "lease_file = /x/y in [dhcpd]"},
	    {"dhcpd -4 -pf x", "pid_file = x in [dhcpd]"},
	    {"dhcpd -p 1067", "port = 1067 in [dhcpd]"},
	    {"dhcpd -lf", "lease_file = VALUE in"}, {"dhcpd -T", "dhcpd -t"},
	    {"dhcpd -6", "IPv4"}, {"dhcpd -tf x", "-v 3"},
	    {"dhcpd -group x", "-u USER"}};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		ck_assert_msg(strstr(flags(v[i][0]), v[i][1]) != NULL, "%s: %s",
		    v[i][0], flags(v[i][0]));
}
END_TEST

START_TEST(our_own_words_stay_as_they_are)
{
	static const char *const v[] = {"dhcpd",
	    "dhcpd -C -cf -F -l -d -u -4 -v 3 -t", "dhcpd -Ft -v2 --check",
	    "dhcpd -- -cf x", "dhcpd eth0 -cf x", "dhcpd -C"};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		ck_assert_str_eq(flags(v[i]), v[i]);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {what_debian_starts_it_with_works,
	    what_cannot_be_had_says_what_to_write,
	    our_own_words_stay_as_they_are, NULL};

	return unit_main("isc_flags", tests);
}
