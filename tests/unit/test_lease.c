/* test_lease.c - tests of dhcpd/lease.c and leases.c.
 * SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dhcpd/decline.h"
#include "dhcpd/lease.h"
#include "unit.h"

/* Two subnets: .10-.19 and .30-.31 in 192.0.2.0/24, .50 in 198.51.100.0/24 */
static const struct conf_range range_a[] = {
    {{0xc000021e}, {0xc000021f}, 0}, {{0xc000020a}, {0xc0000213}, 0}};
static const struct conf_range range_b[] = {{{0xc6336432}, {0xc6336432}, 0}};
static const struct conf_subnet subnets[] = {
    {.net = {0xc0000200}, .prefix = 24, .pool = range_a, .npool = 2},
    {.net = {0xc6336400}, .prefix = 24, .pool = range_b, .npool = 1}};
static const struct ip4 host_addr[] = {{0xc000020b}, {0x01020304}};
static const struct conf_host hosts[] = {
    {.name = "h", .yiaddr = host_addr, .nyiaddr = 2}};
static const struct conf plain = {
    .subnet = subnets, .nsubnet = 2, .dhcpd = {.max_leases = 1000}};
static const struct conf with_host = {.subnet = subnets,
    .nsubnet = 2,
    .host = hosts,
    .nhost = 1,
    .dhcpd = {.max_leases = 1000}};
#define NET_A (&subnets[0])
#define NET_B (&subnets[1])
#define ADDR(last) ((struct ip4){0xc0000200u + (last)})
#define NO_ADDR ((struct ip4){0})

static struct lease_key
mac(unsigned int n)
{
	struct lease_key k = {.htype = 1, .hlen = 6};

	k.chaddr[0] = 2;
	k.chaddr[3] = (uint8_t)(n >> 16);
	k.chaddr[4] = (uint8_t)(n >> 8);
	k.chaddr[5] = (uint8_t)n;
	return k;
}

static struct lease_key
mac_id(unsigned int n, const char *id)
{
	struct lease_key k = mac(n);

	k.client_id = (const uint8_t *)id;
	k.client_id_len = strlen(id);
	return k;
}

static void
want_addr(const struct lease *l, unsigned int last)
{
	ck_assert_msg(l != NULL, "wanted .%u, got no address", last);
	ck_assert_msg((l->addr.v & 0xff) == last, "wanted .%u, got .%u", last,
	    (unsigned int)(l->addr.v & 0xff));
}

static struct lease *
bind(struct leases *ls, const struct lease_key *k, int64_t now, int64_t until)
{
	struct lease *l = lease_pick(ls, NET_A, k, NO_ADDR, now);

	ck_assert_ptr_nonnull(l);
	lease_bind(ls, l, k, now, until);
	return l;
}

START_TEST(one_machine_keeps_one_address_whatever_its_client_id)
{
	struct conf c = plain;
	struct lease_key rom = mac_id(1, "uuid"), os = mac_id(1, "duid");
	struct lease_key none = mac(1), other = mac_id(2, "duid");
	struct leases *ls;

	c.dhcpd.one_address_per_machine = true;
	ls = leases_new(&c);
	want_addr(bind(ls, &rom, 0, 100), 10);
	want_addr(lease_of(ls, NET_A, &os), 10);
	want_addr(lease_of(ls, NET_A, &none), 10);
	want_addr(bind(ls, &os, 1, 100), 10);
	want_addr(bind(ls, &rom, 2, 100), 10);
	/* a client id alone is enough as well (RFC 4361), once it is known */
	ck_assert_ptr_null(lease_of(ls, NET_A, &other));
	want_addr(bind(ls, &os, 3, 100), 10);
	want_addr(lease_of(ls, NET_A, &other), 10);
	leases_free(ls);
}
END_TEST

START_TEST(subnets_of_one_wire_have_one_pool)
{
	struct conf_subnet net[2] = {subnets[0], subnets[1]};
	struct conf c = {
	    .subnet = net, .nsubnet = 2, .dhcpd = {.max_leases = 1000}};
	const struct lease *f = NULL;
	struct lease_key k = mac(1);
	struct leases *ls;
	size_t n = 0;

	net[0].wire = net[1].wire = 1;
	ls = leases_new(&c);
	while ((f = lease_next(ls, &net[0], LEASE_FREE, f)))
		n++;
	ck_assert_uint_eq(n, 13); /* each address once ... */
	ck_assert_ptr_null(lease_next(ls, &net[1], LEASE_FREE, NULL));
	ck_assert_uint_eq(lease_counts(ls, &net[0]).total, 12);
	ck_assert_uint_eq(lease_counts(ls, &net[1]).total, 1);
	for (n = 2; n < 14; n++) { /* ... the last one is in the other net */
		struct lease_key other = mac((unsigned int)n);

		lease_bind(ls, lease_pick(ls, &net[1], &other, NO_ADDR, 0),
		    &other, 0, 100);
	}
	want_addr(lease_pick(ls, &net[0], &k, NO_ADDR, 0), 50);
	lease_bind(ls, lease_pick(ls, &net[0], &k, NO_ADDR, 0), &k, 0, 100);
	want_addr(lease_of(ls, &net[0], &k), 50);
	want_addr(lease_of(ls, &net[1], &k), 50);
	ck_assert_ptr_null(lease_pick(ls, &net[1],
	    &(struct lease_key){.htype = 1, .hlen = 6}, NO_ADDR, 0));
	leases_free(ls);
}
END_TEST

START_TEST(all_leases_of_a_client_are_found_on_all_wires)
{
	const struct conf_range asks = {{0}, {0}, 0};
	struct lease_key k = mac_id(1, "id"), hw = mac(1), id = mac_id(9, "id");
	struct lease_key other = mac_id(1, "other");
	const struct lease *l[3];
	struct conf c = plain;
	struct leases *ls;

	c.dhcpd.leasequery_from = &asks;
	c.dhcpd.nleasequery_from = 1;
	ls = leases_new(&c);
	lease_bind(ls, lease_pick(ls, NET_A, &k, NO_ADDR, 0), &k, 0, 100);
	lease_bind(ls, lease_pick(ls, NET_B, &k, NO_ADDR, 0), &k, 0, 100);
	lease_bind(ls, lease_pick(ls, NET_A, &other, NO_ADDR, 0), &other, 0, 9);
	ck_assert_uint_eq(lease_all_of(ls, &hw, l, 3), 3);
	ck_assert_uint_eq(lease_all_of(ls, &hw, l, 2), 2);
	ck_assert_uint_eq(lease_all_of(ls, &id, l, 3), 2);
	want_addr(l[0], 50);
	want_addr(l[1], 10);
	(void)lease_expire(ls, 10, 9);
	ck_assert_uint_eq(lease_all_of(ls, &hw, l, 3), 2);
	leases_free(ls);
}
END_TEST

/* CPU time of so many searches in a table of n subnets. */
static double
search_time(uint32_t n)
{
	const struct conf_range asks = {{0}, {0}, 0};
	struct conf_subnet *s = calloc(n, sizeof *s);
	struct conf_range *r = calloc(n, sizeof *r);
	struct conf c = {.subnet = s,
	    .nsubnet = n,
	    .dhcpd = {.max_leases = n,
		.leasequery_from = &asks,
		.nleasequery_from = 1}};
	const struct lease *found[2];
	struct leases *ls;
	clock_t begun;

	ck_assert(s && r);
	for (uint32_t i = 0; i < n; i++) {
		r[i].first.v = r[i].last.v = 0x0a000001 + i * 4;
		s[i] = (struct conf_subnet){.net = {0x0a000000 + i * 4},
		    .prefix = 30,
		    .pool = &r[i],
		    .npool = 1};
	}
	ls = leases_new(&c);
	for (uint32_t i = 0; i < n; i++) {
		struct lease_key k = mac(i);

		lease_bind(ls, lease_pick(ls, &s[i], &k, NO_ADDR, 0), &k, 0, 9);
	}
	begun = clock();
	for (uint32_t i = 0; i < 20000; i++) {
		struct lease_key k = mac(i % n);

		ck_assert_uint_eq(lease_all_of(ls, &k, found, 2), 1);
	}
	leases_free(ls);
	free(s);
	free(r);
	return (double)(clock() - begun);
}

START_TEST(all_leases_of_a_client_cost_the_same_with_many_subnets)
{
	double few = search_time(10), many = search_time(20000);

	/* a walk over the subnets would cost 2000 times as much */
	ck_assert_msg(many < 100 * few + CLOCKS_PER_SEC / 10,
	    "10 subnets: %.0f us, 20000: %.0f us", few, many);
}
END_TEST

/* .10-.19 for all, .30-.31 of pool 1, on one wire with .50 of pool 1 */
static const struct conf_range range_n[] = {
    {{0xc000020a}, {0xc0000213}, 0}, {{0xc000021e}, {0xc000021f}, 1}};
static const struct conf_range range_m[] = {{{0xc6336432}, {0xc6336432}, 1}};
static const struct conf_subnet named[] = {
    {.net = {0xc0000200}, .prefix = 24, .pool = range_n, .npool = 2, .wire = 1},
    {.net = {0xc6336400},
	.prefix = 24,
	.pool = range_m,
	.npool = 1,
	.wire = 1}};

START_TEST(a_named_pool_is_for_its_clients_and_they_have_no_other)
{
	const struct conf c = {
	    .subnet = named, .nsubnet = 2, .dhcpd = {.max_leases = 1000}};
	struct leases *ls = leases_new(&c);
	const struct lease *f = NULL;
	struct lease_key k = mac(1);
	size_t n = 0;

	want_addr(lease_pick(ls, &named[1], &k, NO_ADDR, 0), 10);
	want_addr(lease_pick(ls, &named[1], &k, ADDR(30), 0), 10);
	k.pool = 1;
	want_addr(lease_pick(ls, &named[0], &k, ADDR(10), 0), 30);
	want_addr(lease_pick(ls, &named[0], &k, ADDR(31), 0), 31);
	for (unsigned int i = 1; i <= 3; i++) {
		k = mac(i);
		k.pool = 1;
		lease_bind(
		    ls, lease_pick(ls, &named[0], &k, NO_ADDR, 0), &k, 0, 100);
	}
	want_addr(lease_of(ls, &named[0], &k), 50);
	ck_assert_uint_eq(lease_counts(ls, &named[0]).state[LEASE_BOUND], 2);
	ck_assert_uint_eq(
	    lease_counts_pool(ls, &named[1], 1).state[LEASE_BOUND], 3);
	ck_assert_uint_eq(lease_counts_named(ls, 1).total, 3);
	ck_assert_uint_eq(lease_counts_pool(ls, &named[1], 0).total, 10);
	k.pool = 0; /* its class is another now */
	ck_assert_ptr_null(lease_of(ls, &named[0], &k));
	ck_assert(!lease_is_open(ls, lease_by_addr(ls, ADDR(30)), &k));
	want_addr(lease_pick(ls, &named[0], &k, NO_ADDR, 0), 10);
	k.pool = LEASE_ANY_POOL;
	want_addr(lease_of(ls, &named[0], &k), 50);
	k = mac(9);
	k.pool = 1;
	ck_assert_ptr_null(lease_pick(ls, &named[0], &k, NO_ADDR, 0));
	k.pool = 2; /* nothing of it there */
	ck_assert_ptr_null(lease_pick(ls, &named[0], &k, NO_ADDR, 0));
	while ((f = lease_next(ls, &named[0], LEASE_FREE, f)))
		n++;
	ck_assert_uint_eq(n, 10);
	(void)lease_expire(ls, 101, 9);
	for (n = 0; (f = lease_next(ls, &named[0], LEASE_FREE, f)); n++)
		;
	ck_assert_uint_eq(n, 13);
	leases_free(ls);
}
END_TEST

START_TEST(of_two_leases_of_one_machine_the_later_one_counts)
{
	struct conf c = plain;
	struct leases *strict = leases_new(&c), *ls;
	struct lease_key rom = mac_id(1, "uuid"), os = mac_id(1, "duid");
	unsigned int dropped;

	want_addr(bind(strict, &rom, 5, 100), 10);
	want_addr(bind(strict, &os, 6, 100), 11);
	c.dhcpd.one_address_per_machine = true;
	ls = leases_new(&c);
	leases_move(ls, strict, &dropped);
	want_addr(lease_of(ls, NET_A, &rom), 11);
	want_addr(lease_of(ls, NET_A, &os), 11);
	leases_free(strict);
	leases_free(ls);
}
END_TEST

START_TEST(table_holds_each_pool_address_once_and_ascending)
{
	struct leases *ls = leases_new(&plain);
	size_t i;

	ck_assert_uint_eq(leases_count(ls), 13);
	for (i = 1; i < 13; i++)
		ck_assert(
		    leases_at(ls, i - 1)->addr.v < leases_at(ls, i)->addr.v);
	want_addr(lease_by_addr(ls, ADDR(30)), 30);
	ck_assert_ptr_null(lease_by_addr(ls, ADDR(20)));
	ck_assert_ptr_null(lease_by_addr(ls, ADDR(9)));
	leases_free(ls);
}
END_TEST

START_TEST(overlapping_and_backward_ranges_count_once)
{
	static const struct conf_range r[] = {{ADDR(5), ADDR(9), 0},
	    {ADDR(8), ADDR(12), 0}, {ADDR(6), ADDR(7), 0},
	    {ADDR(40), ADDR(39), 0}, {{UINT32_MAX - 1}, {UINT32_MAX}, 0}};
	static const struct conf_subnet s = {.pool = r, .npool = 5};
	static const struct conf c = {
	    .subnet = &s, .nsubnet = 1, .dhcpd = {.max_leases = 1000}};
	struct leases *ls = leases_new(&c);

	ck_assert_uint_eq(leases_count(ls), 10);
	leases_free(ls);
}
END_TEST

START_TEST(table_is_cut_at_max_leases)
{
	struct conf c = plain;
	struct leases *ls;

	c.dhcpd.max_leases = 4;
	ls = leases_new(&c);
	ck_assert_uint_eq(leases_count(ls), 4);
	want_addr(leases_at(ls, 3), 13);
	leases_free(ls);
}
END_TEST

START_TEST(address_of_a_host_is_not_in_the_pool)
{
	struct leases *ls = leases_new(&with_host);

	ck_assert_uint_eq(leases_count(ls), 12);
	ck_assert_ptr_null(lease_by_addr(ls, ADDR(11)));
	ck_assert_uint_eq(lease_counts(ls, NET_A).total, 11);
	leases_free(ls);
}
END_TEST

START_TEST(table_without_pools_is_empty_and_answers)
{
	static const struct conf none;
	struct leases *ls = leases_new(&none);
	struct lease_key k = mac(1);

	ck_assert_ptr_nonnull(ls);
	ck_assert_uint_eq(leases_count(ls), 0);
	ck_assert_ptr_null(lease_pick(ls, NET_A, &k, NO_ADDR, 0));
	ck_assert_ptr_null(lease_of(ls, NET_A, &k));
	ck_assert_int_eq(lease_expire(ls, 5, 10), LEASE_NEVER);
	leases_free(ls);
}
END_TEST

START_TEST(bound_client_gets_its_own_address_again)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key k = mac(1), other = mac(2);
	struct lease *l = bind(ls, &k, 100, 200);

	ck_assert_ptr_eq(lease_pick(ls, NET_A, &k, ADDR(31), 150), l);
	ck_assert_ptr_ne(lease_pick(ls, NET_A, &other, l->addr, 150), l);
	leases_free(ls);
}
END_TEST

START_TEST(released_address_goes_back_to_the_same_client)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key k = mac(1), other = mac(2);
	struct lease *l = bind(ls, &k, 100, 200);

	lease_release(ls, l, 120);
	ck_assert_int_eq(l->state, LEASE_FREE);
	ck_assert(lease_is_of(ls, l, &k));
	ck_assert_ptr_ne(lease_pick(ls, NET_A, &other, NO_ADDR, 130), l);
	ck_assert_ptr_eq(lease_pick(ls, NET_A, &k, NO_ADDR, 130), l);
	leases_free(ls);
}
END_TEST

START_TEST(asked_address_is_given_when_it_is_free_and_of_the_subnet)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key k = mac(1);
	struct ip4 b = {0xc6336432};

	want_addr(lease_pick(ls, NET_A, &k, ADDR(17), 0), 17);
	want_addr(lease_pick(ls, NET_A, &k, ADDR(200), 0), 10);
	want_addr(lease_pick(ls, NET_A, &k, b, 0), 10);
	want_addr(lease_pick(ls, NET_B, &k, NO_ADDR, 0), 50);
	leases_free(ls);
}
END_TEST

START_TEST(address_free_for_longest_is_given_first)
{
	struct leases *ls = leases_new(&with_host);
	struct lease_key k;
	struct lease *l;
	unsigned int n;

	for (n = 0; n < 11; n++) {
		k = mac(n);
		bind(ls, &k, 0, 1000);
	}
	k = mac(99);
	ck_assert_ptr_null(lease_pick(ls, NET_A, &k, NO_ADDR, 10));
	lease_release(ls, lease_by_addr(ls, ADDR(15)), 10);
	lease_release(ls, lease_by_addr(ls, ADDR(12)), 11);
	want_addr(lease_pick(ls, NET_A, &k, NO_ADDR, 12), 15);
	lease_offer(ls, lease_by_addr(ls, ADDR(15)), &k, 10, 20);
	l = lease_pick(ls, NET_A, &k, NO_ADDR, 12);
	want_addr(l, 15);
	k = mac(98);
	want_addr(lease_pick(ls, NET_A, &k, NO_ADDR, 12), 12);
	leases_free(ls);
}
END_TEST

START_TEST(expiry_frees_in_order_of_time_and_tells_the_next)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key a = mac(1), b = mac(2), c = mac(3), d = mac(4);
	struct lease *la = bind(ls, &a, 0, 300), *lb = bind(ls, &b, 0, 100),
		     *lc = bind(ls, &c, 0, LEASE_NEVER),
		     *ld = bind(ls, &d, 0, 200);

	ck_assert_int_eq(lease_expire(ls, 100, 10), 100);
	ck_assert_int_eq(lease_expire(ls, 201, 1), 200);
	ck_assert_int_eq(lb->state, LEASE_FREE);
	ck_assert_int_eq(lb->start_s, 100);
	ck_assert_int_eq(ld->state, LEASE_BOUND);
	ck_assert_int_eq(lease_expire(ls, 201, 10), 300);
	ck_assert_int_eq(lease_expire(ls, 301, 10), LEASE_NEVER);
	ck_assert_int_eq(la->state, LEASE_FREE);
	ck_assert_int_eq(lc->state, LEASE_BOUND);
	leases_free(ls);
}
END_TEST

START_TEST(oldest_offer_is_the_one_not_repeated_for_longest)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key a = mac(1), b = mac(2), c = mac(3);

	ck_assert_ptr_null(lease_oldest_offer(ls, NET_A, 0, 1000));
	lease_offer(ls, lease_by_addr(ls, ADDR(12)), &a, 10, 70);
	lease_offer(ls, lease_by_addr(ls, ADDR(10)), &b, 11, 71);
	lease_offer(ls, lease_by_addr(ls, ADDR(11)), &c, 12, 72);
	ck_assert_ptr_null(lease_oldest_offer(ls, NET_A, 0, 9));
	ck_assert_ptr_null(lease_oldest_offer(ls, NET_B, 0, 1000));
	want_addr(lease_oldest_offer(ls, NET_A, 0, 10), 12);
	lease_offer(ls, lease_by_addr(ls, ADDR(12)), &a, 20, 80);
	want_addr(lease_oldest_offer(ls, NET_A, 0, 20), 10);
	lease_bind(ls, lease_by_addr(ls, ADDR(10)), &b, 20, 100);
	want_addr(lease_oldest_offer(ls, NET_A, 0, 20), 11);
	lease_release(ls, lease_by_addr(ls, ADDR(11)), 20);
	want_addr(lease_oldest_offer(ls, NET_A, 0, 20), 12);
	ck_assert_ptr_null(lease_oldest_offer(ls, NULL, 0, 1000));
	lease_expire(ls, 81, 10);
	ck_assert_ptr_null(lease_oldest_offer(ls, NET_A, 0, 1000));
	leases_free(ls);
}
END_TEST

START_TEST(renewal_moves_the_expiry)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key k = mac(1);
	struct lease *l = bind(ls, &k, 0, 100);

	lease_bind(ls, l, &k, 50, 150);
	ck_assert_int_eq(lease_expire(ls, 149, 10), 150);
	ck_assert_int_eq(l->state, LEASE_BOUND);
	ck_assert_uint_eq(lease_counts(ls, NET_A).state[LEASE_BOUND], 1);
	leases_free(ls);
}
END_TEST

START_TEST(declined_address_rests_and_is_nobodys)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key k = mac(1);
	struct lease *l = bind(ls, &k, 0, 100);

	lease_decline(ls, l, 500);
	ck_assert(!lease_is_of(ls, l, &k));
	ck_assert_ptr_null(lease_of(ls, NET_A, &k));
	ck_assert_ptr_ne(lease_pick(ls, NET_A, &k, l->addr, 10), l);
	lease_expire(ls, 500, 10);
	ck_assert_int_eq(l->state, LEASE_DECLINED);
	lease_expire(ls, 501, 10);
	ck_assert_int_eq(l->state, LEASE_FREE);
	leases_free(ls);
}
END_TEST

START_TEST(no_more_than_a_quarter_rests_and_the_oldest_returns)
{
	struct leases *ls = leases_new(&plain); /* 12 and 1 */
	struct lease *l[4];
	struct lease_key k;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		k = mac(i);
		l[i] = bind(ls, &k, 0, 1000);
	}
	ck_assert_ptr_null(lease_decline(ls, l[1], 500));
	ck_assert_ptr_null(lease_decline(ls, l[0], 501));
	ck_assert_ptr_null(lease_decline(ls, l[2], 502));
	ck_assert_ptr_eq(lease_decline(ls, l[3], 503), l[1]);
	ck_assert_int_eq(l[1]->state, LEASE_FREE);
	ck_assert_uint_eq(lease_counts(ls, NET_A).state[LEASE_DECLINED], 3);
	/* once more the same one: it is the youngest now */
	ck_assert_ptr_null(lease_decline(ls, l[0], 504));
	ck_assert_ptr_eq(lease_decline(ls, l[1], 505), l[2]);
	/* a pool of one address */
	ck_assert_ptr_null(
	    lease_decline(ls, lease_by_addr(ls, range_b[0].first), 506));
	ck_assert_uint_eq(lease_counts(ls, NET_B).state[LEASE_DECLINED], 1);
	ck_assert_int_eq(lease_expire(ls, 507, 10), LEASE_NEVER);
	leases_free(ls);
}
END_TEST

START_TEST(a_client_may_decline_some_addresses_in_a_while)
{
	static struct decliners d;
	struct lease_key a = mac(1), b = mac(2);
	unsigned int i;

	for (i = 0; i < DECLINE_MAX; i++)
		ck_assert_int_eq(decline_hear(&d, &a, 100 + i), DECLINE_HEARD);
	ck_assert_int_eq(decline_hear(&d, &a, 200), DECLINE_REFUSED);
	ck_assert_int_eq(decline_hear(&d, &a, 201), DECLINE_REFUSED_AGAIN);
	ck_assert_int_eq(decline_hear(&d, &b, 201), DECLINE_HEARD);
	ck_assert_int_eq(
	    decline_hear(&d, &a, 99 + DECLINE_WHILE_S), DECLINE_REFUSED_AGAIN);
	ck_assert_int_eq(
	    decline_hear(&d, &a, 100 + DECLINE_WHILE_S), DECLINE_HEARD);
}
END_TEST

START_TEST(offer_of_a_bound_lease_leaves_it_bound)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key k = mac(1);
	struct lease *l = bind(ls, &k, 0, 1000);

	lease_offer(ls, l, &k, 10, 60);
	ck_assert_int_eq(l->state, LEASE_BOUND);
	ck_assert_int_eq(l->expires_s, 1000);
	leases_free(ls);
}
END_TEST

START_TEST(client_id_tells_clients_on_one_card_apart)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key a = mac_id(1, "one"), b = mac_id(1, "two");
	struct lease *la = bind(ls, &a, 0, 100), *lb = bind(ls, &b, 0, 100);

	ck_assert_ptr_ne(la, lb);
	ck_assert_ptr_eq(lease_of(ls, NET_A, &a), la);
	ck_assert_ptr_eq(lease_of(ls, NET_A, &b), lb);
	leases_free(ls);
}
END_TEST

START_TEST(client_id_finds_the_client_on_another_card)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key a = mac_id(1, "one"), b = mac_id(2, "one");
	struct lease *la = bind(ls, &a, 0, 100);

	ck_assert_ptr_eq(lease_of(ls, NET_A, &b), la);
	leases_free(ls);
}
END_TEST

START_TEST(hardware_address_decides_where_one_side_has_no_client_id)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key rom = mac(1), os = mac_id(1, "os");
	struct lease *l = bind(ls, &rom, 0, 100);

	ck_assert_ptr_eq(lease_pick(ls, NET_A, &os, NO_ADDR, 1), l);
	lease_bind(ls, l, &os, 1, 100);
	ck_assert_ptr_eq(lease_of(ls, NET_A, &rom), l);
	leases_free(ls);
}
END_TEST

START_TEST(client_without_hardware_address_is_known_by_its_id)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key a = mac_id(0, "ib-1"), b = mac_id(0, "ib-2");
	struct lease *l;

	a.hlen = b.hlen = 0;
	l = bind(ls, &a, 0, 100);
	ck_assert_ptr_eq(lease_of(ls, NET_A, &a), l);
	ck_assert_ptr_null(lease_of(ls, NET_A, &b));
	leases_free(ls);
}
END_TEST

START_TEST(client_ids_of_24_25_255_and_more_bytes_are_kept)
{
	static const size_t len[] = {1, 24, 25, 255, 256, 1000};
	struct leases *ls = leases_new(&plain);
	uint8_t id[1000];
	struct lease_key k;
	struct lease *l[6];
	size_t i;

	for (i = 0; i < 6; i++) {
		memset(id, (int)i + 1, sizeof(id));
		k = mac((unsigned int)i);
		k.client_id = id;
		k.client_id_len = len[i];
		l[i] = bind(ls, &k, 0, 100);
		ck_assert_uint_eq(
		    l[i]->client_id_len, len[i] > 255 ? 255 : len[i]);
	}
	for (i = 0; i < 6; i++) {
		memset(id, (int)i + 1, sizeof(id));
		k = mac(1000);
		k.client_id = id;
		k.client_id_len = len[i];
		ck_assert_ptr_eq(lease_of(ls, NET_A, &k), l[i]);
	}
	leases_free(ls);
}
END_TEST

START_TEST(free_list_can_be_walked_longest_free_first)
{
	struct leases *ls = leases_new(&plain);
	struct lease_key k = mac(1);
	const struct lease *l, *last = NULL;
	unsigned int n = 0;

	lease_release(ls, bind(ls, &k, 0, 100), 10);
	for (l = NULL; (l = lease_next(ls, NET_A, LEASE_FREE, l)); n++)
		last = l;
	ck_assert_uint_eq(n, 12);
	want_addr(last, 10);
	leases_free(ls);
}
END_TEST

/* One of each kind; entries pass from one list to another meanwhile. */
START_TEST(walk_meets_all_that_is_kept_while_leases_change)
{
	struct leases *ls = leases_new(&plain);
	const struct lease *l;
	struct lease_key k;
	unsigned int i, seen[64] = {0}, walked = 0;

	for (i = 10; i < 20; i++) {
		k = mac(i);
		lease_bind(ls, lease_by_addr(ls, ADDR(i)), &k, 0, 1000);
		if (i >= 12)
			lease_release(ls, lease_by_addr(ls, ADDR(i)), i);
	}
	(void)lease_decline(ls, lease_by_addr(ls, ADDR(19)), 1000);
	ck_assert_uint_eq(leases_kept(ls), 10);
	leases_walk_begin(ls);
	while ((l = leases_walk(ls))) {
		ck_assert_uint_lt(++walked, 100);
		if (l->state != LEASE_FREE || l->hlen)
			seen[l->addr.v & 63]++;
		if ((l->addr.v & 0xff) == 14) {
			/* where the walk stands, and one that was seen */
			k = mac(15);
			lease_bind(
			    ls, lease_by_addr(ls, ADDR(15)), &k, 20, 1000);
			lease_release(ls, lease_by_addr(ls, ADDR(10)), 20);
		}
	}
	for (i = 11; i < 20; i++)
		ck_assert_msg(
		    seen[i] == (i != 15), ".%u was seen %u times", i, seen[i]);
	ck_assert_uint_eq(seen[10], 2); /* bound, and then free */
	ck_assert_uint_eq(leases_kept(ls), 10);
	leases_free(ls);
}
END_TEST

START_TEST(move_keeps_bound_offered_declined_and_remembered)
{
	struct leases *from = leases_new(&plain), *to = leases_new(&with_host);
	struct lease_key k[6];
	const struct lease *f = NULL;
	struct lease *l;
	unsigned int dropped, i;

	for (i = 0; i < 6; i++) {
		k[i] = mac_id(
		    i, i % 2 ? "an identifier of the longer kind" : "short");
		k[i].chaddr[1] = (uint8_t)i;
		k[i].client_id_len -= i / 2;
		bind(from, &k[i], 10, 100 + i);
	}
	lease_release(from, lease_by_addr(from, ADDR(14)), 20);
	lease_release(from, lease_by_addr(from, ADDR(13)), 30);
	lease_decline(from, lease_by_addr(from, ADDR(15)), 400);
	k[5] = mac(77);
	lease_offer(from, lease_by_addr(from, ADDR(16)), &k[5], 40, 50);
	leases_move(to, from, &dropped);
	leases_free(from);
	ck_assert_uint_eq(dropped, 1); /* .11 is a host's now */
	l = lease_by_addr(to, ADDR(10));
	ck_assert(lease_is_of(to, l, &k[0]));
	ck_assert_int_eq(l->state, LEASE_BOUND);
	ck_assert_int_eq(l->expires_s, 100);
	ck_assert_int_eq(l->start_s, 10);
	want_addr(lease_of(to, NET_A, &k[3]), 13);
	want_addr(lease_of(to, NET_A, &k[5]), 16);
	ck_assert_int_eq(lease_by_addr(to, ADDR(15))->state, LEASE_DECLINED);
	ck_assert_int_eq(lease_expire(to, 0, 1), 50);
	for (i = 0; (f = lease_next(to, NET_A, LEASE_FREE, f)); i++)
		want_addr(f, (unsigned int[]){17, 18, 19, 30, 31, 14, 13}[i]);
	leases_free(to);
}
END_TEST

/* The counts and lookups against a plain array, over many random steps. */
START_TEST(random_steps_agree_with_a_plain_model)
{
	struct leases *ls = leases_new(&plain);
	unsigned int holder[13] = {0}, i, step, r = 12345, bound, n;
	struct lease_key k;
	struct lease *l;

	for (step = 0; step < 20000; step++) {
		r = r * 1103515245u + 12345u;
		n = (r >> 16) % 12;
		k = mac(1 + (r >> 8) % 40);
		l = lease_by_addr(ls, leases_at(ls, n)->addr);
		switch (r >> 29) {
		case 0:
			lease_release(ls, l, step);
			holder[n] = 0;
			break;
		case 1:
			lease_decline(ls, l, step + 100);
			holder[n] = 0;
			break;
		case 2:
			lease_offer(ls, l, &k, step, step + 50);
			if (l->state != LEASE_BOUND)
				holder[n] = 0;
			break;
		default:
			lease_bind(ls, l, &k, step, step + 1 + (r & 1023));
			holder[n] = 1 + (r >> 8) % 40;
		}
		lease_expire(ls, step, 100);
		for (i = bound = 0; i < 13; i++) {
			if (leases_at(ls, i)->state != LEASE_BOUND)
				holder[i] = 0;
			bound += holder[i] != 0;
			if (!holder[i])
				continue;
			ck_assert_int_ge(leases_at(ls, i)->expires_s, step);
			k = mac(holder[i]);
			ck_assert(lease_is_of(ls, leases_at(ls, i), &k));
			l = lease_of(ls, NET_A, &k);
			ck_assert_int_eq(l->state, LEASE_BOUND);
		}
		ck_assert_uint_eq(
		    lease_counts(ls, NET_A).state[LEASE_BOUND], bound);
	}
	leases_free(ls);
}
END_TEST

START_TEST(sixty_thousand_leases_fill_and_empty_in_a_moment)
{
	static const struct conf_range r[] = {
	    {{0x0a000001}, {0x0a000001 + 59999}, 0}};
	static const struct conf_subnet s = {.pool = r, .npool = 1};
	static const struct conf c = {
	    .subnet = &s, .nsubnet = 1, .dhcpd = {.max_leases = 60000}};
	struct leases *ls = leases_new(&c);
	struct lease_key k;
	struct lease *l;
	unsigned int n;

	for (n = 0; n < 60000; n++) {
		k = mac(n);
		l = lease_pick(ls, &s, &k, NO_ADDR, n);
		ck_assert_ptr_nonnull(l);
		lease_bind(ls, l, &k, n, 100000 + n % 777);
	}
	k = mac(60000);
	ck_assert_ptr_null(lease_pick(ls, &s, &k, NO_ADDR, n));
	for (n = 0; n < 60000; n++) {
		k = mac(n);
		ck_assert_ptr_nonnull(lease_of(ls, &s, &k));
	}
	ck_assert_int_eq(lease_expire(ls, 200000, 60000), LEASE_NEVER);
	ck_assert_uint_eq(lease_counts(ls, &s).state[LEASE_FREE], 60000);
	leases_free(ls);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    one_machine_keeps_one_address_whatever_its_client_id,
	    subnets_of_one_wire_have_one_pool,
	    all_leases_of_a_client_are_found_on_all_wires,
	    all_leases_of_a_client_cost_the_same_with_many_subnets,
	    a_named_pool_is_for_its_clients_and_they_have_no_other,
	    of_two_leases_of_one_machine_the_later_one_counts,

	    table_holds_each_pool_address_once_and_ascending,
	    overlapping_and_backward_ranges_count_once,
	    table_is_cut_at_max_leases, address_of_a_host_is_not_in_the_pool,
	    table_without_pools_is_empty_and_answers,
	    bound_client_gets_its_own_address_again,
	    released_address_goes_back_to_the_same_client,
	    asked_address_is_given_when_it_is_free_and_of_the_subnet,
	    address_free_for_longest_is_given_first,
	    expiry_frees_in_order_of_time_and_tells_the_next,
	    oldest_offer_is_the_one_not_repeated_for_longest,
	    renewal_moves_the_expiry, declined_address_rests_and_is_nobodys,
	    no_more_than_a_quarter_rests_and_the_oldest_returns,
	    a_client_may_decline_some_addresses_in_a_while,
	    offer_of_a_bound_lease_leaves_it_bound,
	    client_id_tells_clients_on_one_card_apart,
	    client_id_finds_the_client_on_another_card,
	    hardware_address_decides_where_one_side_has_no_client_id,
	    client_without_hardware_address_is_known_by_its_id,
	    client_ids_of_24_25_255_and_more_bytes_are_kept,
	    free_list_can_be_walked_longest_free_first,
	    walk_meets_all_that_is_kept_while_leases_change,
	    move_keeps_bound_offered_declined_and_remembered,
	    random_steps_agree_with_a_plain_model,
	    sixty_thousand_leases_fill_and_empty_in_a_moment, NULL};

	return unit_main("lease", tests);
}
