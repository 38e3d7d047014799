/*
 * who.h - from a client's address to what is known about it.
 *
 * TFTP says nothing of who asks but an address.  The configuration knows the
 * [host] that has it, and dhcpd's journal who leased it: that gives the
 * hardware address, and with it a [host].  The [class] is that into which dhcpd
 * has put it, by its lease, or by the line "host" of a [host] with that
 * address, which tells nothing else; without them a [class] that is told by
 * its chaddr alone.  What is not known stays empty; it is never guessed.  On
 * the same link the kernel can tell the hardware address, too (neigh.h).
 *
 * The book of leases has one entry for an address, found in constant time,
 * and at most as many as it was made for, and WHO_HOSTS of hosts.  who_file.h
 * fills it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_WHO_H
#define REMOTEBOOT_TFTPD_WHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "conf.h"
#include "lease_text.h"

enum {
	WHO_HOSTS = 1 << 20 /* with a line "host"; memory as they come */
};

enum who_lease {
	WHO_NO_LEASE,
	WHO_LEASE_OVER, /* there was one; hw is its last holder's */
	WHO_LEASE_ACTIVE
};

/* Its pointers are the configuration's. */
struct who {
	/* An active lease, or the yiaddr of a [host] that is not denied:
	 * nobody out there can make us send to such an address what it is
	 * not meant to get anyway. */
	bool known;
	enum who_lease lease;
	struct conf_hw hw; /* hlen 0: not known */
	const struct conf_host *host;
	/* that of its lease or its line "host", else the first that hw alone
	 * tells */
	const struct conf_class *class;
};

struct who_book;

/* A book of at most max leases; NULL and errno. */
struct who_book *who_new(size_t max);
/* NULL is allowed. */
void who_free(struct who_book *b);
/*
 * Another journal is read from its beginning (begin) and was read to its end
 * (end): addresses that it did not name are forgotten then, not before.
 */
void who_begin(struct who_book *b);
void who_end(struct who_book *b);
/* What a line of the journal says; false: the book is full. */
bool who_put(struct who_book *b, const struct lease_record *rec);
/* How many addresses it knows. */
size_t who_count(const struct who_book *b);

/* Of the address a at wall_s (CLOCK_REALTIME); b may be NULL. */
void who_find(const struct who_book *b, const struct conf *c,
    const struct addr *a, int64_t wall_s, struct who *ret);
/*
 * A card that the kernel knows for the address, where nothing else told one:
 * gives a [host] or a class, but proves nothing.
 */
void who_card(const struct conf *c, const struct mac *mac, struct who *w);
/* Does its hardware address, where it is known, begin so? */
bool who_hw_begins(const struct who *w, const struct conf_bytes *begin);
/*
 * Is that client in the class, as far as the journal or its hardware address
 * tells?  Where the journal has no class of it always false for a class that
 * asks for more, see conf_class_by_chaddr().
 */
bool who_in_class(const struct who *w, const struct conf_class *class);

#endif
