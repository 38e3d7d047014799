/* test_leasefile.c - tests of dhcpd/leasefile.c: what is appended.
 * SPDX-License-Identifier: ISC */
#include "config.h"

#include <sys/wait.h>

#include "leasefile_disk.h"

/*
 * A file size limit in the middle of a batch is what a full disk is.  Only
 * the commit runs under it: libcheck writes files of its own.
 */
static bool
commit_limited(struct leasefile *lf, struct leases *ls, off_t bytes)
{
	bool ok;

	limit_size((rlim_t)bytes);
	ok = leasefile_commit(lf, ls, &t0);
	limit_size(RLIM_INFINITY);
	return ok;
}

START_TEST(new_journal_is_made_with_its_folder_and_first_line)
{
	char text[64] = "";
	FILE *f;

	new_folder();
	snprintf(path, sizeof(path), "%s/a/b/leases", dir);
	open_and_close();
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), f));
	ck_assert_str_eq(text, "remoteboot-leases 1\n");
	fclose(f);
	remove_folder();
}
END_TEST

START_TEST(what_was_committed_is_there_again)
{
	struct leases *ls;
	struct leasefile *lf;
	struct lease_key k = client(1);
	struct lease *l;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	bind(lf, ls, 11, 2, LEASE_NEVER);
	l = bind(lf, ls, 12, 3, 600);
	lease_release(ls, l, 1100);
	leasefile_add(lf, ls, l, &t0);
	l = bind(lf, ls, 13, 4, 600);
	lease_decline(ls, l, 1500);
	leasefile_add(lf, ls, l, &t0);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);

	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 6);
	l = lease_by_addr(ls, addr(10));
	want_state(ls, 10, LEASE_BOUND);
	ck_assert(lease_is_of(ls, l, &k));
	ck_assert_int_eq(l->expires_s, 1600);
	ck_assert_int_eq(l->start_s, 1000);
	ck_assert_int_eq(lease_by_addr(ls, addr(11))->expires_s, LEASE_NEVER);
	want_state(ls, 12, LEASE_FREE);
	k = client(3);
	ck_assert(lease_is_of(ls, lease_by_addr(ls, addr(12)), &k));
	want_state(ls, 13, LEASE_DECLINED);
	ck_assert_int_eq(lease_by_addr(ls, addr(13))->expires_s, 1500);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(uncommitted_records_are_not_on_disk)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert_uint_eq(leasefile_pending(lf), 1);
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_FREE);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(full_disk_fails_the_batch_and_leaves_no_half_record)
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
	lf = reopen(&ls, &t0);
	bind(lf, ls, 11, 2, 600);
	bind(lf, ls, 12, 3, 600);
	ck_assert(!commit_limited(lf, ls, good + 130));
	ck_assert_int_eq(size_of(path), good);
	ck_assert_uint_eq(leasefile_pending(lf), 0);
	bind(lf, ls, 11, 2, 600); /* one still fits */
	ck_assert(commit_limited(lf, ls, good + 130));
	bind(lf, ls, 12, 3, 600);
	ck_assert(!commit_limited(lf, ls, good + 130));
	ck_assert_uint_eq(leasefile_stats(lf)->failures, 1);
	bind(lf, ls, 13, 4, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_uint_eq(leasefile_stats(lf)->failures, 0);
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 3);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_BOUND);
	want_state(ls, 12, LEASE_FREE);
	want_state(ls, 13, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

static void
give_back(struct leasefile *lf, struct leases *ls, unsigned int last)
{
	lease_release(ls, lease_by_addr(ls, addr(last)), 1005);
	ck_assert(leasefile_add(lf, ls, lease_by_addr(ls, addr(last)), &t0));
}

START_TEST(lease_given_back_on_a_full_disk_is_written_when_there_is_room)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	bind(lf, ls, 11, 2, 600);
	bind(lf, ls, 12, 3, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert(!leasefile_behind(lf));
	give_back(lf, ls, 10);
	give_back(lf, ls, 10); /* once more: noted once */
	(void)lease_decline(ls, lease_by_addr(ls, addr(11)), 2000);
	leasefile_add(lf, ls, lease_by_addr(ls, addr(11)), &t0);
	bind(lf, ls, 13, 4, 600); /* its client will ask again */
	ck_assert(!commit_limited(lf, ls, 10));
	ck_assert(leasefile_behind(lf));
	limit_size(10);
	leasefile_catch_up(lf, ls, &t0);
	limit_size(RLIM_INFINITY);
	ck_assert(leasefile_behind(lf));
	bind(lf, ls, 14, 5, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert(!leasefile_behind(lf));
	give_back(lf, ls, 12);
	ck_assert(!commit_limited(lf, ls, 10));
	leasefile_catch_up(lf, ls, &t0);
	ck_assert(!leasefile_behind(lf));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_FREE);
	want_state(ls, 11, LEASE_DECLINED);
	want_state(ls, 12, LEASE_FREE);
	want_state(ls, 13, LEASE_FREE);
	want_state(ls, 14, LEASE_BOUND);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 7);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(room_is_made_ahead_in_a_quiet_moment)
{
	struct leases *ls;
	struct leasefile *lf;
	off_t size;

	new_folder();
	lf = reopen(&ls, &t0);
	calls[0] = '\0';
	leasefile_prepare(lf);
	ck_assert_str_eq(calls, "wd");
	size = size_of(path);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	leasefile_prepare(lf); /* enough is left */
	ck_assert_str_eq(calls, "wdwd");
	ck_assert_int_eq(size_of(path), size);
	finish(lf, ls);
	ck_assert_int_lt(size_of(path), 200);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(no_room_for_newlines_ahead_is_no_failure)
{
	struct leases *ls;
	struct leasefile *lf;
	off_t size;

	new_folder();
	lf = reopen(&ls, &t0);
	size = size_of(path);
	limit_size(1000);
	leasefile_prepare(lf);
	ck_assert_int_eq(size_of(path), size);
	limit_size(RLIM_INFINITY);
	bind(lf, ls, 10, 1, 600);
	ck_assert(commit_limited(lf, ls, 1000));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(batch_is_one_write_and_one_sync)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	bind(lf, ls, 11, 2, 600);
	bind(lf, ls, 12, 3, 600);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wd");
	ck_assert(leasefile_commit(lf, ls, &t0)); /* nothing to do */
	ck_assert_str_eq(calls, "wd");
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(batch_takes_so_many_records_and_no_more)
{
	struct leases *ls;
	struct leasefile *lf;
	struct lease *l;
	unsigned int i;

	new_folder();
	lf = reopen(&ls, &t0);
	for (i = 0; i < LEASEFILE_BATCH; i++)
		bind(lf, ls, 10, i, 600);
	l = lease_by_addr(ls, addr(10));
	ck_assert(!leasefile_add(lf, ls, l, &t0));
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert(leasefile_add(lf, ls, l, &t0));
	finish(lf, ls);
	remove_folder();
}
END_TEST

/* A child writes and dies by SIGKILL; what it had committed is there. */
START_TEST(kill_9_loses_nothing_that_was_committed)
{
	struct leases *ls;
	struct leasefile *lf;
	unsigned int i, round, told;
	int fd[2], status;
	pid_t pid;

	new_folder();
	for (round = 0; round < 20; round++) {
		ck_assert_int_eq(pipe(fd), 0);
		pid = fork();
		if (pid == 0) {
			lf = reopen(&ls, &t0);
			for (i = 0;; i = (i + 1) % 250) {
				bind(lf, ls, 10 + i % 20, i, 600);
				if (!leasefile_commit(lf, ls, &t0) ||
				    write(fd[1], &i, sizeof(i)) == -1)
					_exit(1);
			}
		}
		close(fd[1]);
		for (i = 0; i < 5 + round * 7; i++)
			ck_assert(read(fd[0], &told, sizeof(told)) > 0);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		ck_assert(WIFSIGNALED(status));
		while (read(fd[0], &told, sizeof(told)) > 0)
			;
		close(fd[0]);
		lf = reopen(&ls, &t0);
		want_state(ls, 10 + told % 20, LEASE_BOUND);
		/* at most one record more than was told */
		i = lease_by_addr(ls, addr(10 + told % 20))->chaddr[5];
		ck_assert_msg(i == told % 250, "round %u: told %u, found %u",
		    round, told, i);
		finish(lf, ls);
	}
	remove_folder();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    new_journal_is_made_with_its_folder_and_first_line,
	    what_was_committed_is_there_again,
	    uncommitted_records_are_not_on_disk,
	    full_disk_fails_the_batch_and_leaves_no_half_record,
	    lease_given_back_on_a_full_disk_is_written_when_there_is_room,
	    room_is_made_ahead_in_a_quiet_moment,
	    no_room_for_newlines_ahead_is_no_failure,
	    batch_is_one_write_and_one_sync,
	    batch_takes_so_many_records_and_no_more,
	    kill_9_loses_nothing_that_was_committed, NULL};

	return unit_main("leasefile", tests);
}
