/*
 * main_int.h - what main.c and main_tell.c share.
 * SPDX-License-Identifier: ISC
 */
#ifndef REMOTEBOOT_TFTPD_MAIN_INT_H
#define REMOTEBOOT_TFTPD_MAIN_INT_H

#include "sys/start.h"
#include "tftpd/server.h"
#include "tftpd/settings.h"

struct daemon {
	struct start start;
	struct settings settings;
	struct conf *conf;
	struct server_conf now; /* what is in force; strings of conf */
	struct server *server;
	struct sums *digests;		  /* NULL: there are none */
	struct peer listen[CONF_LISTENS]; /* of the start */
	struct {
		int fd;
		bool large;
	} sock[SERVER_FDS];
	size_t nsock;
	uint32_t max_clients; /* at the start: descriptors for these */
	/* keys as they were at the start, which alone takes them */
	char *user, *pid_file, *json_log;
};

/* What serves where, once it does. */
void main_tell_start(const struct daemon *d);
/* A reload: what of now takes effect with the next start only. */
void main_tell_changes(const struct daemon *d, const struct server_conf *now);

#endif
