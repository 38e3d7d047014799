/*
 * source.c - the open file of a transfer: runs of blocks, ready to send.
 *
 * Octet: block b begins at (b-1) * blksize, so a run is sent out of the mapped
 * file (mapped.c), or is one pread straight to where it is sent from (a single
 * small block: ahead.c).  The kernel copies
 * fastest from line to line of the cache, so the buffer is used from where its
 * lines meet those of the file.  The blocks are then moved apart for their
 * headers: they are in the cache, and one long copy out of the kernel with
 * that costs less than preadv's many short ones.  What is
 * sent is the file as long as it was when it was opened: what grows behind
 * that is not, and one that shrinks ends the transfer.
 *
 * Netascii (RFC 764: LF becomes CR LF, CR becomes CR NUL): where a block
 * begins is only known by converting what is before it.  Two places are
 * kept: the lowest block that may be asked for again, and the one behind the
 * last run, which is nearly always what is asked for next.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <unistd.h>

#include "tftp.h"
#include "tftpd/mapped.h"
#include "tftpd/source.h"

enum {
	CHUNK = 4096 /* of the file, read at once for netascii */
};

static const struct source_pos beginning = {.block = 1, .owed = -1};

void
source_open(
    struct source *s, int fd, uint64_t size, bool netascii, uint16_t blksize)
{
	s->fd = fd;
	s->size = size;
	s->netascii = netascii;
	s->blksize = blksize;
	s->base = s->next = beginning;
	s->mapped = false;
	if (netascii)
		return;
	ahead_open(&s->file, fd);
	s->mapped = mapped_worth(&s->file) && s->file.size == size;
}

void
source_close(struct source *s)
{
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = -1;
}

/*
 * Blocks back to back, which end where their run will: each to its place
 * behind the room for its header.
 */
static void
spread(const struct source *s, const struct source_run *run)
{
	const size_t seg = TFTP_HEADER + (size_t)s->blksize;
	const uint8_t *from = run->at + (size_t)run->count * TFTP_HEADER;

	/* the last one is there */
	for (uint32_t i = 0; i + 1 < run->count; i++)
		memmove(run->at + i * seg + TFTP_HEADER, from + i * s->blksize,
		    s->blksize);
}

/*
 * want bytes at offset for run, which is put where they have the same place in
 * a line as in the file; what is before them in their first line comes along.
 */
static int
read_aligned(struct source *s, uint64_t offset, size_t want, uint8_t *buf,
    struct source_run *run)
{
	size_t room = (size_t)run->count * TFTP_HEADER;
	size_t before = (size_t)(offset % SOURCE_LINE);
	size_t line = ((uintptr_t)buf + room + SOURCE_LINE - 1) / SOURCE_LINE;
	size_t skip = (line + 1) * SOURCE_LINE - (uintptr_t)buf + before;

	run->at = buf + skip - room;
	if (ahead_whole(s->fd, buf + skip - before, offset - before,
		want + before) == -1)
		return -1;
	spread(s, run);
	return 0;
}

/*
 * What of count blocks from first on there is: all of *ret but where, and the
 * bytes of the file.  -1 and errno.
 */
static int
octet_run(const struct source *s, uint64_t first, uint32_t count,
    struct source_run *ret, size_t *ret_want)
{
	uint64_t last = s->size / s->blksize + 1;

	if (first == 0 || count == 0 || first > last) {
		errno = EINVAL;
		return -1;
	}
	if (count > SOURCE_RUN)
		count = SOURCE_RUN;
	if (count > last - first + 1)
		count = (uint32_t)(last - first + 1);
	ret->data = NULL;
	ret->count = count;
	ret->end = first + count - 1 == last;
	*ret_want = (size_t)count * s->blksize;
	if (ret->end)
		*ret_want = (size_t)(s->size - (first - 1) * s->blksize);
	ret->len = *ret_want + (size_t)count * TFTP_HEADER;
	return 0;
}

static int
read_octet(struct source *s, uint64_t first, uint32_t count, uint8_t *buf,
    struct source_run *ret)
{
	uint64_t offset = (first - 1) * s->blksize;
	size_t want;

	if (octet_run(s, first, count, ret, &want) == -1)
		return -1;
	ret->at = buf;
	if (ret->count == 1 && s->blksize <= AHEAD_SMALL)
		return ahead_read(
		    &s->file, s->fd, offset, want, buf + TFTP_HEADER);
	return read_aligned(s, offset, want, buf, ret);
}

/* Is it as long as it was?  Zeros are behind the end of one that is not. */
static bool
whole(const struct source *s)
{
	struct ahead_file now;

	return ahead_look(&now, s->fd) && now.size >= s->size;
}

bool
source_map(struct source *s, uint64_t first, uint32_t count, uint8_t *buf,
    size_t size, struct source_run *ret)
{
	size_t want;

	if (!s->mapped || octet_run(s, first, count, ret, &want) == -1)
		return false;
	if ((ret->count == 1 && s->blksize <= AHEAD_SMALL) ||
	    (size_t)ret->count * TFTP_HEADER > size)
		return false;
	if (ret->end && !whole(s))
		return false;
	ret->at = buf;
	ret->data = mapped_at(&s->file, s->fd, (first - 1) * s->blksize, want);
	if (ret->data && ret->count > 1)
		mapped_fetch(ret->data, want);
	return ret->data;
}

/* One byte of the file to dst; a second byte that does not fit is owed. */
static void
convert(struct source_pos *p, uint8_t c, uint8_t *dst, size_t size, size_t *n)
{
	uint8_t second = c == '\n' ? '\n' : '\0';

	if (c != '\n' && c != '\r') {
		dst[(*n)++] = c;
		return;
	}
	dst[(*n)++] = '\r';
	if (*n < size)
		dst[(*n)++] = second;
	else
		p->owed = second;
}

/*
 * One block from p on, which moves behind it; its length in *ret_len, less
 * than blksize only at the end of the file.
 */
static int
read_block(
    const struct source *s, struct source_pos *p, uint8_t *dst, size_t *ret_len)
{
	uint8_t in[CHUNK];
	size_t n = 0;

	if (p->owed != -1) {
		dst[n++] = (uint8_t)p->owed;
		p->owed = -1;
	}
	while (n < s->blksize && p->offset < s->size) {
		size_t want = s->blksize - n, i = 0;
		ssize_t got;

		if (want > sizeof in)
			want = sizeof in;
		if (want > s->size - p->offset)
			want = (size_t)(s->size - p->offset);
		got = pread(s->fd, in, want, (off_t)p->offset);
		if (got == 0)
			errno = ESTALE;
		if (got <= 0)
			return -1;
		while (i < (size_t)got && n < s->blksize)
			convert(p, in[i++], dst, s->blksize, &n);
		p->offset += i;
	}
	p->block++;
	*ret_len = n;
	return 0;
}

/* Put *p at the beginning of block, which is not before it. */
static int
walk(const struct source *s, struct source_pos *p, uint64_t block)
{
	static uint8_t away[TFTP_BLKSIZE_MAX];
	size_t len;

	while (p->block < block)
		if (read_block(s, p, away, &len) == -1)
			return -1;
	return 0;
}

static int
read_netascii(struct source *s, uint64_t first, uint32_t count, uint8_t *buf,
    struct source_run *ret)
{
	struct source_pos p = s->next;
	size_t len;

	if (first < s->base.block)
		p = beginning;
	else if (first != p.block)
		p = s->base;
	if (walk(s, &p, first) == -1)
		return -1;
	memset(ret, 0, sizeof *ret);
	ret->at = buf;
	while (ret->count < count && !ret->end) {
		if (read_block(s, &p, buf + ret->len + TFTP_HEADER, &len) == -1)
			return -1;
		ret->len += TFTP_HEADER + len;
		ret->count++;
		ret->end = len < s->blksize;
	}
	s->next = p;
	return 0;
}

int
source_read(struct source *s, uint64_t first, uint32_t count, uint8_t *buf,
    size_t size, struct source_run *ret)
{
	size_t fit = 0;

	if (size > SOURCE_ROOM)
		fit = (size - SOURCE_ROOM) / (TFTP_HEADER + (size_t)s->blksize);
	if (count > SOURCE_RUN)
		count = SOURCE_RUN;
	if (count > fit)
		count = (uint32_t)fit;
	if (first == 0 || count == 0) {
		errno = EINVAL;
		return -1;
	}
	if (s->netascii)
		return read_netascii(s, first, count, buf, ret);
	return read_octet(s, first, count, buf, ret);
}

void
source_forget(struct source *s, uint64_t base)
{
	struct source_pos p = s->base;

	if (!s->netascii || base <= p.block)
		return;
	if (base == s->next.block)
		s->base = s->next;
	else if (base < s->next.block && walk(s, &p, base) == 0)
		s->base = p;
}
