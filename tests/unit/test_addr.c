/* test_addr.c - addresses and their text.  SPDX-License-Identifier: ISC */
#include <string.h>

#include "addr.h"
#include "unit.h"

START_TEST(peer_takes_an_address_and_a_port_or_none)
{
	static const struct {
		const char *s, *want; /* NULL: refused */
	} rows[] = {
	    {"192.0.2.1", "192.0.2.1:0"},
	    {"192.0.2.1:69", "192.0.2.1:69"},
	    {"::", "[::]:0"},
	    {"fd00::1", "[fd00::1]:0"},
	    {"[fd00::1]", "[fd00::1]:0"},
	    {"[fd00::1]:65535", "[fd00::1]:65535"},
	    {":69", "[::]:69"},
	    {"", NULL},
	    {":", NULL},
	    {":0", NULL},
	    {":65536", NULL},
	    {"192.0.2.1:", NULL},
	    {"[fd00::1", NULL},
	    {"[fd00::1]x", NULL},
	    {"[]", NULL},
	    {"host:69", NULL},
	    {"69", NULL},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[PEER_TEXT];
		struct peer p;
		bool ok = peer_parse(rows[i].s, &p);

		ck_assert_msg(
		    ok == (rows[i].want != NULL), "\"%s\"", rows[i].s);
		if (ok)
			ck_assert_str_eq(peer_text(&p, text), rows[i].want);
	}
}
END_TEST

START_TEST(ip4_text_and_back)
{
	struct ip4 a = {0};
	char buf[IP4_TEXT];

	ck_assert(ip4_parse("192.168.1.100", &a));
	ck_assert_uint_eq(a.v, 0xc0a80164);
	ck_assert_str_eq(ip4_text(a, buf), "192.168.1.100");
	ck_assert_str_eq(
	    ip4_text((struct ip4){0xffffffff}, buf), "255.255.255.255");
}
END_TEST

START_TEST(ip4_wants_the_whole_string)
{
	static const char *const bad[] = {"", "10.1", "10.0.0.256", "10.0.0.1 ",
	    " 10.0.0.1", "010.0.0.1", "10.0.0.1/8", "a", NULL};
	struct ip4 a = {7};

	for (size_t i = 0; bad[i]; i++)
		ck_assert_msg(!ip4_parse(bad[i], &a), "took \"%s\"", bad[i]);
	ck_assert_uint_eq(a.v, 7);
}
END_TEST

START_TEST(addr_holds_both_families)
{
	struct addr a, b;
	char buf[ADDR_TEXT];

	ck_assert(addr_parse("10.0.0.1", &a));
	ck_assert(addr_is_ip4(&a));
	ck_assert_uint_eq(addr_ip4(&a).v, 0x0a000001);
	ck_assert_str_eq(addr_text(&a, buf), "10.0.0.1");
	ck_assert(addr_parse("::ffff:10.0.0.1", &b));
	ck_assert(addr_equal(&a, &b));
	ck_assert(addr_parse("fe80::1", &b));
	ck_assert(!addr_is_ip4(&b));
	ck_assert_str_eq(addr_text(&b, buf), "fe80::1");
	ck_assert(!addr_parse("fe80::1%eth0", &b));
}
END_TEST

START_TEST(mac_in_three_notations)
{
	static const char *const good[] = {
	    "00:54:55:56:67:6f", "00-54-55-56-67-6F", "0054.5556.676f", NULL};
	static const char *const bad[] = {"", "00:54:55:56:67",
	    "00:54:55:56:67:6g", "00:54-55:56:67:6f", "0:54:55:56:67:6f",
	    "00545556676f", "00:54:55:56:67:6f:", "0054.5556-676f", NULL};
	struct mac m;

	for (size_t i = 0; good[i]; i++) {
		memset(&m, 0, sizeof m);
		ck_assert_msg(mac_parse(good[i], &m), "%s", good[i]);
		ck_assert_mem_eq(m.b, "\x00\x54\x55\x56\x67\x6f", 6);
	}
	for (size_t i = 0; bad[i]; i++)
		ck_assert_msg(!mac_parse(bad[i], &m), "took \"%s\"", bad[i]);
}
END_TEST

START_TEST(hwaddr_shows_up_to_16_bytes)
{
	uint8_t b[20] = {0xaa, 0xbb};
	char buf[HWADDR_TEXT];

	ck_assert_str_eq(hwaddr_text(b, 2, buf), "aa:bb");
	ck_assert_str_eq(hwaddr_text(b, 0, buf), "");
	ck_assert_uint_eq(strlen(hwaddr_text(b, 20, buf)), 47);
}
END_TEST

START_TEST(masks_and_multicast)
{
	ck_assert_uint_eq(ip4_mask(0).v, 0);
	ck_assert_uint_eq(ip4_mask(24).v, 0xffffff00);
	ck_assert_uint_eq(ip4_mask(32).v, 0xffffffff);
	ck_assert(ip4_is_multicast((struct ip4){0xefff0101}));
	ck_assert(!ip4_is_multicast((struct ip4){0xf0000000}));
}
END_TEST

START_TEST(foreign_text_becomes_printable)
{
	char buf[16];

	ck_assert_str_eq(text_safe("ok", 2, buf, sizeof buf), "ok");
	ck_assert_str_eq(
	    text_safe("a\n\"\xff", 4, buf, sizeof buf), "a\\x0a\\x22\\xff");
	ck_assert_str_eq(text_safe("", 0, buf, sizeof buf), "");
	/* exactly full, then one more */
	ck_assert_str_eq(text_safe("123456789012345", 15, buf, sizeof buf),
	    "123456789012345");
	ck_assert_str_eq(text_safe("1234567890123456", 16, buf, sizeof buf),
	    "123456789012...");
	for (size_t size = 4; size < 12; size++) {
		(void)text_safe("\n\n\n\n", 4, buf, size);
		ck_assert_uint_lt(strlen(buf), size);
	}
}
END_TEST

START_TEST(numbers_are_whole_and_in_range)
{
	uint64_t n = 5;

	ck_assert(text_number("0", 0, 9, &n));
	ck_assert_uint_eq(n, 0);
	ck_assert(text_number("18446744073709551615", 0, UINT64_MAX, &n));
	ck_assert_uint_eq(n, UINT64_MAX);
	n = 5;
	ck_assert(!text_number("18446744073709551616", 0, UINT64_MAX, &n));
	ck_assert(!text_number("", 0, 9, &n));
	ck_assert(!text_number("-1", 0, 9, &n));
	ck_assert(!text_number("1 ", 0, 9, &n));
	ck_assert(!text_number("10", 0, 9, &n));
	ck_assert(!text_number("1", 2, 9, &n));
	ck_assert_uint_eq(n, 5);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {peer_takes_an_address_and_a_port_or_none,
	    ip4_text_and_back, ip4_wants_the_whole_string,
	    addr_holds_both_families, mac_in_three_notations,
	    hwaddr_shows_up_to_16_bytes, masks_and_multicast,
	    foreign_text_becomes_printable, numbers_are_whole_and_in_range,
	    NULL};

	return unit_main("addr", tests);
}
