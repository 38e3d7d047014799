/*
 * test_probe.c - offers that wait for their address; ARP packets.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "arp.h"
#include "dhcpd/probe.h"
#include "unit.h"

#define ADDR(n) ((struct ip4){0x0a000000 + (n)})
#define MS 1000

static struct probes t;

static void
fresh(void)
{
	memset(&t, 0, sizeof t);
}

START_TEST(an_address_is_asked_for_twice_then_offered)
{
	enum probe_step step;
	struct probe *p;

	fresh();
	ck_assert_uint_eq(probe_next_us(&t), PROBE_NEVER);
	p = probe_begin(&t, ADDR(1), 1000 * MS);
	ck_assert_ptr_eq(probe_find(&t, ADDR(1)), p);
	ck_assert_ptr_null(probe_find(&t, ADDR(2)));
	ck_assert_uint_eq(probe_next_us(&t), 1100 * MS);
	ck_assert_ptr_null(probe_due(&t, 1099 * MS, &step));
	ck_assert_ptr_eq(probe_due(&t, 1100 * MS, &step), p);
	ck_assert_uint_eq(step, PROBE_ASK);
	ck_assert_ptr_null(probe_due(&t, 1100 * MS, &step));
	ck_assert_ptr_eq(probe_due(&t, 1200 * MS, &step), p);
	ck_assert_uint_eq(step, PROBE_FREE);
	ck_assert_uint_eq(p->addr.v, ADDR(1).v);
	ck_assert_ptr_null(probe_find(&t, ADDR(1)));
	ck_assert_uint_eq(probe_next_us(&t), PROBE_NEVER);
}
END_TEST

START_TEST(four_at_once_do_not_wait_for_one_another)
{
	enum probe_step step;
	unsigned int offered = 0;

	fresh();
	for (unsigned int i = 1; i <= 4; i++)
		ck_assert_ptr_nonnull(probe_begin(&t, ADDR(i), i * MS));
	for (unsigned int i = 1; i <= 4; i++)
		ck_assert_ptr_nonnull(probe_due(&t, 104 * MS, &step));
	while (probe_due(&t, 204 * MS, &step))
		offered += step == PROBE_FREE;
	ck_assert_uint_eq(offered, 4);
}
END_TEST

START_TEST(a_taken_address_is_replaced_while_there_is_time)
{
	struct probe *p;

	fresh();
	p = probe_begin(&t, ADDR(1), 0);
	ck_assert(probe_taken(&t, p, 1 * MS));
	ck_assert_ptr_null(probe_find(&t, ADDR(1)));
	p = probe_begin(&t, ADDR(2), 0);
	ck_assert(probe_taken(&t, p, 250 * MS)); /* offered at 450 */
	p = probe_begin(&t, ADDR(3), 0);
	ck_assert(!probe_taken(&t, p, 251 * MS));
	p = probe_begin(&t, ADDR(4), 0);
	p->tries = PROBE_TRIES; /* somebody answers for everything */
	ck_assert(!probe_taken(&t, p, 1 * MS));
	ck_assert_uint_eq(t.n, 0);
}
END_TEST

START_TEST(no_more_wait_than_there_is_room_for)
{
	enum probe_step step;

	fresh();
	for (unsigned int i = 0; i < PROBE_MAX; i++)
		ck_assert_ptr_nonnull(probe_begin(&t, ADDR(i), 0));
	ck_assert_ptr_null(probe_begin(&t, ADDR(1000), 0));
	while (probe_due(&t, 100 * MS, &step))
		;
	ck_assert_ptr_nonnull(probe_due(&t, 200 * MS, &step));
	ck_assert_ptr_nonnull(probe_begin(&t, ADDR(1000), 200 * MS));
}
END_TEST

START_TEST(arp_packets_are_read_and_written)
{
	/* RFC 903: who am I, asked by 02:00:00:00:00:01 */
	static const uint8_t wire[ARP_LEN] = {0, 1, 8, 0, 6, 4, 0, 3, 2, 0, 0,
	    0, 0, 1, 10, 0, 0, 1, 2, 0, 0, 0, 0, 2, 10, 0, 0, 2};
	uint8_t buf[ARP_LEN + 18] = {0};
	struct arp a;

	memcpy(buf, wire, sizeof wire);
	ck_assert(arp_get(&a, buf, sizeof buf)); /* with its padding */
	ck_assert_uint_eq(a.op, RARP_REQUEST);
	ck_assert_uint_eq(a.spa.v, 0x0a000001);
	ck_assert_uint_eq(a.tpa.v, 0x0a000002);
	ck_assert_uint_eq(a.sha[5], 1);
	ck_assert_uint_eq(a.tha[5], 2);
	arp_put(&a, buf);
	ck_assert_mem_eq(buf, wire, sizeof wire);
	ck_assert(!arp_get(&a, buf, ARP_LEN - 1));
	for (size_t i = 0; i < 6; i++) {
		memcpy(buf, wire, sizeof wire);
		buf[i] ^= 1; /* not Ethernet, not IPv4 */
		ck_assert(!arp_get(&a, buf, ARP_LEN));
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    an_address_is_asked_for_twice_then_offered,
	    four_at_once_do_not_wait_for_one_another,
	    a_taken_address_is_replaced_while_there_is_time,
	    no_more_wait_than_there_is_room_for,
	    arp_packets_are_read_and_written, NULL};

	return unit_main("probe", tests);
}
