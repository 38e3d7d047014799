/*
 * test_who.c - from an address to what is known of its client, and dhcpd's
 * journal followed while it is written.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "sys/log.h"
#include "sys/loop.h"
#include "tftpd/who_file.h"
#include "sys_tmp.h"
#include "unit.h"

#define NOW INT64_C(1790000000)
#define SECOND UINT64_C(1000000)

static const char text[] = "[subnet 192.0.2.0/24]\n"
			   "pool = 192.0.2.100-192.0.2.200\n"
			   "[class pi]\n"
			   "chaddr = b8:27:eb, dc:a6:32\n"
			   "[class uefi]\n"
			   "arch = 7\n"
			   "chaddr = 52:54:00\n"
			   "[host pc1]\n"
			   "chaddr = 00:54:55:56:67:68\n"
			   "yiaddr = 192.0.2.7\n"
			   "[host laptop]\n"
			   "chaddr = 00:54:55:00:00:01, 00:54:55:00:00:02\n"
			   "yiaddr = 192.0.2.8\n"
			   "[host pooled]\n"
			   "chaddr = b8:27:eb:00:00:09\n"
			   "[host banned]\n"
			   "chaddr = 00:54:55:66:66:66\n"
			   "yiaddr = 192.0.2.66\n"
			   "deny = yes\n";

static void
tell(void *arg, const char *why)
{
	(void)arg;
	ck_abort_msg("%s", why);
}

static struct conf *
conf(void)
{
	struct conf *c =
	    conf_parse_text("t", text, sizeof text - 1, tell, NULL);

	ck_assert_ptr_nonnull(c);
	return c;
}

static struct addr
addr(const char *s)
{
	struct addr a;

	ck_assert_msg(addr_parse(s, &a), "%s", s);
	return a;
}

static struct lease_record
record(enum lease_state state, const char *ip, const char *mac, int64_t until)
{
	struct lease_record rec = {.state = state,
	    .key.htype = 1,
	    .key.hlen = 6,
	    .start_s = NOW - 100,
	    .expires_s = until};
	struct mac m;

	ck_assert(ip4_parse(ip, &rec.addr));
	ck_assert(mac_parse(mac, &m));
	memcpy(rec.key.chaddr, m.b, sizeof m.b);
	return rec;
}

static struct who
look(const struct who_book *b, const struct conf *c, const char *ip)
{
	struct addr a = addr(ip);
	struct who w;

	who_find(b, c, &a, NOW, &w);
	return w;
}

static void
is_hw(const struct who *w, const char *want)
{
	char got[HWADDR_TEXT] = "";

	if (w->hw.hlen)
		(void)hwaddr_text(w->hw.addr, w->hw.hlen, got);
	ck_assert_str_eq(got, want);
}

START_TEST(a_host_is_known_by_its_address)
{
	struct conf *c = conf();
	struct who w = look(NULL, c, "192.0.2.7");

	ck_assert(w.known);
	ck_assert_str_eq(w.host->name, "pc1");
	is_hw(&w, "00:54:55:56:67:68");
	ck_assert_int_eq(w.lease, WHO_NO_LEASE);
	w = look(NULL, c, "192.0.2.8"); /* one of two cards: not told which */
	ck_assert(w.known);
	ck_assert_str_eq(w.host->name, "laptop");
	is_hw(&w, "");
	w = look(NULL, c, "192.0.2.66");
	ck_assert(!w.known);
	w = look(NULL, c, "192.0.2.9");
	ck_assert(!w.known);
	ck_assert_ptr_null(w.host);
	w = look(NULL, c, "fd00::7");
	ck_assert(!w.known);
	conf_free(c);
}
END_TEST

START_TEST(a_lease_gives_hardware_address_host_and_class)
{
	struct conf *c = conf();
	struct who_book *b = who_new(100);
	struct lease_record rec =
	    record(LEASE_BOUND, "192.0.2.100", "b8:27:eb:00:00:09", NOW + 9);
	struct who w;

	ck_assert(who_put(b, &rec));
	w = look(b, c, "192.0.2.100");
	ck_assert(w.known);
	ck_assert_int_eq(w.lease, WHO_LEASE_ACTIVE);
	is_hw(&w, "b8:27:eb:00:00:09");
	ck_assert_str_eq(w.host->name, "pooled");
	ck_assert_str_eq(w.class->name, "pi");
	w = look(b, c, "::ffff:192.0.2.100");
	ck_assert(w.known);
	/* class uefi asks for arch too, which TFTP does not tell */
	rec = record(LEASE_BOUND, "192.0.2.101", "52:54:00:00:00:01", NOW + 9);
	ck_assert(who_put(b, &rec));
	w = look(b, c, "192.0.2.101");
	ck_assert_ptr_null(w.class);
	ck_assert(!conf_class_by_chaddr(&c->class[1]));
	who_free(b);
	conf_free(c);
}
END_TEST

START_TEST(a_lease_gives_the_class_that_dhcpd_found)
{
	struct conf *c = conf();
	struct who_book *b = who_new(100);
	struct lease_record rec =
	    record(LEASE_BOUND, "192.0.2.101", "b8:27:eb:00:00:01", NOW + 9);
	struct who w;

	(void)strcpy(rec.class, "uefi"); /* asks for arch, too */
	ck_assert(who_put(b, &rec));
	w = look(b, c, "192.0.2.101");
	ck_assert_str_eq(w.class->name, "uefi");
	ck_assert(who_in_class(&w, &c->class[1]));
	ck_assert(who_in_class(&w, &c->class[0])); /* by its chaddr */
	(void)strcpy(rec.class, "gone");
	ck_assert(who_put(b, &rec));
	w = look(b, c, "192.0.2.101");
	ck_assert_str_eq(w.class->name, "pi");
	ck_assert(!who_in_class(&w, &c->class[1]));
	who_free(b);
	conf_free(c);
}
END_TEST

START_TEST(a_card_that_the_kernel_knows_gives_host_and_class_but_proves_nothing)
{
	struct conf *c = conf();
	struct who w = look(NULL, c, "192.0.2.150");
	struct mac m;

	ck_assert(mac_parse("b8:27:eb:00:00:09", &m));
	who_card(c, &m, &w);
	ck_assert(!w.known);
	is_hw(&w, "b8:27:eb:00:00:09");
	ck_assert_str_eq(w.host->name, "pooled");
	ck_assert_str_eq(w.class->name, "pi");
	w = look(NULL, c, "192.0.2.8"); /* now it is told which card */
	ck_assert(mac_parse("00:54:55:00:00:02", &m));
	who_card(c, &m, &w);
	ck_assert(w.known);
	ck_assert_str_eq(w.host->name, "laptop");
	is_hw(&w, "00:54:55:00:00:02");
	w = look(NULL, c, "fd00::7");
	who_card(c, &m, &w);
	ck_assert_str_eq(w.host->name, "laptop");
	conf_free(c);
}
END_TEST

START_TEST(a_lease_that_is_over_proves_nothing_but_names_its_holder)
{
	struct conf *c = conf();
	struct who_book *b = who_new(100);
	struct lease_record rec =
	    record(LEASE_BOUND, "192.0.2.100", "b8:27:eb:00:00:09", NOW);
	struct who w;

	ck_assert(who_put(b, &rec)); /* ran out */
	w = look(b, c, "192.0.2.100");
	ck_assert(!w.known);
	ck_assert_int_eq(w.lease, WHO_LEASE_OVER);
	is_hw(&w, "b8:27:eb:00:00:09");
	rec.expires_s = LEASE_NEVER;
	ck_assert(who_put(b, &rec));
	ck_assert(look(b, c, "192.0.2.100").known);
	rec.state = LEASE_FREE; /* released */
	ck_assert(who_put(b, &rec));
	ck_assert_int_eq(look(b, c, "192.0.2.100").lease, WHO_LEASE_OVER);
	rec.state = LEASE_DECLINED; /* nobody's */
	ck_assert(who_put(b, &rec));
	w = look(b, c, "192.0.2.100");
	ck_assert_int_eq(w.lease, WHO_NO_LEASE);
	is_hw(&w, "");
	ck_assert_uint_eq(who_count(b), 1);
	who_free(b);
	conf_free(c);
}
END_TEST

START_TEST(the_book_is_bounded_and_finds_every_address)
{
	struct conf *c = conf();
	struct who_book *b = who_new(5000);
	struct lease_record rec =
	    record(LEASE_BOUND, "10.0.0.0", "b8:27:eb:00:00:09", NOW + 9);
	struct who w;

	for (uint32_t i = 0; i < 5000; i++, rec.addr.v++) {
		rec.key.chaddr[5] = (uint8_t)i;
		ck_assert(who_put(b, &rec));
	}
	ck_assert(!who_put(b, &rec));
	for (uint32_t i = 0; i < 5000; i++) {
		struct addr a = addr_from_ip4((struct ip4){0x0a000000 + i});

		who_find(b, c, &a, NOW, &w);
		ck_assert_uint_eq(w.hw.addr[5], (uint8_t)i);
	}
	ck_assert(!look(b, c, "10.0.19.136").known);
	rec.addr.v = 0x0a000000; /* known ones can change in a full book */
	ck_assert(who_put(b, &rec));
	who_free(b);
	conf_free(c);
}
END_TEST

START_TEST(another_journal_replaces_what_was_known_at_its_end_only)
{
	struct conf *c = conf();
	struct who_book *b = who_new(100);
	struct lease_record one =
	    record(LEASE_BOUND, "10.0.0.1", "b8:27:eb:00:00:01", NOW + 9);
	struct lease_record two =
	    record(LEASE_BOUND, "10.0.0.2", "b8:27:eb:00:00:02", NOW + 9);

	ck_assert(who_put(b, &one) && who_put(b, &two));
	who_begin(b);
	ck_assert(who_put(b, &two));
	ck_assert(look(b, c, "10.0.0.1").known);
	who_end(b);
	ck_assert(!look(b, c, "10.0.0.1").known);
	ck_assert(look(b, c, "10.0.0.2").known);
	ck_assert_uint_eq(who_count(b), 1);
	ck_assert(who_put(b, &one));
	ck_assert(look(b, c, "10.0.0.1").known);
	who_free(b);
	conf_free(c);
}
END_TEST

/* ---- the file ---- */

static struct conf *c0;
static struct who_file *f0;
static uint64_t now_us;

/* n records from 10.0.x.x on behind a header, then newlines ahead. */
static void
journal(const char *path, uint32_t first, uint32_t n, bool ahead)
{
	FILE *f = fopen(path, "w");
	char line[LEASE_LINE];

	ck_assert_ptr_nonnull(f);
	(void)fputs(LEASE_HEADER, f);
	for (uint32_t i = 0; i < n; i++) {
		struct lease_record rec = record(
		    LEASE_BOUND, "10.0.0.0", "b8:27:eb:00:00:09", LEASE_NEVER);

		rec.addr.v += first + i;
		(void)lease_text_record(line, &rec);
		(void)fputs(line, f);
	}
	for (int i = 0; ahead && i < 5000; i++)
		(void)fputc('\n', f);
	ck_assert_int_eq(fclose(f), 0);
}

/* What overwrites the newlines at an offset, as dhcpd does. */
static void
overwrite(const char *path, long at, const char *what, size_t len)
{
	int fd = open(path, O_WRONLY);

	ck_assert_int_eq(pwrite(fd, what, len, at), (ssize_t)len);
	ck_assert_int_eq(close(fd), 0);
}

static size_t
line_of(uint32_t n, char line[static LEASE_LINE])
{
	struct lease_record rec =
	    record(LEASE_BOUND, "10.0.0.0", "b8:27:eb:00:00:09", LEASE_NEVER);

	rec.addr.v += n;
	return lease_text_record(line, &rec);
}

static bool
knows(uint32_t n)
{
	struct addr a = addr_from_ip4((struct ip4){0x0a000000 + n});
	struct who w;

	now_us += 2 * SECOND;
	who_file_refresh(f0, now_us);
	who_find(who_file_book(f0), c0, &a, NOW, &w);
	return w.known;
}

static void
begin(size_t max)
{
	tmp_make();
	log_open("who", LOG_TO_STDERR, NULL);
	c0 = conf();
	now_us = 10 * SECOND;
	f0 = who_file_new("leases", max);
	ck_assert_ptr_nonnull(f0);
}

static void
end(void)
{
	who_file_free(f0);
	conf_free(c0);
	tmp_remove();
}

/* Where the record number n of a journal begins: all are of one length. */
static long
place(uint32_t n)
{
	char line[LEASE_LINE];

	return (long)(strlen(LEASE_HEADER) + n * line_of(10, line));
}

START_TEST(records_over_newlines_written_ahead_are_seen)
{
	char line[LEASE_LINE];
	size_t len = line_of(20, line);

	begin(100);
	journal("leases", 10, 5, true);
	who_file_start(f0);
	ck_assert(knows(14));
	ck_assert(!knows(20));
	overwrite("leases", place(5), line, len);
	ck_assert(knows(20));
	(void)line_of(21, line);
	overwrite("leases", place(6), line, len / 2); /* half of it */
	ck_assert(!knows(21));
	overwrite("leases", place(6), line, len);
	ck_assert(knows(21));
	end();
}
END_TEST

START_TEST(a_change_is_seen_at_once_by_inotify)
{
	char line[LEASE_LINE];
	size_t len = line_of(20, line);
	struct addr a = addr("10.0.0.20");
	struct who w;

	begin(100);
	journal("leases", 10, 5, true);
	who_file_start(f0);
	who_file_refresh(f0, now_us);
	overwrite("leases", place(5), line, len);
	who_file_refresh(f0, now_us); /* no second has passed */
	who_find(who_file_book(f0), c0, &a, NOW, &w);
	ck_assert(w.known);
	end();
}
END_TEST

START_TEST(a_journal_written_anew_takes_over)
{
	begin(100);
	journal("leases", 10, 5, true);
	who_file_start(f0);
	ck_assert(knows(10));
	journal("leases.new", 12, 5, false);
	ck_assert_int_eq(rename("leases.new", "leases"), 0);
	ck_assert(knows(16));
	ck_assert(knows(12));
	ck_assert(!knows(10));
	end();
}
END_TEST

START_TEST(a_journal_that_was_cut_is_read_anew)
{
	begin(100);
	journal("leases", 10, 5, false);
	who_file_start(f0);
	ck_assert(knows(14));
	ck_assert_int_eq(truncate("leases", place(4)), 0);
	ck_assert(!knows(14));
	ck_assert(knows(13));
	end();
}
END_TEST

START_TEST(damage_in_the_middle_hides_only_itself)
{
	begin(10000);
	journal("leases", 10, 2000, true); /* more than a chunk */
	overwrite("leases", place(3) + 5, "XXX", 3);
	who_file_start(f0);
	ck_assert(!knows(13));
	ck_assert(knows(12));
	ck_assert(knows(14));
	ck_assert(knows(2009));
	end();
}
END_TEST

START_TEST(a_large_journal_is_read_in_pieces)
{
	char line[LEASE_LINE];
	uint32_t piece = WHO_FILE_PIECE / (uint32_t)line_of(10, line);

	begin(100000);
	who_file_start(f0); /* not there yet */
	journal("leases", 10, 5 * piece / 2, false);
	ck_assert(knows(10));
	ck_assert(!knows(9 + 5 * piece / 2)); /* two pieces */
	ck_assert(knows(9 + 5 * piece / 2));  /* all */
	end();
}
END_TEST

START_TEST(more_than_max_leases_are_not_kept)
{
	begin(300);
	journal("leases", 10, 400, true);
	who_file_start(f0);
	ck_assert(knows(309));
	ck_assert(!knows(310));
	end();
}
END_TEST

START_TEST(a_foreign_file_and_none_prove_nothing)
{
	begin(100);
	who_file_start(f0);
	ck_assert(!knows(10));
	tmp_write("leases", "lease 10.0.0.10 {\n}\n");
	ck_assert(!knows(10));
	ck_assert_int_eq(unlink("leases"), 0);
	ck_assert_int_eq(mkdir("leases", 0755), 0);
	ck_assert(!knows(10));
	ck_assert_int_eq(rmdir("leases"), 0);
	journal("leases", 10, 1, false);
	ck_assert(knows(10));
	ck_assert_int_eq(unlink("leases"), 0);
	ck_assert(knows(10)); /* the one that is open stays in force */
	end();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    a_host_is_known_by_its_address,
	    a_lease_gives_hardware_address_host_and_class,
	    a_lease_gives_the_class_that_dhcpd_found,
	    a_card_that_the_kernel_knows_gives_host_and_class_but_proves_nothing,
	    a_lease_that_is_over_proves_nothing_but_names_its_holder,
	    the_book_is_bounded_and_finds_every_address,
	    another_journal_replaces_what_was_known_at_its_end_only,
	    records_over_newlines_written_ahead_are_seen,
	    a_change_is_seen_at_once_by_inotify,
	    a_journal_written_anew_takes_over,
	    a_journal_that_was_cut_is_read_anew,
	    damage_in_the_middle_hides_only_itself,
	    a_large_journal_is_read_in_pieces,
	    more_than_max_leases_are_not_kept,
	    a_foreign_file_and_none_prove_nothing,
	    NULL,
	};

	return unit_main("who", tests);
}
