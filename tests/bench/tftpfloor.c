/*
 * tftpfloor.c - the least that a TFTP server could do here: a measure for
 * tests/bench/tftp.sh, no server.
 *
 * usage: tftpfloor ADDRESS FILE
 *
 * Sends FILE, whatever is asked for, to one client at a time: a blocking
 * receive, a blocking send of the window out of the mapped file, nothing
 * else.  No timer, no log, no second client, no name, nothing checked.
 *
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/udp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
	MOST = 65507, /* bytes of one call */
	SEGMENTS = 64,
	RX = 600
};

static struct {
	const uint8_t *p;
	uint64_t size;
} file;
static size_t blksize, windowsize;

static int
udp(const char *address, uint16_t port)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
		errx(2, "%s: not an address", address);
	if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof at) == -1)
		err(1, "%s", address);
	return fd;
}

static void
map(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *p;

	if (fd == -1 || fstat(fd, &st) == -1)
		err(2, "%s", path);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE,
	    fd, 0);
	if (p == MAP_FAILED)
		err(2, "%s", path);
	file.p = p;
	file.size = (uint64_t)st.st_size;
	close(fd);
}

/* The number behind an option's name in a request, or otherwise. */
static size_t
option(const char *rrq, size_t len, const char *name, size_t otherwise)
{
	const char *at = memmem(rrq, len, name, strlen(name) + 1);

	return at ? strtoul(at + strlen(name) + 1, NULL, 10) : otherwise;
}

/* Up to MOST bytes of blocks; how many blocks. */
static size_t
part(int fd, uint64_t first, size_t most)
{
	static uint8_t head[SEGMENTS][4];
	struct iovec iov[2 * SEGMENTS];
	union {
		char room[CMSG_SPACE(sizeof(uint16_t))];
		struct cmsghdr align;
	} control;
	struct msghdr m = {.msg_iov = iov};
	uint16_t seg = (uint16_t)(blksize + 4);
	size_t n = 0, bytes = 0, len = blksize;

	for (;
	     n < most && n < SEGMENTS && bytes + seg <= MOST && len == blksize;
	     n++) {
		uint64_t b = first + n, at = (b - 1) * blksize;

		len = file.size - at < blksize ? (size_t)(file.size - at)
					       : blksize;
		memcpy(head[n],
		    (uint8_t[]){0, 3, (uint8_t)(b >> 8), (uint8_t)b}, 4);
		iov[2 * n] = (struct iovec){head[n], 4};
		iov[2 * n + 1] =
		    (struct iovec){(void *)(uintptr_t)(file.p + at), len};
		bytes += 4 + len;
	}
	m.msg_iovlen = 2 * n;
	if (n > 1) {
		m.msg_control = &control;
		m.msg_controllen = sizeof control;
		control.align = (struct cmsghdr){.cmsg_len = CMSG_LEN(2),
		    .cmsg_level = IPPROTO_UDP,
		    .cmsg_type = UDP_SEGMENT};
		memcpy(CMSG_DATA(&control.align), &seg, sizeof seg);
	}
	if (sendmsg(fd, &m, 0) == -1)
		err(1, "send");
	return n;
}

/* ACK for ACK; an ERROR, a lost ACK or a new request ends it. */
static void
transfer(int fd)
{
	uint64_t next = 1, last = file.size / blksize + 1;
	uint8_t in[RX];

	while (recv(fd, in, sizeof in, 0) >= 4 && in[1] == 4 && next <= last) {
		size_t todo = windowsize;

		if (todo > last - next + 1)
			todo = (size_t)(last - next + 1);
		while (todo) {
			size_t n = part(fd, next, todo);

			next += n;
			todo -= n;
		}
	}
}

int
main(int argc, char **argv)
{
	int listener, on = 8 << 20;

	if (argc != 3)
		errx(2, "usage: tftpfloor ADDRESS FILE");
	map(argv[2]);
	listener = udp(argv[1], 69);
	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof from;
		char in[RX], oack[64];
		ssize_t n = recvfrom(
		    listener, in, sizeof in, 0, (struct sockaddr *)&from, &len);
		int fd, text;

		if (n < 4)
			continue;
		blksize = option(in, (size_t)n, "blksize", 512);
		windowsize = option(in, (size_t)n, "windowsize", 1);
		fd = udp(argv[1], 0);
		setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &on, sizeof on);
		if (connect(fd, (struct sockaddr *)&from, len) == -1)
			err(1, "connect");
		text = snprintf(oack, sizeof oack,
		    "%c%cblksize%c%zu%cwindowsize%c%zu", 0, 6, 0, blksize, 0, 0,
		    windowsize);
		if (!memmem(in, (size_t)n, "windowsize", 11))
			text = snprintf(oack, sizeof oack, "%c%cblksize%c%zu",
			    0, 6, 0, blksize);
		(void)!write(fd, oack, (size_t)text + 1);
		transfer(fd);
		close(fd);
	}
}
