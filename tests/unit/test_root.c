/* test_root.c - files of the boot tree.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "sys/root.h"
#include "sys_tmp.h"
#include "unit.h"

static int rootfd;

/*
 * tree/{a.bin,sub/b.bin,...} below the folder of the test, secret beside it.
 */
static void
setup(void)
{
	tmp_make();
	ck_assert_int_eq(mkdir("tree", 0755), 0);
	ck_assert_int_eq(mkdir("tree/sub", 0755), 0);
	tmp_write("secret", "secret\n");
	tmp_write("tree/a.bin", "hello");
	tmp_write("tree/sub/b.bin", "hello there");
	rootfd = root_open("tree");
	ck_assert_int_ne(rootfd, -1);
}

static int
open_file(const char *path)
{
	int64_t mtime = 0;
	uint64_t size = 0;

	return root_open_file(rootfd, path, &size, &mtime);
}

static void
serves(const char *path, uint64_t want_size)
{
	int64_t mtime = -1;
	uint64_t size = 0;
	int fd = root_open_file(rootfd, path, &size, &mtime);

	ck_assert_msg(
	    fd != -1, "%s: want it served, got %s", path, strerror(errno));
	ck_assert_uint_eq(size, want_size);
	ck_assert_int_gt(mtime, 1600000000LL * 1000000000);
	close(fd);
}

static void
refuses(const char *path, int want)
{
	int fd = open_file(path);

	ck_assert_msg(fd == -1, "%s: want it refused, got it", path);
	ck_assert_msg(errno == want, "%s: want %s, got %s", path,
	    strerror(want), strerror(errno));
}

START_TEST(a_file_is_opened_and_tells_size_and_time)
{
	setup();
	serves("a.bin", 5);
	serves("sub/b.bin", 11);
	tmp_remove();
}
END_TEST

START_TEST(leading_and_double_slashes_are_of_no_account)
{
	setup();
	serves("/a.bin", 5);
	serves("///a.bin", 5);
	serves("//sub//b.bin", 11);
	serves("./sub/./b.bin", 11);
	tmp_remove();
}
END_TEST

START_TEST(dotdot_does_not_leave_the_tree)
{
	setup();
	refuses("../secret", EACCES);
	refuses("/../../../../../../etc/passwd", EACCES);
	refuses("sub/../../secret", EACCES);
	serves("sub/../a.bin", 5);
	serves("../a.bin", 5); /* the tree is its own parent, like / */
	tmp_remove();
}
END_TEST

START_TEST(symbolic_links_are_followed_inside_and_not_outside)
{
	char target[128];

	setup();
	ck_assert_int_eq(symlink("a.bin", "tree/rel"), 0);
	ck_assert_int_eq(symlink("/sub/b.bin", "tree/abs"), 0);
	ck_assert_int_eq(symlink("../secret", "tree/out"), 0);
	ck_assert_int_eq(symlink("/etc", "tree/system"), 0);
	snprintf(target, sizeof target, "%s/secret", tmp_dir);
	ck_assert_int_eq(symlink(target, "tree/absout"), 0);
	serves("rel", 5);
	serves("abs", 11);
	refuses("out", EACCES);
	refuses("absout", EACCES);
	refuses("system/passwd", EACCES);
	tmp_remove();
}
END_TEST

START_TEST(a_circle_of_links_is_refused)
{
	setup();
	ck_assert_int_eq(symlink("loop2", "tree/loop1"), 0);
	ck_assert_int_eq(symlink("loop1", "tree/loop2"), 0);
	refuses("loop1", EACCES);
	tmp_remove();
}
END_TEST

START_TEST(what_is_not_there_is_enoent_however_it_is_said)
{
	char name[400];

	setup();
	refuses("nothing", ENOENT);
	refuses("", ENOENT);
	refuses("a.bin/below", ENOENT);
	refuses("a.bin/", ENOENT);
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	refuses(name, ENOENT);
	tmp_remove();
}
END_TEST

START_TEST(folders_fifos_and_sockets_are_no_files_and_do_not_hang)
{
	struct sockaddr_un sa = {AF_UNIX, "tree/sock"};
	int fd;

	setup();
	ck_assert_int_eq(mkfifo("tree/fifo", 0644), 0);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	refuses("sub", EISDIR);
	refuses("/", EISDIR);
	refuses("fifo", EINVAL);
	refuses("sock", EINVAL);
	close(fd);
	tmp_remove();
}
END_TEST

START_TEST(an_unreadable_file_is_eacces)
{
	setup();
	ck_assert_int_eq(chmod("tree/a.bin", 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	refuses("a.bin", EACCES);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	tmp_remove();
}
END_TEST

START_TEST(a_failure_leaves_the_results_alone)
{
	int64_t mtime = 42;
	uint64_t size = 42;

	setup();
	ck_assert_int_eq(root_open_file(rootfd, "sub", &size, &mtime), -1);
	ck_assert_uint_eq(size, 42);
	ck_assert_int_eq(mtime, 42);
	tmp_remove();
}
END_TEST

START_TEST(a_root_that_is_no_folder_is_refused)
{
	setup();
	ck_assert_int_eq(root_open("tree/a.bin"), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert_int_eq(root_open("nowhere"), -1);
	ck_assert_int_eq(errno, ENOENT);
	tmp_remove();
}
END_TEST

static void
walk_refuses(const char *path, int want)
{
	ck_assert_int_eq(root_walk(rootfd, path), -1);
	ck_assert_msg(errno == want, "%s: want %s, got %s", path,
	    strerror(want), strerror(errno));
}

static void
walk_opens(const char *path)
{
	int fd = root_walk(rootfd, path);

	ck_assert_msg(fd != -1, "%s: %s", path, strerror(errno));
	close(fd);
}

START_TEST(without_openat2_no_link_and_no_dotdot_is_followed)
{
	char name[300];
	int before, after;

	setup();
	before = dup(0);
	close(before);
	ck_assert_int_eq(symlink("a.bin", "tree/rel"), 0);
	ck_assert_int_eq(symlink("sub", "tree/dir"), 0);
	walk_opens("a.bin");
	walk_opens("//sub/b.bin");
	walk_opens("./a.bin");
	walk_refuses("rel", ELOOP);
	walk_refuses("dir/b.bin", ENOTDIR);
	walk_refuses("sub/../a.bin", EACCES);
	walk_refuses("../secret", EACCES);
	walk_refuses("..", EACCES);
	walk_refuses("", ENOENT);
	walk_refuses("sub/nothing", ENOENT);
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	walk_refuses(name, ENAMETOOLONG);
	after = dup(0);
	ck_assert_int_eq(before, after); /* nothing was left open */
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {a_file_is_opened_and_tells_size_and_time,
	    leading_and_double_slashes_are_of_no_account,
	    dotdot_does_not_leave_the_tree,
	    symbolic_links_are_followed_inside_and_not_outside,
	    a_circle_of_links_is_refused,
	    what_is_not_there_is_enoent_however_it_is_said,
	    folders_fifos_and_sockets_are_no_files_and_do_not_hang,
	    an_unreadable_file_is_eacces, a_failure_leaves_the_results_alone,
	    a_root_that_is_no_folder_is_refused,
	    without_openat2_no_link_and_no_dotdot_is_followed, NULL};

	return unit_main("root", tests);
}
