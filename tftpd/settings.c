/*
 * settings.c - tftpd's command line, Incom's letters among it.  The ranges
 * are those of the keys in conf_keys.c.
 *
 * "tftpd -c 64 -d /tftpboot -h -i 0 -k 5 -l /var/log/tftp.log -r -s 1408 59
 * -v 2" is how the Incom server was started; -l and -v are common to all
 * daemons, the others are here.  -s has two operands.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stddef.h>
#include <string.h>

#include "addr.h"
#include "tftp.h"
#include "tftpd/settings.h"

enum {
	CLIENTS_MAX = 65536,
	LARGE_MIN = 512,
	RETRIES_MAX = 100,
	TIMEOUT_MIN_US = 10000,
	TIMEOUT_MAX_US = 255000000,
	CREATE_MAX = 64 << 20, /* of --create: the default of max_size */
	FILE_MODE = 0666
};

static const char *
take_tree(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;

	(void)rest, (void)nrest, (void)used;
	if (value[0] != '/')
		return "wants the boot tree as a path that begins with /";
	s->tree = value;
	return NULL;
}

static const char *
take_large(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;
	uint64_t size, port;

	if (!text_number(value, LARGE_MIN, TFTP_BLKSIZE_MAX, &size))
		return "wants SIZE PORT: a block size from 512 to 65464 first";
	if (nrest < 1 || !text_number(rest[0], 1, UINT16_MAX, &port))
		return "wants SIZE PORT: a port from 1 to 65535 behind the "
		       "size, as in -s 1408 59";
	*used = 1;
	s->large_blksize = (uint16_t)size;
	s->large_port = (uint16_t)port;
	return NULL;
}

static const char *
take_ipv4(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;

	(void)value, (void)rest, (void)nrest, (void)used;
	s->ipv4 = true;
	return s->ipv6 ? "not together with -6; without them there is both"
		       : NULL;
}

static const char *
take_ipv6(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;

	(void)value, (void)rest, (void)nrest, (void)used;
	s->ipv6 = true;
	return s->ipv4 ? "not together with -4; without them there is both"
		       : NULL;
}

static const char *
take_address(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;

	(void)rest, (void)nrest, (void)used;
	if (s->nlisten == CONF_LISTENS)
		return "there are eight already; write :: for all addresses";
	if (!peer_parse(value, &s->listen[s->nlisten]))
		return "wants an address and, behind a colon, a port, as in "
		       "192.0.2.1, 0.0.0.0:69, [::1]:69 or :69";
	s->nlisten++;
	return NULL;
}

/* A.B.C.D, or a run of them as A.B.C.D-N. */
static const char *
take_mcast_addr(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;
	const char *dash = strchr(value, '-');
	size_t len = dash ? (size_t)(dash - value) : strlen(value);
	char first[IP4_TEXT];
	uint64_t last;

	(void)rest, (void)nrest, (void)used;
	if (len < sizeof first) {
		memcpy(first, value, len);
		first[len] = '\0';
	}
	if (len >= sizeof first || !ip4_parse(first, &s->multicast_ip) ||
	    !ip4_is_multicast(s->multicast_ip) ||
	    (dash &&
		!text_number(dash + 1, s->multicast_ip.v & 255, 255, &last)))
		return "wants one run of multicast groups, as in "
		       "239.255.0.0-255";
	s->multicast_groups =
	    dash ? (uint32_t)last + 1 - (s->multicast_ip.v & 255) : 1;
	return NULL;
}

static const char *
take_port_range(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;
	size_t len = strcspn(value, ":-");
	char first[8] = "";
	uint64_t a, b;

	(void)rest, (void)nrest, (void)used;
	if (value[len] && len < sizeof first)
		memcpy(first, value, len);
	if (!text_number(first, 1, UINT16_MAX, &a) ||
	    !text_number(value + len + 1, a, UINT16_MAX, &b))
		return "wants the first and the last port for transfers, as "
		       "in 40000:40999";
	s->port_range = (struct conf_ports){(uint16_t)a, (uint16_t)b};
	return NULL;
}

static const char *
take_refuse(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	unsigned int bit;

	(void)rest, (void)nrest, (void)used;
	if (!tftp_opt_parse(value, &bit))
		return "wants an option that is never granted: blksize, "
		       "blksize2, tsize, timeout, windowsize, rollover or "
		       "multicast";
	((struct settings *)arg)->refuse |= bit;
	return NULL;
}

static const char *
take_umask(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;
	unsigned int mask = 0;
	const char *p = value;

	(void)rest, (void)nrest, (void)used;
	for (; *p >= '0' && *p <= '7' && mask <= 0777; p++)
		mask = mask * 8 + (unsigned int)(*p - '0');
	if (*p || p == value || mask > 0777 || mask & 0200)
		return "wants the rights that new files do not have, in octal "
		       "and without the owner's w, as in 022";
	s->umask = (uint16_t)mask;
	s->umask_said = true;
	return NULL;
}

/* Those that only store a value. */
#define AT(field)                               \
	.at = offsetof(struct settings, field), \
	.size = sizeof(((struct settings *)NULL)->field)
#define SAID(field) .said = offsetof(struct settings, field)
#define FLAG(field)                           \
	&(const struct start_value)           \
	{                                     \
		.kind = START_FLAG, AT(field) \
	}
#define TEXT(field)                           \
	&(const struct start_value)           \
	{                                     \
		.kind = START_TEXT, AT(field) \
	}
#define NUMBER(...)                               \
	&(const struct start_value)               \
	{                                         \
		.kind = START_NUMBER, __VA_ARGS__ \
	}
#define IDLE(field)                                                      \
	NUMBER(AT(idle_s), SAID(field), .min = 0, .max = UINT32_MAX - 1, \
	    .wants = "wants seconds without a request, 0 for never")

const struct start_opt settings_opt[SETTINGS_OPTS] = {
    {'4', "ipv4", NULL, "IPv4 alone", take_ipv4, NULL},
    {'6', "ipv6", NULL, "IPv6 alone", take_ipv6, NULL},
    {'a', "address", "ADDRESS",
	"listen there, with :PORT behind it on that port; any times",
	take_address, NULL},
    {'B', "blocksize", "N", "largest block size to grant", NULL,
	NUMBER(AT(max_blksize), .min = TFTP_BLKSIZE_MIN,
	    .max = TFTP_BLKSIZE_MAX,
	    .wants = "wants the largest block size to grant, from 8 to 65464")},
    {0, "create", NULL, "anybody may upload new files, anywhere in the tree",
	NULL, FLAG(create)},
    {0, "idle-time", "SECONDS",
	"started by inetd: end when nobody asks for so long; 0: never", NULL,
	IDLE(idle_time_said)},
    {'j', "json-log", "FILE", "a record of each transfer, as JSON", NULL,
	TEXT(json_log)},
    {0, "mcast-addr", "GROUPS", "groups of the option multicast",
	take_mcast_addr, NULL},
    {0, "mcast-port", "PORT", "their port", NULL,
	NUMBER(AT(multicast_port), .min = 1, .max = UINT16_MAX,
	    .wants = "wants a port from 1 to 65535; one does for all groups")},
    {0, "mcast-ttl", "N", "routers that they may cross, plus one", NULL,
	NUMBER(AT(multicast_ttl), .min = 1, .max = UINT8_MAX,
	    .wants = "wants the routers that multicast may cross, plus one: "
		     "1 to 255")},
    {'P', "pidfile", "FILE", "its process id", NULL, TEXT(pid_file)},
    {0, "port", "PORT", "the port; default 69", NULL,
	NUMBER(AT(port), .min = 1, .max = UINT16_MAX,
	    .wants = "wants a port from 1 to 65535")},
    {'R', "port-range", "FIRST:LAST", "ports of transfers", take_port_range,
	NULL},
    {0, "refuse", "OPTION", "never grant that option; any times", take_refuse,
	NULL},
    {0, "retransmit", "USEC", "silence before a block is sent again", NULL,
	NUMBER(AT(timeout_ms), .per = 1000, .min = TIMEOUT_MIN_US,
	    .max = TIMEOUT_MAX_US,
	    .wants = "wants microseconds before a block is sent again, from "
		     "10000 to 255000000")},
    {0, "retry-timeout", "SECONDS", "the same in seconds", NULL,
	NUMBER(AT(timeout_ms), .times = 1000, .min = 1, .max = 255,
	    .wants = "wants seconds before a block is sent again, from 1 to "
		     "255")},
    {'U', "umask", "MASK", "what rights files of --create do not have",
	take_umask, NULL},
    {'c', "max-clients", "N", "transfers at once", NULL,
	NUMBER(AT(max_clients), .min = 1, .max = CLIENTS_MAX,
	    .wants = "wants a number of clients from 1 to 65536")},
    {'d', "root", "DIR", "the boot tree", take_tree, NULL},
    {'h', "hide", NULL, "names never begin with the tree's own path", NULL,
	FLAG(hide)},
    {'i', "idle", "SECONDS", "end when nobody asks for so long; 0: never", NULL,
	IDLE(idle_said)},
    {'k', "retries", "N", "retransmissions before a client is given up", NULL,
	NUMBER(AT(retries), SAID(retries_said), .min = 1, .max = RETRIES_MAX,
	    .wants = "wants a number of retransmissions from 1 to 100")},
    {'r', "read-only", NULL, "refuse all uploads", NULL, FLAG(read_only)},
    {'s', "large", "SIZE PORT",
	"large packet service: blocks of SIZE without options on PORT",
	take_large, NULL},
};

static void
apply_network(const struct settings *s, struct conf_tftpd *t)
{
	if (s->nlisten) {
		t->listen = s->listen;
		t->nlisten = s->nlisten;
	}
	if (s->ipv4)
		t->family = CONF_FAMILY_IPV4;
	if (s->ipv6)
		t->family = CONF_FAMILY_IPV6;
	if (s->port)
		t->port = s->port;
	if (s->large_port) {
		t->large_port = s->large_port;
		t->large_blksize = s->large_blksize;
	}
}

/* Uploads: those of the file, and --create for where it says nothing. */
static void
apply_uploads(
    const struct settings *s, const struct conf *c, struct server_conf *ret)
{
	static const struct conf_net anybody; /* ::/0 */

	ret->upload = s->read_only ? NULL : c->upload;
	ret->nupload = s->read_only ? 0 : c->nupload;
	memset(&ret->create, 0, sizeof ret->create);
	if (!s->create || s->read_only)
		return;
	ret->create = (struct conf_upload){.folder = "",
	    .allow = &anybody,
	    .nallow = 1,
	    .max_size = CREATE_MAX,
	    .create = true,
	    .mode = (uint16_t)(FILE_MODE & ~(s->umask_said ? s->umask : 022))};
}

static void
apply_multicast(const struct settings *s, struct conf_tftpd *t)
{
	if (s->multicast_groups) {
		t->multicast_ip = s->multicast_ip;
		t->multicast_groups = s->multicast_groups;
	}
	if (s->multicast_port)
		t->multicast_port = s->multicast_port;
	if (s->multicast_ttl)
		t->multicast_ttl = s->multicast_ttl;
}

void
settings_apply(
    const struct settings *s, const struct conf *c, struct server_conf *ret)
{
	struct conf_tftpd *t = &ret->t;

	*t = c->tftpd;
	ret->all = c;
	ret->digests = NULL;
	ret->tree = s->tree ? s->tree : c->tftp_root;
	ret->hide = s->hide;
	ret->idle_always = s->idle_said;
	apply_network(s, t);
	apply_multicast(s, t);
	apply_uploads(s, c, ret);
	if (s->max_blksize)
		t->max_blksize = s->max_blksize;
	if (s->max_clients)
		t->max_clients = s->max_clients;
	if (s->idle_said || s->idle_time_said)
		t->idle_s = s->idle_s;
	if (s->retries_said)
		t->retries = s->retries;
	if (s->timeout_ms)
		t->timeout_ms = s->timeout_ms;
	if (s->json_log)
		t->json_log = s->json_log;
	if (s->pid_file)
		t->pid_file = s->pid_file;
	t->refuse |= s->refuse;
	if (s->port_range.first)
		t->port_range = s->port_range;
	ret->ports =
	    (struct udp_ports){t->port_range.first, t->port_range.last};
}
