/*
 * pxe.h - what PXE adds to DHCP: options 43, 60, 93, 94, 97 and 77.
 *
 * Reads what a boot ROM says of itself, writes the option 43 of the answer,
 * and judges an offer as the firmware will: Intel's client and EDK2 put each
 * offer into a class (struct pxe_offer) and drop it silently when its option
 * 43 breaks a rule.
 *
 * PXE 2.1, RFC 3004, 4578, 5970.  Pure.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_PXE_H
#define REMOTEBOOT_PXE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "dhcp.h"

enum {
	PXE_ARCHS = 8,	    /* architectures that are looked at */
	PXE_VENDOR_MAX = 64 /* room that pxe_put_vendor() needs at most */
};

/* 224.0.1.2, the group of boot server discovery */
#define PXE_DISCOVERY_GROUP 0xe0000102u

/* Codes inside option 43. */
enum pxe_code {
	PXE_PAD = 0,
	PXE_MTFTP_IP = 1,
	PXE_MTFTP_CPORT = 2,
	PXE_MTFTP_SPORT = 3,
	PXE_MTFTP_TMOUT = 4,
	PXE_MTFTP_DELAY = 5,
	PXE_DISCOVERY_CONTROL = 6,
	PXE_DISCOVERY_MCAST = 7,
	PXE_BOOT_SERVERS = 8,
	PXE_BOOT_MENU = 9,
	PXE_MENU_PROMPT = 10,
	PXE_BOOT_ITEM = 71,
	PXE_END = 255
};

/* Bits of PXE_DISCOVERY_CONTROL. */
enum pxe_control {
	PXE_NO_BROADCAST = 1 << 0,
	PXE_NO_MULTICAST = 1 << 1,
	PXE_ONLY_LISTED = 1 << 2,
	PXE_USE_FILE = 1 << 3 /* the file of this offer, at once */
};

/* What asks, by the beginning of option 60. */
enum pxe_kind {
	PXE_NONE,
	PXE_CLIENT, /* "PXEClient" */
	PXE_HTTP    /* "HTTPClient": UEFI HTTP boot, never PXE */
};

struct pxe_client {
	enum pxe_kind kind;
	/* option 93, else the number behind "Arch:" in option 60 */
	uint16_t arch[PXE_ARCHS];
	size_t narch;
	bool undi; /* option 94 was there */
	uint8_t undi_type, undi_major, undi_minor;
	const uint8_t *uuid; /* option 97, whole, or NULL; in the message */
	size_t uuid_len;
	/* boot server discovery: 43.71 of a PXEClient */
	bool boot_item;
	uint16_t item_type, item_layer;
};

/* Read what m says.  *p points into m.  Odd options count as not there. */
void pxe_client_read(struct pxe_client *p, const struct dhcp_msg *m);

/*
 * Does option 77 name that user class?  Both forms count: the whole option
 * raw (iPXE) and its members by RFC 3004.
 */
bool pxe_user_class(const struct dhcp_msg *m, const char *name);

/*
 * One sub-option of an option 43 at *pos, which moves on.  False at the end
 * option, at the end of the data and at one that runs over (*bad then).
 */
bool pxe_next(const uint8_t *v, size_t len, size_t *pos, uint8_t *code,
    const uint8_t **data, size_t *data_len, bool *bad);

/* How a client will take an offer. */
enum pxe_offer {
	PXE_OFFER_PLAIN,  /* DHCP only: boots if there is a file */
	PXE_OFFER_BINL,	  /* asks port 4011 whatever the file says */
	PXE_OFFER_PXE10,  /* follows 43.6-10 */
	PXE_OFFER_WFM11A, /* 43.1-5 alone: EDK2 discards it */
	PXE_OFFER_BROKEN  /* silently dropped */
};

/*
 * Judge an offer: its option 43 (NULL: none), whether option 60 is
 * "PXEClient", whether there is a boot file.  The rules are those of Intel's
 * reference client (DHCPOfferAckEdit) and of EDK2.
 */
enum pxe_offer pxe_offer_judge(
    const uint8_t *v, size_t len, bool pxeclient, bool file);

/* What option 43.1-5 says. */
struct pxe_mtftp {
	struct ip4 ip;
	uint16_t cport, sport;
	uint8_t tmout_s, delay_s;
	bool ports_little; /* Intel's order: 1758 is de 06 */
};

/*
 * Write an option 43: 1-5 when m is not NULL, then control = PXE_USE_FILE,
 * so that firmware fetches the file of the offer at once, and the end
 * option.  A discovery group is named although nobody will ask it: Intel's
 * client drops an offer without one unless multicast discovery is forbidden,
 * and forbids nothing here so that the control is the plain 06 01 08 that
 * every client has seen.  Returns the length.
 */
size_t pxe_put_vendor(
    uint8_t buf[static PXE_VENDOR_MAX], const struct pxe_mtftp *m);

/*
 * Is that an option of booting, which a proxy may send too?  The others are
 * those of the network and of the lease.
 */
bool pxe_is_boot_option(uint8_t code);

/* Is it one of PXELINUX (RFC 5071), which firmware does not ask for? */
bool pxe_is_loader_option(uint8_t code);

/* The same machine by RFC 4578 as printed and as registered: 7 and 9. */
bool pxe_arch_is_x64(uint16_t arch);

#endif
