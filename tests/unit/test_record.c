/*
 * test_record.c - records: the same facts as words and as JSON.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/record.h"
#include "unit.h"

static struct peer peer;
static struct conf_hw hw;
static struct record r;
static char text[RECORD_TEXT], json[RECORD_JSON];

static void
setup(void)
{
	memset(&peer, 0, sizeof peer);
	peer.addr = addr_from_ip4((struct ip4){0xc0000207});
	peer.port = 2070;
	hw = (struct conf_hw){
	    .htype = 1, .hlen = 6, .addr = {0, 0x54, 0x55, 0x56, 0x67, 0x68}};
	r = (struct record){.client = &peer,
	    .hw = &hw,
	    .host = "pc1",
	    .file = "vmlinuz",
	    .served = "boot/vmlinuz",
	    .mode = TFTP_OCTET,
	    .size = 9421344,
	    .blocks = 6711,
	    .blksize = 1404,
	    .windowsize = 16,
	    .resent = 3,
	    .took_us = 815000,
	    .outcome = "done",
	    .why = "last block acknowledged",
	    .code = -1};
}

START_TEST(words_tell_all_of_it)
{
	setup();
	ck_assert_str_eq(record_text(&r, text, sizeof text),
	    "op=RRQ outcome=done client=192.0.2.7:2070 mac=00:54:55:56:67:68 "
	    "host=\"pc1\" mode=octet size=9421344 blocks=6711 blksize=1404 "
	    "windowsize=16 resent=3 seconds=0.815000 rate=11559931 "
	    "why=\"last block acknowledged\" file=\"vmlinuz\" "
	    "served=\"boot/vmlinuz\"");
}
END_TEST

START_TEST(json_tells_the_same)
{
	setup();
	ck_assert_uint_gt(record_json(&r, 1795341600123, json, sizeof json), 0);
	ck_assert_str_eq(json,
	    "{\"time\":\"2026-11-22T10:00:00.123Z\",\"op\":\"RRQ\","
	    "\"outcome\":\"done\",\"client\":\"192.0.2.7\",\"port\":2070,"
	    "\"mac\":\"00:54:55:56:67:68\",\"host\":\"pc1\","
	    "\"mode\":\"octet\",\"size\":9421344,\"blocks\":6711,"
	    "\"blksize\":1404,\"windowsize\":16,\"resent\":3,"
	    "\"seconds\":0.815000,\"rate\":11559931,"
	    "\"why\":\"last block acknowledged\",\"file\":\"vmlinuz\","
	    "\"served\":\"boot/vmlinuz\"}\n");
}
END_TEST

START_TEST(a_refusal_has_no_numbers_of_a_transfer)
{
	setup();
	r.hw = NULL;
	r.host = r.served = NULL;
	r.blksize = 0;
	r.write = true;
	r.outcome = "refused";
	r.why = "no such file";
	r.code = 1;
	ck_assert_str_eq(record_text(&r, text, sizeof text),
	    "op=WRQ outcome=refused client=192.0.2.7:2070 mode=octet code=1 "
	    "why=\"no such file\" file=\"vmlinuz\"");
}
END_TEST

START_TEST(any_bytes_are_quoted_safely)
{
	char name[256], safe[256];

	setup();
	for (int i = 0; i < 255; i++)
		name[i] = (char)(i + 1);
	for (int i = 0; i < 255; i += 15) {
		(void)text_safe(name + i, 15, safe, sizeof safe);
		r.file = r.served = safe;
		ck_assert_uint_gt(record_json(&r, 0, json, sizeof json), 0);
		for (const char *p = json; *p; p++) {
			ck_assert(*p == '\n' || (*p >= ' ' && *p <= '~'));
			if (*p == '\\') /* only ever doubled */
				ck_assert_int_eq(*++p, '\\');
		}
		ck_assert_ptr_eq(strchr(json, '\n'), json + strlen(json) - 1);
	}
	r.file = "a\"b\\c\n\xff"; /* what text_safe() never makes */
	(void)record_json(&r, 0, json, sizeof json);
	ck_assert_ptr_nonnull(strstr(json, "\"file\":\"a?b\\\\c??\""));
	ck_assert_ptr_nonnull(
	    strstr(record_text(&r, text, sizeof text), "file=\"a?b\\c??\""));
}
END_TEST

START_TEST(dates_are_right)
{
	static const struct {
		int64_t ms;
		const char *want;
	} rows[] = {
	    {0, "1970-01-01T00:00:00.000Z"},
	    {951782400000, "2000-02-29T00:00:00.000Z"},
	    {951868799999, "2000-02-29T23:59:59.999Z"},
	    {4107542400000, "2100-03-01T00:00:00.000Z"},
	    {1767225599000, "2025-12-31T23:59:59.000Z"},
	    {-5, "1970-01-01T00:00:00.000Z"},
	};

	setup();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)record_json(&r, rows[i].ms, json, sizeof json);
		ck_assert_msg(strstr(json, rows[i].want) != NULL, "%s", json);
	}
}
END_TEST

START_TEST(what_does_not_fit_is_cut_or_left)
{
	char small[40];

	setup();
	ck_assert_uint_eq(record_json(&r, 0, small, sizeof small), 0);
	(void)record_text(&r, small, sizeof small);
	ck_assert_uint_lt(strlen(small), sizeof small);
	r.took_us = 0;
	(void)record_text(&r, text, sizeof text);
	ck_assert_ptr_nonnull(strstr(text, "rate=9421344000000"));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {words_tell_all_of_it, json_tells_the_same,
	    a_refusal_has_no_numbers_of_a_transfer, any_bytes_are_quoted_safely,
	    dates_are_right, what_does_not_fit_is_cut_or_left, NULL};

	return unit_main("record", tests);
}
