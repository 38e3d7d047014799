/*
 * test_json_log.c - a file of lines that is never waited for.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include <signal.h>
#include <sys/resource.h>

#include "sys_tmp.h"
#include "tftpd/json_log.h"
#include "unit.h"

static struct json_log j;

static void
write_line(const char *line, bool cheap, uint64_t now_us)
{
	json_log_write(&j, line, strlen(line), cheap, now_us);
}

START_TEST(lines_are_appended_and_the_file_is_opened_anew)
{
	tmp_make();
	tmp_write("log", "old\n");
	json_log_init(&j);
	write_line("nobody\n", false, 0); /* no file: nothing */
	ck_assert_int_eq(json_log_open(&j, "log"), 0);
	write_line("one\n", false, 0);
	ck_assert_str_eq(tmp_read("log"), "old\none\n");
	ck_assert_int_eq(rename("log", "log.1"), 0);
	ck_assert_int_eq(json_log_reopen(&j), 0);
	write_line("two\n", false, 0);
	ck_assert_str_eq(tmp_read("log"), "two\n");
	ck_assert_str_eq(tmp_read("log.1"), "old\none\n");
	json_log_close(&j);
	tmp_remove();
}
END_TEST

START_TEST(a_full_disk_loses_lines_as_a_whole_and_is_counted)
{
	struct rlimit rl = {10, RLIM_INFINITY};

	tmp_make();
	(void)signal(SIGXFSZ, SIG_IGN);
	json_log_init(&j);
	ck_assert_int_eq(json_log_open(&j, "log"), 0);
	write_line("123456\n", false, 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &rl), 0);
	write_line("abcdef\n", false, 0); /* three bytes of it fit */
	ck_assert_uint_eq(j.lost, 1);
	ck_assert_str_eq(tmp_read("log"), "123456\n");
	write_line("ghijkl\n", false, 0);
	ck_assert_uint_eq(j.lost, 2);
	rl.rlim_cur = RLIM_INFINITY;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &rl), 0);
	write_line("again\n", false, 0);
	ck_assert_uint_eq(j.lost, 0);
	ck_assert_str_eq(tmp_read("log"), "123456\nagain\n");
	json_log_close(&j);
	tmp_remove();
}
END_TEST

START_TEST(strangers_fill_no_disk)
{
	size_t n = 0;

	tmp_make();
	json_log_init(&j);
	ck_assert_int_eq(json_log_open(&j, "log"), 0);
	for (unsigned int i = 0; i < 5000; i++)
		write_line("x\n", true, 1000000);
	n = strlen(tmp_read("log")) / 2;
	ck_assert_uint_eq(n, JSON_LOG_CHEAP_S * 10);
	write_line("y\n", false, 1000000); /* a transfer is always told */
	for (unsigned int i = 0; i < 5000; i++)
		write_line("x\n", true, 2000000);
	n = strlen(tmp_read("log")) / 2;
	ck_assert_uint_eq(n, JSON_LOG_CHEAP_S * 11 + 1);
	json_log_close(&j);
	tmp_remove();
}
END_TEST

START_TEST(a_fifo_that_nobody_reads_is_an_error_and_does_not_hang)
{
	tmp_make();
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	json_log_init(&j);
	ck_assert_int_eq(json_log_open(&j, "fifo"), -1);
	ck_assert_int_eq(errno, ENXIO);
	ck_assert_int_eq(json_log_open(&j, "no/such/folder"), -1);
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    lines_are_appended_and_the_file_is_opened_anew,
	    a_full_disk_loses_lines_as_a_whole_and_is_counted,
	    strangers_fill_no_disk,
	    a_fifo_that_nobody_reads_is_an_error_and_does_not_hang, NULL};

	return unit_main("json_log", tests);
}
