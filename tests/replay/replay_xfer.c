/*
 * replay_xfer.c - scripts against one TFTP transfer as the server sees it.
 *
 *	set blksize=512 fixed=0 max_blksize=65464 max_windowsize=64
 *	    timeout_ms=1000 retries=5 rollover=0 request_len=0	(what is said,
 *	    of these; rollover=2: not known)
 *	set refused=N		TFTP_OPT_* that are never granted, as a sum
 *	set size=N		bytes of the file; size=unknown: netascii
 *	at T recv RRQ "name" octet blksize=1408 ...	opens it
 *	at T recv again		the request a second time
 *	at T recv ACK N
 *	at T recv ERROR CODE "text"
 *	at T recv DATA N | OACK
 *	at T timer		calls xfer_timer() (early calls do nothing)
 *	at T acks A..B		ACKs of these (wire) blocks, each answered at
 *				once; only what the last one causes is told
 *	last N			the source says that block N is the short one
 *	fail CODE "text"	the source cannot go on
 *	gone			ICMP: port unreachable
 *	state			tells the state, base, resent
 *	deadline		tells when the timer is due: "timer at 1000"
 *
 * Lines told: "send OACK name=value ...", "send DATA a..b", with "as c..d"
 * when the numbers on the wire are others, "send ERROR code text", "close
 * STATE".
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay_tftp.h"

struct machine {
	struct xfer_limits limits;
	uint64_t size;
	bool open;
	struct xfer x;
};

static const char *const states[] = {
    [XFER_OACK] = "OACK",
    [XFER_SENDING] = "SENDING",
    [XFER_DONE] = "DONE",
    [XFER_UNCONFIRMED] = "UNCONFIRMED",
    [XFER_TIMEOUT] = "TIMEOUT",
    [XFER_ABORTED] = "ABORTED",
    [XFER_BROKEN] = "BROKEN",
};

static void *
machine_open(struct replay *r)
{
	struct machine *m = calloc(1, sizeof *m);

	(void)r;
	if (!m)
		return NULL;
	m->limits = replay_limits();
	m->size = 1 << 20;
	return m;
}

static void
tell_data(struct replay *r, const struct xfer *x, const struct xfer_out *o)
{
	unsigned long long a = o->first, b = o->first + o->count - 1;
	unsigned int wa = xfer_wire_block(x, a), wb = xfer_wire_block(x, b);

	if (wa == a && wb == b)
		replay_emit(r, "send DATA %llu..%llu", a, b);
	else
		replay_emit(r, "send DATA %llu..%llu as %u..%u", a, b, wa, wb);
}

static void
tell(struct replay *r, const struct xfer *x, const struct xfer_out *o)
{
	if (o->send_oack)
		replay_tell_oack(r, &x->opts, x->granted);
	if (o->count)
		tell_data(r, x, o);
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
	const char *size = replay_value(s, "size");

	replay_set_limits(s, &m->limits);
	if (size)
		m->size = strcmp(size, "unknown") == 0
			      ? XFER_SIZE_UNKNOWN
			      : replay_number(s, "size", 0);
	return true;
}

static bool
recv_rrq(struct replay *r, struct machine *m, const struct replay_step *s)
{
	uint8_t buf[1024];
	struct tftp_pkt p;
	struct xfer_out o;

	if (!replay_request(r, s, TFTP_RRQ, buf, sizeof buf, &p))
		return false;
	xfer_open(&m->x, &p, &m->limits, m->size, s->now_us, &o);
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
	struct xfer_out o;

	if (strcmp(what, "RRQ") == 0)
		return recv_rrq(r, m, s);
	if (!m->open)
		return replay_fail(r, "no transfer yet");
	memset(&p, 0, sizeof p);
	if (strcmp(what, "again") == 0) {
		xfer_again(&m->x, s->now_us, &o);
		tell(r, &m->x, &o);
		return true;
	}
	if (strcmp(what, "ACK") == 0)
		p.op = TFTP_ACK;
	else if (strcmp(what, "DATA") == 0)
		p.op = TFTP_DATA;
	else if (strcmp(what, "OACK") == 0)
		p.op = TFTP_OACK;
	else if (strcmp(what, "ERROR") == 0)
		p.op = TFTP_ERROR;
	else
		return replay_fail(r, "recv: no packet \"%s\"", what);
	p.block = (uint16_t)strtoul(arg, NULL, 10);
	p.code = p.block;
	xfer_packet(&m->x, &p, s->now_us, &o);
	tell(r, &m->x, &o);
	return true;
}

/* acks A..B */
static bool
step_acks(struct replay *r, struct machine *m, const struct replay_step *s)
{
	unsigned long a, b;
	struct xfer_out o;

	if (!m->open || s->nword < 2 ||
	    sscanf(s->word[1], "%lu..%lu", &a, &b) != 2 || a > b)
		return replay_fail(r, "acks A..B of a transfer");
	for (unsigned long n = a; n <= b; n++) {
		struct tftp_pkt p = {
		    .op = TFTP_ACK, .block = (uint16_t)(n & 0xffff)};

		xfer_packet(&m->x, &p, s->now_us, &o);
		if (n < b && o.count != m->x.windowsize)
			return replay_fail(
			    r, "ACK %lu: sent %u blocks", n, o.count);
	}
	tell(r, &m->x, &o);
	return true;
}

static bool
step_timer(struct replay *r, struct machine *m, const struct replay_step *s)
{
	struct xfer_out o;

	xfer_timer(&m->x, s->now_us, &o);
	tell(r, &m->x, &o);
	return true;
}

static bool
step_fail(struct replay *r, struct machine *m, const struct replay_step *s)
{
	struct xfer_out o;

	if (s->nword < 3)
		return replay_fail(r, "fail CODE TEXT");
	xfer_fail(
	    &m->x, (uint16_t)strtoul(s->word[1], NULL, 10), s->word[2], &o);
	tell(r, &m->x, &o);
	return true;
}

static bool
step_gone(struct replay *r, struct machine *m, const struct replay_step *s)
{
	struct xfer_out o;

	(void)s;
	xfer_gone(&m->x, &o);
	tell(r, &m->x, &o);
	return true;
}

static bool
step_state(struct replay *r, struct machine *m, const struct replay_step *s)
{
	(void)s;
	replay_emit(r, "%s base %llu resent %llu", states[m->x.state],
	    (unsigned long long)m->x.base, (unsigned long long)m->x.resent);
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
step_last(struct replay *r, struct machine *m, const struct replay_step *s)
{
	if (s->nword < 2)
		return replay_fail(r, "last BLOCK");
	xfer_last(&m->x, strtoull(s->word[1], NULL, 10));
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
	    {"timer", step_timer},
	    {"acks", step_acks},
	    {"last", step_last},
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
				return replay_fail(r, "no transfer yet");
			return steps[i].fn(r, m, s);
		}
	return replay_fail(r, "no step \"%s\"", s->word[0]);
}

int
main(int argc, char *argv[])
{
	static const struct replay_driver driver = {
	    .name = "xfer",
	    .open = machine_open,
	    .step = machine_step,
	    .close = free,
	};

	return replay_main(&driver, argc, argv);
}
