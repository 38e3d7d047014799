/*
 * main.c - isc2remoteboot: files in, text out, lines about the rest.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "dhcpd/import/import.h"

#define ISC_CONF "/etc/dhcp/dhcpd.conf"
#define ISC_LEASES "/var/lib/dhcp/dhcpd.leases"

enum {
	FILE_MAX = 256 * 1024 * 1024
};

/* The whole stream; false with errno. */
static bool
read_stream(FILE *f, struct buf *b)
{
	char part[65536];
	size_t n;

	while ((n = fread(part, 1, sizeof part, f)) > 0) {
		if (b->len + n > FILE_MAX) {
			errno = EFBIG;
			return false;
		}
		buf_add(b, part, n);
	}
	return !ferror(f);
}

static bool
read_path(const char *path, struct buf *b)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	bool ok;

	if (!f)
		return false;
	ok = read_stream(f, b);
	if (f != stdin)
		(void)fclose(f);
	return ok;
}

/* include "PATH": as it stands, or beside the file that includes it. */
static const char *
read_included(void *arg, const char *path, const char *from,
    const char **ret_name, const char **ret_text, size_t *ret_len)
{
	struct mem *m = arg;
	struct buf b = {.m = m};
	const char *slash = strrchr(from, '/');

	if (path[0] != '/' && slash)
		path =
		    mem_printf(m, "%.*s/%s", (int)(slash - from), from, path);
	if (!read_path(path, &b))
		return mem_printf(m, "%s", strerror(errno));
	*ret_name = mem_dup(m, path, strlen(path));
	*ret_text = b.s ? b.s : "";
	*ret_len = b.len;
	return NULL;
}

static const char usage_text[] =
    "usage: isc2remoteboot [-V] [-o FILE] [--help] [--leases] [FILE]\n";

static const char help_text[] =
    "Writes a dhcpd.conf of ISC dhcpd as remoteboot.conf.\n"
    "  -l, --leases       FILE is a dhcpd.leases: write our journal of leases\n"
    "  -o, --output FILE  write to FILE, not to the standard output\n"
    "  -V, --version      print the version and exit\n"
    "      --help         print this and exit\n"
    "FILE is " ISC_CONF " or " ISC_LEASES " if it is not given;\n"
    "\"-\" is the standard input.  Exit status: 0 all was converted, 1 some,\n"
    "2 nothing.\n";

struct options {
	bool leases;
	const char *file, *output;
};

static void
read_options(struct options *o, int argc, char *argv[])
{
	static const struct option longs[] = {{"leases", no_argument, 0, 'l'},
	    {"output", required_argument, 0, 'o'},
	    {"version", no_argument, 0, 'V'}, {"help", no_argument, 0, 'h'},
	    {0, 0, 0, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "lo:V", longs, NULL)) != -1) {
		switch (c) {
		case 'l':
			o->leases = true;
			break;
		case 'o':
			o->output = optarg;
			break;
		case 'V':
			(void)puts("isc2remoteboot (" PACKAGE_NAME
				   ") " PACKAGE_VERSION);
			exit(EX_OK);
		case 'h':
			(void)fputs(usage_text, stdout);
			(void)fputs(help_text, stdout);
			exit(EX_OK);
		default:
			(void)fputs(usage_text, stderr);
			exit(EX_USAGE);
		}
	}
	if (argc - optind > 1) {
		(void)fputs(usage_text, stderr);
		exit(EX_USAGE);
	}
	o->file = o->leases ? ISC_LEASES : ISC_CONF;
	if (optind < argc)
		o->file = argv[optind];
}

static void
fail(const char *path)
{
	(void)fprintf(
	    stderr, "isc2remoteboot: %s: %s\n", path, strerror(errno));
}

static bool
write_text(const struct options *o, const struct buf *text)
{
	FILE *f = o->output ? fopen(o->output, "wb") : stdout;
	const char *name = o->output ? o->output : "standard output";
	bool ok;

	if (!f) {
		fail(name);
		return false;
	}
	ok = fwrite(text->s, 1, text->len, f) == text->len;
	ok = fflush(f) == 0 && ok;
	if (!ok)
		fail(name);
	if (o->output)
		(void)fclose(f);
	return ok;
}

int
main(int argc, char *argv[])
{
	struct options o = {.leases = false};
	struct report report;
	struct mem *m = mem_new();
	struct buf in = {.m = m}, out = {.m = m};
	const struct report_line *l;
	enum import_result rc;

	read_options(&o, argc, argv);
	if (!read_path(o.file, &in)) {
		fail(o.file);
		return IMPORT_NOTHING;
	}
	if (!in.s)
		buf_text(&in, "");
	if (o.leases)
		rc = import_leases(m, o.file, in.s ? in.s : "", in.len,
		    time(NULL), &report, &out);
	else
		rc = import_conf(m, o.file, in.s ? in.s : "", in.len,
		    read_included, m, &report, &out);
	for (l = report.first; l; l = l->next)
		(void)fprintf(stderr, "%s\n", l->text);
	if (rc == IMPORT_NOTHING)
		(void)fprintf(stderr,
		    "isc2remoteboot: %s: nothing of it was converted\n",
		    o.file);
	if (!write_text(&o, &out))
		rc = IMPORT_NOTHING;
	mem_free(m);
	return (int)rc;
}
