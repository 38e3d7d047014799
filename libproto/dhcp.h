/*
 * dhcp.h - BOOTP and DHCP messages: bytes <-> struct.
 *
 * RFC 951, 1542, 2131, 2132, 3396.  Pure: no clock, no socket, no memory of
 * its own.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_DHCP_H
#define REMOTEBOOT_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	DHCP_PORT_SERVER = 67,
	DHCP_PORT_CLIENT = 68,
	DHCP_PORT_PXE = 4011,
	DHCP_HEADER = 236,	/* bytes before the cookie */
	DHCP_MIN_LEN = 300,	/* smallest reply, UDP payload (RFC 1542 2.1) */
	DHCP_DEFAULT_MAX = 548, /* UDP payload of the 576 every client takes */
	DHCP_MAX_LEN = 1472,	/* largest reply, UDP payload */
	DHCP_RX_LEN = 4096,	/* largest message that is read */
	DHCP_FLAG_BROADCAST = 0x8000
};

enum dhcp_op {
	DHCP_BOOTREQUEST = 1,
	DHCP_BOOTREPLY = 2
};

/* Option 53; DHCP_NONE is a BOOTP message. */
enum dhcp_type {
	DHCP_NONE = 0,
	DHCPDISCOVER = 1,
	DHCPOFFER,
	DHCPREQUEST,
	DHCPDECLINE,
	DHCPACK,
	DHCPNAK,
	DHCPRELEASE,
	DHCPINFORM,
	DHCPLEASEQUERY = 10, /* RFC 4388 */
	DHCPLEASEUNASSIGNED,
	DHCPLEASEUNKNOWN,
	DHCPLEASEACTIVE
};

enum dhcp_code {
	DHCP_PAD = 0,
	DHCP_SUBNET_MASK = 1,
	DHCP_ROUTERS = 3,
	DHCP_HOST_NAME = 12,
	DHCP_BOOT_FILE_SIZE = 13,
	DHCP_BROADCAST_ADDRESS = 28,
	DHCP_VENDOR_OPTIONS = 43,
	DHCP_REQUESTED_ADDRESS = 50,
	DHCP_LEASE_TIME = 51,
	DHCP_OVERLOAD = 52,
	DHCP_MESSAGE_TYPE = 53,
	DHCP_SERVER_ID = 54,
	DHCP_PARAMETER_LIST = 55,
	DHCP_MESSAGE = 56,
	DHCP_MAX_SIZE = 57,
	DHCP_T1 = 58,
	DHCP_T2 = 59,
	DHCP_VENDOR_CLASS = 60,
	DHCP_CLIENT_ID = 61,
	DHCP_TFTP_SERVER_NAME = 66,
	DHCP_BOOTFILE_NAME = 67,
	DHCP_USER_CLASS = 77,
	DHCP_RELAY_AGENT = 82,
	DHCP_LAST_TRANSACTION = 91, /* RFC 4388, seconds ago */
	DHCP_ASSOCIATED_IP = 92,
	DHCP_ARCH = 93,
	DHCP_UNDI = 94,
	DHCP_UUID = 97,
	DHCP_SUBNET_SELECTION = 118,
	DHCP_CLASSLESS_ROUTES = 121,
	DHCP_END = 255
};

enum dhcp_err {
	DHCP_OK,
	DHCP_ESHORT,  /* under 236 bytes: not BOOTP (RFC 951) */
	DHCP_EOP,     /* op is neither 1 nor 2 */
	DHCP_EHLEN,   /* hlen over 16 */
	DHCP_EHOPS,   /* hops over 16 (RFC 1542 4.1.1) */
	DHCP_EOPTION, /* an option runs over the end of its area */
	DHCP_ETYPE,   /* option 53 is not one byte from 1 to 18 */
	DHCP_EFULL    /* joined options exceed DHCP_RX_LEN */
};

/* Where the joined data of one option lies in dhcp_msg.data. */
struct dhcp_slot {
	uint16_t off, len;
	bool there; /* an option may be there with length 0 */
};

/*
 * One message.  The options are joined (RFC 3396) and kept by code in
 * slots; order keeps the codes as they first came.
 */
struct dhcp_msg {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	struct ip4 ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16];
	char sname[65]; /* "" when it carried options */
	char file[129];
	bool cookie; /* the RFC 1048 cookie was there */
	enum dhcp_type type;
	struct dhcp_slot slot[256];
	uint8_t order[256];
	uint16_t norder;
	uint16_t ndata;
	uint8_t data[DHCP_RX_LEN];
};

/*
 * Read one message.  buf holds exactly the UDP payload, len bytes.  On
 * DHCP_OK *m is complete; on anything else *m is unspecified and the value
 * names the first thing that is wrong.  Repeated options are joined (RFC
 * 3396); sname and file are read as options when option 52 says so (RFC
 * 2132 9.3).  Bytes after the end option are ignored: several ROMs pad with
 * junk.  A message that ends behind the header or has another cookie is a
 * BOOTP message without options (klibc's ipconfig sends 236 bytes).  Only
 * the fixed part of *m and the slots are initialised, not all of data.
 */
enum dhcp_err dhcp_decode(struct dhcp_msg *m, const uint8_t *buf, size_t len);
/* The error as a phrase for the log, never NULL. */
const char *dhcp_err_text(enum dhcp_err e);
/* "DHCPDISCOVER" ...; "BOOTREQUEST" for DHCP_NONE; never NULL. */
const char *dhcp_type_text(enum dhcp_type t);

/* Data of an option and *len, or NULL when it is not there (len untouched). */
const uint8_t *dhcp_get(const struct dhcp_msg *m, uint8_t code, size_t *len);
bool dhcp_has(const struct dhcp_msg *m, uint8_t code);
/* An option of exactly that size; false and *ret untouched otherwise. */
bool dhcp_get_u8(const struct dhcp_msg *m, uint8_t code, uint8_t *ret);
bool dhcp_get_u16(const struct dhcp_msg *m, uint8_t code, uint16_t *ret);
bool dhcp_get_u32(const struct dhcp_msg *m, uint8_t code, uint32_t *ret);
bool dhcp_get_ip4(const struct dhcp_msg *m, uint8_t code, struct ip4 *ret);

/*
 * Data of a sub-option (code, length, data) of an option, the first of its
 * code, or NULL (len untouched): not there, or cut.  In 43 there are pads and
 * an end (RFC 2132 8.4), in others none.
 */
const uint8_t *dhcp_get_sub(
    const struct dhcp_msg *m, uint8_t code, uint8_t sub, size_t *len);

/* An empty reply: everything zero, op BOOTREPLY, cookie. */
void dhcp_reply_init(struct dhcp_msg *m);
/*
 * Append an option (or replace the one that is there, keeping its place).
 * false when data has no room; then nothing changed.
 */
bool dhcp_put(struct dhcp_msg *m, uint8_t code, const void *data, size_t len);
bool dhcp_put_u8(struct dhcp_msg *m, uint8_t code, uint8_t v);
bool dhcp_put_u16(struct dhcp_msg *m, uint8_t code, uint16_t v);
bool dhcp_put_u32(struct dhcp_msg *m, uint8_t code, uint32_t v);
bool dhcp_put_ip4(struct dhcp_msg *m, uint8_t code, struct ip4 v);

struct dhcp_encode_rules {
	size_t max_len;	  /* UDP payload, at most DHCP_MAX_LEN */
	bool no_overload; /* never use sname and file for options: PXE ROMs */
	bool bootp;	  /* 64-byte vendor area and 82, no overload */
};

/*
 * Write the reply: header, cookie, options in m->order (82 moved last), end
 * option, zero padding to DHCP_MIN_LEN.  Options over 255 bytes are split
 * (RFC 3396) but 43, which PXE clients do not join, is left out whole when
 * it is longer.  A pad follows 66 and 67, which several ROMs read on to a
 * NUL.  What does not fit is moved to file and sname when they are empty and
 * overloading is allowed, else left out one by one in the order, shorter
 * ones behind it still taken; *dropped (may be NULL) counts those.  Room for
 * 82 is kept before all others (RFC 3046 2.2).  Returns the length, or 0
 * when size or max_len cannot hold even DHCP_MIN_LEN.
 */
size_t dhcp_encode(const struct dhcp_msg *m, const struct dhcp_encode_rules *r,
    uint8_t *buf, size_t size, unsigned int *dropped);

#endif
