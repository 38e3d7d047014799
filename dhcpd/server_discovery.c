/*
 * server_discovery.c - the multicast group in which PXE clients look for a
 * boot server of the type that was chosen from a menu.
 *
 * SPDX-License-Identifier: ISC
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "dhcpd/server_int.h"
#include "pxe.h"
#include "sys/log.h"

static bool
is_boot_server(const struct conf *c)
{
	for (size_t i = 0; i < c->nboot_server; i++)
		if (c->boot_server[i].file)
			return true;
	return false;
}

static void
hear(const struct server *s, const struct udp_if *u, bool wanted, bool tell)
{
	const struct ip4 group = {PXE_DISCOVERY_GROUP};
	char text[IP4_TEXT];

	(void)ip4_text(group, text);
	if (udp_join(s->pxe.io.fd, u->ifindex, group, wanted) == 0)
		log_info("boot server discovery on %s %s", u->name,
		    wanted ? "is heard" : "is no longer heard");
	else if (wanted && tell && errno != EADDRINUSE)
		log_warning("cannot join %s on %s: %s; boot server discovery "
			    "by multicast is not heard there",
		    text, u->name, strerror(errno));
}

void
server_discovery(struct server *s)
{
	bool wanted = is_boot_server(s->conf);
	bool tell = s->discovery_s == 0; /* not each time that it fails */
	const struct udp_if *u;

	s->discovery_s = s->links.read_s;
	if (s->pxe.io.fd == -1)
		return;
	for (u = s->links.ifs; u < s->links.ifs + s->links.n; u++)
		if (links_serves(&s->links, u))
			hear(s, u, wanted, tell);
}
