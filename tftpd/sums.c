/*
 * sums.c - digests that are computed once: tftpd's side; see sums.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/root.h"
#include "tftpd/sums.h"

enum {
	FOLDERS = 8,		 /* manifests that are kept for a moment */
	SETTLED_NS = 2000000000, /* a file that is older is not read again */
	NICE = 10
};

/* A job that the process has; its key says what it is of. */
struct job {
	bool busy;
	uint32_t kind;
	struct sums_key key;
};

struct kept {
	uint64_t until_us; /* 0: empty */
	struct sums_key key;
	struct digest digest;
	int error; /* there is none: errno */
};

/* A manifest that was just made; or why there is none. */
struct made {
	uint64_t until_us; /* 0: empty */
	uint64_t dev, ino; /* of the folder */
	int fd, error;
	uint64_t size;
};

struct sums {
	struct loop_io io; /* first member; -1: the process is gone */
	struct loop *loop;
	void (*done)(void *arg, int job);
	void *arg;
	struct job job[SUMS_JOBS];
	struct kept kept[SUMS_KEPT];
	struct made made[FOLDERS];
};

/* ---- the process ---- */

/* Nothing of tftpd's but the socket; standard output and error stay. */
static void
close_others(int keep)
{
	long max = sysconf(_SC_OPEN_MAX);

	for (int fd = 3; fd < (max > 0 && max < 65536 ? max : 65536); fd++)
		if (fd != keep)
			(void)close(fd);
}

static _Noreturn void
child(int sock, const struct priv_rules *rules, pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	(void)prctl(PR_SET_NAME, "tftpd-sums");
	(void)setpriority(PRIO_PROCESS, 0, NICE);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGUSR1, SIG_IGN);
	(void)signal(SIGUSR2, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	log_level(LOG_LEVEL_ERR); /* tftpd itself tells the rest */
	if (priv_drop(rules) == -1)
		_exit(1);
	close_others(sock);
	/* the change of the user has taken it away */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	sums_work(sock);
}

struct sums *
sums_start(const struct priv_rules *rules)
{
	struct sums *s = calloc(1, sizeof *s);
	int pair[2], error;
	pid_t pid, self = getpid();

	if (!s)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1) {
		free(s);
		return NULL;
	}
	(void)signal(SIGCHLD, SIG_IGN); /* nobody waits for it */
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		child(pair[1], rules, self);
	}
	error = errno;
	(void)close(pair[1]);
	if (pid == -1) {
		(void)close(pair[0]);
		free(s);
		errno = error;
		return NULL;
	}
	(void)fcntl(pair[0], F_SETFL, O_NONBLOCK); /* for sums_send() */
	s->io.fd = pair[0];
	for (size_t i = 0; i < FOLDERS; i++)
		s->made[i].fd = -1;
	return s;
}

static void
empty(struct made *m)
{
	if (m->fd != -1)
		(void)close(m->fd);
	memset(m, 0, sizeof *m);
	m->fd = -1;
}

void
sums_free(struct sums *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < FOLDERS; i++)
		empty(&s->made[i]);
	if (s->io.fd != -1) {
		if (s->loop)
			loop_del(s->loop, &s->io);
		(void)close(s->io.fd);
	}
	free(s);
}

/* ---- what it has answered ---- */

/* The place of a key: each has one. */
static struct kept *
place(struct sums *s, const struct sums_key *key)
{
	uint64_t at = key->ino * UINT64_C(0x9e3779b97f4a7c15) ^ key->dev;

	return &s->kept[(at >> 32) % SUMS_KEPT];
}

static bool
key_equal(const struct sums_key *a, const struct sums_key *b)
{
	return memcmp(a, b, sizeof *a) == 0; /* no holes: all 64 bits */
}

/* Until when a digest is good: one of a file just written, a moment. */
static uint64_t
good_until(const struct sums *s, const struct sums_key *key)
{
	struct timespec t;
	int64_t now_ns;

	if (clock_gettime(CLOCK_REALTIME, &t) == -1)
		return loop_now_us(s->loop) + SUMS_FRESH_US;
	now_ns = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
	if (key->mtime_ns + SETTLED_NS < now_ns &&
	    key->ctime_ns + SETTLED_NS < now_ns)
		return UINT64_MAX;
	return loop_now_us(s->loop) + SUMS_FRESH_US;
}

static void
file_done(struct sums *s, const struct job *job, const struct sums_answer *a)
{
	struct kept *k = place(s, &job->key);

	k->key = job->key;
	k->digest = a->digest;
	k->error = a->error;
	k->until_us = a->error ? loop_now_us(s->loop) + SUMS_FRESH_US
			       : good_until(s, &job->key);
}

/* The manifest of the folder, or the place for it: the oldest. */
static struct made *
made_of(struct sums *s, const struct sums_key *key)
{
	struct made *oldest = &s->made[0];

	for (size_t i = 0; i < FOLDERS; i++) {
		struct made *m = &s->made[i];

		if (m->until_us && m->dev == key->dev && m->ino == key->ino)
			return m;
		if (m->until_us < oldest->until_us)
			oldest = m;
	}
	return oldest;
}

static void
folder_done(
    struct sums *s, const struct job *job, const struct sums_answer *a, int fd)
{
	struct made *m = made_of(s, &job->key);

	empty(m);
	m->dev = job->key.dev;
	m->ino = job->key.ino;
	m->fd = fd;
	m->size = a->size;
	m->error = a->error;
	m->until_us = loop_now_us(s->loop) + SUMS_FRESH_US;
}

static void
gone(struct sums *s)
{
	log_warning("the process that computes digests has ended: there are "
		    "none before the next start");
	loop_del(s->loop, &s->io);
	(void)close(s->io.fd);
	s->io.fd = -1;
	for (int i = 0; i < SUMS_JOBS; i++)
		if (s->job[i].busy) {
			s->job[i].busy = false;
			s->done(s->arg, i);
		}
}

static void
ready(struct loop_io *io, uint32_t events)
{
	struct sums *s = (struct sums *)io;
	struct sums_answer a;
	struct job *job;
	long n;
	int fd;

	(void)events;
	n = sums_recv(io->fd, &a, sizeof a, false, &fd);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != sizeof a || a.job < 0 || a.job >= SUMS_JOBS ||
	    !s->job[a.job].busy || s->job[a.job].kind != a.kind) {
		if (n > 0 && fd != -1)
			(void)close(fd);
		gone(s);
		return;
	}
	job = &s->job[a.job];
	job->busy = false;
	if (a.kind == SUMS_OF_FILE)
		file_done(s, job, &a);
	else
		folder_done(s, job, &a, fd);
	s->done(s->arg, a.job);
}

int
sums_watch(struct sums *s, struct loop *loop, void (*done)(void *arg, int job),
    void *arg)
{
	s->loop = loop;
	s->done = done;
	s->arg = arg;
	s->io.ready = ready;
	return loop_add(loop, &s->io, EPOLLIN);
}

/* ---- what it is asked ---- */

/* The job that is of this already, a new one, or what is in the way. */
static enum sums_how
begin(struct sums *s, uint32_t kind, const struct sums_key *key, int fd,
    const char *folder, int *ret_job)
{
	struct sums_ask ask = {.job = SUMS_NO_JOB, .kind = kind};

	if (s->io.fd == -1)
		return SUMS_GONE;
	for (int i = 0; i < SUMS_JOBS; i++) {
		if (s->job[i].busy && s->job[i].kind == kind &&
		    key_equal(&s->job[i].key, key)) {
			*ret_job = i;
			return SUMS_LATER;
		}
		if (!s->job[i].busy)
			ask.job = i;
	}
	if (ask.job == SUMS_NO_JOB)
		return SUMS_FULL;
	(void)snprintf(ask.folder, sizeof ask.folder, "%s", folder);
	if (sums_send(s->io.fd, &ask, sizeof ask, fd) == -1)
		return errno == EAGAIN ? SUMS_FULL : SUMS_FAILED;
	s->job[ask.job] = (struct job){true, kind, *key};
	*ret_job = ask.job;
	return SUMS_LATER;
}

enum sums_how
sums_file(struct sums *s, int fd, struct digest *ret, int *ret_job)
{
	struct sums_key key;
	struct stat sb;
	struct kept *k;

	if (fstat(fd, &sb) == -1)
		return SUMS_FAILED;
	sums_key(&sb, &key);
	k = place(s, &key);
	if (k->until_us <= loop_now_us(s->loop) || !key_equal(&k->key, &key))
		return begin(s, SUMS_OF_FILE, &key, fd, "", ret_job);
	errno = k->error;
	*ret = k->digest;
	return k->error ? SUMS_FAILED : SUMS_READY;
}

enum sums_how
sums_manifest(struct sums *s, int rootfd, const char *folder, int *ret_fd,
    uint64_t *ret_size, int *ret_job)
{
	struct sums_key key = {0};
	struct made *m;
	struct stat sb;
	int fd, rc;

	folder += strspn(folder, "/");
	fd = strlen(folder) < SUMS_FOLDER ? root_open_folder(rootfd, folder)
					  : -1;
	if (fd == -1)
		return SUMS_FAILED;
	rc = fstat(fd, &sb);
	(void)close(fd);
	if (rc == -1)
		return SUMS_FAILED;
	key.dev = (uint64_t)sb.st_dev;
	key.ino = (uint64_t)sb.st_ino;
	m = made_of(s, &key);
	if (m->until_us <= loop_now_us(s->loop) || m->dev != key.dev ||
	    m->ino != key.ino)
		return begin(s, SUMS_OF_FOLDER, &key, rootfd, folder, ret_job);
	errno = m->error;
	if (m->error)
		return SUMS_FAILED;
	*ret_fd = dup(m->fd);
	*ret_size = m->size;
	return *ret_fd == -1 ? SUMS_FAILED : SUMS_READY;
}
