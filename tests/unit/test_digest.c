/* test_digest.c - SHA-256 by nettle.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "sys/digest.h"
#include "sys_tmp.h"
#include "unit.h"

/* FIPS 180-2, appendix B.1 and B.2 */
static const char abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char longer[] =
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
static const char nothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

START_TEST(bytes_have_the_digests_of_fips_180)
{
	char hex[DIGEST_HEX];
	struct digest d;

	digest_bytes("abc", 3, &d);
	ck_assert_str_eq(digest_hex(&d, hex), abc);
	digest_bytes("", 0, &d);
	ck_assert_str_eq(digest_hex(&d, hex), nothing);
	digest_bytes(
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, &d);
	ck_assert_str_eq(digest_hex(&d, hex), longer);
}
END_TEST

static void
count(void *arg, uint64_t left)
{
	(void)left;
	++*(int *)arg;
}

START_TEST(a_file_is_read_to_the_size_that_is_said)
{
	char hex[DIGEST_HEX];
	struct digest d;
	int fd, pauses = 0;

	tmp_make();
	tmp_write("f", "abcdef");
	fd = open("f", O_RDWR);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(digest_fd(fd, 3, &d, NULL, NULL), 0);
	ck_assert_str_eq(digest_hex(&d, hex), abc);
	ck_assert_int_eq(digest_fd(fd, 0, &d, NULL, NULL), 0);
	ck_assert_str_eq(digest_hex(&d, hex), nothing);
	ck_assert_int_eq(digest_fd(fd, 7, &d, count, &pauses), -1);
	ck_assert_int_eq(errno, ESTALE);
	ck_assert_int_eq(pauses, 0);
	/* others have their turn while a long one is read */
	ck_assert_int_eq(ftruncate(fd, 20 << 20), 0);
	ck_assert_int_eq(digest_fd(fd, 20 << 20, &d, count, &pauses), 0);
	ck_assert_int_eq(pauses, 5);
	close(fd);
	tmp_remove();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {bytes_have_the_digests_of_fips_180,
	    a_file_is_read_to_the_size_that_is_said, NULL};

	return unit_main("digest", tests);
}
