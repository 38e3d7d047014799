/*
 * test_start_options.c - the command line and the configuration at start.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "start_child.h"
#include "sys/start.h"
#include "unit.h"

/* --- a daemon with options of its own --- */

struct own {
	bool hide;
	const char *dir;
	const char *size, *port;
};

static const char *
take_hide(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)value, (void)rest, (void)nrest, (void)used;
	((struct own *)arg)->hide = true;
	return NULL;
}

static const char *
take_dir(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	(void)rest, (void)nrest, (void)used;
	((struct own *)arg)->dir = value;
	return value[0] == '/' ? NULL : "not absolute; name it from the root";
}

static const char *
take_large(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct own *o = arg;

	if (nrest < 1)
		return "one word is missing; SIZE and PORT, as in -s 1408 59";
	o->size = value;
	o->port = rest[0];
	*used = 1;
	return NULL;
}

static const struct start_opt opts[] = {
    {'h', "hide", NULL, "hide", take_hide, NULL},
    {'d', "directory", "DIR", "the tree", take_dir, NULL},
    {'s', NULL, "SIZE PORT", "large packets", take_large, NULL},
    {0, "only-long", "N", "no letter", take_dir, NULL},
};

static struct own own;
static struct start st = {
    .ident = "testd",
    .synopsis = "is tested",
    .opt = opts,
    .nopt = 4,
    .arg = &own,
};

static void
child_options(void *arg)
{
	options(&st, arg);
}

/* The line is refused with exit 64 and says what. */
static void
refuses(const char *line, const char *want)
{
	char text[256];
	int rc;

	snprintf(text, sizeof text, "%s", line);
	rc = in_child(child_options, text);
	ck_assert_msg(rc == EX_USAGE, "%s: want 64, got %d", line, rc);
	ck_assert_msg(strstr(tmp_read("out"), want) != NULL,
	    "%s: want \"%s\", got \"%s\"", line, want, tmp_read("out"));
}

START_TEST(nothing_said_leaves_the_defaults)
{
	options(&st, "testd");
	ck_assert_str_eq(st.conf_path, SYSCONFDIR "/remoteboot.conf");
	ck_assert(!st.conf_said && !st.foreground && !st.check);
	ck_assert_ptr_null(st.user);
	ck_assert_ptr_null(st.log_path);
	ck_assert_int_eq(st.verbosity, -1);
	ck_assert_uint_eq(st.noperand, 0);
}
END_TEST

START_TEST(every_common_flag_is_read)
{
	options(&st, "testd -C /c.conf -F -t -u joe -l /x.log -v 3");
	ck_assert_str_eq(st.conf_path, "/c.conf");
	ck_assert(st.conf_said && st.foreground && st.check);
	ck_assert_str_eq(st.user, "joe");
	ck_assert_str_eq(st.log_path, "/x.log");
	ck_assert_int_eq(st.verbosity, 3);
}
END_TEST

START_TEST(every_long_form_is_read)
{
	options(&st, "testd --config=/c.conf --foreground --check --user joe "
		     "--log=/x.log --verbose 1 --only-long=/n --hide");
	ck_assert_str_eq(st.conf_path, "/c.conf");
	ck_assert(st.conf_said && st.foreground && st.check && own.hide);
	ck_assert_str_eq(st.user, "joe");
	ck_assert_str_eq(st.log_path, "/x.log");
	ck_assert_int_eq(st.verbosity, 1);
	ck_assert_str_eq(own.dir, "/n");
}
END_TEST

START_TEST(letters_stand_together_and_values_follow_at_once)
{
	options(&st, "testd -Fhv2 -d/tree -Ct");
	ck_assert(st.foreground && own.hide && !st.check);
	ck_assert_int_eq(st.verbosity, 2);
	ck_assert_str_eq(own.dir, "/tree");
	ck_assert_str_eq(strrchr(st.conf_path, '/'), "/t");
}
END_TEST

START_TEST(an_option_takes_two_words_and_the_next_goes_on)
{
	options(&st, "testd -h -s 1408 59 -v 2");
	ck_assert_str_eq(own.size, "1408");
	ck_assert_str_eq(own.port, "59");
	ck_assert_int_eq(st.verbosity, 2);
	options(&st, "testd -s1408 59 -d /x");
	ck_assert_str_eq(own.size, "1408");
	ck_assert_str_eq(own.dir, "/x");
}
END_TEST

START_TEST(operands_begin_behind_the_options)
{
	st.operands = "[interface ...]";
	options(&st, "testd -F eth0 -t");
	ck_assert_uint_eq(st.noperand, 2);
	ck_assert_str_eq(st.operand[0], "eth0");
	ck_assert(!st.check);
	options(&st, "testd -F -- -t");
	ck_assert_uint_eq(st.noperand, 1);
	ck_assert_str_eq(st.operand[0], "-t");
}
END_TEST

START_TEST(relative_files_become_absolute)
{
	char want[128];

	tmp_make();
	options(&st, "testd -C my.conf -l sub/my.log");
	snprintf(want, sizeof want, "%s/my.conf", tmp_dir);
	ck_assert_str_eq(st.conf_path, want);
	snprintf(want, sizeof want, "%s/sub/my.log", tmp_dir);
	ck_assert_str_eq(st.log_path, want);
	tmp_remove();
}
END_TEST

START_TEST(mistakes_exit_64_and_say_what_would_be_right)
{
	tmp_make();
	refuses("testd -x", "testd: error: -x: no such option; testd --help");
	refuses("testd -Fx", "-x: no such option");
	refuses("testd --nope", "--nope: no such option");
	refuses("testd --nope=1", "--nope=1: no such option");
	refuses("testd --conf=/x", "--conf=/x: no such option");
	refuses("testd --check=yes", "takes no value");
	refuses("testd -C", "-C: needs a value: FILE");
	refuses("testd --user", "--user: needs a value: USER");
	refuses("testd -v 4", "-v: no such level; 0 errors");
	refuses("testd -v x", "-v: no such level");
	refuses("testd -d tree", "-d: not absolute");
	refuses("testd -s 1408", "-s: one word is missing; SIZE and PORT");
	refuses("testd eth0", "eth0: takes no operands");
	refuses("testd -\033", "-\\x1b: no such option");
	tmp_remove();
}
END_TEST

START_TEST(help_and_version_print_and_exit_0)
{
	char help[] = "testd --help", version[] = "testd -V";

	tmp_make();
	ck_assert_int_eq(in_child(child_options, help), 0);
	ck_assert_ptr_nonnull(strstr(tmp_read("out"),
	    "usage: testd [-FVht] [-C FILE] [-d DIR] [-l FILE] "
	    "[-s SIZE PORT] [-u USER] [-v LEVEL] [--help] [--only-long N]"
	    "\n"));
	ck_assert_ptr_nonnull(strstr(tmp_read("out"), "-h, --hide"));
	ck_assert_ptr_nonnull(strstr(tmp_read("out"), "testd - is tested\n"));
	ck_assert_int_eq(in_child(child_options, version), 0);
	ck_assert_str_eq(
	    tmp_read("out"), "testd (" PACKAGE_NAME ") " PACKAGE_VERSION "\n");
	tmp_remove();
}
END_TEST

static void
child_closed(void *arg)
{
	(void)arg;
	close(0);
	close(1);
	close(2);
	options(&st, "testd -F");
	if (fcntl(0, F_GETFD) == -1 || fcntl(1, F_GETFD) == -1 ||
	    fcntl(2, F_GETFD) == -1)
		exit(1);
	exit(socket(AF_INET, SOCK_DGRAM, 0) > 2 ? 0 : 2);
}

START_TEST(closed_standard_descriptors_are_opened_first)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_closed, NULL), 0);
	tmp_remove();
}
END_TEST

/* --- configuration --- */

static void
child_conf(void *arg)
{
	struct conf *c;

	options(&st, arg);
	c = start_conf(&st);
	if (st.check)
		start_check_ok(&st, c);
	conf_free(c);
}

START_TEST(a_missing_configuration_that_was_named_exits_78)
{
	char line[] = "testd -C nowhere.conf";

	tmp_make();
	ck_assert_int_eq(in_child(child_conf, line), EX_CONFIG);
	ck_assert_ptr_nonnull(strstr(tmp_read("out"), "nowhere.conf"));
	tmp_remove();
}
END_TEST

START_TEST(all_errors_are_told_as_they_are_and_exit_78)
{
	char line[] = "testd -t -C bad.conf", want[128];

	tmp_make();
	tmp_write("bad.conf", "[global]\nnonsense = 1\nnext_server = x\n");
	ck_assert_int_eq(in_child(child_conf, line), EX_CONFIG);
	snprintf(want, sizeof want, "%s/bad.conf:2: ", tmp_dir);
	ck_assert_ptr_eq(strstr(tmp_read("out"), want), tmp_read("out"));
	snprintf(want, sizeof want, "\n%s/bad.conf:3: ", tmp_dir);
	ck_assert_ptr_nonnull(strstr(tmp_read("out"), want));
	tmp_remove();
}
END_TEST

START_TEST(a_good_configuration_is_counted_under_t)
{
	char line[] = "testd -t -C good.conf";

	tmp_make();
	tmp_write("good.conf", "[subnet 192.0.2.0/24]\n");
	ck_assert_int_eq(in_child(child_conf, line), 0);
	ck_assert_ptr_nonnull(strstr(tmp_read("out"),
	    "good.conf: no error found: 1 subnet, 0 classes, 0 hosts"));
	tmp_remove();
}
END_TEST

START_TEST(without_a_file_the_defaults_do)
{
	char line[] = "testd";

	tmp_make();
	if (access(SYSCONFDIR "/remoteboot.conf", F_OK) == -1) {
		ck_assert_int_eq(in_child(child_conf, line), 0);
		ck_assert_ptr_nonnull(
		    strstr(tmp_read("out"), "running with the defaults"));
	}
	tmp_remove();
}
END_TEST

static void
child_reload(void *arg)
{
	struct conf *c, *d;

	(void)arg;
	tmp_write("r.conf", "[global]\n");
	options(&st, "testd -C r.conf");
	c = start_conf(&st);
	tmp_write("r.conf", "[global]\nnonsense = 1\n");
	d = start_reload(&st);
	if (d)
		exit(1);
	tmp_write("r.conf", "[global]\ntftp_root = /srv\n");
	d = start_reload(&st);
	if (!d || strcmp(d->tftp_root, "/srv") != 0)
		exit(2);
	conf_free(c);
	conf_free(d);
}

START_TEST(a_reload_gives_the_new_one_or_keeps_the_old)
{
	tmp_make();
	ck_assert_int_eq(in_child(child_reload, NULL), 0);
	ck_assert_ptr_nonnull(strstr(tmp_read("out"), "r.conf:2: "));
	ck_assert_ptr_nonnull(
	    strstr(tmp_read("out"), "keeping the old configuration"));
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {nothing_said_leaves_the_defaults,
	    every_common_flag_is_read, every_long_form_is_read,
	    letters_stand_together_and_values_follow_at_once,
	    an_option_takes_two_words_and_the_next_goes_on,
	    operands_begin_behind_the_options, relative_files_become_absolute,
	    mistakes_exit_64_and_say_what_would_be_right,
	    help_and_version_print_and_exit_0,
	    closed_standard_descriptors_are_opened_first,
	    a_missing_configuration_that_was_named_exits_78,
	    all_errors_are_told_as_they_are_and_exit_78,
	    a_good_configuration_is_counted_under_t,
	    without_a_file_the_defaults_do,
	    a_reload_gives_the_new_one_or_keeps_the_old, NULL};

	return unit_main("start_options", tests);
}
