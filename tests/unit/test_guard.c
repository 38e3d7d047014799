/*
 * test_guard.c - how much is sent to a client that may not be one.
 * SPDX-License-Identifier: ISC
 */
#include "tftpd/guard.h"
#include "unit.h"

enum {
	RATE = 100000
};

START_TEST(an_answer_to_the_transfers_own_port_proves_it)
{
	struct guard g = {.one_port = false};
	struct guard_rate r = {.tokens = 0};

	ck_assert_int_eq(guard_trust(&g), GUARD_NEW);
	g.answered = true;
	ck_assert_int_eq(guard_trust(&g), GUARD_PROVED);
	for (int i = 0; i < 1000; i++)
		ck_assert(guard_may(&g, 65000, &r, RATE, 0));
}
END_TEST

START_TEST(with_one_port_an_answer_proves_nothing_but_a_lease_does)
{
	struct guard g = {.one_port = true};

	ck_assert_int_eq(guard_trust(&g), GUARD_NEW);
	g.answered = true;
	ck_assert_int_eq(guard_trust(&g), GUARD_HEARD);
	g = (struct guard){.one_port = true, .vouched = true};
	ck_assert_int_eq(guard_trust(&g), GUARD_NEW); /* forged, perhaps */
	g.answered = true;
	ck_assert_int_eq(guard_trust(&g), GUARD_PROVED);
}
END_TEST

/* Bytes that one who is heard gets until now_us, asking all the time. */
static uint64_t
until(struct guard *g, struct guard_rate *r, uint64_t from_us, uint64_t now_us)
{
	uint64_t sent = 0;

	for (uint64_t t = from_us; t <= now_us; t += 100)
		if (guard_may(g, 516, r, RATE, t))
			sent += 516;
	return sent;
}

START_TEST(all_that_are_only_heard_share_one_rate)
{
	struct guard_rate r = {.tokens = 0};
	struct guard a = {.one_port = true, .answered = true}, b = a;
	uint64_t sent;

	r.last_us = 1000000;
	sent = until(&a, &r, 1000000, 3000000);
	ck_assert_uint_ge(sent, 2 * RATE - 516);
	ck_assert_uint_le(sent, 2 * RATE);
	ck_assert(!guard_may(&b, 516, &r, RATE, 3000000));
	/* an hour of silence saves up a second's worth, no more */
	sent = until(&b, &r, 3603000000, 3603000000 + 10000);
	for (int i = 0; i < 1000; i++)
		sent += until(&b, &r, 3603010000, 3603010000);
	ck_assert_uint_le(sent, RATE + RATE / 100 + 516);
}
END_TEST

START_TEST(a_small_rate_is_no_rate_of_nothing)
{
	struct guard_rate r = {.tokens = 0};
	struct guard a = {.one_port = true, .answered = true};
	uint64_t sent = 0;

	for (uint64_t t = 0; t < 10000000; t += 10)
		if (guard_may(&a, 516, &r, 1000, t))
			sent += 516;
	ck_assert_uint_ge(sent, 9000);
	ck_assert_uint_le(sent, 10000);
}
END_TEST

START_TEST(who_has_to_wait_is_told_until_when_and_sends_then)
{
	struct guard_rate r = {.tokens = 500, .last_us = 1};
	struct guard a = {.one_port = true, .answered = true}, b = a;

	ck_assert(guard_may(&a, 500, &r, RATE, 1));
	ck_assert_uint_eq(a.from_us, 0);
	ck_assert(!guard_may(&a, 1000, &r, RATE, 1)); /* 10 ms of the rate */
	ck_assert_uint_ge(a.from_us, 10001);
	ck_assert_uint_le(a.from_us, 10003);
	/* the next one is behind it, and asking again costs nothing */
	ck_assert(!guard_may(&b, 1000, &r, RATE, 1));
	ck_assert(!guard_may(&b, 1000, &r, RATE, 9000));
	ck_assert_uint_ge(b.from_us, 20001);
	ck_assert_uint_le(b.from_us, 20003);
	ck_assert(guard_may(&a, 1000, &r, RATE, a.from_us));
	ck_assert_uint_eq(a.from_us, 0);
	ck_assert(!guard_may(&b, 1000, &r, RATE, b.from_us - 1));
	ck_assert(guard_may(&b, 1000, &r, RATE, b.from_us));
	ck_assert_uint_eq(b.from_us, 0);
}
END_TEST

START_TEST(when_a_seconds_worth_waits_there_is_no_turn)
{
	struct guard_rate r = {.tokens = 0, .last_us = 1};
	struct guard a[300];
	size_t waits = 0;

	for (size_t i = 0; i < 300; i++) {
		a[i] = (struct guard){.one_port = true, .answered = true};
		ck_assert(!guard_may(&a[i], 1000, &r, RATE, 1));
		waits += a[i].from_us != 0;
		ck_assert_uint_le(a[i].from_us, 1010002);
	}
	ck_assert_uint_ge(waits, 100);
	ck_assert_uint_le(waits, 101);
	/* none was taken from the rate for them: a second later is room */
	ck_assert(!guard_may(&a[299], 1000, &r, RATE, 1000001));
	ck_assert_uint_le(a[299].from_us, 1040000);
}
END_TEST

START_TEST(a_block_longer_than_a_seconds_worth_gets_out)
{
	struct guard_rate r = {.tokens = 0, .last_us = 1};
	struct guard a = {.one_port = true, .answered = true};

	ck_assert(!guard_may(&a, 65468, &r, 1000, 1));
	ck_assert_uint_ge(a.from_us, 65000000);
	ck_assert(guard_may(&a, 65468, &r, 1000, a.from_us));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    an_answer_to_the_transfers_own_port_proves_it,
	    with_one_port_an_answer_proves_nothing_but_a_lease_does,
	    all_that_are_only_heard_share_one_rate,
	    a_small_rate_is_no_rate_of_nothing,
	    who_has_to_wait_is_told_until_when_and_sends_then,
	    when_a_seconds_worth_waits_there_is_no_turn,
	    a_block_longer_than_a_seconds_worth_gets_out,
	    NULL,
	};

	return unit_main("guard", tests);
}
