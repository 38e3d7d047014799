/*
 * server_text.c - what the daemon tells: a line for each answer, its state
 * on SIGUSR1, what a new configuration changed.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dhcpd/remarks.h"
#include "dhcpd/server_int.h"
#include "sys/log.h"

/* ---- one message ---- */

/* Append; what has no room is cut off.  Not printf: a line each message. */
static void
put(struct reply *r, const char *text)
{
	size_t room = sizeof(r->text) - 1 - r->text_len, n = strlen(text);

	if (n > room)
		n = room;
	memcpy(r->text + r->text_len, text, n);
	r->text_len += n;
	r->text[r->text_len] = '\0';
}

static void
add_client(struct reply *r, const struct dhcp_msg *m)
{
	char hw[HWADDR_TEXT];

	put(r, " ");
	if (m->hlen)
		put(r, hwaddr_text(m->chaddr, m->hlen, hw));
	else
		put(r, "a client without hardware address");
}

static void
add_via(struct reply *r, const struct dhcp_in *in)
{
	char addr[IP4_TEXT];

	put(r, " via ");
	put(r, in->ifname);
	if (in->msg->giaddr.v) {
		put(r, " relay ");
		put(r, ip4_text(in->msg->giaddr, addr));
	}
}

static void
text_ignored(
    struct reply *r, const struct dhcp_in *in, const struct dhcp_out *out)
{
	const struct dhcp_msg *m = in->msg;

	put(r, dhcp_type_text(m->type));
	put(r, " from");
	add_client(r, m);
	add_via(r, in);
	put(r, out->commit ? ": " : " ignored: ");
	put(r, out->why);
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
	char addr[IP4_TEXT], file[128 + 16], number[16];
	uint16_t arch;

	put(r, server_reply_name(a->type));
	if (a->yiaddr.v || a->ciaddr.v) {
		put(r, " ");
		put(r, ip4_text(a->yiaddr.v ? a->yiaddr : a->ciaddr, addr));
	}
	put(r, " to");
	add_client(r, m);
	add_via(r, in);
	if (a->type != DHCPNAK && dhcp_get_u16(m, DHCP_ARCH, &arch)) {
		snprintf(number, sizeof(number), " arch=%u", arch);
		put(r, number);
	}
	if (a->file[0]) {
		put(r, " file=");
		put(r, text_safe(a->file, strlen(a->file), file, sizeof(file)));
	}
	put(r, " (");
	if (out->class) {
		put(r, "class ");
		put(r, out->class->name);
		put(r, "; ");
	}
	put(r, out->why);
	put(r, ")");
}

void
server_text(struct reply *r, const struct dhcp_in *in,
    const struct dhcp_out *out, unsigned int dropped)
{
	char more[64];

	r->text_len = 0;
	if (out->to == TO_NONE)
		text_ignored(r, in, out);
	else
		text_reply(r, in, out);
	if (!dropped)
		return;
	snprintf(more, sizeof(more),
	    ", %u option%s left out: the reply is full", dropped,
	    dropped == 1 ? "" : "s");
	put(r, more);
}

/* ---- SIGUSR1 ---- */

static void
state_counts(const char *name, struct lease_counts n)
{
	if (n.total)
		log_info("state: %s: %zu address%s: %zu bound, %zu offered, "
			 "%zu declined, %zu free",
		    name, n.total, n.total == 1 ? "" : "es",
		    n.state[LEASE_BOUND], n.state[LEASE_OFFERED],
		    n.state[LEASE_DECLINED], n.state[LEASE_FREE]);
}

/* Each subnet with all that lies in it; each [pool NAME] with all its own. */
static void
state_pools(const struct server *s)
{
	const struct conf_subnet *net;
	char name[64], addr[IP4_TEXT];
	size_t i;

	for (i = 0; (net = leases_subnet(s->leases, i)); i++) {
		snprintf(name, sizeof(name), "%s/%u", ip4_text(net->net, addr),
		    net->prefix);
		state_counts(name, lease_counts(s->leases, net));
	}
	for (i = 0; i < s->conf->npool; i++) {
		snprintf(name, sizeof(name), "pool %s", s->conf->pool[i].name);
		state_counts(
		    name, lease_counts_named(s->leases, (unsigned int)i + 1));
	}
}

void
server_state(const struct server *s)
{
	const struct leasefile_stats *f = leasefile_stats(s->file);
	const struct counters *n = &s->count;

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
	if (s->conf->dhcpd.nleasequery_from)
		log_info("state: lease queries answered: %" PRIu64
			 " active, %" PRIu64 " unassigned, %" PRIu64 " unknown",
		    n->sent[DHCPLEASEACTIVE], n->sent[DHCPLEASEUNASSIGNED],
		    n->sent[DHCPLEASEUNKNOWN]);
	state_pools(s);
	log_info("state: lease file %s: %zu records, synced %zu times, "
		 "written anew %zu times",
	    s->first.lease_file, f->records, f->syncs, f->compactions);
}

/* ---- SIGHUP ---- */

/* What only a restart can change: told, not silently ignored. */
static void
diff_restart(const struct server *s, const struct conf_dhcpd *d)
{
	const struct first_conf *f = &s->first;
	const struct {
		const char *key;
		bool changed;
	} key[] = {
	    {"lease_file", strcmp(f->lease_file, d->lease_file) != 0},
	    {"port", f->port != d->port && d->port},
	    {"pxe_port", f->pxe_port != d->pxe_port && d->pxe_port},
	    {"rarp", !f->rarp && d->rarp},
	    {"user", !s->st->user && strcmp(f->user, d->user) != 0},
	    {"pid_file", strcmp(f->pid_file, d->pid_file) != 0},
	};
	size_t i;

	for (i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		if (key[i].changed)
			log_warning("reload: %s is not as it was at the start; "
				    "it takes effect when dhcpd is started "
				    "anew",
			    key[i].key);
}

void
server_diff(
    const struct server *s, const struct conf *new, const struct leases *lnew)
{
	const struct conf *old = s->conf;

	log_info("reloaded %s: subnets %zu -> %zu, pool addresses %zu -> %zu, "
		 "hosts %zu -> %zu, classes %zu -> %zu",
	    new->path, old->nsubnet, new->nsubnet, leases_count(s->leases),
	    leases_count(lnew), old->nhost, new->nhost, old->nclass,
	    new->nclass);
	diff_restart(s, &new->dhcpd);
}

static void
tell_remark(void *arg, const char *text)
{
	(void)arg;
	log_warning("%s", text);
}

void
server_remarks(const struct conf *c)
{
	remarks(c, tell_remark, NULL);
}
