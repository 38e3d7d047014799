/* test_wire.c - cursors.  SPDX-License-Identifier: ISC */
#include <string.h>

#include "unit.h"
#include "wire.h"

START_TEST(numbers_are_big_endian)
{
	static const uint8_t b[] = {1, 2, 3, 4, 5, 6, 7};
	struct wire_r r;

	wire_r_init(&r, b, sizeof b);
	ck_assert_uint_eq(wire_get_u8(&r), 0x01);
	ck_assert_uint_eq(wire_get_be16(&r), 0x0203);
	ck_assert_uint_eq(wire_get_be32(&r), 0x04050607);
	ck_assert(!r.bad);
	ck_assert_uint_eq(wire_r_left(&r), 0);
}
END_TEST

START_TEST(a_read_past_the_end_sticks)
{
	static const uint8_t b[] = {1, 2, 3};
	struct wire_r r;
	uint8_t out[4] = {9, 9, 9, 9};

	wire_r_init(&r, b, sizeof b);
	ck_assert_uint_eq(wire_get_be32(&r), 0);
	ck_assert(r.bad);
	ck_assert_uint_eq(wire_get_u8(&r), 0);
	ck_assert_uint_eq(wire_r_left(&r), 0);
	wire_get_bytes(&r, out, 4);
	ck_assert_uint_eq(out[0], 0);
	ck_assert_ptr_null(wire_get_ptr(&r, 0));
}
END_TEST

START_TEST(a_string_ends_at_its_nul)
{
	struct wire_r r;
	size_t len = 99;

	wire_r_init(&r, "ab\0cd", 5);
	ck_assert_str_eq(wire_get_str(&r, &len), "ab");
	ck_assert_uint_eq(len, 2);
	ck_assert_ptr_null(wire_get_str(&r, &len));
	ck_assert(r.bad);
	wire_r_init(&r, "", 0);
	ck_assert_ptr_null(wire_get_str(&r, NULL));
	wire_r_init(&r, NULL, 0);
	ck_assert_uint_eq(wire_r_left(&r), 0);
	ck_assert_ptr_null(wire_get_ptr(&r, 1));
}
END_TEST

START_TEST(a_write_past_the_end_writes_nothing)
{
	uint8_t b[5];
	struct wire_w w;

	memset(b, 0xee, sizeof b);
	wire_w_init(&w, b, 4);
	wire_put_be16(&w, 0x0102);
	wire_put_be32(&w, 0x03040506);
	ck_assert(w.bad);
	wire_put_u8(&w, 7);
	ck_assert_uint_eq(wire_w_len(&w), 2);
	ck_assert_uint_eq(b[0], 1);
	ck_assert_uint_eq(b[1], 2);
	ck_assert_uint_eq(b[2], 0xee);
	ck_assert_uint_eq(wire_w_left(&w), 0);
}
END_TEST

START_TEST(what_is_written_reads_back)
{
	uint8_t b[16];
	struct wire_w w;
	struct wire_r r;

	wire_w_init(&w, b, sizeof b);
	wire_put_u8(&w, 0xfe);
	wire_put_be16(&w, 0xfedc);
	wire_put_be32(&w, 0xfedcba98);
	wire_put_str(&w, "abc");
	wire_put_zero(&w, 2);
	wire_put_bytes(&w, "zz", 2);
	ck_assert(!w.bad);
	wire_r_init(&r, b, wire_w_len(&w));
	ck_assert_uint_eq(wire_get_u8(&r), 0xfe);
	ck_assert_uint_eq(wire_get_be16(&r), 0xfedc);
	ck_assert_uint_eq(wire_get_be32(&r), 0xfedcba98);
	ck_assert_str_eq(wire_get_str(&r, NULL), "abc");
	wire_skip(&r, 2);
	ck_assert_mem_eq(wire_get_ptr(&r, 2), "zz", 2);
	ck_assert(!r.bad);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {numbers_are_big_endian,
	    a_read_past_the_end_sticks, a_string_ends_at_its_nul,
	    a_write_past_the_end_writes_nothing, what_is_written_reads_back,
	    NULL};

	return unit_main("wire", tests);
}
