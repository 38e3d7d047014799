/*
 * test_conf_check.c - what is wrong with a configuration as a whole.
 * SPDX-License-Identifier: ISC
 */
#include "conf_try.h"

#define HOST(name, last) "[host " name "]\nchaddr = 02:00:00:00:00:" last "\n"

START_TEST(errors_come_in_the_order_of_the_lines)
{
	try_bad(HOST("a", "01") "yiaddr = 10.0.0.1\n[dhcpd]\nport = x\n"
				"[tftpd]\nport = 4011\n[mtftpd]\nttl = 0\n",
	    "t:3: host a: yiaddr: 10.0.0.1 is in no subnet; write a [subnet "
	    "A.B.C.D/N] for it\n"
	    "t:5: dhcpd: port: \"x\" is not such a number; write one from 0 "
	    "to 65535\n"
	    "t:7: tftpd: port: the port is also pxe_port of [dhcpd], which is "
	    "the default; change one of them\n"
	    "t:9: mtftpd: ttl: \"0\" is not such a number; write one from 1 "
	    "to 255\n");
}
END_TEST

START_TEST(subnets_do_not_overlap)
{
	try_bad("[subnet 10.1.0.0/16]\n[subnet 10.0.0.0/8]\n"
		"[subnet 10.1.0.0/16]\n[subnet 11.0.0.0/8]\n"
		"[subnet 10.2.3.0/24]\n",
	    "t:2: subnet 10.0.0.0/8: it overlaps [subnet 10.1.0.0/16] of line "
	    "1; every address has one subnet\n"
	    "t:3: subnet 10.1.0.0/16: it overlaps [subnet 10.0.0.0/8] of line "
	    "2; every address has one subnet\n"
	    "t:5: subnet 10.2.3.0/24: it overlaps [subnet 10.0.0.0/8] of line "
	    "2; every address has one subnet\n");
	try_bad("[subnet 10.1.0.0/16]\n[subnet 10.1.0.0/16]\n",
	    "t:2: subnet 10.1.0.0/16: the section is there already, in line "
	    "1; put its keys together\n");
	conf_free(try_good("[subnet 10.1.0.0/16]\n[subnet 10.0.0.0/16]\n"
			   "[subnet 10.2.0.0/16]\n"));
}
END_TEST

START_TEST(pools_lie_inside_their_subnet)
{
	try_bad("[subnet 10.0.0.0/24]\npool = 10.0.0.250 - 10.0.1.3\n",
	    "t:2: subnet 10.0.0.0/24: pool: 10.0.0.250 - 10.0.1.3 is not "
	    "inside the subnet; choose addresses of it\n");
	try_bad("[subnet 10.0.0.0/24]\npool = 10.0.0.0 - 10.0.0.3\n",
	    "t:2: subnet 10.0.0.0/24: pool: 10.0.0.0 - 10.0.0.3 holds the "
	    "network or broadcast address; leave it out\n");
	try_bad("[subnet 10.0.0.0/24]\npool = 10.0.0.255\n",
	    "t:2: subnet 10.0.0.0/24: pool: 10.0.0.255 - 10.0.0.255 holds the "
	    "network or broadcast address; leave it out\n");
	conf_free(try_good("[subnet 10.0.0.0/31]\n"
			   "pool = 10.0.0.0 - 10.0.0.1\n")); /* RFC 3021 */
}
END_TEST

START_TEST(pools_do_not_overlap)
{
	try_bad("[subnet 10.0.0.0/24]\n"
		"pool = 10.0.0.5 - 10.0.0.9\npool += 10.0.0.1 - 10.0.0.5\n",
	    "t:2: subnet 10.0.0.0/24: pool: 10.0.0.5 - 10.0.0.9 overlaps the "
	    "range that begins with 10.0.0.1; an address stands in one "
	    "range\n");
}
END_TEST

START_TEST(subnets_of_one_wire_know_each_other)
{
	struct conf *c = try_good("[subnet 10.0.3.0/24]\nshared_network = b\n"
				  "[subnet 10.0.1.0/24]\nshared_network = a\n"
				  "interface = eth0\n"
				  "[subnet 10.0.2.0/24]\n"
				  "[subnet 10.0.4.0/24]\nshared_network = a\n"
				  "pool = 10.0.4.5\nbootp_pool = yes\n");

	ck_assert(conf_same_wire(&c->subnet[0], &c->subnet[3]));
	ck_assert(!conf_same_wire(&c->subnet[0], &c->subnet[1]));
	ck_assert(!conf_same_wire(&c->subnet[0], &c->subnet[2]));
	ck_assert(conf_same_wire(&c->subnet[1], &c->subnet[1]));
	ck_assert(!conf_same_wire(NULL, NULL));
	/* what one of them says is true for the wire */
	ck_assert(c->subnet[0].wire_pool && c->subnet[0].bootp_pool);
	ck_assert(!c->subnet[1].wire_pool && !c->subnet[2].wire_pool);
	ck_assert_str_eq(c->subnet[3].interface, "eth0");
	conf_free(c);
}
END_TEST

START_TEST(subnets_of_one_wire_do_not_contradict_each_other)
{
	try_bad("[subnet 10.0.1.0/24]\nshared_network = a\ninterface = eth0\n"
		"[subnet 10.0.2.0/24]\nshared_network = a\ninterface = eth1\n",
	    "t:6: subnet 10.0.2.0/24: interface: it shares its network with "
	    "[subnet 10.0.1.0/24], which is on eth0; write the same, or leave "
	    "one out\n");
	try_bad("[subnet 10.0.1.0/24]\nshared_network = a\npool = 10.0.1.5\n"
		"bootp_pool = yes\n"
		"[subnet 10.0.2.0/24]\nshared_network = a\npool = 10.0.2.5\n",
	    "t:7: subnet 10.0.2.0/24: bootp_pool: it is not that of [subnet "
	    "10.0.1.0/24], which shares its network; write the same for "
	    "both\n");
	try_bad("[subnet 10.0.1.0/24]\nshared_network = a\n"
		"[subnet 10.0.2.0/24]\nshared_network = a\nproxy = yes\n",
	    "t:4: subnet 10.0.2.0/24: proxy: it is not that of [subnet "
	    "10.0.1.0/24], which shares its network; write the same for "
	    "both\n");
}
END_TEST

START_TEST(a_pool_does_not_give_the_router_away)
{
	try_bad("[subnet 10.0.0.0/24]\npool = 10.0.0.1 - 10.0.0.9\n"
		"option.routers = 10.0.0.1, 10.0.0.254\n"
		"next_server = 10.0.0.9\n",
	    "t:2: subnet 10.0.0.0/24: pool: it holds 10.0.0.1, the subnet's "
	    "router; leave it out\n"
	    "t:2: subnet 10.0.0.0/24: pool: it holds 10.0.0.9, the subnet's "
	    "next_server; leave it out\n");
}
END_TEST

START_TEST(addresses_of_hosts_are_taken_out_of_the_pool)
{
	struct conf *c =
	    try_good("[subnet 10.0.0.0/24]\n"
		     "pool = 10.0.0.1 - 10.0.0.9, 10.0.0.20\n" HOST(
			 "a", "01") "yiaddr = 10.0.0.1\n" HOST("b",
			 "02") "yiaddr = 10.0.0.4\n" HOST("c",
			 "03") "yiaddr = 10.0.0.5\n" HOST("d",
			 "04") "yiaddr = 10.0.0.9\n" HOST("e",
			 "05") "yiaddr = 10.0.0.20\n" HOST("f",
			 "06") "yiaddr = 10.0.0.30\n");
	const struct conf_subnet *s = &c->subnet[0];

	ck_assert_uint_eq(s->npool, 2);
	ck_assert_uint_eq(s->pool[0].first.v, 0x0a000002);
	ck_assert_uint_eq(s->pool[0].last.v, 0x0a000003);
	ck_assert_uint_eq(s->pool[1].first.v, 0x0a000006);
	ck_assert_uint_eq(s->pool[1].last.v, 0x0a000008);
	conf_free(c);
}
END_TEST

START_TEST(a_pool_may_be_hosts_alone)
{
	struct conf *c = try_good("[subnet 255.255.255.252/30]\n"
				  "pool = 255.255.255.253\n" HOST(
				      "a", "01") "yiaddr = 255.255.255.253\n");

	ck_assert_uint_eq(c->subnet[0].npool, 0);
	conf_free(c);
	/* up to the last address there is */
	c = try_good("[subnet 255.255.255.254/31]\n"
		     "pool = 255.255.255.254 - 255.255.255.255\n" HOST(
			 "a", "01") "yiaddr = 255.255.255.255\n");
	ck_assert_uint_eq(c->subnet[0].npool, 1);
	ck_assert_uint_eq(c->subnet[0].pool[0].last.v, 0xfffffffe);
	conf_free(c);
}
END_TEST

START_TEST(pools_fit_max_leases)
{
	try_bad("[subnet 10.0.0.0/8]\npool = 10.0.0.1 - 10.1.0.1\n",
	    "t:2: subnet 10.0.0.0/8: pool: with it the pools hold 65537 "
	    "addresses; make them smaller, or raise max_leases of [dhcpd], "
	    "which is 65536\n");
	/* the first one that does not fit, not every one behind it */
	try_bad("[dhcpd]\nmax_leases = 3\n"
		"[subnet 10.0.0.0/24]\npool = 10.0.0.1 - 10.0.0.3\n"
		"[subnet 10.0.1.0/24]\npool = 10.0.1.1\n"
		"[subnet 10.0.2.0/24]\npool = 10.0.2.1\n",
	    "t:6: subnet 10.0.1.0/24: pool: with it the pools hold 4 "
	    "addresses; make them smaller, or raise max_leases of [dhcpd], "
	    "which is 3\n");
	conf_free(try_good("[dhcpd]\nmax_leases = 4\n[subnet 10.0.0.0/8]\n"
			   "pool = 10.0.0.1 - 10.0.0.4\n"));
}
END_TEST

START_TEST(a_host_has_its_address_in_a_subnet)
{
	try_bad(
	    "[subnet 10.0.0.0/24]\n" HOST("a", "01") "yiaddr = 10.0.1.1\n" HOST(
		"b", "02") "yiaddr = 10.0.0.0\n" HOST("c", "03") "yiaddr = "
								 "10.0.0.255\n",
	    "t:4: host a: yiaddr: 10.0.1.1 is in no subnet; write a [subnet "
	    "A.B.C.D/N] for it\n"
	    "t:7: host b: yiaddr: 10.0.0.0 is the network or broadcast "
	    "address of [subnet 10.0.0.0/24]; choose one between them\n"
	    "t:10: host c: yiaddr: 10.0.0.255 is the network or broadcast "
	    "address of [subnet 10.0.0.0/24]; choose one between them\n");
}
END_TEST

START_TEST(a_host_has_one_address_in_each_subnet)
{
	try_bad("[subnet 10.0.0.0/24]\n[subnet 10.0.1.0/24]\n" HOST(
		    "a", "01") "yiaddr = 10.0.0.1, 10.0.1.1, 10.0.0.2\n",
	    "t:5: host a: yiaddr: a second address in [subnet 10.0.0.0/24]; a "
	    "host has one in each subnet\n");
}
END_TEST

START_TEST(nothing_of_a_host_stands_twice)
{
	try_bad("[subnet 10.0.0.0/24]\n" HOST("a",
		    "01") "yiaddr = 10.0.0.1\nclient_id = 00:01\n" HOST("b",
		    "01") "yiaddr = 10.0.0.1\nclient_id = 00:01\n" HOST("a",
		    "02") "chaddr += 02:00:00:00:00:02\n",
	    "t:7: host b: chaddr: 02:00:00:00:00:01 is that of [host a], line "
	    "2; a client has one [host]\n"
	    "t:8: host b: yiaddr: 10.0.0.1 is that of [host a], line 2; a "
	    "client has one [host]\n"
	    "t:9: host b: client_id: the identifier is that of [host a], line "
	    "2; a client has one [host]\n"
	    "t:10: host a: the name is there already, in line 2; choose "
	    "another\n"
	    "t:11: host a: chaddr: 02:00:00:00:00:02 stands twice; leave one "
	    "out\n");
	/* another hardware type is another client */
	conf_free(try_good("[host a]\nchaddr = 02:00:00:00:00:01\n"
			   "[host b]\nchaddr = 6/02:00:00:00:00:01\n"));
}
END_TEST

START_TEST(names_of_classes_and_files_stand_once)
{
	try_bad("[class a]\narch = bios\n[class a]\narch = 7\n"
		"[mtftp x]\nmtftp_ip = 239.1.1.1\n"
		"[mtftp y]\nfile = x\nmtftp_ip = 239.1.1.2\n",
	    "t:3: class a: the name is there already, in line 1; choose "
	    "another\n"
	    "t:7: mtftp x: the name is there already, in line 5; choose "
	    "another\n");
}
END_TEST

START_TEST(files_have_groups_of_their_own)
{
	try_bad("[mtftp x]\nmtftp_ip = 239.1.1.1\n"
		"[mtftp y]\nmtftp_ip = 239.1.1.1\nmtftp_cport = 2000\n"
		"[mtftp z]\nmtftp_ip = 239.1.1.1\n",
	    "t:7: mtftp z: mtftp_ip: the group and port are those of \"x\", "
	    "line 1; "
	    "give it another mtftp_ip or mtftp_cport\n");
}
END_TEST

START_TEST(mtftp_fits_the_daemons)
{
	try_bad("[mtftp x]\nmtftp_ip = 239.1.1.1\nmtftp_sport = 69\n"
		"[mtftpd]\ntimeout = 5s\n",
	    "t:1: mtftp x: mtftp_delay: clients give up before mtftpd sends "
	    "again; make it longer than timeout of [mtftpd]\n"
	    "t:3: mtftp x: mtftp_sport: port 69 is that of another service; "
	    "choose a free one\n");
}
END_TEST

START_TEST(ports_do_not_clash)
{
	try_bad("[tftpd]\nport = 59\nlarge_port = 59\n",
	    "t:3: tftpd: large_port: the port is also port of [tftpd]; change "
	    "one of them\n");
	try_bad("[mtftpd]\nmtftp_sport = 67\n",
	    "t:2: mtftpd: mtftp_sport: the port is also port of [dhcpd], "
	    "which is the default; change one of them\n");
	try_bad("[tftpd]\nport = 0\n",
	    "t:2: tftpd: port: tftpd has no port at all: 0 here and in "
	    "large_port of [tftpd], which is the default; change one of "
	    "them\n");
	conf_free(try_good("[tftpd]\nport = 0\nlarge_port = 59\n"
			   "[dhcpd]\npxe_port = 0\n"));
}
END_TEST

START_TEST(one_port_needs_no_range)
{
	try_bad("[tftpd]\nport_range = 4000-4999\nsingle_port = yes\n",
	    "t:3: tftpd: single_port: no transfer has a port of its own with "
	    "port_range of [tftpd]; change one of them\n");
	conf_free(
	    try_good("[tftpd]\nport_range = 4000-4999\nsingle_port = no\n"));
}
END_TEST

START_TEST(bounds_leave_room)
{
	try_bad("[dhcpd]\nmin_lease_time = 2d\n",
	    "t:2: dhcpd: min_lease_time: no lease time is left between it and "
	    "max_lease_time of [dhcpd], which is the default; change one of "
	    "them\n");
	conf_free(try_good("[dhcpd]\nmin_lease_time = 1d\n"));
}
END_TEST

START_TEST(what_would_be_ignored_is_an_error)
{
	try_bad("[subnet 10.0.0.0/24]\nbootp_pool = yes\n",
	    "t:2: subnet 10.0.0.0/24: bootp_pool: there is no pool; write "
	    "pool = A - B, or no\n");
	try_bad("[dhcpd]\ninterfaces = eth0, eth0\n[subnet 10.0.0.0/24]\n"
		"interface = eth1\n",
	    "t:2: dhcpd: interfaces: eth0 stands twice; leave one out\n"
	    "t:4: subnet 10.0.0.0/24: interface: eth1 is not among the "
	    "interfaces of [dhcpd]; add it there\n");
	try_bad("[subnet 10.0.0.0/24]\noption.1 = 255.0.0.0\n",
	    "t:2: subnet 10.0.0.0/24: option.subnet-mask: it is not the mask "
	    "of the subnet; write 255.255.255.0, or leave it out\n");
	try_bad(HOST("a", "01") "hostname = b\noption.host-name = c\n",
	    "t:3: host a: hostname: it and option.host-name say the same; "
	    "leave "
	    "one out\n");
}
END_TEST

START_TEST(a_proxy_has_no_addresses_to_give)
{
	try_bad("[subnet 10.0.0.0/24]\nproxy = yes\npool = 10.0.0.9\n"
		"lease_time = 1h\noption.routers = 10.0.0.1\n"
		"option.135 = \"bpbscript\"\n" HOST(
		    "a", "01") "yiaddr = 10.0.0.1\n",
	    "t:3: subnet 10.0.0.0/24: pool: with proxy = yes another server "
	    "gives the addresses; leave one of them out\n"
	    "t:4: subnet 10.0.0.0/24: lease_time: with proxy = yes another "
	    "server gives the addresses; leave one of them out\n"
	    "t:5: subnet 10.0.0.0/24: with proxy = yes option 3 is another "
	    "server's to send; leave it out\n"
	    "t:9: host a: yiaddr: 10.0.0.1 lies in [subnet 10.0.0.0/24], where "
	    "another server gives the addresses (proxy); leave it out\n");
	try_bad_key("[subnet 10.0.0.0/24]", "proxy = on",
	    "\"on\" is neither yes nor no; write one of them");
	conf_free(try_good("[subnet 10.0.0.0/24]\nproxy = yes\n"
			   "option.175 = b0:01:01\n"
			   "option.loader-pathprefix = \"/pxe/\"\n"
			   "option.root-path = \"/nfs\"\n"));
	conf_free(try_good("[subnet 10.0.0.0/24]\nproxy = no\n"
			   "pool = 10.0.0.9\noption.routers = 10.0.0.1\n"));
}
END_TEST

START_TEST(servers_are_several_and_each_of_them_once)
{
	struct conf *c = try_good(
	    "[dhcpd]\nservers = 10.0.0.1, 10.0.0.2\nservers += 10.0.0.9\n"
	    "takeover_secs = 8s\n");

	ck_assert_uint_eq(c->dhcpd.nservers, 3);
	ck_assert_uint_eq(c->dhcpd.servers[2].v, 0x0a000009);
	ck_assert_uint_eq(c->dhcpd.takeover_s, 8);
	conf_free(c);
	c = try_good("[dhcpd]\n");
	ck_assert_uint_eq(c->dhcpd.nservers, 0);
	ck_assert_uint_eq(c->dhcpd.takeover_s, 5);
	conf_free(c);
	try_bad("[dhcpd]\nservers = 10.0.0.1\n",
	    "t:2: dhcpd: servers: one server has nobody to share with; name "
	    "the others too, or leave servers out\n");
	try_bad("[dhcpd]\nservers = 10.0.0.1\n[dhcpd]\nport = 67\n",
	    "t:2: dhcpd: servers: one server has nobody to share with; name "
	    "the others too, or leave servers out\n"
	    "t:3: dhcpd: the section is there already, in line 1; put its "
	    "keys together\n");
	try_bad("[dhcpd]\nservers = 10.0.0.1 10.0.0.2 10.0.0.1\n",
	    "t:2: dhcpd: servers: 10.0.0.1 is there twice; name each server "
	    "once, in the same order everywhere\n");
	try_bad("[dhcpd]\nservers = 10.0.0.1 b\n",
	    "t:2: dhcpd: servers: \"b\" is not an IPv4 address; write it as "
	    "192.0.2.7\n");
	try_bad("[dhcpd]\nservers = 1.0.0.1 1.0.0.2 1.0.0.3 1.0.0.4 1.0.0.5 "
		"1.0.0.6 1.0.0.7 1.0.0.8 1.0.0.9 2.0.0.1 2.0.0.2 2.0.0.3 "
		"2.0.0.4 2.0.0.5 2.0.0.6 2.0.0.7 2.0.0.8\n",
	    "t:2: dhcpd: servers: more than 16 servers; leave some out\n");
	try_bad("[dhcpd]\nreserve = 101\n",
	    "t:2: dhcpd: reserve: \"101\" is not such a number; write one "
	    "from 0 to 100\n");
	try_bad("[dhcpd]\ntakeover_secs = 0\n",
	    "t:2: dhcpd: takeover_secs: \"0\" is out of range; write 1s to "
	    "10m\n");
}
END_TEST

START_TEST(without_port_67_all_subnets_are_a_proxys)
{
	conf_free(try_good("[dhcpd]\nport = 0\n"
			   "[subnet 10.0.0.0/24]\nproxy = yes\n"));
	try_bad("[dhcpd]\nport = 0\npxe_port = 0\n"
		"[subnet 10.0.0.0/24]\nproxy = yes\n[subnet 10.1.0.0/24]\n",
	    "t:3: dhcpd: pxe_port: dhcpd has no port at all: 0 here and in "
	    "port "
	    "of [dhcpd]; change one of them\n"
	    "t:6: subnet 10.1.0.0/24: with port = 0 in [dhcpd] another server "
	    "gives the addresses; write proxy = yes\n");
}
END_TEST

static const char phones[] = "[class phone]\nchaddr = 00:04\n"
			     "[class pc]\narch = bios\n";

START_TEST(pools_of_a_class_or_of_known_clients_lie_in_subnets)
{
	char text[1024];
	struct conf *c;

	snprintf(text, sizeof text,
	    "%s[subnet 10.0.0.0/24]\npool = 10.0.0.10 - 10.0.0.19\n"
	    "shared_network = w\n"
	    "[subnet 10.1.0.0/24]\nshared_network = w\n[subnet 10.2.0.0/24]\n"
	    "[pool k]\nrange = 10.1.0.10 - 10.1.0.19\nclients = known\n"
	    "[pool p]\nrange = 10.0.0.20 - 10.0.0.29\nclass = phone, pc\n"
	    "range += 10.2.0.1\n"
	    "[pool u]\nrange = 10.2.0.9\nclients = unknown\nclass = pc\n",
	    phones);
	c = try_good(text);
	ck_assert_uint_eq(c->subnet[0].npool, 2);
	ck_assert(c->subnet[0].wire_pool && c->subnet[1].wire_pool);
	ck_assert(!c->subnet[2].wire_pool);
	ck_assert_uint_eq(c->subnet[1].nnamed, 2);
	ck_assert_uint_eq(conf_pool_of(c, &c->subnet[0], NULL, false), 0);
	ck_assert_uint_eq(conf_pool_of(c, &c->subnet[0], NULL, true), 1);
	ck_assert_uint_eq(
	    conf_pool_of(c, &c->subnet[1], &c->class[0], false), 2);
	ck_assert_uint_eq(
	    conf_pool_of(c, &c->subnet[1], &c->class[0], true), 1);
	ck_assert_uint_eq(
	    conf_pool_of(c, &c->subnet[2], &c->class[1], false), 2);
	ck_assert_uint_eq(conf_pool_of(c, &c->subnet[2], NULL, true), 0);
	ck_assert_uint_eq(conf_pool_of(c, NULL, &c->class[1], true), 0);
	conf_free(c);
}
END_TEST

START_TEST(pools_by_name_have_addresses_and_clients)
{
	try_bad("[pool a]\nclients = nobody\n",
	    "t:1: pool a: it has no addresses; write range = A - B\n"
	    "t:1: pool a: nothing says who gets its addresses; write class or "
	    "clients, or pool in the [subnet] for everybody\n"
	    "t:2: pool a: clients: \"nobody\" is nobody; write all, known "
	    "(with a [host]) or unknown\n");
	try_bad("[pool a]\nclass = x\nrange = 10.0.0.1\n",
	    "t:2: pool a: class: there is no [class x]; write one\n"
	    "t:3: pool a: range: 10.0.0.1 is in no subnet; write a [subnet "
	    "A.B.C.D/N] for it\n");
	try_bad("[subnet 10.0.0.0/24]\npool = 10.0.0.10 - 10.0.0.19\n"
		"[pool a]\nclients = known\n"
		"range = 10.0.0.19 - 10.0.0.20, 10.0.0.200 - 10.0.1.1\n",
	    "t:5: pool a: range: 10.0.0.19 - 10.0.0.20 overlaps the range that "
	    "begins with 10.0.0.10; an address stands in one range\n"
	    "t:5: pool a: range: 10.0.0.200 - 10.0.1.1 is not inside the "
	    "subnet; choose addresses of it\n");
	try_bad("[subnet 10.0.0.0/24]\nproxy = yes\n"
		"[pool a]\nclients = known\nrange = 10.0.0.19\n",
	    "t:5: pool a: range: 10.0.0.19 lies in [subnet 10.0.0.0/24], where "
	    "another server gives the addresses (proxy); leave it out\n");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {errors_come_in_the_order_of_the_lines,
	    subnets_do_not_overlap, pools_lie_inside_their_subnet,
	    pools_do_not_overlap, subnets_of_one_wire_know_each_other,
	    subnets_of_one_wire_do_not_contradict_each_other,
	    a_pool_does_not_give_the_router_away,
	    addresses_of_hosts_are_taken_out_of_the_pool,
	    a_pool_may_be_hosts_alone, pools_fit_max_leases,
	    a_host_has_its_address_in_a_subnet,
	    a_host_has_one_address_in_each_subnet,
	    nothing_of_a_host_stands_twice,
	    names_of_classes_and_files_stand_once,
	    files_have_groups_of_their_own, mtftp_fits_the_daemons,
	    ports_do_not_clash, one_port_needs_no_range, bounds_leave_room,
	    what_would_be_ignored_is_an_error, a_proxy_has_no_addresses_to_give,
	    servers_are_several_and_each_of_them_once,
	    without_port_67_all_subnets_are_a_proxys,
	    pools_of_a_class_or_of_known_clients_lie_in_subnets,
	    pools_by_name_have_addresses_and_clients, NULL};

	return unit_main("conf_check", tests);
}
