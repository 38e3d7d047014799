/* test_leasefile_open.c - tests of dhcpd/leasefile_open.c: what is read at
 * start. SPDX-License-Identifier: ISC */
#include "config.h"

#include "leasefile_try.h"

START_TEST(reboot_starts_the_clock_anew_and_keeps_the_time_left)
{
	const struct lease_clock later = {.boot_s = 5, .wall_s = T0 + 400};
	const struct lease_clock late = {.boot_s = 5, .wall_s = T0 + 700};
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &later);
	ck_assert_int_eq(lease_by_addr(ls, addr(10))->expires_s, 205);
	finish(lf, ls);
	lf = reopen(&ls, &late);
	want_state(ls, 10, LEASE_FREE);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(clock_of_1970_does_not_make_leases_of_decades)
{
	const struct lease_clock no_rtc = {.boot_s = 5, .wall_s = 20};
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &no_rtc);
	ck_assert_int_eq(lease_by_addr(ls, addr(10))->expires_s, 605);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(torn_tail_is_cut_off_and_appended_to)
{
	struct leases *ls;
	struct leasefile *lf;
	off_t good;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	good = size_of(path);
	append_text("bound 192.0.2.11 1/02:00:00:0", 29);
	lf = reopen(&ls, &t0);
	ck_assert_int_eq(size_of(path), good);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_FREE);
	bind(lf, ls, 12, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 12, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(journal_torn_at_every_byte_keeps_what_stands_before)
{
	static char text[1000];
	struct leases *ls;
	struct leasefile *lf;
	size_t first, end, i;
	FILE *f;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	first = (size_t)size_of(path);
	lf = reopen(&ls, &t0);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	f = fopen(path, "r");
	end = fread(text, 1, sizeof(text), f);
	fclose(f);
	ck_assert_uint_gt(end, first);
	for (i = 0; i <= end; i++) {
		ck_assert_int_eq(unlink(path), 0);
		append_text(text, i);
		lf = reopen(&ls, &t0);
		want_state(ls, 10, i >= first ? LEASE_BOUND : LEASE_FREE);
		want_state(ls, 11, i >= end ? LEASE_BOUND : LEASE_FREE);
		ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
		finish(lf, ls);
	}
	remove_folder();
}
END_TEST

START_TEST(record_torn_before_the_newlines_ahead_is_no_damage)
{
	static char text[1000 + 300];
	struct leases *ls;
	struct leasefile *lf;
	size_t first, end, i;
	FILE *f;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	first = (size_t)size_of(path);
	lf = reopen(&ls, &t0);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_int_gt(size_of(path), (off_t)first + 1000);
	finish(lf, ls);
	f = fopen(path, "r");
	end = fread(text, 1, 1000, f);
	fclose(f);
	for (i = end; i >= first; i--) {
		memset(text + i, '\n', 300);
		ck_assert_int_eq(unlink(path), 0);
		append_text(text, i + 300);
		lf = reopen(&ls, &t0);
		want_state(ls, 10, LEASE_BOUND);
		/* the newline that a whole record lacks is there */
		want_state(ls, 11, i + 1 >= end ? LEASE_BOUND : LEASE_FREE);
		ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
		bind(lf, ls, 12, 3, 600);
		ck_assert(leasefile_commit(lf, ls, &t0));
		finish(lf, ls);
		ck_assert_int_le(size_of(path), (off_t)(2 * end - first));
		lf = reopen(&ls, &t0);
		ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
		want_state(ls, 12, LEASE_BOUND);
		finish(lf, ls);
	}
	remove_folder();
}
END_TEST

START_TEST(records_behind_newlines_ahead_are_read)
{
	struct leases *ls;
	struct leasefile *lf;
	char line[LEASE_LINE];
	const char *text = "bound 192.0.2.11 1/02:00:00:00:00:01 - "
			   "2026-11-22T10:00:00Z never";

	new_folder();
	open_and_close();
	append_text("\n\n\n", 3);
	snprintf(line, sizeof(line), "%s %08x\n", text,
	    lease_crc(text, strlen(text)));
	append_text(line, strlen(line));
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 11, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(zeros_of_a_power_cut_at_the_end_are_cut_off)
{
	static const char zeros[70000];
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text(zeros, 100);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	finish(lf, ls);
	append_text(zeros, sizeof(zeros));
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(damaged_line_is_skipped_the_rest_kept_and_the_file_saved)
{
	struct leases *ls;
	struct leasefile *lf;
	char damaged[120];

	new_folder();
	snprintf(damaged, sizeof(damaged), "%s.damaged", path);
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text("who wrote this?\n\nor this?\n", 26);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 2);
	ck_assert_int_gt(size_of(damaged), 0);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(foreign_file_is_refused_and_left_alone)
{
	static const char isc[] = "# The format of this file is documented in\n"
				  "lease 10.0.0.1 {\n}\n";
	struct leases *ls = leases_new(&conf);

	new_folder();
	append_text(isc, strlen(isc));
	ck_assert_ptr_null(leasefile_open(path, ls, &nobody, &t0, why));
	ck_assert_msg(strstr(why, "not a lease file") != NULL, "%s", why);
	ck_assert_int_eq(size_of(path), (off_t)strlen(isc));
	leases_free(ls);
	remove_folder();
}
END_TEST

START_TEST(second_instance_is_refused_with_the_first_ones_number)
{
	struct leases *ls, *other = leases_new(&conf);
	struct leasefile *lf;
	char pid[24];

	new_folder();
	lf = reopen(&ls, &t0);
	ck_assert_ptr_null(leasefile_open(path, other, &nobody, &t0, why));
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	ck_assert_msg(strstr(why, pid) != NULL, "%s", why);
	finish(lf, ls);
	lf = leasefile_open(path, other, &nobody, &t0, why);
	ck_assert_ptr_nonnull(lf);
	finish(lf, other);
	remove_folder();
}
END_TEST

START_TEST(record_of_an_address_in_no_pool_is_counted_and_kept)
{
	struct leases *ls;
	struct leasefile *lf;
	char line[LEASE_LINE];
	const char *text = "bound 10.0.0.1 1/02:00:00:00:00:01 - "
			   "2026-11-22T10:00:00Z never";
	off_t size;

	new_folder();
	open_and_close();
	snprintf(line, sizeof(line), "%s %08x\n", text,
	    lease_crc(text, strlen(text)));
	append_text(line, strlen(line));
	size = size_of(path);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->outside, 1);
	ck_assert_int_eq(size_of(path), size);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(journal_can_be_read_again_into_another_table)
{
	struct leases *ls, *again = leases_new(&conf);
	struct leasefile *lf;
	unsigned int dropped;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	lease_release(ls, lease_by_addr(ls, addr(11)), 1005); /* not on disk */
	ck_assert_int_eq(leasefile_replay(lf, again, &t0), 0);
	want_state(again, 10, LEASE_BOUND);
	want_state(again, 11, LEASE_BOUND);
	leases_move(again, ls, &dropped);
	want_state(again, 10, LEASE_BOUND);
	want_state(again, 11, LEASE_FREE);
	bind(lf, again, 12, 3, 600);
	ck_assert(leasefile_commit(lf, again, &t0));
	leases_free(again);
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 12, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(damaged_journal_that_cannot_be_written_anew_is_served_from)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text("damage\n", 7);
	ls = leases_new(&conf);
	limit_size(10);
	lf = leasefile_open(path, ls, &nobody, &t0, why);
	limit_size(RLIM_INFINITY);
	ck_assert_msg(lf != NULL, "%s", why);
	want_state(ls, 10, LEASE_BOUND);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    reboot_starts_the_clock_anew_and_keeps_the_time_left,
	    clock_of_1970_does_not_make_leases_of_decades,
	    torn_tail_is_cut_off_and_appended_to,
	    journal_torn_at_every_byte_keeps_what_stands_before,
	    record_torn_before_the_newlines_ahead_is_no_damage,
	    records_behind_newlines_ahead_are_read,
	    zeros_of_a_power_cut_at_the_end_are_cut_off,
	    damaged_line_is_skipped_the_rest_kept_and_the_file_saved,
	    foreign_file_is_refused_and_left_alone,
	    second_instance_is_refused_with_the_first_ones_number,
	    record_of_an_address_in_no_pool_is_counted_and_kept,
	    journal_can_be_read_again_into_another_table,
	    damaged_journal_that_cannot_be_written_anew_is_served_from, NULL};

	return unit_main("leasefile_open", tests);
}
