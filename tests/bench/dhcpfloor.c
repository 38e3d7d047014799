/*
 * dhcpfloor.c - what packets and disk allow here: the least that could be
 * called a DHCP server, to measure the real ones against.
 *
 * usage: dhcpfloor FIRST_ADDRESS SERVER_ID [JOURNAL]
 *
 * Every DISCOVER is offered and every REQUEST acknowledged FIRST_ADDRESS plus
 * the number in the client's hardware address; nothing is looked up or
 * checked.  With JOURNAL each ACK is a line appended to it, and a batch is
 * brought to the disk with one fdatasync before its replies leave.
 * SPDX-License-Identifier: ISC
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BATCH = 256,
	LEN = 300,
	LINE = 96,
	BUFFER = 8 << 20,
	CIADDR = 12,
	YIADDR = 16,
	GIADDR = 24,
	CHADDR = 28,
	OPTIONS = 240
};

static struct {
	int fd, journal;
	uint32_t first, server;
	uint8_t buf[BATCH][1500];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
	struct sockaddr_in peer[BATCH];
	char line[BATCH * LINE];
	size_t nline;
} f = {.journal = -1};

static void
put_option(uint8_t **p, uint8_t code, uint32_t v)
{
	v = htonl(v);
	*(*p)++ = code;
	*(*p)++ = 4;
	memcpy(*p, &v, 4);
	*p += 4;
}

static void
note(uint32_t addr, const uint8_t *mac)
{
	f.nline += (size_t)snprintf(f.line + f.nline, LINE,
	    "bound %u.%u.%u.%u 1/%02x:%02x:%02x:%02x:%02x:%02x - 1234567890 "
	    "1234567890\n",
	    addr >> 24, addr >> 16 & 255, addr >> 8 & 255, addr & 255, mac[0],
	    mac[1], mac[2], mac[3], mac[4], mac[5]);
}

/* The message becomes its own reply; option 53 is the first, as dhcpload
 * and perfdhcp send it. */
static void
reply(size_t i)
{
	uint8_t *b = f.buf[i], *p = b + OPTIONS, type = b[OPTIONS + 2];
	uint32_t number, addr, relay;

	memcpy(&number, b + CHADDR + 2, 4);
	memcpy(&relay, b + GIADDR, 4);
	addr = f.first + ntohl(number);
	b[0] = 2;
	number = htonl(addr);
	memcpy(b + YIADDR, &number, 4);
	memset(p, 0, LEN - OPTIONS);
	*p++ = 53;
	*p++ = 1;
	*p++ = type == 1 ? 2 : 5;
	put_option(&p, 54, f.server);
	put_option(&p, 51, 3600);
	put_option(&p, 1, 0xfffc0000);
	*p = 255;
	if (relay) {
		f.peer[i].sin_addr.s_addr = relay;
		f.peer[i].sin_port = htons(67);
	}
	f.iov[i].iov_len = LEN;
	if (type == 3 && f.journal != -1)
		note(addr, b + CHADDR);
}

static void
commit(void)
{
	if (f.nline && (write(f.journal, f.line, f.nline) == -1 ||
			   fdatasync(f.journal) == -1))
		err(1, "journal");
	f.nline = 0;
}

static void
serve(void)
{
	int n, i, k;

	for (i = 0; i < BATCH; i++) {
		f.iov[i] = (struct iovec){f.buf[i], sizeof f.buf[i]};
		f.msg[i].msg_hdr.msg_iov = &f.iov[i];
		f.msg[i].msg_hdr.msg_iovlen = 1;
		f.msg[i].msg_hdr.msg_name = &f.peer[i];
		f.msg[i].msg_hdr.msg_namelen = sizeof f.peer[i];
	}
	n = recvmmsg(f.fd, f.msg, BATCH, MSG_WAITFORONE, NULL);
	for (i = 0; i < n; i++)
		reply((size_t)i);
	commit();
	for (i = 0; i < n; i += k) {
		k = sendmmsg(f.fd, f.msg + i, (unsigned)(n - i), 0);
		if (k <= 0)
			k = 1;
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(67)};
	int size = BUFFER;

	if (argc < 3)
		errx(2, "usage: dhcpfloor FIRST_ADDRESS SERVER_ID [JOURNAL]");
	f.first = ntohl(inet_addr(argv[1]));
	f.server = ntohl(inet_addr(argv[2]));
	if (argc > 3 && (f.journal = open(argv[3],
			     O_WRONLY | O_CREAT | O_APPEND, 0644)) == -1)
		err(1, "%s", argv[3]);
	f.fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (f.fd == -1 || bind(f.fd, (struct sockaddr *)&at, sizeof at) == -1)
		err(1, "port 67");
	setsockopt(f.fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	setsockopt(f.fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
	for (;;)
		serve();
}
