/*
 * aio.c - fsync(2) that does not keep the loop waiting; see aio.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/aio_abi.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys/aio.h"
#include "sys/log.h"

enum {
	EVENTS = 32
};

struct aio {
	struct loop_io io; /* the eventfd; first member */
	struct loop *loop;
	aio_context_t ctx;    /* 0: the kernel cannot */
	struct aio_job *done; /* synced in here, not told yet */
	struct aio_job **last;
};

/* fsync(2) is not for this file: pipes, some file systems. */
static int
plain_error(int error)
{
	return error == EINVAL || error == EROFS || error == ENOTSUP ? 0
								     : error;
}

static void
tell(struct aio_job *job, int error)
{
	job->busy = false;
	job->done(job, plain_error(error));
}

static void
tell_done(struct aio *a)
{
	struct aio_job *job = a->done;

	a->done = NULL;
	a->last = &a->done;
	while (job) {
		struct aio_job *next = job->next;

		tell(job, job->error);
		job = next;
	}
}

static void
ready(struct loop_io *io, uint32_t events)
{
	struct aio *a = (struct aio *)io;
	struct io_event ev[EVENTS];
	struct timespec now = {0, 0};
	uint64_t n;
	long got;

	(void)events;
	(void)!read(io->fd, &n, sizeof n);
	do {
		got = a->ctx ? syscall(SYS_io_getevents, a->ctx, 0L,
				   (long)EVENTS, ev, &now)
			     : 0;
		for (long i = 0; i < got; i++)
			tell((struct aio_job *)(uintptr_t)ev[i].data,
			    ev[i].res < 0 ? (int)-ev[i].res : 0);
	} while (got == EVENTS);
	tell_done(a);
}

struct aio *
aio_new(struct loop *loop, unsigned int max)
{
	struct aio *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->loop = loop;
	a->last = &a->done;
	a->io.ready = ready;
	a->io.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (a->io.fd == -1 || loop_add(loop, &a->io, EPOLLIN) == -1) {
		int error = errno;

		if (a->io.fd != -1)
			(void)close(a->io.fd);
		free(a);
		errno = error;
		return NULL;
	}
	if (syscall(SYS_io_setup, max, &a->ctx) == -1) {
		log_warning("no asynchronous fsync here: %s: transfers wait "
			    "while an upload is written to disk",
		    strerror(errno));
		a->ctx = 0;
	}
	return a;
}

void
aio_free(struct aio *a)
{
	if (!a)
		return;
	if (a->ctx)
		(void)syscall(SYS_io_destroy, a->ctx);
	loop_del(a->loop, &a->io);
	(void)close(a->io.fd);
	free(a);
}

/* The kernel takes it; false: it has to be done here. */
static bool
submit(struct aio *a, int fd, struct aio_job *job)
{
	struct iocb cb = {.aio_data = (uintptr_t)job,
	    .aio_lio_opcode = IOCB_CMD_FSYNC,
	    .aio_fildes = (uint32_t)fd,
	    .aio_flags = IOCB_FLAG_RESFD,
	    .aio_resfd = (uint32_t)a->io.fd};
	struct iocb *list[] = {&cb};

	return a->ctx && syscall(SYS_io_submit, a->ctx, 1L, list) == 1;
}

void
aio_fsync(struct aio *a, int fd, struct aio_job *job)
{
	uint64_t one = 1;

	job->busy = true;
	if (submit(a, fd, job))
		return;
	job->error = fsync(fd) == -1 ? errno : 0;
	job->next = NULL;
	*a->last = job;
	a->last = &job->next;
	(void)!write(a->io.fd, &one, sizeof one);
}
