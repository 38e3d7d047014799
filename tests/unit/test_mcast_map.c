/* test_mcast_map.c - the list of files of -m.  SPDX-License-Identifier: ISC */
#include <string.h>

#include "conf.h"
#include "mtftpd/map.h"
#include "unit.h"

static const char *
line(const char *s, struct map_line *ret)
{
	return map_line(s, strlen(s), "/tftpboot/", ret);
}

START_TEST(three_columns_are_a_file_its_group_and_its_port)
{
	static const struct {
		const char *line, *file;
		uint32_t group;
		uint16_t cport;
	} t[] = {
	    /* Incom's manual; atftpd's example */
	    {"/tftpboot/pcnfs.X 225.0.0.1 76", "pcnfs.X", 0xe1000001, 76},
	    {"linux 239.255.1.1 3001", "linux", 0xefff0101, 3001},
	    {"pxelinux.0 239.255.1.2 3001 # the rest", "pxelinux.0", 0xefff0102,
		3001},
	    {"\tdir/f  \t 239.255.1.3\t65535 \r", "dir/f", 0xefff0103, 65535},
	    {"/tftpboot//x 239.255.1.3 1", "x", 0xefff0103, 1},
	    {"/tftpbootx/y 239.255.1.3 1", "tftpbootx/y", 0xefff0103, 1},
	    {"/other/y 239.255.1.3 1", "other/y", 0xefff0103, 1},
	};
	struct map_line l;

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		ck_assert_ptr_null(line(t[i].line, &l));
		ck_assert_str_eq(l.file, t[i].file);
		ck_assert_uint_eq(l.group.v, t[i].group);
		ck_assert_uint_eq(l.cport, t[i].cport);
	}
}
END_TEST

START_TEST(comments_and_empty_lines_are_nothing)
{
	static const char *const t[] = {
	    "", "   ", "# f 239.255.1.1 3001", "\t#"};
	struct map_line l;

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		ck_assert_ptr_null(line(t[i], &l));
		ck_assert_str_eq(l.file, "");
	}
}
END_TEST

START_TEST(what_is_wrong_is_said)
{
	static const struct {
		const char *line, *why;
	} t[] = {
	    {"f", "three columns"},
	    {"f 239.255.1.1", "three columns"},
	    {"f 239.255.1.1 1 2", "three columns"},
	    {"f 10.0.0.1 3001", "multicast"},
	    {"f 239.255.1.1.1.1.1.1 3001", "multicast"},
	    {"f 239.255.1.1 0", "no port"},
	    {"f 239.255.1.1 65536", "no port"},
	    {"f 239.255.1.1 4294967297", "no port"},
	    {"f 239.255.1.1 -1", "no port"},
	    {"a\"b 239.255.1.1 1", "no file"},
	    {"a\\b 239.255.1.1 1", "no file"},
	    {"/ 239.255.1.1 1", "no file"},
	    {"../f 239.255.1.1 1", "no file"},
	    {"a/.. 239.255.1.1 1", "no file"},
	};
	struct map_line l;

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		const char *why = line(t[i].line, &l);

		ck_assert_msg(why && strstr(why, t[i].why), "%s: %s", t[i].line,
		    why ? why : "accepted");
	}
}
END_TEST

START_TEST(two_lines_have_neither_file_nor_group_in_common)
{
	struct map_line before[2], l;

	ck_assert_ptr_null(line("f 239.255.1.1 1", &before[0]));
	ck_assert_ptr_null(line("g 239.255.1.2 1", &before[1]));
	ck_assert_ptr_null(line("..h 239.255.1.1 2", &l));
	ck_assert_uint_eq(map_clash(&l, before, 2), 2);
	ck_assert_ptr_null(line("g 239.255.1.3 1", &l));
	ck_assert_uint_eq(map_clash(&l, before, 2), 1);
	ck_assert_ptr_null(line("h 239.255.1.1 1", &l));
	ck_assert_uint_eq(map_clash(&l, before, 2), 0);
	ck_assert_uint_eq(map_clash(&l, before, 0), 0);
}
END_TEST

static void
no_error(void *arg, const char *what)
{
	(void)arg;
	ck_abort_msg("%s", what);
}

START_TEST(its_section_is_understood)
{
	struct map_line l = {"dir/a;b #c", {0xefff0109}, 76};
	char buf[MAP_SECTION], longest[TFTP_NAME_MAX + 32];
	struct conf *c;
	size_t n = map_section(&l, 7, 75, buf);

	c = conf_parse_text("t", buf, n, no_error, NULL);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->nmtftp, 1);
	ck_assert_str_eq(c->mtftp[0].file, "dir/a;b #c");
	ck_assert_uint_eq(c->mtftp[0].mtftp_ip.v, 0xefff0109);
	ck_assert_uint_eq(c->mtftp[0].mtftp_cport, 76);
	ck_assert_uint_eq(c->mtftp[0].mtftp_sport, 75);
	conf_free(c);
	memset(longest, 'x', TFTP_NAME_MAX);
	strcpy(longest + TFTP_NAME_MAX, " 255.1.1.1 1");
	ck_assert_ptr_nonnull(line(longest, &l));
	strcpy(longest + TFTP_NAME_MAX, " 239.255.255.255 65535");
	ck_assert_ptr_null(line(longest, &l));
	ck_assert_uint_lt(map_section(&l, 4096, 65535, buf), MAP_SECTION);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    three_columns_are_a_file_its_group_and_its_port,
	    comments_and_empty_lines_are_nothing, what_is_wrong_is_said,
	    two_lines_have_neither_file_nor_group_in_common,
	    its_section_is_understood, NULL};

	return unit_main("mcast_map", tests);
}
