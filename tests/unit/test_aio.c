/* test_aio.c - fsync beside the loop.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "sys/aio.h"
#include "sys_tmp.h"
#include "unit.h"

enum {
	JOBS = 40
};

static struct loop *loop;
static struct aio *a;
static unsigned int told;

struct work {
	struct aio_job job;
	int error;
	unsigned int times;
};

static void
done(struct aio_job *job, int error)
{
	struct work *w =
	    (struct work *)(void *)((char *)job - offsetof(struct work, job));

	ck_assert(!job->busy);
	w->error = error;
	w->times++;
	if (++told == JOBS)
		loop_stop(loop);
}

START_TEST(each_job_is_told_once_and_later)
{
	static struct work w[JOBS];

	tmp_make();
	loop = loop_new();
	ck_assert_ptr_nonnull(loop);
	a = aio_new(loop, 8); /* more jobs than it was made for */
	ck_assert_ptr_nonnull(a);
	for (unsigned int i = 0; i < JOBS; i++) {
		int fd = i % 3 == 2 ? open(".", O_RDONLY)
				    : open("f", O_RDWR | O_CREAT, 0600);

		ck_assert_int_ne(fd, -1);
		ck_assert(i % 3 == 2 || write(fd, "x", 1) == 1);
		w[i].job.done = done;
		w[i].error = -1;
		aio_fsync(a, fd, &w[i].job);
		ck_assert(w[i].job.busy);
		ck_assert_uint_eq(w[i].times, 0);
		(void)close(fd); /* the kernel has it */
	}
	ck_assert_int_eq(loop_run(loop), 0);
	for (unsigned int i = 0; i < JOBS; i++) {
		ck_assert_int_eq(w[i].error, 0);
		ck_assert_uint_eq(w[i].times, 1);
	}
	aio_free(a);
	loop_free(loop);
	tmp_remove();
}
END_TEST

static void
error_done(struct aio_job *job, int error)
{
	struct work *w =
	    (struct work *)(void *)((char *)job - offsetof(struct work, job));

	w->error = error;
	loop_stop(loop);
}

START_TEST(a_descriptor_that_is_none_is_an_error)
{
	struct work w = {.job.done = error_done};

	loop = loop_new();
	a = aio_new(loop, 8);
	ck_assert_ptr_nonnull(a);
	aio_fsync(a, -1, &w.job);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_int_eq(w.error, EBADF);
	aio_free(a);
	loop_free(loop);
}
END_TEST

START_TEST(what_cannot_be_synced_is_no_error)
{
	struct work w = {.job.done = error_done, .error = -1};
	int fd[2];

	loop = loop_new();
	a = aio_new(loop, 8);
	ck_assert_int_eq(pipe(fd), 0);
	aio_fsync(a, fd[1], &w.job);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_int_eq(w.error, 0);
	aio_free(a);
	loop_free(loop);
	(void)close(fd[0]);
	(void)close(fd[1]);
}
END_TEST

START_TEST(it_ends_while_jobs_run)
{
	struct work w = {.job.done = done};
	int fd;

	tmp_make();
	loop = loop_new();
	a = aio_new(loop, 8);
	fd = open("f", O_RDWR | O_CREAT, 0600);
	aio_fsync(a, fd, &w.job);
	aio_free(a);
	ck_assert_uint_eq(w.times, 0);
	loop_free(loop);
	(void)close(fd);
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {each_job_is_told_once_and_later,
	    a_descriptor_that_is_none_is_an_error,
	    what_cannot_be_synced_is_no_error, it_ends_while_jobs_run, NULL};

	return unit_main("aio", tests);
}
