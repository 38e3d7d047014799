/*
 * test_ahead.c - pieces of files, read once for all who send them.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tftpd/ahead.h"
#include "unit.h"

enum {
	LEN = 5 * AHEAD_PIECE + 777,
	FILES = AHEAD_PIECES + 30
};

static uint8_t dst[AHEAD_SMALL];

static uint8_t
byte_of(unsigned int seed, uint64_t at)
{
	return (uint8_t)(at * 31 + at / 251 + seed * 101);
}

/* A file of LEN bytes that was changed `age` seconds ago. */
static FILE *
make(unsigned int seed, time_t age)
{
	FILE *f = tmpfile();
	struct timespec t[2] = {{0}, {0}};

	ck_assert_ptr_nonnull(f);
	for (uint64_t i = 0; i < LEN; i++)
		(void)fputc(byte_of(seed, i), f);
	ck_assert_int_eq(fflush(f), 0);
	t[0].tv_sec = t[1].tv_sec = time(NULL) - age;
	ck_assert_int_eq(futimens(fileno(f), t), 0);
	return f;
}

static void
ck_bytes(const struct ahead_file *a, FILE *f, unsigned int seed, uint64_t at,
    size_t want)
{
	memset(dst, 0, sizeof dst);
	ck_assert_int_eq(ahead_read(a, fileno(f), at, want, dst), 0);
	for (size_t i = 0; i < want; i++)
		ck_assert_uint_eq(dst[i], byte_of(seed, at + i));
}

START_TEST(bytes_are_the_files_across_pieces_and_to_its_end)
{
	FILE *f = make(1, 100);
	struct ahead_file a;

	ahead_open(&a, fileno(f));
	for (uint64_t at = 0; at + 500 <= LEN; at += 500)
		ck_bytes(&a, f, 1, at, 500);
	ck_bytes(&a, f, 1, AHEAD_PIECE - 1, 2);
	ck_bytes(&a, f, 1, LEN - 1, 1);
	ck_bytes(&a, f, 1, LEN, 0);
	(void)fclose(f);
}
END_TEST

START_TEST(what_a_file_does_not_have_is_an_error)
{
	FILE *f = make(2, 100);
	struct ahead_file a;

	ahead_open(&a, fileno(f));
	errno = 0;
	ck_assert_int_eq(ahead_read(&a, fileno(f), LEN - 3, 4, dst), -1);
	ck_assert_int_eq(errno, ESTALE);
	ck_bytes(&a, f, 2, LEN - 4, 4);
	(void)fclose(f);
}
END_TEST

START_TEST(a_file_that_has_settled_is_the_same_for_all)
{
	FILE *f = make(3, 100), *g = make(3, 100);
	struct ahead_file a, b, c;

	ahead_open(&a, fileno(f));
	ahead_open(&b, fileno(f));
	ahead_open(&c, fileno(g));
	ck_assert_uint_eq(a.own, 0);
	ck_assert_mem_eq(&a, &b, sizeof a);
	ck_assert_mem_ne(&a, &c, sizeof a);
	(void)fclose(f);
	(void)fclose(g);
}
END_TEST

START_TEST(a_file_that_was_changed_is_another_one)
{
	FILE *f = make(4, 100);
	struct timespec t[2] = {{1000, 0}, {1000, 5}};
	struct ahead_file a, b;

	ahead_open(&a, fileno(f));
	ck_bytes(&a, f, 4, 0, 100);
	ck_assert(!ahead_changed(&a, fileno(f)));
	ck_assert_int_eq(pwrite(fileno(f), "new", 3, 0), 3);
	ck_assert_int_eq(futimens(fileno(f), t), 0);
	ck_assert(ahead_changed(&a, fileno(f)));
	ahead_open(&b, fileno(f));
	ck_assert_mem_ne(&a, &b, sizeof a);
	ck_assert_int_eq(ahead_read(&b, fileno(f), 0, 3, dst), 0);
	ck_assert_mem_eq(dst, "new", 3);
	(void)fclose(f);
}
END_TEST

START_TEST(a_file_that_was_changed_just_now_is_shared_with_nobody)
{
	FILE *f = make(5, 0);
	struct ahead_file a, b;

	ahead_open(&a, fileno(f));
	ck_assert_int_eq(pwrite(fileno(f), "new", 3, 0), 3);
	ahead_open(&b, fileno(f));
	ck_assert_uint_ne(a.own, 0);
	ck_assert_uint_ne(b.own, 0);
	ck_assert_uint_ne(a.own, b.own);
	ck_assert_int_eq(ahead_read(&a, fileno(f), 0, 3, dst), 0);
	ck_assert_int_eq(ahead_read(&b, fileno(f), 0, 3, dst), 0);
	ck_assert_mem_eq(dst, "new", 3);
	(void)fclose(f);
}
END_TEST

/* Long enough to give pieces up and to try them again. */
START_TEST(bytes_are_right_when_all_drive_out_each_other)
{
	static FILE *f[FILES];
	static struct ahead_file a[FILES];
	uint64_t at = 0;

	for (unsigned int i = 0; i < FILES; i++) {
		f[i] = make(i, 100);
		ahead_open(&a[i], fileno(f[i]));
	}
	for (unsigned int n = 0; n < 40000; n++) {
		unsigned int i = n * 7 % FILES;

		at = (at + 12345) % (LEN - 20);
		ck_bytes(&a[i], f[i], i, at, 20);
	}
	for (unsigned int i = 0; i < FILES; i++)
		(void)fclose(f[i]);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    bytes_are_the_files_across_pieces_and_to_its_end,
	    what_a_file_does_not_have_is_an_error,
	    a_file_that_has_settled_is_the_same_for_all,
	    a_file_that_was_changed_is_another_one,
	    a_file_that_was_changed_just_now_is_shared_with_nobody,
	    bytes_are_right_when_all_drive_out_each_other, NULL};

	return unit_main("ahead", tests);
}
