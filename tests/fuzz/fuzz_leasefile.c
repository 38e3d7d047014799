/*
 * fuzz_leasefile.c - any bytes as the lines of a lease file: what is
 * believed goes into a table and comes back from it as the same record.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>
#include <string.h>

#include "dhcpd/lease_journal.h"
#include "fuzz.h"

static void
want(bool ok)
{
	if (!ok)
		abort();
}

static const struct conf_range range[] = {{{0xc0000200}, {0xc00002ff}, 0}};
static const struct conf_subnet subnet = {.pool = range, .npool = 1};
static const char *const name[] = {"uefi"};
static const uint16_t arch[] = {7};
static const struct conf_class class = {
    .name = "uefi", .arch = arch, .narch = 1};
static const struct conf_tftp_client rule = {.class = name, .nclass = 1};
static const struct conf_hw hw = {1, 6, {0x00, 0x54, 0x55, 0x56, 0x67, 0x68}};
static const struct ip4 yiaddr[] = {{0xc6336407}};
static const struct conf_host host = {.chaddr = &hw,
    .nchaddr = 1,
    .client_id = (const uint8_t *)"id",
    .client_id_len = 2,
    .yiaddr = yiaddr,
    .nyiaddr = 1};
static const struct conf conf = {.class = &class,
    .nclass = 1,
    .tftp_client = &rule,
    .ntftp_client = 1,
    .host = &host,
    .nhost = 1,
    .subnet = &subnet,
    .nsubnet = 1,
    .dhcpd = {.max_leases = 256}};

/* The wall clock stands behind every date: nothing is clamped. */
static const struct lease_clock now = {
    .boot_s = INT64_C(300000000000), .wall_s = INT64_C(300000000000)};

static void
same(const struct lease_record *a, const struct lease_record *b)
{
	want(a->state == b->state && a->addr.v == b->addr.v);
	want(a->start_s == b->start_s);
	if (a->state != LEASE_DECLINED) {
		want(a->key.htype == b->key.htype);
		want(a->key.hlen == b->key.hlen);
		want(memcmp(a->key.chaddr, b->key.chaddr, a->key.hlen) == 0);
		want(a->key.client_id_len == b->key.client_id_len);
		want(memcmp(a->id, b->id, a->key.client_id_len) == 0);
		want(!b->class[0] || strcmp(a->class, b->class) == 0);
	}
	if (a->state == LEASE_BOUND && a->expires_s >= a->start_s)
		want(a->expires_s == b->expires_s);
}

/* What is kept of a host: of that one alone, in that class. */
static void
of_host(const struct leases *ls, const struct lease_record *rec)
{
	const struct host_notes *hn = leases_hosts(ls);
	size_t at = 0, most = SIZE_MAX;
	const struct host_note *n = host_notes_next(hn, &at, &most);
	struct lease_record again;
	char buf[LEASE_LINE];
	size_t len;

	want(host_notes_kept(hn) == (n != NULL));
	if (!n)
		return;
	len = lease_journal_put_host(buf, hn, n, &now);
	want(lease_text_get(buf, len - 1, &again) == NULL);
	want(again.state == LEASE_HOST && again.addr.v == yiaddr[0].v);
	want(strcmp(again.class, "uefi") == 0);
	if (rec->addr.v == yiaddr[0].v && strcmp(rec->class, "uefi") == 0 &&
	    !rec->key.client_id_len && rec->key.hlen == 6 &&
	    memcmp(rec->key.chaddr, hw.addr, 6) == 0 && rec->key.htype == 1)
		same(rec, &again);
}

static void
line(struct leases *ls, const char *p, size_t len)
{
	struct lease_record rec, again;
	char buf[LEASE_LINE];
	struct lease *l;
	size_t n;

	if (lease_text_get(p, len, &rec) != NULL)
		return;
	if (!lease_journal_apply(ls, &rec, &now))
		return;
	if (rec.state == LEASE_HOST) {
		of_host(ls, &rec);
		return;
	}
	l = lease_by_addr(ls, rec.addr);
	want(l && l->state == rec.state);
	n = lease_journal_put(buf, ls, l, &now);
	want(n < LEASE_LINE && buf[n - 1] == '\n');
	want(lease_text_get(buf, n - 1, &again) == NULL);
	if (rec.state != LEASE_DECLINED)
		same(&rec, &again);
}

/* A checksum that the fuzzer need not guess: a line "!text" gets its own. */
static void
sealed_line(struct leases *ls, const char *p, size_t len)
{
	char buf[LEASE_LINE + 16];
	static const char digit[] = "0123456789abcdef";
	uint32_t crc;
	size_t i;

	if (len == 0 || *p != '!' || len - 1 > LEASE_LINE) {
		line(ls, p, len);
		return;
	}
	memcpy(buf, p + 1, --len);
	crc = lease_crc(buf, len);
	buf[len++] = ' ';
	for (i = 0; i < 8; i++)
		buf[len++] = digit[crc >> (28 - 4 * i) & 15];
	line(ls, buf, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct leases *ls = leases_new(&conf);
	const char *p = (const char *)data, *end = p + size, *nl;

	if (!ls)
		abort();
	while (p < end && (nl = memchr(p, '\n', (size_t)(end - p)))) {
		sealed_line(ls, p, (size_t)(nl - p));
		p = nl + 1;
	}
	if (p < end)
		sealed_line(ls, p, (size_t)(end - p));
	want(lease_expire(ls, INT64_MAX - 1, 256) == LEASE_NEVER);
	leases_free(ls);
	return 0;
}
