/* test_value.c - values as text.  SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "value.h"

/* The items of a text, as "a|b" with quotes on quoted ones, or its mistake. */
static const char *
items(const char *text)
{
	static char got[1024];
	char why[VALUE_WHY] = "?";
	struct value_item it;
	int rc;

	got[0] = '\0';
	while ((rc = value_next(&text, &it, why)) == 1) {
		size_t n = strlen(got);

		(void)snprintf(got + n, sizeof got - n,
		    it.quoted ? "%s\"%s\"" : "%s%s", n ? "|" : "", it.s);
		ck_assert_uint_ge(it.len, strlen(it.s));
	}
	if (rc == -1)
		(void)snprintf(got, sizeof got, "! %s", why);
	return got;
}

START_TEST(items_end_at_commas_outside_of_quotes)
{
	ck_assert_str_eq(items(""), "");
	ck_assert_str_eq(items("  "), "");
	ck_assert_str_eq(items("a"), "a");
	ck_assert_str_eq(items(" a b , c"), "a b|c");
	ck_assert_str_eq(items("\"a, b\" , c"), "\"a, b\"|c");
	ck_assert_str_eq(items("\"\""), "\"\"");
}
END_TEST

START_TEST(quoted_text_has_escapes)
{
	struct value_item it;
	char why[VALUE_WHY];

	ck_assert_str_eq(items("\"\\\"\\\\ \\x41\""), "\"\"\\ A\"");
	ck_assert(value_one("\"a\\x00b\\n\\t\"", &it, why));
	ck_assert_uint_eq(it.len, 5);
	ck_assert_mem_eq(it.s, "a\0b\n\t", 6);
}
END_TEST

START_TEST(mistakes_in_items_are_told)
{
	static const char *const bad[][2] = {{"\"a", "not closed"},
	    {"\"a\\", "unknown escape"}, {"\"\\q\"", "unknown escape"},
	    {"\"\\x4\"", "unknown escape"}, {"a,", "last comma"},
	    {",a", "empty"}, {"a,,b", "empty"}, {"\"a\" b", "comma between"},
	    {"a\"b\"", "in the middle"}};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(strstr(items(bad[i][0]), bad[i][1]) != NULL,
		    "%s: %s", bad[i][0], items(bad[i][0]));
}
END_TEST

START_TEST(an_item_has_255_bytes_at_most)
{
	char text[300];

	memset(text, 'a', sizeof text);
	text[255] = '\0';
	ck_assert_uint_eq(strlen(items(text)), 255);
	text[255] = 'a';
	text[256] = '\0';
	ck_assert_str_eq(
	    items(text), "! the text is too long; 255 bytes are the most");
	text[0] = '"';
	text[256] = '"';
	text[257] = '\0';
	ck_assert_uint_eq(strlen(items(text)), 257);
	text[256] = 'a';
	text[257] = '"';
	text[258] = '\0';
	ck_assert_str_eq(
	    items(text), "! the text is too long; 255 bytes are the most");
}
END_TEST

START_TEST(one_value_is_not_two_and_not_none)
{
	struct value_item it;
	char why[VALUE_WHY];

	ck_assert(value_one(" a ", &it, why));
	ck_assert_str_eq(it.s, "a");
	ck_assert(!value_one("a, b", &it, why));
	ck_assert_str_eq(why, "more than one value; write only one");
	ck_assert(!value_one(" ", &it, why));
	ck_assert_str_eq(why, "the value is empty; write one behind =");
}
END_TEST

START_TEST(hex_in_three_notations)
{
	uint8_t b[4];

	ck_assert_uint_eq(value_hex("01:04:fF", b, 4), 3);
	ck_assert_mem_eq(b, "\x01\x04\xff", 3);
	ck_assert_uint_eq(value_hex("01-04", b, 4), 2);
	ck_assert_uint_eq(value_hex("0x0104", b, 4), 2);
	ck_assert_mem_eq(b, "\x01\x04", 2);
	ck_assert_uint_eq(value_hex("2a", b, 4), 1);
	ck_assert_uint_eq(b[0], 0x2a);
	ck_assert_uint_eq(value_hex("01:02:03:04", b, 4), 4);
}
END_TEST

START_TEST(what_is_no_hex_is_refused)
{
	static const char *const bad[] = {"", "0", "0x", "0x0", "0x010",
	    "01:", ":01", "01:2", "01:2:03", "01:04-05", "0104", "g0", "01 04",
	    "01:02:03:04:05", NULL};
	uint8_t b[4];

	for (size_t i = 0; bad[i]; i++)
		ck_assert_msg(
		    value_hex(bad[i], b, sizeof b) == 0, "took %s", bad[i]);
}
END_TEST

START_TEST(durations_have_units)
{
	static const struct {
		const char *text;
		uint64_t ms;
	} good[] = {{"0", 0}, {"3600", 3600000}, {"500ms", 500}, {"30s", 30000},
	    {"10m", 600000}, {"12h", 43200000}, {"7d", 604800000},
	    {"2w", 1209600000}, {"infinite", VALUE_INFINITE}};
	static const char *const bad[] = {"", "-1", "s", "1y", "1 s", "1h30m",
	    "1.5h", "Infinite", "99999999999999999999", "9999999999999999999w",
	    NULL};
	uint64_t ms;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ck_assert_msg(
		    value_duration(good[i].text, &ms), "%s", good[i].text);
		ck_assert_uint_eq(ms, good[i].ms);
	}
	ms = 7;
	for (size_t i = 0; bad[i]; i++)
		ck_assert_msg(!value_duration(bad[i], &ms), "took %s", bad[i]);
	ck_assert_uint_eq(ms, 7);
}
END_TEST

START_TEST(sizes_know_k_and_M)
{
	uint64_t n;

	ck_assert(value_size("1408", &n) && n == 1408);
	ck_assert(value_size("2k", &n) && n == 2048);
	ck_assert(value_size("1M", &n) && n == 1048576);
	ck_assert(value_size("4G", &n) && n == UINT64_C(4) << 30);
	ck_assert(!value_size("1K", &n));
	ck_assert(!value_size("k", &n));
	ck_assert(!value_size("18446744073709551615k", &n));
}
END_TEST

START_TEST(networks_and_pairs)
{
	struct ip4 a, b;
	unsigned int prefix;

	ck_assert(value_network("10.0.0.0/8", &a, &prefix));
	ck_assert_uint_eq(a.v, 0x0a000000);
	ck_assert_uint_eq(prefix, 8);
	ck_assert(!value_network("10.0.0.0", &a, &prefix));
	ck_assert(!value_network("10.0.0.0/33", &a, &prefix));
	ck_assert(!value_network("10.0.0.0/", &a, &prefix));
	ck_assert(!value_network("/8", &a, &prefix));
	ck_assert(value_two("10.0.0.1 - 10.0.0.9", "-", &a, &b));
	ck_assert_uint_eq(a.v, 0x0a000001);
	ck_assert_uint_eq(b.v, 0x0a000009);
	ck_assert(value_two("10.0.0.1-10.0.0.9", "-", &a, &b));
	ck_assert(!value_two("10.0.0.1 -", "-", &a, &b));
	ck_assert(!value_two("10.0.0.1", "-", &a, &b));
	ck_assert(!value_two("- 10.0.0.1", "-", &a, &b));
}
END_TEST

START_TEST(distance_counts_letters)
{
	char long_name[80];

	memset(long_name, 'a', sizeof long_name);
	long_name[79] = '\0';
	ck_assert_uint_eq(value_distance("file", "file"), 0);
	ck_assert_uint_eq(value_distance("lease-time", "Lease_Time"), 0);
	ck_assert_uint_eq(value_distance("flie", "file"), 1);
	ck_assert_uint_eq(value_distance("fil", "file"), 1);
	ck_assert_uint_eq(value_distance("", "file"), 4);
	ck_assert_uint_eq(value_distance("kitten", "sitting"), 3);
	ck_assert_uint_eq(value_distance(long_name, "a"), 64);
	ck_assert(value_same("a-B", "A_b"));
	ck_assert(!value_same("ab", "abc"));
	ck_assert(!value_same("abc", "ab"));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {items_end_at_commas_outside_of_quotes,
	    quoted_text_has_escapes, mistakes_in_items_are_told,
	    an_item_has_255_bytes_at_most, one_value_is_not_two_and_not_none,
	    hex_in_three_notations, what_is_no_hex_is_refused,
	    durations_have_units, sizes_know_k_and_M, networks_and_pairs,
	    distance_counts_letters, NULL};

	return unit_main("value", tests);
}
