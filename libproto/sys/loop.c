/*
 * loop.c - the event loop: epoll, one timer, signals.
 *
 * A round: wait, take the time once, call ready() of each descriptor that
 * has something, the timer when it is due, then the work that is done once
 * for a batch.  The timer is a timerfd for its resolution (epoll_wait counts
 * milliseconds); it is set only when the loop is about to wait and the time
 * asked for is earlier than what it is set to.  A later time (each packet
 * puts off a deadline) costs no call: the loop wakes up once too early and
 * sets it then.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/loop.h"

#define SECOND_NS INT64_C(1000000000)

struct loop {
	int epfd;
	struct loop_io timer, signals; /* fd -1: not there */
	void (*timer_fn)(void *arg);
	void *timer_arg;
	uint64_t timer_at_us;  /* asked for */
	uint64_t timer_set_us; /* what the timerfd is set to, not later */
	void (*signal_fn)(void *arg, int signo);
	void *signal_arg;
	void (*after_fn)(void *arg);
	void *after_arg;
	uint64_t now_us;
	bool stop, again;
	/* the round being worked on; data.ptr NULL: deleted meanwhile */
	struct epoll_event event[LOOP_EVENTS];
	int nevent;
};

static uint64_t
monotonic_us(void)
{
	struct timespec ts = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static struct loop *
of_timer(struct loop_io *io)
{
	return (
	    struct loop *)(void *)((char *)io - offsetof(struct loop, timer));
}

static struct loop *
of_signals(struct loop_io *io)
{
	return (
	    struct loop *)(void *)((char *)io - offsetof(struct loop, signals));
}

/* The round does the rest when it sees that the time has come. */
static void
timer_ready(struct loop_io *io, uint32_t events)
{
	uint64_t n;

	(void)events;
	(void)!read(io->fd, &n, sizeof n);
	of_timer(io)->timer_set_us = LOOP_NEVER;
}

static void
signals_ready(struct loop_io *io, uint32_t events)
{
	struct loop *l = of_signals(io);
	struct signalfd_siginfo si;

	(void)events;
	while (read(io->fd, &si, sizeof si) == (ssize_t)sizeof si) {
		if (si.ssi_signo == SIGTERM || si.ssi_signo == SIGINT)
			l->stop = true;
		else if (l->signal_fn)
			l->signal_fn(l->signal_arg, (int)si.ssi_signo);
	}
}

struct loop *
loop_new(void)
{
	struct loop *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->signals.fd = -1;
	l->timer.fd = -1;
	l->timer_at_us = l->timer_set_us = LOOP_NEVER;
	l->now_us = monotonic_us();
	l->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epfd == -1)
		goto fail;
	l->timer.fd =
	    timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	l->timer.ready = timer_ready;
	if (l->timer.fd == -1 || loop_add(l, &l->timer, EPOLLIN) == -1)
		goto fail;
	return l;
fail:
	loop_free(l);
	return NULL;
}

void
loop_free(struct loop *l)
{
	int saved = errno;

	if (!l)
		return;
	if (l->signals.fd != -1)
		(void)close(l->signals.fd);
	if (l->timer.fd != -1)
		(void)close(l->timer.fd);
	if (l->epfd != -1)
		(void)close(l->epfd);
	free(l);
	errno = saved;
}

static int
control(struct loop *l, int op, struct loop_io *io, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = io};

	return epoll_ctl(l->epfd, op, io->fd, &ev);
}

int
loop_add(struct loop *l, struct loop_io *io, uint32_t events)
{
	return control(l, EPOLL_CTL_ADD, io, events);
}

int
loop_change(struct loop *l, struct loop_io *io, uint32_t events)
{
	return control(l, EPOLL_CTL_MOD, io, events);
}

void
loop_forget(struct loop *l, struct loop_io *io)
{
	for (int i = 0; i < l->nevent; i++)
		if (l->event[i].data.ptr == io)
			l->event[i].data.ptr = NULL;
}

void
loop_del(struct loop *l, struct loop_io *io)
{
	(void)control(l, EPOLL_CTL_DEL, io, 0);
	loop_forget(l, io);
}

void
loop_timer_fn(struct loop *l, void (*fn)(void *arg), void *arg)
{
	l->timer_fn = fn;
	l->timer_arg = arg;
}

void
loop_timer_at(struct loop *l, uint64_t at_us)
{
	l->timer_at_us = at_us;
}

int
loop_signals(struct loop *l, void (*fn)(void *arg, int signo), void *arg)
{
	static const int signo[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof signo / sizeof signo[0]; i++)
		(void)sigaddset(&set, signo[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 ||
	    signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -1;
	l->signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->signals.fd == -1)
		return -1;
	l->signals.ready = signals_ready;
	l->signal_fn = fn;
	l->signal_arg = arg;
	return loop_add(l, &l->signals, EPOLLIN);
}

void
loop_after(struct loop *l, void (*fn)(void *arg), void *arg)
{
	l->after_fn = fn;
	l->after_arg = arg;
}

uint64_t
loop_now_us(const struct loop *l)
{
	return l->now_us;
}

/* Set the timerfd, unless it wakes us in time.  Time 0 would disarm it. */
static int
arm(struct loop *l)
{
	struct itimerspec it = {{0}, {0}};

	if (l->timer_at_us >= l->timer_set_us)
		return 0;
	it.it_value.tv_sec = (time_t)(l->timer_at_us / 1000000);
	it.it_value.tv_nsec = (long)(l->timer_at_us % 1000000) * 1000;
	if (l->timer_at_us == 0)
		it.it_value.tv_nsec = 1;
	l->timer_set_us = l->timer_at_us;
	return timerfd_settime(l->timer.fd, TFD_TIMER_ABSTIME, &it, NULL);
}

static void
fire(struct loop *l)
{
	if (l->timer_at_us == LOOP_NEVER || l->timer_at_us > l->now_us)
		return;
	l->timer_at_us = LOOP_NEVER;
	if (l->timer_fn)
		l->timer_fn(l->timer_arg);
}

static int
one_round(struct loop *l)
{
	int n;

	if (arm(l) == -1)
		return -1;
	n = epoll_wait(
	    l->epfd, l->event, LOOP_EVENTS, l->again ? 0 : log_flush_due());
	l->again = false;
	if (n == -1 && errno != EINTR)
		return -1;
	l->now_us = monotonic_us();
	l->nevent = n > 0 ? n : 0;
	for (int i = 0; i < l->nevent; i++) {
		struct loop_io *io = l->event[i].data.ptr;

		if (io)
			io->ready(io, l->event[i].events);
	}
	l->nevent = 0;
	fire(l);
	if (l->after_fn)
		l->after_fn(l->after_arg);
	if (log_flush_due() == 0)
		log_flush();
	return 0;
}

int
loop_run(struct loop *l)
{
	l->stop = false;
	l->now_us = monotonic_us();
	while (!l->stop)
		if (one_round(l) == -1)
			return -1;
	return 0;
}

void
loop_again(struct loop *l)
{
	l->again = true;
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
}

static int64_t
clock_ns(clockid_t id)
{
	struct timespec ts = {0};

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

void
clock_both_s(int64_t *ret_boot_s, int64_t *ret_wall_s)
{
	static int64_t shift_ns = -1;
	int64_t boot_ns = clock_ns(CLOCK_BOOTTIME),
		ahead_ns = clock_ns(CLOCK_REALTIME) - boot_ns;

	if (shift_ns == -1)
		shift_ns = (ahead_ns % SECOND_NS + SECOND_NS) % SECOND_NS;
	*ret_boot_s = (boot_ns + shift_ns) / SECOND_NS;
	/* the nearest second: the two were not read at one moment */
	ahead_ns += SECOND_NS / 2 - shift_ns;
	*ret_wall_s =
	    *ret_boot_s + ahead_ns / SECOND_NS - (ahead_ns % SECOND_NS < 0);
}

int64_t
clock_boot_s(void)
{
	int64_t boot_s, wall_s;

	clock_both_s(&boot_s, &wall_s);
	return boot_s;
}

int64_t
clock_wall_s(void)
{
	return clock_ns(CLOCK_REALTIME) / SECOND_NS;
}
