/*
 * replay_answer.c - plays scripts against answer(): whole messages as bytes
 * in, replies as bytes out, a lease table and a virtual clock.
 *
 *	conf <<			the configuration (once, first)
 *	conf FILE [NAME]	the same from the source tree; the example of
 *				that name in a manual page
 *	server N		we are that one of the conf's `servers`
 *	set KEY=VALUE...	what every later message has
 *	recv TYPE KEY=VALUE...	a message; DISCOVER REQUEST DECLINE RELEASE
 *				INFORM BOOTP, or type=N; emits one line
 *	want KEY=VALUE...	of the last reply: header fields and options
 *	codes N N...		option codes of the last reply, as on the wire
 *	wire HEX		its bytes from the first option on
 *	lease ADDRESS		emits the state of a pool address
 *
 * Messages are as in message.h; what the shell knows is given by the keys
 * ifname ifaddr src sport dst dport; cut=N keeps the first N bytes.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd/answer.h"
#include "message.h"

enum {
	OPTIONS_OFF = DHCP_HEADER + 4
};

struct machine {
	struct conf *conf;
	struct leases *leases;
	struct message_set set;
	struct dhcp_msg msg, reply;
	struct dhcp_out out;
	uint8_t wire[DHCP_MAX_LEN];
	size_t wire_len;
	unsigned int dropped;
	char ifname[32];
};

/* ---- recv ---- */

static const char *const to_text[] = {[TO_NONE] = "none",
    [TO_RELAY] = "relay",
    [TO_UNICAST] = "unicast",
    [TO_CHADDR] = "chaddr",
    [TO_BROADCAST] = "broadcast"};

static bool
emit_reply(struct replay *r, struct machine *m)
{
	char y[IP4_TEXT], d[IP4_TEXT];
	enum dhcp_err e;

	m->wire_len = dhcp_encode(
	    &m->out.reply, &m->out.rules, m->wire, sizeof m->wire, &m->dropped);
	if (m->wire_len == 0)
		return replay_fail(r, "the reply cannot be encoded");
	e = dhcp_decode(&m->reply, m->wire, m->wire_len);
	if (e != DHCP_OK)
		return replay_fail(r, "our reply: %s", dhcp_err_text(e));
	replay_emit(r, "%s yiaddr=%s to=%s dst=%s:%u commit=%s why: %s",
	    m->reply.type == DHCP_NONE ? "BOOTREPLY"
				       : dhcp_type_text(m->reply.type),
	    ip4_text(m->reply.yiaddr, y), to_text[m->out.to],
	    ip4_text(m->out.dst, d), m->out.dport, m->out.commit ? "yes" : "no",
	    m->out.why);
	return true;
}

static bool
step_recv(struct replay *r, struct machine *m, const struct replay_step *s)
{
	uint8_t b[DHCP_RX_LEN];
	struct dhcp_in in = {.msg = &m->msg, .ifname = m->ifname};
	const char *ifname = message_get(&m->set, s, "ifname");
	size_t len;
	enum dhcp_err e;

	if (!m->conf || s->nword < 2)
		return replay_fail(r, "recv needs a conf and a type");
	len = message_build(&m->set, s, b, sizeof b);
	if (message_get(&m->set, s, "cut"))
		len = message_number(&m->set, s, "cut", 0);
	m->wire_len = 0;
	e = dhcp_decode(&m->msg, b, len);
	if (e != DHCP_OK) {
		replay_emit(r, "bad %s", dhcp_err_text(e));
		return true;
	}
	(void)snprintf(
	    m->ifname, sizeof m->ifname, "%s", ifname ? ifname : "eth0");
	in.ifaddr = message_address(&m->set, s, "ifaddr", 0xc0a80102);
	in.src = message_address(&m->set, s, "src", 0);
	in.sport = (uint16_t)message_number(&m->set, s, "sport", 68);
	in.dst = message_address(&m->set, s, "dst", UINT32_MAX);
	in.dport = (uint16_t)message_number(&m->set, s, "dport", 67);
	in.now_s = (int64_t)(s->now_us / 1000000);
	in.probed = message_number(&m->set, s, "probed", 0) != 0;
	answer(m->conf, m->leases, &in, &m->out);
	if (m->out.why[0] == '\0')
		return replay_fail(r, "no reason given");
	if (m->out.to != TO_NONE)
		return emit_reply(r, m);
	replay_emit(r, "%s commit=%s why: %s",
	    m->out.quiet ? "quiet" : "silence", m->out.commit ? "yes" : "no",
	    m->out.why);
	return true;
}

/* ---- want, codes, wire ---- */

static void
field_text(const struct machine *m, const char *key, char *buf, size_t size)
{
	const struct dhcp_msg *r = &m->reply;
	const struct {
		const char *key;
		struct ip4 v;
	} addr[] = {{"ciaddr", r->ciaddr}, {"yiaddr", r->yiaddr},
	    {"siaddr", r->siaddr}, {"giaddr", r->giaddr}};
	const struct {
		const char *key;
		unsigned long v;
	} num[] = {{"op", r->op}, {"htype", r->htype}, {"hlen", r->hlen},
	    {"hops", r->hops}, {"xid", r->xid}, {"secs", r->secs},
	    {"flags", r->flags}, {"len", m->wire_len}, {"dropped", m->dropped},
	    {"sname_at", strlen(r->sname)}};
	char a[IP4_TEXT];

	for (size_t i = 0; i < sizeof addr / sizeof addr[0]; i++)
		if (strcmp(key, addr[i].key) == 0)
			(void)snprintf(buf, size, "%s", ip4_text(addr[i].v, a));
	for (size_t i = 0; i < sizeof num / sizeof num[0]; i++)
		if (strcmp(key, num[i].key) == 0)
			(void)snprintf(buf, size, "%lu", num[i].v);
	if (strcmp(key, "file") == 0)
		(void)snprintf(buf, size, "%s", r->file);
	if (strcmp(key, "sname") == 0)
		(void)snprintf(buf, size, "%s", r->sname);
	if (strcmp(key, "chaddr") == 0)
		(void)hwaddr_text(r->chaddr, 16, buf);
	if (strcmp(key, "class") == 0)
		(void)snprintf(buf, size, "%s",
		    m->out.class ? m->out.class->name : "none");
}

static void
to_hex(const uint8_t *b, size_t n, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && at + 4 < size; i++)
		at += (size_t)snprintf(
		    buf + at, size - at, i ? ":%02x" : "%02x", b[i]);
}

static bool
want_option(struct replay *r, const struct machine *m, const char *word)
{
	unsigned int code = message_code(word);
	const char *v = strchr(word, '=') + 1;
	char got[2048], wanted[2048];
	uint8_t b[512];
	size_t n = 0;
	const uint8_t *p = dhcp_get(&m->reply, (uint8_t)code, &n);

	to_hex(p, p ? n : 0, got, sizeof got);
	if (strcmp(v, "none") == 0)
		return !p ||
		       replay_fail(r, "option %u is there: %s", code, got);
	if (!p)
		return replay_fail(r, "option %u is not there", code);
	if (strcmp(v, "*") == 0)
		return true;
	to_hex(b, message_value(v, b, sizeof b), wanted, sizeof wanted);
	return strcmp(got, wanted) == 0 ||
	       replay_fail(
		   r, "option %u: wanted %s, got %s", code, wanted, got);
}

static bool
step_want(struct replay *r, struct machine *m, const struct replay_step *s)
{
	for (size_t i = 1; i < s->nword; i++) {
		char key[32] = "", got[256] = "?";
		const char *eq = strchr(s->word[i], '=');

		if (!eq)
			return replay_fail(r, "want: \"%s\"", s->word[i]);
		if (message_code(s->word[i])) {
			if (!want_option(r, m, s->word[i]))
				return false;
			continue;
		}
		(void)snprintf(key, sizeof key, "%.*s", (int)(eq - s->word[i]),
		    s->word[i]);
		field_text(m, key, got, sizeof got);
		if (strcmp(got, eq + 1) != 0)
			return replay_fail(
			    r, "%s: wanted %s, got %s", key, eq + 1, got);
	}
	return true;
}

static bool
step_codes(struct replay *r, struct machine *m, const struct replay_step *s)
{
	char got[1024] = "", wanted[1024] = "";
	size_t at = 0;

	for (size_t i = 0; i < m->reply.norder; i++)
		at += (size_t)snprintf(
		    got + at, sizeof got - at, " %u", m->reply.order[i]);
	at = 0;
	for (size_t i = 1; i < s->nword; i++)
		at += (size_t)snprintf(
		    wanted + at, sizeof wanted - at, " %s", s->word[i]);
	return strcmp(got, wanted) == 0 ||
	       replay_fail(r, "codes: wanted%s, got%s", wanted, got);
}

/* All words are one run of hex bytes; a last word "pad" wants zeros. */
static bool
step_wire(struct replay *r, struct machine *m, const struct replay_step *s)
{
	char got[4096];
	uint8_t b[DHCP_MAX_LEN];
	size_t at = 0, n;

	for (size_t i = 1; i < s->nword; i++) {
		if (strcmp(s->word[i], "pad") == 0) {
			for (n = OPTIONS_OFF + at; n < m->wire_len; n++)
				if (m->wire[n])
					return replay_fail(
					    r, "no padding at %zu", n);
			return true;
		}
		if (!message_hex(s->word[i], b + at, sizeof b - at, &n))
			return replay_fail(r, "wire: \"%s\"", s->word[i]);
		at += n;
	}
	if (m->wire_len >= OPTIONS_OFF + at &&
	    memcmp(m->wire + OPTIONS_OFF, b, at) == 0)
		return true;
	to_hex(m->wire + OPTIONS_OFF,
	    m->wire_len > OPTIONS_OFF ? m->wire_len - OPTIONS_OFF : 0, got,
	    sizeof got);
	return replay_fail(r, "the options are %s", got);
}

/* ---- the rest ---- */

static bool
step_lease(struct replay *r, struct machine *m, const struct replay_step *s)
{
	static const char *const state[] = {
	    "free", "offered", "bound", "declined"};
	char hw[HWADDR_TEXT], until[32] = "never";
	const struct lease *l;
	struct ip4 a;

	if (s->nword < 2 || !ip4_parse(s->word[1], &a))
		return replay_fail(r, "lease: which address?");
	l = lease_by_addr(m->leases, a);
	if (!l) {
		replay_emit(r, "lease %s none", s->word[1]);
		return true;
	}
	if (l->expires_s != LEASE_NEVER)
		(void)snprintf(
		    until, sizeof until, "%lld", (long long)l->expires_s);
	replay_emit(r, "lease %s %s %s until=%s", s->word[1], state[l->state],
	    l->hlen ? hwaddr_text(l->chaddr, l->hlen, hw) : "nobody", until);
	return true;
}

static void
conf_error(void *arg, const char *text)
{
	(void)replay_fail(arg, "%s", text);
}

static bool
step_conf(struct replay *r, struct machine *m, const struct replay_step *s)
{
	if (m->conf || !s->text)
		return replay_fail(r, "conf << once, first");
	m->conf = conf_parse_text("conf", s->text, s->text_len, conf_error, r);
	m->leases = m->conf ? leases_new(m->conf) : NULL;
	return m->leases != NULL;
}

static bool
step_server(struct replay *r, struct machine *m, const struct replay_step *s)
{
	if (!m->conf || s->nword < 2)
		return replay_fail(r, "server N, after the conf");
	leases_free(m->leases);
	m->leases = leases_new_part(
	    m->conf, (unsigned int)strtoul(s->word[1], NULL, 10));
	return m->leases != NULL;
}

/* The literal display of ".Ss NAME" of a manual page; false: none. */
static bool
example_of(char *page, const char *name, char **from, size_t *len)
{
	char head[128], *to;

	(void)snprintf(head, sizeof head, "\n.Ss %s\n", name);
	*from = strstr(page, ".Sh EXAMPLES\n");
	*from = *from ? strstr(*from, head) : NULL;
	*from = *from ? strstr(*from, "\n.Bd -literal") : NULL;
	*from = *from ? strchr(*from + 1, '\n') : NULL;
	to = *from ? strstr(*from, ".Ed\n") : NULL;
	*len = to ? (size_t)(to - *from) : 0;
	return to != NULL;
}

/*
 * "conf" with a word: a file of the source tree; with a second one: the
 * example of that name in a manual page.
 */
static bool
step_conf_file(struct replay *r, struct machine *m, const struct replay_step *s)
{
	static char text[1 << 18];
	const char *top = getenv("top_srcdir");
	char path[4096], *from = text;
	size_t len;
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", top ? top : ".", s->word[1]);
	f = fopen(path, "r");
	if (!f)
		return replay_fail(r, "%s: cannot open", path);
	len = fread(text, 1, sizeof text - 1, f);
	text[len] = '\0';
	(void)fclose(f);
	if (s->nword > 2 && !example_of(text, s->word[2], &from, &len))
		return replay_fail(r, "no example \"%s\"", s->word[2]);
	m->conf = conf_parse_text(path, from, len, conf_error, r);
	m->leases = m->conf ? leases_new(m->conf) : NULL;
	return m->leases != NULL;
}

static bool
step_set(struct replay *r, struct machine *m, const struct replay_step *s)
{
	for (size_t i = 1; i < s->nword; i++) {
		size_t k = 0;

		while (k < m->set.nword &&
		       !message_same_key(m->set.word[k], s->word[i]))
			k++;
		if (k == MESSAGE_WORDS)
			return replay_fail(r, "too much is set");
		if (k < m->set.nword)
			free(m->set.word[k]);
		else
			m->set.nword++;
		m->set.word[k] = strdup(s->word[i]);
	}
	return true;
}

static bool
step(struct replay *r, void *state, const struct replay_step *s)
{
	static const struct {
		const char *word;
		bool (*step)(struct replay *, struct machine *,
		    const struct replay_step *);
	} steps[] = {{"set", step_set}, {"recv", step_recv},
	    {"want", step_want}, {"codes", step_codes}, {"wire", step_wire},
	    {"lease", step_lease}, {"server", step_server}};

	if (strcmp(s->word[0], "conf") == 0)
		return (s->nword > 1 ? step_conf_file : step_conf)(r, state, s);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (strcmp(s->word[0], steps[i].word) == 0)
			return steps[i].step(r, state, s);
	return replay_fail(r, "\"%s\" is no step", s->word[0]);
}

static void *
open_machine(struct replay *r)
{
	(void)r;
	return calloc(1, sizeof(struct machine));
}

static void
close_machine(void *state)
{
	struct machine *m = state;

	leases_free(m->leases);
	conf_free(m->conf);
	for (size_t i = 0; i < m->set.nword; i++)
		free(m->set.word[i]);
	free(m);
}

int
main(int argc, char *argv[])
{
	const struct replay_driver d = {.name = "answer",
	    .open = open_machine,
	    .step = step,
	    .close = close_machine};

	return replay_main(&d, argc, argv);
}
