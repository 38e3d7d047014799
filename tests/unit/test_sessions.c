/*
 * test_sessions.c - the table of transfers: by peer, by deadline, bounded.
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "tftpd/sessions.h"
#include "unit.h"

static struct peer
peer_of(uint32_t n)
{
	struct peer p;

	memset(&p, 0, sizeof p);
	p.addr = addr_from_ip4((struct ip4){0x0a000000 + n / 7});
	p.port = (uint16_t)(1024 + n % 7);
	return p;
}

START_TEST(every_peer_is_found_and_no_other)
{
	struct sessions t = {0};
	struct peer p;

	ck_assert_int_eq(sessions_reserve(&t, 1000), 0);
	for (uint32_t n = 0; n < 1000; n++) {
		p = peer_of(n);
		ck_assert_ptr_null(sessions_find(&t, &p));
		ck_assert_ptr_nonnull(sessions_add(&t, &p));
	}
	p = peer_of(1000);
	ck_assert_ptr_null(sessions_find(&t, &p));
	ck_assert_ptr_null(sessions_add(&t, &p)); /* full */
	for (uint32_t n = 0; n < 1000; n += 2) {
		p = peer_of(n);
		sessions_remove(&t, sessions_find(&t, &p));
		ck_assert_ptr_null(sessions_find(&t, &p));
	}
	for (uint32_t n = 1; n < 1000; n += 2) {
		p = peer_of(n);
		ck_assert(peer_equal(&sessions_find(&t, &p)->peer, &p));
	}
	ck_assert_uint_eq(t.nlive, 500);
	sessions_free(&t);
}
END_TEST

/* A thousand transfers are to fit into few megabytes. */
START_TEST(an_idle_transfer_takes_less_than_four_kilobytes)
{
	ck_assert_uint_lt(sizeof(struct session), 2048);
}
END_TEST

START_TEST(no_deadline_is_missed_and_none_comes_early)
{
	struct sessions t = {0};
	uint32_t seed = 7;

	ck_assert_int_eq(sessions_reserve(&t, 200), 0);
	for (uint32_t n = 0; n < 200; n++) {
		struct peer p = peer_of(n);

		(void)sessions_add(&t, &p);
	}
	for (int round = 0; round < 5000 && t.nlive; round++) {
		uint64_t least = UINT64_MAX;
		struct session *s;

		seed = seed * 1103515245 + 12345;
		s = t.heap[(seed >> 8) % t.nlive];
		if (round % 31 == 0) {
			sessions_remove(&t, s);
		} else {
			s->xfer.deadline_us = seed % 10000;
			sessions_deadline(&t, s);
		}
		for (size_t i = 0; i < t.nlive; i++) {
			ck_assert_uint_eq(t.heap[i]->heap, i);
			if (t.heap[i]->xfer.deadline_us < least)
				least = t.heap[i]->xfer.deadline_us;
		}
		ck_assert_uint_le(sessions_wake_us(&t), least);
		s = sessions_due(&t, seed / 7 % 10000);
		ck_assert_int_eq(s != NULL, least <= seed / 7 % 10000);
		if (s)
			ck_assert_uint_le(
			    s->xfer.deadline_us, seed / 7 % 10000);
	}
	sessions_free(&t);
	ck_assert_ptr_null(sessions_first(&t));
}
END_TEST

/* A thousand times the deadline of others would make no difference. */
START_TEST(while_its_packet_waits_for_us_a_client_is_not_silent)
{
	struct sessions t = {0};
	struct peer p = peer_of(1), q = peer_of(2);
	struct session *s, *other;

	ck_assert_int_eq(sessions_reserve(&t, 2), 0);
	s = sessions_add(&t, &p);
	other = sessions_add(&t, &q);
	s->xfer.deadline_us = 10000;
	sessions_deadline(&t, s);
	other->xfer.deadline_us = 20000;
	sessions_deadline(&t, other);
	s->turn.state = TURN_WAITS;
	s->turn.since_us = 9000;
	ck_assert_ptr_null(sessions_due(&t, 15000));
	ck_assert_ptr_eq(sessions_due(&t, 20000), other);
	/* its turn: what was left of the time counts again */
	s->turn.state = TURN_ACTIVE;
	s->xfer.deadline_us = 18000;
	sessions_deadline(&t, s);
	ck_assert_uint_eq(sessions_wake_us(&t), 18000);
	ck_assert_ptr_eq(sessions_due(&t, 20000), s);
	/* forgotten by mistake, or longer patience than that */
	s->turn.state = TURN_WAITS;
	ck_assert_ptr_eq(sessions_due(&t, 20000), other);
	sessions_remove(&t, other);
	ck_assert_ptr_null(sessions_due(&t, 9000 + TURNS_WAIT_MAX_US - 1));
	ck_assert_ptr_eq(sessions_due(&t, 9000 + TURNS_WAIT_MAX_US), s);
	s->xfer.deadline_us = 9000000;
	ck_assert_ptr_null(sessions_due(&t, 9000 + TURNS_WAIT_MAX_US));
	ck_assert_ptr_eq(sessions_due(&t, 9000000), s);
	sessions_free(&t);
}
END_TEST

START_TEST(more_room_keeps_what_runs)
{
	struct sessions t = {0};
	struct session *s[16];

	ck_assert_int_eq(sessions_reserve(&t, 16), 0);
	for (uint32_t n = 0; n < 16; n++) {
		struct peer p = peer_of(n);

		s[n] = sessions_add(&t, &p);
	}
	ck_assert_int_eq(sessions_reserve(&t, 5000), 0);
	ck_assert_int_eq(sessions_reserve(&t, 2), 0); /* never shrinks */
	for (uint32_t n = 0; n < 5000; n++) {
		struct peer p = peer_of(n);

		if (n < 16)
			ck_assert_ptr_eq(sessions_find(&t, &p), s[n]);
		else
			ck_assert_ptr_nonnull(sessions_add(&t, &p));
	}
	sessions_free(&t);
}
END_TEST

START_TEST(slot_is_clean_when_it_is_used_again)
{
	struct sessions t = {0};
	struct peer p = peer_of(1), q = peer_of(2);
	struct session *s;

	ck_assert_int_eq(sessions_reserve(&t, 1), 0);
	s = sessions_add(&t, &p);
	s->xfer.base = 77;
	s->todo_count = 3;
	sessions_remove(&t, s);
	s = sessions_add(&t, &q);
	ck_assert_uint_eq(s->xfer.base, 0);
	ck_assert_uint_eq(s->todo_count, 0);
	ck_assert_int_eq(s->io.fd, -1);
	ck_assert_int_eq(s->source.fd, -1);
	ck_assert_uint_eq(s->xfer.deadline_us, XFER_NEVER);
	sessions_free(&t);
}
END_TEST

START_TEST(the_oldest_of_each_trust_is_known)
{
	struct sessions t = {0};
	struct session *s[5], *silent;
	struct addr a;

	ck_assert_int_eq(sessions_reserve(&t, 5), 0);
	ck_assert_ptr_null(sessions_oldest(&t, GUARD_NEW));
	for (uint32_t n = 0; n < 5; n++) {
		struct peer p = peer_of(n); /* all of one address */

		s[n] = sessions_add(&t, &p);
		s[n]->guard.one_port = n == 3;
	}
	a = s[0]->peer.addr;
	ck_assert_ptr_eq(sessions_oldest(&t, GUARD_NEW), s[0]);
	s[0]->guard.answered = s[3]->guard.answered = true;
	sessions_trust(&t, s[0]);
	sessions_trust(&t, s[3]);
	ck_assert_ptr_eq(sessions_oldest(&t, GUARD_NEW), s[1]);
	ck_assert_ptr_eq(sessions_oldest(&t, GUARD_HEARD), s[3]);
	ck_assert_ptr_eq(sessions_oldest(&t, GUARD_PROVED), s[0]);
	ck_assert_uint_eq(sessions_of(&t, &a, 9, &silent), 5);
	ck_assert_ptr_eq(silent, s[1]);
	ck_assert_uint_eq(sessions_of(&t, &a, 2, &silent), 2);
	sessions_remove(&t, s[1]);
	sessions_remove(&t, s[4]);
	ck_assert_ptr_eq(sessions_oldest(&t, GUARD_NEW), s[2]);
	ck_assert_uint_eq(sessions_of(&t, &a, 9, &silent), 3);
	ck_assert_ptr_eq(silent, s[2]);
	sessions_remove(&t, s[2]);
	sessions_remove(&t, s[0]);
	sessions_remove(&t, s[3]);
	for (int i = GUARD_NEW; i <= GUARD_PROVED; i++)
		ck_assert_ptr_null(sessions_oldest(&t, i));
	ck_assert_uint_eq(sessions_of(&t, &a, 9, &silent), 0);
	sessions_free(&t);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {every_peer_is_found_and_no_other,
	    an_idle_transfer_takes_less_than_four_kilobytes,
	    no_deadline_is_missed_and_none_comes_early,
	    while_its_packet_waits_for_us_a_client_is_not_silent,
	    more_room_keeps_what_runs, slot_is_clean_when_it_is_used_again,
	    the_oldest_of_each_trust_is_known, NULL};

	return unit_main("sessions", tests);
}
