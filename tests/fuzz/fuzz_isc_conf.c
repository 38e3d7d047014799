/*
 * fuzz_isc_conf.c - any bytes as a dhcpd.conf: what comes out passes
 * remoteboot.conf's own parser, and each line of a report is one line.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "dhcpd/import/import.h"
#include "fuzz.h"

static void
want(bool ok)
{
	if (!ok)
		abort();
}

/* "include" reads the same text once more. */
struct input {
	const char *text;
	size_t len;
};

static const char *
include(void *arg, const char *path, const char *from, const char **ret_name,
    const char **ret_text, size_t *ret_len)
{
	const struct input *in = arg;

	(void)path, (void)from;
	if (in->len > 300)
		return "too long to be read again";
	*ret_name = "again";
	*ret_text = in->text;
	*ret_len = in->len;
	return NULL;
}

static void
refused(void *arg, const char *text)
{
	(void)arg;
	(void)fprintf(stderr, "%s\n", text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem *m = mem_new();
	struct buf out = {.m = m};
	struct report report;
	struct input in = {(const char *)data, size};
	enum import_result rc;
	struct conf *c;

	rc = import_conf(
	    m, "fuzz", in.text, in.len, include, &in, &report, &out);
	want((rc == IMPORT_ALL) == (report.lost == 0));
	for (const struct report_line *l = report.first; l; l = l->next)
		want(strpbrk(l->text, "\r\n") == NULL);
	c = conf_parse_text("out", out.s, out.len, refused, NULL);
	want(c != NULL);
	conf_free(c);
	mem_free(m);
	return 0;
}
