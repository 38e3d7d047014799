/*
 * leasefile_try.h - a journal in a folder of its own, for tests.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASEFILE_TRY_H
#define REMOTEBOOT_LEASEFILE_TRY_H

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "dhcpd/leasefile.h"
#include "unit.h"

static const struct conf_range range[] = {{{0xc000020a}, {0xc000021d}, 0}};
static const struct conf_subnet subnet = {
    .net = {0xc0000200}, .prefix = 24, .pool = range, .npool = 1};
static const struct conf conf = {
    .subnet = &subnet, .nsubnet = 1, .dhcpd = {.max_leases = 1000}};
static const struct leasefile_owner nobody;
static char dir[64], path[100], why[LEASEFILE_WHY];

#define T0 INT64_C(1795341600) /* 2026-11-22T10:00:00Z */
static const struct lease_clock t0 = {.boot_s = 1000, .wall_s = T0};

static inline struct lease_key
client(unsigned int n)
{
	struct lease_key k = {.htype = 1, .hlen = 6};

	k.chaddr[0] = 2;
	k.chaddr[4] = (uint8_t)(n >> 8);
	k.chaddr[5] = (uint8_t)n;
	return k;
}

static inline struct ip4
addr(unsigned int last)
{
	return (struct ip4){0xc0000200u + last};
}

static inline void
new_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/leasefile.XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/dhcpd.leases", dir);
}

static inline void
remove_folder(void)
{
	char cmd[100];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(cmd), 0);
}

/* The journal opened into a fresh table. */
static inline struct leasefile *
reopen(struct leases **ls, const struct lease_clock *now)
{
	struct leasefile *lf;

	*ls = leases_new(&conf);
	lf = leasefile_open(path, *ls, &nobody, now, why);
	ck_assert_msg(lf != NULL, "not opened: %s", why);
	return lf;
}

static inline void
finish(struct leasefile *lf, struct leases *ls)
{
	leasefile_close(lf);
	leases_free(ls);
}

static inline struct lease *
bind(struct leasefile *lf, struct leases *ls, unsigned int last, unsigned int n,
    int64_t lease_s)
{
	struct lease_key k = client(n);
	struct lease *l = lease_by_addr(ls, addr(last));

	lease_bind(ls, l, &k, t0.boot_s,
	    lease_s == LEASE_NEVER ? LEASE_NEVER : t0.boot_s + lease_s);
	ck_assert(leasefile_add(lf, ls, l, &t0));
	return l;
}

static inline void
open_and_close(void)
{
	struct leases *ls;
	struct leasefile *lf = reopen(&ls, &t0);

	finish(lf, ls);
}

static inline void
want_state(struct leases *ls, unsigned int last, enum lease_state state)
{
	struct lease *l = lease_by_addr(ls, addr(last));

	ck_assert_msg(l->state == state, "address .%u: wanted state %d, got %d",
	    last, state, l->state);
}

static inline void
append_text(const char *text, size_t len)
{
	FILE *f = fopen(path, "a");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static inline off_t
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? st.st_size : -1;
}

static inline void
limit_size(rlim_t bytes)
{
	struct rlimit r = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &r) == -1)
		abort();
}

#endif
