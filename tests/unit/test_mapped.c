/*
 * test_mapped.c - parts of files in memory.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tftpd/mapped.h"
#include "unit.h"

enum {
	PART = MAPPED_PART,
	ALL = MAPPED_SETS * MAPPED_WAYS,
	MARK = 4096 /* bytes from one number in a file to the next */
};

/* A file of len bytes, with its place written down at each MARK. */
static FILE *
make(uint64_t len, time_t age, struct ahead_file *ret)
{
	struct timespec t[2] = {{0}, {0}};
	FILE *f = tmpfile();

	ck_assert_ptr_nonnull(f);
	for (uint64_t at = 0; at + sizeof at <= len; at += MARK)
		ck_assert_int_eq(
		    pwrite(fileno(f), &at, sizeof at, (off_t)at), sizeof at);
	ck_assert_int_eq(ftruncate(fileno(f), (off_t)len), 0);
	t[0].tv_sec = t[1].tv_sec = time(NULL) - age;
	ck_assert_int_eq(futimens(fileno(f), t), 0);
	ahead_open(ret, fileno(f));
	return f;
}

/* As somebody who sends a part that others have sent before. */
static const uint8_t *
ask(const struct ahead_file *a, FILE *f, uint64_t at, size_t want)
{
	for (int i = 0; i < 2; i++)
		(void)mapped_at(a, fileno(f), at / PART * PART,
		    a->size - at / PART * PART < PART
			? (size_t)(a->size - at / PART * PART)
			: PART);
	return mapped_at(a, fileno(f), at, want);
}

static void
ck_mark(const struct ahead_file *a, FILE *f, uint64_t at)
{
	const uint8_t *p = ask(a, f, at, sizeof at);
	uint64_t got;

	ck_assert_ptr_nonnull(p);
	memcpy(&got, p, sizeof got);
	ck_assert_uint_eq(got, at);
}

/* Mappings of deleted files (as ours are) in this process. */
static size_t
deleted_maps(void)
{
	FILE *m = fopen("/proc/self/maps", "r");
	char line[512];
	size_t n = 0;

	ck_assert_ptr_nonnull(m);
	while (fgets(line, sizeof line, m))
		n += strstr(line, "(deleted)") != NULL;
	(void)fclose(m);
	return n;
}

START_TEST(bytes_are_the_files)
{
	struct ahead_file a;
	FILE *f = make(2 * PART + MARK, 100, &a);

	ck_assert(mapped_worth(&a));
	for (uint64_t at = 0; at < 2 * PART + MARK; at += 37 * MARK)
		ck_mark(&a, f, at);
	ck_mark(&a, f, 2 * PART);
	ck_assert_ptr_nonnull(ask(&a, f, 2 * PART, MARK));
	ck_assert_ptr_nonnull(ask(&a, f, 0, PART));
	(void)fclose(f);
}
END_TEST

START_TEST(what_is_sent_once_is_not_mapped)
{
	struct ahead_file a;
	FILE *f = make(2 * PART, 100, &a);

	for (uint64_t at = 0; at < 2 * PART; at += MARK)
		ck_assert_ptr_null(mapped_at(&a, fileno(f), at, MARK));
	ck_assert(!mapped_any());
	for (uint64_t at = 0; at < 2 * PART; at += MARK)
		ck_assert_ptr_nonnull(mapped_at(&a, fileno(f), at, MARK));
	(void)fclose(f);
}
END_TEST

START_TEST(what_lies_in_two_parts_or_behind_the_end_has_to_be_read)
{
	struct ahead_file a;
	FILE *f = make(PART + MARK, 100, &a);

	ck_assert_ptr_null(ask(&a, f, PART - 1, 2));
	ck_assert_ptr_null(ask(&a, f, 1, PART));
	ck_assert_ptr_nonnull(ask(&a, f, PART - 1, 1));
	ck_assert_ptr_null(ask(&a, f, PART, MARK + 1));
	(void)fclose(f);
}
END_TEST

START_TEST(all_who_send_a_file_share_a_part)
{
	struct ahead_file a, b, c;
	FILE *f = make(PART, 100, &a), *g = make(PART, 100, &c);
	const uint8_t *p = ask(&a, f, 0, MARK);

	ahead_open(&b, fileno(f));
	ck_assert_ptr_eq(ask(&b, f, 0, MARK), p);
	ck_assert_ptr_ne(ask(&c, g, 0, MARK), p);
	ck_assert_ptr_eq(ask(&a, f, 0, MARK), p);
	(void)fclose(f);
	(void)fclose(g);
}
END_TEST

START_TEST(a_file_of_another_time_is_mapped_anew)
{
	struct timespec t[2] = {{1000, 0}, {1000, 5}};
	struct ahead_file a, b;
	FILE *f = make(PART, 100, &a);
	const uint8_t *p = ask(&a, f, 0, MARK);

	ck_assert_int_eq(futimens(fileno(f), t), 0);
	ahead_open(&b, fileno(f));
	ck_assert_ptr_ne(ask(&b, f, 0, MARK), p);
	(void)fclose(f);
}
END_TEST

START_TEST(a_small_file_and_one_just_written_are_not_worth_it)
{
	struct ahead_file a, b, c;
	FILE *f = make(MAPPED_LEAST - 1, 100, &a), *g = make(PART, 0, &b),
	     *h = make(MAPPED_LEAST, 100, &c);

	ck_assert(!mapped_worth(&a));
	ck_assert(!mapped_worth(&b));
	ck_assert(mapped_worth(&c));
	(void)fclose(f);
	(void)fclose(g);
	(void)fclose(h);
}
END_TEST

START_TEST(what_cannot_be_mapped_has_to_be_read)
{
	struct ahead_file a;
	FILE *f = make(PART, 100, &a);
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	for (int i = 0; i < 5; i++) {
		ck_assert_ptr_null(mapped_at(&a, fd, 0, PART));
		ck_assert_ptr_null(mapped_at(&a, -1, 0, PART));
	}
	ck_assert(!mapped_any());
	ck_mark(&a, f, 0);
	(void)close(fd);
	(void)fclose(f);
}
END_TEST

START_TEST(there_are_never_more_parts_than_are_said)
{
	uint64_t len = (uint64_t)PART * (ALL + 50);
	struct ahead_file a;
	FILE *f = tmpfile();

	/* with a hole that is all of it */
	ck_assert_int_eq(ftruncate(fileno(f), (off_t)len), 0);
	ck_assert(ahead_look(&a, fileno(f)));
	for (unsigned int i = 0; i < 3 * ALL; i++)
		ck_assert_ptr_nonnull(
		    ask(&a, f, (uint64_t)(i % (ALL + 50)) * PART, 1));
	ck_assert_uint_eq(deleted_maps(), ALL);
	(void)fclose(f);
}
END_TEST

START_TEST(a_part_that_was_asked_for_stays_when_others_come)
{
	uint64_t len = (uint64_t)PART * 3 * MAPPED_SETS;
	struct ahead_file a, b;
	FILE *f = make(PART, 100, &a), *g = tmpfile();
	const uint8_t *p = ask(&a, f, 0, MARK);

	ck_assert_int_eq(ftruncate(fileno(g), (off_t)len), 0);
	ck_assert(ahead_look(&b, fileno(g)));
	for (unsigned int i = 0; i < 3 * MAPPED_SETS; i++) {
		ck_assert_ptr_nonnull(ask(&b, g, (uint64_t)i * PART, 1));
		ck_assert_ptr_eq(ask(&a, f, 0, MARK), p);
	}
	(void)fclose(f);
	(void)fclose(g);
}
END_TEST

START_TEST(what_nobody_asks_for_is_let_go)
{
	struct ahead_file a, b;
	FILE *f = make(PART, 100, &a), *g = make(PART, 100, &b);

	ck_assert(!mapped_any());
	ck_mark(&a, f, 0);
	ck_mark(&b, g, 0);
	mapped_sweep();
	ck_assert_uint_eq(deleted_maps(), 2);
	ck_mark(&b, g, MARK);
	mapped_sweep();
	ck_assert_uint_eq(deleted_maps(), 1);
	ck_assert(mapped_any());
	mapped_sweep();
	ck_assert_uint_eq(deleted_maps(), 0);
	ck_assert(!mapped_any());
	ck_mark(&a, f, 0);
	(void)fclose(f);
	(void)fclose(g);
}
END_TEST

START_TEST(the_kernel_does_not_find_what_was_cut_off)
{
	struct ahead_file a;
	FILE *f = make(PART, 100, &a);
	const uint8_t *p = ask(&a, f, 64 * MARK, MARK);
	int end[2];

	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_eq(write(end[1], p, 100), 100);
	ck_assert_int_eq(ftruncate(fileno(f), 10 * MARK), 0);
	errno = 0;
	mapped_fetch(p, MARK); /* nobody is hurt */
	ck_assert_int_eq(write(end[1], p, 100), -1);
	ck_assert_int_eq(errno, EFAULT);
	(void)fclose(f);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {bytes_are_the_files,
	    what_is_sent_once_is_not_mapped,
	    what_lies_in_two_parts_or_behind_the_end_has_to_be_read,
	    all_who_send_a_file_share_a_part,
	    a_file_of_another_time_is_mapped_anew,
	    a_small_file_and_one_just_written_are_not_worth_it,
	    what_cannot_be_mapped_has_to_be_read,
	    there_are_never_more_parts_than_are_said,
	    a_part_that_was_asked_for_stays_when_others_come,
	    what_nobody_asks_for_is_let_go,
	    the_kernel_does_not_find_what_was_cut_off, NULL};

	return unit_main("mapped", tests);
}
