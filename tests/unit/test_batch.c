/* test_batch.c - many datagrams in one call.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/batch.h"
#include "sys/udp.h"
#include "unit.h"

static const struct ip4 lo = {0x7f000001}, lo5 = {0x7f000005},
			everybody = {0xffffffff};
static struct batch *b;
static int tx, rx;
static uint16_t port;

static void
setup(void)
{
	struct peer any = {.addr = addr_from_ip4(lo)};
	struct sockaddr_in sa;
	socklen_t len = sizeof sa;

	b = batch_new();
	ck_assert_ptr_nonnull(b);
	rx = udp_listen(&any, 0, NULL);
	any.addr = addr_from_ip4((struct ip4){0});
	tx = udp_listen(&any, 0, NULL);
	ck_assert_int_ne(rx, -1);
	ck_assert_int_ne(tx, -1);
	ck_assert_int_eq(getsockname(rx, (struct sockaddr *)&sa, &len), 0);
	port = ntohs(sa.sin_port);
}

static void
add(struct ip4 src, struct ip4 dst, const uint8_t *data, int *error)
{
	const struct batch_out o = {.src = src,
	    .dst = dst,
	    .dport = port,
	    .data = data,
	    .len = 1,
	    .error = error};

	*error = -1;
	batch_udp(b, &o);
}

/* The next byte that has come, and from whom; -1: nothing more. */
static int
next(struct sockaddr_in *from)
{
	socklen_t len = sizeof *from;
	uint8_t c;

	if (recvfrom(rx, &c, 1, 0, (struct sockaddr *)from, &len) != 1)
		return -1;
	return c;
}

START_TEST(a_full_batch_arrives_in_order)
{
	static uint8_t data[BATCH];
	static int error[BATCH];
	struct sockaddr_in from;
	unsigned int i;

	setup();
	for (i = 0; i < BATCH; i++) {
		data[i] = (uint8_t)i;
		add((struct ip4){0}, lo, &data[i], &error[i]);
	}
	batch_send(b, tx);
	for (i = 0; i < BATCH; i++) {
		ck_assert_int_eq(error[i], 0);
		ck_assert_int_eq(next(&from), (int)i);
	}
	batch_send(b, tx); /* it is empty */
	ck_assert_int_eq(next(&from), -1);
	batch_free(b);
}
END_TEST

START_TEST(each_leaves_from_the_address_asked_for)
{
	struct sockaddr_in from;
	int error[2];

	setup();
	add(lo5, lo, (const uint8_t *)"a", &error[0]);
	add(lo, lo, (const uint8_t *)"b", &error[1]);
	batch_send(b, tx);
	ck_assert_int_eq(next(&from), 'a');
	ck_assert_uint_eq(ntohl(from.sin_addr.s_addr), lo5.v);
	ck_assert_int_eq(next(&from), 'b');
	ck_assert_uint_eq(ntohl(from.sin_addr.s_addr), lo.v);
	batch_free(b);
}
END_TEST

/* Enough of them that neighbours of one length become one message. */
static size_t
odd_length(unsigned int i)
{
	static const size_t len[] = {
	    300, 300, 300, 301, 301, 1, 300, 0, 0, 300, 300, 300};

	return len[i % (sizeof len / sizeof len[0])];
}

START_TEST(neighbours_of_one_length_arrive_as_they_are)
{
	static uint8_t data[BATCH][400], got[2000];
	struct sockaddr_in from;
	socklen_t from_len;
	int error[BATCH];
	unsigned int i;

	setup();
	for (i = 0; i < BATCH; i++) {
		const struct batch_out o = {.src = i % 5 ? lo : lo5,
		    .dst = lo,
		    .dport = port,
		    .data = data[i],
		    .len = odd_length(i),
		    .error = &error[i]};

		memset(data[i], (int)i, sizeof data[i]);
		error[i] = -1;
		batch_udp(b, &o);
	}
	batch_send(b, tx);
	for (i = 0; i < BATCH; i++) {
		from_len = sizeof from;
		ck_assert_int_eq(error[i], 0);
		ck_assert_int_eq(recvfrom(rx, got, sizeof got, 0,
				     (struct sockaddr *)&from, &from_len),
		    (int)odd_length(i));
		ck_assert_mem_eq(got, data[i], odd_length(i));
		ck_assert_uint_eq(
		    ntohl(from.sin_addr.s_addr), (i % 5 ? lo : lo5).v);
	}
	ck_assert_int_eq(recv(rx, got, sizeof got, 0), -1);
	batch_free(b);
}
END_TEST

static void
send_many(size_t len, unsigned int n)
{
	static uint8_t data[1400], got[2000];
	static int error[BATCH];
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct batch_out o = {.src = lo,
		    .dst = lo,
		    .dport = port,
		    .data = data,
		    .len = len,
		    .error = &error[i]};

		error[i] = -1;
		batch_udp(b, &o);
	}
	batch_send(b, tx);
	for (i = 0; i < n; i++) {
		ck_assert_int_eq(error[i], 0);
		ck_assert_int_eq(recv(rx, got, sizeof got, 0), (int)len);
	}
	ck_assert_int_eq(recv(rx, got, sizeof got, 0), -1);
}

START_TEST(neighbours_that_do_not_fit_the_mtu_go_in_fragments)
{
	if (geteuid() != 0)
		return; /* needs a network of its own */
	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	ck_assert_int_eq(system("ip link set lo mtu 576 up"), 0);
	setup();
	send_many(1400, 100);
	send_many(1400, 100);
	send_many(300, 100);
	batch_free(b);
}
END_TEST

START_TEST(more_than_one_message_carries_are_several)
{
	setup();
	send_many(1400, BATCH);
	send_many(300, BATCH);
	send_many(2, 65);
	batch_free(b);
}
END_TEST

/* The socket may not broadcast: EACCES. */
START_TEST(a_refused_one_stops_none_of_the_others)
{
	struct sockaddr_in from;
	int error[5];

	setup();
	add(lo, everybody, (const uint8_t *)"x", &error[0]);
	add(lo, lo, (const uint8_t *)"a", &error[1]);
	add(lo, everybody, (const uint8_t *)"x", &error[2]);
	add(lo, everybody, (const uint8_t *)"x", &error[3]);
	add(lo, lo, (const uint8_t *)"b", &error[4]);
	batch_send(b, tx);
	ck_assert_int_eq(next(&from), 'a');
	ck_assert_int_eq(next(&from), 'b');
	ck_assert_int_eq(next(&from), -1);
	ck_assert_int_eq(error[0], EACCES);
	ck_assert_int_eq(error[1], 0);
	ck_assert_int_eq(error[2], EACCES);
	ck_assert_int_eq(error[3], EACCES);
	ck_assert_int_eq(error[4], 0);
	batch_free(b);
}
END_TEST

START_TEST(a_frame_that_is_too_long_says_so_at_once)
{
	static const uint8_t data[1473], hw[6] = {2, 0, 0, 0, 0, 2};
	int error = -1;
	const struct batch_out o = {.ifindex = 1,
	    .src = lo,
	    .dst = lo,
	    .hw = hw,
	    .hlen = 6,
	    .data = data,
	    .len = sizeof data,
	    .error = &error};

	setup();
	batch_frame(b, &o);
	ck_assert_int_eq(error, EMSGSIZE);
	error = -1;
	batch_send(b, tx); /* it is not in there */
	ck_assert_int_eq(error, -1);
	batch_free(b);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {a_full_batch_arrives_in_order,
	    each_leaves_from_the_address_asked_for,
	    neighbours_of_one_length_arrive_as_they_are,
	    neighbours_that_do_not_fit_the_mtu_go_in_fragments,
	    more_than_one_message_carries_are_several,
	    a_refused_one_stops_none_of_the_others,
	    a_frame_that_is_too_long_says_so_at_once, NULL};

	return unit_main("batch", tests);
}
