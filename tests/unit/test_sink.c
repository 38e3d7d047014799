/*
 * test_sink.c - the file of an upload: hidden until it is whole, and gone
 * when it is not.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <sys/file.h>
#include <sys/stat.h>

#include "sys/root.h"
#include "sys_tmp.h"
#include "tftpd/sink.h"
#include "unit.h"

static struct conf_upload rule;
static struct sink s;
static int rootfd;

/* tree/{up/sub,boot}, files up/old and boot/kernel. */
static void
setup(void)
{
	tmp_make();
	ck_assert_int_eq(mkdir("tree", 0755), 0);
	ck_assert_int_eq(mkdir("tree/up", 0755), 0);
	ck_assert_int_eq(mkdir("tree/up/sub", 0755), 0);
	ck_assert_int_eq(mkdir("tree/boot", 0755), 0);
	tmp_write("tree/up/old", "old");
	tmp_write("tree/boot/kernel", "kernel");
	ck_assert_int_eq(symlink("../boot", "tree/up/out"), 0);
	ck_assert_int_eq(symlink("sub", "tree/up/in"), 0);
	ck_assert_int_eq(symlink("../boot/kernel", "tree/up/link"), 0);
	rootfd = root_open("tree");
	ck_assert_int_ne(rootfd, -1);
	rule =
	    (struct conf_upload){.folder = "up", .create = true, .mode = 0640};
}

static void
teardown(void)
{
	(void)close(rootfd);
	tmp_remove();
}

/* Names in a folder, without "." and "..". */
static unsigned int
names(const char *dir)
{
	DIR *d = opendir(dir);
	unsigned int n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static int
find(const char *path)
{
	sink_init(&s);
	return sink_find(&s, rootfd, &rule, path, false);
}

static void
refused(const char *path, int error)
{
	errno = 0;
	ck_assert_msg(find(path) == -1, "%s", path);
	ck_assert_msg(errno == error, "%s: %s, wanted %s", path,
	    strerror(errno), strerror(error));
	sink_discard(&s);
}

static void
put(const char *path, const char *text)
{
	ck_assert_msg(find(path) == 0, "%s: %s", path, strerror(errno));
	ck_assert_int_eq(sink_create(&s, 0), 0);
	ck_assert_int_eq(
	    sink_write(&s, (const uint8_t *)text, strlen(text)), 0);
	ck_assert_int_eq(sink_finish(&s), 0);
}

static void
has(const char *path, const char *text)
{
	char buf[64] = "";
	FILE *f = fopen(path, "r");

	ck_assert_msg(f != NULL, "%s", path);
	ck_assert_uint_eq(fread(buf, 1, sizeof buf - 1, f), strlen(text));
	ck_assert_str_eq(buf, text);
	(void)fclose(f);
}

START_TEST(a_new_file_appears_whole_and_with_its_mode)
{
	struct stat sb;

	setup();
	put("up/new", "hello");
	ck_assert_int_eq(access("tree/up/new", F_OK), -1);
	ck_assert_int_eq(sink_publish(&s), 0);
	ck_assert(s.listable);
	has("tree/up/new", "hello");
	ck_assert_int_eq(stat("tree/up/new", &sb), 0);
	ck_assert_uint_eq(sb.st_mode & 07777, 0640);
	sink_discard(&s);
	has("tree/up/new", "hello");
	ck_assert_uint_eq(names("tree/up"), 6);
	teardown();
}
END_TEST

START_TEST(what_is_discarded_leaves_nothing)
{
	setup();
	put("up/new", "hello");
	ck_assert_uint_eq(names("tree/up"), 6);
	sink_discard(&s);
	ck_assert_uint_eq(names("tree/up"), 5);
	ck_assert_int_eq(s.fd, -1);
	ck_assert_int_eq(s.dirfd, -1);
	teardown();
}
END_TEST

START_TEST(what_is_there_is_replaced_only_when_it_may_be)
{
	struct stat sb;

	setup();
	refused("up/old", EEXIST);
	refused("up/sub", EEXIST);
	rule.overwrite = true;
	refused("up/sub", EISDIR);
	refused("up/link", EINVAL);
	ck_assert_int_eq(chmod("tree/up/old", 0604), 0);
	put("up/old", "new");
	has("tree/up/old", "old");
	ck_assert_int_eq(sink_publish(&s), 0);
	sink_discard(&s);
	has("tree/up/old", "new");
	ck_assert_int_eq(stat("tree/up/old", &sb), 0);
	ck_assert_uint_eq(sb.st_mode & 07777, 0604);
	has("tree/boot/kernel", "kernel");
	teardown();
}
END_TEST

START_TEST(without_create_only_what_is_there)
{
	setup();
	rule.create = false;
	rule.overwrite = true;
	refused("up/new", ENOENT);
	ck_assert_int_eq(find("up/old"), 0);
	sink_discard(&s);
	teardown();
}
END_TEST

START_TEST(of_two_at_once_the_second_finds_it_there)
{
	struct sink first;

	setup();
	put("up/new", "one");
	first = s;
	put("up/new", "two");
	ck_assert_int_eq(sink_publish(&first), 0);
	ck_assert_int_eq(sink_publish(&s), -1);
	ck_assert_int_eq(errno, EEXIST);
	sink_discard(&first);
	sink_discard(&s);
	has("tree/up/new", "one");
	ck_assert_uint_eq(names("tree/up"), 6);
	teardown();
}
END_TEST

START_TEST(nothing_leads_out_of_the_folder)
{
	setup();
	refused("up/../boot/new", EACCES);
	refused("up/out/new", EACCES);
	refused("up/sub/../../boot/new", EACCES);
	refused("up/missing/new", ENOENT);
	refused("up/old/new", ENOENT);
	refused("up/", EISDIR);
	refused("up/.", EISDIR);
	refused("up/..", EISDIR);
	ck_assert_int_eq(find("up/in/new"), 0);
	sink_discard(&s);
	ck_assert_int_eq(find("up/sub/../new"), 0);
	sink_discard(&s);
	ck_assert_uint_eq(names("tree/boot"), 1);
	teardown();
}
END_TEST

START_TEST(the_whole_tree_may_be_the_folder)
{
	setup();
	rule.folder = "";
	ck_assert_int_eq(find("new"), 0);
	sink_discard(&s);
	ck_assert_int_eq(find("boot/new"), 0);
	sink_discard(&s);
	refused("../new", EACCES);
	teardown();
}
END_TEST

START_TEST(netascii_becomes_text)
{
	static const uint8_t wire[] = "a\r\nb\r\0c\r";

	setup();
	sink_init(&s);
	ck_assert_int_eq(sink_find(&s, rootfd, &rule, "up/t", true), 0);
	ck_assert_int_eq(sink_create(&s, 100), 0);
	ck_assert_int_eq(sink_write(&s, wire, 2), 0);
	ck_assert_int_eq(sink_write(&s, wire + 2, sizeof wire - 3), 0);
	ck_assert_int_eq(sink_finish(&s), 0);
	ck_assert_uint_eq(s.size, 6);
	ck_assert_int_eq(sink_publish(&s), 0);
	sink_discard(&s);
	has("tree/up/t", "a\nb\rc\r");
	teardown();
}
END_TEST

START_TEST(a_sweep_removes_what_is_not_locked)
{
	setup();
	put("up/sub/new", "running");
	tmp_write("tree/up/.tftpd-0123456789abcdef", "left");
	tmp_write("tree/up/sub/.tftpd-ffffffffffffffff", "left");
	tmp_write("tree/up/.tftpd-notours", "kept");
	tmp_write("tree/boot/.tftpd-0123456789abcdef", "not ours to sweep");
	ck_assert_uint_eq(sink_sweep(rootfd, &rule), 2);
	ck_assert_int_eq(access("tree/up/.tftpd-notours", F_OK), 0);
	ck_assert_int_eq(access("tree/boot/.tftpd-0123456789abcdef", F_OK), 0);
	ck_assert_int_eq(sink_publish(&s), 0);
	sink_discard(&s);
	has("tree/up/sub/new", "running");
	ck_assert_uint_eq(sink_sweep(rootfd, &rule), 0);
	teardown();
}
END_TEST

START_TEST(folders_by_walking_refuse_links_and_dots)
{
	bool listable = false;
	int fd;

	setup();
	fd = root_open_dir(rootfd, "/", false, &listable);
	ck_assert_int_ne(fd, -1);
	ck_assert(listable);
	(void)close(fd);
	ck_assert_int_eq(
	    root_open_dir(rootfd, "boot/kernel", false, &listable), -1);
	ck_assert_int_eq(errno, ENOENT);
	fd = root_open_dir(rootfd, "up/out", false, &listable);
	ck_assert_int_ne(fd, -1); /* inside of the tree */
	(void)close(fd);
	ck_assert_int_eq(
	    root_open_dir(rootfd, "up/../../x", true, &listable), -1);
	ck_assert_int_eq(errno, EACCES);
	teardown();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    a_new_file_appears_whole_and_with_its_mode,
	    what_is_discarded_leaves_nothing,
	    what_is_there_is_replaced_only_when_it_may_be,
	    without_create_only_what_is_there,
	    of_two_at_once_the_second_finds_it_there,
	    nothing_leads_out_of_the_folder, the_whole_tree_may_be_the_folder,
	    netascii_becomes_text, a_sweep_removes_what_is_not_locked,
	    folders_by_walking_refuse_links_and_dots, NULL};

	return unit_main("sink", tests);
}
