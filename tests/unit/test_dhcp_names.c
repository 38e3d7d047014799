/*
 * test_dhcp_names.c - options and architectures by name, and the bytes of
 * their values.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcp_names.h"
#include "unit.h"
#include "value.h"

/* The bytes of a value in hex, or "! " and the mistake. */
static const char *
wire(enum dhcp_vtype type, const char *text)
{
	static char got[4 * DHCP_VALUE_MAX];
	uint8_t buf[DHCP_VALUE_MAX];
	char why[VALUE_WHY] = "?";
	size_t n = dhcp_value_parse(type, text, buf, why);

	if (n == 0)
		(void)snprintf(got, sizeof got, "! %s", why);
	for (size_t i = 0; i < n; i++)
		(void)snprintf(got + 3 * i, 4, "%02x ", buf[i]);
	if (n)
		got[3 * n - 1] = '\0';
	return got;
}

static const char *
of(const char *name, const char *text)
{
	const struct dhcp_name *o = dhcp_name_by_text(name);

	ck_assert_msg(o != NULL, "no option %s", name);
	return wire(o->type, text);
}

START_TEST(table_ascends_so_that_it_can_be_searched)
{
	size_t n;
	const struct dhcp_name *o = dhcp_names(&n);

	ck_assert_uint_gt(n, 100);
	for (size_t i = 1; i < n; i++)
		ck_assert_uint_lt(o[i - 1].code, o[i].code);
	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_eq(dhcp_name_by_code(o[i].code), &o[i]);
		ck_assert_ptr_eq(dhcp_name_by_text(o[i].name), &o[i]);
		if (o[i].also)
			ck_assert_ptr_eq(dhcp_name_by_text(o[i].also), &o[i]);
		ck_assert_msg(
		    (o[i].type == DHCP_V_REFUSED) == (o[i].use != NULL), "%s",
		    o[i].name);
	}
	ck_assert_ptr_null(dhcp_name_by_code(135));
	ck_assert_ptr_null(dhcp_name_by_text("no-such-option"));
}
END_TEST

START_TEST(old_names_mean_the_same)
{
	ck_assert_uint_eq(dhcp_name_by_text("dhcp-class-identifier")->code, 60);
	ck_assert_uint_eq(
	    dhcp_name_by_text("vendor-class-identifier")->code, 60);
	ck_assert_uint_eq(
	    dhcp_name_by_text("Vendor_Encapsulated_Options")->code, 43);
	ck_assert_uint_eq(dhcp_name_by_text("routers")->code, 3);
	ck_assert_uint_eq(dhcp_name_by_text("tftp-server-name")->code, 66);
	ck_assert_uint_eq(dhcp_name_by_text("bootfile-name")->code, 67);
	ck_assert_uint_eq(
	    dhcp_name_by_text("classless-static-routes")->code, 121);
	ck_assert_uint_eq(dhcp_name_by_text("loader-configfile")->code, 209);
}
END_TEST

START_TEST(what_the_server_computes_is_refused)
{
	static const uint8_t codes[] = {
	    0, 50, 51, 52, 53, 54, 55, 56, 57, 61, 82, 93, 97, 118, 255};

	for (size_t i = 0; i < sizeof codes; i++) {
		const struct dhcp_name *o = dhcp_name_by_code(codes[i]);

		ck_assert_msg(
		    o && o->type == DHCP_V_REFUSED, "option %u", codes[i]);
	}
	ck_assert(strstr(dhcp_name_by_code(51)->use, "lease_time") != NULL);
	ck_assert(strstr(dhcp_name_by_code(54)->use, "server_id") != NULL);
}
END_TEST

START_TEST(near_names_are_found)
{
	ck_assert_str_eq(dhcp_name_near("router"), "router");
	ck_assert_str_eq(dhcp_name_near("domain-nam"), "domain-name");
	ck_assert_str_eq(dhcp_name_near("bootfilename"), "bootfile-name");
	ck_assert_ptr_null(dhcp_name_near("zzzzzzzz"));
}
END_TEST

START_TEST(text_is_as_written)
{
	ck_assert_str_eq(of("domain-name", "\"company.com\""),
	    "63 6f 6d 70 61 6e 79 2e 63 6f 6d");
	ck_assert_str_eq(of("domain-name", "a.b"), "61 2e 62");
	ck_assert_str_eq(of("bootfile-name", "\"a\\x00\""), "61 00");
	ck_assert_str_eq(of("domain-name", "\"\""),
	    "! the text is empty; an option has at least one byte");
	ck_assert_str_eq(of("domain-name", "a b"),
	    "! \"a b\" is not one word; put the text in quotes");
	ck_assert_str_eq(of("domain-name", "01:04"),
	    "! \"01:04\" is not clearly text; put it in quotes, with \\xNN "
	    "for bytes that are no letters");
	ck_assert_str_eq(
	    of("domain-name", "a, b"), "! more than one value; write only one");
}
END_TEST

START_TEST(the_null_parameter_of_option_43)
{
	ck_assert_str_eq(of("vendor-encapsulated-options", "01:04:00:00:00:00"),
	    "01 04 00 00 00 00");
	ck_assert_str_eq(
	    of("vendor-encapsulated-options", "\"abc\", 00"), "61 62 63 00");
	ck_assert_str_eq(of("vendor-encapsulated-options", "1:2"),
	    "! \"1:2\" is not hex bytes; write them as 01:04:00:00:00:00, or "
	    "text in quotes");
}
END_TEST

START_TEST(addresses_in_lists)
{
	ck_assert_str_eq(of("routers", "192.168.1.1"), "c0 a8 01 01");
	ck_assert_str_eq(
	    of("routers", "192.168.1.1, 10.0.0.1"), "c0 a8 01 01 0a 00 00 01");
	ck_assert_str_eq(of("subnet-mask", "255.255.255.0"), "ff ff ff 00");
	ck_assert_str_eq(of("subnet-mask", "255.0.0.0, 1.2.3.4"),
	    "! more than one value; write only one");
	ck_assert_str_eq(of("routers", "router.example"),
	    "! \"router.example\" is not an IPv4 address; write it as "
	    "192.0.2.1");
	ck_assert_str_eq(
	    of("routers", ""), "! the value is empty; write one behind =");
}
END_TEST

START_TEST(numbers_have_their_width)
{
	ck_assert_str_eq(of("default-ip-ttl", "255"), "ff");
	ck_assert_str_eq(of("default-ip-ttl", "256"),
	    "! \"256\" is not such a number; write one from 0 to 255");
	ck_assert_str_eq(of("interface-mtu", "1500"), "05 dc");
	ck_assert_str_eq(of("interface-mtu", "65536"),
	    "! \"65536\" is not such a number; write one from 0 to 65535");
	ck_assert_str_eq(of("time-offset", "-3600"), "ff ff f1 f0");
	ck_assert_str_eq(of("time-offset", "-2147483648"), "80 00 00 00");
	ck_assert_str_eq(of("time-offset", "3600"), "00 00 0e 10");
	ck_assert_str_eq(of("time-offset", "-2147483649"),
	    "! \"-2147483649\" is not such a number; write one from "
	    "-2147483648 to 2147483647");
	ck_assert_str_eq(
	    of("path-mtu-plateau-table", "68, 296"), "00 44 01 28");
	ck_assert_str_eq(wire(DHCP_V_U32, "4294967295"), "ff ff ff ff");
	ck_assert_str_eq(of("ip-forwarding", "yes"), "01");
	ck_assert_str_eq(of("ip-forwarding", "no"), "00");
	ck_assert_str_eq(of("ip-forwarding", "1"),
	    "! \"1\" is not yes or no; write one of them");
}
END_TEST

START_TEST(durations_are_seconds)
{
	ck_assert_str_eq(of("loader-reboottime", "1h"), "00 00 0e 10");
	ck_assert_str_eq(of("dhcp-renewal-time", "infinite"), "ff ff ff ff");
	ck_assert_str_eq(of("arp-cache-timeout", "500ms"),
	    "! \"500ms\" is not such a duration; write whole seconds as 30s, "
	    "10m, 12h, 7d or infinite");
	ck_assert_str_eq(of("arp-cache-timeout", "4294967295s"),
	    "! \"4294967295s\" is not such a duration; write whole seconds as "
	    "30s, 10m, 12h, 7d or infinite");
}
END_TEST

START_TEST(classless_routes_take_the_octets_that_count)
{
	/* RFC 3442's table of descriptors */
	ck_assert_str_eq(of("classless-static-routes",
			     "0.0.0.0/0 via 10.0.0.1, 10.0.0.0/8 via 10.0.0.2,"
			     "10.17.0.0/16 via 10.0.0.3"),
	    "00 0a 00 00 01 08 0a 0a 00 00 02 10 0a 11 0a 00 00 03");
	ck_assert_str_eq(
	    of("classless-static-routes", "10.229.0.128/25 via 10.0.0.1"),
	    "19 0a e5 00 80 0a 00 00 01");
}
END_TEST

START_TEST(routes_that_are_none_are_told)
{
	static const char *const bad[] = {"10.0.0.0/8", "10.0.0.0/8 10.0.0.1",
	    "via 10.0.0.1", "10.0.0.0/8 via", "10.0.0.0/40 via 10.0.0.1", NULL};

	ck_assert_str_eq(
	    of("classless-static-routes", "10.0.0.1/8 via 10.0.0.1"),
	    "! \"10.0.0.1/8\" is not a network; the bits behind the prefix "
	    "must be zero");
	for (size_t i = 0; bad[i]; i++)
		ck_assert_msg(strstr(of("classless-static-routes", bad[i]),
				  "is not a route") != NULL,
		    "%s", bad[i]);
}
END_TEST

START_TEST(pairs_and_domains)
{
	ck_assert_str_eq(of("static-routes", "10.0.0.0 via 10.0.0.1"),
	    "0a 00 00 00 0a 00 00 01");
	ck_assert_str_eq(of("policy-filter", "10.0.0.0/255.0.0.0"),
	    "0a 00 00 00 ff 00 00 00");
	ck_assert_str_eq(
	    of("domain-search", "a.bc, d"), "01 61 02 62 63 00 01 64 00");
	ck_assert_str_eq(of("domain-search", "a..b"),
	    "! \"a..b\" is not a domain name; write labels of 1 to 63 letters "
	    "with dots between");
	ck_assert_str_eq(of("domain-search", "a."), "01 61 00");
}
END_TEST

START_TEST(unknown_options_show_their_type)
{
	ck_assert_str_eq(
	    wire(DHCP_V_ANY, "\"bpbscript\""), "62 70 62 73 63 72 69 70 74");
	ck_assert_str_eq(wire(DHCP_V_ANY, "00:2a"), "00 2a");
	ck_assert_str_eq(wire(DHCP_V_ANY, "0x2a"), "2a");
	ck_assert_str_eq(
	    wire(DHCP_V_ANY, "10.0.0.1, 10.0.0.2"), "0a 00 00 01 0a 00 00 02");
	ck_assert_str_eq(wire(DHCP_V_ANY, "42"),
	    "! \"42\" is not clear for an option without a known type; write "
	    "\"text\" in quotes, bytes as 00:2a or 0x2a, or an address");
}
END_TEST

START_TEST(architectures_by_name_and_number)
{
	uint16_t a[2];

	ck_assert_uint_eq(dhcp_arch_parse("bios", a), 1);
	ck_assert_uint_eq(a[0], 0);
	ck_assert_uint_eq(dhcp_arch_parse("arm64-uefi", a), 1);
	ck_assert_uint_eq(a[0], 11);
	ck_assert_uint_eq(dhcp_arch_parse("65535", a), 1);
	ck_assert_uint_eq(a[0], 65535);
	ck_assert_uint_eq(dhcp_arch_parse("65536", a), 0);
	ck_assert_uint_eq(dhcp_arch_parse("x86", a), 0);
	ck_assert_str_eq(dhcp_arch_near("x64-efi"), "x64-uefi");
	ck_assert_ptr_null(dhcp_arch_near("zzzzz"));
	for (uint16_t i = 0; i <= 41; i++) {
		ck_assert_ptr_nonnull(dhcp_arch_name(i));
		ck_assert_uint_ge(dhcp_arch_parse(dhcp_arch_name(i), a), 1);
		ck_assert_uint_eq(a[0], i);
	}
	ck_assert_ptr_null(dhcp_arch_name(42));
}
END_TEST

START_TEST(x64_uefi_is_7_and_9_as_firmware_differs)
{
	uint16_t a[2];

	ck_assert_uint_eq(dhcp_arch_parse("x64-uefi", a), 2);
	ck_assert_uint_eq(a[0], 7);
	ck_assert_uint_eq(a[1], 9);
	ck_assert_uint_eq(dhcp_arch_parse("7", a), 1);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {table_ascends_so_that_it_can_be_searched,
	    old_names_mean_the_same, what_the_server_computes_is_refused,
	    near_names_are_found, text_is_as_written,
	    the_null_parameter_of_option_43, addresses_in_lists,
	    numbers_have_their_width, durations_are_seconds,
	    classless_routes_take_the_octets_that_count,
	    routes_that_are_none_are_told, pairs_and_domains,
	    unknown_options_show_their_type, architectures_by_name_and_number,
	    x64_uefi_is_7_and_9_as_firmware_differs, NULL};

	return unit_main("dhcp_names", tests);
}
