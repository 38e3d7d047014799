/*
 * params.c - the statements of dhcpd.conf as one table: what becomes of each.
 *
 * What is not carried over says why, or what to write instead; what can be
 * left out because nothing changes without it says so too.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "dhcpd/import/build.h"

struct param;

typedef void param_fn(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p);
typedef void build_fn(struct model *mo, struct scope *s, const struct node *n);

struct param {
	const char *word;
	param_fn *take; /* NULL: build */
	build_fn *build;
	const char *key; /* or the reason */
	uint64_t max;
};

static bool
alone(struct model *mo, const struct node *n, size_t words)
{
	if (n->n == words && !n->block)
		return true;
	build_lost(mo, n,
	    n->n > words ? "words behind its value; is a ; missing?"
			 : "its value is missing");
	return false;
}

static void
take_text(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	const struct tok *t = node_word(n, 1);
	struct setting set = {.kind = SET_TEXT,
	    .key = p->key,
	    .data = (const uint8_t *)t->s,
	    .len = t->len};

	if (!alone(mo, n, 2))
		return;
	if (t->kind == TOK_MARK || t->len == 0) {
		build_lost(mo, n, "its text is missing");
		return;
	}
	if (t->len > p->max) {
		report_lost(mo->report, n->at,
		    "%s of %zu bytes; the field takes %u: shorten it", p->word,
		    t->len, (unsigned int)p->max);
		return;
	}
	build_set(mo, s, n, &set);
}

static void
take_addr(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	struct setting set = {.kind = SET_ADDR, .key = p->key};
	struct ip4 a;

	if (!alone(mo, n, 2))
		return;
	if (!ip4_parse(node_word(n, 1)->s, &a)) {
		build_lost(
		    mo, n, "names cannot be looked up here; write the address");
		return;
	}
	if (a.v >> 28 >= 14 || (a.v == 0 && p->max)) {
		build_lost(mo, n, "that is not the address of a machine");
		return;
	}
	set.number = a.v;
	build_set(mo, s, n, &set);
}

static void
take_time(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	struct setting set = {.kind = SET_TIME, .key = p->key};

	if (!alone(mo, n, 2))
		return;
	if (tok_is(node_word(n, 1), "infinite"))
		set.number = CONF_INFINITE;
	else if (!isc_number(node_word(n, 1), &set.number)) {
		build_lost(mo, n, "its number of seconds is missing");
		return;
	}
	build_set(mo, s, n, &set);
}

static void
take_flag(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	struct setting set = {.kind = SET_FLAG, .key = p->key};
	bool on = false;

	if (!alone(mo, n, 2))
		return;
	if (!isc_bool(node_word(n, 1), &on)) {
		build_lost(mo, n, "it is neither on nor off");
		return;
	}
	set.number = on;
	build_set(mo, s, n, &set);
}

static void
take_name(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	const struct tok *t = node_word(n, 1);
	struct setting set = {.kind = SET_NAME,
	    .key = p->key,
	    .data = (const uint8_t *)t->s,
	    .len = t->len};

	if (!alone(mo, n, 2))
		return;
	if (!options_find_space(&mo->options, t->s))
		build_lost(mo, n, "no such option space is declared");
	else
		build_set(mo, s, n, &set);
}

static void
take_port(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	uint64_t port;

	(void)p, (void)s;
	if (!alone(mo, n, 2))
		return;
	if (isc_number(node_word(n, 1), &port) && port > 0 && port < 65535)
		mo->port = (uint16_t)port;
	else
		build_lost(mo, n, "no such port; write port in [dhcpd]");
}

/* What [dhcpd] says for everyone. */
static void
for_all_clients(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	bool time = strcmp(p->key, SET_QUARANTINE) == 0;

	if (s->kind != SCOPE_GLOBAL)
		build_lost(mo, n,
		    time ? "quarantine_time of [dhcpd] is one for all clients"
			 : "arp_probe of [dhcpd] is one for all clients");
	else if (time)
		take_time(mo, s, n, p);
	else
		take_flag(mo, s, n, p);
}

static void
left_out(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	(void)s;
	build_left_out(mo, n, p->key);
}

static void
lost(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	(void)s;
	build_lost(mo, n, p->key);
}

/* Only what departs from our ways is a loss: the words of it that do not. */
static void
lost_when_on(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	bool on = true;

	(void)s;
	if (isc_bool(node_word(n, 1), &on) && !on)
		build_left_out(mo, n, "it is so without being said");
	else
		build_lost(mo, n, p->key);
}

static void
lost_when_off(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	bool on = false;

	(void)s;
	if (isc_bool(node_word(n, 1), &on) && on)
		build_left_out(mo, n, "it is so without being said");
	else
		build_lost(mo, n, p->key);
}

/* "ddns-update-style none" changes nothing, another one does. */
static void
ddns_style(struct model *mo, struct scope *s, const struct node *n,
    const struct param *p)
{
	if (tok_is(node_word(n, 1), "none"))
		build_left_out(mo, n, "dhcpd never writes to the DNS");
	else
		lost(mo, s, n, p);
}

#define NO_DDNS "dhcpd does not write to the DNS; let clients do it"
#define NO_PING "dhcpd asks by ARP, and no client waits for it"
#define NO_OMAPI "dhcpd has no OMAPI; change remoteboot.conf and send SIGHUP"
#define NO_IPV6 "IPv6 is another protocol; keep a DHCPv6 server for it"
#define NO_CODE "nothing is executed for a message"
#define NO_FAILOVER "leases are not exchanged with a second server"

/* clang-format off */
static const struct param params[] = {
/* scopes */
{"subnet", NULL, build_subnet, NULL, 0},
{"shared-network", NULL, build_shared, NULL, 0},
{"pool", NULL, build_pool, NULL, 0},
{"group", NULL, build_group, NULL, 0},
{"host", NULL, build_host, NULL, 0},
{"class", NULL, build_class, NULL, 0},
{"subclass", NULL, build_subclass, NULL, 0},
{"vendor-class", NULL, build_old_class, NULL, 0},
{"user-class", NULL, build_old_class, NULL, 0},

/* what belongs to one of them */
{"option", NULL, build_option, NULL, 0},
{"supersede", NULL, build_option, NULL, 0},
{"default", NULL, build_option, NULL, 0},
{"range", NULL, build_range, NULL, 0},
{"hardware", NULL, build_hardware, NULL, 0},
{"fixed-address", NULL, build_fixed_address, NULL, 0},
{"interface", NULL, build_interface, NULL, 0},
{"match", NULL, build_match, NULL, 0},
{"allow", NULL, build_permit, NULL, 0},
{"deny", NULL, build_permit, NULL, 0},
{"ignore", NULL, build_permit, NULL, 0},
{"authoritative", NULL, build_authoritative, NULL, 0},
{"not", NULL, build_not, NULL, 0},

/* values */
{"filename", take_text, NULL, "file", 127},
{"server-name", take_text, NULL, "sname", 63},
{"next-server", take_addr, NULL, "next_server", 0},
{"server-identifier", take_addr, NULL, "server_id", 1},
{"default-lease-time", take_time, NULL, SET_DEFAULT_LEASE, 0},
{"min-lease-time", take_time, NULL, SET_MIN_LEASE, 0},
{"max-lease-time", take_time, NULL, SET_MAX_LEASE, 0},
{"use-host-decl-names", take_flag, NULL, SET_NAMES, 0},
{"boot-unknown-clients", take_flag, NULL, SET_UNKNOWN, 0},
{"vendor-option-space", take_name, NULL, SET_VENDOR_SPACE, 0},
{"site-option-space", take_name, NULL, SET_SITE_SPACE, 0},
{"local-port", take_port, NULL, NULL, 0},
{"ping-check", for_all_clients, NULL, SET_PROBE, 0},
{"abandon-lease-time", for_all_clients, NULL, SET_QUARANTINE, 0},

/* nothing changes without them */
{"always-reply-rfc1048", left_out, NULL,
    "every BOOTP client gets its options", 0},
{"check-secs-byte-order", left_out, NULL, "secs is not looked at", 0},
{"db-time-format", left_out, NULL, "leases are kept in a file of our own", 0},
{"lease-id-format", left_out, NULL, "leases are kept in a file of our own", 0},
{"lease-file-name", left_out, NULL,
    "lease_file of [dhcpd] is a file of our own, and isc2remoteboot --leases "
    "carries the leases over", 0},
{"pid-file-name", left_out, NULL, "pid_file of [dhcpd] has its default", 0},
{"remote-port", left_out, NULL, "clients are one above port of [dhcpd]", 0},
{"dhcp-cache-threshold", left_out, NULL, "a renewal is always written", 0},
{"delayed-ack", left_out, NULL,
    "acknowledgements that come together are written together", 0},
{"max-ack-delay", left_out, NULL,
    "acknowledgements that come together are written together", 0},
{"dont-use-fsync", left_out, NULL, "leases are on disk before they are told", 0},
{"echo-client-id", left_out, NULL, "RFC 6842: it is always echoed", 0},
{"one-lease-per-client", lost_when_on, NULL,
    "a client has one address in each subnet that it visits", 0},
{"ping-timeout", left_out, NULL, NO_PING, 0},
{"ping-timeout-ms", left_out, NULL, NO_PING, 0},
{"ping-cltt-secs", left_out, NULL, NO_PING, 0},
{"stash-agent-options", left_out, NULL,
    "nothing is decided by what a relay said before", 0},
{"adaptive-lease-time-threshold", lost, NULL,
    "lease times do not depend on how full a pool is", 0},
{"dynamic-bootp-lease-cutoff", lost, NULL,
    "BOOTP clients keep a pool address for ever", 0},
{"dynamic-bootp-lease-length", lost, NULL,
    "BOOTP clients keep a pool address for ever", 0},
{"infinite-is-reserved", lost_when_on, NULL, "write a [host]", 0},
{"ignore-client-uids", lost_when_on, NULL,
    "a client identifier tells clients apart where both sides have one", 0},
{"release-on-roam", lost_when_on, NULL, "old leases run out", 0},
{"server-id-check", left_out, NULL,
    "a REQUEST for another server is never answered", 0},
{"log-facility", left_out, NULL,
    "dhcpd logs as daemon; -l FILE logs to a file", 0},
{"log-threshold-high", left_out, NULL, "it changes only what is logged", 0},
{"log-threshold-low", left_out, NULL, "it changes only what is logged", 0},
{"log", left_out, NULL, "dhcpd logs one line for each step by itself", 0},

/* for which there is nothing yet */
{"min-secs", lost, NULL, "dhcpd answers at once", 0},
{"always-broadcast", lost_when_on, NULL,
    "dhcpd broadcasts to clients that set the broadcast bit", 0},
{"get-lease-hostnames", lost_when_on, NULL,
    "addresses are not looked up; write hostname in [host]", 0},
{"use-lease-addr-for-default-route", lost_when_on, NULL,
    "write option.routers", 0},
{"host-identifier", lost, NULL,
    "a [host] is known by chaddr or client_id", 0},
{"dynamic", lost, NULL, "a [host] is known by chaddr or client_id", 0},
{"deleted", lost, NULL, "it is OMAPI's; write only hosts that are wanted", 0},
{"local-address", lost, NULL, "write interfaces in [dhcpd]", 0},
{"spawn", lost, NULL, "a class is written down, not made by clients", 0},
{"lease", lost, NULL, "a class has no number of leases", 0},
{"switch", lost, NULL, "write [class]es; the first that fits counts", 0},
{"on", lost, NULL, NO_CODE, 0},
{"set", lost, NULL, NO_CODE, 0},
{"unset", lost, NULL, NO_CODE, 0},
{"define", lost, NULL, NO_CODE, 0},
{"eval", lost, NULL, NO_CODE, 0},
{"execute", lost, NULL, NO_CODE, 0},
{"parse-vendor-option", lost, NULL, NO_CODE, 0},
{"append", lost, NULL, "write option.NAME with the whole value", 0},
{"prepend", lost, NULL, "write option.NAME with the whole value", 0},
{"send", lost, NULL, "that is for dhclient.conf", 0},

/* other protocols */
{"failover", lost, NULL, NO_FAILOVER, 0},
{"mclt", lost, NULL, NO_FAILOVER, 0},
{"key", lost, NULL, NO_DDNS, 0},
{"zone", lost, NULL, NO_DDNS, 0},
{"omapi-port", lost, NULL, NO_OMAPI, 0},
{"omapi-key", lost, NULL, NO_OMAPI, 0},
{"ddns-update-style", ddns_style, NULL, NO_DDNS, 0},
{"ddns-updates", lost_when_on, NULL, NO_DDNS, 0},
{"ddns-domainname", lost, NULL, NO_DDNS, 0},
{"ddns-rev-domainname", lost, NULL, NO_DDNS, 0},
{"ddns-hostname", lost, NULL, NO_DDNS, 0},
{"ddns-ttl", lost, NULL, NO_DDNS, 0},
{"ddns-guard-id-must-match", lost, NULL, NO_DDNS, 0},
{"ddns-dual-stack-mixed-mode", lost, NULL, NO_DDNS, 0},
{"ddns-other-guard-is-dynamic", lost, NULL, NO_DDNS, 0},
{"ddns-local-address4", lost, NULL, NO_DDNS, 0},
{"ddns-local-address6", lost, NULL, NO_DDNS, 0},
{"do-forward-updates", lost_when_on, NULL, NO_DDNS, 0},
{"do-reverse-updates", lost_when_on, NULL, NO_DDNS, 0},
{"update-optimization", lost_when_on, NULL, NO_DDNS, 0},
{"update-static-leases", lost_when_on, NULL, NO_DDNS, 0},
{"update-conflict-detection", lost_when_on, NULL, NO_DDNS, 0},
{"client-updates", lost_when_off, NULL, NO_DDNS, 0},
{"subnet6", lost, NULL, NO_IPV6, 0},
{"pool6", lost, NULL, NO_IPV6, 0},
{"range6", lost, NULL, NO_IPV6, 0},
{"prefix6", lost, NULL, NO_IPV6, 0},
{"fixed-address6", lost, NULL, NO_IPV6, 0},
{"fixed-prefix6", lost, NULL, NO_IPV6, 0},
{"dhcpv6-lease-file-name", lost, NULL, NO_IPV6, 0},
{"dhcpv6-pid-file-name", lost, NULL, NO_IPV6, 0},
{"dhcpv6-set-tee-times", lost, NULL, NO_IPV6, 0},
{"server-duid", lost, NULL, NO_IPV6, 0},
{"preferred-lifetime", lost, NULL, NO_IPV6, 0},
{"prefix-length-mode", lost, NULL, NO_IPV6, 0},
{"limit-addrs-per-ia", lost, NULL, NO_IPV6, 0},
{"limit-prefs-per-ia", lost, NULL, NO_IPV6, 0},
{"use-eui-64", lost, NULL, NO_IPV6, 0},
{"bind-local-address6", lost, NULL, NO_IPV6, 0},
{"elsif", lost, NULL, "there is no if before it", 0},
{"else", lost, NULL, "there is no if before it", 0},
};
/* clang-format on */

bool
params_statement(struct model *mo, struct scope *s, const struct node *n)
{
	const struct tok *t = node_word(n, 0);

	for (size_t i = 0; i < sizeof params / sizeof params[0]; i++) {
		const struct param *p = &params[i];

		if (!tok_is(t, p->word))
			continue;
		if (p->take)
			p->take(mo, s, n, p);
		else
			p->build(mo, s, n);
		return true;
	}
	return false;
}
