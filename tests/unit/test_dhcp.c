/* test_dhcp.c - the DHCP message codec.  SPDX-License-Identifier: ISC */
#include <string.h>

#include "dhcp.h"
#include "unit.h"

enum {
	OPTIONS = 240
};

static uint8_t buf[DHCP_RX_LEN + 1024];
static struct dhcp_msg msg;

/* A request in buf with that many bytes of options; its length. */
static size_t
request(const void *options, size_t len)
{
	static const uint8_t head[] = {
	    1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 4, 0x80, 0};
	static const uint8_t mac[] = {0, 0x54, 0x55, 0x56, 0x67, 0x68};
	static const uint8_t cookie[] = {0x63, 0x82, 0x53, 0x63};

	memset(buf, 0, sizeof buf);
	memcpy(buf, head, sizeof head);
	memcpy(buf + 28, mac, sizeof mac);
	memcpy(buf + DHCP_HEADER, cookie, sizeof cookie);
	memcpy(buf + OPTIONS, options, len);
	return OPTIONS + len;
}

static enum dhcp_err
decode(const void *options, size_t len)
{
	return dhcp_decode(&msg, buf, request(options, len));
}

static void
want_option(uint8_t code, const void *want, size_t len)
{
	size_t got_len = 9999;
	const uint8_t *got = dhcp_get(&msg, code, &got_len);

	ck_assert_msg(got != NULL, "option %u is not there", code);
	ck_assert_uint_eq(got_len, len);
	ck_assert_mem_eq(got, want, len);
}

static void
start_reply(void)
{
	dhcp_reply_init(&msg);
	msg.htype = 1;
	msg.hlen = 6;
	ck_assert(dhcp_put_u8(&msg, DHCP_MESSAGE_TYPE, DHCPOFFER));
}

static size_t
encode(size_t max, bool no_overload, unsigned int *dropped)
{
	struct dhcp_encode_rules r = {
	    .max_len = max, .no_overload = no_overload};

	memset(buf, 0xee, sizeof buf);
	return dhcp_encode(&msg, &r, buf, sizeof buf, dropped);
}

START_TEST(decode_reads_the_header)
{
	ck_assert_int_eq(decode("\x35\x01\x01\xff", 4), DHCP_OK);
	ck_assert_int_eq(msg.op, DHCP_BOOTREQUEST);
	ck_assert_uint_eq(msg.htype, 1);
	ck_assert_uint_eq(msg.hlen, 6);
	ck_assert_uint_eq(msg.xid, 0x12345678);
	ck_assert_uint_eq(msg.secs, 4);
	ck_assert_uint_eq(msg.flags, DHCP_FLAG_BROADCAST);
	ck_assert_mem_eq(msg.chaddr, "\x00\x54\x55\x56\x67\x68\x00", 7);
	ck_assert(msg.cookie);
	ck_assert_int_eq(msg.type, DHCPDISCOVER);
}
END_TEST

START_TEST(decode_reads_addresses_and_names)
{
	size_t len = request("\xff", 1);

	memcpy(buf + 12,
	    "\x0a\x00\x00\x01\x0a\x00\x00\x02"
	    "\x0a\x00\x00\x03\x0a\x00\x00\x04",
	    16);
	memset(buf + 44, 's', 64); /* no NUL in either */
	memset(buf + 108, 'f', 128);
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	ck_assert_uint_eq(msg.ciaddr.v, 0x0a000001);
	ck_assert_uint_eq(msg.yiaddr.v, 0x0a000002);
	ck_assert_uint_eq(msg.siaddr.v, 0x0a000003);
	ck_assert_uint_eq(msg.giaddr.v, 0x0a000004);
	ck_assert_uint_eq(strlen(msg.sname), 64);
	ck_assert_uint_eq(strlen(msg.file), 128);
	ck_assert_int_eq(msg.type, DHCP_NONE);
}
END_TEST

START_TEST(sub_options_are_found)
{
	const uint8_t *v;
	size_t len = 9;

	ck_assert_int_eq(decode("\x52\x09\x01\x02"
				"ab\x05\x01x\x0b\x00"
				"\x2b\x08\x00\x09\x01z\xff\x0a\x01y\xff",
			     22),
	    DHCP_OK);
	v = dhcp_get_sub(&msg, 82, 1, &len);
	ck_assert_uint_eq(len, 2);
	ck_assert_mem_eq(v, "ab", 2);
	ck_assert_ptr_nonnull(dhcp_get_sub(&msg, 82, 11, &len));
	ck_assert_uint_eq(len, 0);
	len = 9;
	ck_assert_ptr_null(dhcp_get_sub(&msg, 82, 2, &len));
	ck_assert_ptr_null(dhcp_get_sub(&msg, 60, 1, &len));
	ck_assert_uint_eq(len, 9);
	/* 43 has pads and an end */
	ck_assert_mem_eq(dhcp_get_sub(&msg, 43, 9, &len), "z", 1);
	ck_assert_ptr_null(dhcp_get_sub(&msg, 43, 10, &len));
	/* cut */
	ck_assert_int_eq(decode("\x52\x03\x01\x02"
				"a\xff",
			     6),
	    DHCP_OK);
	ck_assert_ptr_null(dhcp_get_sub(&msg, 82, 1, &len));
	ck_assert_int_eq(decode("\x52\x01\x01\xff", 4), DHCP_OK);
	ck_assert_ptr_null(dhcp_get_sub(&msg, 82, 1, &len));
}
END_TEST

START_TEST(decode_rejects_less_than_a_header)
{
	(void)request("\xff", 1);
	for (size_t len = 0; len < DHCP_HEADER; len++)
		ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_ESHORT);
}
END_TEST

START_TEST(decode_takes_a_message_without_vendor_area_as_bootp)
{
	(void)request("\x35\x01\x01\xff", 4);
	for (size_t len = DHCP_HEADER; len < OPTIONS; len++) {
		ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
		ck_assert(!msg.cookie);
		ck_assert_int_eq(msg.type, DHCP_NONE);
	}
	ck_assert_int_eq(dhcp_decode(&msg, buf, OPTIONS), DHCP_OK);
	ck_assert(msg.cookie);
	ck_assert_uint_eq(msg.norder, 0);
}
END_TEST

START_TEST(decode_ignores_options_behind_a_foreign_cookie)
{
	size_t len = request("\x35\xff\xff\xff", 4);

	buf[DHCP_HEADER] = 0;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	ck_assert(!msg.cookie);
	ck_assert(!dhcp_has(&msg, DHCP_MESSAGE_TYPE));
}
END_TEST

START_TEST(decode_rejects_a_strange_header)
{
	size_t len = request("\xff", 1);

	buf[0] = 3;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_EOP);
	buf[0] = 2;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	buf[2] = 16;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	buf[2] = 17;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_EHLEN);
	buf[2] = 6;
	buf[3] = 16;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	buf[3] = 17;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_EHOPS);
}
END_TEST

START_TEST(decode_rejects_an_option_that_runs_over)
{
	static const char o[] = "\x35\x01\x01\x3d\x03"
				"abc";

	ck_assert_int_eq(decode(o, 8), DHCP_OK);
	for (size_t len = 4; len < 8; len++)
		ck_assert_int_eq(decode(o, len), DHCP_EOPTION);
	ck_assert_int_eq(decode(o, 3), DHCP_OK);
}
END_TEST

START_TEST(decode_rejects_a_message_type_that_is_none)
{
	ck_assert_int_eq(decode("\x35\x01\x00\xff", 4), DHCP_ETYPE);
	ck_assert_int_eq(decode("\x35\x01\x13\xff", 4), DHCP_ETYPE);
	ck_assert_int_eq(decode("\x35\x02\x01\x01\xff", 5), DHCP_ETYPE);
	ck_assert_int_eq(decode("\x35\x00\xff", 3), DHCP_ETYPE);
	ck_assert_int_eq(decode("\x35\x01\x12\xff", 4), DHCP_OK);
}
END_TEST

START_TEST(decode_ignores_junk_behind_the_end_option)
{
	ck_assert_int_eq(decode("\x35\x01\x01\xff\x32\xff\x01", 7), DHCP_OK);
	ck_assert(!dhcp_has(&msg, DHCP_REQUESTED_ADDRESS));
}
END_TEST

START_TEST(decode_skips_pads_between_options)
{
	ck_assert_int_eq(
	    decode("\0\0\x35\x01\x01\0\0\x0c\x01h\0", 11), DHCP_OK);
	want_option(DHCP_HOST_NAME, "h", 1);
}
END_TEST

START_TEST(decode_joins_a_repeated_option)
{
	/* RFC 3396 5: parts need not be adjacent */
	ck_assert_int_eq(decode("\x0c\x02"
				"ab"
				"\x35\x01\x01"
				"\x0c\x02"
				"cd"
				"\xff",
			     12),
	    DHCP_OK);
	want_option(DHCP_HOST_NAME, "abcd", 4);
	ck_assert_uint_eq(msg.norder, 2);
	ck_assert_uint_eq(msg.order[0], DHCP_HOST_NAME);
	ck_assert_uint_eq(msg.order[1], DHCP_MESSAGE_TYPE);
}
END_TEST

START_TEST(decode_reads_overloaded_file_and_sname_in_that_order)
{
	size_t len = request("\x34\x01\x03"
			     "\x0c\x01"
			     "a"
			     "\xff",
	    7);

	memcpy(buf + 108,
	    "\x0c\x01"
	    "b"
	    "\x0f\x01"
	    "d"
	    "\xff\x99",
	    8);
	memcpy(buf + 44,
	    "\x0c\x01"
	    "c"
	    "\xff",
	    4);
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	want_option(DHCP_HOST_NAME, "abc", 3);
	want_option(15, "d", 1);
	ck_assert_str_eq(msg.file, "");
	ck_assert_str_eq(msg.sname, "");
}
END_TEST

START_TEST(decode_reads_only_the_overloaded_field)
{
	size_t len = request("\x34\x01\x02\xff", 4);

	strcpy((char *)buf + 108, "bpbatch");
	memcpy(buf + 44,
	    "\x0c\x01"
	    "c"
	    "\xff",
	    4);
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	want_option(DHCP_HOST_NAME, "c", 1);
	ck_assert_str_eq(msg.file, "bpbatch");
}
END_TEST

START_TEST(decode_rejects_an_option_that_runs_over_sname)
{
	size_t len = request("\x34\x01\x02\xff", 4);

	buf[44] = DHCP_HOST_NAME;
	buf[45] = 63;
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_EOPTION);
}
END_TEST

START_TEST(decode_ignores_an_overload_that_is_none)
{
	ck_assert_int_eq(decode("\x34\x01\x04\xff", 4), DHCP_OK);
	ck_assert_int_eq(decode("\x34\x00\xff", 3), DHCP_OK);
}
END_TEST

START_TEST(decode_rejects_options_longer_than_its_room)
{
	static uint8_t o[17 * 257];
	size_t n = 0;

	for (; n < sizeof o; n += 257) {
		o[n] = 128;
		o[n + 1] = 255;
	}
	ck_assert_int_eq(decode(o, n), DHCP_EFULL);
}
END_TEST

START_TEST(an_option_may_be_there_with_length_0)
{
	size_t len = 9;

	ck_assert_int_eq(decode("\x35\x01\x01\x50\x00\xff", 6), DHCP_OK);
	ck_assert(dhcp_has(&msg, 80));
	ck_assert_ptr_nonnull(dhcp_get(&msg, 80, &len));
	ck_assert_uint_eq(len, 0);
	len = 7;
	ck_assert_ptr_null(dhcp_get(&msg, 81, &len));
	ck_assert_uint_eq(len, 7);
}
END_TEST

START_TEST(get_wants_the_exact_size)
{
	uint8_t u8 = 9;
	uint16_t u16 = 9;
	uint32_t u32 = 9;
	struct ip4 a = {9};

	ck_assert_int_eq(decode("\x39\x02\x05\xdc\x32\x04\x0a\x00\x00\x01"
				"\x34\x01\x00\xff",
			     14),
	    DHCP_OK);
	ck_assert(dhcp_get_u16(&msg, DHCP_MAX_SIZE, &u16));
	ck_assert_uint_eq(u16, 1500);
	ck_assert(dhcp_get_ip4(&msg, DHCP_REQUESTED_ADDRESS, &a));
	ck_assert_uint_eq(a.v, 0x0a000001);
	ck_assert(!dhcp_get_u32(&msg, DHCP_MAX_SIZE, &u32));
	ck_assert(!dhcp_get_u8(&msg, DHCP_MAX_SIZE, &u8));
	ck_assert(!dhcp_get_u16(&msg, DHCP_REQUESTED_ADDRESS, &u16));
	ck_assert(!dhcp_get_ip4(&msg, DHCP_SERVER_ID, &a));
	ck_assert_uint_eq(u8, 9);
	ck_assert_uint_eq(u32, 9);
}
END_TEST

START_TEST(put_replaces_in_its_place)
{
	start_reply();
	ck_assert(dhcp_put(&msg, 12, "ab", 2));
	ck_assert(dhcp_put(&msg, 15, "x", 1));
	ck_assert(dhcp_put(&msg, 12, "longer", 6));
	want_option(12, "longer", 6);
	want_option(15, "x", 1);
	ck_assert_uint_eq(msg.order[1], 12);
	ck_assert_uint_eq(msg.norder, 3);
	ck_assert(dhcp_put(&msg, 12, "c", 1));
	want_option(12, "c", 1);
	want_option(15, "x", 1);
}
END_TEST

START_TEST(put_refuses_what_has_no_room)
{
	static const uint8_t big[DHCP_RX_LEN];

	start_reply();
	ck_assert(!dhcp_put(&msg, 12, big, sizeof big));
	ck_assert(!dhcp_has(&msg, 12));
	ck_assert(dhcp_put(&msg, 12, big, sizeof big - 1));
	ck_assert(!dhcp_put(&msg, 15, big, 1));
	ck_assert(!dhcp_put(&msg, DHCP_PAD, big, 1));
	ck_assert(!dhcp_put(&msg, DHCP_END, big, 0));
}
END_TEST

START_TEST(encode_pads_to_300_with_zeros)
{
	unsigned int dropped = 9;

	start_reply();
	ck_assert_uint_eq(encode(DHCP_DEFAULT_MAX, false, &dropped), 300);
	ck_assert_uint_eq(dropped, 0);
	ck_assert_mem_eq(
	    buf + OPTIONS - 4, "\x63\x82\x53\x63\x35\x01\x02\xff", 8);
	for (size_t i = OPTIONS + 4; i < 300; i++)
		ck_assert_uint_eq(buf[i], 0);
	ck_assert_uint_eq(buf[300], 0xee);
}
END_TEST

START_TEST(encode_refuses_less_than_300)
{
	struct dhcp_encode_rules r = {.max_len = 548};

	start_reply();
	ck_assert_uint_eq(encode(299, false, NULL), 0);
	ck_assert_uint_eq(dhcp_encode(&msg, &r, buf, 299, NULL), 0);
	ck_assert_uint_eq(dhcp_encode(&msg, &r, buf, 300, NULL), 300);
}
END_TEST

START_TEST(encode_puts_82_last_and_the_rest_in_order)
{
	start_reply();
	dhcp_put(&msg, DHCP_RELAY_AGENT, "\x01\x02xy", 4);
	dhcp_put(&msg, 12, "h", 1);
	ck_assert_uint_eq(encode(548, false, NULL), 300);
	ck_assert_mem_eq(
	    buf + OPTIONS, "\x35\x01\x02\x0c\x01h\x52\x04\x01\x02xy\xff\0", 14);
}
END_TEST

START_TEST(encode_splits_an_option_over_255)
{
	static uint8_t big[300];

	memset(big, 'b', sizeof big);
	start_reply();
	dhcp_put(&msg, 121, big, sizeof big);
	ck_assert_uint_eq(
	    encode(1472, false, NULL), OPTIONS + 3 + 257 + 2 + 45 + 1);
	ck_assert_mem_eq(buf + OPTIONS + 3, "\x79\xff", 2);
	ck_assert_mem_eq(buf + OPTIONS + 3 + 257, "\x79\x2d", 2);
	ck_assert_int_eq(dhcp_decode(&msg, buf, OPTIONS + 308), DHCP_OK);
	want_option(121, big, sizeof big);
}
END_TEST

START_TEST(encode_never_splits_43)
{
	static uint8_t big[256];
	unsigned int dropped;

	start_reply();
	dhcp_put(&msg, DHCP_VENDOR_OPTIONS, big, 256);
	ck_assert_uint_eq(encode(1472, false, &dropped), 300);
	ck_assert_uint_eq(dropped, 1);
	dhcp_put(&msg, DHCP_VENDOR_OPTIONS, big, 255);
	ck_assert_uint_eq(encode(1472, false, &dropped), OPTIONS + 3 + 257 + 1);
	ck_assert_uint_eq(dropped, 0);
}
END_TEST

START_TEST(encode_pads_behind_66_and_67)
{
	/* old ROMs read on: the name would end in 0xff */
	start_reply();
	dhcp_put(&msg, 66, "s", 1);
	dhcp_put(&msg, 67, "f", 1);
	(void)encode(548, true, NULL);
	ck_assert_mem_eq(buf + OPTIONS + 3,
	    "\x42\x01s\0\x43\x01"
	    "f\0\xff",
	    9);
}
END_TEST

START_TEST(encode_overloads_only_when_it_must)
{
	static uint8_t text[120];
	unsigned int dropped;
	size_t len;

	memset(text, 't', sizeof text);
	start_reply();
	dhcp_put(&msg, 128, text, 120);
	dhcp_put(&msg, 129, text, 120);
	/* 3 + 244 + end: 248 of 308 */
	len = encode(548, false, &dropped);
	ck_assert_uint_eq(len, OPTIONS + 248);
	ck_assert_uint_eq(buf[108], 0);
	dhcp_put(&msg, 130, text, 120);
	dhcp_put(&msg, 131, text, 60);
	len = encode(548, false, &dropped);
	ck_assert_uint_eq(dropped, 0);
	ck_assert_uint_eq(buf[108], 130);
	ck_assert_uint_eq(buf[108 + 122], DHCP_END);
	ck_assert_uint_eq(buf[44], 131);
	ck_assert_uint_eq(buf[44 + 62], DHCP_END);
	ck_assert_mem_eq(buf + len - 4, "\x34\x01\x03\xff", 4);
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	want_option(130, text, 120);
	want_option(131, text, 60);
}
END_TEST

START_TEST(encode_keeps_a_file_that_is_there)
{
	static uint8_t text[200];
	unsigned int dropped;
	size_t len;

	start_reply();
	strcpy(msg.file, "bpbatch");
	dhcp_put(&msg, 128, text, 200);
	dhcp_put(&msg, 129, text, 120);
	dhcp_put(&msg, 130, text, 50);
	len = encode(548, false, &dropped);
	ck_assert_uint_eq(dropped, 1); /* 129 */
	ck_assert_str_eq((char *)buf + 108, "bpbatch");
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	ck_assert_str_eq(msg.file, "bpbatch");
	ck_assert(!dhcp_has(&msg, 129));
	ck_assert(dhcp_has(&msg, 130));
}
END_TEST

START_TEST(encode_never_overloads_when_told)
{
	static uint8_t text[200];
	unsigned int dropped;

	start_reply();
	dhcp_put(&msg, 128, text, 200);
	dhcp_put(&msg, 129, text, 120);
	(void)encode(548, true, &dropped);
	ck_assert_uint_eq(dropped, 1);
	ck_assert_uint_eq(buf[108], 0);
}
END_TEST

START_TEST(encode_keeps_room_for_82)
{
	static uint8_t text[255];
	unsigned int dropped;
	size_t len;

	memset(text, 7, sizeof text);
	start_reply();
	dhcp_put(&msg, 128, text, 60);
	dhcp_put(&msg, DHCP_RELAY_AGENT, text, 255);
	len = encode(548, true, &dropped);
	ck_assert_uint_eq(dropped, 1); /* 128 */
	ck_assert_uint_eq(len, OPTIONS + 3 + 257 + 1);
	ck_assert_uint_eq(buf[OPTIONS + 3], DHCP_RELAY_AGENT);
	ck_assert_uint_eq(buf[len - 1], DHCP_END);
}
END_TEST

START_TEST(encode_keeps_bootp_within_its_64_bytes)
{
	static uint8_t text[64];
	struct dhcp_encode_rules r = {.max_len = 1472, .bootp = true};
	unsigned int dropped;

	dhcp_reply_init(&msg);
	dhcp_put(&msg, 128, text, 57); /* 59 and the end: all 60 */
	ck_assert_uint_eq(dhcp_encode(&msg, &r, buf, 1472, &dropped), 300);
	ck_assert_uint_eq(dropped, 0);
	ck_assert_uint_eq(buf[299], DHCP_END);
	dhcp_put(&msg, 128, text, 58);
	ck_assert_uint_eq(dhcp_encode(&msg, &r, buf, 1472, &dropped), 300);
	ck_assert_uint_eq(dropped, 1);
}
END_TEST

START_TEST(encode_stays_within_the_limit_at_every_length)
{
	static uint8_t text[255];
	unsigned int dropped;

	for (size_t n = 0; n <= 255; n++) {
		start_reply();
		dhcp_put(&msg, 128, text, n);
		dhcp_put(&msg, 129, text, 255 - n);
		dhcp_put(&msg, 130, text, n);
		dhcp_put(&msg, DHCP_RELAY_AGENT, text, 9);
		size_t len = encode(400, false, &dropped);
		ck_assert_uint_ge(len, 300);
		ck_assert_uint_le(len, 400);
		ck_assert_uint_eq(buf[400], 0xee);
		ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
		/* 52 itself is one more */
		ck_assert_uint_eq(
		    msg.norder, 5 - dropped + dhcp_has(&msg, DHCP_OVERLOAD));
	}
}
END_TEST

START_TEST(what_is_encoded_reads_back)
{
	size_t len;

	start_reply();
	msg.xid = 0xdeadbeef;
	msg.secs = 7;
	msg.flags = 0x8000;
	msg.ciaddr.v = 1;
	msg.yiaddr.v = 2;
	msg.siaddr.v = 3;
	msg.giaddr.v = 4;
	msg.hlen = 16;
	memset(msg.chaddr, 0xab, 16);
	strcpy(msg.sname, "server");
	memset(msg.file, 'f', 128);
	dhcp_put_ip4(&msg, 54, (struct ip4){0xc0a80102});
	dhcp_put_u16(&msg, 57, 1500);
	len = encode(548, true, NULL);
	ck_assert_int_eq(dhcp_decode(&msg, buf, len), DHCP_OK);
	ck_assert_int_eq(msg.op, DHCP_BOOTREPLY);
	ck_assert_int_eq(msg.type, DHCPOFFER);
	ck_assert_uint_eq(msg.xid, 0xdeadbeef);
	ck_assert_uint_eq(msg.secs, 7);
	ck_assert_uint_eq(msg.giaddr.v, 4);
	ck_assert_uint_eq(msg.hlen, 16);
	ck_assert_uint_eq(msg.chaddr[15], 0xab);
	ck_assert_str_eq(msg.sname, "server");
	ck_assert_uint_eq(strlen(msg.file), 128);
	want_option(54, "\xc0\xa8\x01\x02", 4);
	want_option(57, "\x05\xdc", 2);
}
END_TEST

START_TEST(texts_are_never_null)
{
	for (int i = 0; i < 300; i++) {
		ck_assert_ptr_nonnull(dhcp_err_text((enum dhcp_err)i));
		ck_assert_ptr_nonnull(dhcp_type_text((enum dhcp_type)i));
	}
	ck_assert_str_eq(dhcp_type_text(DHCPINFORM), "DHCPINFORM");
	ck_assert_str_eq(dhcp_type_text(DHCP_NONE), "BOOTREQUEST");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {decode_reads_the_header,
	    decode_reads_addresses_and_names, sub_options_are_found,
	    decode_rejects_less_than_a_header,
	    decode_takes_a_message_without_vendor_area_as_bootp,
	    decode_ignores_options_behind_a_foreign_cookie,
	    decode_rejects_a_strange_header,
	    decode_rejects_an_option_that_runs_over,
	    decode_rejects_a_message_type_that_is_none,
	    decode_ignores_junk_behind_the_end_option,
	    decode_skips_pads_between_options, decode_joins_a_repeated_option,
	    decode_reads_overloaded_file_and_sname_in_that_order,
	    decode_reads_only_the_overloaded_field,
	    decode_rejects_an_option_that_runs_over_sname,
	    decode_ignores_an_overload_that_is_none,
	    decode_rejects_options_longer_than_its_room,
	    an_option_may_be_there_with_length_0, get_wants_the_exact_size,
	    put_replaces_in_its_place, put_refuses_what_has_no_room,
	    encode_pads_to_300_with_zeros, encode_refuses_less_than_300,
	    encode_puts_82_last_and_the_rest_in_order,
	    encode_splits_an_option_over_255, encode_never_splits_43,
	    encode_pads_behind_66_and_67, encode_overloads_only_when_it_must,
	    encode_keeps_a_file_that_is_there, encode_never_overloads_when_told,
	    encode_keeps_room_for_82, encode_keeps_bootp_within_its_64_bytes,
	    encode_stays_within_the_limit_at_every_length,
	    what_is_encoded_reads_back, texts_are_never_null, NULL};

	return unit_main("dhcp", tests);
}
