/*
 * test_foreign.c - the command lines of tftp-hpa and atftpd, flag by flag.
 *
 * Each row is a line and what it becomes, or what it is refused with.  The
 * rows of tftpd(8)'s tables are also run, by tests/tftpd_flags.sh.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>

#include "tftpd/foreign.h"
#include "unit.h"

static bool
is_dir(const char *path)
{
	return strcmp(path, "/srv/tftp") == 0 || strcmp(path, "tree") == 0;
}

static const struct {
	const char *line, *ours; /* ours NULL: it is refused */
	const char *why;	 /* part of it */
} rows[] = {
    /* ours and Incom's stay as they are */
    {"", "", NULL},
    {"-c 64 -d /tftpboot -h -i 0 -k 5 -l /var/log/tftp.log -r -s 1408 59 -v 2",
	"-c 64 -d /tftpboot -h -i 0 -k 5 -l /var/log/tftp.log -r -s 1408 59 "
	"-v 2",
	NULL},
    {"-c64 -i0 -k5 -l/var/log/x -s1408 59 -v2",
	"-c 64 -i 0 -k 5 -l /var/log/x -s 1408 59 -v 2", NULL},
    {"-Ft -C /etc/x -u tftp -V", "-F -t -C /etc/x -u tftp -V", NULL},
    {"-rh", "-r -h", NULL},
    {"--config=/x --config /y --check --help",
	"--config=/x --config /y "
	"--check --help",
	NULL},
    {"--root /x --retries 3", "--root /x --retries 3", NULL},
    {"-l log.txt", "-l log.txt", NULL},
    {"-v 4", "-v 1", NULL}, /* atftpd's */
    {"-v7", "-v 3", NULL},
    {"-v 8", "-v 8", NULL},
    {"-c 0", "-c 0", NULL},
    {"-s 1408", "-s 1408", NULL},
    {"-x", "-x", NULL},
    {"-Fx", "-F -x", NULL},
    {"--unknown", "--unknown", NULL},
    /* tftp-hpa's letters */
    {"-l", "", NULL},
    {"-l -s /srv/tftp", "-d /srv/tftp", NULL},
    {"-l /srv/tftp", "-d /srv/tftp", NULL},
    {"-l tree", "-d tree", NULL},
    {"-ls /srv/tftp", "-d /srv/tftp", NULL},
    {"-lvs /srv/tftp", "-v2 -d /srv/tftp", NULL},
    {"-lcs /srv/tftp", "--create -d /srv/tftp", NULL},
    {"-lsu tftp /srv/tftp", "-u tftp -d /srv/tftp", NULL},
    {"-lvr blksize -cU 002", "--refuse blksize --create -U 002 -v2", NULL},
    {"-lsB1468 -lT100000", "-B 1468 --retransmit 100000", NULL},
    {"-lsa:69 -lP/x", "-a :69 -P /x", NULL},
    {"-lsm /etc/remap", NULL, "[tftp-map]"},
    {"-ltftp.log", "-l tftp.log", NULL},
    {"-L", "-F", NULL},
    {"-Lvvvs /srv/tftp", "-F -v3 -d /srv/tftp", NULL},
    {"-s /srv/tftp -c", "--create -d /srv/tftp", NULL},
    {"-c /srv/tftp", "--create -d /srv/tftp", NULL},
    {"-4 -6", "-4 -6", NULL},
    {"-46", "-4 -6", NULL},
    {"-a 0.0.0.0:69", "-a 0.0.0.0:69", NULL},
    {"-a :69", "-a :69", NULL},
    {"-B 1468", "-B 1468", NULL},
    {"-t 900", "--idle-time 900", NULL},
    {"-t900", "--idle-time 900", NULL},
    {"-t", "-t", NULL},
    {"-T 500000", "--retransmit 500000", NULL},
    {"-r blksize -r tsize", "--refuse blksize --refuse tsize", NULL},
    {"-r BLKSIZE", "--refuse BLKSIZE", NULL},
    {"-r foo /srv/tftp", NULL, "foo: nothing before it takes that"},
    {"-r", "-r", NULL},
    {"-m /etc/tftpd.remap", NULL, "[tftp-map]"},
    {"-v", "-v2", NULL},
    {"-v -v", "-v2", NULL},
    {"-vvv", "-v3", NULL},
    {"-R 4096:32760", "-R 4096:32760", NULL},
    {"-u tftp", "-u tftp", NULL},
    {"-U 022", "-U 022", NULL},
    {"-p", "", NULL},
    {"-P /run/tftpd.pid", "-P /run/tftpd.pid", NULL},
    /* tftp-hpa's long names; what Debian starts */
    {"--listen --user tftp --address 0.0.0.0:69 --secure --create /srv/tftp",
	"-u tftp --address 0.0.0.0:69 --create -d /srv/tftp", NULL},
    {"--user tftp --address 0.0.0.0:69 --secure /srv/tftp --create",
	"-u tftp --address 0.0.0.0:69 --create -d /srv/tftp", NULL},
    {"--foreground --ipv4 --blocksize 1468 --umask 027 --pidfile /x",
	"--foreground --ipv4 --blocksize 1468 --umask 027 --pidfile /x", NULL},
    {"--timeout 900 --retransmit 1000000 --refuse tsize --permissive",
	"--idle-time 900 --retransmit 1000000 --refuse tsize", NULL},
    {"--timeout=900", "--idle-time 900", NULL},
    {"--verbose --verbose --verbose", "-v3", NULL},
    {"--verbosity 3", "-v 3", NULL},
    {"--verbosity x", "-v x", NULL},
    {"--map-file /x", NULL, "--map-file: that is a flag of another server"},
    {"--port-range 4096:4100", "--port-range 4096:4100", NULL},
    {"/srv/a /srv/b", NULL, "one boot tree"},
    {"-- -odd", "-d -odd", NULL},
    /* atftpd's; what Debian starts */
    {"--daemon --tftpd-timeout 300 --retry-timeout 5 --maxthread 100 "
     "--verbose=5 /srv/tftp",
	"--idle-time 300 --retry-timeout 5 -c 100 -v 2 -d /srv/tftp", NULL},
    {"--bind-address 192.0.2.1 --port 69", "-a 192.0.2.1 --port 69", NULL},
    {"--logfile /var/log/x", "-l /var/log/x", NULL},
    {"--logfile -", "-F", NULL},
    {"--pidfile /x --user nobody --no-fork", "--pidfile /x -u nobody -F", NULL},
    {"--user nobody.nogroup", NULL, "the group is that user's"},
    {"--group nogroup", NULL, "the group is that user's"},
    {"--no-blksize --no-tsize --no-timeout --no-windowsize --no-multicast",
	"--refuse=blksize --refuse=tsize --refuse=timeout "
	"--refuse=windowsize --refuse=multicast",
	NULL},
    {"--listen-local --prevent-sas", "", NULL},
    {"--trace --verbose=7", "-v3 -v 3", NULL},
    {"--verbose 2", "-v 2", NULL},
    {"--verbose=4", "-v 1", NULL},
    {"--pcre /x", NULL, "[tftp-map]"},
    {"--pcre-test /x", NULL, "[tftp-map]"},
    {"--mtftp /x", NULL, "start mtftpd"},
    {"--mtftp-port 1759", NULL, "start mtftpd"},
    {"--no-source-port-checking", NULL, "single_port = yes"},
    {"--mcast-port 1758 --mcast-addr 239.239.239.0-255 --mcast-ttl 1",
	"--mcast-port 1758 --mcast-addr 239.239.239.0-255 --mcast-ttl 1", NULL},
    {"--mcast-switch-client", "", NULL},
    {"-m 100 -p 69 -r 5 -U nobody",
	"-c 100 --port 69 --retry-timeout 5 "
	"-u nobody",
	NULL},
};

/* The words of a line, apart at blanks, for argv. */
static int
split(char *line, char *argv[static FOREIGN_WORDS])
{
	static char name[] = "tftpd";
	int n = 0;

	argv[n++] = name;
	for (char *w = strtok(line, " "); w; w = strtok(NULL, " "))
		argv[n++] = w;
	argv[n] = NULL;
	return n;
}

static void
join(const struct foreign *f, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (int i = 1; i < f->argc && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s",
		    i > 1 ? " " : "", f->argv[i]);
}

START_TEST(each_row_becomes_ours_or_is_told)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char line[512], ours[1024], *argv[FOREIGN_WORDS];
		static struct foreign f;
		bool ok;

		(void)snprintf(line, sizeof line, "%s", rows[i].line);
		ok = foreign_flags(split(line, argv), argv, is_dir, &f);
		ck_assert_msg(ok == (rows[i].ours != NULL), "%s: %s",
		    rows[i].line, ok ? "taken" : f.why);
		if (!ok) {
			ck_assert_msg(strstr(f.why, rows[i].why) != NULL,
			    "%s: \"%s\" is not in \"%s\"", rows[i].line,
			    rows[i].why, f.why);
			continue;
		}
		join(&f, ours, sizeof ours);
		ck_assert_str_eq(ours, rows[i].ours);
		ck_assert_ptr_null(f.argv[f.argc]);
	}
}
END_TEST

START_TEST(a_value_that_is_missing_is_left_to_the_options)
{
	static const char *const flags[] = {"-d", "-a", "-u", "-C", "--root",
	    "--timeout", "--user", "--maxthread", "--verbosity"};

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		char line[32], *argv[FOREIGN_WORDS];
		static struct foreign f;

		(void)snprintf(line, sizeof line, "%s", flags[i]);
		ck_assert(foreign_flags(split(line, argv), argv, is_dir, &f));
		ck_assert_int_ge(f.argc, 2);
	}
}
END_TEST

START_TEST(too_many_words_are_refused)
{
	static char word[] = "-F", *argv[4 * FOREIGN_WORDS];
	static struct foreign f;

	for (size_t i = 0; i + 1 < sizeof argv / sizeof argv[0]; i++)
		argv[i] = word;
	ck_assert(!foreign_flags(4 * FOREIGN_WORDS - 1, argv, is_dir, &f));
	ck_assert_ptr_nonnull(strstr(f.why, "too many words"));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {each_row_becomes_ours_or_is_told,
	    a_value_that_is_missing_is_left_to_the_options,
	    too_many_words_are_refused, NULL};

	return unit_main("foreign", tests);
}
