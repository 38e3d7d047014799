/*
 * aio.h - fsync(2) that does not keep the loop waiting.
 *
 * The kernel's own asynchronous I/O (io_submit(2), Linux 4.18): one of its
 * threads syncs, an eventfd tells the loop.  No thread of ours, so rights
 * and filters are those of the one process.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_SYS_AIO_H
#define REMOTEBOOT_SYS_AIO_H

#include <stdbool.h>

#include "sys/loop.h"

struct aio;

/* Something to sync; the caller owns it and keeps it until done() is called.
 */
struct aio_job {
	/* From the loop; error is 0 or an errno.  busy is false by then. */
	void (*done)(struct aio_job *job, int error);
	bool busy;
	/* aio.c's own, where the kernel cannot */
	int error;
	struct aio_job *next;
};

/*
 * For at most max jobs at once; after start_background() and before
 * priv_drop().  Where the kernel has no such thing one warning line says so,
 * and fsync(2) is called in its place.  NULL and errno.
 */
struct aio *aio_new(struct loop *loop, unsigned int max);
/* Waits for the jobs that run; done() is not called any more. */
void aio_free(struct aio *a);
/*
 * Begin to sync fd, which may be closed meanwhile.  done() is always called
 * later, never from in here.  A file system without fsync has nothing to do
 * and no error.
 */
void aio_fsync(struct aio *a, int fd, struct aio_job *job);

#endif
