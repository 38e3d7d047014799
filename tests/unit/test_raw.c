/* test_raw.c - raw replies.  Needs root.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/batch.h"
#include "sys/raw.h"
#include "sys_net.h"
#include "unit.h"

static const struct ip4 src = {0xc0000201}, dst = {0xc0000207};
static int raw, tap;
static uint32_t ifindex;

/* A link that was just set up drops frames until the kernel has noticed. */
static void
wait_for_carrier(void)
{
	struct ifreq r = {.ifr_name = "ve0"};
	int i;

	for (i = 0; i < 200; i++) {
		ck_assert_int_eq(ioctl(tap, SIOCGIFFLAGS, &r), 0);
		usleep(10000);
		if (r.ifr_flags & IFF_RUNNING)
			return;
	}
}

/* Two ends of a cable in a network of its own; all that arrives is seen. */
static void
setup(void)
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET};

	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	ck_assert_int_eq(
	    system("ip link add ve0 address 02:00:00:00:00:01 type veth "
		   "peer name ve1 && ip link set ve0 up && "
		   "ip link set ve1 up"),
	    0);
	wait_running("ve0");
	wait_running("ve1");
	ifindex = if_nametoindex("ve0");
	raw = raw_open();
	ck_assert_int_ne(raw, -1);
	tap = socket(AF_PACKET, SOCK_RAW, 0);
	ll.sll_protocol = htons(ETH_P_IP);
	ll.sll_ifindex = (int)if_nametoindex("ve1");
	ck_assert_int_eq(bind(tap, (struct sockaddr *)&ll, sizeof ll), 0);
	wait_for_carrier();
}

static ssize_t
next_frame(uint8_t *buf, size_t size)
{
	struct pollfd p = {tap, POLLIN, 0};

	ck_assert_int_eq(poll(&p, 1, 2000), 1);
	return recv(tap, buf, size, 0);
}

START_TEST(a_datagram_leaves_in_a_frame_to_chaddr)
{
	static const uint8_t hw[6] = {0, 0x54, 0x55, 0x56, 0x67, 0x68};
	static const uint8_t eth[14] = {
	    0, 0x54, 0x55, 0x56, 0x67, 0x68, 2, 0, 0, 0, 0, 1, 8, 0};
	uint8_t f[2000];

	setup();
	ck_assert_int_eq(
	    raw_send_udp(raw, ifindex, hw, 6, src, 67, dst, 68, "abc", 3), 0);
	ck_assert_int_eq(next_frame(f, sizeof f), 14 + 28 + 3);
	ck_assert_mem_eq(f, eth, sizeof eth);
	ck_assert_uint_eq(f[14], 0x45);
	ck_assert_uint_eq(f[14 + 6], 0); /* DF clear */
	ck_assert_uint_eq(f[14 + 8], 64);
	ck_assert_mem_eq(f + 14 + 12, "\300\0\2\1\300\0\2\7", 8);
	ck_assert_mem_eq(f + 14 + 20, "\0\103\0\104", 4);
	ck_assert_mem_eq(f + 14 + 28, "abc", 3);
}
END_TEST

START_TEST(two_datagrams_have_two_ids)
{
	static const uint8_t hw[6] = {2, 0, 0, 0, 0, 2};
	uint8_t a[2000], b[2000];

	setup();
	ck_assert_int_eq(
	    raw_send_udp(raw, ifindex, hw, 6, src, 67, dst, 68, "a", 1), 0);
	ck_assert_int_eq(
	    raw_send_udp(raw, ifindex, hw, 6, src, 67, dst, 68, "a", 1), 0);
	(void)next_frame(a, sizeof a);
	(void)next_frame(b, sizeof b);
	ck_assert_mem_ne(a + 14 + 4, b + 14 + 4, 2);
}
END_TEST

START_TEST(what_does_not_fit_a_frame_is_refused)
{
	static const uint8_t data[1473], hw[32] = {2, 0, 0, 0, 0, 2};
	uint8_t f[2000];

	setup();
	ck_assert_int_eq(
	    raw_send_udp(raw, ifindex, hw, 6, src, 67, dst, 68, data, 1472), 0);
	ck_assert_int_eq(next_frame(f, sizeof f), 1514);
	ck_assert_int_eq(
	    raw_send_udp(raw, ifindex, hw, 6, src, 67, dst, 68, data, 1473),
	    -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_int_eq(
	    raw_send_udp(raw, ifindex, hw, 32, src, 67, dst, 68, data, 1), -1);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(frames_of_a_batch_leave_together)
{
	static const uint8_t hw[6] = {2, 0, 0, 0, 0, 2};
	struct batch *b = batch_new();
	int error[3] = {-1, -1, -1};
	struct batch_out o = {.ifindex = 4711,
	    .src = src,
	    .sport = 67,
	    .dst = dst,
	    .dport = 68,
	    .hw = hw,
	    .hlen = 6,
	    .data = "abc",
	    .len = 3};
	uint8_t f[2000];

	setup();
	for (unsigned int i = 0; i < 3; i++) {
		o.error = &error[i];
		batch_frame(b, &o);
		o.ifindex = ifindex;
		o.len = i + 1;
	}
	batch_send(b, raw);
	ck_assert_int_eq(error[0], ENXIO);
	ck_assert_int_eq(error[1], 0);
	ck_assert_int_eq(error[2], 0);
	ck_assert_int_eq(next_frame(f, sizeof f), 14 + 28 + 1);
	ck_assert_mem_eq(f, hw, sizeof hw);
	ck_assert_int_eq(next_frame(f, sizeof f), 14 + 28 + 2);
	ck_assert_mem_eq(f + 14 + 28, "ab", 2);
	batch_free(b);
}
END_TEST

START_TEST(the_socket_receives_nothing)
{
	static const uint8_t hw[6] = {255, 255, 255, 255, 255, 255};
	struct pollfd p;
	int other;

	setup();
	other = raw_open();
	ck_assert_int_eq(
	    raw_send_udp(other, ifindex, hw, 6, src, 67, dst, 68, "x", 1), 0);
	p = (struct pollfd){raw, POLLIN, 0};
	ck_assert_int_eq(poll(&p, 1, 50), 0);
}
END_TEST

START_TEST(it_still_sends_when_root_is_gone)
{
	static const uint8_t hw[6] = {2, 0, 0, 0, 0, 2};
	uint8_t f[2000];

	setup();
	ck_assert_int_eq(setgid(65534), 0);
	ck_assert_int_eq(setuid(65534), 0);
	ck_assert_int_eq(raw_open(), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(
	    raw_send_udp(raw, ifindex, hw, 6, src, 67, dst, 68, "x", 1), 0);
	ck_assert_int_eq(next_frame(f, sizeof f), 14 + 28 + 1);
}
END_TEST

START_TEST(an_interface_that_is_gone_fails)
{
	static const uint8_t hw[6] = {2, 0, 0, 0, 0, 2};

	setup();
	ck_assert_int_eq(
	    raw_send_udp(raw, 4711, hw, 6, src, 67, dst, 68, "x", 1), -1);
	ck_assert_int_eq(errno, ENXIO);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {a_datagram_leaves_in_a_frame_to_chaddr,
	    two_datagrams_have_two_ids, frames_of_a_batch_leave_together,
	    what_does_not_fit_a_frame_is_refused, the_socket_receives_nothing,
	    it_still_sends_when_root_is_gone, an_interface_that_is_gone_fails,
	    NULL};

	if (geteuid() != 0) {
		printf("SKIP: needs root for AF_PACKET and a namespace\n");
		return 77;
	}
	return unit_main("raw", tests);
}
