/*
 * test_admit.c - who is taken on by tftpd, and with which limits.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <string.h>

#include "sys/log.h"
#include "tftpd/admit.h"
#include "conf_try.h"
#include "unit.h"

static const char text[] = "[class pi]\nchaddr = b8:27:eb\n"
			   "[tftp-client first]\n"
			   "address = 192.0.2.7, 2001:db8::/32\n"
			   "oack = no\n"
			   "[tftp-client both]\n"
			   "address = 192.0.2.0/24\nchaddr = 00:a0:c9\n"
			   "refuse = blksize\nmax_windowsize = 4\n"
			   "[tftp-client pis]\nclass = pi\nrollover = none\n"
			   "max_blksize = 1024\n"
			   "[tftp-client intel]\nchaddr = 00:a0:c9\n"
			   "rollover = 1\nmax_blksize = 9000\n";

static struct conf *c;
static struct server *srv;

static void
begin(const char *more)
{
	char all[1024];

	log_level(LOG_LEVEL_ERR);
	(void)snprintf(all, sizeof all, "%s%s", text, more);
	c = try_good(all);
	srv = calloc(1, sizeof *srv);
	srv->loop = loop_new();
	srv->all = c;
	srv->conf = c->tftpd;
	ck_assert_int_eq(
	    sessions_reserve(&srv->sessions, srv->conf.max_clients), 0);
}

static void
end(void)
{
	struct session *s;

	while ((s = sessions_first(&srv->sessions)))
		sessions_remove(&srv->sessions, s);
	sessions_free(&srv->sessions);
	loop_free(srv->loop);
	free(srv);
	conf_free(c);
}

static struct who
card(const char *mac)
{
	struct who w = {.hw.htype = 1, .hw.hlen = 6};
	struct mac m;

	if (!mac)
		return (struct who){.known = false};
	ck_assert(mac_parse(mac, &m));
	memcpy(w.hw.addr, m.b, sizeof m.b);
	return w;
}

static struct peer
peer(const char *addr, uint16_t port)
{
	struct peer p = {.port = port};

	ck_assert(addr_parse(addr, &p.addr));
	return p;
}

START_TEST(the_first_rule_that_fits_counts)
{
	static const struct {
		const char *addr, *mac, *want;
	} rows[] = {
	    {"192.0.2.7", NULL, "first"},
	    {"192.0.2.7", "00:a0:c9:00:00:01", "first"},
	    {"2001:db8::5", NULL, "first"},
	    {"192.0.2.8", NULL, "-"},
	    {"192.0.2.8", "00:a0:c9:00:00:01", "both"},
	    {"198.51.100.1", "00:a0:c9:00:00:01", "intel"},
	    {"198.51.100.1", "b8:27:eb:00:00:01", "pis"},
	    {"198.51.100.1", "b8:27:ec:00:00:01", "-"},
	};

	begin("");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct who w = card(rows[i].mac);
		struct peer p = peer(rows[i].addr, 1);
		const struct conf_tftp_client *r = admit_rule(c, &p.addr, &w);

		ck_assert_str_eq(r ? r->name : "-", rows[i].want);
	}
	end();
}
END_TEST

static struct xfer_limits
limits(const char *addr, const char *mac, bool large)
{
	struct udp_in in = {.from = peer(addr, 1), .len = 33};
	struct who w = card(mac);

	return admit_limits(srv, &in, &w, large);
}

START_TEST(a_rule_lowers_and_never_raises)
{
	struct xfer_limits l;

	begin("[tftpd]\nmax_blksize = 4096\nmax_windowsize = 32\n"
	      "refuse = tsize\n");
	l = limits("198.51.100.9", NULL, false);
	ck_assert_uint_eq(l.max_blksize, 4096);
	ck_assert_uint_eq(l.max_windowsize, 32);
	ck_assert_uint_eq(l.refused, TFTP_OPT_TSIZE);
	ck_assert_uint_eq(l.rollover, XFER_ROLLOVER_0);
	ck_assert_uint_eq(l.request_len, 33);
	l = limits("192.0.2.8", "00:a0:c9:00:00:01", false);
	ck_assert_uint_eq(l.max_windowsize, 4);
	ck_assert_uint_eq(l.refused, TFTP_OPT_TSIZE | TFTP_OPT_BLKSIZE);
	l = limits("198.51.100.1", "00:a0:c9:00:00:01", false);
	ck_assert_uint_eq(l.max_blksize, 4096);
	ck_assert_uint_eq(l.rollover, XFER_ROLLOVER_1);
	l = limits("198.51.100.1", "b8:27:eb:00:00:01", false);
	ck_assert_uint_eq(l.max_blksize, 1024);
	ck_assert_uint_eq(l.rollover, XFER_ROLLOVER_NONE);
	l = limits("192.0.2.7", NULL, true);
	ck_assert_uint_eq(l.refused, ~0u);
	ck_assert_uint_eq(l.blksize, 1408);
	ck_assert(l.blksize_fixed);
	end();
}
END_TEST

START_TEST(in_single_port_mode_a_window_wants_trust)
{
	struct udp_in in = {.from = peer("198.51.100.9", 1), .len = 33};
	struct who w = card(NULL);

	begin("[tftpd]\nsingle_port = yes\ntrusted_networks = 10.0.0.0/8\n");
	ck_assert_uint_eq(admit_limits(srv, &in, &w, false).max_windowsize, 1);
	ck_assert(!admit_vouched(srv, &in.from, &w));
	w.known = true;
	ck_assert(admit_vouched(srv, &in.from, &w));
	ck_assert_uint_eq(admit_limits(srv, &in, &w, false).max_windowsize, 64);
	ck_assert_uint_eq(limits("10.1.2.3", NULL, false).max_windowsize, 64);
	end();
}
END_TEST

static struct session *
session(const char *addr, uint16_t port, bool one_port, bool answered)
{
	struct peer p = peer(addr, port);
	struct session *s = sessions_add(&srv->sessions, &p);

	ck_assert_ptr_nonnull(s);
	s->server = srv;
	s->guard.one_port = one_port;
	s->guard.answered = answered;
	sessions_trust(&srv->sessions, s);
	return s;
}

static bool
runs(const char *addr, uint16_t port)
{
	struct peer p = peer(addr, port);

	return sessions_find(&srv->sessions, &p) != NULL;
}

START_TEST(the_oldest_silent_one_gives_way_and_no_proved_one)
{
	struct peer p = peer("10.0.0.9", 9);
	struct session *s;
	char why[ADMIT_WHY];

	begin("[tftpd]\nmax_clients = 4\n");
	(void)session("10.0.0.1", 1, false, true);
	(void)session("10.0.0.2", 1, true, true); /* heard only */
	(void)session("10.0.0.3", 1, false, false);
	ck_assert_ptr_null(admit_room(srv, &p, why)); /* there is room */
	(void)session("10.0.0.4", 1, false, false);
	ck_assert_ptr_null(admit_room(srv, &p, why));
	ck_assert(!runs("10.0.0.3", 1));
	(void)session("10.0.0.5", 1, false, true);
	ck_assert_ptr_null(admit_room(srv, &p, why));
	ck_assert(!runs("10.0.0.4", 1));
	(void)session("10.0.0.6", 1, false, true);
	ck_assert_ptr_null(admit_room(srv, &p, why));
	ck_assert(!runs("10.0.0.2", 1)); /* the last that is not proved */
	s = session("10.0.0.7", 1, false, false);
	s->start_us = loop_now_us(srv->loop); /* has not had its time yet */
	ck_assert_ptr_eq(admit_room(srv, &p, why), &srv->full);
	ck_assert(runs("10.0.0.7", 1));
	s->guard.answered = true;
	s->start_us = 0;
	sessions_trust(&srv->sessions, s);
	ck_assert_ptr_eq(admit_room(srv, &p, why), &srv->full);
	ck_assert_str_eq(why, "max_clients 4 are being served");
	ck_assert_uint_eq(srv->sessions.nlive, 4);
	ck_assert_uint_eq(srv->sums.evicted, 3);
	end();
}
END_TEST

START_TEST(one_address_has_max_per_client)
{
	struct peer a = peer("10.0.0.1", 9), b = peer("10.0.0.2", 9);
	char why[ADMIT_WHY];

	begin("[tftpd]\nmax_per_client = 2\nmax_clients = 10\n");
	(void)session("10.0.0.1", 1, false, false);
	(void)session("10.0.0.1", 2, false, true);
	ck_assert_ptr_null(admit_room(srv, &b, why));
	ck_assert_ptr_null(admit_room(srv, &a, why));
	ck_assert(!runs("10.0.0.1", 1));
	(void)session("10.0.0.1", 3, false, true);
	ck_assert_ptr_eq(admit_room(srv, &a, why), &srv->greedy);
	ck_assert_str_eq(why, "max_per_client 2 are being served");
	ck_assert_ptr_null(admit_room(srv, &b, why));
	end();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    the_first_rule_that_fits_counts,
	    a_rule_lowers_and_never_raises,
	    in_single_port_mode_a_window_wants_trust,
	    the_oldest_silent_one_gives_way_and_no_proved_one,
	    one_address_has_max_per_client,
	    NULL,
	};

	return unit_main("admit", tests);
}
