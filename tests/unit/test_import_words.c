/*
 * test_import_words.c - ISC's words, statements, expressions and conditions.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/cond.h"
#include "unit.h"

static struct mem *m;
static struct report report;
static struct options options;

static void
begin(void)
{
	m = mem_new();
	report_init(&report, m);
	options_init(&options, m, &report);
}

static struct node *
parse(const char *text)
{
	struct parse p = {.m = m, .report = &report};

	return parse_text(&p, "t", text, strlen(text));
}

/* ---- words ---- */

START_TEST(words_marks_and_text)
{
	static const char text[] =
	    "option PXE.mtftp-ip 01:a \"x y\"; # end\n-1";
	static const struct {
		enum tok_kind kind;
		const char *s;
		unsigned int line;
	} want[] = {{TOK_WORD, "option", 1}, {TOK_WORD, "PXE.mtftp-ip", 1},
	    {TOK_WORD, "01", 1}, {TOK_MARK, ":", 1}, {TOK_WORD, "a", 1},
	    {TOK_TEXT, "x y", 1}, {TOK_MARK, ";", 1}, {TOK_WORD, "-1", 2},
	    {TOK_END, "", 2}};
	struct lex l;

	begin();
	lex_init(&l, m, "t", text, sizeof text - 1);
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
		const struct tok *t = lex_peek(&l);

		ck_assert_int_eq(t->kind, want[i].kind);
		ck_assert_str_eq(t->s, want[i].s);
		ck_assert_uint_eq(t->at.line, want[i].line);
		lex_next(&l);
	}
	mem_free(m);
}
END_TEST

START_TEST(escapes_are_those_of_isc)
{
	static const char text[] = "\"a\\\"b\\\\c\\td\\101\\x4a\\q\\0e\"";
	static const char want[] = "a\"b\\c\tdAJq\0e";
	struct lex l;

	begin();
	lex_init(&l, m, "t", text, sizeof text - 1);
	ck_assert_uint_eq(lex_peek(&l)->len, sizeof want - 1);
	ck_assert_mem_eq(lex_peek(&l)->s, want, sizeof want - 1);
	ck_assert(!lex_peek(&l)->unclosed);
	mem_free(m);
}
END_TEST

START_TEST(a_comment_belongs_to_what_stands_below_it)
{
	static const char text[] = "# far\n\n# near\n# nearer\na; # behind\nb;";
	struct node *n;

	begin();
	n = parse(text);
	ck_assert_str_eq(n->t[0].above, "# near\n# nearer\n");
	ck_assert_ptr_null(n->next->t[0].above);
	mem_free(m);
}
END_TEST

/* ---- statements ---- */

START_TEST(blocks_stand_in_blocks)
{
	struct node *n;

	begin();
	n = parse("a b { c; d { e; } } f;");
	ck_assert_uint_eq(report.n, 0);
	ck_assert(n->block);
	ck_assert_uint_eq(n->n, 2);
	ck_assert_str_eq(n->first->t[0].s, "c");
	ck_assert_str_eq(n->first->next->first->t[0].s, "e");
	ck_assert_str_eq(n->next->t[0].s, "f");
	mem_free(m);
}
END_TEST

START_TEST(a_record_type_is_no_block)
{
	struct node *n;

	begin();
	n = parse("option x code 1 = array of { ip-address, text }; b;");
	ck_assert(!n->block);
	ck_assert_uint_eq(n->n, 12);
	ck_assert_str_eq(n->next->t[0].s, "b");
	mem_free(m);
}
END_TEST

START_TEST(what_is_missing_is_told_and_the_rest_read)
{
	static const char *const texts[] = {
	    "a { b; ", "a; } b;", "a \"x", "a { b } c;", "a"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		begin();
		ck_assert_ptr_nonnull(parse(texts[i]));
		ck_assert_msg(
		    report.lost >= 1, "\"%s\": nothing told", texts[i]);
		mem_free(m);
	}
}
END_TEST

START_TEST(deep_nesting_has_an_end)
{
	char text[4 * 10000 + 1];

	for (size_t i = 0; i < 10000; i++)
		memcpy(text + 4 * i, "a { ", 5);
	begin();
	ck_assert_ptr_nonnull(parse(text));
	ck_assert_uint_ge(report.lost, 1);
	mem_free(m);
}
END_TEST

/* ---- numbers and values ---- */

START_TEST(numbers_have_three_bases)
{
	static const struct {
		const char *s;
		bool ok;
		uint64_t n;
	} v[] = {{"16", true, 16}, {"0x10", true, 16}, {"010", true, 8},
	    {"0", true, 0}, {"-1", true, UINT32_MAX},
	    {"4294967295", true, UINT32_MAX}, {"4294967296", false, 0},
	    {"08", false, 0}, {"0x", false, 0}, {"-", false, 0},
	    {"1a", false, 0}, {"", false, 0}};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct tok t = {.kind = TOK_WORD, .s = v[i].s};
		uint64_t n = 0;

		ck_assert_msg(isc_number(&t, &n) == v[i].ok, "%s", v[i].s);
		ck_assert_uint_eq(n, v[i].n);
	}
}
END_TEST

static void
value_is(const char *text, const void *want, size_t len)
{
	uint8_t data[OPTION_VALUE];
	const char *why = "fine";
	struct node *n = parse(text);
	const struct option_def *def = options_find(&options, n->t[1].s);
	size_t got;

	ck_assert_msg(def != NULL, "%s: no such option", text);
	got = option_value(def, n, 2, data, &why);
	ck_assert_msg(
	    got == len, "%s: %zu bytes, wanted %zu: %s", text, got, len, why);
	ck_assert_mem_eq(data, want, len);
}

START_TEST(values_become_the_bytes_that_isc_sends)
{
	begin();
	value_is("option routers 10.0.0.1, 10.0.0.2;",
	    "\x0a\0\0\x01\x0a\0\0\x02", 8);
	value_is("option time-offset -3600;", "\xff\xff\xf1\xf0", 4);
	value_is("option interface-mtu 1400;", "\x05\x78", 2);
	value_is("option ip-forwarding on;", "\x01", 1);
	value_is("option vendor-encapsulated-options 01:04:0:0:0:0;",
	    "\x01\x04\0\0\0\0", 6);
	value_is("option domain-search \"a.b\", \"c\";", "\1a\1b\0\1c\0", 8);
	value_is("option option-135 \"bpbscript\";", "bpbscript", 9);
	value_is("option unknown-135 1:2;", "\1\2", 2);
	value_is("option dhcp-class-identifier \"PXEClient\";", "PXEClient", 9);
	value_is(
	    "option slp-directory-agent true 10.0.0.1;", "\1\x0a\0\0\1", 5);
	value_is("option slp-directory-agent true 10.0.0.1, 10.0.0.2;",
	    "\1\x0a\0\0\1\x0a\0\0\2", 9);
	mem_free(m);
}
END_TEST

START_TEST(wrong_values_say_why)
{
	static const char *const texts[] = {"option routers x.example.org;",
	    "option routers 10.0.0.1 10.0.0.2;", "option interface-mtu 65536;",
	    "option default-ip-ttl -200;", "option ip-forwarding maybe;",
	    "option routers;", "option vendor-encapsulated-options 01:zz;",
	    "option domain-name \"\";", "option domain-search \"a..b\";"};

	begin();
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		uint8_t data[OPTION_VALUE];
		const char *why = NULL;
		struct node *n = parse(texts[i]);

		ck_assert_msg(option_value(options_find(&options, n->t[1].s), n,
				  2, data, &why) == 0,
		    "%s is taken", texts[i]);
		ck_assert_ptr_nonnull(why);
	}
	mem_free(m);
}
END_TEST

START_TEST(spaces_hold_their_own_options)
{
	struct node *n;

	begin();
	options_space(&options, parse("option space PXE;"));
	for (n = parse("option PXE.ip code 1 = ip-address;"
		       "option e code 175 = encapsulate ipxe;");
	     n; n = n->next)
		options_define(&options, n);
	ck_assert_uint_eq(report.n, 0);
	ck_assert_ptr_nonnull(options_find(&options, "PXE.ip"));
	ck_assert_ptr_null(options_find(&options, "ip"));
	ck_assert_ptr_null(options_find(&options, "NONE.ip"));
	ck_assert_uint_eq(options_find_space(&options, "ipxe")->outer, 175);
	ck_assert_uint_eq(options_find(&options, "dhcp.routers")->code, 3);
	mem_free(m);
}
END_TEST

/* ---- conditions ---- */

/* The value that the rules give to such a client. */
static int
decide(const struct rules *r, const char *vendor, int arch, const char *user)
{
	struct cond client = {.nvendor_class = vendor != NULL,
	    .narch = arch >= 0,
	    .nuser_class = user != NULL};

	client.vendor_class[0] = vendor;
	client.arch[0] = (uint16_t)arch;
	client.user_class[0] = user;
	for (const struct rule *p = r->first; p; p = p->next)
		if (cond_within(&client, &p->cond))
			return p->value;
	return -1;
}

static const char *why;

static bool
ask(const char *text, struct rules *r)
{
	struct node *n = parse(mem_printf(m, "if %s { }", text));
	size_t i = 1;
	struct expr *e;

	why = NULL;
	e = expr_read(&options, n, &i, &why);
	return e && i == n->n && cond_from_expr(m, e, r, &why);
}

#define PXE "PXEClient:Arch:00007:UNDI:003016"

START_TEST(questions_decide_as_they_say)
{
	static const struct {
		const char *text;
		int rom, ipxe, plain; /* x64 ROM, iPXE on it, no PXE client */
	} v[] = {
	    {"substring(option vendor-class-identifier,0,9)=\"PXEClient\"", 1,
		1, 0},
	    {"option pxe-system-type = 00:07", 1, 1, 0},
	    {"option pxe-system-type = 00:00", 0, 0, 0},
	    {"option pxe-system-type != 00:07", 0, 0, 1},
	    {"extract-int(option pxe-system-type, 16) = 7", 1, 1, 0},
	    {"substring(option vendor-class-identifier,15,5)=\"00007\"", 1, 1,
		0},
	    {"option user-class = \"iPXE\"", 0, 1, 0},
	    {"option user-class = 04:69:50:58:45", 0, 1, 0},
	    {"not option user-class = \"iPXE\"", 1, 0, 1},
	    {"exists user-class and option user-class = \"iPXE\"", 0, 1, 0},
	    {"exists user-class or option pxe-system-type = 00:07", 1, 1, 0},
	    {"not (exists user-class or exists pxe-system-type)", 0, 0, 1},
	    {"option pxe-system-type = 00:07 and not exists user-class", 1, 0,
		0},
	    {"option vendor-class-identifier ~= \"^PXEClient\"", 1, 1, 0},
	    {"true", 1, 1, 1},
	    {"not true", 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct rules r;

		begin();
		ck_assert_msg(ask(v[i].text, &r), "%s: %s", v[i].text, why);
		ck_assert_msg(
		    decide(&r, PXE, 7, NULL) == v[i].rom, "%s: ROM", v[i].text);
		ck_assert_msg(decide(&r, PXE, 7, "iPXE") == v[i].ipxe,
		    "%s: iPXE", v[i].text);
		ck_assert_msg(decide(&r, NULL, -1, NULL) == v[i].plain,
		    "%s: plain", v[i].text);
		mem_free(m);
	}
}
END_TEST

START_TEST(questions_that_no_class_asks_say_why)
{
	static const char *const texts[] = {"known",
	    "substring(hardware, 3, 3) = 00:0c:29",
	    "hardware = 6:00:11:22:33:44:55",
	    ("binary-to-ascii(16,8,\":\",substring(hardware,1,3)) = "
	     "\"00:0c:29\""),
	    "option agent.nothing = \"x\"",
	    "substring(option host-name, 1, 2) = \"pc\"",
	    "option user-class ~= \"iPXE\"",
	    "substring(option vendor-class-identifier, 3, 2) = \"Cl\"",
	    "option user-class = option vendor-class-identifier",
	    "option pxe-system-type = 07",
	    "known or option user-class = \"iPXE\""};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct rules r;

		begin();
		ck_assert_msg(!ask(texts[i], &r), "%s is taken", texts[i]);
		ck_assert_msg(why && *why, "%s: no reason", texts[i]);
		mem_free(m);
	}
}
END_TEST

START_TEST(two_beginnings_agree_or_exclude_each_other)
{
	struct cond a = {.vendor_class = {"PXE"}, .nvendor_class = 1};
	struct cond b = {.vendor_class = {"PXEClient"}, .nvendor_class = 1};
	struct cond c = {.vendor_class = {"HTTP"}, .nvendor_class = 1}, r;

	begin();
	ck_assert(cond_and(m, &a, &b, &r));
	ck_assert_str_eq(r.vendor_class[0], "PXEClient");
	ck_assert(!cond_and(m, &a, &c, &r));
	ck_assert(cond_within(&b, &a));
	ck_assert(!cond_within(&a, &b));
	mem_free(m);
}
END_TEST

/* What the first rule asks of an option, as "code.sub how value". */
static const char *
first_option(const char *text)
{
	static const char *const how[] = {"is", "begins", "there"};
	const struct cond_option *o;
	struct rules r;

	ck_assert_msg(ask(text, &r), "%s: %s", text, why);
	if (r.first->cond.noption != 1)
		return "none";
	o = &r.first->cond.option[0];
	return mem_printf(m, "%u.%u %s %.*s", o->code, o->sub, how[o->how],
	    o->nvalue ? (int)o->value[0].len : 0,
	    o->nvalue ? (const char *)o->value[0].data : "");
}

START_TEST(questions_about_options_become_entries)
{
	static const struct {
		const char *text, *want;
	} v[] = {
	    {"option host-name = \"pc\"", "12.0 is pc"},
	    {"substring(option host-name, 0, 2) = \"pc\"", "12.0 begins pc"},
	    {"substring(option host-name, 0, 9) = \"pc\"", "12.0 is pc"},
	    {"exists host-name", "12.0 there "},
	    {"option vendor-class-identifier = \"MSFT\"", "60.0 is MSFT"},
	    {"option agent.circuit-id = \"p1\"", "82.1 is p1"},
	    {"substring(option agent.remote-id, 0, 2) = \"sw\"",
		"82.2 begins sw"},
	    {"exists agent.circuit-id and option agent.circuit-id = \"p1\"",
		"82.1 is p1"},
	    {"substring(option agent.circuit-id, 0, 1) = \"p\" and "
	     "option agent.circuit-id = \"p1\"",
		"82.1 is p1"},
	    {"hardware = 1:41:42:43:44:45:46", "0.0 begins ABCDEF"},
	    {"substring(hardware, 1, 3) = 41:42:43", "0.0 begins ABC"},
	    {"substring(hardware, 0, 4) = 01:41:42:43", "0.0 begins ABC"},
	    {"binary-to-ascii(16, 8, \":\", substring(hardware, 1, 3)) = "
	     "\"41:4a:43\"",
		"0.0 begins AJC"},
	    {"substring(hardware, 1, 2) = 41:42:43", "none"},
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		begin();
		ck_assert_str_eq(first_option(v[i].text), v[i].want);
		mem_free(m);
	}
}
END_TEST

static struct cond
one_option(enum cond_how how, const char *a, const char *b)
{
	struct cond c = {.noption = 1};
	struct cond_option *o = &c.option[0];

	o->code = 12;
	o->how = how;
	for (const char *s = a; s; s = s == a ? b : NULL)
		o->value[o->nvalue++] =
		    (struct cond_value){(const uint8_t *)s, strlen(s)};
	return c;
}

START_TEST(entries_of_options_are_joined_and_compared)
{
	struct cond is = one_option(COND_IS, "pc1", "pc2"), r;
	struct cond begin_pc = one_option(COND_BEGINS, "pc", NULL);
	struct cond is_pc2 = one_option(COND_IS, "pc2", NULL);
	struct cond is_tv = one_option(COND_IS, "tv", NULL);
	struct cond there = one_option(COND_THERE, NULL, NULL);

	begin();
	ck_assert(cond_within(&is, &begin_pc));
	ck_assert(!cond_within(&begin_pc, &is));
	ck_assert(cond_within(&begin_pc, &there));
	ck_assert(!cond_within(&there, &begin_pc));
	ck_assert(cond_and(m, &is, &is_pc2, &r) && cond_same(&r, &is_pc2));
	ck_assert(cond_and(m, &there, &is, &r) && cond_same(&r, &is));
	ck_assert(cond_and(m, &begin_pc, &is, &r) && cond_same(&r, &is));
	ck_assert(!cond_and(m, &begin_pc, &is_tv, &r));
	ck_assert(cond_or(&is_pc2, &is_tv, &r));
	ck_assert_uint_eq(r.option[0].nvalue, 2);
	ck_assert(cond_within(&is_tv, &r) && cond_within(&is_pc2, &r));
	ck_assert(!cond_or(&is_pc2, &begin_pc, &r));
	mem_free(m);
}
END_TEST

START_TEST(a_list_of_rules_has_an_end)
{
	struct rules r;
	struct buf b = {.m = (begin(), m)};

	for (unsigned int i = 0; i < 300; i++)
		buf_printf(&b,
		    "%soption user-class = \"c%u\" and option "
		    "pxe-system-type = 00:%02x",
		    i ? " or " : "", i, i % 256);
	if (!ask(b.s, &r))
		ck_assert_ptr_nonnull(why);
	mem_free(m);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {words_marks_and_text,
	    escapes_are_those_of_isc, a_comment_belongs_to_what_stands_below_it,
	    blocks_stand_in_blocks, a_record_type_is_no_block,
	    what_is_missing_is_told_and_the_rest_read, deep_nesting_has_an_end,
	    numbers_have_three_bases, values_become_the_bytes_that_isc_sends,
	    wrong_values_say_why, spaces_hold_their_own_options,
	    questions_decide_as_they_say, questions_that_no_class_asks_say_why,
	    two_beginnings_agree_or_exclude_each_other,
	    questions_about_options_become_entries,
	    entries_of_options_are_joined_and_compared,
	    a_list_of_rules_has_an_end, NULL};

	return unit_main("import_words", tests);
}
