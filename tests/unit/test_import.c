/*
 * test_import.c - whole files of ISC dhcpd; the many small ones are in
 * tests/data/isc.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf.h"
#include "dhcpd/import/import.h"
#include "lease_text.h"
#include "unit.h"

static struct mem *m;
static struct report report;
static struct buf out;

static const char *
read_file(void *arg, const char *path, const char *from, const char **ret_name,
    const char **ret_text, size_t *ret_len)
{
	(void)arg, (void)from;
	if (strcmp(path, "hosts") != 0)
		return "not there";
	*ret_name = "dir/hosts";
	*ret_text = "host a { hardware ethernet 1:2:3:4:5:6; }\nbad;\n";
	*ret_len = strlen(*ret_text);
	return NULL;
}

static enum import_result
import(const char *text)
{
	m = mem_new();
	out = (struct buf){.m = m};
	return import_conf(m, "dhcpd.conf", text, strlen(text), read_file, NULL,
	    &report, &out);
}

static struct conf *
import_all(const char *text)
{
	enum import_result rc = import(text);
	struct conf *c = conf_parse_text("o", out.s, out.len, NULL, NULL);

	ck_assert_msg(rc == IMPORT_ALL, "%s",
	    report.first ? report.first->text : "nothing told");
	ck_assert_ptr_nonnull(c);
	return c;
}

START_TEST(the_guides_host_is_known)
{
	static const uint8_t mac[] = {0, 0x54, 0x55, 0x56, 0x67, 0x68};
	struct conf *c = import_all(
	    "shared-network n { subnet 192.168.1.0 netmask 255.255.255.0 {\n"
	    "group { default-lease-time -1; filename \"bpbatch\";\n"
	    "option vendor-encapsulated-options 01:04:00:00:00:00;\n"
	    "host pxetest1 { hardware ethernet 00:54:55:56:67:68;\n"
	    "fixed-address 192.168.1.100; } } } }");
	const struct conf_host *h = conf_host_by_chaddr(c, 1, mac, 6);
	const struct conf_opt *o;

	ck_assert_ptr_nonnull(h);
	ck_assert_str_eq(h->name, "pxetest1");
	ck_assert_uint_eq(h->yiaddr[0].v, 0xc0a80164);
	ck_assert_uint_eq(c->subnet[0].params.lease_s, CONF_INFINITE);
	ck_assert_str_eq(c->subnet[0].params.file, "bpbatch");
	o = conf_params_opt(&c->subnet[0].params, 43);
	ck_assert_uint_eq(o->len, 6);
	ck_assert_mem_eq(o->data, "\1\4\0\0\0\0", 6);
	conf_free(c);
	mem_free(m);
}
END_TEST

START_TEST(included_files_are_named_in_what_is_told)
{
	ck_assert_int_eq(
	    import("include \"hosts\"; include \"none\";"), IMPORT_PARTLY);
	ck_assert_str_eq(report.first->text,
	    "dhcpd.conf:1: not converted: include \"none\"; not there");
	ck_assert_str_eq(report.first->next->text,
	    "dir/hosts:2: not converted: bad; no such statement is known here");
	ck_assert_ptr_nonnull(strstr(out.s, "[host a]\n"));
	mem_free(m);
}
END_TEST

START_TEST(nothing_that_was_lost_passes_for_all)
{
	ck_assert_int_eq(import("frobnicate;"), IMPORT_NOTHING);
	mem_free(m);
	ck_assert_int_eq(import(""), IMPORT_ALL);
	mem_free(m);
	ck_assert_int_eq(import("log-facility local7;"), IMPORT_ALL);
	ck_assert_uint_eq(report.n, 1);
	ck_assert_uint_eq(report.lost, 0);
	mem_free(m);
}
END_TEST

START_TEST(what_our_parser_refuses_is_told_for_its_line)
{
	struct conf *c;

	ck_assert_int_eq(
	    import("option domain-name \"a\";\nfilename \"../../etc/x\";\n"),
	    IMPORT_PARTLY);
	ck_assert_msg(
	    strncmp(report.first->text,
		"dhcpd.conf:2: not converted: global: file: \"..\"", 46) == 0,
	    "%s", report.first->text);
	c = conf_parse_text("o", out.s, out.len, NULL, NULL);
	ck_assert_ptr_nonnull(c);
	conf_free(c);
	mem_free(m);
}
END_TEST

START_TEST(ten_thousand_hosts_are_all_there)
{
	struct mem *mine = mem_new();
	struct buf text = {.m = mine};
	struct conf *c;

	buf_text(&text, "subnet 10.0.0.0 netmask 255.0.0.0 { }\n");
	for (unsigned int i = 0; i < 10000; i++)
		buf_printf(&text,
		    "host pc%u { hardware ethernet 02:00:00:00:%x:%x; "
		    "fixed-address 10.1.%u.%u; }\n",
		    i, i >> 8, i & 255, i >> 8, i & 255);
	c = import_all(text.s);
	ck_assert_uint_eq(c->nhost, 9999 + 1);
	conf_free(c);
	mem_free(m);
	mem_free(mine);
}
END_TEST

/* ---- leases ---- */

static const int64_t now_s = 1795341600; /* 2026-11-22T10:00:00Z */

static enum import_result
leases(const char *text)
{
	m = mem_new();
	out = (struct buf){.m = m};
	return import_leases(m, "l", text, strlen(text), now_s, &report, &out);
}

/* Record i of the output. */
static struct lease_record
record(size_t i)
{
	const char *p = strchr(out.s, '\n') + 1, *nl;
	struct lease_record rec;

	for (; i; i--)
		p = strchr(p, '\n') + 1;
	nl = strchr(p, '\n');
	ck_assert_ptr_nonnull(nl);
	ck_assert_ptr_null(lease_text_get(p, (size_t)(nl - p), &rec));
	return rec;
}

START_TEST(an_active_lease_is_bound)
{
	struct lease_record r;

	ck_assert_int_eq(
	    leases("lease 10.0.0.7 { starts 0 2026/11/22 09:00:00;\n"
		   "ends 0 2026/11/22 11:00:00; binding state active;\n"
		   "hardware ethernet 00:54:55:56:67:68; uid \"\\001ab\"; }"),
	    IMPORT_ALL);
	r = record(0);
	ck_assert_int_eq(r.state, LEASE_BOUND);
	ck_assert_uint_eq(r.addr.v, 0x0a000007);
	ck_assert_int_eq(r.start_s, now_s - 3600);
	ck_assert_int_eq(r.expires_s, now_s + 3600);
	ck_assert_uint_eq(r.key.htype, 1);
	ck_assert_uint_eq(r.key.hlen, 6);
	ck_assert_uint_eq(r.key.client_id_len, 3);
	ck_assert_mem_eq(r.id, "\1ab", 3);
	mem_free(m);
}
END_TEST

START_TEST(the_later_entry_wins)
{
	ck_assert_int_eq(
	    leases("lease 10.0.0.7 { starts 0 2026/11/22 09:00:00; ends never;"
		   "binding state active; hardware ethernet 1:1:1:1:1:1; }\n"
		   "lease 10.0.0.7 { starts 0 2026/11/22 09:30:00;"
		   "ends 0 2026/11/22 09:40:00; binding state free;"
		   "hardware ethernet 2:2:2:2:2:2; }"),
	    IMPORT_ALL);
	ck_assert_int_eq(record(0).state, LEASE_FREE);
	ck_assert_uint_eq(record(0).key.chaddr[0], 2);
	ck_assert_str_eq(strchr(strchr(out.s, '\n') + 1, '\n'), "\n");
	mem_free(m);
}
END_TEST

START_TEST(abandoned_is_declined_and_expired_is_free)
{
	ck_assert_int_eq(
	    leases("lease 10.0.0.1 { starts 0 2026/11/22 09:00:00;"
		   "ends 0 2026/11/23 09:00:00; binding state abandoned; }\n"
		   "lease 10.0.0.2 { starts epoch 1795330000; ends epoch "
		   "1795330600; binding state active; hardware ethernet "
		   "3:3:3:3:3:3; }\n"
		   "lease 10.0.0.3 { starts 0 2026/11/20 09:00:00;"
		   "ends 0 2026/11/21 09:00:00; abandoned; }"),
	    IMPORT_ALL);
	ck_assert_int_eq(record(0).state, LEASE_DECLINED);
	ck_assert_int_eq(record(1).state, LEASE_FREE);
	ck_assert_uint_eq(record(1).addr.v, 0x0a000002);
	mem_free(m);
}
END_TEST

START_TEST(a_damaged_lease_is_told)
{
	ck_assert_int_eq(
	    leases("lease 10.0.0.1 { starts 0 2026/13/22 1:0:0;"
		   "hardware ethernet 1:2:3:4:5:6; }\nlease x { }"),
	    IMPORT_PARTLY);
	ck_assert_uint_eq(report.lost, 2);
	mem_free(m);
	ck_assert_int_eq(leases("garbage"), IMPORT_NOTHING);
	mem_free(m);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {the_guides_host_is_known,
	    included_files_are_named_in_what_is_told,
	    nothing_that_was_lost_passes_for_all,
	    what_our_parser_refuses_is_told_for_its_line,
	    ten_thousand_hosts_are_all_there, an_active_lease_is_bound,
	    the_later_entry_wins, abandoned_is_declined_and_expired_is_free,
	    a_damaged_lease_is_told, NULL};

	return unit_main("import", tests);
}
