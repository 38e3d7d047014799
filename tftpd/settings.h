/*
 * settings.h - tftpd's command line, Incom's letters among it, and how it
 * goes over the configuration.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_SETTINGS_H
#define REMOTEBOOT_TFTPD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "sys/start.h"
#include "tftpd/server.h"

/* What was said on the command line; it wins over the file. */
struct settings {
	uint32_t max_clients; /* -c; 0: not said */
	const char *tree;     /* -d; NULL: not said */
	bool hide;	      /* -h */
	bool idle_said;	      /* -i */
	uint32_t idle_s;
	bool retries_said; /* -k */
	uint32_t retries;
	uint16_t large_blksize; /* -s; 0: not said */
	uint16_t large_port;
	bool ipv4, ipv6;		  /* -4, -6: at most one */
	struct peer listen[CONF_LISTENS]; /* -a */
	size_t nlisten;
	uint16_t max_blksize; /* -B; 0: not said */
	bool create;	      /* --create */
	bool idle_time_said;  /* --idle-time, into idle_s */
	const char *json_log; /* -j; NULL: not said; main.c makes it absolute */
	const char *pid_file; /* -P, the same */
	uint16_t port;	      /* --port; 0: not said */
	struct conf_ports port_range; /* -R; 0: not said */
	bool read_only;		      /* -r */
	unsigned int refuse;	      /* --refuse, TFTP_OPT_* */
	uint32_t timeout_ms;	      /* --retransmit; 0: not said */
	struct ip4 multicast_ip;      /* --mcast-addr */
	uint32_t multicast_groups;    /* 0: not said */
	uint16_t multicast_port;      /* --mcast-port; 0: not said */
	uint8_t multicast_ttl;	      /* --mcast-ttl; 0: not said */
	bool umask_said;	      /* -U */
	uint16_t umask;
};

enum {
	SETTINGS_OPTS = 24
};
extern const struct start_opt settings_opt[SETTINGS_OPTS];

/*
 * The file's values with the command line's over them.  *ret's strings are
 * c's and s's.
 */
void settings_apply(
    const struct settings *s, const struct conf *c, struct server_conf *ret);

#endif
