/*
 * test_conf_tftp.c - what only tftpd reads of remoteboot.conf.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "conf_try.h"
#include "tftp.h"
#include "unit.h"

START_TEST(listen_takes_several_addresses_with_and_without_port)
{
	struct conf *c = try_good("[tftpd]\nlisten = 192.0.2.1, [fd00::1]:70\n"
				  "listen += :1069\nfamily = ipv6\n");
	char text[PEER_TEXT];

	ck_assert_uint_eq(c->tftpd.nlisten, 3);
	ck_assert_str_eq(peer_text(&c->tftpd.listen[0], text), "192.0.2.1:0");
	ck_assert_str_eq(peer_text(&c->tftpd.listen[1], text), "[fd00::1]:70");
	ck_assert_str_eq(peer_text(&c->tftpd.listen[2], text), "[::]:1069");
	ck_assert_uint_eq(c->tftpd.family, CONF_FAMILY_IPV6);
	conf_free(c);
}
END_TEST

START_TEST(adding_to_the_default_of_listen_replaces_it)
{
	struct conf *c = try_good("[tftpd]\nlisten += 192.0.2.1\n");

	ck_assert_uint_eq(c->tftpd.nlisten, 1);
	conf_free(c);
}
END_TEST

START_TEST(upload_with_everything)
{
	struct conf *c = try_good("[tftp-upload /configs/switches/]\n"
				  "allow = 192.0.2.0/24, 2001:db8::/32\n"
				  "allow += 10.1.2.3\nmax_size = 2M\n"
				  "create = no\noverwrite = yes\nmode = 0640\n"
				  "[tftp-upload /]\nallow = 10.0.0.1\n");
	const struct conf_upload *u = c->upload;

	ck_assert_uint_eq(c->nupload, 2);
	ck_assert_str_eq(u[0].folder, "configs/switches");
	ck_assert_uint_eq(u[0].nallow, 3);
	ck_assert_uint_eq(u[0].max_size, 2 << 20);
	ck_assert(!u[0].create && u[0].overwrite);
	ck_assert_uint_eq(u[0].mode, 0640);
	ck_assert_str_eq(u[1].folder, "");
	ck_assert_uint_eq(u[1].max_size, 64 << 20);
	ck_assert(u[1].create && !u[1].overwrite);
	ck_assert_uint_eq(u[1].mode, 0644);
	conf_free(c);
}
END_TEST

START_TEST(the_innermost_folder_counts)
{
	struct conf *c = try_good("[tftp-upload a]\nallow = 10.0.0.1\n"
				  "[tftp-upload a/b]\nallow = 10.0.0.2\n");
	const struct conf_upload *u = c->upload;

	ck_assert_ptr_eq(conf_upload_of(u, 2, "a/x"), &u[0]);
	ck_assert_ptr_eq(conf_upload_of(u, 2, "a/b/x"), &u[1]);
	ck_assert_ptr_eq(conf_upload_of(u, 2, "a/bc"), &u[0]);
	ck_assert_ptr_null(conf_upload_of(u, 2, "a"));
	ck_assert_ptr_null(conf_upload_of(u, 2, "ab/x"));
	ck_assert_ptr_null(conf_upload_of(u, 2, "x"));
	ck_assert_ptr_null(conf_upload_of(NULL, 0, "x"));
	conf_free(c);
}
END_TEST

START_TEST(networks_of_both_families)
{
	static const struct {
		const char *net, *addr;
		bool in;
	} rows[] = {
	    {"192.0.2.0/24", "192.0.2.255", true},
	    {"192.0.2.0/24", "192.0.3.0", false},
	    {"192.0.2.77/24", "192.0.2.1", true},
	    {"192.0.2.128/25", "192.0.2.127", false},
	    {"192.0.2.1", "192.0.2.1", true},
	    {"192.0.2.1", "192.0.2.2", false},
	    {"0.0.0.0/0", "255.255.255.255", true},
	    {"0.0.0.0/0", "2001:db8::1", false},
	    {"::/0", "10.0.0.1", true},
	    {"::/0", "2001:db8::1", true},
	    {"2001:db8::/33", "2001:db8:7fff::1", true},
	    {"2001:db8::/33", "2001:db8:8000::1", false},
	    {"fd00::1", "fd00::1", true},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[128];
		struct addr a;
		struct conf *c;

		(void)snprintf(text, sizeof text,
		    "[tftp-upload x]\nallow = %s\n", rows[i].net);
		c = try_good(text);
		ck_assert(addr_parse(rows[i].addr, &a));
		ck_assert_msg(conf_in_nets(c->upload->allow, c->upload->nallow,
				  &a) == rows[i].in,
		    "%s in %s", rows[i].addr, rows[i].net);
		conf_free(c);
	}
}
END_TEST

START_TEST(a_folder_for_uploads_has_one_name)
{
	static const struct {
		const char *said, *folder;
	} rows[] = {{"/", ""}, {".", ""}, {"./", ""}, {"x", "x"}, {"/x/", "x"},
	    {"./x/.", "x"}, {".x", ".x"}, {"x.", "x."}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[80];
		struct conf *c;

		(void)snprintf(text, sizeof text,
		    "[tftp-upload %s]\nallow = ::/0\n", rows[i].said);
		c = try_good(text);
		ck_assert_str_eq(c->upload->folder, rows[i].folder);
		conf_free(c);
	}
}
END_TEST

START_TEST(refused_options_are_a_set)
{
	struct conf *c = try_good("[tftpd]\nrefuse = blksize, WindowSize\n");

	ck_assert_uint_eq(
	    c->tftpd.refuse, TFTP_OPT_BLKSIZE | TFTP_OPT_WINDOWSIZE);
	conf_free(c);
}
END_TEST

START_TEST(tftp_client_with_everything)
{
	struct conf *c =
	    try_good("[class pi]\nchaddr = b8:27:eb\n"
		     "[tftp-client a]\naddress = 192.0.2.0/24, ::1\n"
		     "chaddr = 00:a0:c9, 52:54:00\nclass = pi\n"
		     "refuse = blksize, tsize\noack = no\n"
		     "max_blksize = 1k\nmax_windowsize = 4\n"
		     "rollover = none\n"
		     "[tftp-client b]\naddress = ::/0\n"
		     "rollover = 1\n");
	const struct conf_tftp_client *r = c->tftp_client;

	ck_assert_uint_eq(c->ntftp_client, 2);
	ck_assert_str_eq(r[0].name, "a");
	ck_assert_uint_eq(r[0].naddress, 2);
	ck_assert_uint_eq(r[0].nchaddr, 2);
	ck_assert_uint_eq(r[0].nclass, 1);
	ck_assert_uint_eq(r[0].refuse, TFTP_OPT_BLKSIZE | TFTP_OPT_TSIZE);
	ck_assert(!r[0].oack);
	ck_assert_uint_eq(r[0].max_blksize, 1024);
	ck_assert_uint_eq(r[0].max_windowsize, 4);
	ck_assert_uint_eq(r[0].rollover, CONF_ROLLOVER_NONE);
	ck_assert(r[1].oack);
	ck_assert_uint_eq(r[1].max_blksize + r[1].max_windowsize, 0);
	ck_assert_uint_eq(r[1].rollover, CONF_ROLLOVER_1);
	conf_free(c);
}
END_TEST

START_TEST(single_port_or_its_ports)
{
	struct conf *c = try_good("[tftpd]\nsingle_port = yes\n"
				  "trusted_networks = 10.0.0.0/8, fd00::/8\n"
				  "unproven_rate = 64k\n"
				  "max_per_client = 7\n");

	ck_assert(c->tftpd.single_port);
	ck_assert_uint_eq(c->tftpd.ntrusted_networks, 2);
	ck_assert_uint_eq(c->tftpd.unproven_rate, 65536);
	ck_assert_uint_eq(c->tftpd.max_per_client, 7);
	conf_free(c);
	c = try_good("[tftpd]\nport_range = 40000-40999\n");
	ck_assert_uint_eq(c->tftpd.port_range.first, 40000);
	ck_assert_uint_eq(c->tftpd.port_range.last, 40999);
	conf_free(c);
}
END_TEST

/* One mistake, told with that text in its line. */
static void
told(const char *text, const char *want)
{
	struct try_errors e;
	struct conf *c = try_bytes(text, strlen(text), &e);

	ck_assert_msg(c == NULL, "taken: %s", text);
	ck_assert_msg(strstr(e.text, want) != NULL, "\n%s\nwanted: %s\ngot: %s",
	    text, want, e.text);
}

START_TEST(mistakes_are_told_with_the_cure)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"[tftp-upload x]\n", "nobody may upload; write allow"},
	    {"[tftpd]\nport_range = 40000\n",
		"t:2: tftpd: port_range: \"40000\" is no range of ports; write "
		"the first and the last one, as in 40000-40999"},
	    {"[tftpd]\nport_range = 2-1\n", "\"2-1\" is no range of ports"},
	    {"[tftpd]\nport_range = 0-1\n", "\"0-1\" is no range of ports"},
	    {"[tftpd]\nport_range = 1-65536\n", "is no range of ports"},
	    {"[tftpd]\nunproven_rate = 5\n", "is not such a size"},
	    {"[tftpd]\ntrusted_networks = all\n", "is not a network; write"},
	    {"[tftp-client]\n", "it has no name; write [tftp-client NAME]"},
	    {"[tftp-client x]\noack = no\n", "t:1: tftp-client x: nothing says "
					     "who is meant; write address,"},
	    {"[tftp-client x]\naddress = ::/0\n",
		"t:1: tftp-client x: nothing says what is other for it; write"},
	    {"[tftp-client x]\naddress = ::/0\nrollover = 2\n",
		"\"2\" is no block number that follows 65535; write 0, 1 or "
		"none"},
	    {"[tftp-client x]\nchaddr = 00:zz\noack = no\n",
		"is not the beginning of a hardware address"},
	    {"[tftp-client x]\nclass = pi\noack = no\n",
		"t:2: tftp-client x: class: there is no [class pi]; write it, "
		"or chaddr here"},
	    {"[class u v]\narch = 7\n[tftp-client x]\nclass = u v\noack = no\n",
		"t:4: tftp-client x: class: the lease file cannot have that "
		"name; rename [class u v]: no blanks, at most 48 letters"},
	    {"[tftp-upload]\n", "it has no name; write [tftp-upload FOLDER]"},
	    {"[tftp-upload a/../b]\nallow = ::/0\n", "\"..\" leads out"},
	    {"[tftp-upload x]\nallow = here\n", "is not a network"},
	    {"[tftp-upload x]\nallow = 10.0.0.0/33\n", "is not a network"},
	    {"[tftp-upload x]\nallow = ::/129\n", "is not a network"},
	    {"[tftp-upload x]\nallow = ::/0\nmax_size = lots\n",
		"is not such a size; write"},
	    {"[tftp-upload x]\nallow = ::/0\nmax_size = 0\n",
		"is not such a size"},
	    {"[tftp-upload x]\nallow = ::/0\nmode = 0755\n",
		"is no mode for a file"},
	    {"[tftp-upload x]\nallow = ::/0\nmode = 0444\n",
		"is no mode for a file"},
	    {"[tftp-upload x]\nallow = ::/0\nmode = rw\n",
		"is no mode for a file"},
	    {"[tftp-upload x]\nallow = ::/0\ncreate = no\n",
		"neither new files"},
	    {"[tftp-upload x]\nallow = ::/0\n[tftp-upload /x/]\nallow = ::/0\n",
		"the folder is there already"},
	    {"[tftpd]\nlisten = everywhere\n",
		"is not an IPv4 or IPv6 address; write :: for all"},
	    {"[tftpd]\nlisten = 10.0.0.1:0\n", "is not an IPv4"},
	    {"[tftpd]\nlisten = 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5,"
	     "10.0.0.6,10.0.0.7,10.0.0.8,10.0.0.9\n",
		"more than 8 addresses"},
	    {"[tftpd]\nfamily = ipx\n", "write both, ipv4 or ipv6"},
	    {"[tftpd]\nrefuse = mood\n", "is no option of TFTP"},
	    {"[tftpd]\nmax_uploads = 0\n", "from 1 to 4096"},
	    {"[tftpd]\njson_log = x\n", "begin it with /"},
	    {"[tftpd]\nmulticast_ip = 10.0.0.1\n", "multicast"},
	    {"[tftpd]\nmulticast_groups = 257\n", "256"},
	    {"[tftpd]\nmulticast_port = 0\n", "from 1 to 65535"},
	    {"[tftpd]\nmulticast_ttl = 0\n", "from 1 to 255"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		told(rows[i].text, rows[i].want);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    listen_takes_several_addresses_with_and_without_port,
	    adding_to_the_default_of_listen_replaces_it, upload_with_everything,
	    the_innermost_folder_counts, networks_of_both_families,
	    a_folder_for_uploads_has_one_name, refused_options_are_a_set,
	    tftp_client_with_everything, single_port_or_its_ports,
	    mistakes_are_told_with_the_cure, NULL};

	return unit_main("conf_tftp", tests);
}
