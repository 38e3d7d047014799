/*
 * test_share.c - whose client, whose address (RFC 3074).
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcpd/share.h"
#include "unit.h"

static struct lease_key
card(uint8_t last)
{
	return (struct lease_key){
	    .htype = 1, .hlen = 6, .chaddr = {2, 0, 0, 0, 0, last}};
}

/* The servers alone; what else a configuration has is not looked at. */
static const struct ip4 addr[CONF_SERVERS];

static struct conf
conf_of(size_t n, bool by_machine)
{
	struct conf c = {.dhcpd = {.servers = addr,
			     .nservers = n,
			     .one_address_per_machine = by_machine}};

	return c;
}

/* The first numbers of the table show in the hash of one byte: T[1 ^ b]. */
START_TEST(the_table_is_that_of_rfc_3074)
{
	static const uint8_t first[] = {251, 175, 119, 215, 81, 14, 79, 191,
	    103, 49, 181, 143, 186, 157, 0, 232};
	static const uint8_t last[] = {
	    28, 133, 37, 153, 149, 80, 170, 68, 6, 169, 234, 151};
	bool seen[SHARE_BUCKETS] = {false};
	unsigned int i, n = 0;
	uint8_t b;

	for (i = 0; i < SHARE_BUCKETS; i++) {
		b = (uint8_t)(i ^ 1);
		n += !seen[share_hash(&b, 1)];
		seen[share_hash(&b, 1)] = true;
		if (i < sizeof first)
			ck_assert_uint_eq(share_hash(&b, 1), first[i]);
		if (i >= SHARE_BUCKETS - sizeof last)
			ck_assert_uint_eq(share_hash(&b, 1),
			    last[i - (SHARE_BUCKETS - sizeof last)]);
	}
	ck_assert_uint_eq(n, SHARE_BUCKETS); /* a permutation */
}
END_TEST

/* By the loop of RFC 3074 6, run outside of this program. */
START_TEST(the_hash_goes_from_the_last_byte_to_the_first)
{
	static const struct {
		uint8_t id[8];
		size_t len;
		uint8_t hash;
	} vector[] = {{{2, 0, 0, 0, 0, 1}, 6, 133}, {{2, 0, 0, 0, 0, 2}, 6, 45},
	    {{2, 0, 0, 0, 0, 3}, 6, 182}, {{2, 0, 0, 0, 0, 4}, 6, 150},
	    {{0x52, 0x54, 0, 0x12, 0x34, 0x56}, 6, 156},
	    {{1, 2, 0, 0, 0, 0, 1}, 7, 14}, {{10}, 1, 143}, {{0}, 0, 0}};

	for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++)
		ck_assert_uint_eq(
		    share_hash(vector[i].id, vector[i].len), vector[i].hash);
}
END_TEST

START_TEST(every_bucket_has_one_server_and_shares_are_equal)
{
	for (size_t n = 2; n <= CONF_SERVERS; n++) {
		unsigned int count[CONF_SERVERS + 1] = {0}, was = 1, of;

		for (unsigned int b = 0; b < SHARE_BUCKETS; b++) {
			of = share_of_bucket((uint8_t)b, n);
			ck_assert_uint_ge(of, was);
			ck_assert_uint_le(of, n);
			count[was = of]++;
		}
		for (size_t i = 1; i <= n; i++) {
			ck_assert_uint_ge(count[i], SHARE_BUCKETS / n);
			ck_assert_uint_le(count[i], SHARE_BUCKETS / n + 1);
		}
	}
}
END_TEST

START_TEST(neighbouring_addresses_are_of_all_servers_in_turn)
{
	struct conf c = conf_of(3, true);

	for (uint32_t a = 0x0a000001; a < 0x0a000010; a++) {
		ck_assert_uint_ne(share_of_addr(&c, (struct ip4){a}),
		    share_of_addr(&c, (struct ip4){a + 1}));
		ck_assert_uint_eq(share_of_addr(&c, (struct ip4){a}),
		    share_of_addr(&c, (struct ip4){a + 3}));
	}
}
END_TEST

START_TEST(a_client_identifier_counts_unless_the_card_tells)
{
	static const uint8_t id[] = {1, 2, 0, 0, 0, 0, 1}; /* bucket 14 */
	struct conf machine = conf_of(2, true), rfc = conf_of(2, false);
	struct lease_key k = card(1); /* bucket 133 */

	ck_assert_uint_eq(share_of_client(&rfc, &k), 2);
	k.client_id = id;
	k.client_id_len = sizeof id;
	ck_assert_uint_eq(share_of_client(&rfc, &k), 1);
	ck_assert_uint_eq(share_of_client(&machine, &k), 2);
	k.htype = 32; /* not Ethernet: the identifier */
	ck_assert_uint_eq(share_of_client(&machine, &k), 1);
}
END_TEST

START_TEST(secs_with_swapped_bytes_are_put_right)
{
	ck_assert_uint_eq(share_secs(0), 0);
	ck_assert_uint_eq(share_secs(4), 4);
	ck_assert_uint_eq(share_secs(255), 255);
	ck_assert_uint_eq(share_secs(0x0400), 4);
	ck_assert_uint_eq(share_secs(300), 300);
}
END_TEST

START_TEST(the_wait_ends_with_an_answer_or_a_long_silence)
{
	static struct share_waits w;
	struct lease_key a = card(1), b = card(2);

	ck_assert_int_eq(share_wait(&w, &a, 100), 0);
	ck_assert_int_eq(share_wait(&w, &b, 103), 0);
	ck_assert_int_eq(share_wait(&w, &a, 104), 4);
	share_served(&w, &b);
	ck_assert_int_eq(share_wait(&w, &a, 106), 6);
	ck_assert_int_eq(share_wait(&w, &b, 106), 0);
	share_served(&w, &a);
	ck_assert_int_eq(share_wait(&w, &a, 107), 0);
	ck_assert_int_eq(share_wait(&w, &a, 107 + SHARE_FORGET_S), 60);
	ck_assert_int_eq(share_wait(&w, &a, 168 + SHARE_FORGET_S), 0);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {the_table_is_that_of_rfc_3074,
	    the_hash_goes_from_the_last_byte_to_the_first,
	    every_bucket_has_one_server_and_shares_are_equal,
	    neighbouring_addresses_are_of_all_servers_in_turn,
	    a_client_identifier_counts_unless_the_card_tells,
	    secs_with_swapped_bytes_are_put_right,
	    the_wait_ends_with_an_answer_or_a_long_silence, NULL};

	return unit_main("share", tests);
}
