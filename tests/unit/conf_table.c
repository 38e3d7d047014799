/*
 * conf_table.c - prints the table of keys, one a line: section, key,
 * default ("-" when there is none), separated by tabs.  For tests that
 * compare it with what is written elsewhere.
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>

#include "conf_keys.h"

int
main(void)
{
	for (size_t i = 0; i < conf_nkeys; i++) {
		const struct conf_key *k = &conf_keys[i];
		unsigned int s = CONF_S_GLOBAL;

		while (!(k->in & CONF_IN(s)))
			s++;
		printf("%s\t%s\t%s\n", conf_sections[s].name, k->name,
		    k->dflt ? k->dflt : "-");
	}
	return 0;
}
