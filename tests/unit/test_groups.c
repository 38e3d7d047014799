/* test_groups.c - requested name -> group.  SPDX-License-Identifier: ISC */
#include <string.h>

#include "mtftpd/groups.h"
#include "unit.h"

static const char text[] = "[global]\n"
			   "tftp_root = /srv/boot//\n"
			   "[mtftp bpbatch]\n"
			   "mtftp_ip = 239.255.1.1\n"
			   "[mtftp linux/image]\n"
			   "mtftp_ip = 239.255.1.2\n"
			   "mtftp_cport = 3001\n"
			   "[mtftp srv/boot/twice]\n"
			   "mtftp_ip = 239.255.1.3\n"
			   "mtftp_sport = 1800\n"
			   "[mtftp big]\n"
			   "mtftp_ip = 239.255.1.4\n"
			   "mtftp_sport = 75\n"
			   "blksize = 1408\n";

static void
no_error(void *arg, const char *what)
{
	(void)arg;
	ck_abort_msg("%s", what);
}

static struct conf *
conf(void)
{
	struct conf *c =
	    conf_parse_text("t", text, sizeof text - 1, no_error, NULL);

	ck_assert_ptr_nonnull(c);
	return c;
}

/* The group's file, or the reason. */
static const char *
found(const struct conf *c, const char *name, uint16_t sport)
{
	const struct conf_mtftp *g = NULL;
	enum groups_err e = groups_find(c, name, sport, &g);

	ck_assert((e == GROUPS_OK) == (g != NULL));
	return g ? g->file : groups_err_text(e);
}

START_TEST(name_is_found_as_clients_write_it)
{
	static const struct {
		const char *asked, *file;
	} t[] = {{"bpbatch", "bpbatch"}, {"/bpbatch", "bpbatch"},
	    {"\\bpbatch", "bpbatch"}, {"///bpbatch", "bpbatch"},
	    {"linux/image", "linux/image"}, {"\\linux\\image", "linux/image"},
	    {"//linux//image", "linux/image"}, {"/srv/boot/bpbatch", "bpbatch"},
	    {"srv/boot/linux/image", "linux/image"}, {"bpbatch\xff", "bpbatch"},
	    {"/srv/boot/bpbatch \xff\x01", "bpbatch"}};
	struct conf *c = conf();

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		ck_assert_str_eq(found(c, t[i].asked, 1759), t[i].file);
	conf_free(c);
}
END_TEST

START_TEST(name_that_is_no_group_is_refused)
{
	static const char *const t[] = {"", "/", "\\\\", "BPBATCH", "bpbatc",
	    "bpbatchx", "linux", "linux/", "../bpbatch", "x/../bpbatch",
	    "/srv/boot/", "/srv/boo/bpbatch", "srvboot/bpbatch", "\xff",
	    "bpbatch\xffx", "/srv/boot/srv/boot/bpbatch"};
	struct conf *c = conf();
	char longest[TFTP_NAME_MAX + 2];

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		ck_assert_str_eq(
		    found(c, t[i], 1759), "no such multicast file");
	memset(longest, 'a', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	ck_assert_str_eq(found(c, longest, 1759), "no such multicast file");
	longest[TFTP_NAME_MAX] = '\0';
	ck_assert_str_eq(found(c, longest, 1759), "no such multicast file");
	conf_free(c);
}
END_TEST

START_TEST(plain_name_wins_over_the_one_below_the_tree)
{
	struct conf *c = conf();

	ck_assert_str_eq(found(c, "srv/boot/twice", 1800), "srv/boot/twice");
	ck_assert_str_eq(
	    found(c, "/srv/boot/srv/boot/twice", 1800), "srv/boot/twice");
	conf_free(c);
}
END_TEST

START_TEST(file_is_served_at_its_own_port)
{
	struct conf *c = conf();

	ck_assert_str_eq(found(c, "big", 75), "big");
	ck_assert_str_eq(
	    found(c, "big", 1759), "this file has another server port");
	ck_assert_str_eq(
	    found(c, "bpbatch", 75), "this file has another server port");
	conf_free(c);
}
END_TEST

START_TEST(sports_are_told_once_and_in_order)
{
	struct conf *c = conf(), *none = conf_defaults();
	uint16_t port[GROUPS_PORTS];

	ck_assert_uint_eq(groups_sports(c, port), 3);
	ck_assert_uint_eq(port[0], 75);
	ck_assert_uint_eq(port[1], 1759);
	ck_assert_uint_eq(port[2], 1800);
	ck_assert_uint_eq(groups_sports(none, port), 0);
	conf_free(c);
	conf_free(none);
}
END_TEST

START_TEST(sports_over_the_bound_are_told)
{
	struct conf_mtftp g[GROUPS_PORTS + 1];
	struct conf c = {.mtftp = g, .nmtftp = GROUPS_PORTS};
	uint16_t port[GROUPS_PORTS];

	memset(g, 0, sizeof g);
	for (size_t i = 0; i < GROUPS_PORTS + 1; i++)
		g[i].mtftp_sport = (uint16_t)(5000 - i);
	ck_assert_uint_eq(groups_sports(&c, port), GROUPS_PORTS);
	ck_assert_uint_eq(port[0], 5000 - GROUPS_PORTS + 1);
	ck_assert_uint_eq(port[GROUPS_PORTS - 1], 5000);
	c.nmtftp = GROUPS_PORTS + 1;
	ck_assert_uint_eq(groups_sports(&c, port), GROUPS_PORTS + 1);
}
END_TEST

START_TEST(largest_file_ends_in_block_65535)
{
	ck_assert_uint_eq(groups_max_size(512), 33553919);
	ck_assert_uint_eq(groups_max_size(1408), 92273279);
}
END_TEST

START_TEST(the_blksize_that_would_do_is_the_smallest)
{
	static const uint64_t size[] = {33553920, 60000000, 92273279, 96205379};

	for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
		uint16_t n = (uint16_t)groups_blksize(size[i]);

		ck_assert_uint_ge(groups_max_size(n), size[i]);
		ck_assert_uint_lt(groups_max_size((uint16_t)(n - 1)), size[i]);
	}
	ck_assert_uint_eq(groups_blksize(96205380), 0);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {the_blksize_that_would_do_is_the_smallest,
	    name_is_found_as_clients_write_it, name_that_is_no_group_is_refused,
	    plain_name_wins_over_the_one_below_the_tree,
	    file_is_served_at_its_own_port, sports_are_told_once_and_in_order,
	    sports_over_the_bound_are_told, largest_file_ends_in_block_65535,
	    NULL};

	return unit_main("groups", tests);
}
