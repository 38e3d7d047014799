/* test_open.c - a request becomes a file.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <check.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "sys/root.h"
#include "sys_tmp.h"
#include "tftpd/open.h"
#include "conf_try.h"

static struct conf *conf;
static struct opener opener;
static struct opened got;

static void
setup(const char *text)
{
	conf = try_good(text);
	tmp_make();
	ck_assert_int_eq(mkdir("tree", 0755), 0);
	ck_assert_int_eq(mkdir("tree/sub", 0755), 0);
	tmp_write("tree/plain", "hello\n");
	tmp_write("tree/sub/kernel", "linux");
	ck_assert_int_eq(opener_init(&opener, conf, "/tftpboot", false), 0);
	opener.rootfd = root_open("tree");
	ck_assert_int_ne(opener.rootfd, -1);
}

static void
teardown(void)
{
	(void)close(opener.rootfd);
	opener_free(&opener);
	conf_free(conf);
	tmp_remove();
}

static enum open_how
ask(const char *name)
{
	struct peer client = {.port = 2000};
	struct open_request q = {.name = name, .client = &client};

	memset(&got, 0, sizeof got);
	got.fd = -1;
	return open_requested(&opener, &q, &got);
}

static void
served(const char *name, const char *path, const char *text)
{
	char buf[256];
	ssize_t n;

	ck_assert_msg(ask(name) == OPEN_FILE, "%s: wanted %s, got %s", name,
	    path, got.text);
	ck_assert_str_eq(got.path, path);
	n = pread(got.fd, buf, sizeof buf, 0);
	ck_assert_int_ge(n, 0);
	ck_assert_uint_eq((size_t)n, got.size);
	ck_assert_uint_eq(got.size, strlen(text));
	ck_assert_mem_eq(buf, text, strlen(text));
	(void)close(got.fd);
}

static void
refused(const char *name, unsigned int code, const char *text)
{
	ck_assert_msg(ask(name) == OPEN_REFUSED, "%s: wanted a refusal", name);
	ck_assert_uint_eq(got.code, code);
	ck_assert_str_eq(got.text, text);
}

START_TEST(a_name_is_served_in_each_of_its_readings)
{
	setup("");
	served("plain", "plain", "hello\n");
	served("//sub\\kernel", "sub/kernel", "linux");
	served("plain\xff", "plain", "hello\n");
	served("/tftpboot/sub/kernel", "sub/kernel", "linux");
	teardown();
}
END_TEST

START_TEST(a_refusal_says_why)
{
	setup("");
	refused("none", TFTP_ENOTFOUND, "no such file");
	refused("plain/none", TFTP_ENOTFOUND, "no such file");
	refused("sub", TFTP_EACCESS, "not a regular file");
	refused("../plain", TFTP_EACCESS, "outside of the boot tree");
	refused("/", TFTP_EACCESS, "no file name");
	teardown();
}
END_TEST

START_TEST(rules_come_first_and_their_place_is_for_the_log)
{
	setup("[tftp-map]\nreplace = ^boot$ sub/kernel\n"
	      "refuse = ^no(.*) never \\1\nreplace.repeat = ^loop loop\n"
	      "replace = ^mine ${host}\nreplace = ^x$ plain\n");
	served("boot", "sub/kernel", "linux");
	served("x\xff", "plain", "hello\n"); /* $ does not see the junk */
	refused("nothing", TFTP_EACCESS, "never thing");
	ck_assert_str_eq(got.place, "t:3: ");
	refused("no\x01\xff", TFTP_EACCESS, "never \\x01\\xff");
	refused("loop", TFTP_EACCESS, "the rules for names come to no end");
	ck_assert(got.warn);
	refused("mine", TFTP_ENOTFOUND, "${host} has no value for this client");
	ck_assert(!got.warn);
	teardown();
}
END_TEST

START_TEST(folders_are_looked_into_one_after_the_other)
{
	setup("[global]\ntftp_folder = ${host}, sub, none\n");
	served("kernel", "sub/kernel", "linux");
	refused("plain", TFTP_ENOTFOUND, "no such file");
	refused("x/../../plain", TFTP_EACCESS, "outside of the boot tree");
	served("a/../kernel", "sub/kernel", "linux");
	teardown();
	setup("[global]\ntftp_folder = sub, /\n"
	      "[tftp-client a]\naddress = ::/0\ntftp_folder = none, /sub/\n");
	served("kernel", "sub/kernel", "linux");
	refused("plain", TFTP_ENOTFOUND, "no such file");
	teardown();
}
END_TEST

START_TEST(a_file_to_be_written_has_a_name_in_the_first_folder)
{
	struct peer client = {.port = 2000};
	struct open_request q = {
	    .name = "up", .write = true, .client = &client};

	setup("[global]\ntftp_folder = ${host}, sub, /\n"
	      "[tftp-map]\nreplace.write = ^ new-\n");
	ck_assert_int_eq(open_name(&opener, &q, &got), OPEN_FILE);
	ck_assert_str_eq(got.path, "sub/new-up");
	q.name = "../up";
	ck_assert_int_eq(open_name(&opener, &q, &got), OPEN_FILE);
	ck_assert_str_eq(got.path, "sub/new-../up");
	teardown();
}
END_TEST

START_TEST(another_case_is_found_where_it_is_said)
{
	setup("");
	refused("PLAIN", TFTP_ENOTFOUND, "no such file");
	teardown();
	setup("[tftpd]\nfold_case = yes\n");
	served("PLAIN", "plain", "hello\n");
	served("\\SUB\\Kernel\xff", "sub/kernel", "linux");
	refused("SUB", TFTP_EACCESS, "not a regular file");
	refused("SUB/none", TFTP_ENOTFOUND, "no such file");
	refused("PLAIN/x", TFTP_ENOTFOUND, "no such file");
	tmp_write("tree/Plain", "other");
	served("Plain", "Plain", "other"); /* as it is written */
	served("pLAIN", "Plain", "other"); /* the first one by bytes */
	ck_assert_int_eq(unlink("tree/Plain"), 0);
	served("pLAIN", "plain", "hello\n"); /* what is kept is not old */
	ck_assert_int_eq(mkdir("tree/Sub", 0755), 0);
	ck_assert_int_eq(mkdir("tree/SUB", 0755), 0);
	ck_assert_int_eq(mkdir("tree/SUB/KERNEL", 0755), 0);
	served("Sub/Kernel", "sub/kernel", "linux"); /* in each of them */
	tmp_write("tree/Sub/initrd", "disk");
	served("SUB/INITRD", "Sub/initrd", "disk");
	served("sub/KERNEL", "sub/kernel", "linux");
	tmp_write("tree/SUB/initrd", "other");
	served("sUb/initrd", "SUB/initrd", "other");
	refused("sub/none", TFTP_ENOTFOUND, "no such file");
	teardown();
}
END_TEST

START_TEST(a_template_makes_files)
{
	setup("[tftp-template t]\nname = made-*\ntemplate = sub/t\n"
	      "[tftp-template o]\nname = plain\ntemplate = sub/t\n"
	      "[tftp-template b]\nname = big\ntemplate = sub/big\n");
	tmp_write("tree/sub/t", "it is ${star:-nothing}\n");
	served("made-x", "made-x", "it is x\n");
	ck_assert_int_eq(got.mtime_ns, 0);
	served("/made-y\xff", "made-y", "it is y\n");
	served("plain", "plain", "hello\n"); /* a file goes before */
	tmp_write("tree/sub/t", "${host}");
	refused("made-x", TFTP_ENOTFOUND,
	    "sub/t:1: ${host} has no value for this client");
	refused("big", TFTP_ENOTFOUND,
	    "template sub/big: No such file or directory");
	tmp_write("tree/sub/big", "");
	ck_assert_int_eq(truncate("tree/sub/big", VIRT_TEMPLATE), 0);
	refused(
	    "big", TFTP_ENOTFOUND, "template sub/big: longer than 65535 bytes");
	teardown();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {a_name_is_served_in_each_of_its_readings,
	    a_refusal_says_why, rules_come_first_and_their_place_is_for_the_log,
	    folders_are_looked_into_one_after_the_other,
	    a_file_to_be_written_has_a_name_in_the_first_folder,
	    another_case_is_found_where_it_is_said, a_template_makes_files,
	    NULL};

	return unit_main("open", tests);
}
