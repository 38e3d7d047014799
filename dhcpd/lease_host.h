/*
 * lease_host.h - what is known of [host]s with addresses of their own: the
 * class that a machine had when it asked last, for tftpd.
 *
 * Pure.  There is one note for each yiaddr, and only where
 * conf_class_for_tftp() says that tftpd has a use for them.  A note is
 * information and no promise: no answer waits for it to be on disk, and a
 * machine whose note was lost is in no class until its next ACK.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_LEASE_HOST_H
#define REMOTEBOOT_LEASE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "lease_text.h"

struct host_note {
	struct ip4 addr;
	uint32_t host;	   /* its place in the configuration */
	uint16_t class;	   /* as struct lease_key's; 0: in none, or not known */
	bool by_id;	   /* the client identifier told which [host] it is */
	bool heard;	   /* said by the journal, or by the machine itself */
	bool unsure;	   /* what is in the journal may be something else */
	struct conf_hw hw; /* of its message */
	int64_t start_s;   /* when it was learned */
};

struct host_notes;

/* A note for each yiaddr of c, which must outlive it; NULL: no memory. */
struct host_notes *host_notes_new(const struct conf *c);
/* NULL is allowed. */
void host_notes_free(struct host_notes *hn);
/*
 * The client gets the address a, the yiaddr of its [host]: its note when
 * something about it is new (k->class), which is to be written then.  NULL:
 * there is nothing to write, or hn is NULL.
 */
struct host_note *host_note_learn(struct host_notes *hn, struct ip4 a,
    const struct lease_key *k, int64_t now_s);
/* It could not be written: the next ACK tries again. */
void host_note_unsure(struct host_note *n);
/* As a record; its start_s is that of the note, not of the wall clock. */
void host_note_record(const struct host_notes *hn, const struct host_note *n,
    struct lease_record *rec);
/*
 * What a record of the journal says.  It is passed over when hn is NULL, no
 * [host] has the address, or that is another machine now.
 */
void host_note_apply(
    struct host_notes *hn, const struct lease_record *rec, int64_t start_s);
/* What is known to the notes of another configuration. */
void host_notes_move(struct host_notes *to, const struct host_notes *from);
/*
 * The next note from place *at on that a journal written anew has to have;
 * looks at *most of them.  NULL: none; *most is not 0 then when that was the
 * last one.
 */
const struct host_note *host_notes_next(
    const struct host_notes *hn, size_t *at, size_t *most);
/* How many notes a journal written anew has; hn may be NULL. */
size_t host_notes_kept(const struct host_notes *hn);

#endif
