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
#include "addr.h"
#include "tftp.h"
#include "tftpd/settings.h"

enum {
	CLIENTS_MAX = 65536,
	LARGE_MIN = 512,
	RETRIES_MAX = 100
};

static const char *
take_clients(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;
	uint64_t v;

	(void)rest, (void)nrest, (void)used;
	if (!text_number(value, 1, CLIENTS_MAX, &v))
		return "wants a number of clients from 1 to 65536";
	s->max_clients = (uint32_t)v;
	return NULL;
}

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
take_hide(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;

	(void)value, (void)rest, (void)nrest, (void)used;
	s->hide = true;
	return NULL;
}

static const char *
take_idle(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;
	uint64_t v;

	(void)rest, (void)nrest, (void)used;
	if (!text_number(value, 0, UINT32_MAX - 1, &v))
		return "wants seconds without a request, 0 for never";
	s->idle_s = (uint32_t)v;
	s->idle_said = true;
	return NULL;
}

static const char *
take_retries(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	struct settings *s = arg;
	uint64_t v;

	(void)rest, (void)nrest, (void)used;
	if (!text_number(value, 1, RETRIES_MAX, &v))
		return "wants a number of retransmissions from 1 to 100";
	s->retries = (uint32_t)v;
	s->retries_said = true;
	return NULL;
}

static const char *
take_read_only(
    void *arg, const char *value, char *const *rest, size_t nrest, size_t *used)
{
	/* it says what is always so: nothing here can write */
	(void)arg, (void)value, (void)rest, (void)nrest, (void)used;
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

const struct start_opt settings_opt[SETTINGS_OPTS] = {
    {'c', "max-clients", "N", "transfers at once", take_clients},
    {'d', "root", "DIR", "the boot tree", take_tree},
    {'h', "hide", NULL, "names never begin with the tree's own path",
	take_hide},
    {'i', "idle", "SECONDS", "end when nobody asks for so long; 0: never",
	take_idle},
    {'k', "retries", "N", "retransmissions before a client is given up",
	take_retries},
    {'r', "read-only", NULL, "refuse to write (always so)", take_read_only},
    {'s', "large", "SIZE PORT",
	"large packet service: blocks of SIZE without options on PORT",
	take_large},
};

void
settings_apply(
    const struct settings *s, const struct conf *c, struct server_conf *ret)
{
	ret->t = c->tftpd;
	ret->all = c;
	ret->tree = s->tree ? s->tree : c->tftp_root;
	ret->hide = s->hide;
	ret->idle_always = s->idle_said;
	if (s->max_clients)
		ret->t.max_clients = s->max_clients;
	if (s->idle_said)
		ret->t.idle_s = s->idle_s;
	if (s->retries_said)
		ret->t.retries = s->retries;
	if (s->large_port) {
		ret->t.large_port = s->large_port;
		ret->t.large_blksize = s->large_blksize;
	}
}
