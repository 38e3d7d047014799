/* test_leasefile_anew.c - tests of dhcpd/leasefile_anew.c: the journal written
 * anew. SPDX-License-Identifier: ISC */
#include "config.h"

#include <stdlib.h>

#include "leasefile_disk.h"

/* All steps, as long as the disk does what it should. */
static void
tidy(struct leasefile *lf, struct leases *ls)
{
	do
		leasefile_tidy(lf, ls, &t0);
	while (leasefile_busy(lf));
}

START_TEST(long_journal_is_written_anew_with_the_same_leases)
{
	struct leases *ls;
	struct leasefile *lf;
	struct lease_key k = client(7);
	unsigned int i;
	off_t before;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 15, 7, 600);
	lease_release(ls, lease_by_addr(ls, addr(15)), 1010);
	leasefile_add(lf, ls, lease_by_addr(ls, addr(15)), &t0);
	for (i = 0; i < 70000; i++) {
		bind(lf, ls, 10 + i % 5, i % 5, 600);
		if (leasefile_pending(lf) == LEASEFILE_BATCH)
			ck_assert(leasefile_commit(lf, ls, &t0));
	}
	ck_assert(leasefile_commit(lf, ls, &t0));
	before = size_of(path);
	tidy(lf, ls);
	ck_assert_uint_eq(leasefile_stats(lf)->records, 6);
	ck_assert_int_lt(size_of(path), before / 20);
	bind(lf, ls, 20, 8, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	for (i = 0; i < 5; i++)
		want_state(ls, 10 + i, LEASE_BOUND);
	want_state(ls, 20, LEASE_BOUND);
	ck_assert(lease_is_of(ls, lease_by_addr(ls, addr(15)), &k));
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(rewritten_journal_keeps_the_order_of_the_free_list)
{
	static const unsigned int order[] = {14, 11, 13, 10, 12};
	struct leases *ls;
	struct leasefile *lf;
	const struct lease *l = NULL;
	unsigned int i;

	new_folder();
	lf = reopen(&ls, &t0);
	for (i = 10; i < 30; i++)
		bind(lf, ls, i, i, LEASE_NEVER);
	for (i = 0; i < 5; i++) {
		lease_release(ls, lease_by_addr(ls, addr(order[i])), 1001 + i);
		leasefile_add(lf, ls, lease_by_addr(ls, addr(order[i])), &t0);
	}
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text("x\n", 2); /* damage: written anew */
	open_and_close();
	lf = reopen(&ls, &t0);
	for (i = 0; i < 5; i++) {
		l = lease_next(ls, &subnet, LEASE_FREE, l);
		ck_assert_ptr_nonnull(l);
		ck_assert_uint_eq(l->addr.v & 0xff, order[i]);
	}
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(journal_that_cannot_be_written_anew_is_appended_to)
{
	struct leases *ls;
	struct leasefile *lf;
	unsigned int i;
	off_t size;

	new_folder();
	lf = reopen(&ls, &t0);
	for (i = 0; i < 70000; i++) {
		bind(lf, ls, 10 + i % 5, i % 5, 600);
		if (leasefile_pending(lf) == LEASEFILE_BATCH)
			ck_assert(leasefile_commit(lf, ls, &t0));
	}
	ck_assert(leasefile_commit(lf, ls, &t0));
	size = size_of(path);
	limit_size(100);
	tidy(lf, ls);
	limit_size(RLIM_INFINITY);
	ck_assert_int_eq(size_of(path), size);
	bind(lf, ls, 20, 8, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 14, LEASE_BOUND);
	want_state(ls, 20, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(new_file_is_on_disk_before_its_name_and_the_name_after)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	calls[0] = '\0';
	lf = reopen(&ls, &t0); /* write, sync, rename, sync the folder, pid */
	ck_assert_str_eq(calls, "wsrsw");
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(failed_sync_withholds_the_batch_and_leads_to_a_new_file)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	bind(lf, ls, 11, 2, 600);
	sync_fails = true;
	ck_assert(!leasefile_commit(lf, ls, &t0));
	bind(lf, ls, 12, 3, 600);
	ck_assert(!leasefile_commit(lf, ls, &t0));
	sync_fails = false;
	bind(lf, ls, 13, 4, 600);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrs");
	bind(lf, ls, 14, 5, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrswd");
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 13, LEASE_BOUND);
	want_state(ls, 14, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

/* The disk may still have the old file by that name. */
START_TEST(folder_that_fails_to_sync_withholds_until_it_is_synced)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	sync_fails = true;
	ck_assert(!leasefile_commit(lf, ls, &t0));
	sync_fails = false;
	folder_sync_fails = true;
	bind(lf, ls, 11, 2, 600);
	ck_assert(!leasefile_commit(lf, ls, &t0));
	bind(lf, ls, 12, 3, 600);
	ck_assert(!leasefile_commit(lf, ls, &t0));
	folder_sync_fails = false;
	bind(lf, ls, 13, 4, 600);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrs");
	bind(lf, ls, 14, 5, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrswd");
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 13, LEASE_BOUND);
	want_state(ls, 14, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(folder_that_cannot_be_synced_at_all_is_served_from)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	folder_sync_fails = true;
	folder_error = EINVAL;
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	folder_sync_fails = false;
	folder_error = EIO;
	remove_folder();
}
END_TEST

/* ---- in steps, while leases change ---- */

enum {
	MANY = 3000
};

static const struct conf_range many_range[] = {
    {{0xc0000300}, {0xc0000300 + MANY - 1}, 0}};
static const struct conf_subnet many_subnet = {
    .net = {0xc0000000}, .prefix = 16, .pool = many_range, .npool = 1};
static const struct conf many = {
    .subnet = &many_subnet, .nsubnet = 1, .dhcpd = {.max_leases = MANY}};

static struct leasefile *
open_many(const char *name, struct leases **ls)
{
	struct leasefile *lf;

	*ls = leases_new(&many);
	lf = leasefile_open(name, *ls, &nobody, &t0, why);
	ck_assert_msg(lf != NULL, "not opened: %s", why);
	return lf;
}

/* Something happens to some lease, and is noted as dhcpd does. */
static void
change(struct leasefile *lf, struct leases *ls)
{
	struct lease *l = lease_by_addr(
	    ls, (struct ip4){0xc0000300u + (uint32_t)rand() % MANY});
	struct lease_key k = client((unsigned int)rand() % 60000);
	struct lease *mine = lease_of(ls, &many_subnet, &k);

	l = mine ? mine : l;
	switch (rand() % 6) {
	case 0:
		if (l->state == LEASE_FREE)
			lease_offer(ls, l, &k, t0.boot_s, t0.boot_s + 60);
		return;
	case 1:
		if (l->state != LEASE_BOUND)
			return;
		lease_release(ls, l, t0.boot_s + rand() % 100);
		break;
	case 2:
		(void)lease_decline(ls, l, t0.boot_s + 5000);
		break;
	default:
		lease_bind(ls, l, &k, t0.boot_s, t0.boot_s + 3600);
	}
	ck_assert(leasefile_add(lf, ls, l, &t0));
}

/* Does a copy of the folder, as kill -9 leaves it, hold what is bound? */
static void
want_the_same(struct leases *ls, unsigned int step)
{
	char cmd[300], copy[sizeof(path) + 8];
	const struct lease *a, *b;
	struct leasefile *lf;
	struct leases *other;
	size_t kept = 0;

	snprintf(copy, sizeof(copy), "%s/copy", dir);
	snprintf(cmd, sizeof(cmd), "cp '%s' '%s'", path, copy);
	ck_assert_int_eq(system(cmd), 0);
	lf = open_many(copy, &other);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	for (size_t i = 0; i < leases_count(ls); i++) {
		a = leases_at(ls, i);
		b = leases_at(other, i);
		kept += a->state == LEASE_BOUND || a->state == LEASE_DECLINED ||
			(a->state == LEASE_FREE && a->hlen);
		ck_assert_msg(
		    (a->state == LEASE_BOUND) == (b->state == LEASE_BOUND),
		    "step %u, entry %zu: state %d in the table, %d on disk",
		    step, i, a->state, b->state);
		if (a->state == LEASE_BOUND)
			ck_assert_mem_eq(a->chaddr, b->chaddr, 6);
	}
	ck_assert_uint_eq(leases_kept(ls), kept);
	finish(lf, other);
}

START_TEST(leases_may_change_between_any_two_steps)
{
	struct leases *ls;
	struct leasefile *lf;
	unsigned int i, step = 0;

	new_folder();
	srand(1);
	lf = open_many(path, &ls);
	for (i = 0; i < 60000 && !leasefile_busy(lf); i++) {
		change(lf, ls);
		if (i % 100 == 0) {
			ck_assert(leasefile_commit(lf, ls, &t0));
			leasefile_tidy(lf, ls, &t0);
		}
	}
	ck_assert(leasefile_busy(lf));
	for (; leasefile_busy(lf); step++) {
		for (i = 0; i < 40; i++)
			change(lf, ls);
		ck_assert(leasefile_commit(lf, ls, &t0));
		if (step % 2 == 0)
			want_the_same(ls, step);
		leasefile_tidy(lf, ls, &t0);
	}
	ck_assert_uint_gt(step, 6);
	ck_assert_uint_eq(leasefile_stats(lf)->compactions, 2);
	want_the_same(ls, step);
	for (i = 0; i < 40; i++)
		change(lf, ls);
	ck_assert(leasefile_commit(lf, ls, &t0));
	want_the_same(ls, step + 1);
	finish(lf, ls);
	remove_folder();
}
END_TEST

/* The journal of `many` until it is being written anew. */
static struct leasefile *
grow(struct leases **ls)
{
	struct lease_key k;
	struct leasefile *lf;
	struct lease *l;
	unsigned int i;

	new_folder();
	lf = open_many(path, ls);
	for (i = 0; i < 20 * MANY && !leasefile_busy(lf); i++) {
		l = lease_by_addr(*ls, (struct ip4){0xc0000300u + i % MANY});
		k = client(i % MANY);
		lease_bind(*ls, l, &k, t0.boot_s, t0.boot_s + 3600);
		ck_assert(leasefile_add(lf, *ls, l, &t0));
		if (i % 100)
			continue;
		ck_assert(leasefile_commit(lf, *ls, &t0));
		leasefile_tidy(lf, *ls, &t0);
	}
	ck_assert(leasefile_commit(lf, *ls, &t0));
	ck_assert(leasefile_busy(lf));
	return lf;
}

/* At most 384 records are 64 KiB, one write; or a sync; or the new name. */
START_TEST(no_step_does_more_than_a_little)
{
	struct leases *ls;
	struct leasefile *lf = grow(&ls);
	char all[200] = "";

	while (leasefile_busy(lf)) {
		calls[0] = '\0';
		leasefile_tidy(lf, ls, &t0);
		ck_assert_uint_le(strlen(calls), 4);
		strcat(strcat(all, calls), ".");
		ck_assert_uint_lt(strlen(all), 150);
	}
	ck_assert_msg(strstr(all, ".wwws.srs."),
	    "wanted the copy, a write and newlines with a sync, then a sync, "
	    "the name and the sync of the folder; got %s",
	    all);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(half_a_new_file_gives_its_room_to_the_next_batch)
{
	struct leases *ls;
	struct leasefile *lf = grow(&ls);
	size_t before = leasefile_stats(lf)->compactions;
	struct lease *l = lease_by_addr(ls, (struct ip4){0xc0000300});
	struct lease_key k = client(9);

	leasefile_tidy(lf, ls, &t0);
	full_beside_new = true;
	lease_bind(ls, l, &k, t0.boot_s, t0.boot_s + 3600);
	ck_assert(leasefile_add(lf, ls, l, &t0));
	ck_assert(leasefile_commit(lf, ls, &t0));
	full_beside_new = false;
	ck_assert(!leasefile_busy(lf));
	ck_assert_uint_eq(leasefile_stats(lf)->compactions, before);
	want_the_same(ls, 0);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(reading_into_another_table_ends_it)
{
	struct leases *ls, *again = leases_new(&many);
	struct leasefile *lf = grow(&ls);

	leasefile_tidy(lf, ls, &t0);
	ck_assert_int_eq(leasefile_replay(lf, again, &t0), 0);
	ck_assert(!leasefile_busy(lf));
	leases_free(ls);
	tidy(lf, again);
	want_the_same(again, 0);
	finish(lf, again);
	remove_folder();
}
END_TEST

START_TEST(more_that_could_not_be_written_than_is_remembered_is_written_anew)
{
	struct leases *ls;
	struct leasefile *lf;
	struct lease_key k;
	struct lease *l;
	unsigned int i;

	new_folder();
	lf = open_many(path, &ls);
	for (i = 0; i < 600; i++) {
		l = lease_by_addr(ls, (struct ip4){0xc0000300u + i});
		k = client(i);
		lease_bind(ls, l, &k, t0.boot_s, t0.boot_s + 3600);
		ck_assert(leasefile_add(lf, ls, l, &t0));
		ck_assert(leasefile_commit(lf, ls, &t0));
	}
	for (i = 0; i < 600; i++) {
		l = lease_by_addr(ls, (struct ip4){0xc0000300u + i});
		lease_release(ls, l, t0.boot_s);
		ck_assert(leasefile_add(lf, ls, l, &t0));
		limit_size(10);
		ck_assert(!leasefile_commit(lf, ls, &t0));
		limit_size(RLIM_INFINITY);
	}
	ck_assert(leasefile_behind(lf));
	leasefile_catch_up(lf, ls, &t0);
	ck_assert(leasefile_busy(lf));
	tidy(lf, ls);
	ck_assert(!leasefile_behind(lf));
	want_the_same(ls, 0);
	finish(lf, ls);
	remove_folder();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    long_journal_is_written_anew_with_the_same_leases,
	    rewritten_journal_keeps_the_order_of_the_free_list,
	    journal_that_cannot_be_written_anew_is_appended_to,
	    new_file_is_on_disk_before_its_name_and_the_name_after,
	    failed_sync_withholds_the_batch_and_leads_to_a_new_file,
	    folder_that_fails_to_sync_withholds_until_it_is_synced,
	    folder_that_cannot_be_synced_at_all_is_served_from,
	    leases_may_change_between_any_two_steps,
	    no_step_does_more_than_a_little,
	    half_a_new_file_gives_its_room_to_the_next_batch,
	    reading_into_another_table_ends_it,
	    more_that_could_not_be_written_than_is_remembered_is_written_anew,
	    NULL};

	return unit_main("leasefile_anew", tests);
}
