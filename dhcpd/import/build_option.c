/*
 * build_option.c - "option ..." in all its forms.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcp.h"
#include "dhcp_names.h"
#include "dhcpd/import/build.h"
#include "dhcpd/import/expr.h"

/* Options that are other keys of ours. */
static bool
as_key(struct model *mo, struct scope *s, const struct node *n, uint8_t code,
    const uint8_t *data, size_t len)
{
	struct setting set = {.kind = SET_ADDR};

	if (len != 4 || (code != DHCP_SERVER_ID && code != DHCP_LEASE_TIME))
		return false;
	for (size_t i = 0; i < 4; i++)
		set.number = set.number << 8 | data[i];
	set.key = "server_id";
	if (code == DHCP_LEASE_TIME) {
		set.kind = SET_TIME;
		set.key = SET_DEFAULT_LEASE;
	} else if (set.number == 0 || set.number >> 28 >= 14) {
		build_lost(mo, n, "that is not the address of a machine");
		return true;
	}
	build_set(mo, s, n, &set);
	return true;
}

static bool
as_client_id(struct model *mo, struct scope *s, const struct node *n,
    const uint8_t *data, size_t len)
{
	struct isc_host *host = s->host;

	if (!host)
		return false;
	if (len < 2 || len > 255) {
		build_lost(mo, n, "a client identifier has 2 to 255 bytes");
		return true;
	}
	host->client_id = (const uint8_t *)mem_dup(mo->m, data, len);
	host->client_id_len = len;
	return true;
}

void
build_option_set(struct model *mo, struct scope *s, const struct node *n,
    const struct option_def *def, const uint8_t *data, size_t len)
{
	const struct dhcp_name *name = dhcp_name_by_code(def->code);
	struct setting set = {.kind = SET_OPTION,
	    .code = def->code,
	    .def = def,
	    .data = (const uint8_t *)mem_dup(mo->m, data, len),
	    .len = len};

	if (def->space) {
		set.kind = SET_INNER;
		set.key =
		    mem_printf(mo->m, "!%s.%u", def->space->name, def->code);
		build_set(mo, s, n, &set);
		return;
	}
	if (as_key(mo, s, n, def->code, data, len) ||
	    (def->code == DHCP_CLIENT_ID && as_client_id(mo, s, n, data, len)))
		return;
	if (name && name->type == DHCP_V_REFUSED) {
		build_lost(mo, n, name->use);
		return;
	}
	if (def->code == DHCP_VENDOR_OPTIONS && len > 255) {
		build_lost(mo, n, "option 43 has 255 bytes at most");
		return;
	}
	set.key = mem_printf(mo->m, "option.%u", def->code);
	build_set(mo, s, n, &set);
}

/* option NAME = EXPRESSION */
static void
by_expression(struct model *mo, struct scope *s, const struct node *n,
    const struct option_def *def)
{
	const char *why = "it depends on the client";
	const uint8_t *data = NULL;
	size_t i = 3, len = 0;
	struct expr *e = expr_read(&mo->options, n, &i, &why);

	if (e && i == n->n)
		data = expr_const(mo->m, e, &len);
	if (!data || len == 0 || len > OPTION_VALUE)
		build_lost(mo, n, why);
	else
		build_option_set(mo, s, n, def, data, len);
}

static void
unknown_option(struct model *mo, const struct node *n)
{
	build_lost(mo, n,
	    "no option of that name is known or defined; write option.N with "
	    "its number");
}

static bool
is_list_of_asked(const struct option_def *def)
{
	return !def->space && def->code == DHCP_PARAMETER_LIST;
}

void
build_option(struct model *mo, struct scope *s, const struct node *n)
{
	uint8_t data[OPTION_VALUE];
	const struct option_def *def;
	const char *why = NULL;
	size_t len;

	if (tok_is(node_word(n, 1), "space")) {
		options_space(&mo->options, n);
		return;
	}
	if (node_word(n, 1)->kind != TOK_WORD || n->block) {
		build_lost(mo, n, "the name of an option is missing");
		return;
	}
	if (tok_is(node_word(n, 2), "code") && n->n > 3) {
		options_define(&mo->options, n);
		return;
	}
	def = options_find(&mo->options, n->t[1].s);
	if (!def) {
		unknown_option(mo, n);
	} else if (is_list_of_asked(def)) {
		build_lost(mo, n,
		    "clients say what they want; PXE and HTTP boot clients "
		    "get what they need unasked");
	} else if (tok_is_mark(node_word(n, 2), '=')) {
		by_expression(mo, s, n, def);
	} else {
		len = option_value(def, n, 2, data, &why);
		if (len == 0)
			build_lost(mo, n, why);
		else
			build_option_set(mo, s, n, def, data, len);
	}
}
