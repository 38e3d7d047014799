/*
 * test_conf_menu.c - [menu NAME] and [boot_server NAME]: what is taken, what
 * is refused, and the option 43 that comes of it.
 * SPDX-License-Identifier: ISC
 */
#include "conf_try.h"
#include "pxe.h"

#define LINUX "[boot_server linux]\ntype = 32768\nfile = pxelinux.0\n"
#define DISK "[boot_server disk]\ntype = 0\n"
#define MENU "[menu m]\nitems = linux, disk\n"

static const struct ip4 self = {0xc0000201}; /* 192.0.2.1 */

/* The menu "m" for clients of one architecture. */
static void
menu_is(const struct conf *c, uint16_t arch, const void *want, size_t len)
{
	const struct conf_menu *m = conf_menu_by_name(c, "m");
	uint8_t buf[PXE_MENU_MAX];

	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(conf_menu_vendor(c, m, &arch, 1, self, buf), len);
	ck_assert_mem_eq(buf, want, len);
	if (len)
		ck_assert_int_eq(
		    pxe_offer_judge(buf, len, true, false), PXE_OFFER_PXE10);
}

#define IS(c, arch, bytes) menu_is(c, arch, bytes, sizeof(bytes) - 1)

START_TEST(a_menu_is_an_option_43_by_the_letter)
{
	struct conf *c = try_good(MENU "prompt = \"F8?\"\ntimeout = 7s\n" LINUX
				       "text = \"Linux\"\n" DISK);

	/* control: no broadcast, no multicast; we serve type 8000 */
	IS(c, 0,
	    "\x06\x01\x03"
	    "\x08\x07\x80\x00\x01\xc0\x00\x02\x01"
	    "\x09\x0f\x80\x00\x05"
	    "Linux\x00\x00\x04"
	    "disk"
	    "\x0a\x04\x07"
	    "F8?\xff");
	conf_free(c);
}
END_TEST

START_TEST(discovery_by_multicast_names_its_group)
{
	struct conf *c =
	    try_good(MENU "prompt = \"x\"\ntimeout = infinite\n"
			  "discovery = multicast, unicast\n" LINUX DISK);

	IS(c, 0,
	    "\x06\x01\x01\x07\x04\xe0\x00\x01\x02"
	    "\x08\x03\x80\x00\x00" /* whoever serves it */
	    "\x09\x0f\x80\x00\x05"
	    "linux\x00\x00\x04"
	    "disk"
	    "\x0a\x02\xff"
	    "x\xff");
	conf_free(c);
	c = try_good("[menu m]\nprompt = \"x\"\ntimeout = 0\nitems = far\n"
		     "discovery = broadcast\n"
		     "[boot_server far]\ntype = 5\n"
		     "servers = 10.0.0.1, 10.0.0.2\n");
	IS(c, 0,
	    "\x06\x01\x02"
	    "\x08\x0b\x00\x05\x02\x0a\x00\x00\x01\x0a\x00\x00\x02"
	    "\x09\x06\x00\x05\x03"
	    "far"
	    "\x0a\x02\x00"
	    "x\xff");
	conf_free(c);
}
END_TEST

START_TEST(a_menu_may_be_the_local_disk_alone)
{
	struct conf *c = try_good("[menu m]\nprompt = \"x\"\ntimeout = 0\n"
				  "items = disk\n" DISK);

	/* nothing to discover: broadcast must not be forbidden then */
	IS(c, 0,
	    "\x06\x01\x02"
	    "\x09\x07\x00\x00\x04"
	    "disk"
	    "\x0a\x02\x00"
	    "x\xff");
	conf_free(c);
}
END_TEST

START_TEST(items_of_other_architectures_are_left_out)
{
	struct conf *c = try_good(
	    "[menu m]\nprompt = \"x\"\nitems = a, b, disk\n"
	    "[boot_server a]\ntype = 1\narch = bios\nfile = a.0\n"
	    "[boot_server b]\ntype = 1\narch = 7\nfile = b.efi\n" DISK);
	static const uint8_t b[] = "\x08\x07\x00\x01\x01\xc0\x00\x02\x01"
				   "\x09\x0b\x00\x01\x01"
				   "b\x00\x00\x04"
				   "disk";
	uint8_t buf[PXE_MENU_MAX];
	uint16_t nine = 9, six = 6;

	ck_assert_uint_gt(conf_menu_vendor(c, &c->menu[0], &nine, 1, self, buf),
	    0); /* 9 is x86-64 as 7 is */
	ck_assert_mem_eq(buf + 3, b, sizeof b - 1);
	ck_assert_uint_eq(
	    conf_menu_vendor(c, &c->menu[0], &six, 1, self, buf), 0);
	ck_assert_uint_eq(
	    conf_menu_vendor(c, &c->menu[0], NULL, 0, self, buf), 0);
	ck_assert_str_eq(conf_boot_server_of(c, 1, &nine, 1)->name, "b");
	ck_assert_ptr_null(conf_boot_server_of(c, 1, &six, 1));
	ck_assert_ptr_null(conf_boot_server_of(c, 2, &nine, 1));
	conf_free(c);
}
END_TEST

START_TEST(one_that_lists_an_architecture_goes_before_one_that_lists_none)
{
	struct conf *c =
	    try_good("[boot_server rest]\ntype = 1\nfile = rest\n"
		     "[boot_server x64]\ntype = 1\narch = 7\nfile = x64\n"
		     "[boot_server ebc]\ntype = 1\narch = 9\nfile = ebc\n");
	uint16_t arch[] = {7, 9, 0};

	ck_assert_str_eq(conf_boot_server_of(c, 1, arch, 1)->name, "x64");
	ck_assert_str_eq(conf_boot_server_of(c, 1, arch + 1, 1)->name, "ebc");
	ck_assert_str_eq(conf_boot_server_of(c, 1, arch + 2, 1)->name, "rest");
	ck_assert_str_eq(conf_boot_server_of(c, 1, NULL, 0)->name, "rest");
	conf_free(c);
}
END_TEST

START_TEST(names_that_are_not_there_are_told)
{
	try_bad("[global]\nmenu = n\n[class c]\narch = bios\nmenu = none\n"
		"[menu m]\nitems = linux, x, linux\n" LINUX,
	    "t:2: global: menu: there is no [menu n]; write one, or none\n"
	    "t:7: menu m: items: there is no [boot_server x]; write one\n"
	    "t:7: menu m: items: linux stands twice; leave one out\n");
	try_bad("[menu m]\nprompt = \"x\"\n",
	    "t:1: menu m: nothing can be chosen; write items = NAME, NAME of "
	    "[boot_server NAME] sections\n");
	try_bad("[menu none]\nitems = linux\n" LINUX,
	    "t:1: menu none: \"none\" stands for no menu; give it another "
	    "name\n");
	try_bad(LINUX LINUX MENU DISK MENU,
	    "t:4: boot_server linux: the name is there already, in line 1; "
	    "choose another\n"
	    "t:4: boot_server linux: type 32768 is that of [boot_server "
	    "linux], line 1; give it another type or arch\n"
	    "t:11: menu m: the name is there already, in line 7; choose "
	    "another\n");
}
END_TEST

START_TEST(what_firmware_would_drop_is_an_error)
{
	char text[1024];

	(void)snprintf(text, sizeof text,
	    "[menu m]\nitems = linux, disk\nprompt = \"%0130d\"\n" LINUX
	    "text = \"%0100d\"\n" DISK,
	    0, 0);
	try_bad(text,
	    "t:1: menu m: firmware drops such an offer: prompt, items and "
	    "servers do not fit the 255 bytes of option 43; shorten their "
	    "texts\n");
	/* too long for one architecture alone */
	(void)snprintf(text, sizeof text,
	    "[menu m]\nitems = linux, arm\nprompt = \"%0120d\"\n" LINUX
	    "[boot_server arm]\ntype = 32768\narch = arm64-uefi\nfile = x\n"
	    "text = \"%0130d\"\n",
	    0, 0);
	try_bad(text,
	    "t:1: menu m: firmware drops such an offer: prompt, items and "
	    "servers do not fit the 255 bytes of option 43; shorten their "
	    "texts\n");
	try_bad("[global]\nmenu = m\noption.43 = 06:01:08:ff\n" MENU LINUX DISK,
	    "t:2: global: menu: a menu is an option 43, and option.43 says "
	    "another; leave one out\n");
}
END_TEST

START_TEST(a_local_disk_with_a_long_text_does_not_fit_either)
{
	char text[1024];

	(void)snprintf(text, sizeof text,
	    "[menu m]\nitems = disk\nprompt = \"%0130d\"\n" DISK
	    "text = \"%0130d\"\n",
	    0, 0);
	try_bad(text,
	    "t:1: menu m: firmware drops such an offer: prompt, items and "
	    "servers do not fit the 255 bytes of option 43; shorten their "
	    "texts\n");
}
END_TEST

START_TEST(a_menu_of_exactly_255_bytes_fits)
{
	char text[1024];
	struct conf *c;

	/* 3 control, 9 servers, 2+3 item, 3 prompt, 1 end */
	for (int n = 133; n <= 134; n++) {
		(void)snprintf(text, sizeof text,
		    "[menu m]\nitems = linux\nprompt = \"%0101d\"\n" LINUX
		    "text = \"%0*d\"\n",
		    0, n, 0);
		if (n == 134) {
			try_bad(text,
			    "t:1: menu m: firmware drops such an offer: "
			    "prompt, items and servers do not fit the 255 "
			    "bytes of option 43; shorten their texts\n");
			continue;
		}
		c = try_good(text);
		conf_free(c);
	}
}
END_TEST

START_TEST(a_boot_server_says_what_it_serves)
{
	try_bad("[boot_server a]\nfile = x\n",
	    "t:1: boot_server a: its type is missing; write type = 32768, or "
	    "0 for the local disk\n");
	try_bad("[boot_server a]\ntype = 0\nfile = x\n",
	    "t:1: boot_server a: type 0 is the local disk, which nobody "
	    "serves; leave out file and servers, or write another type\n");
	try_bad("[boot_server a]\ntype = 1\n",
	    "t:1: boot_server a: nobody serves it; write file for this "
	    "server, or servers for others\n");
	try_bad("[boot_server a]\ntype = 1\nlayers = 2\nservers = 10.0.0.1\n",
	    "t:3: boot_server a: layers: there is no file that has them; "
	    "write file\n");
	try_bad("[dhcpd]\npxe_port = 0\n" LINUX,
	    "t:3: boot_server linux: its clients ask the pxe_port of [dhcpd], "
	    "which is off; set it to 4011\n");
	try_bad("[boot_server a]\ntype = 65535\nservers = 10.0.0.1\n",
	    "t:2: boot_server a: type: \"65535\" is not such a number; write "
	    "one from 0 to 65534\n");
}
END_TEST

START_TEST(values_that_are_none_are_told)
{
	try_bad(MENU "discovery = radio\n" LINUX DISK,
	    "t:3: menu m: discovery: \"radio\" is no way to find a boot "
	    "server; write unicast, multicast or broadcast\n");
	try_bad(MENU "timeout = 255s\n" LINUX DISK,
	    "t:3: menu m: timeout: \"255s\" is out of range; write 0s to "
	    "254s\n");
	try_bad(LINUX "servers = 224.0.1.2\n",
	    "t:4: boot_server linux: servers: \"224.0.1.2\" is not the address "
	    "of a server; write it as 192.0.2.1\n");
}
END_TEST

START_TEST(how_many_there_may_be_is_bounded)
{
	static char text[TRY_TEXT];
	size_t at = 0;

	for (int i = 0; i < 65; i++)
		at += (size_t)snprintf(text + at, sizeof text - at,
		    "[boot_server b%d]\ntype = %d\nfile = f\n", i, i + 1);
	try_bad(text,
	    "t:193: boot_server b64: more than 64 boot servers; leave some "
	    "out\n");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {a_menu_is_an_option_43_by_the_letter,
	    discovery_by_multicast_names_its_group,
	    a_menu_may_be_the_local_disk_alone,
	    items_of_other_architectures_are_left_out,
	    one_that_lists_an_architecture_goes_before_one_that_lists_none,
	    names_that_are_not_there_are_told,
	    what_firmware_would_drop_is_an_error,
	    a_local_disk_with_a_long_text_does_not_fit_either,
	    a_menu_of_exactly_255_bytes_fits, a_boot_server_says_what_it_serves,
	    values_that_are_none_are_told, how_many_there_may_be_is_bounded,
	    NULL};

	return unit_main("conf_menu", tests);
}
