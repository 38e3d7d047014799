/*
 * build_host.c - hosts and groups.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/build.h"

static const struct {
	const char *word;
	uint8_t htype;
	size_t hlen; /* 0: any */
} hardware[] = {
    {"ethernet", 1, 6},
    {"token-ring", 6, 6},
    {"fddi", 8, 6},
    {"infiniband", 32, 0},
};

void
build_group(struct model *mo, struct scope *s, const struct node *n)
{
	struct scope *group;

	if (!n->block) {
		build_lost(mo, n, "a group has a block");
		return;
	}
	group = build_scope(mo, SCOPE_GROUP, s, n);
	build_statements(mo, group, n->first);
}

struct isc_host *
build_add_host(struct model *mo, const char *name, struct scope *scope)
{
	struct isc_host *h = mem_alloc(mo->m, sizeof *h);

	h->name = name;
	h->scope = scope;
	scope->host = h;
	*mo->host_last = h;
	mo->host_last = &h->next;
	return h;
}

void
build_host(struct model *mo, struct scope *s, const struct node *n)
{
	const struct tok *t = node_word(n, 1);
	struct scope *scope;

	if (!n->block || n->n != 2 || t->kind == TOK_MARK || t->len == 0) {
		build_lost(mo, n, "write host NAME { }");
		return;
	}
	scope = build_scope(mo, SCOPE_HOST, s, n);
	(void)build_add_host(mo, t->s, scope);
	build_statements(mo, scope, n->first);
}

void
build_hardware(struct model *mo, struct scope *s, const struct node *n)
{
	struct isc_host *h = s->host;
	struct conf_hw hw = {.htype = 0};
	size_t i = 2, len, want = 0;
	uint64_t type;

	for (size_t k = 0; k < sizeof hardware / sizeof hardware[0]; k++)
		if (tok_is(node_word(n, 1), hardware[k].word)) {
			hw.htype = hardware[k].htype;
			want = hardware[k].hlen;
		}
	/* "unknown-27" is how ISC writes what it has no word for */
	if (!hw.htype && strncmp(node_word(n, 1)->s, "unknown-", 8) == 0 &&
	    text_number(node_word(n, 1)->s + 8, 1, 255, &type))
		hw.htype = (uint8_t)type;
	len = isc_hex(n, &i, hw.addr, sizeof hw.addr);
	hw.hlen = (uint8_t)len;
	if (!h)
		build_lost(mo, n, "it stands in no host");
	else if (!hw.htype)
		build_lost(mo, n,
		    "no such hardware is known; write chaddr = HTYPE/BYTES");
	else if (len == 0 || i != n->n || (want && len != want))
		build_lost(mo, n, "that is not its hardware address");
	else if (h->nhw == COND_LIST)
		build_lost(mo, n, "one host has too many of them");
	else
		h->hw[h->nhw++] = hw;
}

/* fixed-address A, B, ...; */
void
build_fixed_address(struct model *mo, struct scope *s, const struct node *n)
{
	struct isc_host *h = s->host;
	struct ip4 a;

	if (!h) {
		build_lost(mo, n, "it stands in no host");
		return;
	}
	for (size_t i = 1; i < n->n; i++) {
		if (i % 2 == 0) {
			if (!tok_is_mark(&n->t[i], ',')) {
				build_lost(mo, n,
				    "words behind the address; is a ; "
				    "missing?");
				return;
			}
			continue;
		}
		if (!ip4_parse(n->t[i].s, &a))
			report_lost(mo->report, n->at,
			    "fixed-address %s; names cannot be looked up here: "
			    "write the address",
			    n->t[i].s);
		else if (h->naddr == COND_LIST)
			build_lost(mo, n, "one host has too many addresses");
		else
			h->addr[h->naddr++] = a;
	}
	if (n->n < 2)
		build_lost(mo, n, "the address is missing");
}
