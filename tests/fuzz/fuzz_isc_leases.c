/*
 * fuzz_isc_leases.c - any bytes as a dhcpd.leases of ISC: each line that
 * comes out is a record that our journal believes.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "dhcpd/import/import.h"
#include "lease_text.h"
#include "fuzz.h"

static void
want(bool ok)
{
	if (!ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_new();
	struct buf out = {.m = m};
	struct report report;
	struct lease_record rec;
	const char *p, *nl;

	(void)import_leases(
	    m, "fuzz", (const char *)data, size, 1790000000, &report, &out);
	want(strncmp(out.s, LEASE_HEADER, strlen(LEASE_HEADER)) == 0);
	for (p = out.s + strlen(LEASE_HEADER); *p; p = nl + 1) {
		nl = strchr(p, '\n');
		want(nl != NULL);
		want(lease_text_get(p, (size_t)(nl - p), &rec) == NULL);
	}
	mem_free(m);
	return 0;
}
