/*
 * test_conf_samples.c - the configurations that are shipped: all of them are
 * right, and etc/remoteboot.conf shows every key with its default.
 *
 * $top_srcdir and $top_builddir say where they are.
 *
 * SPDX-License-Identifier: ISC
 */
#include "conf_keys.h"
#include "conf_try.h"

/* A file in memory. */
struct file {
	char text[TRY_TEXT];
	size_t len;
};

static void
load(struct file *f, const char *where, const char *name)
{
	const char *dir = getenv(where);
	char path[512];
	FILE *fp;

	(void)snprintf(path, sizeof path, "%s/%s", dir ? dir : ".", name);
	fp = fopen(path, "rb");
	ck_assert_msg(fp != NULL, "cannot open %s", path);
	f->len = fread(f->text, 1, sizeof f->text - 1, fp);
	f->text[f->len] = '\0';
	(void)fclose(fp);
}

/* "#key = value" and "#[section]" become lines; "# words" stay comments. */
static void
uncomment(struct file *f)
{
	char *to = f->text;
	bool start = true;

	for (const char *p = f->text; *p; p++) {
		if (start && *p == '#' && p[1] != ' ' && p[1] != '\n')
			p++;
		start = *p == '\n';
		*to++ = *p;
	}
	*to = '\0';
}

/*
 * The value of a key in a section of the uncommented file, in buf; NULL when
 * it is not there.
 */
static const char *
value_in(const struct file *f, const char *section, const char *key,
    char buf[static 256])
{
	char copy[TRY_TEXT], *save, *line;
	bool inside = false;
	size_t n = strlen(section), k = strlen(key);

	memcpy(copy, f->text, f->len + 1);
	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (*line == '[')
			inside = strncmp(line + 1, section, n) == 0 &&
				 strchr(" ]", line[1 + n]);
		if (!inside || strncmp(line, key, k) != 0 ||
		    strncmp(line + k, " = ", 3) != 0)
			continue;
		(void)snprintf(buf, 256, "%s", line + k + 3);
		return buf;
	}
	return NULL;
}

START_TEST(shipped_configurations_are_right)
{
	static const char *const names[] = {"etc/remoteboot-small.conf",
	    "etc/samples/guide-isc-2.conf", "etc/samples/guide-isc-3.conf",
	    "etc/samples/tftp-clients.conf", NULL};
	struct file f;

	for (size_t i = 0; names[i]; i++) {
		struct try_errors e;
		struct conf *c;

		load(&f, "top_srcdir", names[i]);
		c = try_bytes(f.text, f.len, &e);
		ck_assert_msg(c != NULL, "%s: %s", names[i], e.text);
		conf_free(c);
	}
}
END_TEST

START_TEST(the_small_one_boots_one_pc_in_under_20_lines)
{
	unsigned int lines = 0;
	struct conf *c;
	struct file f;

	load(&f, "top_srcdir", "etc/remoteboot-small.conf");
	for (const char *p = f.text; *p; p++)
		lines += *p == '\n';
	ck_assert_uint_lt(lines, 20);
	c = try_good(f.text);
	ck_assert_uint_eq(c->nhost, 1);
	ck_assert_uint_eq(c->nsubnet, 1);
	ck_assert_ptr_nonnull(c->class[0].params.file);
	conf_free(c);
}
END_TEST

START_TEST(as_it_is_the_full_one_means_the_defaults)
{
	struct conf *c, *d = conf_defaults();
	struct file f;

	load(&f, "top_builddir", "installed/etc/remoteboot.conf");
	c = try_good(f.text);
	ck_assert_uint_eq(c->nsubnet + c->nhost + c->nclass + c->nmtftp, 0);
	ck_assert_str_eq(c->tftp_root, d->tftp_root);
	ck_assert_uint_eq(c->params.set, d->params.set);
	conf_free(c);
	conf_free(d);
}
END_TEST

START_TEST(uncommented_the_full_one_is_right_too)
{
	struct file f;
	struct conf *c;

	load(&f, "top_builddir", "installed/etc/remoteboot.conf");
	uncomment(&f);
	c = try_good(f.text);
	ck_assert_uint_eq(c->nsubnet, 1);
	ck_assert_uint_eq(c->nclass, 2);
	ck_assert_uint_eq(c->nhost, 1);
	ck_assert_uint_eq(c->nmtftp, 1);
	ck_assert_uint_eq(c->nmenu, 1);
	ck_assert_uint_eq(c->nboot_server, 2);
	conf_free(c);
}
END_TEST

START_TEST(every_key_stands_in_the_full_one_with_its_default)
{
	struct file f;
	char got[256];

	load(&f, "top_builddir", "installed/etc/remoteboot.conf");
	uncomment(&f);
	f.len = strlen(f.text);
	for (size_t i = 0; i < conf_nkeys; i++) {
		const struct conf_key *k = &conf_keys[i];
		unsigned int s = CONF_S_GLOBAL;
		const char *value;

		while (!(k->in & CONF_IN(s)))
			s++;
		value = value_in(&f, conf_sections[s].name, k->name, got);
		ck_assert_msg(value != NULL, "[%s] %s is missing",
		    conf_sections[s].name, k->name);
		if (k->dflt)
			ck_assert_msg(strcmp(value, k->dflt) == 0,
			    "[%s] %s: the file says %s, the default is %s",
			    conf_sections[s].name, k->name, value, k->dflt);
	}
}
END_TEST

START_TEST(each_key_has_its_line_of_why)
{
	char *save, *line;
	bool comment = false;
	struct file f;

	load(&f, "top_builddir", "installed/etc/remoteboot.conf");
	for (line = strtok_r(f.text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		bool key = *line == '#' && line[1] != ' ' && line[1] != '[' &&
			   line[1] && strncmp(line + 1, "option.", 7) != 0;

		/* in the examples of other sections boot keys need none */
		ck_assert_msg(!key || comment || strncmp(line, "#file", 5) == 0,
		    "nothing says why above %s", line);
		comment = *line == '#' && line[1] == ' ';
	}
}
END_TEST

START_TEST(examples_of_the_page_can_be_pasted)
{
	unsigned int n = 0;
	char *from, *to;
	struct file f;

	load(&f, "top_srcdir", "man/remoteboot.conf.5");
	from = strstr(f.text, ".Sh EXAMPLES");
	ck_assert_ptr_nonnull(from);
	while ((from = strstr(from, "\n.Bd -literal")) != NULL) {
		from = strchr(from + 1, '\n') + 1;
		to = strstr(from, ".Ed\n");
		ck_assert_ptr_nonnull(to);
		*to = '\0';
		conf_free(try_good(from));
		from = to + 1;
		n++;
	}
	ck_assert_uint_ge(n, 2);
}
END_TEST

START_TEST(the_guide_means_what_it_said)
{
	const struct conf_opt *o;
	struct conf *c;
	struct file f;

	load(&f, "top_srcdir", "etc/samples/guide-isc-2.conf");
	c = try_good(f.text);
	ck_assert(c->dhcpd.use_host_decl_names);
	ck_assert_uint_eq(c->subnet[0].params.lease_s, CONF_INFINITE);
	ck_assert_uint_eq(c->subnet[0].npool, 0);
	o = conf_params_opt(&c->subnet[0].params, 43);
	ck_assert_uint_eq(o->len, 6);
	ck_assert_mem_eq(o->data, "\1\4\0\0\0", 6);
	o = conf_params_opt(&c->subnet[0].params, 60);
	ck_assert_mem_eq(o->data, "PXEClient", 9);
	ck_assert_uint_eq(c->host[1].yiaddr[0].v, 0xc0a80165);
	conf_free(c);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {shipped_configurations_are_right,
	    the_small_one_boots_one_pc_in_under_20_lines,
	    as_it_is_the_full_one_means_the_defaults,
	    uncommented_the_full_one_is_right_too,
	    every_key_stands_in_the_full_one_with_its_default,
	    each_key_has_its_line_of_why, examples_of_the_page_can_be_pasted,
	    the_guide_means_what_it_said, NULL};

	return unit_main("conf_samples", tests);
}
