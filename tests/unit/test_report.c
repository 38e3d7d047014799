/*
 * test_report.c - the lines that tell how a transfer ended.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/report.h"
#include "unit.h"

static struct xfer x;
static struct peer peer;
static struct report r;
static char line[REPORT_LINE];
static bool warn;

static void
setup(enum xfer_state state)
{
	memset(&x, 0, sizeof x);
	memset(&peer, 0, sizeof peer);
	peer.addr = addr_from_ip4((struct ip4){0xc0000207});
	x.state = state;
	x.blksize = 1404;
	x.last = 6710;
	x.base = 6711;
	x.resent = 3;
	x.retries = 5;
	r = (struct report){.name = "vmlinuz",
	    .peer = &peer,
	    .x = &x,
	    .size = 9421344,
	    .took_us = 815000};
}

START_TEST(numbers_have_commas)
{
	char b[REPORT_NUMBER];

	ck_assert_str_eq(report_number(0, b), "0");
	ck_assert_str_eq(report_number(999, b), "999");
	ck_assert_str_eq(report_number(1000, b), "1,000");
	ck_assert_str_eq(report_number(9421344, b), "9,421,344");
	ck_assert_str_eq(report_number(123456, b), "123,456");
	ck_assert_str_eq(
	    report_number(UINT64_MAX, b), "18,446,744,073,709,551,615");
}
END_TEST

START_TEST(sent_tells_bytes_blocks_time_and_resent)
{
	setup(XFER_DONE);
	ck_assert_str_eq(report_end(&r, line, &warn),
	    "sent \"vmlinuz\" to 192.0.2.7: 9,421,344 bytes, 6,710 blocks of "
	    "1404, 0.81 s, 3 resent");
	ck_assert(!warn);
}
END_TEST

START_TEST(unconfirmed_is_sent_all_the_same)
{
	setup(XFER_UNCONFIRMED);
	x.last = 1;
	r.size = XFER_SIZE_UNKNOWN;
	ck_assert_str_eq(report_end(&r, line, &warn),
	    "sent \"vmlinuz\" to 192.0.2.7: netascii, 1 block of 1404, "
	    "0.81 s, 3 resent, last ACK did not come");
	ck_assert(!warn);
}
END_TEST

START_TEST(probe_is_told_as_a_probe)
{
	struct tftp_pkt e = {.code = 8, .msg = "User aborted", .msg_len = 12};

	setup(XFER_ABORTED);
	x.base = 1;
	x.granted = TFTP_OPT_TSIZE;
	r.error = &e;
	ck_assert_str_eq(report_end(&r, line, &warn),
	    "RRQ \"vmlinuz\" from 192.0.2.7: options told, then ended by the "
	    "client (error 8 \"User aborted\")");
	ck_assert(!warn);
}
END_TEST

START_TEST(foreign_text_is_made_printable)
{
	struct tftp_pkt e = {.code = 0, .msg = "a\nb\x1b[2J", .msg_len = 7};

	setup(XFER_ABORTED);
	x.base = 12;
	r.error = &e;
	ck_assert_str_eq(report_end(&r, line, &warn),
	    "\"vmlinuz\" to 192.0.2.7 ended by the client after 11 of 6,710 "
	    "blocks (error 0 \"a\\x0ab\\x1b[2J\")");
}
END_TEST

START_TEST(closed_port_is_told)
{
	setup(XFER_ABORTED);
	x.base = 12;
	x.last = UINT64_MAX;
	ck_assert_str_eq(report_end(&r, line, &warn),
	    "\"vmlinuz\" to 192.0.2.7 ended by the client after 11 blocks "
	    "(its port is closed)");
}
END_TEST

START_TEST(given_up_and_broken_off_are_warnings)
{
	setup(XFER_TIMEOUT);
	x.base = 12;
	ck_assert_str_eq(report_end(&r, line, &warn),
	    "\"vmlinuz\" to 192.0.2.7 given up after 11 of 6,710 blocks: no "
	    "answer to 5 retransmissions");
	ck_assert(warn);
	x.state = XFER_BROKEN;
	ck_assert_str_eq(report_end(&r, line, &warn),
	    "\"vmlinuz\" to 192.0.2.7 broken off after 11 of 6,710 blocks");
	ck_assert(warn);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {numbers_have_commas,
	    sent_tells_bytes_blocks_time_and_resent,
	    unconfirmed_is_sent_all_the_same, probe_is_told_as_a_probe,
	    foreign_text_is_made_printable, closed_port_is_told,
	    given_up_and_broken_off_are_warnings, NULL};

	return unit_main("report", tests);
}
