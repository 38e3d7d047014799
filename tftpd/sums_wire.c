/*
 * sums_wire.c - messages and descriptors between tftpd and the process that
 * computes its digests; see sums.h.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <sys/socket.h>
#include <unistd.h>

#include "tftpd/sums.h"

/* Room for one descriptor, aligned as the kernel wants it. */
union control {
	struct cmsghdr align;
	char buf[CMSG_SPACE(sizeof(int))];
};

int
sums_send(int sock, const void *msg, size_t len, int fd)
{
	union control c;
	/* sendmsg() only reads it */
	struct iovec iov = {(void *)(uintptr_t)msg, len};
	struct msghdr h = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *cm;

	memset(&c, 0, sizeof c);
	if (fd != -1) {
		h.msg_control = c.buf;
		h.msg_controllen = sizeof c.buf;
		cm = CMSG_FIRSTHDR(&h);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(cm), &fd, sizeof fd);
	}
	return sendmsg(sock, &h, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

long
sums_recv(int sock, void *msg, size_t len, bool wait, int *ret_fd)
{
	union control c;
	struct iovec iov = {msg, len};
	struct msghdr h = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = c.buf,
	    .msg_controllen = sizeof c.buf};
	struct cmsghdr *cm;
	ssize_t n =
	    recvmsg(sock, &h, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));

	*ret_fd = -1;
	if (n == -1)
		return -1;
	cm = CMSG_FIRSTHDR(&h);
	if (cm && cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS &&
	    cm->cmsg_len == CMSG_LEN(sizeof *ret_fd))
		memcpy(ret_fd, CMSG_DATA(cm), sizeof *ret_fd);
	return n;
}
