/*
 * replay.h - scripts played against a pure machine with a virtual clock.
 *
 * A script is a text file, one step a line:
 *
 *	# RFC 1350: a duplicate ACK causes no data
 *	at 0 recv RRQ "a.bin" octet blksize=1408
 *	expect send OACK blksize=1408
 *	at +5 recv ACK 0
 *	expect send DATA 1..1
 *	at +1000 timer
 *	expect nothing
 *
 * "at T" sets the clock (milliseconds from the start, +T from the step
 * before) and hands the rest of the line to the machine's driver, which
 * emits a line for each action of the machine.  "expect TEXT" takes the next
 * line and compares it word by word (a "*" at the end of a word matches the
 * rest of that word, a word "..." the rest of the line); "expect nothing"
 * wants none left.  A step that leaves lines behind when the next one comes
 * fails the script.  Any other first word goes to the driver too ("set",
 * "conf"); a line that ends in "<<" has the lines up to ">>" as its text.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_REPLAY_H
#define REMOTEBOOT_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	REPLAY_WORDS = 64
};

struct replay; /* the script being played */

/* A step: its words ("..." quotes keep blanks, \xNN gives a byte). */
struct replay_step {
	char *word[REPLAY_WORDS];
	size_t nword;
	char *text; /* lines between << and >>, or NULL */
	size_t text_len;
	uint64_t now_us;
};

struct replay_driver {
	const char *name;
	/* A fresh machine for one script; its state. */
	void *(*open)(struct replay *r);
	/* One step.  false after replay_fail(). */
	bool (*step)(
	    struct replay *r, void *state, const struct replay_step *s);
	void (*close)(void *state);
};

/* From inside step(): one line of output, without newline. */
void replay_emit(struct replay *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The script is wrong or failed: file:line and the text.  Returns false. */
bool replay_fail(struct replay *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The value of a word "key=value" of the step, or NULL. */
const char *replay_value(const struct replay_step *s, const char *key);
/* The same as a number; dflt when it is not there. */
uint64_t replay_number(
    const struct replay_step *s, const char *key, uint64_t dflt);

/*
 * Play every *.rpl of the folders and files in argv; a line for each, PASS
 * or FAIL; no script at all is a failure.  Returns the exit status.
 */
int replay_main(const struct replay_driver *d, int argc, char *argv[]);

#endif
