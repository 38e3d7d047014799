/*
 * replay_put.c - scripts against one upload as the server sees it.
 *
 *	set blksize=512 fixed=0 max_blksize=65464 max_windowsize=64
 *	    timeout_ms=1000 retries=5 rollover=0 max_size=1048576
 *	at T recv WRQ "name" octet blksize=1408 ...	opens it
 *	at T recv again		the request a second time
 *	at T recv DATA N [LEN]	LEN bytes; without it a whole block
 *	at T recv TEXT N "..."	these bytes
 *	at T recv ERROR CODE | ACK N
 *	at T data A..B		these blocks, whole; only what the last one
 *				causes is told
 *	at T timer		calls put_timer() (early calls do nothing)
 *	at T stored		the file is on disk
 *	fail CODE "text"	it cannot be written
 *	gone			ICMP: port unreachable
 *	state			tells the state, size, resent and repeated
 *	deadline		tells when the timer is due: "timer at 1000"
 *
 * Lines told: "write N bytes", "store", "send OACK name=value ...", "send ACK
 * n", "send ERROR code text", "close STATE".
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay_tftp.h"
#include "tftpd/put.h"

struct machine {
	struct xfer_limits limits;
	uint64_t max_size;
	bool open;
	struct put x;
	uint8_t data[65536];
};

static const char *const states[] = {
    [PUT_ASKED] = "ASKED",
    [PUT_RECEIVING] = "RECEIVING",
    [PUT_STORING] = "STORING",
    [PUT_DALLY] = "DALLY",
    [PUT_DONE] = "DONE",
    [PUT_TIMEOUT] = "TIMEOUT",
    [PUT_ABORTED] = "ABORTED",
    [PUT_BROKEN] = "BROKEN",
};

static void *
machine_open(struct replay *r)
{
	struct machine *m = calloc(1, sizeof *m);

	(void)r;
	if (!m)
		return NULL;
	m->limits = replay_limits();
	m->max_size = 1 << 20;
	return m;
}

static void
tell(struct replay *r, const struct put *x, const struct put_out *o)
{
	if (o->data)
		replay_emit(r, "write %zu bytes", o->data_len);
	if (o->store)
		replay_emit(r, "store");
	if (o->send_oack)
		replay_tell_oack(r, &x->opts, x->granted);
	if (o->send_ack)
		replay_emit(r, "send ACK %u", (unsigned)o->ack);
	if (o->send_error)
		replay_emit(r, "send ERROR %u %s", (unsigned)o->code, o->msg);
	if (o->close)
		replay_emit(r, "close %s", states[x->state]);
	if (!o->why || !o->why[0])
		(void)replay_fail(r, "a decision without a reason");
}

static bool
step_set(struct machine *m, const struct replay_step *s)
{

	replay_set_limits(s, &m->limits);
	m->max_size = replay_number(s, "max_size", m->max_size);
	return true;
}

static bool
recv_wrq(struct replay *r, struct machine *m, const struct replay_step *s)
{
	uint8_t buf[1024];
	struct tftp_pkt p;
	struct put_out o;

	if (!replay_request(r, s, TFTP_WRQ, buf, sizeof buf, &p))
		return false;
	put_open(&m->x, &p, &m->limits, m->max_size, s->now_us, &o);
	m->open = true;
	tell(r, &m->x, &o);
	return true;
}

static bool
step_recv(struct replay *r, struct machine *m, const struct replay_step *s)
{
	const char *what = s->nword > 1 ? s->word[1] : "";
	const char *arg = s->nword > 2 ? s->word[2] : "0";
	struct tftp_pkt p;
	struct put_out o;

	if (strcmp(what, "WRQ") == 0)
		return recv_wrq(r, m, s);
	if (!m->open)
		return replay_fail(r, "no upload yet");
	if (strcmp(what, "again") == 0) {
		put_again(&m->x, s->now_us, &o);
		tell(r, &m->x, &o);
		return true;
	}
	memset(&p, 0, sizeof p);
	p.block = p.code = (uint16_t)strtoul(arg, NULL, 10);
	p.data = m->data;
	p.data_len = m->x.blksize;
	p.op = TFTP_DATA;
	if (strcmp(what, "DATA") == 0 && s->nword > 3) {
		p.data_len = strtoul(s->word[3], NULL, 10);
	} else if (strcmp(what, "TEXT") == 0 && s->nword > 3) {
		p.data = (const uint8_t *)s->word[3];
		p.data_len = strlen(s->word[3]);
	} else if (strcmp(what, "ACK") == 0) {
		p.op = TFTP_ACK;
	} else if (strcmp(what, "ERROR") == 0) {
		p.op = TFTP_ERROR;
	} else if (strcmp(what, "DATA") != 0) {
		return replay_fail(r, "recv: no packet \"%s\"", what);
	}
	put_packet(&m->x, &p, s->now_us, &o);
	tell(r, &m->x, &o);
	return true;
}

/* data A..B */
static bool
step_data(struct replay *r, struct machine *m, const struct replay_step *s)
{
	unsigned long a, b;
	struct put_out o = {.why = "none"};

	if (s->nword < 2 || sscanf(s->word[1], "%lu..%lu", &a, &b) != 2 ||
	    a > b)
		return replay_fail(r, "data A..B of an upload");
	for (unsigned long n = a; n <= b; n++) {
		struct tftp_pkt p = {.op = TFTP_DATA,
		    .block = (uint16_t)(n & 0xffff),
		    .data = m->data,
		    .data_len = m->x.blksize};

		put_packet(&m->x, &p, s->now_us, &o);
		if (!o.data)
			return replay_fail(r, "DATA %lu was not taken", n);
	}
	tell(r, &m->x, &o);
	return true;
}

static bool
step_timer(struct replay *r, struct machine *m, const struct replay_step *s)
{
	struct put_out o;

	put_timer(&m->x, s->now_us, &o);
	tell(r, &m->x, &o);
	return true;
}

static bool
step_stored(struct replay *r, struct machine *m, const struct replay_step *s)
{
	struct put_out o;

	put_stored(&m->x, s->now_us, &o);
	tell(r, &m->x, &o);
	return true;
}

static bool
step_fail(struct replay *r, struct machine *m, const struct replay_step *s)
{
	struct put_out o;

	if (s->nword < 3)
		return replay_fail(r, "fail CODE TEXT");
	put_fail(
	    &m->x, (uint16_t)strtoul(s->word[1], NULL, 10), s->word[2], &o);
	tell(r, &m->x, &o);
	return true;
}

static bool
step_gone(struct replay *r, struct machine *m, const struct replay_step *s)
{
	struct put_out o;

	(void)s;
	put_gone(&m->x, &o);
	tell(r, &m->x, &o);
	return true;
}

static bool
step_state(struct replay *r, struct machine *m, const struct replay_step *s)
{
	(void)s;
	replay_emit(r, "%s size %llu resent %llu repeated %llu",
	    states[m->x.state], (unsigned long long)m->x.size,
	    (unsigned long long)m->x.resent, (unsigned long long)m->x.repeated);
	return true;
}

static bool
step_deadline(struct replay *r, struct machine *m, const struct replay_step *s)
{
	(void)s;
	if (m->x.deadline_us == XFER_NEVER)
		replay_emit(r, "timer never");
	else
		replay_emit(r, "timer at %llu",
		    (unsigned long long)m->x.deadline_us / 1000);
	return true;
}

static bool
machine_step(struct replay *r, void *state, const struct replay_step *s)
{
	static const struct {
		const char *word;
		bool (*fn)(struct replay *r, struct machine *m,
		    const struct replay_step *s);
	} steps[] = {
	    {"recv", step_recv},
	    {"data", step_data},
	    {"timer", step_timer},
	    {"stored", step_stored},
	    {"fail", step_fail},
	    {"gone", step_gone},
	    {"state", step_state},
	    {"deadline", step_deadline},
	};
	struct machine *m = state;

	if (strcmp(s->word[0], "set") == 0)
		return step_set(m, s);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (strcmp(s->word[0], steps[i].word) == 0) {
			if (!m->open && steps[i].fn != step_recv)
				return replay_fail(r, "no upload yet");
			return steps[i].fn(r, m, s);
		}
	return replay_fail(r, "no step \"%s\"", s->word[0]);
}

int
main(int argc, char *argv[])
{
	static const struct replay_driver driver = {
	    .name = "put",
	    .open = machine_open,
	    .step = machine_step,
	    .close = free,
	};

	return replay_main(&driver, argc, argv);
}
