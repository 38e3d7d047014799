/*
 * answer_who.c - who asks: subnet and host, and what is configured for them;
 * answer_class.c finds the class.
 *
 * Subnet: link selection in option 82 (RFC 3527), else option 118 (RFC
 * 3011), else giaddr, else ciaddr of a message that was not broadcast or is
 * an INFORM, else the interface.  Host: by hardware address first, because ROM,
 * loader and system of one machine send different client identifiers.  On a
 * shared network the subnet becomes that of the address that the client gets.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/answer_int.h"
#include "wire.h"

enum {
	RELAY_LINK_SELECTION = 5, /* RFC 3527: 82.5 */
	RELAY_SERVER_ID = 11,	  /* RFC 5107: 82.11 */
	CLIENT_ID_MIN = 2	  /* RFC 2132 9.14 */
};

/* A sub-option of 82 as an address; false when it is none. */
static bool
relay_address(const struct dhcp_msg *m, uint8_t sub, struct ip4 *ret)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get_sub(m, DHCP_RELAY_AGENT, sub, &len);
	struct wire_r r;

	if (!v || len != 4)
		return false;
	wire_r_init(&r, v, len);
	ret->v = wire_get_be32(&r);
	return true;
}

/* The subnet of the interface that the message came in by. */
static const struct conf_subnet *
subnet_of_interface(const struct query *q)
{
	const struct conf_subnet *s = conf_subnet_of(q->c, q->in->ifaddr);

	if (s && (!s->interface || strcmp(s->interface, q->in->ifname) == 0))
		return s;
	return conf_subnet_on(q->c, q->in->ifname);
}

/* The subnet where the client is; *where is the address that tells it. */
static const struct conf_subnet *
find_subnet(const struct query *q, struct ip4 *where)
{
	const struct dhcp_msg *m = q->msg;
	const struct conf_subnet *s = NULL;

	if (relay_address(m, RELAY_LINK_SELECTION, where) ||
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

/* For the journal, which tftpd reads. */
static uint16_t
query_class_place(const struct query *q)
{
	size_t n =
	    q->out->class ? (size_t)(q->out->class - q->c->class) + 1 : 0;

	return n <= UINT16_MAX ? (uint16_t)n : 0;
}

/* All that depends on the subnet. */
static void
set_subnet(struct query *q, const struct conf_subnet *s)
{
	const struct dhcp_out *out = q->out;
	const struct conf_params *p;
	struct ip4 relay;

	q->out->subnet = s;
	q->key.pool = conf_pool_of(q->c, s, out->class, out->host != NULL);
	q->key.class = query_class_place(q);
	q->nlevel = 0;
	add_level(q, out->host ? out->host->params : NULL);
	add_level(q, out->class ? &out->class->params : NULL);
	add_level(q, s ? &s->params : NULL);
	add_level(q, &q->c->params);
	p = query_param(q, CONF_HAS_SERVER_ID);
	q->server_id = p ? p->server_id : q->in->ifaddr;
	/* the relay wants to be what its clients take for the server */
	if (relay_address(q->msg, RELAY_SERVER_ID, &relay) && relay.v)
		q->server_id = relay;
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
	out->class = query_class(q);
	set_subnet(q, choose_subnet(q, &q->where));
}

void
query_about(struct query *q, const struct conf_host *host, struct ip4 a)
{
	q->out->host = host;
	q->out->class = NULL;
	q->pxe = (struct pxe_client){.kind = PXE_NONE};
	set_subnet(q, conf_subnet_of(q->c, a));
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

void
query_note_host(struct query *q, struct ip4 a)
{
	q->out->note =
	    host_note_learn(leases_hosts(q->ls), a, &q->key, q->in->now_s);
}

bool
query_is_us(const struct query *q, struct ip4 a)
{
	return a.v == q->server_id.v || a.v == q->in->ifaddr.v;
}
