/*
 * test_conf.c - sections and keys of remoteboot.conf, their values in struct
 * conf, and the lookups.
 * SPDX-License-Identifier: ISC
 */
#include <time.h>

#include "conf_keys.h"
#include "conf_try.h"

START_TEST(defaults_need_no_file)
{
	struct conf *c = conf_defaults();

	ck_assert_ptr_nonnull(c);
	ck_assert_str_eq(c->tftp_root, "/tftpboot");
	ck_assert_uint_eq(
	    c->params.set, CONF_HAS_LEASE_TIME | CONF_HAS_TFTP_FOLDER);
	ck_assert_uint_eq(c->params.lease_s, 43200);
	ck_assert_uint_eq(c->dhcpd.port, 67);
	ck_assert_uint_eq(c->dhcpd.pxe_port, 4011);
	ck_assert(!c->dhcpd.authoritative);
	ck_assert_str_eq(c->dhcpd.user, "remoteboot");
	ck_assert_str_eq(
	    c->dhcpd.lease_file, LOCALSTATEDIR "/lib/remoteboot/dhcpd.leases");
	ck_assert_str_eq(
	    c->tftpd.pid_file, RUNSTATEDIR "/remoteboot/tftpd.pid");
	ck_assert_uint_eq(c->tftpd.port, 69);
	ck_assert_uint_eq(c->tftpd.large_port, 0);
	ck_assert_uint_eq(c->tftpd.large_blksize, 1408);
	ck_assert_uint_eq(c->tftpd.timeout_ms, 1000);
	ck_assert_uint_eq(c->mtftpd.mtftp_sport, 1759);
	ck_assert_int_eq(c->mtftpd.port_order, CONF_PORTS_LITTLE);
	ck_assert_uint_eq(c->nsubnet + c->nhost + c->nclass + c->nmtftp, 0);
	ck_assert_ptr_null(conf_subnet_of(c, (struct ip4){1}));
	ck_assert_ptr_null(
	    conf_host_by_chaddr(c, 1, (const uint8_t *)"\0\0\0\0\0", 6));
	ck_assert_ptr_null(conf_mtftp_by_file(c, "x"));
	conf_free(c);
	conf_free(NULL);
}
END_TEST

START_TEST(every_default_is_what_its_reader_takes)
{
	/* a default that its own reader refuses would leave the field empty */
	for (size_t i = 0; i < conf_nkeys; i++) {
		const struct conf_key *k = &conf_keys[i];
		unsigned int s = CONF_S_GLOBAL;
		char text[512];
		const char *arg;

		if (!k->dflt)
			continue;
		while (!(k->in & CONF_IN(s)))
			s++;
		arg = s == CONF_S_SUBNET     ? " 10.0.0.0/8"
		      : conf_sections[s].arg ? " a"
					     : "";
		(void)snprintf(text, sizeof text,
		    "[%s%s]\n%s = %s\n%s%s%s%s%s%s%s%s", conf_sections[s].name,
		    arg, k->name, k->dflt,
		    s == CONF_S_HOST ? "chaddr = 00:00:00:00:00:01\n" : "",
		    s == CONF_S_CLASS ? "arch = bios\n" : "",
		    s == CONF_S_TFTP_UPLOAD ? "allow = ::/0\n" : "",
		    s == CONF_S_POOL
			? "range = 10.0.0.1\nclass = c\n[class c]\n"
			  "arch = bios\n[subnet 10.0.0.0/8]\n"
			: "",
		    s == CONF_S_TFTP_CLIENT ? "address = ::/0\n" : "",
		    s == CONF_S_MTFTP ? "mtftp_ip = 239.1.1.1\n" : "",
		    s == CONF_S_TFTP_TEMPLATE ? "name = a\ntemplate = b\n"
		    : s == CONF_S_MENU	      ? "items = b\n[boot_server b]\n"
					      : "",
		    s == CONF_S_MENU || s == CONF_S_BOOT_SERVER
			? "type = 1\nfile = f\n"
			: "");
		conf_free(try_good(text));
	}
}
END_TEST

START_TEST(subnet_with_everything)
{
	struct conf *c = try_good("[subnet 192.0.2.0/24]\n"
				  "pool = 192.0.2.20 - 192.0.2.30, 192.0.2.7\n"
				  "interface = eth0\nbootp_pool = yes\n"
				  "file = pxelinux.0\nlease_time = infinite\n"
				  "next_server = 192.0.2.1\n"
				  "server_id = 192.0.2.2\nsname = \"srv\"\n");
	const struct conf_subnet *s = &c->subnet[0];

	ck_assert_uint_eq(s->net.v, 0xc0000200);
	ck_assert_uint_eq(s->mask.v, 0xffffff00);
	ck_assert_uint_eq(s->prefix, 24);
	ck_assert_str_eq(s->interface, "eth0");
	ck_assert(s->bootp_pool);
	ck_assert_uint_eq(s->line, 1);
	/* ascending */
	ck_assert_uint_eq(s->npool, 2);
	ck_assert_uint_eq(s->pool[0].first.v, 0xc0000207);
	ck_assert_uint_eq(s->pool[0].last.v, 0xc0000207);
	ck_assert_uint_eq(s->pool[1].first.v, 0xc0000214);
	ck_assert_uint_eq(s->pool[1].last.v, 0xc000021e);
	ck_assert_uint_eq(s->params.set, 31);
	ck_assert_uint_eq(s->params.lease_s, CONF_INFINITE);
	ck_assert_str_eq(s->params.file, "pxelinux.0");
	ck_assert_str_eq(s->params.sname, "srv");
	ck_assert_uint_eq(s->params.next_server.v, 0xc0000201);
	ck_assert_uint_eq(s->params.server_id.v, 0xc0000202);
	conf_free(c);
}
END_TEST

START_TEST(class_with_everything)
{
	struct conf *c = try_good("[class c]\nvendor_class = \"PXEClient\", x\n"
				  "arch = x64-uefi, 11\nuser_class = iPXE\n"
				  "file = a\n[class d]\narch = bios\n");
	const struct conf_class *k = &c->class[0];

	ck_assert_uint_eq(c->nclass, 2);
	ck_assert_str_eq(k->name, "c");
	ck_assert_uint_eq(k->nvendor_class, 2);
	ck_assert_str_eq(k->vendor_class[0], "PXEClient");
	ck_assert_uint_eq(k->narch, 3);
	ck_assert_uint_eq(k->arch[0], 7);
	ck_assert_uint_eq(k->arch[1], 9);
	ck_assert_uint_eq(k->arch[2], 11);
	ck_assert_uint_eq(k->nuser_class, 1);
	ck_assert_str_eq(k->params.file, "a");
	ck_assert_str_eq(c->class[1].name, "d");
	conf_free(c);
}
END_TEST

START_TEST(class_that_looks_at_any_option)
{
	struct conf *c =
	    try_good("[class a]\nuuid = 00112233-4455-6677-8899-aabbccddeeff\n"
		     "chaddr = 00:54:55\nchaddr += 0x02\n"
		     "circuit_id = \"eth0\", 10.0.0.1\nremote_id = 00:2a\n"
		     "match.host-name = pc1\nmatch.12 += \"pc2\"\n"
		     "begins.82.9 = 00:01, 0x02\nmatch.175 = *\ndeny = yes\n");
	const struct conf_class *k = &c->class[0];

	ck_assert_uint_eq(k->nuuid, 2);
	ck_assert_uint_eq(k->uuid[0].len, 17);
	ck_assert_mem_eq(k->uuid[0].data,
	    "\x00\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99", 11);
	ck_assert_mem_eq(k->uuid[1].data,
	    "\x00\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99", 11);
	ck_assert_uint_eq(k->nchaddr, 2);
	ck_assert_mem_eq(k->chaddr[0].data, "\x00\x54\x55", 3);
	ck_assert_uint_eq(k->chaddr[1].len, 1);
	ck_assert_uint_eq(k->ncircuit_id, 2);
	ck_assert_mem_eq(k->circuit_id[1].data, "\x0a\x00\x00\x01", 4);
	ck_assert_uint_eq(k->remote_id[0].len, 2);
	ck_assert_uint_eq(k->nmatch, 3);
	ck_assert_uint_eq(k->match[0].code, 12);
	ck_assert_uint_eq(k->match[0].nvalue, 2);
	ck_assert_mem_eq(k->match[0].value[1].data, "pc2", 3);
	ck_assert(k->match[1].begins && k->match[1].code == 82);
	ck_assert_uint_eq(k->match[1].sub, 9);
	ck_assert_uint_eq(k->match[2].nvalue, 0);
	ck_assert(k->deny);
	conf_free(c);
}
END_TEST

START_TEST(relays_are_addresses_and_networks)
{
	struct conf *c = try_good("[dhcpd]\nrelays = 10.0.1.0/24, 10.0.0.0/24\n"
				  "relays += 192.168.1.1, 10.0.1.7\n");
	const struct conf_dhcpd *d = &c->dhcpd;
	static const struct {
		uint32_t a;
		bool in;
	} t[] = {{0x09ffffff, false}, {0x0a000000, true}, {0x0a0001ff, true},
	    {0x0a000200, false}, {0xc0a80100, false}, {0xc0a80101, true},
	    {0xc0a80102, false}, {UINT32_MAX, false}};

	ck_assert_uint_eq(d->nrelays, 2); /* joined */
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++)
		ck_assert_msg(conf_in_ranges(d->relays, d->nrelays,
				  (struct ip4){t[i].a}) == t[i].in,
		    "%08x", t[i].a);
	ck_assert(!conf_in_ranges(NULL, 0, (struct ip4){0}));
	conf_free(c);
	c = try_good("[dhcpd]\nrelays = 1.2.3.4, 0.0.0.0/0\n");
	ck_assert_uint_eq(c->dhcpd.nrelays, 1);
	ck_assert(conf_in_ranges(c->dhcpd.relays, 1, (struct ip4){UINT32_MAX}));
	conf_free(c);
	try_bad_key("[dhcpd]", "relays = 10.0.0.1, here",
	    "\"here\" is not an address; write 192.0.2.1, or 192.0.2.0/24 for "
	    "a network");
}
END_TEST

START_TEST(what_a_class_looks_at_is_checked)
{
	try_bad_key("[class a]", "match.82.0 = 1",
	    "\"0\" is not a sub-option; write its number as match.82.1");
	try_bad_key("[class a]", "match.host-nam = x",
	    "there is no such option; write its number as match.82, or did "
	    "you mean host-name");
	try_bad_key("[class a]", "match.175 = *, 00:01",
	    "* stands for any value; leave the others out");
	try_bad_key("[class a]", "begins.175 = *",
	    "every value begins with nothing; write match. with *");
	try_bad_key("[class a]", "match.175 = abc",
	    "\"abc\" is neither text in quotes nor bytes; write \"text\", "
	    "00:2a or 0x2a, or an address");
	try_bad_key("[class a]", "uuid = 4c4c4544",
	    "\"4c4c4544\" is not a UUID; write it as "
	    "4c4c4544-0042-3510-8054-b4c04f564231");
	try_bad_key("[class a]", "chaddr = 00:5",
	    "\"00:5\" is not the beginning of a hardware address; write 1 to "
	    "16 bytes as 00:54:55");
	try_bad("[host a]\nchaddr = 02:00:00:00:00:01\nmatch.12 = \"a\"\n",
	    "t:3: host a: match.12: the key does not stand here; write it in "
	    "[class]\n");
	try_bad("[class a]\nmatch.12 = \"a\"\nmatch.host-name = \"b\"\n",
	    "t:3: class a: match.host-name: the key is there already, in line "
	    "2; write += to add to it\n");
}
END_TEST

START_TEST(host_with_everything)
{
	struct conf *c = try_good(
	    "[subnet 192.0.2.0/24]\n[subnet 198.51.100.0/24]\n[host pc1]\n"
	    "chaddr = 00:54:55:56:67:68, 6/01:02\n"
	    "client_id = 01:00:54:55:56:67:68\n"
	    "yiaddr = 192.0.2.7, 198.51.100.7\nhostname = \"first\"\n"
	    "deny = yes\noption.135 = \"x\"\n[host pc2]\nclient_id = \"me\"\n");
	const struct conf_host *h = &c->host[0];

	ck_assert_str_eq(h->name, "pc1");
	ck_assert_uint_eq(h->nchaddr, 2);
	ck_assert_uint_eq(h->chaddr[0].htype, 1);
	ck_assert_uint_eq(h->chaddr[0].hlen, 6);
	ck_assert_mem_eq(h->chaddr[0].addr, "\0TUVgh", 6);
	ck_assert_uint_eq(h->chaddr[1].htype, 6);
	ck_assert_uint_eq(h->chaddr[1].hlen, 2);
	ck_assert_uint_eq(h->client_id_len, 7);
	ck_assert_mem_eq(h->client_id, "\1\0TUVgh", 7);
	ck_assert_uint_eq(h->nyiaddr, 2);
	ck_assert_str_eq(h->hostname, "first");
	ck_assert(h->deny);
	ck_assert_ptr_nonnull(h->params);
	ck_assert_uint_eq(h->params->nopt, 1);
	ck_assert_ptr_null(c->host[1].params);
	ck_assert_uint_eq(c->host[1].client_id_len, 2);
	ck_assert(!c->host[1].deny);
	conf_free(c);
}
END_TEST

START_TEST(mtftp_with_everything)
{
	struct conf *c = try_good(
	    "[mtftp a/b.X]\nmtftp_ip = 239.255.1.1\n"
	    "[mtftpd]\nmtftp_sport = 2000\nport_order = network\nttl = 4\n"
	    "[mtftp long]\nfile = \"some/long name\"\nmtftp_ip = 239.255.1.2\n"
	    "mtftp_cport = 3001\nmtftp_sport = 2001\nmtftp_tmout = 5\n"
	    "mtftp_delay = 10s\nblksize = 1408\n");
	const struct conf_mtftp *m = c->mtftp;

	ck_assert_uint_eq(c->nmtftp, 2);
	ck_assert_str_eq(m[0].file, "a/b.X");
	ck_assert_uint_eq(m[0].mtftp_cport, 1758);
	/* that of [mtftpd], though it stands behind */
	ck_assert_uint_eq(m[0].mtftp_sport, 2000);
	ck_assert_uint_eq(m[0].mtftp_tmout, 2);
	ck_assert_uint_eq(m[0].mtftp_delay, 3);
	ck_assert_uint_eq(m[0].blksize, 512);
	ck_assert_str_eq(m[1].file, "some/long name");
	ck_assert_uint_eq(m[1].mtftp_ip.v, 0xefff0102);
	ck_assert_uint_eq(m[1].mtftp_cport, 3001);
	ck_assert_uint_eq(m[1].mtftp_sport, 2001);
	ck_assert_uint_eq(m[1].mtftp_tmout, 5);
	ck_assert_uint_eq(m[1].mtftp_delay, 10);
	ck_assert_uint_eq(m[1].blksize, 1408);
	ck_assert_int_eq(c->mtftpd.port_order, CONF_PORTS_NETWORK);
	ck_assert_ptr_eq(conf_mtftp_by_file(c, "a/b.X"), &m[0]);
	ck_assert_ptr_eq(conf_mtftp_by_file(c, "some/long name"), &m[1]);
	ck_assert_ptr_null(conf_mtftp_by_file(c, "long"));
	conf_free(c);
}
END_TEST

START_TEST(options_ascend_and_know_their_names)
{
	struct conf *c = try_good("[global]\noption.135 = \"bpbscript\"\n"
				  "option.routers = 10.0.0.1\n"
				  "option.domain-name = \"company.com\"\n");
	const struct conf_params *p = &c->params;

	ck_assert_uint_eq(p->nopt, 3);
	ck_assert_uint_eq(p->opt[0].code, 3);
	ck_assert_uint_eq(p->opt[1].code, 15);
	ck_assert_uint_eq(p->opt[2].code, 135);
	ck_assert_uint_eq(p->opt[2].len, 9);
	ck_assert_mem_eq(p->opt[2].data, "bpbscript", 9);
	ck_assert_ptr_eq(conf_params_opt(p, 15), &p->opt[1]);
	ck_assert_ptr_null(conf_params_opt(p, 1));
	conf_free(c);
}
END_TEST

START_TEST(an_option_may_exceed_255_bytes_but_not_43)
{
	char text[2000] = "[global]\noption.200 = 00:01\n";
	struct conf *c;

	for (int i = 0; i < 20; i++)
		strcat(text, "option.200 += 00:01:02:03:04:05:06:07:08:09:0a:"
			     "0b:0c:0d:0e:0f:10:11:12:13\n");
	c = try_good(text);
	ck_assert_uint_eq(conf_params_opt(&c->params, 200)->len, 402);
	ck_assert_mem_eq(
	    conf_params_opt(&c->params, 200)->data, "\0\1\0\1\2", 5);
	conf_free(c);
	for (char *p = text; (p = strstr(p, "200")) != NULL;)
		memcpy(p, "43 ", 3);
	ck_assert_ptr_null(
	    conf_parse_text("t", text, strlen(text), NULL, NULL));
}
END_TEST

START_TEST(options_inside_option_43_are_put_together)
{
	static const uint8_t want[] = {
	    241, 8, 10, 0, 0, 1, 10, 0, 0, 2, 6, 1, 8, 1, 3, 'a', 'b', 'c'};
	struct conf *c = try_good(
	    "[class a]\narch = bios\noption.43.241 = 10.0.0.1, 10.0.0.2\n"
	    "option.43.6 = 0x08\n"
	    "option.vendor-encapsulated-options.1 = \"abc\"\n"
	    "[class b]\narch = 7\noption.43 = 06:01:08\n");
	const struct conf_opt *o = conf_params_opt(&c->class[0].params, 43);

	ck_assert_uint_eq(o->len, sizeof want);
	ck_assert_mem_eq(o->data, want, sizeof want);
	ck_assert_uint_eq(conf_params_opt(&c->class[1].params, 43)->len, 3);
	conf_free(c);
	try_bad("[global]\noption.43.1 = 00:01\noption.43.1 = 00:02\n"
		"option.43.1 += 00:02\noption.43 = 01:00\noption.43 += 01:00\n"
		"option.43.255 = 00:01\noption.43.x = 00:01\n"
		"[dhcpd]\noption.43.1 = 00:01\n",
	    "t:3: global: option.43.1: option 43.1 is there already; leave one "
	    "out\n"
	    "t:4: global: option.43.1: the option has one value; += cannot "
	    "add\n"
	    "t:5: global: option.43: option 43 is there already, in line 2; "
	    "leave one out\n"
	    "t:6: global: option.43: option 43 is there already, in line 2; "
	    "leave one out\n"
	    "t:7: global: option.43.255: \"255\" is not an option inside "
	    "option 43; write its number as option.43.1\n"
	    "t:8: global: option.43.x: \"x\" is not an option inside option "
	    "43; write its number as option.43.1\n"
	    "t:10: dhcpd: option.43.1: DHCP options do not stand here; write "
	    "it in [global], [subnet], [class] or [host]\n");
	try_bad("[global]\noption.43 = 01:00\noption.43.1 = 00:01\n",
	    "t:3: global: option.43.1: option 43 is there already, in line 2; "
	    "leave one out\n");
}
END_TEST

START_TEST(lookups_find_each_host_by_each_of_its_names)
{
	static char text[400000];
	size_t n = 0;
	struct conf *c;

	n += (size_t)sprintf(text, "[subnet 10.0.0.0/8]\n");
	for (unsigned int i = 1; i <= 2000; i++)
		n += (size_t)sprintf(text + n,
		    "[host h%u]\nchaddr = 02:00:00:00:%02x:%02x, "
		    "04:00:00:00:%02x:%02x\nclient_id = 00:%02x:%02x\n"
		    "yiaddr = 10.0.%u.%u\n",
		    i, i >> 8, i & 255, i >> 8, i & 255, i >> 8, i & 255,
		    i >> 8, i & 255);
	c = try_good(text);
	ck_assert_uint_eq(c->nhost, 2000);
	for (unsigned int i = 1; i <= 2001; i++) {
		uint8_t mac[6] = {2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i};
		const struct conf_host *h = i <= 2000 ? &c->host[i - 1] : NULL;

		ck_assert_ptr_eq(conf_host_by_chaddr(c, 1, mac, 6), h);
		ck_assert_ptr_null(conf_host_by_chaddr(c, 6, mac, 6));
		ck_assert_ptr_null(conf_host_by_chaddr(c, 1, mac, 5));
		mac[0] = 4;
		ck_assert_ptr_eq(conf_host_by_chaddr(c, 1, mac, 6), h);
		mac[3] = 0;
		ck_assert_ptr_eq(conf_host_by_client_id(c, mac + 3, 3), h);
		ck_assert_ptr_eq(
		    conf_host_by_yiaddr(c, (struct ip4){0x0a000000 + i}), h);
	}
	conf_free(c);
}
END_TEST

START_TEST(a_hundred_thousand_hosts_are_no_matter)
{
	enum {
		HOSTS = 100000,
		LINE = 96
	};
	char *text = malloc((HOSTS + 1) * LINE);
	size_t n = 0;
	clock_t start;
	struct conf *c;

	ck_assert_ptr_nonnull(text);
	n += (size_t)sprintf(text, "[subnet 10.0.0.0/8]\n");
	for (unsigned int i = 1; i <= HOSTS; i++)
		n += (size_t)sprintf(text + n,
		    "[host h%u]\nchaddr = 02:00:00:%02x:%02x:%02x\n"
		    "yiaddr = 10.%u.%u.%u\n",
		    i, i >> 16, i >> 8 & 255, i & 255, i >> 16, i >> 8 & 255,
		    i & 255);
	start = clock();
	c = conf_parse_text("t", text, n, NULL, NULL);
	/* a tenth of it as a rule; only what is quadratic needs more */
	ck_assert_double_lt((double)(clock() - start) / CLOCKS_PER_SEC, 5.0);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->nhost, HOSTS);
	conf_free(c);
	free(text);
}
END_TEST

START_TEST(subnets_are_found_at_their_edges)
{
	struct conf *c = try_good("[subnet 10.2.0.0/16]\n[subnet 10.0.0.0/16]\n"
				  "[subnet 192.0.2.128/25]\n");
	static const struct {
		uint32_t a, net;
	} t[] = {{0x09ffffff, 0}, {0x0a000000, 0x0a000000},
	    {0x0a00ffff, 0x0a000000}, {0x0a010000, 0}, {0x0a020000, 0x0a020000},
	    {0x0a02ffff, 0x0a020000}, {0x0a030000, 0}, {0xc000027f, 0},
	    {0xc0000280, 0xc0000280}, {0xffffffff, 0}};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		const struct conf_subnet *s =
		    conf_subnet_of(c, (struct ip4){t[i].a});

		ck_assert_uint_eq(s ? s->net.v : 0, t[i].net);
	}
	conf_free(c);
}
END_TEST

START_TEST(a_subnet_is_found_by_its_interface)
{
	struct conf *c = try_good("[subnet 10.3.0.0/24]\ninterface = eth1\n"
				  "[subnet 10.2.0.0/24]\n"
				  "[subnet 10.1.0.0/24]\ninterface = eth1\n"
				  "[subnet 10.0.0.0/24]\ninterface = eth0.7\n");

	ck_assert_ptr_eq(conf_subnet_on(c, "eth1"), &c->subnet[1]);
	ck_assert_ptr_eq(conf_subnet_on(c, "eth0.7"), &c->subnet[0]);
	ck_assert_ptr_null(conf_subnet_on(c, "eth0"));
	ck_assert_ptr_null(conf_subnet_on(c, "wlan0"));
	conf_free(c);
	c = try_good("[subnet 10.3.0.0/24]\n");
	ck_assert_ptr_null(conf_subnet_on(c, "eth1"));
	conf_free(c);
}
END_TEST

START_TEST(unknown_words_get_the_nearest_one)
{
	try_bad("[globl]\nx = y\n",
	    "t:1: globl: there is no section [globl]; did you mean "
	    "[global]?\n");
	try_bad_key("[global]", "lease_tme = 3",
	    "there is no such key; did "
	    "you mean lease_time?");
	try_bad_key("[global]", "next-server = 3",
	    "there is no such key; did you mean next_server?");
	try_bad_key("[global]", "filename = 3",
	    "there is no such key; did you mean file?");
	try_bad_key("[global]", "routers = 3",
	    "there is no such key; did you mean option.routers?");
	try_bad_key("[global]", "xyzzy = 3",
	    "there is no such key; see remoteboot.conf(5), and write DHCP "
	    "options as option.NAME");
	try_bad_key("[tftpd]", "xyzzy = 3",
	    "there is no such key; see remoteboot.conf(5)");
	try_bad_key("[global]", "lease_file = 3",
	    "the key does not stand here; write it in [dhcpd]");
	try_bad_key("[subnet 10.0.0.0/8]", "interfaces = eth0",
	    "the key does not stand here; write it in [dhcpd], or did you "
	    "mean interface?");
	try_bad_key("[global]", "option.router = x",
	    "\"x\" is not an IPv4 address; write it as 192.0.2.1");
	try_bad_key("[global]", "option.roters = x",
	    "there is no such option; did you mean option.routers?");
	try_bad_key("[global]", "option.option-135 = x",
	    "there is no such option; did you mean option.135?");
	try_bad_key("[global]", "option.xyzzy = x",
	    "there is no such option; write its number as option.135");
	try_bad_key("[tftpd]", "option.routers = 10.0.0.1",
	    "DHCP options do not stand here; write it in [global], [subnet], "
	    "[class] or [host]");
}
END_TEST

START_TEST(keys_and_options_stand_once)
{
	try_bad("[dhcpd]\nport = 1\nport = 2\ninterfaces = a\ninterfaces = b\n",
	    "t:3: dhcpd: port: the key is there already, in line 2; leave one "
	    "out\n"
	    "t:5: dhcpd: interfaces: the key is there already, in line 4; "
	    "write += to add to it\n");
	try_bad("[global]\noption.3 = 10.0.0.1\noption.routers = 10.0.0.2\n",
	    "t:3: global: option.routers: option 3 is there already, in line "
	    "2; leave one out\n");
	/* in another section they may stand again */
	conf_free(try_good("[global]\nfile = a\noption.3 = 10.0.0.1\n"
			   "[subnet 10.0.0.0/8]\nfile = b\n"
			   "option.3 = 10.0.0.2\n"));
}
END_TEST

START_TEST(options_that_dhcpd_computes_name_the_key)
{
	try_bad_key("[global]", "option.51 = 3",
	    "option 51 (dhcp-lease-time) cannot be set; write lease_time = "
	    "...");
	try_bad_key("[global]", "option.dhcp-server-identifier = 10.0.0.1",
	    "option 54 (dhcp-server-identifier) cannot be set; write "
	    "server_id = ...");
	try_bad_key("[global]", "option.255 = 00",
	    "option 255 (end) cannot be set; dhcpd ends the options by "
	    "itself");
	try_bad_key("[global]", "option.256 = 00:00",
	    "there is no such option; write its number as option.135");
}
END_TEST

START_TEST(values_that_are_none_say_what_would_be)
{
	static const char *const bad[][3] = {
	    {"[dhcpd]", "authoritative = true",
		"\"true\" is neither yes nor no; write one of them"},
	    {"[dhcpd]", "port = 65536",
		"\"65536\" is not such a number; write one from 0 to 65535"},
	    {"[dhcpd]", "port =", "the value is empty; write one behind ="},
	    {"[tftpd]", "rollover = 2",
		"\"2\" is no block number that follows 65535; write 0, 1 or "
		"none"},
	    {"[tftpd]", "max_blksize = 7",
		"\"7\" is not such a size; write a number of bytes from 8 to "
		"65464"},
	    {"[tftpd]", "listen = *",
		"\"*\" is not an IPv4 or IPv6 address; write :: for all, "
		"192.0.2.1, 192.0.2.1:69 or [2001:db8::1]:69"},
	    {"[dhcpd]", "idle_time = 367d",
		"\"367d\" is out of range; write 0s to 366d"},
	    {"[dhcpd]",
		"port = \xc3\xa4\x9b"
		"8",
		"\"\\xc3\\xa4\\x9b8\" is not such a number; write one from 0 "
		"to 65535"},
	    {"[tftpd]", "timeout = infinite",
		"this duration cannot be infinite; at most 255s"},
	    {"[tftpd]", "timeout = 1ms",
		"\"1ms\" is out of range; write 10ms to 255s"},
	    {"[dhcpd]", "offer_time = 1500ms",
		"\"1500ms\" is not in whole seconds; round it"},
	    {"[global]", "lease_time = -1",
		"\"-1\" is not a duration; write it as 30s, 10m, 12h or 7d, "
		"or infinite"},
	    {"[global]", "lease_time = 0",
		"\"0\" is out of range; write 1s to 4294967294s, or infinite"},
	    {"[global]", "lease_time = 4294967295",
		"\"4294967295\" is out of range; write 1s to 4294967294s, or "
		"infinite"},
	    {"[global]", "next_server = boot.example",
		"\"boot.example\" is not an IPv4 address; write it as "
		"192.0.2.1"},
	    {"[global]", "next_server = 239.0.0.1",
		"239.0.0.1 is not the address of a machine; write that of a "
		"server"},
	    {"[global]", "server_id = 0.0.0.0",
		"0.0.0.0 is not the address of a machine; write that of a "
		"server"},
	    {"[global]", "file = a b",
		"\"a b\" has blanks; put the text in quotes"},
	    {"[global]", "file = \"\"", "the text is empty; leave the key out"},
	    {"[global]", "file = \"a\\x00b\"",
		"control character \\x00 in the text; only options take any "
		"bytes"},
	    {"[global]", "file = ../etc/passwd",
		"\"..\" leads out of the boot tree; name a file below it"},
	    {"[global]", "tftp_root = tftpboot",
		"\"tftpboot\" is not an absolute path; begin it with /"},
	    {"[dhcpd]", "user = \"a:b\"",
		"\"a:b\" is not the name of a user; write one of passwd(5)"},
	    {"[dhcpd]", "interfaces = eth0, 0123456789abcdef",
		"\"0123456789abcdef\" is not the name of an interface; write "
		"it as \"ip link\" shows it, without @"},
	    {"[mtftpd]", "port_order = big",
		"\"big\" is no byte order; write little (Intel's, 1758 is de "
		"06) or network"},
	    {"[subnet 10.0.0.0/8]", "pool = 10.0.0.1 to 10.0.0.9",
		"\"10.0.0.1 to 10.0.0.9\" is not a range; write it as "
		"192.0.2.100 - 192.0.2.199"},
	    {"[subnet 10.0.0.0/8]", "pool = 10.0.0.9 - 10.0.0.1",
		"10.0.0.9 - 10.0.0.1 begins behind its end; write the lower "
		"address first"},
	    {"[class a]", "arch = x64-efi",
		"\"x64-efi\" is not an architecture; write a number or a name "
		"such as x64-uefi"},
	    {"[host a]", "chaddr = 0:1:2:3:4:5",
		"\"0:1:2:3:4:5\" is not a hardware address; write six bytes "
		"as 00:54:55:56:67:68 (HTYPE/BYTES when it is not ethernet)"},
	    {"[host a]", "client_id = me",
		"\"me\" is not a client identifier; write its bytes as "
		"01:00:54:55:56:67:68, or text in quotes"},
	    {"[mtftp a]", "mtftp_ip = 192.0.2.1",
		"\"192.0.2.1\" is not a multicast address; write one from "
		"224.0.0.0 to 239.255.255.255, best 239.255.x.x"},
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		try_bad_key(bad[i][0], bad[i][1], bad[i][2]);
}
END_TEST

START_TEST(a_url_is_a_boot_file_too)
{
	struct conf *c = try_good("[global]\nfile = \"http://a/b/../c.efi\"\n");

	ck_assert_str_eq(c->params.file, "http://a/b/../c.efi");
	conf_free(c);
}
END_TEST

START_TEST(text_fits_the_field_of_the_message)
{
	char text[300] = "[global]\nfile = \"";
	size_t n = strlen(text);

	memset(text + n, 'a', 127);
	strcpy(text + n + 127, "\"\n");
	conf_free(try_good(text));
	strcpy(text + n + 127, "a\"\n");
	try_bad(text,
	    "t:2: global: file: the name has 128 bytes, the file field takes "
	    "127; shorten it, or use option.bootfile-name\n");
}
END_TEST

START_TEST(section_names_are_checked)
{
	try_bad("[host]\n[global x]\n[subnet 10.0.0.0]\n[subnet 10.1.0.0/8]\n"
		"[subnet 0.0.0.0/0]\n[mtftp /a]\nmtftp_ip = 239.1.1.1\n",
	    "t:1: host: it has no name; write [host NAME]\n"
	    "t:2: global x: it takes no name; write [global]\n"
	    "t:3: subnet 10.0.0.0: \"10.0.0.0\" is not a network; write "
	    "[subnet 192.0.2.0/24]\n"
	    "t:4: subnet 10.1.0.0/8: the address lies inside the network; "
	    "write [subnet 10.0.0.0/8]\n"
	    "t:5: subnet 0.0.0.0/0: \"0.0.0.0/0\" is not a network; write "
	    "[subnet 192.0.2.0/24]\n"
	    "t:6: mtftp /a: the path begins with \"/\"; write it below "
	    "tftp_root, as in \"images/pc.img\"\n");
	/* what is meant is clear: no error for its host */
	try_bad("[subnet 10.0.0.9/8]\n[host a]\nyiaddr = 10.0.0.1\n"
		"chaddr = 00:00:00:00:00:01\n",
	    "t:1: subnet 10.0.0.9/8: the address lies inside the network; "
	    "write [subnet 10.0.0.0/8]\n");
	try_bad("[subnet 224.0.0.0/4]\n",
	    "t:1: subnet 224.0.0.0/4: \"224.0.0.0/4\" is not a network; write "
	    "[subnet 192.0.2.0/24]\n");
	try_bad("port = 3\n",
	    "t:1: port: the key stands in no section; write [dhcpd] or "
	    "[tftpd] above it\n");
	try_bad("xyzzy = 3\n",
	    "t:1: xyzzy: the key stands in no section; write [global] above "
	    "it\n");
	try_bad("[host a/b]\nchaddr = 00:00:00:00:00:01\n",
	    "t:1: host a/b: \"a/b\" is not a host name; write letters, "
	    "digits, \"-\" and \".\"\n");
}
END_TEST

START_TEST(errors_may_be_ignored_and_need_no_function)
{
	ck_assert_ptr_null(conf_parse_text("t", "x", 1, NULL, NULL));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {defaults_need_no_file,
	    every_default_is_what_its_reader_takes, subnet_with_everything,
	    class_with_everything, class_that_looks_at_any_option,
	    what_a_class_looks_at_is_checked, relays_are_addresses_and_networks,
	    host_with_everything, mtftp_with_everything,
	    options_ascend_and_know_their_names,
	    an_option_may_exceed_255_bytes_but_not_43,
	    options_inside_option_43_are_put_together,
	    lookups_find_each_host_by_each_of_its_names,
	    a_hundred_thousand_hosts_are_no_matter,
	    subnets_are_found_at_their_edges,
	    a_subnet_is_found_by_its_interface,
	    unknown_words_get_the_nearest_one, keys_and_options_stand_once,
	    options_that_dhcpd_computes_name_the_key,
	    values_that_are_none_say_what_would_be, a_url_is_a_boot_file_too,
	    text_fits_the_field_of_the_message, section_names_are_checked,
	    errors_may_be_ignored_and_need_no_function, NULL};

	return unit_main("conf", tests);
}
