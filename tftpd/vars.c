/*
 * vars.c - the values of ${NAME} for one request; see vars.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "dhcp.h"
#include "dhcp_names.h"
#include "subst.h"
#include "tftpd/vars.h"

enum {
	LEVELS = 4,
	ETHERNET = 1,
	UUID = 16
};

/* host > class > subnet > global; NULL where nothing is said. */
static void
levels(const struct vars *v, const struct conf_params *ret[static LEVELS])
{
	const struct conf_subnet *s =
	    v->yiaddr.v ? conf_subnet_of(v->c, v->yiaddr) : NULL;

	ret[0] = v->who.host ? v->who.host->params : NULL;
	ret[1] = v->who.class ? &v->who.class->params : NULL;
	ret[2] = s ? &s->params : NULL;
	ret[3] = &v->c->params;
}

void
vars_init(struct vars *v, const struct conf *c, const struct addr *client,
    const struct who *who)
{
	memset(v, 0, sizeof *v);
	v->c = c;
	v->client = *client;
	v->name = "";
	if (who)
		v->who = *who;
	if (addr_is_ip4(client))
		v->yiaddr = addr_ip4(client);
}

const struct conf_params *
vars_params(const struct vars *v, uint32_t has)
{
	const struct conf_params *p[LEVELS];

	levels(v, p);
	for (size_t i = 0; i < LEVELS; i++)
		if (p[i] && (p[i]->set & has))
			return p[i];
	return NULL;
}

/* ---- who is meant by a name ---- */

/* Another client: what is known of it by its [host]. */
static void
is_host(struct vars *v, const struct conf_host *host)
{
	const struct conf_subnet *here = conf_subnet_of(v->c, v->yiaddr);
	const struct conf_hw *hw = host->nchaddr ? &host->chaddr[0] : NULL;

	if (v->who.host == host)
		return;
	memset(&v->who, 0, sizeof v->who);
	v->who.host = host;
	if (hw)
		v->who.hw = *hw;
	v->yiaddr.v = 0;
	for (size_t i = 0; i < host->nyiaddr; i++)
		if (i == 0 ||
		    (here && conf_subnet_of(v->c, host->yiaddr[i]) == here))
			v->yiaddr = host->yiaddr[i];
}

/* The class that its hardware address alone tells. */
static void
class_of(struct vars *v)
{
	for (size_t i = 0; i < v->c->nclass && !v->who.class; i++)
		if (who_in_class(&v->who, &v->c->class[i]))
			v->who.class = &v->c->class[i];
}

/* Just 12 hex digits. */
static bool
hex_mac(const char *s, struct mac *ret)
{
	if (strlen(s) != 12)
		return false;
	for (size_t i = 0; i < 6; i++) {
		int hi = hex_digit(s[2 * i]), lo = hex_digit(s[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		ret->b[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

static bool
star_mac(const char *s, struct mac *ret)
{
	if (strlen(s) == 20 &&
	    (strncmp(s, "01-", 3) == 0 || strncmp(s, "01:", 3) == 0))
		s += 3;
	return mac_parse(s, ret) || hex_mac(s, ret);
}

static bool
star_ip4(const char *s, struct ip4 *ret)
{
	uint32_t a = 0;

	if (ip4_parse(s, ret))
		return true;
	if (strlen(s) != 8)
		return false;
	for (size_t i = 0; i < 8; i++) {
		int digit = hex_digit(s[i]);

		if (digit < 0 || (s[i] >= 'a' && s[i] <= 'f'))
			return false; /* PXELINUX writes capitals */
		a = a << 4 | (uint32_t)digit;
	}
	ret->v = a;
	return true;
}

void
vars_star(struct vars *v, const char *star)
{
	const struct conf_host *host = NULL;
	struct ip4 a;
	struct mac m;

	(void)snprintf(v->star, sizeof v->star, "%s", star);
	if (star_mac(star, &m)) {
		host = conf_host_by_chaddr(v->c, ETHERNET, m.b, sizeof m.b);
		if (!host && !(v->who.hw.hlen == 6 &&
				 memcmp(v->who.hw.addr, m.b, 6) == 0)) {
			memset(&v->who, 0, sizeof v->who);
			v->yiaddr.v = 0;
		}
		if (host)
			is_host(v, host);
		v->who.hw = (struct conf_hw){.htype = ETHERNET, .hlen = 6};
		memcpy(v->who.hw.addr, m.b, sizeof m.b);
		class_of(v);
	} else if (star_ip4(star, &a)) {
		host = conf_host_by_yiaddr(v->c, a);
		if (host) {
			is_host(v, host);
			class_of(v);
		} else if (a.v != v->yiaddr.v) {
			memset(&v->who, 0, sizeof v->who);
		}
		v->yiaddr = a;
	} else if ((host = conf_host_called(v->c, star)) != NULL) {
		is_host(v, host);
		class_of(v);
	}
}

/* ---- values ---- */

static bool
say(char *buf, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		return false;
	memcpy(buf, text, len + 1);
	return true;
}

/* IPv4 as PXELINUX writes it, IPv6 as tftp-hpa does. */
static bool
say_hex(char *buf, size_t size, const struct addr *a)
{
	char text[2 * sizeof a->b + 1];
	size_t from = addr_is_ip4(a) ? 12 : 0;

	for (size_t i = from; i < sizeof a->b; i++)
		(void)snprintf(text + 2 * (i - from), 3, "%02X", a->b[i]);
	return say(buf, size, text);
}

static bool
say_addr(char *buf, size_t size, const struct addr *a)
{
	static const struct addr none;
	char text[ADDR_TEXT];

	return !addr_equal(a, &none) && say(buf, size, addr_text(a, text));
}

static bool
say_ip4(char *buf, size_t size, struct ip4 a)
{
	char text[IP4_TEXT];

	return a.v && say(buf, size, ip4_text(a, text));
}

static bool
say_mac(const struct vars *v, enum subst_id id, char *buf, size_t size)
{
	char text[2 * HWADDR_TEXT], *s = text;
	const struct conf_hw *hw = &v->who.hw;
	const char *between = id == SUBST_MAC	    ? ":"
			      : id == SUBST_MAC_HEX ? ""
						    : "-";

	if (hw->hlen == 0)
		return false;
	if (id == SUBST_MAC_PXE)
		s += snprintf(s, 4, "%02x-", hw->htype);
	for (size_t i = 0; i < hw->hlen && i < sizeof hw->addr; i++)
		s += snprintf(s, 4, "%s%02x", i ? between : "", hw->addr[i]);
	return say(buf, size, text);
}

/* Of a PXE client identifier: type 0 and the UUID; or the name says it. */
static bool
say_uuid(const struct vars *v, char *buf, size_t size)
{
	const struct conf_host *h = v->who.host;
	const uint8_t *b;
	char text[40];

	if (strlen(v->star) == 36 && v->star[8] == '-' && v->star[23] == '-')
		return say(buf, size, v->star);
	if (!h || h->client_id_len != UUID + 1 || h->client_id[0] != 0)
		return false;
	b = h->client_id + 1;
	/* as SMBIOS has it on the wire: the first three little-endian */
	(void)snprintf(text, sizeof text,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x",
	    b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10],
	    b[11], b[12], b[13], b[14], b[15]);
	return say(buf, size, text);
}

static const char *
host_name(const struct vars *v)
{
	const struct conf_host *h = v->who.host;

	return !h ? NULL : h->hostname ? h->hostname : h->name;
}

/* What is said of it; else what dhcpd knows by itself. */
static bool
say_option(const struct vars *v, const char *name, char *buf, size_t size)
{
	const struct conf_params *p[LEVELS];
	const struct dhcp_name *known;
	const struct conf_subnet *s;
	const struct conf_opt *o;
	uint64_t code;

	if (text_number(name, 1, 254, &code))
		known = dhcp_name_by_code((uint8_t)code);
	else if ((known = dhcp_name_by_text(name)) != NULL)
		code = known->code;
	else
		return false;
	levels(v, p);
	for (size_t i = 0; i < LEVELS; i++)
		if (p[i] && (o = conf_params_opt(p[i], (uint8_t)code)) != NULL)
			return dhcp_value_text(known ? known->type : DHCP_V_ANY,
			    o->data, o->len, buf, size);
	s = v->yiaddr.v ? conf_subnet_of(v->c, v->yiaddr) : NULL;
	if (code == DHCP_SUBNET_MASK && s)
		return say_ip4(buf, size, s->mask);
	return code == DHCP_HOST_NAME && host_name(v) &&
	       say(buf, size, host_name(v));
}

static bool
say_user(const struct vars *v, const char *name, char *buf, size_t size)
{
	const struct conf_params *p[LEVELS];
	const char *value;

	levels(v, p);
	for (size_t i = 0; i < LEVELS; i++)
		if ((value = conf_params_var(p[i], name)) != NULL)
			return say(buf, size, value);
	return false;
}

bool
vars_value(const struct vars *v, const char *name, char *buf, size_t size)
{
	enum subst_id id = subst_id(name);

	switch (id) {
	case SUBST_NONE:
		return false;
	case SUBST_ADDR:
		return say_addr(buf, size, &v->client);
	case SUBST_ADDR_HEX:
		return say_hex(buf, size, &v->client);
	case SUBST_HOST:
		return host_name(v) && say(buf, size, host_name(v));
	case SUBST_MAC:
	case SUBST_MAC_DASH:
	case SUBST_MAC_HEX:
	case SUBST_MAC_PXE:
		return say_mac(v, id, buf, size);
	case SUBST_NAME_ASKED:
		return say(buf, size, v->name);
	case SUBST_SERVER:
		return say_addr(buf, size, &v->server);
	case SUBST_STAR:
		return v->star[0] && say(buf, size, v->star);
	case SUBST_UUID:
		return say_uuid(v, buf, size);
	case SUBST_YIADDR:
		return say_ip4(buf, size, v->yiaddr);
	case SUBST_OPTION:
		return say_option(v, name + strlen("option."), buf, size);
	case SUBST_USER:
		return say_user(v, name + strlen("var."), buf, size);
	}
	return false;
}

/* The value() of template.h. */
static bool
value_of(void *arg, const char *name, char *buf, size_t size)
{
	return vars_value(arg, name, buf, size);
}

bool
vars_expand(struct vars *v, const char *text, size_t len, char *buf,
    size_t size, struct template_out *ret)
{
	return template_render(text, len, value_of, v, buf, size, ret);
}
