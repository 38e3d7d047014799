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
			return settings_opt[i].take(
			    &s, value, rest, next ? 1 : 0, used);
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

int
main(void)
{
	const TTest *const tests[] = {the_guides_line_is_taken_letter_by_letter,
	    nothing_said_leaves_the_file_alone, values_out_of_range_are_told,
	    large_wants_a_size_and_a_port, NULL};

	return unit_main("settings", tests);
}
