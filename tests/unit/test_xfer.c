/*
 * test_xfer.c - one transfer as the server sees it: what holds for any
 * client.  How single clients and RFC sentences go is told by the scripts in
 * tests/replay/xfer.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/xfer.h"
#include "unit.h"

static const struct xfer_limits limits = {.blksize = 512,
    .max_blksize = 65464,
    .max_windowsize = 64,
    .timeout_ms = 1000,
    .retries = 5};

static struct tftp_pkt
rrq(unsigned int windowsize, unsigned int rollover)
{
	struct tftp_pkt p;

	memset(&p, 0, sizeof p);
	p.op = TFTP_RRQ;
	p.opts.asked = TFTP_OPT_WINDOWSIZE | TFTP_OPT_ROLLOVER;
	p.opts.order[0] = TFTP_OPT_WINDOWSIZE;
	p.opts.order[1] = TFTP_OPT_ROLLOVER;
	p.opts.norder = 2;
	p.opts.windowsize = windowsize;
	p.opts.rollover = rollover;
	return p;
}

static struct tftp_pkt
ack(uint16_t block)
{
	return (struct tftp_pkt){.op = TFTP_ACK, .block = block};
}

/* A client that takes everything, through loss; lost of 256 are lost. */
static void
whole_transfer(uint64_t blocks, unsigned int windowsize, unsigned int rollover,
    unsigned int lost)
{
	struct tftp_pkt p = rrq(windowsize, rollover);
	struct xfer_limits l = limits;
	uint64_t now = 0, have = 0;
	struct xfer_out o;
	struct xfer x;
	uint32_t seed = (uint32_t)blocks + windowsize + lost;

	l.retries = 30; /* a fifth is lost */
	xfer_open(&x, &p, &l, (blocks - 1) * 512 + 1, now, &o);
	while (!xfer_over(&x)) {
		for (uint32_t i = 0; i < o.count; i++) {
			seed = seed * 1103515245 + 12345;
			if ((seed >> 16) % 256 < lost)
				continue;
			ck_assert_uint_le(o.first + i, blocks);
			if (o.first + i == have + 1)
				have++;
		}
		seed = seed * 1103515245 + 12345;
		if ((seed >> 16) % 256 < lost) { /* the ACK */
			now = x.deadline_us;
			xfer_timer(&x, now, &o);
			continue;
		}
		now += 100;
		p = ack(xfer_wire_block(&x, have));
		xfer_packet(&x, &p, now, &o);
		if (!o.count && !xfer_over(&x)) {
			now = x.deadline_us;
			xfer_timer(&x, now, &o);
		}
	}
	ck_assert_int_eq(x.state, XFER_DONE);
	ck_assert_uint_eq(have, blocks);
}

START_TEST(whole_file_arrives_for_any_window)
{
	for (unsigned int w = 1; w <= 64; w *= 2)
		for (uint64_t blocks = 1; blocks < 300; blocks += 13)
			whole_transfer(blocks, w, 0, 0);
}
END_TEST

START_TEST(whole_file_arrives_through_loss)
{
	for (unsigned int w = 1; w <= 64; w *= 2)
		for (unsigned int lost = 1; lost < 60; lost += 17)
			whole_transfer(500, w, 0, lost);
}
END_TEST

START_TEST(whole_file_arrives_over_two_rollovers)
{
	whole_transfer(140000, 1, 0, 0);
	whole_transfer(140000, 16, 0, 3);
	whole_transfer(140000, 1, 1, 0);
	whole_transfer(140000, 16, 1, 3);
	whole_transfer(140000, 64, 1, 20);
}
END_TEST

START_TEST(rollover_numbers)
{
	struct xfer x = {.rollover = 0};

	ck_assert_uint_eq(xfer_wire_block(&x, 0), 0);
	ck_assert_uint_eq(xfer_wire_block(&x, 65535), 65535);
	ck_assert_uint_eq(xfer_wire_block(&x, 65536), 0);
	ck_assert_uint_eq(xfer_wire_block(&x, 131072), 0);
	x.rollover = 1;
	ck_assert_uint_eq(xfer_wire_block(&x, 0), 0);
	ck_assert_uint_eq(xfer_wire_block(&x, 65535), 65535);
	ck_assert_uint_eq(xfer_wire_block(&x, 65536), 1);
	ck_assert_uint_eq(xfer_wire_block(&x, 131070), 65535);
	ck_assert_uint_eq(xfer_wire_block(&x, 131071), 1);
}
END_TEST

START_TEST(every_ack_outside_of_the_window_causes_no_data)
{
	struct tftp_pkt p = rrq(4, 0);
	struct xfer_out o;
	struct xfer x, before;

	xfer_open(&x, &p, &limits, 1 << 30, 0, &o);
	p = ack(0);
	xfer_packet(&x, &p, 1, &o);
	for (uint16_t n = 4; n <= 400; n += 4) {
		p = ack(n);
		xfer_packet(&x, &p, n, &o);
	}
	before = x;
	for (unsigned int n = 0; n <= 65535; n++) {
		if (n >= 400 && n <= 404) /* 400: may be a lost 401 */
			continue;
		p = ack((uint16_t)n);
		xfer_packet(&x, &p, 500, &o);
		ck_assert_msg(!o.count && !o.send_oack && !o.close,
		    "ACK %u sent something", n);
		ck_assert_uint_eq(x.base, before.base);
		ck_assert_uint_eq(x.next, before.next);
	}
}
END_TEST

START_TEST(timer_is_never_below_its_floor_nor_above_the_timeout)
{
	for (uint64_t rtt_us = 1; rtt_us < 10000000; rtt_us = rtt_us * 3 + 1) {
		struct tftp_pkt p = rrq(1, 0);
		struct xfer_out o;
		struct xfer x;
		uint64_t now = 0;

		xfer_open(&x, &p, &limits, 1 << 30, now, &o);
		for (uint16_t n = 0; n < 100; n++) {
			now += rtt_us;
			p = ack(n);
			xfer_packet(&x, &p, now, &o);
			ck_assert_uint_ge(
			    x.deadline_us - now, (uint64_t)XFER_RTO_MIN_US);
			ck_assert_uint_le(x.deadline_us - now, 1000000);
		}
	}
}
END_TEST

/*
 * Bytes that go out until a client that never answers is given up, with so
 * many bytes of headers for each packet.
 */
static uint64_t
bytes_unanswered(struct tftp_pkt *p, uint32_t request_len, uint32_t headers)
{
	struct xfer_limits l = limits;
	uint8_t oack[512];
	uint64_t bytes = 0;
	struct xfer_out o;
	struct xfer x;

	l.request_len = request_len;
	xfer_open(&x, p, &l, 1 << 30, 0, &o);
	while (!xfer_over(&x)) {
		if (o.send_oack)
			bytes += headers + tftp_put_oack(oack, sizeof oack,
					       &x.opts, x.granted);
		bytes +=
		    o.count * (uint64_t)(headers + TFTP_HEADER + x.blksize);
		xfer_timer(&x, x.deadline_us, &o);
	}
	return bytes;
}

START_TEST(size_of_the_answer_to_a_forged_request_is_bounded)
{
	static const uint32_t headers[] = {0, 28, 48}; /* UDP over IPv4, IPv6 */
	struct tftp_pkt p;

	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		uint32_t h = headers[i];

		p = rrq(64, 0);
		for (uint32_t len = 26; len <= 512; len++)
			ck_assert_uint_le(bytes_unanswered(&p, len, h),
			    (uint64_t)(len + h) * XFER_AMPLIFY_OACK);
		memset(&p, 0, sizeof p);
		p.op = TFTP_RRQ;
		for (uint32_t len = 20; len <= 512; len++)
			ck_assert_uint_le(bytes_unanswered(&p, len, h),
			    (uint64_t)(len + h) * XFER_AMPLIFY_DATA);
	}
}
END_TEST

/*
 * A client that asks for 64 and whose card has room for few packets: of one
 * burst the rest is lost.  It answers what it is told to (RFC 7440), and
 * nothing when it sees no gap.
 */
static uint64_t
small_card(unsigned int room)
{
	struct tftp_pkt p = rrq(64, 0);
	uint64_t now = 0, have = 0, acked = 0, sent = 0;
	struct xfer_out o;
	struct xfer x;

	xfer_open(&x, &p, &limits, 2000 * 512 - 1, now, &o);
	p = ack(0);
	xfer_packet(&x, &p, now += 300, &o);
	while (!xfer_over(&x)) {
		bool gap = false;

		sent += o.count;
		for (uint32_t i = 0; i < o.count && i < room; i++) {
			if (o.first + i == have + 1)
				have++;
			else
				gap = gap || o.first + i > have + 1;
		}
		if (gap || have == acked + 64 || have == x.last ||
		    (have >= o.first + o.count - 1 && x.probes)) {
			p = ack(xfer_wire_block(&x, acked = have));
			xfer_packet(&x, &p, now += 300, &o);
		} else {
			now = x.deadline_us;
			xfer_timer(&x, now, &o);
		}
	}
	ck_assert_int_eq(x.state, XFER_DONE);
	ck_assert_msg(now < 5000000, "room for %u: %llu us", room,
	    (unsigned long long)now);
	return sent;
}

START_TEST(small_cards_are_served_in_bursts_that_fit)
{
	for (unsigned int room = 8; room <= 64; room += 8) {
		uint64_t sent = small_card(room);

		ck_assert_msg(sent < 2 * 2000, "room for %u: %llu blocks sent",
		    room, (unsigned long long)sent);
	}
}
END_TEST

START_TEST(netascii_ends_where_the_client_cannot_count_further)
{
	struct xfer_limits l = limits;
	struct tftp_pkt p;
	struct xfer_out o;
	struct xfer x;

	memset(&p, 0, sizeof p);
	p.op = TFTP_RRQ;
	l.rollover = XFER_ROLLOVER_NONE;
	xfer_open(&x, &p, &l, XFER_SIZE_UNKNOWN, 0, &o);
	for (unsigned int n = 1; n < 65535; n++) {
		p = ack((uint16_t)n);
		xfer_packet(&x, &p, n, &o);
		ck_assert_uint_eq(o.first, n + 1);
	}
	p = ack(65535);
	xfer_packet(&x, &p, 65535, &o);
	ck_assert_int_eq(x.state, XFER_BROKEN);
	ck_assert(o.send_error && o.close && !o.count);
}
END_TEST

/* A transfer in lock-step or windows of w, eight round trips of 300 us old. */
static uint64_t
going(struct xfer *x, unsigned int w, struct xfer_out *o)
{
	struct tftp_pkt p = rrq(w, 0);
	uint64_t now = 1000000;

	xfer_open(x, &p, &limits, 1000000, now, o);
	for (uint64_t b = 0; b <= 7 * (uint64_t)w; b += w) {
		p = ack((uint16_t)b);
		now += 300;
		xfer_packet(x, &p, now, o);
	}
	return now;
}

START_TEST(a_packet_that_waited_for_us_tells_no_longer_round_trip)
{
	for (unsigned int w = 1; w <= 16; w *= 16) {
		struct xfer_out o;
		struct xfer x, y;
		uint64_t now = going(&x, w, &o);
		struct tftp_pkt p = ack((uint16_t)(8 * w));

		y = x;
		xfer_packet(&y, &p, now + 300, &o); /* served at once */
		xfer_waited(&x, now + 300, now + 150300);
		xfer_packet(&x, &p, now + 150300, &o);
		ck_assert_uint_eq(o.count, w);
		ck_assert_uint_eq(x.resent, 0);
		ck_assert_uint_eq(x.rtt.srtt_us, y.rtt.srtt_us);
		ck_assert_uint_eq(x.rtt_min_us, y.rtt_min_us);
		ck_assert_uint_eq(x.rto_us, y.rto_us);
		ck_assert_uint_eq(x.samples, y.samples);
		ck_assert_uint_eq(x.base, y.base);
		ck_assert_uint_eq(x.sent_us, now + 150300);
		ck_assert_uint_eq(x.deadline_us, y.deadline_us + 150000);
	}
}
END_TEST

/* What waited was an old ACK: the rest of the time for the new one is left. */
START_TEST(no_block_goes_out_again_because_we_were_slow)
{
	struct xfer_out o;
	struct xfer x;
	uint64_t now = going(&x, 1, &o), left_us;
	struct tftp_pkt p = ack(3);

	left_us = x.deadline_us - (now + 200);
	xfer_waited(&x, now + 200, now + 900200);
	now += 900200;
	xfer_packet(&x, &p, now, &o);
	ck_assert_uint_eq(o.count, 0);
	ck_assert_uint_eq(x.deadline_us, now + left_us);
	xfer_timer(&x, x.deadline_us - 1, &o);
	ck_assert_uint_eq(o.count, 0);
	xfer_timer(&x, x.deadline_us, &o);
	ck_assert_uint_eq(o.count, 1);
	ck_assert_uint_eq(x.resent, 1);
}
END_TEST

/* A timer that was backed off is bounded by how long the client took alone. */
START_TEST(what_bounds_the_timer_and_tells_echoes_waits_too)
{
	struct xfer_out o;
	struct xfer x, y;
	uint64_t now = going(&x, 16, &o);
	struct tftp_pkt p;

	for (int i = 0; i < 3; i++) {
		now = x.deadline_us;
		xfer_timer(&x, now, &o);
	}
	ck_assert_uint_gt(x.resent, 1);
	y = x;
	p = ack((uint16_t)(x.next - 1));
	xfer_packet(&y, &p, now + 100, &o);
	xfer_waited(&x, now + 100, now + 400100);
	ck_assert_uint_eq(x.hold_us, y.hold_us + 400000);
	xfer_packet(&x, &p, now + 400100, &o);
	ck_assert_uint_eq(x.rto_us, y.rto_us);
	ck_assert_uint_eq(x.window_us, y.window_us + 400000);
	ck_assert_uint_eq(x.heard_us, y.heard_us + 400000);
}
END_TEST

/* What had waited was taken meanwhile, by the deadline or a new request. */
START_TEST(what_was_served_meanwhile_has_not_waited)
{
	struct xfer_out o;
	struct xfer x, y;
	uint64_t now = going(&x, 1, &o);
	struct tftp_pkt p = ack(8), end = {.op = TFTP_ERROR};

	xfer_packet(&x, &p, now + 5000, &o);
	y = x;
	xfer_waited(&x, now + 300, now + 9000);
	ck_assert_mem_eq(&x, &y, sizeof x);
	xfer_packet(&x, &end, now + 6000, &o);
	xfer_waited(&x, now + 6000, now + 9000);
	ck_assert_uint_eq(x.deadline_us, XFER_NEVER); /* it is over */
}
END_TEST

START_TEST(largest_file_has_a_last_block)
{
	struct tftp_pkt p = rrq(1, 0);
	struct xfer_out o;
	struct xfer x;

	xfer_open(&x, &p, &limits, (uint64_t)INT64_MAX, 0, &o);
	ck_assert_uint_eq(x.last, (uint64_t)INT64_MAX / 512 + 1);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {whole_file_arrives_for_any_window,
	    whole_file_arrives_through_loss,
	    whole_file_arrives_over_two_rollovers, rollover_numbers,
	    every_ack_outside_of_the_window_causes_no_data,
	    timer_is_never_below_its_floor_nor_above_the_timeout,
	    size_of_the_answer_to_a_forged_request_is_bounded,
	    small_cards_are_served_in_bursts_that_fit,
	    netascii_ends_where_the_client_cannot_count_further,
	    a_packet_that_waited_for_us_tells_no_longer_round_trip,
	    no_block_goes_out_again_because_we_were_slow,
	    what_bounds_the_timer_and_tells_echoes_waits_too,
	    what_was_served_meanwhile_has_not_waited,
	    largest_file_has_a_last_block, NULL};

	return unit_main("xfer", tests);
}
