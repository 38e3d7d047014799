/*
 * test_template.c - texts with ${NAME} in them, names with * in them, and
 * the values of a client.  SPDX-License-Identifier: ISC
 */
#include "conf_try.h"
#include "tftpd/template.h"
#include "tftpd/vars.h"

/* not a trigraph */
#define EIGHT  \
	"????" \
	"????"

static bool
value(void *arg, const char *name, char *buf, size_t size)
{
	(void)arg;
	if (strcmp(name, "host") != 0 && strcmp(name, "var.x") != 0)
		return false;
	(void)snprintf(buf, size, "Pc1");
	return true;
}

static void
renders(const char *text, const char *want)
{
	struct template_out out;
	char buf[256];

	ck_assert_msg(template_render(text, strlen(text), value, NULL, buf,
			  sizeof buf, &out),
	    "%s: %u: %s", text, out.line, out.why);
	ck_assert_str_eq(buf, want);
	ck_assert_uint_eq(out.len, strlen(want));
}

static void
fails(const char *text, unsigned int line, const char *why)
{
	struct template_out out;
	char buf[64];

	ck_assert(!template_render(
	    text, strlen(text), value, NULL, buf, sizeof buf, &out));
	ck_assert_uint_eq(out.line, line);
	ck_assert_str_eq(out.why, why);
}

START_TEST(variables_become_their_values)
{
	renders("", "");
	renders("a ${host} b\n", "a Pc1 b\n");
	renders("${host}${host:upper}${host:lower}", "Pc1PC1pc1");
	renders("${var.x:-no}${var.y:-a b:c}${var.z:-}", "Pc1a b:c");
	renders("$x $ {host} $$ $${host} $", "$x $ {host} $$ ${host} $");
}
END_TEST

START_TEST(a_mistake_is_told_with_its_line)
{
	fails("a\nb ${mac}\n", 2, "${mac} has no value for this client");
	fails("a\n\n${host", 3,
	    "\"${\" is not closed; write ${NAME}, or $${ for a \"${\" of its "
	    "own");
	fails("${}", 1,
	    "${} has no name, or too long a one; write $${ for a \"${\" of "
	    "its own");
	fails("${host:big}", 1,
	    "behind the name of a variable stand :upper, :lower or :-TEXT; "
	    "write ${NAME:upper}");
	fails("${hots}", 1,
	    "there is no variable ${hots}; write var.NAME for one of yours, "
	    "option.NAME, addr, addr_hex, host, mac, mac_dash, mac_hex, "
	    "mac_pxe, name, server, star, uuid or yiaddr, and $${ for a "
	    "\"${\" of its own");
	fails("0123456789012345678901234567890123456789012345678901234567890\n"
	      "${host}",
	    2, "the text becomes too long");
}
END_TEST

static bool
known(const struct conf *c, const char *name)
{
	(void)c;
	return strcmp(name, "x") == 0;
}

START_TEST(a_check_finds_what_nobody_can_have)
{
	static const char good[] = "${mac}${var.x}${var.y:-a}${option.3}";
	static const char bad[] = "\n${var.y}";
	struct template_out out;

	ck_assert(template_check(good, strlen(good), known, NULL, &out));
	ck_assert(!template_check(bad, strlen(bad), known, NULL, &out));
	ck_assert_uint_eq(out.line, 2);
	ck_assert_str_eq(out.why,
	    "${var.y} is set nowhere; write var.y = TEXT in [global], "
	    "[subnet], [class] or [host], or ${var.y:-TEXT}");
}
END_TEST

static void
matches(const char *pattern, const char *path, const char *want)
{
	char star[32];
	bool hit = template_match(pattern, path, star, sizeof star);

	ck_assert_msg(hit == (want != NULL), "%s %s: %s", pattern, path,
	    hit ? "matches" : "does not match");
	if (want)
		ck_assert_str_eq(star, want);
}

START_TEST(a_pattern_is_of_one_name_in_one_folder)
{
	matches("boot.ipxe", "boot.ipxe", "");
	matches("/boot.ipxe", "boot.ipxe", "");
	matches("boot.ipxe", "boot.ipx", NULL);
	matches("boot.ipxe", "boot.ipxe2", NULL);
	matches("pxelinux.cfg/01-*", "pxelinux.cfg/01-aa-bb", "aa-bb");
	matches("pxelinux.cfg/01-*", "pxelinux.cfg/default", NULL);
	matches("a*", "a/b", NULL);
	matches("*/config.txt", "0123abcd/config.txt", "0123abcd");
	matches("*/config.txt", "a/b/config.txt", NULL);
	matches(EIGHT "/config.txt", "0123abcd/config.txt", "0123abcd");
	matches(EIGHT "/config.txt", "123abcd/config.txt", NULL);
	matches("a*b*c", "aXbYbZc", "X");
	matches("*.cfg", "a.cfg.cfg", "a.cfg");
	matches("*", "", "");
	matches("a?c", "a/c", NULL);
}
END_TEST

/* ---- values ---- */

static const char conf_text[] =
    "[tftp-template t]\nname = x\ntemplate = y\n"
    "[global]\nvar.os = \"any\"\nvar.kernel = vmlinuz-6.1, quiet\n"
    "var.kernel += splash\noption.domain-name = \"example.net\"\n"
    "[subnet 192.0.2.0/24]\noption.routers = 192.0.2.1, 192.0.2.2\n"
    "var.os = net\n"
    "[class pi]\nchaddr = b8:27:eb\nvar.os = pi\n"
    "[host pc1]\nchaddr = 00:54:55:56:67:68\nyiaddr = 192.0.2.7\n"
    "hostname = PC-one\nvar.os = pc\nvar.serial = 0123abcd\n"
    "client_id = 00:03:02:01:00:05:04:07:06:08:09:0a:0b:0c:0d:0e:0f\n"
    "[host pi1]\nchaddr = b8:27:eb:00:00:01\n";

static struct conf *conf;
static struct vars v;

static void
asked_by(const char *addr)
{
	struct addr a;
	struct who who;

	if (!conf)
		conf = try_good(conf_text);
	ck_assert(addr_parse(addr, &a));
	who_find(NULL, conf, &a, 0, &who);
	vars_init(&v, conf, &a, &who);
}

static void
is(const char *name, const char *want)
{
	char buf[TEMPLATE_VALUE];
	bool some = vars_value(&v, name, buf, sizeof buf);

	ck_assert_msg(
	    some == (want != NULL), "%s: %s", name, some ? buf : "no value");
	if (want)
		ck_assert_msg(strcmp(buf, want) == 0, "%s: wanted %s, got %s",
		    name, want, buf);
}

START_TEST(values_are_those_of_who_asks)
{
	asked_by("192.0.2.7");
	is("addr", "192.0.2.7");
	is("addr_hex", "C0000207");
	is("yiaddr", "192.0.2.7");
	is("mac", "00:54:55:56:67:68");
	is("mac_dash", "00-54-55-56-67-68");
	is("mac_hex", "005455566768");
	is("mac_pxe", "01-00-54-55-56-67-68");
	is("host", "PC-one");
	is("uuid", "00010203-0405-0607-0809-0a0b0c0d0e0f");
	is("var.os", "pc");
	is("var.kernel", "vmlinuz-6.1, quiet splash");
	is("option.routers", "192.0.2.1,192.0.2.2");
	is("option.15", "example.net");
	is("option.subnet-mask", "255.255.255.0");
	is("option.12", "PC-one");
	is("option.66", NULL);
	is("var.none", NULL);
	is("server", NULL);
	is("star", NULL);
	asked_by("192.0.2.9"); /* nobody that is known */
	is("host", NULL);
	is("mac", NULL);
	is("var.os", "net");
	asked_by("2001:db8::1");
	is("addr", "2001:db8::1");
	is("addr_hex", "20010DB8000000000000000000000001");
	is("yiaddr", NULL);
	is("var.os", "any");
	conf_free(conf);
	conf = NULL;
}
END_TEST

START_TEST(a_name_can_mean_another_client)
{
	static const char *const pc1[] = {"00-54-55-56-67-68",
	    "01-00-54-55-56-67-68", "00:54:55:56:67:68", "005455566768",
	    "192.0.2.7", "C0000207", "pc1", "0123abcd"};

	for (size_t i = 0; i < sizeof pc1 / sizeof pc1[0]; i++) {
		asked_by("198.51.100.1");
		vars_star(&v, pc1[i]);
		is("host", "PC-one");
		is("mac", "00:54:55:56:67:68");
		is("yiaddr", "192.0.2.7");
		is("var.os", "pc");
		is("addr", "198.51.100.1");
		is("star", pc1[i]);
	}
	/* one without a [host]: its class is told by its address */
	asked_by("192.0.2.7");
	vars_star(&v, "01-b8-27-eb-00-00-02");
	is("host", NULL);
	is("mac", "b8:27:eb:00:00:02");
	is("var.os", "pi");
	/* nobody: who asks */
	asked_by("192.0.2.7");
	vars_star(&v, "default");
	is("host", "PC-one");
	is("star", "default");
	/* itself: nothing that is known gets lost */
	vars_star(&v, "C0000207");
	is("host", "PC-one");
	conf_free(conf);
	conf = NULL;
}
END_TEST

START_TEST(keys_of_templates_and_folders)
{
	struct conf *c = try_good("[tftp-template a]\nname = x, y*\n"
				  "template = t/${var.a}\noverride = yes\n"
				  "[global]\nvar.a = b\n"
				  "tftp_folder = c/${mac_dash}, /\n");

	ck_assert_uint_eq(c->ntemplate, 1);
	ck_assert_uint_eq(c->template[0].npattern, 2);
	ck_assert(c->template[0].override);
	ck_assert_uint_eq(c->params.ntftp_folder, 2);
	conf_free(c);
	try_bad("[tftp-template a]\n",
	    "t:1: tftp-template a: no file is made of it; write name = "
	    "pxelinux.cfg/01-*\n"
	    "t:1: tftp-template a: its text is missing; write template = "
	    "FILE, below tftp_root\n");
	try_bad("[tftp-template a]\nname = x\ntemplate = y\n"
		"[tftp-template a]\nname = x\ntemplate = y\n",
	    "t:4: tftp-template a: the name is there already, in line 1; "
	    "choose another\n");
	try_bad_key("[global]", "tftp_folder = a/../b",
	    "\"..\" leads out of the boot tree; name a folder below it, or / "
	    "for the tree itself");
	try_bad_key("[global]", "var.a.b = x",
	    "\"a.b\" is no name of a variable; write letters, digits, \"_\" "
	    "and \"-\", at most 58");
	try_bad_key("[tftpd]", "var.a = x",
	    "variables do not stand here; write it in [global], [subnet], "
	    "[class] or [host]");
	try_bad_key("[tftpd]", "digests = all",
	    "\"all\" is none of no, files (NAME.sha256) and yes "
	    "(MANIFEST.sha256 too); write one of them");
	try_bad("[tftp-map]\nreplace = a ${var.a}${var.b:-x}${var.c}\n"
		"[host h]\nchaddr = 00:00:00:00:00:01\nvar.c = x\n",
	    "t:2: tftp-map: replace: ${var.a} is set nowhere; write var.a = "
	    "TEXT in [global], [subnet], [class] or [host], or "
	    "${var.a:-TEXT}\n");
	try_bad("[global]\ntftp_folder = x, ${var.a}\n",
	    "t:2: global: tftp_folder: ${var.a} is set nowhere; write var.a "
	    "= TEXT in [global], [subnet], [class] or [host], or "
	    "${var.a:-TEXT}\n");
	try_bad("[global]\nvar.a = x\nvar.a = y\n",
	    "t:3: global: var.a: the key is there already, in line 2; write "
	    "+= to add to it\n");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {variables_become_their_values,
	    a_mistake_is_told_with_its_line, a_check_finds_what_nobody_can_have,
	    a_pattern_is_of_one_name_in_one_folder,
	    values_are_those_of_who_asks, a_name_can_mean_another_client,
	    keys_of_templates_and_folders, NULL};

	return unit_main("template", tests);
}
