/* test_log.c - log lines.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "sys/log.h"
#include "sys/log_limit.h"
#include "sys_tmp.h"
#include "unit.h"

static void
matches(const char *text, const char *pattern)
{
	regex_t re;

	ck_assert_int_eq(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
	ck_assert_msg(regexec(&re, text, 0, NULL, 0) == 0,
	    "want /%s/, got \"%s\"", pattern, text);
	regfree(&re);
}

static unsigned int
lines(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* The rest of the test logs to the file "log" of its folder. */
static void
to_file(void)
{
	tmp_make();
	ck_assert_int_eq(log_open("testd", LOG_TO_FILE, "log"), 0);
}

/* Sends what the rest of the test writes to stderr to the file "err". */
static void
catch_stderr(void)
{
	int fd = open("err", O_WRONLY | O_CREAT | O_APPEND, 0644);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(dup2(fd, 2), 2);
	close(fd);
}

START_TEST(a_line_in_a_file_has_time_name_process_and_level)
{
	to_file();
	log_info("RRQ \"%s\" from %s", "a.bin", "192.0.2.7");
	log_err("disk full");
	log_warning("odd");
	matches(tmp_read("log"),
	    "^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
	    "\\.[0-9]{3}[+-][0-9]{2}:[0-9]{2} testd\\[[0-9]+\\]: "
	    "RRQ \"a.bin\" from 192.0.2.7\n"
	    "[^\n]*testd\\[[0-9]+\\]: error: disk full\n"
	    "[^\n]*testd\\[[0-9]+\\]: warning: odd\n$");
	tmp_remove();
}
END_TEST

START_TEST(text_that_is_no_format_is_a_line_like_others)
{
	static char text[3000];

	to_file();
	log_text(LOG_LEVEL_DEBUG, "", LOG_MOST, "below", 5);
	log_text(LOG_LEVEL_WARNING, "", LOG_MOST, "100%s|", 5);
	log_text(LOG_LEVEL_WARNING, "", LOG_MOST, "100%s", 5);
	memset(text, 'x', sizeof text);
	log_text(LOG_LEVEL_INFO, "", LOG_MOST, text, sizeof text);
	matches(tmp_read("log"), "^[^ ]+ testd\\[[0-9]+\\]: warning: 100%s\n"
				 "[^\n]*warning: repeated 1 time: 100%s\n"
				 "[^\n]*: x{200}x*\n$");
	tmp_remove();
}
END_TEST

START_TEST(the_file_is_made_0640_and_appended_to)
{
	struct stat sb;

	umask(022);
	to_file();
	log_info("one");
	log_close();
	ck_assert_int_eq(log_open("testd", LOG_TO_FILE, "log"), 0);
	log_info("two");
	matches(tmp_read("log"), "one\n.*two\n$");
	ck_assert_int_eq(stat("log", &sb), 0);
	ck_assert_uint_eq(sb.st_mode & 0777, 0640);
	tmp_remove();
}
END_TEST

START_TEST(the_level_cuts_off_what_is_below)
{
	to_file();
	log_debug("default is info");
	log_level(LOG_LEVEL_WARNING);
	log_info("not this");
	log_warning("but this");
	log_level(LOG_LEVEL_DEBUG);
	log_debug("and this");
	ck_assert_uint_eq(lines(tmp_read("log")), 2);
	matches(tmp_read("log"), "warning: but this\n.*debug: and this\n$");
	ck_assert_int_eq(log_level_get(), LOG_LEVEL_DEBUG);
	tmp_remove();
}
END_TEST

START_TEST(held_lines_are_written_together_in_their_order)
{
	char line[200];
	int i;

	to_file();
	log_info("before");
	log_hold();
	log_info("one");
	log_warning("two");
	ck_assert_uint_eq(lines(tmp_read("log")), 1);
	log_release();
	matches(tmp_read("log"), "before\n.*one\n.*warning: two\n$");
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	log_hold();
	for (i = 0; i < 200; i++)
		log_info("%d %s", i, line); /* more than are kept */
	log_release();
	ck_assert_uint_eq(lines(tmp_read("log")), 3 + 200);
	log_hold();
	log_info("last");
	log_close();
	matches(tmp_read("log"), "last\n$");
	tmp_remove();
}
END_TEST

START_TEST(a_repeated_line_is_counted_and_told_before_the_next)
{
	to_file();
	for (int i = 0; i < 5; i++)
		log_info("no free address");
	ck_assert_uint_eq(lines(tmp_read("log")), 1);
	log_info("something else");
	matches(tmp_read("log"),
	    "no free address\n[^\n]*repeated 4 times: no free address\n"
	    "[^\n]*something else\n$");
	tmp_remove();
}
END_TEST

START_TEST(the_same_text_at_another_level_is_another_line)
{
	to_file();
	log_info("same");
	log_warning("same");
	ck_assert_uint_eq(lines(tmp_read("log")), 2);
	tmp_remove();
}
END_TEST

START_TEST(flush_and_close_tell_what_is_counted)
{
	to_file();
	log_info("same");
	log_info("same");
	log_flush();
	log_flush();
	matches(tmp_read("log"), "same\n[^\n]*repeated 1 time: same\n$");
	log_info("same");
	log_close();
	matches(tmp_read("log"),
	    "repeated 1 time: same\n[^\n]*repeated 1 time: same\n$");
	tmp_remove();
}
END_TEST

START_TEST(it_is_known_when_what_is_counted_is_due)
{
	to_file();
	ck_assert_int_eq(log_flush_due(), -1);
	log_info("same");
	ck_assert_int_eq(log_flush_due(), -1);
	log_info("same");
	ck_assert_int_gt(log_flush_due(), 0);
	ck_assert_int_le(log_flush_due(), 1000);
	log_flush();
	ck_assert_int_eq(log_flush_due(), -1);
	tmp_remove();
}
END_TEST

START_TEST(after_a_second_the_line_is_written_again)
{
	struct timespec ts = {1, 50000000};

	to_file();
	log_info("same");
	log_info("same");
	ck_assert_int_eq(nanosleep(&ts, NULL), 0);
	log_info("same");
	ck_assert_uint_eq(lines(tmp_read("log")), 3);
	tmp_remove();
}
END_TEST

START_TEST(reopen_follows_a_rotation_and_keeps_the_old_file_on_error)
{
	to_file();
	log_info("before");
	ck_assert_int_eq(rename("log", "log.1"), 0);
	log_info("still there");
	ck_assert_int_eq(log_reopen(), 0);
	log_info("after");
	matches(tmp_read("log.1"), "before\n.*still there\n$");
	matches(tmp_read("log"), ": after\n$");
	ck_assert_int_eq(unlink("log"), 0);
	ck_assert_int_eq(mkdir("log", 0755), 0);
	ck_assert_int_eq(log_reopen(), -1);
	ck_assert_int_eq(errno, EISDIR);
	log_info("not lost, but nowhere to be found");
	tmp_remove();
}
END_TEST

START_TEST(a_file_that_cannot_be_opened_leaves_stderr)
{
	tmp_make();
	catch_stderr();
	ck_assert_int_eq(log_open("testd", LOG_TO_FILE, "no/such/folder"), -1);
	ck_assert_int_eq(errno, ENOENT);
	log_err("to stderr");
	ck_assert_str_eq(tmp_read("err"), "testd: error: to stderr\n");
	ck_assert(log_is_stderr());
	tmp_remove();
}
END_TEST

START_TEST(stderr_lines_have_the_name_and_the_level)
{
	tmp_make();
	catch_stderr();
	ck_assert_int_eq(log_open("testd", LOG_TO_STDERR, NULL), 0);
	log_info("serving");
	log_warning("odd");
	ck_assert_str_eq(
	    tmp_read("err"), "testd: serving\ntestd: warning: odd\n");
	tmp_remove();
}
END_TEST

START_TEST(stderr_that_is_the_journal_gets_its_priorities)
{
	char where[64];
	struct stat sb;

	tmp_make();
	catch_stderr();
	ck_assert_int_eq(fstat(2, &sb), 0);
	snprintf(where, sizeof where, "%llu:%llu",
	    (unsigned long long)sb.st_dev, (unsigned long long)sb.st_ino);
	ck_assert_int_eq(setenv("JOURNAL_STREAM", where, 1), 0);
	ck_assert_int_eq(log_open("testd", LOG_TO_STDERR, NULL), 0);
	log_info("serving");
	log_warning("odd");
	ck_assert_str_eq(tmp_read("err"), "<6>serving\n<4>odd\n");
	tmp_remove();
}
END_TEST

START_TEST(a_long_line_is_cut_and_stays_one_line)
{
	char text[3000];

	to_file();
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	log_err("%s", text);
	log_err("next");
	ck_assert_uint_eq(lines(tmp_read("log")), 2);
	matches(tmp_read("log"), "x{2000}\n.*next\n$");
	tmp_remove();
}
END_TEST

START_TEST(errno_is_kept)
{
	to_file();
	errno = ENOTTY;
	log_info("line");
	ck_assert_int_eq(errno, ENOTTY);
	tmp_remove();
}
END_TEST

/* ---- not more than so many of one kind ---- */

static void
stranger(const char *kind, const char *fmt, ...)
{
	char text[100];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	log_text(LOG_LEVEL_INFO, kind, 3, text, strlen(text));
}

static void
strangers(unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		stranger("kind", "DISCOVER of stranger %u", i);
}

START_TEST(of_one_kind_a_number_is_written_and_the_others_are_counted)
{
	to_file();
	strangers(0, 10);
	ck_assert_uint_eq(lines(tmp_read("log")), 3);
	log_info("another kind");
	stranger("other", "and another");
	matches(tmp_read("log"),
	    "stranger 2\n[^\n]*: another kind\n[^\n]*: and another\n$");
	log_close();
	matches(tmp_read("log"),
	    "and another\n[^\n]*: left out 7 lines like: DISCOVER of stranger "
	    "9\n$");
	tmp_remove();
}
END_TEST

START_TEST(what_must_not_be_lost_is_written_each_time)
{
	to_file();
	for (unsigned int i = 0; i < 1000; i++)
		log_text(LOG_LEVEL_INFO, "kind", LOG_EACH, "the same", 8);
	ck_assert_uint_eq(lines(tmp_read("log")), 1000);
	tmp_remove();
}
END_TEST

START_TEST(what_is_left_out_is_due_within_a_minute)
{
	to_file();
	strangers(0, 3);
	ck_assert_int_eq(log_flush_due(), -1);
	strangers(3, 4);
	ck_assert_int_gt(log_flush_due(), 0);
	ck_assert_int_le(log_flush_due(), LOG_MINUTE_MS);
	log_flush(); /* not yet */
	ck_assert_uint_eq(lines(tmp_read("log")), 3);
	tmp_remove();
}
END_TEST

START_TEST(a_flood_of_pairs_is_not_told_pair_by_pair)
{
	to_file();
	for (unsigned int i = 0; i < 100; i++) {
		strangers(i, i + 1);
		strangers(i, i + 1);
	}
	log_close();
	/* 3, two with their repetitions told before the next, one after */
	ck_assert_uint_eq(lines(tmp_read("log")), 3 + 3 + 1);
	matches(tmp_read("log"), "left out 194 lines like: .*stranger 99\n$");
	tmp_remove();
}
END_TEST

START_TEST(of_warnings_of_one_kind_there_are_500_in_a_minute)
{
	to_file();
	for (int i = 0; i < LOG_MOST_STRANGERS + 100; i++)
		log_warning("warning %d", i);
	ck_assert_uint_eq(lines(tmp_read("log")), LOG_MOST_STRANGERS);
	log_close();
	matches(tmp_read("log"),
	    "warning: left out 100 lines like: warning 599\n$");
	tmp_remove();
}
END_TEST

START_TEST(the_next_minute_begins_a_new_count)
{
	static struct log_limit l;
	const int64_t t = 1000;
	struct log_kind *k;

	ck_assert(log_limit_take(&l, "a", 1, t, LOG_LEVEL_INFO, "one", 3));
	ck_assert(!log_limit_take(&l, "a", 1, t + 5, LOG_LEVEL_INFO, "two", 3));
	ck_assert(
	    !log_limit_take(&l, "a", 1, t + 9, LOG_LEVEL_INFO, "three", 5));
	ck_assert_ptr_null(log_limit_told(&l, t + LOG_MINUTE_MS - 1, false));
	ck_assert_int_eq(log_limit_due(&l, t + 10), LOG_MINUTE_MS - 10);
	k = log_limit_told(&l, t + LOG_MINUTE_MS, false);
	ck_assert_ptr_nonnull(k);
	ck_assert_uint_eq(k->left_out, 2);
	ck_assert_str_eq(k->last, "three");
	log_limit_clear(&l, k);
	ck_assert_int_eq(log_limit_due(&l, t + LOG_MINUTE_MS), -1);
	ck_assert(log_limit_take(
	    &l, "a", 1, t + LOG_MINUTE_MS, LOG_LEVEL_INFO, "four", 4));
}
END_TEST

START_TEST(more_kinds_than_there_is_room_for_count_together)
{
	static struct log_limit l;
	static const char kind[LOG_KINDS + 50];
	size_t i, written = 0;

	for (i = 0; i < sizeof kind; i++)
		written += log_limit_take(
		    &l, kind + i, 10, 0, LOG_LEVEL_INFO, "text", 4);
	ck_assert_uint_eq(written, LOG_KINDS - 1 + 10);
	ck_assert_uint_eq(l.of[LOG_KINDS - 1].left_out, 41);
}
END_TEST

/* ---- a full disk ---- */

static void
room(rlim_t bytes)
{
	struct rlimit rl;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &rl), 0);
	rl.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &rl), 0);
}

START_TEST(lines_that_a_full_disk_does_not_take_are_told_when_it_does)
{
	struct stat sb;

	signal(SIGXFSZ, SIG_IGN);
	to_file();
	log_info("before");
	ck_assert_int_eq(stat("log", &sb), 0);
	room((rlim_t)sb.st_size + 10); /* a line is torn */
	log_info("lost one");
	log_info("lost two");
	log_hold();
	log_info("lost three");
	log_info("lost four");
	log_release();
	ck_assert_uint_eq(lines(tmp_read("log")), 1);
	room(1 << 20);
	log_info("after");
	matches(tmp_read("log"),
	    "before\n[^\n]{10}\n[^\n]*warning: 4 lines of the log lost: "
	    "File too large\n[^\n]*: after\n$");
	log_info("and on");
	ck_assert_uint_eq(lines(tmp_read("log")), 5);
	tmp_remove();
}
END_TEST

START_TEST(errors_are_echoed_to_stderr_until_the_daemon_serves)
{
	to_file();
	catch_stderr();
	log_echo(true);
	log_err("cannot start");
	log_warning("odd");
	log_echo(false);
	log_err("later");
	ck_assert_str_eq(tmp_read("err"), "testd: error: cannot start\n");
	ck_assert_uint_eq(lines(tmp_read("log")), 3);
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    a_line_in_a_file_has_time_name_process_and_level,
	    text_that_is_no_format_is_a_line_like_others,
	    the_file_is_made_0640_and_appended_to,
	    the_level_cuts_off_what_is_below,
	    held_lines_are_written_together_in_their_order,
	    a_repeated_line_is_counted_and_told_before_the_next,
	    the_same_text_at_another_level_is_another_line,
	    flush_and_close_tell_what_is_counted,
	    it_is_known_when_what_is_counted_is_due,
	    after_a_second_the_line_is_written_again,
	    reopen_follows_a_rotation_and_keeps_the_old_file_on_error,
	    a_file_that_cannot_be_opened_leaves_stderr,
	    stderr_lines_have_the_name_and_the_level,
	    stderr_that_is_the_journal_gets_its_priorities,
	    a_long_line_is_cut_and_stays_one_line, errno_is_kept,
	    of_one_kind_a_number_is_written_and_the_others_are_counted,
	    what_must_not_be_lost_is_written_each_time,
	    what_is_left_out_is_due_within_a_minute,
	    a_flood_of_pairs_is_not_told_pair_by_pair,
	    of_warnings_of_one_kind_there_are_500_in_a_minute,
	    the_next_minute_begins_a_new_count,
	    more_kinds_than_there_is_room_for_count_together,
	    lines_that_a_full_disk_does_not_take_are_told_when_it_does,
	    errors_are_echoed_to_stderr_until_the_daemon_serves, NULL};

	return unit_main("log", tests);
}
