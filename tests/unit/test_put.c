/*
 * test_put.c - what scripts do not say of an upload: text, long runs.  The
 * packets are in tests/replay/put.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/put.h"
#include "unit.h"

static struct put x;
static struct put_out out;
static uint8_t zero[65536];

/* in, cut into pieces of n bytes, is the text want; a CR is left or not. */
static void
text_is(const char *in, size_t len, size_t n, const char *want, bool left)
{
	uint8_t buf[256], all[256];
	size_t done = 0;
	bool cr = false;

	for (size_t i = 0; i < len; i += n) {
		size_t piece = len - i < n ? len - i : n;
		size_t got = put_text(&cr, (const uint8_t *)in + i, piece, buf);

		ck_assert_uint_le(got, piece + 1);
		memcpy(all + done, buf, got);
		done += got;
	}
	ck_assert_uint_eq(done, strlen(want));
	ck_assert_mem_eq(all, want, done);
	ck_assert_int_eq(cr, left);
}

START_TEST(netascii_is_the_same_wherever_it_is_cut)
{
	static const char in[] = "a\r\nb\r\0c\rd\r\r\n\n\r";

	for (size_t n = 1; n < sizeof in; n++)
		text_is(in, sizeof in - 1, n, "a\nb\rc\rd\r\n\n", true);
	text_is("\r\n", 2, 1, "\n", false);
	text_is("\r", 1, 1, "", true);
	text_is("", 0, 1, "", false);
}
END_TEST

static void
open_wrq(const char *options, size_t len, uint64_t max_size)
{
	static const struct xfer_limits limits = {.blksize = 512,
	    .max_blksize = 65464,
	    .max_windowsize = 64,
	    .timeout_ms = 1000,
	    .retries = 5};
	uint8_t buf[512] = "\0\2f\0octet";
	struct tftp_pkt p;

	memcpy(buf + 10, options, len);
	ck_assert_int_eq(tftp_decode(&p, buf, 10 + len), TFTP_OK);
	put_open(&x, &p, &limits, max_size, 0, &out);
}

static void
block(uint16_t wire, size_t len)
{
	struct tftp_pkt p = {
	    .op = TFTP_DATA, .block = wire, .data = zero, .data_len = len};

	put_packet(&x, &p, 0, &out);
}

START_TEST(numbers_roll_over_many_times)
{
	open_wrq("", 0, UINT64_MAX);
	for (uint64_t b = 1; b <= 200000; b++) {
		block((uint16_t)(b & 0xffff), 512);
		ck_assert_ptr_nonnull(out.data);
		ck_assert(out.send_ack);
		ck_assert_uint_eq(out.ack, b & 0xffff);
	}
	ck_assert_uint_eq(x.size, UINT64_C(200000) * 512);
}
END_TEST

START_TEST(every_block_of_a_lossy_window_is_taken_once)
{
	uint64_t base = 1, taken = 0;
	uint32_t rnd = 1;

	/* a sender by RFC 7440 over a line that loses a third */
	open_wrq("windowsize\0"
		 "16\0",
	    14, UINT64_MAX);
	while (taken < 5000) {
		bool acked = false;
		uint16_t ack = 0;

		for (uint64_t b = base; b < base + 16; b++) {
			rnd = rnd * 1103515245 + 12345;
			if (rnd >> 16 & 3 ? 0 : 1)
				continue;
			block((uint16_t)(b & 0xffff), 512);
			if (out.data) {
				ck_assert_uint_eq(b, taken + 1);
				taken++;
			}
			if (out.send_ack) {
				acked = true;
				ack = out.ack;
			}
		}
		if (!acked) { /* our timer asks */
			put_timer(&x, x.deadline_us, &out);
			if (out.close)
				break;
			ack = out.ack;
		}
		base += (uint16_t)(ack - (uint16_t)(base - 1));
		ck_assert_uint_eq(base, taken + 1);
	}
	ck_assert_uint_ge(taken, 5000);
	ck_assert_uint_eq(x.size, taken * 512);
}
END_TEST

START_TEST(a_size_that_is_near_the_end_of_numbers_is_no_trouble)
{
	open_wrq("tsize\0"
		 "18446744073709551615\0",
	    27, INT64_MAX);
	ck_assert_int_eq(x.state, PUT_BROKEN);
	ck_assert_uint_eq(out.code, TFTP_EFULL);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {netascii_is_the_same_wherever_it_is_cut,
	    numbers_roll_over_many_times,
	    every_block_of_a_lossy_window_is_taken_once,
	    a_size_that_is_near_the_end_of_numbers_is_no_trouble, NULL};

	return unit_main("put", tests);
}
