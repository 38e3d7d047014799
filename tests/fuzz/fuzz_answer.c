/*
 * fuzz_answer.c - any messages, one after the other, into answer() with
 * leases in the pool: every reply must be one that a client can live with.
 *
 * The input is a run of records: a byte of bits (see CTL_*), the length of
 * the message (16 bits), the message.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "dhcpd/answer.h"
#include "fuzz.h"
#include "pxe.h"
#include "wire.h"

enum {
	CTL_PXE_PORT = 1 << 0, /* sent to port 4011 */
	CTL_UNICAST = 1 << 1,  /* sent to us alone */
	CTL_FROM_CIADDR = 1 << 2,
	CTL_ETH1 = 1 << 3,
	CTL_LATER = 1 << 4, /* 100 s after the one before */
	CTL_MUCH_LATER = 1 << 5,
	CTL_PROXY = 1 << 6 /* where another server gives the addresses */
};

static const char text[] = "[global]\n"
			   "file = bpbatch\n"
			   "option.135 = \"bpbscript\"\n"
			   "option.domain-name = \"example.org\"\n"
			   "[dhcpd]\n"
			   "authoritative = yes\n"
			   "use_host_decl_names = yes\n"
			   "leasequery_from = 0.0.0.0/1\n"
			   "[subnet 192.168.1.0/24]\n"
			   "pool = 192.168.1.10 - 192.168.1.19\n"
			   "bootp_pool = yes\n"
			   "option.routers = 192.168.1.1\n"
			   "shared_network = wire\n"
			   "[subnet 192.168.2.0/24]\n"
			   "shared_network = wire\n"
			   "lease_time = 7\n"
			   "[subnet 10.0.0.0/8]\n"
			   "interface = eth1\n"
			   "pool = 10.0.0.1 - 10.0.0.2\n"
			   "lease_time = infinite\n"
			   "[subnet 172.16.0.0/12]\n"
			   "proxy = yes\n"
			   "[class ipxe]\n"
			   "user_class = iPXE\n"
			   "file = http://192.168.1.2/boot.ipxe\n"
			   "[class http]\n"
			   "vendor_class = HTTPClient\n"
			   "option.67 = \"http://192.168.1.2/grubx64.efi\"\n"
			   "[class port]\n"
			   "begins.82.1 = \"eth\"\n"
			   "match.12 = *\n"
			   "file = port\n"
			   "[class menu]\n"
			   "vendor_class = \"PXEClient:Arch:00000\"\n"
			   "menu = m\n"
			   "[menu m]\n"
			   "items = linux, x64\n"
			   "[boot_server linux]\n"
			   "type = 3\n"
			   "file = pxelinux.0\n"
			   "layers = 2\n"
			   "[boot_server x64]\n"
			   "type = 3\n"
			   "arch = 7\n"
			   "file = x64.efi\n"
			   "[class x64]\n"
			   "vendor_class = PXEClient\n"
			   "arch = 7\n"
			   "file = linux.img\n"
			   "[host pxetest1]\n"
			   "chaddr = 00:54:55:56:67:68\n"
			   "yiaddr = 192.168.1.100\n"
			   "option.43 = 01:04:00:00:00:00\n"
			   "[host byid]\n"
			   "client_id = 00:41:42\n"
			   "yiaddr = 192.168.1.101\n"
			   "[host bad]\n"
			   "chaddr = 00:54:55:56:67:69\n"
			   "deny = yes\n"
			   "[mtftp linux.img]\n"
			   "mtftp_ip = 239.255.1.1\n";

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
conf_error(void *arg, const char *what)
{
	(void)arg;
	(void)what;
	abort();
}

/* What holds for every reply, whatever was asked. */
static void
check_reply(const struct dhcp_msg *m, const struct dhcp_msg *r)
{
	size_t la = 0, lb = 0;
	const uint8_t *a = dhcp_get(m, DHCP_RELAY_AGENT, &la);
	const uint8_t *b = dhcp_get(r, DHCP_RELAY_AGENT, &lb);

	check(m->op == DHCP_BOOTREQUEST && r->op == DHCP_BOOTREPLY);
	check(r->xid == m->xid && r->giaddr.v == m->giaddr.v);
	check(!b || (a && la == lb && memcmp(a, b, la) == 0));
	check(!b || r->order[r->norder - 1] == DHCP_RELAY_AGENT);
	if (m->type == DHCPLEASEQUERY) {
		check(r->type >= DHCPLEASEUNASSIGNED &&
		      r->type <= DHCPLEASEACTIVE && r->yiaddr.v == 0);
		check(!dhcp_has(r, DHCP_LEASE_TIME) ||
		      r->type == DHCPLEASEACTIVE);
		return;
	}
	check(r->htype == m->htype && r->hlen == m->hlen);
	check(memcmp(r->chaddr, m->chaddr, sizeof r->chaddr) == 0);
	if (m->type == DHCP_NONE) {
		check(!dhcp_has(r, DHCP_MESSAGE_TYPE) &&
		      !dhcp_has(r, DHCP_SERVER_ID) &&
		      !dhcp_has(r, DHCP_LEASE_TIME));
		return;
	}
	check(r->type == DHCPOFFER || r->type == DHCPACK || r->type == DHCPNAK);
	check(
	    r->order[0] == DHCP_MESSAGE_TYPE && r->order[1] == DHCP_SERVER_ID);
	if (r->type == DHCPNAK)
		check(r->yiaddr.v == 0 && r->siaddr.v == 0 && !r->file[0]);
}

/* A PXE client must not drop it; an HTTP client must not take it for PXE. */
static void
check_boot(const struct dhcp_msg *m, const struct dhcp_msg *r, bool host)
{
	struct pxe_client p;
	size_t len = 0, n60 = 0;
	const uint8_t *v = dhcp_get(r, DHCP_VENDOR_OPTIONS, &len);
	const uint8_t *v60 = dhcp_get(r, DHCP_VENDOR_CLASS, &n60);

	pxe_client_read(&p, m);
	if (p.kind == PXE_CLIENT)
		check(!dhcp_has(r, DHCP_OVERLOAD));
	if (p.kind == PXE_HTTP && v60)
		check(n60 == 10 && memcmp(v60, "HTTPClient", 10) == 0);
	if (p.kind == PXE_CLIENT && v && p.boot_item && m->type == DHCPREQUEST)
		check(r->file[0] && r->type == DHCPACK && len == 7 &&
		      memcmp(v, "\x47\x04", 2) == 0 &&
		      !(p.item_layer & 0x8000) &&
		      !dhcp_has(r, DHCP_LEASE_TIME));
	else if (p.kind == PXE_CLIENT && v && !p.boot_item && !host)
		check(pxe_offer_judge(v, len, v60, r->file[0]) ==
		      PXE_OFFER_PXE10);
}

/*
 * Where we are a proxy nobody is told an address, or of a network; a boot
 * server only repeats the address that its client has.
 */
static void
check_proxy(const struct dhcp_msg *m, const struct dhcp_out *out,
    const struct dhcp_msg *r)
{
	if (!out->subnet || !out->subnet->proxy)
		return;
	check(r->yiaddr.v == 0 || r->yiaddr.v == m->ciaddr.v);
	check(!out->commit && r->type != DHCPNAK);
	check(!dhcp_has(r, DHCP_LEASE_TIME) && !dhcp_has(r, DHCP_ROUTERS) &&
	      !dhcp_has(r, DHCP_SUBNET_MASK));
}

static void
check_route(const struct dhcp_in *in, const struct dhcp_out *out)
{
	check(out->dport != 0 || in->sport == 0);
	switch (out->to) {
	case TO_RELAY:
		check(out->dst.v == in->msg->giaddr.v &&
		      (out->dport == 67 || out->dport == in->sport));
		break;
	case TO_CHADDR:
		check(out->dst.v == out->reply.yiaddr.v && out->dst.v &&
		      in->msg->hlen == 6);
		break;
	case TO_BROADCAST:
		check(out->dst.v == UINT32_MAX);
		break;
	case TO_UNICAST:
		check(out->dst.v != 0);
		break;
	case TO_NONE:
		abort();
	}
	check(!out->commit || out->commit->state == LEASE_BOUND);
}

static void
one(const struct conf *c, struct leases *ls, const struct dhcp_in *in)
{
	static struct dhcp_out out;
	static struct dhcp_msg back;
	static uint8_t buf[DHCP_MAX_LEN];
	unsigned int dropped = 0;
	size_t len;

	answer(c, ls, in, &out);
	check(out.why[0] != '\0' && memchr(out.why, 0, sizeof out.why));
	if (out.to == TO_NONE)
		return;
	check_route(in, &out);
	len = dhcp_encode(&out.reply, &out.rules, buf, sizeof buf, &dropped);
	check(len >= DHCP_MIN_LEN);
	check(dhcp_decode(&back, buf, len) == DHCP_OK);
	check_reply(in->msg, &back);
	check_proxy(in->msg, &out, &back);
	if (!dropped)
		check_boot(in->msg, &back, out.host != NULL);
}

static void
set_shell(struct dhcp_in *in, uint8_t ctl)
{
	in->ifname = ctl & CTL_ETH1 ? "eth1" : "eth0";
	in->ifaddr.v = ctl & CTL_ETH1 ? 0x0afffffe : 0xc0a80102;
	if (ctl & CTL_PROXY) {
		in->ifname = "eth2";
		in->ifaddr.v = 0xac100001;
	}
	in->dport = ctl & CTL_PXE_PORT ? DHCP_PORT_PXE : DHCP_PORT_SERVER;
	in->sport = ctl & CTL_PXE_PORT ? DHCP_PORT_PXE : DHCP_PORT_CLIENT;
	in->dst = ctl & CTL_UNICAST ? in->ifaddr : (struct ip4){UINT32_MAX};
	in->src = ctl & CTL_FROM_CIADDR ? in->msg->ciaddr : (struct ip4){0};
	in->now_s += ctl & CTL_LATER ? 100 : 0;
	in->now_s += ctl & CTL_MUCH_LATER ? 100000 : 0;
}

/* Two clients that have been here before. */
static void
settle(struct leases *ls)
{
	struct lease_key k = {.htype = 1, .hlen = 6, .chaddr = {2}};

	lease_bind(
	    ls, lease_by_addr(ls, (struct ip4){0xc0a8010a}), &k, 0, 3600);
	k.chaddr[0] = 4;
	k.client_id = (const uint8_t *)"\0x";
	k.client_id_len = 2;
	lease_offer(ls, lease_by_addr(ls, (struct ip4){0xc0a8010b}), &k, 0, 60);
	lease_decline(ls, lease_by_addr(ls, (struct ip4){0xc0a8010c}), 600);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf *c;
	static struct dhcp_msg msg;
	struct dhcp_in in = {.msg = &msg};
	struct leases *ls;
	struct wire_r r;

	if (!c)
		c = conf_parse_text(
		    "fuzz", text, sizeof text - 1, conf_error, NULL);
	ls = c ? leases_new(c) : NULL;
	if (!ls)
		return 0;
	settle(ls);
	wire_r_init(&r, data, size);
	while (wire_r_left(&r) > 3) {
		uint8_t ctl = wire_get_u8(&r);
		size_t len = wire_get_be16(&r);
		const uint8_t *p;

		len = len < wire_r_left(&r) ? len : wire_r_left(&r);
		p = wire_get_ptr(&r, len);
		if (dhcp_decode(&msg, p, len) != DHCP_OK)
			continue;
		set_shell(&in, ctl);
		one(c, ls, &in);
	}
	leases_free(ls);
	return 0;
}
