/*
 * test_map.c - [tftp-map]: rules read from a configuration and run.  The
 * table of tftpd(8) for who comes from tftp-hpa stands here line by line.
 * SPDX-License-Identifier: ISC
 */
#include "conf_try.h"
#include "tftpd/map.h"

static bool
value(void *arg, const char *name, char *buf, size_t size)
{
	static const char *const known[][2] = {{"addr", "192.0.2.169"},
	    {"addr_hex", "C00002A9"}, {"mac", "00:54:55:56:67:68"},
	    {"mac_pxe", "01-00-54-55-56-67-68"}, {"host", "pc1"},
	    {"name", "asked"}};

	(void)arg;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i][0], name) == 0) {
			(void)snprintf(buf, size, "%s", known[i][1]);
			return true;
		}
	return false;
}

/* There is one file. */
static bool
exists(void *arg, const char *name)
{
	(void)arg;
	return strcmp(name, "there/f") == 0;
}

static struct map_out
run_as(const char *rules, const char *name, bool write, bool ipv6)
{
	struct map_in in = {.name = name,
	    .write = write,
	    .ipv6 = ipv6,
	    .value = value,
	    .exists = exists};
	struct map_out out;
	struct map *m;
	struct conf *c;
	char text[2048];

	(void)snprintf(text, sizeof text, "[tftp-map]\n%s", rules);
	c = try_good(text);
	m = map_new(c);
	ck_assert_ptr_nonnull(m);
	map_run(m, &in, &out);
	map_free(m);
	conf_free(c);
	return out;
}

static void
becomes(const char *rules, const char *name, const char *want)
{
	struct map_out out = run_as(rules, name, false, false);

	ck_assert_msg(out.how == MAP_NAME && strcmp(out.text, want) == 0,
	    "\n%s%s: wanted %s, got %d %s", rules, name, want, (int)out.how,
	    out.text);
}

static void
ends(const char *rules, const char *name, enum map_how how, const char *text)
{
	struct map_out out = run_as(rules, name, false, false);

	ck_assert_msg(out.how == how && (!text || !strcmp(out.text, text)),
	    "\n%s%s: wanted %d %s, got %d %s", rules, name, (int)how, text,
	    (int)out.how, out.text);
}

START_TEST(the_table_for_who_comes_from_tftp_hpa)
{
	struct map_out out;

	/* r g gg i e s a j : G P 4 6 ~ E, in the order of the page */
	becomes("replace = ^a b\n", "axa", "bxa");
	becomes("replace.repeat = aa a\n", "aaaab", "ab");
	becomes("replace.all = a aa\n", "aba", "aabaa");
	becomes("replace.nocase = ^C:\n", "c:x", "x");
	becomes("stop = ^ok\nreplace = ^ no/\n", "ok/f", "ok/f");
	becomes("replace.stop = a b\nreplace = b c\n", "a", "b");
	becomes("replace.restart = ^b c\nreplace = ^a b\n"
		"restart = ^b\n",
	    "a", "c");
	ends("refuse = \\.pvt$\n", "x.pvt", MAP_REFUSED, "");
	ends("refuse = (.*)\\.pvt$ no \\1 for you\n", "x.pvt", MAP_REFUSED,
	    "no x for you");
	becomes("jump = ^a end\nreplace = $ .no\nlabel = end\n"
		"replace = $ .yes\n",
	    "a", "a.yes");
	becomes("replace.read = ^ r/\nreplace.write = ^ w/\n", "f", "r/f");
	out = run_as(
	    "replace.read = ^ r/\nreplace.write = ^ w/\n", "f", true, false);
	ck_assert_str_eq(out.text, "w/f");
	becomes("replace.ipv4 = ^ 4/\nreplace.ipv6 = ^ 6/\n", "f", "4/f");
	out = run_as(
	    "replace.ipv4 = ^ 4/\nreplace.ipv6 = ^ 6/\n", "f", false, true);
	ck_assert_str_eq(out.text, "6/f");
	becomes("stop.unless = ^a\nreplace = ^ x/\n", "b", "b");
	becomes("stop.unless = ^a\nreplace = ^ x/\n", "a", "x/a");
	becomes("replace.exists = ^ no/\nreplace.exists = ^ there/\n"
		"replace = ^ x/\n",
	    "f", "there/f");
	becomes("replace.exists = ^ no/\nreplace = $ .x\n", "f", "f.x");
	/* \0 \1-\9 \i \x \\ blank # \U \L \E */
	becomes("replace = b+ <\\0>\n", "abbc", "a<bb>c");
	becomes("replace = (.)(.)(.)(.)(.)(.)(.)(.)(.) \\9\\1\n", "123456789",
	    "91");
	becomes("replace = ^ \\i/\n", "f", "192.0.2.169/f");
	becomes("replace = ^ \\x/\n", "f", "C00002A9/f");
	becomes("replace = a \\\\\n", "a", "\\");
	becomes("replace = a \"b c\"\n", "a", "b c");
	becomes("replace = a b\\#c\n", "a", "b#c");
	becomes("replace = (.*)/(.*) \\U\\1/\\L\\2\\Ex\n", "aB/cD", "AB/cdx");
}
END_TEST

START_TEST(the_sample_of_tftp_hpa_converted_does_the_same)
{
	static const char rules[] = "replace.nocase = ^[a-z]:\n"
				    "replace.repeat = \\\\ /\n"
				    "replace.repeat = \"#\" @\n"
				    "replace.repeat = /\\.\\./ /..no../\n"
				    "stop = ^ok/\n"
				    "replace = ^[^/] /tftpboot/\\0\n"
				    "refuse = \\.pvt$\n";

	becomes(rules, "C:\\boot\\x", "/boot/x");
	becomes(rules, "a#b", "/tftpboot/a@b");
	becomes(rules, "/a/../b", "/a/..no../b");
	becomes(rules, "ok/x.pvt", "ok/x.pvt");
	ends(rules, "x.pvt", MAP_REFUSED, "");
}
END_TEST

START_TEST(variables_stand_in_texts)
{
	becomes("replace = ^ ${mac:upper}/${host}/\n", "f",
	    "00:54:55:56:67:68/pc1/f");
	becomes("replace = ^ \\U${host}\\E-${addr_hex:lower}/\n", "f",
	    "PC1-c00002a9/f");
	becomes("replace = ^ ${uuid:-none}/\n", "f", "none/f");
	becomes("replace = ^ $${x}\n", "f", "${x}f");
	ends("replace = ^ ${uuid}/\n", "f", MAP_NO_VALUE, "uuid");
	ends("refuse = ^ not for ${host}\n", "f", MAP_REFUSED, "not for pc1");
}
END_TEST

START_TEST(nothing_goes_on_for_ever)
{
	char name[NAME_PATH + 8];

	ends("replace.repeat = a a\n", "a", MAP_LOOP, NULL);
	ends("restart = .\n", "a", MAP_LOOP, NULL);
	ends("label = x\njump = . x\n", "a", MAP_LOOP, NULL);
	ends("replace.repeat = a aa\n", "a", MAP_TOO_LONG, NULL);
	ends("replace.restart = ^ a\n", "a", MAP_TOO_LONG, NULL);
	becomes("replace.all = x* -\n", "abc", "-a-b-c-");
	becomes("replace.all = ^a b\n", "aaa", "baa");
	memset(name, 'a', sizeof name);
	name[NAME_PATH] = '\0';
	ends("stop = .\n", name, MAP_TOO_LONG, NULL);
	name[NAME_PATH - 1] = '\0';
	becomes("stop = .\n", name, name);
	ends("replace = $ b\n", name, MAP_TOO_LONG, NULL);
}
END_TEST

START_TEST(the_line_that_decided_is_known)
{
	struct map_out out =
	    run_as("stop = x\nrefuse = y\n", "y", false, false);

	ck_assert_uint_eq(out.line, 3);
	out = run_as("replace = a b\n", "c", false, false);
	ck_assert(!out.changed);
	out = run_as("replace = a b\n", "a", false, false);
	ck_assert(out.changed);
}
END_TEST

START_TEST(mistakes_are_told_with_what_would_be_right)
{
	static const struct {
		const char *line, *want;
	} bad[] = {
	    {"replace = ( x", "\"(\" is not an extended regular expression: "
			      "Unmatched ( or \\(; see regex(7)"},
	    {"stop = a b", "too many words; put those with blanks in quotes"},
	    {"replace = a b c",
		"too many words; put those with blanks in quotes"},
	    {"replace = (a) \\2",
		"there is no \\2: the expression has 1 groups in ( ); put it "
		"around what is meant"},
	    {"replace = a \\q", "there is no \\q; write \\0 to \\9, \\i, \\x, "
				"\\U, \\L, \\E or ${NAME}"},
	    {"replace = a b\\",
		"a backslash at the end; write \\\\ for itself"},
	    {"replace.unless = a b",
		"what does not match cannot be replaced; use unless with "
		"stop, restart, refuse or jump"},
	    {"stop.all = a", "\"all\" stands behind replace only; leave it "
			     "out"},
	    {"stop.read.write = a", "\"write\" contradicts a word before it; "
				    "leave one out"},
	    {"label.read = a", "a label takes no words; leave them out"},
	    {"jump = a", "where to is missing; write jump = REGEX NAME of a "
			 "label"},
	    {"jump = a b", "there is no label \"b\"; write label = b above "
			   "the rules to go on with"},
	    {"stop += a", "the key has one value; write = in place of +="},
	    {"stop = \"a", "the quotes are not closed; end the text with \""},
	    {"stop = \"a\"b", "text behind the quotes; put a blank there"},
	    {"stop = (a{16}){16}",
		"the expression repeats things more than 255 times; write * "
		"or +"},
	    {"stop = \"\\x00\"", "control character \\x00 in the text; only "
				 "options take any bytes"},
	    {"replace = a ${b", "\"${\" is not closed; write ${NAME}, or $${ "
				"for a \"${\" of its own"},
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		try_bad_key("[tftp-map]", bad[i].line, bad[i].want);
	try_bad("[tftp-map]\nlabel = a\nlabel = a\n",
	    "t:3: tftp-map: label: \"a\" is there already, in line 2; rename "
	    "one\n");
	try_bad("[tftp-map]\nreplce = a\n",
	    "t:2: tftp-map: replce: there is no such key; did you mean "
	    "replace?\n");
	try_bad("[tftpd]\nreplace = a\n",
	    "t:2: tftpd: replace: the key does not stand here; write it in "
	    "[tftp-map]\n");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {the_table_for_who_comes_from_tftp_hpa,
	    the_sample_of_tftp_hpa_converted_does_the_same,
	    variables_stand_in_texts, nothing_goes_on_for_ever,
	    the_line_that_decided_is_known,
	    mistakes_are_told_with_what_would_be_right, NULL};

	return unit_main("map", tests);
}
