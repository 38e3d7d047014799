/*
 * answer_who.c - who asks: subnet, host and class, and what is configured
 * for them.
 *
 * Subnet: link selection in option 82 (RFC 3527), else option 118 (RFC
 * 3011), else giaddr, else ciaddr of a message that was not broadcast or is
 * an INFORM, else the interface.  Host: by hardware address first, because ROM,
 * loader and system of one machine send different client identifiers.  Class:
 * the first of the file that fits.  On a shared network the subnet becomes that
 * of the address that the client gets.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/answer_int.h"
#include "wire.h"

enum {
	RELAY_LINK_SELECTION = 5, /* RFC 3527: 82.5 */
	CLIENT_ID_MIN = 2	  /* RFC 2132 9.14 */
};

/* 82.5 as an address; false when it is not there. */
static bool
link_selection(const struct dhcp_msg *m, struct ip4 *ret)
{
	size_t len = 0, n;
	const uint8_t *v = dhcp_get(m, DHCP_RELAY_AGENT, &len);
	struct wire_r r;
	uint8_t code;

	wire_r_init(&r, v, v ? len : 0);
	while (wire_r_left(&r) >= 2) {
		code = wire_get_u8(&r);
		n = wire_get_u8(&r);
		if (code == RELAY_LINK_SELECTION && n == 4) {
			ret->v = wire_get_be32(&r);
			return !r.bad;
		}
		wire_skip(&r, n);
	}
	return false;
}

/* The subnet of the interface that the message came in by. */
static const struct conf_subnet *
subnet_of_interface(const struct query *q)
{
	const struct conf_subnet *s = conf_subnet_of(q->c, q->in->ifaddr);

	if (s && (!s->interface || strcmp(s->interface, q->in->ifname) == 0))
		return s;
	for (size_t i = 0; i < q->c->nsubnet; i++) {
		s = &q->c->subnet[i];
		if (s->interface && strcmp(s->interface, q->in->ifname) == 0)
			return s;
	}
	return NULL;
}

/* The subnet where the client is; *where is the address that tells it. */
static const struct conf_subnet *
find_subnet(const struct query *q, struct ip4 *where)
{
	const struct dhcp_msg *m = q->msg;
	const struct conf_subnet *s = NULL;

	if (link_selection(m, where) ||
	    dhcp_get_ip4(m, DHCP_SUBNET_SELECTION, where))
		return conf_subnet_of(q->c, *where);
	*where = m->giaddr.v ? m->giaddr : q->in->ifaddr;
	if (m->giaddr.v)
		return conf_subnet_of(q->c, m->giaddr);
	if (m->ciaddr.v &&
	    (q->in->dst.v != UINT32_MAX || m->type == DHCPINFORM))
		s = conf_subnet_of(q->c, m->ciaddr);
	return s ? s : subnet_of_interface(q);
}

/* On a wire with several subnets: the one of the address that it names. */
static const struct conf_subnet *
choose_subnet(const struct query *q, struct ip4 *where)
{
	const struct conf_subnet *s = find_subnet(q, where), *named;
	struct ip4 a = q->msg->ciaddr;

	if (!s || !s->wire || q->msg->type == DHCPDISCOVER)
		return s;
	if (!a.v)
		(void)dhcp_get_ip4(q->msg, DHCP_REQUESTED_ADDRESS, &a);
	named = conf_subnet_of(q->c, a);
	return conf_same_wire(s, named) ? named : s;
}

static const struct conf_host *
choose_host(const struct query *q)
{
	const struct conf_host *h = NULL;

	if (q->key.hlen)
		h = conf_host_by_chaddr(
		    q->c, q->key.htype, q->key.chaddr, q->key.hlen);
	if (!h && q->key.client_id)
		h = conf_host_by_client_id(
		    q->c, q->key.client_id, q->key.client_id_len);
	return h;
}

static bool
lists_arch(const struct conf_class *k, uint16_t arch)
{
	for (size_t i = 0; i < k->narch; i++)
		if (k->arch[i] == arch)
			return true;
	return false;
}

/*
 * 7 and 9 changed places between RFC 4578 as printed and the registry.  They
 * count as one unless the configuration itself tells them apart.
 */
static bool
x64_is_one(const struct conf *c)
{
	bool seven = false, nine = false;

	for (size_t i = 0; i < c->nclass; i++) {
		seven |= lists_arch(&c->class[i], 7);
		nine |= lists_arch(&c->class[i], 9);
	}
	return !(seven && nine);
}

static bool
arch_fits(const struct query *q, const struct conf_class *k)
{
	for (size_t i = 0; i < q->pxe.narch; i++) {
		uint16_t arch = q->pxe.arch[i];

		if (lists_arch(k, arch))
			return true;
		if (pxe_arch_is_x64(arch) &&
		    (lists_arch(k, 7) || lists_arch(k, 9)) && x64_is_one(q->c))
			return true;
	}
	return k->narch == 0;
}

static bool
vendor_class_fits(const struct query *q, const struct conf_class *k)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(q->msg, DHCP_VENDOR_CLASS, &len);

	for (size_t i = 0; v && i < k->nvendor_class; i++) {
		size_t n = strlen(k->vendor_class[i]);

		if (n <= len && memcmp(v, k->vendor_class[i], n) == 0)
			return true;
	}
	return k->nvendor_class == 0;
}

static bool
user_class_fits(const struct query *q, const struct conf_class *k)
{
	for (size_t i = 0; i < k->nuser_class; i++)
		if (pxe_user_class(q->msg, k->user_class[i]))
			return true;
	return k->nuser_class == 0;
}

static const struct conf_class *
choose_class(const struct query *q)
{
	for (size_t i = 0; i < q->c->nclass; i++) {
		const struct conf_class *k = &q->c->class[i];

		if (vendor_class_fits(q, k) && arch_fits(q, k) &&
		    user_class_fits(q, k))
			return k;
	}
	return NULL;
}

static struct lease_key
client_key(const struct dhcp_msg *m)
{
	struct lease_key k = {.htype = m->htype, .hlen = m->hlen};

	memcpy(k.chaddr, m->chaddr, sizeof k.chaddr);
	k.client_id = dhcp_get(m, DHCP_CLIENT_ID, &k.client_id_len);
	if (k.client_id_len < CLIENT_ID_MIN) {
		k.client_id = NULL;
		k.client_id_len = 0;
	}
	return k;
}

static void
add_level(struct query *q, const struct conf_params *p)
{
	if (p)
		q->level[q->nlevel++] = p;
}

/* All that depends on the subnet. */
static void
set_subnet(struct query *q, const struct conf_subnet *s)
{
	const struct dhcp_out *out = q->out;
	const struct conf_params *p;

	q->out->subnet = s;
	q->nlevel = 0;
	add_level(q, out->host ? out->host->params : NULL);
	add_level(q, out->class ? &out->class->params : NULL);
	add_level(q, s ? &s->params : NULL);
	add_level(q, &q->c->params);
	p = query_param(q, CONF_HAS_SERVER_ID);
	q->server_id = p ? p->server_id : q->in->ifaddr;
	pxe_choose_file(q);
}

void
query_init(struct query *q, const struct conf *c, struct leases *ls,
    const struct dhcp_in *in, struct dhcp_out *out)
{
	*q = (struct query){
	    .c = c, .ls = ls, .in = in, .msg = in->msg, .out = out};
	pxe_client_read(&q->pxe, q->msg);
	q->key = client_key(q->msg);
	out->host = choose_host(q);
	out->class = choose_class(q);
	set_subnet(q, choose_subnet(q, &q->where));
}

void
query_settle(struct query *q, struct ip4 yiaddr)
{
	const struct conf_subnet *s = conf_subnet_of(q->c, yiaddr);

	if (s && s != q->out->subnet)
		set_subnet(q, s);
}

const struct conf_params *
query_param(const struct query *q, uint32_t bit)
{
	for (size_t i = 0; i < q->nlevel; i++)
		if (q->level[i]->set & bit)
			return q->level[i];
	return NULL;
}

const struct conf_opt *
query_opt(const struct query *q, uint8_t code)
{
	const struct conf_opt *o = NULL;

	for (size_t i = 0; i < q->nlevel && !o; i++)
		o = conf_params_opt(q->level[i], code);
	return o;
}

bool
query_in_subnet(const struct query *q, struct ip4 a)
{
	return conf_same_wire(q->out->subnet, conf_subnet_of(q->c, a));
}

bool
query_static(const struct query *q, struct ip4 *ret)
{
	const struct conf_host *h = q->out->host;
	bool found = false;

	for (size_t i = 0; h && i < h->nyiaddr; i++) {
		const struct conf_subnet *s =
		    conf_subnet_of(q->c, h->yiaddr[i]);
		bool here = s == q->out->subnet;

		if (here || (!found && conf_same_wire(s, q->out->subnet))) {
			*ret = h->yiaddr[i];
			found = true;
		}
		if (here)
			break;
	}
	return found;
}

bool
query_pool(const struct query *q, const char **why)
{
	if (!q->out->subnet->wire_pool)
		*why = q->out->host ? "the host has no address here and "
				      "the subnet has no pool"
				    : "unknown client and the subnet has "
				      "no pool";
	else if (q->c->dhcpd.deny_unknown && !q->out->host)
		*why = "unknown client (deny_unknown)";
	else
		return true;
	return false;
}

bool
query_is_us(const struct query *q, struct ip4 a)
{
	return a.v == q->server_id.v || a.v == q->in->ifaddr.v;
}
