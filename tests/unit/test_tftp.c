/*
 * test_tftp.c - TFTP packets and option texts.
 *
 * Vectors: the EDK2 and Intel packets are as their ROMs send them (OVMF
 * 2022.11; Intel's reference client), the others are written after the RFCs.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftp.h"
#include "unit.h"

static uint8_t buf[1024];

/* Decode a string literal with its inner NULs, without its last one. */
static enum tftp_err
decode(struct tftp_pkt *p, const char *s, size_t len)
{
	memcpy(buf, s, len);
	buf[len] = 0xee; /* what happens to be there */
	return tftp_decode(p, buf, len);
}

#define DECODE(p, s) decode(p, s, sizeof(s) - 1)

START_TEST(rrq_without_options)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\1boot/kernel\0octet\0"), TFTP_OK);
	ck_assert_int_eq(p.op, TFTP_RRQ);
	ck_assert_str_eq(p.name, "boot/kernel");
	ck_assert_uint_eq(p.name_len, 11);
	ck_assert_int_eq(p.mode, TFTP_OCTET);
	ck_assert_uint_eq(p.opts.asked, 0);
	ck_assert_uint_eq(p.opts.norder, 0);
}
END_TEST

START_TEST(rrq_of_edk2_keeps_the_order_of_its_options)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\1grubx64.efi\0octet\0tsize\0"
				    "0\0"
				    "blksize\0"
				    "1468\0windowsize\0"
				    "4\0"),
	    TFTP_OK);
	ck_assert_uint_eq(p.opts.norder, 3);
	ck_assert_int_eq(p.opts.order[0], TFTP_OPT_TSIZE);
	ck_assert_int_eq(p.opts.order[1], TFTP_OPT_BLKSIZE);
	ck_assert_int_eq(p.opts.order[2], TFTP_OPT_WINDOWSIZE);
	ck_assert_uint_eq(p.opts.tsize, 0);
	ck_assert_uint_eq(p.opts.blksize, 1468);
	ck_assert_uint_eq(p.opts.windowsize, 4);
}
END_TEST

START_TEST(mode_and_option_names_in_any_case)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\1a\0NetASCII\0BlkSize\0"
				    "1024\0TIMEOUT\0"
				    "3\0"),
	    TFTP_OK);
	ck_assert_int_eq(p.mode, TFTP_NETASCII);
	ck_assert_uint_eq(p.opts.asked, TFTP_OPT_BLKSIZE | TFTP_OPT_TIMEOUT);
	ck_assert_int_eq(DECODE(&p, "\0\1a\0MAIL\0"), TFTP_OK);
	ck_assert_int_eq(p.mode, TFTP_MAIL);
	ck_assert_int_eq(DECODE(&p, "\0\1a\0binary\0"), TFTP_OK);
	ck_assert_int_eq(p.mode, TFTP_MODE_OTHER);
}
END_TEST

START_TEST(last_nul_may_be_missing_behind_mode_and_value)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet"), TFTP_OK);
	ck_assert_int_eq(p.mode, TFTP_OCTET);
	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet\0blksize\0"
				    "1432"),
	    TFTP_OK);
	ck_assert_uint_eq(p.opts.blksize, 1432);
	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet\0blksize"), TFTP_OK);
	ck_assert_uint_eq(p.opts.asked, 0);
}
END_TEST

START_TEST(request_without_name_or_mode_is_refused)
{
	struct tftp_pkt p;
	char longest[300];

	ck_assert_int_eq(DECODE(&p, "\0\1"), TFTP_ENAME);
	ck_assert_int_eq(DECODE(&p, "\0\1\0octet\0"), TFTP_ENAME);
	ck_assert_int_eq(DECODE(&p, "\0\1abc"), TFTP_EMODE);
	ck_assert_int_eq(DECODE(&p, "\0\1abc\0"), TFTP_EMODE);
	ck_assert_int_eq(DECODE(&p, "\0\1abc\0\0"), TFTP_EMODE);
	ck_assert_int_eq(p.op, TFTP_RRQ);

	memset(longest, 'x', sizeof longest);
	memcpy(longest, "\0\1", 2);
	memcpy(longest + 2 + TFTP_NAME_MAX, "\0octet", 7);
	ck_assert_int_eq(decode(&p, longest, 2 + TFTP_NAME_MAX + 7), TFTP_OK);
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "\0\1", 2);
	memcpy(longest + 3 + TFTP_NAME_MAX, "\0octet", 7);
	ck_assert_int_eq(
	    decode(&p, longest, 3 + TFTP_NAME_MAX + 7), TFTP_ENAME);
}
END_TEST

START_TEST(values_that_are_no_numbers_are_bad_not_zero)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet\0blksize\0abc\0tsize\0-1\0"
				    "timeout\0\0windowsize\0"
				    "99999999999\0"),
	    TFTP_OK);
	ck_assert_uint_eq(p.opts.asked, 0);
	ck_assert_uint_eq(p.opts.bad, TFTP_OPT_BLKSIZE | TFTP_OPT_TSIZE |
					  TFTP_OPT_TIMEOUT |
					  TFTP_OPT_WINDOWSIZE);
}
END_TEST

START_TEST(first_of_a_repeated_option_counts)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet\0blksize\0"
				    "1024\0"
				    "blksize\0"
				    "2048\0"),
	    TFTP_OK);
	ck_assert_uint_eq(p.opts.blksize, 1024);
	ck_assert_uint_eq(p.opts.norder, 1);
	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet\0blksize\0x\0"
				    "blksize\0"
				    "2048\0"),
	    TFTP_OK);
	ck_assert_uint_eq(p.opts.asked, 0);
}
END_TEST

START_TEST(unknown_and_empty_options_are_counted_or_passed_over)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet\0msftwindow\0"
				    "31416\0\0\0"
				    "bigblk#\0"
				    "8\0tsize\0"
				    "0\0\0\0\0"),
	    TFTP_OK);
	ck_assert_uint_eq(p.opts.unknown, 2);
	ck_assert_uint_eq(p.opts.asked, TFTP_OPT_TSIZE);
}
END_TEST

START_TEST(ack_and_data_at_every_length)
{
	struct tftp_pkt p;

	for (size_t n = 0; n < 2; n++)
		ck_assert_int_eq(decode(&p, "\0\4\377\376", n), TFTP_ESHORT);
	for (size_t n = 2; n < 4; n++)
		ck_assert_int_eq(decode(&p, "\0\4\377\376", n), TFTP_ESHORT);
	ck_assert_int_eq(DECODE(&p, "\0\4\377\376"), TFTP_OK);
	ck_assert_uint_eq(p.block, 65534);
	ck_assert_int_eq(DECODE(&p, "\0\4\0\1 more"), TFTP_OK);
	ck_assert_uint_eq(p.block, 1);
	ck_assert_int_eq(DECODE(&p, "\0\3\0\2"), TFTP_OK);
	ck_assert_uint_eq(p.data_len, 0);
	ck_assert_int_eq(DECODE(&p, "\0\3\0\2xyz"), TFTP_OK);
	ck_assert_uint_eq(p.data_len, 3);
	ck_assert_mem_eq(p.data, "xyz", 3);
}
END_TEST

START_TEST(error_with_empty_missing_and_unended_text)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\5\0\10\0"), TFTP_OK); /* Intel */
	ck_assert_uint_eq(p.code, 8);
	ck_assert_uint_eq(p.msg_len, 0);
	ck_assert_int_eq(DECODE(&p, "\0\5\0\0"), TFTP_OK);
	ck_assert_uint_eq(p.msg_len, 0);
	ck_assert_int_eq(DECODE(&p, "\0\5\0\0TFTP Aborted"), TFTP_OK);
	ck_assert_uint_eq(p.msg_len, 12);
	ck_assert_int_eq(DECODE(&p, "\0\5\0\0one\0two\0"), TFTP_OK);
	ck_assert_uint_eq(p.msg_len, 3);
	ck_assert_int_eq(DECODE(&p, "\0\5\0"), TFTP_ESHORT);
}
END_TEST

START_TEST(opcodes_beyond_oack_are_told_apart)
{
	struct tftp_pkt p;

	ck_assert_int_eq(DECODE(&p, "\0\7x\0octet\0"), TFTP_EOPCODE);
	ck_assert_int_eq(DECODE(&p, "\0\0"), TFTP_EOPCODE);
	ck_assert_int_eq(DECODE(&p, "\1\1a\0octet\0"), TFTP_EOPCODE);
}
END_TEST

START_TEST(oack_in_asked_order_and_case_and_only_what_is_granted)
{
	static const char want[] = "\0\6TSIZE\0"
				   "70000\0BlkSize\0"
				   "1428";
	struct tftp_pkt p;
	uint8_t out[128];
	size_t n;

	ck_assert_int_eq(DECODE(&p, "\0\1a\0octet\0TSIZE\0"
				    "0\0windowsize\0"
				    "9\0BlkSize\0"
				    "9000\0"),
	    TFTP_OK);
	p.opts.tsize = 70000;
	p.opts.blksize = 1428;
	n = tftp_put_oack(out, sizeof out, &p.opts,
	    TFTP_OPT_BLKSIZE | TFTP_OPT_TSIZE | TFTP_OPT_TIMEOUT);
	ck_assert_uint_eq(n, sizeof want);
	ck_assert_mem_eq(out, want, n);
	for (size_t size = 0; size < n; size++)
		ck_assert_uint_eq(tftp_put_oack(out, size, &p.opts,
				      TFTP_OPT_BLKSIZE | TFTP_OPT_TSIZE),
		    0);
}
END_TEST

START_TEST(rrq_round_trip)
{
	struct tftp_opts o = {
	    .asked = TFTP_OPT_BLKSIZE | TFTP_OPT_TSIZE | TFTP_OPT_TIMEOUT |
		     TFTP_OPT_WINDOWSIZE | TFTP_OPT_MULTICAST |
		     TFTP_OPT_ROLLOVER | TFTP_OPT_BLKSIZE2,
	    .order = {TFTP_OPT_BLKSIZE, TFTP_OPT_TSIZE, TFTP_OPT_TIMEOUT,
		TFTP_OPT_WINDOWSIZE, TFTP_OPT_MULTICAST, TFTP_OPT_ROLLOVER,
		TFTP_OPT_BLKSIZE2},
	    .norder = 7,
	    .blksize = 65464,
	    .blksize2 = 32768,
	    .tsize = UINT64_MAX,
	    .timeout_s = 255,
	    .windowsize = 65535,
	    .rollover = 1,
	};
	struct tftp_pkt p;
	size_t n;

	n = tftp_put_rrq(buf, sizeof buf - 1, "x y", TFTP_NETASCII, &o);
	ck_assert_uint_gt(n, 0);
	ck_assert_int_eq(tftp_decode(&p, buf, n), TFTP_OK);
	ck_assert_str_eq(p.name, "x y");
	ck_assert_int_eq(p.mode, TFTP_NETASCII);
	ck_assert_mem_eq(&p.opts, &o, sizeof o);
	n = tftp_put_rrq(buf, sizeof buf - 1, "f", TFTP_OCTET, NULL);
	ck_assert_uint_eq(n, 10);
	ck_assert_mem_eq(buf, "\0\1f\0octet", 10);
}
END_TEST

START_TEST(small_packets_are_written_byte_for_byte)
{
	uint8_t h[4];

	ck_assert_uint_eq(tftp_put_error(buf, 64, TFTP_ENOTFOUND, "no"), 7);
	ck_assert_mem_eq(buf, "\0\5\0\1no\0", 7);
	ck_assert_uint_eq(tftp_put_error(buf, 6, TFTP_ENOTFOUND, "no"), 0);
	ck_assert_uint_eq(tftp_put_ack(buf, 64, 65535), 4);
	ck_assert_mem_eq(buf, "\0\4\377\377", 4);
	tftp_put_data_header(h, 258);
	ck_assert_mem_eq(h, "\0\3\1\2", 4);
}
END_TEST

START_TEST(efis_dir_is_known_and_other_junk_is_not)
{
	static const struct {
		const char *s;
		size_t len;
		bool is;
	} rows[] = {
	    {"\0\7dir\0octet\0", 12, true},
	    {"\0\7d\0", 4, true},
	    {"\0\7d", 3, false},
	    {"\0\7\0octet\0", 9, false},
	    {"\0\7d\377\0", 5, false},
	    {"\1\7d\0", 4, false},
	    {"\0\6d\0", 4, false},
	    {"\0\7", 2, false},
	    {"\0", 1, false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_msg(tftp_is_dir((const uint8_t *)rows[i].s,
				  rows[i].len) == rows[i].is,
		    "row %zu", i);
}
END_TEST

START_TEST(every_error_code_has_a_text)
{
	ck_assert_str_eq(tftp_code_text(TFTP_ENOTFOUND), "file not found");
	ck_assert_str_eq(
	    tftp_code_text(TFTP_EOPTION), "option negotiation failed");
	ck_assert_str_eq(tftp_code_text(9), "unknown error");
	ck_assert_str_eq(tftp_code_text(65535), "unknown error");
	ck_assert_str_eq(tftp_mode_text(TFTP_NETASCII), "netascii");
	ck_assert_str_eq(tftp_mode_text(TFTP_MODE_OTHER), "other");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {rrq_without_options,
	    rrq_of_edk2_keeps_the_order_of_its_options,
	    mode_and_option_names_in_any_case,
	    last_nul_may_be_missing_behind_mode_and_value,
	    request_without_name_or_mode_is_refused,
	    values_that_are_no_numbers_are_bad_not_zero,
	    first_of_a_repeated_option_counts,
	    unknown_and_empty_options_are_counted_or_passed_over,
	    ack_and_data_at_every_length,
	    error_with_empty_missing_and_unended_text,
	    opcodes_beyond_oack_are_told_apart,
	    oack_in_asked_order_and_case_and_only_what_is_granted,
	    rrq_round_trip, small_packets_are_written_byte_for_byte,
	    efis_dir_is_known_and_other_junk_is_not,
	    every_error_code_has_a_text, NULL};

	return unit_main("tftp", tests);
}
