/*
 * server_text.c - what the daemon tells: a line for each answer, its state
 * on SIGUSR1, what a new configuration changed.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dhcpd/server_int.h"
#include "sys/log.h"

/* ---- one message ---- */

static void __attribute__((format(printf, 2, 3)))
add(struct reply *r, const char *fmt, ...)
{
	size_t len = strlen(r->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->text + len, sizeof(r->text) - len, fmt, ap);
	va_end(ap);
}

static void
add_client(struct reply *r, const struct dhcp_msg *m)
{
	char hw[HWADDR_TEXT];

	if (m->hlen)
		add(r, " %s", hwaddr_text(m->chaddr, m->hlen, hw));
	else
		add(r, " a client without hardware address");
}

static void
add_via(struct reply *r, const struct dhcp_in *in)
{
	char addr[IP4_TEXT];

	add(r, " via %s", in->ifname);
	if (in->msg->giaddr.v)
		add(r, " relay %s", ip4_text(in->msg->giaddr, addr));
}

static void
text_ignored(
    struct reply *r, const struct dhcp_in *in, const struct dhcp_out *out)
{
	const struct dhcp_msg *m = in->msg;

	add(r, "%s from", dhcp_type_text(m->type));
	add_client(r, m);
	add_via(r, in);
	add(r, out->commit ? ": %s" : " ignored: %s", out->why);
}

const char *
server_reply_name(enum dhcp_type t)
{
	return t == DHCP_NONE ? "BOOTREPLY" : dhcp_type_text(t);
}

static void
text_reply(
    struct reply *r, const struct dhcp_in *in, const struct dhcp_out *out)
{
	const struct dhcp_msg *m = in->msg, *a = &out->reply;
	char addr[IP4_TEXT], file[128 + 16];
	uint16_t arch;

	add(r, "%s", server_reply_name(a->type));
	if (a->yiaddr.v || a->ciaddr.v)
		add(r, " %s",
		    ip4_text(a->yiaddr.v ? a->yiaddr : a->ciaddr, addr));
	add(r, " to");
	add_client(r, m);
	add_via(r, in);
	if (a->type != DHCPNAK && dhcp_get_u16(m, DHCP_ARCH, &arch))
		add(r, " arch=%u", arch);
	if (a->file[0])
		add(r, " file=%s",
		    text_safe(a->file, strlen(a->file), file, sizeof(file)));
	if (out->class)
		add(r, " (class %s; %s)", out->class->name, out->why);
	else
		add(r, " (%s)", out->why);
}

void
server_text(struct reply *r, const struct dhcp_in *in,
    const struct dhcp_out *out, unsigned int dropped)
{
	r->text[0] = '\0';
	if (out->to == TO_NONE)
		text_ignored(r, in, out);
	else
		text_reply(r, in, out);
	if (dropped)
		add(r, ", %u option%s left out: the reply is full", dropped,
		    dropped == 1 ? "" : "s");
}

/* ---- SIGUSR1 ---- */

static void
state_subnet(const struct leases *ls, const struct conf_subnet *s)
{
	struct lease_counts n = lease_counts(ls, s);
	char net[IP4_TEXT];

	if (n.total)
		log_info("state: %s/%u: %zu addresses: %zu bound, %zu "
			 "offered, %zu declined, %zu free",
		    ip4_text(s->net, net), s->prefix, n.total,
		    n.state[LEASE_BOUND], n.state[LEASE_OFFERED],
		    n.state[LEASE_DECLINED], n.state[LEASE_FREE]);
}

void
server_state(const struct server *s)
{
	const struct leasefile_stats *f = leasefile_stats(s->file);
	const struct counters *n = &s->count;
	const struct conf_subnet *net;
	size_t i;

	log_info("state: up %" PRId64 " s, received %" PRIu64 ": %" PRIu64
		 " not understood, %" PRIu64 " ignored, %" PRIu64
		 " on interfaces that are not served",
	    s->now.boot_s - s->started_s, n->received, n->bad, n->ignored,
	    n->elsewhere);
	log_info("state: sent %" PRIu64 " DHCPOFFER, %" PRIu64
		 " DHCPACK, %" PRIu64 " DHCPNAK, %" PRIu64
		 " BOOTREPLY; %" PRIu64 " withheld for the lease file, %" PRIu64
		 " failed",
	    n->sent[DHCPOFFER], n->sent[DHCPACK], n->sent[DHCPNAK],
	    n->sent[DHCP_NONE], n->withheld, n->unsent);
	for (i = 0; (net = leases_subnet(s->leases, i)); i++)
		state_subnet(s->leases, net);
	log_info("state: lease file %s: %zu records, synced %zu times, "
		 "written anew %zu times",
	    s->conf->dhcpd.lease_file, f->records, f->syncs, f->compactions);
}

/* ---- SIGHUP ---- */

/* What only a restart can change: told, not silently ignored. */
static void
diff_restart(const struct conf_dhcpd *a, const struct conf_dhcpd *b)
{
	struct {
		const char *key;
		bool changed;
	} key[] = {
	    {"lease_file", strcmp(a->lease_file, b->lease_file) != 0},
	    {"port", a->port != b->port},
	    {"pxe_port", a->pxe_port != b->pxe_port},
	    {"user", strcmp(a->user, b->user) != 0},
	    {"pid_file", strcmp(a->pid_file, b->pid_file) != 0},
	};
	size_t i;

	for (i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		if (key[i].changed)
			log_warning("reload: %s has changed; that takes effect "
				    "when dhcpd is started anew",
			    key[i].key);
}

void
server_diff(const struct conf *old, const struct conf *new,
    const struct leases *lold, const struct leases *lnew)
{
	log_info("reloaded %s: subnets %zu -> %zu, pool addresses %zu -> %zu, "
		 "hosts %zu -> %zu, classes %zu -> %zu",
	    new->path, old->nsubnet, new->nsubnet, leases_count(lold),
	    leases_count(lnew), old->nhost, new->nhost, old->nclass,
	    new->nclass);
	diff_restart(&old->dhcpd, &new->dhcpd);
}
