/*
 * pxe.c - options 43, 60, 77, 93, 94, 97; see pxe.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "pxe.h"
#include "wire.h"

enum {
	UUID_LEN = 17,	     /* type and 16 bytes */
	ARCH_X64 = 7,	     /* as registered */
	ARCH_X64_PRINTED = 9 /* as RFC 4578 printed it; registered: EBC */
};

/* Options that only booting has, besides those of dhcp.h. */
enum {
	DHCP_ROOT_PATH = 17,
	DHCP_PXE_FIRST = 128, /* RFC 4578 2.4: 128 to 135 */
	DHCP_PXE_LAST = 135,
	DHCP_TFTP_SERVERS = 150, /* RFC 5859 */
	DHCP_IPXE = 175,
	DHCP_PXELINUX_FIRST = 208, /* RFC 5071 */
	DHCP_PXELINUX_LAST = 211
};

static const char pxe_client_name[] = "PXEClient";
static const char http_client_name[] = "HTTPClient";

static bool
begins(const uint8_t *p, size_t len, const char *with)
{
	size_t n = strlen(with);

	return p && len >= n && memcmp(p, with, n) == 0;
}

/* The number in "PXEClient:Arch:00007:UNDI:003016". */
static bool
arch_of_class(const uint8_t *p, size_t len, uint16_t *ret)
{
	static const char tag[] = ":Arch:";
	size_t i = len ? strlen(pxe_client_name) : 0;
	uint32_t v = 0;
	unsigned int digits = 0;

	if (begins(p, len, http_client_name))
		i = strlen(http_client_name);
	if (!p || len < i || !begins(p + i, len - i, tag))
		return false;
	for (i += strlen(tag); i < len && p[i] >= '0' && p[i] <= '9'; i++) {
		v = v * 10 + (uint32_t)(p[i] - '0');
		if (++digits > 5)
			return false;
	}
	if (digits == 0 || v > UINT16_MAX)
		return false;
	*ret = (uint16_t)v;
	return true;
}

static void
read_arch(struct pxe_client *p, const struct dhcp_msg *m,
    const uint8_t *vendor_class, size_t vendor_class_len)
{
	struct wire_r r;
	size_t len = 0;
	const uint8_t *v = dhcp_get(m, DHCP_ARCH, &len);

	wire_r_init(&r, v, v ? len : 0);
	while (wire_r_left(&r) >= 2 && p->narch < PXE_ARCHS)
		p->arch[p->narch++] = wire_get_be16(&r);
	if (p->narch == 0 && p->kind != PXE_NONE &&
	    arch_of_class(vendor_class, vendor_class_len, &p->arch[0]))
		p->narch = 1;
}

static void
read_undi(struct pxe_client *p, const struct dhcp_msg *m)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(m, DHCP_UNDI, &len);

	if (!v || len != 3)
		return;
	p->undi = true;
	p->undi_type = v[0];
	p->undi_major = v[1];
	p->undi_minor = v[2];
}

/* 43.71: type and layer; Intel's client also knows a layer of one byte. */
static void
read_boot_item(struct pxe_client *p, const struct dhcp_msg *m)
{
	size_t len = 0, pos = 0, n;
	const uint8_t *v = dhcp_get(m, DHCP_VENDOR_OPTIONS, &len), *data;
	struct wire_r r;
	uint8_t code;
	bool bad = false;

	while (v && pxe_next(v, len, &pos, &code, &data, &n, &bad)) {
		if (code != PXE_BOOT_ITEM || n < 3)
			continue;
		wire_r_init(&r, data, n);
		p->boot_item = true;
		p->item_type = wire_get_be16(&r);
		p->item_layer = n == 3 ? wire_get_u8(&r) : wire_get_be16(&r);
	}
}

void
pxe_client_read(struct pxe_client *p, const struct dhcp_msg *m)
{
	size_t len = 0;
	const uint8_t *class = dhcp_get(m, DHCP_VENDOR_CLASS, &len);

	*p = (struct pxe_client){0};
	if (begins(class, len, pxe_client_name))
		p->kind = PXE_CLIENT;
	else if (begins(class, len, http_client_name))
		p->kind = PXE_HTTP;
	read_arch(p, m, class, len);
	read_undi(p, m);
	p->uuid = dhcp_get(m, DHCP_UUID, &p->uuid_len);
	if (p->uuid && p->uuid_len != UUID_LEN) {
		p->uuid = NULL;
		p->uuid_len = 0;
	}
	if (p->kind == PXE_CLIENT)
		read_boot_item(p, m);
}

static bool
same(const uint8_t *p, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len == n && memcmp(p, name, n) == 0;
}

bool
pxe_user_class(const struct dhcp_msg *m, const char *name)
{
	size_t len = 0, n;
	const uint8_t *v = dhcp_get(m, DHCP_USER_CLASS, &len), *member;
	struct wire_r r;

	if (!v)
		return false;
	if (same(v, len, name))
		return true;
	wire_r_init(&r, v, len);
	while (wire_r_left(&r)) {
		n = wire_get_u8(&r);
		member = wire_get_ptr(&r, n);
		if (!member)
			return false;
		if (same(member, n, name))
			return true;
	}
	return false;
}

bool
pxe_next(const uint8_t *v, size_t len, size_t *pos, uint8_t *code,
    const uint8_t **data, size_t *data_len, bool *bad)
{
	struct wire_r r;

	wire_r_init(&r, v + *pos, len - *pos);
	do {
		if (wire_r_left(&r) == 0)
			return false;
		*code = wire_get_u8(&r);
	} while (*code == PXE_PAD);
	if (*code == PXE_END)
		return false;
	*data_len = wire_get_u8(&r);
	*data = wire_get_ptr(&r, *data_len);
	if (r.bad) {
		*bad = true;
		return false;
	}
	*pos = (size_t)(r.p - v);
	return true;
}

/* The sub-options that decide, as found; data NULL: not there. */
struct seen {
	const uint8_t *data[PXE_MENU_PROMPT + 1];
	size_t len[PXE_MENU_PROMPT + 1];
	bool any;    /* one that a PXE client knows */
	bool broken; /* one runs over the end */
};

static struct seen
look(const uint8_t *v, size_t len)
{
	struct seen s = {.any = false};
	const uint8_t *data;
	size_t pos = 0, n;
	uint8_t code;

	while (v && pxe_next(v, len, &pos, &code, &data, &n, &s.broken)) {
		if (code <= PXE_MENU_PROMPT) {
			s.data[code] = data;
			s.len[code] = n;
		}
		s.any |= code <= PXE_MENU_PROMPT || code == PXE_BOOT_ITEM;
	}
	return s;
}

static bool
has_any(const struct seen *s, unsigned int first, unsigned int last)
{
	for (; first <= last; first++)
		if (s->data[first])
			return true;
	return false;
}

static bool
has_all(const struct seen *s, unsigned int first, unsigned int last)
{
	for (; first <= last; first++)
		if (!s->data[first])
			return false;
	return true;
}

static bool
multicast_fits(const struct seen *s)
{
	struct wire_r r;

	wire_r_init(&r, s->data[PXE_DISCOVERY_MCAST],
	    s->data[PXE_DISCOVERY_MCAST] ? s->len[PXE_DISCOVERY_MCAST] : 0);
	return ip4_is_multicast((struct ip4){wire_get_be32(&r)});
}

/* {type, count, count addresses}*, at least one, none multicast. */
static bool
servers_fit(const uint8_t *v, size_t len)
{
	struct wire_r r;
	unsigned int n;

	wire_r_init(&r, v, len);
	do {
		wire_skip(&r, 2);
		for (n = wire_get_u8(&r); n && !r.bad; n--)
			if (ip4_is_multicast((struct ip4){wire_get_be32(&r)}))
				return false;
	} while (wire_r_left(&r));
	return !r.bad;
}

/* {type, length, text}*, at least one, no text empty. */
static bool
menu_fits(const uint8_t *v, size_t len)
{
	struct wire_r r;
	size_t n;

	wire_r_init(&r, v, len);
	do {
		wire_skip(&r, 2);
		n = wire_get_u8(&r);
		if (n == 0)
			return false;
		wire_skip(&r, n);
	} while (wire_r_left(&r));
	return !r.bad;
}

/* Rules for an offer with any of 43.6 to 43.10. */
static bool
pxe10_fits(const struct seen *s, bool file)
{
	const uint8_t *v = s->data[PXE_DISCOVERY_CONTROL];
	unsigned int control = v && s->len[PXE_DISCOVERY_CONTROL] ? v[0] : 0;
	unsigned int none = PXE_NO_BROADCAST | PXE_NO_MULTICAST;

	if (!(control & PXE_NO_MULTICAST) && !multicast_fits(s))
		return false;
	if (s->data[PXE_BOOT_SERVERS]) {
		if (!servers_fit(
			s->data[PXE_BOOT_SERVERS], s->len[PXE_BOOT_SERVERS]))
			return false;
	} else if ((control & PXE_ONLY_LISTED) || (control & none) == none) {
		return false;
	}
	if ((control & PXE_USE_FILE) && file)
		return true;
	return s->data[PXE_MENU_PROMPT] && s->data[PXE_BOOT_MENU] &&
	       menu_fits(s->data[PXE_BOOT_MENU], s->len[PXE_BOOT_MENU]);
}

enum pxe_offer
pxe_offer_judge(const uint8_t *v, size_t len, bool pxeclient, bool file)
{
	struct seen s = look(v, len);

	if (has_any(&s, PXE_DISCOVERY_CONTROL, PXE_MENU_PROMPT))
		return !s.broken && pxe10_fits(&s, file) ? PXE_OFFER_PXE10
							 : PXE_OFFER_BROKEN;
	if (has_all(&s, PXE_MTFTP_IP, PXE_MTFTP_DELAY))
		return PXE_OFFER_WFM11A;
	return pxeclient || s.any ? PXE_OFFER_BINL : PXE_OFFER_PLAIN;
}

static void
put_port(struct wire_w *w, uint8_t code, uint16_t port, bool little)
{
	wire_put_u8(w, code);
	wire_put_u8(w, 2);
	wire_put_be16(w, little ? (uint16_t)(port << 8 | port >> 8) : port);
}

static void
put_u8(struct wire_w *w, uint8_t code, uint8_t v)
{
	wire_put_u8(w, code);
	wire_put_u8(w, 1);
	wire_put_u8(w, v);
}

static void
put_ip4(struct wire_w *w, uint8_t code, uint32_t v)
{
	wire_put_u8(w, code);
	wire_put_u8(w, 4);
	wire_put_be32(w, v);
}

size_t
pxe_put_vendor(uint8_t buf[static PXE_VENDOR_MAX], const struct pxe_mtftp *m)
{
	struct wire_w w;

	wire_w_init(&w, buf, PXE_VENDOR_MAX);
	if (m) {
		put_ip4(&w, PXE_MTFTP_IP, m->ip.v);
		put_port(&w, PXE_MTFTP_CPORT, m->cport, m->ports_little);
		put_port(&w, PXE_MTFTP_SPORT, m->sport, m->ports_little);
		put_u8(&w, PXE_MTFTP_TMOUT, m->tmout_s);
		put_u8(&w, PXE_MTFTP_DELAY, m->delay_s);
	}
	put_u8(&w, PXE_DISCOVERY_CONTROL, PXE_USE_FILE);
	put_ip4(&w, PXE_DISCOVERY_MCAST, PXE_DISCOVERY_GROUP);
	wire_put_u8(&w, PXE_END);
	return wire_w_len(&w);
}

bool
pxe_arch_is_x64(uint16_t arch)
{
	return arch == ARCH_X64 || arch == ARCH_X64_PRINTED;
}

bool
pxe_is_boot_option(uint8_t code)
{
	static const uint8_t boot[] = {DHCP_BOOT_FILE_SIZE, DHCP_ROOT_PATH,
	    DHCP_VENDOR_OPTIONS, DHCP_VENDOR_CLASS, DHCP_TFTP_SERVER_NAME,
	    DHCP_BOOTFILE_NAME, DHCP_TFTP_SERVERS, DHCP_IPXE};

	return memchr(boot, code, sizeof boot) ||
	       (code >= DHCP_PXE_FIRST && code <= DHCP_PXE_LAST) ||
	       pxe_is_loader_option(code);
}

bool
pxe_is_loader_option(uint8_t code)
{
	return code >= DHCP_PXELINUX_FIRST && code <= DHCP_PXELINUX_LAST;
}
