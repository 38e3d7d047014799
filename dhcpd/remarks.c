/*
 * remarks.c - what a configuration says and firmware will not take; see
 * remarks.h.
 *
 * Errors are libproto's; this is for what may be meant as it is written.
 *
 * SPDX-License-Identifier: ISC
 */
#include "dhcpd/remarks.h"

#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "dhcp.h"
#include "pxe.h"

struct teller {
	const struct conf *c;
	remarks_fn *fn;
	void *arg;
};

static const char *
why_discarded(const struct conf_opt *o)
{
	switch (pxe_offer_judge(o->data, o->len, true, true)) {
	case PXE_OFFER_WFM11A:
		return "UEFI will discard offers with it: 1-5 are there but no "
		       "6; write [mtftp FILE] instead, dhcpd adds 6";
	case PXE_OFFER_BROKEN:
		return "PXE clients may discard offers with it: it breaks a "
		       "rule, as 6 without 7 does; leave it out, dhcpd makes "
		       "one that fits";
	default:
		return NULL;
	}
}

static void
look(const struct teller *t, const struct conf_params *p, unsigned int line,
    const char *kind, const char *name)
{
	const struct conf_opt *o =
	    p ? conf_params_opt(p, DHCP_VENDOR_OPTIONS) : NULL;
	const char *why = o ? why_discarded(o) : NULL;
	char text[REMARKS_TEXT], at[16] = "";

	if (!why)
		return;
	if (line)
		(void)snprintf(at, sizeof(at), ":%u", line);
	(void)snprintf(text, sizeof(text), "%.100s%s: %s%s%.60s: option.43: %s",
	    t->c->path, at, kind, *name ? " " : "", name, why);
	t->fn(t->arg, text);
}

/* May a boot ROM be in it? */
static bool
has_pxe(const struct conf_class *k)
{
	static const char pxe[] = "PXEClient";

	for (size_t i = 0; i < k->nvendor_class; i++) {
		size_t n = strlen(k->vendor_class[i]);

		if (strncmp(k->vendor_class[i], pxe,
			n < sizeof(pxe) - 1 ? n : sizeof(pxe) - 1) == 0)
			return true;
	}
	return k->nvendor_class == 0;
}

void
remarks(const struct conf *c, remarks_fn *fn, void *arg)
{
	const struct teller t = {.c = c, .fn = fn, .arg = arg};
	char net[IP4_TEXT], name[IP4_TEXT + 4];

	look(&t, &c->params, 0, "global", "");
	for (size_t i = 0; i < c->nsubnet; i++) {
		const struct conf_subnet *s = &c->subnet[i];

		(void)snprintf(name, sizeof(name), "%s/%u",
		    ip4_text(s->net, net), s->prefix);
		look(&t, &s->params, s->line, "subnet", name);
	}
	for (size_t i = 0; i < c->nclass; i++)
		if (has_pxe(&c->class[i]))
			look(&t, &c->class[i].params, c->class[i].line, "class",
			    c->class[i].name);
	for (size_t i = 0; i < c->nhost; i++)
		look(&t, c->host[i].params, c->host[i].line, "host",
		    c->host[i].name);
}
