/*
 * answer_class.c - the class of a client: the first one of the file of which
 * all that it names fits.
 *
 * RFC 3004, 3046, 4578.  SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/answer_int.h"

enum {
	RELAY_CIRCUIT_ID = 1, /* RFC 3046 2.0 */
	RELAY_REMOTE_ID = 2
};

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
arch_fits(const struct query *q, const struct conf_class *k, bool x64_one)
{
	for (size_t i = 0; i < q->pxe.narch; i++) {
		uint16_t arch = q->pxe.arch[i];

		if (lists_arch(k, arch))
			return true;
		if (x64_one && pxe_arch_is_x64(arch) &&
		    (lists_arch(k, 7) || lists_arch(k, 9)))
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

/* Is v (NULL: not there) one of n values, or does it begin with one? */
static bool
is_one_of(const uint8_t *v, size_t len, const struct conf_bytes *value,
    size_t n, bool begins)
{
	for (size_t i = 0; v && i < n; i++)
		if ((begins ? value[i].len <= len : value[i].len == len) &&
		    memcmp(v, value[i].data, value[i].len) == 0)
			return true;
	return false;
}

static bool
relay_fits(const struct query *q, uint8_t sub, const struct conf_bytes *value,
    size_t n)
{
	size_t len = 0;
	const uint8_t *v;

	if (n == 0)
		return true;
	v = dhcp_get_sub(q->msg, DHCP_RELAY_AGENT, sub, &len);
	return is_one_of(v, len, value, n, false);
}

static bool
machine_fits(const struct query *q, const struct conf_class *k)
{
	return (k->nchaddr == 0 || is_one_of(q->key.chaddr, q->key.hlen,
				       k->chaddr, k->nchaddr, true)) &&
	       (k->nuuid == 0 || is_one_of(q->pxe.uuid, q->pxe.uuid_len,
				     k->uuid, k->nuuid, false));
}

static bool
option_fits(const struct query *q, const struct conf_match *m)
{
	size_t len = 0;
	const uint8_t *v = m->sub ? dhcp_get_sub(q->msg, m->code, m->sub, &len)
				  : dhcp_get(q->msg, m->code, &len);

	if (m->nvalue == 0)
		return v != NULL;
	return is_one_of(v, len, m->value, m->nvalue, m->begins);
}

static bool
options_fit(const struct query *q, const struct conf_class *k)
{
	for (size_t i = 0; i < k->nmatch; i++)
		if (!option_fits(q, &k->match[i]))
			return false;
	return true;
}

const struct conf_class *
query_class(const struct query *q)
{
	bool x64_one = q->pxe.narch && x64_is_one(q->c);

	for (size_t i = 0; i < q->c->nclass; i++) {
		const struct conf_class *k = &q->c->class[i];

		if (vendor_class_fits(q, k) && arch_fits(q, k, x64_one) &&
		    user_class_fits(q, k) && machine_fits(q, k) &&
		    relay_fits(
			q, RELAY_CIRCUIT_ID, k->circuit_id, k->ncircuit_id) &&
		    relay_fits(
			q, RELAY_REMOTE_ID, k->remote_id, k->nremote_id) &&
		    options_fit(q, k))
			return k;
	}
	return NULL;
}

bool
query_denied(struct query *q)
{
	const struct conf_host *h = q->out->host;
	const struct conf_class *k = q->out->class;

	if (h && h->deny)
		query_ignore(q, "host %s is denied", h->name);
	else if (k && k->deny)
		query_ignore(q, "class %s is denied", k->name);
	else
		return false;
	return true;
}
