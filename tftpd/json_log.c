/*
 * json_log.c - a file of JSON lines; see json_log.h.
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/log.h"
#include "tftpd/json_log.h"

enum {
	CHEAP_MAX = JSON_LOG_CHEAP_S * 10 * 1000
};

void
json_log_init(struct json_log *j)
{
	memset(j, 0, sizeof *j);
	j->fd = -1;
	j->cheap = CHEAP_MAX;
}

/* O_NONBLOCK: for a FIFO that nobody reads. */
static int
open_file(const char *path)
{
	return open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    0640);
}

int
json_log_open(struct json_log *j, const char *path)
{
	j->fd = open_file(path);
	j->path = path;
	return j->fd == -1 ? -1 : 0;
}

int
json_log_reopen(struct json_log *j)
{
	int fd;

	if (j->fd == -1)
		return 0;
	fd = open_file(j->path);
	if (fd == -1)
		return -1;
	(void)close(j->fd);
	j->fd = fd;
	j->cut = false;
	return 0;
}

void
json_log_close(struct json_log *j)
{
	if (j->fd != -1)
		(void)close(j->fd);
	j->fd = -1;
}

static bool
may_write_cheap(struct json_log *j, uint64_t now_us)
{
	uint64_t more = (now_us - j->cheap_us) * JSON_LOG_CHEAP_S / 1000;

	if (more > CHEAP_MAX || j->cheap + more > CHEAP_MAX)
		j->cheap = CHEAP_MAX;
	else
		j->cheap += more;
	if (more)
		j->cheap_us = now_us;
	if (j->cheap < 1000) {
		burst_warn(&j->left_out, now_us,
		    "json_log %s: records of refusals are left out, there are "
		    "too many",
		    j->path);
		return false;
	}
	j->cheap -= 1000;
	return true;
}

static void
lost(struct json_log *j, int error, uint64_t now_us)
{
	j->lost++;
	burst_warn(&j->burst, now_us, "json_log %s: %s: records are lost",
	    j->path, strerror(error));
}

/* Only a part of the line went out: take it back, or end it some day. */
static void
take_back(struct json_log *j, size_t n)
{
	struct stat sb;

	j->cut = fstat(j->fd, &sb) == -1 || !S_ISREG(sb.st_mode) ||
		 ftruncate(j->fd, sb.st_size - (off_t)n) == -1;
}

void
json_log_write(struct json_log *j, const char *line, size_t len, bool cheap,
    uint64_t now_us)
{
	static char newline[] = "\n";
	struct iovec iov[2] = {
	    {newline, j->cut ? 1 : 0}, {(void *)(uintptr_t)line, len}};
	ssize_t n;

	if (j->fd == -1 || (cheap && !may_write_cheap(j, now_us)))
		return;
	do
		n = writev(j->fd, iov, 2);
	while (n == -1 && errno == EINTR);
	if (n == -1) {
		lost(j, errno, now_us);
		return;
	}
	if ((size_t)n < iov[0].iov_len + len) {
		take_back(j, (size_t)n);
		lost(j, ENOSPC, now_us);
		return;
	}
	j->cut = false;
	if (j->lost)
		log_info("json_log %s: written again; %" PRIu64
			 " records were lost",
		    j->path, j->lost);
	j->lost = 0;
}
