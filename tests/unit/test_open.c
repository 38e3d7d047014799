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

int
main(void)
{
	const TTest *const tests[] = {
	    a_name_is_served_in_each_of_its_readings, a_refusal_says_why, NULL};

	return unit_main("open", tests);
}
