/*
 * test_conf_lines.c - lines of remoteboot.conf: what inih alone would cut,
 * merge, ignore or misread is read right or is an error.
 * SPDX-License-Identifier: ISC
 */
#include "conf_try.h"

START_TEST(indentation_means_nothing)
{
	/* inih: a continuation of the value before */
	struct conf *c =
	    try_good("  [global]\n\ttftp_root = /a\n"
		     "    file = \"x\"\n  [dhcpd]\n port = 6767\n");

	ck_assert_str_eq(c->tftp_root, "/a");
	ck_assert_str_eq(c->params.file, "x");
	ck_assert_uint_eq(c->dhcpd.port, 6767);
	conf_free(c);
}
END_TEST

START_TEST(a_semicolon_inside_quotes_is_text)
{
	/* inih: " ;" begins a comment everywhere */
	struct conf *c =
	    try_good("[global]\noption.135 = \"a ;b; # \\\" ;c\" ; d\n"
		     "file = x;y ;z\nsname = \"s\" # \"t\"\n");
	const struct conf_opt *o = conf_params_opt(&c->params, 135);

	ck_assert_uint_eq(o->len, 12);
	ck_assert_mem_eq(o->data, "a ;b; # \" ;c", 12);
	ck_assert_str_eq(c->params.file, "x;y");
	ck_assert_str_eq(c->params.sname, "s");
	conf_free(c);
}
END_TEST

START_TEST(a_colon_is_no_equals_sign)
{
	try_bad("[global]\nfile: x\n",
	    "t:2: global: \":\" does not stand for \"=\"; write key = value\n");
	try_bad("[global]\nfile : x = y\n",
	    "t:2: global: \":\" does not stand for \"=\"; write key = value\n");
}
END_TEST

START_TEST(a_line_is_a_section_or_a_key)
{
	try_bad("[global]\nfile\n\"a:b\"\nfile ; = x\n",
	    "t:2: global: neither [section] nor key = value; write one of "
	    "them, and # before a comment\n"
	    "t:3: global: neither [section] nor key = value; write one of "
	    "them, and # before a comment\n"
	    "t:4: global: neither [section] nor key = value; write one of "
	    "them, and # before a comment\n");
	try_bad("[global]\n= x\n",
	    "t:2: global: nothing before \"=\"; write key = value\n");
	try_bad("[global]\n+= x\n",
	    "t:2: global: nothing before \"=\"; write key = value\n");
}
END_TEST

START_TEST(a_section_line_holds_nothing_else)
{
	/* inih: text behind ] is ignored */
	try_bad(
	    "[global] x\n", "t:1: text behind \"]\"; give it its own line\n");
	try_bad(
	    "[mtftp a]b]\n", "t:1: text behind \"]\"; give it its own line\n");
	try_bad("[global\n", "t:1: \"]\" is missing; write [section]\n");
	try_bad("[host ;a]\n", "t:1: \"]\" is missing; write [section]\n");
	conf_free(try_good("; a\n# b\n[global] # c\n[ dhcpd ] ; d\n"));
}
END_TEST

START_TEST(a_section_name_is_not_cut)
{
	char text[200], name[64];
	struct conf *c;

	/* inih keeps 49 bytes */
	memset(name, 'a', sizeof name);
	name[44] = '\0';
	(void)snprintf(
	    text, sizeof text, "[host %s]\nchaddr = 00:00:00:00:00:01\n", name);
	c = try_good(text);
	ck_assert_str_eq(c->host[0].name, name);
	conf_free(c);
	name[44] = 'a';
	name[45] = '\0';
	(void)snprintf(
	    text, sizeof text, "[host %s]\nchaddr = 00:00:00:00:00:01\n", name);
	try_bad(text,
	    "t:1: the name of the section has 50 bytes; at most 49 are "
	    "read\n");
}
END_TEST

/* A file key with a value that makes the line n bytes long. */
static const char *
line_of(size_t n, const char *end)
{
	static char text[4096];
	static const char key[] = "option.135 = \"";
	size_t k = sizeof key - 1;

	ck_assert_uint_lt(n + 20, sizeof text);
	memcpy(text, "[global]\n", 9);
	memcpy(text + 9, key, k);
	memset(text + 9 + k, 'a', n - k - 1);
	text[9 + n - 1] = '"';
	memcpy(text + 9 + n, end, strlen(end) + 1);
	return text;
}

START_TEST(a_long_line_is_whole_or_an_error)
{
	/* inih cuts a line into pieces of 199 bytes */
	struct conf *c;

	for (int i = 0; i < 3; i++) {
		static const char *const end[] = {"\n", "\r\n", ""};

		c = try_good(line_of(197, end[i]));
		ck_assert_uint_eq(
		    conf_params_opt(&c->params, 135)->len, 197 - 15);
		conf_free(c);
	}
	try_bad(line_of(198, "\n"),
	    "t:2: global: the line has 198 bytes, at most 197 are read; go on "
	    "in the next line with key += value\n");
	try_bad(line_of(2000, "\n[x]\n"),
	    "t:2: global: the line has 2000 bytes, at most 197 are read; go "
	    "on in the next line with key += value\n"
	    "t:3: x: there is no section [x]; write global, dhcpd, subnet, "
	    "pool, class, host, tftpd, tftp-map, tftp-template, "
	    "tftp-client, tftp-upload, mtftpd, mtftp, menu or "
	    "boot_server\n");
}
END_TEST

/* As /dev/zero, or what a pipe never ends. */
static size_t
read_for_ever(void *arg, char *buf, size_t size)
{
	memset(buf, *(char *)arg, size);
	return size;
}

START_TEST(a_file_without_end_is_an_error)
{
	struct try_errors e = {0};
	char byte = '#';

	ck_assert_ptr_null(
	    conf_parse("t", read_for_ever, &byte, try_error, &e));
	ck_assert_str_eq(e.text,
	    "t:1: the file is larger than 64 MiB; name a configuration "
	    "with -C\n");
}
END_TEST

START_TEST(a_long_comment_does_no_harm)
{
	char text[3000];
	struct conf *c;

	memset(text, 'x', sizeof text);
	text[0] = '#';
	memcpy(text + 2500, "\n[dhcpd]\nport = 6767", 21);
	c = try_good(text);
	ck_assert_uint_eq(c->dhcpd.port, 6767);
	conf_free(c);
	/* behind a key too, and longer than what is read at once */
	memset(text, 'x', sizeof text);
	memcpy(text, "[dhcpd]\nport = 6767 #", 21);
	text[2999] = '\0';
	c = try_good(text);
	ck_assert_uint_eq(c->dhcpd.port, 6767);
	conf_free(c);
}
END_TEST

START_TEST(a_list_goes_on_in_the_next_line)
{
	struct conf *c = try_good("[dhcpd]\ninterfaces = a\n"
				  "interfaces += b, c\n[global]\n"
				  "option.routers = 10.0.0.1\n"
				  "option.routers += 10.0.0.2\n");
	const struct conf_opt *o = conf_params_opt(&c->params, 3);

	ck_assert_uint_eq(c->dhcpd.ninterfaces, 3);
	ck_assert_str_eq(c->dhcpd.interfaces[0], "a");
	ck_assert_str_eq(c->dhcpd.interfaces[2], "c");
	ck_assert_uint_eq(o->len, 8);
	ck_assert_mem_eq(o->data, "\x0a\0\0\x01\x0a\0\0\x02", 8);
	conf_free(c);
	try_bad("[dhcpd]\nport = 67\nport += 68\n",
	    "t:3: dhcpd: port: the key has one value; write = in place of "
	    "+=\n");
	try_bad("[global]\noption.1 = 255.0.0.0\noption.1 += 255.0.0.0\n",
	    "t:3: global: option.1: the option has one value; += cannot "
	    "add\n");
}
END_TEST

START_TEST(line_ends_of_other_systems)
{
	struct conf *c =
	    try_good("\xef\xbb\xbf[dhcpd]\r\nport = 6767\r\n\r\n[global]\r\n"
		     "tftp_root = /a");

	ck_assert_uint_eq(c->dhcpd.port, 6767);
	ck_assert_str_eq(c->tftp_root, "/a");
	conf_free(c);
}
END_TEST

START_TEST(the_language_of_isc_is_told_once)
{
	static const char want[] =
	    "that is the language of ISC dhcpd; write isc2remoteboot t > "
	    "remoteboot.conf\n";
	char text[256];

	(void)snprintf(text, sizeof text, "t:3: %s", want);
	try_bad("# dhcpd.conf\n\n  option domain-name \"a\";  # b\n"
		"default-lease-time 600;\n}\n[dhcpd]\n",
	    text);
	(void)snprintf(text, sizeof text, "t:1: %s", want);
	try_bad("subnet 10.0.0.0 netmask 255.0.0.0 {\n}\n", text);
	try_bad("port = 67;\n",
	    "t:1: port: the key stands in no section; write [dhcpd] or "
	    "[tftpd] above it\n");
	try_bad("[global]\nauthoritative;\n",
	    "t:2: global: neither [section] nor key = value; write one of "
	    "them, and # before a comment\n");
}
END_TEST

START_TEST(control_characters_are_told)
{
	static const char nul[] = "[global]\nfile = a\0b\n";
	struct try_errors e;

	ck_assert_ptr_null(try_bytes(nul, sizeof nul - 1, &e));
	ck_assert_str_eq(e.text,
	    "t:2: global: control character \\x00 in the line; write text, "
	    "\\xNN inside quotes for bytes\n");
	try_bad("[global]\nfile = a\rb\n",
	    "t:2: global: control character \\x0d in the line; write text, "
	    "\\xNN inside quotes for bytes\n");
	try_bad("[global]\noption.135 = \"\x01\"\n",
	    "t:2: global: control character \\x01 in the line; write text, "
	    "\\xNN inside quotes for bytes\n");
	/* a byte order mark only begins a file */
	try_bad("[global]\n\xef\xbb\xbf[dhcpd]\n",
	    "t:2: global: neither [section] nor key = value; write one of "
	    "them, and # before a comment\n");
}
END_TEST

START_TEST(sections_stand_once)
{
	/* inih: repeated sections are one */
	try_bad("[global]\n[dhcpd]\n[global]\n[dhcpd]\nport = 6767\n",
	    "t:3: global: the section is there already, in line 1; put its "
	    "keys together\n"
	    "t:4: dhcpd: the section is there already, in line 2; put its "
	    "keys together\n");
}
END_TEST

START_TEST(empty_sections_are_seen)
{
	/* inih: never told */
	struct conf *c = try_good("[subnet 10.0.0.0/8]\n");

	ck_assert_uint_eq(c->nsubnet, 1);
	conf_free(c);
	try_bad("[host a]\n[class b]\n[mtftp c]\n",
	    "t:1: host a: nothing says which client it is; write chaddr or "
	    "client_id\n"
	    "t:2: class b: nothing says who is in it; write vendor_class, "
	    "arch, user_class, uuid, chaddr, circuit_id, remote_id or "
	    "match.NAME\n"
	    "t:3: mtftp c: its group is missing; write mtftp_ip = "
	    "239.255.1.1\n");
}
END_TEST

START_TEST(an_empty_file_is_the_defaults)
{
	struct conf *c = try_good("");

	ck_assert_uint_eq(c->dhcpd.port, 67);
	conf_free(c);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {indentation_means_nothing,
	    a_semicolon_inside_quotes_is_text, a_colon_is_no_equals_sign,
	    a_line_is_a_section_or_a_key, a_section_line_holds_nothing_else,
	    a_section_name_is_not_cut, a_long_line_is_whole_or_an_error,
	    a_file_without_end_is_an_error, a_long_comment_does_no_harm,
	    a_list_goes_on_in_the_next_line, line_ends_of_other_systems,
	    the_language_of_isc_is_told_once, control_characters_are_told,
	    sections_stand_once, empty_sections_are_seen,
	    an_empty_file_is_the_defaults, NULL};

	return unit_main("conf_lines", tests);
}
