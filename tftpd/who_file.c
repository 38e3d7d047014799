/*
 * who_file.c - dhcpd's journal, followed while dhcpd writes it.
 *
 * Behind its last record the journal has newlines that dhcpd wrote ahead and
 * overwrites later, so the file's size says nothing of what is new.  What was
 * read ends at `at`, behind a whole record; empty lines and a line that is
 * not to be believed (it may be half written) are read again next time.
 * The bytes before `at` are compared each time: when dhcpd could not write and
 * cut its file, reading begins anew.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lease_text.h"
#include "sys/log.h"
#include "tftpd/who_file.h"

enum {
	CHUNK = 64 * 1024,
	TAIL = 16, /* compared bytes before `at`: a checksum among them */
	CHECK_US = 1000000,
	START_BYTES = 64 << 20
};

struct who_file {
	struct who_book *book;
	size_t max; /* leases in it */
	char *path;
	int notify; /* inotify, -1: none */
	int fd;	    /* -1: not open */
	off_t at;
	size_t ntail;
	char tail[TAIL];
	bool more;	 /* the last piece did not end at the file's end */
	bool begun;	 /* a new journal, not yet read to its end */
	bool foreign;	 /* no journal of ours */
	bool full;	 /* told */
	int told;	 /* errno of the last failure that was told */
	uint64_t due_us; /* look at it then at the latest */
	char buf[CHUNK];
};

/* The folder is watched: a rename brings another file. */
static int
watch(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd == -1 || len >= sizeof dir)
		return fd;
	memcpy(dir, path, len);
	dir[len] = '\0';
	if (inotify_add_watch(fd,
		len	? dir
		: slash ? "/"
			: ".",
		IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

struct who_file *
who_file_new(const char *path, size_t max)
{
	struct who_file *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->fd = -1;
	f->path = strdup(path);
	f->book = who_new(max);
	f->max = max;
	f->notify = watch(path);
	if (f->path && f->book)
		return f;
	who_file_free(f);
	errno = ENOMEM;
	return NULL;
}

static void
close_file(struct who_file *f)
{
	if (f->fd != -1)
		(void)close(f->fd);
	f->fd = -1;
	f->more = false;
}

void
who_file_free(struct who_file *f)
{
	if (!f)
		return;
	close_file(f);
	if (f->notify != -1)
		(void)close(f->notify);
	who_free(f->book);
	free(f->path);
	free(f);
}

const struct who_book *
who_file_book(const struct who_file *f)
{
	return f->book;
}

/* Told once for each kind of failure; without dhcpd there is no file. */
static void
failed(struct who_file *f, int error)
{
	if (f->told == error)
		return;
	f->told = error;
	if (error == ENOENT)
		log_info("lease file %s: not there: clients are known by "
			 "[host] only",
		    f->path);
	else
		log_warning("lease file %s: %s; clients are known by [host] "
			    "only",
		    f->path,
		    error == EBADMSG  ? "not written by dhcpd"
		    : error == EINVAL ? "not a file"
				      : strerror(error));
}

/* From the first byte on, of the same or another file. */
static void
from_start(struct who_file *f)
{
	who_begin(f->book);
	f->at = 0;
	f->ntail = 0;
	f->begun = true;
	f->foreign = false;
}

/* The file that has the name now; false: there is none to read. */
static bool
open_file(struct who_file *f)
{
	struct stat st, have;
	int fd;

	if (stat(f->path, &st) == -1) {
		if (f->fd == -1)
			failed(f, errno);
		return f->fd != -1; /* the last one stays in force */
	}
	if (f->fd != -1 && fstat(f->fd, &have) == 0 &&
	    have.st_ino == st.st_ino && have.st_dev == st.st_dev)
		return true;
	fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		failed(f, fd == -1 ? errno : EINVAL);
		if (fd != -1)
			(void)close(fd);
		return f->fd != -1;
	}
	close_file(f);
	f->fd = fd;
	f->told = 0;
	from_start(f);
	return true;
}

static void
put(struct who_file *f, const struct lease_record *rec)
{
	if (who_put(f->book, rec) || f->full)
		return;
	f->full = true;
	if (rec->state == LEASE_HOST)
		log_warning("lease file %s: more hosts than %d: the classes of "
			    "the rest are not known here",
		    f->path, WHO_HOSTS);
	else
		log_warning("lease file %s: more leases than max_leases %zu: "
			    "the rest is not known here",
		    f->path, f->max);
}

/* A line at offset at is taken over, or not to be believed (yet). */
static bool
take_line(struct who_file *f, off_t at, const char *p, size_t len)
{
	struct lease_record rec;

	if (at == 0) {
		f->foreign = len + 1 != strlen(LEASE_HEADER) ||
			     memcmp(p, LEASE_HEADER, len) != 0;
		if (f->foreign)
			failed(f, EBADMSG);
		return !f->foreign;
	}
	if (len == 0 || lease_text_get(p, len, &rec))
		return false;
	put(f, &rec);
	return true;
}

/*
 * The lines of n bytes from the offset f->at; returns how many of them are
 * done with.  A full buffer of nothing but damage is passed over.
 */
static size_t
take_lines(struct who_file *f, size_t n)
{
	const char *p = f->buf, *end = f->buf + n, *nl;
	size_t done = 0;

	while (!f->foreign && (nl = memchr(p, '\n', (size_t)(end - p)))) {
		if (take_line(f, f->at + (p - f->buf), p, (size_t)(nl - p)))
			done = (size_t)(nl + 1 - f->buf);
		p = nl + 1;
	}
	if (done == 0 && n == CHUNK && f->buf[0] != '\n')
		done = p > f->buf ? (size_t)(p - f->buf) : n;
	return done;
}

static void
keep_tail(struct who_file *f, size_t done)
{
	f->ntail = done < TAIL ? done : TAIL;
	memcpy(f->tail, f->buf + done - f->ntail, f->ntail);
}

/* Is what we have read still there? */
static bool
same_file(struct who_file *f)
{
	char now[TAIL];

	if (f->ntail == 0)
		return true;
	return pread(f->fd, now, f->ntail, f->at - (off_t)f->ntail) ==
		   (ssize_t)f->ntail &&
	       memcmp(now, f->tail, f->ntail) == 0;
}

/* The next chunk; false: there is no more now. */
static bool
read_chunk(struct who_file *f)
{
	ssize_t n = pread(f->fd, f->buf, CHUNK, f->at);
	size_t done;

	if (n == -1) {
		failed(f, errno);
		return false;
	}
	done = take_lines(f, (size_t)n);
	if (done) {
		keep_tail(f, done);
		f->at += (off_t)done;
	}
	return done > 0 && n == CHUNK;
}

/* At most so many bytes of what is new. */
static void
read_some(struct who_file *f, size_t bytes)
{
	if (!same_file(f))
		from_start(f);
	f->more = true;
	for (size_t i = 0; i < bytes && f->more; i += CHUNK)
		f->more = !f->foreign && read_chunk(f);
	if (f->more || !f->begun)
		return;
	f->begun = false;
	who_end(f->book);
}

/* Has something happened in the folder? */
static bool
notified(const struct who_file *f)
{
	char events[4096] __attribute__((aligned(8)));

	return f->notify != -1 && read(f->notify, events, sizeof events) > 0;
}

void
who_file_refresh(struct who_file *f, uint64_t now_us)
{
	bool look = f->more;

	if (notified(f) || now_us >= f->due_us) {
		f->due_us = now_us + CHECK_US;
		look = open_file(f);
	}
	if (look)
		read_some(f, WHO_FILE_PIECE);
}

void
who_file_start(struct who_file *f)
{
	if (!open_file(f))
		return;
	read_some(f, START_BYTES);
	if (!f->foreign)
		log_info("lease file %s: %zu address%s known", f->path,
		    who_count(f->book), who_count(f->book) == 1 ? "" : "es");
}
