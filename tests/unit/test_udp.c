/* test_udp.c - sockets and datagrams.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/raw.h"
#include "sys/udp.h"
#include "sys_net.h"
#include "unit.h"

static struct udp_rx *rx;
static struct udp_in in[UDP_BATCH];

static struct peer
at(const char *addr, uint16_t port)
{
	struct peer p = {.port = port};

	ck_assert_msg(addr_parse(addr, &p.addr), "%s", addr);
	return p;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_in6 sa;
	socklen_t len = sizeof sa;

	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	return ntohs(sa.sin6_port); /* where sin_port is too */
}

static int
get_int(int fd, int level, int name)
{
	socklen_t len = sizeof(int);
	int value = -1;

	ck_assert_int_eq(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

/* A listener on a free port, told by its address. */
static int
listener(const char *addr, uint16_t *port)
{
	struct peer p = at(addr, 0);
	int fd = udp_listen(&p, 0, NULL);

	ck_assert_msg(fd != -1, "%s: %s", addr, strerror(errno));
	*port = port_of(fd);
	return fd;
}

/* Wait for datagrams, at most two seconds, and take them. */
static int
receive(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};

	if (!rx)
		rx = udp_rx_new(2048);
	ck_assert_ptr_nonnull(rx);
	ck_assert_int_eq(poll(&p, 1, 2000), 1);
	return udp_recv(fd, rx, in);
}

static void
want_addr(const struct addr *got, const char *want)
{
	char text[ADDR_TEXT];

	ck_assert_str_eq(addr_text(got, text), want);
}

START_TEST(every_socket_is_nonblocking_cloexec_and_sends_with_df_clear)
{
	struct peer p;
	uint16_t port;
	int fd[3];

	fd[0] = listener("127.0.0.1", &port);
	p = at("127.0.0.1", port);
	fd[1] = udp_connect(&p.addr, 0, &p);
	fd[2] = listener("::", &port);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_ne(fd[i], -1);
		ck_assert_int_eq(get_int(fd[i], IPPROTO_IP, IP_MTU_DISCOVER),
		    IP_PMTUDISC_DONT);
		ck_assert(fcntl(fd[i], F_GETFL) & O_NONBLOCK);
		ck_assert(fcntl(fd[i], F_GETFD) & FD_CLOEXEC);
	}
	if (get_int(fd[2], SOL_SOCKET, SO_DOMAIN) == AF_INET6)
		ck_assert_int_eq(
		    get_int(fd[2], IPPROTO_IPV6, IPV6_MTU_DISCOVER),
		    IPV6_PMTUDISC_DONT);
}
END_TEST

START_TEST(an_ipv4_datagram_tells_who_to_whom_and_where)
{
	struct peer to;
	uint16_t port, cport;
	int fd = listener("0.0.0.0", &port), c = listener("127.0.0.1", &cport);

	to = at("127.0.0.5", port);
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, "hello", 5), 0);
	ck_assert_int_eq(receive(fd), 1);
	want_addr(&in[0].from.addr, "127.0.0.1");
	ck_assert_uint_eq(in[0].from.port, cport);
	want_addr(&in[0].to, "127.0.0.5");
	want_addr(&in[0].local, "127.0.0.5");
	ck_assert_uint_eq(in[0].ifindex, 1);
	ck_assert_uint_eq(in[0].len, 5);
	ck_assert_mem_eq(in[0].data, "hello", 5);
	ck_assert(!in[0].truncated);
	in[0].data[5] = 0; /* ours by contract */
	ck_assert_int_eq(udp_recv(fd, rx, in), 0);
}
END_TEST

START_TEST(an_ipv4_datagram_on_a_dual_stack_socket_is_the_same)
{
	struct peer to;
	uint16_t port, cport;
	int fd = listener("::", &port), c = listener("127.0.0.1", &cport);

	to = at("127.0.0.7", port);
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, "x", 1), 0);
	ck_assert_int_eq(receive(fd), 1);
	want_addr(&in[0].from.addr, "127.0.0.1");
	want_addr(&in[0].local, "127.0.0.7");
	ck_assert_uint_eq(in[0].ifindex, 1);
	/* and the answer leaves from there, by the same socket */
	ck_assert_int_eq(
	    udp_send(fd, &in[0].local, 0, &in[0].from, "yes", 3), 0);
	ck_assert_int_eq(receive(c), 1);
	want_addr(&in[0].from.addr, "127.0.0.7");
	ck_assert_uint_eq(in[0].from.port, port);
}
END_TEST

START_TEST(an_ipv6_datagram_tells_the_same)
{
	struct peer to = at("::1", 0);
	uint16_t port, cport;
	int fd = listener("::", &port), c = udp_listen(&to, 0, NULL);

	if (c == -1) {
		printf("SKIP: no IPv6 on lo (%s)\n", strerror(errno));
		return;
	}
	cport = port_of(c);
	to.port = port;
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, "x", 1), 0);
	ck_assert_int_eq(receive(fd), 1);
	want_addr(&in[0].from.addr, "::1");
	ck_assert_uint_eq(in[0].from.port, cport);
	want_addr(&in[0].to, "::1");
	want_addr(&in[0].local, "::1");
	ck_assert_int_eq(
	    udp_send(fd, &in[0].local, in[0].ifindex, &in[0].from, "y", 1), 0);
	ck_assert_int_eq(receive(c), 1);
	want_addr(&in[0].from.addr, "::1");
}
END_TEST

START_TEST(a_batch_comes_in_order)
{
	struct peer to;
	uint16_t port, cport;
	int fd = listener("127.0.0.1", &port), n;
	int c = listener("127.0.0.1", &cport);

	to = at("127.0.0.1", port);
	for (uint8_t i = 0; i < UDP_BATCH + 10; i++)
		ck_assert_int_eq(udp_send(c, NULL, 0, &to, &i, 1), 0);
	n = receive(fd);
	ck_assert_int_eq(n, UDP_BATCH);
	for (int i = 0; i < n; i++)
		ck_assert_uint_eq(in[i].data[0], i);
	ck_assert_int_eq(receive(fd), 10);
	ck_assert_uint_eq(in[9].data[0], UDP_BATCH + 9);
}
END_TEST

START_TEST(a_datagram_longer_than_the_buffer_says_so)
{
	static uint8_t data[3000];
	struct peer to;
	uint16_t port, cport;
	int fd = listener("127.0.0.1", &port);
	int c = listener("127.0.0.1", &cport);

	to = at("127.0.0.1", port);
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, data, 2048), 0);
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, data, 2049), 0);
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, data, 0), 0);
	ck_assert_int_eq(receive(fd), 3);
	ck_assert_uint_eq(in[0].len, 2048);
	ck_assert(!in[0].truncated);
	ck_assert_uint_eq(in[1].len, 2048);
	ck_assert(in[1].truncated);
	ck_assert_uint_eq(in[2].len, 0);
}
END_TEST

START_TEST(a_connected_socket_hears_only_its_peer)
{
	struct peer to, client;
	uint16_t cport, xport;
	int c = listener("127.0.0.1", &cport), fd;
	int x = listener("127.0.0.1", &xport);

	client = at("127.0.0.1", cport);
	to = at("127.0.0.9", 0);
	fd = udp_connect(&to.addr, 0, &client);
	ck_assert_int_ne(fd, -1);
	to.port = port_of(fd);
	ck_assert_int_eq(udp_send(x, NULL, 0, &to, "stranger", 8), 0);
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, "peer", 4), 0);
	ck_assert_int_eq(receive(fd), 1);
	ck_assert_mem_eq(in[0].data, "peer", 4);
	ck_assert_int_eq(udp_send(fd, NULL, 0, NULL, "answer", 6), 0);
	ck_assert_int_eq(receive(c), 1);
	want_addr(&in[0].from.addr, "127.0.0.9");
	ck_assert_uint_eq(in[0].from.port, to.port);
}
END_TEST

START_TEST(an_icmp_error_reaches_a_connected_socket)
{
	struct pollfd p = {.events = POLLIN};
	struct peer client;
	uint16_t cport;
	int c = listener("127.0.0.1", &cport), fd;

	client = at("127.0.0.1", cport);
	fd = udp_connect(NULL, 0, &client);
	ck_assert_int_ne(fd, -1);
	rx = udp_rx_new(64);
	ck_assert_int_eq(close(c), 0);
	ck_assert_int_eq(udp_send(fd, NULL, 0, NULL, "x", 1), 0);
	p.fd = fd;
	ck_assert_int_eq(poll(&p, 1, 2000), 1);
	ck_assert_int_eq(udp_recv(fd, rx, in), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
}
END_TEST

START_TEST(an_icmp_error_does_not_disturb_a_listener)
{
	struct peer client;
	uint16_t cport, port;
	int c = listener("127.0.0.1", &cport), fd;

	fd = listener("127.0.0.1", &port);
	client = at("127.0.0.1", cport);
	ck_assert_int_eq(close(c), 0);
	ck_assert_int_eq(udp_send(fd, NULL, 0, &client, "x", 1), 0);
	ck_assert_int_eq(udp_send(fd, NULL, 0, &client, "x", 1), 0);
	rx = udp_rx_new(64);
	ck_assert_int_eq(udp_recv(fd, rx, in), 0);
}
END_TEST

START_TEST(an_occupied_port_is_refused_unless_both_said_reuse)
{
	struct peer p;
	uint16_t port;
	int fd = listener("127.0.0.1", &port), a, b;

	p = at("127.0.0.1", port);
	ck_assert_int_eq(udp_listen(&p, 0, NULL), -1);
	ck_assert_int_eq(errno, EADDRINUSE);
	close(fd);
	a = udp_listen(&p, UDP_REUSE, NULL);
	b = udp_listen(&p, UDP_REUSE, NULL);
	ck_assert_int_ne(a, -1);
	ck_assert_int_ne(b, -1);
}
END_TEST

START_TEST(an_interface_that_is_not_there_is_refused)
{
	struct peer p = at("0.0.0.0", 0);
	int fd;

	ck_assert_int_eq(udp_listen(&p, 0, "nosuchif0"), -1);
	ck_assert(errno == ENODEV || errno == EPERM);
	fd = udp_listen(&p, 0, "lo");
	ck_assert(fd != -1 || errno == EPERM);
}
END_TEST

/* What inetd does: a datagram waits in the socket that it hands over. */
START_TEST(the_first_datagram_of_an_adopted_socket_is_read)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	struct peer bound, to;
	uint16_t cport;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int c = listener("127.0.0.1", &cport);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	to = at("127.0.0.3", port_of(fd));
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, "first", 5), 0);
	ck_assert_int_eq(udp_adopt(fd, &bound), 0);
	ck_assert_int_eq(udp_send(c, NULL, 0, &to, "second", 6), 0);
	want_addr(&bound.addr, "0.0.0.0");
	ck_assert_uint_eq(bound.port, to.port);
	ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
	ck_assert_int_eq(
	    get_int(fd, IPPROTO_IP, IP_MTU_DISCOVER), IP_PMTUDISC_DONT);
	ck_assert_int_eq(receive(fd), 2);
	ck_assert_mem_eq(in[0].data, "first", 5);
	want_addr(&in[0].to, "127.0.0.3");
	want_addr(&in[0].local, "127.0.0.3");
	ck_assert_uint_eq(in[0].ifindex, 1); /* who has the address */
	want_addr(&in[1].local, "127.0.0.3");
	ck_assert_uint_eq(in[1].ifindex, 1);
}
END_TEST

START_TEST(a_stream_socket_is_not_adopted)
{
	struct peer p;
	int pair[2];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(udp_adopt(fd, &p), -1);
	ck_assert_int_eq(errno, EPROTOTYPE);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	ck_assert_int_eq(udp_adopt(pair[0], &p), -1);
	ck_assert_int_eq(errno, EPROTOTYPE);
	ck_assert_int_eq(pipe(pair), 0);
	ck_assert_int_eq(udp_adopt(pair[0], &p), -1);
	ck_assert_int_eq(errno, ENOTSOCK);
}
END_TEST

/* --- runs --- */

static uint8_t run[400000];

static void
fill_run(void)
{
	for (size_t i = 0; i < sizeof run; i++)
		run[i] = (uint8_t)(i * 7 + i / 251);
}

/* Take the datagrams of a run and compare them with it. */
static void
check_run(int fd, size_t len, size_t seg)
{
	size_t pos = 0;

	rx = udp_rx_new(65536);
	while (pos < len) {
		int n = receive(fd);

		ck_assert_int_gt(n, 0);
		for (int i = 0; i < n; i++) {
			size_t want = len - pos < seg ? len - pos : seg;

			ck_assert_uint_eq(in[i].len, want);
			ck_assert_mem_eq(in[i].data, run + pos, want);
			pos += want;
		}
	}
	ck_assert_int_eq(udp_recv(fd, rx, in), 0);
	udp_rx_free(rx);
	rx = NULL;
}

static void
send_and_check(size_t len, size_t seg)
{
	struct peer client, me = at("127.0.0.1", 0);
	uint16_t cport;
	int c = listener("127.0.0.1", &cport), fd;
	int big = 8 << 20;

	/* root or a generous net.core.*mem_max; else the default must do */
	setsockopt(c, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big);
	client = at("127.0.0.1", cport);
	fd = udp_connect(&me.addr, 0, &client);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof big);
	fill_run();
	ck_assert_int_eq(
	    udp_send_run(fd, NULL, NULL, run, len, seg), (len + seg - 1) / seg);
	check_run(c, len, seg);
	close(fd);
	close(c);
}

START_TEST(a_run_leaves_as_its_datagrams)
{
	send_and_check(10 * 512, 512);
	send_and_check(10 * 512 + 1, 512);
	send_and_check(4, 516);
	send_and_check(516, 516);
	send_and_check(517, 516);
}
END_TEST

START_TEST(a_run_longer_than_one_call_carries_is_split)
{
	send_and_check(65 * 100, 100);	 /* over 64 segments */
	send_and_check(65 * 1408, 1408); /* over 65507 bytes */
	send_and_check(44 * 1472 + 9, 1472);
	send_and_check(3 * 40000, 40000); /* one in a call */
	send_and_check(200 * 8, 8);
}
END_TEST

START_TEST(a_run_to_an_address_leaves_from_the_local_one)
{
	struct peer client, me = at("127.0.0.8", 0);
	uint16_t cport, port;
	int c = listener("127.0.0.1", &cport), fd = listener("::", &port);

	client = at("127.0.0.1", cport);
	fill_run();
	ck_assert_int_eq(
	    udp_send_run(fd, &me.addr, &client, run, 3000, 1000), 3);
	ck_assert_int_eq(receive(c), 3);
	want_addr(&in[0].from.addr, "127.0.0.8");
	want_addr(&in[2].from.addr, "127.0.0.8");
	ck_assert_uint_eq(in[2].from.port, port);
}
END_TEST

START_TEST(a_run_with_nonsense_is_refused)
{
	struct peer me = at("127.0.0.1", 9);
	int fd = udp_connect(NULL, 0, &me);

	ck_assert_int_eq(udp_send_run(fd, NULL, NULL, run, 100, 0), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udp_send_run(fd, NULL, NULL, run, 100, 65508), -1);
	ck_assert_int_eq(udp_send_run(fd, NULL, NULL, run, 0, 512), 0);
	ck_assert_int_eq(udp_send_run(-1, NULL, NULL, run, 100, 512), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

/* The rest of the test has a network of its own: only a lo, MTU 1500. */
static bool
own_network(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNET) == -1) {
		printf("SKIP: needs root for a network namespace\n");
		return false;
	}
	ck_assert_int_eq(system("ip link set lo up mtu 1500"), 0);
	return true;
}

/* count datagrams of head + size bytes out of two places, len bytes of data. */
static void
blocks_and_check(size_t head, size_t size, size_t len, size_t count)
{
	static uint8_t heads[512 * 8], want[400000];
	struct peer client, me = at("127.0.0.1", 0);
	struct udp_blocks b = {heads, head, run, len, size, count};
	size_t n = 0, got = 0;
	int big = 8 << 20, c, fd;
	uint16_t cport;

	fill_run();
	for (size_t i = 0; i < sizeof heads; i++)
		heads[i] = (uint8_t)(200 - i * 3);
	c = listener("127.0.0.1", &cport);
	setsockopt(c, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big);
	client = at("127.0.0.1", cport);
	fd = udp_connect(&me.addr, 0, &client);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof big);
	ck_assert_int_eq(udp_send_blocks(fd, NULL, NULL, &b), count);
	rx = udp_rx_new(65536);
	while (got < count) {
		int k = receive(c);

		ck_assert_int_gt(k, 0);
		for (int i = 0; i < k; i++, got++) {
			size_t part = len - n < size ? len - n : size;

			memcpy(want, heads + got * head, head);
			memcpy(want + head, run + n, part);
			ck_assert_uint_eq(in[i].len, head + part);
			ck_assert_mem_eq(in[i].data, want, head + part);
			n += part;
		}
	}
	ck_assert_uint_eq(n, len);
	ck_assert_int_eq(udp_recv(c, rx, in), 0);
	udp_rx_free(rx);
	rx = NULL;
	close(fd);
	close(c);
}

START_TEST(blocks_leave_with_their_heads)
{
	blocks_and_check(4, 512, 512, 1);
	blocks_and_check(4, 512, 10, 1);
	blocks_and_check(4, 512, 5 * 512 + 7, 6);
	blocks_and_check(4, 1408, 64 * 1408, 64);
	blocks_and_check(4, 1408, 130 * 1408 + 1, 131);
	blocks_and_check(8, 100, 300 * 100, 300);
	blocks_and_check(4, 40000, 3 * 40000, 3);
	blocks_and_check(0, 512, 700, 2);
}
END_TEST

START_TEST(the_last_of_the_blocks_may_be_empty)
{
	blocks_and_check(4, 512, 0, 1);
	blocks_and_check(4, 512, 4 * 512, 5);
	blocks_and_check(4, 1000, 64 * 1000, 65);
}
END_TEST

START_TEST(blocks_over_the_mtu_leave_in_fragments)
{
	if (!own_network())
		return;
	blocks_and_check(4, 8000, 10 * 8000, 10);
	blocks_and_check(4, 1468, 10 * 1468, 10);
	blocks_and_check(4, 1469, 10 * 1469, 11);
}
END_TEST

START_TEST(blocks_that_are_not_there_are_told)
{
	struct peer me = at("127.0.0.1", 9);
	int fd = udp_connect(NULL, 0, &me);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t heads[8] = {0};
	uint8_t *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct udp_blocks b = {heads, 4, p, 2 * page, page, 2};

	ck_assert_ptr_ne(p, MAP_FAILED);
	ck_assert_int_eq(mprotect(p + page, page, PROT_NONE), 0);
	ck_assert_int_eq(udp_send_blocks(fd, NULL, NULL, &b), -1);
	ck_assert_int_eq(errno, EFAULT);
}
END_TEST

START_TEST(datagrams_over_the_mtu_leave_in_fragments)
{
	if (!own_network())
		return;
	send_and_check(10 * 8000, 8000);
	send_and_check(10 * 1472, 1472);
	send_and_check(10 * 1473, 1473);
}
END_TEST

START_TEST(after_a_refused_run_smaller_ones_still_go)
{
	struct peer client, me = at("127.0.0.1", 0);
	uint16_t cport;
	int c, fd;

	if (!own_network())
		return;
	c = listener("127.0.0.1", &cport);
	client = at("127.0.0.1", cport);
	fd = udp_connect(&me.addr, 0, &client);
	fill_run();
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(
		    udp_send_run(fd, NULL, NULL, run, 16000, 8000), 2);
		check_run(c, 16000, 8000);
		ck_assert_int_eq(
		    udp_send_run(fd, NULL, NULL, run, 2944, 1472), 2);
		check_run(c, 2944, 1472);
	}
}
END_TEST

/* A client on the other end of the cable says something to all. */
static void
client_says(int raw, const char *from, const char *to, uint16_t port)
{
	static const uint8_t all[6] = {255, 255, 255, 255, 255, 255};
	struct ip4 src, dst;

	ck_assert(ip4_parse(from, &src) && ip4_parse(to, &dst));
	ck_assert_int_eq(raw_send_udp(raw, if_nametoindex("ve1"), all, 6, src,
			     68, dst, port, "x", 1),
	    0);
}

START_TEST(a_broadcast_is_answered_from_the_interface_address)
{
	struct peer any = at("0.0.0.0", 0);
	uint16_t port;
	int fd, raw;

	if (!own_network())
		return;
	ck_assert_int_eq(system("ip link add ve0 type veth peer name ve1 && "
				"ip addr add 192.0.2.1/24 brd + dev ve0 && "
				"ip link set ve0 up && ip link set ve1 up"),
	    0);
	wait_running("ve0");
	wait_running("ve1");
	fd = udp_listen(&any, UDP_BROADCAST, "ve0");
	raw = raw_open();
	ck_assert_int_ne(fd, -1);
	ck_assert_int_ne(raw, -1);
	port = port_of(fd);
	client_says(raw, "0.0.0.0", "255.255.255.255", port);
	ck_assert_int_eq(receive(fd), 1);
	want_addr(&in[0].to, "255.255.255.255");
	want_addr(&in[0].local, "192.0.2.1");
	ck_assert_uint_eq(in[0].ifindex, if_nametoindex("ve0"));
	client_says(raw, "192.0.2.7", "192.0.2.255", port);
	ck_assert_int_eq(receive(fd), 1);
	want_addr(&in[0].to, "192.0.2.255");
	want_addr(&in[0].local, "192.0.2.1");
	client_says(raw, "192.0.2.7", "192.0.2.1", port);
	ck_assert_int_eq(receive(fd), 1);
	want_addr(&in[0].to, "192.0.2.1");
	want_addr(&in[0].local, "192.0.2.1");
}
END_TEST

START_TEST(multicast_leaves_by_the_interface_asked_with_its_ttl)
{
	uint16_t port;
	int fd = listener("0.0.0.0", &port), fd6 = listener("::", &port);

	ck_assert_int_eq(udp_multicast(fd, 1, 7, false), 0);
	ck_assert_int_eq(get_int(fd, IPPROTO_IP, IP_MULTICAST_TTL), 7);
	ck_assert_int_eq(get_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP), 0);
	ck_assert_int_eq(udp_multicast(fd6, 1, 3, true), 0);
	ck_assert_int_eq(get_int(fd6, IPPROTO_IP, IP_MULTICAST_TTL), 3);
	ck_assert_int_eq(udp_multicast(fd, 4711, 7, false), -1);
}
END_TEST

START_TEST(lo_is_among_the_interfaces)
{
	struct udp_if *ifs;
	bool found = false;
	size_t n;

	if (own_network())
		ck_assert_int_eq(
		    system("ip addr add 192.0.2.9/24 dev lo label lo:1"), 0);
	ifs = udp_interfaces(&n);
	ck_assert_uint_gt(n, 0);
	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_null(strchr(ifs[i].name, ':'));
		if (ifs[i].addr.v != 0x7f000001)
			continue;
		found = true;
		ck_assert_str_eq(ifs[i].name, "lo");
		ck_assert_uint_eq(ifs[i].ifindex, 1);
		ck_assert_uint_eq(ifs[i].mask.v, 0xff000000);
		ck_assert(ifs[i].up);
		ck_assert(!ifs[i].broadcast);
	}
	ck_assert(found);
	free(ifs);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    every_socket_is_nonblocking_cloexec_and_sends_with_df_clear,
	    an_ipv4_datagram_tells_who_to_whom_and_where,
	    an_ipv4_datagram_on_a_dual_stack_socket_is_the_same,
	    an_ipv6_datagram_tells_the_same, a_batch_comes_in_order,
	    a_datagram_longer_than_the_buffer_says_so,
	    a_connected_socket_hears_only_its_peer,
	    an_icmp_error_reaches_a_connected_socket,
	    an_icmp_error_does_not_disturb_a_listener,
	    an_occupied_port_is_refused_unless_both_said_reuse,
	    an_interface_that_is_not_there_is_refused,
	    the_first_datagram_of_an_adopted_socket_is_read,
	    a_stream_socket_is_not_adopted, a_run_leaves_as_its_datagrams,
	    a_run_longer_than_one_call_carries_is_split,
	    a_run_to_an_address_leaves_from_the_local_one,
	    a_run_with_nonsense_is_refused, blocks_leave_with_their_heads,
	    the_last_of_the_blocks_may_be_empty,
	    blocks_over_the_mtu_leave_in_fragments,
	    blocks_that_are_not_there_are_told,
	    datagrams_over_the_mtu_leave_in_fragments,
	    after_a_refused_run_smaller_ones_still_go,
	    a_broadcast_is_answered_from_the_interface_address,
	    multicast_leaves_by_the_interface_asked_with_its_ttl,
	    lo_is_among_the_interfaces, NULL};

	return unit_main("udp", tests);
}
