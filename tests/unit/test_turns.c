/*
 * test_turns.c - who is asked and who waits, played with clients that answer
 * at once, late, or not.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/turns.h"
#include "unit.h"

enum {
	ALL = 2000,
	FULL_AT = 60
};

static struct turns t;
static struct turn who[ALL];
static uint64_t now_us;

/* What the shell and the clients would do. */
static struct {
	uint64_t since_us[ALL]; /* of the last ask; 0: it had not waited */
	uint32_t asked[ALL];
	bool has[ALL];	     /* a packet is there */
	bool ends[ALL];	     /* with it */
	bool deaf[ALL];	     /* the loop does not tell of it */
	bool no_watch;	     /* the loop cannot be told */
	uint32_t watches;    /* calls */
	uint32_t order[ALL]; /* who joined, in the order */
	uint32_t norder;
} shell;

static enum turn_asked
ask(struct turn *w, uint64_t since_us)
{
	size_t i = (size_t)(w - who);

	shell.asked[i]++;
	shell.since_us[i] = since_us;
	if (since_us)
		shell.order[shell.norder++ % ALL] = (uint32_t)i;
	if (!shell.has[i])
		return TURN_NOTHING;
	shell.has[i] = false;
	if (!shell.ends[i])
		return TURN_PACKET;
	turns_remove(&t, w);
	return TURN_GONE;
}

static bool
watch(struct turn *w)
{
	shell.watches++;
	if (shell.no_watch)
		return false;
	shell.deaf[w - who] = w->state == TURN_ACTIVE;
	return true;
}

static const struct turns_do act = {.ask = ask, .watch = watch};

static void
setup(void)
{
	memset(&t, 0, sizeof t);
	memset(who, 0, sizeof who);
	memset(&shell, 0, sizeof shell);
	t.act = &act;
	t.full_at = FULL_AT;
	now_us = 1000000;
}

/* The loop tells of packets of first..first+n-1; how many are served. */
static uint32_t
packets(uint32_t first, uint32_t n)
{
	uint32_t served = 0;

	for (uint32_t i = first; i < first + n; i++) {
		if (turns_packet(&t, &who[i], now_us))
			served++;
		else
			shell.has[i] = true;
	}
	return served;
}

static uint64_t
round_over(size_t live)
{
	now_us += 300;
	return turns_round(&t, live, now_us);
}

/* They take turns, n are active or wait. */
static void
crowd(uint32_t n)
{
	setup();
	ck_assert_uint_eq(packets(0, FULL_AT), FULL_AT);
	(void)round_over(n);
	ck_assert(t.full);
	ck_assert_uint_eq(packets(0, n), 0);
	(void)round_over(n);
	ck_assert_uint_eq(t.nactive + t.nwaiting, n);
}

/* Everybody who is active has a packet. */
static void
answer_all(void)
{
	for (uint32_t i = 0; i < t.nactive; i++)
		shell.has[t.active[i] - who] = true;
}

START_TEST(rounds_that_are_not_full_change_nothing)
{
	setup();
	for (int i = 0; i < 1000; i++) {
		ck_assert_uint_eq(packets(0, FULL_AT - 1), FULL_AT - 1);
		ck_assert_uint_eq(round_over(1000), TURNS_NEVER);
	}
	ck_assert(!t.full);
	ck_assert_uint_eq(shell.watches, 0);
	ck_assert_uint_eq(shell.asked[0], 0);
}
END_TEST

START_TEST(a_full_round_begins_turns_and_its_own_packets_are_served)
{
	setup();
	ck_assert_uint_eq(packets(0, FULL_AT), FULL_AT);
	ck_assert_uint_eq(round_over(100), TURNS_NEVER);
	ck_assert(t.full);
	ck_assert_uint_eq(t.began, 1);
	ck_assert_uint_eq(packets(0, 40), 0);
	ck_assert_uint_eq(t.nwaiting, 40);
	ck_assert_uint_le(round_over(100), now_us);
	ck_assert_uint_eq(t.nactive, 40);
	ck_assert_uint_eq(t.nwaiting, 0);
	for (uint32_t i = 0; i < 40; i++) {
		ck_assert(shell.deaf[i]);
		ck_assert(!shell.has[i]); /* was served at once */
		ck_assert_uint_eq(shell.since_us[i], now_us - 300);
	}
}
END_TEST

START_TEST(a_packet_told_twice_waits_once)
{
	crowd(100);
	ck_assert_uint_eq(packets(100, 1), 0);
	ck_assert_uint_eq(packets(100, 1), 0);
	ck_assert_uint_eq(packets(0, 1), 0); /* active: it is asked anyway */
	ck_assert_uint_eq(t.nwaiting, 1);
	ck_assert_int_eq(who[0].state, TURN_ACTIVE);
}
END_TEST

START_TEST(up_to_128_are_all_active_of_more_64)
{
	crowd(TURNS_ALL);
	ck_assert_uint_eq(t.nactive, TURNS_ALL);
	crowd(TURNS_ALL + 1);
	ck_assert_uint_eq(t.nactive, TURNS_SOME);
	ck_assert_uint_eq(turns_room(0), TURNS_ALL);
	ck_assert_uint_eq(turns_room(100000), TURNS_SOME);
}
END_TEST

START_TEST(turns_are_so_long_that_all_come_round_in_a_fifth_of_a_second)
{
	ck_assert_uint_eq(turns_turn_us(0), TURNS_MAX_US);
	ck_assert_uint_eq(turns_turn_us(1), TURNS_MAX_US);
	ck_assert_uint_eq(turns_turn_us(1000), 12800);
	ck_assert_uint_eq(turns_turn_us(100000), TURNS_MIN_US);
	for (size_t n = 1; n < 5000; n++) {
		uint64_t us = turns_turn_us(n);

		ck_assert_uint_ge(us, TURNS_MIN_US);
		ck_assert_uint_le(us, TURNS_MAX_US);
		if (n > 640 && n < 3200)
			ck_assert_uint_le(us * n / TURNS_SOME, TURNS_ROUND_US);
	}
}
END_TEST

/* A thousand of them for a second: nobody waits longer than that. */
START_TEST(everybody_has_a_turn_and_first_come_is_first_served)
{
	uint64_t last_us[1000], longest_us = 0;
	uint32_t least = UINT32_MAX, most = 0;

	crowd(1000);
	for (uint32_t i = 0; i < 1000; i++)
		last_us[i] = now_us;
	for (int r = 0; r < 4000; r++) {
		uint32_t seen[1000];

		for (uint32_t i = 0; i < 1000; i++)
			seen[i] = shell.asked[i];
		answer_all();
		shell.norder = 0;
		(void)round_over(1000);
		for (uint32_t i = 0; i < 1000; i++) {
			if (shell.asked[i] == seen[i])
				continue;
			if (now_us - last_us[i] > longest_us)
				longest_us = now_us - last_us[i];
			last_us[i] = now_us;
		}
		for (uint32_t i = 1; i < shell.norder; i++)
			ck_assert_uint_le(shell.since_us[shell.order[i - 1]],
			    shell.since_us[shell.order[i]]);
		/* who left has its answer soon, and waits with it */
		for (uint32_t i = 0; i < 1000; i++)
			if (who[i].state == TURN_NONE)
				(void)packets(i, 1);
	}
	ck_assert_uint_gt(longest_us, 100000);
	ck_assert_uint_lt(longest_us, 250000);
	for (uint32_t i = 0; i < 1000; i++) {
		least = shell.asked[i] < least ? shell.asked[i] : least;
		most = shell.asked[i] > most ? shell.asked[i] : most;
	}
	ck_assert_uint_le(most, least + least / 2);
}
END_TEST

START_TEST(a_turn_that_is_over_goes_on_while_nobody_waits)
{
	crowd(100);
	for (int r = 0; r < 1000; r++) {
		answer_all();
		ck_assert_uint_le(round_over(100), now_us);
	}
	ck_assert_uint_eq(t.nactive, 100);
	ck_assert_uint_eq(shell.watches, 100);
}
END_TEST

START_TEST(no_more_leave_than_there_are_to_follow)
{
	crowd(200);
	while (t.nwaiting > 10)
		turns_remove(&t, t.first);
	now_us += TURNS_MAX_US;
	answer_all();
	(void)round_over(200);
	ck_assert_uint_eq(shell.watches, TURNS_SOME + 10 + 10);
	ck_assert_uint_eq(t.nactive, TURNS_SOME);
	ck_assert_uint_eq(t.nwaiting, 0);
}
END_TEST

START_TEST(one_that_has_nothing_eight_times_in_a_row_leaves)
{
	crowd(100);
	for (int r = 1; r <= TURNS_MISSES; r++) {
		ck_assert_int_eq(who[7].state, TURN_ACTIVE);
		answer_all();
		shell.has[7] = r == 3; /* counts anew from there */
		(void)round_over(100);
	}
	for (int r = 0; r < 3; r++) {
		ck_assert_int_eq(who[7].state, TURN_ACTIVE);
		answer_all();
		shell.has[7] = false;
		(void)round_over(100);
	}
	ck_assert_int_eq(who[7].state, TURN_NONE);
	ck_assert(!shell.deaf[7]);
	ck_assert_uint_eq(t.nactive, 99);
}
END_TEST

/* Nine of ten have nothing. */
START_TEST(turns_end_when_it_is_not_worth_it_and_do_not_begin_again_soon)
{
	uint32_t rounds = 0;

	crowd(100);
	while (t.full && rounds++ < 1000) {
		for (uint32_t i = 0; i < t.nactive; i++)
			shell.has[t.active[i] - who] = (i + rounds) % 7 == 0;
		if (rounds == 5)
			(void)packets(100, 1); /* one more comes and waits */
		(void)round_over(500);
	}
	ck_assert_uint_gt(rounds, 5); /* not for a moment alone */
	ck_assert_uint_lt(rounds, 100);
	ck_assert_uint_eq(t.nactive + t.nwaiting, 0);
	for (uint32_t i = 0; i < ALL; i++) {
		ck_assert(!shell.deaf[i]);
		ck_assert_int_eq(who[i].state, TURN_NONE);
	}
	ck_assert_uint_gt(shell.asked[100], 0);
	for (uint32_t i = 0; i < TURNS_HOLD; i++) {
		ck_assert_uint_eq(packets(0, FULL_AT), FULL_AT);
		ck_assert_uint_eq(round_over(500), TURNS_NEVER);
		ck_assert(!t.full);
	}
	ck_assert_uint_eq(packets(0, FULL_AT), FULL_AT);
	(void)round_over(500);
	ck_assert(t.full);
}
END_TEST

START_TEST(they_rest_when_less_than_half_have_something)
{
	uint32_t asked;
	uint64_t at_us;

	crowd(100);
	for (uint32_t i = 0; i < 49; i++)
		shell.has[i] = true;
	at_us = round_over(100);
	ck_assert_uint_eq(at_us, now_us + TURNS_REST_US);
	asked = shell.asked[0];
	now_us -= 299; /* a moment later, for another reason */
	ck_assert_uint_eq(round_over(100), at_us);
	ck_assert_uint_eq(shell.asked[0], asked);
	(void)packets(100, 1);
	now_us -= 299;
	(void)round_over(100);
	ck_assert_uint_eq(shell.asked[100], 1); /* its packet is there */
	now_us = at_us - 300;
	answer_all();
	ck_assert_uint_le(round_over(100), now_us);
	ck_assert_uint_eq(shell.asked[0], asked + 1);
}
END_TEST

START_TEST(turns_end_when_few_are_left)
{
	crowd(TURNS_FEW);
	answer_all();
	(void)round_over(TURNS_FEW);
	ck_assert(t.full);
	turns_remove(&t, &who[3]);
	answer_all();
	ck_assert_uint_eq(round_over(TURNS_FEW - 1), TURNS_NEVER);
	ck_assert(!t.full);
	ck_assert_uint_eq(t.nactive, 0);
	ck_assert_uint_eq(t.hold, 0); /* and may begin again at once */
	ck_assert_uint_eq(packets(0, 1), 1);
}
END_TEST

START_TEST(one_that_ends_is_taken_out_in_whatever_state)
{
	struct turn none = {0};

	crowd(200);
	turns_remove(&t, &none);
	ck_assert_uint_eq(t.nactive, TURNS_SOME);
	ck_assert_uint_eq(t.nwaiting, 200 - TURNS_SOME);
	turns_remove(&t, &who[0]);
	turns_remove(&t, t.active[t.nactive - 1]);
	turns_remove(&t, t.first);
	turns_remove(&t, t.last);
	turns_remove(&t, &who[100]);
	ck_assert_uint_eq(t.nactive, TURNS_SOME - 2);
	ck_assert_uint_eq(t.nwaiting, 200 - TURNS_SOME - 3);
	turns_remove(&t, &who[100]); /* twice does no harm */
	ck_assert_uint_eq(t.nwaiting, 200 - TURNS_SOME - 3);
	/* the lists are whole: everybody is found from both ends */
	for (uint32_t i = 0; i < t.nactive; i++)
		ck_assert_uint_eq(t.active[i]->at, i);
	while (t.nwaiting > 1) {
		ck_assert_ptr_null(t.first->before);
		ck_assert_ptr_null(t.last->behind);
		turns_remove(&t, t.nwaiting % 2 ? t.first : t.last);
	}
	turns_remove(&t, t.first);
	ck_assert_ptr_null(t.first);
	ck_assert_ptr_null(t.last);
}
END_TEST

START_TEST(those_that_end_when_they_are_asked_leave_room)
{
	crowd(200);
	for (uint32_t i = 0; i < 200; i += 2)
		shell.ends[i] = true;
	answer_all();
	(void)round_over(200);
	/* half of the first 64 ended, and of those who followed them */
	ck_assert_uint_eq(t.nactive, TURNS_SOME);
	for (uint32_t i = 0; i < t.nactive; i++) {
		ck_assert_uint_eq((t.active[i] - who) % 2, 1);
		ck_assert_uint_eq(t.active[i]->at, i);
	}
	ck_assert_uint_lt(t.nwaiting, 200 - TURNS_SOME - 60);
}
END_TEST

START_TEST(when_the_loop_cannot_be_told_all_is_served_as_before)
{
	setup();
	shell.no_watch = true;
	(void)packets(0, FULL_AT);
	(void)round_over(500);
	(void)packets(0, 100);
	(void)round_over(500);
	ck_assert_uint_eq(t.nactive + t.nwaiting, 0);
	for (uint32_t i = 0; i < 100; i++) {
		ck_assert_int_eq(who[i].state, TURN_NONE);
		ck_assert(!shell.has[i]); /* was served */
	}
	/* and one that cannot leave is still asked */
	crowd(100);
	shell.no_watch = true;
	for (int r = 0; r < 500; r++)
		(void)round_over(100);
	ck_assert_uint_eq(t.nactive, 100);
	ck_assert_uint_ne(round_over(100), TURNS_NEVER);
	shell.no_watch = false;
	for (int r = 0; r < 300 && t.nactive; r++)
		(void)round_over(100);
	ck_assert_uint_eq(t.nactive, 0);
	ck_assert(!shell.deaf[0]);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {rounds_that_are_not_full_change_nothing,
	    a_full_round_begins_turns_and_its_own_packets_are_served,
	    a_packet_told_twice_waits_once, up_to_128_are_all_active_of_more_64,
	    turns_are_so_long_that_all_come_round_in_a_fifth_of_a_second,
	    everybody_has_a_turn_and_first_come_is_first_served,
	    a_turn_that_is_over_goes_on_while_nobody_waits,
	    no_more_leave_than_there_are_to_follow,
	    one_that_has_nothing_eight_times_in_a_row_leaves,
	    turns_end_when_it_is_not_worth_it_and_do_not_begin_again_soon,
	    they_rest_when_less_than_half_have_something,
	    turns_end_when_few_are_left,
	    one_that_ends_is_taken_out_in_whatever_state,
	    those_that_end_when_they_are_asked_leave_room,
	    when_the_loop_cannot_be_told_all_is_served_as_before, NULL};

	return unit_main("turns", tests);
}
