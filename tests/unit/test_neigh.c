/*
 * test_neigh.c - the hardware address of a neighbour, in a network of its own.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include "config.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "sys/neigh.h"
#include "unit.h"

static struct addr
addr(const char *s)
{
	struct addr a;

	ck_assert_msg(addr_parse(s, &a), "%s", s);
	return a;
}

START_TEST(who_is_not_on_a_link_is_not_known)
{
	struct addr a = addr("192.0.2.9"), b = addr("2001:db8::9"),
		    c = addr("127.0.0.1");
	struct neigh *n = neigh_new();
	struct mac mac;

	ck_assert_ptr_nonnull(n);
	ck_assert(!neigh_find(n, &a, 0, &mac));
	ck_assert(!neigh_find(n, &b, 0, &mac));
	ck_assert(!neigh_find(n, &c, 0, &mac));
	neigh_free(n);
}
END_TEST

/* Two links with neighbours, and a router on one of them. */
static bool
own_network(void)
{
	if (geteuid() == 0 && unshare(CLONE_NEWNET) == 0 &&
	    system("PATH=$PATH:/sbin:/usr/sbin\n"
		   "set -e\n"
		   "ip link add name va type veth peer name vb\n"
		   "ip addr add 192.0.2.1/24 dev va\n"
		   "ip addr add 2001:db8::1/64 dev va nodad\n"
		   "ip link set va up; ip link set vb up\n"
		   "ip route add 10.0.0.0/8 via 192.0.2.9\n"
		   "ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev va\n"
		   "ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev va\n"
		   "ip neigh add 192.0.2.11 dev va nud failed\n") == 0)
		return true;
	printf("SKIP: needs root for a network namespace\n");
	return false;
}

START_TEST(a_neighbour_is_known_by_ipv4_and_ipv6_and_for_a_second)
{
	static const uint8_t want[] = {2, 0, 0, 0, 0, 9};
	struct addr a = addr("192.0.2.9"), b = addr("2001:db8::9"),
		    c = addr("192.0.2.10"), d = addr("192.0.2.11"),
		    e = addr("10.0.0.9"), f = addr("192.0.2.1");
	struct neigh *n;
	struct mac mac;

	if (!own_network())
		return;
	n = neigh_new();
	for (uint64_t t = 0; t < 5000000; t += 700000) {
		memset(&mac, 0, sizeof mac);
		ck_assert(neigh_find(n, &a, t, &mac));
		ck_assert_mem_eq(mac.b, want, sizeof want);
		memset(&mac, 0, sizeof mac);
		ck_assert(neigh_find(n, &b, t, &mac));
		ck_assert_mem_eq(mac.b, want, sizeof want);
		ck_assert(!neigh_find(n, &c, t, &mac));
		ck_assert(!neigh_find(n, &d, t, &mac));
		ck_assert(!neigh_find(n, &e, t, &mac)); /* behind a router */
		ck_assert(!neigh_find(n, &f, t, &mac)); /* ourselves */
	}
	ck_assert_int_eq(system("ip neigh del 192.0.2.9 dev va"), 0);
	ck_assert(neigh_find(n, &a, 5000000, &mac));
	ck_assert(!neigh_find(n, &a, 7000000, &mac));
	neigh_free(n);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    who_is_not_on_a_link_is_not_known,
	    a_neighbour_is_known_by_ipv4_and_ipv6_and_for_a_second,
	    NULL,
	};

	return unit_main("neigh", tests);
}
