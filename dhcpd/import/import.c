/*
 * import.c - a whole dhcpd.conf; see import.h.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/convert.h"
#include "dhcpd/import/import.h"

/* What stands above the sections. */
static const char *
head(struct mem *m, const char *file)
{
	struct buf b = {.m = m};

	buf_text(&b, "# remoteboot.conf, made by isc2remoteboot from ");
	for (; *file; file++)
		buf_add(&b, (unsigned char)*file < 0x20 ? "?" : file, 1);
	buf_text(&b, "\n");
	return b.s;
}

/* At the end, so that whoever reads the file knows what it lacks. */
static void
list_lost(const struct report *r, struct buf *out)
{
	const struct report_line *l;
	bool any = false;

	for (l = r->first; l; l = l->next) {
		if (!strstr(l->text, ": not converted: "))
			continue;
		if (!any)
			buf_text(out, "\n# What was not converted:\n");
		any = true;
		buf_text(out, "# ");
		buf_text(out, l->text);
		buf_text(out, "\n");
	}
}

static bool
has_section(const struct out *out)
{
	for (const struct out_section *s = out->section; s; s = s->next)
		if (!s->dropped)
			return true;
	return false;
}

enum import_result
import_conf(struct mem *m, const char *file, const char *text, size_t len,
    read_file_fn *read, void *read_arg, struct report *report, struct buf *out)
{
	struct parse p = {
	    .m = m, .report = report, .read = read, .read_arg = read_arg};
	struct model mo;
	struct out sections;

	report_init(report, m);
	out_init(&sections, m);
	model_build(&mo, m, report, parse_text(&p, file, text, len));
	mo.file = file;
	convert_model(&mo, &sections);
	verify(&sections, report, head(m, file), out);
	report_sort(report);
	list_lost(report, out);
	if (report->lost)
		return has_section(&sections) ? IMPORT_PARTLY : IMPORT_NOTHING;
	return IMPORT_ALL;
}
