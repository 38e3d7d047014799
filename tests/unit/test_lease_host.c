/* test_lease_host.c - tests of dhcpd/lease_host.c and leasefile_host.c: what is
 * known of hosts, learned from answers, in the journal and back.
 * SPDX-License-Identifier: ISC */
#include "config.h"

#include "dhcpd/answer.h"
#include "leasefile_disk.h"

#define SUBNETS                            \
	"[subnet 192.0.2.0/24]\n"          \
	"pool = 192.0.2.100-192.0.2.200\n" \
	"[subnet 198.51.100.0/24]\n"
#define CLASSES                \
	"[class uefi]\n"       \
	"arch = 7\n"           \
	"[class ipxe]\n"       \
	"user_class = iPXE\n"  \
	"[class two words]\n"  \
	"vendor_class = two\n" \
	"[class card]\n"       \
	"chaddr = 02:ff\n"
#define RULE                    \
	"[tftp-client small]\n" \
	"class = uefi\n"        \
	"max_blksize = 512\n"
#define HOST_PC1                       \
	"[host pc1]\n"                 \
	"chaddr = 02:00:00:00:00:01\n" \
	"yiaddr = 192.0.2.7, 198.51.100.7\n"
#define HOSTS                                             \
	HOST_PC1                                          \
	"[host cards]\n"                                  \
	"chaddr = 02:00:00:00:00:02, 02:00:00:00:00:03\n" \
	"yiaddr = 192.0.2.8\n"                            \
	"[host called]\n"                                 \
	"client_id = \"wanted\"\n"                        \
	"yiaddr = 192.0.2.9\n"

static const char all[] = SUBNETS CLASSES RULE HOSTS;
static struct conf *c0;
static struct leases *ls0;
static struct dhcp_out out;

static void
tell(void *arg, const char *text)
{
	(void)arg;
	ck_abort_msg("%s", text);
}

static struct conf *
parse(const char *text)
{
	struct conf *c = conf_parse_text("t", text, strlen(text), tell, NULL);

	ck_assert_ptr_nonnull(c);
	return c;
}

/* A table of that configuration. */
static void
use(const char *text)
{
	c0 = parse(text);
	ls0 = leases_new(c0);
	ck_assert_ptr_nonnull(ls0);
}

static void
drop(void)
{
	leases_free(ls0);
	conf_free(c0);
}

/* What a machine says of itself; 0 and NULL: nothing. */
struct machine {
	uint8_t card; /* last byte of its hardware address */
	uint8_t arch;
	const char *client_id;
	const char *vendor_class;
	bool bootp;
};

static void
put(struct dhcp_msg *m, uint8_t code, const char *text)
{
	if (text)
		ck_assert(dhcp_put(m, code, text, strlen(text)));
}

/* It asks for 192.0.2.ADDR and gets it; what is to be written, or NULL. */
static struct host_note *
asks(const struct machine *who, uint8_t last)
{
	static struct dhcp_msg m;
	struct dhcp_in in = {.msg = &m,
	    .ifname = "eth0",
	    .ifaddr = {0xc0000201},
	    .sport = 68,
	    .dst = {UINT32_MAX},
	    .dport = 67,
	    .now_s = t0.boot_s};
	const uint8_t arch[] = {0, who->arch};

	dhcp_reply_init(&m);
	m.op = DHCP_BOOTREQUEST;
	m.type = who->bootp ? DHCP_NONE : DHCPREQUEST;
	m.htype = 1;
	m.hlen = 6;
	m.chaddr[0] = 2;
	m.chaddr[5] = who->card;
	if (!who->bootp)
		ck_assert(dhcp_put_u8(&m, DHCP_MESSAGE_TYPE, DHCPREQUEST) &&
			  dhcp_put_ip4(&m, DHCP_REQUESTED_ADDRESS, addr(last)));
	if (who->arch)
		ck_assert(dhcp_put(&m, 93, arch, sizeof(arch)));
	put(&m, DHCP_CLIENT_ID, who->client_id);
	put(&m, DHCP_VENDOR_CLASS, who->vendor_class);
	answer(c0, ls0, &in, &out);
	ck_assert_msg(out.to != TO_NONE, "not answered: %s", out.why);
	return out.note;
}

static const char *
line_of(const struct host_note *n)
{
	static char buf[LEASE_LINE];

	ck_assert_ptr_nonnull(n);
	(void)lease_journal_put_host(buf, leases_hosts(ls0), n, &t0);
	return buf;
}

START_TEST(notes_are_kept_only_where_tftpd_has_a_use_for_them)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
	    {SUBNETS CLASSES HOSTS, false},
	    {SUBNETS CLASSES RULE HOSTS, true},
	    {SUBNETS CLASSES HOSTS "[tftp-client x]\nclass = card\noack = no\n",
		false},
	    {SUBNETS HOSTS "[tftp-client x]\naddress = ::/0\noack = no\n",
		false},
	    {SUBNETS HOSTS "[class a]\narch = 7\ntftp_folder = b\n", true},
	    {SUBNETS HOSTS "[class a]\narch = 7\nvar.b = c\n", true},
	    {SUBNETS HOSTS "[class a]\narch = 7\noption.routers = 1.2.3.4\n",
		false},
	    {SUBNETS HOSTS "[class a]\narch = 7\noption.routers = 1.2.3.4\n"
			   "[tftp-template t]\nname = f\ntemplate = x\n",
		true},
	    {SUBNETS HOSTS "[class a]\nchaddr = 02\ntftp_folder = b\n", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		use(rows[i].text);
		ck_assert_msg((leases_hosts(ls0) != NULL) == rows[i].want,
		    "%s\nwanted %d", rows[i].text, rows[i].want);
		drop();
	}
	use(SUBNETS CLASSES HOSTS);
	ck_assert_ptr_null(asks(&(struct machine){.card = 1, .arch = 7}, 7));
	drop();
}
END_TEST

START_TEST(only_what_is_new_about_a_host_is_written)
{
	const struct machine firmware = {.card = 1, .arch = 7},
			     system = {.card = 1};

	use(all);
	ck_assert_ptr_null(asks(&system, 7)); /* in no class, as all are */
	ck_assert_ptr_nonnull(strstr(line_of(asks(&firmware, 7)),
	    "host 192.0.2.7 1/02:00:00:00:00:01 - 2026-11-22T10:00:00Z never "
	    "uefi "));
	ck_assert_ptr_null(out.commit); /* no lease, nothing to be synced */
	ck_assert_ptr_null(asks(&firmware, 7));
	ck_assert_uint_eq(host_notes_kept(leases_hosts(ls0)), 1);
	ck_assert_ptr_nonnull(strstr(line_of(asks(&system, 7)),
	    "host 192.0.2.7 1/02:00:00:00:00:01 - "
	    "2026-11-22T10:00:00Z never "));
	ck_assert_ptr_null(strstr(line_of(out.note), "uefi"));
	ck_assert_ptr_null(asks(&system, 7));
	ck_assert_uint_eq(host_notes_kept(leases_hosts(ls0)), 0);
	asks(&firmware, 7);
	host_note_unsure(out.note); /* it could not be written */
	ck_assert_ptr_nonnull(asks(&firmware, 7));
	ck_assert_ptr_null(asks(&firmware, 7));
	drop();
}
END_TEST

START_TEST(a_class_whose_name_no_line_can_have_is_none)
{
	use(all);
	ck_assert_ptr_null(
	    asks(&(struct machine){.card = 1, .vendor_class = "two"}, 7));
	drop();
}
END_TEST

START_TEST(a_client_of_the_pool_has_a_lease_and_no_note)
{
	use(all);
	out.note = NULL;
	lease_offer(ls0, lease_by_addr(ls0, addr(100)),
	    &(struct lease_key){
		.htype = 1, .hlen = 6, .chaddr = {2, 0, 0, 0, 0, 9}},
	    t0.boot_s, t0.boot_s + 60);
	ck_assert_ptr_null(asks(&(struct machine){.card = 9, .arch = 7}, 100));
	ck_assert_ptr_nonnull(out.commit);
	drop();
}
END_TEST

START_TEST(a_host_is_told_by_any_card_a_client_id_or_bootp)
{
	use(all);
	ck_assert_ptr_nonnull(
	    strstr(line_of(asks(&(struct machine){.card = 3, .arch = 7}, 8)),
		"host 192.0.2.8 1/02:00:00:00:00:03 - "));
	/* its other card, the same class */
	ck_assert_ptr_null(asks(&(struct machine){.card = 2, .arch = 7}, 8));
	ck_assert_ptr_nonnull(strstr(
	    line_of(asks(
		&(struct machine){.card = 77, .arch = 7, .client_id = "wanted"},
		9)),
	    "host 192.0.2.9 1/02:00:00:00:00:4d 77616e746564 "));
	ck_assert_ptr_nonnull(strstr(
	    line_of(asks(
		&(struct machine){.card = 1, .arch = 7, .bootp = true}, 7)),
	    " uefi "));
	drop();
}
END_TEST

/* ---- the journal ---- */

static struct leasefile *
open_journal(void)
{
	struct leasefile *lf = leasefile_open(path, ls0, &nobody, &t0, why);

	ck_assert_msg(lf != NULL, "not opened: %s", why);
	return lf;
}

/* The daemon ends and starts anew, perhaps with another configuration. */
static struct leasefile *
restart(struct leasefile *lf, const char *text)
{
	leasefile_close(lf);
	drop();
	use(text);
	return open_journal();
}

static void
note(struct leasefile *lf, const struct machine *who, uint8_t last)
{
	ck_assert_ptr_nonnull(asks(who, last));
	ck_assert(leasefile_note(lf, ls0, out.note, &t0));
}

static char *
text_of(const char *name)
{
	static char text[300000];
	FILE *f = fopen(name, "r");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* Is the host in the class, as far as the table knows? */
static bool
known(const struct machine *who, uint8_t last)
{
	return asks(who, last) == NULL;
}

static const struct machine uefi1 = {.card = 1, .arch = 7},
			    uefi2 = {.card = 2, .arch = 7},
			    named = {.card = 77,
				.arch = 7,
				.client_id = "wanted"},
			    plain1 = {.card = 1};

START_TEST(notes_are_one_write_without_a_sync_and_there_after_a_restart)
{
	struct leasefile *lf;

	new_folder();
	use(all);
	lf = open_journal();
	leasefile_prepare(lf);
	note(lf, &uefi1, 7);
	note(lf, &uefi2, 8);
	note(lf, &named, 9);
	ck_assert_uint_eq(leasefile_pending(lf), 0);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls0, &t0)); /* knows nothing of them */
	leasefile_write_notes(lf);
	leasefile_write_notes(lf);
	ck_assert_str_eq(calls, "w");
	lf = restart(lf, all);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 3);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	ck_assert_uint_eq(leasefile_stats(lf)->outside, 0);
	ck_assert_uint_eq(host_notes_kept(leases_hosts(ls0)), 3);
	ck_assert(known(&uefi1, 7) && known(&uefi2, 8) && known(&named, 9));
	ck_assert(!known(&plain1, 7));
	finish(lf, ls0);
	conf_free(c0);
	remove_folder();
}
END_TEST

START_TEST(leases_after_notes_are_committed_as_ever)
{
	struct leasefile *lf;

	new_folder();
	use(all);
	lf = open_journal();
	note(lf, &uefi1, 7);
	leasefile_write_notes(lf); /* with room behind it */
	bind(lf, ls0, 100, 1, 600);
	calls[0] = '\0';
	ck_assert(leasefile_commit(lf, ls0, &t0));
	ck_assert_str_eq(calls, "wd");
	note(lf, &uefi2, 8);
	leasefile_write_notes(lf);
	lf = restart(lf, all);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 3);
	want_state(ls0, 100, LEASE_BOUND);
	ck_assert(known(&uefi1, 7) && known(&uefi2, 8));
	finish(lf, ls0);
	conf_free(c0);
	remove_folder();
}
END_TEST

static void
tidy(struct leasefile *lf)
{
	do
		leasefile_tidy(lf, ls0, &t0);
	while (leasefile_busy(lf));
}

START_TEST(a_journal_written_anew_has_one_note_of_each_host_in_a_class)
{
	struct leasefile *lf;
	unsigned int i;

	new_folder();
	use(all);
	lf = open_journal();
	note(lf, &uefi2, 8);
	for (i = 0; !leasefile_busy(lf) && i < 100000; i++) {
		note(lf, i % 2 ? &plain1 : &uefi1, 7);
		leasefile_write_notes(lf);
		leasefile_tidy(lf, ls0, &t0);
	}
	ck_assert(leasefile_busy(lf));
	ck_assert_uint_gt(i, 4000);
	note(lf, &named, 9); /* while it is written anew */
	leasefile_write_notes(lf);
	tidy(lf);
	ck_assert_uint_le(leasefile_stats(lf)->records, 4);
	ck_assert_int_lt(size_of(path), 200 * 1024);
	lf = restart(lf, all);
	ck_assert(known(i % 2 ? &uefi1 : &plain1, 7));
	ck_assert(known(&uefi2, 8) && known(&named, 9));
	finish(lf, ls0);
	conf_free(c0);
	remove_folder();
}
END_TEST

START_TEST(a_host_that_is_gone_or_another_machine_is_not_written_anew)
{
	struct leasefile *lf;

	new_folder();
	use(all);
	lf = open_journal();
	note(lf, &uefi1, 7);
	note(lf, &uefi2, 8);
	note(lf, &named, 9);
	leasefile_write_notes(lf);
	lf = restart(lf,
	    SUBNETS CLASSES RULE "[host pc1]\nchaddr = 02:00:00:00:00:09\n"
				 "yiaddr = 192.0.2.7\n"
				 "[host called]\nclient_id = \"other\"\n"
				 "yiaddr = 192.0.2.9\n");
	ck_assert_uint_eq(host_notes_kept(leases_hosts(ls0)), 0);
	leasefile_close(lf);
	append_text("x\n\n1\n", 5); /* damage: written anew */
	lf = open_journal();
	ck_assert_ptr_null(strstr(text_of(path), "host "));
	ck_assert(!known(&(struct machine){.card = 9, .arch = 7}, 7));
	lf = restart(lf, SUBNETS CLASSES HOSTS); /* nobody asks for it */
	finish(lf, ls0);
	conf_free(c0);
	remove_folder();
}
END_TEST

START_TEST(a_table_without_a_use_for_notes_passes_their_lines_over)
{
	struct leasefile *lf;

	new_folder();
	use(all);
	lf = open_journal();
	note(lf, &uefi1, 7);
	leasefile_write_notes(lf);
	lf = restart(lf, SUBNETS CLASSES HOSTS);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	ck_assert_uint_eq(leasefile_stats(lf)->outside, 0);
	lf = restart(lf, all);
	ck_assert(known(&uefi1, 7));
	finish(lf, ls0);
	conf_free(c0);
	remove_folder();
}
END_TEST

START_TEST(notes_go_along_to_the_table_of_another_configuration)
{
	struct conf *c;
	struct leases *ls;
	unsigned int dropped;

	use(all);
	asks(&uefi1, 7);
	asks(&uefi2, 8);
	host_note_unsure(out.note);
	asks(&named, 9);
	c = parse(SUBNETS "[class uefi]\narch = 7\n" RULE
			  "[host a]\nchaddr = 02:00:00:00:00:02\n"
			  "yiaddr = 192.0.2.8\n" HOST_PC1);
	ls = leases_new(c);
	leases_move(ls, ls0, &dropped);
	drop();
	c0 = c;
	ls0 = ls;
	ck_assert_uint_eq(host_notes_kept(leases_hosts(ls0)), 2);
	ck_assert(known(&uefi1, 7));
	ck_assert(!known(&uefi2, 8)); /* to be written again */
	drop();
}
END_TEST

START_TEST(a_torn_note_is_cut_off)
{
	struct leasefile *lf;
	char *text;

	new_folder();
	use(all);
	lf = open_journal();
	note(lf, &uefi1, 7);
	leasefile_write_notes(lf);
	note(lf, &uefi2, 8);
	leasefile_write_notes(lf);
	leasefile_close(lf);
	text = text_of(path);
	ck_assert_int_eq(truncate(path, (off_t)strlen(text) - 20), 0);
	append_text("\n\n\n", 3); /* those that were written ahead */
	drop();
	use(all);
	lf = open_journal();
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	ck_assert_uint_eq(leasefile_stats(lf)->loaded, 1);
	ck_assert(known(&uefi1, 7) && !known(&uefi2, 8));
	finish(lf, ls0);
	conf_free(c0);
	remove_folder();
}
END_TEST

/* A full disk for that call alone: libcheck writes files of its own. */
static void
on_full_disk(struct leasefile *lf, off_t size, void (*call)(struct leasefile *))
{
	limit_size((rlim_t)size);
	call(lf);
	limit_size(RLIM_INFINITY);
}

static void
catch_up(struct leasefile *lf)
{
	leasefile_catch_up(lf, ls0, &t0);
}

static void
commit(struct leasefile *lf)
{
	if (!leasefile_commit(lf, ls0, &t0))
		abort();
}

START_TEST(a_full_disk_leaves_its_last_room_to_leases)
{
	struct leasefile *lf;
	unsigned int i;
	off_t size;

	new_folder();
	use(all);
	lf = open_journal();
	leasefile_prepare(lf);
	size = size_of(path);
	for (i = 0; !leasefile_behind(lf); i++) {
		note(lf, i % 2 ? &plain1 : &uefi1, 7);
		if (i % 100 == 0)
			on_full_disk(lf, size, leasefile_write_notes);
	}
	ck_assert_uint_gt(i, 1000);
	ck_assert_int_eq(size_of(path), size);
	bind(lf, ls0, 100, 1, LEASE_NEVER);
	on_full_disk(lf, size, commit);
	for (i = 0; leasefile_note(lf, ls0, out.note, &t0); i++)
		ck_assert_ptr_nonnull(asks(i % 2 ? &uefi1 : &plain1, 7));
	host_note_unsure(out.note); /* as dhcpd does: there is no room */
	on_full_disk(lf, size, leasefile_write_notes); /* not even tried */
	on_full_disk(lf, size, catch_up);
	ck_assert(leasefile_behind(lf));
	catch_up(lf);
	ck_assert(!leasefile_behind(lf));
	note(lf, i % 2 ? &plain1 : &uefi1, 7);
	leasefile_write_notes(lf);
	lf = restart(lf, all);
	ck_assert_uint_eq(leasefile_stats(lf)->bad, 0);
	want_state(ls0, 100, LEASE_BOUND);
	ck_assert(known(i % 2 ? &plain1 : &uefi1, 7));
	finish(lf, ls0);
	conf_free(c0);
	remove_folder();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    notes_are_kept_only_where_tftpd_has_a_use_for_them,
	    only_what_is_new_about_a_host_is_written,
	    a_class_whose_name_no_line_can_have_is_none,
	    a_client_of_the_pool_has_a_lease_and_no_note,
	    a_host_is_told_by_any_card_a_client_id_or_bootp,
	    notes_are_one_write_without_a_sync_and_there_after_a_restart,
	    leases_after_notes_are_committed_as_ever,
	    a_journal_written_anew_has_one_note_of_each_host_in_a_class,
	    a_host_that_is_gone_or_another_machine_is_not_written_anew,
	    a_table_without_a_use_for_notes_passes_their_lines_over,
	    notes_go_along_to_the_table_of_another_configuration,
	    a_torn_note_is_cut_off, a_full_disk_leaves_its_last_room_to_leases,
	    NULL};

	return unit_main("lease_host", tests);
}
