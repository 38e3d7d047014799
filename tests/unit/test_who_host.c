/* test_who_host.c - the class of a [host] with an address of its own, from the
 * lines "host" of dhcpd's journal.
 * SPDX-License-Identifier: ISC */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys_tmp.h"
#include "tftpd/who_file.h"
#include "unit.h"

#define NOW INT64_C(1790000000)

static const char text[] = "[subnet 192.0.2.0/24]\n"
			   "pool = 192.0.2.100-192.0.2.200\n"
			   "[class pi]\n"
			   "chaddr = b8:27:eb\n"
			   "[class uefi]\n"
			   "arch = 7\n"
			   "[class ipxe]\n"
			   "user_class = iPXE\n"
			   "[host pc1]\n"
			   "chaddr = 00:54:55:56:67:68\n"
			   "yiaddr = 192.0.2.7\n"
			   "[host pi1]\n"
			   "chaddr = b8:27:eb:00:00:01, b8:27:eb:00:00:02\n"
			   "yiaddr = 192.0.2.8\n"
			   "[host called]\n"
			   "client_id = \"wanted\"\n"
			   "yiaddr = 192.0.2.9\n"
			   "[host banned]\n"
			   "chaddr = 00:54:55:66:66:66\n"
			   "yiaddr = 192.0.2.66\n"
			   "deny = yes\n";

static struct conf *c0;
static struct who_book *b0;

static void
tell(void *arg, const char *why)
{
	(void)arg;
	ck_abort_msg("%s", why);
}

static void
begin(void)
{
	c0 = conf_parse_text("t", text, sizeof text - 1, tell, NULL);
	b0 = who_new(100);
	ck_assert(c0 && b0);
}

static void
end(void)
{
	who_free(b0);
	conf_free(c0);
}

static struct who
look(const struct who_book *b, const char *ip)
{
	struct addr a;
	struct who w;

	ck_assert(addr_parse(ip, &a));
	who_find(b, c0, &a, NOW, &w);
	return w;
}

static struct lease_record
record(enum lease_state state, const char *ip, const char *mac, const char *id,
    const char *class)
{
	struct lease_record rec = {.state = state,
	    .key.htype = 1,
	    .key.hlen = 6,
	    .key.client_id_len = strlen(id),
	    .start_s = NOW - 100,
	    .expires_s = LEASE_NEVER};
	struct mac m;

	ck_assert(ip4_parse(ip, &rec.addr) && mac_parse(mac, &m));
	memcpy(rec.key.chaddr, m.b, sizeof m.b);
	memcpy(rec.id, id, strlen(id));
	(void)strcpy(rec.class, class);
	return rec;
}

static void
host(const char *ip, const char *mac, const char *id, const char *class)
{
	struct lease_record rec = record(LEASE_HOST, ip, mac, id, class);

	ck_assert(who_put(b0, &rec));
}

static void
want_class(const char *ip, const char *want)
{
	struct who w = look(b0, ip);
	const char *got = w.class ? w.class->name : "none";

	ck_assert_msg(strcmp(got, want) == 0, "%s: wanted class %s, got %s", ip,
	    want, got);
	for (size_t i = 0; w.class && i < c0->nclass; i++)
		if (&c0->class[i] == w.class)
			ck_assert(who_in_class(&w, w.class));
}

START_TEST(a_line_of_a_host_tells_its_class_and_the_last_one_counts)
{
	begin();
	want_class("192.0.2.7", "none");
	host("192.0.2.7", "00:54:55:56:67:68", "", "uefi");
	want_class("192.0.2.7", "uefi");
	host("192.0.2.7", "00:54:55:56:67:68", "", "ipxe");
	want_class("192.0.2.7", "ipxe");
	host("192.0.2.7", "00:54:55:56:67:68", "", "gone");
	want_class("192.0.2.7", "none");
	host("192.0.2.7", "00:54:55:56:67:68", "", "ipxe");
	host("192.0.2.7", "00:54:55:56:67:68", "", "");
	want_class("192.0.2.7", "none");
	end();
}
END_TEST

START_TEST(a_class_by_chaddr_is_known_beside_it)
{
	struct who w;

	begin();
	host("192.0.2.8", "b8:27:eb:00:00:02", "", "uefi");
	w = look(b0, "192.0.2.8");
	ck_assert(who_in_class(&w, &c0->class[1]));
	ck_assert_uint_eq(w.hw.hlen, 0); /* one of two cards, as ever */
	host("192.0.2.8", "b8:27:eb:00:00:02", "", "");
	want_class("192.0.2.8", "none");
	end();
}
END_TEST

START_TEST(a_line_of_another_machine_tells_nothing)
{
	begin();
	host("192.0.2.7", "00:54:55:56:67:69", "", "uefi");
	want_class("192.0.2.7", "none");
	host("192.0.2.9", "00:54:55:56:67:68", "wanted", "uefi");
	want_class("192.0.2.9", "uefi");
	host("192.0.2.9", "00:54:55:56:67:68", "other", "uefi");
	want_class("192.0.2.9", "none");
	host("192.0.2.9", "00:54:55:56:67:68", "", "uefi");
	want_class("192.0.2.9", "none");
	host("192.0.2.7", "00:54:55:56:67:68", "wanted", "uefi");
	want_class("192.0.2.7", "none");
	end();
}
END_TEST

/* Who is trusted is what the configuration and leases say, as without it. */
START_TEST(it_proves_nothing_and_takes_nothing_away)
{
	struct lease_record lease =
	    record(LEASE_BOUND, "192.0.2.100", "02:00:00:00:00:09", "", "ipxe");
	struct who w;

	begin();
	host("192.0.2.150", "02:00:00:00:00:09", "", "uefi"); /* no [host] */
	w = look(b0, "192.0.2.150");
	ck_assert(!w.known && w.lease == WHO_NO_LEASE && !w.hw.hlen);
	ck_assert_ptr_null(w.class);
	host("192.0.2.66", "00:54:55:66:66:66", "", "uefi"); /* denied */
	ck_assert(!look(b0, "192.0.2.66").known);
	ck_assert(who_put(b0, &lease));
	host("192.0.2.100", "02:00:00:00:00:09", "", "uefi");
	w = look(b0, "192.0.2.100");
	ck_assert(w.known && w.lease == WHO_LEASE_ACTIVE);
	ck_assert_str_eq(w.class->name, "ipxe");
	host("192.0.2.7", "00:54:55:56:67:68", "", "uefi");
	w = look(b0, "192.0.2.7");
	ck_assert(w.known && w.lease == WHO_NO_LEASE && w.hw.hlen == 6);
	end();
}
END_TEST

START_TEST(another_journal_and_the_bound_of_leases_hold_for_both)
{
	struct lease_record lease =
	    record(LEASE_BOUND, "192.0.2.100", "02:00:00:00:00:09", "", "ipxe");

	begin();
	for (unsigned int i = 0; i < 100; i++, lease.addr.v++)
		ck_assert(who_put(b0, &lease));
	ck_assert(!who_put(b0, &lease));
	host("192.0.2.7", "00:54:55:56:67:68", "", "uefi");
	host("192.0.2.8", "b8:27:eb:00:00:01", "", "uefi");
	ck_assert_uint_eq(who_count(b0), 102);
	who_begin(b0);
	host("192.0.2.8", "b8:27:eb:00:00:01", "", "uefi");
	want_class("192.0.2.7", "uefi");
	who_end(b0);
	want_class("192.0.2.7", "none");
	want_class("192.0.2.8", "uefi");
	ck_assert_uint_eq(who_count(b0), 1);
	end();
}
END_TEST

START_TEST(such_lines_are_read_from_the_journal_as_they_come)
{
	struct lease_record rec =
	    record(LEASE_HOST, "192.0.2.7", "00:54:55:56:67:68", "", "uefi");
	char line[LEASE_LINE], all[2 * LEASE_LINE];
	struct who_file *f;
	int n;

	begin();
	tmp_make();
	log_open("who", LOG_TO_STDERR, NULL);
	(void)lease_text_record(line, &rec);
	ck_assert_ptr_nonnull(strstr(line, "host 192.0.2.7 1/00:54:55:56:67:68 "
					   "- "));
	ck_assert_ptr_nonnull(strstr(line, "Z never uefi "));
	n = snprintf(all, sizeof all, LEASE_HEADER "%s\n\n\n", line);
	tmp_write("leases", all);
	f = who_file_new("leases", 100);
	who_file_start(f);
	ck_assert_str_eq(
	    look(who_file_book(f), "192.0.2.7").class->name, "uefi");
	rec.class[0] = '\0';
	(void)lease_text_record(line, &rec);
	(void)snprintf(all + n - 3, sizeof all - (size_t)n + 3, "%s\n", line);
	tmp_write("leases", all);
	who_file_refresh(f, UINT64_C(99000000));
	ck_assert_ptr_null(look(who_file_book(f), "192.0.2.7").class);
	who_file_free(f);
	tmp_remove();
	end();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    a_line_of_a_host_tells_its_class_and_the_last_one_counts,
	    a_class_by_chaddr_is_known_beside_it,
	    a_line_of_another_machine_tells_nothing,
	    it_proves_nothing_and_takes_nothing_away,
	    another_journal_and_the_bound_of_leases_hold_for_both,
	    such_lines_are_read_from_the_journal_as_they_come,
	    NULL,
	};

	return unit_main("who_host", tests);
}
