/* test_later.c - requests that wait for a digest.
 * SPDX-License-Identifier: ISC */
#include <check.h>
#include <string.h>

#include "tftpd/later.h"
#include "unit.h"

static struct later *l;

static bool
add(uint16_t port, int job, uint64_t now_us)
{
	static uint8_t data[LATER_DATA + 2];
	struct udp_in in = {.from = {.port = port}, .data = data, .len = 20};

	data[0] = (uint8_t)port;
	return later_add(l, NULL, &in, job, now_us);
}

START_TEST(those_of_a_job_are_due_when_it_is_over)
{
	struct waiting w;

	l = later_new();
	ck_assert(add(1, 5, 100));
	ck_assert(add(2, 6, 200));
	ck_assert(add(3, 5, 300));
	ck_assert(!later_due(l, &w));
	later_done(l, 5);
	ck_assert(later_due(l, &w));
	ck_assert_uint_eq(w.in.data[0], w.in.from.port);
	ck_assert(w.in.data == w.data);
	ck_assert_uint_eq(w.in.len, 20);
	/* looked at once more, it may wait again: not due at once */
	ck_assert(add(w.in.from.port, 5, 400));
	ck_assert(later_due(l, &w));
	ck_assert(!later_due(l, &w));
	later_free(l);
}
END_TEST

START_TEST(who_repeats_its_request_waits_once_and_no_longer)
{
	struct waiting w;

	l = later_new();
	ck_assert_uint_eq(later_deadline(l), UINT64_MAX);
	ck_assert(add(1, 5, 100));
	ck_assert(add(1, 6, 4000000));
	ck_assert_uint_eq(later_deadline(l), 100 + LATER_US);
	later_done(l, 5);
	ck_assert(!later_due(l, &w));
	ck_assert(!later_over(l, 99 + LATER_US, &w));
	ck_assert(later_over(l, 100 + LATER_US, &w));
	ck_assert_int_eq(w.job, 6);
	ck_assert(!later_over(l, UINT64_MAX, &w));
	later_free(l);
}
END_TEST

START_TEST(there_is_a_bound)
{
	l = later_new();
	for (uint16_t i = 0; i < LATER_MAX; i++)
		ck_assert(add((uint16_t)(i + 1), 1, 0));
	ck_assert(!add(1000, 1, 0));
	ck_assert(add(5, 2, 0)); /* its own place */
	later_free(l);
}
END_TEST

START_TEST(a_request_that_is_too_long_is_not_kept)
{
	static uint8_t data[LATER_DATA + 2];
	struct udp_in in = {.data = data, .len = LATER_DATA + 1};

	l = later_new();
	ck_assert(!later_add(l, NULL, &in, 1, 0));
	later_free(l);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {those_of_a_job_are_due_when_it_is_over,
	    who_repeats_its_request_waits_once_and_no_longer, there_is_a_bound,
	    a_request_that_is_too_long_is_not_kept, NULL};

	return unit_main("later", tests);
}
