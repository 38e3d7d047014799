/*
 * test_rtt.c - measured round trips, after RFC 6298 section 2.
 * SPDX-License-Identifier: ISC
 */
#include "rtt.h"
#include "unit.h"

START_TEST(without_a_sample_there_is_no_timeout)
{
	struct rtt r = {0};

	ck_assert_uint_eq(rtt_timeout(&r), 0);
}
END_TEST

START_TEST(the_first_sample_counts_whole_and_half_as_deviation)
{
	struct rtt r = {0};

	rtt_sample(&r, 1000); /* 2.2 */
	ck_assert_uint_eq(r.srtt_us, 1000);
	ck_assert_uint_eq(r.rttvar_us, 500);
	ck_assert_uint_eq(rtt_timeout(&r), 3000);
}
END_TEST

START_TEST(further_ones_count_an_eighth_and_a_quarter)
{
	struct rtt r = {0};

	rtt_sample(&r, 1000);
	rtt_sample(&r, 1800); /* 2.3: the deviation is from the old SRTT */
	ck_assert_uint_eq(r.rttvar_us, (3 * 500 + 800) / 4);
	ck_assert_uint_eq(r.srtt_us, 1100);
	rtt_sample(&r, 300);
	ck_assert_uint_eq(r.rttvar_us, (3 * 575 + 800) / 4);
	ck_assert_uint_eq(r.srtt_us, 1000);
}
END_TEST

START_TEST(what_does_not_vary_leaves_no_deviation)
{
	struct rtt r = {0};

	for (int i = 0; i < 100; i++)
		rtt_sample(&r, 700);
	ck_assert_uint_eq(r.srtt_us, 700);
	ck_assert_uint_le(r.rttvar_us, 1);
}
END_TEST

START_TEST(no_time_at_all_is_a_sample_too)
{
	struct rtt r = {0};

	for (int i = 0; i < 10; i++)
		rtt_sample(&r, 0);
	ck_assert_uint_eq(r.srtt_us, 1);
	ck_assert_uint_eq(r.rttvar_us, 0);
}
END_TEST

START_TEST(hours_overflow_nothing)
{
	struct rtt r = {0};

	for (int i = 0; i < 10; i++)
		rtt_sample(&r, (uint64_t)1 << 48);
	ck_assert_uint_ge(r.srtt_us, (uint64_t)1 << 47);
	ck_assert_uint_le(r.srtt_us, (uint64_t)1 << 48);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {without_a_sample_there_is_no_timeout,
	    the_first_sample_counts_whole_and_half_as_deviation,
	    further_ones_count_an_eighth_and_a_quarter,
	    what_does_not_vary_leaves_no_deviation,
	    no_time_at_all_is_a_sample_too, hours_overflow_nothing, NULL};

	return unit_main("rtt", tests);
}
