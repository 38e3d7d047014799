/* test_name.c - requested text to path.  SPDX-License-Identifier: ISC */
#include <string.h>

#include "tftpd/name.h"
#include "unit.h"

/* Reading nth of name under /tftpboot is want. */
static void
reads(const char *name, unsigned int nth, const char *want)
{
	char path[NAME_PATH] = "untouched";
	enum name_err e = name_path(name, "/tftpboot", nth, path);

	ck_assert_msg(e == NAME_OK && strcmp(path, want) == 0,
	    "reading %u of \"%s\": wanted \"%s\", got %d \"%s\"", nth, name,
	    want, (int)e, path);
}

static void
is(const char *name, unsigned int nth, enum name_err want)
{
	char path[NAME_PATH] = "untouched";
	enum name_err e = name_path(name, "/tftpboot", nth, path);

	ck_assert_msg(e == want, "reading %u of \"%s\": wanted %d, got %d", nth,
	    name, (int)want, (int)e);
	ck_assert_str_eq(path, "untouched");
}

START_TEST(plain_names_stay_as_they_are)
{
	reads("pxelinux.0", 0, "pxelinux.0");
	reads("boot/grub/grub.cfg", 0, "boot/grub/grub.cfg");
	reads("a name with blanks", 0, "a name with blanks");
	is("pxelinux.0", 1, NAME_NO_MORE);
}
END_TEST

START_TEST(leading_slashes_mean_the_top_of_the_tree)
{
	reads("/pxelinux.0", 0, "pxelinux.0");
	reads("//boot//x", 0, "boot//x");
}
END_TEST

START_TEST(backslashes_of_microsofts_loaders_are_slashes)
{
	reads("\\boot\\x64\\wdsnbp.com", 0, "boot/x64/wdsnbp.com");
	reads("/Boot\\x64\\bootmgr.exe", 0, "Boot/x64/bootmgr.exe");
	is("..\\..\\etc\\passwd", 0, NAME_OUTSIDE);
}
END_TEST

START_TEST(names_that_climb_out_are_refused)
{
	is("..", 0, NAME_OUTSIDE);
	is("../etc/passwd", 0, NAME_OUTSIDE);
	is("/../etc/passwd", 0, NAME_OUTSIDE);
	is("a/../../etc/passwd", 0, NAME_OUTSIDE);
	is("./../x", 0, NAME_OUTSIDE);
	is("a/b/../../../x", 0, NAME_OUTSIDE);
}
END_TEST

START_TEST(names_that_come_back_in_are_the_kernels_business)
{
	reads("a/../b", 0, "a/../b");
	reads("..a/b", 0, "..a/b");
	reads("a/..b", 0, "a/..b");
	reads("...", 0, "...");
	reads("./x", 0, "./x");
}
END_TEST

START_TEST(empty_names_are_refused)
{
	is("/", 0, NAME_EMPTY);
	is("\\\\", 0, NAME_EMPTY);
	is("", 0, NAME_EMPTY);
}
END_TEST

START_TEST(junk_at_the_end_is_cut_in_the_second_reading_only)
{
	reads("bpbatch.P\xff", 0, "bpbatch.P\xff");
	reads("bpbatch.P\xff", 1, "bpbatch.P");
	reads("bpbatch.P\xff\x01 ", 1, "bpbatch.P");
	reads("f\xc3\xbcr\xff", 1, "f\xc3\xbcr");
	is("bpbatch.P\xff", 2, NAME_NO_MORE);
	is("\xff\xff", 1, NAME_NO_MORE);
}
END_TEST

START_TEST(tree_path_in_front_is_cut_in_the_last_reading)
{
	reads("/tftpboot/pxelinux.0", 0, "tftpboot/pxelinux.0");
	reads("/tftpboot/pxelinux.0", 1, "pxelinux.0");
	is("/tftpboot/pxelinux.0", 2, NAME_NO_MORE);
	reads("/tftpboot//a/b\xff", 1, "tftpboot//a/b");
	reads("/tftpboot//a/b\xff", 2, "a/b");
	is("/tftpbootx/a", 1, NAME_NO_MORE);
	is("/tftpboot/../x", 1, NAME_OUTSIDE);
	is("/tftpboot/", 1, NAME_NO_MORE);
}
END_TEST

START_TEST(hidden_tree_is_not_cut)
{
	char path[NAME_PATH];

	ck_assert_int_eq(name_path("/tftpboot/x", NULL, 1, path), NAME_NO_MORE);
	ck_assert_int_eq(name_path("/tftpboot/x", NULL, 0, path), NAME_OK);
	ck_assert_str_eq(path, "tftpboot/x");
}
END_TEST

START_TEST(trees_of_odd_spelling_are_cut_too)
{
	char path[NAME_PATH];

	ck_assert_int_eq(
	    name_path("/srv/boot/x", "/srv/boot//", 1, path), NAME_OK);
	ck_assert_str_eq(path, "x");
	ck_assert_int_eq(name_path("/x", "/", 1, path), NAME_NO_MORE);
}
END_TEST

START_TEST(longest_name_fits)
{
	char name[TFTP_NAME_MAX + 1], path[NAME_PATH];

	memset(name, 'x', TFTP_NAME_MAX);
	name[TFTP_NAME_MAX] = '\0';
	ck_assert_int_eq(name_path(name, "/tftpboot", 0, path), NAME_OK);
	ck_assert_str_eq(path, name);
}
END_TEST

START_TEST(every_refusal_has_a_text)
{
	ck_assert_str_eq(
	    name_err_text(NAME_OUTSIDE), "outside of the boot tree");
	ck_assert_str_ne(name_err_text(NAME_EMPTY), "");
	ck_assert_str_ne(name_err_text(NAME_NO_MORE), "");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {plain_names_stay_as_they_are,
	    leading_slashes_mean_the_top_of_the_tree,
	    backslashes_of_microsofts_loaders_are_slashes,
	    names_that_climb_out_are_refused,
	    names_that_come_back_in_are_the_kernels_business,
	    empty_names_are_refused,
	    junk_at_the_end_is_cut_in_the_second_reading_only,
	    tree_path_in_front_is_cut_in_the_last_reading,
	    hidden_tree_is_not_cut, trees_of_odd_spelling_are_cut_too,
	    longest_name_fits, every_refusal_has_a_text, NULL};

	return unit_main("name", tests);
}
