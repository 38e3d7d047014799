/*
 * tftp.h - TFTP packets and option texts: bytes <-> struct.
 *
 * RFC 1350, 2347, 2348, 2349, 7440; protocols of MTFTP (PXE 2.1) use the
 * same packets.  Pure; strings point into the packet.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTP_H
#define REMOTEBOOT_TFTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TFTP_PORT = 69,
	TFTP_LARGE_PORT = 59, /* Incom's large packet service */
	TFTP_LARGE_BLKSIZE = 1408,
	TFTP_BLKSIZE = 512,   /* without the option */
	TFTP_BLKSIZE_MIN = 8, /* RFC 2348 */
	TFTP_BLKSIZE_MAX = 65464,
	TFTP_WINDOWSIZE_MAX = 65535,
	TFTP_OACK_MAX = 512, /* bytes; RFC 2347 says so of requests */
	TFTP_HEADER = 4,     /* opcode and block of a DATA */
	TFTP_NAME_MAX = 255, /* longest file name that is served */
	TFTP_OPTIONS = 16    /* options looked at in one request */
};

enum tftp_op {
	TFTP_RRQ = 1,
	TFTP_WRQ,
	TFTP_DATA,
	TFTP_ACK,
	TFTP_ERROR,
	TFTP_OACK
};

/* RFC 1350 and 2347 error codes. */
enum tftp_code {
	TFTP_EUNDEF = 0,
	TFTP_ENOTFOUND = 1,
	TFTP_EACCESS = 2,
	TFTP_EFULL = 3,
	TFTP_EILLEGAL = 4,
	TFTP_EUNKNOWNTID = 5,
	TFTP_EEXISTS = 6,
	TFTP_ENOUSER = 7,
	TFTP_EOPTION = 8
};

enum tftp_mode {
	TFTP_OCTET,
	TFTP_NETASCII,
	TFTP_MAIL,
	TFTP_MODE_OTHER
};

enum tftp_opt {
	TFTP_OPT_BLKSIZE = 1 << 0,
	TFTP_OPT_TSIZE = 1 << 1,
	TFTP_OPT_TIMEOUT = 1 << 2,
	TFTP_OPT_WINDOWSIZE = 1 << 3,
	TFTP_OPT_MULTICAST = 1 << 4,
	TFTP_OPT_ROLLOVER = 1 << 5,
	TFTP_OPT_BLKSIZE2 = 1 << 6
};

enum tftp_err {
	TFTP_OK,
	TFTP_ESHORT,  /* not even an opcode, or cut inside its fixed part */
	TFTP_EOPCODE, /* none of RRQ .. OACK */
	TFTP_ENAME,   /* no file name, or longer than TFTP_NAME_MAX */
	TFTP_EMODE    /* no mode */
};

/* A request or an OACK: the options that we know, with their values. */
struct tftp_opts {
	unsigned int asked; /* TFTP_OPT_* that came with a readable value */
	unsigned int bad;   /* TFTP_OPT_* that came with an unreadable one */
	enum tftp_opt order[TFTP_OPTIONS]; /* known ones as they came, once */
	uint16_t capitals[TFTP_OPTIONS];   /* of their names: a bit a letter */
	unsigned int norder;
	unsigned int unknown; /* how many were of no use to us */
	uint32_t blksize;     /* as asked, unclamped */
	uint32_t blksize2;    /* tftp-hpa's: a power of two */
	uint64_t tsize;
	uint32_t timeout_s;
	uint32_t windowsize;
	uint32_t rollover;
	const char *multicast; /* of an OACK: RFC 2090's "addr,port,mc" */
};

struct tftp_pkt {
	enum tftp_op op;
	/* RRQ, WRQ; name and mode are NUL-terminated in the packet */
	const char *name;
	size_t name_len;
	enum tftp_mode mode;
	struct tftp_opts opts; /* also OACK */
	/* DATA, ACK */
	uint16_t block;
	const uint8_t *data;
	size_t data_len;
	/* ERROR; msg of msg_len bytes, not NUL-terminated, may be NULL */
	uint16_t code;
	const char *msg;
	size_t msg_len;
};

/*
 * Read one packet of len bytes.  The strings in *p point into buf and are
 * valid as long as it.  On anything but TFTP_OK only p->op may be used (and
 * not even that on TFTP_ESHORT).  Tolerated: the last NUL missing at the end
 * of the datagram when it comes behind the mode or an option value (pxehost
 * ROMs), so buf must have room for one byte at buf[len], which is written;
 * junk behind the word of the mode; option names in any case; an option
 * repeated (the first counts); an ERROR without its NUL or without any text
 * (Intel ROMs send 5 bytes); DATA of length 0.
 */
enum tftp_err tftp_decode(struct tftp_pkt *p, uint8_t *buf, size_t len);

/*
 * Is it EFI's DIR (opcode 7): a name and its NUL?  It is no packet that
 * tftp_decode() reads, but whoever sends it waits for an answer.
 */
bool tftp_is_dir(const uint8_t *buf, size_t len);

/*
 * Writers: the length written, or 0 when size is too small.
 */
size_t tftp_put_error(
    uint8_t *buf, size_t size, uint16_t code, const char *msg);
size_t tftp_put_ack(uint8_t *buf, size_t size, uint16_t block);
/* The four bytes before the data. */
void tftp_put_data_header(uint8_t buf[static TFTP_HEADER], uint16_t block);
/*
 * OACK with the options of o->order that are in granted, values from o,
 * names in the letters in which they were asked (Intel ROMs compare them).
 */
size_t tftp_put_oack(
    uint8_t *buf, size_t size, const struct tftp_opts *o, unsigned int granted);
/* An RRQ with the options of o (NULL: none): for our clients and tests. */
size_t tftp_put_rrq(uint8_t *buf, size_t size, const char *name,
    enum tftp_mode mode, const struct tftp_opts *o);

/* "file not found" ...: the text RFC 1350 gives to a code. */
const char *tftp_code_text(uint16_t code);
/*
 * The TFTP_OPT_* of a name, in any case; 0 for tftp-hpa's utimeout, which is
 * never granted.  false: no such option.
 */
bool tftp_opt_parse(const char *name, unsigned int *ret);
/* "octet", "netascii", "mail", "other". */
const char *tftp_mode_text(enum tftp_mode mode);

#endif
