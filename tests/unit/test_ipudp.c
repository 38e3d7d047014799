/* test_ipudp.c - headers for raw replies.  SPDX-License-Identifier: ISC */
#include <check.h>
#include <string.h>

#include "ipudp.h"
#include "unit.h"

/* RFC 1071: the sum over data with its checksum in place is ffff. */
static uint32_t
folded(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static uint32_t
udp_sum(const uint8_t head[28], const void *data, size_t len)
{
	uint32_t sum = folded(17 + 8 + (uint32_t)len, head + 12, 8);

	sum = folded(sum, head + 20, 8);
	return folded(sum, data, len);
}

static const struct ip4 src = {0xc0000201}, dst = {0xffffffff};

START_TEST(headers_are_those_of_rfc_791_and_768)
{
	/* made by scapy: IP(src="192.0.2.1", dst="255.255.255.255", id=258,
	 * ttl=64) / UDP(sport=67, dport=68) / b"abc" */
	static const uint8_t want[31] = {0x45, 0x00, 0x00, 0x1f, 0x01, 0x02,
	    0x00, 0x00, 0x40, 0x11, 0xb7, 0xcb, 0xc0, 0x00, 0x02, 0x01, 0xff,
	    0xff, 0xff, 0xff, 0x00, 0x43, 0x00, 0x44, 0x00, 0x0b, 0x78, 0xed,
	    'a', 'b', 'c'};
	uint8_t buf[31];

	memcpy(buf + 28, "abc", 3);
	ck_assert_uint_eq(ipudp_put(buf, src, 67, dst, 68, 258, "abc", 3), 28);
	ck_assert_mem_eq(buf, want, sizeof want);
}
END_TEST

START_TEST(both_checksums_prove_themselves_at_every_length)
{
	uint8_t head[28], data[300];

	for (size_t len = 0; len <= sizeof data; len++) {
		memset(data, (int)(len * 37), sizeof data);
		ck_assert_uint_eq(
		    ipudp_put(head, src, 67, dst, 68, (uint16_t)len, data, len),
		    28);
		ck_assert_uint_eq(folded(0, head, 20), 0xffff);
		ck_assert_uint_eq(udp_sum(head, data, len), 0xffff);
	}
}
END_TEST

START_TEST(df_is_clear_because_old_roms_drop_it)
{
	uint8_t head[28];

	(void)ipudp_put(head, src, 67, dst, 68, 1, "", 0);
	ck_assert_uint_eq(head[6], 0);
	ck_assert_uint_eq(head[7], 0);
	ck_assert_uint_eq(head[8], 64);
}
END_TEST

START_TEST(a_udp_checksum_of_zero_is_sent_as_ffff)
{
	uint8_t head[28], data[2] = {0, 0};
	uint16_t plain;

	/* data that brings the sum to ffff, whose complement is 0 */
	(void)ipudp_put(head, src, 67, dst, 68, 1, data, 2);
	plain = (uint16_t)(head[26] << 8 | head[27]);
	data[0] = (uint8_t)(plain >> 8);
	data[1] = (uint8_t)plain;
	(void)ipudp_put(head, src, 67, dst, 68, 1, data, 2);
	ck_assert_uint_eq(head[26], 0xff);
	ck_assert_uint_eq(head[27], 0xff);
}
END_TEST

START_TEST(the_longest_datagram_fits_and_one_more_byte_does_not)
{
	static const uint8_t data[65508];
	uint8_t head[28] = {0};

	ck_assert_uint_eq(ipudp_put(head, src, 1, dst, 2, 1, data, 65507), 28);
	ck_assert_uint_eq(head[2] << 8 | head[3], 65535);
	ck_assert_uint_eq(head[24] << 8 | head[25], 65515);
	memset(head, 0xaa, sizeof head);
	ck_assert_uint_eq(ipudp_put(head, src, 1, dst, 2, 1, data, 65508), 0);
	ck_assert_uint_eq(head[0], 0xaa);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {headers_are_those_of_rfc_791_and_768,
	    both_checksums_prove_themselves_at_every_length,
	    df_is_clear_because_old_roms_drop_it,
	    a_udp_checksum_of_zero_is_sent_as_ffff,
	    the_longest_datagram_fits_and_one_more_byte_does_not, NULL};

	return unit_main("ipudp", tests);
}
