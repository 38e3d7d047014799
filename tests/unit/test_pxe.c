/*
 * test_pxe.c - options 43, 60, 77, 93, 94, 97.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pxe.h"
#include "unit.h"

static struct dhcp_msg msg;
static struct pxe_client pxe;

static void
fresh(const char *vendor_class)
{
	dhcp_reply_init(&msg);
	msg.op = DHCP_BOOTREQUEST;
	if (vendor_class)
		dhcp_put(&msg, DHCP_VENDOR_CLASS, vendor_class,
		    strlen(vendor_class));
}

static enum pxe_offer
judge(const char *v, size_t len, bool file)
{
	return pxe_offer_judge((const uint8_t *)v, len, true, file);
}
#define JUDGE(s, file) judge("" s, sizeof(s) - 1, file)

START_TEST(client_is_told_by_how_option_60_begins)
{
	static const struct {
		const char *text;
		enum pxe_kind kind;
	} t[] = {{"PXEClient", PXE_CLIENT},
	    {"PXEClient:Arch:00000:UNDI:002001", PXE_CLIENT},
	    {"HTTPClient:Arch:00016:UNDI:003000", PXE_HTTP},
	    {"PXEClien", PXE_NONE}, {"pxeclient", PXE_NONE},
	    {"MSFT 5.0", PXE_NONE}, {NULL, PXE_NONE}};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		fresh(t[i].text);
		pxe_client_read(&pxe, &msg);
		ck_assert_msg(pxe.kind == t[i].kind, "%s: %d",
		    t[i].text ? t[i].text : "none", pxe.kind);
	}
}
END_TEST

START_TEST(architectures_are_a_list)
{
	fresh("PXEClient:Arch:00000:UNDI:002001");
	dhcp_put(&msg, DHCP_ARCH, "\x00\x07\x00\x09\x01", 5);
	pxe_client_read(&pxe, &msg);
	ck_assert_uint_eq(pxe.narch, 2);
	ck_assert_uint_eq(pxe.arch[0], 7);
	ck_assert_uint_eq(pxe.arch[1], 9);
}
END_TEST

START_TEST(more_architectures_than_room_are_cut)
{
	static const uint8_t many[40];

	fresh("PXEClient");
	dhcp_put(&msg, DHCP_ARCH, many, sizeof many);
	pxe_client_read(&pxe, &msg);
	ck_assert_uint_eq(pxe.narch, PXE_ARCHS);
}
END_TEST

START_TEST(architecture_stands_in_option_60_when_93_is_missing)
{
	static const struct {
		const char *text;
		int arch;
	} t[] = {{"PXEClient:Arch:00007:UNDI:003016", 7},
	    {"HTTPClient:Arch:00016:UNDI:003001", 16},
	    {"PXEClient:Arch:65535", 65535}, {"PXEClient:Arch:65536", -1},
	    {"PXEClient:Arch:000007", -1}, {"PXEClient:Arch:", -1},
	    {"PXEClient:Arch", -1}, {"PXEClient", -1},
	    {"other:Arch:00007", -1}};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		fresh(t[i].text);
		pxe_client_read(&pxe, &msg);
		ck_assert_msg(pxe.narch == (t[i].arch >= 0), "%s", t[i].text);
		if (t[i].arch >= 0)
			ck_assert_int_eq(pxe.arch[0], t[i].arch);
	}
}
END_TEST

START_TEST(uuid_has_17_bytes_or_is_none)
{
	static const uint8_t uuid[17] = {0, 1, 2};

	fresh("PXEClient");
	dhcp_put(&msg, DHCP_UUID, uuid, 17);
	dhcp_put(&msg, DHCP_UNDI, "\x01\x02\x01", 3);
	pxe_client_read(&pxe, &msg);
	ck_assert_uint_eq(pxe.uuid_len, 17);
	ck_assert_mem_eq(pxe.uuid, uuid, 17);
	ck_assert(pxe.undi);
	ck_assert_uint_eq(pxe.undi_major, 2);
	dhcp_put(&msg, DHCP_UUID, uuid, 16);
	dhcp_put(&msg, DHCP_UNDI, "\x01\x02", 2);
	pxe_client_read(&pxe, &msg);
	ck_assert_ptr_null(pxe.uuid);
	ck_assert(!pxe.undi);
}
END_TEST

START_TEST(boot_item_is_read_from_a_pxe_client_only)
{
	fresh("PXEClient");
	dhcp_put(&msg, 43, "\x47\x04\x80\x01\x00\x02\xff", 7);
	pxe_client_read(&pxe, &msg);
	ck_assert(pxe.boot_item);
	ck_assert_uint_eq(pxe.item_type, 0x8001);
	ck_assert_uint_eq(pxe.item_layer, 2);
	fresh("MSFT 5.0");
	dhcp_put(&msg, 43, "\x47\x04\x80\x01\x00\x02\xff", 7);
	pxe_client_read(&pxe, &msg);
	ck_assert(!pxe.boot_item);
}
END_TEST

START_TEST(boot_item_with_a_layer_of_one_byte_is_tolerated)
{
	fresh("PXEClient");
	dhcp_put(&msg, 43, "\0\0\x47\x03\x00\x05\x07", 7);
	pxe_client_read(&pxe, &msg);
	ck_assert(pxe.boot_item);
	ck_assert_uint_eq(pxe.item_type, 5);
	ck_assert_uint_eq(pxe.item_layer, 7);
}
END_TEST

START_TEST(a_cut_or_ended_boot_item_is_none)
{
	static const char v[] = "\x47\x04\x80\x01\x00\x02";

	for (size_t n = 0; n < 6; n++) {
		fresh("PXEClient");
		dhcp_put(&msg, 43, v, n);
		pxe_client_read(&pxe, &msg);
		ck_assert(!pxe.boot_item);
	}
	fresh("PXEClient");
	dhcp_put(&msg, 43, "\xff\x47\x04\x80\x01\x00\x02", 7);
	pxe_client_read(&pxe, &msg);
	ck_assert(!pxe.boot_item);
}
END_TEST

START_TEST(user_class_is_raw_or_by_rfc_3004)
{
	fresh(NULL);
	ck_assert(!pxe_user_class(&msg, "iPXE"));
	dhcp_put(&msg, DHCP_USER_CLASS, "iPXE", 4);
	ck_assert(pxe_user_class(&msg, "iPXE"));
	ck_assert(!pxe_user_class(&msg, "iPX"));
	dhcp_put(&msg, DHCP_USER_CLASS,
	    "\x03"
	    "abc"
	    "\x04"
	    "iPXE",
	    9);
	ck_assert(pxe_user_class(&msg, "iPXE"));
	ck_assert(pxe_user_class(&msg, "abc"));
	ck_assert(!pxe_user_class(&msg, "ab"));
	dhcp_put(&msg, DHCP_USER_CLASS,
	    "\x09"
	    "abc",
	    4);
	ck_assert(!pxe_user_class(&msg, "abc"));
}
END_TEST

START_TEST(the_guides_option_43_makes_firmware_ask_4011)
{
	ck_assert_int_eq(JUDGE("\x01\x04\0\0\0\0", true), PXE_OFFER_BINL);
	ck_assert_int_eq(JUDGE("\xff", true), PXE_OFFER_BINL);
	ck_assert_int_eq(judge(NULL, 0, true), PXE_OFFER_BINL);
	ck_assert_int_eq(
	    pxe_offer_judge(NULL, 0, false, true), PXE_OFFER_PLAIN);
}
END_TEST

START_TEST(mtftp_alone_is_discarded_by_uefi)
{
	ck_assert_int_eq(JUDGE("\x01\x04\xef\xff\x01\x01\x02\x02\xde\x06"
			       "\x03\x02\xdf\x06\x04\x01\x02\x05\x01\x03",
			     true),
	    PXE_OFFER_WFM11A);
}
END_TEST

START_TEST(intels_rules_for_discovery)
{
#define MC "\x07\x04\xe0\x00\x01\x02"
#define MENU                   \
	"\x09\x04\x00\x01\x01" \
	"a"
#define PROMPT         \
	"\x0a\x02\x00" \
	"p"
	/* multicast not forbidden: a group must be named */
	ck_assert_int_eq(JUDGE("\x06\x01\x08", true), PXE_OFFER_BROKEN);
	ck_assert_int_eq(JUDGE("\x06\x01\x0a", true), PXE_OFFER_PXE10);
	ck_assert_int_eq(JUDGE("\x06\x01\x08" MC, true), PXE_OFFER_PXE10);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x08\x07\x04\x0a\0\0\x01", true), PXE_OFFER_BROKEN);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x08\x07\x02\xe0\0", true), PXE_OFFER_BROKEN);
	/* no file: menu and prompt */
	ck_assert_int_eq(JUDGE("\x06\x01\x0a", false), PXE_OFFER_BROKEN);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x0a" MENU PROMPT, false), PXE_OFFER_PXE10);
	ck_assert_int_eq(JUDGE("\x06\x01\x0a" MENU, false), PXE_OFFER_BROKEN);
	ck_assert_int_eq(JUDGE("\x06\x01\x0a" PROMPT, false), PXE_OFFER_BROKEN);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x0a\x09\x03\x00\x01\x00" PROMPT, false),
	    PXE_OFFER_BROKEN);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x0a\x09\x03\x00\x01\x05" PROMPT, false),
	    PXE_OFFER_BROKEN);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x0a\x09\x00" PROMPT, false), PXE_OFFER_BROKEN);
	/* nobody to ask */
	ck_assert_int_eq(JUDGE("\x06\x01\x0b", true), PXE_OFFER_BROKEN);
	ck_assert_int_eq(JUDGE("\x06\x01\x0e", true), PXE_OFFER_BROKEN);
	/* a list of servers, well-formed, none a group */
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x0f\x08\x07\0\x01\x01\x0a\0\0\x01", true),
	    PXE_OFFER_PXE10);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x0f\x08\x03\0\x01\0", true), PXE_OFFER_PXE10);
	ck_assert_int_eq(
	    JUDGE("\x06\x01\x0f\x08\x07\0\x01\x01\xe0\0\0\x01", true),
	    PXE_OFFER_BROKEN);
	ck_assert_int_eq(JUDGE("\x06\x01\x0f\x08\x04\0\x01\x01\x0a", true),
	    PXE_OFFER_BROKEN);
	ck_assert_int_eq(JUDGE("\x06\x01\x0f\x08\0", true), PXE_OFFER_BROKEN);
	/* an option that runs over */
	ck_assert_int_eq(JUDGE("\x06\x01\x0a\x09\x05", true), PXE_OFFER_BROKEN);
}
END_TEST

START_TEST(our_option_43_is_accepted)
{
	uint8_t v[PXE_VENDOR_MAX];
	size_t n = pxe_put_vendor(v, NULL);

	ck_assert_uint_eq(n, 10);
	ck_assert_mem_eq(v, "\x06\x01\x08\x07\x04\xe0\x00\x01\x02\xff", 10);
	ck_assert_int_eq(pxe_offer_judge(v, n, true, true), PXE_OFFER_PXE10);
}
END_TEST

START_TEST(our_mtftp_ports_are_in_intels_order_or_not)
{
	struct pxe_mtftp m = {.ip = {0xefff0101},
	    .cport = 1758,
	    .sport = 1759,
	    .tmout_s = 2,
	    .delay_s = 3,
	    .ports_little = true};
	uint8_t v[PXE_VENDOR_MAX];
	size_t n = pxe_put_vendor(v, &m);

	ck_assert_uint_eq(n, 30);
	ck_assert_mem_eq(v,
	    "\x01\x04\xef\xff\x01\x01\x02\x02\xde\x06\x03\x02\xdf\x06"
	    "\x04\x01\x02\x05\x01\x03\x06\x01\x08",
	    23);
	ck_assert_int_eq(pxe_offer_judge(v, n, true, true), PXE_OFFER_PXE10);
	m.ports_little = false;
	ck_assert_uint_eq(pxe_put_vendor(v, &m), 30);
	ck_assert_mem_eq(v + 6, "\x02\x02\x06\xde\x03\x02\x06\xdf", 8);
}
END_TEST

START_TEST(x64_has_two_codes)
{
	ck_assert(pxe_arch_is_x64(7));
	ck_assert(pxe_arch_is_x64(9));
	ck_assert(!pxe_arch_is_x64(6));
	ck_assert(!pxe_arch_is_x64(16));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {client_is_told_by_how_option_60_begins,
	    architectures_are_a_list, more_architectures_than_room_are_cut,
	    architecture_stands_in_option_60_when_93_is_missing,
	    uuid_has_17_bytes_or_is_none,
	    boot_item_is_read_from_a_pxe_client_only,
	    boot_item_with_a_layer_of_one_byte_is_tolerated,
	    a_cut_or_ended_boot_item_is_none, user_class_is_raw_or_by_rfc_3004,
	    the_guides_option_43_makes_firmware_ask_4011,
	    mtftp_alone_is_discarded_by_uefi, intels_rules_for_discovery,
	    our_option_43_is_accepted,
	    our_mtftp_ports_are_in_intels_order_or_not, x64_has_two_codes,
	    NULL};

	return unit_main("pxe", tests);
}
