/* test_loop.c - the event loop.  SPDX-License-Identifier: ISC */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/loop.h"
#include "sys_tmp.h"
#include "unit.h"

static struct loop *l;

/* A descriptor that counts how often it is ready and may do something. */
struct probe {
	struct loop_io io;
	int other; /* the end to write to */
	unsigned int calls;
	uint32_t events;
	bool eat;	      /* read what came */
	struct probe *victim; /* deleted by ready() */
	unsigned int stop_at;
};

static void
probe_ready(struct loop_io *io, uint32_t events)
{
	struct probe *p =
	    (struct probe *)(void *)((char *)io - offsetof(struct probe, io));
	char c;

	p->calls++;
	p->events = events;
	if (p->eat)
		ck_assert_int_eq(read(io->fd, &c, 1), 1);
	if (p->victim) {
		loop_del(l, &p->victim->io);
		p->victim->io.ready = NULL; /* a call would crash */
	}
	if (p->stop_at && p->calls >= p->stop_at)
		loop_stop(l);
}

static void
probe_open(struct probe *p)
{
	int fd[2];

	memset(p, 0, sizeof *p);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	p->io.fd = fd[0];
	p->io.ready = probe_ready;
	p->other = fd[1];
	p->eat = true;
	ck_assert_int_eq(loop_add(l, &p->io, EPOLLIN), 0);
}

static void
stop_now(void *arg)
{
	++*(unsigned int *)arg;
	loop_stop(l);
}

static void
setup(void)
{
	l = loop_new();
	ck_assert_ptr_nonnull(l);
}

START_TEST(a_readable_descriptor_is_called_with_its_events)
{
	struct probe p;

	setup();
	probe_open(&p);
	p.stop_at = 3;
	ck_assert_int_eq(write(p.other, "abc", 3), 3);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(p.calls, 3);
	ck_assert_uint_eq(p.events & EPOLLIN, EPOLLIN);
	loop_free(l);
}
END_TEST

START_TEST(a_descriptor_deleted_by_another_in_the_same_round_is_not_called)
{
	struct probe a, b;

	setup();
	probe_open(&a);
	probe_open(&b);
	/* whichever comes first deletes the other */
	a.victim = &b;
	b.victim = &a;
	a.stop_at = b.stop_at = 1;
	ck_assert_int_eq(write(a.other, "a", 1), 1);
	ck_assert_int_eq(write(b.other, "b", 1), 1);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(a.calls + b.calls, 1);
	loop_free(l);
}
END_TEST

START_TEST(a_descriptor_may_delete_itself)
{
	unsigned int n = 0;
	struct probe p;

	setup();
	probe_open(&p);
	p.eat = false;
	p.victim = &p;
	ck_assert_int_eq(write(p.other, "a", 1), 1);
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, loop_now_us(l) + 20000);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(p.calls, 1);
	loop_free(l);
}
END_TEST

START_TEST(changed_events_count_from_then_on)
{
	struct probe p;

	setup();
	probe_open(&p);
	p.eat = false;
	p.stop_at = 1;
	ck_assert_int_eq(loop_change(l, &p.io, EPOLLOUT), 0);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(p.events, EPOLLOUT);
	loop_free(l);
}
END_TEST

START_TEST(the_timer_fires_once_and_not_early)
{
	uint64_t at;
	unsigned int n = 0;

	setup();
	loop_timer_fn(l, stop_now, &n);
	at = loop_now_us(l) + 30000;
	loop_timer_at(l, at);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_ge(loop_now_us(l), at);
	ck_assert_uint_lt(loop_now_us(l), at + 2000000);
	loop_free(l);
}
END_TEST

START_TEST(a_timer_in_the_past_fires_at_once)
{
	unsigned int n = 0;

	setup();
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, 0);
	ck_assert_int_eq(loop_run(l), 0);
	loop_timer_at(l, 1);
	ck_assert_int_eq(loop_run(l), 0);
	loop_timer_at(l, loop_now_us(l));
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(n, 3);
	loop_free(l);
}
END_TEST

START_TEST(a_later_call_replaces_the_time)
{
	uint64_t begin;
	unsigned int n = 0;

	setup();
	begin = loop_now_us(l);
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, begin + 10000);
	loop_timer_at(l, begin + 60000);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_ge(loop_now_us(l), begin + 60000);
	loop_free(l);
}
END_TEST

/* The first round (a descriptor is ready) puts the timer off. */
static void
put_off(void *arg)
{
	uint64_t *at = arg;

	if (*at)
		return;
	*at = loop_now_us(l) + 60000;
	loop_timer_at(l, *at);
}

START_TEST(a_timer_that_is_set_and_put_off_fires_at_the_later_time)
{
	unsigned int n = 0;
	uint64_t at = 0;
	struct probe p;

	setup();
	probe_open(&p);
	ck_assert_int_eq(write(p.other, "a", 1), 1);
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, loop_now_us(l) + 30000);
	loop_after(l, put_off, &at);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_ge(loop_now_us(l), at);
	ck_assert_uint_ne(at, 0);
	loop_free(l);
}
END_TEST

struct again {
	unsigned int n;
	uint64_t last_us;
};

static void
again(void *arg)
{
	struct again *a = arg;

	if (++a->n == 5)
		loop_stop(l);
	loop_timer_at(l, loop_now_us(l) + 2000);
}

START_TEST(a_timer_may_set_itself_anew)
{
	struct again a = {0, 0};

	setup();
	loop_timer_fn(l, again, &a);
	loop_timer_at(l, loop_now_us(l));
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(a.n, 5);
	loop_free(l);
}
END_TEST

START_TEST(a_timer_withdrawn_by_ready_does_not_fire)
{
	unsigned int n = 0, m = 0;
	struct probe p;

	/* due in the same round as the descriptor, which withdraws it */
	setup();
	probe_open(&p);
	p.stop_at = 1;
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, loop_now_us(l) + 5000);
	ck_assert_int_eq(write(p.other, "a", 1), 1);
	loop_timer_at(l, LOOP_NEVER);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(n, 0);
	loop_timer_fn(l, stop_now, &m);
	loop_timer_at(l, loop_now_us(l) + 20000);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(m, 1);
	loop_free(l);
}
END_TEST

static unsigned int after_calls, after_seen;

static void
after(void *arg)
{
	struct probe *p = arg;

	after_calls++;
	after_seen = p[0].calls + p[1].calls;
}

START_TEST(after_is_called_once_for_a_batch)
{
	struct probe p[2];

	setup();
	probe_open(&p[0]);
	probe_open(&p[1]);
	p[0].stop_at = p[1].stop_at = 1;
	loop_after(l, after, p);
	ck_assert_int_eq(write(p[0].other, "a", 1), 1);
	ck_assert_int_eq(write(p[1].other, "b", 1), 1);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(after_calls, 1);
	ck_assert_uint_eq(after_seen, 2);
	loop_free(l);
}
END_TEST

/* Nothing is ready: without loop_again() this would wait for the timer. */
static void
three_times(void *arg)
{
	if (++*(unsigned int *)arg < 3)
		loop_again(l);
}

START_TEST(a_round_that_is_asked_for_comes_at_once_and_only_then)
{
	unsigned int rounds = 0, n = 0;
	uint64_t begin;
	struct probe p;

	setup();
	probe_open(&p);
	begin = loop_now_us(l);
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, begin + 200000);
	loop_after(l, three_times, &rounds);
	loop_again(l);
	ck_assert_int_eq(loop_run(l), 0);
	/* two that were asked for, the one that asked no more, the timer's */
	ck_assert_uint_eq(rounds, 4);
	ck_assert_uint_ge(loop_now_us(l), begin + 200000);
	loop_free(l);
}
END_TEST

static void
serve_one(void *arg)
{
	struct probe *p = arg;

	loop_again(l);
	if (after_calls++ == 5)
		ck_assert_int_eq(write(p->other, "a", 1), 1);
}

START_TEST(descriptors_and_the_timer_are_served_between_rounds_at_once)
{
	unsigned int n = 0;
	struct probe p;

	setup();
	after_calls = 0;
	probe_open(&p);
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, loop_now_us(l) + 30000);
	loop_after(l, serve_one, &p);
	loop_again(l);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(p.calls, 1);
	ck_assert_uint_gt(after_calls, 6);
	loop_free(l);
}
END_TEST

static int signals_seen[8];
static size_t nsignals;

static void
on_signal(void *arg, int signo)
{
	(void)arg;
	signals_seen[nsignals++] = signo;
	if (signo == SIGUSR2)
		loop_stop(l);
}

START_TEST(sighup_and_sigusr_are_handed_over_outside_of_a_handler)
{
	setup();
	ck_assert_int_eq(loop_signals(l, on_signal, NULL), 0);
	ck_assert_int_eq(raise(SIGHUP), 0);
	ck_assert_int_eq(raise(SIGUSR1), 0);
	ck_assert_int_eq(raise(SIGUSR2), 0);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_uint_eq(nsignals, 3);
	ck_assert_int_eq(signals_seen[0], SIGHUP);
	ck_assert_int_eq(signals_seen[1], SIGUSR1);
	loop_free(l);
}
END_TEST

START_TEST(sigterm_and_sigint_stop_the_loop)
{
	setup();
	ck_assert_int_eq(loop_signals(l, NULL, NULL), 0);
	ck_assert_int_eq(raise(SIGTERM), 0);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_int_eq(raise(SIGINT), 0);
	ck_assert_int_eq(loop_run(l), 0);
	loop_free(l);
}
END_TEST

START_TEST(sigpipe_is_ignored)
{
	int fd[2];

	setup();
	ck_assert_int_eq(loop_signals(l, NULL, NULL), 0);
	ck_assert_int_eq(pipe(fd), 0);
	ck_assert_int_eq(close(fd[0]), 0);
	ck_assert_int_eq(write(fd[1], "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	loop_free(l);
}
END_TEST

START_TEST(lines_that_were_counted_are_told_after_a_second_of_silence)
{
	unsigned int n = 0;

	tmp_make();
	setup();
	ck_assert_int_eq(log_open("testd", LOG_TO_FILE, "log"), 0);
	for (int i = 0; i < 3; i++)
		log_info("same");
	ck_assert_ptr_null(strstr(tmp_read("log"), "repeated"));
	loop_timer_fn(l, stop_now, &n);
	loop_timer_at(l, loop_now_us(l) + 1300000);
	ck_assert_int_eq(loop_run(l), 0);
	ck_assert_ptr_nonnull(
	    strstr(tmp_read("log"), "repeated 2 times: same"));
	loop_free(l);
	tmp_remove();
}
END_TEST

START_TEST(adding_a_closed_descriptor_fails)
{
	struct loop_io io = {probe_ready, 9999};

	setup();
	ck_assert_int_eq(loop_add(l, &io, EPOLLIN), -1);
	ck_assert_int_eq(errno, EBADF);
	loop_free(l);
	loop_free(NULL);
}
END_TEST

START_TEST(the_clocks_tell_seconds)
{
	ck_assert_int_gt(clock_boot_s(), 0);
	ck_assert_int_gt(clock_wall_s(), 1600000000);
}
END_TEST

/* Whatever moment they are read at: no second passes in one of them alone. */
START_TEST(both_clocks_begin_their_seconds_together)
{
	int64_t boot_s, wall_s, first, before, i;

	clock_both_s(&boot_s, &wall_s);
	first = wall_s - boot_s;
	for (i = 0; i < 300; i++) {
		before = clock_wall_s();
		clock_both_s(&boot_s, &wall_s);
		ck_assert_int_eq(wall_s - boot_s, first);
		ck_assert_int_le(before - 1, wall_s);
		ck_assert_int_le(wall_s, clock_wall_s() + 1);
		usleep(4000);
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
	    a_readable_descriptor_is_called_with_its_events,
	    a_descriptor_deleted_by_another_in_the_same_round_is_not_called,
	    a_descriptor_may_delete_itself, changed_events_count_from_then_on,
	    the_timer_fires_once_and_not_early,
	    a_timer_in_the_past_fires_at_once, a_later_call_replaces_the_time,
	    a_timer_that_is_set_and_put_off_fires_at_the_later_time,
	    a_timer_may_set_itself_anew,
	    a_timer_withdrawn_by_ready_does_not_fire,
	    after_is_called_once_for_a_batch,
	    a_round_that_is_asked_for_comes_at_once_and_only_then,
	    descriptors_and_the_timer_are_served_between_rounds_at_once,
	    sighup_and_sigusr_are_handed_over_outside_of_a_handler,
	    sigterm_and_sigint_stop_the_loop, sigpipe_is_ignored,
	    lines_that_were_counted_are_told_after_a_second_of_silence,
	    adding_a_closed_descriptor_fails, the_clocks_tell_seconds,
	    both_clocks_begin_their_seconds_together, NULL};

	return unit_main("loop", tests);
}
