/* test_lease_journal.c - the lines of dhcpd/lease_journal.c and
 * libproto/lease_text.c.
 * SPDX-License-Identifier: ISC */
#include "config.h"

#include "leasefile_try.h"

START_TEST(crc_of_the_check_string_is_the_published_one)
{
	ck_assert_uint_eq(lease_crc("123456789", 9), 0xcbf43926);
}
END_TEST

START_TEST(line_is_written_as_the_manual_shows_it)
{
	struct leases *ls = leases_new(&conf);
	struct lease *l = lease_by_addr(ls, addr(17));
	uint8_t id[] = {1, 0, 0x54, 0x55, 0x56, 0x67, 0x68};
	struct lease_key k = {.htype = 1,
	    .hlen = 6,
	    .chaddr = {0, 0x54, 0x55, 0x56, 0x67, 0x68},
	    .client_id = id,
	    .client_id_len = 7};
	char buf[LEASE_LINE];

	lease_bind(ls, l, &k, 1000, 4600);
	lease_journal_put(buf, ls, l, &t0);
	ck_assert_str_eq(buf,
	    "bound 192.0.2.17 1/00:54:55:56:67:68 01005455566768 "
	    "2026-11-22T10:00:00Z 2026-11-22T11:00:00Z 24bd4cd2\n");
	lease_bind(ls, l, &k, 1000, LEASE_NEVER);
	lease_journal_put(buf, ls, l, &t0);
	ck_assert_ptr_nonnull(strstr(buf, " never "));
	leases_free(ls);
}
END_TEST

START_TEST(longest_record_fits_its_line_and_comes_back)
{
	const struct conf_class class = {
	    .name = "123456789012345678901234567890123456789012345678"};
	struct conf c = conf;
	struct leases *ls;
	struct lease *l;
	struct lease_key k = {.htype = 255, .hlen = 16, .class = 1};
	struct lease_record rec;
	char buf[LEASE_LINE];
	uint8_t id[255];
	size_t len;

	c.class = &class;
	c.nclass = 1;
	ls = leases_new(&c);
	l = lease_by_addr(ls, addr(29));
	memset(id, 0xab, sizeof(id));
	memset(k.chaddr, 0xcd, 16);
	k.client_id = id;
	k.client_id_len = 255;
	lease_bind(ls, l, &k, -50, INT64_MAX / 4);
	len = lease_journal_put(buf, ls, l, &t0);
	ck_assert_uint_lt(len, LEASE_LINE);
	ck_assert_uint_eq(strlen(buf), len);
	ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
	ck_assert_uint_eq(rec.key.client_id_len, 255);
	ck_assert_mem_eq(rec.key.client_id, id, 255);
	ck_assert_mem_eq(rec.key.chaddr, k.chaddr, 16);
	ck_assert_int_eq(rec.start_s, T0 - 1050);
	ck_assert_str_eq(rec.class, class.name);
	leases_free(ls);
}
END_TEST

/* The class that the client had goes along, for tftpd; it is found by its
 * name again when the configuration has changed. */
START_TEST(class_of_the_holder_is_the_last_word_before_the_checksum)
{
	const struct conf_class before[] = {
	    {.name = "bios"}, {.name = "uefi"}, {.name = "two words"}};
	const struct conf_class after[] = {{.name = "uefi"}};
	struct conf one = conf, two = conf;
	struct leases *ls, *other;
	struct lease_key k = client(1);
	struct lease_record rec;
	char buf[LEASE_LINE];
	unsigned int dropped;
	struct lease *l;
	size_t len;

	one.class = before;
	one.nclass = 3;
	two.class = after;
	two.nclass = 1;
	ls = leases_new(&one);
	other = leases_new(&two);
	l = lease_by_addr(ls, addr(10));
	k.class = 2;
	lease_bind(ls, l, &k, 1000, 4600);
	len = lease_journal_put(buf, ls, l, &t0);
	ck_assert_ptr_nonnull(strstr(buf, " 2026-11-22T11:00:00Z uefi "));
	ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
	ck_assert_str_eq(rec.class, "uefi");
	leases_move(other, ls, &dropped);
	ck_assert_str_eq(
	    lease_class(other, lease_by_addr(other, addr(10))), "uefi");
	ck_assert(lease_journal_apply(other, &rec, &t0));
	ck_assert_str_eq(
	    lease_class(other, lease_by_addr(other, addr(10))), "uefi");
	lease_release(ls, l, 2000);
	len = lease_journal_put(buf, ls, l, &t0);
	ck_assert_ptr_nonnull(strstr(buf, "Z uefi "));
	k.class = 3; /* a name that would be two words, and none */
	lease_bind(ls, l, &k, 1000, 4600);
	len = lease_journal_put(buf, ls, l, &t0);
	ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
	ck_assert_str_eq(rec.class, "");
	lease_decline(ls, l, 5000);
	ck_assert_ptr_null(lease_class(ls, l));
	ck_assert_uint_eq(leases_class(ls, "gone"), 0);
	leases_free(ls);
	leases_free(other);
}
END_TEST

START_TEST(client_without_hardware_address_comes_back)
{
	struct leases *ls = leases_new(&conf);
	struct lease *l = lease_by_addr(ls, addr(10));
	struct lease_key k = {.htype = 32};
	struct lease_record rec;
	char buf[LEASE_LINE];
	size_t len;

	lease_bind(ls, l, &k, 1000, 2000);
	len = lease_journal_put(buf, ls, l, &t0);
	ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
	ck_assert_uint_eq(rec.key.hlen, 0);
	ck_assert_ptr_null(rec.key.client_id);
	leases_free(ls);
}
END_TEST

START_TEST(line_with_any_one_byte_changed_or_cut_is_refused)
{
	struct leases *ls = leases_new(&conf);
	struct lease_key k = client(1);
	struct lease *l = lease_by_addr(ls, addr(10));
	struct lease_record rec;
	char buf[LEASE_LINE];
	size_t len, i;

	lease_bind(ls, l, &k, 1000, 2000);
	len = lease_journal_put(buf, ls, l, &t0) - 1;
	ck_assert_ptr_null(lease_text_get(buf, len, &rec));
	for (i = 0; i < len; i++) {
		buf[i] ^= 1;
		ck_assert_msg(lease_text_get(buf, len, &rec) != NULL,
		    "byte %zu changed: believed", i);
		buf[i] ^= 1;
		ck_assert_msg(lease_text_get(buf, i, &rec) != NULL,
		    "cut at %zu: believed", i);
	}
	leases_free(ls);
}
END_TEST

/* A line with a good checksum and one bad word each. */
START_TEST(each_bad_word_is_named)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
	    {"offered 192.0.2.7 1/02 - 2026-11-22T10:00:00Z never", "state"},
	    {"bound 192.0.2 1/02 - 2026-11-22T10:00:00Z never", "the address"},
	    {"bound 192.0.2.7 256/02 - 2026-11-22T10:00:00Z never", "hardware"},
	    {"bound 192.0.2.7 1/0 - 2026-11-22T10:00:00Z never", "hardware"},
	    {"bound 192.0.2.7 1/02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:"
	     "11:12 - 2026-11-22T10:00:00Z never",
		"hardware"},
	    {"bound 192.0.2.7 1/02 xy 2026-11-22T10:00:00Z never", "client"},
	    {"bound 192.0.2.7 1/02 - 2026-13-22T10:00:00Z never", "first"},
	    {"bound 192.0.2.7 1/02 - never never", "first"},
	    {"bound 192.0.2.7 1/02 - 2026-11-22T10:00:00Z soon", "second"},
	    {"bound 192.0.2.7 1/02 - 2026-11-22T10:00:00Z never x y", "more"},
	    {"bound 192.0.2.7 1/02 - 2026-11-22T10:00:00Z never \001", "class"},
	    {"bound 192.0.2.7 1/02 - 2026-11-22T10:00:00Z never "
	     "1234567890123456789012345678901234567890123456789",
		"class"},
	    {"bound", "the address"},
	};
	struct lease_record rec;
	char buf[LEASE_LINE];
	const char *got;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(buf, sizeof(buf), "%s %08x", bad[i].text,
		    lease_crc(bad[i].text, strlen(bad[i].text)));
		got = lease_text_get(buf, strlen(buf), &rec);
		ck_assert_msg(got && strstr(got, bad[i].why),
		    "\"%s\": wanted \"%s\", got \"%s\"", bad[i].text,
		    bad[i].why, got ? got : "no error");
	}
}
END_TEST

START_TEST(dates_come_back_for_every_day_of_400_years)
{
	struct leases *ls = leases_new(&conf);
	struct lease_key k = client(1);
	struct lease *l = lease_by_addr(ls, addr(10));
	struct lease_clock now = {.boot_s = 0, .wall_s = 0};
	struct lease_record rec;
	char buf[LEASE_LINE];
	int64_t day;
	size_t len;

	for (day = 0; day < 146097 + 366; day++) {
		lease_bind(ls, l, &k, day * 86400 + day % 86400, LEASE_NEVER);
		len = lease_journal_put(buf, ls, l, &now);
		ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
		ck_assert_int_eq(rec.start_s, day * 86400 + day % 86400);
	}
	leases_free(ls);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    crc_of_the_check_string_is_the_published_one,
	    line_is_written_as_the_manual_shows_it,
	    longest_record_fits_its_line_and_comes_back,
	    class_of_the_holder_is_the_last_word_before_the_checksum,
	    client_without_hardware_address_comes_back,
	    line_with_any_one_byte_changed_or_cut_is_refused,
	    each_bad_word_is_named, dates_come_back_for_every_day_of_400_years,
	    NULL};

	return unit_main("lease_journal", tests);
}
