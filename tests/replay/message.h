/*
 * message.h - DHCP messages of replay scripts: words to bytes.
 *
 * Keys are the header fields of the RFC (flags=B is the broadcast bit),
 * N=VALUE for option N, cookie=HEX (cookie=none: 236 bytes).  A VALUE is hex
 * bytes "01:ab", an address, u16:N, u32:N, "empty", "none" (one that is set
 * is left out), else text.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_MESSAGE_H
#define REMOTEBOOT_MESSAGE_H

#include "addr.h"
#include "replay.h"

enum {
	MESSAGE_WORDS = 128
};

/* Words that every message has unless it says otherwise. */
struct message_set {
	char *word[MESSAGE_WORDS];
	size_t nword;
};

/* "01:ab" to bytes; false when it is not wholly that. */
bool message_hex(const char *s, uint8_t *b, size_t size, size_t *len);
/* Any VALUE; its length. */
size_t message_value(const char *s, uint8_t *b, size_t size);
/* Option code of a word "43=..."; 0 when it is none. */
unsigned int message_code(const char *word);
/* Have two words the same KEY? */
bool message_same_key(const char *a, const char *b);

/* The value of a key: the step's, else the one that is set, else NULL. */
const char *message_get(
    const struct message_set *m, const struct replay_step *s, const char *key);
uint32_t message_number(const struct message_set *m,
    const struct replay_step *s, const char *key, uint32_t dflt);
struct ip4 message_address(const struct message_set *m,
    const struct replay_step *s, const char *key, uint32_t dflt);
/* The message "recv TYPE KEY=VALUE..."; its length. */
size_t message_build(const struct message_set *m, const struct replay_step *s,
    uint8_t *b, size_t size);

#endif
