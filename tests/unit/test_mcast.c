/* test_mcast.c - one file to one group.  SPDX-License-Identifier: ISC */
#include <string.h>

#include "mcast.h"
#include "unit.h"

static const struct mcast_limits limits = {
    500 * 1000, 4, 1, 1, 3001, 1000 * 1000, 0};

static struct peer
peer(unsigned int n)
{
	struct peer p = {addr_from_ip4((struct ip4){0xc0000200U + n}), 3001, 0};

	return p;
}

/* A pass of nblocks by client 1 that has been opened at time 0. */
static struct mcast_out
opened(struct mcast *m, uint64_t nblocks)
{
	struct mcast_out o;
	struct peer p = peer(1);

	mcast_init(m);
	ck_assert(mcast_open(m, &limits, &p, nblocks, 0, &o));
	return o;
}

static struct mcast_out
ack(struct mcast *m, unsigned int from, uint16_t n, uint64_t now_us)
{
	struct tftp_pkt p = {.op = TFTP_ACK, .block = n};
	struct peer who = peer(from);
	struct mcast_out o;

	mcast_packet(m, &who, &p, now_us, &o);
	return o;
}

static struct mcast_out
rrq(struct mcast *m, unsigned int from, uint64_t now_us)
{
	struct tftp_pkt p = {.op = TFTP_RRQ, .name = "f", .name_len = 1};
	struct peer who = peer(from);
	struct mcast_out o;

	mcast_packet(m, &who, &p, now_us, &o);
	return o;
}

START_TEST(blocks_end_with_a_short_one)
{
	static const struct {
		uint64_t size, blksize, blocks;
	} t[] = {{0, 512, 1}, {1, 512, 1}, {511, 512, 1}, {512, 512, 2},
	    {513, 512, 2}, {1024, 512, 3}, {1408, 1408, 2},
	    {33553919, 512, 65535}, {33553920, 512, 65536}};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		ck_assert_uint_eq(
		    mcast_blocks(t[i].size, t[i].blksize), t[i].blocks);
}
END_TEST

START_TEST(open_refuses_what_16_bits_cannot_number)
{
	struct mcast m;
	struct mcast_out o;
	struct peer p = peer(1);

	mcast_init(&m);
	ck_assert(!mcast_open(&m, &limits, &p, 65536, 0, &o));
	ck_assert_str_eq(o.why, "more than 65535 blocks");
	ck_assert_int_eq(m.state, MCAST_IDLE);
	ck_assert(!mcast_open(&m, &limits, &p, 0, 0, &o));
	ck_assert(mcast_open(&m, &limits, &p, 65535, 0, &o));
}
END_TEST

START_TEST(open_sends_block_1_both_ways)
{
	struct mcast m;
	struct mcast_out o = opened(&m, 3);

	ck_assert(o.unicast && o.multicast);
	ck_assert_uint_eq(o.block, 1);
	ck_assert_uint_eq(o.copies, 1);
	ck_assert_int_eq(o.event, MCAST_OPENED);
	ck_assert_uint_eq(m.deadline_us, MCAST_OPEN_RTO_US);
}
END_TEST

START_TEST(every_block_goes_out_once_without_loss)
{
	struct mcast m;
	struct mcast_out o = opened(&m, 65535);
	uint64_t now_us = 0;

	for (uint16_t n = 1; n < 65535; n++) {
		ck_assert_uint_eq(o.block, n);
		o = ack(&m, 1, n, now_us += 100);
		ck_assert(o.multicast && !o.unicast);
	}
	ck_assert_uint_eq(o.block, 65535);
	ck_assert_uint_eq(m.sent, 65535);
	ck_assert_uint_eq(m.resent, 0);
}
END_TEST

START_TEST(timer_stays_between_its_bounds)
{
	static const uint64_t rtt_us[] = {0, 1, 50, 5000, 30000, 400000};
	struct mcast m;

	for (size_t i = 0; i < sizeof rtt_us / sizeof rtt_us[0]; i++) {
		uint64_t now_us = 0, wait;

		(void)opened(&m, 1000);
		for (uint16_t n = 1; n < 500; n++) {
			(void)ack(&m, 1, n, now_us += rtt_us[i]);
			wait = m.deadline_us - now_us;
			ck_assert_uint_ge(wait, MCAST_RTO_MIN_US);
			ck_assert_uint_le(wait, limits.timeout_us);
		}
		wait = m.deadline_us - now_us;
		if (rtt_us[i] < 5000)
			ck_assert_uint_eq(wait, MCAST_RTO_MIN_US);
		ck_assert_uint_ge(wait, rtt_us[i]);
	}
}
END_TEST

START_TEST(timer_called_early_does_nothing)
{
	struct mcast m;
	struct mcast_out o;

	(void)opened(&m, 3);
	mcast_timer(&m, m.deadline_us - 1, &o);
	ck_assert(!o.unicast && !o.multicast);
	ck_assert_int_eq(o.event, MCAST_NONE);
	ck_assert_str_eq(o.why, "too early");
}
END_TEST

START_TEST(silent_master_is_given_up_after_retries_timeouts)
{
	struct mcast m;
	struct mcast_out o;
	uint64_t last_us = 1000, repeats = 0;

	(void)opened(&m, 9);
	(void)ack(&m, 1, 1, 1000);
	do {
		ck_assert_uint_gt(m.deadline_us, last_us);
		ck_assert_uint_le(m.deadline_us - last_us, limits.timeout_us);
		last_us = m.deadline_us;
		mcast_timer(&m, last_us, &o);
		repeats += o.event == MCAST_NONE;
	} while (o.event == MCAST_NONE);
	ck_assert_int_eq(o.event, MCAST_LOST);
	ck_assert_uint_eq(last_us, 1000 + limits.retries * limits.timeout_us);
	ck_assert_uint_ge(repeats, limits.retries);
	/* block 2, block 3 to wake it, block 4 without it */
	ck_assert_uint_eq(o.block, 4);
}
END_TEST

START_TEST(pass_without_master_keeps_its_pace)
{
	struct mcast m;
	struct mcast_out o;
	uint64_t now_us = 0, before_us;

	(void)opened(&m, 1000);
	for (uint16_t n = 1; n <= 500; n++)
		(void)ack(&m, 1, n, now_us += 2000);
	while (m.state == MCAST_PASS)
		mcast_timer(&m, m.deadline_us, &o);
	ck_assert_int_eq(m.state, MCAST_ALONE);
	for (uint64_t n = 504; n < 1000; n++) {
		before_us = m.sent_us;
		mcast_timer(&m, m.deadline_us, &o);
		ck_assert_uint_eq(o.block, n);
		ck_assert_uint_eq(m.sent_us - before_us, 2000);
	}
}
END_TEST

START_TEST(slow_master_does_not_make_a_slow_pass_for_ever)
{
	struct mcast m;
	struct mcast_out o;
	struct peer p = peer(1);

	(void)opened(&m, 100);
	for (uint16_t n = 1; n <= 10; n++)
		(void)ack(&m, 1, n, n * 400000U);
	mcast_leave(&m, &p, 4000001, &o);
	ck_assert_int_eq(m.state, MCAST_ALONE);
	ck_assert_uint_eq(m.deadline_us, 4000001 + MCAST_PACE_MAX_US);
}
END_TEST

START_TEST(clients_are_counted_up_to_the_bound)
{
	struct mcast m;
	struct mcast_out o;

	(void)opened(&m, 9);
	for (unsigned int i = 1; i < 200; i++) {
		o = rrq(&m, i, 10);
		ck_assert_int_eq(o.event,
		    i > 1 && i <= MCAST_SEEN ? MCAST_LISTENER : MCAST_NONE);
		ck_assert(i == 1 || !o.multicast);
	}
	ck_assert_uint_eq(m.nseen, MCAST_SEEN);
}
END_TEST

START_TEST(strangers_cannot_end_or_move_a_pass)
{
	struct mcast m;
	struct tftp_pkt e = {.op = TFTP_ERROR};
	struct peer stranger = peer(7);
	struct mcast_out o;

	(void)opened(&m, 9);
	o = ack(&m, 7, 1, 10);
	ck_assert(!o.multicast);
	ck_assert_str_eq(o.why, "not from the master");
	mcast_packet(&m, &stranger, &e, 20, &o);
	ck_assert_int_eq(o.event, MCAST_NONE);
	mcast_leave(&m, &stranger, 30, &o);
	ck_assert_int_eq(o.event, MCAST_NONE);
	ck_assert_uint_eq(ack(&m, 1, 1, 40).block, 2);
}
END_TEST

START_TEST(second_pass_starts_from_nothing)
{
	struct mcast m;
	struct mcast_out o;
	struct peer p = peer(2);

	(void)opened(&m, 1);
	(void)ack(&m, 1, 1, 1000);
	while (m.state != MCAST_IDLE)
		mcast_timer(&m, m.deadline_us, &o);
	ck_assert_str_eq(o.why, "complete");
	ck_assert(mcast_open(&m, &limits, &p, 5, 99000, &o));
	ck_assert_uint_eq(m.nseen, 1);
	ck_assert_uint_eq(m.sent, 1);
	ck_assert_uint_eq(m.rto_us, 0);
	ck_assert_uint_eq(m.started_us, 99000);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {blocks_end_with_a_short_one,
	    open_refuses_what_16_bits_cannot_number,
	    open_sends_block_1_both_ways,
	    every_block_goes_out_once_without_loss,
	    timer_stays_between_its_bounds, timer_called_early_does_nothing,
	    silent_master_is_given_up_after_retries_timeouts,
	    pass_without_master_keeps_its_pace,
	    slow_master_does_not_make_a_slow_pass_for_ever,
	    clients_are_counted_up_to_the_bound,
	    strangers_cannot_end_or_move_a_pass,
	    second_pass_starts_from_nothing, NULL};

	return unit_main("mcast", tests);
}
