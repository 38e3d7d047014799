/* test_leasefile.c - tests of lease_text.c, dhcpd/lease_journal.c, leasefile.c
 * and leasefile_open.c, in a folder of their own under TMPDIR.
 * SPDX-License-Identifier: ISC */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dhcpd/leasefile.h"
#include "unit.h"

static const struct conf_range range[] = {{{0xc000020a}, {0xc000021d}}};
static const struct conf_subnet subnet = {
    .net = {0xc0000200}, .prefix = 24, .pool = range, .npool = 1};
static const struct conf conf = {
    .subnet = &subnet, .nsubnet = 1, .dhcpd = {.max_leases = 1000}};
static const struct leasefile_owner nobody;
static char dir[64], path[100], why[LEASEFILE_WHY];

#define T0 INT64_C(1795341600) /* 2026-11-22T10:00:00Z */
static const struct lease_clock t0 = {.boot_s = 1000, .wall_s = T0};

/*
 * The linker leads these calls of the library here (--wrap): what reaches
 * the disk in which order, and a disk that fails.
 */
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_renameat(int d1, const char *p1, int d2, const char *p2);
ssize_t __real_pwrite(int fd, const void *p, size_t len, off_t at);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_renameat(int d1, const char *p1, int d2, const char *p2);
ssize_t __wrap_pwrite(int fd, const void *p, size_t len, off_t at);

static char calls[64]; /* w: write, d: fdatasync, s: fsync, r: rename */
static bool sync_fails, folder_sync_fails;
static int folder_error = EIO;

static void
called(char c)
{
	size_t n = strlen(calls);

	if (n + 1 < sizeof(calls)) {
		calls[n] = c;
		calls[n + 1] = '\0';
	}
}

int
__wrap_fdatasync(int fd)
{
	called('d');
	if (!sync_fails)
		return __real_fdatasync(fd);
	errno = EIO;
	return -1;
}

int
__wrap_fsync(int fd)
{
	struct stat st;

	called('s');
	if (folder_sync_fails && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = folder_error;
		return -1;
	}
	if (!sync_fails)
		return __real_fsync(fd);
	errno = EIO;
	return -1;
}

int
__wrap_renameat(int d1, const char *p1, int d2, const char *p2)
{
	called('r');
	return __real_renameat(d1, p1, d2, p2);
}

ssize_t
__wrap_pwrite(int fd, const void *p, size_t len, off_t at)
{
	called('w');
	return __real_pwrite(fd, p, len, at);
}

static struct lease_key
client(unsigned int n)
{
	struct lease_key k = {.htype = 1, .hlen = 6};

	k.chaddr[0] = 2;
	k.chaddr[4] = (uint8_t)(n >> 8);
	k.chaddr[5] = (uint8_t)n;
	return k;
}

static struct ip4
addr(unsigned int last)
{
	return (struct ip4){0xc0000200u + last};
}

static void
new_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/leasefile.XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/dhcpd.leases", dir);
}

static void
remove_folder(void)
{
	char cmd[100];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(cmd), 0);
}

/* The journal opened into a fresh table. */
static struct leasefile *
reopen(struct leases **ls, const struct lease_clock *now)
{
	struct leasefile *lf;

	*ls = leases_new(&conf);
	lf = leasefile_open(path, *ls, &nobody, now, why);
	ck_assert_msg(lf != NULL, "not opened: %s", why);
	return lf;
}

static void
finish(struct leasefile *lf, struct leases *ls)
{
	leasefile_close(lf);
	leases_free(ls);
}

static struct lease *
bind(struct leasefile *lf, struct leases *ls, unsigned int last, unsigned int n,
    int64_t lease_s)
{
	struct lease_key k = client(n);
	struct lease *l = lease_by_addr(ls, addr(last));

	lease_bind(ls, l, &k, t0.boot_s,
	    lease_s == LEASE_NEVER ? LEASE_NEVER : t0.boot_s + lease_s);
	ck_assert(leasefile_add(lf, ls, l, &t0));
	return l;
}

static void
open_and_close(void)
{
	struct leases *ls;
	struct leasefile *lf = reopen(&ls, &t0);

	finish(lf, ls);
}

static void
want_state(struct leases *ls, unsigned int last, enum lease_state state)
{
	struct lease *l = lease_by_addr(ls, addr(last));

	ck_assert_msg(l->state == state, "address .%u: wanted state %d, got %d",
	    last, state, l->state);
}

static void
append_text(const char *text, size_t len)
{
	FILE *f = fopen(path, "a");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static off_t
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? st.st_size : -1;
}

/* ---- lines ---- */

START_TEST(crc_of_the_check_string_is_the_published_one)
{
	ck_assert_uint_eq(lease_crc("123456789", 9), 0xcbf43926);
}
END_TEST

START_TEST(line_is_written_as_the_manual_shows_it)
{
	struct leases *ls = leases_new(&conf);
	struct lease *l = lease_by_addr(ls, addr(17));
	uint8_t id[] = {1, 0, 0x54, 0x55, 0x56, 0x67, 0x68};
	struct lease_key k = {.htype = 1,
	    .hlen = 6,
	    .chaddr = {0, 0x54, 0x55, 0x56, 0x67, 0x68},
	    .client_id = id,
	    .client_id_len = 7};
	char buf[LEASE_LINE];

	lease_bind(ls, l, &k, 1000, 4600);
	lease_journal_put(buf, ls, l, &t0);
	ck_assert_str_eq(buf,
	    "bound 192.0.2.17 1/00:54:55:56:67:68 01005455566768 "
	    "2026-11-22T10:00:00Z 2026-11-22T11:00:00Z 24bd4cd2\n");
	lease_bind(ls, l, &k, 1000, LEASE_NEVER);
	lease_journal_put(buf, ls, l, &t0);
	ck_assert_ptr_nonnull(strstr(buf, " never "));
	leases_free(ls);
}
END_TEST

START_TEST(longest_record_fits_its_line_and_comes_back)
{
	struct leases *ls = leases_new(&conf);
	struct lease *l = lease_by_addr(ls, addr(29));
	struct lease_key k = {.htype = 255, .hlen = 16};
	struct lease_record rec;
	char buf[LEASE_LINE];
	uint8_t id[255];
	size_t len;

	memset(id, 0xab, sizeof(id));
	memset(k.chaddr, 0xcd, 16);
	k.client_id = id;
	k.client_id_len = 255;
	lease_bind(ls, l, &k, -50, INT64_MAX / 4);
	len = lease_journal_put(buf, ls, l, &t0);
	ck_assert_uint_lt(len, LEASE_LINE);
	ck_assert_uint_eq(strlen(buf), len);
	ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
	ck_assert_uint_eq(rec.key.client_id_len, 255);
	ck_assert_mem_eq(rec.key.client_id, id, 255);
	ck_assert_mem_eq(rec.key.chaddr, k.chaddr, 16);
	ck_assert_int_eq(rec.start_s, T0 - 1050);
	leases_free(ls);
}
END_TEST

START_TEST(client_without_hardware_address_comes_back)
{
	struct leases *ls = leases_new(&conf);
	struct lease *l = lease_by_addr(ls, addr(10));
	struct lease_key k = {.htype = 32};
	struct lease_record rec;
	char buf[LEASE_LINE];
	size_t len;

	lease_bind(ls, l, &k, 1000, 2000);
	len = lease_journal_put(buf, ls, l, &t0);
	ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
	ck_assert_uint_eq(rec.key.hlen, 0);
	ck_assert_ptr_null(rec.key.client_id);
	leases_free(ls);
}
END_TEST

START_TEST(line_with_any_one_byte_changed_or_cut_is_refused)
{
	struct leases *ls = leases_new(&conf);
	struct lease_key k = client(1);
	struct lease *l = lease_by_addr(ls, addr(10));
	struct lease_record rec;
	char buf[LEASE_LINE];
	size_t len, i;

	lease_bind(ls, l, &k, 1000, 2000);
	len = lease_journal_put(buf, ls, l, &t0) - 1;
	ck_assert_ptr_null(lease_text_get(buf, len, &rec));
	for (i = 0; i < len; i++) {
		buf[i] ^= 1;
		ck_assert_msg(lease_text_get(buf, len, &rec) != NULL,
		    "byte %zu changed: believed", i);
		buf[i] ^= 1;
		ck_assert_msg(lease_text_get(buf, i, &rec) != NULL,
		    "cut at %zu: believed", i);
	}
	leases_free(ls);
}
END_TEST

/* A line with a good checksum and one bad word each. */
START_TEST(each_bad_word_is_named)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
	    {"offered 192.0.2.7 1/02 - 2026-11-22T10:00:00Z never", "state"},
	    {"bound 192.0.2 1/02 - 2026-11-22T10:00:00Z never", "the address"},
	    {"bound 192.0.2.7 256/02 - 2026-11-22T10:00:00Z never", "hardware"},
	    {"bound 192.0.2.7 1/0 - 2026-11-22T10:00:00Z never", "hardware"},
	    {"bound 192.0.2.7 1/02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:"
	     "11:12 - 2026-11-22T10:00:00Z never",
		"hardware"},
	    {"bound 192.0.2.7 1/02 xy 2026-11-22T10:00:00Z never", "client"},
	    {"bound 192.0.2.7 1/02 - 2026-13-22T10:00:00Z never", "first"},
	    {"bound 192.0.2.7 1/02 - never never", "first"},
	    {"bound 192.0.2.7 1/02 - 2026-11-22T10:00:00Z soon", "second"},
	    {"bound 192.0.2.7 1/02 - 2026-11-22T10:00:00Z never x", "more"},
	    {"bound", "the address"},
	};
	struct lease_record rec;
	char buf[LEASE_LINE];
	const char *got;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(buf, sizeof(buf), "%s %08x", bad[i].text,
		    lease_crc(bad[i].text, strlen(bad[i].text)));
		got = lease_text_get(buf, strlen(buf), &rec);
		ck_assert_msg(got && strstr(got, bad[i].why),
		    "\"%s\": wanted \"%s\", got \"%s\"", bad[i].text,
		    bad[i].why, got ? got : "no error");
	}
}
END_TEST

START_TEST(dates_come_back_for_every_day_of_400_years)
{
	struct leases *ls = leases_new(&conf);
	struct lease_key k = client(1);
	struct lease *l = lease_by_addr(ls, addr(10));
	struct lease_clock now = {.boot_s = 0, .wall_s = 0};
	struct lease_record rec;
	char buf[LEASE_LINE];
	int64_t day;
	size_t len;

	for (day = 0; day < 146097 + 366; day++) {
		lease_bind(ls, l, &k, day * 86400 + day % 86400, LEASE_NEVER);
		len = lease_journal_put(buf, ls, l, &now);
		ck_assert_ptr_null(lease_text_get(buf, len - 1, &rec));
		ck_assert_int_eq(rec.start_s, day * 86400 + day % 86400);
	}
	leases_free(ls);
}
END_TEST

/* ---- the journal ---- */

START_TEST(new_journal_is_made_with_its_folder_and_first_line)
{
	char text[64] = "";
	FILE *f;

	new_folder();
	snprintf(path, sizeof(path), "%s/a/b/leases", dir);
	open_and_close();
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), f));
	ck_assert_str_eq(text, "remoteboot-leases 1\n");
	fclose(f);
	remove_folder();
}
END_TEST

START_TEST(what_was_committed_is_there_again)
{
	struct leases *ls;
	struct leasefile *lf;
	struct lease_key k = client(1);
	struct lease *l;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	bind(lf, ls, 11, 2, LEASE_NEVER);
	l = bind(lf, ls, 12, 3, 600);
	lease_release(ls, l, 1100);
	leasefile_add(lf, ls, l, &t0);
	l = bind(lf, ls, 13, 4, 600);
	lease_decline(ls, l, 1500);
	leasefile_add(lf, ls, l, &t0);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);

	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 6);
	l = lease_by_addr(ls, addr(10));
	want_state(ls, 10, LEASE_BOUND);
	ck_assert(lease_is_of(ls, l, &k));
	ck_assert_int_eq(l->expires_s, 1600);
	ck_assert_int_eq(l->start_s, 1000);
	ck_assert_int_eq(lease_by_addr(ls, addr(11))->expires_s, LEASE_NEVER);
	want_state(ls, 12, LEASE_FREE);
	k = client(3);
	ck_assert(lease_is_of(ls, lease_by_addr(ls, addr(12)), &k));
	want_state(ls, 13, LEASE_DECLINED);
	ck_assert_int_eq(lease_by_addr(ls, addr(13))->expires_s, 1500);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(uncommitted_records_are_not_on_disk)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert_uint_eq(leasefile_pending(lf), 1);
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_FREE);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(reboot_starts_the_clock_anew_and_keeps_the_time_left)
{
	const struct lease_clock later = {.boot_s = 5, .wall_s = T0 + 400};
	const struct lease_clock late = {.boot_s = 5, .wall_s = T0 + 700};
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &later);
	ck_assert_int_eq(lease_by_addr(ls, addr(10))->expires_s, 205);
	finish(lf, ls);
	lf = reopen(&ls, &late);
	want_state(ls, 10, LEASE_FREE);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(clock_of_1970_does_not_make_leases_of_decades)
{
	const struct lease_clock no_rtc = {.boot_s = 5, .wall_s = 20};
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &no_rtc);
	ck_assert_int_eq(lease_by_addr(ls, addr(10))->expires_s, 605);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(torn_tail_is_cut_off_and_appended_to)
{
	struct leases *ls;
	struct leasefile *lf;
	off_t good;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	good = size_of(path);
	append_text("bound 192.0.2.11 1/02:00:00:0", 29);
	lf = reopen(&ls, &t0);
	ck_assert_int_eq(size_of(path), good);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_FREE);
	bind(lf, ls, 12, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 12, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(journal_torn_at_every_byte_keeps_what_stands_before)
{
	static char text[1000];
	struct leases *ls;
	struct leasefile *lf;
	size_t first, end, i;
	FILE *f;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	first = (size_t)size_of(path);
	lf = reopen(&ls, &t0);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	f = fopen(path, "r");
	end = fread(text, 1, sizeof(text), f);
	fclose(f);
	ck_assert_uint_gt(end, first);
	for (i = 0; i <= end; i++) {
		ck_assert_int_eq(unlink(path), 0);
		append_text(text, i);
		lf = reopen(&ls, &t0);
		want_state(ls, 10, i >= first ? LEASE_BOUND : LEASE_FREE);
		want_state(ls, 11, i >= end ? LEASE_BOUND : LEASE_FREE);
		ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
		finish(lf, ls);
	}
	remove_folder();
}
END_TEST

START_TEST(record_torn_before_the_newlines_ahead_is_no_damage)
{
	static char text[1000 + 300];
	struct leases *ls;
	struct leasefile *lf;
	size_t first, end, i;
	FILE *f;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	first = (size_t)size_of(path);
	lf = reopen(&ls, &t0);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_int_gt(size_of(path), (off_t)first + 1000);
	finish(lf, ls);
	f = fopen(path, "r");
	end = fread(text, 1, 1000, f);
	fclose(f);
	for (i = end; i >= first; i--) {
		memset(text + i, '\n', 300);
		ck_assert_int_eq(unlink(path), 0);
		append_text(text, i + 300);
		lf = reopen(&ls, &t0);
		want_state(ls, 10, LEASE_BOUND);
		/* the newline that a whole record lacks is there */
		want_state(ls, 11, i + 1 >= end ? LEASE_BOUND : LEASE_FREE);
		ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
		bind(lf, ls, 12, 3, 600);
		ck_assert(leasefile_commit(lf, ls, &t0));
		finish(lf, ls);
		ck_assert_int_le(size_of(path), (off_t)(2 * end - first));
		lf = reopen(&ls, &t0);
		ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
		want_state(ls, 12, LEASE_BOUND);
		finish(lf, ls);
	}
	remove_folder();
}
END_TEST

START_TEST(records_behind_newlines_ahead_are_read)
{
	struct leases *ls;
	struct leasefile *lf;
	char line[LEASE_LINE];
	const char *text = "bound 192.0.2.11 1/02:00:00:00:00:01 - "
			   "2026-11-22T10:00:00Z never";

	new_folder();
	open_and_close();
	append_text("\n\n\n", 3);
	snprintf(line, sizeof(line), "%s %08x\n", text,
	    lease_crc(text, strlen(text)));
	append_text(line, strlen(line));
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 11, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(zeros_of_a_power_cut_at_the_end_are_cut_off)
{
	static const char zeros[70000];
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text(zeros, 100);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	finish(lf, ls);
	append_text(zeros, sizeof(zeros));
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(damaged_line_is_skipped_the_rest_kept_and_the_file_saved)
{
	struct leases *ls;
	struct leasefile *lf;
	char damaged[120];

	new_folder();
	snprintf(damaged, sizeof(damaged), "%s.damaged", path);
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text("who wrote this?\n\nor this?\n", 26);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 2);
	ck_assert_int_gt(size_of(damaged), 0);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(foreign_file_is_refused_and_left_alone)
{
	static const char isc[] = "# The format of this file is documented in\n"
				  "lease 10.0.0.1 {\n}\n";
	struct leases *ls = leases_new(&conf);

	new_folder();
	append_text(isc, strlen(isc));
	ck_assert_ptr_null(leasefile_open(path, ls, &nobody, &t0, why));
	ck_assert_msg(strstr(why, "not a lease file") != NULL, "%s", why);
	ck_assert_int_eq(size_of(path), (off_t)strlen(isc));
	leases_free(ls);
	remove_folder();
}
END_TEST

START_TEST(second_instance_is_refused_with_the_first_ones_number)
{
	struct leases *ls, *other = leases_new(&conf);
	struct leasefile *lf;
	char pid[24];

	new_folder();
	lf = reopen(&ls, &t0);
	ck_assert_ptr_null(leasefile_open(path, other, &nobody, &t0, why));
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	ck_assert_msg(strstr(why, pid) != NULL, "%s", why);
	finish(lf, ls);
	lf = leasefile_open(path, other, &nobody, &t0, why);
	ck_assert_ptr_nonnull(lf);
	finish(lf, other);
	remove_folder();
}
END_TEST

START_TEST(record_of_an_address_in_no_pool_is_counted_and_kept)
{
	struct leases *ls;
	struct leasefile *lf;
	char line[LEASE_LINE];
	const char *text = "bound 10.0.0.1 1/02:00:00:00:00:01 - "
			   "2026-11-22T10:00:00Z never";
	off_t size;

	new_folder();
	open_and_close();
	snprintf(line, sizeof(line), "%s %08x\n", text,
	    lease_crc(text, strlen(text)));
	append_text(line, strlen(line));
	size = size_of(path);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->outside, 1);
	ck_assert_int_eq(size_of(path), size);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(long_journal_is_written_anew_with_the_same_leases)
{
	struct leases *ls;
	struct leasefile *lf;
	struct lease_key k = client(7);
	unsigned int i;
	off_t before;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 15, 7, 600);
	lease_release(ls, lease_by_addr(ls, addr(15)), 1010);
	leasefile_add(lf, ls, lease_by_addr(ls, addr(15)), &t0);
	for (i = 0; i < 70000; i++) {
		bind(lf, ls, 10 + i % 5, i % 5, 600);
		if (leasefile_pending(lf) == LEASEFILE_BATCH)
			ck_assert(leasefile_commit(lf, ls, &t0));
	}
	ck_assert(leasefile_commit(lf, ls, &t0));
	before = size_of(path);
	leasefile_tidy(lf, ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->records, 6);
	ck_assert_int_lt(size_of(path), before / 1000);
	bind(lf, ls, 20, 8, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	for (i = 0; i < 5; i++)
		want_state(ls, 10 + i, LEASE_BOUND);
	want_state(ls, 20, LEASE_BOUND);
	ck_assert(lease_is_of(ls, lease_by_addr(ls, addr(15)), &k));
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(rewritten_journal_keeps_the_order_of_the_free_list)
{
	static const unsigned int order[] = {14, 11, 13, 10, 12};
	struct leases *ls;
	struct leasefile *lf;
	const struct lease *l = NULL;
	unsigned int i;

	new_folder();
	lf = reopen(&ls, &t0);
	for (i = 10; i < 30; i++)
		bind(lf, ls, i, i, LEASE_NEVER);
	for (i = 0; i < 5; i++) {
		lease_release(ls, lease_by_addr(ls, addr(order[i])), 1001 + i);
		leasefile_add(lf, ls, lease_by_addr(ls, addr(order[i])), &t0);
	}
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text("x\n", 2); /* damage: written anew */
	open_and_close();
	lf = reopen(&ls, &t0);
	for (i = 0; i < 5; i++) {
		l = lease_next(ls, &subnet, LEASE_FREE, l);
		ck_assert_ptr_nonnull(l);
		ck_assert_uint_eq(l->addr.v & 0xff, order[i]);
	}
	finish(lf, ls);
	remove_folder();
}
END_TEST

static void
limit_size(rlim_t bytes)
{
	struct rlimit r = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &r) == -1)
		abort();
}

/*
 * A file size limit in the middle of a batch is what a full disk is.  Only
 * the commit runs under it: libcheck writes files of its own.
 */
static bool
commit_limited(struct leasefile *lf, struct leases *ls, off_t bytes)
{
	bool ok;

	limit_size((rlim_t)bytes);
	ok = leasefile_commit(lf, ls, &t0);
	limit_size(RLIM_INFINITY);
	return ok;
}

START_TEST(full_disk_fails_the_batch_and_leaves_no_half_record)
{
	struct leases *ls;
	struct leasefile *lf;
	off_t good;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	good = size_of(path);
	lf = reopen(&ls, &t0);
	bind(lf, ls, 11, 2, 600);
	bind(lf, ls, 12, 3, 600);
	ck_assert(!commit_limited(lf, ls, good + 130));
	ck_assert_int_eq(size_of(path), good);
	ck_assert_uint_eq(leasefile_pending(lf), 0);
	bind(lf, ls, 11, 2, 600); /* one still fits */
	ck_assert(commit_limited(lf, ls, good + 130));
	bind(lf, ls, 12, 3, 600);
	ck_assert(!commit_limited(lf, ls, good + 130));
	ck_assert_uint_eq(leasefile_stats(lf)->failures, 1);
	bind(lf, ls, 13, 4, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_uint_eq(leasefile_stats(lf)->failures, 0);
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 3);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_BOUND);
	want_state(ls, 12, LEASE_FREE);
	want_state(ls, 13, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(journal_that_cannot_be_written_anew_is_appended_to)
{
	struct leases *ls;
	struct leasefile *lf;
	unsigned int i;
	off_t size;

	new_folder();
	lf = reopen(&ls, &t0);
	for (i = 0; i < 70000; i++) {
		bind(lf, ls, 10 + i % 5, i % 5, 600);
		if (leasefile_pending(lf) == LEASEFILE_BATCH)
			ck_assert(leasefile_commit(lf, ls, &t0));
	}
	ck_assert(leasefile_commit(lf, ls, &t0));
	size = size_of(path);
	limit_size(100);
	leasefile_tidy(lf, ls, &t0);
	limit_size(RLIM_INFINITY);
	ck_assert_int_eq(size_of(path), size);
	bind(lf, ls, 20, 8, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 14, LEASE_BOUND);
	want_state(ls, 20, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(batch_is_one_write_and_one_sync)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	bind(lf, ls, 11, 2, 600);
	bind(lf, ls, 12, 3, 600);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wd");
	ck_assert(leasefile_commit(lf, ls, &t0)); /* nothing to do */
	ck_assert_str_eq(calls, "wd");
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(new_file_is_on_disk_before_its_name_and_the_name_after)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	calls[0] = '\0';
	lf = reopen(&ls, &t0); /* write, sync, rename, sync the folder, pid */
	ck_assert_str_eq(calls, "wsrsw");
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(failed_sync_withholds_the_batch_and_leads_to_a_new_file)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	bind(lf, ls, 11, 2, 600);
	sync_fails = true;
	ck_assert(!leasefile_commit(lf, ls, &t0));
	bind(lf, ls, 12, 3, 600);
	ck_assert(!leasefile_commit(lf, ls, &t0));
	sync_fails = false;
	bind(lf, ls, 13, 4, 600);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrs");
	bind(lf, ls, 14, 5, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrswd");
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 13, LEASE_BOUND);
	want_state(ls, 14, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

/* The disk may still have the old file by that name. */
START_TEST(folder_that_fails_to_sync_withholds_until_it_is_synced)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	sync_fails = true;
	ck_assert(!leasefile_commit(lf, ls, &t0));
	sync_fails = false;
	folder_sync_fails = true;
	bind(lf, ls, 11, 2, 600);
	ck_assert(!leasefile_commit(lf, ls, &t0));
	bind(lf, ls, 12, 3, 600);
	ck_assert(!leasefile_commit(lf, ls, &t0));
	folder_sync_fails = false;
	bind(lf, ls, 13, 4, 600);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrs");
	bind(lf, ls, 14, 5, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert_str_eq(calls, "wsrswd");
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 13, LEASE_BOUND);
	want_state(ls, 14, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(folder_that_cannot_be_synced_at_all_is_served_from)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	folder_sync_fails = true;
	folder_error = EINVAL;
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	folder_sync_fails = false;
	folder_error = EIO;
	remove_folder();
}
END_TEST

START_TEST(journal_can_be_read_again_into_another_table)
{
	struct leases *ls, *again = leases_new(&conf);
	struct leasefile *lf;
	unsigned int dropped;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	lease_release(ls, lease_by_addr(ls, addr(11)), 1005); /* not on disk */
	ck_assert_int_eq(leasefile_replay(lf, again, &t0), 0);
	want_state(again, 10, LEASE_BOUND);
	want_state(again, 11, LEASE_BOUND);
	leases_move(again, ls, &dropped);
	want_state(again, 10, LEASE_BOUND);
	want_state(again, 11, LEASE_FREE);
	bind(lf, again, 12, 3, 600);
	ck_assert(leasefile_commit(lf, again, &t0));
	leases_free(again);
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 12, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(damaged_journal_that_cannot_be_written_anew_is_served_from)
{
	struct leases *ls;
	struct leasefile *lf;

	new_folder();
	lf = reopen(&ls, &t0);
	bind(lf, ls, 10, 1, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	append_text("damage\n", 7);
	ls = leases_new(&conf);
	limit_size(10);
	lf = leasefile_open(path, ls, &nobody, &t0, why);
	limit_size(RLIM_INFINITY);
	ck_assert_msg(lf != NULL, "%s", why);
	want_state(ls, 10, LEASE_BOUND);
	bind(lf, ls, 11, 2, 600);
	ck_assert(leasefile_commit(lf, ls, &t0));
	finish(lf, ls);
	lf = reopen(&ls, &t0);
	want_state(ls, 10, LEASE_BOUND);
	want_state(ls, 11, LEASE_BOUND);
	finish(lf, ls);
	remove_folder();
}
END_TEST

START_TEST(batch_takes_so_many_records_and_no_more)
{
	struct leases *ls;
	struct leasefile *lf;
	struct lease *l;
	unsigned int i;

	new_folder();
	lf = reopen(&ls, &t0);
	for (i = 0; i < LEASEFILE_BATCH; i++)
		bind(lf, ls, 10, i, 600);
	l = lease_by_addr(ls, addr(10));
	ck_assert(!leasefile_add(lf, ls, l, &t0));
	ck_assert(leasefile_commit(lf, ls, &t0));
	ck_assert(leasefile_add(lf, ls, l, &t0));
	finish(lf, ls);
	remove_folder();
}
END_TEST

/* A child writes and dies by SIGKILL; what it had committed is there. */
START_TEST(kill_9_loses_nothing_that_was_committed)
{
	struct leases *ls;
	struct leasefile *lf;
	unsigned int i, round, told;
	int fd[2], status;
	pid_t pid;

	new_folder();
	for (round = 0; round < 20; round++) {
		ck_assert_int_eq(pipe(fd), 0);
		pid = fork();
		if (pid == 0) {
			lf = reopen(&ls, &t0);
			for (i = 0;; i = (i + 1) % 250) {
				bind(lf, ls, 10 + i % 20, i, 600);
				if (!leasefile_commit(lf, ls, &t0) ||
				    write(fd[1], &i, sizeof(i)) == -1)
					_exit(1);
			}
		}
		close(fd[1]);
		for (i = 0; i < 5 + round * 7; i++)
			ck_assert(read(fd[0], &told, sizeof(told)) > 0);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		ck_assert(WIFSIGNALED(status));
		while (read(fd[0], &told, sizeof(told)) > 0)
			;
		close(fd[0]);
		lf = reopen(&ls, &t0);
		want_state(ls, 10 + told % 20, LEASE_BOUND);
		/* at most one record more than was told */
		i = lease_by_addr(ls, addr(10 + told % 20))->chaddr[5];
		ck_assert_msg(i == told % 250, "round %u: told %u, found %u",
		    round, told, i);
		finish(lf, ls);
	}
	remove_folder();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    crc_of_the_check_string_is_the_published_one,
	    line_is_written_as_the_manual_shows_it,
	    longest_record_fits_its_line_and_comes_back,
	    client_without_hardware_address_comes_back,
	    line_with_any_one_byte_changed_or_cut_is_refused,
	    each_bad_word_is_named, dates_come_back_for_every_day_of_400_years,
	    new_journal_is_made_with_its_folder_and_first_line,
	    what_was_committed_is_there_again,
	    uncommitted_records_are_not_on_disk,
	    reboot_starts_the_clock_anew_and_keeps_the_time_left,
	    clock_of_1970_does_not_make_leases_of_decades,
	    torn_tail_is_cut_off_and_appended_to,
	    journal_torn_at_every_byte_keeps_what_stands_before,
	    record_torn_before_the_newlines_ahead_is_no_damage,
	    records_behind_newlines_ahead_are_read,
	    zeros_of_a_power_cut_at_the_end_are_cut_off,
	    damaged_line_is_skipped_the_rest_kept_and_the_file_saved,
	    foreign_file_is_refused_and_left_alone,
	    second_instance_is_refused_with_the_first_ones_number,
	    record_of_an_address_in_no_pool_is_counted_and_kept,
	    long_journal_is_written_anew_with_the_same_leases,
	    rewritten_journal_keeps_the_order_of_the_free_list,
	    full_disk_fails_the_batch_and_leaves_no_half_record,
	    journal_that_cannot_be_written_anew_is_appended_to,
	    batch_is_one_write_and_one_sync,
	    new_file_is_on_disk_before_its_name_and_the_name_after,
	    failed_sync_withholds_the_batch_and_leads_to_a_new_file,
	    folder_that_fails_to_sync_withholds_until_it_is_synced,
	    folder_that_cannot_be_synced_at_all_is_served_from,
	    journal_can_be_read_again_into_another_table,
	    damaged_journal_that_cannot_be_written_anew_is_served_from,
	    batch_takes_so_many_records_and_no_more,
	    kill_9_loses_nothing_that_was_committed, NULL};

	return unit_main("leasefile", tests);
}
