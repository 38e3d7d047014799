/*
 * conf_check_keys.c - keys of [dhcpd], [tftpd] and [mtftpd] that contradict
 * each other: ports that clash, bounds that leave nothing.
 *
 * SPDX-License-Identifier: ISC
 */
#include "conf_int.h"

/* Two keys that contradict each other: the later one is told. */
static void
contradiction(struct conf_parse *p, enum conf_section sa, const char *a,
    enum conf_section sb, const char *b, const char *what)
{
	unsigned int la = conf_line_of_key(p, sa, a),
		     lb = conf_line_of_key(p, sb, b);
	bool a_later = la >= lb;
	enum conf_section s = a_later ? sa : sb, other = a_later ? sb : sa;

	conf_error_at(p, a_later ? la : lb, conf_sections[s].name,
	    a_later ? a : b, "%s %s of [%s]%s; change one of them", what,
	    a_later ? b : a, conf_sections[other].name,
	    (a_later ? lb : la) ? "" : ", which is the default");
}

static void
check_port_pair(struct conf_parse *p, enum conf_section sa, const char *a,
    unsigned int port_a, enum conf_section sb, const char *b,
    unsigned int port_b)
{
	if (port_a && port_a == port_b)
		contradiction(p, sa, a, sb, b, "the port is also");
}

static void
check_ports(struct conf_parse *p)
{
	const struct conf *c = p->c;
	const struct {
		enum conf_section s;
		const char *key;
		unsigned int port;
	} ports[] = {{CONF_S_DHCPD, "port", c->dhcpd.port},
	    {CONF_S_DHCPD, "pxe_port", c->dhcpd.pxe_port},
	    {CONF_S_TFTPD, "port", c->tftpd.port},
	    {CONF_S_TFTPD, "large_port", c->tftpd.large_port},
	    {CONF_S_MTFTPD, "mtftp_sport", c->mtftpd.mtftp_sport}};
	const size_t n = sizeof ports / sizeof ports[0];

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			check_port_pair(p, ports[i].s, ports[i].key,
			    ports[i].port, ports[j].s, ports[j].key,
			    ports[j].port);
}

static void
check_bounds(struct conf_parse *p)
{
	const struct conf *c = p->c;

	if (c->dhcpd.min_lease_s > c->dhcpd.max_lease_s)
		contradiction(p, CONF_S_DHCPD, "min_lease_time", CONF_S_DHCPD,
		    "max_lease_time", "no lease time is left between it and");
	if (c->tftpd.port == 0 && c->tftpd.large_port == 0)
		contradiction(p, CONF_S_TFTPD, "port", CONF_S_TFTPD,
		    "large_port", "tftpd has no port at all: 0 here and in");
	if (c->tftpd.single_port && c->tftpd.port_range.first)
		contradiction(p, CONF_S_TFTPD, "port_range", CONF_S_TFTPD,
		    "single_port", "no transfer has a port of its own with");
}

/* Beside a server that holds the port: nothing but port 4011 is answered. */
static void
check_no_port(struct conf_parse *p)
{
	const struct conf *c = p->c;
	char text[CONF_SUBNET_TEXT];

	if (c->dhcpd.port)
		return;
	if (!c->dhcpd.pxe_port)
		contradiction(p, CONF_S_DHCPD, "port", CONF_S_DHCPD, "pxe_port",
		    "dhcpd has no port at all: 0 here and in");
	for (size_t i = 0; i < c->nsubnet; i++)
		if (!c->subnet[i].proxy)
			conf_error_at(p, c->subnet[i].line,
			    conf_subnet_text(&c->subnet[i], text), NULL,
			    "with port = 0 in [dhcpd] another server gives the "
			    "addresses; write proxy = yes");
}

static void
check_servers(struct conf_parse *p)
{
	if (p->c->dhcpd.nservers == 1)
		conf_error_at(p, conf_line_of_key(p, CONF_S_DHCPD, "servers"),
		    "dhcpd", "servers",
		    "one server has nobody to share with; name the others "
		    "too, or leave servers out");
}

void
conf_check_keys(struct conf_parse *p)
{
	check_ports(p);
	check_bounds(p);
	check_no_port(p);
	check_servers(p);
}
