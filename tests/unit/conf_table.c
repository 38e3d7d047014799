/*
 * conf_table.c - prints the tables of the configuration for tests that
 * compare them with what is written elsewhere.  Without an argument the
 * keys: section, key, default ("-" when there is none); with "options" the
 * DHCP options that can be set: code, name, type.  Tabs between.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>

#include "conf_keys.h"
#include "dhcp_names.h"

static void
keys(void)
{
	for (size_t i = 0; i < conf_nkeys; i++) {
		const struct conf_key *k = &conf_keys[i];
		unsigned int s = CONF_S_GLOBAL;

		while (!(k->in & CONF_IN(s)))
			s++;
		printf("%s\t%s\t%s\n", conf_sections[s].name, k->name,
		    k->dflt ? k->dflt : "-");
	}
}

static void
options(void)
{
	static const char *const types[] = {
	    [DHCP_V_TEXT] = "text",
	    [DHCP_V_BYTES] = "bytes",
	    [DHCP_V_IP] = "address",
	    [DHCP_V_IPS] = "addresses",
	    [DHCP_V_PAIRS] = "pairs",
	    [DHCP_V_BOOL] = "boolean",
	    [DHCP_V_U8] = "number to 255",
	    [DHCP_V_U16] = "number to 65535",
	    [DHCP_V_U32] = "number",
	    [DHCP_V_S32] = "number with sign",
	    [DHCP_V_SECONDS] = "duration",
	    [DHCP_V_U16S] = "numbers to 65535",
	    [DHCP_V_DOMAINS] = "domains",
	    [DHCP_V_ROUTES] = "routes",
	};
	size_t n;
	const struct dhcp_name *o = dhcp_names(&n);

	for (size_t i = 0; i < n; i++)
		if (o[i].type != DHCP_V_REFUSED)
			printf("%u\t%s\t%s\n", o[i].code, o[i].name,
			    types[o[i].type]);
}

int
main(int argc, char *argv[])
{
	(void)argv;
	if (argc > 1)
		options();
	else
		keys();
	return 0;
}
