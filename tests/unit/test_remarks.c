/*
 * test_remarks.c - option 43 of the configuration as firmware will take it.
 * SPDX-License-Identifier: ISC
 */
#include "conf_try.h"
#include "dhcpd/remarks.h"

static void
told(const char *text, const char *want)
{
	struct try_errors e = {.n = 0};
	struct conf *c = try_good(text);

	remarks(c, try_error, &e);
	ck_assert_msg(strcmp(e.text, want) == 0, "\n%s\nwanted:\n%s\ngot:\n%s",
	    text, want, e.text);
	conf_free(c);
}

#define MTFTP "01:04:ef:ff:01:01:02:02:de:06:03:02:df:06:04:01:02:05:01:03"
#define GROUP ":07:04:e0:00:01:02"
#define BROKEN                                                              \
	": option.43: PXE clients may discard offers with it: it breaks a " \
	"rule, as 6 without 7 does; leave it out, dhcpd makes one that "    \
	"fits\n"

START_TEST(what_firmware_takes_is_not_remarked)
{
	told("[global]\nfile = x\n", "");
	told("[global]\noption.43 = 01:04:00:00:00:00\n", "");
	told("[global]\noption.43 = 06:01:08" GROUP "\n", "");
	told("[global]\noption.43 = 06:01:08" GROUP ":ff\n", "");
	told("[global]\noption.43 = 06:01:0a\n", "");
	told("[global]\noption.43 = " MTFTP "\n"
	     "option.43 += 06:01:08" GROUP "\n",
	    "");
	told("[host h]\nchaddr = 02:00:00:00:00:01\n", "");
}
END_TEST

START_TEST(what_firmware_discards_is_told_by_its_section)
{
	told("[global]\noption.43 = " MTFTP "\n",
	    "t: global: option.43: UEFI will discard offers with it: 1-5 are "
	    "there but no 6; write [mtftp FILE] instead, dhcpd adds 6\n");
	told("[global]\noption.43 = 06:01:08\n", "t: global" BROKEN);
	told("[subnet 10.0.0.0/8]\noption.43 = 06:01:02\n",
	    "t:1: subnet 10.0.0.0/8" BROKEN);
	told("[class a]\narch = bios\noption.43 = 06:02:08:00\n"
	     "[host h]\nchaddr = 02:00:00:00:00:01\noption.43 = 09:00\n",
	    "t:1: class a" BROKEN "t:4: host h" BROKEN);
}
END_TEST

START_TEST(other_clients_have_an_option_43_of_their_own)
{
	told("[class ap]\nvendor_class = \"ArubaAP\"\noption.43 = 06:01:00\n",
	    "");
	told("[class pxe]\nvendor_class = \"ArubaAP\", \"PXEClient:Arch:0\"\n"
	     "option.43 = 06:01:00\n",
	    "t:1: class pxe" BROKEN);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {what_firmware_takes_is_not_remarked,
	    what_firmware_discards_is_told_by_its_section,
	    other_clients_have_an_option_43_of_their_own, NULL};

	return unit_main("remarks", tests);
}
