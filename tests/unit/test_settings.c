/*
 * test_settings.c - Incom's letters, one by one and as the guide's line.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/settings.h"
#include "unit.h"

static struct settings s;

/* Take one option as start_options() does; its complaint or NULL. */
static const char *
take(char letter, const char *value, const char *next, size_t *used)
{
	char word[32] = "";
	char *rest[1] = {word};

	*used = 0;
	if (next)
		strncpy(word, next, sizeof word - 1);
	for (size_t i = 0; i < SETTINGS_OPTS; i++)
		if (settings_opt[i].letter == letter) {
			ck_assert_int_eq(
			    settings_opt[i].arg != NULL, value != NULL);
			return start_take(&settings_opt[i], &s, value, rest,
			    next ? 1 : 0, used);
		}
	return "no such letter";
}

static void
fine(char letter, const char *value)
{
	size_t used;

	ck_assert_ptr_null(take(letter, value, NULL, &used));
	ck_assert_uint_eq(used, 0);
}

static void
wrong(char letter, const char *value)
{
	size_t used;

	ck_assert_ptr_nonnull(take(letter, value, NULL, &used));
}

START_TEST(the_guides_line_is_taken_letter_by_letter)
{
	struct conf *c = conf_defaults();
	struct server_conf now;
	size_t used;

	ck_assert_ptr_nonnull(c);
	memset(&s, 0, sizeof s);
	fine('c', "64");
	fine('d', "/tftpboot");
	fine('h', NULL);
	fine('i', "0");
	fine('k', "5");
	fine('r', NULL);
	ck_assert_ptr_null(take('s', "1408", "59", &used));
	ck_assert_uint_eq(used, 1);
	settings_apply(&s, c, &now);
	ck_assert_uint_eq(now.t.max_clients, 64);
	ck_assert_str_eq(now.tree, "/tftpboot");
	ck_assert(now.hide);
	ck_assert_uint_eq(now.t.idle_s, 0);
	ck_assert(now.idle_always);
	ck_assert_uint_eq(now.t.retries, 5);
	ck_assert_uint_eq(now.t.large_blksize, 1408);
	ck_assert_uint_eq(now.t.large_port, 59);
	ck_assert_uint_eq(now.t.port, 69);
	conf_free(c);
}
END_TEST

START_TEST(nothing_said_leaves_the_file_alone)
{
	struct conf *c = conf_defaults();
	struct server_conf now;

	memset(&s, 0, sizeof s);
	settings_apply(&s, c, &now);
	ck_assert_mem_eq(&now.t, &c->tftpd, sizeof now.t);
	ck_assert_str_eq(now.tree, c->tftp_root);
	ck_assert(!now.hide);
	ck_assert(!now.idle_always);
	conf_free(c);
}
END_TEST

START_TEST(values_out_of_range_are_told)
{
	wrong('c', "0");
	wrong('c', "65537");
	wrong('c', "many");
	wrong('d', "tftpboot");
	wrong('d', "");
	wrong('i', "-1");
	wrong('i', "4294967295");
	wrong('k', "0");
	wrong('k', "101");
	wrong('k', "5x");
}
END_TEST

START_TEST(large_wants_a_size_and_a_port)
{
	size_t used;

	memset(&s, 0, sizeof s);
	ck_assert_ptr_nonnull(take('s', "1408", NULL, &used));
	ck_assert_ptr_nonnull(take('s', "1408", "0", &used));
	ck_assert_ptr_nonnull(take('s', "1408", "65536", &used));
	ck_assert_ptr_nonnull(take('s', "1408", "-v", &used));
	ck_assert_ptr_nonnull(take('s', "511", "59", &used));
	ck_assert_ptr_nonnull(take('s', "65465", "59", &used));
	ck_assert_uint_eq(used, 0);
	ck_assert_uint_eq(s.large_port, 0);
}
END_TEST

/* Take a long option that has no letter. */
static const char *
take_long(const char *name, const char *value)
{
	size_t used = 0;

	for (size_t i = 0; i < SETTINGS_OPTS; i++)
		if (strcmp(settings_opt[i].name, name) == 0)
			return start_take(
			    &settings_opt[i], &s, value, NULL, 0, &used);
	return "no such option";
}

START_TEST(what_others_call_so_goes_over_the_file)
{
	struct conf *c = conf_defaults();
	struct server_conf now;

	memset(&s, 0, sizeof s);
	fine('4', NULL);
	fine('a', "0.0.0.0:69");
	fine('a', "[::1]:70");
	fine('B', "1468");
	fine('j', "/x/json");
	fine('P', "/x/pid");
	fine('U', "027");
	ck_assert_ptr_null(take_long("create", NULL));
	ck_assert_ptr_null(take_long("idle-time", "300"));
	ck_assert_ptr_null(take_long("port", "1069"));
	ck_assert_ptr_null(take_long("refuse", "tsize"));
	ck_assert_ptr_null(take_long("refuse", "utimeout"));
	ck_assert_ptr_null(take_long("retry-timeout", "5"));
	ck_assert_ptr_null(take_long("mcast-addr", "239.255.7.8-15"));
	ck_assert_ptr_null(take_long("mcast-port", "1800"));
	ck_assert_ptr_null(take_long("mcast-ttl", "3"));
	settings_apply(&s, c, &now);
	ck_assert_uint_eq(now.t.family, CONF_FAMILY_IPV4);
	ck_assert_uint_eq(now.t.nlisten, 2);
	ck_assert_uint_eq(now.t.listen[1].port, 70);
	ck_assert_uint_eq(now.t.max_blksize, 1468);
	ck_assert_str_eq(now.t.json_log, "/x/json");
	ck_assert_str_eq(now.t.pid_file, "/x/pid");
	ck_assert_uint_eq(now.t.idle_s, 300);
	ck_assert(!now.idle_always);
	ck_assert_uint_eq(now.t.port, 1069);
	ck_assert_uint_eq(now.t.refuse, TFTP_OPT_TSIZE);
	ck_assert_uint_eq(now.t.timeout_ms, 5000);
	ck_assert_uint_eq(now.t.multicast_ip.v, 0xefff0708);
	ck_assert_uint_eq(now.t.multicast_groups, 8);
	ck_assert_uint_eq(now.t.multicast_port, 1800);
	ck_assert_uint_eq(now.t.multicast_ttl, 3);
	ck_assert_str_eq(now.create.folder, "");
	ck_assert_uint_eq(now.create.mode, 0640);
	ck_assert(now.create.create && !now.create.overwrite);
	ck_assert_ptr_null(take_long("retransmit", "250000"));
	fine('r', NULL);
	settings_apply(&s, c, &now);
	ck_assert_uint_eq(now.t.timeout_ms, 250);
	ck_assert_ptr_null(now.create.folder); /* -r wins */
	ck_assert_uint_eq(now.nupload, 0);
	conf_free(c);
}
END_TEST

START_TEST(their_values_out_of_range_are_told)
{
	static const char *const bad[][2] = {
	    {"address", "here"},
	    {"address", "[::1"},
	    {"blocksize", "7"},
	    {"blocksize", "65465"},
	    {"idle-time", "-1"},
	    {"json-log", ""},
	    {"pidfile", ""},
	    {"port", "0"},
	    {"port", "65536"},
	    {"refuse", "mood"},
	    {"retransmit", "9999"},
	    {"retransmit", "255000001"},
	    {"retry-timeout", "0"},
	    {"retry-timeout", "256"},
	    {"umask", "200"},
	    {"umask", "8"},
	    {"umask", ""},
	    {"mcast-addr", "10.0.0.1"},
	    {"mcast-addr", "239.255.0.0-31,128-132"},
	    {"mcast-addr", "239.255.0.9-8"},
	    {"mcast-addr", "239.255.0.0-256"},
	    {"mcast-port", "1758-2000"},
	    {"mcast-ttl", "0"},
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		memset(&s, 0, sizeof s);
		ck_assert_msg(take_long(bad[i][0], bad[i][1]) != NULL,
		    "--%s %s", bad[i][0], bad[i][1]);
	}
	memset(&s, 0, sizeof s);
	fine('4', NULL);
	ck_assert_ptr_nonnull(take_long("ipv6", NULL));
	for (int i = 0; i < CONF_LISTENS; i++)
		fine('a', "127.0.0.1");
	wrong('a', "127.0.0.1");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {the_guides_line_is_taken_letter_by_letter,
	    nothing_said_leaves_the_file_alone, values_out_of_range_are_told,
	    large_wants_a_size_and_a_port,
	    what_others_call_so_goes_over_the_file,
	    their_values_out_of_range_are_told, NULL};

	return unit_main("settings", tests);
}
