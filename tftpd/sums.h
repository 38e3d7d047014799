/*
 * sums.h - NAME.sha256 and MANIFEST.sha256: digests that are computed once,
 * by a process of their own, and kept until the file changes.
 *
 * The process (sums_work.c) is made before the rights end, ends its own, and
 * gets open descriptors and a folder to look through; what it answers comes
 * through a socket that the loop watches.  Nothing here waits for it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SUMS_H
#define REMOTEBOOT_TFTPD_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/stat.h>

#include "sys/digest.h"
#include "sys/loop.h"
#include "sys/priv.h"

enum {
	SUMS_JOBS = 64,		     /* asked for and not answered yet */
	SUMS_KEPT = 1024,	     /* digests, in tftpd itself */
	SUMS_FILES = 100000,	     /* of a manifest */
	SUMS_DEPTH = 32,	     /* folders in folders */
	SUMS_MANIFEST = 16 << 20,    /* bytes */
	SUMS_FRESH_US = 2 * 1000000, /* a manifest is as good as new */
	SUMS_FOLDER = 512,	     /* bytes of its name */
	SUMS_NO_JOB = -1
};

struct sums;

/* A file as it was when its digest was computed. */
struct sums_key {
	uint64_t dev, ino, size;
	int64_t mtime_ns, ctime_ns;
};
void sums_key(const struct stat *sb, struct sums_key *ret);

/*
 * Make the process, which ends its rights by rules (before we do) and closes
 * all other descriptors; it ends with us.  NULL and errno.
 */
struct sums *sums_start(const struct priv_rules *rules);
/* NULL is allowed. */
void sums_free(struct sums *s);

/* Watch what it answers: done(arg, job) for each job that is over. */
int sums_watch(struct sums *s, struct loop *loop,
    void (*done)(void *arg, int job), void *arg);

enum sums_how {
	SUMS_READY,
	SUMS_LATER,  /* *ret_job will be told as done */
	SUMS_FAILED, /* errno */
	SUMS_FULL,   /* too many jobs: ask again */
	SUMS_GONE    /* there is no process any more */
};

/* The digest of an open file, which stays the caller's. */
enum sums_how sums_file(
    struct sums *s, int fd, struct digest *ret, int *ret_job);
/*
 * The manifest of a folder below rootfd: a file of its own, the caller's
 * then.
 */
enum sums_how sums_manifest(struct sums *s, int rootfd, const char *folder,
    int *ret_fd, uint64_t *ret_size, int *ret_job);

/* ---- between the two processes ---- */

enum sums_kind {
	SUMS_OF_FILE,
	SUMS_OF_FOLDER
};

/* With one descriptor. */
struct sums_ask {
	int32_t job;
	uint32_t kind;		  /* enum sums_kind */
	char folder[SUMS_FOLDER]; /* below the descriptor, without slashes
				   * around it */
};

/* With one descriptor when a manifest was made. */
struct sums_answer {
	int32_t job;
	uint32_t kind;
	int32_t error; /* errno, 0: none */
	struct digest digest;
	uint64_t size; /* of the manifest */
};

/* The process's life; fd is its end of the socket. */
_Noreturn void sums_work(int sock);

/*
 * One message of len bytes with a descriptor, -1: none.  0; the length of
 * what was received (0: the other end is gone); -1 and errno, EAGAIN when
 * nothing is there and wait is false.
 */
int sums_send(int sock, const void *msg, size_t len, int fd);
long sums_recv(int sock, void *msg, size_t len, bool wait, int *ret_fd);

#endif
