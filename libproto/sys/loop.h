/*
 * loop.h - the event loop: epoll, one timer, signals; the daemons' only
 * blocking call.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_LOOP_H
#define REMOTEBOOT_SYS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#define LOOP_NEVER UINT64_MAX

enum {
	LOOP_EVENTS = 64 /* ready() calls of one round, at most */
};

struct loop;

/* Something to call when fd is ready; the caller owns it and keeps it. */
struct loop_io {
	void (*ready)(struct loop_io *io, uint32_t events); /* EPOLLIN ... */
	int fd;
};

/*
 * NULL and errno.  Make it after start_background(): a signal descriptor
 * that epoll watches does not follow a fork.
 */
struct loop *loop_new(void);
void loop_free(struct loop *l);

/* 0, or -1 and errno.  io->fd and io->ready are set. */
int loop_add(struct loop *l, struct loop_io *io, uint32_t events);
int loop_change(struct loop *l, struct loop_io *io, uint32_t events);
/* Before fd is closed; safe from inside any ready(), also for another io. */
void loop_del(struct loop *l, struct loop_io *io);
/*
 * The same for a descriptor that is closed at once, which ends the kernel's
 * interest in it without a call (when no copy of it stays open).
 */
void loop_forget(struct loop *l, struct loop_io *io);

/*
 * One timer: fn(arg) once at at_us of loop_now_us()'s clock, at once when
 * that is past; LOOP_NEVER: not at all.  Each call replaces the one before.
 */
void loop_timer_fn(struct loop *l, void (*fn)(void *arg), void *arg);
void loop_timer_at(struct loop *l, uint64_t at_us);

/*
 * SIGTERM and SIGINT stop the loop; SIGHUP, SIGUSR1 and SIGUSR2 call fn
 * outside of any signal handler; SIGPIPE is ignored.  0, or -1 and errno.
 */
int loop_signals(struct loop *l, void (*fn)(void *arg, int signo), void *arg);

/*
 * Called after each round of ready() calls and the timer, before the loop
 * waits again or ends: the place for work that is done once for a batch.
 */
void loop_after(struct loop *l, void (*fn)(void *arg), void *arg);

/*
 * There is more to do: the next round does not wait for anything.  For one
 * round; from inside any of the calls.
 */
void loop_again(struct loop *l);

/* CLOCK_MONOTONIC in microseconds, taken once per round. */
uint64_t loop_now_us(const struct loop *l);
/* Run until loop_stop() or a stop signal; 0, or -1 and errno. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* CLOCK_BOOTTIME in seconds: goes on in suspend, never jumps. */
int64_t clock_boot_s(void);
/*
 * Both at once.  The seconds of the first one begin when those of the wall
 * clock do (as it was at the first call), so that whole seconds of one are
 * whole seconds of the other.
 */
void clock_both_s(int64_t *ret_boot_s, int64_t *ret_wall_s);
/* CLOCK_REALTIME in seconds: for people and for what is kept on disk. */
int64_t clock_wall_s(void);

#endif
