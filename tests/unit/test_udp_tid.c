/*
 * test_udp_tid.c - the socket of one TFTP transfer.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/udp.h"
#include "unit.h"

static struct udp_rx *rx;
static struct udp_in in[UDP_BATCH];
static const struct udp_ports any = {32768, 60999};

/* A socket on loopback and where it is. */
static int
somebody(struct peer *ret)
{
	struct peer at = {.port = 0};
	struct sockaddr_in sa;
	socklen_t len = sizeof sa;
	int fd;

	ck_assert(addr_parse("127.0.0.1", &at.addr));
	fd = udp_listen(&at, 0, NULL);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	at.port = ntohs(sa.sin_port);
	*ret = at;
	return fd;
}

static struct peer
where(int fd)
{
	struct peer p = {.port = 0};
	struct sockaddr_in sa;
	socklen_t len = sizeof sa;

	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	ck_assert_int_eq(sa.sin_family, AF_INET);
	p.addr = addr_from_ip4((struct ip4){ntohl(sa.sin_addr.s_addr)});
	p.port = ntohs(sa.sin_port);
	return p;
}

/* Wait for one of events; those that came. */
static int
await(int fd, short events, int ms)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, ms) > 0 ? p.revents : 0;
}

START_TEST(it_has_the_address_that_was_asked_and_a_port_of_its_own)
{
	struct peer client, me;
	int a = somebody(&client), fd;
	struct addr local;

	ck_assert(addr_parse("127.0.0.77", &local));
	fd = udp_tid_open(&local, &client, &any);
	ck_assert_int_ne(fd, -1);
	me = where(fd);
	ck_assert(addr_equal(&me.addr, &local));
	ck_assert_uint_ne(me.port, 0);
	ck_assert_uint_ne(me.port, client.port);
	close(fd);
	close(a);
}
END_TEST

START_TEST(its_port_is_one_of_the_range_and_cannot_be_foreseen)
{
	const struct udp_ports eight = {41000, 41007};
	struct peer client, me;
	int a = somebody(&client), fd[9], differ = 0, last = 0;

	for (int i = 0; i < 8; i++) { /* others may have one of them */
		fd[i] = udp_tid_open(&client.addr, &client, &eight);
		if (fd[i] == -1) {
			ck_assert_int_eq(errno, EADDRINUSE);
			continue;
		}
		me = where(fd[i]);
		ck_assert_uint_ge(me.port, 41000);
		ck_assert_uint_le(me.port, 41007);
	}
	fd[8] = udp_tid_open(&client.addr, &client, &eight);
	ck_assert_int_eq(fd[8], -1);
	ck_assert_int_eq(errno, EADDRINUSE);
	for (int i = 0; i < 8; i++)
		close(fd[i]);
	for (int i = 0; i < 20; i++) {
		fd[0] = udp_tid_open(&client.addr, &client, &any);
		me = where(fd[0]);
		differ += me.port > last + 8 || me.port < last - 8;
		last = me.port;
		close(fd[0]);
	}
	ck_assert_int_gt(differ, 15);
	close(a);
}
END_TEST

START_TEST(the_kernels_range_is_a_range)
{
	struct udp_ports p;

	udp_ports_local(&p);
	ck_assert_uint_gt(p.first, 0);
	ck_assert_uint_le(p.first, p.last);
}
END_TEST

START_TEST(a_listening_socket_tells_whose_port_is_closed)
{
	struct peer client, me, got;
	int a = somebody(&client), fd = somebody(&me);

	ck_assert_int_eq(udp_error_next(fd, &got), -1);
	ck_assert_int_eq(udp_hear_errors(fd), 0);
	close(a);
	ck_assert_int_eq(udp_send(fd, NULL, 0, &client, "x", 1), 0);
	ck_assert_int_ne(await(fd, POLLERR, 5000) & POLLERR, 0);
	ck_assert_int_eq(udp_error_next(fd, &got), 1);
	ck_assert(peer_equal(&got, &client));
	ck_assert_int_eq(udp_error_next(fd, &got), -1);
	close(fd);
}
END_TEST

START_TEST(it_takes_any_address_when_the_one_asked_is_none_of_ours)
{
	static const char *const odd[] = {"192.0.2.255", "::", "fd00::1"};
	struct peer client;
	int a = somebody(&client);

	for (size_t i = 0; i < 3; i++) {
		struct addr local;
		int fd;

		ck_assert(addr_parse(odd[i], &local));
		fd = udp_tid_open(&local, &client, &any);
		ck_assert_msg(fd != -1, "%s: %s", odd[i], strerror(errno));
		ck_assert_int_eq(udp_send(fd, NULL, 0, &client, "x", 1), 0);
		ck_assert_int_eq(await(a, POLLIN, 1000), POLLIN);
		ck_assert_int_eq(udp_recv(a, rx, in), 1);
		close(fd);
	}
	close(a);
}
END_TEST

START_TEST(it_sees_strangers_too)
{
	struct peer client, other, me;
	int a = somebody(&client), b = somebody(&other);
	int fd = udp_tid_open(&client.addr, &client, &any);

	me = where(fd);
	ck_assert_int_eq(udp_send(b, NULL, 0, &me, "boo", 3), 0);
	ck_assert_int_eq(await(fd, POLLIN, 1000), POLLIN);
	ck_assert_int_eq(udp_recv(fd, rx, in), 1);
	ck_assert(peer_equal(&in[0].from, &other));
	close(fd);
	close(a);
	close(b);
}
END_TEST

/* Both sockets of a connected one: what came to which. */
static bool
came_to(int fd, const struct peer *from)
{
	return await(fd, POLLIN, 1000) == POLLIN && udp_recv(fd, rx, in) == 1 &&
	       peer_equal(&in[0].from, from);
}

START_TEST(connected_it_hears_its_peer_and_the_second_one_all_others)
{
	struct peer client, other, me;
	int a = somebody(&client), b = somebody(&other);
	int fd = udp_tid_open(&client.addr, &client, &any), strays;

	me = where(fd);
	ck_assert_int_eq(udp_send(b, NULL, 0, &me, "early", 5), 0);
	strays = udp_tid_connect(fd, &client);
	ck_assert_int_ne(strays, -1);
	ck_assert(came_to(fd, &other)); /* was in its queue */
	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(udp_send(b, NULL, 0, &me, "boo", 3), 0);
		ck_assert(came_to(strays, &other));
		ck_assert_int_eq(udp_send(a, NULL, 0, &me, "ack", 3), 0);
		ck_assert(came_to(fd, &client));
		ck_assert_int_eq(await(strays, POLLIN, 0), 0);
	}
	ck_assert_int_eq(udp_send(fd, NULL, 0, NULL, "data", 4), 0);
	ck_assert(came_to(a, &me));
	ck_assert_int_eq(udp_send(fd, NULL, 0, &other, "error", 5), 0);
	ck_assert(came_to(b, &me)); /* from the same port */
	close(a);
	(void)udp_send(fd, NULL, 0, NULL, "x", 1);
	ck_assert_int_ne(await(fd, POLLIN, 1000) & POLLERR, 0);
	ck_assert(udp_tid_unreachable(fd, &client));
	close(strays);
	close(fd);
	close(b);
}
END_TEST

/* What a stranger had sent before would be taken for the peer's. */
START_TEST(a_connected_socket_is_alone_when_nothing_had_come_before)
{
	struct peer client, other, me;
	int a = somebody(&client), b = somebody(&other), strays;
	int fd = udp_tid_open(&client.addr, &client, &any);
	struct udp_in in = {.from = {.port = 7}};
	uint8_t buf[8];

	me = where(fd);
	ck_assert_int_eq(udp_send(b, NULL, 0, &me, "old", 3), 0);
	ck_assert_int_ne(await(fd, POLLIN, 1000), 0);
	strays = udp_tid_connect(fd, &client);
	ck_assert_int_ne(strays, -1);
	ck_assert(!udp_tid_alone(fd));
	ck_assert(came_to(fd, &other)); /* is still there */
	ck_assert(udp_tid_alone(fd));
	ck_assert_int_eq(udp_tid_recv(fd, buf, 7, &in), 0);
	ck_assert_int_eq(udp_send(b, NULL, 0, &me, "boo", 3), 0);
	ck_assert_int_eq(udp_send(a, NULL, 0, &me, "ack", 3), 0);
	ck_assert_int_eq(udp_send(a, NULL, 0, &me, "too long", 8), 0);
	ck_assert_int_ne(await(fd, POLLIN, 1000), 0);
	ck_assert_int_eq(udp_tid_recv(fd, buf, 7, &in), 1);
	ck_assert_uint_eq(in.len, 3);
	ck_assert_mem_eq(in.data, "ack", 3);
	ck_assert(!in.truncated);
	ck_assert_uint_eq(in.from.port, 7); /* not touched */
	ck_assert_int_eq(udp_tid_recv(fd, buf, 7, &in), 1);
	ck_assert_uint_eq(in.len, 7);
	ck_assert(in.truncated);
	ck_assert_int_eq(udp_tid_recv(fd, buf, 7, &in), 0);
	close(a);
	(void)udp_send(fd, NULL, 0, NULL, "x", 1);
	ck_assert_int_ne(await(fd, POLLIN, 1000) & POLLERR, 0);
	ck_assert_int_eq(udp_tid_recv(fd, buf, 7, &in), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	close(strays);
	close(fd);
	close(b);
}
END_TEST

START_TEST(a_socket_that_cannot_be_connected_stays_as_it_is)
{
	struct peer client, other, me, nowhere = {.port = 9};
	int a = somebody(&client), b = somebody(&other);
	int fd = udp_tid_open(&client.addr, &client, &any);

	me = where(fd);
	ck_assert(addr_parse("255.255.255.255", &nowhere.addr));
	ck_assert_int_eq(udp_tid_connect(fd, &nowhere), -1);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_int_eq(udp_send(b, NULL, 0, &me, "boo", 3), 0);
	ck_assert(came_to(fd, &other));
	ck_assert_int_eq(udp_send(a, NULL, 0, &me, "ack", 3), 0);
	ck_assert(came_to(fd, &client));
	close(fd);
	close(a);
	close(b);
}
END_TEST

static int
room_of(int fd)
{
	socklen_t len = sizeof(int);
	int room;

	ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, &len), 0);
	return room;
}

START_TEST(its_room_is_that_of_one_datagram_or_what_it_was)
{
	static uint8_t block[65468];
	struct peer client;
	int a = somebody(&client), fd = udp_tid_open(NULL, &client, &any);
	int first = room_of(fd);

	for (int i = 0; i < 2; i++) {
		udp_tid_room(fd, 65464);
		ck_assert_int_ge(room_of(fd), 65464);
		ck_assert_int_lt(room_of(fd), 80000);
		ck_assert_int_eq(
		    udp_send(fd, NULL, 0, &client, block, sizeof block), 0);
		udp_tid_room(fd, 0);
		ck_assert_int_eq(room_of(fd), first);
	}
	close(fd);
	close(a);
}
END_TEST

START_TEST(one_datagram_at_a_time_is_taken_whole_or_marked)
{
	static const char big[3000];
	struct peer client, me;
	int a = somebody(&client);
	int fd = udp_tid_open(&client.addr, &client, &any);

	me = where(fd);
	ck_assert_int_eq(udp_recv_one(fd, rx, in), 0);
	ck_assert_int_eq(udp_send(a, NULL, 0, &me, "one", 3), 0);
	ck_assert_int_eq(udp_send(a, NULL, 0, &me, "", 0), 0);
	ck_assert_int_eq(udp_send(a, NULL, 0, &me, big, sizeof big), 0);
	ck_assert_int_eq(await(fd, POLLIN, 1000), POLLIN);
	ck_assert_int_eq(udp_recv_one(fd, rx, in), 1);
	ck_assert(peer_equal(&in[0].from, &client));
	ck_assert_uint_eq(in[0].len, 3);
	ck_assert_int_eq(memcmp(in[0].data, "one", 3), 0);
	ck_assert(!in[0].truncated);
	ck_assert_int_eq(udp_recv_one(fd, rx, in), 1);
	ck_assert_uint_eq(in[0].len, 0);
	ck_assert_int_eq(udp_recv_one(fd, rx, in), 1);
	ck_assert_uint_eq(in[0].len, 2000);
	ck_assert(in[0].truncated);
	ck_assert_int_eq(udp_recv_one(fd, rx, in), 0);
	close(fd);
	close(a);
}
END_TEST

START_TEST(of_many_peers_each_closed_port_is_told_once)
{
	struct peer one, two, told;
	int a = somebody(&one), b = somebody(&two), fd;

	fd = udp_tid_open(&one.addr, &one, &any);
	ck_assert(!udp_tid_refused(fd, &told));
	close(a);
	ck_assert_int_eq(udp_send(fd, NULL, 0, &one, "x", 1), 0);
	ck_assert_int_ne(await(fd, POLLIN, 1000) & POLLERR, 0);
	ck_assert(udp_tid_refused(fd, &told));
	ck_assert_uint_eq(told.port, one.port);
	ck_assert(!udp_tid_refused(fd, &told));
	close(b);
	(void)udp_send(fd, NULL, 0, &two, "x", 1);
	ck_assert_int_ne(await(fd, POLLIN, 1000) & POLLERR, 0);
	ck_assert(udp_tid_refused(fd, &told));
	ck_assert_uint_eq(told.port, two.port);
	close(fd);
}
END_TEST

START_TEST(a_closed_port_of_the_peer_is_told_and_that_of_a_stranger_is_not)
{
	struct peer client, other;
	int a = somebody(&client), b = somebody(&other);
	int fd = udp_tid_open(&client.addr, &client, &any);

	ck_assert(!udp_tid_unreachable(fd, &client));
	close(b);
	ck_assert_int_eq(udp_send(fd, NULL, 0, &other, "x", 1), 0);
	ck_assert_int_ne(await(fd, POLLIN, 1000) & POLLERR, 0);
	ck_assert(!udp_tid_unreachable(fd, &client));
	ck_assert_int_eq(await(fd, POLLIN, 0) & POLLERR, 0);

	close(a);
	(void)udp_send(fd, NULL, 0, &client, "x", 1);
	ck_assert_int_ne(await(fd, POLLIN, 1000) & POLLERR, 0);
	ck_assert(udp_tid_unreachable(fd, &client));
	ck_assert(!udp_tid_unreachable(fd, &client)); /* told once */
	close(fd);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    it_has_the_address_that_was_asked_and_a_port_of_its_own,
	    its_port_is_one_of_the_range_and_cannot_be_foreseen,
	    the_kernels_range_is_a_range,
	    a_listening_socket_tells_whose_port_is_closed,
	    it_takes_any_address_when_the_one_asked_is_none_of_ours,
	    it_sees_strangers_too,
	    connected_it_hears_its_peer_and_the_second_one_all_others,
	    a_connected_socket_is_alone_when_nothing_had_come_before,
	    a_socket_that_cannot_be_connected_stays_as_it_is,
	    its_room_is_that_of_one_datagram_or_what_it_was,
	    one_datagram_at_a_time_is_taken_whole_or_marked,
	    of_many_peers_each_closed_port_is_told_once,
	    a_closed_port_of_the_peer_is_told_and_that_of_a_stranger_is_not,
	    NULL};
	int rc;

	rx = udp_rx_new(2000);
	if (!rx)
		return EXIT_FAILURE;
	rc = unit_main("udp_tid", tests);
	udp_rx_free(rx);
	return rc;
}
